"""The rulebook: every rule file of the folders, checked together."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from monitor.errors import Problem, in_one_line
from monitor.rules.definitions import Actor, Rule, Topic
from monitor.rules.digest import digest
from monitor.rules.lint import lint
from monitor.rules.references import (
    check_cycles,
    check_duplicates,
    check_references,
    check_selective,
    extend,
)
from monitor.rules.sheet import Key, Sheet
from monitor.rules.sheet_cache import SheetCache
from monitor.strict_yaml import read_file

Texts = Mapping[str, bytes]
Read = Mapping[str, bytes | Problem]
NO_TEXTS: Texts = {}


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All that can be used of the rule files, and all that was found wrong with them.

    `checksum` changes with anything that decides a match. Of the `files`, `old` are those whose text cannot
    be used and whose last good one is in force instead, `left_out` those of which nothing is in force;
    `texts` are the texts in force.
    """

    rules: dict[str, Rule]
    actors: dict[str, Actor]
    topics: dict[str, Topic]
    files: tuple[str, ...]
    problems: tuple[Problem, ...]
    checksum: str
    old: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    texts: Texts = field(default_factory=dict, repr=False)

    @property
    def unusable(self) -> bool:
        """Tell whether the text of any file cannot be used."""
        return any(problem.level == "error" for problem in self.problems)


@dataclass(frozen=True, slots=True)
class RuleFiles:
    """The rule files as they were read: the text of each or why there is none, and what else was amiss.

    `missing` are files in force whose whole folder is gone: a folder that is being replaced, or a disk that
    is not mounted, is no order to forget its rules.
    """

    texts: Read
    problems: tuple[Problem, ...]
    missing: frozenset[str] = frozenset()


def read_rule_files(folders: Sequence[Path], last_good: Texts = NO_TEXTS) -> RuleFiles:
    """Read every rule file below the folders; never raises."""
    problems: list[Problem] = []
    texts = {str(path): read_file(path, str(path)) for path in _rule_files(folders, problems)}
    gone = [folder for folder in folders if not folder.exists()]
    kept = {
        path: text
        for path, text in last_good.items()
        if any(Path(path).is_relative_to(folder) for folder in gone)
    }
    return RuleFiles(texts | kept, tuple(problems), frozenset(kept))


def load_rulebook(
    folders: Sequence[Path], *, now: datetime, last_good: Texts = NO_TEXTS, cache: SheetCache | None = None
) -> Rulebook:
    """Read and compile every rule file below the folders; never raises on a bad file.

    See `compile_rulebook` for `now`, `last_good` and `cache`.
    """
    return compile_rulebook(read_rule_files(folders, last_good), now=now, last_good=last_good, cache=cache)


def compile_rulebook(
    files: RuleFiles, *, now: datetime, last_good: Texts = NO_TEXTS, cache: SheetCache | None = None
) -> Rulebook:
    """Make a rulebook of files that were read.

    A file with errors is replaced by its text in `last_good`, the `texts` of the book before; without one it
    is left out as a whole, and everything else runs on. `now` is the time by which the lint judges how long
    ago a holder was checked. Files that `cache` has compiled already are not compiled again.
    """
    cache = cache or SheetCache()
    problems, texts = list(files.problems), dict(files.texts)
    sheets, usable = _checked(texts, _unchanged_first(texts, last_good), problems, cache)
    cache.keep_only(texts)
    lint(sheets, now)
    problems += _told(sheets)
    old = set(files.missing)
    while fallen := {sheet.path for sheet in sheets if sheet.broken} & last_good.keys() - old:
        old |= fallen
        texts |= {path: last_good[path] for path in fallen}
        # What is new and sound may take an id over from a text that is in force only for want of a better.
        sheets, usable = _checked(texts, sorted(texts, key=old.__contains__), [], cache)
        problems += _told(sheet for sheet in sheets if sheet.broken and sheet.path not in old)
    return _book(sheets, usable, old, problems, cache)


def _unchanged_first(texts: Read, last_good: Texts) -> list[str]:
    """Put files in the order of their right to an id: who had it, whose text changed, who is new."""

    def place(path: str) -> int:
        return 2 if path not in last_good else int(texts[path] != last_good[path])

    return sorted(texts, key=place)


def _checked(
    texts: Read, order: list[str], problems: list[Problem], cache: SheetCache
) -> tuple[list[Sheet], set[Key]]:
    """Compile files and check what they say of each other; gives them with the entries that can be used.

    `order` says who has an id that is claimed twice.
    """
    by_path = {path: cache.read(text, path) for path, text in texts.items()}
    sheets = list(by_path.values())
    check_duplicates(by_path[path] for path in order)
    extend(sheets)
    check_references(sheets)
    check_cycles(sheets)
    check_selective(sheets)
    return sheets, _usable(sheets, problems)


def _told(sheets: Iterable[Sheet]) -> Iterator[Problem]:
    for sheet in sheets:
        yield from sheet.problems


def _rule_files(folders: Sequence[Path], problems: list[Problem]) -> Iterator[Path]:
    seen: set[Path] = set()
    for folder in folders:
        if folder.is_file():
            found = [(folder, _target(folder))]
        elif folder.is_dir():
            found = list(_below(folder))
        else:
            problems.append(Problem(str(folder), 0, 0, "there is no such rules folder", code="no-folder"))
            continue
        if not any(path.suffix == ".yaml" for path, _ in found):
            said = "there is no rule file below this folder: nothing is watched for"
            hint = "rule files end in .yaml"
            problems.append(Problem(str(folder), 0, 0, said, hint, "remark", "empty-folder"))
        for path, target in found:
            if path.suffix != ".yaml":
                said = f"files ending in {path.suffix} are not read"
                problems.append(Problem(str(path), 0, 0, said, "rename it to .yaml", "remark", "yml-file"))
            elif target is None:
                problems.append(Problem(str(path), 0, 0, "a link that leads to itself", code="link-loop"))
            elif target not in seen:
                seen.add(target)
                yield path


def _below(folder: Path) -> Iterator[tuple[Path, Path | None]]:
    """Give the YAML files below a folder in a stable order, each with where it leads: None in a circle.

    Dot files and links out of the folder are passed over.
    """
    root = folder.resolve()
    for current, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        home = Path(current).resolve()
        for name in sorted(names):
            if name.startswith(".") or not name.lower().endswith((".yaml", ".yml")):
                continue
            path = Path(current, name)
            target = _target(path) if path.is_symlink() else home / name
            if target is None or target.is_relative_to(root):
                yield path, target


def _target(path: Path) -> Path | None:
    """Follow links; None where they lead in a circle."""
    try:
        return path.resolve(strict=False)
    except (OSError, RuntimeError):
        return None


def _usable(sheets: list[Sheet], problems: list[Problem]) -> set[Key]:
    """Give the entries that can be used; those that wait for a broken file cost one line per file."""
    usable = {key for sheet in sheets if not sheet.broken for key in _entries(sheet)}
    wanted = {key: need for sheet in sheets if not sheet.broken for key, need in sheet.needs.items()}
    waiting: set[Key] = set()
    while lost := {key for key in usable if not wanted[key] <= usable}:
        usable -= lost
        waiting |= lost
    homes = {key: sheet.path for sheet in sheets if sheet.broken for key in sheet.declared}
    for sheet in sheets:
        mine = [key for key in _entries(sheet) if key in waiting]
        if mine and not sheet.broken:
            problems.append(_waiting(sheet, mine, wanted, homes))
    return usable


def _waiting(
    sheet: Sheet, mine: list[Key], wanted: dict[Key, frozenset[Key]], homes: dict[Key, str]
) -> Problem:
    causes: set[str] = set()
    seen: set[Key] = set()
    open_keys = list(mine)
    while open_keys:
        key = open_keys.pop()
        if key in homes:
            causes.add(homes[key])
        elif key not in seen:
            seen.add(key)
            open_keys.extend(wanted.get(key, ()))
    names = ", ".join(name for _, name in mine[:8]) + (", …" if len(mine) > 8 else "")
    files = ", ".join(sorted(map(in_one_line, causes)))
    said = f"{len(mine)} of its entries wait until {files} can be used: {names}"
    return Problem(sheet.path, 0, 0, said, code="waits", level="error")


def _entries(sheet: Sheet) -> list[Key]:
    return [
        *(("actors", name) for name in sheet.actors),
        *(("topics", name) for name in sheet.topics),
        *(("rules", name) for name in sheet.rules),
    ]


def _book(
    sheets: list[Sheet], usable: set[Key], old: set[str], problems: list[Problem], cache: SheetCache
) -> Rulebook:
    good = [sheet for sheet in sheets if not sheet.broken]
    actors = {n: a for sheet in good for n, a in sheet.actors.items() if ("actors", n) in usable}
    topics = {n: t for sheet in good for n, t in sheet.topics.items() if ("topics", n) in usable}
    rules = {n: r for sheet in good for n, r in sheet.rules.items() if ("rules", n) in usable}
    sums = {key: sheet.sums[key] for sheet in good for key in _entries(sheet) if key in usable}
    wanted = {key: need for sheet in good for key, need in sheet.needs.items()}
    rules = {
        name: cache.finished(rule, digest(sums["rules", name], *_below_rule(name, wanted, sums)))
        for name, rule in rules.items()
    }
    below = (total for (kind, _), total in sums.items() if kind != "rules")
    return Rulebook(
        rules,
        actors,
        topics,
        files=tuple(sheet.path for sheet in sheets),
        problems=tuple(sorted(set(problems))),
        checksum=digest(*(rule.id + rule.checksum for rule in rules.values()), *below),
        old=tuple(sheet.path for sheet in good if sheet.path in old),
        left_out=tuple(sheet.path for sheet in sheets if sheet.broken),
        texts={sheet.path: sheet.text for sheet in good},
    )


def _below_rule(name: str, wanted: dict[Key, frozenset[Key]], sums: dict[Key, str]) -> Iterator[str]:
    seen: set[Key] = set()
    waiting = [("rules", name)]
    while waiting:
        for key in wanted.get(waiting.pop(), ()):
            if key not in seen:
                seen.add(key)
                waiting.append(key)
    yield from sorted(sums[key] for key in seen)
