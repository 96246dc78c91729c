"""The matcher: an article and a rulebook in, matches with their evidence out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from time import perf_counter
from typing import NamedTuple

from monitor.matching.candidates import Candidates, ReadyRule
from monitor.matching.cast import Cast
from monitor.matching.evaluate import Evaluator, Found
from monitor.matching.index import LiteralIndex, TermTree
from monitor.matching.names import directory
from monitor.matching.needs import Leaf, groups
from monitor.matching.offices import office_hits
from monitor.matching.quotes import quotes
from monitor.matching.view import View
from monitor.model import SEVERITIES, TEXT_FIELDS, ActorHit, Article, Evidence, Match, OfficeHit
from monitor.rules.book import Rulebook
from monitor.rules.definitions import NAME_LISTS, Rule
from monitor.rules.patterns import Pattern
from monitor.rules.selectivity import closure
from monitor.rules.tree import ActorRef, In, MemberRef, Word, walk

MOST_SPANS = 50
_MOST_OF_A_TERM = 300
_OUTGROWN, _LEAST_SIZE = 1.25, 1_000


class RuleTime(NamedTuple):
    """The seconds that a rule took over one article, its evidence included, and whether it matched."""

    rule: str
    seconds: float
    matched: bool


class Matcher:
    """A rulebook made ready to match. It keeps no state between articles but what words it has seen.

    `before` is the matcher of the book that this one follows: what did not change is taken from it.
    """

    def __init__(self, book: Rulebook, before: Matcher | None = None) -> None:
        self.book = book
        if before is not None and len(before._tree.terms) > _OUTGROWN * before._first_size:
            before = None  # too much of the tree is of rules that are gone
        self._tree: TermTree = before._tree if before else TermTree()
        self._ready = self._make_ready(before)
        self._first_size: int = before._first_size if before else len(self._tree.terms) + _LEAST_SIZE
        self._index = LiteralIndex(self._tree)
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
        self._fields = frozenset().union(*{ready.fields for ready in self._ready.values()})
        active = (ready for ready in self._ready.values() if ready.rule.status in ("live", "shadow"))
        self._candidates: Candidates = Candidates(active, before._candidates if before else None)

    def _make_ready(self, before: Matcher | None) -> dict[str, ReadyRule]:
        """Add the terms of the book to the tree and make its rules ready."""
        known = before._ready if before else {}
        actors = before.book.actors if before else {}
        topics = before.book.topics if before else {}
        add = self._tree.add
        for name, actor in self.book.actors.items():
            for part in NAME_LISTS if actors.get(name) is not actor else ():
                for term in getattr(actor, part):
                    add(term)
        for name, topic in self.book.topics.items():
            for term in topic.terms if topics.get(name) is not topic else ():
                add(term)
        ready: dict[str, ReadyRule] = {}
        for name, rule in self.book.rules.items():
            found = known.get(name)
            ready[name] = found if found is not None and found.rule is rule else self._ready_rule(rule)
        return ready

    def _ready_rule(self, rule: Rule) -> ReadyRule:
        fields: set[str] = set()
        for node in walk(rule.expression):
            if isinstance(node, Word):
                self._tree.add(node.term)
            elif isinstance(node, In):
                fields.add(node.field)
        numbers = self._tree.numbers
        needed = groups(rule.expression, lambda word: numbers[word.term])
        return ReadyRule(rule, frozenset(fields.difference(TEXT_FIELDS)), needed)

    def match(self, article: Article) -> tuple[Match, ...]:
        """Give the live and shadow rules that match, most severe first, then by id."""
        evaluator = self._evaluator(article)
        candidates = self._candidates.among(self._found(evaluator))
        matched = [ready.rule for ready in candidates if evaluator.holds(ready.quick)]
        matched.sort(key=lambda rule: (-SEVERITIES.index(rule.severity), rule.id))
        return tuple(self._match(rule, evaluator) for rule in matched)

    def judge(self, rule: Rule, article: Article) -> tuple[Match | None, Evaluator]:
        """Judge one rule of any status, and give the evaluator to ask what its parts found."""
        evaluator = self._evaluator(article)
        if not evaluator.holds(rule.expression):
            return None, evaluator
        return self._match(rule, evaluator), evaluator

    def time_of_rules(self, article: Article) -> tuple[float, list[RuleTime]]:
        """Match an article and give the seconds that all rules share, and those of each rule that was asked.

        A regular expression is run where its literals stand, before any rule is asked: here it is run once
        more for the rule that holds it. What one rule has found is remembered for the next, so a name that
        several rules ask for counts for the first of them.
        """
        start = perf_counter()
        evaluator = self._evaluator(article)
        candidates = self._candidates.among(self._found(evaluator))
        _ = evaluator.view.lang  # whoever asks first would seem to pay for it
        shared = perf_counter() - start
        times: list[RuleTime] = []
        for ready in candidates:
            start = perf_counter()
            for node in walk(ready.rule.expression):
                if isinstance(node, Word) and isinstance(node.term, Pattern):
                    self._index.run(self._tree.numbers[node.term], evaluator.view)
            holds = evaluator.holds(ready.quick)
            if holds:
                self._match(ready.rule, evaluator)
            times.append(RuleTime(ready.rule.id, perf_counter() - start, holds))
        return shared, times

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
        actors = _named(self._ready[rule.id].actors, evaluator)
        spans = evaluator.spans(_foremost(evaluator.found(rule.expression, holds=True)))
        evidence = Evidence(
            evaluator.view.at,
            evaluator.view.at_from,
            tuple(spans[:MOST_SPANS]),
            tuple(self._actors(actors, evaluator)),
            tuple(self._offices(actors, evaluator)),
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

    def _actors(self, actors: Iterable[ActorRef], evaluator: Evaluator) -> Iterator[ActorHit]:
        for node in actors:
            found = evaluator.found(node)
            if found:
                text = evaluator.spans([min(found)])[0].text
                yield ActorHit(node.id, self.book.actors[node.id].name, text)

    def _offices(self, actors: Iterable[ActorRef], evaluator: Evaluator) -> Iterator[OfficeHit]:
        for node in actors:
            office = self.book.actors[node.id]
            if office.kind == "office":
                yield from office_hits(office, evaluator.cast, self.book.actors, ever=node.ever)


def _named(actors: Iterable[ActorRef | MemberRef], evaluator: Evaluator) -> list[ActorRef]:
    """Give the actors that a rule names, the members of its groups among them, each once."""
    named: dict[str, ActorRef] = {}
    for node in actors:
        if isinstance(node, ActorRef):
            named[node.id] = node
        else:
            for member in evaluator.members(node):
                named.setdefault(member, ActorRef(member))
    return list(named.values())


def _foremost(found: Iterable[Found]) -> Iterator[Found]:
    """Give the first hits of each term: what a text of millions of hits adds to them is time alone."""
    hits = list(found)
    if len(hits) <= _MOST_OF_A_TERM:
        yield from hits
        return
    counted: Counter[str] = Counter()
    for hit in sorted(set(hits)):
        counted[hit.label] += 1
        if counted[hit.label] <= _MOST_OF_A_TERM:
            yield hit
