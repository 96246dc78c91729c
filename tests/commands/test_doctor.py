"""`watchword doctor` finds what is wrong with everything that the daemon needs, and says what to do."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import psycopg
import pytest
from redis import Redis

from monitor.stores import examination
from monitor.stores.archive import open_archive
from monitor.stores.engines import sqlite_url
from tests.stories.conftest import embedded_world, servers_world  # noqa: F401 - fixtures
from tests.stories.world import World

MAIL = "{kind: email, to: [ana@desk.example], MAIL}"


async def findings(world: World, code: int) -> dict[str, dict[str, str]]:
    """Run the doctor; gives what is not fine, by subject."""
    done = await world.command("doctor", "--json")
    assert done.returncode == code, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert report["exit_code"] == code
    found = {one["subject"]: one for one in report["results"] if one["level"] in ("finding", "unusable")}
    assert all(one["to_do"] for one in found.values()), "each says what to do"
    return found


async def test_where_all_is_well_everything_is_named_and_nothing_sent(embedded_world: World) -> None:  # noqa: F811
    """Before the first start and beside a daemon that runs; mail and webhook hear no message."""
    world = embedded_world
    world.write(feeds=["wire"])
    assert await findings(world, 0) == {}
    assert not (world.folder / "state" / "archive.sqlite").exists(), "nothing is made"
    daemon = world.start()
    await daemon.has("feed.polled")
    done = await world.command("doctor")
    assert done.returncode == 0, done.stdout
    for said in ("1 feeds", "2 rules", "embedded, and running", "is whole", "archive.reserve", "127.0.0.1:"):
        assert said in done.stdout, said
    assert (world.hook.posts, world.mail.mails) == ([], [])
    assert "secret-part" not in done.stdout


async def test_a_configuration_and_rules_that_cannot_be_used(embedded_world: World) -> None:  # noqa: F811
    """Exit code 2 and 1; the stores are looked at all the same."""
    world = embedded_world
    config = world.write(feeds=["wire"])
    (world.folder / "rules" / "bad.yaml").write_text("rules: [", encoding="utf-8")
    found = await findings(world, 1)
    assert "bad.yaml" in found["rules"]["said"]
    config.write_text(config.read_text().replace("receiver: desk", "receiver: dsk"), encoding="utf-8")
    done = await world.command("doctor")
    assert done.returncode == 2
    assert "did you mean 'desk'?" in done.stdout
    assert "queue" in done.stdout


async def test_a_queue_server_that_is_set_up_wrongly_or_away(embedded_world: World) -> None:  # noqa: F811
    """Its memory policy, its memory, its absence."""
    world = embedded_world
    world.queue.start()
    world.write(feeds=["wire"], shared_queue=True)
    done = await world.command("doctor", "--json")
    remarks = [one for one in json.loads(done.stdout)["results"] if one["level"] == "remark"]
    assert (done.returncode, [one["to_do"] for one in remarks]) == (
        0,
        ["appendonly yes, where others share the server"],
    )
    with Redis(unix_socket_path=str(world.queue.socket)) as client:
        client.config_set("maxmemory-policy", "allkeys-lru")
    assert "allkeys-lru" in (await findings(world, 1))["queue"]["said"]
    with Redis(unix_socket_path=str(world.queue.socket)) as client:
        client.config_set("maxmemory-policy", "noeviction")
        client.config_set("maxmemory", "1mb")
    assert "of 1 MiB" in (await findings(world, 1))["queue"]["said"]
    world.queue.stop()
    assert "does not answer" in (await findings(world, 2))["queue"]["said"]


def older(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")


def newer(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


def damaged(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        [(root,)] = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'leases'").fetchall()
        [(size,)] = connection.execute("PRAGMA page_size").fetchall()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)


def no_database(path: Path) -> None:
    path.write_bytes(b"something else altogether" * 100)


@pytest.mark.parametrize(
    ("harm", "code", "said"),
    [
        (older, 1, "is of version 0001"),
        (newer, 2, "written by a newer Watchword (9999)"),
        (damaged, 2, "is damaged"),
        (no_database, 2, "not a database"),
    ],
)
async def test_an_archive_that_is_not_as_it_should_be(
    embedded_world: World,  # noqa: F811
    harm: Any,
    code: int,
    said: str,
) -> None:
    """Of another version, damaged, or no archive at all."""
    world = embedded_world
    world.write(feeds=["wire"])
    path = world.folder / "state" / "archive.sqlite"
    open_archive(sqlite_url(path)).close()
    harm(path)
    assert said in (await findings(world, code))["archive"]["said"]


async def test_an_archive_server_that_takes_no_writes_or_is_away(servers_world: World) -> None:  # noqa: F811
    """A standby, or one that was closed for writing; and an address where nobody is."""
    world = servers_world
    world.write(feeds=["wire"])
    assert await findings(world, 0) == {}
    url = str(world.archive)
    name = url.rpartition("/")[2]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    assert "takes no writes" in (await findings(world, 2))["archive"]["said"]
    (world.folder / "archive-url").write_text("postgresql://watchword:hunter2@127.0.0.1:1/none")
    found = (await findings(world, 2))["archive"]["said"]
    assert "cannot be opened" in found
    assert "hunter2" not in found


async def test_too_little_space_and_channels_that_do_not_answer(embedded_world: World) -> None:  # noqa: F811
    """A reserve that no disk has; a mail server that is not there; each says what to do."""
    world = embedded_world
    config = world.write(feeds=["wire"])
    text = config.read_text().replace(f"port: {world.mail.port}", "port: 1")
    config.write_text(f"archive: {{reserve: 900000GB}}\n{text}", encoding="utf-8")
    found = await findings(world, 1)
    assert "less than archive.reserve" in found["disk"]["said"]
    [mail] = [one for subject, one in found.items() if "ana@desk.example" in subject]
    assert "127.0.0.1:1 cannot be used" in mail["said"]
    assert "receivers test desk" in mail["to_do"]
    assert len(found) == 2


async def test_what_the_daemon_found_is_said_too(embedded_world: World) -> None:  # noqa: F811
    """Its open troubles are findings."""
    world = embedded_world
    config = world.write(feeds=["wire"])
    config.write_text(
        "operations: {stuck: 2s, failing: 2s}\n" + config.read_text().replace("wire.xml", "nothing")
    )
    daemon = world.start()
    await daemon.has("operators.told")
    assert "The feed wire fails" in (await findings(world, 1))["daemon"]["said"]


def test_clocks_that_are_apart_are_measured(postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Against the archive's server; an SQLite archive has no other clock."""
    assert abs(examination.clock_apart(postgresql_url) or 99) < 1

    class Slow(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Slow:
            late = datetime.now(UTC) - timedelta(minutes=3)
            return cls.fromtimestamp(late.timestamp(), UTC)

    monkeypatch.setattr(examination, "datetime", Slow)
    assert 175 < (examination.clock_apart(postgresql_url) or 0) < 185
    assert examination.clock_apart("sqlite:////none") is None
