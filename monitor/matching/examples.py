"""The tests inside rule files: run by the same evaluator that judges the live stream."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from monitor.matching.doubts import doubts
from monitor.matching.engine import Matcher
from monitor.matching.evaluate import Evaluator
from monitor.model import Article, Match
from monitor.rules.book import Rulebook
from monitor.rules.definitions import Example, Rule
from monitor.rules.document import ArticleEntry, TestKind
from monitor.rules.tree import ActorRef, And, AnyOf, AtLeast, In, MemberRef, Near, Node, Not, Or, show
from monitor.text.visible import visible_text


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """How one test went. `ok` is None for a `todo_` test: it is reported and counts for nothing."""

    rule: str
    kind: TestKind
    ok: bool | None
    place: str
    expected: str
    happened: str


def run_examples(book: Rulebook, *, now: datetime) -> Iterator[ExampleResult]:
    """Run every test of every rule of a book; `now` is the time of articles without a published one."""
    matcher = Matcher(book)
    for rule in book.rules.values():
        for example in rule.tests:
            yield _run(matcher, rule, example, now)


def example_article(entry: ArticleEntry, now: datetime) -> Article:
    """Make the article of a test; its texts may hold HTML as a feed's may."""
    return Article(
        id="test",
        title=visible_text(entry.title).strip(),
        first_seen=now,
        summary=visible_text(entry.summary or ""),
        body=visible_text(entry.body or ""),
        url=entry.url or "",
        author=visible_text(entry.author or ""),
        tags=tuple(visible_text(tag) for tag in entry.tags),
        feed=entry.feed or "",
        source=entry.source or "",
        lang=(entry.lang or "").lower(),
        country=(entry.country or "").upper(),
        published=entry.published,
    )


def _run(matcher: Matcher, rule: Rule, example: Example, now: datetime) -> ExampleResult:
    match, evaluator = matcher.judge(rule, example_article(example.article, now))
    wants_match = example.kind in ("match", "todo_match")
    problems = list(_missing(match, example)) if match else []
    ok = (match is not None) == wants_match and not problems
    happened = _matched(match) if match else f"no match: {why_not(rule.expression, evaluator)}"
    if problems:
        happened = f"{happened}; {'; '.join(problems)}"
    is_todo = example.kind.startswith("todo")
    expected = "a match" if wants_match else "no match"
    return ExampleResult(
        rule.id, example.kind, None if is_todo else ok, str(example.place), expected, happened
    )


def _missing(match: Match, example: Example) -> Iterator[str]:
    actors = {actor.id for actor in match.evidence.actors}
    actors |= {office.person for office in match.evidence.offices if office.person}
    for name in example.actors:
        if name not in actors:
            yield f"the actor {name} was not found"
    texts = {span.text for span in match.evidence.spans}
    for text in example.texts:
        if text not in texts:
            yield f"the words {text!r} are not among the hits"


def _matched(match: Match) -> str:
    words = dict.fromkeys(f"{span.text!r} ({span.term})" for span in match.evidence.spans)
    return f"a match on {', '.join(list(words)[:6]) or 'nothing that must be there'}"


def why_not(  # noqa: C901, PLR0911 - one line for each kind of node
    node: Node, evaluator: Evaluator, fields: frozenset[str] | None = None
) -> str:
    """Say in an analyst's words which part of a tree that is not true failed."""

    def holds(part: Node) -> bool:
        return evaluator.holds(part) if fields is None else evaluator.holds(part, fields)

    match node:
        case And(parts):
            return " and ".join(why_not(part, evaluator, fields) for part in parts if not holds(part))
        case Or(parts):
            return f"none of {', '.join(f'`{show(part)}`' for part in parts)} was found"
        case In(name, below):
            return f"in the field {name}: {why_not(below, evaluator, frozenset((name,)))}"
        case Not(below):
            return f"`{show(below)}` was found and must not be"
        case AnyOf(number, parts):
            missing = ", ".join(f"`{show(part)}`" for part in parts if not holds(part))
            return f"fewer than {number} were found, missing are {missing}"
        case AtLeast(number, below):
            return f"fewer than {number} hits of `{show(below)}` were found"
        case Near(left, right) if node.negated:
            apart = f"every `{show(left)}` has `{show(right)}` near" if holds(left) else ""
            return apart or why_not(left, evaluator, fields)
        case Near(left, right):
            sides = [part for part in (left, right) if not holds(part)]
            if sides:
                return " and ".join(why_not(part, evaluator, fields) for part in sides)
            return f"both sides were found, not as near as `{show(node)}` asks"
        case MemberRef():
            return f"no member that `{show(node)}` asks for was found"
        case ActorRef():
            aside = doubts(node, evaluator.cast)
            return f"`{show(node)}` was not found{f' ({aside})' if aside else ''}"
    return f"`{show(node)}` was not found"
