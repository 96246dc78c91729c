"""What a follow-up says: what has changed since its receiver was told, in as few words as that takes.

A follow-up that brings no new rule is short: one sentence, the newest article, and nothing again of what the
first message had. All texts are fit to be shown, as those of an `AlertText` are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.model import AlertReason, Article, Corroboration, Match, Notification
from monitor.notify.passages import Passage, brief, headline, inline, listed, passage, right_way

MOST_RULES = 8
_FEWEST_SOURCES = 2  # of one, its name says all
_BEFORE = "Told before"
_KINDS = {
    AlertReason.SEVERITY: "more severe",
    AlertReason.MORE_SOURCES: "more sources",
    AlertReason.FIRST_TIER: "first tier",
    AlertReason.CORRECTION: "correction",
    AlertReason.RETRACTION: "retraction",
}
_OF_SOURCES = (AlertReason.MORE_SOURCES, AlertReason.FIRST_TIER, AlertReason.SEVERITY)
# By whether another article than the one that was told of says so.
_TAKEN_BACK = {
    (AlertReason.CORRECTION, False): "CORRECTION: the article that you were told of has been corrected",
    (AlertReason.CORRECTION, True): "CORRECTION: a newer article corrects the story that you were told of",
    (AlertReason.RETRACTION, False): "RETRACTION: the article that you were told of has been withdrawn",
    (AlertReason.RETRACTION, True): "RETRACTION: a newer article withdraws the story that you were told of",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A headline or a text, and in a word or two what it is, where that needs saying."""

    label: str
    text: Passage


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A follow-up in words.

    `kind` is a word or two, `change` what is new, `newest` the source that came last, where it was not the
    first one too, `notes` are more sentences. `rows` are what is to be read, the newest last. `about` is the
    headline that the alert began with, for where no thread or subject shows it; None where one of the rows is
    the same. Where it is `short`, there is nothing else to be said.
    """

    kind: str
    change: str
    newest: str
    notes: tuple[str, ...]
    rows: tuple[Row, ...]
    about: Passage | None
    takes_back: bool
    short: bool
    source: str
    reference: str

    @property
    def sentence(self) -> str:
        """What is new, and who was the last to have it."""
        return f"{self.change}; newest: {self.newest}." if self.newest else f"{self.change}."


def follow_up(notification: Notification) -> FollowUp | None:
    """Put into words what has changed; None where the receiver is told for the first time.

    Rules have joined nothing where they are the first that the destination is told of.
    """
    if notification.revision == 1:
        return None
    if notification.begins_thread and notification.reason is AlertReason.NEW_RULE:
        return None
    rows = tuple(_rows(notification))
    return FollowUp(
        kind=_KINDS.get(notification.reason, "new rule"),
        change=_change(notification),
        newest=_newest(notification),
        notes=tuple(_notes(notification, rows)),
        rows=rows,
        about=_about(notification, rows),
        takes_back=notification.takes_back,
        short=not notification.brings_rules,
        source=_source(notification.article),
        reference=f"alert {brief(notification.alert, 80)} r{notification.revision}",
    )


def headline_of(article: Article, marks: Sequence[tuple[int, int]] = ()) -> Passage:
    """Give the headline that stands for an article."""
    return headline(article.title, article.summary or article.body, marks)


def told_by_in_words(told_by: Corroboration) -> str:
    """Say who has a story: how many independent sources in how many languages, and which was first."""
    if told_by.independent < _FEWEST_SOURCES:
        return ""
    countries, articles = len(told_by.countries), told_by.articles
    more = [f"{countries} countries"] if countries > 1 else []
    if articles > told_by.independent:
        more.append(f"{articles} articles")
    return f"{_count(told_by)}{_first(told_by)}" + (f" ({', '.join(more)})" if more else "")


def rule_titles(matches: Sequence[Match]) -> list[str]:
    """Name the rules of matches by their titles."""
    return [inline(match.title, 120) or shown_id(match.rule) for match in matches[:MOST_RULES]]


def shown_id(written: str) -> str:
    """Show an id; rule files hold plain ones, and what an archive holds is not ours to trust."""
    return inline(written) or "(none)" if written else ""


def _count(told_by: Corroboration, kind: str = "sources") -> str:
    languages = len(told_by.languages)
    return f"{told_by.independent} {kind}" + (f" in {languages} languages" if languages > 1 else "")


def _first(told_by: Corroboration) -> str:
    name = inline(told_by.sources[0]) if told_by.sources else ""
    return f", first from {name}" if name else ""


def _newest(notification: Notification) -> str:
    """Name the source that came last, where the change is about sources and another one was first."""
    article, first = notification.article, notification.told_by.sources[:1]
    return _source(article) if notification.reason in _OF_SOURCES and article.source not in first else ""


def _source(article: Article) -> str:
    return inline(article.source or article.feed)


def _change(notification: Notification) -> str:
    if notification.takes_back:
        return _TAKEN_BACK[notification.reason, _is_another(notification)]
    reason, told_by = notification.reason, notification.told_by
    several = told_by.independent >= _FEWEST_SOURCES
    count = _count(told_by, "independent sources") if several else ""
    first = _first(told_by) if several else ""
    if reason is AlertReason.MORE_SOURCES:
        # Word of it may have been overtaken by this one.
        tier = ", one of them of the first tier" if notification.brings_first_tier else ""
        return f"{count or 'More sources'} have it now{first}{tier}"
    who = f"; {count}{first}" if count else ""
    if reason is AlertReason.FIRST_TIER:
        return f"A first-tier source has it now{who}"
    if reason is AlertReason.SEVERITY:
        by = _by_rules(notification)
        return f"{_severity_now(notification)}{by}{who}{_first_tier_now(notification)}"
    return _joined(notification)


def _severity_now(notification: Notification) -> str:
    return f"It is {notification.severity} now{_before(notification)}"


def _before(notification: Notification) -> str:
    opening = notification.opening
    return f" (at first {opening.severity})" if opening and opening.severity != notification.severity else ""


def _first_tier_now(notification: Notification) -> str:
    """Say of a weightier change that the first tier came with it, for nothing later will."""
    return "; a first-tier source has it now" if notification.brings_first_tier else ""


def _by_rules(notification: Notification) -> str:
    """Name the rules that are as severe as the whole."""
    found = [match for match in notification.matches if match.severity == notification.severity]
    titles = [f"“{title}”" for title in rule_titles(found)]
    return f", by {_rules(titles)}" if titles else ""


def _rules(titles: list[str]) -> str:
    return f"{'rule' if len(titles) == 1 else 'rules'} {listed(titles)}"


def _joined(notification: Notification) -> str:
    titles = [f"“{title}”" for title in rule_titles(notification.matches)]
    risen = f". {_severity_now(notification)}" if notification.risen else ""
    return f"Follow-up: {_rules(titles)} joined{risen}{_first_tier_now(notification)}"


def _is_another(notification: Notification) -> bool:
    corrected = notification.corrects
    return corrected is not None and corrected.id != notification.article.id


def _rows(notification: Notification) -> Iterator[Row]:
    article, corrected = notification.article, notification.corrects
    now = headline_of(article)
    if not notification.takes_back:
        yield Row("", now)
        return
    before = headline_of(corrected) if corrected else None
    if corrected is None or before is None or before.text != now.text:
        if before is not None:
            yield Row(_BEFORE, before)
        yield Row("Reads now", now)
        return
    yield Row("Headline as before", now)
    texts = ((article.summary, corrected.summary), (article.body, corrected.body))
    changed = next((text for text, old in texts if text and text != old), "")
    if (said := passage(changed, limit=240)).text:
        yield Row("Text now", said)


def _about(notification: Notification, rows: Sequence[Row]) -> Passage | None:
    if notification.opening is None:
        return None
    first = headline_of(notification.opening.article)
    return None if first.text in {row.text.text for row in rows} else first


def _notes(notification: Notification, rows: Sequence[Row]) -> Iterator[str]:
    """Say what a correction is of, where rules join with it: then the message has a layout of its own."""
    if notification.takes_back and notification.brings_rules:
        yield from (f"{row.label}: {right_way(row.text.text)}" for row in rows if row.label == _BEFORE)
        if not notification.begins_thread:
            yield f"{_joined(notification)}."
