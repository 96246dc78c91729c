"""A matcher made from the one before it finds what one made anew finds."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.matching.engine import Matcher
from monitor.model import Article
from monitor.rules.book import RuleFiles, compile_rulebook
from monitor.rules.sheet_cache import SheetCache

NOW = datetime(2026, 11, 1, tzinfo=UTC)
WORDS = ["iran", "russia", "oil", "сделка", "сделки", "安全", "حرب"]
TERMS = st.sampled_from(
    [*WORDS, '"iran russia"', "rus* AND oil", "/russ?ia/", "stem.ru:сделка", "iran NEAR/1 oil", "title:oil"]
)
NAMES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True)


@st.composite
def books(draw) -> bytes:
    """Draw the text of a small rule file, of which the next one shares most."""
    rules = draw(st.lists(st.tuples(st.sampled_from("abcdef"), TERMS), max_size=5, unique_by=lambda r: r[0]))
    lines = [f"actors: [{{id: x, kind: other, names: {{ar: [{', '.join(draw(NAMES))}]}}}}]", "rules:"]
    lines += [f"  - {{id: {name}, match: '({term}) OR nothing'}}" for name, term in rules]
    return "\n".join([*lines, "  - {id: last, match: 'actor:x'}"]).encode()


@settings(max_examples=60, deadline=None)
@given(st.lists(books(), min_size=2, max_size=5), st.lists(st.sampled_from(WORDS), min_size=1, max_size=6))
def test_a_chain_of_reloads_equals_a_fresh_start(texts, words):
    """Whatever was there before, only what stands in the book is found."""
    article = Article("1", words[0], NOW, body=" ".join(words))
    cache, matcher = SheetCache(), None
    for text in texts:
        files = RuleFiles({"a.yaml": text}, ())
        book = compile_rulebook(files, now=NOW, cache=cache)
        assert not book.unusable, book.problems
        before = matcher.match(article) if matcher else None
        following = Matcher(book, matcher)
        assert following.match(article) == Matcher(book).match(article)
        if matcher is not None:
            assert matcher.match(article) == before, "the matcher in use is not disturbed"
        matcher = following
