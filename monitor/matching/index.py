"""The index of literals: one pass over an article finds every term of every rule that stands in it.

Terms are kept in a tree of their folded tokens. Each token of the article is looked up once; what a token can
begin (whole words, prefixes, stems, words behind particles) is remembered from article to article. Regular
expressions are run only where one of their literals stands. Cost grows with the length of the article and the
number of hits, not with the number of rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from monitor.matching.view import View, Zone
from monitor.rules.patterns import EDGE, Pattern, compiled, marked
from monitor.rules.terms import ARTICLE_LANGUAGE, AnyTerm, Part, Term
from monitor.text.affixes import Affixes, is_behind_particles, without_particles
from monitor.text.folding import fold
from monitor.text.stems import LANGUAGES, stem, stems
from monitor.text.tokens import Tokens, edge_symbols, reach


class Hit(NamedTuple):
    """Where a term stands: a zone's number, its first token, the token after its last.

    A regular expression has the characters `start:stop` of the zone too; a term's follow from its tokens.
    """

    zone: int
    first: int
    end: int
    start: int = -1
    stop: int = -1


Hits = dict[int, list[Hit]]
MOST_HITS = 5_000  # of one term in one article: beyond it a text is hostile, and only costs time
MOST_OF_A_PATTERN = 100  # hits of one regular expression in one field: each looks ahead as far as it may
LONGEST_READ = 50_000  # characters of a field that regular expressions are run over
_REMEMBERED = 200_000
_SAME_WORD = "="  # the stems' key for words as they stand, where an article's language has no stemmer
_MOST_FORMS = 64  # ways of one name through the tree; beyond them its later words keep to one stem each


class _Node:
    """A place in the tree: the ways onward, each with the symbols that must stand before the next token."""

    __slots__ = ("ends", "prefixes", "stems", "words")

    def __init__(self) -> None:
        self.words: Ways = _NOTHING
        self.prefixes: Ways = _NOTHING
        self.stems: dict[str, Ways] = _NO_STEMS
        self.ends: tuple[int, ...] = ()

    def words_onward(self) -> Ways:
        """Give the ways onward by whole words, to add to."""
        if self.words is _NOTHING:
            self.words = {}
        return self.words

    def prefixes_onward(self) -> Ways:
        """Give the ways onward by prefixes, to add to."""
        if self.prefixes is _NOTHING:
            self.prefixes = {}
        return self.prefixes

    def stems_onward(self, key: str) -> Ways:
        """Give the ways onward by the stems of one language, to add to."""
        if self.stems is _NO_STEMS:
            self.stems = {}
        return self.stems.setdefault(key, {})


Way = tuple[str, _Node]
Ways = dict[str, tuple[Way, ...]]
_NOTHING: Ways = {}  # of the many nodes where a term only ends
_NO_STEMS: dict[str, Ways] = {}


class _Reading(NamedTuple):
    """The zone that is being read, and where its hits go."""

    tokens: Tokens
    zone: int
    view: View
    hits: Hits


class TermTree:
    """Many terms in one tree; `terms[i]` is the term with the number `i`. `patterns` stand beside the tree.

    A tree only grows, and may do so while others read it: a reload adds what is new to the tree in use.
    """

    def __init__(self) -> None:
        self.terms: list[AnyTerm] = []
        self.numbers: dict[AnyTerm, int] = {}
        self.root = _Node()
        self.behind: dict[Affixes, _Node] = {}
        self.patterns: list[int] = []

    def add(self, term: AnyTerm) -> int:
        """Add a term that may be there already; gives its number."""
        number = self.numbers.get(term)
        if number is not None:
            return number
        number = len(self.terms)
        self.terms.append(term)
        if isinstance(term, Pattern):
            self.patterns.append(number)
        elif term.stem:
            self._add_in_languages(term, number)
        else:
            self._add_words(term, number)
        self.numbers[term] = number
        return number

    def _starts(self, term: Term) -> list[_Node]:
        """Give the places that a term begins at; behind particles it goes its own way."""
        if not term.affixes:
            return [self.root]
        return [self.root, self.behind.setdefault(term.affixes, _Node())]

    def _add_words(self, term: Term, number: int) -> None:
        nodes = self._starts(term)
        for part in term.parts:
            nodes = [_reached(_onward(node, part), part) for node in nodes]
        for node in nodes:
            node.ends = (*node.ends, number)

    def _add_in_languages(self, term: Term, number: int) -> None:
        by_article = term.stem == ARTICLE_LANGUAGE
        for lang in LANGUAGES if by_article else (term.stem,):
            # Under its own name a language serves every article, with a mark only those of that language.
            self._add_stems(term, number, _SAME_WORD + lang if by_article else lang, lang)
        if by_article:
            self._add_stems(term, number, _SAME_WORD, "")

    def _add_stems(self, term: Term, number: int, key: str, lang: str) -> None:
        nodes = self._starts(term)
        for part in term.parts:
            forms = stems(part.written, lang) if lang else (part.key,)
            if len(nodes) * len(forms) > _MOST_FORMS:
                forms = forms[:1]
            nodes = [_reached(node.stems_onward(key), part, form) for node in nodes for form in forms]
        for node in nodes:
            node.ends = (*node.ends, number)


class LiteralIndex:
    """Finds all hits of many terms at once; `terms[i]` is the term with the number `i`."""

    def __init__(self, tree: TermTree) -> None:
        self.terms, self.numbers = tree.terms, tree.numbers
        self._root, self._behind = tree.root, tree.behind
        self._begin: dict[str, tuple[Way, ...]] = {}
        self._begin_in: dict[str, dict[str, tuple[Way, ...]]] = {}
        self._lengths = {
            node: sorted({len(prefix) for prefix in node.prefixes})
            for node in (self._root, *self._behind.values())
        }
        self._stemmed = any(node.stems for node in (self._root, *self._behind.values()))
        self._by_language = any(key.startswith(_SAME_WORD) for key in self._root.stems)
        self._patterns = _PatternIndex(tree)
        self.unannounced = self._patterns.unannounced

    def find(self, view: View) -> Hits:
        """Give the hits of every term that stands in an article, by the term's number."""
        hits: Hits = {}
        for number, zone in enumerate(view.zones):
            self._find_in(_Reading(zone.tokens, number, view, hits))
            self._patterns.find(zone, number, view, hits)
        return hits

    def look_for(self, number: int, view: View, hits: Hits) -> list[Hit]:
        """Give the hits of one term, also of a regular expression that no literal announces."""
        if number in self.unannounced and number not in hits:
            hits[number] = self.run(number, view)
        return hits.get(number, [])

    def run(self, number: int, view: View) -> list[Hit]:
        """Run a regular expression over an article."""
        runs = (self._patterns.run(number, zone, place, view) for place, zone in enumerate(view.zones))
        return [hit for run in runs for hit in run]

    def _find_in(self, reading: _Reading) -> None:
        tokens = reading.tokens
        words, remembered = tokens.folded, self._begin
        if self._stemmed:
            words = tokens.words()
            if self._by_language:
                remembered = self._begin_in.setdefault(reading.view.lang, {})
        get = remembered.get
        for index, word in enumerate(words):
            ways = get(word)
            if ways is None:
                ways = self._remember(word, tokens.folded[index], remembered, reading.view)
            for symbols, node in ways:
                if not symbols or _stands_before(tokens, index, symbols):
                    self._follow(node, reading, index, index)

    def _remember(
        self, word: str, folded: str, remembered: dict[str, tuple[Way, ...]], view: View
    ) -> tuple[Way, ...]:
        if len(remembered) >= _REMEMBERED:
            remembered.clear()
        ways = self._ways_from(self._root, word, folded, view)
        if self._behind:
            for affixes, rest in without_particles(word):
                if affixes in self._behind:
                    ways += self._ways_from(self._behind[affixes], rest, fold(rest), view)
        # One node may be reached in several ways: by its word and by its stem.
        remembered[word] = tuple(dict.fromkeys(ways))
        return remembered[word]

    def _ways_from(self, node: _Node, word: str, folded: str, view: View) -> list[Way]:
        """Give the ways from a place where terms begin."""
        ways = list(node.words.get(folded, ()))
        for length in self._lengths[node]:
            if length > len(folded):
                break
            ways += node.prefixes.get(folded[:length], ())
        if node.stems:
            ways += _stem_ways(node.stems, word, folded, view)
        return ways

    def _follow(self, node: _Node, reading: _Reading, first: int, last: int) -> None:
        """Note the terms that end at `last` and go on with the next token; as deep as a term is long."""
        tokens = reading.tokens
        for end in node.ends:
            term = self.terms[end]
            assert isinstance(term, Term)
            if _holds(term, tokens, first, last, reading.view):
                found = reading.hits.setdefault(end, [])
                hit = Hit(reading.zone, first, last + 1)
                if len(found) < MOST_HITS and (not found or found[-1] != hit):
                    found.append(hit)
        if last + 1 == len(tokens.folded):
            return
        ways: Iterable[Way] = node.words.get(tokens.folded[last + 1], ())
        if node.prefixes or node.stems:
            ways = dict.fromkeys((*ways, *_special_ways(node, tokens, last + 1, reading.view)))
        for symbols, reached in ways:
            if tokens.joined(last, symbols):
                self._follow(reached, reading, first, last + 1)


class _PatternIndex:
    """The regular expressions of a rulebook, by the literals that announce them.

    `unannounced` are those that no literal announces; they are run only where a rule asks for them.
    """

    def __init__(self, tree: TermTree) -> None:
        self._terms = tree.terms
        self._owners: dict[str, list[int]] = {}
        self.unannounced: set[int] = set()
        for number in tree.patterns:
            pattern = tree.terms[number]
            assert isinstance(pattern, Pattern)
            for literal in pattern.literals:
                self._owners.setdefault(literal, []).append(number)
            if not pattern.literals:
                self.unannounced.add(number)
        self._literals = list(self._owners)
        self._automaton = AhoCorasick(self._literals) if self._literals else None

    def find(self, zone: Zone, place: int, view: View, hits: Hits) -> None:
        """Add the hits of announced patterns in a zone."""
        if self._automaton is None:
            return
        announced = self._automaton.find_matches_as_indexes(zone.folded().text, overlapping=True)
        for literal in {literal for literal, _, _ in announced}:
            for number in self._owners[self._literals[literal]]:
                known = hits.get(number)
                if known and known[-1].zone == place:
                    continue  # announced by another of its literals, and run already
                if found := list(self.run(number, zone, place, view)):
                    hits.setdefault(number, []).extend(found)

    def run(self, number: int, zone: Zone, place: int, view: View) -> Iterator[Hit]:
        """Give the hits of one pattern in a zone."""
        pattern = self._terms[number]
        assert isinstance(pattern, Pattern)
        if (pattern.langs and view.lang not in pattern.langs) or not len(zone.tokens):
            return
        folded = zone.folded()
        text = folded.text[:LONGEST_READ]
        text = marked(text) if pattern.edges else text
        for start, end in islice(_spans(pattern, text), MOST_OF_A_PATTERN):
            written = folded.written(start, end)
            yield Hit(place, *folded.tokens(*written), *written)


def _spans(pattern: Pattern, text: str) -> Iterator[tuple[int, int]]:
    """Give the spans of a pattern in a folded text, the marks at word edges taken out again."""
    edges = before = 0
    for found in compiled(pattern).finditer(text):
        start, end = found.span()
        if not pattern.edges:
            yield start, end
            continue
        edges += text.count(EDGE, before, start)
        inside = text.count(EDGE, start, end)
        if end - start > inside:
            yield start - edges, end - edges - inside
        edges += inside
        before = end


def span(term: AnyTerm, tokens: Tokens, first: int, end: int) -> tuple[int, int]:
    """Give the characters of a hit, its leading and trailing symbols included."""
    start, stop = tokens.starts[first], tokens.ends[end - 1]
    if isinstance(term, Pattern):
        return start, stop
    if lead := term.parts[0].symbols:
        start -= reach(reversed(tokens.gap(first - 1)), len(lead))
    return start, stop + reach(tokens.gap(end - 1), len(term.tail))


def _holds(term: Term, tokens: Tokens, first: int, last: int, view: View) -> bool:
    if term.langs and view.lang not in term.langs:
        return False
    if term.tail and not edge_symbols(tokens.gap(last)).startswith(term.tail):
        return False
    if not (term.exact_case or term.exact_accents):
        return True
    for number, part in enumerate(term.parts):
        there, wanted = (_exactly(word, term) for word in (tokens.original(first + number), part.written))
        if there != wanted and not (number == 0 and term.affixes and is_behind_particles(there, wanted)):
            return False
    return True


def _exactly(text: str, term: Term) -> str:
    return fold(text, keep_case=term.exact_case, keep_accents=term.exact_accents)


def _stands_before(tokens: Tokens, index: int, symbols: str) -> bool:
    return edge_symbols(tokens.gap(index - 1)).endswith(symbols)


def _onward(node: _Node, part: Part) -> Ways:
    return node.prefixes_onward() if part.prefix else node.words_onward()


def _reached(ways: Ways, part: Part, key: str | None = None) -> _Node:
    """Give the node that a part of a term leads to, made where it is missing."""
    key = part.key if key is None else key
    onward = ways.get(key, ())
    for known, node in onward:
        if known == part.symbols:
            return node
    node = _Node()
    ways[key] = (*onward, (part.symbols, node))
    return node


def _special_ways(node: _Node, tokens: Tokens, index: int, view: View) -> Iterator[Way]:
    folded = tokens.folded[index]
    for prefix, ways in list(node.prefixes.items()):  # a reload may add to it meanwhile
        if folded.startswith(prefix):
            yield from ways
    if node.stems:
        yield from _stem_ways(node.stems, tokens.original(index), folded, view)


def _stem_ways(stems: dict[str, Ways], word: str, folded: str, view: View) -> Iterator[Way]:
    for key, ways in list(stems.items()):  # a reload may add to it meanwhile
        if key == _SAME_WORD:
            if view.lang not in LANGUAGES:
                yield from ways.get(folded, ())
        elif key[0] != _SAME_WORD or key[1:] == view.lang:
            yield from ways.get(stem(word, key.removeprefix(_SAME_WORD)), ())
