"""What the proof runs on: real processes of Watchword with an archive, a queue server, feeds and sinks."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Literal

import psycopg

from monitor.failpoints import VARIABLE
from tests.proof.fault_proxy import FaultProxy
from tests.proof.ledger import NUMBER, WORDS, Ledger
from tests.proof.servers import EmbeddedServer, SharedServer, answers
from tests.proof.sinks import MailServer, Sink, SlackServer

Kind = Literal["embedded", "servers"]
PROCESSES: dict[Kind, tuple[str, ...]] = {
    "embedded": ("run",),
    "servers": ("poll-1", "poll-2", "notify-1", "notify-2"),
}

RULES = """\
rules:
  - {id: alfa, title: Alfa, why: Mail., status: live, severity: high, owner: proof, match: alfa, alert: {labels: {desk: alfa}}, tests: [{match: Alfa}]}
  - {id: bravo, title: Bravo, why: Bot., status: live, severity: medium, owner: proof, match: bravo, alert: {labels: {desk: bravo}}, tests: [{match: Bravo}]}
  - {id: charlie, title: Charlie, why: Hook., status: live, severity: low, owner: proof, match: charlie, alert: {labels: {desk: charlie}}, tests: [{match: Charlie}]}
  - {id: echo, title: Echo, why: Steady., status: live, severity: critical, owner: proof, match: echo, alert: {labels: {desk: echo}}, tests: [{match: Echo}]}
  - {id: delta, status: shadow, match: delta}
"""  # noqa: E501 - one rule a line


@dataclass
class Slot:
    """A place for one process, which a supervisor fills again whenever it ends."""

    name: str
    folder: Path
    popen: subprocess.Popen[bytes] | None = None
    starts: int = 0
    begins: int = 0  # where in its log the last start begins
    refused: int = 0
    kills: list[tuple[float, str]] = field(default_factory=list)  # when, and at which point

    @property
    def verb(self) -> str:
        return self.name.partition("-")[0]

    def start(self, failpoint: str = "") -> None:
        """Start the process; it ends itself at `failpoint`, where one is named."""
        self.starts += 1
        command = [sys.executable, "-m", "monitor", self.verb, "--log-format", "json"]
        command += ["--config", f"{self.name}.yaml"]
        environment = os.environ | ({VARIABLE: failpoint} if failpoint else {})
        with self.log.open("ab") as log:
            log.write(f"--- start {self.starts} {failpoint}\n".encode())
            log.flush()
            self.begins = log.tell()
            self.popen = subprocess.Popen(
                command, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=log, env=environment
            )

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}.log"

    def works(self) -> bool:
        """Tell whether it has come as far as its work."""
        with self.log.open("rb") as log:
            log.seek(self.begins)
            return b'"daemon.started"' in log.read()

    async def begun(self, seconds: float) -> int | None:
        """Wait until it works; where it ends before, give how."""
        assert self.popen is not None
        deadline = time.monotonic() + seconds
        while (code := self.popen.poll()) is None and not self.works():
            assert time.monotonic() < deadline, f"{self.name} does not begin, see {self.log}"
            await asyncio.sleep(0.1)
        return code

    async def ended(self, seconds: float) -> int | None:
        """Wait for its end; None where it still runs after `seconds`."""
        assert self.popen is not None
        deadline = time.monotonic() + seconds
        while (code := self.popen.poll()) is None and time.monotonic() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        return code

    def kill(self) -> None:
        """End it as `kill -9` does."""
        if self.popen is not None and self.popen.poll() is None:
            self.popen.kill()
            self.popen.wait()


@dataclass
class Ground:
    """Everything of one run of the proof on one kind of stores."""

    kind: Kind
    folder: Path
    ledger: Ledger
    mail: MailServer
    slack: SlackServer
    mail_wire: FaultProxy
    slack_wire: FaultProxy
    slots: tuple[Slot, ...]
    queue: SharedServer | EmbeddedServer
    queue_wire: FaultProxy | None
    archive_url: str | None
    problems: list[str] = field(default_factory=list)
    put_aside: int = 0
    tried_by_hand: int = 0

    @classmethod
    async def begin(cls, kind: Kind, folder: Path, rng: Random, postgresql: str | None) -> Ground:
        """Start all that is around the daemon, and write its configuration."""
        folder.mkdir(parents=True)  # noqa: ASYNC240 - before anything runs
        ledger = Ledger(tuple(f"wire-{number}" for number in range(5)), rng)
        mail, slack = MailServer("ana@desk.example", "bob@desk.example"), SlackServer()
        for server in (ledger, mail, slack):
            await server.start()
        wires = [FaultProxy(mail.port), FaultProxy(slack.port)]
        queue: SharedServer | EmbeddedServer = EmbeddedServer(folder / "run-state")
        if kind == "servers":
            queue = SharedServer(folder / "redis")
            queue.start()
            wires.append(FaultProxy(queue.port))
        for wire in wires:
            await wire.start()
        slots = tuple(Slot(name, folder) for name in PROCESSES[kind])
        queue_wire = wires[2] if kind == "servers" else None
        archive = postgresql if kind == "servers" else None
        ground = cls(kind, folder, ledger, mail, slack, wires[0], wires[1], slots, queue, queue_wire, archive)
        ground._write()
        return ground

    async def end(self) -> None:
        for slot in self.slots:
            slot.kill()
        if isinstance(self.queue, SharedServer):
            self.queue.stop()
        for wire in filter(None, (self.mail_wire, self.slack_wire, self.queue_wire)):
            await wire.stop()
        for server in (self.ledger, self.mail, self.slack):
            await server.stop()

    def _write(self) -> None:
        (self.folder / "rules").mkdir()
        (self.folder / "rules" / "proof.yaml").write_text(RULES, encoding="utf-8")
        slack = f"http://127.0.0.1:{self.slack_wire.port}"
        stores = ""
        if self.archive_url and self.queue_wire:
            (self.folder / "archive-url").write_text(self.archive_url, encoding="utf-8")
            stores = f'archive: {{url: "file:archive-url"}}\nqueue: {{url: "redis://127.0.0.1:{self.queue_wire.port}/0"}}\n'
        secrets = {
            "hook": slack + SlackServer.WEBHOOK,
            "steady": f"http://127.0.0.1:{self.slack.port}{SlackServer.STEADY}",
            "token": SlackServer.TOKEN,
        }
        for name, secret in secrets.items():
            (self.folder / name).write_text(secret, encoding="utf-8")
        feeds = "".join(
            f'  - {{id: {feed}, url: "{self.ledger.url}/{feed}.xml", every: 1s, max_age: none}}\n'
            for feed in self.ledger.feeds
        )
        people = ", ".join(self.mail.sinks)
        routes = "".join(
            f"    - {{when: {{labels: {{desk: {word}}}}}, receiver: {word}-desk, continue: true}}\n"
            for word in WORDS
        )
        told = (
            "outbound: {allow: [127.0.0.0/8], timeout: 10s}\nlisten: {bind: none}\n"
            f"{stores}feeds:\n{feeds}"
            "receivers:\n  operators: {channels: [{kind: terminal}]}\n"
            f"  alfa-desk: {{channels: [{{kind: email, to: [{people}], host: 127.0.0.1, tls: none, "
            f"port: {self.mail_wire.port}, from: watchword@desk.example, timeout: 10s, rate: 100/s}}]}}\n"
            f'  bravo-desk: {{channels: [{{kind: slack, token: "file:token", channel: {SlackServer.CHANNEL}, '
            f'api: "{slack}/api/", timeout: 10s, rate: 5/s}}]}}\n'
            '  charlie-desk: {channels: [{kind: slack, webhook: "file:hook", timeout: 10s}]}\n'
            '  echo-desk: {channels: [{kind: slack, webhook: "file:steady", timeout: 10s, rate: 100/s}]}\n'
            f"routes:\n  receiver: operators\n  routes:\n{routes}"
        )
        for slot in self.slots:  # each has a folder of its own, as on machines of their own
            own = self.folder / f"{slot.name}.yaml"
            own.write_text(f"state: {slot.name}-state\n{told}", encoding="utf-8")

    # What it knows

    @property
    def sinks(self) -> dict[str, list[Sink]]:
        """The sinks of each word's receiver."""
        return {
            "alfa": list(self.mail.sinks.values()),
            "bravo": [self.slack.bot],
            "charlie": [self.slack.hook],
            "echo": [self.slack.steady],
        }

    def sink_of(self, receiver: str, destination: str) -> Sink:
        """Find the sink that a notification went to."""
        sinks = self.sinks[receiver.removesuffix("-desk")]
        return next((sink for sink in sinks if destination == f"email:{sink.name}"), sinks[0])

    def untold(self) -> int:
        """Count what sinks are still to hear of."""
        expected = self.ledger.expected()
        return sum(len(expected[word] - sink.told) for word, sinks in self.sinks.items() for sink in sinks)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the archive's database directly; nothing while its tables are not made."""
        if self.archive_url:
            with psycopg.connect(self.archive_url) as connection:
                try:
                    return connection.execute(sql).fetchall()
                except psycopg.errors.UndefinedTable:
                    return []
        path = self.folder / "run-state" / "archive.sqlite"
        if not path.exists():
            return []
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)
        try:
            return connection.execute(sql).fetchall()
        except sqlite3.OperationalError:
            return []
        finally:
            connection.close()

    def archived(self) -> Collection[tuple[str, int]]:
        """List the entries that the archive has, as feed and number."""
        rows = self.query("SELECT feed, title FROM articles")
        return {(feed, int(found[1])) for feed, title in rows if (found := NUMBER.match(title))}

    def queued(self) -> set[tuple[str, int]]:
        """List what the queue carries: matches' articles, and notifications."""
        with self.queue.client() as client:
            carried = set()
            for key in client.scan_iter("*:queued"):
                kind = "match" if re.search(r"\}:matches:", str(key)) else "notification"
                carried |= {(kind, int(number)) for number in client.hkeys(str(key))}
        return carried

    async def take_up_again(self) -> bool:
        """Do what an operator does about what was put aside because its worker died over it five times.

        False where there is nothing.
        """
        dead = "SELECT count(*) FROM notifications WHERE state = 'dead'"
        held = "SELECT count(DISTINCT article) FROM matches WHERE state = 'quarantined'"
        found = 0
        for asked, verb in ((dead, "replay"), (held, "release")):
            [(number,)] = await asyncio.to_thread(self.query, asked)
            if number:
                found += number
                if code := await self._operate("dead-letters", verb, "--all"):
                    self.problems.append(f"watchword dead-letters {verb} --all ended with code {code}")
        self.put_aside += found
        return found > 0

    async def try_the_paused(self) -> None:
        """Do what an operator does about a breaker that stays open though its destination works again."""
        receiver = "SELECT DISTINCT n.receiver FROM notifications n JOIN destinations d"
        asked = f"{receiver} ON d.destination = n.destination WHERE d.paused_until > {self.in_seconds(10)}"
        for (name,) in await asyncio.to_thread(self.query, asked):
            if not await self._operate("receivers", "test", name):
                self.tried_by_hand += 1

    def in_seconds(self, seconds: float) -> str:
        """Give the time that many seconds from now as the archive's database understands it."""
        if self.kind == "embedded":
            return f"strftime('%Y-%m-%d %H:%M:%f', 'now', '{seconds} seconds')"
        return f"now() AT TIME ZONE 'UTC' + interval '{seconds} seconds'"

    async def _operate(self, *command: str) -> int:
        """Run a command as an operator does; gives its exit code."""
        command = (*command, "--config", f"{self.slots[-1].name}.yaml")
        quiet = {"stdout": asyncio.subprocess.DEVNULL, "stderr": asyncio.subprocess.DEVNULL}
        started = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "monitor", *command, cwd=self.folder, **quiet
        )
        return await started.wait()

    def heal(self) -> None:
        """End every fault that lasts."""
        for sink in (sink for sinks in self.sinks.values() for sink in sinks):
            sink.mode = "fine"
        for wire in filter(None, (self.mail_wire, self.slack_wire, self.queue_wire)):
            wire.heal()
        self.ledger.breaking = 0.0
        with suppress(OSError, ValueError):
            self.queue.signal(signal.SIGCONT)

    def queue_answers(self) -> bool:
        return answers(self.queue)
