"""The systemd units are understood by systemd, shut in as promised, and alike."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy.conftest import DEPLOY, tool

UNITS = DEPLOY / "systemd"
SERVICES = sorted(path.name for path in UNITS.glob("*.service"))
MOST_EXPOSED = "1.2"  # of 10, by systemd's own reckoning
PROGRAMS = ("/opt/watchword/bin/watchword", "/bin/kill")


@pytest.fixture
def system(tmp_path: Path) -> Path:
    """A system's root with the units installed as deploy/README.md says, and stand-ins for the programs."""
    tool("systemd-analyze")
    installed = tmp_path / "etc/systemd/system"
    shutil.copytree(UNITS, installed)
    shutil.copytree("/usr/lib/systemd/system", tmp_path / "usr/lib/systemd/system", symlinks=True)
    for program in PROGRAMS:
        path = tmp_path / program.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
    return tmp_path


def verify(root: Path, unit: str) -> subprocess.CompletedProcess[str]:
    options = ["--man=no", "--recursive-errors=yes", f"--root={root}"]
    command = [tool("systemd-analyze"), "verify", *options, unit]
    return subprocess.run(command, check=False, capture_output=True, text=True)


@pytest.mark.parametrize(
    "unit",
    ["watchword.service", "watchword-poll@8331.service", "watchword-notify@8341.service", "watchword.target"],
)
def test_systemd_understands_every_unit(unit: str, system: Path) -> None:
    """`systemd-analyze verify` has nothing to say about a unit of ours."""
    done = verify(system, unit)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_misspelt_line_of_a_unit_is_caught(system: Path) -> None:
    """The check above is one that can fail."""
    unit = system / "etc/systemd/system/watchword.service"
    unit.write_text(unit.read_text().replace("PrivateTmp=", "PrivateTemp="))
    done = verify(system, "watchword.service")
    assert done.returncode == 1
    assert "PrivateTemp" in done.stderr


@pytest.mark.parametrize("name", SERVICES)
def test_the_units_are_shut_in(name: str) -> None:
    """systemd's own review rates the exposure of each unit no higher than promised."""
    command = [tool("systemd-analyze"), "security", "--offline=true", "--no-pager"]
    threshold = f"--threshold={MOST_EXPOSED.replace('.', '')}"  # given in tenths
    done = subprocess.run([*command, threshold, UNITS / name], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    loosened = subprocess.run([*command, "--threshold=5", UNITS / name], check=False, capture_output=True)
    assert loosened.returncode != 0


def test_the_units_differ_in_nothing_but_the_role() -> None:
    """From the restart on, all services are the same: what is shut for one is shut for all."""

    def common(name: str) -> list[str]:
        lines = (UNITS / name).read_text(encoding="utf-8").splitlines()
        own = ("Description=", "PartOf=", "ExecStart=", "WantedBy=")
        return [line for line in lines if not line.startswith(own)]

    assert len(SERVICES) == 3
    assert common(SERVICES[0]) == common(SERVICES[1]) == common(SERVICES[2])


def test_the_account_of_the_units_is_made(tmp_path: Path) -> None:
    """systemd-sysusers makes the user and the group that the units name."""
    (tmp_path / "etc").mkdir()
    command = [tool("systemd-sysusers"), f"--root={tmp_path}", UNITS / "watchword.sysusers.conf"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "etc/passwd").read_text().startswith("watchword:")
    assert (tmp_path / "etc/group").read_text().startswith("watchword:")
    for name in SERVICES:
        assert "\nUser=watchword\nGroup=watchword\n" in (UNITS / name).read_text(encoding="utf-8")
