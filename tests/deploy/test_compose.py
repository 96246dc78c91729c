"""The compose file follows its specification, and what it starts has the commands and files it names."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml
from redis import Redis

from monitor.cli.main import app
from monitor.stores.embedded import find_server
from tests.deploy.conftest import DEPLOY, ROOT, tool
from tests.stories.world import run_command

COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = ("poll", "notify")


def test_the_file_is_valid() -> None:
    """The file fits the schema of the Compose specification."""
    command = [tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", DEPLOY / "compose.yaml"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_is_shut_in(name: str) -> None:
    """No service may write outside its volumes, has a capability, gains rights, or publishes a port."""
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "ports" not in service
    assert name in OURS or service["user"] != "0"


def test_the_stores_have_no_way_out() -> None:
    """Archive and queue are in a network without a way out, which only the daemon shares with them."""
    assert COMPOSE["networks"]["stores"] == {"internal": True}
    assert {name for name, service in SERVICES.items() if service["networks"] == ["stores"]} == {
        "postgres",
        "valkey",
    }


def test_two_pollers_and_two_notifiers_wait_for_their_stores() -> None:
    """Both roles run twice, and begin when archive and queue say that they are healthy."""
    for name in OURS:
        assert SERVICES[name]["deploy"] == {"replicas": 2}
        assert {store: wait["condition"] for store, wait in SERVICES[name]["depends_on"].items()} == {
            "postgres": "service_healthy",
            "valkey": "service_healthy",
        }


@pytest.mark.parametrize("name", OURS)
def test_the_commands_exist(name: str) -> None:
    """What the containers run are verbs of ours with options that they have."""
    verb, *words = SERVICES[name]["command"]
    command = typer.main.get_command(app).commands[verb]  # type: ignore[attr-defined]
    options = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= options


def test_secrets_are_files_that_git_never_sees() -> None:
    """Every secret that a service names is a file in a folder that git ignores."""
    files = {name: secret["file"] for name, secret in COMPOSE["secrets"].items()}
    assert {secret for service in SERVICES.values() for secret in service.get("secrets", [])} == set(files)
    assert all(path == f"./secrets/{name}" for name, path in files.items())
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert "/deploy/secrets/" in ignored


def test_the_queue_server_takes_its_options(tmp_path: Path) -> None:
    """The queue server starts with the options of the compose file, keeps a log and drops nothing."""
    program, *options = SERVICES["valkey"]["command"]
    assert program == "valkey-server"
    server = subprocess.Popen(
        [find_server(), *options, "--port", "0", "--unixsocket", "q.sock", "--dir", "."],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        assert any("Ready to accept connections" in line for line in server.stdout)
        with Redis(unix_socket_path=str(tmp_path / "q.sock")) as client:
            assert client.config_get("appendonly") == {"appendonly": "yes"}
            assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    finally:
        server.kill()
        server.communicate()


def test_the_database_says_when_it_is_well(postgresql_url: str) -> None:
    """The health check of the database is a command that its tools have, true of a server that runs."""
    _, program, *options = SERVICES["postgres"]["healthcheck"]["test"]
    match = re.search(r":(\d+)/", postgresql_url)
    assert match is not None
    done = subprocess.run([tool(program), *options, f"--port={match[1]}"], check=False, capture_output=True)
    assert done.returncode == 0
    gone = subprocess.run([tool(program), *options, "--port=9"], check=False, capture_output=True)
    assert gone.returncode == 2


def test_the_configuration_is_one_that_can_be_used(tmp_path: Path) -> None:
    """`watchword check` finds nothing in the example, with the shipped rules and the secrets it names."""
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "archive").write_text("postgresql://watchword:secret@postgres/watchword")
    (secrets / "slack").write_text("https://hooks.slack.com/services/T000/B000/secret")
    text = (DEPLOY / "watchword.example.yaml").read_text(encoding="utf-8")
    (tmp_path / "watchword.yaml").write_text(text.replace("/run/secrets", str(secrets)), encoding="utf-8")
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    done = run_command(tmp_path, "check")
    assert done.returncode == 0, done.stdout + done.stderr
    assert set(re.findall(r"/run/secrets/([a-z-]+)", text)) - {"queue"} == set(SERVICES["poll"]["secrets"])
