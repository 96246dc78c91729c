"""Made-up actors: organisations, the people in them and the offices that these people hold."""

from __future__ import annotations

from random import Random

from benchmarks.made_up import Names
from benchmarks.rule_files import ActorText, Holder
from benchmarks.vocabulary import PLACES_OF_WORK, SUBJECTS, TITLES, listed

_OTHER_LANGUAGES = ("fa", "ar", "ru", "zh")
_GIVEN_NAMES = 400


class Cast:
    """A pool of made-up actors: of ten, three are organisations, five people, two offices with holders."""

    def __init__(self, number: int, seed: int, names: Names) -> None:
        self._random, self._names = Random(seed), names
        self._given = {lang: list(names.words(_GIVEN_NAMES, lang)) for lang in ("en", *_OTHER_LANGUAGES)}
        self.organisations = [self._organisation(n) for n in range(max(1, number * 3 // 10))]
        self.people = [self._person(n) for n in range(max(2, number * 5 // 10))]
        self.offices = [self._office(n) for n in range(max(1, number * 2 // 10))]

    @property
    def everybody(self) -> list[ActorText]:
        """Give all actors."""
        return [*self.organisations, *self.people, *self.offices]

    def _languages(self) -> list[str]:
        return self._random.sample(_OTHER_LANGUAGES, k=self._random.choice((1, 1, 2, 3)))

    def _organisation(self, number: int) -> ActorText:
        rare = self._names.word()
        pattern, subject = self._random.choice(PLACES_OF_WORK), self._random.choice(SUBJECTS.split())
        name = pattern.format(name=rare, subject=subject)
        names = {"en": [name, f"{rare} {self._random.choice(('Group', 'Authority', 'Command'))}"]}
        names |= {lang: [f"{self._names.word(lang)} {self._names.word(lang)}"] for lang in self._languages()}
        literals = tuple(text for texts in names.values() for text in texts)
        return ActorText(f"organisation-{number}", "organisation", name, names, {}, {}, literals=literals)

    def _person(self, number: int) -> ActorText:
        names: dict[str, list[str]] = {}
        weak: dict[str, list[str]] = {}
        for lang in ("en", *self._languages()):
            surname = self._names.word(lang)
            between = "" if lang == "zh" else " "
            names[lang] = [f"{self._random.choice(self._given[lang])}{between}{surname}"]
            weak[lang] = [surname]
        name = names["en"][0]
        literals = tuple(text for texts in (*names.values(), *weak.values()) for text in texts)
        return ActorText(f"person-{number}", "person", name, names, weak, {}, literals=literals)

    def _office(self, number: int) -> ActorText:
        body = self._random.choice(self.organisations)
        title = self._random.choice(list(TITLES))
        titles = {lang: listed(texts) for lang, texts in TITLES[title].items()}
        first, second = self._random.sample(self.people, k=2)
        year = self._random.randrange(2008, 2024)
        holders = (Holder(first.id, "2004-05-01", f"{year}-03-15"), Holder(second.id, f"{year}-03-15", None))
        literals = (*body.literals, *first.literals, *second.literals)
        name = f"{title} of {body.name}"
        return ActorText(f"office-{number}", "office", name, {}, {}, titles, body.id, holders, literals)
