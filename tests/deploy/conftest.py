"""What the tests of the deployment share: tools that a machine may lack, but never continuous integration."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"


def tool(name: str) -> str:
    """Find a program; without it the test is skipped and says so, in continuous integration it fails."""
    found = shutil.which(name)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(f"{name} is missing, and these checks are not skipped here")
        pytest.skip(f"{name} is not on this machine")
    return found
