"""Sentences by the rules of Unicode (UAX 29), with abbreviations per language and single initials.

A sentence never runs across a blank line; `:` and `;` do not end one. Scripts that mark no sentence ends
(Thai, Lao, Khmer, Burmese) have their paragraphs instead.
"""

from __future__ import annotations

import re
from bisect import bisect_right

import regex

from monitor.text.tokens import paragraphs

# Abbreviations after which a full stop ends no sentence, folded; the language of the article decides, and all
# of them where it is unknown.
ABBREVIATIONS: dict[str, str] = {
    "en": "mr mrs ms dr prof gen col lt sgt capt cmdr maj adm sen rep gov hon rev st jr sr vs no nos art fig "
    "inc ltd co corp jan feb mar apr jun jul aug sep sept oct nov dec approx est dept univ brig",
    "fr": "m mm mme mlle dr pr gén col cap st ste av bd art no env cf",
    "de": "dr prof hr fr gen oberst str nr bzw ca vgl art abs st inkl geb mio mrd",
    "es": "sr sra srta dr dra gral cnel lic ing art núm av ud uds ee uu",
    "pt": "sr sra dr dra gen cel prof art núm av exmo",
    "it": "sig sigg dott prof gen col avv on art pag s",
    "ru": "г гг им ул тыс млн млрд т д п др проф ген акад стр см напр руб обл",
    "uk": "м р рр ім вул тис млн млрд т д п ін проф ген акад див напр грн обл",
    "tr": "dr prof gen alb sn bkz vb vs no",
}
_SETS = {lang: frozenset(words.split()) for lang, words in ABBREVIATIONS.items()}
_ALL = frozenset().union(*_SETS.values())
# A terminator with the closing quotes and brackets after it, then what follows.
_END = regex.compile(
    r"(?P<mark>[.\u2024\u2026\uff0e]++|[!?\u0589\u061d-\u061f\u06d4\u0964\u0965\u203c-\u203d"
    r"\u2047-\u2049\u3002\ufe52\ufe56\ufe57\uff01\uff1f\uff61.\u2026]++)[\p{Pe}\p{Pf}\p{Pi}\"']*+(?P<space>\s*+)"
)
_LOWER_NEXT = regex.compile(r"[^\p{L}\p{N}\n]{0,40}?\p{Ll}")
_WORD_BEFORE = regex.compile(r"[\p{L}\p{M}\p{N}]*+$")
_LONGEST = 24
_WORD_NEXT = regex.compile(r"[\p{L}\p{N}]")
_FULL_STOPS = frozenset(".\u2024\u2026\uff0e")


def sentences(text: str, lang: str = "") -> list[tuple[int, int]]:
    """Give the sentences of a visible text as half-open spans of characters, in order.

    `lang` is the article's language (a BCP 47 tag), empty where it is unknown.
    """
    abbreviations = _SETS.get(lang.split("-", maxsplit=1)[0].lower(), frozenset()) if lang else _ALL
    spans: list[tuple[int, int]] = []
    for start, end in paragraphs(text):
        begin = start
        for stop in _END.finditer(text, start, end):
            if stop.end() < end and _ends(stop, text, abbreviations):
                spans.append((begin, stop.end()))
                begin = stop.end()
        if begin < end:
            spans.append((begin, end))
    return spans or [(0, len(text))]


def sentence_of(spans: list[tuple[int, int]], offset: int) -> int:
    """Give the number of the sentence that the character at `offset` stands in."""
    return max(0, bisect_right(spans, (offset, len(spans) and 1 << 62)) - 1)


def _ends(stop: regex.Match[str], text: str, abbreviations: frozenset[str]) -> bool:
    mark, space = stop["mark"], stop["space"]
    if not set(mark) <= _FULL_STOPS:
        return bool(space) or mark[-1] not in "!?" or not _WORD_NEXT.match(text, stop.end())
    if not space and _WORD_NEXT.match(text, stop.end()):
        return False
    if _LOWER_NEXT.match(text, stop.end()):
        return False
    if mark != ".":
        return bool(space)
    word = _WORD_BEFORE.search(text, max(0, stop.start() - _LONGEST), stop.start())[0]  # type: ignore[index]
    is_initial = len(word) == 1 and word.isupper()
    return bool(space) and not is_initial and word.lower() not in abbreviations


_TRIMMED = re.compile(r"\S(?:.*\S)?", re.DOTALL)


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Take the white space off both ends of a span."""
    found = _TRIMMED.search(text, start, end)
    return found.span() if found else (start, start)
