"""A rule's tree over one article: the value of every node, and the words that made it so.

Every value and every hit is asked of the evaluator that judges the live stream; here it is put into words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.matching.changes import Change, Changes, smallest_changes
from monitor.matching.doubts import doubts
from monitor.matching.engine import MOST_SPANS, Matcher
from monitor.matching.evaluate import TEXT, Evaluator, Fields
from monitor.matching.nearness import nearness
from monitor.matching.offices import office_hits
from monitor.matching.view import Language, time_of
from monitor.model import Article, Match, OfficeHit, Span
from monitor.rules.definitions import Actor, Rule
from monitor.rules.tree import (
    ActorRef,
    And,
    AnyOf,
    AtLeast,
    Filter,
    In,
    MemberRef,
    Near,
    Node,
    Not,
    Or,
    Published,
    below,
    show,
)


@dataclass(frozen=True, slots=True)
class Explained:
    """A node of a rule with its value, the words it found and what is to be said of it.

    `label` is the node as written; of a node with others below it only its operator. `hits` counts all that
    was found, of which `spans` are the first.
    """

    label: str
    holds: bool
    hits: int = 0
    spans: tuple[Span, ...] = ()
    notes: tuple[str, ...] = ()
    below: tuple[Explained, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a rule matched an article or did not.

    `changes` are, for a no, what would have made it a yes; `reasons` says of each why it is not so.
    """

    rule: Rule
    match: Match | None
    tree: Explained
    changes: Changes
    reasons: dict[Change, str]
    at: datetime
    at_from: str
    language: Language


def explain(matcher: Matcher, rule: Rule, article: Article) -> Explanation:
    """Judge a rule of any status over an article, and say why it came out so."""
    match, evaluator = matcher.judge(rule, article)
    changes = smallest_changes(rule.expression, evaluator)
    speaker = _Speaker(evaluator, article)
    at, at_from = time_of(article)
    return Explanation(
        rule,
        match,
        speaker.tree(rule.expression, TEXT),
        changes,
        {change: speaker.reason(change) for changed in changes.sets for change in changed},
        at,
        at_from,
        evaluator.view.language,
    )


def change_in_words(change: Change) -> str:
    """Say what must be there, or must not: `"regional security"`, `no topic:sport`, `title:oil`."""
    shown = show(change.node)
    if change.fields != TEXT:
        name = next(iter(change.fields))
        shown = f"{name}:({shown})" if isinstance(change.node, Near | AtLeast) else f"{name}:{shown}"
    if change.wanted:
        return shown
    return f"no ({shown})" if isinstance(change.node, Near) else f"no {shown}"


class _Speaker:
    """Puts into words what the evaluator found in one article."""

    def __init__(self, evaluator: Evaluator, article: Article) -> None:
        self._evaluator = evaluator
        self._article = article

    def tree(self, node: Node, fields: Fields) -> Explained:
        if isinstance(node, In) and not below(node.below):
            return replace(self.tree(node.below, frozenset((node.field,))), label=show(node))
        inner = frozenset((node.field,)) if isinstance(node, In) else fields
        inside = tuple(self.tree(part, inner) for part in below(node))
        found = [] if inside else self._evaluator.spans(self._evaluator.found(node, fields))
        notes = tuple(dict.fromkeys(self._notes(node, fields)))
        holds = self._evaluator.holds(node, fields)
        return Explained(_label(node), holds, len(found), tuple(found[:MOST_SPANS]), notes, inside)

    def reason(self, change: Change) -> str:
        """Say why a literal came out as it did, empty where there is nothing to add."""
        if isinstance(change.node, ActorRef) and not change.wanted:
            return ""
        return "; ".join(dict.fromkeys(self._notes(change.node, change.fields)))

    def _notes(self, node: Node, fields: Fields) -> Iterator[str]:
        match node:
            case Near():
                yield nearness(node, self._evaluator, fields)
            case AtLeast(_, part):
                found = self._evaluator.counted(self._evaluator.found(part, fields))
                yield f"{found} {'hit' if found == 1 else 'hits'}"
            case AnyOf(_, parts):
                number = sum(self._evaluator.holds(part, fields) for part in parts)
                yield f"{number} {'is' if number == 1 else 'are'} true"
            case Filter(name):
                value = self._evaluator.view.lang if name == "lang" else getattr(self._article, name)
                yield f"the article's is {value!r}" if value else "the article has none"
            case Published():
                yield f"the article's time is {self._evaluator.cast.at:%Y-%m-%d %H:%M} UTC"
            case ActorRef():
                yield from self._of_actor(node, fields)
            case MemberRef():
                yield from self._of_members(node, fields)

    def _of_actor(self, node: ActorRef, fields: Fields) -> Iterator[str]:
        cast = self._evaluator.cast
        actor = cast.actors[node.id]
        if not self._evaluator.holds(node, fields):
            aside = doubts(node, cast)
            if not aside and fields != TEXT and self._evaluator.holds(node):
                aside = "it is there, in another field"
            yield from (aside,) if aside else ()
        elif actor.kind == "office":
            yield from self._of_office(actor, ever=node.ever)
        else:
            yield from self._of_weak_names(actor.id)

    def _of_members(self, node: MemberRef, fields: Fields) -> Iterator[str]:
        """Say which members were found and since when they belong to the group."""
        evaluator = self._evaluator
        for member in evaluator.cast.actors[node.id].members:
            if not evaluator.holds(ActorRef(member.actor), fields):
                continue
            interval = f"from {member.since or 'ever'} until {member.until or 'now'}"
            disputed = ", which is disputed" if member.disputed else ""
            if node.ever or member.holds(evaluator.view.at):
                yield f"{node.id} → {member.actor} → {interval}{disputed}"
            else:
                yield f"{member.actor} belongs to it {interval}, not on {evaluator.view.at:%Y-%m-%d}"

    def _of_office(self, office: Actor, *, ever: bool) -> Iterator[str]:
        cast = self._evaluator.cast
        _, at_from = time_of(self._article)
        for hit in office_hits(office, cast, cast.actors, ever=ever):
            yield f"{chain(hit)}, on {cast.at:%Y-%m-%d} ({at_from})"
            if hit.person and hit.via == "holder":
                yield from self._of_weak_names(hit.person)

    def _of_weak_names(self, actor: str) -> Iterator[str]:
        words = dict.fromkeys(self._evaluator.cast.weak_words(actor))
        if words:
            grounds = "; ".join(self._evaluator.cast.grounds(actor))
            shown = ", ".join(map(repr, words))
            yield f"{shown}: a weak name of {actor}, which counts because {grounds}"


def chain(hit: OfficeHit) -> str:
    """Write office → holder → interval, and how it was found."""
    note = f" ({hit.note})" if hit.note else ""
    found = "by its title" if hit.via == "title" else "by the holder's name"
    if hit.person is None and hit.since is None and hit.until is None:
        return f"{hit.office} → no holder is known{note}, found {found}"
    interval = f"from {hit.since or 'ever'} until {hit.until or 'now'}"
    return f"{hit.office} → {hit.person or 'vacant'}{note} → {interval}, found {found}"


def _label(node: Node) -> str:  # noqa: PLR0911 - one line for each kind of node
    match node:
        case And():
            return "AND"
        case Or():
            return "OR"
        case Not():
            return "NOT"
        case In(name, _):
            return f"{name}:"
        case Near():
            return node.operator
        case AtLeast(number, _):
            return f"ATLEAST/{number}"
        case AnyOf(number, _):
            return f"ANY/{number}"
    return show(node)
