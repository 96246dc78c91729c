"""Folding: the one form in which the words of rules and articles are compared.

The same function serves both sides, so a backtest and the live stream never disagree. Folding twice
changes nothing.
"""

from __future__ import annotations

import re
import unicodedata

from monitor.text.characters import ARABIC, IGNORABLE, ZWNJ

_IGNORED = re.compile(f"[{IGNORABLE}]+")
_ARABIC_LETTER = re.compile(f"[{ARABIC}]")
_ZWNJ_SPACE = re.compile(f"(?<=[{ARABIC}]){ZWNJ}+(?=[{ARABIC}])")
_LATIN_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
    | {"Ø": "O", "Ł": "L", "Đ": "D", "Ħ": "H", "Æ": "AE", "Œ": "OE", "Þ": "TH", "Ð": "D"}
)
_ARABIC_LETTERS = str.maketrans(
    dict.fromkeys("أإآٱ", "ا") | dict.fromkeys("ىي", "ی") | {"ك": "ک", "ة": "ه", "ؤ": "و", "ئ": "ی", "ۀ": "ه"}
)
_ARABIC_MARKS = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed]+")
_FINAL_HAMZA = re.compile(r"\u0621+(?!\w)")
_HEBREW_POINTS = re.compile("[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]+")
_CYRILLIC_ACUTE = re.compile("(?<=[\u0400-\u052f])\u0301+")
_YO = {ord("ё"): "е", ord("Ё"): "Е"}
_LATIN_OR_GREEK = "A-Za-z\u00c0-\u02af\u0370-\u03ff\u1e00-\u1fff"
_IS_LATIN_OR_GREEK = re.compile(f"[{_LATIN_OR_GREEK}]")
_NOT_PLAIN = re.compile("[\u00c0-\u02af\u0370-\u03ff\u1e00-\u1fff\u0401\u0451]")
_MARKED = re.compile(f"([{_LATIN_OR_GREEK}])[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+")
# The Thai and Lao vowel am in two characters may have its tone between them, in one only before it.
_TONE_WITHIN_AM = re.compile(
    "([\u0e4d\u0ecd])((?<=\u0e4d)[\u0e48-\u0e4b]+(?=\u0e32)|(?<=\u0ecd)[\u0ec8-\u0ecb]+(?=\u0eb2))"
)
_NON_ASCII_DIGIT = re.compile(r"(?![0-9])\d")


def fold(text: str, *, keep_case: bool = False, keep_accents: bool = False) -> str:
    """Fold a text for comparison; `keep_case` and `keep_accents` leave that one difference standing."""
    if text.isascii():
        return text if keep_case else text.lower()
    return _fold(text, keep_case, keep_accents)


def _fold(text: str, keep_case: bool, keep_accents: bool) -> str:
    text = _ZWNJ_SPACE.sub(" ", _IGNORED.sub("", text)).replace(ZWNJ, "")
    if "\u0e4d" in text or "\u0ecd" in text:
        text = _TONE_WITHIN_AM.sub(r"\2\1", text)
    # Single letters are replaced one by one, which is several times as fast as `translate`.
    text = text.replace("\u00a0", " ").replace("\u2007", " ").replace("\u202f", " ")
    text = unicodedata.normalize("NFKC", text)
    if not keep_case:
        text = unicodedata.normalize("NFKC", _without_turkish_i(_without_turkish_i(text).casefold()))
    if not keep_accents:
        text = _without_accents(text)
    if _ARABIC_LETTER.search(text):
        text = _fold_arabic(text)
    text = _HEBREW_POINTS.sub("", text)
    return _NON_ASCII_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), text)


class _FoldedForms(dict[str, str]):
    """The folded forms of words, remembered up to a number of them."""

    def of(self, words: list[str]) -> list[str]:
        """Give the folded forms of words; new ones are folded together, which costs little more than one."""
        found = list(map(self.get, words))
        if None in found:
            new = [word for word, form in zip(words, found, strict=True) if form is None]
            forms = fold("\n".join(new)).split("\n")
            if len(self) > _REMEMBERED:
                self.clear()
            self.update(zip(new, forms, strict=True))
            rest = iter(forms)
            return [next(rest) if form is None else form for form in found]
        return [form for form in found if form is not None]


_REMEMBERED = 1 << 18
folded_forms = _FoldedForms().of
"""Fold the words of a text; none may hold a line end."""


class _Plain(dict[int, str]):
    """What is left of a letter without its accents: Latin and Greek ones are taken apart from their marks."""

    def __missing__(self, number: int) -> str:
        char = chr(number)
        apart = unicodedata.normalize("NFD", char)
        plain = apart if len(apart) > 1 and _IS_LATIN_OR_GREEK.match(apart) else char
        self[number] = plain = plain.translate(_LATIN_LETTERS)
        return plain


_PLAIN = _Plain(_YO)


def _without_turkish_i(text: str) -> str:
    return text.replace("İ", "i").replace("ı", "i")


def _without_accents(text: str) -> str:
    text = _CYRILLIC_ACUTE.sub("", text)
    if _NOT_PLAIN.search(text):
        text = text.translate(_PLAIN)
    return _MARKED.sub(r"\1", text)


def _fold_arabic(text: str) -> str:
    return _FINAL_HAMZA.sub("", _ARABIC_MARKS.sub("", text.translate(_ARABIC_LETTERS)))
