"""The engine finds what the slow evaluator finds, in the same places."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.matching.engine import Matcher
from monitor.rules.expression import parse
from monitor.rules.tree import show
from monitor.text.folding import fold
from tests.matching.conftest import article
from tests.reference.cases import Case, cases, engine_matches, field_texts
from tests.reference.evaluator import reference_matches
from tests.reference.expressions import in_quotes
from tests.reference.letters import cut, runs_on
from tests.reference.proof import prove
from tests.reference.vocabulary import WORDS
from tests.reference.world import World, can_be_looked_for, quoted, texts

EXAMPLES = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def test_engine_and_reference_agree() -> None:
    """Both find the same rules in the same places; a fifth of the rule files, or more, match."""
    tally = prove(200)
    assert tally.matched_cases * 5 >= tally.cases


@EXAMPLES
@given(cases())
def test_what_is_shown_parses_back(case: Case) -> None:
    """A tree written as an expression parses to an equal tree."""
    for rule in case.book().rules.values():
        assert parse(show(rule.expression)).tree == rule.expression


@EXAMPLES
@given(cases())
def test_spans_are_true_to_the_text(case: Case) -> None:
    """The text of every span is what stands at its place in the field."""
    matcher = Matcher(case.book())
    for read in case.articles:
        fields = field_texts(read)
        for match in matcher.match(read):
            for span in match.evidence.spans:
                assert fields[span.field][span.start : span.end] == span.text


@EXAMPLES
@given(texts(World(list(WORDS)), 12), st.data())
def test_words_of_a_text_are_found_in_it(text: str, data: st.DataObject) -> None:
    """A phrase made of a text's own words, as they stand there, is found at their place by both."""
    tokens = cut(text)
    if not tokens:
        return
    first = last = data.draw(st.integers(0, len(tokens) - 1))
    while last + 1 < len(tokens) and data.draw(st.booleans()):
        if not runs_on(text[tokens[last].end : tokens[last + 1].start], tokens[last], tokens[last + 1]):
            break
        last += 1
    start, end = tokens[first].start, tokens[last].end
    phrase = text[start:end]
    if not can_be_looked_for(phrase):
        return
    case = Case(f"rules:\n  - {{id: r, match: {quoted(in_quotes(phrase))}}}\n", (article(text),))
    book = case.book()
    for found in (engine_matches(Matcher(book), case.articles[0]), reference_matches(book, case.articles[0])):
        assert ("body", start, end) in found["r"]


@given(texts(World(list(WORDS)), 12))
def test_folding_is_idempotent(text: str) -> None:
    """What is folded stays as it is, in texts of many scripts with their marks and joiners."""
    assert fold(fold(text)) == fold(text)
