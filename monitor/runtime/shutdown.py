"""Signals: the first request to end does so in good order, the second at once; a hangup asks to reload."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Signals:
    """What the system asks of this process: `stop` is set once it is to end, `reload` to read files anew."""

    stop: asyncio.Event = field(default_factory=asyncio.Event)
    reload: asyncio.Event = field(default_factory=asyncio.Event)


def listen_to_signals() -> Signals:
    """Set up SIGINT, SIGTERM and SIGHUP; a second request to end ends the process there and then."""
    signals = Signals()
    loop = asyncio.get_running_loop()
    on_terminal = sys.stdin is not None and sys.stdin.isatty()

    def end(number: int) -> None:
        if signals.stop.is_set():
            os._exit(128 + number)
        signals.stop.set()

    def hang_up() -> None:
        # Where the terminal that we were started on is closed, nobody is there to read anything any more.
        gone = on_terminal and _terminal_gone()
        (signals.stop if gone else signals.reload).set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, end, number)
    loop.add_signal_handler(signal.SIGHUP, hang_up)
    return signals


def _terminal_gone() -> bool:
    try:
        os.tcgetpgrp(0)
    except OSError:
        return True
    return False
