"""What an alert says, apart from how a channel writes it: a notification as displayable texts.

Everything in an `AlertText` is free of control and direction characters and cut to a sane length. Composed
lines (`notes`, `reasons`, `origin`) already isolate what runs from right to left; `headline`, the quotes and
the rules' texts are bare, because each channel has its own way to set them apart. Escaping is the channel's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest

from monitor.model import (
    SEVERITIES,
    ActorHit,
    AlertReason,
    Article,
    Evidence,
    Match,
    Notification,
    OfficeHit,
    Opening,
    Quote,
    Severity,
)
from monitor.notify.dates import date_in_words, moment_in_words
from monitor.notify.follow_up import (
    MOST_RULES,
    FollowUp,
    follow_up,
    headline_of,
    rule_titles,
    shown_id,
    told_by_in_words,
)
from monitor.notify.links import WebLink, web_link
from monitor.notify.passages import Passage, brief, inline, listed, passage, right_way

_MOST_QUOTES, _MOST_REASONS = 5, 12
_MOST_ACTORS = 12
_LANGUAGE_TAG = re.compile(r"[A-Za-z0-9-]{2,35}")


@dataclass(frozen=True, slots=True)
class RuleText:
    """One rule of the alert in its owner's words."""

    id: str
    title: str
    severity: Severity
    why: str
    owner: str


@dataclass(frozen=True, slots=True)
class OtherAlert:
    """An alert that goes along in the message of another one, in a line or two."""

    severity: Severity
    headline: Passage
    lang: str
    note: str
    rules: str
    origin: str
    link: WebLink | None
    reference: str


@dataclass(frozen=True, slots=True)
class AlertText:
    """An alert in words.

    `notes` stand first: a test, a follow-up, a possible repeat. `reasons` say why it matched beside the
    quotes: offices with their holders, actors, the time they were judged by. `told_by` says who has the
    story, where several have. `lang` is the article's. `own`: it is about Watchword itself. `topic` is the
    subject line that all messages of the alert share. What a short `follow_up` does not say is left empty:
    quotes, reasons and rules.
    """

    severity: Severity
    headline: Passage
    lang: str
    notes: tuple[str, ...]
    quotes: tuple[Passage, ...]
    reasons: tuple[str, ...]
    rules: tuple[RuleText, ...]
    told_by: str
    origin: str
    published: str
    link: WebLink | None
    reference: str
    topic: str
    follow_up: FollowUp | None = None
    own: bool = False
    others: tuple[OtherAlert, ...] = ()

    @property
    def short(self) -> FollowUp | None:
        """The follow-up, where what it says is all that there is to say."""
        return self.follow_up if self.follow_up and self.follow_up.short else None

    @property
    def highest(self) -> Severity:
        """The highest severity of all that the message tells."""
        return max((self.severity, *(other.severity for other in self.others)), key=SEVERITIES.index)

    @property
    def subject(self) -> str:
        """One line that tells the severity and the story, and how many more there are."""
        more = f"{1 + len(self.others)} alerts: " if self.others else ""
        return f"[{self.highest}] {more}{right_way(self.headline.text)}"


def alert_text(notification: Notification) -> AlertText:
    """Put a notification into words."""
    article, matches = notification.article, notification.matches
    later = follow_up(notification)
    short = later is not None and later.short
    return AlertText(
        severity=notification.severity,
        headline=_headline(article, matches),
        lang=_lang(article),
        notes=tuple(_notes(notification, later)),
        quotes=() if short else _quotes(article, matches),
        reasons=() if short else tuple(_reasons(notification)),
        rules=() if short else tuple(_rules(matches)),
        told_by="" if short else told_by_in_words(notification.told_by),
        origin=_origin(article, notification.feed_title),
        published=_published(notification),
        link=web_link(article.url),
        reference=_reference(notification),
        topic=_topic(notification),
        follow_up=later,
        own=notification.reason is AlertReason.OPERATIONS,
        others=tuple(_other(other) for other in _most_severe_first(notification.others)),
    )


def _topic(notification: Notification) -> str:
    """Say what the alert began with: mail programs show together what has one subject."""
    opening = notification.opening or Opening(notification.article, notification.severity)
    return f"[{opening.severity}] {right_way(headline_of(opening.article).text)}"


def _most_severe_first(others: Iterable[Notification]) -> list[Notification]:
    return sorted(others, key=lambda other: -SEVERITIES.index(other.severity))


def _other(notification: Notification) -> OtherAlert:
    article, matches = notification.article, notification.matches
    later = follow_up(notification)
    repeat = "possible repeat" if notification.possible_repeat else ""
    return OtherAlert(
        severity=notification.severity,
        headline=_headline(article, matches),
        lang=_lang(article),
        note=", ".join(filter(None, (later.kind if later else "", repeat))),
        rules=listed(rule_titles(matches)),
        origin=_origin(article, notification.feed_title),
        link=web_link(article.url),
        reference=_reference(notification),
    )


def _lang(article: Article) -> str:
    return article.lang if _LANGUAGE_TAG.fullmatch(article.lang) else ""


def _headline(article: Article, matches: tuple[Match, ...]) -> Passage:
    return headline_of(article, _marks_in(article, matches, "title", article.title))


def _notes(notification: Notification, later: FollowUp | None) -> Iterator[str]:
    if notification.reason is AlertReason.OPERATIONS:
        yield "About Watchword itself."
    if notification.reason is AlertReason.TEST:
        yield "Test alert: sent by hand to try this receiver. Nothing has happened."
    if later is not None and not later.short:
        yield from (later.sentence, *later.notes)
    if notification.others:
        yield (
            f"{1 + len(notification.others)} alerts came at once; they stand in this one message, the others "
            "below the first."
        )
    if notification.possible_repeat:
        yield "Possible repeat: an earlier attempt may already have reached you."


def _all_quotes(matches: tuple[Match, ...]) -> Iterator[Quote]:
    """Give every rule's first quote, then every rule's second, and so on."""
    rounds = zip_longest(*(match.evidence.quotes for match in matches))
    return (quote for round_ in rounds for quote in round_ if quote is not None)


def _quotes(article: Article, matches: tuple[Match, ...]) -> tuple[Passage, ...]:
    """Gather the rules' quotes; each sentence stands once, with what every rule found in it marked."""
    marks: dict[str, list[tuple[int, int]]] = {}
    for quote in _all_quotes(matches):
        if quote.text != article.title and quote.text not in marks:
            marks[quote.text] = _marks_in(article, matches, quote.field, quote.text)
    shown = (passage(text, found) for text, found in list(marks.items())[:_MOST_QUOTES])
    return tuple(quote for quote in shown if quote.text)


def _marks_in(
    article: Article, matches: tuple[Match, ...], field: str, sentence: str
) -> list[tuple[int, int]]:
    """Find what all rules hit inside a sentence of a field; offsets count from the sentence's start."""
    marks = [
        mark
        for quote in _all_quotes(matches)
        if (quote.field, quote.text) == (field, sentence)
        for mark in quote.marks
    ]
    start = str(getattr(article, field, "")).find(sentence)
    if start >= 0:
        end = start + len(sentence)
        spans = (span for match in matches for span in match.evidence.spans if span.field == field)
        marks += [
            (span.start - start, span.end - start) for span in spans if start <= span.start < span.end <= end
        ]
    return marks


def _reasons(notification: Notification) -> Iterator[str]:
    evidences = [match.evidence for match in notification.matches]
    offices = dict.fromkeys(_office(hit, notification.lang) for found in evidences for hit in found.offices)
    lines = list(offices)
    yield from lines[:_MOST_REASONS]
    if len(lines) > _MOST_REASONS:
        yield f"and {len(lines) - _MOST_REASONS} more offices"
    told = {hit.office for found in evidences for hit in found.offices}
    yield from _actors(hit for found in evidences for hit in found.actors if hit.id not in told)
    yield from dict.fromkeys(_time_used(found, notification) for found in evidences if _elsewhen(found))


def _office(hit: OfficeHit, lang: str) -> str:
    former = "former " if hit.note == "former" else ""
    return f"{former}{inline(hit.office_name) or shown_id(hit.office)}: {_holder(hit, _interval(hit, lang))}"


def _holder(hit: OfficeHit, interval: str) -> str:
    person = inline(hit.person_name or "") or shown_id(hit.person or "")
    if person:
        acting = " (acting)" if hit.note == "acting" else ""
        return f"{person}{acting}" + (f", {interval}" if interval else "")
    # A vacancy is an interval that the rule file names; without one the file knows of no holder.
    return f"vacant {interval}" if interval else "holder at the time not known"


def _interval(hit: OfficeHit, lang: str) -> str:
    since = inline(date_in_words(hit.since, lang)) if hit.since else ""
    until = inline(date_in_words(hit.until, lang)) if hit.until else ""
    if since and until:
        return f"from {since} until {until}"
    return f"since {since}" if since else f"until {until}" if until else ""


def _actors(hits: Iterable[ActorHit]) -> Iterator[str]:
    named = {hit.id: hit for hit in hits}
    words = [_actor(hit) for hit in named.values()]
    if words:
        more = f" and {len(words) - _MOST_ACTORS} more" if len(words) > _MOST_ACTORS else ""
        yield f"{'Actor' if len(words) == 1 else 'Actors'}: {' · '.join(words[:_MOST_ACTORS])}{more}"


def _actor(hit: ActorHit) -> str:
    name, written = brief(hit.name, 120) or shown_id(hit.id), brief(hit.text, 120)
    differs = written and written.casefold() != name.casefold()
    return right_way(name) + (f" (as “{right_way(written)}”)" if differs else "")


def _elsewhen(evidence: Evidence) -> bool:
    return evidence.at_from != "published"


def _time_used(evidence: Evidence, notification: Notification) -> str:
    seen = _moment(notification, evidence)
    # A date of the year 2999 is kept no more than one that cannot be read, so the feed may have given one.
    why = "no usable date" if notification.article.published is None else "no believable date"
    return f"Judged by the time it was first seen, {seen}: the feed gave {why}"


def _moment(notification: Notification, evidence: Evidence) -> str:
    return right_way(moment_in_words(evidence.at, notification.tz, notification.lang))


def _rules(matches: tuple[Match, ...]) -> Iterator[RuleText]:
    for match in matches[:MOST_RULES]:
        rule = shown_id(match.rule)
        title = brief(match.title, 200) or rule
        yield RuleText(rule, title, match.severity, brief(match.why, 500), brief(match.owner, 200))
    if len(matches) > MOST_RULES:
        least = matches[MOST_RULES]
        yield RuleText("", f"and {len(matches) - MOST_RULES} more rules", least.severity, "", "")


def _origin(article: Article, feed_title: str) -> str:
    source, feed = brief(article.source or article.feed, 200), brief(feed_title or article.feed, 200)
    if not feed or feed.casefold() == source.casefold():
        return right_way(source)
    return f"{right_way(source)}, feed “{right_way(feed)}”" if source else f"feed “{right_way(feed)}”"


def _published(notification: Notification) -> str:
    article = notification.article
    at = article.published or article.first_seen
    words = right_way(moment_in_words(at, notification.tz, notification.lang))
    return words if article.published else f"no usable date; first seen {words}"


def _reference(notification: Notification) -> str:
    alert, receiver = brief(notification.alert, 200), brief(notification.receiver, 200)
    return f"Watchword alert {alert}, revision {notification.revision}, for {receiver}"
