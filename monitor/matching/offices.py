"""The chain that the evidence gives: office → holder → interval, at the article's time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from monitor.matching.cast import Cast, OfficeFinding
from monitor.model import OfficeHit
from monitor.rules.definitions import Actor, Holder


def office_hits(
    office: Actor, cast: Cast, actors: Mapping[str, Actor], *, ever: bool = False
) -> Iterator[OfficeHit]:
    """Give how an office was found and who held it then; within the days of grace both holders are given.

    With `ever` (`office.any:`) a marked title and every named past or future holder counts too.
    """
    finding = cast.office(office.id, ever=ever)
    told: list[Holder] = []
    if finding.titles:
        told = [holder for holder in office.holders if holder.person and holder.holds(cast.at, grace=True)]
        told.sort(key=lambda holder: not holder.holds(cast.at))
        acting = all(bound.standing == "acting" for bound in finding.titles)
        for holder in told:
            yield _hit(office, holder, actors, "title", "acting" if holder.acting or acting else "")
        if not told:
            yield _without_holder(office, cast, "acting" if acting else "")
    elif ever and finding.former:
        yield OfficeHit(office.id, office.name, None, None, None, None, "title", "former")
    yield from _named(office, finding, told, cast, actors)


def _named(
    office: Actor, finding: OfficeFinding, told: list[Holder], cast: Cast, actors: Mapping[str, Actor]
) -> Iterator[OfficeHit]:
    for holder in finding.holders:
        if holder not in told:
            past = "" if holder.holds(cast.at, grace=True) else "former"
            yield _hit(office, holder, actors, "holder", "acting" if holder.acting else past)


def _without_holder(office: Actor, cast: Cast, note: str) -> OfficeHit:
    vacancy = next((holder for holder in office.holders if not holder.person and holder.holds(cast.at)), None)
    since, until = (vacancy.since, vacancy.until) if vacancy else (None, None)
    return OfficeHit(office.id, office.name, None, None, since, until, "title", note)


def _hit(office: Actor, holder: Holder, actors: Mapping[str, Actor], via: str, note: str) -> OfficeHit:
    person = actors[holder.person] if holder.person else None
    return OfficeHit(
        office.id,
        office.name,
        holder.person,
        person.name if person else None,
        holder.since,
        holder.until,
        via,  # type: ignore[arg-type]
        note,
    )
