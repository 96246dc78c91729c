"""Slips of those who come from other search boxes: signs and letters that look like the language's own."""

from __future__ import annotations

import re
import unicodedata

# Letters of Cyrillic and Greek, and the Latin ones that they cannot be told from.
_LOOK_ALIKES = str.maketrans("АВЕКМНОРСТУХΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEKMHOPCTYXABEZHIKMNOPTYX")
_OPERATORS = ("AND", "OR", "NOT", "NEAR", "ONEAR", "SENTENCE", "PARAGRAPH", "ATLEAST", "ANY")
_SIGNS = {"&": "AND", "&&": "AND", "+": "AND", "|": "OR", "||": "OR", "!": "NOT"}
_OF_OTHERS = dict.fromkeys("[{【", "(") | dict.fromkeys("]}】", ")") | dict.fromkeys("「」『』‘’‹›`", '"')
_SIGNS_OF_THE_LANGUAGE = "()\"':*/,#"


def operator_meant(word: str) -> str:
    """Give the operator that a word in letters of another alphabet looks like, empty where it is none."""
    if word.isascii():
        return ""
    latin = unicodedata.normalize("NFKC", word).translate(_LOOK_ALIKES)
    return latin if latin in _OPERATORS else ""


def slip_in_word(word: str) -> str:
    """Say what to write instead of a word that is meant as an operator, empty where it is not."""
    if operator := operator_meant(word):
        return f"{word!r} has letters that only look like Latin ones; write {operator} in Latin letters"
    if word.lower() in ("and", "or", "not", "near") and not word.isupper():
        return f"{word!r} in small letters is a word; write {word.upper()}"
    return sign_said(word)


def sign_said(word: str) -> str:
    """Say what to write instead of a sign that is an operator elsewhere, empty where it is none."""
    return f"'{word}' is no operator; write {_SIGNS[word]}" if word in _SIGNS else ""


def slip_between(left: str, right: str) -> str:
    """Say what to write instead of two terms side by side with a sign at one, empty where there is none."""
    if right[:1] == "&" or left[-1:] == "&":
        return f"'&' is no operator; write `{left.rstrip('&')} AND {right.lstrip('&')}`"
    if right[:1] in ("-", "+") and len(right) > 1:
        joined = "AND NOT" if right[0] == "-" else "AND"
        return f"{right[0]!r} is no operator; write `{left} {joined} {right[1:]}`"
    if left[:1] == "'" or right[-1:] == "'":
        return 'single quotes make no phrase; write double ones: "common threats"'
    return ""


def slip_at(source: str, start: int) -> tuple[str, int] | None:
    """Say what to write instead of a sign that no expression holds, and how long it is; None for others."""
    found = re.compile(r"\|+|!").match(source, start)
    if found and found[0] in _SIGNS:
        return f"{found[0]!r} is no operator; write {_SIGNS[found[0]]}", len(found[0])
    char = source[start]
    meant = unicodedata.normalize("NFKC", char)
    if char != meant and meant in _SIGNS_OF_THE_LANGUAGE:
        return f"{char!r} is a sign of full width; write {meant}", 1
    if char in _OF_OTHERS:
        return f"{char!r} has no meaning here; write {_OF_OTHERS[char]}", 1
    return None


def slip_in_quotes(source: str, start: int) -> str:
    """Say how a quotation goes on that begins at a mark and does not end with its like."""
    mark, rest = source[start], source[start + 1 :]
    if found := re.search('[＂"“”„«»]', rest):
        return f'{found[0]!r} does not close it; write " on both sides' if found[0] != mark else ""
    return ""


def slip_after_colon(prefix: str, source: str, end: int) -> str:
    """Say what belongs after `actor:` and its like, where no id stands there; `end` is behind the colon."""
    rest = source[end:]
    if rest[:1] == "(":
        return f"{prefix}: takes one id; write ({prefix}:one-id OR {prefix}:other-id)"
    quoted = re.match(r'["“„«]([^"“”„«»]*)', rest)
    spaced = re.match(r"\s+([a-z0-9][a-z0-9-]*)", rest)
    if quoted:
        name = re.sub(r"[^a-z0-9]+", "-", quoted[1].lower()).strip("-") or "some-id"
        return f"{prefix}: takes an id, not a name in quotes; write {prefix}:{name}, if that is its id"
    if spaced:
        return f"an id belongs directly after the colon; write {prefix}:{spaced[1]}"
    return ""
