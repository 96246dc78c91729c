"""Credentials, headers and proxies of single feeds, on the wire."""

from __future__ import annotations

import base64
import traceback

import pytest
from aiohttp import web

from monitor.errors import Malformed, Unreachable
from monitor.feeds.access import Proxy as ProxyAddress
from monitor.feeds.config import FeedConfig, OutboundConfig
from monitor.feeds.fetch import Fetcher
from monitor.feeds.guard import open_session
from monitor.feeds.state import FeedState
from monitor.strict_yaml import parse_yaml
from tests.feeds.documents import RSS
from tests.feeds.proxy import proxying

CANARY = "canary-4f1d9"
LOGIN = "Basic " + base64.b64encode(f"ana:{CANARY}".encode()).decode()


@pytest.fixture(autouse=True)
def secrets(monkeypatch):
    monkeypatch.setenv("FEED_TOKEN", CANARY)
    monkeypatch.setenv("FEED_PROXY", f"http://ana:{CANARY}@127.0.0.1:1")


@pytest.fixture
async def fetcher(loopback, clock):
    async with open_session(loopback) as session, Fetcher(session, loopback, clock) as found:
        yield found


class Site:
    """A web server that keeps the headers it was sent and answers by a script of paths."""

    def __init__(self):
        self.seen = []
        self.moves = {}

    async def respond(self, request):
        self.seen.append(request.headers)
        if target := self.moves.get(request.path):
            return web.Response(status=302, headers={"Location": target})
        return web.Response(body=RSS.encode())


@pytest.fixture
def site():
    return Site()


def feed(url, **said):
    return FeedConfig(id="f", url=url, **said)


async def ask(fetcher, one):
    return await fetcher.fetch(FeedState("f", one.url), one.access)


@pytest.mark.parametrize(
    ("auth", "sent"),
    [
        ({"bearer": "env:FEED_TOKEN"}, f"Bearer {CANARY}"),
        ({"user": "ana", "password": "env:FEED_TOKEN"}, LOGIN),
    ],
)
async def test_credentials_reach_the_server_they_are_for(fetcher, serve, site, auth, sent):
    """A bearer token or a user with a password goes out as HTTP knows it."""
    await ask(fetcher, feed(await serve(site.respond), auth=auth))
    assert site.seen[0]["Authorization"] == sent


async def test_headers_are_added_and_may_replace_what_we_say_by_ourselves(fetcher, serve, site):
    """Plain and secret values go out; Accept and User-Agent are the operator's where they are named."""
    headers = {
        "X-Api-Key": "env:FEED_TOKEN",
        "accept": "text/xml",
        "User-Agent": "Desk",
        "Accept-Language": "fa",
    }
    await ask(fetcher, feed(await serve(site.respond), headers=headers))
    sent = site.seen[0]
    assert (sent["X-Api-Key"], sent["Accept-Language"]) == (CANARY, "fa")
    assert (sent.getall("Accept"), sent.getall("User-Agent")) == (["text/xml"], ["Desk"])


async def test_secrets_follow_a_redirect_within_their_origin(fetcher, serve, site):
    """A path that moved on the same server is asked with the same credentials."""
    site.moves = {"/old": "/new"}
    await ask(fetcher, feed(await serve(site.respond) + "/old", auth={"bearer": "env:FEED_TOKEN"}))
    assert [sent["Authorization"] for sent in site.seen] == [f"Bearer {CANARY}"] * 2


async def test_secrets_stay_behind_when_the_origin_changes_even_on_the_way_back(fetcher, serve, site):
    """Another port is another origin: only harmless headers go there, and none comes back by a detour."""
    other = Site()
    home, away = await serve(site.respond), await serve(other.respond)
    site.moves = {"/feed": f"{away}/x", "/back": "/end"}
    other.moves = {"/x": f"{home}/back"}
    headers = {"X-Api-Key": "env:FEED_TOKEN", "X-Plain": CANARY, "Accept-Language": "fa"}
    await ask(fetcher, feed(home + "/feed", auth={"bearer": "env:FEED_TOKEN"}, headers=headers))
    assert (len(other.seen), len(site.seen)) == (1, 3)
    assert CANARY in str(site.seen[0])
    for sent in (*other.seen, *site.seen[1:]):
        assert CANARY not in str(sent)
        assert "Authorization" not in sent
        assert sent["Accept-Language"] == "fa"


async def test_secrets_do_not_go_to_an_address_that_the_archive_remembers_instead(fetcher, serve, site):
    """Where the stored address has another origin than the configured one, the secrets stay."""
    one = feed("https://paid.example/feed", auth={"bearer": "env:FEED_TOKEN"})
    await fetcher.fetch(FeedState("f", await serve(site.respond)), one.access)
    assert "Authorization" not in site.seen[0]


async def test_no_redirect_leads_from_https_to_http(fetcher):
    """The rule itself, for it needs no server: a downgrade is refused, whatever is carried."""
    from yarl import URL

    from monitor.feeds.redirect import Hop, next_hop

    with pytest.raises(Unreachable, match="from https to http"):
        next_hop(Hop(URL("https://paid.example/"), home=True), 301, "http://paid.example/")
    assert not next_hop(Hop(URL("http://paid.example/"), home=True), 301, "https://paid.example/").home


async def test_a_feed_goes_through_its_own_proxy_and_others_do_not(fetcher, serve, site):
    """A proxy of its own is trusted as the general one is; inner addresses by number stay refused."""
    origin = await serve(site.respond)
    async with proxying(hosts={"only-the-proxy-knows.example": int(origin.rpartition(":")[2])}) as proxy:
        one = feed("http://only-the-proxy-knows.example/feed", proxy=proxy.address)
        assert (await ask(fetcher, one)).body == RSS.encode()
        await ask(fetcher, feed(origin))
        for inside in ("http://10.0.0.1/", "http://[::1]/", "http://169.254.169.254/"):
            with pytest.raises(Unreachable, match="private or special"):
                await ask(fetcher, feed(inside, proxy=proxy.address))
    assert proxy.asked == ["GET http://only-the-proxy-knows.example/feed"]
    assert len(site.seen) == 2


async def test_a_proxys_login_is_for_the_proxy_and_the_feeds_for_the_feed(fetcher, serve, site, monkeypatch):
    """Over http the login goes with the request, and the server sees only its own credentials."""
    origin = await serve(site.respond)
    async with proxying(login=LOGIN) as proxy:
        monkeypatch.setenv("FEED_PROXY", f"http://ana:{CANARY}@127.0.0.1:{proxy.port}")
        monkeypatch.setenv("FEED_TOKEN", "for-the-feed")
        for _ in range(2):  # a new connection, and one of the pool
            await ask(fetcher, feed(origin, proxy="env:FEED_PROXY", auth={"bearer": "env:FEED_TOKEN"}))
    assert [head["proxy-authorization"] for head in proxy.heads] == [LOGIN] * 2
    assert [sent["Authorization"] for sent in site.seen] == ["Bearer for-the-feed"] * 2
    assert CANARY not in str(site.seen)


async def test_a_tunnel_is_asked_for_with_the_login_and_without_the_feeds_credentials(fetcher, monkeypatch):
    """CONNECT carries what is the proxy's; a refused login names no secret."""
    async with proxying(login="Basic another") as proxy:
        monkeypatch.setenv("FEED_PROXY", f"http://ana:{CANARY}@127.0.0.1:{proxy.port}")
        monkeypatch.setenv("FEED_TOKEN", "for-the-feed")
        one = feed("https://paid.example/", proxy="env:FEED_PROXY", auth={"bearer": "env:FEED_TOKEN"})
        with pytest.raises(Unreachable, match="407") as caught:
            await ask(fetcher, one)
    assert proxy.asked == ["CONNECT paid.example:443"]
    assert proxy.heads[0]["proxy-authorization"] == LOGIN
    assert "for-the-feed" not in str(proxy.heads)
    assert_silent(caught.value)


async def test_none_goes_past_the_general_proxy_and_through_the_door(clock, serve, site):
    """`proxy: none` connects by itself, and then `allow` is needed again for inner addresses."""
    origin = await serve(site.respond)
    async with proxying() as proxy:
        open_to_all = OutboundConfig(proxy=proxy.address, allow=["127.0.0.0/8"], timeout="2s")
        closed = OutboundConfig(proxy=proxy.address, timeout="2s")
        for outbound in (open_to_all, closed):
            async with open_session(outbound) as session, Fetcher(session, outbound, clock) as fetcher:
                one = feed(origin.replace("127.0.0.1", "localhost"), proxy="none")
                if outbound is open_to_all:
                    assert await ask(fetcher, one)
                else:
                    with pytest.raises(Unreachable, match="private or special"):
                        await ask(fetcher, one)
    assert (proxy.asked, len(site.seen)) == ([], 1)


async def test_the_general_proxy_may_want_a_login_too(clock, monkeypatch):
    """outbound.proxy takes env: and file: with a login, for every request of its session."""
    async with proxying(login=LOGIN) as proxy:
        monkeypatch.setenv("FEED_PROXY", f"http://ana:{CANARY}@127.0.0.1:{proxy.port}")
        outbound = OutboundConfig(proxy="env:FEED_PROXY", timeout="2s")
        async with open_session(outbound) as session, Fetcher(session, outbound, clock) as fetcher:
            with pytest.raises(Unreachable) as caught:
                await ask(fetcher, feed("http://nobody-there.example/"))
    assert proxy.heads[0]["proxy-authorization"] == LOGIN
    assert_silent(caught.value)


def assert_silent(error: BaseException) -> None:
    """Nothing that a log could make of an error shows the canary, down its whole chain."""
    shown = "".join(traceback.format_exception(error))
    while error is not None:
        shown += repr(error) + str(vars(error))
        error = error.__cause__ or error.__context__
    assert CANARY not in shown
    assert LOGIN.split()[1] not in shown


ECHOES = [
    lambda said: web.Response(status=401, reason=f"who is {said}?"),
    lambda said: web.Response(status=302, headers={"Location": f"http://{said}@inside.example/"}),
    lambda said: web.Response(status=302, headers={"Location": f"gopher://{said}/"}),
    lambda said: web.Response(headers={"Content-Encoding": said}, body=b"x"),
    lambda said: web.Response(body=f"<html>{said}</html>".encode()),
]


@pytest.mark.parametrize("echo", ECHOES, ids=range(len(ECHOES)))
@pytest.mark.parametrize(
    "said",
    [
        {"auth": {"bearer": "env:FEED_TOKEN"}},
        {"auth": {"user": "ana", "password": "env:FEED_TOKEN"}},
        {"headers": {"X-Key": "env:FEED_TOKEN"}},
    ],
    ids=["bearer", "basic", "header"],
)
async def test_a_server_that_says_a_secret_back_gets_it_into_no_error(fetcher, serve, echo, said):
    """Neither message nor chain of an error shows what was sent, whatever the server makes of it."""

    async def respond(request):
        token = request.headers.get("X-Key") or request.headers["Authorization"].split()[1]
        return echo(token)

    with pytest.raises((Unreachable, Malformed)) as caught:
        await ask(fetcher, feed(await serve(respond), **said))
    assert_silent(caught.value)


async def test_a_broken_answer_shows_no_secret(fetcher, serve_raw):
    """The client's error about bytes that are not HTTP holds our headers; ours does not."""

    async def respond(reader, writer):
        writer.write(b"HTTP/1.1 canary\r\n\x00\r\n\r\n")

    with pytest.raises(Unreachable) as caught:
        await ask(fetcher, feed(await serve_raw(respond), auth={"bearer": "env:FEED_TOKEN"}))
    assert_silent(caught.value)


def test_secrets_show_in_no_printed_form_of_the_configuration():
    """Printed forms of a feed hide tokens, passwords, keys and logins of proxies, also plain ones."""
    one = feed(
        "https://paid.example/",
        auth={"user": "ana", "password": "env:FEED_TOKEN"},
        headers={"X-Key": "env:FEED_TOKEN", "X-Plain": CANARY},
        proxy="env:FEED_PROXY",
    )
    shown = f"{one!r} {one} {one.model_dump()} {one.model_dump_json()} {one.access} {one.proxy}"
    assert CANARY not in shown
    assert "http://127.0.0.1:1 (with a login)" in shown


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("auth: {bearer: plain-token}", "secrets are not written here"),
        ("auth: {user: ana}", "either a bearer token, or a user and a password"),
        ("auth: {}", "either a bearer token, or a user and a password"),
        ('auth: {bearer: "env:FEED_TOKEN", user: a, password: "env:FEED_TOKEN"}', "either a bearer token"),
        ('auth: {user: "a:b", password: "env:FEED_TOKEN"}', "without a colon"),
        ('auth: {bearer: "env:TWO_LINES"}', "not one line of plain ASCII"),
        ('auth: {bearer: "env:NO_SUCH"}', "'NO_SUCH' is not set"),
        ("headers: {Host: a.example}", "the header Host cannot be set (it is made from the address)"),
        ("headers: {content-length: 5}", "cannot be set"),
        ("headers: {Transfer-Encoding: chunked}", "cannot be set"),
        ("headers: {Connection: close}", "cannot be set"),
        ("headers: {If-None-Match: x}", "keeps the feed's validators"),
        ("headers: {Accept-Encoding: br}", "can unpack"),
        ("headers: {Proxy-Authorization: x}", "env:PROXY"),
        (
            "headers: {Cookie: a=b}",
            "Cookie is a secret and is not written here (write env:NAME or file:PATH)",
        ),
        ("headers: {Authorization: Bearer x}", "is a secret"),
        ('headers: {"X Key": a}', "is no name of a header"),
        ('headers: {"X-Key": "a\\r\\nHost: b"}', "not one line"),
        ("headers: {X-Key: env:NO_SUCH}", "X-Key: the environment variable 'NO_SUCH' is not set"),
        ("headers: {X-Key: a, x-key: b}", "is there twice"),
        ("headers: {X-Key: }", "has no value"),
        ("headers: [a]", "headers are names with values"),
        (
            'auth: {bearer: "env:FEED_TOKEN"}\nheaders: {Authorization: "env:FEED_TOKEN"}',
            "do not go together (keep one of the two)",
        ),
        ("proxy: http://u:p@a.example:1", 'a user name before its host (write proxy: "env:PROXY"'),
        ("proxy: socks5://a.example", "only http and https"),
        (
            "proxy: env:FEED_TOKEN",
            "what stands there is no address of a proxy (http://USER:PASSWORD@HOST:PORT",
        ),
        ("proxy: ", "an address such as http://proxy.example:3128, or none"),
    ],
)
def test_what_would_break_the_exchange_is_refused_with_a_way_out(text, said, monkeypatch):
    """Each mistake is named at its place, and no message shows the value."""
    monkeypatch.setenv("TWO_LINES", f"{CANARY}\n{CANARY}")
    source = parse_yaml(f"id: a\nurl: https://a.example/\n{text}\n".encode(), "watchword.yaml")
    _, problems = source.validate(FeedConfig)
    assert len(problems) == 1
    assert said in str(problems[0])
    assert problems[0].line >= 1
    assert CANARY not in str(problems[0])


def test_a_login_of_a_proxy_may_hold_any_sign(monkeypatch):
    """Signs of the login are written as %40, and the address is shown without it."""
    monkeypatch.setenv("FEED_PROXY", "http://d%40sk:p%3Aw%2F@proxy.example:3128")
    found = ProxyAddress.read("env:FEED_PROXY", {})
    assert found.address.rstrip("/") == "http://proxy.example:3128"
    assert base64.b64decode(found.authorization().split()[1]) == b"d@sk:p:w/"
