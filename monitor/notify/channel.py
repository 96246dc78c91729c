"""What a channel is: a few destinations and a way to send one notification to one of them.

A new kind of channel is one file in `monitor/notify/channels/` (or a module of an outside package) with

- a docstring, which is its page in the manual and ends with an example;
- `Config`, a subclass of `ChannelConfig`: what may stand beside `kind:`, and `open`, which builds
- a class with the four methods of `Channel`.

The contract, which the shared tests hold every channel in the folder to:

- `send` gives a `Receipt`, or raises `Deferred` (the same notification may succeed later) or `Rejected`
  (it never will); time-outs and faults of the wire are mapped to these. `OutcomeUnknown`, a `Deferred`, says
  that the message may have arrived. Cancellation passes through.
- A refusal of *this message* is `Rejected`. What is wrong between *us and the server* (connection, TLS,
  login) is `Deferred`: it hits every alert alike, and all of them should arrive once it is mended.
- No secret in any error, log line, destination or receipt.
- Text from feeds is plain text at the other end: no mark-up, mention, link, header or control character.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Protocol

from pydantic import Field

from monitor.model import Notification, Receipt
from monitor.values import Rate, RateValue, Strict

if TYPE_CHECKING:
    import aiohttp
    from rich.console import Console


@dataclass(frozen=True, slots=True)
class Destination:
    """An address that a rate limit applies to.

    `id` is stable over restarts, the same wherever the address is configured, and holds no secret;
    `shown` is what people read in logs and status.
    """

    id: str
    shown: str


@dataclass(frozen=True, slots=True)
class Wires:
    """What channels touch the world with; `http` is the guarded session of the outbound door."""

    http: aiohttp.ClientSession
    clock: Callable[[], datetime]
    console: Console


class Channel(Protocol):
    """A way to people. It is opened once and used for many notifications, also at the same time."""

    def destinations(self) -> tuple[Destination, ...]:
        """Name the addresses that notifications can go to; each gets its own."""
        ...

    async def send(self, notification: Notification) -> Receipt:
        """Carry a notification to its destination; raises only `Deferred` and `Rejected`."""
        ...

    async def handshake(self) -> str:
        """Come as far as a message would, and send none; gives what the other end is or said.

        For `watchword doctor`. Raises what `send` raises.
        """
        ...

    async def close(self) -> None:
        """Let go of what the channel itself opened; the wires are closed by their owner."""
        ...


class ChannelConfig(Strict):
    """Base of every channel's `Config`.

    `default_rate` is how fast its destinations may be written to where nobody says; None is no bound.
    """

    default_rate: ClassVar[Rate | None] = None

    rate: RateValue | None = Field(
        default=None, description="How fast each destination is written to at most, such as 1/s or 30/m."
    )

    @property
    def pace(self) -> Rate | None:
        """How fast each destination of the channel may be written to."""
        return self.rate or self.default_rate

    @abstractmethod
    def open(self, wires: Wires) -> Channel:
        """Build the channel; it touches nothing yet."""
