"""The feeds of a configuration: taken in from a list, given out as one, shown."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from monitor.app.parts import utc_now
from monitor.commands.feed_entries import Entry, add_feeds
from monitor.commands.status import FeedStatus, feed_status
from monitor.config import Settings, load_settings
from monitor.errors import ConfigError, Malformed, Problem, SetupError, Unreachable
from monitor.feeds.config import FeedConfig, FeedDefaults
from monitor.feeds.fetch import Fetcher
from monitor.feeds.guard import open_session
from monitor.feeds.opml import MAX_BYTES, Outline, read_opml, write_opml
from monitor.feeds.reader import open_document
from monitor.feeds.state import FeedState, Poll
from monitor.feeds.subscriptions import (
    address_key,
    feed_of,
    names_for,
    outline_of,
    problems_of,
    written_settings,
)
from monitor.stores import feed_states
from monitor.stores.archive import Connection, open_archive
from monitor.stores.status import feed_tallies
from monitor.strict_yaml import nearest
from monitor.values import Secret


@dataclass(frozen=True, slots=True)
class Import:
    """What became of the feeds of a list; `there` are pairs of title or address and the id it has already."""

    added: tuple[FeedConfig, ...]
    there: tuple[tuple[str, str], ...]
    problems: tuple[Problem, ...]
    entries: tuple[Entry, ...] = ()


async def import_feeds(settings: Settings, source: str, *, dry_run: bool) -> Import:
    """Add the feeds of an OPML file, web address or `-` to the configuration's file, checked and at once."""
    outlines, problems = read_opml(await _bytes_of(source, settings), source)
    if any(problem.level == "error" for problem in problems):
        raise ConfigError(problems)
    found = _sort(settings, outlines, source, problems)
    if found.added and not dry_run:
        _write_into(settings.path, found.entries)
    return found


async def _bytes_of(source: str, settings: Settings) -> bytes:
    outbound = settings.config.outbound
    try:
        async with open_session(outbound) as session, Fetcher(session, outbound, utc_now) as fetcher:
            document = await open_document(source, MAX_BYTES, fetcher, utc_now)
    except (Malformed, Unreachable) as error:
        raise SetupError(f"{source}: {error}") from error
    return document.body


def _sort(
    settings: Settings, outlines: Sequence[Outline], source: str, problems: Sequence[Problem]
) -> Import:
    """Tell new feeds, those that are there already, and those that cannot be watched apart."""
    known = {address_key(feed.url): feed.id for feed in settings.config.feeds}
    fresh: dict[str, Outline] = {}
    there = []
    for outline in outlines:
        key = address_key(outline.url)
        if key in known:
            there.append((outline.title or outline.url, known[key]))
        elif key in fresh:
            tags = tuple(dict.fromkeys((*fresh[key].tags, *outline.tags)))
            fresh[key] = _with_tags(fresh[key], tags)
        else:
            fresh[key] = outline
    names = names_for(list(fresh.values()), {feed.id for feed in settings.config.feeds})
    added, entries, wrong = [], [], list(problems)
    for outline, name in zip(fresh.values(), names, strict=True):
        try:
            added.append(feed_of(outline, FeedDefaults(), name))
            entries.append(_entry(outline, added[-1]))
        except ValidationError as error:
            wrong += problems_of(error, source, outline)
    return Import(tuple(added), tuple(there), tuple(wrong), tuple(entries))


def _with_tags(outline: Outline, tags: tuple[str, ...]) -> Outline:
    return replace(outline, tags=tags)


def _entry(outline: Outline, feed: FeedConfig) -> Entry:
    """Give a feed as it is written: what the list says, nothing that goes without saying."""
    said: dict[str, str | tuple[str, ...]] = {"id": feed.id, "url": feed.url}
    said |= {"title": feed.title, "lang": feed.lang, "tags": feed.tags}
    said |= {key: value for key, value in outline.said.items() if key != "id"}
    return {key: value for key, value in said.items() if value}


def _write_into(path: Path, entries: Sequence[Entry]) -> None:
    """Write the entries into the file, which is replaced as a whole once the result was found usable."""
    target = path.resolve()
    try:
        text = target.read_bytes().decode("utf-8")
        new = add_feeds(text, entries, str(path)).encode()
        load_settings(path, new)
        _replace(target, new)
    except OSError as error:
        raise SetupError(f"{path} cannot be written: {error.strerror}") from error


def _replace(path: Path, raw: bytes) -> None:
    known = path.stat()
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(known.st_mode & 0o7777)
        with suppress(PermissionError):  # only root may give files away
            os.chown(name, known.st_uid, known.st_gid)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def exported(settings: Settings) -> str:
    """Give all feeds as OPML, without secrets, headers and proxies."""
    return write_opml(map(outline_of, settings.config.feeds), f"Feeds of {settings.path.name}")


@dataclass(frozen=True, slots=True)
class FeedView:
    """A feed as it is configured and as it is doing; `row` is what the archive knows of it."""

    feed: FeedConfig
    place: str
    status: FeedStatus
    row: Mapping[str, Any]
    tally: Mapping[str, int]

    @property
    def polls(self) -> tuple[Poll, ...]:
        """The last polls, the oldest first; known where one feed is looked at."""
        return FeedState.from_row(self.row).recent if "recent" in self.row else ()

    def as_json(self) -> dict[str, Any]:
        """Give it for programs: times as RFC 3339, durations as in the configuration, no secret."""
        times = ("first_success_at", "last_success_at", "last_polled_at", "last_new_at", "next_poll_at")
        learned = ("learned_url", "moving_to", "moving_count", "gaps", "format")
        return {
            "id": self.feed.id,
            "url": self.feed.url,
            "title": self.feed.title or self.row.get("title", ""),
            "written_in": self.place,
            "condition": self.status.condition,
            "settings": settings_of_feed(self.feed),
            "state": {
                **{name: _rfc3339(self.row.get(name)) for name in times},
                "next_reason": self.row.get("next_reason", ""),
                "failures": self.row.get("failures", 0),
                "last_error": self.row.get("last_error", ""),
                "has_etag": bool(self.row.get("etag")),
                "has_last_modified": bool(self.row.get("last_modified")),
                "trusts_304": not self.row.get("distrusted_at"),
                **{name: self.row.get(name) for name in learned},
                "gone_at": _rfc3339(self.row.get("gone_at")),
                "last_gap_at": _rfc3339(self.row.get("last_gap_at")),
            },
            "polls": [
                {"at": _rfc3339(poll.at), "outcome": poll.outcome, "new": poll.new, "seconds": poll.seconds}
                for poll in self.polls
            ],
            "entries": {state: number for state, number in self.tally.items() if number},
        }


def settings_of_feed(feed: FeedConfig) -> dict[str, Any]:
    """Give a feed's settings as they are written in the configuration, with stars for secrets."""
    said: dict[str, Any] = {**written_settings(feed)}
    said |= {"source": feed.publisher, "lang": feed.lang, "tags": list(feed.tags)}
    if feed.auth is not None:
        held = {"bearer": feed.auth.bearer, "user": feed.auth.user, "password": feed.auth.password}
        said["auth"] = {key: _shown(value) for key, value in held.items() if value is not None}
    said["headers"] = {name: _shown(value) for name, value in feed.headers.items()}
    said["proxy"] = str(feed.proxy) if feed.proxy is not None else ""
    return {key: value for key, value in said.items() if value not in ("", [], {})}


def _shown(value: str | Secret) -> str:
    return value if isinstance(value, str) else "***"


def _rfc3339(time: datetime | None) -> str | None:
    return time.isoformat() if time else None


async def reset_feed(settings: Settings, name: str) -> str:
    """Forget what was learned of a feed and have it polled; says what comes next. SetupError for no feed."""
    if name not in {feed.id for feed in settings.config.feeds}:
        raise SetupError(no_such_feed(settings, name))
    with open_archive(settings.archive_url) as archive:
        known = await archive.write(lambda c: feed_states.reset_feed(c, name, utc_now()))
    if not known:
        return f"{name} was never polled: there is nothing to forget"
    return f"{name} is polled at its written address, at once where the daemon runs"


def feed_views(settings: Settings, only: str | None = None) -> list[FeedView]:
    """Look at all feeds, or at one; SetupError with the nearest id where there is none of that name."""
    feeds = [feed for feed in settings.config.feeds if only in (None, feed.id)]
    if only is not None and not feeds:
        raise SetupError(no_such_feed(settings, only))
    with open_archive(settings.archive_url) as archive:
        rows, tallies = archive.read_now(lambda c: (_rows(c, only), feed_tallies(c)))
    by_id, at = {row["feed"]: row for row in rows}, utc_now()
    return [
        FeedView(
            feed=feed,
            place=settings.feed_places.get(feed.id, ""),
            status=feed_status(feed.id, by_id.get(feed.id), tallies.get(feed.id, {}), at),
            row=by_id.get(feed.id, {}),
            tally=tallies.get(feed.id, {}),
        )
        for feed in feeds
    ]


def _rows(c: Connection, only: str | None) -> list[feed_states.FeedRow]:
    if only is None:
        return feed_states.feed_rows(c)
    row = feed_states.feed_row(c, only)
    return [row] if row else []


def no_such_feed(settings: Settings, name: str) -> str:
    """Say that the configuration has no feed of an id, with the nearest there is."""
    known = [feed.id for feed in settings.config.feeds]
    hint = nearest(name, known, listed=len(known) <= 20) or "see: watchword feeds list"
    return f"there is no feed {name!r} in {settings.path} ({hint})"
