"""What the tests of the deployment share: tools that a machine may lack, and the image without an engine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dockerfile
import pytest

from tests.stories.conftest import world  # noqa: F401 - a fixture

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"


def tool(name: str) -> str:
    """Find a program; without it the test is skipped and says so, in continuous integration it fails."""
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(f"{name} is missing, and these checks are not skipped here")
        pytest.skip(f"{name} is not on this machine")
    return found


def instructions() -> list[Any]:
    """Read the Dockerfile with BuildKit's own parser."""
    return list(dockerfile.parse_file(str(DEPLOY / "Dockerfile")))


def only(name: str) -> Any:
    """Give the one instruction of a name."""
    (found,) = [each for each in instructions() if each.cmd == name]
    return found


@dataclass(frozen=True, slots=True)
class Image:
    """The image's files below a folder, made by the Dockerfile's own commands."""

    root: Path

    @property
    def environment(self) -> dict[str, str]:
        """The variables that the image sets, over the system's path alone."""
        words = only("ENV").value
        variables = {name: value.strip('"') for name, value in zip(words[::2], words[1::2], strict=True)}
        path = variables["PATH"].replace("/opt/watchword", str(self.root / "opt/watchword"))
        return variables | {"PATH": path.replace("$PATH", "/usr/bin:/bin")}

    def run(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a command as in a container, in its working folder."""
        environment = self.environment | more
        program = shutil.which(words[0], path=environment["PATH"]) or words[0]
        folder = self.root / "var/lib/watchword"
        folder.mkdir(parents=True, exist_ok=True)
        return subprocess.run(
            [program, *words[1:]], check=False, cwd=folder, env=environment, capture_output=True, text=True
        )


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    """Run the build stage of the Dockerfile below a folder: its COPYs as copies, its RUNs as they stand."""
    root = tmp_path_factory.mktemp("image")
    (root / "src").mkdir()
    stages = 0
    for each in instructions():
        stages += each.cmd == "FROM"
        if stages == 1 and each.cmd == "COPY":
            _copy(each.value[:-1], root / "src")
        if stages == 1 and each.cmd == "RUN":
            _run(each.value, root)
    return Image(root)


def _copy(sources: tuple[str, ...], folder: Path) -> None:
    for source in map(ROOT.joinpath, sources):
        if source.is_dir():
            shutil.copytree(source, folder / source.name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
        else:
            shutil.copy(source, folder)


def _run(words: tuple[str, ...], root: Path) -> None:
    placed = [word.replace("/opt/watchword", str(root / "opt/watchword")) for word in words]
    program = sys.executable if placed[0] == "python" else placed[0]
    done = subprocess.run(
        [program, *placed[1:]], check=False, cwd=root / "src", capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
