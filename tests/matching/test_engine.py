import json
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.errors import Malformed
from monitor.matching.examples import run_examples
from monitor.matching.jsonl import match_line, read_article
from tests.matching.conftest import NOW, article
from tests.matching.test_actors import COUNCILS, IRAN, RUSSIA

BOOK = """\
actors:
  - {id: body, kind: organisation, names: [The Body]}
  - {id: ann, kind: person, names: [Ann Ash], weak: [Ash]}
  - id: head
    kind: office
    of: body
    titles: [head]
    holders: [{person: ann, from: 2001-05, until: 2030}]
rules:
  - {id: b, status: live, severity: low, match: "actor:head AND threat*"}
  - {id: a, severity: critical, match: "title:news NEAR/1 flash OR actor:ann"}
  - {id: c, status: live, severity: low, match: "news AND NOT sport"}
  - {id: off, status: draft, match: news}
  - {id: old, status: retired, match: news}
"""


def test_the_machine_interface_byte_for_byte(matcher):
    """A line of JSON in gives exactly this line of JSON out."""
    line = json.dumps(
        {"id": "x1", "title": "News", "body": "<p>Ann Ash, head of The Body,<br>on threats</p>"}
    )
    read = read_article(line, 7, NOW)
    out = match_line(read, matcher(BOOK).match(read))
    assert json.dumps(out) == (
        '{"id": "x1", "matches": ['
        '{"rule": "a", "status": "shadow", "severity": "critical", "actors": ["ann"], "offices": [], '
        '"spans": ['
        '{"field": "body", "start": 0, "end": 7, "text": "Ann Ash", "term": "actor:ann"}]}, '
        '{"rule": "b", "status": "live", "severity": "low", "actors": ["head"], "offices": ['
        '{"office": "head", "person": "ann", "from": "2001-05", "until": "2030", "via": "title"}], "spans": ['
        '{"field": "body", "start": 0, "end": 7, "text": "Ann Ash", "term": "actor:head"}, '
        '{"field": "body", "start": 9, "end": 25, "text": "head of The Body", "term": "actor:head"}, '
        '{"field": "body", "start": 30, "end": 37, "text": "threats", "term": "threat*"}]}, '
        '{"rule": "c", "status": "live", "severity": "low", "actors": [], "offices": [], "spans": ['
        '{"field": "title", "start": 0, "end": 4, "text": "News", "term": "news"}]}]}'
    )


def test_spans_are_offsets_into_the_visible_text(matcher):
    """The characters of a span are the characters of its field, symbols and astral characters included."""
    made = matcher("rules: [{id: r, match: 'C++ AND \"@bank\" AND tag:one'}]")
    read = article("😀 C++17 and x@bank", tags=("zero", "one"))
    (match,) = made.match(read)
    texts = {"body": read.body, "tag": "\n\n".join(read.tags)}
    assert [span.text for span in match.evidence.spans] == ["C++", "@bank", "one"]
    assert all(texts[span.field][span.start : span.end] == span.text for span in match.evidence.spans)


def test_at_most_fifty_spans(matcher):
    """A word that stands a thousand times gives fifty spans."""
    (match,) = matcher("rules: [{id: r, match: x}]").match(article("x " * 1000))
    assert len(match.evidence.spans) == 50


def test_spans_are_of_true_positive_nodes_only(matcher):
    """Hits of what is negated or failed are no evidence; of NEAR only the pairs that hold are."""
    made = matcher("rules: [{id: r, match: '(a AND zz) OR b NEAR/0 c OR d'}]")
    (match,) = made.match(article("a x b c x x c d"))
    assert [(span.start, span.text) for span in match.evidence.spans] == [(4, "b"), (6, "c"), (14, "d")]


def test_quotes_show_the_telling_sentences(matcher):
    """The sentence with the most distinct terms is quoted with its words marked."""
    made = matcher("rules: [{id: r, match: 'alpha AND beta'}]")
    (match,) = made.match(article("An alpha. An alpha with a beta! Beta.", title="No. News. At all"))
    (quote,) = match.evidence.quotes
    assert quote.text == "An alpha with a beta!"
    assert [quote.text[start:end] for start, end in quote.marks] == ["alpha", "beta"]


def test_a_matcher_keeps_no_state(matcher):
    """The same article gives the same matches, whatever was matched between."""
    made = matcher(BOOK)
    first = made.match(article("Ann Ash and a threat"))
    made.match(article("nothing at all"))
    assert made.match(article("Ann Ash and a threat")) == first


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ("{}", "'title' is missing"),
        ('{"title": 3}', "'title' is not a text"),
        ('{"title": "x", "tags": "y"}', "'tags'"),
        ('{"title": "x", "published": 1675900800}', "'published' is not a text"),
        ('{"title": "x", "id": []}', "'id'"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_broken_lines_are_refused_with_a_reason(line, reason):
    """What is wrong with a line is said in one sentence."""
    with pytest.raises(Malformed, match=reason):
        read_article(line, 1, NOW)


def test_reading_articles():
    """Unknown keys are passed over, null is absent, and the line's number serves as id."""
    line = '{"title": "a <b>b</b>", "body": null, "extra": 1, "published": "2023-02-09T20:00:00+03:30"}'
    read = read_article(line, 12, NOW)
    assert (read.id, read.title, read.body) == ("12", "a b", "")
    assert read.published == datetime(2023, 2, 9, 16, 30, tzinfo=UTC)
    assert read_article('{"title": "", "published": "2023-02-09", "id": 5}', 1, NOW).id == "5"
    assert read_article('{"title": "", "id": "a\\tb"}', 1, NOW).id == "a\tb"
    assert read_article(f'{{"title": "", "n": {"9" * 9000}}}', 3, NOW).id == "3"


@pytest.mark.parametrize(
    ("published", "read"),
    [
        ("2023-02-09t10:00:00z", datetime(2023, 2, 9, 10, tzinfo=UTC)),
        ("2016-12-31T23:59:60Z", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("2023-02", datetime(2023, 2, 1, tzinfo=UTC)),
        ("soon", None),
        ("2023-02-30", None),
        ("0001-01-01T00:00:00+14:00", None),
    ],
)
def test_published_times_of_lines(published, read):
    """RFC 3339 in all its forms is read; what cannot be read gives way to the moment, with a remark."""
    remarks: list[str] = []
    line = f'{{"title": "x", "published": "{published}"}}'
    assert read_article(line, 1, NOW, remarks.append).published == read
    assert bool(remarks) is (read is None)


TESTED = """\
rules:
  - id: r
    match: alpha AND (beta OR gamma) AND NOT delta
    tests:
      - {match: alpha beta}
      - {match: alpha}
      - {match: alpha beta delta}
      - {no_match: beta}
      - {no_match: alpha beta}
      - {todo_match: alpha}
      - match: {title: alpha, body: gamma}
        texts: [gamma, epsilon]
"""


def test_tests_in_rule_files(matcher):
    """Each test tells what was expected and, where it failed, which part failed, at its place."""
    results = list(run_examples(matcher(TESTED).book, now=NOW))
    assert [result.ok for result in results] == [True, False, False, True, False, None, False]
    assert results[1].happened == "no match: none of `beta`, `gamma` was found"
    assert results[2].happened == "no match: `delta` was found and must not be"
    assert "'alpha' (alpha)" in results[4].happened
    assert "the words 'epsilon' are not among the hits" in results[6].happened
    assert results[1].place.endswith("rules.yaml:6:9")


def test_the_index_agrees_with_a_plain_search(matcher):
    """Over many rules at once each finds what it finds alone."""
    words = ["alpha", "beta", "gamma", "delta", "omega"]
    pairs = [(one, other) for one in words for other in words]
    rules = [f'  - {{id: p{n}, match: "\\"{one} {other}\\""}}' for n, (one, other) in enumerate(pairs)]
    rules += [f'  - {{id: x{n}, match: "{one[:3]}* AND {other}"}}' for n, (one, other) in enumerate(pairs)]
    made = matcher("rules:\n" + "\n".join(rules))
    for text in ("alpha beta", "beta alpha, gamma", "omega", "delta-delta alphabet omega"):
        tokens = text.replace(",", "").replace("-", " ").split()
        follows = set(pairwise(tokens))
        expected = {f"p{n}" for n, pair in enumerate(pairs) if pair in follows}
        expected |= {
            f"x{n}"
            for n, (one, other) in enumerate(pairs)
            if other in tokens and any(token.startswith(one[:3]) for token in tokens)
        }
        assert {match.rule for match in made.match(article(text))} == expected


@pytest.fixture
def councils(matcher):
    """Make a matcher that knows the councils and asks for everything."""
    rules = f"""
rules:
  - {{id: r, match: "actor:{IRAN} OR office.any:{RUSSIA} OR actor:shamkhani OR actor:iran"}}
  - {{id: s, match: "'common threats' OR C++ OR (iran SENTENCE secretary) OR (ali NOT NEAR/2 shamkhani)"}}
"""
    return matcher(COUNCILS + rules.replace("'common threats'", '\\"common threats\\"'))


WORDS = """
secretary former deputy acting SNSC Security Council of Russia the ' s Iran Shamkhani Ali common threats
دبیر سابق شورای عالی امنیت ملی секретаря Совбеза бывший 秘书 俄罗斯联邦安全会议
. , ; ( ) - C++ ® 😀
"""
PIECES = (*WORDS.split(), "\n", "\n\n", "\u200c", "\u00ad", "\u0301")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_any_text_can_be_matched(councils, pieces):
    """No text upsets the matcher, and every span and mark is true to the text."""
    read = article(" ".join(pieces), published=datetime(2023, 2, 9, tzinfo=UTC))
    for match in councils.match(read):
        for span in match.evidence.spans:
            assert read.body[span.start : span.end] == span.text
        assert match.evidence.quotes
        for quote in match.evidence.quotes:
            assert quote.text in read.body
            assert all(0 <= start < end <= len(quote.text) for start, end in quote.marks)
