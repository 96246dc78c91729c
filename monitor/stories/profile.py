"""What of an article tells its event: the terms of title and lead, who and where, numbers, dates. Pure.

A term is a word's stem, or the meaning it shares with others, or two neighbouring characters of a script
without spaces. Only the beginning of a text is looked at: a story is told in its first sentences, and a
hostile text of megabytes costs no more than a short one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from monitor.model import Article
from monitor.stories.named import EARLY, Named, days_and_months
from monitor.stories.vocabulary import common_terms, counted, countries, denials, term
from monitor.text.folding import folded_forms
from monitor.text.language import detect
from monitor.text.tokens import is_cluster, words_of

TITLE, LEAD = 300, 400  # characters that are looked at
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_ARABIC = re.compile("[\u0600-\u06ff]")
_PERSIAN = re.compile("[پچژگیک]")
_SPACELESS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff]")
_NUMBER = re.compile(r"\d+(?:[.,]\d+| [.,] \d+)+")
_THOUSANDS = re.compile(r"\d{1,3}(?: ?[.,] ?\d{3})+")
_MARKUP = re.compile(r"</?[A-Za-z][^<>]*(?:>|$)|\w+://\S+")  # that was escaped twice is text to a feed
_YEAR = re.compile(r"(?:19|20)\d\d")
MOST_TIMES = 15  # a term that stands there more often weighs no more
_COUNTED_BEHIND = 3  # terms behind a number that may be what it counts
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = frozenset(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))
_DATE = re.compile(
    rf"\b({'|'.join(_MONTHS)})[a-z]* ?\.? (\d{{1,2}})\b|\b(\d{{1,2}})(?:st|nd|rd|th)? ({'|'.join(_MONTHS)})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Profile:
    """An article as stories are told apart by; what holds terms has each once, in order.

    `title_names` are names and countries in it, `title_length` how many of `run` are the title's. `lead` is
    without the terms of `title`, `often` how often each of `terms` stands there, the title counted
    twice. Of names, `sounds` are their consonants, `salient` those in the title or repeated, `longer` the
    last words of names of several words; `persons` and `places` are with those said early apart. `counts` are
    pairs of what is counted and how many. `days` are days of the year that dates name. `run` are all terms as
    they stand.
    """

    lang: str
    title: tuple[str, ...]
    title_names: tuple[str, ...]
    title_length: int
    lead: tuple[str, ...]
    often: tuple[int, ...]
    names: tuple[str, ...]
    sounds: tuple[str, ...]
    salient: tuple[str, ...]
    longer: tuple[str, ...]
    persons: tuple[str, ...]
    early_persons: tuple[str, ...]
    places: tuple[str, ...]
    early_places: tuple[str, ...]
    numbers: tuple[str, ...]
    title_numbers: tuple[str, ...]
    counts: tuple[tuple[str, str], ...]
    years: tuple[str, ...]
    days: tuple[int, ...]
    weekdays: tuple[str, ...]
    title_weekdays: tuple[str, ...]
    denied: bool
    headline: str
    run: tuple[str, ...]

    @property
    def terms(self) -> tuple[str, ...]:
        """Give the terms of title and lead, and the numbers."""
        return self.title + self.lead


def profile_of(article: Article) -> Profile:
    """Read an article."""
    return profile(article.title, text_of(article), article.lang)


def text_of(article: Article) -> str:
    """Give the text below the headline, without the headline that it may begin with, markup and addresses."""
    text = (article.summary or article.body)[: 2 * LEAD + TITLE]
    if "<" in text or "://" in text:
        text = _MARKUP.sub(" ", text)
    return text.removeprefix(article.title).lstrip()


def profile(title: str, lead: str = "", lang: str = "") -> Profile:
    """Read a title and the text below it; `lang` is a language tag, empty where it is unknown."""
    title, lead = title[:TITLE], lead[:LEAD]
    lang = language(title, lead, lang)
    above, below = _Read(title, lang), _Read(lead, lang)
    often = Counter(above.terms)
    often.update(above.terms + below.terms)
    for number in above.numbers + below.numbers:
        often["#" + number] += 1
    first = tuple(dict.fromkeys(above.terms))
    titled = frozenset(first)
    second = tuple(word for word in often if word not in titled)
    named = Named()
    named.read(title, above.words, lang)
    title_names = _title_names(first, named, below.words, lead, lang)
    named.read(lead, below.words, lang, len(title) + 3)
    known = common_terms()
    return Profile(
        lang=lang,
        title=first,
        title_names=title_names,
        title_length=len(above.terms),
        lead=second,
        often=tuple(min(often[term], MOST_TIMES) for term in first + second),
        names=tuple(named.names),
        sounds=tuple(named.names.values()),
        salient=tuple(name for name in named.names if often[name] > 1 and name not in known),
        longer=tuple(named.longer),
        persons=tuple(named.persons),
        early_persons=tuple(name for name, at in named.persons.items() if at < EARLY),
        places=tuple(named.places),
        early_places=tuple(name for name, at in named.places.items() if at < EARLY),
        numbers=tuple(dict.fromkeys(above.numbers + below.numbers)),
        title_numbers=tuple(dict.fromkeys(above.numbers)),
        counts=tuple(dict.fromkeys(above.counts + below.counts)),
        years=tuple(dict.fromkeys(n for n in above.numbers + below.numbers if _YEAR.fullmatch(n))),
        days=tuple(dict.fromkeys(_days(f"{title} . {lead}"))) if above.numbers or below.numbers else (),
        weekdays=tuple(day for day in dict.fromkeys(above.folded + below.folded) if day in _WEEKDAYS),
        title_weekdays=tuple(day for day in dict.fromkeys(above.folded) if day in _WEEKDAYS),
        denied=above.denied,
        headline=" ".join(above.folded),
        run=tuple(above.terms + below.terms),
    )


def _title_names(
    title: tuple[str, ...], named: Named, lead_words: list[str], lead: str, lang: str
) -> tuple[str, ...]:
    """Give the names and countries of a title; where all words have capitals, the text tells the names."""
    sure: Collection[str] = named.names
    if named.shouted:
        below = Named()
        below.read(lead, lead_words, lang)
        sure = below.names
    known, times = countries(), days_and_months()
    return tuple(
        word
        for word in title
        if (word in known or (word in sure and word in named.names)) and word not in times
    )


def language(title: str, lead: str, said: str) -> str:
    """Give the language whose stems serve: the one that was said, else what the letters tell."""
    if said:
        return said.replace("_", "-").partition("-")[0].lower()
    text = f"{title}\n{lead[:300]}"
    if found := detect(text):
        return found.lang
    if _CYRILLIC.search(text):
        return "ru"
    if _ARABIC.search(text):
        return "fa" if _PERSIAN.search(text) else "ar"
    return "en"


def _days(text: str) -> Iterator[int]:
    """Give the days that dates name, as days of a year of months of 31 days."""
    for month, day, day_before, month_after in _DATE.findall(text):
        number = int(day or day_before)
        if 1 <= number <= 31:
            yield _MONTHS.index((month or month_after).lower()) * 31 + number


class _Read:
    """One text in one pass: its terms and numbers."""

    __slots__ = ("counts", "denied", "folded", "numbers", "terms", "words")

    def __init__(self, text: str, lang: str) -> None:
        self.terms: list[str] = []
        self.numbers: list[str] = []
        self.counts: list[tuple[str, str]] = []
        self.words = words_of(_NUMBER.sub(_as_one_word, text))
        self.folded = folded_forms(self.words)
        self.denied = not denials(lang).isdisjoint(self.folded)
        self._read(_pairs(self.words) if _SPACELESS.search(text) else self.words, lang)

    def _read(self, words: Iterable[str], lang: str) -> None:
        number, left = "", 0
        for word in words:
            written, found = _number_or_term(word, lang)
            if written:
                self.numbers.append(written)
                number, left = written, _COUNTED_BEHIND
            elif found:
                self.terms.append(found)
                if left:
                    self.counts.append((found, number))
                    left -= 1


@lru_cache(maxsize=1 << 17)
def _number_or_term(word: str, lang: str) -> tuple[str, str]:
    """Give the number a word is or begins with (2nd, 3pm), without zeros before it, or else its term."""
    if word[0].isdigit():
        return word.lower().rstrip("abcdefghijklmnopqrstuvwxyz").lstrip("0") or "0", ""
    number = counted(lang).get(word.lower(), "")
    return number, "" if number else term(word, lang)


def _as_one_word(number: re.Match[str]) -> str:
    """Write a number without marks, which would part it: 14,000 as 14000, 6.1 as 6d1."""
    written = number[0]
    if _THOUSANDS.fullmatch(written):
        return re.sub(r"\D", "", written)
    return re.sub(r"\D+", "d", written)


def _pairs(words: Iterable[str]) -> Iterator[str]:
    """Put neighbouring characters of scripts without spaces together by two."""
    before = ""
    for word in words:
        if len(word) <= 2 and is_cluster(word[0]):
            if before:
                yield before + word
            before = word
        else:
            before = ""
            yield word
