"""What tests of the pipeline start from."""

from __future__ import annotations

import pytest

from monitor.stores.archive import Archive
from monitor.stores.queue import Queue
from tests.pipeline.desk import Desk


@pytest.fixture
async def desk(archive: Archive, queue: Queue) -> Desk:
    return await Desk(archive, queue).open()
