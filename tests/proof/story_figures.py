"""What is measured of stories: B-cubed figures of clusters, siblings merged, how well pairs are ranked."""

from __future__ import annotations

import csv
import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count, takewhile
from pathlib import Path

from monitor.matching.jsonl import read_article
from monitor.model import Article
from monitor.stories.memory import StoryMemory

LEAD = 300  # characters of a summary that are told
LIKE, UNLIKE = 4.0, 2.0  # what people gave headlines that say the same, and those that do not
_NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Told:
    """An article, the event that people say it tells, and the topic of which that is one of two."""

    article: Article
    story: str
    topic: str


@dataclass(frozen=True, slots=True)
class Figures:
    """How clusters agree with stories; `siblings`: the share of a topic's pairs of two events in one."""

    precision: float
    recall: float
    siblings: float

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.precision * self.recall / (self.precision + self.recall)

    def __str__(self) -> str:
        return (
            f"precision {self.precision:.3f}, recall {self.recall:.3f}, F1 {self.f1:.3f}, "
            f"siblings merged {self.siblings:.3f}"
        )


def read_articles(path: Path) -> list[Told]:
    """Read articles with the key `story`, whose leading number is the topic."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        read = json.loads(line)
        read["summary"] = read.get("summary", "")[:LEAD]
        article = read_article(json.dumps(read), number, _NOW)
        topic = "".join(takewhile(str.isdigit, read["story"]))
        found.append(Told(article, read["story"], topic))
    return found


def read_pairs(path: Path) -> list[tuple[float, str, str]]:
    """Read a table with the columns score, left and right."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(float(row["score"]), row["left"], row["right"]) for row in rows]


def clusters(
    articles: Sequence[Told], seed: int, memory: Callable[[], StoryMemory] = StoryMemory
) -> list[int]:
    """Assign the articles in a shuffled order, all at one time; gives the story of each."""
    order = list(range(len(articles)))
    random.Random(seed).shuffle(order)
    held, numbers = memory(), count(1)
    found = [0] * len(articles)
    for index in order:
        article = articles[index].article
        found[index] = held.assign(article, article.first_seen, lambda: next(numbers)).story
    return found


def figures(articles: Sequence[Told], found: Sequence[int]) -> Figures:
    """Compare clusters with stories."""
    pairs = [(told.story, story) for told, story in zip(articles, found, strict=True)]
    both, gold, ours = Counter(pairs), Counter(one for one, _ in pairs), Counter(one for _, one in pairs)
    precision = sum(both[pair] / ours[pair[1]] for pair in pairs) / len(pairs)
    recall = sum(both[pair] / gold[pair[0]] for pair in pairs) / len(pairs)
    return Figures(precision, recall, _siblings(articles, found))


def _siblings(articles: Sequence[Told], found: Sequence[int]) -> float:
    topics: dict[str, list[int]] = defaultdict(list)
    for index, told in enumerate(articles):
        topics[told.topic].append(index)
    merged = total = 0
    for indexes in topics.values():
        for position, one in enumerate(indexes):
            for other in indexes[:position]:
                if articles[one].story != articles[other].story:
                    total += 1
                    merged += found[one] == found[other]
    return merged / (total or 1)


def mean(all_figures: Sequence[Figures]) -> Figures:
    """Give the mean of figures."""
    number = len(all_figures)
    return Figures(
        sum(one.precision for one in all_figures) / number,
        sum(one.recall for one in all_figures) / number,
        sum(one.siblings for one in all_figures) / number,
    )


def area(scored: Iterable[tuple[float, bool]]) -> float:
    """Give the chance that a pair that is alike scores above one that is not (AUC)."""
    found = list(scored)
    alike = [score for score, is_alike in found if is_alike]
    others = [score for score, is_alike in found if not is_alike]
    above = sum((one > other) + 0.5 * (one == other) for one in alike for other in others)
    return above / (len(alike) * len(others))


def recall_at(scored: Iterable[tuple[float, bool]], precision: float) -> float:
    """Give the largest share of the alike pairs that lie above a score where this precision holds."""
    ranked = sorted(scored, key=lambda pair: (-pair[0], pair[1]))
    alike = sum(is_alike for _, is_alike in ranked)
    hits, best = 0, 0.0
    for number, (_, is_alike) in enumerate(ranked, 1):
        hits += is_alike
        if hits >= precision * number:
            best = hits / alike
    return best


def clear_pairs(pairs: Iterable[tuple[float, str, str]]) -> list[tuple[str, str, bool]]:
    """Give the pairs of which people were sure, and whether they are alike."""
    return [(left, right, score >= LIKE) for score, left, right in pairs if not UNLIKE < score < LIKE]
