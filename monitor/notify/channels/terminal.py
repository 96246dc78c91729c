"""Alerts in the terminal that Watchword runs in.

Each alert is a block with a bar at its left whose colour tells the severity; the words that matched stand
out. A follow-up that brings no new rule is a few lines and no block, and begins with `+`, or with `!` where
it corrects or withdraws what was told. Where the output is a pipe or a file, the same is written without
colours, so that it can be read, searched and kept.

```yaml
receivers:
  desk:
    channels:
      - {kind: terminal}
```

- `rate` (default: none): how fast alerts are printed; what comes faster goes together in one block.

A terminal that does not take what is written (a pager that is held, a full disk)
delays only itself: the alert is tried again later.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import threading
from collections.abc import Callable
from typing import Any, cast

from rich.console import Console

from monitor.errors import Deferred, OutcomeUnknown, Rejected
from monitor.model import Notification, Receipt
from monitor.notify.alert_text import alert_text
from monitor.notify.channel import Channel, ChannelConfig, Destination, Wires
from monitor.notify.terminal_block import TerminalBlock

_PATIENCE = 10.0  # seconds that one block may take to be written


class Config(ChannelConfig):
    """There is nothing to set."""

    def open(self, wires: Wires) -> Channel:
        """Build the channel on the console handed in."""
        return TerminalChannel(wires)


class TerminalChannel:
    """Prints alerts one after the other, never waiting for the terminal in the event loop."""

    def __init__(self, wires: Wires, patience: float = _PATIENCE) -> None:
        self._wires = wires
        self._patience = patience
        self._turn = asyncio.Lock()
        self._unfinished: asyncio.Future[None] | None = None

    def destinations(self) -> tuple[Destination, ...]:
        """Name the one destination: this process's terminal."""
        return (Destination("terminal:stderr", "the terminal"),)

    async def send(self, notification: Notification) -> Receipt:
        """Print the alert."""
        if notification.destination != "terminal:stderr":
            raise Rejected(f"{notification.destination} is no longer a destination of this receiver")
        console = self._wires.console
        block = TerminalBlock(alert_text(notification))
        async with self._turn:
            await self._print(lambda: _write(console, block))
        return Receipt("printed", self._wires.clock())

    async def handshake(self) -> str:
        """See that the terminal takes what is written, by writing nothing to it."""
        console = self._wires.console
        async with self._turn:
            await self._print(console.file.flush)
        return "a terminal" if console.is_terminal else "a pipe or a file"

    async def close(self) -> None:
        """Nothing was opened."""

    async def _print(self, write: Callable[[], None]) -> None:
        if self._unfinished is not None and not self._unfinished.done():
            raise Deferred("the terminal still holds the alert before this one")
        self._unfinished = _in_thread(write)
        done, _ = await asyncio.wait({self._unfinished}, timeout=self._patience)
        if not done:
            raise OutcomeUnknown("the terminal does not take what is written to it")
        fault = self._unfinished.exception()
        if fault is not None:
            raise Deferred(f"the terminal cannot be written to: {fault}") from None


def _write(console: Console, block: TerminalBlock) -> None:
    console.file.write(_drawn(console, block))
    console.file.flush()


def _drawn(console: Console, block: TerminalBlock) -> str:
    """Draw the block as the console would; printed by rich, it would end the process with a broken pipe."""
    drawing = io.BytesIO()
    draft = Console(
        file=io.TextIOWrapper(drawing, encoding=console.encoding, errors="replace", write_through=True),
        width=console.width,
        force_terminal=console.is_terminal,
        color_system=cast("Any", console.color_system),
        no_color=console.no_color,
        legacy_windows=False,
    )
    draft.print(block, crop=False)
    return drawing.getvalue().decode(console.encoding)


def _in_thread(write: Callable[[], None]) -> asyncio.Future[None]:
    """Run a blocking write in a thread of its own, which a terminal that is held cannot make us wait for."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[None] = loop.create_future()

    def settle(fault: BaseException | None) -> None:
        if future.done():
            return
        if fault is None:
            future.set_result(None)
        else:
            future.set_exception(fault)
            future.exception()  # it may be nobody's any more: whoever waited has given up

    def run() -> None:
        fault: BaseException | None = None
        try:
            write()
        except (OSError, ValueError) as error:  # ValueError: the file is closed
            fault = error
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, fault)

    threading.Thread(target=run, name="terminal", daemon=True).start()
    return future
