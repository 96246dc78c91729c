"""Alerts about stories that are split or joined by hand: which thread goes where, and what counts as told.

A thread belongs to the article that it began with. What else it told counts as told where that is now, by an
alert that is opened there in silence, so that nobody is told twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from monitor.model import SEVERITIES, Corroboration
from monitor.stores import notifications, threads
from monitor.stores.archive import Connection
from monitor.stores.threads import StoryMatch, Thread
from monitor.stories.corroboration import milestone


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a story that is split, or the whole of one that others were joined to: who has it now."""

    story: int
    articles: frozenset[int]
    told_by: Corroboration


@dataclass(frozen=True, slots=True)
class Held:
    """What receivers know of a story that is about to change.

    `threads` are by receiver, that which stands first; `told` are the articles that each was sent word of,
    with their versions. Of the alerts in `stale` a line waited that says who has the story; it is not sent.
    """

    threads: Mapping[str, Sequence[Thread]]
    told: Mapping[str, Mapping[int, int]]
    matches: Sequence[StoryMatch]
    stale: frozenset[str]


@dataclass(slots=True)
class Outcome:
    """What became of alerts: how many went along, how many receivers hear on in a thread that was theirs.

    `again` are the matches to be dispatched once more.
    """

    moved: int = 0
    stayed: int = 0
    again: set[int] = field(default_factory=set)


def hold(c: Connection, story: int, now: datetime) -> Held:
    """Load what receivers know of a story, and stop what waits to be said of who has it."""
    ids = threads.alerts_of_story(c, story)
    stale = notifications.supersede_by_hand(c, ids, now)
    found: dict[str, list[Thread]] = defaultdict(list)
    for thread in threads.load_threads(c, ids):
        found[thread.receiver].append(thread)
    return Held(found, threads.told_in(c, story), threads.matches_of_story(c, story), frozenset(stale))


class Parting:
    """Parts the alerts about a story between what is left of it and what is split off."""

    def __init__(
        self,
        c: Connection,
        held: Held,
        parts: tuple[Part, Part],
        new_alert_id: Callable[[], str],
        now: datetime,
    ) -> None:
        self._c, self._held = c, held
        self._left, self._apart = parts
        self._new_alert_id, self._now = new_alert_id, now
        self._lost: dict[int, set[str]] = {part.story: set() for part in parts}
        self._outcome = Outcome()

    def done(self) -> Outcome:
        """Part them all, and say which matches are untold where they are now."""
        for mine in self._held.threads.values():
            self._part(mine)
        ever_told = {
            told.rule for mine in self._held.threads.values() for one in mine for told in one.counted
        }
        for match in self._held.matches:
            apart = match.article in self._apart.articles
            lost = self._lost[(self._apart if apart else self._left).story]
            if match.ended and (match.rule in lost or (apart and match.rule not in ever_told)):
                self._outcome.again.add(match.id)
        return self._outcome

    def _part(self, mine: Sequence[Thread]) -> None:
        """Part the threads of one receiver."""
        left, apart = self._left, self._apart
        going = next((one for one in mine if one.first in apart.articles), None)
        rest = [one for one in mine if one is not going]
        staying = next((one for one in rest if one.story == left.story or one.first in left.articles), None)
        self._outcome.moved += going is not None
        ever_told = {told.rule for one in mine for told in one.counted}
        for part, other, thread in ((apart, left, going), (left, apart, staying)):
            told = self._told_in(part, mine, ever_told)
            if thread is not None:
                rules = self._goes_on(thread, part, other, told)
                self._reckon_anew(thread, mine, part)
            elif part is left or any(one.article in part.articles for each in mine for one in each.counted):
                rules = self._open_in_silence(mine[0], part, told)
            else:  # no more than a line in another story's thread told of it: that was no alert of its own
                rules = set()
            self._lost[part.story] |= ever_told - rules

    def _told_in(self, part: Part, mine: Iterable[Thread], rules: Collection[str]) -> dict[str, StoryMatch]:
        """Give the rules by which a receiver was told of a part's articles, with the first match of each."""
        sent = self._held.told.get(next(iter(mine)).receiver, {})
        counted = {told.match for one in mine for told in one.counted}
        here = [match for match in self._held.matches if match.article in part.articles]
        found = {match.rule: match for match in reversed(here) if match.id in counted}
        for match in here:
            if match.article in sent and match.rule in rules:
                found.setdefault(match.rule, match)
        return found

    def _goes_on(self, thread: Thread, part: Part, other: Part, told: Mapping[str, StoryMatch]) -> set[str]:
        """Let a thread be about a part, and count what was told of that; gives its rules."""
        elsewhere = {one.rule for one in thread.counted if one.article in other.articles}
        threads.count_no_longer(self._c, thread.alert, elsewhere)
        kept = {one.rule for one in thread.counted} - elsewhere
        new = {rule: match.id for rule, match in told.items() if rule not in kept}
        threads.count_as_told(self._c, thread.alert, new)
        if thread.story != part.story:
            threads.move_alert(self._c, thread.alert, part.story)
        return kept | set(new)

    def _reckon_anew(self, thread: Thread, mine: Iterable[Thread], part: Part) -> None:
        """Note what the receiver knows of who has a part, and have it told what waited to be said of that."""
        passed, tier = _known(thread, part, self._held.stale)
        threads.note_known(self._c, thread.alert, passed, knows_first_tier=tier)
        if any(one.alert in self._held.stale for one in mine):
            self._outcome.again |= _to_be_told(part, passed, self._held.matches, mine, knows_first_tier=tier)

    def _open_in_silence(self, like: Thread, part: Part, told: Mapping[str, StoryMatch]) -> set[str]:
        if told:
            sent = self._held.told.get(like.receiver, {})
            first = next(match.article for match in self._held.matches if match in told.values())
            severity = max((match.severity for match in told.values()), key=SEVERITIES.index)
            new, about = self._new_alert_id(), (first, sent.get(first, 1))
            threads.open_in_silence(self._c, like, new, part.story, about, severity, self._now)
            threads.count_as_told(self._c, new, {rule: match.id for rule, match in told.items()}, 1)
            passed, tier = _known(like, part, self._held.stale)
            threads.note_known(self._c, new, passed, knows_first_tier=tier)
            self._outcome.stayed += 1
        return set(told)


def join_threads(c: Connection, into: Held, other: Held, joined: int, whole: Part) -> Outcome:
    """Let whoever was told of both stories hear more in the thread of the one that stays."""
    outcome, matches = Outcome(), [*into.matches, *other.matches]
    here, there = _standing(into, whole.story), _standing(other, joined)
    stale = into.stale | other.stale
    for receiver in {**here, **there}:
        mine, theirs = here.get(receiver), there.get(receiver)
        goes = theirs
        if theirs is not None and (mine is None or (mine.silent and not theirs.silent)):
            mine, goes = theirs, mine
        assert mine is not None
        passed, tier = _count_both(c, mine, goes, whole, stale)
        if mine.story == joined:
            threads.move_alert(c, mine.alert, whole.story)
        outcome.moved += mine is theirs
        outcome.stayed += goes is not None
        if any(one is not None and one.alert in stale for one in (mine, goes)):
            outcome.again |= _to_be_told(whole, passed, matches, (mine, goes), knows_first_tier=tier)
    return outcome


def _standing(held: Held, story: int) -> dict[str, Thread]:
    """Give the threads that are about a story now, by receiver."""
    standing = (one for some in held.threads.values() for one in some if one.story == story)
    return {one.receiver: one for one in standing}


def _count_both(
    c: Connection, stays: Thread, goes: Thread | None, whole: Part, stale: Collection[str]
) -> tuple[int, bool]:
    """Let a thread count as told what another one told; gives what its receiver knows of the sources.

    One by which nobody was ever told is forgotten; of any other it is noted what was told by it.
    """
    passed, tier = _known(stays, whole, stale)
    if goes is None:
        threads.note_known(c, stays.alert, passed, knows_first_tier=tier)
        return passed, tier
    known = {one.rule for one in stays.counted}
    new = {one.rule: one.match for one in goes.counted if one.rule not in known}
    threads.count_as_told(c, stays.alert, new)
    also, tier_too = _known(goes, whole, stale)
    if goes.silent:
        threads.drop_silent(c, goes.alert)
    else:
        threads.note_known(c, goes.alert, also, knows_first_tier=tier_too)
    passed, tier = max(passed, also), tier or tier_too
    severity = max(stays.severity, goes.severity, key=SEVERITIES.index)
    wants = sorted(stays.updates | goes.updates)
    threads.note_known(c, stays.alert, passed, knows_first_tier=tier, severity=severity, updates=wants)
    return passed, tier


def _known(thread: Thread, part: Part, stale: Collection[str]) -> tuple[int, bool]:
    """Say what a receiver knows of who has a story: no more than was sent, and no more than is so now."""
    passed, tier = thread.passed, thread.knows_first_tier
    if thread.alert in stale:
        passed = max((milestone(said.independent) for said in thread.said), default=1)
        tier = any(said.tier == 1 for said in thread.said)
    return min(passed, milestone(part.told_by.independent)), tier and part.told_by.tier == 1


def _to_be_told(
    part: Part,
    passed: int,
    matches: Sequence[StoryMatch],
    by: Iterable[Thread | None],
    *,
    knows_first_tier: bool,
) -> set[int]:
    """Name the newest match of a story where its receiver knows of fewer sources than it has.

    Of what the receiver was not told as an alert, where there is such.
    """
    more = milestone(part.told_by.independent) > passed
    if not more and (knows_first_tier or part.told_by.tier != 1):
        return set()
    counted = {told.match for one in by if one is not None for told in one.counted}
    here = [match.id for match in matches if match.article in part.articles and match.ended]
    return set(([number for number in here if number not in counted] or here)[-1:])
