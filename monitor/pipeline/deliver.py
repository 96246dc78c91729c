"""Alert → receipt: what happens to one notification.

    claim and compose → already told? (ledger) → its turn → others that go along → still ours? → send
          → **record in the ledger → acknowledge**

Only between *send* and *record* may a crash repeat a message; it then carries the same key and says that it
may be a repeat.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import monotonic

import structlog

from monitor import events, failpoints
from monitor.errors import (
    Bury,
    Deferred,
    Gone,
    LeaseLost,
    OutcomeUnknown,
    PoisonMessage,
    Rejected,
    StoreUnavailable,
)
from monitor.model import HEARTBEAT, Notification, Receipt
from monitor.notify.channel import Channel
from monitor.pipeline import outcomes
from monitor.pipeline.compose import Recipient, compose
from monitor.pipeline.pace import Pace
from monitor.stores import claims
from monitor.stores.archive import Archive, Connection
from monitor.stores.batcher import Batcher
from monitor.stores.claims import Claimed
from monitor.stores.queue import Entry, Queue

SEND_SECONDS = 60.0
# What a notifier that died was sending is sent by another one after this time; who lives renews.
LEASE = timedelta(seconds=20)
RENEW_SECONDS = 5.0
GIVE_UP_AFTER = timedelta(days=7)
# For so long what no configuration that we know of names is not given up.
ORPHANED_AFTER = timedelta(minutes=10)
MOST_LOST = 5
# How many others go along in one message: fewer can as well wait for turns of their own, and so many can be
# listed in a message of any channel. A message that nothing holds up is on its way sooner than `BEHIND`.
FEWEST_ALONG, MOST_ALONG = 3, 24
BEHIND = timedelta(seconds=2)

# For so long after its claim a notification needs no second look: leases last much longer.
_SURELY_HELD = timedelta(seconds=2)
_FIRST_WAIT = timedelta(seconds=5)
_LONGEST_WAIT = timedelta(minutes=15)
_RECORD_AGAIN_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Held:
    """A notification that this worker alone may send since `at`, and what it says or why it can say nothing.

    There is no message where its receiver is not known here.
    """

    claimed: Claimed
    message: Notification | Exception | None
    at: datetime


def next_wait(tries: int, retry_after: float | None, jitter: float) -> timedelta:
    """Say how long to wait after `tries` + 1 failed attempts; `jitter` is between 0 and 1.

    Doubling from 5 s to 15 min, half of it jitter; never shorter than the destination asked for.
    """
    doubled: timedelta = _FIRST_WAIT * 2 ** min(tries, 20)
    wait = min(_LONGEST_WAIT, doubled) * (0.5 + jitter / 2)
    if retry_after is None:
        return wait
    return max(wait, timedelta(seconds=retry_after) + _FIRST_WAIT * jitter)


class Deliverer:
    """Sends notifications, each until it has a receipt or is given up.

    `channels` maps receiver and destination to the channel that leads there.
    """

    def __init__(
        self,
        archive: Archive,
        queue: Queue,
        *,
        channels: Mapping[tuple[str, str], Channel],
        recipients: Mapping[str, Recipient],
        pace: Pace,
        worker: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._archive = archive
        self._queue = queue
        self._channels = channels
        self._recipients = recipients
        self._pace = pace
        self._worker = worker
        self._clock = clock
        self._claims = Batcher(archive, self._claim)
        self._receipts = Batcher(archive, self._store_receipts)

    async def deliver(self, entries: Sequence[Entry]) -> None:
        """Deliver the notifications that queue entries name, one after the other."""
        for entry in entries:
            await self._take(entry)

    async def _take(self, entry: Entry) -> None:
        held = await self._claims.do(entry.id)
        if held is not None:
            failpoints.reach("deliver.claimed")
            claimed = held.claimed
            about = {"alert": claimed.alert, "revision": claimed.revision}
            with structlog.contextvars.bound_contextvars(**about, destination=claimed.destination):
                await self._deliver(held)
        # Nothing to do, or recorded: if another worker holds it, the end of its lease brings it back, and if
        # it follows a message that is still under way, the reconciler does once that one has ended.
        failpoints.reach("deliver.recorded")
        await self._queue.done([entry])
        failpoints.reach("deliver.acknowledged")

    def _claim(self, c: Connection, numbers: Sequence[int]) -> list[Held | None]:
        now = self._clock()
        claimed = claims.claim(c, numbers, self._worker, now, LEASE)
        held = {one.claimed.id: one for one in self._composed(c, list(claimed.values()), now)}
        return [held.pop(number, None) for number in numbers]

    def _composed(self, c: Connection, claimed: Sequence[Claimed], now: datetime) -> list[Held]:
        messages = compose(c, claimed, self._recipients)
        return [Held(one, messages.get(one.id), now) for one in claimed]

    async def _deliver(self, held: Held) -> None:
        keeping = asyncio.create_task(self._keep(held.claimed))
        try:
            await self._carry(held)
        finally:
            keeping.cancel()

    async def _keep(self, claimed: Claimed) -> None:
        """Renew the lease while the message is under way."""
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            with suppress(StoreUnavailable):
                await self._archive.write(
                    lambda c: claims.renew(c, claimed.id, self._worker, self._clock(), LEASE)
                )

    async def _carry(self, held: Held) -> None:
        """Bring one notification, and those that go along with it, as far as an outcome."""
        claimed, together = held.claimed, [held]
        started = monotonic()
        try:
            receipt = claimed.receipt
            if receipt is None:
                if claimed.carries and claimed.lost >= MOST_LOST:
                    await self._part_lost(claimed)
                    return
                waited, still_to_wait = await self._turn(claimed)
                if still_to_wait:
                    await self._hold_back(claimed, still_to_wait)
                    return
                together += await self._along(claimed, waited)
                failpoints.reach("deliver.gathered")
                receipt = await self._send(together)
        except Deferred as deferred:
            failpoints.reach("deliver.refused")
            await self._defer(_claimed(together), deferred)
        except Bury as buried:
            if len(together) > 1 and not isinstance(buried, Gone):
                await self._part(_claimed(together), buried.reason)
            else:
                await self._bury(_claimed(together), buried)
        else:
            told = (_claimed(together), receipt)
            await self._record(lambda: self._receipts.do(told))
            self._say_delivered(*told, monotonic() - started)

    def _store_receipts(
        self, c: Connection, messages: Sequence[tuple[Sequence[Claimed], Receipt]]
    ) -> list[None]:
        outcomes.delivered(c, messages, self._clock())
        for _ in messages:
            failpoints.reach("deliver.recording")
        return [None] * len(messages)

    async def _turn(self, claimed: Claimed) -> tuple[float, float]:
        if claimed.disabled:
            raise Rejected(f"nothing is sent to this destination any more: {claimed.disabled}")
        if claimed.lost >= MOST_LOST:
            raise PoisonMessage(f"{claimed.lost} attempts to send it ended without an outcome")
        return await self._pace.turn(claimed.destination)

    async def _hold_back(self, claimed: Claimed, seconds: float) -> None:
        until = self._clock() + timedelta(seconds=seconds)
        await self._archive.write(lambda c: claims.hold_back(c, claimed, until))

    async def _along(self, claimed: Claimed, waited: float) -> list[Held]:
        """Give those that go along: those of the last attempt, or, where it had to wait, who waits too."""
        is_late = self._clock() - claimed.since > BEHIND
        if not (claimed.carries or waited or is_late):
            return []

        def gather(c: Connection) -> list[Held]:
            now = self._clock()
            along = claims.gather(c, claimed, self._worker, now, FEWEST_ALONG, MOST_ALONG)
            return self._composed(c, along, now)

        along = await self._archive.write(gather)
        if along:
            stream = self._queue.keys.deliver(claimed.destination, claimed.severity)
            with suppress(StoreUnavailable):  # left there they cost a look each, and nothing else
                await self._queue.drop(stream, [one.claimed.id for one in along])
        return along

    async def _send(self, together: list[Held]) -> Receipt:
        claimed = together[0].claimed
        channel = self._channels.get((claimed.receiver, claimed.destination))
        if channel is None or claimed.receiver not in self._recipients:
            raise self._not_configured(claimed)
        messages = await self._messages(together)
        notification = replace(messages[0], others=tuple(messages[1:]))
        await self._look_again(together[0])
        failpoints.reach("deliver.composed")
        try:
            async with asyncio.timeout(SEND_SECONDS):
                receipt = await channel.send(notification)
        except TimeoutError:
            raise OutcomeUnknown(f"no answer within {SEND_SECONDS:.0f} s") from None
        failpoints.reach("deliver.sent")
        for one in messages:
            _measure(one, receipt)
        return receipt

    async def _messages(self, together: list[Held]) -> list[Notification]:
        """List what is said together; what cannot be said is left out, and ends by itself."""
        first, *along = together
        if isinstance(first.message, Exception):
            if along:
                raise Rejected("what carries the others cannot be said")
            raise first.message
        messages = [first.message] if first.message else []
        for one in along:
            if isinstance(one.message, Notification):
                messages.append(one.message)
            else:
                together.remove(one)
                await self._part([one.claimed], "it cannot be said together with others")
        return messages

    async def _look_again(self, held: Held) -> None:
        """Before the send: who slept past its lease must not repeat what another one told."""
        if timedelta() <= self._clock() - held.at < _SURELY_HELD:
            return
        claimed = held.claimed
        if not await self._archive.read(lambda c: claims.is_held(c, claimed, self._worker)):
            raise LeaseLost(f"notification {claimed.id} is another worker's by now, or has ended")

    def _say_delivered(self, together: Sequence[Claimed], receipt: Receipt, seconds: float) -> None:
        claimed, *others = together
        events.notification_delivered(
            detail=receipt.detail,
            seconds=seconds,
            tries=claimed.tries + 1,
            possible_repeat=claimed.may_repeat,
            along=len(others),
        )

    def _not_configured(self, claimed: Claimed) -> Deferred | Bury:
        """A new configuration reaches one notifier after another: what this one does not know, others may."""
        reason = f"{claimed.receiver} with {claimed.destination} is no longer in the configuration"
        young = self._clock() - claimed.since < ORPHANED_AFTER
        return outcomes.NotOurs(reason) if young else Rejected(reason)

    async def _defer(self, together: Sequence[Claimed], deferred: Deferred) -> None:
        now = self._clock()
        claimed = together[0]
        if now - claimed.since > GIVE_UP_AFTER:
            reason = f"given up after {GIVE_UP_AFTER.days} days; at last: {deferred.reason}"
            await self._bury(together, Rejected(reason))
            return
        jitter = random.random()  # noqa: S311 - jitter, not a secret
        next_at = now + next_wait(claimed.tries, deferred.retry_after, jitter)
        await self._write_down(lambda c: outcomes.deferred(c, together, deferred, next_at, now))
        events.notification_deferred(
            reason=deferred.reason, tries=claimed.tries + 1, next_at=next_at.isoformat()
        )

    async def _bury(self, together: Sequence[Claimed], buried: Bury) -> None:
        await self._write_down(lambda c: outcomes.buried(c, together, buried, self._clock()))
        for _ in together:
            events.notification_buried(reason=buried.reason)

    async def _part(self, together: Sequence[Claimed], reason: str) -> None:
        """Let those go on alone whose company was refused: it may be the fault of one, or of the length."""
        await self._write_down(lambda c: claims.part(c, together, reason, self._clock()))
        events.message_parted(reason=reason)

    async def _part_lost(self, carrier: Claimed) -> None:
        reason = f"{carrier.lost} attempts to send it with others ended without an outcome"
        await self._write_down(lambda c: claims.part_lost(c, carrier, reason, self._clock()))
        events.message_parted(reason=reason)

    async def _write_down(self, outcome: Callable[[Connection], None]) -> None:
        await self._record(lambda: self._archive.write(outcome))

    async def _record(self, write: Callable[[], Awaitable[None]]) -> None:
        """Write an outcome down however long the archive is away: forgotten, it would repeat the message."""
        while True:
            try:
                await write()
            except StoreUnavailable as error:
                events.loop_failed(loop="recording", error=str(error), retry_in=_RECORD_AGAIN_SECONDS)
                await asyncio.sleep(_RECORD_AGAIN_SECONDS)
            else:
                return


def _claimed(together: Sequence[Held]) -> list[Claimed]:
    return [one.claimed for one in together]


def _measure(notification: Notification, receipt: Receipt) -> None:
    if notification.receiver == HEARTBEAT:
        return
    article = notification.article
    published = receipt.sent_at - article.published if article.published else None
    events.article_told(
        severity=notification.severity,
        since_published=published.total_seconds() if published else None,
        since_seen=(receipt.sent_at - article.first_seen).total_seconds(),
    )
