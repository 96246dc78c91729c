"""The tables of answers, each row at the first try and in the middle of retries, through the real way."""

from __future__ import annotations

import os
import secrets
import ssl
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
import trustme
from rich.console import Console

from monitor.feeds.config import OutboundConfig
from monitor.feeds.guard import open_session
from monitor.notify.channel import Channel, Wires
from monitor.notify.channels import email as email_channel
from monitor.notify.slack_api import SlackApi
from monitor.notify.slack_bot import SlackBot
from monitor.notify.slack_webhook import SlackWebhook
from monitor.stores.archive import Archive, open_archive
from monitor.stores.engines import sqlite_url
from monitor.stores.queue import Queue
from monitor.values import Secret
from tests.contracts import answers_mail
from tests.contracts.answers_http import (
    AGAIN,
    DONE,
    GONE,
    LATER,
    LOCKED_OUT,
    NEVER,
    POSTED,
    ROWS,
    UNKNOWN,
    End,
    Ground,
    Row,
)
from tests.contracts.answers_mail import ANA, BEN, CLEO, MailRow
from tests.contracts.delivering import Clock, Desk, Standing, earliest, latest
from tests.contracts.raw_http import Act, RawServer, http, mute_server, raw_server
from tests.contracts.smtp_script import Do, SmtpScript, smtp_script
from tests.feeds.proxy import proxying

BEFORE = 3  # failed attempts, when a row is met in the middle of retries
LOOPBACK = OutboundConfig.model_validate({"allow": ["127.0.0.0/8"]})
# Rows that are met in the middle of retries, too: every one of so many.
SOME = 1 if os.environ.get("WATCHWORD_TEST_EVERYTHING") else 4
SLOW = {Act.SILENCE, Act.DRIP}


def first_and_again(cases: Mapping[str, tuple[object, ...]]) -> list[object]:
    """Give each case at the first attempt, and some after failed ones."""
    first = [pytest.param(*case, 0, id=f"{name}-first") for name, case in cases.items()]
    again = [pytest.param(*case, BEFORE, id=f"{name}-mid-retry") for name, case in cases.items()]
    return [*first, *again[::SOME]]


@pytest.fixture(scope="module")
def ledger() -> Iterator[Archive]:
    """One archive for all rows; each row has an alert of its own. In memory, for no row is about the disk."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        archive = open_archive(sqlite_url(Path(folder) / "archive.sqlite"))
        yield archive
        archive.close()


@pytest.fixture
async def stream(queue_socket: Path) -> AsyncIterator[Queue]:
    queue = Queue(f"unix://{queue_socket}", f"t{secrets.token_hex(6)}", block=0.05)
    yield queue
    await queue.close()


def patience(row: Row) -> float:
    slow = any(step in SLOW for answer in row.answers for step in answer)
    return 0.25 if slow or row.ground in (Ground.NOT_TLS, Ground.TLS_SILENT, Ground.PROXY_SILENT) else 5.0


def opened(form: str, origin: str, wires: Wires, timeout: float) -> Channel:
    if form == "webhook":
        return SlackWebhook(f"{origin}/services/T000/B000/canary-webhook", "", timeout, wires)
    api = SlackApi(f"{origin}/api/", "xoxb-1-2-canary", timeout, wires)
    return SlackBot(api, "1", "C0000DESK", "", wires)


@asynccontextmanager
async def way(row: Row, form: str, clock: Clock, before: int) -> AsyncIterator[tuple[Channel, RawServer]]:
    """Open the channel, and put what the row says between it and its server."""
    well = http(200, "ok" if form == "webhook" else POSTED)
    earlier = [(http(503),)] * (before if row.ground is Ground.NONE else 0)
    async with AsyncExitStack() as stack:
        tls = untrusted() if row.ground is Ground.TLS_UNTRUSTED else None
        server = await stack.enter_async_context(
            raw_server(*earlier, *row.answers, afterwards=(well,), tls=tls)
        )
        outbound, origin = await ground(row.ground, server, stack)
        session = await stack.enter_async_context(open_session(outbound))
        yield opened(form, origin, Wires(session, clock, Console()), patience(row)), server


def untrusted() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    return context


MUTE = {
    Ground.TLS_SILENT: (Act.SILENCE,),
    Ground.TLS_RESET: (Act.RESET,),
    Ground.TLS_GARBAGE: (b"220 mail.example ready\r\n", Act.CLOSE),
    Ground.PROXY_SILENT: (Act.SILENCE,),
    Ground.PROXY_RESET: (Act.RESET,),
    Ground.PROXY_REFUSES: (b"HTTP/1.1 502 Bad gateway\r\nContent-Length: 0\r\n\r\n", Act.CLOSE),
}  # fmt: skip


async def ground(kind: Ground, server: RawServer, stack: AsyncExitStack) -> tuple[OutboundConfig, str]:
    """Give the outbound settings and the origin to ask for that run aground in this way."""
    port = server.port
    if kind in MUTE:
        port = await stack.enter_async_context(mute_server(MUTE[kind]))
    elif kind is Ground.PROXY_LOGIN:
        port = (await stack.enter_async_context(proxying(login="Basic eDp5"))).port
    if kind.name.startswith("PROXY"):
        return LOOPBACK.model_copy(update={"proxy": _proxy(port)}), "https://slack.example"
    secure = "TLS" in kind.name
    origin = f"http{'s' if secure else ''}://127.0.0.1:{port}"
    elsewhere = {Ground.NO_NAME: "http://no-such-host.invalid", Ground.NOBODY: "http://127.0.0.1:1"}
    return OutboundConfig() if kind is Ground.DOOR else LOOPBACK, elsewhere.get(kind, origin)


def _proxy(port: int) -> object:
    return OutboundConfig.model_validate({"proxy": f"http://127.0.0.1:{port}"}).proxy


@pytest.mark.parametrize(
    ("row", "form", "before"),
    first_and_again({f"{row.name}, {form}": (row, form) for row in ROWS for form in row.forms}),
)
async def test_an_http_answer_comes_to_its_end(
    row: Row, form: str, before: int, ledger: Archive, stream: Queue
) -> None:
    """Each row ends in exactly its class, waits as long as it was asked to, and is told once in the end."""
    clock = Clock()
    async with way(row, form, clock, before) as (channel, server):
        desk = Desk(ledger, stream, channel, clock)
        [waiting] = await desk.raise_alert()
        for _ in range(before):
            clock.now = (await desk.attempt(waiting)).next_at
        standing = await desk.attempt(waiting)
        end = desk.witness.ends[-1]
        assert type(end) is row.end.value, end
        assert row.said in str(end)
        assert len(server.requests) == len(row.answers) + (before if row.ground is Ground.NONE else 0)
        if row.end in AGAIN:
            assert (standing.state, standing.receipts) == ("pending", 0)
            assert end.retry_after == row.wait  # type: ignore[union-attr]
            waits = standing.next_at - clock.now
            assert earliest(before, row.wait) <= waits <= latest(before, row.wait)
            if row.ground is Ground.NONE:
                await told_once_more(desk, waiting, row.end, server)
        else:
            expected = {DONE: ("delivered", 1), NEVER: ("dead", 0), GONE: ("dead", 0)}[row.end]
            assert (standing.state, standing.receipts) == expected


async def told_once_more(desk: Desk, waiting, end: End, server: RawServer) -> None:
    """Once the server is well the alert is told, and says that it may be a repeat only where it may."""
    standing = await desk.settle(waiting)
    assert (standing.state, standing.receipts) == ("delivered", 1)
    assert desk.witness.sent[-1].possible_repeat is (end is UNKNOWN)
    assert (b"Possible repeat" in server.requests[-1]) is (end is UNKNOWN)


def test_the_table_of_http_answers_is_long_enough() -> None:
    """At least 80 answers, each once in each form, and every end among them."""
    names = [(row.name, form) for row in ROWS for form in row.forms]
    assert len(names) == len(set(names))
    assert len({row.name for row in ROWS}) >= 80
    assert {row.end for row in ROWS} == set(End) - {LOCKED_OUT}
    print(f"{len({row.name for row in ROWS})} answers, {len(names)} with their forms, {2 * len(names)} sends")


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ssl.SSLContext]:
    """A certificate for localhost of an authority that this process trusts, as an operator would have it."""
    authority = trustme.CA()
    path = tmp_path_factory.mktemp("trust") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(path))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(context)
        yield context


@asynccontextmanager
async def mailing(
    row: MailRow, clock: Clock, certified: ssl.SSLContext
) -> AsyncIterator[tuple[Channel, SmtpScript]]:
    """Open the channel to a server that follows the row's script."""
    settings = {"to": [ANA, BEN, CLEO], "from": "watchword@example.org", "host": "127.0.0.1", **row.settings}
    if "password" in settings:
        settings["password"] = Secret(str(settings["password"]))
    async with (
        smtp_script(dict(row.replies), times=row.times, offers=row.offers, starttls=certified) as script,
        aiohttp.ClientSession() as session,
    ):
        config = email_channel.Config.model_validate({**settings, "port": script.port})
        slow = any(reply in (Do.SILENCE, Do.DRIP) for reply in row.replies.values())
        patience = timedelta(seconds=0.3 if slow else 5)
        wires = Wires(session, clock, Console())
        yield config.model_copy(update={"timeout": patience}).open(wires), script


@pytest.mark.parametrize(("row", "before"), first_and_again({row.name: (row,) for row in answers_mail.ROWS}))
async def test_a_mail_servers_answer_comes_to_its_end(
    row: MailRow, before: int, ledger: Archive, stream: Queue, certified: ssl.SSLContext
) -> None:
    """Each script ends in its class for the one it is about; the others are told once, whatever it is."""
    clock = Clock()
    async with mailing(row, clock, certified) as (channel, script):
        desk = Desk(ledger, stream, channel, clock)
        told = {waiting.destination.removeprefix("email:"): waiting for waiting in await desk.raise_alert()}
        scripted, script.replies = script.replies, {"greeting": "421 4.3.2 come back later"}
        script.times = 10**6
        for _ in range(before):
            for waiting in told.values():
                clock.now = max(clock.now, (await desk.attempt(waiting)).next_at)
        script.replies, script.times = scripted, row.times
        script.reached.clear()
        if row.about_ben:
            await desk.attempt(told[ANA])
        standing = await desk.attempt(told[BEN])
        judge(row, desk, standing, before)
        for address in (ANA, CLEO):
            assert (await desk.settle(told[address])).state == "delivered"
        await desk.settle(told[BEN])
        mails = Counter(recipient for recipient, _ in script.kept)
        assert mails == Counter({ANA: 1, BEN: row.kept, CLEO: 1}) - Counter()
        assert f"RCPT TO:<{BEN}>" in "".join(script.lines) or row.kept == 0


def judge(row: MailRow, desk: Desk, standing: Standing, before: int) -> None:
    """Judge the first send that met the script."""
    end = desk.witness.ends[-1]
    assert type(end) is row.end.value, end
    assert row.said in str(end)
    if row.end in AGAIN:
        assert standing.state == "pending"
        assert end.retry_after == row.wait  # type: ignore[union-attr]
        waits = standing.next_at - desk.clock.now
        assert earliest(before, row.wait) <= waits <= latest(before, row.wait)
        assert standing.outcomes[-1] == ("unknown" if row.end is UNKNOWN else "deferred")
    else:
        assert (standing.state, standing.receipts) == (("delivered", 1) if row.end is DONE else ("dead", 0))


def test_the_table_of_mail_answers_is_long_enough() -> None:
    """At least 25 scripts, no two of one name, and every end among them that mail knows."""
    names = [row.name for row in answers_mail.ROWS]
    assert len(names) == len(set(names)) >= 25
    assert {row.end for row in answers_mail.ROWS} == {DONE, LATER, LOCKED_OUT, UNKNOWN, NEVER}
    print(f"{len(names)} scripts, each for 3 recipients, {2 * len(names)} conversations")
