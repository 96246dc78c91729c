"""What a channel needs to know about notifications to write their messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.errors import Rejected
from monitor.model import SEVERITIES, TEXT_FIELDS, Article, Match, Notification, Opening, Severity
from monitor.stores import alerts, edits, feed_states, notifications
from monitor.stores.alerts import StoredRevision
from monitor.stores.archive import Connection, DatabaseFault
from monitor.stores.claims import Claimed


@dataclass(frozen=True, slots=True)
class Recipient:
    """How a receiver wants to be written to."""

    tz: str
    lang: str


def compose(
    c: Connection, claimed: Sequence[Claimed], recipients: Mapping[str, Recipient]
) -> dict[int, Notification | Exception]:
    """Give what is to be said, or why nothing can be, by the numbers of notifications.

    Those to receivers that are not among `recipients` are left out. One that breaks this, by whatever is
    stored of it, breaks it for itself alone, and the transaction goes on: that it was tried must be known.
    """
    try:
        return _composed(c, claimed, recipients)
    except DatabaseFault:
        raise
    except Exception as error:  # noqa: BLE001 - raised where that one is about to be sent
        if len(claimed) == 1:
            return {claimed[0].id: error}
        return {number: said for one in claimed for number, said in compose(c, [one], recipients).items()}


@dataclass(frozen=True, slots=True)
class _Known:
    """What the archive has about notifications: articles by number and version, and more by their alerts."""

    about: Mapping[tuple[int, int], Article]
    told: Mapping[tuple[str, int], list[Match]]
    titles: Mapping[str, str]
    earlier: Mapping[str, list[StoredRevision]]


def _composed(
    c: Connection, claimed: Sequence[Claimed], recipients: Mapping[str, Recipient]
) -> dict[int, Notification | Exception]:
    wanted = [one for one in claimed if one.receiver in recipients]
    if not wanted:
        return {}
    known = _known(c, wanted)
    composed: dict[int, Notification | Exception] = {}
    for one in wanted:
        if known.about.get(_key(one)) and known.told.get((one.alert, one.revision)):
            composed[one.id] = _notification(c, one, known, recipients[one.receiver])
        else:
            composed[one.id] = Rejected("what the receiver was to be told of is no longer in the archive")
    return composed


def _known(c: Connection, wanted: Sequence[Claimed]) -> _Known:
    earlier = alerts.revisions_of(c, {one.alert for one in wanted if one.revision > 1})
    before = [found for one in wanted for found in (_first(one, earlier), _corrected(one, earlier))]
    about = edits.as_it_was(c, {_key(one) for one in wanted} | {_key(one) for one in before if one})
    told = alerts.matches_told(c, {(one.alert, one.revision) for one in wanted})
    titles = feed_states.feed_titles(c, {about[key].feed for one in wanted if (key := _key(one)) in about})
    return _Known(about, told, titles, earlier)


def _key(one: Claimed | StoredRevision) -> tuple[int, int]:
    return one.article, one.version


def _first(one: Claimed, earlier: Mapping[str, list[StoredRevision]]) -> StoredRevision | None:
    """Find the revision with which the thread of a follow-up began: the first one that tells anybody."""
    written = earlier.get(one.alert, ())
    if not written or written[0].number != 1:  # the archive no longer has it
        return None
    return next((found for found in written if not found.silent and found.number < one.revision), None)


def _corrected(one: Claimed, earlier: Mapping[str, list[StoredRevision]]) -> StoredRevision | None:
    """Find what a correction is about: what the alert told last of the same article, else its first one."""
    written = [found for found in earlier.get(one.alert, ()) if found.number < one.revision]
    same = (found for found in reversed(written) if found.article == one.article)
    begun = (found for found in written if found.number == 1)
    return next(same, next(begun, None))


def _notification(c: Connection, one: Claimed, known: _Known, recipient: Recipient) -> Notification:
    before = None
    if one.revision > 1:
        before = notifications.told_earlier(c, one.alert, one.destination, one.revision)
    article, told = known.about[_key(one)], known.told[one.alert, one.revision]
    said = Notification(
        key=one.key,
        alert=one.alert,
        revision=one.revision,
        reason=one.reason,
        receiver=one.receiver,
        destination=one.destination,
        severity=one.severity,
        article=article,
        matches=_most_severe_first([fitting(match, article) for match in told]),
        feed_title=known.titles.get(article.feed, ""),
        tz=recipient.tz,
        lang=recipient.lang,
        possible_repeat=one.may_repeat,
        thread=before.thread if before else "",
        risen=before is not None and _above(one.severity, before.severity),
        told_by=one.told_by,
        knew_first_tier=before is not None and before.first_tier,
    )
    if one.revision == 1:
        return said
    return _with_what_was_before(said, one, known, nothing_told=before is None)


def _with_what_was_before(
    said: Notification, one: Claimed, known: _Known, *, nothing_told: bool
) -> Notification:
    """Add what a follow-up follows; a destination that got nothing of it hears of the rules now."""
    first, corrected = _first(one, known.earlier), _corrected(one, known.earlier)
    opened_by = known.about.get(_key(first)) if first else None
    written = known.earlier.get(one.alert, ())
    return replace(
        said,
        begins_thread=nothing_told,
        brings_rules=nothing_told
        or any(found.brings_rules for found in written if found.number == one.revision),
        opening=Opening(opened_by, first.severity) if first and opened_by else None,
        corrects=known.about.get(_key(corrected)) if corrected and said.takes_back else None,
    )


def fitting(match: Match, article: Article) -> Match:
    """Leave out the words and sentences that a match found in a text which the article does not have.

    What was found before an edit may stand elsewhere in what is shown, or nowhere.
    """
    found = match.evidence
    texts: dict[str, str] = {name: str(getattr(article, name)) for name in TEXT_FIELDS}
    spans = tuple(
        one
        for one in found.spans
        if one.field not in texts or texts[one.field][one.start : one.end] == one.text
    )
    quotes = tuple(one for one in found.quotes if one.text in texts.get(one.field, ""))
    if (spans, quotes) == (found.spans, found.quotes):
        return match
    return replace(match, evidence=replace(found, spans=spans, quotes=quotes))


def _above(severity: Severity, other: Severity) -> bool:
    return SEVERITIES.index(severity) > SEVERITIES.index(other)


def _most_severe_first(matches: list[Match]) -> tuple[Match, ...]:
    return tuple(sorted(matches, key=lambda match: -SEVERITIES.index(match.severity)))
