"""Dispatch against a model of it: whatever dies, is wiped or changes hands, each story is told once."""

from __future__ import annotations

import asyncio
import secrets
import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from redis import Redis

from monitor.errors import LeaseLost
from monitor.pipeline.dispatch import Dispatcher
from monitor.pipeline.reconcile import reconcile_matches
from monitor.stores import leases
from monitor.stores.archive import open_archive
from monitor.stores.engines import sqlite_url
from monitor.stores.leases import DISPATCH, Lease
from monitor.stores.queue import Entry, Queue
from tests.conftest import NOON
from tests.pipeline.test_quarantine import Desk, store_article

STORIES = st.sampled_from(["one", "two", "three"])
PROCESSES = st.sampled_from(["a", "b"])
LATER = NOON + timedelta(seconds=5)  # the reconciler leaves what was stored this second to its poller
RUNS = settings(
    max_examples=10, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


class DispatchModel(RuleBasedStateMachine):
    """Articles of a few stories, two processes that seek the lease, and a queue that may lose everything."""

    url: ClassVar[str]

    @initialize()
    def open(self) -> None:
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory(prefix="wwm-")
        self.archive = open_archive(sqlite_url(Path(self.folder.name) / "a.sqlite"))
        self.queue = Queue(self.url, f"m{secrets.token_hex(6)}", block=0.01)
        self.desk = Desk(self.archive, self.queue)
        self.now = NOON
        self.titles: list[str] = []
        self.dispatchers: dict[str, Dispatcher] = {}
        self.in_hand: list[Entry] = []

    def run(self, work: Any) -> Any:
        return self.runner.run(work)

    @rule(title=STORIES, offered=st.booleans())
    def an_article_comes(self, title: str, offered: bool) -> None:
        number = self.run(self.archive.write(lambda c: store_article(c, title)))
        self.titles.append(title)
        if offered:
            self.run(self.queue.offer(self.queue.keys.matches, [number]))

    @rule(process=PROCESSES, seconds=st.integers(0, 20))
    def the_lease_is_sought(self, process: str, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        lease = self.run(
            self.archive.write(
                lambda c: leases.take_lease(c, DISPATCH, process, self.now, timedelta(seconds=10))
            )
        )
        if lease is not None and process not in self.dispatchers:
            self.dispatchers[process] = self.desk.with_lease(lease)

    @rule()
    def reconcile(self) -> None:
        self.run(reconcile_matches(self.archive, self.queue, lambda: LATER))

    @rule(count=st.integers(1, 3))
    def take(self, count: int) -> None:
        self.in_hand += self.run(self.queue.take([self.queue.keys.matches], "dispatcher", count))

    @rule()
    def look_back(self) -> None:
        self.in_hand = self.run(self.queue.unfinished(self.queue.keys.matches, "dispatcher", 100))

    @precondition(lambda self: bool(self.in_hand) and bool(self.dispatchers))
    @rule(data=st.data(), dies=st.booleans())
    def dispatch(self, data: st.DataObject, dies: bool) -> None:
        """One that has lost the lease stores nothing; one that dies has stored and not acknowledged."""
        process = data.draw(st.sampled_from(sorted(self.dispatchers)))
        entries = data.draw(st.lists(st.sampled_from(self.in_hand), min_size=1, max_size=3, unique=True))
        dispatcher = self.dispatchers[process]
        try:
            if dies:
                numbers = [entry.id for entry in entries]
                self.run(dispatcher._begin(set(numbers)))
                self.run(self.archive.write(lambda c: dispatcher._store(c, numbers)))
                del self.dispatchers[process]
            else:
                self.run(dispatcher.dispatch(entries))
                self.in_hand = [entry for entry in self.in_hand if entry not in entries]
        except LeaseLost:
            del self.dispatchers[process]

    @rule()
    def the_queue_is_wiped(self) -> None:
        with Redis.from_url(self.url) as client:
            for key in client.keys(f"{self.queue.keys.root}*"):
                client.delete(key)
        self.in_hand = []

    @invariant()
    def each_story_is_told_once(self) -> None:
        if not hasattr(self, "desk"):
            return
        rows = self._rows()
        told = Counter(title for title, state in rows if state == "told")
        assert all(number == 1 for number in told.values())
        assert {state for _, state in rows} <= {"pending", "told", "repeated"}
        asked = sa.text("SELECT count(*) FROM notifications")
        assert self.run(self.archive.read(lambda c: c.scalar(asked))) == len(told)

    def _rows(self) -> list[tuple[str, str]]:
        asked = sa.text("SELECT a.title, m.state FROM matches m JOIN articles a ON a.id = m.article")
        return [tuple(row) for row in self.run(self.archive.read(lambda c: c.execute(asked).all()))]

    def teardown(self) -> None:
        if not hasattr(self, "desk"):
            return
        try:
            self._everything_is_dispatched_in_the_end()
        finally:
            self.the_queue_is_wiped()
            self.run(self.queue.close())
            self.archive.close()
            self.folder.cleanup()
            self.runner.close()

    def _everything_is_dispatched_in_the_end(self) -> None:
        self.now += timedelta(hours=1)
        lease = self.run(
            self.archive.write(lambda c: leases.take_lease(c, DISPATCH, "last", self.now, timedelta(hours=1)))
        )
        assert isinstance(lease, Lease)
        last = self.desk.with_lease(lease)
        for _ in range(4):
            self.reconcile()
            entries = self.run(self.queue.unfinished(self.queue.keys.matches, "dispatcher", 100))
            entries += self.run(self.queue.take([self.queue.keys.matches], "dispatcher", 100))
            if entries:
                self.run(last.dispatch(entries))
        rows = self._rows()
        assert len(rows) == len(self.titles)
        assert Counter(state for _, state in rows)["told"] == len(set(self.titles))
        assert "pending" not in {state for _, state in rows}
        assert self.run(self.desk.tries()) == 0


def test_dispatch_is_as_its_model(queue_url: str) -> None:
    """A story has one alert, nothing waits for ever, and who lost the lease stores nothing."""

    class Here(DispatchModel):
        url = queue_url

    Here.TestCase.settings = RUNS
    Here.TestCase("runTest").runTest()
