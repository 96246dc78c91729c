"""The two hundred rules that match: over countries, offices, topics and words that are frequent in news."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from random import Random

from benchmarks.rule_files import ActorText, RuleText, TopicText
from benchmarks.vocabulary import COUNTRIES, TITLES, TOPICS, WORDS, listed

COMMON_RULES = 200
_OFFICES = ("president", "prime-minister", "foreign-minister")


def common_topics() -> list[TopicText]:
    """Give the topics that all desks share."""
    return [
        TopicText(topic, {lang: listed(texts) for lang, texts in by_language.items()})
        for topic, by_language in TOPICS.items()
    ]


def common_actors() -> list[ActorText]:
    """Give the countries that all desks share, each with three offices."""
    found = []
    for country in COUNTRIES:
        names = {lang: listed(texts) for lang, texts in country.names.items()}
        found.append(ActorText(country.id, "country", country.name, names, {}, {}))
        for title in _OFFICES:
            titles = {lang: listed(texts) for lang, texts in TITLES[title].items()}
            name = f"{title} of {country.name}"
            found.append(ActorText(f"{country.id}-{title}", "office", name, {}, {}, titles, country.id))
    return found


def common_rules(seed: int) -> list[RuleText]:
    """Give the rules that match, the same for a seed, well mixed."""
    random = Random(seed)
    found = [*_countries_and_topics(), *_offices(), *_words(random)]
    random.shuffle(found)
    return [
        RuleText(f"common-{number}", match, literals, owner="world", labels=("desk: world",))
        for number, (match, literals) in enumerate(found[:COMMON_RULES])
    ]


def _names(number: int) -> tuple[str, ...]:
    return tuple(name for texts in COUNTRIES[number].names.values() for name in listed(texts))


def _countries_and_topics() -> Iterator[tuple[str, tuple[str, ...]]]:
    for (number, country), topic in product(
        enumerate(COUNTRIES), ("diplomacy", "security", "energy", "justice")
    ):
        yield f"actor:{country.id} AND topic:{topic}", _names(number)
    for number, country in enumerate(COUNTRIES):
        yield f"actor:{country.id} NEAR/8 (nuclear OR sanction* OR missile* OR election*)", _names(number)


def _offices() -> Iterator[tuple[str, tuple[str, ...]]]:
    for number, country in enumerate(COUNTRIES):
        for title in _OFFICES:
            yield f"actor:{country.id}-{title}", _names(number)


def _words(random: Random) -> Iterator[tuple[str, tuple[str, ...]]]:
    for lang, share in (("en", 50), ("fa", 8), ("ar", 8), ("ru", 6)):
        for number in range(share):
            one, other, without = random.sample(WORDS[lang].split(), k=3)
            match number % 3:
                case 0:
                    yield f"{one} NEAR/6 {other}", (one,)
                case 1:
                    yield f"{one} AND {other} AND NOT {without}", (one,)
                case _:
                    yield f"title:{one} AND {other}", (one,)
