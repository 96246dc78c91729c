"""The archive: migrations, the writer's groups, and pruning."""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
import string
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from monitor.errors import SetupError, StoreUnavailable
from monitor.model import Article, ArticleState, Evidence, Match, MatchState
from monitor.pipeline.housekeeping import prune
from monitor.stores import articles, engines, feed_states
from monitor.stores.archive import Archive, open_archive
from monitor.stores.columns import metadata
from monitor.stores.engines import sqlite_url
from monitor.stores.feed_states import FeedClaim
from monitor.stores.tables import tallies
from tests.conftest import NOON


def an_article(title: str, first_seen=NOON) -> Article:
    return Article(id="", title=title, first_seen=first_seen, feed="wire", tags=("a", "ب"))


def a_match(rule: str = "r") -> Match:
    evidence = Evidence(at=NOON, at_from="published")
    return Match(rule, rule, "high", "live", "sum", evidence, labels={"desk": "x"})


def test_the_migrations_make_the_tables_that_the_code_uses(archive: Archive) -> None:
    """What Alembic would still have to change after all migrations is nothing."""

    def left_to_do(c: sa.Connection) -> list:
        return compare_metadata(MigrationContext.configure(c), metadata)

    assert archive.read_now(left_to_do) == []


def test_the_archive_is_safe_against_power_loss(tmp_path: Path) -> None:
    """SQLite runs in WAL with synchronous=FULL (2) and foreign keys."""
    archive = open_archive(sqlite_url(tmp_path / "a.sqlite"))
    asked = ["journal_mode", "synchronous", "foreign_keys"]
    found = [archive.read_now(lambda c, p=p: c.exec_driver_sql(f"pragma {p}").scalar()) for p in asked]
    archive.close()
    assert found == ["wal", 2, 1]


def test_an_archive_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    """A migration that this version does not know is not run over."""
    url = sqlite_url(tmp_path / "a.sqlite")
    open_archive(url).close()
    with sqlite3.connect(tmp_path / "a.sqlite") as connection:
        connection.execute("update alembic_version set version_num = '9999'")
    connection.close()
    with pytest.raises(SetupError, match="newer Watchword"):
        open_archive(url)


def test_an_archive_that_is_up_to_date_opens_while_another_program_writes(tmp_path: Path) -> None:
    """`status` works beside a backup or a daemon that holds the write lock."""
    url = sqlite_url(tmp_path / "a.sqlite")
    open_archive(url).close()
    with sqlite3.connect(tmp_path / "a.sqlite", isolation_level=None) as busy:
        busy.execute("begin immediate")
        archive = open_archive(url)
        assert archive.read_now(lambda c: c.exec_driver_sql("select count(*) from feeds").scalar()) == 0
        busy.execute("rollback")
        archive.close()
    busy.close()


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """The error names the file."""
    (tmp_path / "a.sqlite").write_bytes(b"not a database at all" * 100)
    with pytest.raises(SetupError, match=r"a\.sqlite cannot be opened: file is not a database"):
        open_archive(sqlite_url(tmp_path / "a.sqlite"))


async def test_one_failing_write_is_undone_alone(archive: Archive) -> None:
    """Writes that share a commit keep their own fate."""

    def write(number: int):
        def work(c: sa.Connection) -> int:
            c.execute(sa.insert(tallies).values(feed="f", state=str(number), entries=1))
            if number % 10 == 3:
                raise ValueError(number)
            return number

        return work

    results = await asyncio.gather(*(archive.write(write(n)) for n in range(100)), return_exceptions=True)
    stored = await archive.read(lambda c: set(c.scalars(sa.select(tallies.c.state))))
    assert stored == {str(n) for n in range(100) if n % 10 != 3}
    assert [isinstance(result, ValueError) for result in results] == [n % 10 == 3 for n in range(100)]


async def test_a_locked_archive_is_unavailable_not_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database error reaches callers as StoreUnavailable."""
    monkeypatch.setattr(engines, "_BUSY_SECONDS", 0.05)
    archive = open_archive(sqlite_url(tmp_path / "a.sqlite"))
    with sqlite3.connect(tmp_path / "a.sqlite", isolation_level=None) as busy:
        busy.execute("begin immediate")
        with pytest.raises(StoreUnavailable, match="cannot be written: database is locked"):
            await archive.write(lambda c: c.exec_driver_sql("select 1").scalar())
        busy.execute("rollback")
    busy.close()
    assert await archive.write(lambda c: c.exec_driver_sql("select 1").scalar()) == 1
    archive.close()


async def test_a_broken_connection_fails_all_that_shared_it_and_is_replaced(postgresql_url: str) -> None:
    """Where the server ends a connection, its group counts as not stored, and the next write works."""
    archive = open_archive(postgresql_url)
    end = "select pg_terminate_backend(pg_backend_pid())"
    row = sa.insert(tallies).values(feed="f", state="s", entries=1)
    works = [lambda c: c.execute(row), lambda c: c.exec_driver_sql(end), lambda c: c.execute(row)]
    results = await asyncio.gather(*map(archive.write, works), return_exceptions=True)
    assert [type(result) for result in results[1:]] == [StoreUnavailable, StoreUnavailable]
    stored = await archive.write(lambda c: c.scalar(sa.select(sa.func.count()).select_from(tallies)))
    assert stored == (0 if isinstance(results[0], StoreUnavailable) else 1)
    archive.close()


def test_an_archive_out_of_reach_is_named_without_its_password(tmp_path: Path) -> None:
    """Whoever starts against a server that is down reads where it was looked for, and no secret."""
    with pytest.raises(
        SetupError, match=r"postgresql://ana:\*\*\*@127\.0\.0\.1:9/news cannot be opened"
    ) as caught:
        open_archive("postgresql://ana:s3cret@127.0.0.1:9/news")
    assert "s3cret" not in str(caught.value)


def test_processes_that_start_together_migrate_once(postgresql_url: str) -> None:
    """Whoever comes second waits and finds the tables made."""
    command = [
        sys.executable,
        "-c",
        "import sys; from monitor.stores.archive import migrate; migrate(sys.argv[1])",
    ]
    running = [subprocess.Popen([*command, postgresql_url]) for _ in range(3)]
    assert [process.wait(60) for process in running] == [0, 0, 0]


async def test_text_that_no_database_takes_is_replaced(archive: Archive) -> None:
    """NUL and halves of surrogate pairs, which JSON feeds may hold, keep no poll from being stored."""
    article = an_article("a\x00b\ud800c")
    number = await archive.write(lambda c: articles.store_article(c, article, "\x00", ArticleState.NO_RULE))
    loaded = await archive.read(lambda c: articles.load_article(c, number))
    assert loaded is not None
    assert loaded.title == "a\ufffdb\ufffdc"


async def test_an_address_may_have_any_length(archive: Archive) -> None:
    """An article with a very long address is stored, and found by it."""
    signs = "".join(secrets.choice(string.ascii_letters) for _ in range(20_000))
    long = replace(an_article("t"), url=f"https://a.example/{signs}")
    number = await archive.write(lambda c: articles.store_article(c, long, "id", ArticleState.NO_RULE))
    found = await archive.read(lambda c: articles.find_article(c, long.url))
    assert found is not None
    assert found.id == str(number)


def test_articles_and_matches_come_back_as_they_were(archive: Archive, tmp_path: Path) -> None:
    """Round trip through the rows, scripts and labels included."""

    async def story() -> None:
        number = await archive.write(
            lambda c: articles.store_article(c, an_article("شمخانی"), "id", ArticleState.MATCHED)
        )
        await archive.write(
            lambda c: articles.store_matches(c, number, [a_match()], MatchState.PENDING, NOON)
        )
        found = await archive.read(lambda c: articles.load_article(c, number))
        assert found is not None
        assert (found.title, found.tags, found.first_seen) == ("شمخانی", ("a", "ب"), NOON)
        [(_, match)] = await archive.read(lambda c: articles.matches_of(c, number))
        assert match == a_match()

    asyncio.run(story())


async def test_pruning_forgets_the_old_and_keeps_what_is_under_way(archive: Archive) -> None:
    """Old articles go in batches; one whose match waits stays; keys of the newest document stay."""
    old = NOON - timedelta(days=100)

    def fill(c: sa.Connection) -> None:
        for number in range(1200):
            articles.store_article(c, an_article(f"old {number}", old), "", ArticleState.NO_RULE)
        waiting = articles.store_article(c, an_article("waits", old), "", ArticleState.MATCHED)
        articles.store_matches(c, waiting, [a_match()], MatchState.PENDING, old)
        articles.store_article(c, an_article("new"), "", ArticleState.NO_RULE)
        articles.remember_keys(c, "quiet", dict.fromkeys(["i:still-there"]), old)
        articles.remember_keys(c, "busy", dict.fromkeys(["i:gone"]), old)
        articles.remember_keys(c, "busy", dict.fromkeys(["i:there"]), NOON)

    await archive.write(fill)
    await prune(archive, timedelta(days=90), NOON)

    def left(c: sa.Connection) -> tuple:
        titles = c.exec_driver_sql("select title from articles order by id").scalars()
        keys = c.exec_driver_sql("select key from seen_keys order by key").scalars()
        return list(titles), list(keys)

    assert await archive.read(left) == (["waits", "new"], ["i:still-there", "i:there"])


async def test_feeds_keep_their_time_over_a_restart_and_start_anew_when_they_move(archive: Archive) -> None:
    """A restart never polls early; a new address is due at once, without the old validators."""
    later = NOON + timedelta(hours=1)
    await archive.write(lambda c: feed_states.register_feeds(c, {"wire": "https://a.example/"}, NOON))
    polled = {"next_poll_at": later, "etag": '"x"', "first_success_at": NOON}
    await archive.write(lambda c: feed_states.save_feed(c, FeedClaim("wire", 0), polled))
    await archive.write(lambda c: feed_states.register_feeds(c, {"wire": "https://a.example/"}, later))
    assert await archive.read(lambda c: feed_states.due_feeds(c, NOON)) == {}
    await archive.write(lambda c: feed_states.register_feeds(c, {"wire": "https://b.example/"}, NOON))
    row = await archive.read(lambda c: feed_states.feed_row(c, "wire"))
    assert row is not None
    assert (row["etag"], row["first_success_at"], row["next_poll_at"]) == (None, None, NOON)


async def test_a_shorter_interval_counts_at_once_but_not_against_the_feeds_own_wish(archive: Archive) -> None:
    """After an edit of `every` nobody waits out the old one; Cache-Control and back-off still hold."""
    later, soon = NOON + timedelta(hours=6), NOON + timedelta(minutes=10)
    addresses = {"a": "https://a.example/", "b": "https://b.example/"}
    await archive.write(lambda c: feed_states.register_feeds(c, addresses, NOON))
    for feed, reason in (("a", "interval"), ("b", "the feed asks for 6 h (Cache-Control)")):
        waits = {"next_poll_at": later, "next_reason": reason}
        await archive.write(lambda c, f=feed, w=waits: feed_states.save_feed(c, FeedClaim(f, 0), w))
        await archive.write(lambda c, f=feed: feed_states.keep_within_interval(c, f, ["interval"], soon))
    rows = await archive.read(feed_states.feed_rows)
    assert [row["next_poll_at"] for row in rows] == [soon, later]


async def test_a_connection_that_dies_says_why(postgresql_url: str) -> None:
    """What ended the transaction is said, not that nothing can be undone any more; the next write works."""
    with open_archive(postgresql_url) as archive:
        with pytest.raises(StoreUnavailable, match="terminating connection"):
            await archive.write(lambda c: c.execute(sa.text("SELECT pg_terminate_backend(pg_backend_pid())")))
        assert await archive.write(lambda c: c.scalar(sa.text("SELECT 1"))) == 1
