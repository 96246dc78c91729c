"""The checks of feeds: what fails, fell silent, moved, is gone, or changed; and our own network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from monitor.feeds.cadence import NETWORK_AWAY
from monitor.feeds.state import format_changed
from monitor.model import Trouble
from monitor.operations.scene import Scene

# A feed fails twice before anybody is told, however long there is between its polls.
_FAILURES = 2
_FEWEST_FEEDS = 3


def network_away(scene: Scene) -> Iterator[Trouble]:
    """No server at all answers: that is our own network, and held against no feed."""
    if waiting := [feed for feed in scene.feeds if _waits_for_network(feed)]:
        yield Trouble(
            "network-away",
            f"This machine reaches no server at all; {len(waiting)} feeds wait for its network",
            "See to its network, its resolver and the proxy of outbound.proxy; polling goes on by itself.",
            after=scene.limits.stuck / 2,
        )


def all_feeds_fail(scene: Scene) -> Iterator[Trouble]:
    """Every feed fails at once: that is on our side, too."""
    if _all_fail(scene):
        yield Trouble(
            "all-feeds-fail",
            f"Each of the {len(scene.feeds)} feeds fails, at last: {scene.feeds[0]['last_error']}",
            "See whether this machine reaches the network, its resolver and the proxy of outbound.proxy.",
            after=scene.limits.stuck,
        )


def feed_fails(scene: Scene) -> Iterator[Trouble]:
    """One feed fails for long."""
    if _all_fail(scene):
        return
    for feed in scene.feeds:
        last = feed["last_success_at"]
        late = last is None or scene.now - last > scene.limits.failing
        if feed["failures"] >= _FAILURES and late and not feed["gone_at"]:
            since = f"since {last:%Y-%m-%d %H:%M} UTC" if last else "and has never worked"
            yield Trouble(
                f"feed-fails:{feed['feed']}",
                f"The feed {feed['feed']} fails {since}: {feed['last_error']}",
                f"See `watchword feeds show {feed['feed']}`; mend its address, or take it out.",
            )


def feed_gone(scene: Scene) -> Iterator[Trouble]:
    """A server says that a feed is gone for good, so it is not asked any more."""
    for feed in scene.feeds:
        if feed["gone_at"]:
            yield Trouble(
                f"feed-gone:{feed['feed']}",
                f"The feed {feed['feed']} is gone (410) and is not polled any more",
                f"Write its new address, or take it out; `watchword feeds reset {feed['feed']}` asks again.",
            )


def feed_moved(scene: Scene) -> Iterator[Trouble]:
    """A feed has moved for good, and is asked where it is now."""
    for feed in scene.feeds:
        if feed["learned_url"]:
            yield Trouble(
                f"feed-moved:{feed['feed']}",
                f"The feed {feed['feed']} has moved for good, and is asked there: {feed['learned_url']}",
                "Write the new address into the configuration, or `moves: ignore` if it is wrong "
                f"(and `watchword feeds reset {feed['feed']}`).",
            )


def feed_format_changed(scene: Scene) -> Iterator[Trouble]:
    """A feed comes in another format than it is known by."""
    for feed in scene.feeds:
        if format_changed(feed["format"], feed["usual_format"]):
            yield Trouble(
                f"feed-format:{feed['feed']}",
                f"The feed {feed['feed']} comes as {feed['format']}, and used to come as "
                f"{feed['usual_format']}",
                f"See with `watchword parse` whether its articles are whole: `watchword feeds show "
                f"{feed['feed']}` has its address. After a week this counts as usual.",
            )


def feed_silent(scene: Scene) -> Iterator[Trouble]:
    """One feed answers, and brings nothing for longer than it ever used to."""
    failing = {feed["feed"] for feed in scene.feeds if feed["failures"] or _waits_for_network(feed)}
    for habit in scene.habits:
        allowed = max(timedelta(seconds=3 * habit.longest_pause), scene.limits.silent)
        if habit.feed not in failing and scene.now - habit.last > allowed:
            yield Trouble(
                f"feed-silent:{habit.feed}",
                f"The feed {habit.feed} has brought nothing since {habit.last:%Y-%m-%d %H:%M} UTC, which is "
                "longer than it ever did",
                f"See with `watchword feeds show {habit.feed}` and a browser whether it moved.",
            )


def _all_fail(scene: Scene) -> bool:
    """Tell whether none works, and nobody knows yet that it is our network."""
    if any(_waits_for_network(feed) for feed in scene.feeds):
        return False
    return len(scene.feeds) >= _FEWEST_FEEDS and all(feed["failures"] for feed in scene.feeds)


def _waits_for_network(feed: Mapping[str, Any]) -> bool:
    return bool(feed["next_reason"] == NETWORK_AWAY)
