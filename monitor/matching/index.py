"""The index of literals: one pass over an article finds every term of every rule that stands in it.

Terms are kept in a tree of their folded tokens. Each token of the article is looked up once; what a token can
begin (whole words, prefixes) is remembered from article to article. Cost grows with the length of the
article and the number of hits, not with the number of rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from monitor.matching.view import View
from monitor.rules.terms import ARTICLE_LANGUAGE, Part, Term
from monitor.text.folding import fold
from monitor.text.stems import LANGUAGES, stem
from monitor.text.tokens import Tokens, edge_symbols, reach

Hit = tuple[int, int, int]
"""A zone's number, the first token, and the token after the last."""
Hits = dict[int, list[Hit]]
MOST_HITS = 50_000  # of one term in one article: beyond it a text is hostile, and only costs time
_REMEMBERED = 200_000


class _Node:
    """A place in the tree: the ways onward, each with the symbols that must stand before the next token."""

    __slots__ = ("ends", "prefixes", "stems", "words")

    def __init__(self) -> None:
        self.words: dict[str, list[tuple[str, _Node]]] = {}
        self.prefixes: dict[str, list[tuple[str, _Node]]] = {}
        self.stems: dict[str, dict[str, list[tuple[str, _Node]]]] = {}
        self.ends: list[int] = []


Way = tuple[str, _Node]


class _Reading(NamedTuple):
    """The zone that is being read, and where its hits go."""

    tokens: Tokens
    zone: int
    lang: str
    hits: Hits


class LiteralIndex:
    """Finds all hits of many terms at once; `terms[i]` is the term with the number `i`."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self.terms: list[Term] = []
        self.numbers: dict[Term, int] = {}
        self._root = _Node()
        self._begin: dict[str, tuple[Way, ...]] = {}
        for term in terms:
            self._add(term)
        self._lengths = sorted({len(prefix) for prefix in self._root.prefixes})

    def _add(self, term: Term) -> None:
        if term in self.numbers:
            return
        self.numbers[term] = len(self.terms)
        nodes = [self._root]
        for part in term.parts:
            nodes = [reached for node in nodes for reached in _onward(node, part, term)]
        for node in nodes:
            node.ends.append(len(self.terms))
        self.terms.append(term)

    def find(self, view: View) -> Hits:
        """Give the hits of every term that stands in an article, by the term's number."""
        hits: Hits = {}
        for number, zone in enumerate(view.zones):
            self._find_in(_Reading(zone.tokens, number, view.lang, hits))
        return hits

    def _find_in(self, reading: _Reading) -> None:
        tokens, remembered, has_stems = reading.tokens, self._begin, bool(self._root.stems)
        for index, folded in enumerate(tokens.folded):
            ways = remembered.get(folded)
            if ways is None:
                ways = self._remember(folded)
            if has_stems:
                ways = (*ways, *_stem_ways(self._root, tokens, index, reading.lang))
            for symbols, node in ways:
                if not symbols or _stands_before(tokens, index, symbols):
                    self._follow(node, reading, index, index)

    def _remember(self, folded: str) -> tuple[Way, ...]:
        if len(self._begin) >= _REMEMBERED:
            self._begin.clear()
        ways = list(self._root.words.get(folded, ()))
        for length in self._lengths:
            if length > len(folded):
                break
            ways += self._root.prefixes.get(folded[:length], ())
        self._begin[folded] = tuple(ways)
        return self._begin[folded]

    def _follow(self, node: _Node, reading: _Reading, first: int, last: int) -> None:
        """Note the terms that end at `last` and go on with the next token; as deep as a term is long."""
        tokens = reading.tokens
        for end in node.ends:
            if self._holds(self.terms[end], tokens, first, last, reading.lang):
                found = reading.hits.setdefault(end, [])
                if len(found) < MOST_HITS:
                    found.append((reading.zone, first, last + 1))
        if last + 1 == len(tokens.folded):
            return
        ways: Iterable[Way] = node.words.get(tokens.folded[last + 1], ())
        if node.prefixes or node.stems:
            ways = (*ways, *_special_ways(node, tokens, last + 1, reading.lang))
        for symbols, reached in ways:
            if tokens.joined(last, symbols):
                self._follow(reached, reading, first, last + 1)

    @staticmethod
    def _holds(term: Term, tokens: Tokens, first: int, last: int, lang: str) -> bool:
        if term.langs and lang not in term.langs:
            return False
        if term.tail and not edge_symbols(tokens.gap(last)).startswith(term.tail):
            return False
        if not (term.exact_case or term.exact_accents):
            return True
        return all(
            _exactly(tokens.original(first + number), term) == _exactly(part.written, term)
            for number, part in enumerate(term.parts)
        )


def span(term: Term, tokens: Tokens, first: int, end: int) -> tuple[int, int]:
    """Give the characters of a hit, its leading and trailing symbols included."""
    start, stop = tokens.starts[first], tokens.ends[end - 1]
    if lead := term.parts[0].symbols:
        start -= reach(reversed(tokens.gap(first - 1)), len(lead))
    return start, stop + reach(tokens.gap(end - 1), len(term.tail))


def _exactly(text: str, term: Term) -> str:
    return fold(text, keep_case=term.exact_case, keep_accents=term.exact_accents)


def _stands_before(tokens: Tokens, index: int, symbols: str) -> bool:
    return edge_symbols(tokens.gap(index - 1)).endswith(symbols)


def _onward(node: _Node, part: Part, term: Term) -> Iterator[_Node]:
    """Give the nodes that a part leads to, making them where they are missing."""
    if not term.stem:
        yield _reached((node.prefixes if part.prefix else node.words).setdefault(part.key, []), part.symbols)
        return
    languages = LANGUAGES if term.stem == ARTICLE_LANGUAGE else (term.stem,)
    for lang in languages:
        # Under its own name a language serves every article, with a mark only those of that language.
        key = f"={lang}" if term.stem == ARTICLE_LANGUAGE else lang
        stems = node.stems.setdefault(key, {})
        yield _reached(stems.setdefault(stem(part.written, lang), []), part.symbols)
    if term.stem == ARTICLE_LANGUAGE:
        yield _reached(node.stems.setdefault("=", {}).setdefault(part.key, []), part.symbols)


def _reached(ways: list[Way], symbols: str) -> _Node:
    for known, node in ways:
        if known == symbols:
            return node
    node = _Node()
    ways.append((symbols, node))
    return node


def _special_ways(node: _Node, tokens: Tokens, index: int, lang: str) -> Iterator[Way]:
    folded = tokens.folded[index]
    for prefix, ways in node.prefixes.items():
        if folded.startswith(prefix):
            yield from ways
    if node.stems:
        yield from _stem_ways(node, tokens, index, lang)


def _stem_ways(node: _Node, tokens: Tokens, index: int, lang: str) -> Iterator[Way]:
    known = lang in LANGUAGES
    for key, stems in node.stems.items():
        if key == "=":
            if not known:
                yield from stems.get(tokens.folded[index], ())
        elif key[0] != "=" or key[1:] == lang:
            yield from stems.get(stem(tokens.original(index), key.lstrip("=")), ())
