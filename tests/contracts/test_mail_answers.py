from __future__ import annotations

import asyncio
import base64
import email
import email.policy
import logging
import socket
import ssl
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import trustme
from rich.console import Console

from monitor.errors import Deferred, LoginRefused, OutcomeUnknown, Rejected
from monitor.model import Notification
from monitor.notify.channel import Channel, Wires
from monitor.notify.channels.email import Config
from monitor.values import Secret, parse_duration
from tests.contracts.servers import DRIP, DROP, HANG, mail_server, scripted_mail_server
from tests.notify.samples import NOW, article, notification

ANA, BEN = "ana@example.org", "ben@example.org"


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def wires(session: aiohttp.ClientSession) -> Wires:
    return Wires(session, lambda: NOW, Console())


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """A certificate authority that this process trusts, as an operator would make it trusted."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return authority


def certified(authority: trustme.CA, name: str = "localhost") -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def opened(wires: Wires, port: int, **settings: Any) -> Channel:
    given = {"to": [ANA, BEN], "from": "watchword@example.org", "host": "127.0.0.1", "port": port, **settings}
    return Config.model_validate(given).open(wires)


def told(address: str = ANA, **changes: object) -> Notification:
    return notification(destination=f"email:{address}", **changes)


def read(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


async def test_one_mail_to_one_recipient(wires: Wires) -> None:
    """A notification is one mail to its one recipient, from the sender that is configured."""
    async with mail_server() as box:
        receipt = await opened(wires, box.port).send(told())
    assert (receipt.detail, receipt.sent_at) == ("250 2.0.0 taken", NOW)
    ((sender, recipients, raw),) = box.mails
    assert (sender, recipients) == ("watchword@example.org", [ANA])
    message = read(raw)
    assert message["To"] == ANA
    assert message["Subject"] == "[high] Shamkhani and Patrushev speak of common threats"
    assert message["Date"].datetime == NOW
    assert message["List-Id"] == "<iran-desk.example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Watchword-Alert"] == "a1"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


async def test_message_ids_are_stable_and_threaded(wires: Wires) -> None:
    """Every try of a notification bears one id; follow-ups refer to the alert's first mail there."""
    async with mail_server() as box:
        channel = opened(wires, box.port)
        for address, revision in ((ANA, 1), (ANA, 1), (ANA, 2), (BEN, 1)):
            await channel.send(told(address, revision=revision, possible_repeat=True))
    first, again, second, other = (read(raw) for _, _, raw in box.mails)
    assert first["Message-ID"] == again["Message-ID"]
    assert len({mail["Message-ID"] for mail in (first, second, other)}) == 3
    assert second["In-Reply-To"] == second["References"] == first["Message-ID"]
    assert first["References"] is None


async def test_a_refused_recipient_stops_nobody_else(wires: Wires) -> None:
    """Where one recipient is refused, only that one is rejected, and nobody is mailed twice."""
    async with mail_server() as box:
        box.refused = {ANA: "550 5.1.1 no such user", BEN: "250 OK"}
        box.refused.pop(BEN)
        channel = opened(wires, box.port)
        results = await asyncio.gather(
            channel.send(told(ANA)), channel.send(told(BEN)), return_exceptions=True
        )
    assert isinstance(results[0], Rejected)
    assert "550 5.1.1 no such user" in results[0].reason
    assert [recipients for _, recipients, _ in box.mails] == [[BEN]]


@pytest.mark.parametrize(
    ("step", "reply", "expected", "said"),
    [
        ("RCPT", "450 4.2.1 mailbox busy", Deferred, "refuses ana@example.org: 450 4.2.1 mailbox busy"),
        ("RCPT", "451 4.7.1 greylisted", Deferred, "greylisted"),
        ("RCPT", "452 4.5.3 too many", Deferred, "452"),
        ("RCPT", "421 4.3.0 closing", Deferred, "421"),
        ("RCPT", "550 5.1.1 unknown", Rejected, "refuses ana@example.org: 550 5.1.1 unknown"),
        ("RCPT", "551 5.1.6 moved", Rejected, "551"),
        ("RCPT", "552 5.2.2 full", Rejected, "552"),
        ("RCPT", "553 5.1.3 bad name", Rejected, "553"),
        ("RCPT", "554 5.7.1 policy", Rejected, "554"),
        ("RCPT", "530 5.7.0 log in first", LoginRefused, "wants a login"),
        ("MAIL", "451 4.3.0 try again", Deferred, "refuses the sender"),
        ("MAIL", "550 5.7.1 not your address", Rejected, "set `from`"),
        ("MAIL", "530 5.7.0 log in first", LoginRefused, "wants a login"),
        ("DATA", "451 4.3.0 not now", Deferred, "refuses the mail"),
        ("DATA", "554 5.5.1 no", Rejected, "refuses the mail"),
        ("mail", "451 4.3.0 not now", Deferred, "refuses the mail"),
        ("mail", "452 4.3.1 disk full", Deferred, "452"),
        ("mail", "550 5.7.1 spam", Rejected, "550 5.7.1 spam"),
        ("mail", "552 5.3.4 too big", Rejected, "552"),
        ("mail", "554 5.6.0 bad", Rejected, "554"),
        ("greeting", "421 4.3.2 too busy", Deferred, "421"),
        ("greeting", "554 5.7.1 you are blocked", Deferred, "554"),
        ("EHLO", "421 4.3.2 too busy", Deferred, "421"),
        ("greeting", DROP, Deferred, "cannot be used"),
        ("EHLO", DROP, Deferred, "broke at the sender"),
        ("MAIL", DROP, Deferred, "broke at the sender"),
        ("RCPT", DROP, Deferred, "broke at ana@example.org"),
        ("DATA", DROP, Deferred, "broke at the mail"),
        ("mail", DROP, OutcomeUnknown, "broke at the mail"),
        ("greeting", "250 what", Deferred, "250"),
        ("greeting", "HTTP/1.1 400 Bad Request", Deferred, ""),
    ],
)
async def test_answers(wires: Wires, step: str, reply: str, expected: type[Exception], said: str) -> None:
    """4xx waits and 5xx about the mail is final; what concerns the connection waits, whatever its code."""
    async with scripted_mail_server(**{step: reply}) as script:
        with pytest.raises((Deferred, Rejected)) as caught:
            await opened(wires, script.port).send(told())
    assert type(caught.value) is expected
    assert said in str(caught.value)


async def test_a_broken_good_bye_is_success(wires: Wires) -> None:
    """Once the mail is taken, nothing that happens after it makes it a failure."""
    async with scripted_mail_server(QUIT=DROP) as script:
        assert (await opened(wires, script.port).send(told())).detail == "250 2.0.0 taken"
    assert len(script.mails) == 1


@pytest.mark.parametrize(
    ("step", "reply", "expected"),
    [
        ("greeting", HANG, Deferred),
        ("EHLO", HANG, Deferred),
        ("EHLO", DRIP, Deferred),
        ("RCPT", DRIP, Deferred),
        ("mail", HANG, OutcomeUnknown),
        ("mail", DRIP, OutcomeUnknown),
    ],
)
async def test_slow_servers(wires: Wires, step: str, reply: str, expected: type[Exception]) -> None:
    """A server that is silent or drips takes no longer than the time-out; after the mail nobody knows."""
    async with scripted_mail_server(**{step: reply}) as script:
        channel = opened(wires, script.port, timeout=parse_duration("1s"))
        async with asyncio.timeout(4):
            with pytest.raises(Deferred) as caught:
                await channel.send(told())
    assert type(caught.value) is expected


async def test_nobody_there(wires: Wires) -> None:
    """A refused connection and a name that does not exist are deferred."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(Deferred, match="Connection refused"):
        await opened(wires, port).send(told())
    with pytest.raises(Deferred, match="cannot be used"):
        await opened(wires, port, host="no-such-host.invalid", tls="none").send(told())


async def test_starttls_and_login(wires: Wires, authority: trustme.CA) -> None:
    """With STARTTLS the login and the mail travel encrypted."""
    login = ("watchword", "canary-mail-secret")
    async with mail_server(starttls=certified(authority), login=login) as box:
        settings = {"host": "localhost", "tls": "starttls", "user": login[0], "password": Secret(login[1])}
        await opened(wires, box.port, **settings).send(told())
    assert (box.logins, box.encrypted) == ([login], [True])


async def test_tls_from_the_first_byte(wires: Wires, authority: trustme.CA) -> None:
    """With `tls: tls` the connection is encrypted from its first byte."""
    async with mail_server(tls=certified(authority)) as box:
        await opened(wires, box.port, host="localhost", tls="tls").send(told())
    assert box.encrypted == [True]


async def test_certificates_are_checked(wires: Wires, authority: trustme.CA) -> None:
    """A certificate of nobody we trust, or of another host, gets no mail."""
    for context in (certified(trustme.CA()), certified(authority, "other.example")):
        async with mail_server(starttls=context) as box:
            with pytest.raises(Deferred, match="certificate is not trusted"):
                await opened(wires, box.port, host="localhost", tls="starttls").send(told())
        assert box.mails == []


async def test_a_server_without_starttls_gets_nothing(wires: Wires) -> None:
    """Where encryption is wanted and not offered, neither login nor mail is sent."""
    async with scripted_mail_server() as script:
        settings = {"tls": "starttls", "user": "watchword", "password": Secret("canary-mail-secret")}
        with pytest.raises(Deferred, match="check `tls`"):
            await opened(wires, script.port, **settings).send(told())
    assert [line.split()[0] for line in script.heard] == ["EHLO"]


async def test_a_refused_login_waits(wires: Wires) -> None:
    """A wrong password defers for a quarter of an hour and says what to check, not what the server said."""
    async with mail_server(login=("watchword", "right")) as box:
        settings = {"user": "watchword", "password": Secret("canary-mail-secret")}
        with pytest.raises(Deferred, match="check user and password") as caught:
            await opened(wires, box.port, **settings).send(told())
    assert caught.value.retry_after == 900.0
    assert box.mails == []


async def test_a_server_that_repeats_the_password(wires: Wires, caplog: pytest.LogCaptureFixture) -> None:
    """A server that says the password back cannot get it into an error or a log."""
    caplog.set_level(logging.DEBUG)
    secret = "canary-mail-secret"
    wire = base64.b64encode(f"\0watchword\0{secret}".encode()).decode()
    settings = {"user": "watchword", "password": Secret(secret)}
    for step, reply in (
        ("AUTH", f"535 bad AUTH PLAIN {wire} {secret}"),
        ("RCPT", f"550 {secret} is no password"),
    ):
        replies = {"AUTH": "235 welcome", step: reply}
        async with scripted_mail_server(**replies) as script:
            with pytest.raises((Deferred, Rejected)) as caught:
                await opened(wires, script.port, **settings).send(told())
        assert secret not in str(caught.value) + caplog.text
        assert wire not in str(caught.value) + caplog.text


async def test_the_sender_without_configuration(wires: Wires) -> None:
    """Without `from` the mail comes from watchword at this machine."""
    async with mail_server() as box:
        config = Config.model_validate({"to": [ANA], "host": "127.0.0.1", "port": box.port})
        await config.open(wires).send(told())
    assert box.mails[0][0].startswith("watchword@")


async def test_scripts_survive_the_way(wires: Wires) -> None:
    """Titles in any script arrive as they were sent, in the subject and in both parts."""
    title = "伊朗 · Россия · ایران · İstanbul · 👩🏽‍🚀 · " + "длинный заголовок " * 20
    async with mail_server() as box:
        await opened(wires, box.port).send(told(article=article(title=title)))
    message = read(box.mails[0][2])
    assert "İstanbul · 👩🏽‍🚀 · длинный" in message["Subject"]
    for kind in ("plain", "html"):
        body = message.get_body((kind,))
        assert body is not None
        assert "длинный заголовок" in body.get_content()
    assert max(len(line) for line in box.mails[0][2].split(b"\r\n")) <= 998
    assert b"\n" not in box.mails[0][2].replace(b"\r\n", b"")
