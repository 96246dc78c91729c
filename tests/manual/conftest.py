"""Fixtures of the manual's tests."""

from __future__ import annotations

from tests.stories.conftest import embedded_world  # noqa: F401 - a fixture
