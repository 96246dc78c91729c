from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from rich.console import Console

from monitor.errors import Deferred, OutcomeUnknown, Rejected, SetupError, Unreachable
from monitor.model import Notification
from monitor.notify.channel import Channel, Wires
from monitor.notify.channels.slack import Config
from monitor.values import Secret, parse_duration
from tests.contracts.servers import Webhook, answering, slack_shaped
from tests.notify.samples import NOW, notification

DATE = "Mon, 23 Nov 2026 10:00:00 GMT"
LATER = "Mon, 23 Nov 2026 10:02:00 GMT"


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def webhook() -> AsyncIterator[Webhook]:
    async with slack_shaped() as webhook:
        yield webhook


def opened(url: str, session: aiohttp.ClientSession, timeout: str = "5s") -> Channel:
    config = Config(webhook=Secret(url), timeout=parse_duration(timeout))
    return config.open(Wires(session, lambda: NOW, Console()))


def told(channel: Channel) -> Notification:
    return notification(destination=channel.destinations()[0].id)


@pytest.fixture
def channel(webhook: Webhook, session: aiohttp.ClientSession) -> Channel:
    return opened(webhook.url, session)


@pytest.mark.parametrize(
    ("status", "body"),
    [(200, "ok"), (200, "ok\n"), (200, "OK"), (201, "ok"), (200, '{"ok":true}'), (200, '{"success":true}')],
)
async def test_taken(channel: Channel, webhook: Webhook, status: int, body: str) -> None:
    """What Slack and servers shaped like it say when they took a message is success."""
    webhook.answers = [answering(status, body)]
    receipt = await channel.send(told(channel))
    assert (receipt.detail, receipt.sent_at) == (f"{status} ok", NOW)
    assert len(webhook.payloads) == 1


@pytest.mark.parametrize(
    ("status", "body", "headers", "wait"),
    [
        (429, "rate_limited", {"Retry_After": "30"}, 30.0),
        (429, "", {"Retry_After": " 7 "}, 7.0),
        (429, "", {"Retry_After": LATER, "Date": DATE}, 120.0),
        (429, "", {"Retry_After": "Mon, 23 Nov 2026 13:00:00 GMT", "Date": "rubbish"}, 3600.0),
        (429, "", {"Retry_After": "Mon, 01 Jan 2001 00:00:00 GMT"}, 0.0),
        (429, "", {"Retry_After": "9" * 40}, 604800.0),
        (429, "", {"Retry_After": "-5"}, None),
        (429, "", {"Retry_After": "soon"}, None),
        (429, "", {}, None),
        (503, "", {"Retry_After": "172800"}, 172800.0),
        (408, "", {}, None),
        (425, "", {}, None),
        (500, "rollup_error", {}, None),
        (500, "channel_is_archived", {}, None),
        (502, "<html>bad gateway</html>", {}, None),
        (504, "", {}, None),
        (529, "", {}, None),
        (599, "", {}, None),
        (200, '{"ok":false,"error":"ratelimited"}', {"Retry_After": "3"}, 3.0),
        (200, '{"ok":false,"error":"internal_error"}', {}, None),
        (200, '{"ok":false,"error":"fatal_error"}', {}, None),
        (400, '{"ok":false,"error":"service_unavailable"}', {}, None),
    ],
)
async def test_later(
    channel: Channel, webhook: Webhook, status: int, body: str, headers: dict[str, str], wait: float | None
) -> None:
    """What may pass by itself is deferred, for as long as the server asks and a week at most."""
    webhook.answers = [answering(status, body, **headers)]
    with pytest.raises(Deferred) as caught:
        await channel.send(told(channel))
    assert caught.value.retry_after == wait
    assert not isinstance(caught.value, OutcomeUnknown)
    assert len(webhook.payloads) == 1


@pytest.mark.parametrize(
    ("status", "body", "advice"),
    [
        (404, "no_service", "make a new webhook"),
        (403, "invalid_token", "make a new webhook"),
        (404, "no_team", "make a new webhook"),
        (404, "channel_not_found", "the channel was deleted"),
        (410, "channel_is_archived", "archived"),
        (403, "action_prohibited", "ask its administrator"),
        (403, "posting_to_general_channel_denied", "use another channel"),
        (400, "no_text", "report this"),
        (400, "user_not_found", "make a new webhook"),
        (200, '{"ok":false,"error":"invalid_auth"}', "make a new webhook"),
        (401, "", "make a new webhook"),
        (403, "something new", "make a new webhook"),
        (404, "<html>not here</html>", "make a new webhook"),
        (410, "gone", "make a new webhook"),
        (400, "", "refused again"),
        (405, "", "refused again"),
        (413, "", "refused again"),
        (415, "", "refused again"),
        (422, "", "refused again"),
        (301, "", "use the final address"),
        (307, "", "use the final address"),
    ],
)
async def test_never(channel: Channel, webhook: Webhook, status: int, body: str, advice: str) -> None:
    """What would be refused again is rejected once, with what the operator must do."""
    webhook.answers = [answering(status, body, Location="/elsewhere")]
    with pytest.raises(Rejected, match=advice) as caught:
        await channel.send(told(channel))
    assert str(status) in caught.value.reason
    assert len(webhook.payloads) == 1


@pytest.mark.parametrize("body", ["", "<html>Log in to the network</html>", "{}", '{"ok":false}', "{broken"])
async def test_success_that_is_not_slacks(channel: Channel, webhook: Webhook, body: str) -> None:
    """A 200 that does not speak as Slack does may or may not have taken the message."""
    webhook.answers = [answering(200, body)]
    with pytest.raises(OutcomeUnknown, match="not as Slack does"):
        await channel.send(told(channel))


async def test_a_refused_layout_is_sent_as_plain_text(channel: Channel, webhook: Webhook) -> None:
    """Where the blocks are refused, the alert goes out once more without them."""
    webhook.answers = [answering(400, "invalid_blocks")]
    receipt = await channel.send(told(channel))
    assert receipt.detail == "200 ok"
    first, second = webhook.payloads
    assert "blocks" in first
    assert "blocks" not in second
    assert "Read at news.example.org" in second["text"]


async def test_a_layout_refused_twice_is_rejected(channel: Channel, webhook: Webhook) -> None:
    """Where the plain text is refused too, the message is rejected."""
    webhook.answers = [answering(400, "invalid_blocks"), answering(400, "invalid_payload")]
    with pytest.raises(Rejected, match="report this"):
        await channel.send(told(channel))
    assert len(webhook.payloads) == 2


async def test_redirects_are_not_followed(channel: Channel, webhook: Webhook) -> None:
    """A redirect is an answer, not a way: nothing is sent to where it points."""
    webhook.answers = [answering(308, "", Location="/other")]
    with pytest.raises(Rejected):
        await channel.send(told(channel))
    assert len(webhook.paths) == 1


async def test_an_endless_answer_is_cut(channel: Channel, webhook: Webhook) -> None:
    """Of an answer only its beginning is read."""

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(status=403)
        await response.prepare(request)
        try:
            while not webhook.closing.is_set():
                await response.write(b"x" * 4096)
        except ConnectionError:
            pass
        return response

    webhook.answers = [endless]
    with pytest.raises(Rejected):
        await channel.send(told(channel))


async def test_a_server_that_hangs_up(channel: Channel, webhook: Webhook) -> None:
    """A connection that breaks before the answer leaves the outcome unknown."""

    async def hang_up(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    webhook.answers = [hang_up]
    with pytest.raises(OutcomeUnknown):
        await channel.send(told(channel))
    assert len(webhook.payloads) == 1


async def test_a_server_that_never_answers(webhook: Webhook, session: aiohttp.ClientSession) -> None:
    """A server that takes longer than the time-out leaves the outcome unknown."""

    async def wait(request: web.Request) -> web.StreamResponse:
        await webhook.closing.wait()
        return web.Response()

    webhook.answers = [wait]
    channel = opened(webhook.url, session, timeout="1s")
    with pytest.raises(OutcomeUnknown):
        await channel.send(told(channel))


async def test_nobody_there(session: aiohttp.ClientSession) -> None:
    """A refused connection is deferred, and nothing is unknown about it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    channel = opened(f"http://127.0.0.1:{port}/services/canary-webhook-secret", session)
    with pytest.raises(Deferred, match="refused") as caught:
        await channel.send(told(channel))
    assert not isinstance(caught.value, OutcomeUnknown)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (Unreachable("no address for hooks.slack.example", 5), Deferred),
        (Rejected("the address 169.254.169.254 is not allowed"), Rejected),
        (SetupError("the address 10.0.0.1 is not allowed"), Rejected),
    ],
)
async def test_the_outbound_door_may_refuse(raised: Exception, expected: type[Exception]) -> None:
    """What the guarded session itself refuses is mapped like an answer."""

    class Door(aiohttp.TCPConnector):
        async def connect(self, *args: object, **kwargs: object) -> aiohttp.connector.Connection:
            raise raised

    async with aiohttp.ClientSession(connector=Door()) as session:
        channel = opened("https://hooks.slack.example/services/T/B/canary", session)
        with pytest.raises(expected) as caught:
            await channel.send(told(channel))
    assert type(caught.value) is expected


async def test_the_session_is_the_one_handed_in(channel: Channel, session: aiohttp.ClientSession) -> None:
    """Closing the channel leaves the session to its owner."""
    await channel.close()
    assert not session.closed
    assert (await channel.send(told(channel))).detail == "200 ok"


async def test_destinations_tell_webhooks_apart(session: aiohttp.ClientSession) -> None:
    """A destination is stable, differs from webhook to webhook and shows nothing of the address."""
    one, again, other = (opened(f"https://h.example/services/{x}", session) for x in ("aaa", "aaa", "bbb"))
    assert one.destinations() == again.destinations() != other.destinations()
    (destination,) = one.destinations()
    assert destination.id.startswith("slack:")
    assert len(destination.id) == len("slack:") + 12
    assert "aaa" not in destination.id + destination.shown
    named = Config(webhook=Secret("https://h.example/x"), name="#desk").open(
        Wires(session, lambda: NOW, Console())
    )
    assert named.destinations()[0].shown == "Slack #desk"


async def test_many_at_once(channel: Channel, webhook: Webhook) -> None:
    """One channel carries many notifications at the same time."""
    receipts = await asyncio.gather(*(channel.send(told(channel)) for _ in range(20)))
    assert len(receipts) == len(webhook.payloads) == 20
