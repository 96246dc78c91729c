"""The matcher: an article and a rulebook in, matches with their evidence out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from monitor.matching.cast import Cast
from monitor.matching.evaluate import Evaluator, Found
from monitor.matching.index import Hits, LiteralIndex
from monitor.matching.names import PARTS, directory
from monitor.matching.needs import terms_of
from monitor.matching.offices import office_hits
from monitor.matching.quotes import quotes
from monitor.matching.view import View, view
from monitor.model import SEVERITIES, ActorHit, Article, Evidence, Match, OfficeHit
from monitor.rules.book import Rulebook
from monitor.rules.definitions import Rule
from monitor.rules.terms import Term
from monitor.rules.tree import ActorRef, In, Word, walk

MOST_SPANS = 50
_MOST_OF_A_TERM = 300


class Matcher:
    """A rulebook made ready to match. It keeps no state between articles but what words it has seen."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        active = [rule for rule in book.rules.values() if rule.status in ("live", "shadow")]
        self._prepare(active)

    def _prepare(self, rules: list[Rule]) -> None:
        self._index = LiteralIndex(_terms(self.book))
        self._directory = directory(self.book.actors, self._index)
        self._fields = frozenset(
            node.field
            for rule in self.book.rules.values()
            for node in walk(rule.expression)
            if isinstance(node, In)
        )
        self._by_literal: dict[int, list[Rule]] = defaultdict(list)
        self._always: list[Rule] = []
        for rule in rules:
            needed = terms_of(rule.expression, self.book.actors, self.book.topics)
            if needed is None:
                self._always.append(rule)
            for term in needed or ():
                self._by_literal[self._index.numbers[term]].append(rule)

    def match(self, article: Article) -> tuple[Match, ...]:
        """Give the live and shadow rules that match, most severe first, then by id."""
        prepared = view(article, self._fields)
        hits = self._index.find(prepared)
        candidates = {rule.id: rule for rule in self._always}
        for literal in hits:
            for rule in self._by_literal.get(literal, ()):
                candidates[rule.id] = rule
        if not candidates:
            return ()
        evaluator = self._evaluator(prepared, hits)
        matched = [rule for rule in candidates.values() if evaluator.holds(rule.expression)]
        matched.sort(key=lambda rule: (-SEVERITIES.index(rule.severity), rule.id))
        return tuple(self._match(rule, prepared, evaluator) for rule in matched)

    def judge(self, rule: Rule, article: Article) -> tuple[Match | None, Evaluator]:
        """Judge one rule of any status, and give the evaluator to ask what its parts found."""
        prepared = view(article, self._fields)
        evaluator = self._evaluator(prepared, self._index.find(prepared))
        if not evaluator.holds(rule.expression):
            return None, evaluator
        return self._match(rule, prepared, evaluator), evaluator

    def _evaluator(self, prepared: View, hits: Hits) -> Evaluator:
        cast = Cast(self._directory, hits, prepared)
        return Evaluator(prepared, hits, cast, self._index, self.book.topics)

    def _match(self, rule: Rule, prepared: View, evaluator: Evaluator) -> Match:
        spans = evaluator.spans(_foremost(evaluator.found(rule.expression)))
        evidence = Evidence(
            prepared.at,
            prepared.at_from,
            tuple(spans[:MOST_SPANS]),
            tuple(self._actors(rule, evaluator)),
            tuple(self._offices(rule, evaluator)),
            quotes(prepared, spans),
        )
        return Match(
            rule.id,
            rule.title,
            rule.severity,
            rule.status,
            rule.checksum,
            evidence,
            rule.why,
            rule.owner,
            dict(rule.labels),
        )

    def _actors(self, rule: Rule, evaluator: Evaluator) -> Iterator[ActorHit]:
        for node in _actor_nodes(rule):
            found = evaluator.found(node)
            if found:
                text = evaluator.spans([min(found)])[0].text
                yield ActorHit(node.id, self.book.actors[node.id].name, text)

    def _offices(self, rule: Rule, evaluator: Evaluator) -> Iterator[OfficeHit]:
        for node in _actor_nodes(rule):
            office = self.book.actors[node.id]
            if office.kind == "office":
                yield from office_hits(office, evaluator.cast, self.book.actors, ever=node.ever)


def _foremost(found: Iterable[Found]) -> Iterator[Found]:
    """Give the first hits of each term: what a text of millions of hits adds to them is time alone."""
    counted: Counter[str] = Counter()
    for hit in sorted(set(found)):
        counted[hit.label] += 1
        if counted[hit.label] <= _MOST_OF_A_TERM:
            yield hit


def _actor_nodes(rule: Rule) -> list[ActorRef]:
    """Give the actors that a rule names, each once, in its order."""
    nodes = {node.id: node for node in walk(rule.expression) if isinstance(node, ActorRef) and node.ever}
    named = dict.fromkeys(node.id for node in walk(rule.expression) if isinstance(node, ActorRef))
    return [nodes.get(name, ActorRef(name)) for name in named]


def _terms(book: Rulebook) -> Iterator[Term]:
    for actor in book.actors.values():
        for part in PARTS:
            yield from getattr(actor, part)
    for topic in book.topics.values():
        yield from topic.terms
    for rule in book.rules.values():
        yield from (node.term for node in walk(rule.expression) if isinstance(node, Word))
