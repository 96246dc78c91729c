"""What a backtest reckons is what the daemon does."""

from __future__ import annotations

from pathlib import Path

from monitor.matching.engine import Matcher
from monitor.model import Article
from monitor.pipeline.joining import StoryRules
from monitor.pipeline.replay import Replay
from monitor.rules.book import load_rulebook
from monitor.stories.keys import story_keys
from tests.proof import month
from tests.proof.made_news import OUTLETS, Piece
from tests.proof.made_news import month as made_month

DAYS, SEED = 2, 5


def unedited() -> list[Piece]:
    """Give pieces as they came out first: a backtest has no edits."""
    first: dict[str, Piece] = {}
    for piece in made_month(SEED, month.START, DAYS):
        first.setdefault(piece.link, piece)
    return list(first.values())


def as_article(number: int, piece: Piece) -> Article:
    outlet = next(one for one in OUTLETS if one.id == piece.outlet)
    return Article(
        id=str(number),
        title=piece.title,
        summary=piece.text,
        url=piece.link,
        first_seen=piece.at,
        published=piece.at,
        feed=outlet.id,
        source=outlet.source,
        lang=outlet.lang,
        country=outlet.country,
    )


async def test_a_backtest_and_the_pipeline_come_to_the_same(tmp_path: Path) -> None:
    """The same pieces, polled, dispatched and delivered, and replayed: equal funnels, ends and reasons."""
    pieces = unedited()
    done = await month.simulate(DAYS, SEED, lambda _: None, pieces=pieces)
    assert done.wrong == []

    (tmp_path / "rules.yaml").write_text(month.RULES, "utf-8")
    tiers = {outlet.id: outlet.tier for outlet in OUTLETS}
    rules = StoryRules(story_keys, month.ENDS_AFTER, lambda article: tiers[article.feed])
    replay = Replay(
        Matcher(load_rulebook([tmp_path], now=month.START)),
        month.ROUTES,
        {name: len(destinations) for name, destinations in month.RECEIVERS.items()},
        rules,
    )
    for number, piece in enumerate(pieces, 1):
        replay.take(as_article(number, piece))

    funnel = replay.funnel
    assert funnel.adds_up()
    assert funnel.ends == done.ends
    assert funnel.revisions == done.revisions
    stages = ("articles", "matched", "matches", "stories", "alerts")
    assert [getattr(funnel, stage) for stage in stages] == list(done.funnel.values())[:5]
    assert funnel.notifications == done.funnel["delivered"]
    assert funnel.notifications + funnel.superseded == done.funnel["notifications"]
