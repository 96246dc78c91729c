"""Rule files written in tests, and the book they make."""

from datetime import UTC, datetime
from textwrap import dedent

import pytest

from monitor.rules.book import load_rulebook

NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def load(tmp_path):
    """Write files and load them as a rulebook; paths in problems are shortened to the name."""

    def write_and_load(**files):
        for name, text in files.items():
            (tmp_path / f"{name}.yaml").write_text(dedent(text), encoding="utf-8")
        return load_rulebook([tmp_path], now=NOW)

    return write_and_load
