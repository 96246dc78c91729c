"""Loops that go on whatever happens: an error is reported, waited out and tried again."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable

from monitor import events
from monitor.errors import RetryLater

_FIRST_WAIT = 0.1
_LONGEST_WAIT = 5.0


class Patience:
    """How long to wait after each failure in a row: doubling, with jitter, up to a few seconds."""

    def __init__(self) -> None:
        self._failures = 0

    def calm(self) -> None:
        """Forget the failures: something worked."""
        self._failures = 0

    def next_wait(self) -> float:
        """Give the seconds to wait after one more failure."""
        ceiling: float = min(_LONGEST_WAIT, _FIRST_WAIT * 2**self._failures)
        self._failures = min(self._failures + 1, 10)
        return ceiling * random.uniform(0.5, 1)  # noqa: S311 - jitter, not a secret


async def keep_going(name: str, step: Callable[[], Awaitable[None]]) -> None:
    """Call `step` for ever; what it raises is reported and it is called again after a while."""
    patience = Patience()
    while True:
        if await survive(name, step, patience):
            patience.calm()
        _insist_on_cancellation()


def _insist_on_cancellation() -> None:
    """End the task if a cancellation was swallowed below, as `asyncio.wait_for` may do before Python 3.12."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


async def survive(name: str, step: Callable[[], Awaitable[None]], patience: Patience) -> bool:
    """Call `step` once; on an error report it, wait, and give False."""
    try:
        await step()
    except RetryLater as error:
        wait = patience.next_wait()
        events.loop_failed(loop=name, error=str(error), retry_in=wait)
        await asyncio.sleep(wait)
        return False
    except Exception:  # noqa: BLE001 - after the start nothing may end the daemon
        wait = patience.next_wait()
        events.loop_crashed(loop=name, retry_in=wait)
        await asyncio.sleep(wait)
        return False
    return True
