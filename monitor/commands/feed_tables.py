"""Feeds for people: the table of all, and everything about one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from rich.table import Table
from rich.text import Text

from monitor.commands.feeds import FeedView
from monitor.feeds.state import ADOPT_AFTER, Outcome, Poll
from monitor.text.display import displayable, isolate

_BARS = "▁▂▃▄▅▆▇█"
_MARKS = {
    Outcome.NOTHING_NEW: ("_", "dim"),
    Outcome.UNCHANGED: ("·", "dim"),
    Outcome.FAILED: ("×", "red"),
    Outcome.NETWORK: ("~", "yellow"),
}
_LEGEND = "▁█ new  _ nothing new  · unchanged  × failed  ~ network away"


def feeds_table(views: Sequence[FeedView]) -> Table:
    """Give one line for each feed."""
    table = Table(box=None, header_style="bold")
    table.add_column("feed", no_wrap=True)
    for column in ("condition", "tags", "title", "address"):
        table.add_column(column, overflow="fold")
    for view in views:
        found = view.as_json()
        table.add_row(
            Text(view.feed.id),
            _condition(found["condition"]),
            _shown(", ".join(view.feed.tags)),
            _shown(found["title"]),
            Text(displayable(view.feed.url)),
        )
    return table


def feed_table(view: FeedView) -> Table:
    """Give all there is about one feed, a line for each thing."""
    table = Table(box=None, show_header=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for name, value in _lines(view.as_json()):
        table.add_row(name, value if isinstance(value, Text) else _shown(value))
    if view.polls:
        table.add_row("last polls", poll_chart(view.polls))
    return table


def poll_chart(polls: Sequence[Poll]) -> Text:
    """Draw the last polls, the newest on the right: how much each brought, and what went wrong."""
    most = max(poll.new for poll in polls)
    chart = Text()
    for poll in polls:
        chart.append(*_bar(poll, most))
    chart.append(f"\n{_LEGEND}", "dim")
    times = sorted(poll.seconds for poll in polls)
    chart.append(f"\nthe longest took {times[-1]:.1f} s, half of them {times[len(times) // 2]:.1f} s", "dim")
    return chart


def _bar(poll: Poll, most: int) -> tuple[str, str]:
    if poll.outcome is Outcome.NEW:
        return _BARS[max(0, -(-poll.new * len(_BARS) // max(most, 1)) - 1)], "green"
    return _MARKS[poll.outcome]


def _lines(found: dict[str, Any]) -> Iterator[tuple[str, Text | str]]:
    state = found["state"]
    yield "feed", found["id"]
    yield "address", Text(displayable(found["url"]))
    if state["learned_url"]:
        yield "moved to", Text(displayable(state["learned_url"]))
    elif state["moving_to"]:
        count = f" ({state['moving_count']} of {ADOPT_AFTER} times in a row)"
        yield "sent on to", Text(displayable(state["moving_to"]) + count)
    yield "title", found["title"]
    yield "written in", found["written_in"]
    yield "condition", _condition(found["condition"])
    for name, value in found["settings"].items():
        yield name, _setting(value)
    yield "first success", _time(state["first_success_at"]) or "never"
    yield "last success", _time(state["last_success_at"]) or "never"
    yield "last poll", _time(state["last_polled_at"]) or "never"
    yield "last news", _time(state["last_new_at"]) or "none"
    yield "next poll", _next_poll(state)
    yield "last error", f"{state['last_error']} ({state['failures']}×)" if state["failures"] else "none"
    held = [
        name for name, there in (("ETag", "has_etag"), ("Last-Modified", "has_last_modified")) if state[there]
    ]
    dropped = "" if state["trusts_304"] else " (not sent: its server answers 304 though there is news)"
    yield "validators", (", ".join(held) or "none") + dropped
    yield "format", state["format"] or "not known yet"
    yield "gaps", f"{state['gaps']}, the last at {_time(state['last_gap_at'])}" if state["gaps"] else "none"
    yield "entries", ", ".join(f"{number} {name}" for name, number in found["entries"].items()) or "none"


def _next_poll(state: dict[str, Any]) -> str:
    if state["next_poll_at"]:
        return f"{_time(state['next_poll_at'])} ({state['next_reason']})"
    return state["next_reason"] or "at the start"


def _time(written: str | None) -> str:
    """Write a time for people, to the second."""
    return f"{datetime.fromisoformat(written):%Y-%m-%d %H:%M:%S} UTC" if written else ""


def _setting(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {said}" for name, said in value.items())
    return ", ".join(value) if isinstance(value, list) else str(value)


def _condition(condition: str) -> Text:
    return Text(displayable(condition), "green" if condition == "fine" else "yellow")


def _shown(text: str) -> Text:
    safe = displayable(text)
    return Text(safe if safe.isascii() else isolate(safe))
