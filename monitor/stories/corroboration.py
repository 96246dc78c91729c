"""Corroboration: how many independent voices have a story. Pure.

Owners count, not feeds; an agency counts once, however many print it, and a copy of anybody's text is that
body's word. So what is counted here errs on the side of too few.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.model import NOBODY, Article, Corroboration
from monitor.stories.corrections import correction_in

# So many independent voices are each worth a word to those who were told.
MILESTONES = (2, 3, 5, 10)
_MOST = 200  # names kept of a story


@dataclass(frozen=True, slots=True)
class Report:
    """An article as a report of its story: whose word it is, who published it, and when.

    `tier` is 1 for sources of the first rank, None where nothing is said of the source. What is nobody's word
    adds nothing to what a story has.
    """

    voice: str
    source: str
    lang: str
    country: str
    tier: int | None
    at: datetime


def report_of(article: Article, voice: str, tier: int | None, at: datetime) -> Report:
    """Make a report of an article, of which is known whose word it is."""
    return Report(voice, article.source, article.lang, article.country, tier, at)


def word_of(article: Article, voice: str, has: Corroboration) -> str:
    """Give whose word an article is about a story: whoever calls a report false is no witness of it."""
    return "" if has.articles and correction_in(article) else voice


def with_report(before: Corroboration, report: Report) -> Corroboration:
    """Add a report to what a story has."""
    if not report.voice and before.articles:
        return replace(before, articles=before.articles + 1)
    tiers = [tier for tier in (before.tier, report.tier) if tier is not None]
    return Corroboration(
        voices=_added(before.voices, report.voice),
        sources=_added(before.sources, report.source),
        languages=_added(before.languages, report.lang.partition("-")[0]),
        countries=_added(before.countries, report.country),
        tier=min(tiers, default=None),
        articles=before.articles + 1,
        first_at=before.first_at or report.at,
    )


def corroboration_of(reports: Iterable[Report]) -> Corroboration:
    """Count the reports of a story in the order in which they came."""
    found = NOBODY
    for report in reports:
        found = with_report(found, report)
    return found


def milestone(voices: int) -> int:
    """Give the highest milestone that so many voices have passed; 1 below the first."""
    return max((mark for mark in MILESTONES if mark <= voices), default=1)


def _added(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return names if not name or name in names or len(names) >= _MOST else (*names, name)
