"""What a channel needs to know about notifications to write their messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.errors import Rejected
from monitor.model import SEVERITIES, Article, Match, Notification, Severity
from monitor.stores import alerts, edits, feed_states, notifications
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


def _composed(
    c: Connection, claimed: Sequence[Claimed], recipients: Mapping[str, Recipient]
) -> dict[int, Notification | Exception]:
    wanted = [one for one in claimed if one.receiver in recipients]
    if not wanted:
        return {}
    about = edits.as_it_was(c, {(one.article, one.version) for one in wanted})
    told = alerts.matches_told(c, {(one.alert, one.revision) for one in wanted})
    titles = feed_states.feed_titles(c, {article.feed for article in about.values()})
    composed: dict[int, Notification | Exception] = {}
    for one in wanted:
        article, matches = about.get((one.article, one.version)), told.get((one.alert, one.revision))
        if article is None or not matches:
            composed[one.id] = Rejected("what the receiver was to be told of is no longer in the archive")
        else:
            title = titles.get(article.feed, "")
            composed[one.id] = _notification(c, one, article, matches, title, recipients[one.receiver])
    return composed


def _notification(
    c: Connection, one: Claimed, article: Article, told: list[Match], feed_title: str, recipient: Recipient
) -> Notification:
    before = None
    if one.revision > 1:
        before = notifications.told_earlier(c, one.alert, one.destination, one.revision)
    return Notification(
        key=one.key,
        alert=one.alert,
        revision=one.revision,
        reason=one.reason,
        receiver=one.receiver,
        destination=one.destination,
        severity=one.severity,
        article=article,
        matches=_most_severe_first(told),
        feed_title=feed_title,
        tz=recipient.tz,
        lang=recipient.lang,
        possible_repeat=one.may_repeat,
        thread=before.thread if before else "",
        risen=before is not None and _above(one.severity, before.severity),
        told_by=one.told_by,
    )


def _above(severity: Severity, other: Severity) -> bool:
    return SEVERITIES.index(severity) > SEVERITIES.index(other)


def _most_severe_first(matches: list[Match]) -> tuple[Match, ...]:
    return tuple(sorted(matches, key=lambda match: -SEVERITIES.index(match.severity)))
