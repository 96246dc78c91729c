"""Feeds of a list, behind credentials and proxies: a real daemon, real servers, and no secret anywhere."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import trustme
from aiohttp import web

from tests.feeds.proxy import proxying
from tests.stories.conftest import ONLY_EMBEDDED
from tests.stories.world import Item, World, eventually

# Where archive and queue are makes no difference to what is told here.
pytestmark = ONLY_EMBEDDED

CANARY = "canary-8c2e71"
NEWS = Item("BRICS opens an office", "It is on the quay.")


@asynccontextmanager
async def paid_host(world: World, wanted: str, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """Serve the world's feeds to those who show the right Authorization; gives the port."""

    @web.middleware
    async def ask(request, handler):
        if request.headers.get("Authorization") != wanted:
            return web.Response(status=401, reason=f"not {request.headers.get('Authorization')}")
        return await handler(request)

    app = web.Application(middlewares=[ask])
    app.router.add_get("/{feed}.xml", world.feeds._serve)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def list_feeds(world: World, opml: str, said: str) -> None:
    """Make a list of feeds the whole of the configuration's feeds."""
    (world.folder / "desk.opml").write_text(
        f'<opml version="2.0"><head/><body><outline text="Paid">{opml}</outline></body></opml>'
    )
    config = world.write(feeds=[])
    config.write_text(
        config.read_text().replace("feeds:\n", f"feeds:\n  - {{opml: desk.opml, max_age: none, {said}}}\n")
    )


def written_anywhere(folder: Path) -> bytes:
    """Give all that the daemon wrote: logs, outputs, archive."""
    kept = [path for path in folder.rglob("*") if path.is_file() and path.parent.name != "secrets"]
    return b"".join(path.read_bytes() for path in kept)


async def test_a_daemon_polls_a_paid_feed_from_a_list_and_shows_its_token_nowhere(world: World) -> None:
    """The list's feeds are asked with the credentials beside it, news is told, and the token stays unseen."""
    (world.folder / "secrets").mkdir()
    (world.folder / "secrets" / "token").write_text(CANARY + "\n")
    world.feeds.publish("wire", Item("Old news", "before"))
    async with paid_host(world, f"Bearer {CANARY}") as port:
        wire = f'<outline text="The Wire" xmlUrl="http://127.0.0.1:{port}/wire.xml"/>'
        other = f'<outline text="Other" xmlUrl="{world.feeds.url}/other.xml"/>'
        list_feeds(
            world, wire + other + other, 'every: 1s, tags: [quay], auth: {bearer: "file:secrets/token"}'
        )
        daemon = world.start()
        remarked = await daemon.has("config.remarked")
        await daemon.has("feed.first-polled")
        world.feeds.publish("wire", NEWS)
        await world.hook.arrived(1)
        await eventually(lambda: world.mail.mails, "a mail")
        shown = await world.command("feeds", "show", "the-wire", "--json")
        outputs = [shown] + [await world.command("feeds", *words) for words in (["list"], ["export"])]
        assert await daemon.stop() == 0
    [(tags,)] = world.query("select cast(tags as text) from articles where title like 'BRICS%'")
    assert json.loads(tags) == ["Paid", "quay"]
    assert "'Other' has the address of desk.opml:1 and is not watched twice" in remarked["remark"]
    assert '"bearer": "***"' in shown.stdout
    assert '"condition": "fine"' in shown.stdout
    assert CANARY.encode() not in written_anywhere(world.folder)
    assert all(CANARY not in output.stdout + output.stderr for output in outputs)


async def test_a_wrong_token_is_an_error_that_does_not_show_it(world: World) -> None:
    """A server that says the header back in its refusal does not get it into log, status or archive."""
    (world.folder / "secrets").mkdir()
    (world.folder / "secrets" / "token").write_text(CANARY)
    async with paid_host(world, "Bearer another") as port:
        wire = f'<outline text="Wire" xmlUrl="http://127.0.0.1:{port}/wire.xml"/>'
        list_feeds(world, wire, 'every: 1s, auth: {user: ana, password: "file:secrets/token"}')
        daemon = world.start()
        failed = await daemon.has("feed.failed")
        shown = await world.command("feeds", "show", "wire")
        assert await daemon.stop() == 0
    assert failed["reason"] == "the server answered 401 not Basic ***"
    assert "401" in shown.stdout
    everything = written_anywhere(world.folder) + shown.stdout.encode()
    assert CANARY.encode() not in everything
    assert base64.b64encode(f"ana:{CANARY}".encode()) not in everything


async def test_a_feed_over_tls_is_fetched_through_its_own_proxy(world: World) -> None:
    """The tunnel is asked for with the proxy's login; the feed's credentials go through it unseen."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(world.folder / "ca.pem")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("paid.example").configure_cert(context)
    world.feeds.publish("wire", NEWS)
    login = "Basic " + base64.b64encode(b"way:through").decode()
    async with (
        paid_host(world, f"Bearer {CANARY}", context) as port,
        proxying(login=login, hosts={"paid.example": port}) as proxy,
    ):
        wire = '<outline text="Wire" xmlUrl="https://paid.example/wire.xml"/>'
        list_feeds(world, wire, 'auth: {bearer: "env:TOKEN"}, proxy: "env:WAY"')
        known = {"TOKEN": CANARY, "WAY": f"http://way:through@127.0.0.1:{proxy.port}"}
        env = os.environ | known | {"SSL_CERT_FILE": "ca.pem"}
        done = (await asyncio.to_thread(poll_once, world.folder, env)).stderr
    assert "1 feeds were due and polled" in done, done
    assert world.query("select title from articles") == [("BRICS opens an office",)]
    assert proxy.asked == ["CONNECT paid.example:443"]
    assert CANARY not in str(proxy.heads)


def poll_once(folder: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run `watchword poll --once` in surroundings of this test's own."""
    command = [sys.executable, "-m", "monitor", "poll", "--once"]
    return subprocess.run(
        command, check=True, cwd=folder, env=env, capture_output=True, text=True, timeout=60
    )
