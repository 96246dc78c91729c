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
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from monitor.errors import WatchwordError
from monitor.feeds.access import Proxy
from monitor.feeds.config import OutboundConfig
from tests.proof.door_cases import PUBLIC, Case, cases
from tests.proof.tally import Tally, tally
from tests.proof.ways_out import PATHS, Out, Way, going_out

GATE = "127.0.0.3"  # the one address that is allowed: it stands for the public web
CANARIES = ("127.0.0.1", "::1")
_REST = b"<rss version='2.0'><channel><title>t</title></channel></rss>"


@dataclass
class Watch:
    """What is asked of the system while somebody watches."""

    on: bool = False
    seen: list[tuple[str, Any]] = field(default_factory=list)

    def note(self, event: str, args: tuple[Any, ...]) -> None:
        """Keep the address of a connection, and the name that the system is asked for."""
        if self.on and event in ("socket.connect", "socket.getaddrinfo"):
            self.seen.append((event, args[1 if event == "socket.connect" else 0]))


@cache
def _watch() -> Watch:
    """Give the watch of this process: an audit hook can never be taken off again."""
    watch = Watch()
    sys.addaudithook(watch.note)
    return watch


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


async def try_out(path: Way, case: Case, out: Out, here: Ground) -> tuple[bool, list[tuple[str, Any]]]:
    """Try one case over one path, twice where names are asked for; gives whether it went through, and what
    was asked of the system meanwhile."""
    loop = asyncio.get_running_loop()
    watch = _watch()
    watch.seen, watch.on = [], True
    loop.getaddrinfo = LyingNames(case).look_up  # type: ignore[method-assign]
    through = False
    try:
        for _ in range(2 if case.zone else 1):
            with suppress(WatchwordError, aiohttp.ClientError, OSError, ValueError, TimeoutError):
                await path(out, here.url(case))
                through = True
            out.http.connector.clear_dns_cache()  # type: ignore[union-attr]
    finally:
        watch.on = False
        del loop.getaddrinfo
    return through, watch.seen


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
    outbound = OutboundConfig(allow=(f"{GATE}/32",), timeout="10s")
    async with ground(tried) as here, going_out(outbound) as out:
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
        outbound = OutboundConfig(proxy=Proxy(f"http://{GATE}:{here.port}"), timeout="10s")
        async with going_out(outbound) as out:
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
    outbound = OutboundConfig(allow=("0.0.0.0/0", "::/0"), timeout="10s")
    found: Counter[bool] = Counter()
    async with ground(inside) as here, going_out(outbound) as out:
        for case in inside:
            before = here.reached
            _, seen = await try_out(PATHS[path], case, out, here)
            found[here.reached > before and bool(_strays(seen))] += 1
    return found


_PLAIN = frozenset(
    {"'127.0.0.1'", "'[::1]'", "'localhost'", "inside at once", "only an address of IPv6, inside",
     "an inner address with a zone"}
)  # fmt: skip
