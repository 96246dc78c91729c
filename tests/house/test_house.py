"""The house keeps its own rules."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "monitor").rglob("*.py"))
FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager", "handler", "process", "data", "types", "misc"}


def test_a_planted_break_of_the_storeys_is_caught(tmp_path: Path) -> None:
    """A lower room that imports an upper one fails the import contract."""
    import shutil

    shutil.copytree(ROOT / "monitor", tmp_path / "monitor", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    planted = tmp_path / "monitor" / "text" / "display.py"
    planted.write_text(planted.read_text() + "\nimport monitor.stores.queue\n")
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache"], check=False, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1
    assert "monitor.text.display -> monitor.stores.queue" in done.stdout


def test_names_of_modules_say_what_is_in_them() -> None:
    """No module carries a name that could mean anything."""
    assert [path for path in MODULES if path.stem in FORBIDDEN_NAMES] == []


def test_files_and_functions_stay_short() -> None:
    """No file passes 400 lines and no function 50."""
    long_files = [path.name for path in MODULES if len(path.read_text().splitlines()) > 400]
    long_functions = [
        f"{path.name}: {node.name}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > 50
        and "migrations" not in path.parts
    ]
    assert (long_files, long_functions) == ([], [])


@pytest.mark.parametrize(
    ("library", "allowed"),
    [
        ("apscheduler", {"monitor/runtime/scheduler.py"}),
        ("redis", {f"monitor/stores/{name}.py" for name in ("connection", "queue", "embedded")}),
        ("aiosmtplib", {"monitor/notify/channels/email.py"}),
    ],
)
def test_each_wire_is_touched_in_one_place(library: str, allowed: set[str]) -> None:
    """Only the named files import a library that touches the world."""
    pattern = re.compile(rf"^\s*(?:import|from) {library}\b", re.MULTILINE)
    users = {str(path.relative_to(ROOT)) for path in MODULES if pattern.search(path.read_text())}
    assert users <= allowed
    assert users


def test_only_the_outbound_door_opens_sockets() -> None:
    """No module but the door makes a connection to the web; stores, mail and the demo's servers are apart.

    The parsing workers' sockets are unnamed pairs between processes of our own.
    """
    opening = re.compile(r"socket\.socket\(|create_connection\(|open_connection\(|ClientSession\(|urlopen\(")
    found = {str(path.relative_to(ROOT)) for path in MODULES if opening.search(path.read_text())}
    pairs = {"monitor/feeds/worker.py", "monitor/feeds/nursery.py"}
    assert found - pairs == {"monitor/feeds/guard.py"}
