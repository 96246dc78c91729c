"""The outbound door: the one way from the daemon to the web.

The check sits where a socket is made, on the very address that it will be connected to, so two answers of
a resolver or two readings of an address cannot slip past it. It holds for every hop of every request of a
session from `open_session`: feeds, webhooks, Slack. Every request's address is also read strictly before it
leaves. A proxy that the operator names is a trusted hop: then the only address the session connects to is
the proxy, and the addresses of names are the proxy's to judge.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Sequence
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from monitor.feeds.address import Address, Network, Refused, check_url, refusal
from monitor.feeds.config import OutboundConfig

MAX_HEADER_FIELDS = 128
MAX_HEADER_LINE = 8190


def open_session(outbound: OutboundConfig, *, headers: dict[str, str] | None = None) -> aiohttp.ClientSession:
    """Open a session whose every connection passes the door; the caller closes it.

    The environment's proxies are ignored, cookies are not kept, the whole exchange is timed.
    """
    gate = _Gate(outbound)
    connector = aiohttp.TCPConnector(
        resolver=_Resolver(gate),
        socket_factory=gate.make_socket,
        limit=0,
        ttl_dns_cache=60,
        enable_cleanup_closed=False,
    )
    return aiohttp.ClientSession(
        connector=connector,
        headers={"User-Agent": outbound.user_agent} | (headers or {}),
        timeout=aiohttp.ClientTimeout(total=outbound.timeout.total_seconds()),
        cookie_jar=aiohttp.DummyCookieJar(),
        proxy=outbound.proxy.address if outbound.proxy else None,
        trust_env=False,
        max_line_size=MAX_HEADER_LINE,
        max_field_size=MAX_HEADER_LINE,
        max_headers=MAX_HEADER_FIELDS,
        middlewares=(gate.check_request,),
    )


class _Gate:
    """Says yes or no to a request, to a name's addresses and to a socket."""

    def __init__(self, outbound: OutboundConfig) -> None:
        self._allow: Sequence[Network] = outbound.allow
        self._proxy = (URL(outbound.proxy.address).raw_host or "") if outbound.proxy else ""
        self._login = outbound.proxy.authorization() if outbound.proxy else ""
        self._proxy_addresses: set[str] = {self._proxy} if self._proxy else set()

    async def check_request(
        self, request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        """Read the request's address strictly; runs for every hop of a redirect."""
        url = check_url(str(request.url))
        literal = _literal(url.raw_host or "")
        if self._proxy and literal is not None:
            self._refuse_special(literal)
        if self._login:
            self._log_in(request)
        return await send(request)

    def _log_in(self, request: aiohttp.ClientRequest) -> None:
        """Show the proxy our login: with its CONNECT where there is one, else with the request."""
        if not request.is_ssl():
            request.headers["Proxy-Authorization"] = self._login
        else:
            known = dict(request.proxy_headers or {})
            request.update_proxy(request.proxy, None, known | {"Proxy-Authorization": self._login})

    def check_name(self, host: str, addresses: Sequence[str]) -> None:
        """Refuse a name of which any address lies in a special range."""
        if not self._proxy:
            for address in addresses:
                self._refuse_special(ipaddress.ip_address(address))
        elif host == self._proxy:
            self._proxy_addresses.update(addresses)

    def make_socket(self, info: tuple[Any, ...]) -> socket.socket:
        """Make the socket for one address, or refuse."""
        family, kind, protocol, _, (host, *_rest) = info
        if not self._proxy:
            self._refuse_special(ipaddress.ip_address(str(host).partition("%")[0]))
        elif host not in self._proxy_addresses:
            raise Refused(f"{host} is not the proxy")
        return socket.socket(family=family, type=kind, proto=protocol)

    def _refuse_special(self, address: Address) -> None:
        reason = refusal(address, self._allow)
        if reason:
            raise Refused(reason)


class _Resolver(AbstractResolver):
    """The system's resolver, with every answer shown to the gate.

    A name with a dot is first asked for as absolute, so that no search domain captures it; names that only
    the host's own table knows are found the second time.
    """

    def __init__(self, gate: _Gate) -> None:
        self._gate = gate

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self._look_up(host, port, family)
        results = [_result(host, info) for info in found]
        self._gate.check_name(host, [result["host"].partition("%")[0] for result in results])
        return results

    async def close(self) -> None:
        """Nothing is kept open."""

    async def _look_up(self, host: str, port: int, family: socket.AddressFamily) -> list[Any]:
        loop = asyncio.get_running_loop()
        spellings = [f"{host}.", host] if "." in host.removesuffix(".") else [host]
        for spelling in spellings[:-1]:
            try:
                return await loop.getaddrinfo(spelling, port, family=family, type=socket.SOCK_STREAM)
            except socket.gaierror:
                continue
        return await loop.getaddrinfo(spellings[-1], port, family=family, type=socket.SOCK_STREAM)


def _result(hostname: str, info: tuple[Any, ...]) -> ResolveResult:
    family, _, protocol, _, (host, port, *_rest) = info
    return ResolveResult(
        hostname=hostname,
        host=host,
        port=port,
        family=family,
        proto=protocol,
        flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
    )


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
