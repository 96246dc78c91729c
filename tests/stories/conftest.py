"""Fixtures of the stories."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conftest import absent
from tests.stories.world import World


@pytest.fixture
async def embedded_world(tmp_path: Path) -> AsyncIterator[World]:
    """Everything around the daemon, on this machine, ended with the test; archive and queue are embedded."""
    found = await World.begin(tmp_path)
    yield found
    await found.end()


@pytest.fixture
async def servers_world(tmp_path: Path, postgresql_url: str) -> AsyncIterator[World]:
    """The same with the archive in PostgreSQL and the queue in a Redis server of the test's own."""
    redis = shutil.which("redis-server")
    if redis is None:
        absent("no redis-server on PATH: `source .ci/servers` installs one")
    found = await World.begin(tmp_path, archive=postgresql_url, queue_server=redis)
    found.queue.start()
    yield found
    await found.end()


# For stories that are about the embedded queue or archive.
ONLY_EMBEDDED = pytest.mark.parametrize("world", ["embedded"], indirect=True)


@pytest.fixture(params=["embedded", "servers"])
def world(request: pytest.FixtureRequest) -> World:
    """The world on each ground."""
    found: World = request.getfixturevalue(f"{request.param}_world")
    return found
