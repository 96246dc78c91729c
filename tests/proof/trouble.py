"""Makes a schedule happen to a ground, and measures how soon all is well again."""

from __future__ import annotations

import asyncio
import signal
import time
from collections import Counter, deque
from contextlib import suppress
from dataclasses import dataclass, field, replace

from redis.exceptions import RedisError

from tests.proof.ground import Ground, Slot
from tests.proof.schedule import Death, Fault, Schedule
from tests.proof.servers import KILLS, SharedServer

# A point that is not reached within this time is given up for this life, and the process is killed there.
PATIENCE = 15.0
ANY_MOMENT = "any moment"
RECOVERY = 10.0
_TOO_LONG = 30.0
_START_SECONDS = 60.0
_MUTE_SECONDS = 15.0  # by then a message should have come that gets no answer
_LEAD_PASSES = 2.0  # seconds within which another notifier takes the lead that one gave back
_REFUSED = 2  # the exit code where, among others, the queue server does not answer at the start
_NOWHERE = 1  # a TCP port that nobody listens on


@dataclass
class Toll:
    """What befell a ground so far: deaths by point, outages, and the seconds after each until all was well.

    `told` is the time until matches were dispatched and a message arrived, `rebuilt` that until all which was
    due was in the queue again, or done.
    """

    deaths: Counter[str] = field(default_factory=Counter)
    unreached: Counter[str] = field(default_factory=Counter)
    outages: Counter[str] = field(default_factory=Counter)
    told: list[tuple[str, float]] = field(default_factory=list)
    rebuilt: list[tuple[str, float]] = field(default_factory=list)
    rolled: int = 0


class Trouble:
    """All that a schedule does to one ground."""

    def __init__(self, ground: Ground, schedule: Schedule) -> None:
        self._ground = ground
        self.schedule = schedule
        self.toll = Toll()
        self._asked: set[str] = set()
        self._outage = False
        self._outage_ended = 0.0
        self._stormy = asyncio.Event()
        self._stormy.set()
        self._calm: set[str] = set()
        self._keeping: list[asyncio.Task[int | None]] = []

    async def run(self) -> None:
        """Do everything that is scheduled; at the end all processes run and nothing is amiss."""
        lives = [self._live(slot, self.schedule.deaths.get(slot.name, ())) for slot in self._ground.slots]
        faults = asyncio.create_task(self._faults())
        await asyncio.gather(*lives, self._outages())
        faults.cancel()
        await asyncio.gather(faults, return_exceptions=True)
        self._ground.heal()

    async def close(self) -> None:
        """Let go of the processes."""
        for task in self._keeping:
            task.cancel()
        await asyncio.gather(*self._keeping, return_exceptions=True)

    # Processes

    async def _live(self, slot: Slot, deaths: tuple[Death, ...]) -> None:
        if deaths:
            self._kill(slot)  # it ran unarmed while the feeds were polled for the first time
        left = deque(deaths)
        while left:
            if not self._stormy.is_set():
                await self._rest(slot)
                # The death at any moment that comes next is this one; the others keep their order.
                if chance := next((death for death in left if not death.point), None):
                    left.remove(chance)
                continue
            death = left.popleft()
            if not await self._die(slot, death) and death.times > 1:
                left.append(replace(death, times=1))
            await asyncio.sleep(death.pause)
        keeping = self._supervised(slot, "", float("inf"), runs=not deaths)
        self._keeping.append(asyncio.create_task(keeping))
        self._calm.add(slot.name)

    async def _rest(self, slot: Slot) -> None:
        """Run unarmed while an outage is measured; then it is killed."""
        keeping = asyncio.create_task(self._supervised(slot, "", float("inf")))
        self._calm.add(slot.name)
        await self._stormy.wait()
        self._calm.discard(slot.name)
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        self._kill(slot)

    async def _die(self, slot: Slot, death: Death) -> bool:
        """Run it until it is dead; False where it did not come to the point where it was to die."""
        helping = asyncio.create_task(self._help(slot, death))
        code = await self._supervised(slot, death.setting, PATIENCE if death.point else death.after)
        helping.cancel()
        await asyncio.gather(helping, return_exceptions=True)
        if code is not None:
            self._count(slot, death.point)
            return True
        self._kill(slot)
        self.toll.unreached[death.point] += bool(death.point)
        return not death.point

    async def _supervised(
        self, slot: Slot, setting: str, seconds: float, *, runs: bool = False
    ) -> int | None:
        """Start the process, and again where the queue was away or it was asked to end; gives how it died,
        or None where it still works after `seconds`."""
        while True:
            if not runs:
                slot.start(setting)
            runs = False
            code = await slot.begun(_START_SECONDS)
            if code is None:
                code = await slot.ended(seconds)
            if code is None or (code == -signal.SIGKILL and setting):
                return code
            self._judge_end(slot, code)
            await asyncio.sleep(0.3 if code == _REFUSED else _LEAD_PASSES)

    def _kill(self, slot: Slot) -> None:
        slot.kill()
        self._count(slot, ANY_MOMENT)

    def _count(self, slot: Slot, point: str) -> None:
        slot.kills.append((time.time(), point))
        self.toll.deaths[point] += 1

    def _judge_end(self, slot: Slot, code: int) -> None:
        if code in (0, -signal.SIGTERM) and slot.name in self._asked:  # the latter: it had just begun
            self._asked.discard(slot.name)
            self.toll.rolled += 1
        elif code == _REFUSED and self._queue_was_away():
            slot.refused += 1
        else:
            self._ground.problems.append(f"{slot.name} ended by itself with code {code}, see {slot.log}")

    def _queue_was_away(self) -> bool:
        return self._outage or time.monotonic() - self._outage_ended < _START_SECONDS

    async def _help(self, slot: Slot, death: Death) -> None:
        """See to it that a process comes to a point that chance alone seldom leads to."""
        if death.point.startswith("dispatch"):
            await self._pass_the_lead(slot)
        elif death.point == "deliver.refused":
            hook = self._ground.slack.hook
            hook.mode = "refusing"
            try:
                await asyncio.sleep(PATIENCE)
            finally:
                hook.mode = "fine"

    async def _pass_the_lead(self, slot: Slot) -> None:
        """Have the other notifier end in good order, so that this one dispatches."""
        others = [one for one in self._ground.slots if one.verb == slot.verb == "notify" and one is not slot]
        await asyncio.sleep(2.0)
        for other in others:
            if other.popen is not None and other.popen.poll() is None:
                self._asked.add(other.name)
                other.popen.terminate()

    # The queue

    async def _outages(self) -> None:
        for fault in self.schedule.outages:
            if fault.calm:
                await self._becalm()
            else:
                self._stormy.set()
            await asyncio.sleep(fault.pause)
            self._outage = True
            try:
                done = await self._befall(fault)
            finally:
                self._outage, self._outage_ended = False, time.monotonic()
            self.toll.outages[fault.what] += done
            if fault.calm:
                await self._recovers(fault.what)
        self._stormy.set()

    async def _becalm(self) -> None:
        """Have every process run, and none about to die."""
        self._stormy.clear()
        slots = self._ground.slots
        while not all(slot.name in self._calm and slot.works() for slot in slots):  # noqa: ASYNC110
            await asyncio.sleep(0.1)

    async def _befall(self, fault: Fault) -> bool:
        """Let an outage begin and end; False where there is no server to befall at this moment."""
        ground = self._ground
        try:
            if fault.what in KILLS:
                await self._kill_queue(fault)
            elif ground.queue_wire is not None and await self._befall_wire(fault):
                pass
            else:
                await self._befall_server(fault)
        except (RedisError, OSError, ValueError, KeyError):
            if isinstance(ground.queue, SharedServer):
                raise
            return False  # the daemon that keeps it is down
        return True

    async def _kill_queue(self, fault: Fault) -> None:
        queue = self._ground.queue
        if not isinstance(queue, SharedServer):
            queue.signal(signal.SIGKILL)
            return
        if fault.what == "killed, back from an old snapshot":
            queue.snapshot()
            await asyncio.sleep(fault.seconds)
        else:
            queue.forget()
        queue.kill()
        await asyncio.sleep(fault.seconds)
        queue.start()
        queue.forget()

    async def _befall_wire(self, fault: Fault) -> bool:
        wire = self._ground.queue_wire
        assert wire is not None
        modes = {"slow wire": "delay", "replies lost": "drop replies", "unreachable": "dead"}
        if fault.what in modes:
            wire.mode = modes[fault.what]
            if wire.mode == "dead":
                wire.reset()
            await asyncio.sleep(fault.seconds)
            wire.heal()
        elif fault.what == "connections reset":
            wire.reset()
        elif fault.what == "connections half-closed":
            wire.half_close()
        else:
            return False
        return True

    async def _befall_server(self, fault: Fault) -> None:
        queue = self._ground.queue
        if fault.what == "frozen":
            queue.signal(signal.SIGSTOP)
            await asyncio.sleep(fault.seconds)
            queue.signal(signal.SIGCONT)
            return
        with queue.client() as client:
            if fault.what == "flushed":
                client.flushall()
            elif fault.what == "clients paused":
                client.client_pause(int(fault.seconds * 1000))
                await asyncio.sleep(fault.seconds)
            elif fault.what == "out of memory":
                client.config_set("maxmemory", 1)
                await asyncio.sleep(fault.seconds)
                client.config_set("maxmemory", 0)
            elif fault.what == "read-only replica":
                client.replicaof("127.0.0.1", _NOWHERE)
                await asyncio.sleep(fault.seconds)
                client.replicaof("NO", "ONE")
            else:
                raise AssertionError(fault.what)

    async def _recovers(self, what: str) -> None:
        """Measure how soon after an outage dispatch and delivery go on, and all is queued that was due."""
        began = time.monotonic()
        ground = self._ground
        ground.ledger.publish(ground.ledger.feeds[:1], ("echo",))
        heard, ended = self._number_heard(), await asyncio.to_thread(self._number_ended)
        due = await asyncio.to_thread(self._due)
        waiting = {"told": self.toll.told, "rebuilt": self.toll.rebuilt}
        while waiting and (passed := time.monotonic() - began) < _TOO_LONG:
            await asyncio.sleep(0.05)
            if (
                "told" in waiting
                and self._number_heard() > heard
                and await asyncio.to_thread(self._number_ended) > ended
            ):
                waiting.pop("told").append((what, passed))
            if "rebuilt" in waiting and await asyncio.to_thread(self._taken_up, due):
                waiting.pop("rebuilt").append((what, passed))
        for into in waiting.values():
            into.append((what, _TOO_LONG))
        for name, times in (("told", self.toll.told), ("rebuilt", self.toll.rebuilt)):
            if (seconds := times[-1][1]) > RECOVERY:
                ground.problems.append(f"after “{what}” it took {seconds:.1f} s until all was {name}")

    def _number_heard(self) -> int:
        return sum(len(sink.arrivals) for sinks in self._ground.sinks.values() for sink in sinks)

    def _number_ended(self) -> int:
        """Count the matches that were dispatched."""
        ended = "SELECT count(*) FROM matches WHERE state IN ('told', 'repeated', 'shadow')"
        return int(self._ground.query(ended)[0][0])

    def _due(self) -> set[tuple[str, int]]:
        """List what waits in the archive and may be done now."""
        matches = "SELECT DISTINCT article FROM matches WHERE state = 'pending'"
        now = self._ground.in_seconds(0)
        notifications = (
            "SELECT id FROM notifications n WHERE state = 'pending' AND carrier IS NULL"
            f" AND next_attempt_at <= {now} AND NOT EXISTS (SELECT 1 FROM destinations d"
            f" WHERE d.destination = n.destination AND d.paused_until > {now})"
        )
        return {("match", number) for (number,) in self._ground.query(matches)} | {
            ("notification", number) for (number,) in self._ground.query(notifications)
        }

    def _taken_up(self, due: set[tuple[str, int]]) -> bool:
        """Tell whether each of these is in the queue now, or no longer due."""
        with suppress(RedisError, OSError, ValueError, KeyError):
            left = due & self._due()
            return not left - self._ground.queued()
        return False

    # Wires and sinks

    async def _faults(self) -> None:
        for fault in self.schedule.faults:
            await asyncio.sleep(fault.pause)
            self.toll.outages[f"{fault.whom}: {fault.what}"] += 1
            if fault.whom == "feeds":
                self._ground.ledger.breaking = 0.5
                await asyncio.sleep(fault.seconds)
                self._ground.ledger.breaking = 0.0
            elif fault.what in ("slow", "refusing", "mute"):
                await self._misbehave(fault)
            else:
                await self._spoil(fault)

    async def _misbehave(self, fault: Fault) -> None:
        ground = self._ground
        sink = {
            "mail": ground.mail.sinks["ana@desk.example"],
            "bot": ground.slack.bot,
            "hook": ground.slack.hook,
        }[fault.whom]
        withheld, until = sink.unanswered, time.monotonic() + _MUTE_SECONDS
        sink.mode = fault.what
        await asyncio.sleep(fault.seconds)
        while sink.mode == "mute" and sink.unanswered == withheld and time.monotonic() < until:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        sink.mode = "fine"

    async def _spoil(self, fault: Fault) -> None:
        wire = self._ground.mail_wire if fault.whom == "mail" else self._ground.slack_wire
        if fault.what == "reset":
            wire.reset()
        elif fault.what == "half-close":
            wire.half_close()
        else:
            wire.mode = fault.what
            await asyncio.sleep(fault.seconds)
            wire.heal()
