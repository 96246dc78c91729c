"""A rule file that cannot be used leaves its last good text in force; what is deleted is gone."""

from __future__ import annotations

import os
from pathlib import Path

from monitor.rules.book import Rulebook, load_rulebook
from tests.conftest import NOON

NO_RULES = "rules: [\n"


def rule(name: str, match: str, status: str = "live") -> str:
    return f"rules:\n  - {{id: {name}, status: {status}, match: '{match}'}}\n"


class Folder:
    """A rules folder that is read again and again, as a running daemon does."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.book: Rulebook | None = None

    def read(self, **files: str | None) -> Rulebook:
        for name, text in files.items():
            path = self.path / f"{name}.yaml"
            path.unlink() if text is None else path.write_text(text, encoding="utf-8")
        before = self.book.texts if self.book else {}
        self.book = load_rulebook([self.path], now=NOON, last_good=before)
        return self.book

    def names(self, paths: tuple[str, ...]) -> list[str]:
        return [Path(path).stem for path in paths]


def test_a_broken_file_keeps_its_last_good_text_and_is_told(tmp_path: Path) -> None:
    """The rules of a file that was broken by an edit stay as they were; the problem has its place."""
    folder = Folder(tmp_path)
    before = folder.read(a=rule("ra", "iran"), b=rule("rb", "brics"))
    book = folder.read(a=NO_RULES)
    assert (set(book.rules), folder.names(book.old), book.left_out) == ({"ra", "rb"}, ["a"], ())
    assert book.checksum == before.checksum
    assert [problem.path.endswith("a.yaml") for problem in book.problems if problem.level == "error"] == [
        True
    ]
    mended = folder.read(a=rule("ra", "iran AND russia"))
    assert (mended.old, mended.unusable) == ((), False)
    assert mended.checksum != before.checksum


def test_a_file_that_never_was_good_is_left_out(tmp_path: Path) -> None:
    """There is nothing to fall back on; the others run."""
    folder = Folder(tmp_path)
    book = folder.read(a=NO_RULES, b=rule("rb", "brics"))
    assert (set(book.rules), book.old, folder.names(book.left_out)) == ({"rb"}, (), ["a"])


def test_deletion_and_retirement_take_effect_while_another_file_is_broken(tmp_path: Path) -> None:
    """What is sound in the new texts counts at once."""
    folder = Folder(tmp_path)
    folder.read(a=rule("ra", "iran"), b=rule("rb", "brics"), c=rule("rc", "nato"))
    book = folder.read(a=NO_RULES, b=None, c=rule("rc", "nato", status="retired"))
    assert {name: found.status for name, found in book.rules.items()} == {"ra": "live", "rc": "retired"}


def test_a_new_file_takes_no_id_from_one_that_is_in_force(tmp_path: Path) -> None:
    """Whoever had the id keeps it, wherever the other's name stands in the alphabet."""
    folder = Folder(tmp_path)
    folder.read(m=rule("r", "iran"))
    book = folder.read(a=rule("r", "brics"))
    assert folder.names(book.left_out) == ["a"]
    assert (set(book.rules), folder.names((book.rules["r"].path,))) == ({"r"}, ["m"])


def test_an_edit_takes_no_id_from_an_unchanged_file(tmp_path: Path) -> None:
    """The file that was edited falls back to its last good text."""
    folder = Folder(tmp_path)
    folder.read(a=rule("ra", "iran"), b=rule("rb", "brics"))
    book = folder.read(a=rule("rb", "nato"))
    assert (sorted(book.rules), folder.names(book.old)) == (["ra", "rb"], ["a"])


def test_a_rule_that_moved_out_of_a_broken_file_runs_where_it_is_now(tmp_path: Path) -> None:
    """A sound new text comes before one that is in force only for want of a better."""
    folder = Folder(tmp_path)
    folder.read(a=rule("r", "iran"))
    book = folder.read(a=NO_RULES, b=rule("r", "brics"))
    assert folder.names((book.rules["r"].path,)) == ["b"]
    assert folder.names(book.left_out) == ["a"]


def test_a_file_that_leans_on_a_broken_one_falls_back_with_it(tmp_path: Path) -> None:
    """A rule edited together with its actor's file keeps its old form while that file is broken."""
    actor = "actors:\n  - {{id: {0}, kind: person, names: [{1}]}}\n"
    folder = Folder(tmp_path)
    folder.read(actors=actor.format("ana", "Ana Silva"), rules=rule("r", "actor:ana"))
    broken = actor.format("bea", "Bea Lima") + "topics: 3\n"
    book = folder.read(actors=broken, rules=rule("r", "actor:ana OR actor:bea"))
    assert (set(book.rules), set(book.actors)) == ({"r"}, {"ana"})
    assert folder.names(book.old) == ["actors", "rules"]


def test_pipes_and_circles_of_links_are_named_and_end_nothing(tmp_path: Path) -> None:
    """What might never end is not read; the other files are in force."""
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "circle.yaml").symlink_to(tmp_path / "circle.yaml")
    folder = Folder(tmp_path)
    book = folder.read(a=rule("ra", "iran"))
    said = {Path(problem.path).name: problem.message for problem in book.problems if problem.level == "error"}
    assert set(book.rules) == {"ra"}
    assert said == {
        "pipe.yaml": "cannot be read: it is no regular file",
        "circle.yaml": "a link that leads to itself",
    }


def test_a_folder_that_is_gone_keeps_its_rules(tmp_path: Path) -> None:
    """A folder that is being replaced, or a disk that is not mounted, is no order to forget."""
    (tmp_path / "rules").mkdir()
    folder = Folder(tmp_path / "rules")
    folder.read(a=rule("ra", "iran"))
    (tmp_path / "rules").rename(tmp_path / "away")
    book = folder.read()
    assert (set(book.rules), folder.names(book.old), book.unusable) == ({"ra"}, ["a"], True)
    (tmp_path / "away").rename(tmp_path / "rules")
    assert folder.read().old == ()
