"""What rules cost: the time each took over many articles, so that one that slows the others is seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.matching.engine import Matcher
from monitor.model import Article

BUDGET = 0.010
"""Seconds that one rule may take over one article."""


@dataclass(slots=True)
class RuleCost:
    """A rule over many articles: for how many it was asked, how many matched, and its seconds.

    `slowest` are the seconds of the article that took longest, and `article` is that article's id.
    """

    rule: str
    asked: int = 0
    matched: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    article: str = ""

    @property
    def over_budget(self) -> bool:
        """Tell whether the rule took longer over an article than it may."""
        return self.slowest > BUDGET


@dataclass(frozen=True, slots=True)
class Costs:
    """The rules that were asked, the dearest first; `shared` are the seconds that all rules share."""

    articles: int
    shared: float
    rules: tuple[RuleCost, ...]

    @property
    def seconds(self) -> float:
        """Give all seconds together."""
        return self.shared + sum(rule.seconds for rule in self.rules)


def measure_costs(matcher: Matcher, articles: Iterable[Article]) -> Costs:
    """Match articles one after the other and take the time of every rule."""
    rules: dict[str, RuleCost] = {}
    count, shared = 0, 0.0
    for article in articles:
        count += 1
        common, times = matcher.time_of_rules(article)
        shared += common
        for rule, seconds, matched in times:
            cost = rules.setdefault(rule, RuleCost(rule))
            cost.asked += 1
            cost.matched += matched
            cost.seconds += seconds
            if seconds > cost.slowest:
                cost.slowest, cost.article = seconds, article.id
    dearest = sorted(rules.values(), key=lambda cost: (not cost.over_budget, -cost.seconds))
    return Costs(count, shared, tuple(dearest))
