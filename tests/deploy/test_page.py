"""Who follows deploy/README.md has a Watchword that runs: its commands are typed, or shown to be others."""

from __future__ import annotations

import grp
import os
import pwd
import shlex
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.deploy.conftest import DEPLOY, ROOT, Image, instructions, tool
from tests.manual.page import Step, Typed, sections
from tests.manual.services import Machine
from tests.stories.world import QueueServer

PAGE = sections(DEPLOY / "README.md")

# What is not typed, and why.
LEFT_OUT = {
    "docker ": "no engine; tests/deploy/test_compose.py checks the file",
    "python3 -m venv /opt/watchword": "the Dockerfile's own, run by tests/deploy/test_image.py",
    "/opt/watchword/bin/python -m pip": "the Dockerfile's own, run by tests/deploy/test_image.py",
    "runuser --user postgres -- psql": "the role is there already",
    "systemctl daemon-reload": "there is no systemd to tell",
    "timedatectl": "asks systemd for the state of the clock",
}
ALONE = ("One machine, one unit", "Changes while it runs", "Is it well?", "SQLite", "Upgrade")
MOVED = ("One machine, one unit", "Archive and queue", "What was stored so far", "Start them")
TOGETHER = (*MOVED, "Changes while it runs", "PostgreSQL")


def read(*titles: str) -> list[Step]:
    return [
        step
        for title in titles
        for step in PAGE[title]
        if not (isinstance(step, Typed) and step.command.startswith(tuple(LEFT_OUT)))
    ]


@pytest.fixture
def machine(
    tmp_path: Path, image: Image, unused_tcp_port_factory: Callable[[], int]
) -> Iterator[Callable[..., Machine]]:
    """Make a machine with a checkout of the repository, and what the page calls by other names there."""
    for program in ("curl", "pg_dump", "sqlite3", "systemd-sysusers"):
        tool(program)
    made: list[Machine] = []
    queue = QueueServer()
    queue.start()

    def make(swaps: dict[str, str], **variables: str) -> Machine:
        ports = {str(port): str(unused_tcp_port_factory()) for port in (8321, 8331, 8332, 8341, 8342)}
        user, group = pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name
        found = Machine(
            tmp_path,
            swaps
            | {f":{port}": f":{free}" for port, free in ports.items()}
            | {f"@{port}.": f"@{free}." for port, free in ports.items()}
            | {
                "systemd-sysusers ": f"{tool('systemd-sysusers')} --root={tmp_path}/root ",
                "runuser --user watchword -- ": "",
                "runuser --user postgres -- ": "",
                "--owner=watchword ": f"--owner={user} ",
                "--group=watchword ": f"--group={group} ",
                "chgrp watchword": f"chgrp {group}",
                "redis://127.0.0.1:6379/0": queue.url,
                "sed --in-place '": "sed --in-place 's|https://[^ ]*|http://127.0.0.1:9/|; ",
                "/opt/watchword": f"{image.root}/opt/watchword",
            },
            **variables,
        )
        for name in ("deploy", "rules"):
            shutil.copytree(ROOT / name, found.folder / name)
        made.append(found)
        return found

    yield make
    for each in made:
        each.abandon()
    queue.stop()


def test_one_unit_is_installed_looked_at_backed_up_and_upgraded(machine: Callable[..., Machine]) -> None:
    """The way of one unit works from the first command to the upgrade."""
    here = machine({})
    for step in read(*ALONE):
        here.do(step)
    here.end()
    assert (here.root / "var/backups/watchword.sqlite").exists()
    assert "watchword:" in (here.root / "etc/passwd").read_text()


@pytest.fixture
def database(postgresql_url: str) -> Iterator[sa.URL]:
    """The name of a database that the page makes."""
    url = sa.make_url(postgresql_url)
    made = url.set(database=f"{url.database}_page")
    yield made
    engine = sa.create_engine(url.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {made.database} WITH (FORCE)")
    engine.dispose()


def test_pollers_and_notifiers_run_over_servers(machine: Callable[..., Machine], database: sa.URL) -> None:
    """The way from one unit to several processes works, with a backup of PostgreSQL that is brought back."""
    assert database.host
    assert database.username
    here = machine(
        {
            "createdb --owner=watchword watchword": f"createdb {database.database}",
            "postgresql://watchword:choose-one@127.0.0.1/watchword": database.render_as_string(False),
            "s|/run/secrets/|": 's|https://[^"]*rss[^"]*|http://127.0.0.1:9/|; s|/run/secrets/|',
        },
        PGHOST=database.host,
        PGPORT=str(database.port or 5432),
        PGUSER=database.username,
        PGPASSWORD=str(database.password or ""),
    )
    for step in read(*TOGETHER):
        here.do(step)
    assert len(here.started) == 4
    here.end()


def test_the_folder_for_compose_is_made(machine: Callable[..., Machine]) -> None:
    """What the page puts beside the compose file are the files that it mounts, closed to other people."""
    here = machine({})
    for step in read("Containers"):
        here.do(step)
    made = here.folder / "secrets"
    assert {path.name for path in made.iterdir()} == {"archive", "postgres-password", "slack"}
    assert made.stat().st_mode & 0o777 == 0o700
    password = (made / "postgres-password").read_text()
    assert (made / "archive").read_text() == f"postgresql://watchword:{password}@postgres/watchword"
    assert (here.folder / "config/watchword.yaml").exists()
    assert (here.folder / "config/rules/brics-sco.yaml").exists()


def test_the_page_installs_what_the_image_installs() -> None:
    """The two commands that make /opt/watchword are those of the Dockerfile, but for its cache."""
    shown = [step.command for step in PAGE["One machine, one unit"] if isinstance(step, Typed)][:2]
    built = [each.value for each in instructions() if each.cmd == "RUN" and each.json]
    there = [tuple(word for word in words if word != "--no-cache-dir") for words in built]
    assert [tuple(shlex.split(line.replace("python3 -m venv", "python -m venv"))) for line in shown] == there


def test_every_section_with_commands_is_followed() -> None:
    """No section of the page holds commands that neither of the ways above takes, but those left out."""
    followed = {*ALONE, *TOGETHER, "Containers"}
    assert [title for title in PAGE if title not in followed and read(title)] == []
    typed = [step.command for part in PAGE.values() for step in part if isinstance(step, Typed)]
    assert [start for start in LEFT_OUT if not any(line.startswith(start) for line in typed)] == []
