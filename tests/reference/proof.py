"""Engine against reference on generated cases: counted, with progress, as often as asked.

`python -m tests.reference.proof 20000` judges at least that many articles in two processes, eight by each
generated rule file, and prints what it did.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from hypothesis import HealthCheck, given, seed, settings

from monitor.matching.engine import Matcher
from tests.reference.cases import Case, cases, engine_matches
from tests.reference.evaluator import reference_matches

PROCESSES = 2
ARTICLES = 8  # a rule file: most of the time goes into making the rules


@dataclass
class Tally:
    """What was run: cases, articles, and how many of each had a match."""

    cases: int = 0
    articles: int = 0
    matched_cases: int = 0
    matched_articles: int = 0

    def check(self, case: Case) -> None:
        """Match every article of a case with both, and count it."""
        book = case.book()
        matcher = Matcher(book)
        matched = 0
        for article in case.articles:
            found = engine_matches(matcher, article)
            assert found == reference_matches(book, article), f"\n{case.text}\n{article}"
            matched += bool(found)
        self.cases += 1
        self.articles += len(case.articles)
        self.matched_cases += bool(matched)
        self.matched_articles += matched

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, name) + getattr(other, name) for name in vars(self)))

    def __str__(self) -> str:
        share = 100 * self.matched_cases / max(1, self.cases)
        return (
            f"{self.cases} rule files, {self.articles} articles, {self.matched_articles} of them matched; "
            f"{share:.0f} % of the rule files had a match"
        )


def prove(rule_files: int, start: int = 1, every: int = 0) -> Tally:
    """Run cases through engine and reference; `start` seeds them, `every` so many progress is printed."""
    tally = Tally()
    begun = time.monotonic()

    def check(case: Case) -> None:
        tally.check(case)
        if every and tally.cases % every == 0:
            print(f"  {time.monotonic() - begun:5.0f} s  {tally}", flush=True)

    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    limits = settings(max_examples=rule_files, deadline=None, suppress_health_check=checks, database=None)
    test = limits(given(cases(ARTICLES, ARTICLES))(check))
    seed(start)(test)()
    return tally


def main() -> int:
    """Run as many cases as asked and print the count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("examples", type=int)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1 << 31))
    asked = parser.parse_args()
    print(f"{asked.examples} articles in {PROCESSES} processes, seeds {asked.seed} and following")
    share = -(-asked.examples // (PROCESSES * ARTICLES))
    with ProcessPoolExecutor(PROCESSES) as pool:
        runs = [pool.submit(prove, share, asked.seed + number, 100) for number in range(PROCESSES)]
        total = sum((run.result() for run in runs), Tally())
    print(f"engine and reference agree: {total}")
    return 0 if total.articles >= asked.examples and total.matched_cases * 5 >= total.cases else 1


if __name__ == "__main__":
    sys.exit(main())
