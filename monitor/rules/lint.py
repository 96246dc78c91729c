"""Lint: what is allowed and yet likely a mistake. Every finding has a code that an entry may accept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import combinations, islice, pairwise

from monitor.errors import ProblemLevel
from monitor.rules.definitions import Actor, Holder, Rule
from monitor.rules.scalars import first_day
from monitor.rules.sheet import Sheet
from monitor.rules.terms import AnyTerm, Term
from monitor.rules.tree import ActorRef, walk
from monitor.strict_yaml import MAX_PROBLEMS

CHECKED_WITHIN = timedelta(days=180)
Named = tuple[Sheet, Actor]


def lint(sheets: list[Sheet], now: datetime) -> None:
    """Add findings and remarks to the sheets; `now` is the time by which checks of holders grow old."""
    actors = {name: (sheet, actor) for sheet in sheets for name, actor in sheet.actors.items()}
    for sheet, actor in actors.values():
        _holders(sheet, actor, now)
        _acronyms(sheet, actor)
    _shared_names(actors)
    _contained_names(actors)
    for sheet in sheets:
        for rule in sheet.rules.values():
            _rule(sheet, rule, actors)


def _actor_report(
    sheet: Sheet, actor: Actor, message: str, code: str, *, hint: str = "", level: ProblemLevel = "finding"
) -> None:
    if code not in actor.allowed:
        sheet.report_at((actor.place.line, actor.place.column), message, hint, code, level)


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


# Names


def _acronyms(sheet: Sheet, actor: Actor) -> None:
    for term in (*actor.names, *actor.weak):
        if not isinstance(term, Term):
            continue
        written = term.text
        is_acronym = len(term.parts) == 1 and written.isalpha() and len(written) <= 5 and written.isupper()
        if is_acronym and not term.exact_case:
            said = f"the name {written} is all capitals and is found in any case"
            hint = f"write {{term: {written}, case: exact}}"
            _actor_report(sheet, actor, said, "acronym-case", hint=hint)


def _all_names(actor: Actor) -> Iterator[AnyTerm]:
    yield from actor.names
    yield from actor.weak


def _shared_names(actors: dict[str, Named]) -> None:
    owners: dict[tuple[str, tuple[str, ...]], dict[str, AnyTerm]] = defaultdict(dict)
    for name, (_, actor) in actors.items():
        for term in _all_names(actor):
            owners[actor.kind, term.folded].setdefault(name, term)
    for (kind, _), known in owners.items():
        first, *others = known.items()
        for name, term in others:
            sheet, actor = actors[name]
            said = f"the name {term.text!r} is shared by two of kind {kind}: {first[0]} and {name}"
            if "shared-name" not in actors[first[0]][1].allowed:
                _actor_report(
                    sheet, actor, said, "shared-name", hint="make it weak, or add what tells them apart"
                )


def _contained_names(actors: dict[str, Named]) -> None:
    whole: dict[tuple[str, tuple[str, ...]], str] = {}
    for name, (_, actor) in actors.items():
        for term in actor.names:
            whole.setdefault((actor.kind, term.folded), name)
    told: set[tuple[str, str]] = set()
    for name, (sheet, actor) in actors.items():
        for term in actor.names:
            for inner in _inner(term.folded):
                other = whole.get((actor.kind, inner))
                if other and other != name and (name, other) not in told:
                    told.add((name, other))
                    said = f"the name {term.text!r} contains a name of {other}; the longer one wins"
                    _actor_report(sheet, actor, said, "contained-name", level="remark")


def _inner(tokens: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    limit = min(len(tokens), 24)
    for start, end in combinations(range(limit + 1), 2):
        if end - start < len(tokens):
            yield tokens[start:end]


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


def _lacks(rule: Rule) -> Iterator[tuple[str, str]]:
    kinds = {test.kind for test in rule.tests}
    for kind in ("match", "no_match"):
        if kind not in kinds:
            yield f"the live rule {rule.id} has no {kind} test", "live-without-tests"
    if not rule.why:
        yield f"the live rule {rule.id} says no why", "live-without-why"
    if not rule.owner:
        yield f"the live rule {rule.id} has no owner", "live-without-owner"
