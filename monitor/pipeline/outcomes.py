"""What becomes of a message, written down: of the notification it was for and of those that went along.

Each function is one transaction's work. What it says of the destination itself is kept beside, for all
notifiers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from monitor.errors import Bury, Deferred, Gone, OutcomeUnknown
from monitor.model import DestinationHealth, Receipt
from monitor.pipeline import breaker
from monitor.stores import claims, destinations, notifications
from monitor.stores.archive import Connection
from monitor.stores.claims import Claimed


class NotOurs(Deferred):
    """This notifier does not know the destination, others may: nothing is said of the destination."""


def delivered(c: Connection, messages: Sequence[tuple[Sequence[Claimed], Receipt]], now: datetime) -> None:
    """Write receipts into the ledger for all that messages told; each begins with the one that carried it."""
    done = [(one, receipt) for together, receipt in messages for one in together]
    claims.record_delivered(c, done, now)
    for carrier in [together[0] for together, _ in messages]:
        if carrier.ailing and carrier.receipt is None:  # it was sent just now
            _recover(c, carrier.destination, now)


def _recover(c: Connection, destination: str, now: datetime) -> None:
    """Note that a destination took a message; if it was left alone before, what waits need wait no more."""
    before = destinations.health_of(c, destination)
    after = breaker.after_success(before, now)
    destinations.record_health(c, destination, after)
    if before.paused_until is not None and after == DestinationHealth():
        notifications.make_due(c, destination, now)


def made_well(c: Connection, destination: str, now: datetime) -> None:
    """Have a destination written to again at once, whatever was the matter: somebody saw that it works."""
    destinations.record_health(c, destination, DestinationHealth())
    notifications.make_due(c, destination, now)


def deferred(
    c: Connection, together: Sequence[Claimed], why: Deferred, next_at: datetime, now: datetime
) -> None:
    """Let a message be tried again at `next_at`, with all that go along."""
    unknown = isinstance(why, OutcomeUnknown)
    for one in together:
        claims.record_deferred(c, one, why.reason, next_at=next_at, now=now, unknown=unknown)
    if not isinstance(why, NotOurs):
        destination = together[0].destination
        before = destinations.health_of(c, destination)
        after = breaker.after_failure(before, why, now)
        destinations.record_health(c, destination, after)


def buried(c: Connection, together: Sequence[Claimed], why: Bury, now: datetime) -> None:
    """Give up a message with all that went along."""
    claims.record_dead(c, together, why.reason, now)
    if isinstance(why, Gone):
        destination = together[0].destination
        before = destinations.health_of(c, destination)
        destinations.record_health(c, destination, breaker.after_gone(before, why.reason, now))
