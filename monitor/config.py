"""The configuration file: the sum of what the rooms let users say.

A file fails with every problem at once, each with its place. Relative paths count from the file's folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Discriminator, Field, Tag, ValidationError

from monitor.alerting.route import RootRoute
from monitor.console.config import ListenConfig
from monitor.errors import ConfigError, Problem
from monitor.feeds.config import FeedConfig, OpmlFeeds, OutboundConfig
from monitor.feeds.opml import MAX_BYTES, Outline, read_opml
from monitor.feeds.subscriptions import FeedList, OwnFeed, join_feeds
from monitor.model import HEARTBEAT
from monitor.notify.receivers import ReceiverConfig
from monitor.operations.config import HeartbeatConfig, OperationsConfig
from monitor.stores.config import ArchiveConfig, QueueConfig
from monitor.stores.engines import is_sqlite, sqlite_path, sqlite_url
from monitor.stories.config import StoriesConfig
from monitor.strict_yaml import Loc, Source, nearest, parse_yaml, read_yaml
from monitor.values import Strict, read_regular

OPERATORS = "operators"
_ARCHIVE = "archive.sqlite"


def _no_lone_text(value: object) -> object:
    if isinstance(value, str):
        raise ValueError(f"a list belongs here; write [{value}]")  # noqa: TRY004 - what pydantic expects
    return value


class StoresConfig(Strict):
    """Where things are kept."""

    state: Path = Field(default=Path("state"), description="The folder of the archive and of the locks.")
    archive: ArchiveConfig = Field(
        default=ArchiveConfig(), description="Where everything is kept, and for how long."
    )
    queue: QueueConfig = Field(
        default=QueueConfig(), description="The server that hands work from one part on."
    )


class Config(StoresConfig):
    """Everything the file may hold."""

    rules: Annotated[tuple[Path, ...], BeforeValidator(_no_lone_text)] = Field(
        default=(Path("rules"),), min_length=1, description="Folders of rule files."
    )
    outbound: OutboundConfig = Field(
        default=OutboundConfig(), description="How the daemon goes out to the network."
    )
    operations: OperationsConfig = Field(
        default=OperationsConfig(), description="When the operators are told of Watchword's own troubles."
    )
    stories: StoriesConfig = Field(
        default=StoriesConfig(), description="Which articles tell one story, and what is told of it."
    )
    heartbeat: HeartbeatConfig | None = Field(
        default=None, description="An address outside that is asked for as long as articles come through."
    )
    listen: ListenConfig = Field(default=ListenConfig(), description="Where health and metrics are served.")
    feeds: tuple[FeedConfig, ...] = Field(default=(), description="The feeds to watch.")
    receivers: dict[str, ReceiverConfig] = Field(
        description="Who can be told, by name; one called operators is required.",
        json_schema_extra={"required": [OPERATORS]},
    )
    routes: RootRoute = Field(description="Who is told of what.")


def _none_yet(value: object) -> object:
    return () if value is None else value


def _feed_or_list(value: object) -> str:
    listed = "opml" in value if isinstance(value, dict) else isinstance(value, OpmlFeeds)
    return "the feeds of a file" if listed else "one feed"  # no words that could be keys of the file


FeedEntry = Annotated[
    Annotated[FeedConfig, Tag("one feed")] | Annotated[OpmlFeeds, Tag("the feeds of a file")],
    Discriminator(_feed_or_list),
]


class ConfigFile(Config):
    """The file as it is written: its feeds may be lists, which `Settings.config` holds one by one."""

    # Wider than in the base, and narrowed before anybody sees it as one.
    feeds: Annotated[tuple[FeedEntry, ...], BeforeValidator(_none_yet)] = Field(  # type: ignore[assignment]
        default=(), description="The feeds to watch, each by itself or as {opml: FILE} for all of a list."
    )


@dataclass(frozen=True, slots=True)
class Stores:
    """The part of a configuration that says where things are kept, with its paths made absolute."""

    path: Path
    config: StoresConfig

    @property
    def state(self) -> Path:
        """The folder of the embedded archive and of the locks."""
        return self._from_here(self.config.state)

    @property
    def archive_url(self) -> str:
        """Where the archive is; may hold a password."""
        url = self.config.archive.url
        if url is not None and not is_sqlite(url.reveal()):
            return url.reveal()
        return sqlite_url(self._from_here(sqlite_path(url.reveal())) if url else self.state / _ARCHIVE)

    @property
    def archive_path(self) -> Path | None:
        """The archive's file; None where it is in a database server."""
        url = self.archive_url
        return sqlite_path(url) if is_sqlite(url) else None

    @property
    def queue_url(self) -> str | None:
        """Where the queue server is; None where one is embedded. May hold a password."""
        url = self.config.queue.url
        return url.reveal() if url else None

    def _from_here(self, path: Path) -> Path:
        return (self.path.parent / path.expanduser()).absolute()


@dataclass(frozen=True, slots=True)
class Settings(Stores):
    """A configuration that can be used.

    `opml_files` are the lists of feeds that were read for it, `feed_places` says of each feed's id where it
    is written, and `remarks` is what is worth knowing though nothing is wrong.
    """

    config: Config
    opml_files: tuple[Path, ...] = ()
    feed_places: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[Problem, ...] = ()

    @property
    def files(self) -> tuple[Path, ...]:
        """All files that the settings were read from; where one changes, they are to be read again."""
        return (self.path, *self.opml_files)

    @property
    def rule_folders(self) -> tuple[Path, ...]:
        """The folders that rule files are read from."""
        return tuple(self._from_here(folder) for folder in self.config.rules)


def load_stores(path: Path) -> Stores:
    """Read where things are kept, whatever else of the file cannot be used. Raises ConfigError."""
    _require(path)
    source = read_yaml(path, str(path))
    named = source.data if isinstance(source.data, dict) else {}
    known = {key: value for key, value in named.items() if key in StoresConfig.model_fields}
    try:
        config = StoresConfig.model_validate(known, context={"folder": path.absolute().parent})
    except ValidationError:
        raise ConfigError(source.validate(Config)[1]) from None
    if source.problems:
        raise ConfigError(source.problems)
    return Stores(path.absolute(), config)


def _require(path: Path) -> None:
    if not path.exists():
        hint = "make one with: watchword init DIR, or name yours with --config"
        raise ConfigError([Problem(str(path), 0, 0, "there is no such file", hint)])


def load_settings(path: Path, raw: bytes | None = None) -> Settings:
    """Read a configuration file, or `raw` in its place. Raises ConfigError with every problem in it."""
    _require(path)
    shown = str(path)
    source = read_yaml(path, shown) if raw is None else parse_yaml(raw, shown)
    if source.root is None and not source.problems:
        raise ConfigError([Problem(shown, 0, 0, "the file is empty", "watchword init DIR writes an example")])
    file, problems = source.validate(ConfigFile, {"folder": path.absolute().parent})
    watched = _with_lists(source, file, path.parent)
    problems += _references(source) + watched.errors
    if file is None or problems:
        raise ConfigError(set(problems))
    config = file.model_copy(update={"feeds": watched.feeds})
    settings = Settings(path.absolute(), config, watched.files, watched.places, watched.remarks)
    if missing := list(_missing_folders(source, settings)):
        raise ConfigError(missing)
    return settings


@dataclass(frozen=True, slots=True)
class _Watched:
    """All feeds of a file, its lists written out."""

    feeds: tuple[FeedConfig, ...]
    places: Mapping[str, str]
    files: tuple[Path, ...]
    errors: list[Problem]
    remarks: tuple[Problem, ...]


def _with_lists(source: Source, file: ConfigFile | None, folder: Path) -> _Watched:
    """Read the OPML files that `feeds` names, also where the rest of the file cannot be used."""
    entries: list[OwnFeed | FeedList] = []
    files, problems = [], []
    for number, feed in enumerate(file.feeds if file is not None else _bare_lists(source.data)):
        if isinstance(feed, FeedConfig):
            entries.append(OwnFeed(feed, source.path, *source.place(("feeds", number))))
        elif feed is not None:
            path = folder / feed.opml.expanduser()
            outlines, found = _read_list(source, path, number)
            entries.append(FeedList(str(path), feed, tuple(outlines)))
            files.append(path.absolute())
            problems += found
    joined = join_feeds(entries)
    problems += joined.problems
    errors = [problem for problem in problems if problem.level == "error"]
    remarks = sorted(problem for problem in problems if problem.level == "remark")
    return _Watched(tuple(joined.feeds), joined.places, tuple(files), errors, tuple(remarks))


def _bare_lists(top: Any) -> list[OpmlFeeds | None]:
    feeds = top.get("feeds") if isinstance(top, dict) else None
    entries = feeds if isinstance(feeds, list) else []
    named = [feed.get("opml") if isinstance(feed, dict) else None for feed in entries]
    return [OpmlFeeds(opml=Path(name)) if isinstance(name, str) else None for name in named]


def _read_list(source: Source, path: Path, number: int) -> tuple[list[Outline], list[Problem]]:
    try:
        return read_opml(read_regular(path, MAX_BYTES + 1), str(path))
    except OSError as error:
        said = f"{path} cannot be read: {error.strerror}"
        return [], [source.problem(("feeds", number, "opml"), said)]


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
        if name == HEARTBEAT:
            said = f"{HEARTBEAT!r} is the name of a feed of our own"
            yield source.problem(("feeds", number, "id"), said, "choose another one")
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
