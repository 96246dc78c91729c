"""Hypothesis strategies: rule files as authors write them, and articles that speak of the same things."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from hypothesis import strategies as st

from monitor.model import Article
from monitor.rules.terms import TermFault, read_term
from tests.reference.vocabulary import AROUND, GAPS

DAYS = ("2019", "2020-06", "2020-06-15", "2021-01-01", "2021-01-10", "2022")
FIRST_SEEN = datetime(2021, 1, 20, 12, tzinfo=UTC)
TIMES = (
    None,
    datetime(1989, 12, 31, tzinfo=UTC),
    datetime(2018, 12, 17, tzinfo=UTC),
    datetime(2018, 12, 18, tzinfo=UTC),
    datetime(2020, 6, 1, tzinfo=UTC),
    datetime(2020, 6, 28, 23, tzinfo=UTC),
    datetime(2020, 12, 31, 23, 59, tzinfo=UTC),
    datetime(2021, 1, 15, tzinfo=UTC),
    datetime(2021, 1, 21, 12, tzinfo=UTC),
    datetime(2021, 1, 21, 12, 0, 1, tzinfo=UTC),
)
LANGS = ("", "", "en", "en", "ru", "fa", "ar", "de-at", "zh", "xx")
STEMMERS = ("en", "ru", "de", "ar")
TEXT_FIELDS = ("title", "summary", "body")
OTHER_FIELDS = ("author", "url", "tag")


# One strategy for all choices: making a new one for each costs more than everything else together.
CHOICES = st.integers(0, 119)


def pick(draw: st.DrawFn, options: Sequence[str]) -> str:
    """Choose one of at most 120 options; the first is the simplest."""
    return options[draw(CHOICES) % len(options)]


@dataclass
class World:
    """What a generated rule file speaks of: its words, the names it gave, and its ids by kind."""

    words: list[str]
    said: list[str] = field(default_factory=list)
    actors: dict[str, str] = field(default_factory=dict)
    topics: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    inflected: bool = False


def quoted(text: str) -> str:
    """Write a text as a YAML scalar in double quotes."""
    return '"' + "".join(_escaped(char) for char in text) + '"'


def _escaped(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    return char if char.isascii() and char.isprintable() else f"\\U{ord(char):08x}"


def can_be_looked_for(text: str) -> bool:
    """Tell whether a text can be a term."""
    try:
        read_term(text)
    except TermFault:
        return False
    return bool(text.strip())


# Terms


@st.composite
def phrases(draw: st.DrawFn, words: list[str], most: int = 3) -> str:
    """A phrase of the world's words, mostly with single spaces between."""
    pieces = [pick(draw, (words))]
    for _ in range(draw(st.integers(0, most - 1))):
        pieces += [
            pick(draw, ((" ", " ", " ", " ", "-", "", ", ", ". ", " & "))),
            pick(draw, (words)),
        ]
    text = "".join(pieces)
    return text if can_be_looked_for(text) else "iran"


@st.composite
def prefixes(draw: st.DrawFn, words: list[str]) -> str:
    """A phrase whose last word, cut short, ends in a star."""
    text = draw(phrases(words, 2))
    text = text[: max(3, len(text) - draw(st.integers(0, 2)))] + "*"
    return text if can_be_looked_for(text) else "thr*"


@st.composite
def file_terms(draw: st.DrawFn, world: World, most: int = 3, lang: str | None = None) -> str:
    """A name or topic term as a rule file writes it."""
    text = draw(phrases(world.words, most))
    world.said.append(text)
    forms = ["", "", "", "", "star", "exact", "accents", "lang"]
    forms += ["regex"] * (lang is None) + ["stem"] * (lang not in ("ar", "he"))
    forms += ["inflect"] * (lang in STEMMERS)
    special = pick(draw, (forms))
    if special == "":
        return quoted(text)
    if special == "star":
        return quoted(draw(prefixes(world.words)))
    if special == "regex":
        return f"{{regex: {quoted(draw(patterns(world.words)))}}}"
    options = {
        "exact": "case: exact",
        "accents": "accents: exact",
        "stem": f"stem: {pick(draw, (STEMMERS))}",
        "lang": "lang: [en, fa]",
        "inflect": "inflect: true",
    }
    return f"{{term: {quoted(text)}, {options[special]}}}"


@st.composite
def patterns(draw: st.DrawFn, words: list[str]) -> str:
    """A regular expression around words of three letters or more."""
    plain = [word for word in words if len(word) > 2 and word.isalpha()] or ["threat"]
    one, other = pick(draw, (plain)), pick(draw, (plain))
    shapes = (
        r"{0}",
        r"\b{0}\b",
        r"{0}\w*",
        r"\w*{0}",
        r"({0}|{1})s?",
        r"{0}\s+{1}",
        r"{0}.{{0,4}}{1}",
        r"[a-z]+ {0}",
    )
    return pick(draw, (shapes)).format(one, other)


@st.composite
def term_lists(draw: st.DrawFn, world: World, most: int = 2, words: int = 3) -> str:
    """A list of terms in flow style, mostly under a language."""
    lang = pick(draw, (("en", "ru", "ar") if world.inflected else ("", "", "en", "ru", "ar", "he")))
    listed = [draw(file_terms(world, words, lang)) for _ in range(draw(st.integers(1, most)))]
    written = f"[{', '.join(listed)}]"
    return f"{{{lang}: {written}}}" if lang else written


# Actors and topics


@st.composite
def actor_entries(draw: st.DrawFn, world: World) -> list[str]:
    """Countries, bodies, people and offices, named with the world's words."""
    entries: list[str] = []
    plan = pick(
        draw,
        (
            (
                "",
                "",
                "b",
                "cb",
                "bb",
                "cbp",
                "cbbpo",
                "cbpo",
                "cbbppo",
                "cbpoo",
                "co",
                "gbpo",
                "cbpog",
                "cpg",
                "bg",
            )
        ),
    )
    letters = {"c": "country", "b": "organisation", "p": "person", "o": "office", "g": "group"}
    for number, letter in enumerate(plan):
        name, kind = f"{letter}{number}", letters[letter]
        keys = [f"id: {name}", f"kind: {kind}"]
        if kind == "office":
            keys += draw(_office(world))
        else:
            keys += draw(_names(world, kind))
        entries.append(f"  - {{{', '.join(keys)}}}\n")
        world.actors[name] = kind
        world.groups += [name] * any(key.startswith("members:") for key in keys)
    named = [name for name, kind in world.actors.items() if kind != "office"]
    if named and draw(st.integers(0, 4)) == 0:
        entries.append(f"  - {{extend: {pick(draw, (named))}, names: {draw(term_lists(world))}}}\n")
    return entries


@st.composite
def _names(draw: st.DrawFn, world: World, kind: str) -> list[str]:
    forms = pick(draw, (("", "", "", "", "inflect: true", "affixes: false")))
    keys = [forms] if forms else []
    world.inflected = forms == "inflect: true"
    has_weak = draw(st.booleans())
    if not has_weak or draw(st.integers(0, 3)):
        keys.append(f"names: {draw(term_lists(world))}")
    if has_weak:
        keys.append(f"weak: {draw(term_lists(world, 1, 2))}")
        if draw(st.booleans()):
            keys.append(f"context: {draw(term_lists(world, 1, 1))}")
    if draw(st.integers(0, 3)) == 0:
        keys.append(f"not: {draw(term_lists(world, 1))}")
    world.inflected = False
    if kind == "group" and world.actors:
        members = draw(st.lists(st.sampled_from(sorted(world.actors)), min_size=1, max_size=3))
        dates = st.sampled_from(
            ("", f", from: {DAYS[1]}", f", until: {DAYS[3]}", f", from: {DAYS[0]}, until: {DAYS[4]}")
        )
        keys.append(f"members: [{', '.join(f'{{actor: {name}{draw(dates)}}}' for name in members)}]")
    wholes = [name for name, other in world.actors.items() if other not in ("person", "office")]
    if wholes and kind != "country" and draw(st.booleans()):
        keys.append(f"part_of: {pick(draw, (wholes))}")
    return keys


@st.composite
def _office(draw: st.DrawFn, world: World) -> list[str]:
    bodies = [name for name, kind in world.actors.items() if kind not in ("person", "office")]
    people = [name for name, kind in world.actors.items() if kind == "person"]
    titles = pick(
        draw,
        (
            (
                "[head]",
                "[head, head chief]",
                "[chief, секретарь]",
                "[{term: секретарь, stem: ru}, 头]",
                "[head, ra\u02beis, رئيس]",
            )
        ),
    )
    world.said += ["head", "head", "head chief", "секретаря", "رئيس", "头"]
    keys = [f"of: {pick(draw, (bodies))}", f"titles: {titles}"]
    if draw(st.booleans()):
        keys.append("informal: [boss, big boss]")
        world.said += ["boss", "big boss"]
    if people:
        days = sorted(draw(st.sets(st.sampled_from(DAYS), min_size=1, max_size=3)))
        holders = []
        for since, until in zip(["", *days], [*days, ""], strict=True):
            who = pick(draw, ((*people, *people, "vacant")))
            dates = (f", from: {since}" if since else "") + (f", until: {until}" if until else "")
            grace = f", grace: {pick(draw, ((0, 3, 14)))}" if draw(st.booleans()) else ""
            holders.append(
                f"{{vacant: true{dates}}}" if who == "vacant" else f"{{person: {who}{dates}{grace}}}"
            )
        keys.append(f"holders: [{', '.join(holders)}]")
    return keys


@st.composite
def topic_entries(draw: st.DrawFn, world: World) -> list[str]:
    """Up to two topics, the second of which may include the first."""
    entries: list[str] = []
    for number in range(draw(st.integers(0, 2))):
        name = f"t{number}"
        terms = [draw(file_terms(world)) for _ in range(draw(st.integers(1, 2)))]
        if world.topics and draw(st.booleans()):
            terms.append("topic:t0")
        entries.append(f"  - {{id: {name}, terms: [{', '.join(terms)}]}}\n")
        world.topics.append(name)
    return entries


# Articles


@st.composite
def texts(draw: st.DrawFn, world: World, most: int) -> str:
    """A text of the world's words and names, of words around titles, and of all that may stand between."""
    pool = [*world.said, *world.said, *world.words, *(AROUND if world.actors else ())][:120]
    pieces: list[str] = []
    for _ in range(draw(CHOICES) % (most + 1)):
        pieces += [pick(draw, _forms(pick(draw, pool))), pick(draw, GAPS)]
    return "".join(pieces)


def _forms(word: str) -> list[str]:
    attached = ["و" + word, "لل" + word, "בה" + word] if word[-1:].isalpha() and not word.isascii() else []
    changed = [word.upper(), word.lower(), word.title(), word + "s", "x" + word]
    return [word] * 8 + attached + changed + [word[:1] + "\u00ad" + word[1:]]


@st.composite
def articles(draw: st.DrawFn, world: World) -> Article:
    """An article about the things of a world."""
    body = draw(texts(world, 14))
    repeated = draw(st.integers(0, 7)) == 0
    summary = body[: len(body) // 2] if repeated else draw(texts(world, 4))
    others = st.one_of(st.just(""), texts(world, 2))
    return Article(
        id="1",
        title=draw(texts(world, 5)),
        first_seen=FIRST_SEEN,
        summary=summary,
        body=body,
        author=draw(others),
        url=re.sub(r"\s", "%20", draw(others)),
        tags=tuple(draw(st.lists(texts(world, 2), max_size=2))),
        feed=pick(draw, (("", "wire"))),
        source=pick(draw, (("", "Caspian wire"))),
        lang=pick(draw, (LANGS)),
        country=pick(draw, (("", "IR", "RU"))),
        published=pick(draw, (TIMES)),
    )
