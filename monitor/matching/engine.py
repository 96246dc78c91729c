"""The matcher: an article and a rulebook in, matches with their evidence out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from monitor.matching.candidates import Candidates
from monitor.matching.cast import Cast
from monitor.matching.evaluate import Evaluator, Found, filters_first
from monitor.matching.index import LiteralIndex
from monitor.matching.names import directory
from monitor.matching.needs import Leaf
from monitor.matching.offices import office_hits
from monitor.matching.quotes import quotes
from monitor.matching.view import View
from monitor.model import SEVERITIES, TEXT_FIELDS, ActorHit, Article, Evidence, Match, OfficeHit
from monitor.rules.book import Rulebook
from monitor.rules.definitions import NAME_LISTS, Rule
from monitor.rules.references import closure
from monitor.rules.terms import AnyTerm
from monitor.rules.tree import ActorRef, In, MemberRef, Word, walk

MOST_SPANS = 50
_MOST_OF_A_TERM = 300


class Matcher:
    """A rulebook made ready to match. It keeps no state between articles but what words it has seen."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        self._index = LiteralIndex(_terms(book))
        self._directory = directory(book.actors, self._index)
        numbers = self._index.numbers
        self._topics = {
            name: {numbers[term]: term.text for topic in closure(name, book.topics) for term in topic.terms}
            for name in book.topics
        }
        self._topics_of: dict[int, list[str]] = defaultdict(list)
        for name, terms in self._topics.items():
            for number in terms:
                self._topics_of[number].append(f"topic:{name}")
        self._fields = frozenset(
            node.field
            for rule in book.rules.values()
            for node in walk(rule.expression)
            if isinstance(node, In) and node.field not in TEXT_FIELDS
        )
        active = [rule for rule in book.rules.values() if rule.status in ("live", "shadow")]
        self._candidates = Candidates(active, lambda word: numbers[word.term])
        self._quick = {rule.id: filters_first(rule.expression) for rule in active}

    def match(self, article: Article) -> tuple[Match, ...]:
        """Give the live and shadow rules that match, most severe first, then by id."""
        evaluator = self._evaluator(article)
        candidates = self._candidates.among(self._found(evaluator))
        matched = [rule for rule in candidates if evaluator.holds(self._quick[rule.id])]
        matched.sort(key=lambda rule: (-SEVERITIES.index(rule.severity), rule.id))
        return tuple(self._match(rule, evaluator) for rule in matched)

    def judge(self, rule: Rule, article: Article) -> tuple[Match | None, Evaluator]:
        """Judge one rule of any status, and give the evaluator to ask what its parts found."""
        evaluator = self._evaluator(article)
        if not evaluator.holds(rule.expression):
            return None, evaluator
        return self._match(rule, evaluator), evaluator

    def _evaluator(self, article: Article) -> Evaluator:
        view = View(article, self._fields)
        return Evaluator(view, self._index.find(view), self._index, self._directory, self._topics)

    def _found(self, evaluator: Evaluator) -> set[Leaf]:
        """Give the leaves of rules that are found in an article."""
        hits = evaluator.hits.keys()
        found: set[Leaf] = set(hits)
        for number in hits & self._topics_of.keys():
            found.update(self._topics_of[number])
        if not self._directory.naming.isdisjoint(hits):
            found.update(self._found_actors(evaluator.cast))
        return found

    def _found_actors(self, cast: Cast) -> Iterator[Leaf]:
        for name in (*cast.named(), *cast.offices()):
            yield f"actor:{name}"
            yield f"office.any:{name}"
            for group in self._directory.groups_of.get(name, ()):
                yield f"member:{group}"

    def _match(self, rule: Rule, evaluator: Evaluator) -> Match:
        spans = evaluator.spans(_foremost(evaluator.found(rule.expression)))
        evidence = Evidence(
            evaluator.view.at,
            evaluator.view.at_from,
            tuple(spans[:MOST_SPANS]),
            tuple(self._actors(rule, evaluator)),
            tuple(self._offices(rule, evaluator)),
            quotes(evaluator.view, spans),
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
        for node in self._actor_nodes(rule, evaluator):
            found = evaluator.found(node)
            if found:
                text = evaluator.spans([min(found)])[0].text
                yield ActorHit(node.id, self.book.actors[node.id].name, text)

    def _offices(self, rule: Rule, evaluator: Evaluator) -> Iterator[OfficeHit]:
        for node in self._actor_nodes(rule, evaluator):
            office = self.book.actors[node.id]
            if office.kind == "office":
                yield from office_hits(office, evaluator.cast, self.book.actors, ever=node.ever)

    def _actor_nodes(self, rule: Rule, evaluator: Evaluator) -> list[ActorRef]:
        """Give the actors that a rule names, members of its groups among them, each once, in its order."""
        nodes: dict[str, ActorRef] = {}
        for node in walk(rule.expression):
            if isinstance(node, ActorRef) and (node.ever or node.id not in nodes):
                nodes[node.id] = ActorRef(node.id, node.ever)
            elif isinstance(node, MemberRef):
                for name in evaluator.members(node):
                    nodes.setdefault(name, ActorRef(name))
        return list(nodes.values())


def _foremost(found: Iterable[Found]) -> Iterator[Found]:
    """Give the first hits of each term: what a text of millions of hits adds to them is time alone."""
    counted: Counter[str] = Counter()
    for hit in sorted(set(found)):
        counted[hit.label] += 1
        if counted[hit.label] <= _MOST_OF_A_TERM:
            yield hit


def _terms(book: Rulebook) -> Iterator[AnyTerm]:
    for actor in book.actors.values():
        for part in NAME_LISTS:
            yield from getattr(actor, part)
    for topic in book.topics.values():
        yield from topic.terms
    for rule in book.rules.values():
        yield from (node.term for node in walk(rule.expression) if isinstance(node, Word))
