"""Names of processes: the same after a restart, never shared by two that run."""

from __future__ import annotations

import shutil
from pathlib import Path

from monitor.runtime.locks import hold_name


def test_a_name_is_held_by_one_and_comes_back_after_a_restart(tmp_path: Path) -> None:
    """Who runs keeps its slot; who starts takes the first that is free."""
    with hold_name(tmp_path) as first:
        with hold_name(tmp_path) as second:
            assert first != second
        with hold_name(tmp_path) as again:
            assert again == second
    with hold_name(tmp_path) as after:
        assert after == first


def test_two_folders_never_give_one_name(tmp_path: Path) -> None:
    """Not on two machines that are copies of each other, and not where a folder was copied."""
    (tmp_path / "a").mkdir()
    with hold_name(tmp_path / "a") as name:
        mark = (tmp_path / "a" / "mark").read_text()
        shutil.copytree(tmp_path / "a", tmp_path / "b")
        with hold_name(tmp_path / "b") as other:
            assert other != name
    (tmp_path / "a" / "mark").unlink()
    with hold_name(tmp_path / "a") as renewed:
        assert renewed != name
    assert (tmp_path / "a" / "mark").read_text() != mark
