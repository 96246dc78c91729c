"""Expressions: whether they hold, and which hits make them so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from monitor.model import Article
from monitor.rules.book import Rulebook
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
    TopicRef,
    Word,
)
from monitor.text.folding import fold
from monitor.text.language import detect
from tests.reference.names import Names
from tests.reference.offices import Offices
from tests.reference.passages import TEXTS, Hit, passages_of
from tests.reference.terms import find

SPAN = tuple[str, int, int]
FIELDS = (*TEXTS, "author", "url", "tag")
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Verdict:
    """Whether a node holds, and the hits of what is true and positive in it."""

    holds: bool
    hits: frozenset[Hit] = frozenset()


NOTHING = Verdict(False)


def reference_matches(book: Rulebook, article: Article) -> dict[str, list[SPAN]]:
    """Give the shadow and live rules that match, each with the places of its hits."""
    evaluator = Evaluator(book, article)
    found: dict[str, list[SPAN]] = {}
    for name, rule in book.rules.items():
        verdict = evaluator.judge(rule.expression, TEXTS)
        if rule.status in ("shadow", "live") and verdict.holds:
            found[name] = sorted({evaluator.span(hit) for hit in verdict.hits}, key=_in_order)
    return found


def _in_order(span: SPAN) -> tuple[int, int, int]:
    return FIELDS.index(span[0]), span[1], span[2]


def time_of(article: Article) -> datetime:
    """Give the article's time: the published one where it can be believed."""
    published = article.published
    if published is None or published < EARLIEST or published - article.first_seen > timedelta(days=1):
        return article.first_seen
    return published


def language_of(article: Article) -> str:
    """Give the language that was said, else the one that title, summary and body show, else nothing."""
    if article.lang:
        return article.lang.split("-", maxsplit=1)[0]
    found = detect("\n".join((article.title, article.summary, article.body)))
    return found.lang if found else ""


class Evaluator:
    """One article before one rulebook."""

    def __init__(self, book: Rulebook, article: Article) -> None:
        self.book, self.article = book, article
        self.lang = language_of(article)
        self.at = time_of(article)
        self.passages = passages_of(article, self.lang)
        texts = [passage for passage in self.passages if passage.field in TEXTS]
        self.names = Names(book, texts, self.lang)
        self.offices = Offices(self.names, self.at)

    def span(self, hit: Hit) -> SPAN:
        return self.passages[hit.passage].field, hit.start, hit.end

    def judge(self, node: Node, fields: tuple[str, ...]) -> Verdict:  # noqa: C901, PLR0911 - one line a kind
        match node:
            case Word() | ActorRef() | MemberRef() | TopicRef():
                hits = frozenset(hit for hit in self._hits(node) if self._field(hit) in fields)
                return Verdict(bool(hits), hits)
            case Filter():
                return Verdict(self._filter(node))
            case Published(_, start, end):
                return Verdict((start is None or start <= self.at) and (end is None or self.at < end))
            case In(name, below):
                return self.judge(below, (name,))
            case Not(below):
                return Verdict(not self.judge(below, fields).holds)
            case And(parts):
                return self._some(parts, fields, len(parts))
            case Or(parts):
                return self._some(parts, fields, 1)
            case AnyOf(number, parts):
                return self._some(parts, fields, number)
            case AtLeast(number, below):
                verdict = self.judge(below, fields)
                return verdict if self._places(verdict) >= number else NOTHING
            case Near():
                return self._near(node, fields)
        raise AssertionError(node)

    def _some(self, parts: tuple[Node, ...], fields: tuple[str, ...], number: int) -> Verdict:
        verdicts = [self.judge(part, fields) for part in parts]
        if sum(verdict.holds for verdict in verdicts) < number:
            return NOTHING
        return Verdict(True, frozenset().union(*(verdict.hits for verdict in verdicts)))

    def _field(self, hit: Hit) -> str:
        return self.passages[hit.passage].field

    def _hits(self, node: Word | ActorRef | MemberRef | TopicRef) -> list[Hit]:
        match node:
            case Word(term):
                return find(term, self.passages, self.lang)
            case TopicRef(name):
                return self._topic(name)
            case ActorRef(name, ever):
                return self._actor(name, ever=ever)
            case MemberRef(name, ever):
                members = self.book.actors[name].members
                there = {member.actor for member in members if ever or member.holds(self.at)}
                return [hit for member in there for hit in self._actor(member)]

    def _actor(self, name: str, *, ever: bool = False) -> list[Hit]:
        actor = self.book.actors[name]
        is_office = actor.kind == "office"
        return self.offices.hits(actor, ever=ever) if is_office else self.names.hits(name)

    def _topic(self, name: str) -> list[Hit]:
        topic = self.book.topics[name]
        own = [hit for term in topic.terms for hit in find(term, self.passages, self.lang)]
        return own + [hit for included in topic.includes for hit in self._topic(included)]

    def _filter(self, node: Filter) -> bool:
        value = str(getattr(self.article, node.field))
        if node.field == "lang":
            value = self.lang
        return bool(value) and fold(value) in node.values

    # Counting and nearness

    def _places(self, verdict: Verdict) -> int:
        """Count the tokens that hits begin at; a summary that begins the body is not counted again."""
        words = {
            passage.field: [token.folded for token in passage.tokens]
            for passage in self.passages
            if passage.field in TEXTS
        }
        repeats = words["body"][: len(words["summary"])] == words["summary"]
        return len(
            {
                (hit.passage, hit.first)
                for hit in verdict.hits
                if not (repeats and self._field(hit) == "summary")
            }
        )

    def _near(self, node: Near, fields: tuple[str, ...]) -> Verdict:
        left = self.judge(node.left, fields).hits
        right = self.judge(node.right, fields).hits
        pairs = [(one, other) for one in left for other in right if self._is_pair(node, one, other)]
        if node.negated:
            hits = left - {one for one, _ in pairs}
        else:
            hits = frozenset(hit for pair in pairs for hit in pair)
        return Verdict(bool(hits), frozenset(hits))

    def _is_pair(self, node: Near, one: Hit, other: Hit) -> bool:
        if one.passage != other.passage or one.shares_token(other):
            return False
        if node.ordered and other.first < one.first:
            return False
        passage = self.passages[one.passage]
        if node.unit == "sentence":
            return passage.one_sentence(one, other)
        if node.unit == "paragraph":
            return passage.one_paragraph(one.with_(other))
        return one.between(other) <= node.distance
