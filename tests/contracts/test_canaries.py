"""Secrets of ours, each of which every peer says back in every spelling: none is seen anywhere.

Looked at are all logs at debug level, whole tracebacks with their contexts, the archive with its reasons and
receipts, the queue, the metrics, and what is printed of configurations.
"""

from __future__ import annotations

import base64
import html
import io
import json
import logging
import secrets
import traceback
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from prometheus_client import generate_latest
from redis.asyncio import Redis
from rich.console import Console

from monitor.errors import Malformed, SetupError, StoreUnavailable, Unreachable
from monitor.feeds.config import FeedConfig, OutboundConfig
from monitor.feeds.fetch import Fetcher
from monitor.feeds.guard import open_session
from monitor.feeds.state import FeedState
from monitor.notify.channel import Channel, Wires
from monitor.notify.channels import email as email_channel
from monitor.notify.channels import slack as slack_channel
from monitor.stores import tables
from monitor.stores.archive import Archive, open_archive
from monitor.stores.config import ArchiveConfig, QueueConfig
from monitor.stores.engines import sqlite_url
from monitor.stores.queue import Queue
from monitor.values import Secret
from tests.contracts.delivering import Clock, Desk
from tests.contracts.raw_http import Act, Answer, http, raw_server
from tests.contracts.smtp_script import smtp_script

WEBHOOK_PATH, WEBHOOK_KEY = "CanaryWebhook7fQ2", "CanaryQuery8+kR=="
TOKEN = "xoxb-1-2-CanaryToken9sT4"
MAIL_PASSWORD = 'CanaryMail "5" &<pÄss>/wörd'
PROXY_PASSWORD = "CanaryProxy3uV6"
FEED_BEARER, FEED_PASSWORD, FEED_KEY, FEED_COOKIE = (
    "CanaryBearer1",
    "CanaryBasic2xY",
    "CanaryKey4zA",
    "sid=CanaryCookie6",
)
FEED_PROXY = "CanaryFeedProxy5bC"
DATABASE, REDIS, REDIS_USER = "CanaryDatabase7dE", "CanaryRedis8fG", "CanaryRedisUser9hI"
SECRETS = (
    WEBHOOK_PATH, WEBHOOK_KEY, TOKEN, MAIL_PASSWORD, PROXY_PASSWORD, FEED_BEARER, FEED_PASSWORD, FEED_KEY,
    FEED_COOKIE, FEED_PROXY, DATABASE, REDIS, REDIS_USER,
)  # fmt: skip
STATUSES = (200, 302, 400, 403, 404, 410, 429, 500, 503)


def spellings(secret: str) -> Iterator[str]:
    """Give a secret in the forms that a server may say it back in."""
    coded = secret.encode()
    yield from (
        secret,
        secret.lower(),
        secret.upper(),
        quote(secret),
        quote(secret, safe=""),
        html.escape(secret),
    )
    yield from (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])
    yield from (base64.b64encode(coded).decode(), base64.urlsafe_b64encode(coded).decode(), coded.hex())
    yield base64.b64encode(f"\0watchword\0{secret}".encode()).decode()
    yield base64.b64encode(f"ana:{secret}".encode()).decode()


FORMS = tuple(dict.fromkeys(form for secret in SECRETS for form in spellings(secret)))


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """All that the process logs, whatever the library, at debug level."""
    out = io.StringIO()
    shown = logging.StreamHandler(out)
    root = logging.getLogger()
    before = root.level
    root.addHandler(shown)
    root.setLevel(logging.DEBUG)
    for number, value in enumerate((TOKEN, MAIL_PASSWORD, FEED_BEARER, FEED_PASSWORD, FEED_KEY, FEED_COOKIE)):
        monkeypatch.setenv(f"CANARY_{number}", value)
    yield out
    root.removeHandler(shown)
    root.setLevel(before)


@pytest.fixture
async def stores(tmp_path: Path, queue_socket: Path) -> AsyncIterator[tuple[Archive, Queue]]:
    archive = open_archive(sqlite_url(tmp_path / "archive.sqlite"))
    queue = Queue(f"unix://{queue_socket}", f"t{secrets.token_hex(6)}", block=0.05)
    yield archive, queue
    await queue.close()
    archive.close()


def echoes(secret: str) -> Iterator[Answer]:
    """Give answers that say a secret back: in text, in Slack's JSON, in headers, and broken off."""
    for number, form in enumerate(spellings(secret)):
        status = STATUSES[number % len(STATUSES)]
        yield (http(status, f"you said {form}", f"Location: https://evil.example/{quote(form)}"),)
        yield (http(200, json.dumps({"ok": False, "error": form, "needed": form})),)
        yield (http(200, json.dumps({"ok": False, "error": "missing_scope", "needed": f"x {form}"})),)
        yield (http(STATUSES[-number % len(STATUSES)], f"{'.' * 150}{form}", "Retry-After: 5"),)
    yield (http(200, secret, length=4000), Act.CLOSE)
    yield (f"HTTP/1.1 503 {secret}\r\nX-Echo: {secret}\r\nContent-Length: 0\r\n\r\n".encode(),)
    yield (f"{secret} is no HTTP\r\n\r\n".encode(), Act.CLOSE)


def repeated_logins() -> Iterator[Answer]:
    """Give answers of a proxy that repeats the login it was shown."""
    login = "Basic " + base64.b64encode(f"ana:{PROXY_PASSWORD}".encode()).decode()
    for status in (*STATUSES, 407, 502):
        for said in (
            f"Proxy-Authorization: {login}",
            f"<p>{login}</p>",
            f"http://ana:{PROXY_PASSWORD}@proxy/",
        ):
            yield (http(status, said, f"X-Echo: {login}"),)


async def told(stores: tuple[Archive, Queue], channel: Channel, attempts: int) -> str:
    """Send alerts until the peer has answered so often; give all that can be seen of it."""
    desk = Desk(*stores, channel, Clock())
    for _ in range(attempts):
        for waiting in await desk.raise_alert():
            await desk.attempt(waiting)
    await desk.raise_alert()  # one that waits, so that the queue holds something
    shown = [repr(channel), repr(channel.destinations())]
    for end in desk.witness.ends:
        shown.append(repr(end))
        fault = end if isinstance(end, BaseException) else None
        while fault is not None:
            shown += [repr(fault.__dict__), *traceback.format_exception(fault)]
            fault = fault.__context__
    return "\n".join([*shown, *await held(stores)])


async def held(stores: tuple[Archive, Queue]) -> list[str]:
    """Give all that archive, queue and metrics hold."""
    archive, queue = stores
    rows = await archive.read(
        lambda c: [
            repr(tuple(row)) for table in tables.metadata.sorted_tables for row in c.execute(table.select())
        ]
    )
    redis: Redis = queue._redis
    keys = [key async for key in redis.scan_iter(f"{queue.keys.root}*")]
    values = []
    for key in keys:
        kind = await redis.type(key)
        values.append(str(await (redis.xrange(key) if kind == "stream" else redis.hgetall(key))))
    return [*rows, *keys, *values, generate_latest().decode()]


def assert_unseen(*texts: str) -> None:
    everything = "\n".join(texts).casefold()
    assert [form for form in FORMS if form.casefold() in everything] == []


async def test_slack_says_no_secret(
    stores: tuple[Archive, Queue], seen: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    """A webhook's address, a token and a proxy's login, said back by their servers, stay unseen."""
    outbound = OutboundConfig.model_validate({"allow": ["127.0.0.0/8"]})
    for secret in (WEBHOOK_PATH, WEBHOOK_KEY, TOKEN, PROXY_PASSWORD):
        answers = list(echoes(secret) if secret != PROXY_PASSWORD else repeated_logins())
        async with AsyncExitStack() as stack:
            server = await stack.enter_async_context(raw_server(*answers, afterwards=(http(503),)))
            if secret == PROXY_PASSWORD:
                proxy = OutboundConfig.model_validate({"proxy": f"http://127.0.0.1:{server.port}"}).proxy
                assert proxy is not None
                proxy = (
                    type(proxy).read(proxy, None)._with_login(f"http://ana:{secret}@127.0.0.1:{server.port}")
                )
                outbound = outbound.model_copy(update={"proxy": proxy})
            session = await stack.enter_async_context(open_session(outbound))
            settings: dict[str, Any] = {"token": "env:CANARY_0", "channel": "C0000DESK"}
            if secret == TOKEN:
                settings["api"] = f"http://127.0.0.1:{server.port}/api/"
            else:
                origin = (
                    "http://127.0.0.1:1" if secret == PROXY_PASSWORD else f"http://127.0.0.1:{server.port}"
                )
                path = f"{origin}/services/T1/{quote(WEBHOOK_PATH)}?key={quote(WEBHOOK_KEY)}"
                settings = {"webhook": Secret(path)}
            config = slack_channel.Config.model_validate(settings)
            channel = config.open(Wires(session, Clock(), Console()))
            shown = await told(stores, channel, len(answers))
            assert_unseen(shown, repr(config), config.model_dump_json(), repr(outbound))
            assert len(server.requests) >= len(answers) - 2
    assert_unseen(seen.getvalue(), "".join(capsys.readouterr()))


async def test_mail_says_no_secret(
    stores: tuple[Archive, Queue], seen: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    """A password of the mail server, said back at any step, stays unseen."""
    for step in ("greeting", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "dot", "QUIT"):
        for number, form in enumerate(spellings(MAIL_PASSWORD)):
            code = (451, 550, 421, 535)[number % 4]
            async with smtp_script({step: f"{code} {form}"}, times=9, offers=("AUTH PLAIN LOGIN",)) as script:
                settings = {"to": ["ana@example.org"], "from": "w@example.org", "host": "127.0.0.1"}
                login = {"user": "watchword", "password": "env:CANARY_1", "port": script.port}
                config = email_channel.Config.model_validate({**settings, **login})
                channel = config.open(Wires(None, Clock(), Console()))  # type: ignore[arg-type]
                assert_unseen(await told(stores, channel, 1), repr(config), config.model_dump_json())
    assert_unseen(seen.getvalue(), "".join(capsys.readouterr()))


async def test_feeds_say_no_secret(seen: io.StringIO, capsys: pytest.CaptureFixture[str]) -> None:
    """Tokens, passwords, keys and cookies of a feed, said back by its server as they are, stay unseen."""
    outbound = OutboundConfig.model_validate({"allow": ["127.0.0.0/8"], "timeout": "5s"})
    headers = {"X-Api-Key": "env:CANARY_4", "Cookie": "env:CANARY_5"}
    logins = {
        FEED_BEARER: {"bearer": "env:CANARY_2"},
        FEED_PASSWORD: {"user": "ana", "password": "env:CANARY_3"},
    }
    for login, auth in logins.items():
        ours = (login, FEED_KEY, FEED_COOKIE)
        answers = [answer for secret in ours for answer in echoes(secret)]
        async with (
            raw_server(*answers, afterwards=(http(503),)) as server,
            open_session(outbound) as session,
            Fetcher(session, outbound) as fetcher,
        ):
            url = f"http://127.0.0.1:{server.port}/feed"
            feed = FeedConfig.model_validate({"id": "f", "url": url, "auth": auth, "headers": headers})
            shown = [repr(feed), feed.model_dump_json(), *[await failure(fetcher, feed) for _ in answers]]
            assert len(server.requests) >= len(answers)
        assert not [secret for secret in ours if any(secret in text for text in shown)]
    assert_unseen(seen.getvalue(), "".join(capsys.readouterr()))


async def failure(fetcher: Fetcher, feed: FeedConfig) -> str:
    """Fetch a feed; give all that can be seen of its failure."""
    try:
        await fetcher.fetch(FeedState("f", feed.url), feed.access)
    except (Unreachable, Malformed) as error:
        return "".join(traceback.format_exception(error)) + repr(error.__dict__) + repr(error.__context__)
    return ""


async def test_stores_say_no_secret(
    seen: io.StringIO, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, queue_socket: Path
) -> None:
    """Passwords in the addresses of database and queue stay unseen when those refuse or are not there."""
    database = f"postgresql://watchword:{DATABASE}@127.0.0.1:1/none"
    monkeypatch.setenv("CANARY_A", database)
    addresses = [
        f"redis://{REDIS_USER}:{REDIS}@127.0.0.1:1/0", f"redis://:{REDIS}@127.0.0.1:1/0",
        f"unix://{REDIS_USER}:{REDIS}@{queue_socket}", f"rediss://:{REDIS}@127.0.0.1:1/0",
    ]  # fmt: skip
    shown = [repr(ArchiveConfig.model_validate({"url": "env:CANARY_A"}))]
    with pytest.raises(SetupError) as caught:
        open_archive(database)
    shown.append(str(caught.value) + repr(caught.value.__dict__))
    for number, address in enumerate(addresses):
        monkeypatch.setenv(f"CANARY_R{number}", address)
        shown.append(repr(QueueConfig.model_validate({"url": f"env:CANARY_R{number}"})))
        queue = Queue(address, "t", block=0.05)
        with pytest.raises(StoreUnavailable) as failed:
            await queue.ping()
        shown.append("".join(traceback.format_exception(failed.value)) + repr(queue))
        await queue.close()
    assert_unseen(*shown, seen.getvalue(), "".join(capsys.readouterr()))


def test_the_canaries_are_many() -> None:
    """At least 30 forms of secrets are looked for, and one that is there is found."""
    assert len(FORMS) >= 30
    print(f"{len(SECRETS)} secrets in {len(FORMS)} forms")
    with pytest.raises(AssertionError):
        assert_unseen(f"x {TOKEN.lower()} y")
