"""Why things ended where they did, in plain words: articles, matches, revisions of alerts, notifications."""

from __future__ import annotations

from collections.abc import Collection

from monitor.model import AlertReason, ArticleState, MatchState, NotificationState, Relation
from monitor.stores.chain import ArticleChain, Ended, Place, StoryNow
from monitor.stores.dead_letters import Attempt
from monitor.stores.notifications import REGROUPED
from monitor.stores.tellings import RevisionTold, Sent
from monitor.text.display import displayable, isolate, shorten

TIME = "%Y-%m-%d %H:%M:%S"
_LONGEST_TITLE = 80

# Why an article was told to nobody, whatever rules say of it.
NOT_LIVE = {
    ArticleState.DUPLICATE: "the article is a new name for one that its feed had brought before",
    ArticleState.BACKLOG: "the article was there when its feed was first polled, which tells nobody",
    ArticleState.TOO_OLD: "the article was older than its feed's max_age when it came",
    ArticleState.MALFORMED: "the article has neither title nor text",
    ArticleState.CAPPED: "the article is beyond the number of entries that one document may bring",
}
_ARTICLES = NOT_LIVE | {
    ArticleState.MATCHED: "a rule matched it",
    ArticleState.NO_RULE: "no rule matched it",
}
MATCHES: dict[tuple[MatchState, str], str] = {
    (MatchState.TOLD, "first"): "the first alert of its story",
    (MatchState.TOLD, "new-rule"): "this rule joined a story that had been told before",
    (MatchState.TOLD, "severity"): "it made a story more severe than had been told",
    (MatchState.TOLD, "more-sources"): "with this article more independent sources have the story",
    (MatchState.TOLD, "first-tier"): "with this article a source of the first tier has the story",
    (MatchState.TOLD, "correction"): "the article corrects what had been told",
    (MatchState.TOLD, "retraction"): "the article takes back what had been told",
    (MatchState.SHADOW, "rule-shadow"): "the rule is tried out, nobody is told",
    (MatchState.SHADOW, "rule-draft"): "the rule was a draft when it came to telling, nobody is told",
    (MatchState.RETIRED, "rule-retired"): "the rule was retired before anybody was told",
    (MatchState.RETIRED, "rule-gone"): "the rule was removed before anybody was told",
}
# Where no reason was kept, or one that this program does not know.
_STATES = {
    MatchState.PENDING: "it waits to be dispatched",
    MatchState.TOLD: "it raised an alert or a follow-up",
    MatchState.SHADOW: "the rule is tried out, nobody is told",
    MatchState.RETIRED: "the rule was retired or removed before anybody was told",
    MatchState.BACKLOG: "its article was there when its feed was first polled, which tells nobody",
    MatchState.TOO_OLD: "its article was older than its feed's max_age when it came",
    MatchState.QUARANTINED: "its dispatch failed, or ended the process, too often",
}
_REVISIONS = {
    AlertReason.FIRST: "nobody there had been told of this story",
    AlertReason.MORE_SOURCES: "more independent sources have the story",
    AlertReason.FIRST_TIER: "a source of the first tier has the story",
    AlertReason.CORRECTION: "what was told has been corrected",
    AlertReason.RETRACTION: "what was told has been taken back",
    AlertReason.SPLIT: "its story was split by hand; what another alert told of it counts as told",
    AlertReason.TEST: "sent by hand to try the receiver",
    AlertReason.OPERATIONS: "about Watchword itself",
}
_ATTEMPTS = {
    None: "no outcome: under way, or the worker died",
    "delivered": "delivered",
    "deferred": "put off",
    "unknown": "the answer was lost, it may have arrived",
    "rejected": "refused for good",
    "parted": "refused in company, goes on alone",
    "lost-together": "no outcome in company, goes on alone",
}


def article_in_words(state: ArticleState) -> str:
    """Say where an article ended, and why."""
    return _ARTICLES[state]


def match_in_words(end: Ended, chain: ArticleChain) -> str:
    """Say why a match ended where it did."""
    if end.state is MatchState.REPEATED:
        return _repeated(end, chain)
    said = MATCHES.get((end.state, end.reason), _STATES.get(end.state, end.reason))
    if end.state is MatchState.QUARANTINED and chain.tries is not None:
        tried = "once" if chain.tries.tries == 1 else f"{chain.tries.tries} times"
        said += f": {displayable(chain.tries.reason)} (tried {tried})"
    return said


def _repeated(end: Ended, chain: ArticleChain) -> str:
    told = [alert for alert in chain.alerts if alert.story == end.story]
    known = any(end.rule in alert.rules for alert in told)
    if known or not told:
        had = "everybody it is routed to had been told of this rule in this story"
    else:
        had = "everybody it is routed to had been told of the story, and wants no word of further rules"
    place = chain.place
    if place is None or place.member.story != end.story or place.member.moved_at is not None:
        return had  # moved by hand since: how it stood to the story then is gone
    return f"{place_in_words(place)}, and {had}"


def place_in_words(place: Place) -> str:
    """Say how an article stands to its story."""
    member = place.member
    if member.moved_at is not None:
        return f"{_BY_HAND[member.relation]}, as stories were split or joined by hand"
    if member.relation is Relation.NEW:
        return "it opened the story"
    if not member.like:
        return _UNLIKE[member.relation]
    like = f"article {member.like}"
    title = "no longer in the archive" if place.like_title is None else quoted(place.like_title)
    return f"{_LIKE[member.relation]} {like} ({title}, likeness {member.likeness:.2f})"


_LIKE = {
    Relation.COPY: "a copy of",
    Relation.SAME: "it tells the same as",
    Relation.FOLLOW_UP: "it goes on from",
}
_UNLIKE = {
    Relation.COPY: "it has the link or the text of an article of the story",
    Relation.SAME: "it tells the same as the story",
    Relation.FOLLOW_UP: "it goes on with the story",
}
_BY_HAND = {
    Relation.NEW: "it is the first article of the story",
    Relation.COPY: "it is a copy within the story",
    Relation.SAME: "it is one of the story's articles",
    Relation.FOLLOW_UP: "it goes on with the story",
}


def story_in_words(story: StoryNow) -> str:
    """Say how large a story is, and who has it."""
    told_by = story.told_by
    said = counted(max(told_by.articles, story.articles), "article")
    if told_by.independent:
        said += f" of {counted(told_by.independent, 'independent source')}"
    if told_by.voices:
        said += f" ({listed(told_by.voices)})"
    if len(told_by.languages) > 1:
        said += f" in {len(told_by.languages)} languages"
    if told_by.tier is not None:
        said += f", the best of tier {told_by.tier}"
    if gone := told_by.articles - story.articles:
        said += f"; {gone} of them no longer in the archive" if gone > 0 else ""
    return said


def revision_in_words(revision: RevisionTold) -> str:
    """Say why a revision of an alert was written."""
    reason = revision.reason
    if reason is AlertReason.NEW_RULE:
        rules = listed(revision.rules) or "a rule"
        return f"{rules} joined a story that had been told before"
    if reason is AlertReason.SEVERITY:
        return f"it has become {revision.severity}"
    if reason is AlertReason.MORE_SOURCES:
        return f"{revision.told_by.independent} independent sources have the story"
    return _REVISIONS[reason]


def sent_in_words(sent: Sent) -> str:
    """Say what became of a notification."""
    at = f" {sent.ended_at:{TIME}}" if sent.ended_at else ""
    if sent.state is NotificationState.DELIVERED:
        detail = sent.receipt.detail if sent.receipt else "the receipt is no longer in the archive"
        return f"delivered{at}: {displayable(detail)}"
    if sent.state is NotificationState.SUPERSEDED:
        by = f"revision {sent.superseded_by}" if sent.superseded_by else "a later revision"
        why = REGROUPED if sent.reason == REGROUPED else f"{by} says all of it"
        return f"not sent, superseded{at}: {why}"
    if sent.state is NotificationState.DEAD:
        return f"given up{at}: {displayable(sent.reason)} (see: watchword dead-letters show {sent.id})"
    if sent.state is NotificationState.DROPPED:
        return f"ended by hand{at}, after it was given up: {displayable(sent.reason)}"
    if sent.carrier is not None:
        return f"waits, and goes along in the message of notification {sent.carrier}"
    return f"waits, tried next at {sent.next_attempt_at:{TIME}}" + (
        f": {displayable(sent.reason)}" if sent.reason else ""
    )


def attempt_in_words(attempt: Attempt) -> str:
    """Say how an attempt to deliver ended."""
    said = _ATTEMPTS.get(attempt.outcome, attempt.outcome or "")
    detail = displayable(attempt.detail)
    return f"{attempt.started_at:{TIME}} {said}" + (f": {detail}" if detail else "")


def quoted(title: str) -> str:
    """Give a headline as others mention it, fit to be shown."""
    shown = shorten(displayable(title), _LONGEST_TITLE)
    return f"“{inline(shown)}”" if shown else "without headline"


def inline(text: str) -> str:
    """Make a feed's text fit to stand in a line of ours."""
    shown = displayable(text)
    return shown if shown.isascii() else isolate(shown)


def counted(number: int, what: str) -> str:
    """Write `1 article`, `2 articles`."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def listed(names: Collection[str], most: int = 8) -> str:
    """Write names in a row, fit to be shown, and of many how many more there are."""
    shown = [inline(name) for name in list(names)[:most]]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")
