"""What of an article tells its event: the terms of title and lead, names, numbers, dates. Pure.

A term is a word's stem, or the meaning it shares with others, or two neighbouring characters of a script
without spaces. Only the beginning of a text is looked at: a story is told in its first sentences, and a
hostile text of megabytes costs no more than a short one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from monitor.model import Article
from monitor.stories.vocabulary import against, counted, denials, prior, sound, term
from monitor.text.folding import fold
from monitor.text.language import detect
from monitor.text.tokens import Tokens, is_cluster

TITLE, LEAD = 300, 1_000  # characters that are looked at
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_ARABIC = re.compile("[\u0600-\u06ff]")
_PERSIAN = re.compile("[پچژگیک]")
_SPACELESS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff]")
_NUMBER = re.compile(r"\d+(?:[.,]\d+| [.,] \d+)+")
_THOUSANDS = re.compile(r"\d{1,3}(?: ?[.,] ?\d{3})+")
_YEAR = re.compile(r"(?:19|20)\d\d")
_CAPITAL = r"[A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪĮİĶĹĻĽŁŃŅŇŐŒŔŘŚŞŠŢŤŪŮŰŲŹŻŽΑ-ΩЀ-Я]"
_NAMED = re.compile(rf"(?<=[^\W_][ ,;)\-–’'(“]){_CAPITAL}[^\W\d_]+|(?<=[,;)] ){_CAPITAL}[^\W\d_]+")
_WORDS = re.compile(r"[^\W\d_]{4,}")
_NOT_BY_CAPITALS = frozenset(("de", "lb"))  # every noun has one
_MOSTLY = 0.6


@dataclass(frozen=True, slots=True)
class Profile:
    """An article as stories are told apart by.

    `title` and `lead` are the terms of each, in order and once, `lead` without those of the title; `names`
    are the terms written as names, `sounds` their consonants, `named` how many of them the title has (they
    come first). `numbers` and `title_numbers` are numbers, `counts` and `title_counts` what is counted and
    how many; `run` are all terms as they stand.
    """

    title: tuple[str, ...]
    lead: tuple[str, ...]
    names: tuple[str, ...]
    sounds: tuple[str, ...]
    named: int
    numbers: tuple[str, ...]
    title_numbers: tuple[str, ...]
    counts: tuple[tuple[str, str], ...]
    title_counts: tuple[tuple[str, str], ...]
    years: tuple[str, ...]
    denied: bool
    run: tuple[str, ...]
    headline: str
    lang: str

    @property
    def terms(self) -> tuple[str, ...]:
        """Give the terms of title and lead, each once."""
        return self.title + self.lead


def profile_of(article: Article) -> Profile:
    """Read an article."""
    return profile(article.title, article.summary or article.body, article.lang)


def profile(title: str, lead: str = "", lang: str = "") -> Profile:
    """Read a title and the text below it; `lang` is a language tag, empty where it is unknown."""
    title, lead = title[:TITLE], lead[:LEAD]
    lang = language(title, lead, lang)
    above, below = _Read(title, lang), _Read(lead, lang)
    first = tuple(dict.fromkeys(above.terms))
    known = frozenset(first)
    second = tuple(word for word in dict.fromkeys(below.terms) if word not in known)
    names = dict(above.names)
    named = len(names)
    names.update(below.names)
    return Profile(
        title=first,
        lead=second,
        names=tuple(names),
        sounds=tuple(names.values()),
        named=named,
        numbers=tuple(dict.fromkeys(above.numbers + below.numbers)),
        title_numbers=tuple(dict.fromkeys(above.numbers)),
        counts=tuple(dict.fromkeys(above.counts + below.counts)),
        title_counts=tuple(dict.fromkeys(above.counts)),
        years=tuple(dict.fromkeys(n for n in above.numbers + below.numbers if _YEAR.fullmatch(n))),
        denied=above.denied,
        run=tuple(above.terms + below.terms),
        headline=" ".join(above.folded),
        lang=lang,
    )


def language(title: str, lead: str, said: str) -> str:
    """Give the language whose stems serve: the one that was said, else what the letters tell."""
    if said:
        return said.replace("_", "-").partition("-")[0].lower()
    text = f"{title}\n{lead[:300]}"
    if text.isascii() and len(text) < 60:
        return "en"
    if found := detect(text):
        return found.lang
    if _CYRILLIC.search(text):
        return "ru"
    if _ARABIC.search(text):
        return "fa" if _PERSIAN.search(text) else "ar"
    return "en"


class _Read:
    """One text in one pass: its terms, names and numbers."""

    def __init__(self, text: str, lang: str) -> None:
        self.terms: list[str] = []
        self.numbers: list[str] = []
        self.counts: list[tuple[str, str]] = []
        self.names: dict[str, str] = {}
        text = _NUMBER.sub(_as_one_word, text)
        tokens = Tokens(text)
        words = tokens.words()
        self.folded = tokens.folded
        self.denied = not denials(lang).isdisjoint(self.folded)
        if _SPACELESS.search(text):
            words = list(_pairs(words))
        self._read(words, lang)
        if lang not in _NOT_BY_CAPITALS:
            self._find_names(text, lang)

    def _read(self, words: list[str], lang: str) -> None:
        spelled = counted(lang)
        waiting: list[tuple[str, int]] = []
        for word in words:
            number = word.lower() if word[0].isdigit() else spelled.get(word.lower(), "")
            if number and word[0].isdigit() and not number[-1].isdigit():
                number = number.rstrip("abcdefghijklmnopqrstuvwxyz") or ""
            if number:
                number = number.lstrip("0") or "0"
                self.numbers.append(number)
                waiting = [(number, 3)]
                continue
            found = term(word, lang)
            if not found:
                continue
            self.terms.append(found)
            if waiting:
                ((number, left),) = waiting
                self.counts.append((found, number))
                waiting = [(number, left - 1)] if left > 1 else []

    def _find_names(self, text: str, lang: str) -> None:
        long = _WORDS.findall(text)
        high = sum(word[0].isupper() for word in long)
        shouted = len(long) > 3 and high > _MOSTLY * len(long)
        usual = prior(lang)
        for word in _NAMED.findall(text):
            found = term(word, lang)
            if found and not (shouted and found in usual) and found not in self.names:
                self.names[found] = sound(fold(word))


def _as_one_word(number: re.Match[str]) -> str:
    """Write a number without marks, which would part it: 14,000 as 14000, 6.1 as 6d1."""
    written = number[0]
    if _THOUSANDS.fullmatch(written):
        return re.sub(r"\D", "", written)
    return re.sub(r"\D+", "d", written)


def _pairs(words: list[str]) -> Iterable[str]:
    """Put neighbouring characters of scripts without spaces together by two."""
    before = ""
    for word in words:
        if len(word) <= 2 and is_cluster(word[0]):
            if before:
                yield before + word
            before = word
            continue
        before = ""
        yield word
