"""Looking at an archive and a queue server without changing anything, for `watchword doctor`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from monitor.errors import SetupError
from monitor.stores.archive import newest_version, version_of
from monitor.stores.engines import in_its_words, is_sqlite, reading_engine, shown, sqlite_path

MOST_APART = 5.0  # seconds between two clocks
_MOST_DAMAGES = 3


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, what to do, and whether nothing works because of it."""

    said: str
    to_do: str
    unusable: bool = False


def examine_archive(url: str) -> list[Fault]:
    """Find what is wrong with an archive; one that is not made yet is fine."""
    if is_sqlite(url) and not sqlite_path(url).exists():
        return list(_place_of_new(url))
    try:
        return [*_version(url), *(_sqlite(url) if is_sqlite(url) else _postgresql(url))]
    except (sa.exc.DBAPIError, OSError) as error:
        said = f"the archive {shown(url)} cannot be opened: {in_its_words(error)}"
        return [Fault(said, "see whether the address is right and its server runs", unusable=True)]
    except SetupError as error:
        return [Fault(str(error), "install it", unusable=True)]


def clock_apart(url: str) -> float | None:
    """Give by how many seconds the archive server's clock is ahead of ours; None where there is no server."""
    if is_sqlite(url):
        return None
    engine = reading_engine(url, 1)
    try:
        with engine.begin() as connection:
            before = datetime.now(UTC)
            theirs: datetime = connection.scalar(sa.select(sa.func.clock_timestamp())) or before
            ours = before + (datetime.now(UTC) - before) / 2
            return (theirs - ours).total_seconds()
    except (sa.exc.DBAPIError, OSError):
        return None
    finally:
        engine.dispose()


def _place_of_new(url: str) -> Iterator[Fault]:
    folder = sqlite_path(url).parent
    while not folder.exists():
        folder = folder.parent
    if not os.access(folder, os.W_OK | os.X_OK):
        yield Fault(
            f"{folder} cannot be written to", "give this user the right to, or name another `state`", True
        )


def _version(url: str) -> Iterator[Fault]:
    found, newest = version_of(url), newest_version()
    if found is not None and found > newest:
        yield Fault(f"the archive was written by a newer Watchword ({found})", "install that version", True)
    elif found is not None and found < newest:
        yield Fault(
            f"the archive is of version {found}, this Watchword writes {newest}",
            "back it up; the next start of the daemon brings it up to date",
        )


def _sqlite(url: str) -> Iterator[Fault]:
    path = sqlite_path(url)
    if not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        yield Fault(
            f"{path} cannot be written to", "give this user the right to write it and its folder", True
        )
    engine = reading_engine(url, 1)
    try:
        with engine.begin() as connection:
            found = list(connection.exec_driver_sql(f"PRAGMA quick_check({_MOST_DAMAGES})").scalars())
    except sa.exc.DatabaseError as error:
        found = [in_its_words(error)]
    finally:
        engine.dispose()
    if found != ["ok"]:
        said = "; ".join(str(line).replace("\n", " ") for line in found)
        yield Fault(f"{path} is damaged: {said}", "stop the daemon and restore a backup of it", True)


def _postgresql(url: str) -> Iterator[Fault]:
    engine = reading_engine(url, 1)
    try:
        with engine.begin() as connection:
            replica = bool(connection.scalar(sa.select(sa.func.pg_is_in_recovery())))
            closed = connection.exec_driver_sql("SHOW default_transaction_read_only").scalar() == "on"
            may_make = bool(
                connection.exec_driver_sql("SELECT has_schema_privilege(current_schema(), 'CREATE')").scalar()
            )
    finally:
        engine.dispose()
    if replica or closed:
        yield Fault("the archive's server takes no writes", "name the primary server in archive.url", True)
    if not may_make:
        yield Fault(
            "this user may make no tables in the archive's database", "GRANT CREATE ON SCHEMA public", True
        )
