"""The configuration file: the sum of what the rooms let users say.

A file fails with every problem at once, each with its place. Relative paths count from the file's folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from monitor.alerting.route import RootRoute
from monitor.errors import ConfigError, Problem
from monitor.feeds.config import FeedConfig, OutboundConfig
from monitor.notify.receivers import ReceiverConfig
from monitor.stores.archive import sqlite_path, sqlite_url
from monitor.stores.config import ArchiveConfig, QueueConfig
from monitor.strict_yaml import Loc, Source, nearest, read_yaml
from monitor.values import Strict

OPERATORS = "operators"


def _no_lone_text(value: object) -> object:
    if isinstance(value, str):
        raise ValueError(f"a list belongs here; write [{value}]")  # noqa: TRY004 - what pydantic expects
    return value


class Config(Strict):
    """Everything the file may hold."""

    state: Path = Field(default=Path("state"), description="The folder of the archive and of the locks.")
    archive: ArchiveConfig = Field(
        default=ArchiveConfig(), description="Where everything is kept, and for how long."
    )
    queue: QueueConfig = Field(
        default=QueueConfig(), description="The server that hands work from one part on."
    )
    rules: Annotated[tuple[Path, ...], BeforeValidator(_no_lone_text)] = Field(
        default=(Path("rules"),), min_length=1, description="Folders of rule files."
    )
    outbound: OutboundConfig = Field(
        default=OutboundConfig(), description="How the daemon goes out to the network."
    )
    feeds: tuple[FeedConfig, ...] = Field(default=(), description="The feeds to watch.")
    receivers: dict[str, ReceiverConfig] = Field(
        description="Who can be told, by name; one called operators is required.",
        json_schema_extra={"required": [OPERATORS]},
    )
    routes: RootRoute = Field(description="Who is told of what.")


@dataclass(frozen=True, slots=True)
class Settings:
    """A configuration that can be used, with its paths made absolute."""

    path: Path
    config: Config

    @property
    def state(self) -> Path:
        """The folder of the embedded archive and of the locks."""
        return self._from_here(self.config.state)

    @property
    def rule_folders(self) -> tuple[Path, ...]:
        """The folders that rule files are read from."""
        return tuple(self._from_here(folder) for folder in self.config.rules)

    @property
    def archive_url(self) -> str:
        """Where the archive is."""
        return sqlite_url(self.archive_path)

    @property
    def archive_path(self) -> Path:
        """The archive's file."""
        url = self.config.archive.url
        return self._from_here(sqlite_path(url)) if url else self.state / "archive.sqlite"

    def _from_here(self, path: Path) -> Path:
        return (self.path.parent / path.expanduser()).absolute()


def load_settings(path: Path) -> Settings:
    """Read a configuration file. Raises ConfigError with every problem in it."""
    shown = str(path)
    if not path.exists():
        hint = "make one with: watchword init DIR, or name yours with --config"
        raise ConfigError([Problem(shown, 0, 0, "there is no such file", hint)])
    source = read_yaml(path, shown)
    if source.root is None and not source.problems:
        raise ConfigError([Problem(shown, 0, 0, "the file is empty", "watchword init DIR writes an example")])
    config, problems = source.validate(Config, {"folder": path.absolute().parent})
    problems += _references(source)
    if config is None or problems:
        raise ConfigError(set(problems))
    settings = Settings(path.absolute(), config)
    if missing := list(_missing_folders(source, settings)):
        raise ConfigError(missing)
    return settings


def rule_folders_of(path: Path) -> list[Path]:
    """Find the rule folders that a configuration names, even where the rest of it cannot be used."""
    top = read_yaml(path).data if path.exists() else None
    named = top.get("rules", ["rules"]) if isinstance(top, dict) else []
    folders = [path.absolute().parent / name for name in named if isinstance(name, str)]
    return [folder for folder in folders if folder.is_dir()]


def _references(source: Source) -> list[Problem]:
    """Check what one part of the file says of another; works on the bare data, whatever else is wrong."""
    top = source.data
    if not isinstance(top, dict):
        return []
    named = top.get("receivers")
    receivers = sorted(named) if isinstance(named, dict) else []
    found = list(_feeds_twice(source, top.get("feeds")))
    if receivers:
        if OPERATORS not in receivers:
            said = f"there is no receiver called {OPERATORS!r}"
            hint = "it is told when something is wrong with Watchword itself; add one"
            found.append(source.problem(("receivers",), said, hint, at_key=True))
        found += _unknown_receivers(source, top.get("routes"), ("routes",), receivers)
    return found


def _feeds_twice(source: Source, feeds: Any) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for number, feed in enumerate(feeds if isinstance(feeds, list) else []):
        name = feed.get("id") if isinstance(feed, dict) else None
        if not isinstance(name, str):
            continue
        if name in first:
            line, _ = source.place(("feeds", first[name], "id"))
            yield source.problem(
                ("feeds", number, "id"), f"the feed {name!r} is there twice (first in line {line})"
            )
        first.setdefault(name, number)


def _unknown_receivers(source: Source, route: Any, loc: Loc, receivers: list[str]) -> Iterator[Problem]:
    if not isinstance(route, dict):
        return
    name = route.get("receiver")
    if isinstance(name, str) and name not in receivers:
        hint = nearest(name, receivers)
        yield source.problem((*loc, "receiver"), f"there is no receiver {name!r}", hint)
    below = route.get("routes")
    for number, child in enumerate(below if isinstance(below, list) else []):
        yield from _unknown_receivers(source, child, (*loc, "routes", number), receivers)


def _missing_folders(source: Source, settings: Settings) -> Iterator[Problem]:
    for number, folder in enumerate(settings.rule_folders):
        if not folder.is_dir():
            yield source.problem(("rules", number), f"there is no folder {folder}")
