"""Who and where: persons, places and other names of a text, by capitals and what stands around them. Pure.

Two events of one kind differ in who it was and where, so this decides more than all other words. It is told
without a dictionary of the world: a person has a first name, a role before or an age behind, a place stands
behind a preposition. Scripts without capitals have none of this, and their articles are told apart by words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from monitor.stories.first_names import FIRST_NAMES
from monitor.stories.vocabulary import common_terms, common_words, countries, sound, term
from monitor.text.folding import fold

EARLY = 200  # characters in which an article says whom it is about
_CAPITAL = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪĮİĶĹĻĽŁŃŅŇŐŒŔŘŚŞŠŢŤŪŮŰŲŹŻŽΑ-ΩЀ-Я"
_WORD = rf"[{_CAPITAL}]\w*(?:['’\-](?!s\b)\w+)*"
_BETWEEN = "al|el|de|da|dos|del|van|von|bin|der|ben|ibn"
_RUN = re.compile(rf"{_WORD}(?: (?:(?:{_BETWEEN}) )?(?:{_WORD}|[{_CAPITAL}] ?\.(?= {_WORD})))*")
_LAST_WORD = re.compile(r"\w+$")
_BEGIN = frozenset('.!?:;|…"“”«»`')  # a capital behind these says nothing
_AGE = re.compile(r" ?, (?:a |aged )?\d\d\b(?! ?[-–%]|,\d)")
_PARTICLE = re.compile(r"^\w{1,2}['’]")  # the O' of O'Brien is a token of its own
_KINDS_OF_PLACES = (
    "province|region|state|city|county|district|town|village|islands?|airport|suburb|prefecture|governorate|"
    "oblast"
)
_IS_PLACE = re.compile(rf" (?:{_KINDS_OF_PLACES})\b")
_AGED = re.compile(r"year ?- ?old (?:boy |girl |man |woman )?$")
_LONG = 4  # letters of a word that would have no capital within a sentence
_NOT_BY_CAPITALS = frozenset(("de", "lb"))  # every noun has one
_SHOUTED = 0.6  # of the longer words have a capital: it says nothing there
# A first name behind these is part of a place's.
_PLACES_BEGIN_WITH = """
san santa los las fort port lake mount saint st new prince king queen cape
"""
_OF_PLACES = frozenset(_PLACES_BEGIN_WITH.split())
_ROLES_WRITTEN = """
president minister senator sen rep coach judge secretary officer actor actress singer dr mr mrs ms governor
gov mayor king queen prince princess pope captain capt sgt deputy leader chancellor premier sir lord general
gen chief director champion star receiver player striker ceo president-elect chairman spokesman spokeswoman
ambassador justice lawyer author writer bundeskanzler präsident président ministre presidente ministro sr sra
herr frau
"""
_ROLES = frozenset(_ROLES_WRITTEN.split())
_PLACED: dict[str, frozenset[str]] = {
    lang: frozenset(words.split())
    for lang, words in {
        "en": "in at near off outside around the northern southern eastern western central downtown",
        "fr": "à en au aux dans près de vers",
        "es": "en de desde cerca a",
        "it": "a in da di presso",
        "pt": "em no na de",
        "nl": "in bij uit te",
        "ru": "в во из под на",
        "uk": "в у з із під на",
        "pl": "w we z pod na",
    }.items()
}
_DATES_WRITTEN = """
monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
september october november december jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu
thurs fri sat sun am pm gmt est edt pst pdt bst et the a an in on at updated posted published
"""
_DAYS_AND_MONTHS = frozenset(_DATES_WRITTEN.split())
_OFFICES_BEGIN_WITH = """
north south east west united state house white supreme national
"""
_NO_PERSON = frozenset(_OFFICES_BEGIN_WITH.split()) | _DAYS_AND_MONTHS


@dataclass(slots=True)
class Named:
    """The names of an article as terms; in those that are dictionaries the value is where it first stands.

    `names` are all of them with their sound, `longer` the last words of names of several words. `shouted`
    says that most words of the text read last have a capital, so that it says nothing.
    """

    names: dict[str, str] = field(default_factory=dict)
    longer: dict[str, None] = field(default_factory=dict)
    persons: dict[str, int] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    shouted: bool = False

    def read(self, text: str, every_word: Sequence[str], lang: str, base: int = 0) -> None:
        """Add the names of a text, given with its words, that begins `base` characters into the article."""
        if lang in _NOT_BY_CAPITALS or text.islower():
            return
        long = [word for word in every_word if len(word) >= _LONG]
        self.shouted = shouted = len(long) > 3 and sum(word[0].isupper() for word in long) > _SHOUTED * len(
            long
        )
        for run in _RUN.finditer(text):
            words = run[0].split()
            if "'" in run[0] or "’" in run[0]:
                words = [_PARTICLE.sub("", word) for word in words]
            start, end = run.span()
            before = text[max(0, start - 16) : start]
            word_before = _last_word(before)
            at = base + start
            self._find_persons(words, word_before, at, lang, aged=_is_aged(text, end, before))
            if shouted:
                self._add_names(words, lang, common_terms())
                continue
            if len(words) > 1 or not _begins_here(before):
                self._add_names(words, lang, {})
                kept = [word for word in words if word.lower() not in _DAYS_AND_MONTHS]
                if 2 <= len(kept) <= 4:
                    self._add_longer(kept[-1], lang)
            if word_before in _PLACED.get(lang, ()) or _IS_PLACE.match(text, end):
                self._add_places(words, at, lang)

    def _add_names(self, words: list[str], lang: str, usual: dict[str, float]) -> None:
        for word in words:
            known = term(word, lang)
            if known and known not in usual and known not in self.names and len(word) > 1:
                self.names[known] = sound(fold(word))

    def _add_longer(self, word: str, lang: str) -> None:
        known = term(word, lang)
        if known and fold(word) not in common_words():
            self.longer[known] = None

    def _find_persons(self, words: list[str], before: str, at: int, lang: str, *, aged: bool) -> None:
        last = len(words) - 1
        for index, word in enumerate(words):
            folded = fold(word)
            earlier = words[index - 1].lower() if index else before
            if index < last and folded in FIRST_NAMES and earlier not in _OF_PLACES:
                following = [other for other in words[index + 1 : index + 3] if len(other.rstrip(". ")) > 1]
                self._add_person(following[:1], at, lang)
            elif earlier in _ROLES and folded not in FIRST_NAMES and folded not in _ROLES:
                self._add_person(words[-1:] if last - index < 3 else [word], at, lang)
        if aged:
            self._add_person(words[-1:], at, lang)

    def _add_person(self, words: list[str], at: int, lang: str) -> None:
        for word in words:
            known = term(word, lang)
            if known and fold(word) not in _NO_PERSON and fold(word) not in common_words():
                self.persons.setdefault(known, at)

    def _add_places(self, words: list[str], at: int, lang: str) -> None:
        for word in words:
            known = term(word, lang)
            if known and self._is_place(fold(word), known):
                self.places.setdefault(known, at)

    def _is_place(self, folded: str, known: str) -> bool:
        if folded in _DAYS_AND_MONTHS or folded in common_words():
            return False
        return known not in self.persons and known not in countries()


@cache
def days_and_months() -> frozenset[str]:
    """Give the terms of days and months, which have capitals and are no names."""
    return frozenset(term(word, "en") for word in _DAYS_AND_MONTHS)


@cache
def months() -> frozenset[str]:
    """Give the terms of months, and of short forms of days, which the same date may be written with."""
    written = (word for word in _DAYS_AND_MONTHS if not word.endswith("day"))
    return frozenset(term(word, "en") for word in written)


def _last_word(before: str) -> str:
    """Give the word, in lower case, that a text ends with, but for a full stop and a space."""
    last = before.removesuffix(" ").removesuffix(".").rpartition(" ")[2]
    if not last.isalnum():
        found = _LAST_WORD.search(last)
        last = found[0] if found else ""
    return last.lower()


def _begins_here(before: str) -> bool:
    """Tell whether what follows a text has its capital because a sentence begins there."""
    left = before.rstrip(" ")
    return not left or left[-1] in _BEGIN or left[-1].isspace()


def _is_aged(text: str, end: int, before: str) -> bool:
    """Tell whether the name that ends there has an age."""
    if "," in text[end : end + 2] and _AGE.match(text, end):
        return True
    return "old" in before and _AGED.search(before) is not None
