"""One polite, bounded exchange with a feed's server.

Redirects are followed here, hop by hop, and each hop passes the outbound door. The body is decompressed
here too, so that wire bytes, decoded bytes and their ratio each have a cap.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

import aiohttp

from monitor.errors import Malformed, Unreachable
from monitor.feeds.access import Access, Proxy
from monitor.feeds.address import check_url
from monitor.feeds.answer import charset_of, hints_of, validator_of
from monitor.feeds.config import OutboundConfig
from monitor.feeds.document import Busy, Document, Gone, Hints, NoAnswer, NotAsked, Unchanged, hash_body
from monitor.feeds.faults import one_line, refusal_in, why
from monitor.feeds.guard import open_session
from monitor.feeds.inflate import Inflater, unpacked
from monitor.feeds.redirect import REDIRECTS, Hop, next_hop
from monitor.feeds.sniff import refuse_other_than_feed
from monitor.feeds.state import FeedState
from monitor.headers import retry_after

_CHUNK = 64 * 1024
_WHOLE = (200, 203)  # a 203 was changed by a proxy on the way
_UNCONDITIONAL_EVERY = timedelta(days=1)
_ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.5"
)
_PLAIN = Access()
_BUSY = (429, 503)
_PROBE_SECONDS = 5.0


class Fetcher:
    """Fetches feeds through sessions of the outbound door; use it as `async with`, or call `close`.

    `session` is the caller's and goes the way that `outbound` names. Feeds with a proxy of their own have
    sessions of their own, one for each proxy, opened when first needed.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        outbound: OutboundConfig,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._sessions: dict[Proxy | None, aiohttp.ClientSession] = {outbound.proxy: session}
        self._own: list[aiohttp.ClientSession] = []
        self._outbound = outbound
        self._clock = clock

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the sessions that were opened here."""
        while self._own:
            await self._own.pop().close()

    async def fetch(self, state: FeedState, access: Access = _PLAIN) -> Document | Unchanged:
        """Ask for a feed, conditionally where we hold validators less than a day after a full answer.

        Raises `Unreachable` (with `retry_after` where the server named one; `Gone` for a 410) and
        `Malformed` for an answer that is not a feed. Nothing of `state` is lost by either, and neither shows
        a secret of `access`.
        """
        proxy = self._outbound.proxy if access.proxy is None else access.proxy
        access = replace(access, proxy=proxy)
        answer = await self._try(state, access)
        if isinstance(answer, Unreachable | Malformed):
            # Raised out here, as the client's own errors hold the headers that were sent.
            answer.reason = access.redacted(answer.reason)
            answer.args = (answer.reason,)
            raise answer
        return answer

    async def reaches(self, url: str) -> bool:
        """Tell whether a server answers at all, whatever it says; asks for headers only."""
        try:
            request = self._sessions[self._outbound.proxy].head(
                check_url(url), allow_redirects=False, timeout=aiohttp.ClientTimeout(total=_PROBE_SECONDS)
            )
            async with request:
                return True
        except (aiohttp.ClientError, OSError, ValueError):
            return False

    async def _try(self, state: FeedState, access: Access) -> Document | Unchanged | Unreachable | Malformed:
        heard: list[int] = []
        try:
            async with asyncio.timeout(self._outbound.timeout.total_seconds()):
                return await self._follow(state, access, heard)
        except (Unreachable, Malformed) as error:
            return error.with_traceback(None)
        except TimeoutError:
            said = f"no whole answer within {self._outbound.timeout.total_seconds():g} s"
            return (Unreachable if heard else NoAnswer)(said)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            if heard or isinstance(error, aiohttp.ClientResponseError):
                return Unreachable(why(error))
            not_asked = refusal_in(error) or isinstance(error, ValueError)
            return (NotAsked if not_asked else NoAnswer)(why(error))

    def _session(self, access: Access) -> aiohttp.ClientSession:
        proxy = access.proxy if isinstance(access.proxy, Proxy) else None
        if proxy not in self._sessions:
            outbound = self._outbound.model_copy(update={"proxy": proxy})
            self._sessions[proxy] = open_session(outbound)
            self._own.append(self._sessions[proxy])
        return self._sessions[proxy]

    async def _follow(self, state: FeedState, access: Access, heard: list[int]) -> Document | Unchanged:
        """Follow redirects to the end; notes in `heard` the status of every answer."""
        validators = self._validators(state)
        url = check_url(state.address)
        hop = Hop(url, home=access.at_home(url))
        while True:
            answer = await self._ask(hop, state, validators, access, heard)
            if not isinstance(answer, Hop):
                return answer
            hop = answer

    def _validators(self, state: FeedState) -> dict[str, str]:
        """Give the validators as they were sent to us, unless a full answer is due."""
        last, now = state.last_unconditional_at, self._clock()
        if last is None or now - last >= _UNCONDITIONAL_EVERY or not state.trusts_304(now):
            return {}
        held = {"If-None-Match": state.etag, "If-Modified-Since": state.last_modified}
        return {name: value for name, value in held.items() if value}

    async def _ask(
        self,
        hop: Hop,
        state: FeedState,
        validators: Mapping[str, str],
        access: Access,
        heard: list[int],
    ) -> Document | Unchanged | Hop:
        own = access.headers_for(home=hop.home)
        accept = {} if "accept" in {name.lower() for name in own} else {"Accept": _ACCEPT}
        headers = {**accept, "Accept-Encoding": "gzip, deflate", **validators, **own}
        request = self._session(access).get(
            hop.url, headers=headers, allow_redirects=False, auto_decompress=False, raise_for_status=False
        )
        async with request as response:
            heard.append(response.status)
            if response.status in REDIRECTS and "Location" in response.headers:
                return next_hop(hop, response.status, response.headers["Location"])
            if response.status == 304 and validators:
                return self._unchanged(hop, response, state)
            if response.status not in _WHOLE:
                raise _refused_by_server(hop, response, self._clock())
            body = await self._read(response)
            return self._judge(hop, response, body, state, conditional=bool(validators))

    def _unchanged(self, hop: Hop, response: aiohttp.ClientResponse, state: FeedState) -> Unchanged:
        """A 304 may bring new validators; those it leaves out stay."""
        return Unchanged(
            url=str(hop.url),
            fetched_at=self._clock(),
            etag=validator_of(response.headers, "ETag") or state.etag,
            last_modified=validator_of(response.headers, "Last-Modified") or state.last_modified,
            hints=self._hints(response),
            moved_to=hop.moved_to,
            not_modified=True,
        )

    def _judge(
        self, hop: Hop, response: aiohttp.ClientResponse, body: bytes, state: FeedState, *, conditional: bool
    ) -> Document | Unchanged:
        """Tell a new document from the one we know: the hash of the body decides, not the validators."""
        content_type, charset = charset_of(response.headers.get("Content-Type", ""))
        refuse_other_than_feed(body, content_type)
        document = Document(
            url=str(hop.url),
            body=body,
            body_hash=hash_body(body),
            fetched_at=self._clock(),
            etag=validator_of(response.headers, "ETag"),
            last_modified=validator_of(response.headers, "Last-Modified"),
            content_type=content_type,
            charset=charset,
            hints=self._hints(response),
            moved_to=hop.moved_to,
            unconditional=not conditional,
        )
        if document.body_hash != state.body_hash:
            return document
        return Unchanged(
            url=document.url,
            fetched_at=document.fetched_at,
            etag=document.etag,
            last_modified=document.last_modified,
            hints=document.hints,
            moved_to=document.moved_to,
            unconditional=document.unconditional,
        )

    def _hints(self, response: aiohttp.ClientResponse) -> Hints:
        return hints_of(response.headers.getall("Cache-Control", []), response.headers, self._clock())

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        inflate = Inflater(response.headers.getall("Content-Encoding", []), self._outbound.max_bytes)
        async for chunk in response.content.iter_chunked(_CHUNK):
            inflate.feed(chunk)
        return unpacked(inflate.finish(), self._outbound.max_bytes)


def _refused_by_server(hop: Hop, response: aiohttp.ClientResponse, now: datetime) -> Unreachable:
    if response.status == 410 and hop.for_good:  # else it is only gone from where it was to be for a while
        return Gone("the server says that the feed is gone (410)")
    if response.status == 304:
        return Unreachable("the server answered 304 although no condition was sent")
    reason = one_line(f"the server answered {response.status} {response.reason or ''}")
    if "challenge" in response.headers.get("cf-mitigated", ""):
        reason += " with a challenge page"
    wait = retry_after(response.headers, now)
    return (Busy if wait and response.status in _BUSY else Unreachable)(reason, wait)
