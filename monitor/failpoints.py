"""Named points of the story at which a process can be made to end as `kill -9` would end it.

They are for proofs that a crash loses nothing. One is armed by the environment, for one process:

    WATCHWORD_FAILPOINT=deliver.sent watchword notify       at the first time that the point is reached
    WATCHWORD_FAILPOINT=deliver.sent:3 watchword notify     at the third

Without that variable a point does nothing.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

VARIABLE = "WATCHWORD_FAILPOINT"

# Every point, in the order of the story, with what has happened when it is reached.
POINTS: Mapping[str, str] = {
    "poll.claimed": "a feed is claimed, nothing is fetched",
    "poll.fetched": "its document is here, not parsed",
    "poll.parsed": "it is parsed, nothing is matched",
    "poll.storing": "articles and matches are written, not committed",
    "poll.stored": "they are committed, not in the queue",
    "poll.enqueued": "they are in the queue",
    "queue.taken": "entries are taken from the queue, none is begun",
    "dispatch.leased": "this process has become the one that dispatches",
    "dispatch.begun": "all articles in hand are noted as begun",
    "dispatch.claimed": "one article's entry is in hand",
    "dispatch.storing": "its alerts are written, not committed",
    "dispatch.stored": "they are committed, not in the queue",
    "dispatch.enqueued": "they are in the queue, the entry is not acknowledged",
    "dispatch.acknowledged": "the entry is out of the queue",
    "deliver.claimed": "a notification is claimed, the attempt is written down",
    "deliver.gathered": "others that go along are bound to it",
    "deliver.composed": "its message is made, nothing is sent",
    "deliver.sent": "the destination has taken it, nothing is recorded",
    "deliver.refused": "the destination did not take it, nothing is recorded",
    "deliver.recording": "the receipt is written, not committed",
    "deliver.recorded": "the outcome is committed, the entry is not acknowledged",
    "deliver.acknowledged": "the entry is out of the queue",
    "reconcile.read": "what waits is read from the archive, not offered",
    "reconcile.halfway": "articles are offered, notifications are not",
    "reconcile.offered": "all is offered",
}


@dataclass
class _Armed:
    """The one point that ends this process, and how often it may still be reached before that."""

    point: str
    left: int
    lock: Lock


def reach(point: str) -> None:
    """Say that a point is reached; where it is armed, this is the end of the process."""
    if _armed is not None and point == _armed.point:
        _count(_armed)


def _count(armed: _Armed) -> None:
    with armed.lock:  # points are reached in the writer's thread, too
        armed.left -= 1
        if armed.left == 0:
            os.write(2, f"failpoint {armed.point} ends this process\n".encode())
            os.kill(os.getpid(), signal.SIGKILL)


def armed_by(setting: str | None) -> _Armed | None:
    """Read the variable. Raises ValueError where it names no point, or no number of times."""
    if not setting:
        return None
    point, _, times = setting.partition(":")
    if point not in POINTS:
        raise ValueError(f"{VARIABLE}: there is no point {point!r}; there are {', '.join(POINTS)}")
    if times and not (times.isdecimal() and int(times)):
        raise ValueError(f"{VARIABLE}: {times!r} is no number of times")
    return _Armed(point, int(times or 1), Lock())


_armed = armed_by(os.environ.get(VARIABLE))
