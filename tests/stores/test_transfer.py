"""The archive carried from one database into another: all of it or nothing, and nothing changed."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.errors import SetupError
from monitor.model import Article, ArticleState
from monitor.pipeline.housekeeping import forget, would_forget
from monitor.stores import articles, claims, notifications
from monitor.stores.archive import Archive, open_archive
from monitor.stores.columns import metadata
from monitor.stores.engines import sqlite_url, writing_engine
from monitor.stores.statistics import statistics
from monitor.stores.transfer import (
    NOT_CARRIED,
    ArchiveFile,
    carried_tables,
    export_lines,
    rows_of,
)
from tests.conftest import NOON
from tests.stores.claiming import claim
from tests.stores.test_notifications import stored

Place = sa.Engine


def opened(url: str) -> Place:
    open_archive(url).close()
    return writing_engine(url)


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Place]:
    place = opened(sqlite_url(tmp_path / "source.sqlite"))
    yield place
    place.dispose()


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Place]:
    place = opened(sqlite_url(tmp_path / "target.sqlite"))
    yield place
    place.dispose()


@pytest.fixture
def middle(archive_url: str) -> Iterator[Place]:
    """An empty archive in each of the two databases."""
    place = opened(archive_url)
    yield place
    place.dispose()


def exported(place: Place) -> bytes:
    with place.begin() as c:
        return b"".join(export_lines(c, NOON))


def imported(place: Place, raw: bytes) -> dict[str, int]:
    with place.begin() as c:
        return ArchiveFile(io.BytesIO(raw)).import_into(c)


def emptied(place: Place) -> None:
    with place.begin() as c:
        for table in reversed(metadata.sorted_tables):
            c.execute(sa.delete(table))
            if c.dialect.name == "postgresql" and table.name in ("articles", "stories", "matches"):
                c.exec_driver_sql(f"ALTER SEQUENCE {table.name}_id_seq RESTART")
        if c.dialect.name == "sqlite":
            c.exec_driver_sql("DELETE FROM sqlite_sequence")


HOSTILE = (
    "\x00",
    "\ud800",
    "\u2028",
    "\r\n",
    "\\u0000",
    '"',
    "\\",
    "\x1b[2J",
    "é",
    "é",
    "ß",
    "İ",
    "𐍈",
    "\x7f\x85",
)
texts = st.one_of(
    st.text(max_size=30), st.sampled_from(HOSTILE), st.sampled_from(("Z", "a", "z", "_", "Ä", "а", "ی"))
)
times = st.datetimes(timezones=st.just(UTC))
numbers = st.integers(1, 2**62)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | texts
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


def rows(table: sa.Table, **fixed: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Draw a row of a table, column by column from its type."""

    def column(one: sa.Column[Any]) -> st.SearchStrategy[Any]:
        drawn = times if "DateTime" in type(one.type).__name__ else texts
        if isinstance(one.type, sa.BigInteger):
            drawn = numbers
        elif isinstance(one.type, sa.Integer):
            drawn = st.integers(-(2**31), 2**31 - 1)
        elif isinstance(one.type, sa.JSON):
            drawn = values
        return drawn | st.none() if one.nullable else drawn

    return st.fixed_dictionaries({one.name: fixed.get(one.name, column(one)) for one in table.c})


def as_stored(text: str) -> str:
    return "".join("\ufffd" if sign == "\x00" or "\ud800" <= sign <= "\udfff" else sign for sign in text)


articles_drawn = st.lists(rows(metadata.tables["articles"]), max_size=4, unique_by=lambda row: row["id"])
keys_drawn = st.lists(
    rows(metadata.tables["seen_keys"]),
    max_size=8,
    unique_by=lambda row: (as_stored(row["feed"]), as_stored(row["key"])),
)
feeds_drawn = st.lists(
    rows(metadata.tables["feeds"]), max_size=3, unique_by=lambda row: as_stored(row["feed"])
)
receipts_drawn = st.lists(
    rows(metadata.tables["receipts"]), max_size=6, unique_by=lambda row: as_stored(row["key"])
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(articles_drawn, keys_drawn, feeds_drawn, receipts_drawn)
def test_any_rows_come_back_byte_by_byte(
    source: Place, middle: Place, target: Place, drawn_articles, drawn_keys, drawn_feeds, drawn_receipts
) -> None:
    """SQLite → SQLite or PostgreSQL → SQLite: three exports that are equal, whatever texts and times hold."""
    for place in (source, middle, target):
        emptied(place)
    with source.begin() as c:
        for name, drawn in (
            ("articles", drawn_articles),
            ("seen_keys", drawn_keys),
            ("feeds", drawn_feeds),
            ("receipts", drawn_receipts),
        ):
            if drawn:
                c.execute(sa.insert(metadata.tables[name]), drawn)
    first = exported(source)
    imported(middle, first)
    assert exported(middle) == first
    imported(target, exported(middle))
    assert exported(target) == first
    shown = [json.loads(line) for line in first.splitlines()]
    assert sum(shown[0]["rows"].values()) == len(shown) - 2


def a_story(c: sa.Connection) -> None:
    """Rows in every table that refers to another, and one article that is gone again."""
    number = stored(c)
    held = claim(c, number, "a", NOON, timedelta(minutes=2))
    assert held is not None
    receipt = notifications.Receipt("200 ok", NOON, "C1/1.2")
    claims.record_delivered(c, [(held, receipt)], NOON)
    articles.remember_keys(c, "wire", dict.fromkeys(["i:a", "i:B", "i:ä"]), NOON)
    for table, values in (
        ("feeds", {"feed": "wire", "url": "https://u"}),
        ("tallies", {"feed": "w", "state": "s", "entries": 3}),
        ("destinations", {"destination": "slack:x", "failures": 1, "reason": "410"}),
        ("article_versions", {"article": 1, "version": 1, "until": NOON, "title": "before"}),
        ("troubles", {"key": "k", "what": "w", "what_to_do": "", "since": NOON, "seen_at": NOON}),
        (
            "story_articles",
            {"article": 1, "story": 1, "relation": "new", "at": NOON, "joined_at": NOON, "voice": "wire"},
        ),
        ("story_moves", {"article": 1, "story": 1, "moved_at": NOON}),
        ("corrections", {"article": 1, "kind": "retraction", "created_at": NOON}),
        ("dispatch_tries", {"article": 1, "tries": 2, "last_at": NOON, "reason": ""}),
    ):
        c.execute(sa.insert(metadata.tables[table]).values(**values))
    gone = articles.store_article(c, Article("", "gone", NOON, feed="wire"), "", ArticleState.NO_RULE)
    c.execute(sa.delete(metadata.tables["articles"]).where(metadata.tables["articles"].c.id == gone))


def test_a_whole_story_moves_and_goes_on(source: Place, middle: Place) -> None:
    """Every carried table arrives, and a number that was pruned is not given to another article."""
    with source.begin() as c:
        a_story(c)
    raw = exported(source)
    counts = imported(middle, raw)
    assert min(counts.values()) > 0
    assert set(counts) | NOT_CARRIED == set(metadata.tables)
    with middle.begin() as c:
        assert rows_of(c) == counts
        assert notifications.receipt_of(c, "a1/1/slack:x") == notifications.Receipt("200 ok", NOON, "C1/1.2")
        after = articles.store_article(c, Article("", "next", NOON, feed="wire"), "", ArticleState.NO_RULE)
    assert after == 3
    assert json.loads(raw.splitlines()[0])["counters"]["articles"] == 2


def without_line(number: int) -> Callable[[list[bytes]], list[bytes]]:
    return lambda lines: lines[:number] + lines[number + 1 :]


def changed(old: bytes, new: bytes) -> Callable[[list[bytes]], list[bytes]]:
    return lambda lines: [line.replace(old, new) for line in lines]


DAMAGES: dict[str, tuple[Callable[[list[bytes]], list[bytes]], str]] = {
    "cut after a line": (lambda lines: lines[:-1], "ends too early"),
    "cut in a line": (lambda lines: [*lines[:4], lines[4][:10]], "line 5: this is no whole line of JSON"),
    "cut before the last line break": (lambda lines: [*lines[:-1], lines[-1][:-1]], "no whole line"),
    "a row is missing": (without_line(3), "checksum"),
    "a letter is another": (changed(b"200 ok", b"200 OK"), "checksum"),
    "two rows changed places": (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], "checksum"),
    "something follows": (lambda lines: [*lines, b"{}\n"], "goes on after its end"),
    "nothing": (lambda lines: [], "nothing that `watchword archive export` wrote"),
    "another file": (lambda lines: [b"state: state\n"], "nothing that `watchword archive export` wrote"),
    "an article alone": (lambda lines: [b'{"id": 1, "title": "x"}\n'], "nothing that"),
    "another format": (changed(b'"format":1', b'"format":2'), "format 2"),
    "an unknown table": (changed(b'{"articles":', b'{"particles":'), "line 2: this is no row of a table"),
    "an unknown column": (
        changed(b'"entry_id":', b'"entry":'),
        "line 2: this is no row of articles: entry, entry_id",
    ),
    "a time that is none": (
        changed(b'"first_seen":"2026-', b'"first_seen":"20x6-'),
        "line 2: this is no row",
    ),
    "a depth that no parser takes": (
        lambda lines: [lines[0], b"[" * 100_000 + b"\n"],
        "line 2: this is no whole",
    ),
}


@pytest.mark.parametrize(("damage", "said"), DAMAGES.values(), ids=DAMAGES)
def test_of_a_damaged_file_nothing_is_imported(
    source: Place, target: Place, damage: Callable[[list[bytes]], list[bytes]], said: str
) -> None:
    """Whatever is wrong with the file is named, with its line, and the archive stays empty."""
    with source.begin() as c:
        a_story(c)
    raw = exported(source)
    with pytest.raises(SetupError) as caught:
        imported(target, b"".join(damage(raw.splitlines(keepends=True))))
    assert said in str(caught.value)
    with target.begin() as c:
        assert sum(rows_of(c).values()) == 0
    imported(target, raw)


def test_the_tables_come_after_those_they_refer_to() -> None:
    """Foreign keys hold at every moment of an import."""
    seen: set[str] = set()
    for table in carried_tables():
        assert {key.column.table.name for key in table.foreign_keys} <= seen
        seen.add(table.name)


async def test_what_would_go_is_what_goes(archive: Archive) -> None:
    """A dry run counts exactly what pruning then forgets."""
    old = NOON - timedelta(days=100)

    def fill(c: sa.Connection) -> None:
        for number in range(7):
            seen = old if number % 2 else NOON
            articles.store_article(c, Article("", str(number), seen, feed="wire"), "", ArticleState.NO_RULE)
        articles.remember_keys(c, "wire", dict.fromkeys(["i:gone"]), old)
        articles.remember_keys(c, "wire", dict.fromkeys(["i:here"]), NOON)
        values = [{"key": f"k{n}", "sent_at": at, "detail": ""} for n, at in enumerate((old, NOON))]
        c.execute(sa.insert(metadata.tables["receipts"]), values)
        c.execute(
            sa.insert(metadata.tables["stories"]), [{"created_at": at, "last_at": at} for at in (old, NOON)]
        )

    await archive.write(fill)
    expected = await would_forget(archive, timedelta(days=30), NOON)
    assert expected == {"articles": 3, "stories": 1, "receipts": 1, "keys": 1}
    heard: list[int] = []
    assert await forget(archive, timedelta(days=30), NOON, heard.append) == expected
    assert sum(heard) == sum(expected.values())
    assert not any((await would_forget(archive, timedelta(days=30), NOON)).values())


def test_statistics(archive: Archive) -> None:
    """Rows, bytes, ends, states and days are those of the articles that are there."""

    def fill(c: sa.Connection) -> None:
        for at in (NOON, NOON - timedelta(days=1, hours=13), datetime(2020, 1, 1, tzinfo=UTC)):
            articles.store_article(c, Article("", "شمخانی", at, feed="wire"), "", ArticleState.NO_RULE)

    empty = archive.read_now(lambda c: statistics(c, NOON, 3))
    assert (empty.oldest, empty.per_state, sum(empty.per_day.values())) == (None, {}, 0)
    place = writing_engine(url_of(archive))
    with place.begin() as c:
        fill(c)
    place.dispose()
    found = archive.read_now(lambda c: statistics(c, NOON, 3))
    assert (found.oldest, found.newest) == (datetime(2020, 1, 1, tzinfo=UTC), NOON)
    assert found.per_state == {"no-rule": 3}
    assert {day.day: number for day, number in found.per_day.items()} == {2: 1, 3: 0, 4: 1}
    [table] = [table for table in found.tables if table.name == "articles"]
    assert table.rows == 3
    assert table.bytes > 0
    assert found.bytes > 10_000


def url_of(archive: Archive) -> str:
    """Give the address of an open archive."""
    url: sa.URL = archive.read_now(lambda c: c.engine.url)
    return url.set(drivername=url.drivername.partition("+")[0]).render_as_string(hide_password=False)
