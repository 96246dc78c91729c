"""Words → terms: stems, the meanings that words of news share, and how common a term is in news at large.

Everything here is a pure function of a word and a language, and is remembered.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from monitor.stories.common_words import EVERYWHERE, FREQUENT, GRAMMAR
from monitor.stories.meanings import AGAINST, ALIKE, COUNTED, DENIALS
from monitor.stories.places import PEOPLES
from monitor.text.folding import fold, folded_forms
from monitor.text.stems import LANGUAGES, stem

FREQUENT_SHARE, EVERYWHERE_SHARE = 0.01, 0.05  # of all articles
BASIS = 4_000  # articles that the prior weighs as much as
_PREFIX = 6  # letters by which forms of a word are brought together where no stemmer knows the language
_STEMMED = frozenset(LANGUAGES)
_HEBREW_PARTICLES = re.compile("^[ושהבלמכ](?=.{4})")
_OF_ONE_SOUND = str.maketrans(
    {"c": "k", "q": "k", "g": "k", "z": "s", "x": "s", "v": "f", "b": "p", "d": "t", "j": "s"}
)
_SILENT = re.compile(r"[aeiouyhw]+")
_TWICE = re.compile(r"(.)\1+")


@lru_cache(maxsize=1 << 17)
def term(word: str, lang: str) -> str:
    """Give the term of a word as written; empty for one that carries no event."""
    (folded,) = folded_forms([word])  # which has been asked for it before
    if folded in _grammar(lang):
        return ""
    meanings = _meanings(lang)
    found = meanings.get(folded) or meanings.get(folded.removesuffix("s"))
    return found or _stem(word, folded, lang)


def _stem(word: str, folded: str, lang: str) -> str:
    if lang in _STEMMED:
        return stem(word, lang)
    if lang == "he":
        return _HEBREW_PARTICLES.sub("", folded)
    return folded[:_PREFIX]


@cache
def _grammar(lang: str) -> frozenset[str]:
    return frozenset(fold(word) for word in GRAMMAR.get(lang, "").split())


@cache
def _meanings(lang: str) -> dict[str, str]:
    """Give what a word stands for; of several groups that have it the first counts.

    It is words that are looked up and not stems: a Gunness has nothing to do with guns.
    """
    groups = [line.split() for line in ALIKE.get(lang, ())]
    if lang == "en":
        groups = [entry.split() for entry in PEOPLES.split(";")] + groups
    found: dict[str, str] = {}
    for group in groups:
        named = _stem(group[0], fold(group[0]), lang)
        for word in group:
            found.setdefault(fold(word), named)
    return found


@cache
def countries() -> frozenset[str]:
    """Give the terms of places that are too large to say where it was."""
    return frozenset(term(entry.split()[0], "en") for entry in PEOPLES.split(";"))


@cache
def common_words() -> frozenset[str]:
    """Give the words, folded, that are no names however they are written."""
    return frozenset(
        fold(word) for listed in (EVERYWHERE, FREQUENT) for words in listed.values() for word in words.split()
    )


@cache
def prior(lang: str) -> dict[str, float]:
    """Give the share of all news that a common term stands in."""
    found: dict[str, float] = {}
    for listed, share in ((FREQUENT, FREQUENT_SHARE), (EVERYWHERE, EVERYWHERE_SHARE)):
        for word in listed.get(lang, "").split():
            if known := term(word, lang):
                found[known] = max(found.get(known, 0.0), share)
    return found


@cache
def counted(lang: str) -> dict[str, str]:
    """Give the numbers that are written as words."""
    return {
        fold(word): number
        for word, _, number in (pair.partition(":") for pair in COUNTED.get(lang, "").split())
    }


@cache
def denials(lang: str) -> frozenset[str]:
    """Give the words that turn a sentence round."""
    return frozenset(fold(word) for word in DENIALS.get(lang, "").split())


@cache
def against(lang: str) -> dict[str, frozenset[str]]:
    """Give, for a term, those that tell the contrary."""
    found: dict[str, set[str]] = {}
    for one, other in AGAINST.get(lang, ()):
        for left, right in ((one, other), (other, one)):
            found.setdefault(term(left, lang), set()).add(term(right, lang))
    return {left: frozenset(rights) for left, rights in found.items()}


@lru_cache(maxsize=1 << 16)
def sound(name: str) -> str:
    """Give the consonants of a folded name, by which its spellings are one: Muhammad, Mohamed."""
    heard = (
        name.replace("ph", "f").replace("kh", "k").replace("gh", "k").replace("sch", "sh").replace("ou", "u")
    )
    kept = _TWICE.sub(
        r"\1", heard[:1].translate(_OF_ONE_SOUND) + _SILENT.sub("", heard[1:]).translate(_OF_ONE_SOUND)
    )
    return kept if len(kept) >= 3 else name


@cache
def common_terms() -> dict[str, float]:
    """Give how many of `BASIS` articles a common term stands in, over all languages."""
    found: dict[str, float] = {}
    for lang in EVERYWHERE | FREQUENT:
        for known, share in prior(lang).items():
            found[known] = max(found.get(known, 0.0), share * BASIS)
    return found
