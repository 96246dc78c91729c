"""YAML read strictly: nothing is guessed, everything has its place."""

from __future__ import annotations

import pytest

from monitor.strict_yaml import parse_yaml


def test_texts_stay_as_typed() -> None:
    """What other loaders turn into booleans, numbers or dates stays text; only an absent value is null."""
    source = parse_yaml(b"a: [NO, 007, 1e3, on, 22:30, 2023-02-09, '', ~]\nb:\n", "f")
    assert source.data == {"a": ["NO", "007", "1e3", "on", "22:30", "2023-02-09", "", "~"], "b": None}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"a: *x\n", "f:1:4: an alias (*x)"),
        (b"a: &x 1\n", "f:1:4: an anchor (&x)"),
        (b"a: !!python/name:os.system x\n", "f:1:4: a tag"),
        (b"a: 1\nb: 2\na: 3\n", "f:3:1: the key 'a' stands here twice (first in line 1)"),
        (b"a: {<<: {b: 1}}\n", "f:1:5: a merge key"),
        (b"a: 1\n---\nb: 2\n", "f:2:1: a second document"),
        (b"a:\n\tb: 1\n", "f:2:1: a tab"),
        ("ä: ".encode() + b"\xff\n", "f:1:4: the file is not UTF-8 text"),
        (b"a: \x07\n", "f:1:4: a control character"),
        (b"a: [1\n", "f:2:1: not YAML"),
        (b"a: " + b"[" * 60 + b"]" * 60, "nested more than 40 deep"),
        (b"? [a]\n: b\n", "a key must be one word or text"),
        (b"#" * (8 * 1024 * 1024 + 1), "split it into several files"),
    ],
)
def test_what_is_refused_is_named_with_its_place(text: bytes, said: str) -> None:
    """Constructs that surprise people or machines are errors."""
    source = parse_yaml(text, "f")
    assert said in "\n".join(map(str, source.problems))
    assert source.root is None


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("a: one two\n", "two"),
        ("a: 'it''s two'\n", "two"),
        ("a: |\n  one\n   two\n  three\n", "two"),
        ("x:\n  - a: |\n\n      one\n      two\n", "two"),
        ("a: \u0634\u0645 two\n", "two"),
    ],
)
def test_places_inside_texts_are_exact(text: str, word: str) -> None:
    """An error inside a rule's expression points at the very character."""
    source = parse_yaml(text.encode(), "f")
    loc = ("x", 0, "a") if text.startswith("x") else ("a",)
    value = source.data["x"][0]["a"] if text.startswith("x") else source.data["a"]
    line, column = source.place_in(loc, value.index(word))
    assert text.split("\n")[line - 1][column - 1 :].startswith(word)


def test_a_byte_order_mark_and_windows_line_ends_are_fine() -> None:
    """Editors that leave them do no harm."""
    assert parse_yaml(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n", "f").data == {"a": "1", "b": "2"}
