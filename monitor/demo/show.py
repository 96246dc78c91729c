"""The demonstration: a news day replayed through the real daemon, in a process of its own.

The feed server, the mail server and the Slack-shaped webhook run in this process; the daemon knows of them
only by their addresses. The day begins once every feed had its first, silent poll.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from monitor.commands.status import sum_lines
from monitor.config import load_settings
from monitor.demo import feed_server
from monitor.demo.feed_server import FeedServer
from monitor.demo.news_day import NewsDay, load_news_day
from monitor.demo.setting import rules_folder, write_setting
from monitor.demo.sinks import Mail, MailSink, Post, SlackSink, start_mail, start_slack
from monitor.errors import SetupError
from monitor.runtime.shutdown import listen_to_signals
from monitor.stores.archive import Archive, open_archive
from monitor.stores.status import SEEN_BEFORE, Sums, sums, work_left
from monitor.text.display import displayable

_LONGEST_SECONDS = 150.0
_QUIET_SECONDS = 2.5


@dataclass
class DayClock:
    """The day's time: it stands at 0 until `begin`, then runs `speed` times as fast as ours."""

    speed: float
    begun_at: float | None = None

    def begin(self) -> None:
        """Let the day begin."""
        self.begun_at = time.monotonic()

    def __call__(self) -> float:
        """Give the seconds since the day began."""
        return 0.0 if self.begun_at is None else (time.monotonic() - self.begun_at) * self.speed


@dataclass
class Stage:
    """Everything that plays together."""

    day: NewsDay
    clock: DayClock
    feeds: FeedServer
    mail: MailSink
    slack: SlackSink
    console: Console
    first_polled: set[str] = field(default_factory=set)
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, line: bytes) -> None:
        """Show one line of the daemon's log, and begin the day when every feed was polled."""
        try:
            event: dict[str, Any] = json.loads(line)
        except ValueError:
            self.console.print(Text(line.decode("utf-8", "replace").rstrip(), "red"))
            return
        if event["event"] == "feed.first-polled":
            self.first_polled.add(event["feed"])
            if len(self.first_polled) == len(self.day.feeds) and not self.begun.is_set():
                self.clock.begin()
                self.begun.set()
        if shown := _told(event):
            self.console.print(shown)


def run_demo(*, speed: float, keep: Path | None) -> int:
    """Play the day; gives the exit code. Raises SetupError where the demonstration's parts are missing."""
    folder = keep or Path(tempfile.mkdtemp(prefix="watchword-demo-"))
    if keep is not None and keep.exists() and any(keep.iterdir()):
        raise SetupError(f"{keep} is not empty; name another folder for --keep")
    (folder / "mails").mkdir(parents=True)
    try:
        return asyncio.run(_play(folder, speed, Console()))
    finally:
        if keep is None:
            shutil.rmtree(folder, ignore_errors=True)


async def _play(folder: Path, speed: float, console: Console) -> int:
    stop = listen_to_signals().stop
    async with AsyncExitStack() as stack:
        stage = await _set_the_stage(stack, DayClock(speed), console, folder / "mails")
        config = write_setting(
            folder,
            feeds={feed.id: stage.feeds.url(feed.id) for feed in stage.day.feeds},
            day=stage.day,
            mail=(stage.mail.host, stage.mail.port),
            slack_url=stage.slack.url,
        )
        _introduce(stage, console)
        async with _daemon(config, stage) as daemon:
            archive = await asyncio.to_thread(open_archive, load_settings(config).archive_url)
            stack.callback(archive.close)
            ended = await _until_over(stage, archive, stop, daemon)
        if ended is not None:
            console.print(Text(f"\n{ended}", "yellow"))
            return 0 if stop.is_set() else 1
        totals = await archive.read(sums)
        return _close(stage, totals, console)


async def _set_the_stage(stack: AsyncExitStack, clock: DayClock, console: Console, mails: Path) -> Stage:
    day = load_news_day()

    def on_mail(one: Mail) -> None:
        (mails / f"{len(list(mails.iterdir())) + 1:02}.eml").write_bytes(one.raw)
        console.print(_mail_line(one))

    feeds = await feed_server.start(day, clock)
    stack.push_async_callback(feeds.stop)
    mail = await start_mail(on_mail)
    stack.push_async_callback(mail.stop)
    slack = await start_slack(lambda one: console.print(_post_line(one)))
    stack.push_async_callback(slack.stop)
    return Stage(day, clock, feeds, mail, slack, console)


@asynccontextmanager
async def _daemon(config: Path, stage: Stage) -> AsyncIterator[asyncio.subprocess.Process]:
    command = [sys.executable, "-m", "monitor", "run", "--config", str(config), "--log-format", "json"]
    # In a session of its own, so that Ctrl-C reaches it through us, once.
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE, start_new_session=True
    )
    listening = asyncio.create_task(_listen(process, stage))
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
        await listening


async def _listen(process: asyncio.subprocess.Process, stage: Stage) -> None:
    assert process.stderr is not None
    async for line in process.stderr:
        stage.hear(line)


async def _until_over(
    stage: Stage, archive: Archive, stop: asyncio.Event, daemon: asyncio.subprocess.Process
) -> str | None:
    """Wait until the day is over and everything is delivered; gives what ended it otherwise."""
    deadline = time.monotonic() + _LONGEST_SECONDS
    quiet_since: float | None = None
    while not stop.is_set():
        if daemon.returncode is not None:
            return f"The daemon ended by itself, with code {daemon.returncode}."
        if time.monotonic() > deadline:
            return "The day did not come to its end; see the lines above."
        idle = _all_served(stage) and await archive.read(work_left) == 0
        quiet_since = (quiet_since or time.monotonic()) if idle else None
        if quiet_since is not None and time.monotonic() - quiet_since > _QUIET_SECONDS:
            return None
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), 0.25)
    return "Stopped."


def _all_served(stage: Stage) -> bool:
    """Tell whether every feed was asked after its last article came out."""
    if stage.clock() < stage.day.lasts:
        return False
    asked = {served.feed for served in stage.feeds.ledger if served.at > stage.day.lasts}
    return len(asked) == len(stage.day.feeds)


def _introduce(stage: Stage, console: Console) -> None:
    articles, feeds = len(stage.day.articles), len(stage.day.feeds)
    console.rule("[bold]Watchword: a news day, replayed")
    console.print(
        f"{articles} articles in {feeds} feeds on {stage.feeds.base_url}, rules from {rules_folder()},\n"
        f"a mail server on port {stage.mail.port} and a Slack-shaped webhook: all on this machine.\n"
    )


def _told(event: dict[str, Any]) -> Text | None:
    """Put one event of the daemon's log into one line; None for those that the show does without."""
    name, feed = event["event"], event.get("feed", "")
    if name == "feed.first-polled":
        return Text.assemble(("● ", "cyan"), (f"{feed:<16}", "bold"), f" first poll, silent: {event['says']}")
    if name == "feed.polled" and event["status"] == "new":
        states = ("matched", "no-rule", "duplicate", "too-old", "malformed")
        shown = ", ".join(f"{event[state]} {state}" for state in states if event.get(state))
        return Text.assemble(("● ", "cyan"), (f"{feed:<16}", "bold"), f" {shown}") if shown else None
    if event.get("level") in ("warning", "error"):
        return Text(f"! {name} {event.get('reason') or event.get('error') or ''}", "red")
    return None


def _mail_line(mail: Mail) -> Text:
    subject = displayable(str(mail.message["Subject"]))
    return Text.assemble(("✉ ", "green"), f"mail to {', '.join(mail.recipients)}: {subject}")


def _post_line(post: Post) -> Text:
    return Text.assemble(("# ", "magenta"), f"Slack: {displayable(str(post.payload.get('text', '')))}")


def _close(stage: Stage, totals: Sums, console: Console) -> int:
    console.print()
    console.rule("[bold]The sums")
    for line in sum_lines(totals):
        console.print(line)
    console.print()
    right = True
    for said, one, other in _claims(stage, totals):
        right = right and one == other
        mark = ("✓ ", "green") if one == other else ("✗ ", "bold red")
        console.print(Text.assemble(mark, f"{said}: {one} = {other}"))
    return 0 if right else 1


def _claims(stage: Stage, totals: Sums) -> list[tuple[str, int, int]]:
    """List what must be equal: each claim in words with its two sides."""
    served = {key for answer in stage.feeds.ledger for key in answer.articles}
    ended = sum(number for state, number in totals.entries.items() if state != SEEN_BEFORE)
    by_hand = {"slack": len(stage.slack.posts), "email": sum(len(m.recipients) for m in stage.mail.mails)}
    delivered = totals.notifications["delivered"]
    terminal = totals.by_channel.get("terminal", 0)
    return [
        ("articles written = articles served", len(stage.day.articles), len(served)),
        ("articles served = articles that ended in a state", len(served), ended),
        ("Slack messages sent = received", totals.by_channel.get("slack", 0), by_hand["slack"]),
        ("mails sent = received", totals.by_channel.get("email", 0), by_hand["email"]),
        ("notifications delivered = Slack + mail + terminal", delivered, sum(by_hand.values()) + terminal),
        (
            "notifications written = delivered + superseded",
            sum(totals.notifications.values()),
            delivered + totals.notifications["superseded"],
        ),
    ]
