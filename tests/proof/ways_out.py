"""Every way out: each path by which the daemon or a command asks for an address of somebody else's."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
from rich.console import Console

from monitor.commands.feeds import import_feeds
from monitor.config import load_settings
from monitor.errors import WatchwordError
from monitor.feeds.access import Access
from monitor.feeds.config import OutboundConfig
from monitor.feeds.fetch import Fetcher
from monitor.feeds.guard import open_session
from monitor.feeds.reader import read_documents
from monitor.feeds.state import FeedState
from monitor.feeds.worker import ParseWorkers
from monitor.model import AlertReason, Article, Notification
from monitor.notify.channel import Channel, Wires
from monitor.notify.slack_api import SlackApi
from monitor.notify.slack_bot import SlackBot
from monitor.notify.slack_webhook import SlackWebhook
from monitor.operations.config import HeartbeatConfig
from monitor.operations.heartbeat import HeartbeatChannel
from monitor.values import Secret

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Out:
    """What a path out needs: the door's settings, a session of it, parsing workers, a place for files."""

    outbound: OutboundConfig
    http: aiohttp.ClientSession
    workers: ParseWorkers
    folder: Path

    @property
    def wires(self) -> Wires:
        """What channels touch the world with."""
        return Wires(self.http, lambda: NOON, Console(file=sys.stderr))


Way = Callable[[Out, str], Awaitable[object]]


async def feed(out: Out, url: str) -> object:
    """Poll it as a feed."""
    async with Fetcher(out.http, out.outbound, lambda: NOON) as fetcher:
        return await fetcher.fetch(FeedState("f", url))


async def feed_without_proxy(out: Out, url: str) -> object:
    """Poll it as a feed with a way of its own around the proxy."""
    async with Fetcher(out.http, out.outbound, lambda: NOON) as fetcher:
        return await fetcher.fetch(FeedState("f", url), Access(url="http://good.example/", proxy="none"))


async def document(out: Out, url: str) -> object:
    """Do what `watchword parse URL` does."""
    if not url.startswith(("http://", "https://")):  # it is the name of a file then
        raise WatchwordError("no web address")
    async for reading in read_documents([url], out.outbound, out.workers):
        if reading.unusable:
            raise WatchwordError(reading.problems[0])
    return url


async def import_list(out: Out, url: str) -> object:
    """Do what `watchword feeds import URL` does."""
    if not url.startswith(("http://", "https://")):
        raise WatchwordError("no web address")
    settings = load_settings(out.folder / "watchword.yaml")
    config = settings.config.model_copy(update={"outbound": out.outbound})
    return await import_feeds(replace(settings, config=config), url, dry_run=True)


def webhook(out: Out, url: str) -> Channel:
    """Open a webhook of Slack."""
    return SlackWebhook(url, "", 2, out.wires)


def bot(out: Out, url: str) -> Channel:
    """Open Slack's Web API at another address."""
    return SlackBot(SlackApi(url, "xoxb-1-2-x", 2, out.wires), "1", "C0000DESK", "", out.wires)


def heartbeat(out: Out, url: str) -> Channel:
    """Open the heartbeat, without what the configuration would say of its address."""
    config = HeartbeatConfig.model_construct(url=Secret(url), every=timedelta(minutes=5))
    return HeartbeatChannel(config, out.wires)


def sending(opened: Callable[[Out, str], Channel]) -> Way:
    """Send a message."""

    async def send(out: Out, url: str) -> object:
        channel = opened(out, url)
        return await channel.send(_notification(channel.destinations()[0].id))

    return send


def knocking(opened: Callable[[Out, str], Channel]) -> Way:
    """Do what `watchword doctor` does."""

    async def knock(out: Out, url: str) -> object:
        return await opened(out, url).handshake()

    return knock


def by_itself(method: str) -> Way:
    """Have the session follow redirects by itself, as a library that is handed one may."""

    async def ask(out: Out, url: str) -> object:
        async with out.http.request(method, url, data=b"x" if method == "POST" else None) as response:
            return await response.read()

    return ask


PATHS: dict[str, Way] = {
    "feed": feed,
    "feed without proxy": feed_without_proxy,
    "watchword parse": document,
    "feeds import": import_list,
    "Slack webhook": sending(webhook),
    "doctor, Slack webhook": knocking(webhook),
    "Slack API": sending(bot),
    "doctor, Slack API": knocking(bot),
    "heartbeat": sending(heartbeat),
    "doctor, heartbeat": knocking(heartbeat),
    "session, GET": by_itself("GET"),
    "session, POST": by_itself("POST"),
}
_CONFIG = """\
rules: [rules]
receivers: {operators: {channels: [{kind: terminal}]}}
routes: {receiver: operators}
"""


def _notification(destination: str) -> Notification:
    article = Article(id="1", title="t", first_seen=NOON)
    return Notification(
        key="k", alert="a", revision=1, reason=AlertReason.TEST, receiver="r", destination=destination,
        severity="high", article=article, matches=(), feed_title="t",
    )  # fmt: skip


@asynccontextmanager
async def going_out(outbound: OutboundConfig) -> AsyncIterator[Out]:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        (folder / "rules").mkdir()
        (folder / "watchword.yaml").write_text(_CONFIG, encoding="utf-8")
        workers = await stack.enter_async_context(ParseWorkers(1))
        http = await stack.enter_async_context(open_session(outbound))
        yield Out(outbound, http, workers, folder)
