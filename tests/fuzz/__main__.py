"""Every target in turn, each for so many seconds: `python -m tests.fuzz --seconds 60 [TARGET …]`.

What a target found is kept under build/fuzz/findings, and the inputs that reached new code under
build/fuzz/corpus, where the next run goes on from. Ends with 1 if there is a finding.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import time
from pathlib import Path

from tests.fuzz.seeds import write_seeds
from tests.fuzz.targets import TARGETS

PLACE = Path("build/fuzz")
HANG = 10  # seconds
_PROGRESS = re.compile(r"#(\d+)\s.*?cov: (\d+).*?exec/s: (\d+)")


def main() -> int:
    """Run the targets that are asked for, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", help=f"of {', '.join(TARGETS)}; all, if none is named")
    parser.add_argument(
        "--seconds", type=int, default=60, help="how long each target runs (default: %(default)s)"
    )
    asked = parser.parse_args()
    if unknown := set(asked.targets) - set(TARGETS):
        parser.error(f"no such target: {', '.join(sorted(unknown))}")
    failed = [name for name in asked.targets or TARGETS if not run(name, asked.seconds)]
    print(f"findings in: {', '.join(failed)} (see {PLACE}/findings)" if failed else "no finding")
    return 1 if failed else 0


def run(name: str, seconds: int) -> bool:
    """Run one target and show how it goes; whether it found nothing."""
    corpus, seed_folder, findings = (PLACE / kind / name for kind in ("corpus", "seeds", "findings"))
    for folder in (corpus, findings):
        folder.mkdir(parents=True, exist_ok=True)
    write_seeds(name, seed_folder)
    limits = [f"-max_total_time={seconds}", f"-timeout={HANG}", "-max_len=4096", "-rss_limit_mb=2048"]
    kept = f"-artifact_prefix={findings}/"
    command = [sys.executable, "-m", "tests.fuzz.one", name, *limits, kept, str(corpus), str(seed_folder)]
    log = PLACE / f"{name}.log"
    with log.open("w") as output, subprocess.Popen(command, stdout=output, stderr=output) as running:
        began = time.monotonic()
        while running.poll() is None:
            time.sleep(0.5)
            print(f"\r{name:10} {time.monotonic() - began:5.0f} s  {_progress(log):50}", end="", flush=True)
    found = running.returncode != 0
    print(f"\r{name:10} {time.monotonic() - began:5.0f} s  {_progress(log):50} {'FOUND' if found else 'ok'}")
    if found:
        print(log.read_text(errors="replace")[-3000:])
    return not found


def _progress(log: Path) -> str:
    """Say how many inputs were tried, how much code they reach, and how fast it goes."""
    shown = _PROGRESS.findall(log.read_text(errors="replace"))
    return "{} inputs, {} places reached, {}/s".format(*shown[-1]) if shown else "starting"


if __name__ == "__main__":
    sys.exit(main())
