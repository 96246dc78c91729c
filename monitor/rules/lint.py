"""Lint: what is allowed and yet likely a mistake. Every finding has a code that an entry may accept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice, pairwise

from monitor.rules.definitions import Actor, Holder, Rule
from monitor.rules.lint_names import lint_names
from monitor.rules.name_places import NamePlaces
from monitor.rules.scalars import AHEAD, EARLIEST, first_day
from monitor.rules.sheet import Sheet
from monitor.rules.tree import ActorRef, walk
from monitor.strict_yaml import MAX_PROBLEMS

CHECKED_WITHIN = timedelta(days=180)
Named = tuple[Sheet, Actor]


def lint(sheets: list[Sheet], now: datetime) -> None:
    """Add findings and remarks to the sheets; `now` is the time by which checks of holders grow old."""
    actors = {name: (sheet, actor) for sheet in sheets for name, actor in sheet.actors.items()}
    for sheet, actor in actors.values():
        _holders(sheet, actor, now)
    lint_names(actors, NamePlaces(sheets))
    for sheet in sheets:
        for rule in sheet.rules.values():
            _rule(sheet, rule, actors)
            _unused_dates(sheet, rule, now)


# Holders


def _holders(sheet: Sheet, office: Actor, now: datetime) -> None:
    dated = sorted(office.holders, key=lambda holder: (_start(holder), _end(holder)))
    if "holder-overlap" not in office.allowed:
        for one, other in islice(_overlapping(dated), MAX_PROBLEMS):
            said = f"the holders {_called(one)} and {_called(other)} overlap"
            hint = "end one before the other begins"
            sheet.report_at(other.place, said, hint, "holder-overlap", "finding")
    reached = _end(dated[0]) if dated else _EVER
    for before, after in pairwise(dated):
        if _start(after) > reached and "holder-gap" not in office.allowed:
            said = f"nobody is named between {_called(before)} and {_called(after)}"
            hint = f"write {{vacant: true, from: {before.until}, until: {after.since}}}"
            sheet.report_at(after.place, said, hint, "holder-gap", "finding")
        reached = max(reached, _end(after))
    for holder in office.holders:
        _unchecked(sheet, office, holder, now)


def _overlapping(dated: list[Holder]) -> Iterator[tuple[Holder, Holder]]:
    """Give the pairs that overlap of holders in the order of their beginnings."""
    for place, one in enumerate(dated):
        for other in islice(dated, place + 1, None):
            if _start(other) >= _end(one):
                break
            if _start(one) < _end(other) and not (one.acting or other.acting):
                yield one, other


_SINCE_EVER = first_day("0001-01-01")
_EVER = first_day("9999-12-31")


def _start(holder: Holder) -> datetime:
    return holder.start or _SINCE_EVER


def _end(holder: Holder) -> datetime:
    return holder.end or _EVER


def _called(holder: Holder) -> str:
    return f"{holder.person or 'vacant'} ({holder.since or 'ever'} to {holder.until or 'now'})"


def _unchecked(sheet: Sheet, office: Actor, holder: Holder, now: datetime) -> None:
    written = holder.checked or holder.since
    if holder.until or not holder.person or "holder-unchecked" in office.allowed:
        return
    if written is None or now - first_day(written) > CHECKED_WITHIN:
        said = f"{holder.person} holds {office.id} still, not checked since {written or 'ever'}"
        hint = "look it up and write checked: with the day"
        sheet.report_at(holder.place, said, hint, "holder-unchecked", "remark")


# Rules


def _rule(sheet: Sheet, rule: Rule, actors: dict[str, Named]) -> None:
    if rule.status == "live":
        for message, code in _lacks(rule):
            if code not in rule.allowed:
                sheet.report_at((rule.line, rule.column), message, "", code, "finding")
    undated = [test for test in rule.tests if test.article.published is None]
    if not undated or "test-without-date" in rule.allowed:
        return
    named = {node.id for node in walk(rule.expression) if isinstance(node, ActorRef)}
    offices = sorted(name for name in named if name in actors and actors[name][1].kind == "office")
    for test in undated if offices else ():
        said = f"this test reaches the office {offices[0]} and has no published:"
        place = (test.place.line, test.place.column)
        sheet.report_at(place, said, "write the day", "test-without-date", "finding")


def _unused_dates(sheet: Sheet, rule: Rule, now: datetime) -> None:
    if "test-date-unused" in rule.allowed:
        return
    for test in rule.tests:
        published = test.article.published
        if published is None or EARLIEST <= published <= now + AHEAD:
            continue
        why = f"is before {EARLIEST.year}" if published < EARLIEST else "has not come yet"
        said = f"published: {published:%Y-%m-%d} {why} and is not believed: the day of the run serves"
        place = (test.place.line, test.place.column)
        sheet.report_at(place, said, "write the day of the article", "test-date-unused", "finding")


def _lacks(rule: Rule) -> Iterator[tuple[str, str]]:
    kinds = {test.kind for test in rule.tests}
    for kind in ("match", "no_match"):
        if kind not in kinds:
            yield f"the live rule {rule.id} has no {kind} test", "live-without-tests"
    if not rule.why:
        yield f"the live rule {rule.id} says no why", "live-without-why"
    if not rule.owner:
        yield f"the live rule {rule.id} has no owner", "live-without-owner"
