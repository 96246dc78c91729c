"""Somebody at a terminal, who types what a page says."""

from __future__ import annotations

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.manual.page import Seen, Step, Typed, Written, fits

_GOES_ON = re.compile(r"watchword (run|poll|notify)\b(?!.*--(once|help))|python3 -m http\.server")
_READS = re.compile(r"watchword (status|feeds show)|curl ")  # asked again until it shows what the page says
_PATIENCE = 60.0


@dataclass
class Running:
    """A command that goes on while others are typed."""

    command: str
    process: subprocess.Popen[bytes]
    out: Path
    log: Path

    def stop(self) -> None:
        """Ask it to end, which it must do in good order."""
        assert self.process.poll() is None, self.log.read_text()
        self.process.terminate()
        code = self.process.wait(_PATIENCE)
        assert code == (0 if "watchword" in self.command else -signal.SIGTERM), self.log.read_text()


class Terminal:
    """Types the steps of a page in a folder. `swaps` are texts that stand for others on this machine."""

    waits_for_first_poll = True  # as somebody does who watches the log
    fine = frozenset({0})  # exit codes

    def __init__(self, folder: Path, swaps: Mapping[str, str] | None = None, **variables: str) -> None:
        self._folder = folder / "here"
        self._folder.mkdir()
        self._aside = folder
        self._swaps = dict(swaps or {})
        here = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        self._environment = os.environ | {"PATH": here, "COLUMNS": "80", "NO_COLOR": "1"} | variables
        self._environment.pop("WATCHWORD_CONFIG", None)
        self.running: list[Running] = []

    @property
    def folder(self) -> Path:
        """The folder that commands run in."""
        return self._folder

    def do(self, step: Step) -> None:
        """Do one step, and compare what comes with what the page shows."""
        match step:
            case Written(name, text):
                path = self._folder / self._swapped(name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(self._swapped(text), encoding="utf-8")
            case Seen(command, shown):
                (there,) = [each for each in self.running if each.command == self._swapped(command)]
                self._until(lambda: _holds(there.out, self._swapped(shown)), f"{command} shows:\n{shown}")
            case Typed(command, shown) if _GOES_ON.match(command):
                self._start(self._swapped(command))
            case Typed(command, shown):
                self._type(self._swapped(command), self._swapped(shown))
                if command.startswith("kill "):
                    self._see_what_was_killed()

    def end(self) -> None:
        """Press Ctrl-C in every terminal; what runs must end in good order."""
        for each in reversed(self.running):
            if each.process.returncode is None:
                each.stop()

    def abandon(self) -> None:
        """End whatever still runs, however."""
        for each in self.running:
            with suppress(ProcessLookupError):
                each.process.kill()
            each.process.wait()

    def _see_what_was_killed(self) -> None:
        for each in self.running:
            if each.process.returncode is None and "watchword" in each.command:
                with suppress(subprocess.TimeoutExpired):
                    each.process.wait(2)

    def _swapped(self, text: str) -> str:
        for there, here in self._swaps.items():
            text = text.replace(there, here)
        return text

    def _type(self, command: str, shown: str) -> None:
        deadline = time.monotonic() + _PATIENCE
        while True:
            done = self._run(command)
            assert done.returncode in self.fine, f"$ {command}\n{done.stdout}{done.stderr}"
            if not shown.strip() or fits(shown, done.stdout):
                return
            again = _READS.match(command) and time.monotonic() < deadline
            assert again, f"$ {command}\n{done.stdout}{done.stderr}\nthe page shows:\n{shown}"

    def _run(self, command: str) -> subprocess.CompletedProcess[str]:
        place = self._aside / "place"
        script = f"{command}\nstatus=$?\npwd > {shlex.quote(str(place))}\nexit $status"
        done = subprocess.run(
            ["bash", "-c", script],
            check=False,
            cwd=self._folder,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        self._folder = Path(place.read_text().strip())
        return done

    def _start(self, command: str) -> Running:
        number = len(self.running)
        out, log = self._aside / f"{number}.out", self._aside / f"{number}.log"
        with out.open("wb") as stdout, log.open("wb") as stderr:
            process = subprocess.Popen(
                ["bash", "-c", f"exec {command}"],
                cwd=self._folder,
                env=self._environment,
                stdout=stdout,
                stderr=stderr,
            )
        running = Running(command, process, out, log)
        self.running.append(running)
        self._until(lambda: _ready(running, polled=self.waits_for_first_poll), f"{command} is ready")
        return running

    def _until(self, holds: Callable[[], bool], said: str) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not holds():
            logs = "\n".join(f"{each.log.read_text()}{each.out.read_text()}" for each in self.running)
            ended = [
                each.command
                for each in self.running
                if each.process.returncode is None and each.process.poll()
            ]
            assert not ended, f"{ended}\n{logs}"
            assert time.monotonic() < deadline, f"within {_PATIENCE:g} s not seen: {said}\n{logs}"
            time.sleep(0.05)


def _holds(out: Path, shown: str) -> bool:
    return fits(f"…\n{shown.strip()}\n…", out.read_text(encoding="utf-8"))


def _ready(running: Running, *, polled: bool) -> bool:
    """Tell whether a command has come so far that its reader would type on."""
    if found := re.search(r"http\.server (\d+)", running.command):
        with suppress(OSError), socket.create_connection(("127.0.0.1", int(found[1])), 1):
            return True
        return False
    log = running.log.read_text(encoding="utf-8")
    polled = polled and "watchword notify" not in running.command
    return "daemon.started" in log and (not polled or "feed.polled" in log or "feed.failed" in log)
