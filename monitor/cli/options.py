"""Options that several commands share."""

from __future__ import annotations

import json
import re
import sys
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from monitor.errors import in_system_words

if TYPE_CHECKING:
    from monitor.config import Settings
    from monitor.rules.book import Rulebook

ConfigPath = Annotated[
    Path,
    typer.Option(
        "--config", "-c", envvar="WATCHWORD_CONFIG", help="The configuration file.", show_default=True
    ),
]
DEFAULT_CONFIG = Path("watchword.yaml")
FINE, FOUND, UNUSABLE = 0, 1, 2  # exit codes
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
RuleFolders = Annotated[
    list[Path] | None,
    typer.Option("--rules", "-r", help="Rule files: a folder of them or one, instead of those configured."),
]
Now = Annotated[
    str | None,
    typer.Option("--now", help="The time to reckon with, such as 2023-02-09 or 2023-02-09T12:00:00Z."),
]
LogLevel = Annotated[str, typer.Option("--log-level", help="debug, info, warning or error.")]
LogShape = Annotated[str, typer.Option("--log-format", help="auto, pretty or json.")]


def as_json_line(value: object) -> str:
    """Write a value as one line of JSON; bytes of a file's name that are no text become escapes of JSON."""
    line = json.dumps(value, ensure_ascii=False, default=str)
    return line.encode("utf-8", "backslashreplace").decode()


def settings_of(config: Path) -> Settings:
    """Read the configuration. Raises ConfigError."""
    from monitor.config import load_settings

    return load_settings(config)


def say_errors(book: Rulebook) -> None:
    """Say on standard error what keeps rule files from being used."""
    for problem in book.problems:
        if problem.level == "error":
            typer.echo(str(problem), err=True)


def rule_folders(rules: list[Path] | None, config: Path, named_by: str = "--rules") -> list[Path]:
    """Give the rule folders and files named on the command line, else the folders of the configuration.

    `named_by` is what the command calls them.
    """
    if rules is None:
        if not config.exists() and Path("rules").is_dir():
            from monitor.errors import SetupError

            said = f"there is no {config} here (name yours with --config)"
            raise SetupError(f"{said}; to work on the rules of a folder alone add: --rules rules")
        return list(settings_of(config).rule_folders)
    for path in rules:
        if not path.is_dir() and not path.is_file():
            raise typer.BadParameter(f"there is no folder or file {path}", param_hint=named_by)
        if path.is_file() and path.suffix != ".yaml":
            raise typer.BadParameter(f"{path} is no rule file; these end in .yaml", param_hint=named_by)
    return rules


def lines_of(path: Path, named_by: str) -> AbstractContextManager[IO[bytes]]:
    """Open a file to be read line by line; `-` is standard input. `named_by` is what the command calls it.

    The library below knows `-` only where it is the default.
    """
    if str(path) == "-":
        return nullcontext(sys.stdin.buffer)
    try:
        return path.open("rb")
    except OSError as error:
        said = f"{path} cannot be read: {in_system_words(error)}"
        raise typer.BadParameter(said, param_hint=named_by) from None


def time_of(now: str | None) -> datetime:
    """Read `--now`; without it, the time it is."""
    if now is None:
        return datetime.now(UTC)
    try:
        found = datetime.fromisoformat(now)
    except ValueError:
        said = f"{now!r} is no time; write 2023-02-09 or 2023-02-09T12:00:00Z"
        raise typer.BadParameter(said, param_hint="--now") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def duration_of(value: str, option: str) -> timedelta:
    """Read a duration such as 30d or 12h, of at least a second."""
    from pydantic_core import PydanticCustomError

    from monitor.values import parse_duration

    try:
        found = parse_duration(value)
    except PydanticCustomError as error:
        raise typer.BadParameter(f"{value!r} is {error.message()}", param_hint=option) from None
    if not found:
        raise typer.BadParameter("must be at least 1s", param_hint=option)
    return found


def time_or_ago(value: str, option: str) -> datetime:
    """Read a time such as 2026-03-01, or how long ago it was, such as 7d."""
    if re.fullmatch(r"\d+\s*[a-z]+", value.strip()):
        try:
            return datetime.now(UTC) - duration_of(value, option)
        except OverflowError:
            return datetime.min.replace(tzinfo=UTC)
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        said = f"{value!r} is no time; write 2026-03-01, 2026-03-01T12:00:00Z, or how long ago, such as 7d"
        raise typer.BadParameter(said, param_hint=option) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def can_be_number(number: int) -> bool:
    """Tell whether a number can be one of the archive's, which databases hold in 64 bits."""
    return 0 < number < 2**63


def one_of(value: str, valid: list[str], option: str) -> str:
    """Check a word against the valid ones."""
    if value not in valid:
        raise typer.BadParameter(f"{value!r} is not one of {', '.join(valid)}", param_hint=option)
    return value
