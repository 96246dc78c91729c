"""What one process sees of the whole, as plain values for the checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from monitor.operations.config import OperationsConfig
from monitor.stores.health import Habit, Undelivered
from monitor.stores.workers import Worker

POLLS, NOTIFIES = ("run", "poll"), ("run", "notify")


@dataclass(frozen=True, slots=True)
class Scene:
    """What one process sees of all: `feeds` are the rows of those that are watched."""

    now: datetime
    limits: OperationsConfig
    feeds: Sequence[Mapping[str, Any]] = ()
    habits: Sequence[Habit] = ()
    workers: Sequence[Worker] = ()
    oldest_match: datetime | None = None
    untried: Sequence[Undelivered] = ()
    failing: Sequence[Undelivered] = ()
    given_up: Sequence[Undelivered] = ()
    locked_out: Mapping[str, str] = field(default_factory=dict)
    disabled: Mapping[str, str] = field(default_factory=dict)
    quarantined: int = 0
    queue_policy: str = ""
    paused: bool = False
    names: Mapping[str, str] = field(default_factory=dict)

    def called(self, destination: str) -> str:
        """Give a destination as people know it, where the configuration says so, and by its id."""
        shown = self.names.get(destination, "")
        return destination if shown in destination else f"{shown} ({destination})"

    def number_to(self, one: Undelivered) -> str:
        """Say how many notifications of which destination."""
        return f"{one.number} notifications to {self.called(one.destination)}"

    def living(self, roles: Sequence[str] = POLLS + NOTIFIES) -> list[Worker]:
        """List the processes of some roles that live."""
        return [worker for worker in self.workers if worker.role in roles and not worker.silent(self.now)]

    @property
    def overdue(self) -> list[Mapping[str, Any]]:
        """List the feeds whose poll should have begun long ago."""
        since = self.now - self.limits.stuck
        return [
            feed for feed in self.feeds if feed["next_poll_at"] is not None and feed["next_poll_at"] < since
        ]
