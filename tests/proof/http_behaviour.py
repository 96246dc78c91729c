"""The proof that feeds are asked for politely, and that what servers answer is taken for what it is.

Each script is played by a real server. Judged are what the poll comes to, what of it is kept in the feed's
state, and every byte that the next request carries.
"""
# ruff: noqa: E501 - a row stays on one line

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache

import trustme

from monitor.errors import Malformed, Unreachable
from monitor.feeds.access import Access, Credentials
from monitor.feeds.config import OutboundConfig
from monitor.feeds.document import Document, Gone, Unchanged, hash_body
from monitor.feeds.fetch import Fetcher
from monitor.feeds.guard import open_session
from monitor.feeds.parse import parse
from monitor.feeds.state import FeedState, Yield, after_failure, after_success
from monitor.values import Secret
from tests.contracts.raw_http import Answer, RawServer, http, raw_server
from tests.feeds.documents import RSS
from tests.proof.http_scripts import NEW, OLD_DATE, OLD_ETAG, SCRIPTS, End, Script
from tests.proof.tally import Tally, tally

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR, TEN_MINUTES, DAY = timedelta(hours=1), timedelta(minutes=10), timedelta(days=1)
OUTBOUND = OutboundConfig(allow=("127.0.0.0/8",), timeout="10s")
_WELL: Answer = (http(200, NEW),)
_NEVER = frozenset(
    {"cookie", "referer", "origin", "range", "if-match", "if-unmodified-since", "if-range", "te"}
)
_SECRET = "Bearer of-the-feed"


@dataclass
class Clock:
    """A clock that moves when told."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class Asked:
    """A request as it came over the wire."""

    line: str
    headers: tuple[tuple[str, bytes], ...]

    @classmethod
    def read(cls, raw: bytes) -> Asked:
        """Read its bytes."""
        line, *lines = raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
        pairs = (header.partition(b": ") for header in lines)
        return cls(line.decode(), tuple((name.decode().lower(), value) for name, _, value in pairs))

    def get(self, name: str) -> bytes | None:
        """Give a header's bytes."""
        return dict(self.headers).get(name)

    def impolite(self, path: str) -> str:
        """Say what no request for a feed carries, or must carry and does not."""
        names = [name for name, _ in self.headers]
        checks = {
            "another line": self.line != f"GET {path} HTTP/1.1",
            "a header twice": len(names) != len(set(names)),
            "what it should not": bool(_NEVER & set(names)),
            "no name of ours": b"Watchword/" not in (self.get("user-agent") or b""),
            "other packings": self.get("accept-encoding") != b"gzip, deflate",
            "no wish for feeds": b"application/rss+xml" not in (self.get("accept") or b""),
        }
        return ", ".join(what for what, so in checks.items() if so)


@dataclass
class Poll:
    """What one poll came to, as the pipeline would take it."""

    answer: Document | Unchanged | Unreachable | Malformed
    state: FeedState

    @property
    def end(self) -> End:
        """Name its end."""
        kinds = {Document: End.NEW, Unchanged: End.SAME, Gone: End.GONE, Malformed: End.NO_FEED}
        return kinds.get(type(self.answer), End.LATER)


async def poll(fetcher: Fetcher, state: FeedState, access: Access, now: datetime) -> Poll:
    """Poll a feed: fetch, parse, and change its state by what came of it."""
    try:
        answer = await fetcher.fetch(state, access)
        if isinstance(answer, Document):
            parse(answer.body, charset=answer.charset, content_type=answer.content_type, url=answer.url)
    except (Unreachable, Malformed) as error:
        return Poll(error, after_failure(state, error.reason, now, gone=isinstance(error, Gone)))
    return Poll(answer, after_success(state, answer, Yield(), floor=TEN_MINUTES, usual=TEN_MINUTES))


@cache
def _authority() -> trustme.CA:
    return trustme.CA()


@cache
def _certified() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _authority().issue_cert("127.0.0.1").configure_cert(context)
    return context


@asynccontextmanager
async def _fetching(clock: Callable[[], datetime]) -> AsyncIterator[Fetcher]:
    """Open a fetcher that trusts the authority of this proof."""
    trusting = ssl.create_default_context()
    _authority().configure_trust(trusting)
    async with open_session(OUTBOUND) as session, Fetcher(session, OUTBOUND, clock) as fetcher:
        session.connector._ssl = trusting  # type: ignore[union-attr]
        yield fetcher


def _placed(answers: tuple[Answer, ...], **ports: int) -> list[Answer]:
    """Write the ports of the servers into their answers."""

    def written(step: object) -> object:
        for name, port in ports.items():
            step = (
                step.replace(f"{{{name}}}".encode(), str(port).encode()) if isinstance(step, bytes) else step
            )
        return step

    return [tuple(map(written, answer)) for answer in answers]  # type: ignore[misc]


def _known(state: FeedState) -> FeedState:
    return replace(
        state, etag=OLD_ETAG, last_modified=OLD_DATE, body_hash=hash_body(RSS.encode()), failures=2, last_error="x",
        first_success_at=NOON - DAY, last_success_at=NOON - HOUR, last_unconditional_at=NOON - HOUR,
    )  # fmt: skip


async def play(script: Script, fetcher: Fetcher, clock: Clock) -> str:
    """Play a script, and one more poll after it; gives what was not as it should be."""
    clock.now = NOON
    async with AsyncExitStack() as stack:
        tls, tls_there = (_certified() if wanted else None for wanted in (script.tls, script.tls_elsewhere))
        here = await stack.enter_async_context(raw_server(afterwards=_WELL, tls=tls))
        there = await stack.enter_async_context(raw_server(afterwards=_WELL, tls=tls_there))
        here.answers = _placed(script.answers, port=here.port, other=there.port)
        there.answers = _placed(script.elsewhere, port=here.port, other=there.port)
        origin = f"{'https' if script.tls else 'http'}://127.0.0.1:{here.port}"
        state = FeedState("f", origin + script.path)
        state = _known(state) if script.known else state
        auth = Credentials(bearer=Secret(_SECRET.removeprefix("Bearer ")))
        access = Access(origin, auth) if script.secrets else Access()
        first = await poll(fetcher, state, access, NOON)
        wrong = [*_wrong_end(script, first, origin), *_wrong_state(script, state, first)]
        wrong += _wrong_requests(script, state, here, there)
        here.answers.clear()
        here.requests.clear()
        clock.now += TEN_MINUTES
        await poll(fetcher, first.state, access, clock.now)
        wrong += _wrong_next(script, first.state, Asked.read(here.requests[0]))
    return "; ".join(wrong)


def _seconds(wait: timedelta | None) -> float | None:
    return None if wait is None else wait.total_seconds()


def _wrong_end(script: Script, first: Poll, origin: str) -> list[str]:
    answer = first.answer
    if first.end is not script.end:
        return [f"it ended as {first.end.value}: {answer!r:.300}"]
    if isinstance(answer, Unreachable | Malformed):
        wait = getattr(answer, "retry_after", None)
        wrong = [] if script.said in answer.reason else [f"it said {answer.reason!r}"]
        plain = answer.reason.isprintable() and "127.0.0.1:" not in answer.reason
        return [*wrong, *([] if plain else ["its words hold too much"]), *_differ("wait", wait, script.wait)]
    moved = origin + script.moved if script.moved else None
    return [
        *_differ("moved to", answer.moved_to, moved),
        *_differ("max-age", _seconds(answer.hints.max_age), script.max_age),
        *_differ("Expires", _seconds(answer.hints.expires), script.expires),
    ]


def _differ(what: str, found: object, wanted: object) -> list[str]:
    return [] if found == wanted else [f"{what} is {found!r}, not {wanted!r}"]


def _wrong_state(script: Script, before: FeedState, first: Poll) -> list[str]:
    """Judge what is kept: after an answer what it said, after none all that was known."""
    after, answer = first.state, first.answer
    if isinstance(answer, Unreachable | Malformed):
        same = replace(
            before, last_polled_at=NOON, failures=before.failures + 1, last_error=answer.reason,
            gone_at=NOON if isinstance(answer, Gone) else None,
        )  # fmt: skip
        return _differ("the state", after, same)
    body = hash_body(answer.body) if isinstance(answer, Document) else before.body_hash
    return [
        *_differ("the ETag", after.etag, script.etag),
        *_differ("the date of change", after.last_modified, script.modified),
        *_differ("the body's hash", after.body_hash, body),
        *_differ("failures", (after.failures, after.last_error), (0, "")),
        *_differ("the last full answer", after.last_unconditional_at, NOON - HOUR if script.known else NOON),
    ]


def _wrong_requests(script: Script, state: FeedState, here: RawServer, there: RawServer) -> list[str]:
    asked = [Asked.read(raw) for raw in here.requests]
    every = [*asked[:1], *(Asked.read(raw) for raw in there.requests), *asked[1:]]
    wrong = _differ("the number of requests", len(every), script.asked)
    if asked:
        wrong += _differ("the request", asked[0].impolite(script.path), "")
        wrong += _wrong_validators(asked[0], state, "the request")
    if script.secrets:
        shown = tuple(request.get("authorization") == _SECRET.encode() for request in every)
        wrong += _differ("who saw the credentials", shown, script.secrets)
    return wrong


def _wrong_next(script: Script, state: FeedState, asked: Asked) -> list[str]:
    wrong = _differ("the next request", asked.impolite(script.path), "")
    return wrong + _wrong_validators(asked, state, "the next request")


def _wrong_validators(asked: Asked, state: FeedState, which: str) -> list[str]:
    """Have the validators be those of the state, byte for byte, and none where there are none."""
    etag = state.etag.encode() if state.etag else None
    modified = state.last_modified.encode() if state.last_modified else None
    return [
        *_differ(f"If-None-Match of {which}", asked.get("if-none-match"), etag),
        *_differ(f"If-Modified-Since of {which}", asked.get("if-modified-since"), modified),
    ]


# Servers that are asked for days.


@dataclass
class Talker:
    """A server that makes its answer by the request and by how many there were."""

    respond: Callable[[Asked, int], bytes]
    asked: list[Asked] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer until the other side hangs up."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                self.asked.append(Asked.read(await reader.readuntil(b"\r\n\r\n")))
                writer.write(self.respond(self.asked[-1], len(self.asked)))
        writer.close()

    @property
    def in_full(self) -> list[int]:
        """Give the numbers of the requests that set no condition."""
        return [
            number
            for number, asked in enumerate(self.asked)
            if asked.get("if-none-match") is None and asked.get("if-modified-since") is None
        ]


async def _ask_for_days(
    fetcher: Fetcher, clock: Clock, respond: Callable[[Asked, int], bytes], polls: int
) -> tuple[Talker, list[End]]:
    """Poll once an hour, so many times."""
    talker, clock.now = Talker(respond), NOON
    server = await asyncio.start_server(talker.serve, "127.0.0.1", 0)
    state, ends = FeedState("f", f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/feed"), []
    for _ in range(polls):
        done = await poll(fetcher, state, Access(), clock.now)
        state = done.state
        ends.append(done.end)
        clock.now += HOUR
    server.close()
    return talker, ends


def _stuck(asked: Asked, number: int) -> bytes:
    if asked.get("if-none-match"):
        return http(304)
    return http(200, RSS if number == 1 else NEW, 'ETag: "stuck"')


def _failing(asked: Asked, number: int) -> bytes:
    return (
        http(500)
        if 1 < number < 20
        else http(304)
        if asked.get("if-none-match")
        else http(200, RSS, 'ETag: "a"')
    )


def _numbered(asked: Asked, number: int) -> bytes:
    return http(200, RSS.replace("pilot", f"{number}"), 'ETag: "same"')


Series = tuple[str, Callable[[Asked, int], bytes], int, list[int], list[End]]
SERIES: tuple[Series, ...] = (
    ("304 for ever is seen through within a day", _stuck, 50, [0, 24, 48],
     [End.NEW, *[End.SAME] * 23, End.NEW, *[End.SAME] * 25]),
    ("a new ETag each time with the same body", lambda _, n: http(200, RSS, f'ETag: "{n}"'), 26, [0, 24],
     [End.NEW, *[End.SAME] * 25]),
    ("the same ETag with a new body each time", _numbered, 26, [0, 24], [End.NEW] * 26),
    ("no validators at all", lambda *_: http(200, RSS), 5, [0, 1, 2, 3, 4], [End.NEW, *[End.SAME] * 4]),
    ("an ETag that goes away", lambda _, n: http(200, RSS, *(['ETag: "a"'] if n == 1 else [])), 4, [0, 2, 3],
     [End.NEW, *[End.SAME] * 3]),
    ("errors for most of a day, then 304", _failing, 24, [0], [End.NEW, *[End.LATER] * 18, *[End.SAME] * 5]),
    ("errors for more than a day", lambda _, n: http(200, RSS, 'ETag: "a"') if n == 1 else http(500), 26, [0, 24, 25],
     [End.NEW, *[End.LATER] * 25]),
    ("a 304 with another ETag each time", lambda asked, n: http(304, "", f'ETag: "{n}"') if n > 1 else http(200, RSS, 'ETag: "1"'), 20, [0],
     [End.NEW, *[End.SAME] * 19]),
)  # fmt: skip


async def _endure(series: Series, fetcher: Fetcher, clock: Clock) -> str:
    _, respond, polls, in_full, ends = series
    talker, found = await _ask_for_days(fetcher, clock, respond, polls)
    impolite = [asked.impolite("/feed") for asked in talker.asked]
    wrong = [*_differ("requests without a condition", talker.in_full, in_full), *_differ("ends", found, ends)]
    return "; ".join([*wrong, *filter(None, impolite)])


async def http_behaviour() -> Tally:
    """Count the scripts that came to what they should, in outcome, state and next request."""
    clock = Clock()
    found: list[tuple[str, str]] = []
    async with _fetching(clock) as fetcher:
        found += [(script.name, await play(script, fetcher, clock)) for script in SCRIPTS]
        found += [(series[0], await _endure(series, fetcher, clock)) for series in SERIES]
    return tally("scripts of servers that were asked and understood rightly", found)
