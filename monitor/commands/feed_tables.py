"""Feeds for people: the table of all, and everything about one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from monitor.commands.feeds import FeedView
from monitor.text.display import displayable, isolate


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
    return table


def _lines(found: dict[str, Any]) -> Iterator[tuple[str, Text | str]]:
    state = found["state"]
    yield "feed", found["id"]
    yield "address", Text(displayable(found["url"]))
    yield "title", found["title"]
    yield "written in", found["written_in"]
    yield "condition", _condition(found["condition"])
    for name, value in found["settings"].items():
        yield name, _setting(value)
    yield "first success", state["first_success_at"] or "never"
    yield "last success", state["last_success_at"] or "never"
    yield "last poll", state["last_polled_at"] or "never"
    yield (
        "next poll",
        f"{state['next_poll_at']} ({state['next_reason']})" if state["next_poll_at"] else "at the start",
    )
    yield "last error", f"{state['last_error']} ({state['failures']}×)" if state["failures"] else "none"
    held = [
        name for name, there in (("ETag", "has_etag"), ("Last-Modified", "has_last_modified")) if state[there]
    ]
    yield "validators", ", ".join(held) or "none"
    yield "entries", ", ".join(f"{number} {name}" for name, number in found["entries"].items()) or "none"


def _setting(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {said}" for name, said in value.items())
    return ", ".join(value) if isinstance(value, list) else str(value)


def _condition(condition: str) -> Text:
    return Text(displayable(condition), "green" if condition == "fine" else "yellow")


def _shown(text: str) -> Text:
    safe = displayable(text)
    return Text(safe if safe.isascii() else isolate(safe))
