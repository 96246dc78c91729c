"""Loops and logs: nothing but a stop ends them, and a stop always does."""

from __future__ import annotations

import asyncio
import io
import sys
from contextlib import suppress

import pytest
import structlog

from monitor import events
from monitor.errors import StoreUnavailable
from monitor.runtime.logs import configure_logs
from monitor.runtime.loops import keep_going


async def test_a_swallowed_cancellation_ends_a_loop_all_the_same() -> None:
    """A library that swallows the cancellation (as `wait_for` may) delays the stop by a step."""
    waiting = asyncio.Event()

    async def step() -> None:
        if waiting.is_set():
            await asyncio.Event().wait()
        waiting.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()

    task = asyncio.create_task(keep_going("deaf", step))
    await waiting.wait()
    task.cancel()
    done, _ = await asyncio.wait({task}, timeout=5)
    assert done
    assert task.cancelled()


class Full(io.StringIO):
    """A file on a full disk."""

    def write(self, text: str) -> int:
        raise OSError(28, "No space left on device")


async def test_a_log_that_cannot_be_written_ends_no_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Standard error on a full disk costs log lines, never a loop that reports its own failure there."""
    monkeypatch.setattr(sys, "stderr", Full())
    before = structlog.get_config()
    configure_logs("info", "json")
    calls, enough = 0, asyncio.Event()

    async def step() -> None:
        nonlocal calls
        calls += 1
        if calls > 2:
            enough.set()
            await asyncio.Event().wait()
        events.queue_restarted()
        raise StoreUnavailable("the disk is full")

    task = asyncio.create_task(keep_going("t", step))
    try:
        async with asyncio.timeout(10):
            await enough.wait()
    finally:
        structlog.configure(**before)
        task.cancel()
        await asyncio.wait({task})
