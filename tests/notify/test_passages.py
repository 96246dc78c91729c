from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.notify.passages import ZERO_WIDTH_SPACE, passage, right_way, unlinked
from monitor.text.display import displayable


def marked(text: str, marks: list[tuple[int, int]], limit: int = 320) -> list[str]:
    return [piece for piece, on in passage(text, marks, limit).pieces() if on]


def test_marks_follow_what_cleaning_removes() -> None:
    """Marks stay on their words when control characters and white space before them vanish."""
    text = "  A\u202e\x00 long \n\n  way to\tBRICS  and Shanghai"
    found = [(text.index(word), text.index(word) + len(word)) for word in ("BRICS", "Shanghai")]
    assert passage(text, found).text == "A long way to BRICS and Shanghai"
    assert marked(text, found) == ["BRICS", "Shanghai"]


def test_overlapping_and_empty_marks() -> None:
    """Marks that touch or overlap become one; empty ones and those outside the text vanish."""
    assert passage("Iran and Russia", [(5, 8), (0, 4), (3, 6), (9, 9), (40, 50), (-5, -1)]).marks == ((0, 8),)


@pytest.mark.parametrize("word", ["needle", "иголка", "سوزن", "针头"])
def test_a_long_text_is_cut_around_its_first_mark(word: str) -> None:
    """A text too long to be shown is cut so that the first marked words are in sight."""
    text = f"{'hay and more hay ' * 200}{word} {'and hay again ' * 200}"
    start = text.index(word)
    shown = passage(text, [(start, start + len(word))], limit=120)
    assert shown.text.startswith("…")
    assert shown.text.endswith("…")
    assert len(shown.text) <= 120
    assert [piece for piece, on in shown.pieces() if on] == [word]


def test_a_text_without_spaces_is_cut_between_graphemes() -> None:
    """Where there are no spaces, the cut falls between graphemes: a mark of a letter stays with it."""
    text = "e\u0301" * 500 + "X" + "e\u0301" * 500
    shown = passage(text, [(1000, 1001)], limit=60)
    assert shown.text[1] == "e"
    assert marked(text, [(1000, 1001)], 60) == ["X"]


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=6))
def test_pieces_make_up_the_text(text: str, marks: list[tuple[int, int]]) -> None:
    """The pieces of a passage are its whole text, which is displayable, and marks are sorted and apart."""
    made = passage(text, marks, limit=400)
    assert "".join(piece for piece, _ in made.pieces()) == made.text == displayable(text)
    edges = [edge for mark in made.marks for edge in mark]
    assert edges == sorted(set(edges))


@given(st.text(alphabet="ab \u0301\u200d👩🏽中ن", max_size=400), st.integers(0, 400), st.integers(1, 20))
def test_cut_passages_keep_their_marks_inside(text: str, start: int, length: int) -> None:
    """However a text is cut, its marks lie inside it and it is no longer than allowed."""
    made = passage(text, [(start, start + length)], limit=40)
    assert all(0 <= first < last <= len(made.text) for first, last in made.marks)
    assert "".join(piece for piece, _ in made.pieces()) == made.text


@pytest.mark.parametrize(
    "text",
    ["https://evil.example/a", "HTTP://evil.example", "www.evil.example/x", "ana@evil.example", "tg://join"],
)
def test_addresses_are_broken_up(text: str) -> None:
    """An address in feed text holds a zero-width space at every joint and reads as before."""
    shown = unlinked(f"see {text} now")
    assert text not in shown
    assert shown.replace(ZERO_WIDTH_SPACE, "") == f"see {text} now"
    assert not any(f"{sign}{letter}" in shown for sign in ".:/@" for letter in "abcdefghijklmnopqrstuvwxyz")


@pytest.mark.parametrize(
    "text", ["Amazon.com falls 3.5%", "U.S. and/or E.U.", "12:30, a/b", PERSIAN := "ایران"]
)
def test_other_text_is_left_alone(text: str) -> None:
    """Names, times and fractions are no addresses."""
    assert unlinked(text) == text


def test_only_right_to_left_text_is_isolated() -> None:
    """Isolates are added exactly where letters run from right to left."""
    assert right_way("Москва 北京 Paris") == "Москва 北京 Paris"
    assert right_way("עברית") == "\u2068עברית\u2069"
    assert right_way(PERSIAN) == f"\u2068{PERSIAN}\u2069"
