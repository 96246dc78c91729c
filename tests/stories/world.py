"""The world that the daemon's stories play in: feed server, mail server, webhook, queue server, processes."""

from __future__ import annotations

import asyncio
import hashlib
import html
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import psycopg
from aiohttp import web
from redis import Redis
from redis.exceptions import RedisError

from monitor.demo.sinks import MailSink, start_mail
from monitor.stores.embedded import find_server

PATIENCE = 60.0


async def eventually(claim: Callable[[], Any], said: str, seconds: float = PATIENCE) -> Any:
    """Wait until `claim` gives something true; fail with `said` after `seconds`."""
    deadline = time.monotonic() + seconds
    while not (found := claim()):
        if time.monotonic() > deadline:
            raise AssertionError(f"did not happen within {seconds:.0f} s: {said}")
        await asyncio.sleep(0.05)
    return found


def run_command(folder: Path, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run `watchword WORDS…` in `folder` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "monitor", *words],
        check=False,
        cwd=folder,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ | {"NO_COLOR": "1", "COLUMNS": "140"},
    )


@dataclass
class Item:
    """An entry of a test feed."""

    title: str
    summary: str = ""
    link: str = ""
    published: datetime | None = None
    id: str = ""

    def rss(self, base: str) -> str:
        link = self.link or f"{base}/{hashlib.sha256(self.title.encode()).hexdigest()[:8]}"
        when = format_datetime(self.published or datetime.now(UTC))
        return (
            f"<item><title>{html.escape(self.title)}</title><link>{html.escape(link)}</link>"
            f"<guid>{html.escape(self.id or link)}</guid>"
            f"<description>{html.escape(self.summary)}</description><pubDate>{when}</pubDate></item>"
        )


class FeedHost:
    """Serves RSS feeds that a test changes as it goes, or what `answers` say; counts who asked for what."""

    def __init__(self) -> None:
        self.items: dict[str, list[Item]] = {}
        self.answers: dict[str, Callable[[], web.Response]] = {}
        self.asked: dict[str, int] = {}
        self.url = ""

    async def start(self, port: int = 0) -> None:
        app = web.Application()
        app.router.add_get("/{feed}.xml", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port, reuse_address=True).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        await self._runner.cleanup()

    def publish(self, feed: str, *items: Item) -> None:
        self.items.setdefault(feed, [])[:0] = items

    async def asked_again(self, feed: str, times: int = 2) -> None:
        """Wait until the feed was asked for `times` more times."""
        before = self.asked.get(feed, 0)
        await eventually(lambda: self.asked.get(feed, 0) >= before + times, f"{times} more polls of {feed}")

    async def _serve(self, request: web.Request) -> web.Response:
        feed = request.match_info["feed"]
        self.asked[feed] = self.asked.get(feed, 0) + 1
        if feed in self.answers:
            return self.answers[feed]()
        items = "".join(item.rss(f"https://{feed}.example") for item in self.items.get(feed, []))
        body = (
            f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{feed} news</title>'
            f"<link>https://{feed}.example</link><description>test</description>{items}</channel></rss>"
        ).encode()
        etag = '"' + hashlib.sha256(body).hexdigest()[:16] + '"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        return web.Response(body=body, headers={"ETag": etag}, content_type="application/rss+xml")


class Webhook:
    """A Slack-shaped webhook that keeps all it is sent; a test may hold its answers or make it refuse."""

    def __init__(self) -> None:
        self.posts: list[dict[str, Any]] = []
        self.raw: list[bytes] = []
        self.times: list[float] = []
        self.answers: list[tuple[int, dict[str, str], str]] = []
        self.open = asyncio.Event()
        self.open.set()
        self.url = ""

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/services/T000/B000/secret-part", self._receive)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/services/T000/B000/secret-part"

    async def stop(self) -> None:
        self.open.set()
        await self._runner.cleanup()

    async def arrived(self, number: int) -> list[dict[str, Any]]:
        """Wait until `number` messages have arrived."""
        await eventually(lambda: len(self.posts) >= number, f"{number} messages at the webhook")
        return self.posts

    async def _receive(self, request: web.Request) -> web.Response:
        raw = await request.read()
        if self.answers:
            status, headers, text = self.answers.pop(0)
            return web.Response(status=status, headers=headers, text=text)
        self.raw.append(raw)
        self.times.append(time.monotonic())
        self.posts.append(json.loads(raw))
        await self.open.wait()
        return web.Response(text="ok")


class QueueServer:
    """A Valkey or Redis server of the test's own, for roles in several processes."""

    def __init__(self, binary: str | Path | None = None) -> None:
        self._binary = binary or find_server()
        self.folder = Path(tempfile.mkdtemp(prefix="wwt-"))
        self.socket = self.folder / "q.sock"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self) -> None:
        """Start it, unless it runs."""
        if self.process is not None and self.process.poll() is None:
            return
        command = [
            self._binary,
            "--port",
            "0",
            "--unixsocket",
            self.socket,
            "--save",
            "",
            "--dir",
            self.folder,
        ]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while not self._answers():
            assert time.monotonic() < deadline, "the queue server did not start"
            time.sleep(0.02)

    def signal(self, number: int) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _answers(self) -> bool:
        try:
            with Redis(unix_socket_path=str(self.socket), socket_timeout=1) as client:
                return bool(client.ping())
        except RedisError:
            return False


@dataclass
class Process:
    """A running `watchword`."""

    popen: subprocess.Popen[bytes]
    log: Path
    out: Path

    def events(self, name: str) -> list[dict[str, Any]]:
        """List the log lines of one event."""
        found = []
        for line in self.log.read_text(encoding="utf-8").splitlines():
            with suppress(ValueError):
                event = json.loads(line)
                if event.get("event") == name:
                    found.append(event)
        return found

    async def has(self, name: str, times: int = 1) -> dict[str, Any]:
        """Wait until an event was logged `times` times; gives the last."""

        def there() -> list[dict[str, Any]]:
            if self.popen.poll() is not None:
                raise AssertionError(
                    f"the process ended with {self.popen.returncode}:\n{self.log.read_text()}"
                )
            return self.events(name)[times - 1 :]

        return (await eventually(there, f"{times} × {name} in\n{self.log.read_text()[-3000:]}"))[-1]

    def kill(self) -> None:
        self.popen.kill()
        self.popen.wait()

    async def stop(self) -> int:
        """End it as an operator would; gives the exit code."""
        if self.popen.poll() is None:
            self.popen.terminate()
            await eventually(lambda: self.popen.poll() is not None, "the daemon ends on SIGTERM")
        return self.popen.returncode


RULES = """\
actors:
  - id: brics
    kind: group
    name: BRICS
    names: {en: [{term: BRICS, case: exact}], ru: [БРИКС], fa: [بریکس]}
rules:
  - id: brics-news
    title: News of BRICS
    why: The desk follows BRICS.
    status: live
    severity: high
    owner: economy-desk
    match: actor:brics
    alert: {labels: {desk: economy}}
    tests:
      - {match: "BRICS met"}
      - {no_match: "Bricks were laid"}
  - id: brics-in-the-shadow
    status: shadow
    match: actor:brics
"""


@dataclass
class World:
    """Everything one story needs."""

    folder: Path
    feeds: FeedHost
    hook: Webhook
    mail: MailSink
    queue: QueueServer
    archive: str | None = None
    processes: list[Process] = field(default_factory=list)
    rules: str = RULES

    @classmethod
    async def begin(
        cls, folder: Path, *, archive: str | None = None, queue_server: str | None = None
    ) -> World:
        feeds, hook = FeedHost(), Webhook()
        await feeds.start()
        await hook.start()
        return cls(folder, feeds, hook, await start_mail(), QueueServer(queue_server), archive)

    async def end(self) -> None:
        for process in self.processes:
            if process.popen.poll() is None:
                process.kill()
        self.queue.stop()
        await self.hook.stop()
        await self.mail.stop()
        await self.feeds.stop()

    def write(self, *, feeds: list[str], shared_queue: bool = False, channels: str | None = None) -> Path:
        """Write the configuration and the rules; gives the configuration's path."""
        (self.folder / "rules").mkdir(exist_ok=True)
        (self.folder / "rules" / "rules.yaml").write_text(self.rules, encoding="utf-8")
        (self.folder / "hook").write_text(self.hook.url, encoding="utf-8")
        mail = f"host: 127.0.0.1, port: {self.mail.port}, tls: none, from: watchword@desk.example"
        channels = (
            channels
            or '{kind: slack, webhook: "file:hook", rate: 1000/s}, {kind: email, to: [ana@desk.example], MAIL}'  # noqa: E501
        )
        listed = "".join(
            f'  - {{id: {feed}, url: "{self.feeds.url}/{feed}.xml", every: 1s, max_age: none}}\n'
            for feed in feeds
        )
        stores = f'queue: {{url: "{self.queue.url}"}}\n' if shared_queue or self.archive else ""
        if self.archive:
            (self.folder / "archive-url").write_text(self.archive, encoding="utf-8")
            stores += 'archive: {url: "file:archive-url"}\n'
        config = self.folder / "watchword.yaml"
        config.write_text(
            "outbound: {allow: [127.0.0.0/8], timeout: 5s}\nlisten: {bind: none}\n"
            f"{stores}feeds:\n{listed}"
            f"receivers:\n  operators: {{channels: [{{kind: terminal}}]}}\n"
            f"  desk: {{tz: Europe/Paris, channels: [{channels.replace('MAIL', mail)}]}}\n"
            "routes: {receiver: desk}\n",
            encoding="utf-8",
        )
        return config

    def start(self, verb: str = "run", *options: str, env: Mapping[str, str] | None = None) -> Process:
        """Start `watchword VERB OPTIONS…`, as a process that can be killed; `env` is added to its own."""
        number = len(self.processes)
        log, out = self.folder / f"{number}-{verb}.log", self.folder / f"{number}-{verb}.out"
        command = [sys.executable, "-m", "monitor", verb, *options, "--log-format", "json"]
        with log.open("wb") as stderr, out.open("wb") as stdout:
            around = os.environ | dict(env or {})
            popen = subprocess.Popen(command, cwd=self.folder, stdout=stdout, stderr=stderr, env=around)
        process = Process(popen, log, out)
        self.processes.append(process)
        return process

    async def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run `watchword WORDS…` to its end, while the servers of this world go on."""
        return await asyncio.to_thread(run_command, self.folder, *words)

    async def status(self) -> dict[str, Any]:
        """Read `watchword status --json`."""
        done = await self.command("status", "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the archive's database directly."""
        if self.archive:
            return self._query_server(self.archive, sql)
        path = self.folder / "state" / "archive.sqlite"
        if not path.exists():
            return []
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5) as connection:
            try:
                return connection.execute(sql).fetchall()
            except sqlite3.OperationalError:
                return []  # the tables are not made yet

    @staticmethod
    def _query_server(url: str, sql: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(url) as connection:
            try:
                return connection.execute(sql).fetchall()
            except psycopg.errors.UndefinedTable:
                return []
