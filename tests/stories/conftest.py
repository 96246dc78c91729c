"""Fixtures of the stories."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.stories.world import World


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Everything around the daemon, on this machine, ended with the test."""
    found = await World.begin(tmp_path)
    yield found
    await found.end()
