"""Printing the articles of feed documents."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from monitor.feeds.config import OutboundConfig
from monitor.feeds.reader import read_documents
from monitor.feeds.worker import ParseWorkers


async def print_articles(sources: Sequence[str], outbound: OutboundConfig) -> bool:
    """Print every article as a JSON line; gives whether all documents could be read."""
    fine = True
    async with ParseWorkers() as workers:
        async for reading in read_documents(sources, outbound, workers):
            for article in reading.articles:
                sys.stdout.write(json.dumps(article, ensure_ascii=False) + "\n")
            for problem in reading.problems:
                sys.stderr.write(f"{reading.document}: {problem}\n")
            fine = fine and not reading.unusable
    sys.stdout.flush()
    return fine
