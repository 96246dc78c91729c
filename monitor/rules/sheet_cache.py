"""Compiled rule files kept for the next time: in memory for a reload, on disk for the next start.

A sheet on disk is found by a checksum of its file's text and path and of the code that compiles it. Only
values of this project are ever made of it: a file that was tampered with runs no code, it is compiled anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import pickle
import stat
import sys
import tempfile
import time
from collections.abc import Collection
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import platformdirs

import monitor
from monitor.errors import Problem
from monitor.rules.definitions import Rule
from monitor.rules.sheet import Sheet
from monitor.rules.sheet_reader import read_sheet

KEPT_FOR = 30 * 24 * 3600
_MODULES = tuple(
    f"monitor.{name}"
    for name in (
        "errors", "rules.definitions", "rules.document", "rules.expression", "rules.faults", "rules.patterns",
        "rules.sheet", "rules.terms", "rules.tree",
    )
)  # fmt: skip
_DATES = ("datetime", "timedelta", "timezone")


def cache_folder() -> Path:
    """Give the folder of the cache: `WATCHWORD_CACHE` or the user's own cache folder."""
    named = os.environ.get("WATCHWORD_CACHE")
    return Path(named) if named else platformdirs.user_cache_path("watchword")


class SheetCache:
    """Gives the sheet of a rule file, compiled only where it is not at hand.

    `folder` is where sheets are kept on disk, None to keep them in memory alone. A folder that cannot be
    written, or that others may write to, is not used.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder / "rules" if folder is not None and _is_ours(folder / "rules") else None
        self._sheets: dict[str, Sheet] = {}
        self._finished: dict[str, tuple[Rule, Rule]] = {}

    def read(self, text: bytes | Problem, path: str) -> Sheet:
        """Give a sheet that the caller may add problems to; nothing is ever raised."""
        if isinstance(text, Problem):
            return read_sheet(text, path)
        known = self._sheets.get(path)
        if known is None or known.text != text:
            known = self._sheets[path] = self._from_disk(text, path) or self._compiled(text, path)
        return known.copy()

    def finished(self, rule: Rule, checksum: str) -> Rule:
        """Give a rule with its checksum; one that did not change is the same object as before."""
        known = self._finished.get(rule.id)
        if known is None or known[0] is not rule or known[1].checksum != checksum:
            known = self._finished[rule.id] = (rule, rule.with_checksum(checksum))
        return known[1]

    def keep_only(self, paths: Collection[str]) -> None:
        """Forget the sheets of files that are gone, and those on disk that nobody asked for in a month."""
        for path in self._sheets.keys() - set(paths):
            del self._sheets[path]
        rules = {name for sheet in self._sheets.values() for name in sheet.rules}
        for name in self._finished.keys() - rules:
            del self._finished[name]
        if self._folder is not None:
            _prune(self._folder)

    def _compiled(self, text: bytes, path: str) -> Sheet:
        sheet = read_sheet(text, path)
        if self._folder is not None and not sheet.broken:
            written = io.BytesIO()
            _Pickler(written, pickle.HIGHEST_PROTOCOL).dump(sheet)
            _write(self._folder / _name(text, path), written.getvalue())
        return sheet

    def _from_disk(self, text: bytes, path: str) -> Sheet | None:
        if self._folder is None:
            return None
        try:
            written = (self._folder / _name(text, path)).read_bytes()
            found = _Unpickler(io.BytesIO(written)).load()
        except Exception:  # noqa: BLE001 - whatever is wrong with it, the file itself is at hand
            return None
        return found if isinstance(found, Sheet) and found.text == text and found.path == path else None


class _Pickler(pickle.Pickler):
    """Writes frozen values as calls of their classes, which are read in half the time of their own way."""

    _fields: ClassVar[dict[Any, tuple[str, ...]]] = {}

    def reducer_override(self, value: Any) -> Any:
        kind = type(value)
        if kind not in self._fields:
            self._fields[kind] = _fields_of(kind)
        if names := self._fields[kind]:
            return kind, tuple(getattr(value, name) for name in names)
        return NotImplemented


def _fields_of(kind: type) -> tuple[str, ...]:
    """Name the fields of a frozen dataclass; nothing where a class is none."""
    described = getattr(kind, "__dataclass_params__", None)
    return tuple(field.name for field in fields(kind)) if described and described.frozen else ()


class _Unpickler(pickle.Unpickler):
    """Reads values of this project and dates; whatever else a file names is refused."""

    def find_class(self, module: str, name: str) -> Any:
        if module in _MODULES or (module == "datetime" and name in _DATES):
            found = super().find_class(module, name)
            if isinstance(found, type) and found.__module__ == module:
                return found
        raise pickle.UnpicklingError(f"{module}.{name} has no place in a sheet")


def _is_ours(folder: Path) -> bool:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.stat()
    except OSError:
        return False
    return found.st_uid == os.geteuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


@cache
def _compiler() -> bytes:
    """Give a checksum of the code that sheets are made by: another version makes others of the same file."""
    digest = hashlib.sha256(sys.version.encode())
    package = Path(monitor.__file__).parent
    sources = (package / "rules", package / "text", package / "strict_yaml.py", package / "yaml_tree.py")
    for source in sources:
        for file in sorted(source.glob("*.*")) if source.is_dir() else [source]:
            if file.suffix in (".py", ".lark"):
                digest.update(file.read_bytes())
    return digest.digest()


def _name(text: bytes, path: str) -> str:
    digest = hashlib.sha256(_compiler() + os.fsencode(path) + b"\x00" + text)
    return digest.hexdigest()[:40]


def _write(target: Path, content: bytes) -> None:
    """Write a file whole or not at all; a full disk is no reason to stop."""
    with contextlib.suppress(OSError):
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(name).replace(target)
        except OSError:
            Path(name).unlink(missing_ok=True)


def _prune(folder: Path) -> None:
    """Remove what was not read for a month, at most once a day."""
    stamp, now = folder / ".pruned", time.time()
    with contextlib.suppress(OSError):
        if stamp.exists() and now - stamp.stat().st_mtime < 24 * 3600:
            return
        stamp.touch()
        for entry in os.scandir(folder):
            found = entry.stat(follow_symlinks=False)
            if now - max(found.st_atime, found.st_mtime) > KEPT_FOR:
                Path(entry.path).unlink(missing_ok=True)
