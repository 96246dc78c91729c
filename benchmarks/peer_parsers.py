"""A parser by itself: `python -c 'import peer_parsers; peer_parsers.main()' NAME FOLDER`.

Each line of standard input names a folder of documents below FOLDER, which are parsed one after the other;
the answer is a line with the CPU seconds and how many documents were refused.
"""

from __future__ import annotations

import gc
import sys
import time
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any


def parser(name: str) -> Callable[[bytes], Any]:
    """Give a parser's function, as its own documentation has it called."""
    if name == "Watchword":
        from monitor.feeds.parse import parse

        return partial(parse, url="https://news.example/feed.xml")  # which is never unknown to a poll
    if name == "feedparser":
        import feedparser

        return feedparser.parse  # type: ignore[no-any-return]
    if name == "fastfeedparser":
        import fastfeedparser

        return fastfeedparser.parse  # type: ignore[no-any-return]
    import feedparser_rs

    return feedparser_rs.parse  # type: ignore[no-any-return]


def main() -> None:
    """Parse what is asked until nothing more is."""
    warnings.simplefilter("ignore")
    parse, folder = parser(sys.argv[1]), Path(sys.argv[2])
    documents = {
        group.name: [path.read_bytes() for path in sorted(group.iterdir())] for group in folder.iterdir()
    }
    gc.collect()
    gc.freeze()  # what was loaded is nobody's garbage
    for line in sys.stdin:
        refused = 0
        start = time.process_time()
        for document in documents[line.strip()]:
            try:
                parse(document)
            except Exception:  # noqa: BLE001 - peers raise what they like
                refused += 1
        print(time.process_time() - start, refused, flush=True)
