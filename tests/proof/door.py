"""The proof that nothing inside is ever connected to: every way in, tried over every way out.

A canary listens on this machine, in both families. An audit hook sees every connection that anything in this
process asks the system for, so an address where nobody listens counts as well. One address of this machine is
allowed, stands for the public web, and redirects inside.
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
import socket
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from rich.console import Console

from monitor.commands.feeds import import_feeds
from monitor.config import load_settings
from monitor.errors import WatchwordError
from monitor.feeds.access import Access, Proxy
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
from tests.proof.door_cases import PUBLIC, Case, cases
from tests.proof.tally import Tally, tally

GATE = "127.0.0.3"  # the one address that is allowed: it stands for the public web
CANARIES = ("127.0.0.1", "::1")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
_REST = b"<rss version='2.0'><channel><title>t</title></channel></rss>"


@cache
def _watch() -> list[tuple[str, Any]]:
    """Give the list of what is asked of the system from now on; a hook can never be taken off again."""
    seen: list[tuple[str, Any]] = []

    def note(event: str, args: tuple[Any, ...]) -> None:
        if event == "socket.connect":
            seen.append((event, args[1]))
        elif event == "socket.getaddrinfo":
            seen.append((event, args[0]))

    sys.addaudithook(note)
    return seen


class LyingNames:
    """What stands in for the system's resolver: says of each name what its zone says, look-up by look-up."""

    def __init__(self, case: Case) -> None:
        self._zone = {name: list(answers) for name, answers in case.zone.items()}
        gate = [(GATE,)]
        self._zone |= {"gate.example": gate, "good.example": gate, "localhost": [CANARIES]}

    async def look_up(self, host: str | bytes, port: int, **_: Any) -> list[Any]:
        name = (host.decode() if isinstance(host, bytes) else host).lower().removesuffix(".")
        script = self._zone.get(name, [()])
        addresses = script.pop(0) if len(script) > 1 else script[0]
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return [_info(GATE if address == PUBLIC else address, port) for address in addresses]


def _info(address: str, port: int) -> tuple[Any, ...]:
    if ":" not in address:
        return socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)
    plain, _, zone = address.partition("%")
    return socket.AF_INET6, socket.SOCK_STREAM, 6, "", (plain, port, 0, 1 if zone else 0)


@dataclass
class Ground:
    """The canary, and the gate that redirects to it; `asked` is what the gate heard, as a proxy too."""

    port: int = 0
    reached: int = 0
    asked: list[str] = field(default_factory=list)
    cases: Sequence[Case] = ()

    def url(self, case: Case) -> str:
        """Give the address that a path is told to ask for."""
        if case.hops:
            return f"http://gate.example:{self.port}/{self.cases.index(case)}/{len(case.hops)}/"
        return case.url.replace("{port}", str(self.port))

    async def canary(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Count who comes."""
        self.reached += 1
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    async def gate(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Redirect step by step; serve a feed where nobody asks for a redirect."""
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            verb, target, _ = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split(" ", 2)
            self.asked.append(f"//{target}" if verb == "CONNECT" else target)
            writer.write(self._answer(urlsplit(target).path) if verb != "CONNECT" else _no())
        writer.close()

    def _answer(self, path: str) -> bytes:
        number, _, left = path.strip("/").partition("/")
        steps = left.partition("/")[0]
        if not (number.isdigit() and steps.isdigit()):
            head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(_REST)}\r\nConnection: close\r\n\r\n"
            return head.encode() + _REST
        case, at = self.cases[int(number)], int(steps)
        next_one = f"/{number}/{at - 1}/" if at > 1 else case.url.replace("{port}", str(self.port))
        head = f"HTTP/1.1 {case.hops[-at]} on\r\nContent-Length: 0\r\nConnection: close\r\nLocation: "
        return head.encode() + next_one.encode() + b"\r\n\r\n"


def _no() -> bytes:
    return b"HTTP/1.1 502 no\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@asynccontextmanager
async def ground(tried: Sequence[Case]) -> AsyncIterator[Ground]:
    """Set up the canary and the gate at one port."""
    here = Ground(cases=tried)
    async with AsyncExitStack() as stack:
        first = await asyncio.start_server(here.canary, CANARIES[0], 0)
        here.port = first.sockets[0].getsockname()[1]
        second = await asyncio.start_server(here.canary, CANARIES[1], here.port)
        gate = await asyncio.start_server(here.gate, GATE, here.port)
        for server in (first, second, gate):
            stack.callback(server.close)
        stack.enter_context(_proxies_of_the_environment(f"http://{CANARIES[0]}:{here.port}"))
        yield here


@contextmanager
def _proxies_of_the_environment(address: str) -> Iterator[None]:
    names = [f"{scheme}_proxy" for scheme in ("http", "https", "all", "ws", "wss")]
    names += [name.upper() for name in names]
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, address))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


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


Path_ = Callable[[Out, str], Awaitable[object]]


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
    from dataclasses import replace

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


def sending(opened: Callable[[Out, str], Channel]) -> Path_:
    """Send a message."""

    async def send(out: Out, url: str) -> object:
        channel = opened(out, url)
        return await channel.send(_notification(channel.destinations()[0].id))

    return send


def knocking(opened: Callable[[Out, str], Channel]) -> Path_:
    """Do what `watchword doctor` does."""

    async def knock(out: Out, url: str) -> object:
        return await opened(out, url).handshake()

    return knock


def by_itself(method: str) -> Path_:
    """Have the session follow redirects by itself, as a library that is handed one may."""

    async def ask(out: Out, url: str) -> object:
        async with out.http.request(method, url, data=b"x" if method == "POST" else None) as response:
            return await response.read()

    return ask


PATHS: dict[str, Path_] = {
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
async def _out(outbound: OutboundConfig) -> AsyncIterator[Out]:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        (folder / "rules").mkdir()
        (folder / "watchword.yaml").write_text(_CONFIG, encoding="utf-8")
        workers = await stack.enter_async_context(ParseWorkers(1))
        http = await stack.enter_async_context(open_session(outbound))
        yield Out(outbound, http, workers, folder)


async def try_out(path: Path_, case: Case, out: Out, here: Ground) -> tuple[bool, list[tuple[str, Any]]]:
    """Try one case over one path, twice where names are asked for; gives whether it went through, and what
    was asked of the system meanwhile."""
    loop = asyncio.get_running_loop()
    seen = _watch()
    seen.clear()
    loop.getaddrinfo = LyingNames(case).look_up  # type: ignore[method-assign]
    through = False
    try:
        for _ in range(2 if case.zone else 1):
            with suppress(WatchwordError, aiohttp.ClientError, OSError, ValueError, TimeoutError):
                await path(out, here.url(case))
                through = True
            out.http.connector.clear_dns_cache()  # type: ignore[union-attr]
    finally:
        del loop.getaddrinfo
    return through, list(seen)


def _strays(seen: Iterable[tuple[str, Any]]) -> str:
    """Name what was connected to or asked for beside the gate."""
    found = []
    for event, what in seen:
        if event == "socket.connect" and not isinstance(what, str | bytes) and what[0] != GATE:
            found.append(f"connected to {what}")
        elif event == "socket.getaddrinfo":
            found.append(f"asked the system for {what!r}")
    return ", ".join(found)


def _through(case: Case, *, through: bool, seen: Sequence[tuple[str, Any]]) -> str:
    return "went through without a connection" if through and not seen else ""


async def _direct(tried: Sequence[Case], paths: Iterable[str]) -> AsyncIterator[tuple[str, str]]:
    """Try without a proxy: nothing but the gate may be connected to."""
    outbound = OutboundConfig(allow=(f"{GATE}/32",), timeout="3s")
    async with ground(tried) as here, _out(outbound) as out:
        await _warm(out, here)
        for name in paths:
            for case in tried:
                through, seen = await try_out(PATHS[name], case, out, here)
                wrong = _strays(seen) or _through(case, through=through, seen=seen)
                yield f"{name}: {case.name}", wrong
        yield "the canary", f"reached {here.reached} times" if here.reached else ""


async def _proxied(tried: Sequence[Case], paths: Iterable[str]) -> AsyncIterator[tuple[str, str]]:
    """Try with a proxy: nothing else may be connected to, and no number may be asked of it."""
    async with ground(tried) as here:
        outbound = OutboundConfig(proxy=Proxy(f"http://{GATE}:{here.port}"), timeout="3s")
        async with _out(outbound) as out:
            await _warm(out, here)
            for name in paths:
                for case in tried:
                    here.asked.clear()
                    _, seen = await try_out(PATHS[name], case, out, here)
                    numbers = [target for target in here.asked if _is_number(target)]
                    wrong = _strays(seen) or (f"asked the proxy for {numbers}" if numbers else "")
                    yield f"{name}, by a proxy: {case.name}", wrong
        yield "the canary, by a proxy", f"reached {here.reached} times" if here.reached else ""


def _is_number(target: str) -> bool:
    """Whether the proxy was asked for an address by number, in any spelling that a system reads."""
    host = (urlsplit(target).hostname or "").removesuffix(".")
    with suppress(ValueError):
        return bool(ipaddress.ip_address(host.partition("%")[0]))
    try:
        return bool(socket.inet_aton(host))
    except OSError:
        return False


async def _warm(out: Out, here: Ground) -> None:
    """Have what is loaded late loaded, and the worker started, before anybody watches."""
    case = Case("warm", f"http://good.example:{here.port}/")
    for path in PATHS.values():
        await try_out(path, case, out, here)


async def door(only: slice = slice(None)) -> Tally:
    """Count the trials of all cases, or of some, in which nothing but what is allowed was connected to."""
    tried = cases()[only]
    found = [verdict async for verdict in _direct(tried, PATHS)]
    found += [verdict async for verdict in _proxied(tried, PATHS)]
    return tally("ways in, each over every way out, that reached nobody inside", found)


async def reached_without_a_door(path: str) -> Counter[bool]:
    """Try over a door that stands open: whether the canary hears what the cases would reach otherwise."""
    inside = [case for case in cases() if case.name in _PLAIN]
    outbound = OutboundConfig(allow=("0.0.0.0/0", "::/0"), timeout="3s")
    found: Counter[bool] = Counter()
    async with ground(inside) as here, _out(outbound) as out:
        for case in inside:
            before = here.reached
            _, seen = await try_out(PATHS[path], case, out, here)
            found[here.reached > before and bool(_strays(seen))] += 1
    return found


_PLAIN = frozenset(
    {"'127.0.0.1'", "'[::1]'", "'localhost'", "inside at once", "only an address of IPv6, inside",
     "an inner address with a zone"}
)  # fmt: skip
