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


# What can reach the world, by import, and who may: with what for.
CLIENTS = re.compile(
    r"aiohttp|aiosmtplib|ftplib|http\.client|httpx|imaplib|poplib|psycopg\w*|redis|requests|smtplib|socket|"
    r"ssl|slack_sdk|telnetlib|urllib\.request|urllib3|websockets?|xmlrpc"
)
MAY_IMPORT = {
    "monitor/app/wellbeing.py": {"socket"},  # the machine's name
    "monitor/console/server.py": {"aiohttp"},  # serves
    "monitor/demo/feed_server.py": {"aiohttp"},  # serves
    "monitor/demo/sinks.py": {"aiohttp"},  # serves
    "monitor/errors.py": {"ssl"},  # knows its errors
    "monitor/feeds/faults.py": {"aiohttp"},  # knows its errors
    "monitor/feeds/fetch.py": {"aiohttp"},  # is handed a session of the door
    "monitor/feeds/guard.py": {"aiohttp", "socket"},  # the door
    "monitor/feeds/nursery.py": {"socket"},  # unnamed pairs between processes of our own
    "monitor/feeds/worker.py": {"socket"},  # unnamed pairs between processes of our own
    "monitor/notify/channel.py": {"aiohttp"},  # names the type of the door's session
    "monitor/notify/channels/email.py": {
        "aiosmtplib",
        "socket",
        "ssl",
    },  # the operator's own mail server
    "monitor/notify/slack_wire.py": {"aiohttp"},  # is handed a session of the door
    "monitor/operations/heartbeat.py": {"aiohttp"},  # is handed a session of the door, and serves
    "monitor/runtime/locks.py": {"socket"},  # the machine's name
}
OPENING = re.compile(
    r"(?:^|\.)(?:socket|socketpair|fromfd|create_connection|create_datagram_endpoint|create_unix_connection|"
    r"open_connection|open_unix_connection|sock_connect|connect_ex|getaddrinfo|gethostby\w+|ClientSession|"
    r"TCPConnector|UnixConnector|urlopen|urlretrieve)$"
)
# The store's connections are the libraries' own; these are what modules open by themselves.
MAY_OPEN = {
    "monitor/feeds/guard.py": {
        "socket.socket",
        "aiohttp.ClientSession",
        "aiohttp.TCPConnector",
        "loop.getaddrinfo",
    },
    "monitor/feeds/nursery.py": {"socket.socket"},
    "monitor/feeds/worker.py": {"socket.socketpair", "asyncio.open_connection"},
}


def imports_of(tree: ast.Module) -> set[str]:
    """Give what a module imports that can reach the world, wherever it does so."""
    names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return {found[0] for name in names if (found := re.match(rf"(?:{CLIENTS.pattern})(?=\.|$)", name))}


def openings_of(tree: ast.Module) -> set[str]:
    """Give the calls of a module that make a socket, a connection or a look-up."""
    calls = (ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {call for call in calls if OPENING.search(call)}


def parsed(path: Path) -> ast.Module:
    """Read a module."""
    return ast.parse(path.read_text(encoding="utf-8"))


def test_only_the_named_modules_hold_what_reaches_the_world() -> None:
    """No module but these imports a client library or sockets; stores have their servers' own libraries."""
    found = {str(path.relative_to(ROOT)): imports_of(parsed(path)) for path in MODULES}
    outside = {name: held for name, held in found.items() if held and "monitor/stores/" not in name}
    assert outside == MAY_IMPORT
    stores = set().union(*(held for name, held in found.items() if "monitor/stores/" in name))
    assert stores <= {"redis", "socket", "psycopg"}


def test_only_the_outbound_door_opens_sockets() -> None:
    """No module but the door makes a connection or looks a name up; the workers' pairs are apart."""
    found = {str(path.relative_to(ROOT)): openings_of(parsed(path)) for path in MODULES}
    assert {name: calls for name, calls in found.items() if calls} == MAY_OPEN


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        ("import http.client\nhttp.client.HTTPConnection('a')", {"http.client"}),
        ("def f():\n    from urllib.request import urlopen\n    urlopen('a')", {"urllib.request", "urlopen"}),
        ("from urllib import request", {"urllib.request"}),
        ("import socket as s\ns.create_connection(('a', 1))", {"socket", "s.create_connection"}),
        ("import aiohttp\naiohttp.ClientSession()", {"aiohttp", "aiohttp.ClientSession"}),
        ("loop.create_connection(P, 'a', 1)", {"loop.create_connection"}),
        (
            "import asyncio\nasyncio.get_running_loop().sock_connect(s, a)",
            {"asyncio.get_running_loop().sock_connect"},
        ),
        ("from urllib.parse import urlsplit\nimport socketserver", set()),
    ],
)
def test_a_planted_way_out_is_found(planted: str, found: set[str]) -> None:
    """However a module imports or opens something, it is seen."""
    tree = ast.parse(planted)
    assert imports_of(tree) | openings_of(tree) == found
