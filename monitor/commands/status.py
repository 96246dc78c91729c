"""What `watchword status` shows: feeds, queue, the last alerts, and sums that add up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from monitor.app.parts import configured_addresses, utc_now
from monitor.commands.plain import as_plain
from monitor.commands.processes import (
    ProcessStatus,
    disagreement,
    processes_table,
    read_processes,
    warning_lines,
)
from monitor.config import Settings, Stores
from monitor.errors import StoreUnavailable
from monitor.feeds.cadence import NETWORK_AWAY, SITE_HELD
from monitor.model import ArticleState, DestinationHealth, MatchState, NotificationState
from monitor.stores import destinations, feed_states
from monitor.stores.archive import Connection, open_archive
from monitor.stores.embedded import announced_socket
from monitor.stores.queue import Queue
from monitor.stores.status import (
    SEEN_BEFORE,
    LastAlert,
    Sums,
    feed_tallies,
    last_alerts,
    last_heartbeat,
    sums,
)
from monitor.stores.troubles import Standing, open_troubles
from monitor.text.display import displayable, isolate

_NO_ARTICLE = (SEEN_BEFORE, ArticleState.DUPLICATE, ArticleState.MALFORMED, ArticleState.CAPPED)


@dataclass(frozen=True, slots=True)
class FeedStatus:
    """One feed's line."""

    id: str
    condition: str
    last_success_at: datetime | None
    next_poll_at: datetime | None
    next_reason: str
    articles: int
    matched: int


@dataclass(frozen=True, slots=True)
class Status:
    """Everything that `status` shows; `depths` is None where no queue answers."""

    at: datetime
    processes: tuple[ProcessStatus, ...]
    feeds: tuple[FeedStatus, ...]
    depths: Mapping[str, int] | None
    sums: Sums
    alerts: tuple[LastAlert, ...]
    ailing: Mapping[str, DestinationHealth]
    troubles: tuple[Standing, ...] = ()
    heartbeat: datetime | None = None
    names: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Give it all for programs; times as RFC 3339."""
        return {
            "at": self.at.isoformat(),
            "processes": [as_plain(process) for process in self.processes],
            "rulebooks_differ": bool(disagreement(self.processes)),
            "last_heartbeat": self.heartbeat.isoformat() if self.heartbeat else None,
            "troubles": [_trouble(one) for one in self.troubles],
            "feeds": [as_plain(feed) for feed in self.feeds],
            "queue": self.depths,
            "entries": dict(self.sums.entries),
            "matches": dict(self.sums.matches),
            "alerts": self.sums.alerts,
            "alert_revisions": self.sums.revisions,
            "notifications": dict(self.sums.notifications),
            "attempts_without_outcome": self.sums.unknown_outcomes,
            "destinations_ailing": [
                {"destination": name, "destination_name": self.names.get(name)} | as_plain(health)
                for name, health in self.ailing.items()
            ],
            "last_alerts": [as_plain(alert) for alert in self.alerts],
        }


async def read_status(settings: Stores) -> Status:
    """Read the archive, and ask the queue if there is one.

    Where things are kept is enough, where more of the configuration cannot be used: then all feeds show.
    """
    with open_archive(settings.archive_url) as archive:
        at = utc_now()
        processes, feeds, totals, newest = await archive.read(lambda c: _read(c, settings, at))
        ailing = await archive.read(destinations.ailing)
        lasting, beat = await archive.read(lambda c: (open_troubles(c), last_heartbeat(c)))
    depths = await _depths(settings)
    addresses = await configured_addresses(settings) if ailing and isinstance(settings, Settings) else ()
    names = {address.destination: address.shown for address in addresses}
    return Status(at, processes, feeds, depths, totals, newest, ailing, tuple(lasting), beat, names)


def _trouble(one: Standing) -> dict[str, Any]:
    named = ("key", "kind", "what", "what_to_do")
    told = one.told_at.isoformat() if one.told_at else None
    return {name: getattr(one, name) for name in named} | {"since": one.since.isoformat(), "told_at": told}


def _read(
    c: Connection, settings: Stores, at: datetime
) -> tuple[tuple[ProcessStatus, ...], tuple[FeedStatus, ...], Sums, tuple[LastAlert, ...]]:
    rows = {row["feed"]: row for row in feed_states.feed_rows(c)}
    tallies = feed_tallies(c)
    watched = [feed.id for feed in settings.config.feeds] if isinstance(settings, Settings) else list(rows)
    feeds = tuple(feed_status(feed, rows.get(feed), tallies.get(feed, {}), at) for feed in watched)
    return read_processes(c, at), feeds, sums(c), tuple(last_alerts(c, 10))


def feed_status(
    feed: str, row: Mapping[str, Any] | None, tally: Mapping[str, int], at: datetime
) -> FeedStatus:
    """Say how a feed is, from its row and its tallies."""
    if row is None or row["last_polled_at"] is None:
        condition = "not polled yet"
    elif row["gone_at"]:
        condition = "gone (410): not polled any more"
    elif row["next_reason"] == NETWORK_AWAY:
        condition = "waits: our own network is away"
    elif row["next_reason"].startswith(SITE_HELD):
        condition = f"waits: {row['next_reason']}"
    elif row["failures"]:
        condition = f"failing ({row['failures']}×): {row['last_error']}"
    elif row["next_poll_at"] and at - row["next_poll_at"] > timedelta(minutes=5):
        condition = "overdue: is the daemon running?"
    else:
        condition = "fine"
    known = row or {}
    return FeedStatus(
        id=feed,
        condition=condition,
        last_success_at=known.get("last_success_at"),
        next_poll_at=known.get("next_poll_at"),
        next_reason=known.get("next_reason", ""),
        articles=sum(number for state, number in tally.items() if state not in _NO_ARTICLE),
        matched=tally.get(ArticleState.MATCHED, 0),
    )


async def _depths(settings: Stores) -> dict[str, int] | None:
    url = settings.queue_url
    if url is None:
        socket = announced_socket(settings.state)
        url = f"unix://{socket}" if socket and socket.exists() else None
    if url is None:
        return None
    queue = Queue(url, settings.config.queue.namespace)
    try:
        streams = await queue.streams()
        return {stream: await queue.depth(stream) for stream in streams}
    except StoreUnavailable:
        return None
    finally:
        await queue.close()


def show_status(status: Status, console: Console) -> None:
    """Print it for people."""
    if status.processes:
        console.print(processes_table(status.processes, status.at))
        console.print()
    console.print(_feeds_table(status))
    console.print(_queue_line(status))
    if status.heartbeat is not None:
        console.print(f"heartbeat: it last came through {_ago(status.heartbeat, status.at)}")
    for warning in warning_lines(status.processes):
        console.print(warning)
    for name, health in status.ailing.items():
        called = f"{shown} ({name})" if (shown := status.names.get(name)) else name
        console.print(Text(ailing_line(called, health, status.at), "yellow"))
    for trouble in status.troubles:
        since = _ago(trouble.since, status.at)
        console.print(Text(displayable(f"trouble since {since}: {trouble.what}"), "red"))
        console.print(Text(displayable(f"  {trouble.what_to_do}")))
    console.print()
    for line in sum_lines(status.sums):
        console.print(line)
    if dead := status.sums.notifications[NotificationState.DEAD.value]:
        console.print(Text(f"{dead} could not be delivered: watchword dead-letters list", "yellow"))
    if held := status.sums.matches[MatchState.QUARANTINED.value]:
        said = f"{held} matches could not be dispatched: watchword dead-letters quarantined"
        console.print(Text(said, "yellow"))
    if status.alerts:
        console.print()
        console.print(_alerts_table(status))


def ailing_line(name: str, health: DestinationHealth, at: datetime) -> str:
    """Say how a destination is that is not well."""
    if health.disabled_at is not None:
        how = "gets nothing any more until `watchword receivers test` reaches it"
    elif health.paused_until is not None and health.paused_until > at:
        how = f"is left alone until {health.paused_until:%H:%M:%S} UTC"
    else:
        how = "is tried again"
    since = f" since {health.failing_since:%Y-%m-%d %H:%M} UTC" if health.failing_since else ""
    failed = f"{health.failures} failures in a row{since}: " if health.failures else ""
    return f"{displayable(name)} {how}; {failed}{displayable(health.reason)}"


def _feeds_table(status: Status) -> Table:
    table = Table("feed", "condition", "last success", "next poll", "articles", "matched", box=None)
    for feed in status.feeds:
        condition = Text(displayable(feed.condition), "green" if feed.condition == "fine" else "yellow")
        last = _ago(feed.last_success_at, status.at)
        asked = feed.next_poll_at is not None or bool(feed.next_reason)
        following = _ago(feed.next_poll_at, status.at) if asked else "at the start"
        table.add_row(feed.id, condition, last, following, str(feed.articles), str(feed.matched))
    return table


def _queue_line(status: Status) -> Text:
    if status.depths is None:
        return Text(
            "queue: no server answers; either the daemon does not run, or its queue server is stuck", "yellow"
        )
    waiting = {stream: depth for stream, depth in status.depths.items() if depth}
    shown = ", ".join(f"{stream.partition(':')[2]} {depth}" for stream, depth in sorted(waiting.items()))
    return Text(f"queue: {shown or 'empty'}")


def sum_lines(totals: Sums) -> list[Text]:
    """Say where everything ended; each line's parts add up to its whole."""
    return [
        _sum_line("entries read", totals.entries),
        _sum_line("matches", totals.matches),
        _sum_line("notifications", totals.notifications),
        Text.assemble((f"{'alerts':<14}", "bold"), f"{totals.alerts:>6} with {totals.revisions} revisions"),
    ]


def _sum_line(name: str, parts: Mapping[str, int]) -> Text:
    shown = " + ".join(f"{number} {state}" for state, number in parts.items() if number)
    return Text.assemble((f"{name:<14}", "bold"), f"{sum(parts.values()):>6} = {shown or '0'}")


def _alerts_table(status: Status) -> Table:
    table = Table("alert", "severity", "receiver", "revision", "when", "title", box=None)
    for alert in status.alerts:
        title = Text(isolate(displayable(alert.title)), overflow="ellipsis", no_wrap=True)
        when = _ago(alert.at, status.at)
        table.add_row(alert.id, alert.severity, alert.receiver, str(alert.revision), when, title)
    return table


def _ago(time: datetime | None, at: datetime) -> str:
    if time is None:
        return "never"
    seconds = int((at - time).total_seconds())
    units = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))
    for size, unit in units:
        if abs(seconds) >= size:
            return (
                f"{abs(seconds) // size} {unit} ago" if seconds > 0 else f"in {abs(seconds) // size} {unit}"
            )
    return "now"
