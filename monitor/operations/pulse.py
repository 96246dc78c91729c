"""A thread that notices when the event loop does not turn any more, and says so by a loop of its own."""

from __future__ import annotations

import asyncio
import sys
import threading
import traceback
from collections.abc import Awaitable, Callable
from time import monotonic
from types import TracebackType
from typing import Self

from monitor import events

_BEAT_SECONDS = 0.5
_INNERMOST = 6  # frames that are logged


class Pulse:
    """Watches the loop that it is entered in; `stalled` is for how long it has stood still, 0 where it turns.

    `call` is awaited once for each standstill, in an event loop of the thread's own.
    """

    def __init__(self, limit: Callable[[], float], call: Callable[[float], Awaitable[None]]) -> None:
        self._limit = limit
        self._call = call
        self._beaten = monotonic()
        self._watched = threading.get_ident()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="pulse", daemon=True)
        self._beating: asyncio.Task[None] | None = None

    def __enter__(self) -> Self:
        self._beaten, self._watched = monotonic(), threading.get_ident()
        self._beating = asyncio.get_running_loop().create_task(self._beat(), name="pulse")
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        if self._beating is not None:
            self._beating.cancel()

    @property
    def stalled(self) -> float:
        """For how many seconds the loop has stood still; 0 where that is not worth speaking of."""
        still = monotonic() - self._beaten
        return still if still > self._limit() else 0

    async def _beat(self) -> None:
        while True:
            self._beaten = monotonic()
            await asyncio.sleep(_BEAT_SECONDS)

    def _watch(self) -> None:
        told = 0.0
        while not self._end.wait(_BEAT_SECONDS):
            seconds, beaten = self.stalled, self._beaten
            if seconds and beaten != told:
                told = beaten
                events.loop_stuck(seconds=seconds, where=self._where())
                try:
                    asyncio.run(self._run(seconds))
                except Exception:  # noqa: BLE001 - the thread must live on, whatever the channels do
                    events.loop_crashed(loop="pulse", retry_in=0)

    async def _run(self, seconds: float) -> None:
        await self._call(seconds)

    def _where(self) -> str:
        frame = sys._current_frames().get(self._watched)
        if frame is None:
            return ""
        return "".join(traceback.format_stack(frame, _INNERMOST)).strip()
