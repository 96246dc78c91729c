"""Why an actor was not found although something of it stands in the text, for those who write rules."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.matching.cast import Cast
from monitor.rules.definitions import Actor
from monitor.rules.tree import ActorRef

_UNCERTAIN = "a weak name, and nothing here makes it certain"


def doubts(node: ActorRef, cast: Cast) -> str:
    """Say what stands there and does not count, empty where nothing of the actor does."""
    actor = cast.actors[node.id]
    reasons = _of_office(actor, cast) if actor.kind == "office" else _of_names(actor.id, cast)
    return "; ".join(dict.fromkeys(reasons))


def _of_names(name: str, cast: Cast) -> Iterator[str]:
    for text in cast.passed_over(name, "names"):
        yield f"{text!r} is inside a longer name of its kind"
    certain = any(True for _ in cast.grounds(name))
    for text in cast.passed_over(name, "weak"):
        aside = "inside a longer name of its kind" if certain else _UNCERTAIN
        yield f"{text!r} is {aside}"
    for text in cast.cancelling(name):
        yield f"{text!r} is one of its `not:` phrases: a name inside it does not count"


def _of_office(office: Actor, cast: Cast) -> Iterator[str]:
    for text in cast.titles_passed_over(office.id):
        yield f"the title {text!r} has not its body, or is marked as another or a former one"
    for holder in office.holders:
        if holder.person and cast.names(holder.person):
            if not holder.holds(cast.at, grace=True):
                interval = f"{holder.since or 'ever'} to {holder.until or 'now'}"
                yield f"{holder.person} held it from {interval}, not on {cast.at:%Y-%m-%d}"
            else:
                yield f"{holder.person} is marked as a former one"
        elif holder.person:
            yield from _of_names(holder.person, cast)
