"""How articles are joined to stories, as a configuration has it."""

from __future__ import annotations

from monitor.config import Settings
from monitor.pipeline.joining import StoryRules
from monitor.stories.keys import story_keys


def story_rules(settings: Settings) -> StoryRules:
    """Say how articles are joined to stories; a feed's tier is that of its publisher alone."""
    tiers = {(feed.id, feed.publisher): feed.tier for feed in settings.config.feeds}
    return StoryRules(
        keys=story_keys,
        ends_after=settings.config.stories.ends_after,
        tier_of=lambda article: tiers.get((article.feed, article.source)),
    )
