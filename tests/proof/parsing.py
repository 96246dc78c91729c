"""Whether the fast path of parsing says what feedparser says, document by document.

    python -m tests.proof.parsing [FOLDER] [--generated N]

reads generated feeds and every file below a folder (by default `$WATCHWORD_DATA/feeds`) both ways. It prints
how many the fast path read, why it left the others to feedparser, and which differ. None may.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import Phase, given, settings
from hypothesis import seed as hypothesis_seed

from monitor.errors import Malformed
from monitor.feeds.entry import ParsedFeed
from monitor.feeds.namespaces import Unsure
from monitor.feeds.parse import Way, parse
from tests.feeds.generated import feeds
from tests.proof.tally import Tally

URL = "https://feeds.example.org/news/feed.xml"


@dataclass
class Agreement:
    """How many documents the fast path read, why the others were left to feedparser, and what differs."""

    read: int = 0
    left: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, name: str, body: bytes, url: str = "") -> None:
        """Read one document both ways."""
        try:
            quick = parse(body, url=url, way=Way.FAST)
        except Unsure as unsure:
            self.left[str(unsure)] += 1
            return
        except Malformed:
            self.left["not a feed of XML"] += 1
            return
        self.read += 1
        if differences := list(_differences(quick, slow(body, url))):
            self.wrong.append(f"{name}: {'; '.join(differences)}"[:2000])

    @property
    def tally(self) -> Tally:
        """Give what the proof counts: documents that the fast path read."""
        return Tally("documents read by the fast path as by feedparser", self.read, tuple(self.wrong))


def slow(body: bytes, url: str = "") -> ParsedFeed | str:
    """Read a document by feedparser, or say how it failed."""
    try:
        return parse(body, url=url, way=Way.FEEDPARSER)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a difference
        return f"{type(error).__name__}: {error}"


def _differences(quick: ParsedFeed, other: ParsedFeed | str) -> Iterator[str]:
    if isinstance(other, str):
        yield f"feedparser failed: {other}"
        return
    for name in ("format", "title", "lang", "encoding", "rhythm", "capped", "problems"):
        ours, theirs = getattr(quick, name), getattr(other, name)
        if ours != theirs:
            yield f"{name}: {ours!r}, not {theirs!r}"
    if len(quick.entries) != len(other.entries):
        yield f"{len(quick.entries)} entries, not {len(other.entries)}"
    for number, (one, two) in enumerate(zip(quick.entries, other.entries, strict=False), 1):
        for name in one.__slots__:
            ours, theirs = getattr(one, name), getattr(two, name)
            if ours != theirs:
                yield f"{name} of entry {number}: {ours!r}, not {theirs!r}"


def agreement(folder: Path) -> Agreement:
    """Read all files below a folder both ways, each with an address and without."""
    found = Agreement()
    for path in _files(folder):
        for url in (URL, ""):
            found.add(f"{path.relative_to(folder)} ({url or 'no address'})", path.read_bytes(), url)
    return found


def generated_agreement(number: int, seed: int) -> Agreement:
    """Read so many generated feeds both ways."""
    found = Agreement()

    @settings(max_examples=number, database=None, deadline=None, phases=[Phase.generate])
    @hypothesis_seed(seed)
    @given(feeds())
    def read(text: str) -> None:
        found.add(text, text.encode(), URL)

    read()
    return found


def _files(folder: Path) -> Iterable[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".tsv")


def show(found: Agreement) -> None:
    """Print the counts."""
    print(found.tally)
    for reason, times in found.left.most_common():
        print(f"{times:6} left to feedparser: {reason}")
    for wrong in found.wrong:
        print(f"DIFFERS {wrong}")


def main() -> int:
    """Print the counts; 1 where anything differs."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    given_data = os.environ.get("WATCHWORD_DATA")
    default = Path(given_data) / "feeds" if given_data else None
    parser.add_argument("folder", type=Path, nargs="?", default=default, help="documents, in any folders")
    parser.add_argument("--generated", type=int, default=1000, metavar="N", help="how many generated feeds")
    parser.add_argument("--seed", type=int, default=19, help="what they are generated from")
    options = parser.parse_args()
    found = [generated_agreement(options.generated, options.seed)]
    found += [agreement(options.folder)] if options.folder else []
    for one in found:
        show(one)
    return 1 if any(one.wrong for one in found) else 0


if __name__ == "__main__":
    sys.exit(main())
