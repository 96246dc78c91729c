"""Fetching from real servers, honest and hostile."""

import asyncio
import gzip
import zlib
from datetime import timedelta

import pytest
from aiohttp import web

from monitor.errors import Malformed, Unreachable
from monitor.feeds.config import OutboundConfig
from monitor.feeds.document import Document, Gone, Unchanged
from monitor.feeds.fetch import Fetcher
from monitor.feeds.guard import open_session
from monitor.feeds.state import FeedState, Yield, after_success
from tests.feeds.documents import RSS

PACE = {"floor": timedelta(minutes=2), "usual": timedelta(minutes=10)}


@pytest.fixture
async def fetcher(loopback, clock):
    async with open_session(loopback) as session:
        yield Fetcher(session, loopback, clock)


def state(url, **known):
    return FeedState(feed="f", url=url, **known)


def answering(body=RSS, **options):
    async def respond(request):
        return web.Response(body=body if isinstance(body, bytes) else body.encode(), **options)

    return respond


async def test_a_document_comes_with_its_validators_and_hints(fetcher, serve, clock):
    """Validators are kept as sent, quotes and weakness included; headers are read into hints."""
    headers = {
        "ETag": 'W/"a b"',
        "Last-Modified": "yesterday-ish",
        "Cache-Control": "public, max-age=1800",
        "Content-Type": "application/rss+xml; charset=UTF-8",
    }
    found = await fetcher.fetch(state(await serve(answering(headers=headers)) + "/feed"))
    assert isinstance(found, Document)
    assert (found.etag, found.last_modified) == ('W/"a b"', "yesterday-ish")
    assert (found.content_type, found.charset) == ("application/rss+xml", "utf-8")
    assert found.hints.max_age == timedelta(minutes=30)
    assert (found.body, found.fetched_at, found.unconditional) == (RSS.encode(), clock.now, True)
    assert found.moved_to is None


async def test_the_next_request_sends_the_validators_back_and_a_304_keeps_them(fetcher, serve, clock):
    """A conditional request carries both validators exactly, and no body comes over the wire twice."""
    seen = []

    async def respond(request):
        seen.append({name: request.headers.get(name) for name in ("If-None-Match", "If-Modified-Since")})
        if request.headers.get("If-None-Match") == "unquoted-gzip":
            return web.Response(status=304, headers={"Last-Modified": "newer"})
        return web.Response(body=RSS.encode(), headers={"ETag": "unquoted-gzip", "Last-Modified": "old"})

    address = await serve(respond)
    first = await fetcher.fetch(state(address))
    known = after_success(state(address), first, Yield(), **PACE)
    clock.move(minutes=10)
    second = await fetcher.fetch(known)
    assert isinstance(second, Unchanged)
    assert (second.etag, second.last_modified, second.unconditional) == ("unquoted-gzip", "newer", False)
    assert seen == [
        {"If-None-Match": None, "If-Modified-Since": None},
        {"If-None-Match": "unquoted-gzip", "If-Modified-Since": "old"},
    ]


async def test_a_server_stuck_on_304_is_seen_through_within_a_day(fetcher, serve, clock):
    """A request goes out without validators once a day, so a lying 304 hides a feed no longer than that."""

    async def stuck(request):
        conditional = "If-None-Match" in request.headers
        return web.Response(status=304) if conditional else web.Response(body=RSS.encode())

    address = await serve(stuck)
    known = state(address, etag="x", body_hash="old", last_unconditional_at=clock.now)
    clock.move(hours=23)
    assert isinstance(await fetcher.fetch(known), Unchanged)
    clock.move(hours=1)
    assert isinstance(await fetcher.fetch(known), Document)


async def test_the_hash_of_the_body_judges_what_is_unchanged(fetcher, serve, clock):
    """A 200 with a known body is unchanged whatever its ETag, and a new body under the old ETag is new."""
    bodies = iter([RSS, RSS, RSS.replace("pilot", "harbour")])
    etags = iter(['"1"', '"2"', '"2"'])

    async def respond(request):
        return web.Response(body=next(bodies).encode(), headers={"ETag": next(etags)})

    known = state(await serve(respond))
    answers = []
    for _ in range(3):
        answers.append(await fetcher.fetch(known))
        known = after_success(known, answers[-1], Yield(), **PACE)
    assert [type(answer) for answer in answers] == [Document, Unchanged, Document]
    assert answers[1].etag == '"2"'


@pytest.mark.parametrize(("status", "gone"), [(301, True), (302, False)])
async def test_only_what_is_gone_for_good_is_gone(fetcher, serve, status, gone):
    """A feed that is elsewhere for a while is not gone because that place is."""

    async def respond(request):
        if request.match_info["path"] == "here":
            return web.Response(status=status, headers={"Location": "/there"})
        return web.Response(status=410)

    with pytest.raises(Unreachable) as caught:
        await fetcher.fetch(state(await serve(respond) + "/here"))
    assert isinstance(caught.value, Gone) == gone


async def test_a_304_without_a_condition_is_an_error(fetcher, serve):
    """A 304 that nobody asked for brings nothing, so it cannot count as success."""
    with pytest.raises(Unreachable, match="304"):
        await fetcher.fetch(state(await serve(answering(b"", status=304))))


@pytest.mark.parametrize(
    ("statuses", "moved"),
    [((301,), True), ((308, 301), True), ((302,), False), ((301, 307), False), ((303, 301), False)],
)
async def test_redirects_are_followed_and_only_lasting_ones_move_the_feed(fetcher, serve, statuses, moved):
    """A feed has moved only where every hop says so for good."""

    async def respond(request):
        step = int(request.match_info["path"] or 0)
        if step < len(statuses):
            return web.Response(status=statuses[step], headers={"Location": f"/{step + 1}"})
        return web.Response(body=RSS.encode())

    address = await serve(respond)
    found = await fetcher.fetch(state(address + "/0"))
    assert found.url == f"{address}/{len(statuses)}"
    assert found.moved_to == (found.url if moved else None)


async def test_a_loop_of_redirects_ends(fetcher, serve):
    """Five redirects are followed, not more."""
    hops = []

    async def respond(request):
        hops.append(request.path)
        return web.Response(status=302, headers={"Location": request.path + "x"})

    with pytest.raises(Unreachable, match="5 redirects"):
        await fetcher.fetch(state(await serve(respond) + "/a"))
    assert len(hops) == 6


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "120"}, 120),
        ({"Retry-After": "Mon, 23 Nov 2026 13:00:00 GMT", "Date": "Mon, 23 Nov 2026 12:50:00 GMT"}, 600),
        ({"Retry-After": "Sun, 22 Nov 2026 13:00:00 GMT", "Date": "Mon, 23 Nov 2026 12:50:00 GMT"}, 0),
        ({"Retry-After": "soon"}, None),
        ({}, None),
    ],
)
async def test_retry_after_is_read_in_both_forms(fetcher, serve, headers, wait):
    """Seconds or a date, the date counted from the server's own clock; nonsense is silence."""
    with pytest.raises(Unreachable, match="429") as caught:
        await fetcher.fetch(state(await serve(answering(b"", status=429, headers=headers))))
    assert caught.value.retry_after == wait


async def test_what_a_server_says_is_kept_harmless(fetcher, serve_raw):
    """A status line with terminal codes ends as one plain line."""

    async def respond(reader, writer):
        writer.write(b"HTTP/1.1 500 \x1b[2Jgone\tnow" + b"x" * 1000 + b"\r\nContent-Length: 0\r\n\r\n")

    with pytest.raises(Unreachable) as caught:
        await fetcher.fetch(state(await serve_raw(respond)))
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) <= 300


async def test_a_feed_that_is_gone_says_so(fetcher, serve):
    """410 is told apart from other failures."""
    with pytest.raises(Gone):
        await fetcher.fetch(state(await serve(answering(b"", status=410))))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "empty"),
        (b" \n\t", "empty"),
        (b"<!DOCTYPE html><html><title>Just a moment...</title></html>", "web page"),
        (b"\xef\xbb\xbf<!-- x --><html>", "web page"),
        (b'{"error": "not found"}', "not a JSON Feed"),
    ],
)
async def test_a_body_that_is_no_feed_is_an_error_and_not_an_empty_feed(fetcher, serve, body, said):
    """Challenge pages, empty bodies and JSON errors with status 200 are errors."""
    with pytest.raises(Malformed, match=said):
        await fetcher.fetch(state(await serve(answering(body))))


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(RSS.encode())),
        ("x-gzip", gzip.compress(RSS.encode())),
        ("gzip", gzip.compress(RSS.encode()[:100]) + gzip.compress(RSS.encode()[100:])),
        ("deflate", zlib.compress(RSS.encode())),
        ("deflate", zlib.compress(RSS.encode(), wbits=-15)),
        ("identity", RSS.encode()),
    ],
)
async def test_compressed_bodies_are_read(fetcher, serve, coding, packed):
    """gzip in one or more members, and deflate with or without its wrapper, give the document."""
    found = await fetcher.fetch(state(await serve(answering(packed, headers={"Content-Encoding": coding}))))
    assert found.body == RSS.encode()


BOMB = gzip.compress(b"<rss>" + b" " * 14_000_000, 9)


@pytest.mark.parametrize(
    ("coding", "packed", "said"),
    [
        ("gzip", BOMB, "times its size"),
        ("gzip, gzip", gzip.compress(BOMB), "not asked for"),
        ("br", b"\x0b\x02\x80", "not asked for"),
        ("gzip", b"<rss>plain</rss>", "broken"),
        ("gzip", gzip.compress(RSS.encode()) + b"junk", "follow the end"),
        ("gzip", gzip.compress(RSS.encode())[:-20], "breaks off"),
        ("", b"<rss>" + b"x" * 16_000_000, "larger than"),
    ],
)
async def test_bombs_and_broken_compression_are_refused(fetcher, serve, coding, packed, said):
    """Each cap ends the exchange with its own reason."""
    headers = {"Content-Encoding": coding} if coding else {}
    with pytest.raises((Malformed, Unreachable), match=said):
        await fetcher.fetch(state(await serve(answering(packed, headers=headers))))


async def test_a_server_that_drips_is_left_at_the_deadline(serve_raw, loopback, clock):
    """The deadline counts for the whole exchange, not for each read."""

    async def drip(reader, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        while True:
            writer.write(b"<")
            await writer.drain()
            await asyncio.sleep(0.02)

    quick = loopback.model_copy(update={"timeout": timedelta(seconds=0.4)})
    async with open_session(quick) as session:
        begun = asyncio.get_running_loop().time()
        with pytest.raises(Unreachable, match=r"within 0\.4 s"):
            await Fetcher(session, quick, clock).fetch(state(await serve_raw(drip)))
        assert asyncio.get_running_loop().time() - begun < 1.4


async def _headers_for_ever(reader, writer):
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-Filler: 1\r\n" * 1000)
        await writer.drain()


async def _one_long_header(reader, writer):
    writer.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while True:
        writer.write(b"x" * 65536)
        await writer.drain()


async def _nonsense(reader, writer):
    writer.write(b"SSH-2.0-hello\r\n")


async def _cut_short(reader, writer):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + RSS.encode()[:50])


async def _hang_up(reader, writer):
    writer.close()


async def _chunks_for_ever(reader, writer):
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")
        await writer.drain()


@pytest.mark.parametrize(
    "hostile", [_headers_for_ever, _one_long_header, _nonsense, _cut_short, _hang_up, _chunks_for_ever]
)
async def test_broken_and_hostile_servers_end_as_errors_of_ours(fetcher, serve_raw, hostile):
    """Whatever a server does comes out as one of the two errors, before the deadline."""
    with pytest.raises((Unreachable, Malformed)) as caught:
        await fetcher.fetch(state(await serve_raw(hostile)))
    assert "within 2 s" not in str(caught.value)
    assert str(caught.value)


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.2:{port}/canary",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:127.0.0.2]:{port}/canary",
        "http://[::1]:{port}/canary",
        "http://0:{port}/canary",
        "http://2130706434:{port}/canary",
        "//127.0.0.2:{port}/canary",
        "ftp://127.0.0.2/canary",
        "file:///etc/passwd",
        "http://good.example\\@127.0.0.2:{port}/",
        "http://user@127.0.0.2:{port}/canary",
    ],
)
async def test_a_redirect_never_reaches_inside(serve, clock, target):
    """Each hop passes the door: a redirect to an inner address is refused and nothing connects there."""
    canary = []
    inner = await asyncio.start_server(lambda r, w: canary.append(w), "0.0.0.0", 0)
    target = target.format(port=inner.sockets[0].getsockname()[1])

    async def respond(request):
        return web.Response(status=302, headers={"Location": target})

    only_one = OutboundConfig(allow=["127.0.0.1/32"], timeout="2s")
    address = await serve(respond)
    async with inner, open_session(only_one) as session:
        with pytest.raises(Unreachable):
            await Fetcher(session, only_one, clock).fetch(state(address))
    assert canary == []


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://localhost:1/", "http://[::1]:1/"])
async def test_inner_addresses_are_refused_unless_allowed(clock, url):
    """By default nothing on this machine or in private networks is fetched, by number or by name."""
    outbound = OutboundConfig()
    async with open_session(outbound) as session:
        with pytest.raises(Unreachable, match="private or special"):
            await Fetcher(session, outbound, clock).fetch(state(url))


async def test_requests_carry_our_name_and_nothing_of_others(fetcher, serve):
    """The user agent is sent, cookies are not kept, and brotli is not asked for."""
    seen = []

    async def respond(request):
        seen.append(request.headers)
        return web.Response(body=RSS.encode(), headers={"Set-Cookie": "a=b"})

    address = await serve(respond)
    for _ in range(2):
        await fetcher.fetch(state(address))
    assert "Watchword/" in seen[1]["User-Agent"]
    assert "Cookie" not in seen[1]
    assert seen[1]["Accept-Encoding"] == "gzip, deflate"
