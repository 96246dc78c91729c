"""`watchword stories assign|similarity`: any articles, told apart, and any headlines, compared."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.commands.assigning import assign_lines
from tests.commands.news_archive import ask
from tests.stories.world import run_command

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
STRIKE = "Dockers walk out in the port of Velmar, 31 ships wait"
CHESS = "Chess: Kamburg and Ostrova draw in round 4 of the candidates"


def assigned(*articles: dict[str, Any]) -> list[tuple[str, int, str]]:
    """Give id, story and relation of each article."""
    said: list[str] = []
    lines = [json.dumps(article).encode() for article in articles]
    found = [line for line in assign_lines(lines, NOW, timedelta(hours=72), said.append) if line]
    assert not said
    return [tuple(json.loads(line).values()) for line in found]


def test_ids_are_given_back_and_decide_nothing() -> None:
    """Neither another line's number nor an id that is given twice makes the memory forget an article."""
    first, other, again = {"title": STRIKE}, {"title": CHESS}, {"title": STRIKE}
    expected = [(1, "new"), (2, "new"), (1, "copy")]
    for ids in ((None, "1", None), ("a", "a", "a"), (7, 7, 8), ("3", "2", "1")):
        given = zip((first, other, again), ids, strict=True)
        found = assigned(*(article | ({"id": one} if one else {}) for article, one in given))
        assert [name for name, _, _ in found] == [str(one or n) for n, one in enumerate(ids, 1)]
        assert [(story, relation) for _, story, relation in found] == expected


def test_each_pair_has_its_line(tmp_path: Path) -> None:
    """A broken pair gives an empty line in its place and is named; the exit code is 2."""
    pairs = b"\xef\xbb\xbfid\tleft\tright\r\n1\tYes\tYes\r\n2\tYes\n3\t\xff\t\xff\n\n5\tYes\tChess\n"
    (tmp_path / "pairs.tsv").write_bytes(pairs)
    done = ask(tmp_path, "stories", "similarity", "pairs.tsv")
    first, *broken, last = done.stdout.split("\n")[:-1]
    assert (done.returncode, first, broken) == (2, "1.0000", [""] * 3)
    assert float(last) < 0.5
    assert done.stderr.splitlines() == [
        "pairs.tsv: line 3: needs 3 columns, tabs between, and has 2",
        "pairs.tsv: line 4: not UTF-8",
        "pairs.tsv: line 5: needs 3 columns, tabs between, and has 1",
    ]


@pytest.mark.parametrize(
    ("first", "said"),
    [
        (b"", "there is no column 'left' and none 'right'"),
        (b"left,right\nYes,Yes\n", "there is no column 'left' and none 'right'"),
        (b"left\tRight\nYes\tYes\n", "there is no column 'right'"),
        (b"\xff\xfel\0e\0f\0t\0", "line 1: not UTF-8"),
    ],
)
def test_a_file_without_its_columns_is_refused(tmp_path: Path, first: bytes, said: str) -> None:
    """Nothing is printed; what is missing is said, with exit code 2."""
    (tmp_path / "pairs.tsv").write_bytes(first)
    done = ask(tmp_path, "stories", "similarity", "pairs.tsv")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"watchword: pairs.tsv: {said}")


def test_pairs_come_from_standard_input_too(tmp_path: Path) -> None:
    """Asked for by a dash; a file that is not there is named."""
    done = run_command(tmp_path, "stories", "similarity", "-", stdin="left\tright\nYes\tYes\n")
    assert (done.returncode, done.stdout) == (0, "1.0000\n")
    done = run_command(tmp_path, "stories", "similarity", "nowhere.tsv")
    assert done.returncode == 2
    assert "Invalid value for FILE.tsv: nowhere.tsv cannot be read: No such file" in done.stderr
