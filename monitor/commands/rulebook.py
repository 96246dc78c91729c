"""The rulebook as commands read it: what did not change comes from the cache of compiled files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from monitor.collector import resting_collector
from monitor.rules.book import Rulebook, load_rulebook
from monitor.rules.sheet_cache import SheetCache, cache_folder


def read_rulebook(folders: Sequence[Path], now: datetime) -> Rulebook:
    """Read every rule file below the folders; see `load_rulebook`."""
    with resting_collector():
        return load_rulebook(folders, now=now, cache=SheetCache(cache_folder()))
