"""Find the weights of `monitor/stories/judgement.py` again, from articles and headline pairs of a folder.

    python -m benchmarks.stories_fit FOLDER

FOLDER holds `ecbplus_dev.jsonl` and `headline_pairs_dev.tsv` as `tests/proof/stories.py` reads them. Needs
scikit-learn, which Watchword does not. Prints what is to be put
into the file, and how well weights do on topics that they were not found on.
"""

from __future__ import annotations

import argparse
import operator
import random
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path

from monitor.stories import judgement
from monitor.stories.headlines import HEADLINE_TRAITS, headline_traits
from monitor.stories.index import Index
from monitor.stories.likeness import TRAITS, Asked, traits
from monitor.stories.memory import StoryMemory
from monitor.stories.profile import language, profile, profile_of
from tests.proof.story_figures import (
    Told,
    area,
    clear_pairs,
    figures,
    mean,
    read_articles,
    read_pairs,
    recall_at,
)

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_SHUFFLES, _FOLDS = 4, 11
_CANDIDATES = 40
_STRENGTH, _HEADLINE_STRENGTH = 0.02, 0.3  # C of the regression: less is smoother
Row = tuple[list[float], bool, str]
Line = tuple[tuple[float, ...], float]


def article_rows(articles: Sequence[Told]) -> list[Row]:
    """Compare articles with those that came before them, as a memory would that made no mistake."""
    rows: list[Row] = []
    numbers = {name: number for number, name in enumerate(dict.fromkeys(told.story for told in articles))}
    of = {told.article.id: told for told in articles}
    for seed in range(_SHUFFLES):
        order = list(articles)
        random.Random(seed).shuffle(order)
        held = StoryMemory()
        for told in order:
            asked = Asked(profile_of(told.article), held.weights)
            rows += [
                (found, of[other.id].story == told.story, told.topic)
                for other in held.candidates(asked, _NOW, _CANDIDATES, _CANDIDATES)
                if (found := traits(asked, other.profile)) is not None
            ]
            held.remember(told.article, _NOW, numbers[told.story])
    return rows


def pair_rows(pairs: Sequence[tuple[float, str, str]]) -> list[Row]:
    """Compare headlines; those of which people were not sure are left out."""
    rows: list[Row] = []
    weights = Index().weights
    for number, (left, right, alike) in enumerate(clear_pairs(pairs)):
        lang = language(left, right, "")
        found = headline_traits(profile(left, "", lang), profile(right, "", lang), weights)
        rows.append((found, alike, str(number % _FOLDS)))
    return rows


def fit(rows: Sequence[Row], strength: float) -> Line:
    """Find the weights and the base of a logistic regression."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    values = np.array([row[0] for row in rows])
    scaler = StandardScaler().fit(values)
    model = LogisticRegression(C=strength, max_iter=5000).fit(
        scaler.transform(values), [row[1] for row in rows]
    )
    weights = model.coef_[0] / scaler.scale_
    return tuple(map(float, weights)), float(model.intercept_[0] - (weights * scaler.mean_).sum())


def folds(names: Sequence[str]) -> Iterator[frozenset[str]]:
    """Part names into as many sets as there are folds."""
    left = sorted(set(names))
    random.Random(5).shuffle(left)
    yield from (frozenset(left[start::_FOLDS]) for start in range(min(_FOLDS, len(left))))


def held_out(articles: Sequence[Told], rows: Sequence[Row]) -> None:
    """Print how well articles are told apart where each is judged by weights that do not know its topic."""
    lines: dict[str, Line] = {}
    for left in folds([told.topic for told in articles]):
        lines |= dict.fromkeys(left, fit([row for row in rows if row[2] not in left], _STRENGTH))
    before = judgement.WEIGHTS, judgement.BASE, judgement.JOINS
    for joins in (1.2, 1.3, 1.4, 1.5):
        judgement.JOINS = joins
        found = []
        for seed in range(_SHUFFLES):
            order = list(range(len(articles)))
            random.Random(seed + 100).shuffle(order)
            held, numbers, stories = StoryMemory(), count(1), [0] * len(articles)
            for index in order:
                told = articles[index]
                judgement.WEIGHTS, judgement.BASE = lines[told.topic]
                stories[index] = held.assign(told.article, _NOW, partial(next, numbers)).story
            found.append(figures(articles, stories))
        print(f"joins at {joins}: {mean(found)}; lowest precision {min(one.precision for one in found):.3f}")
    judgement.WEIGHTS, judgement.BASE, judgement.JOINS = before


def headlines_held_out(rows: Sequence[Row]) -> None:
    """Print how well headlines are ranked by weights that do not know them."""
    scored: list[tuple[float, bool]] = []
    for left in folds([row[2] for row in rows]):
        weights, base = fit([row for row in rows if row[2] not in left], _HEADLINE_STRENGTH)
        for values, alike, fold in rows:
            if fold in left:
                scored.append((base + sum(map(operator.mul, weights, values)), alike))
    print(f"headlines: AUC {area(scored):.4f}, recall at 95 % precision {recall_at(scored, 0.95):.3f}")


def show(name: str, traits_named: Sequence[str], line: Line) -> None:
    """Print weights as the source has them."""
    weights, base = line
    print(f"{name}BASE = {base:.2f}\n{name}WEIGHTS = (")
    for weight, trait in zip(weights, traits_named, strict=True):
        print(f"    {weight:.2f},  # {trait}")
    print(")")


def main() -> int:
    """Fit, judge and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    articles, pairs = (
        read_articles(folder / "ecbplus_dev.jsonl"),
        read_pairs(folder / "headline_pairs_dev.tsv"),
    )
    rows, lines = article_rows(articles), pair_rows(pairs)
    headlines_held_out(lines)
    held_out(articles, rows)
    show("", TRAITS, fit(rows, _STRENGTH))
    show("HEADLINE_", HEADLINE_TRAITS, fit(lines, _HEADLINE_STRENGTH))
    return 0


if __name__ == "__main__":
    sys.exit(main())
