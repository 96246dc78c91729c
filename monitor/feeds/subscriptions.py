"""All feeds of a configuration: its own entries, and those of the OPML files that it names. Pure.

Ids of listed feeds come from their titles, in scripts that an id cannot hold from their addresses. Which id
a feed gets depends on no order: where two would get the same, each gets a mark made from its own address.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import blake2b
from typing import Any

from pydantic import ValidationError
from yarl import URL

from monitor.errors import Problem
from monitor.feeds.config import FeedConfig, FeedDefaults, OpmlFeeds
from monitor.feeds.opml import PREFIX, Outline
from monitor.text.display import displayable
from monitor.text.folding import fold

_LONGEST_ID = 60
_WORD = re.compile("[a-z0-9]+")
_SHOWN_AS = {"url": "xmlUrl", "lang": "language", "tags": "category", "title": "title"}
_UNITS = (("w", 604800), ("d", 86400), ("h", 3600), ("m", 60), ("s", 1))


@dataclass(frozen=True, slots=True)
class FeedList:
    """An OPML file that was read, with what the configuration says of all its feeds."""

    path: str
    defaults: OpmlFeeds
    outlines: tuple[Outline, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnFeed:
    """A feed that the configuration itself holds, with its place there."""

    feed: FeedConfig
    path: str = ""
    line: int = 0
    column: int = 0


@dataclass(slots=True)
class Subscriptions:
    """The feeds to watch, in order; `places` says of each id where it is written."""

    feeds: list[FeedConfig] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Listed:
    path: str
    outline: Outline
    defaults: OpmlFeeds


def join_feeds(entries: Sequence[OwnFeed | FeedList]) -> Subscriptions:
    """Join entries and lists.

    A feed that is named twice by its address is watched once: as the configuration's own entry, else as
    first listed, with the tags of all lists. That is told as a remark.
    """
    found = Subscriptions()
    own = [entry for entry in entries if isinstance(entry, OwnFeed)]
    watched = _first_of_each(own, found)
    kept = _merged(_listed(entries), watched, found)
    names = names_for([one.outline for one in kept.values()], {one.feed.id for one in own})
    named = {id(one): name for one, name in zip(kept.values(), names, strict=True)}
    own_ids = {feed.id for feed in watched.values()}
    for entry in entries:
        if isinstance(entry, FeedList):
            mine = (one for one in kept.values() if one.defaults is entry.defaults)
            _add_all(mine, named, found)
        elif entry.feed.id in own_ids:
            _add(entry.feed, f"{entry.path}:{entry.line}", found)
    return found


def _add(feed: FeedConfig, place: str, found: Subscriptions) -> None:
    found.feeds.append(feed)
    found.places[feed.id] = place


def _add_all(listed: Iterable[_Listed], names: Mapping[int, str], found: Subscriptions) -> None:
    for one in listed:
        try:
            feed = feed_of(one.outline, one.defaults, names[id(one)])
        except ValidationError as error:
            found.problems += problems_of(error, one.path, one.outline)
        else:
            _add(feed, f"{one.path}:{one.outline.line}", found)


def _first_of_each(own: Sequence[OwnFeed], found: Subscriptions) -> dict[str, FeedConfig]:
    """Give the configuration's entries by address; those with other credentials are other feeds."""
    kept: dict[str, FeedConfig] = {}
    for one in own:
        feed, key = one.feed, address_key(one.feed.url)
        first = kept.get(key)
        if first is not None and (first.auth, first.headers) == (feed.auth, feed.headers):
            said = f"the feed {feed.id!r} has the address of {first.id!r} and is not watched twice"
            place = (one.path, one.line, one.column)
            found.problems.append(Problem(*place, said, "remove one of the two", level="remark"))
            continue
        kept[key if first is None else f"{key} {feed.id}"] = feed
    return kept


def _listed(entries: Iterable[object]) -> Iterator[_Listed]:
    for entry in entries:
        if isinstance(entry, FeedList):
            for outline in entry.outlines:
                yield _Listed(entry.path, outline, entry.defaults)


def _merged(
    listed: Iterable[_Listed], watched: Mapping[str, FeedConfig], found: Subscriptions
) -> dict[str, _Listed]:
    """Keep each address once, with all the tags that it has in any place of the lists."""
    kept: dict[str, _Listed] = {}
    for one in listed:
        key = address_key(one.outline.url)
        if key in watched:
            found.problems.append(_twice(one, f"{watched[key].id!r} of the configuration"))
        elif key in kept:
            first = kept[key]
            if one.outline.tags == first.outline.tags or one.path != first.path:
                found.problems.append(_twice(one, f"{first.path}:{first.outline.line}"))
            tags = tuple(dict.fromkeys((*first.outline.tags, *one.outline.tags)))
            kept[key] = replace(first, outline=replace(first.outline, tags=tags))
        else:
            kept[key] = one
    return kept


def _twice(one: _Listed, where: str) -> Problem:
    shown = one.outline.title or displayable(one.outline.url)
    said = f"the feed {shown!r} has the address of {where} and is not watched twice"
    return Problem(one.path, one.outline.line, one.outline.column, said, level="remark")


def feed_of(outline: Outline, defaults: FeedDefaults, name: str) -> FeedConfig:
    """Make a feed of an outline; raises pydantic's ValidationError. Tags of both are joined."""
    values: dict[str, Any] = {key: getattr(defaults, key) for key in defaults.model_fields_set - {"opml"}}
    values |= {key: value for key, value in outline.said.items() if key != "id"}
    values |= {"id": name, "url": outline.url, "title": outline.title}
    values["tags"] = tuple(dict.fromkeys((*outline.tags, *defaults.tags)))
    if re.fullmatch(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*", outline.lang):  # readers write "unknown"
        values["lang"] = outline.lang
    return FeedConfig.model_validate(values)


def problems_of(error: ValidationError, path: str, outline: Outline) -> list[Problem]:
    """Say what is wrong with an outline of the list at `path`."""
    found = []
    for detail in error.errors(include_url=False):
        key = str(detail["loc"][0]) if detail["loc"] else ""
        where = f"{_SHOWN_AS.get(key, PREFIX + key)}: " if key else ""
        hint = str(detail.get("ctx", {}).get("hint", ""))
        found.append(Problem(path, outline.line, outline.column, where + displayable(detail["msg"]), hint))
    return found


def outline_of(feed: FeedConfig) -> Outline:
    """Make the outline that stands for a feed in an exported list: all but secrets, headers and proxy."""
    said = {key: value for key, value in written_settings(feed).items() if key in feed.model_fields_set}
    return Outline(feed.url, feed.title, feed.tags, feed.lang, {"id": feed.id} | said)


def written_settings(feed: FeedConfig) -> dict[str, str]:
    """Give what a list can say of a feed beside its id, as it is written in files; nothing that is empty."""
    said = {"source": feed.source, "country": feed.country, "backfill": feed.backfill}
    said |= {"every": _written(feed.every) if feed.every else "auto"}
    said |= {"at_least": _written(feed.at_least), "at_most": _written(feed.at_most), "moves": feed.moves}
    said["max_age"] = "none" if feed.max_age is None else _written(feed.max_age)
    return {key: value for key, value in said.items() if value}


def _written(span: timedelta) -> str:
    seconds = round(span.total_seconds())
    unit, size = next((unit, size) for unit, size in _UNITS if seconds % size == 0)
    return f"{seconds // size}{unit}" if seconds else "0s"


def address_key(url: str) -> str:
    """Give what two spellings of one address have in common."""
    try:
        found = URL(url).with_fragment(None)
        bare = found.raw_path in ("", "/")
        return str(found.with_path("/", keep_query=True) if bare else found)
    except ValueError:
        return url


def names_for(outlines: Sequence[Outline], taken: Collection[str]) -> list[str]:
    """Give each outline an id that nobody else has; the ids of the configuration itself are `taken`."""
    wished = [_wished(outline) for outline in outlines]
    times = Counter(wished)
    free = {name for name, number in times.items() if number == 1 and name not in taken}
    used = {*taken, *free}
    return [
        name if name in free else _marked(name, outline.url, used)
        for name, outline in zip(wished, outlines, strict=True)
    ]


def _marked(name: str, url: str, used: Collection[str]) -> str:
    mark = blake2b(address_key(url).encode(), digest_size=16).hexdigest()
    stem = name[: _LONGEST_ID - 7].rstrip("-")
    found = (f"{stem}-{mark[:length]}" for length in (6, 12, 32))
    return next((name for name in found if name not in used), f"{stem}-{mark}")


def _wished(outline: Outline) -> str:
    given = outline.said.get("id", "")
    return given or _slug(outline.title) or _slug(_address_words(outline.url)) or "feed"


def _slug(text: str) -> str:
    """Make an id of a text; empty where letters of other scripts would be lost."""
    folded = fold(text).replace("'", "").replace("’", "")
    if any(char.isalpha() and not char.isascii() for char in folded):
        return ""
    return "-".join(_WORD.findall(folded))[:_LONGEST_ID].strip("-")


def _address_words(url: str) -> str:
    try:
        found = URL(url)
        return f"{(found.raw_host or '').removeprefix('www.')} {found.raw_path} {found.raw_query_string}"
    except ValueError:
        return ""
