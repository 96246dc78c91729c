"""Articles of about 240 characters: cut from JSON lines that are given, or generated from a seed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random

from benchmarks.vocabulary import LANGUAGES, TOPICS, WORDS, listed

LENGTH = 240
_SHORTEST = 160
_TITLE = 70
_SHARES = {"en": 55, "fa": 14, "ar": 14, "ru": 9, "zh": 8}
_FILLERS = {
    "en": "the of and in to a on for with that after by said has its from was over new more first",
    "fa": "و در به از که این را با است برای یک آن",
    "ar": "في من على إلى أن عن التي مع بعد خلال هذا",
    "ru": "в и на что с по не из о за для к после",
    "zh": "的 在 和 了 将 对 为 与 上",
}


@dataclass(frozen=True, slots=True)
class Item:
    """An article as the machine interface takes it."""

    id: str
    title: str
    summary: str
    lang: str

    def line(self) -> str:
        """Give the article as a JSON line."""
        fields = {"id": self.id, "title": self.title, "summary": self.summary, "lang": self.lang}
        return json.dumps(fields, ensure_ascii=False)


def items(number: int, seed: int, folder: Path | None) -> list[Item]:
    """Give so many articles, languages mixed as a news stream mixes them; fewer where the texts run out."""
    random = Random(seed)
    sources = _pieces(folder) if folder else {lang: _generated(lang, random) for lang in LANGUAGES}
    found: list[Item] = []
    for lang, share in _SHARES.items():
        wanted = number * share // 100 + (lang == "en") * (
            number - sum(number * s // 100 for s in _SHARES.values())
        )
        for text in islice(sources.get(lang, iter(())), wanted):
            title, summary = _split(text)
            found.append(Item(f"{lang}-{len(found)}", title, summary, lang))
    random.shuffle(found)
    return found


def _split(text: str) -> tuple[str, str]:
    """Cut a text into a title and a summary, between two words where there are any."""
    cut = text.rfind(" ", 20, _TITLE)
    cut = cut if cut > 0 else _TITLE // 2
    return text[:cut].strip(), text[cut:].strip()


def _pieces(folder: Path) -> dict[str, Iterator[str]]:
    """Give the texts below a folder by language, cut into pieces of the length that is measured."""
    by_language: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("*.jsonl")):
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                read = json.loads(line)
                text = " ".join(filter(None, (read.get("title"), read.get("summary"), read.get("body"))))
                by_language.setdefault(read.get("lang", "en"), []).append(" ".join(text.split()))
    return {lang: _cut(texts) for lang, texts in by_language.items()}


def _cut(texts: list[str]) -> Iterator[str]:
    """Cut long texts and join short ones."""
    waiting = ""
    for text in texts:
        waiting = f"{waiting} {text}".strip()
        while len(waiting) > LENGTH:
            cut = waiting.rfind(" ", _SHORTEST, LENGTH)
            cut = cut if cut > 0 else LENGTH
            yield waiting[:cut]
            waiting = waiting[cut:].strip()
        if len(waiting) >= _SHORTEST:
            yield waiting
            waiting = ""


def _generated(lang: str, random: Random) -> Iterator[str]:
    """Give endless texts of filler words and words of the news."""
    frequent = WORDS[lang].split()
    special = [term.rstrip("*") for topic in TOPICS.values() for term in listed(topic[lang])]
    fillers = _FILLERS[lang].split()
    between = "" if lang == "zh" else " "
    while True:
        words: list[str] = []
        while sum(map(len, words)) + len(words) * len(between) < LENGTH - 8:
            pool = random.choices((fillers, frequent, special), (14, 1, 1))[0]
            words.append(random.choice(pool) + ("." if random.random() < 0.06 else ""))
        yield between.join(words)
