"""A send that is cancelled, wherever it stands, ends at once, passes through and leaves no socket."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from rich.console import Console

from monitor.feeds.config import OutboundConfig
from monitor.feeds.guard import open_session
from monitor.notify.channel import Channel, Wires
from monitor.notify.channels import email as email_channel
from monitor.stores.archive import open_archive
from monitor.stores.engines import sqlite_url
from monitor.stores.queue import Queue
from tests.contracts.delivering import Clock, Desk
from tests.contracts.raw_http import Act, http, mute_server, raw_server
from tests.contracts.smtp_script import Do, smtp_script
from tests.contracts.test_answer_tables import opened

LOOPBACK = OutboundConfig.model_validate({"allow": ["127.0.0.0/8"]})
STEPS = {
    "before the head": (Act.SILENCE,),
    "in the head": (b"HTTP/1.1 200 OK\r\nX-", Act.SILENCE),
    "before the text": (http(200, "", length=2), Act.SILENCE),
    "in the text": (http(200, "o", length=2), Act.SILENCE),
    "while it drips": (http(200, "", length=400), Act.DRIP),
}  # fmt: skip
HTTP = [f"{form} {step}" for form in ("webhook", "bot") for step in (*STEPS, "in the handshake")]
MAIL = [f"mail {step}" for step in ("greeting", "EHLO", "MAIL", "RCPT", "DATA", "dot", "QUIT")]


@pytest.fixture
async def desk_of(tmp_path: Path, queue_socket: Path) -> AsyncIterator[object]:
    archive = open_archive(sqlite_url(tmp_path / "archive.sqlite"))
    queue = Queue(f"unix://{queue_socket}", f"t{secrets.token_hex(6)}", block=0.05)
    yield lambda channel, clock: Desk(archive, queue, channel, clock)
    await queue.close()
    archive.close()


async def silent_way(case: str, clock: Clock, stack: AsyncExitStack) -> tuple[Channel, Callable[[], object]]:
    """Open a channel whose peer falls silent at the step that the case names; and tell when it has."""
    form, _, step = case.partition(" ")
    if form == "mail":
        script = await stack.enter_async_context(smtp_script({step: Do.SILENCE}))
        settings = {
            "to": ["ana@example.org"],
            "from": "w@example.org",
            "host": "127.0.0.1",
            "port": script.port,
        }
        config = email_channel.Config.model_validate(settings)
        wires = Wires(None, clock, Console())  # type: ignore[arg-type]
        return config.open(wires), lambda: step in script.reached
    before, there = len(peers()), asyncio.Event()
    if step == "in the handshake":
        origin = f"https://127.0.0.1:{await stack.enter_async_context(mute_server())}"
    else:
        server = await stack.enter_async_context(raw_server(STEPS[step], afterwards=(http(200, "ok"),)))
        origin, there = f"http://127.0.0.1:{server.port}", server.arrived
    session = await stack.enter_async_context(open_session(LOOPBACK))
    channel = opened(form, origin, Wires(session, clock, Console()), 20)
    if step == "in the handshake":
        return channel, lambda: len(peers()) > before
    return channel, there.is_set


def peers() -> list[str]:
    """List this process's TCP connections that are established, from our side or a server's in it."""
    own = set()
    for handle in Path("/proc/self/fd").iterdir():
        try:
            own.add(os.readlink(handle))  # noqa: PTH115 - it leads to no path
        except OSError:
            continue
    rows = [line.split() for line in Path("/proc/self/net/tcp").read_text().splitlines()[1:]]
    return [row[2] for row in rows if row[3] == "01" and f"socket:[{row[9]}]" in own]


@pytest.mark.parametrize("case", [*HTTP, *MAIL])
async def test_a_cancelled_send_leaves_nothing(case: str, desk_of) -> None:
    """The cancellation comes out of the deliverer at once; no outcome is written, no connection stays."""
    clock = Clock()
    async with AsyncExitStack() as stack:
        before = len(peers())
        channel, silent = await silent_way(case, clock, stack)
        desk = desk_of(channel, clock)
        [waiting] = await desk.raise_alert()
        sending = asyncio.create_task(desk.attempt(waiting))
        await until(silent)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(sending, 3)
        assert isinstance(desk.witness.ends[-1], asyncio.CancelledError)
        standing = await desk.standing(waiting)
        assert (standing.state, standing.outcomes, standing.receipts) == ("pending", (None,), 0)
        await until(lambda: len(peers()) <= before)


async def until(true) -> None:
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110 - the system's list of connections tells nobody when it changes
            await asyncio.sleep(0.01)
