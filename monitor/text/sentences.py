"""Sentences by the rules of Unicode (UAX 29), with abbreviations per language, initials and ordinals.

A sentence never runs across a blank line, and a single line break is a space; `:` and `;` do not end one.
Scripts that mark no sentence ends (Thai, Lao, Khmer, Burmese) have their paragraphs instead.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

import regex
from unicode_segmentation_rs import unicode_sentences

from monitor.text.abbreviations import ANYWHERE, BEFORE_NUMBERS, ORDINALS
from monitor.text.tokens import is_cluster, paragraphs

_NONE: frozenset[str] = frozenset()

# One character for one, so that offsets stay: line breaks are spaces to us, an ellipsis is full stops to a
# reader, and the library takes no half of a surrogate pair.
_AS_READ = {"\u2025": ".", "\u2026": "."} | dict.fromkeys("\n\r\v\f\x85\u2028\u2029", " ")
_READ_OTHERWISE = re.compile(f"[{''.join(_AS_READ)}\ud800-\udfff]")
# UAX 29 begins no sentence with a number that a small letter follows: `He left. 12 people died.` is two.
_FIRST_DIGIT = re.compile(r"(?<=\.\s)\d")
_LETTER_WITHOUT_CASE = "\u4e00"

_STOPPED = regex.compile(
    r"(?r)(?P<word>(?:[\p{L}\p{M}\p{N}]+\.)*[\p{L}\p{M}\p{N}]++)?(?P<mark>[.!?\u2024-\u2026\ufe52\uff0e]++)"
    r"[\p{Pe}\p{Pf}\p{Pi}\p{Ps}\p{Cf}\"']*+(?P<space>\s*+)"
)
_LONGEST = 80
_UNMARKED = r"[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"
_AFTER_UNMARKED = regex.compile(rf"(?r){_UNMARKED}[^\p{{L}}\p{{N}}]*")
_BEFORE_UNMARKED = regex.compile(rf"[^\p{{L}}\p{{N}}]*+{_UNMARKED}")
_WORD_NEXT = regex.compile(r"[\p{L}\p{N}]")
_NUMBER_NEXT = regex.compile(r"[^\p{L}\p{N}\n]{0,4}+\p{N}")
_HIRAGANA_NEXT = regex.compile(r"\p{Hiragana}")
_CASELESS = regex.compile(r"\p{Lo}\p{M}*+")
_FULL_STOPS = frozenset(".\u2024\ufe52\uff0e")


def sentences(text: str, lang: str = "") -> list[tuple[int, int]]:
    """Give the sentences of a visible text as half-open spans of characters, in order.

    `lang` is the article's language (a BCP 47 tag), empty where it is unknown.
    """
    lang = lang.split("-", maxsplit=1)[0].lower()
    spans: list[tuple[int, int]] = []
    for start, end in paragraphs(text):
        begin = start
        for boundary in _boundaries(text, start, end):
            if _ends(text, begin, boundary, lang):
                spans.append((begin, boundary))
                begin = boundary
        if begin < end:
            spans.append((begin, end))
    return spans or [(0, len(text))]


def sentence_of(spans: list[tuple[int, int]], offset: int) -> int:
    """Give the number of the sentence that the character at `offset` stands in."""
    return max(0, bisect_right(spans, (offset, len(spans) and 1 << 62)) - 1)


def _boundaries(text: str, start: int, end: int) -> Iterator[int]:
    """Give where a sentence follows another one by the rules of Unicode alone."""
    read = _READ_OTHERWISE.sub(lambda char: _AS_READ.get(char[0], "\ufffd"), text[start:end])
    read = _FIRST_DIGIT.sub(_LETTER_WITHOUT_CASE, read)
    at = 0
    for number, sentence in enumerate(unicode_sentences(read)):
        at = read.index(sentence, at)  # what holds neither letter nor digit is left out by the library
        if number:
            yield start + at
        at += len(sentence)


def _ends(text: str, begin: int, boundary: int, lang: str) -> bool:
    """Tell whether a boundary of Unicode's is one to a reader of the language."""
    if not text.isascii():
        if _AFTER_UNMARKED.match(text, begin, boundary) or _BEFORE_UNMARKED.match(text, boundary):
            return False
        if text[boundary - 1] in "」』" and _HIRAGANA_NEXT.match(text, boundary):
            return False  # 「行く。」と言った: the particle takes the quotation into its sentence
    stop = _STOPPED.match(text, max(begin, boundary - _LONGEST), boundary)
    if not stop:
        return True
    word, mark = stop["word"] or "", stop["mark"]
    if not stop["space"] and _WORD_NEXT.match(text, boundary):
        return bool(word) and is_cluster(word[-1])
    return mark not in _FULL_STOPS or not _is_shortened(word, lang, bool(_NUMBER_NEXT.match(text, boundary)))


def _is_shortened(word: str, lang: str, before_number: bool) -> bool:
    """Tell whether a full stop belongs to the word before it: an initial, an abbreviation or an ordinal."""
    last = word.rpartition(".")[2]
    if last.isdecimal():
        return len(last) <= 2 and not before_number and lang in ORDINALS
    if _is_initial(last):
        return True
    small = {word.lower(), last.lower()}
    if small & ANYWHERE.get(lang, _NONE):
        return True
    return before_number and bool(small & BEFORE_NUMBERS.get(lang, _NONE))


def _is_initial(word: str) -> bool:
    if len(word) == 1 and word.isupper():
        return True
    return bool(_CASELESS.fullmatch(word)) and not is_cluster(word[0]) and not "\uac00" <= word <= "\ud7a3"


_TRIMMED = re.compile(r"\S(?:.*\S)?", re.DOTALL)


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Take the white space off both ends of a span."""
    found = _TRIMMED.search(text, start, end)
    return found.span() if found else (start, start)
