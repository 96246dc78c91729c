"""Queue and ledger against models of them: whatever happens in whatever order, they agree."""

from __future__ import annotations

import asyncio
import secrets
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from redis import Redis

from monitor.errors import Deferred, OutcomeUnknown, Rejected
from monitor.model import Receipt
from monitor.pipeline import outcomes
from monitor.stores import claims, dead_letters, notifications
from monitor.stores.archive import open_archive
from monitor.stores.claims import Claimed
from monitor.stores.dead_letters import Choice
from monitor.stores.engines import sqlite_url
from monitor.stores.queue import Entry, Queue
from tests.conftest import NOON
from tests.stores.claiming import claim
from tests.stores.test_bursts import stored_burst

WORKERS = st.sampled_from(["a", "b", "c"])
RUNS = settings(
    max_examples=10,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


class QueueModel(RuleBasedStateMachine):
    """A stream as a model: what it carries, what nobody has taken yet, and who has what in hand."""

    url: ClassVar[str]

    @initialize()
    def open(self) -> None:
        self.runner = asyncio.Runner()
        self.queue = Queue(self.url, f"m{secrets.token_hex(6)}", block=0.01)
        self.stream = self.queue.keys.matches
        self.waiting: list[int] = []
        self.in_hand: dict[str, list[Entry]] = {}
        self.taken_before_a_wipe: list[Entry] = []
        self.has_group = False
        self.run(self.queue.take([self.stream], "a", 1))
        self.has_group = True

    def run(self, work: Any) -> Any:
        return self.runner.run(work)

    def carried(self) -> set[int]:
        return {*self.waiting, *(entry.id for entries in self.in_hand.values() for entry in entries)}

    @rule(ids=st.lists(st.integers(1, 12), max_size=6))
    def offer(self, ids: list[int]) -> None:
        fresh = [number for number in dict.fromkeys(ids) if number not in self.carried()]
        assert self.run(self.queue.offer(self.stream, ids)) == len(fresh)
        self.waiting += fresh

    @rule(worker=WORKERS, count=st.integers(1, 4))
    def take(self, worker: str, count: int) -> None:
        taken = self.run(self.queue.take([self.stream], worker, count))
        if not self.has_group:
            assert taken == []
            self.has_group = True
            return
        assert [entry.id for entry in taken] == self.waiting[:count]
        del self.waiting[:count]
        self.in_hand.setdefault(worker, []).extend(taken)

    @rule(worker=WORKERS)
    def look_back(self, worker: str) -> None:
        found = self.run(self.queue.unfinished(self.stream, worker, 100))
        assert found == sorted(self.in_hand.get(worker, []), key=_order)
        self.has_group = True

    @rule(worker=WORKERS)
    def claim(self, worker: str) -> None:
        found = self.run(self.queue.claim_abandoned(self.stream, worker, timedelta(0), 100))
        everything = [entry for entries in self.in_hand.values() for entry in entries]
        assert sorted(found, key=_order) == sorted(everything, key=_order)
        self.in_hand = {worker: everything}

    @precondition(lambda self: any(self.in_hand.values()))
    @rule(data=st.data())
    def finish(self, data: st.DataObject) -> None:
        worker = data.draw(st.sampled_from([name for name, held in self.in_hand.items() if held]))
        entry = data.draw(st.sampled_from(self.in_hand[worker]))
        self.run(self.queue.done([entry]))
        self.in_hand[worker].remove(entry)

    @precondition(lambda self: bool(self.taken_before_a_wipe))
    @rule()
    def finish_late(self) -> None:
        self.run(self.queue.done([self.taken_before_a_wipe.pop()]))

    @rule()
    def wipe(self) -> None:
        with Redis.from_url(self.url) as client:
            for key in client.keys(f"{self.queue.keys.root}*"):
                client.delete(key)
        self.taken_before_a_wipe += [entry for entries in self.in_hand.values() for entry in entries]
        self.waiting, self.in_hand, self.has_group = [], {}, False

    @rule()
    def forget(self) -> None:
        self.run(self.queue.forget_consumers(self.stream, timedelta(0)))

    @invariant()
    def as_many_as_the_model_says(self) -> None:
        if hasattr(self, "queue"):
            assert self.run(self.queue.depth(self.stream)) == len(self.carried())

    def teardown(self) -> None:
        if hasattr(self, "queue"):
            self.wipe()
            self.run(self.queue.close())
            self.runner.close()


def _order(entry: Entry) -> tuple[int, ...]:
    return tuple(map(int, entry.entry.split("-")))


def test_the_queue_is_as_its_model(queue_url: str) -> None:
    """Every id is carried at most once, in order, by one worker at a time, whatever is wiped or forgotten."""

    class Here(QueueModel):
        url = queue_url

    Here.TestCase.settings = RUNS
    Here.TestCase("runTest").runTest()


class LedgerModel(RuleBasedStateMachine):
    """Notifications as a model: who holds them, what was sent under each key, and how it ended."""

    @initialize()
    def open(self) -> None:
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory(prefix="wwm-")
        self.archive = open_archive(sqlite_url(Path(self.folder.name) / "a.sqlite"))
        severities = ("high", "low", "critical", "info", "high", "medium", "high", "low")
        self.numbers = self.write(lambda c: stored_burst(c, severities))
        self.now = NOON
        self.held: dict[str, list[Claimed]] = {}
        self.sent: dict[str, list[frozenset[str]]] = {}
        self.uncertain: set[str] = set()
        self.delivered: set[str] = set()

    def write(self, work: Any) -> Any:
        return self.runner.run(self.archive.write(work))

    @precondition(lambda self: len(self.held) < 3)
    @rule(data=st.data(), worker=WORKERS, waits=st.booleans())
    def claim_and_send(self, data: st.DataObject, worker: str, waits: bool) -> None:
        if worker in self.held:
            return
        number = data.draw(st.sampled_from(self.numbers))

        def work(c: sa.Connection) -> list[Claimed]:
            held = claim(c, number, worker, self.now, timedelta(minutes=1))
            if held is None:
                return []
            along = claims.gather(c, held, worker, self.now, 3, 24) if waits or held.carries else []
            return [held, *along]

        together = self.write(work)
        if not together:
            return
        keys = frozenset(one.key for one in together)
        for one in together:
            assert one.key not in self.delivered, "what the ledger has is sent again"
            assert one.may_repeat == (one.key in self.uncertain), one.key
        for held in self.held.values():
            expired = all(one.key in self.uncertain for one in held)
            assert expired or keys.isdisjoint(one.key for one in held), "two hold it at once"
        first = together[0].key
        earlier = [said for said in self.sent.get(first, ()) if first in self.uncertain and len(said) > 1]
        assert not earlier or earlier[-1] == keys, "a message came again with others than before"
        self.sent.setdefault(first, []).append(keys)
        self.uncertain |= keys  # until an outcome is known
        self.held[worker] = together

    def _let_go(self, data: st.DataObject) -> list[Claimed]:
        return self.held.pop(data.draw(st.sampled_from(sorted(self.held))))

    @precondition(lambda self: bool(self.held))
    @rule(data=st.data())
    def arrives(self, data: st.DataObject) -> None:
        together = self._let_go(data)
        self.write(lambda c: outcomes.delivered(c, [(together, Receipt("ok", self.now))], self.now))
        self.delivered |= {one.key for one in together}

    @precondition(lambda self: bool(self.held))
    @rule(data=st.data(), unknown=st.booleans(), seconds=st.integers(0, 90))
    def is_deferred(self, data: st.DataObject, unknown: bool, seconds: int) -> None:
        together = self._let_go(data)
        why = OutcomeUnknown("lost") if unknown else Deferred("later", seconds or None)
        at = self.now + timedelta(seconds=seconds)
        self.write(lambda c: outcomes.deferred(c, together, why, at, self.now))
        self._known(together, unknown=unknown)

    @precondition(lambda self: bool(self.held))
    @rule(data=st.data())
    def is_refused(self, data: st.DataObject) -> None:
        together = self._let_go(data)
        self.write(lambda c: outcomes.buried(c, together, Rejected("no"), self.now))
        self._known(together, unknown=False)

    def _known(self, together: list[Claimed], *, unknown: bool) -> None:
        for one in together:
            if not unknown and not one.may_repeat:
                self.uncertain.discard(one.key)

    @precondition(lambda self: bool(self.held))
    @rule(data=st.data())
    def its_worker_dies(self, data: st.DataObject) -> None:
        self._let_go(data)
        self.now += timedelta(minutes=2)
        self.held.clear()  # whoever else holds something has slept as long

    @rule(seconds=st.integers(1, 600))
    def time_goes_by(self, seconds: int) -> None:
        if not self.held:
            self.now += timedelta(seconds=seconds)

    @rule()
    def dead_ones_are_replayed(self) -> None:
        def work(c: sa.Connection) -> None:
            for letter in dead_letters.dead_letters(c, Choice()):
                dead_letters.replay(c, letter, self.now)

        self.write(work)

    @invariant()
    def what_is_due_is_nobodys(self) -> None:
        if hasattr(self, "archive"):
            due = {one.id for one in self.write(lambda c: notifications.notifications_due(c, self.now, 100))}
            assert due.isdisjoint(one.id for held in self.held.values() for one in held)

    def teardown(self) -> None:
        if not hasattr(self, "archive"):
            return
        try:
            self.held.clear()
            self._everything_arrives_in_the_end()
        finally:
            self.archive.close()
            self.folder.cleanup()
            self.runner.close()

    def _everything_arrives_in_the_end(self) -> None:
        for _ in range(2 * len(self.numbers)):
            self.now += timedelta(hours=1)
            self.dead_ones_are_replayed()
            for one in self.write(lambda c: notifications.notifications_due(c, self.now, 100)):
                self.write(lambda c, number=one.id: _deliver(c, number, self.now))
        states = self.write(lambda c: c.execute(sa.text("SELECT state, carrier FROM notifications")).all())
        assert {tuple(row) for row in states} == {("delivered", None)}
        assert self.write(lambda c: c.scalar(sa.text("SELECT count(*) FROM receipts"))) == len(self.numbers)


def _deliver(c: sa.Connection, number: int, now: datetime) -> None:
    held = claim(c, number, "z", now, timedelta(minutes=1))
    if held is not None:
        along = claims.gather(c, held, "z", now, 3, 24) if held.carries else []
        outcomes.delivered(c, [([held, *along], Receipt("ok", now))], now)


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_the_ledger_is_as_its_model() -> None:
    """Nothing is told twice without saying so, nothing is held by two, and everything arrives in the end."""
    LedgerModel.TestCase.settings = RUNS
    LedgerModel.TestCase("runTest").runTest()
