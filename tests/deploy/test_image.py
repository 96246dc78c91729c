"""The Dockerfile is understood by real parsers, and its commands work on this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tests.deploy.conftest import DEPLOY, ROOT, Image, instructions, only, tool

CONFIG = """\
state: {state}
rules: ["{rules}"]
receivers: {{operators: {{channels: [{{kind: terminal}}]}}}}
routes: {{receiver: operators}}
"""


def test_the_linter_finds_nothing() -> None:
    """hadolint, and shellcheck in it, have nothing to say about the Dockerfile."""
    done = subprocess.run(
        [tool("hadolint"), DEPLOY / "Dockerfile"], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_the_container_is_nobody_special() -> None:
    """The container runs under a number of its own, and its commands need no shell."""
    assert only("USER").value == ("10001:10001",)
    assert only("ENTRYPOINT").json
    assert only("HEALTHCHECK").json
    assert only("CMD").json


def test_what_is_copied_is_let_into_the_build_and_nothing_else() -> None:
    """The ignore file lets in exactly what the COPY instructions take from the repository."""
    lines = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    let_in = {line[1:] for line in lines if line.startswith("!")}
    taken = {
        source
        for each in instructions()
        if each.cmd == "COPY" and not each.flags
        for source in each.value[:-1]
    }
    assert lines[1] == "*"
    assert let_in == taken
    assert [source for source in taken if not (ROOT / source).exists()] == []


@pytest.mark.skipif(os.geteuid() != 0, reason="making an account needs root")
def test_the_account_and_its_folder_are_made(tmp_path: Path) -> None:
    """The commands that make the account run, against files of their own instead of the system's."""
    (tmp_path / "etc").mkdir()
    (command,) = [each.value[0] for each in instructions() if each.cmd == "RUN" and not each.json]
    elsewhere = (
        command.replace("groupadd", f"groupadd --prefix {tmp_path}")
        .replace("useradd", f"useradd --prefix {tmp_path}")
        .replace("--mode=0750 ", f"--mode=0750 {tmp_path}")
    )
    done = subprocess.run(["/bin/sh", "-c", elsewhere], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "watchword:!:10001:10001:" in (tmp_path / "etc/passwd").read_text()
    folder = (tmp_path / "var/lib/watchword").stat()
    assert (folder.st_uid, folder.st_gid, folder.st_mode & 0o777) == (10001, 10001, 0o750)


def test_what_the_build_installs_runs(image: Image) -> None:
    """The entry point is the installed command, with the shipped rules and PostgreSQL's driver in it."""
    assert only("ENTRYPOINT").value == ("watchword",)
    assert image.run("watchword", "--version").stdout.startswith("watchword ")
    assert image.run("python", "-c", "import psycopg; psycopg.pq.version()").returncode == 0
    shipped = image.run("python", "-c", "from monitor.demo.setting import rules_folder as f; print(f())")
    tested = image.run("watchword", "test", "--rules", shipped.stdout.strip())
    assert tested.returncode == 0, tested.stdout


def test_a_container_becomes_healthy_and_ends_when_asked(
    image: Image, tmp_path: Path, unused_tcp_port: int
) -> None:
    """With what ENTRYPOINT and CMD say it runs, HEALTHCHECK notices it, and SIGTERM ends it with code 0."""
    config = tmp_path / "watchword.yaml"
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    config.write_text(CONFIG.format(state=tmp_path / "state", rules=tmp_path / "rules"), encoding="utf-8")
    check = [word.replace(":8321", f":{unused_tcp_port}") for word in only("HEALTHCHECK").value[1:]]
    assert image.run(*check).returncode != 0
    words = [*only("ENTRYPOINT").value, *only("CMD").value]
    command = [word.replace("0.0.0.0:8321", f"127.0.0.1:{unused_tcp_port}") for word in words]
    program = shutil.which(command[0], path=image.environment["PATH"])
    environment = image.environment | {"WATCHWORD_CONFIG": str(config)}
    log = tmp_path / "log"
    with log.open("wb") as stderr:
        daemon = subprocess.Popen([str(program), *command[1:]], env=environment, stderr=stderr)
    try:
        deadline = time.monotonic() + 30
        while image.run(*check, http_proxy="http://127.0.0.1:9/").returncode != 0:
            assert daemon.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
        daemon.terminate()
        assert daemon.wait(30) == 0
    finally:
        daemon.kill()
        daemon.wait()
