"""What dispatch says of itself: one line for each article, and counters that agree with it."""

from __future__ import annotations

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from monitor.stores.archive import Archive
from monitor.stores.queue import Queue
from tests.pipeline.test_quarantine import Desk

ENDS = [("told", "first"), ("repeated", "copy")]


@pytest.fixture
def desk(archive: Archive, queue: Queue) -> Desk:
    return Desk(archive, queue)


def counted() -> list[float]:
    name = "watchword_matches_total"
    labels = [{"state": state, "reason": reason} for state, reason in ENDS]
    return [REGISTRY.get_sample_value(name, one) or 0 for one in labels]


async def test_every_end_is_logged_and_counted_with_its_reason(desk: Desk) -> None:
    """The line has the relation to the story, the ends with their reasons, and why revisions were written."""
    before = counted()
    dispatcher = await desk.dispatcher()
    with capture_logs() as lines:
        for entry in await desk.articles("one", "one"):
            await dispatcher.dispatch([entry])
    shared = {"event": "article.dispatched", "log_level": "info", "story": 1}
    assert lines == [
        shared
        | {"article": 1, "relation": "new", "told": 1, "reasons": {"told:first": 1}}
        | {"alerts": 1, "revisions": ["first"]},
        shared
        | {"article": 2, "relation": "copy", "repeated": 1, "reasons": {"repeated:copy": 1}, "alerts": 0},
    ]
    assert [now - then for now, then in zip(counted(), before, strict=True)] == [1, 1]
