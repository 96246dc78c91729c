"""A case: a rule file as text, and articles for it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

from hypothesis import strategies as st

from monitor.matching.engine import MOST_SPANS, Matcher
from monitor.model import Article, Span
from monitor.rules.book import Rulebook, RuleFiles, compile_rulebook
from tests.reference.evaluator import SPAN
from tests.reference.expressions import expressions
from tests.reference.vocabulary import WORDS
from tests.reference.world import FIRST_SEEN, World, actor_entries, articles, quoted, topic_entries


@dataclass(frozen=True)
class Case:
    """A rule file with articles that may match it."""

    text: str
    articles: tuple[Article, ...]

    def book(self) -> Rulebook:
        """Compile the rule file, which must be without errors."""
        book = compile_rulebook(RuleFiles({"case.yaml": self.text.encode()}, ()), now=FIRST_SEEN)
        assert not book.unusable, [str(problem) for problem in book.problems if problem.level == "error"]
        return book


@st.composite
def cases(draw: st.DrawFn, least: int = 1, most: int = 2) -> Case:
    """A rule file of actors, topics and rules in a few words, and `least` to `most` articles in them."""
    world = World(draw(st.lists(st.sampled_from(WORDS), min_size=3, max_size=7, unique=True)))
    actors, topics = draw(actor_entries(world)), draw(topic_entries(world))
    rules = [
        f"  - {{id: r{number}, match: {quoted(draw(expressions(world)))}}}\n"
        for number in range(draw(st.integers(1, 3)))
    ]
    lists = {"actors": actors, "topics": topics, "rules": rules}
    text = "".join(f"{name}:\n{''.join(entries)}" for name, entries in lists.items() if entries)
    return Case(text, tuple(draw(articles(world)) for _ in range(draw(st.integers(least, most)))))


def engine_matches(matcher: Matcher, article: Article) -> dict[str, list[SPAN]]:
    """Give what the engine finds in the form of `reference_matches`: rules with the places of their hits."""
    found: dict[str, list[SPAN]] = {}
    for match in matcher.match(article):
        spans: tuple[Span, ...] | list[Span] = match.evidence.spans
        if len(spans) == MOST_SPANS:  # the evidence shows the first ones alone
            rule = matcher.book.rules[match.rule]
            evaluator = matcher.judge(rule, article)[1]
            spans = evaluator.spans(evaluator.found(rule.expression))
        found[match.rule] = list(dict.fromkeys((span.field, span.start, span.end) for span in spans))
    return found


def field_texts(article: Article) -> dict[str, str]:
    """Give the texts that places count in: tags are parted by a blank line, the URL is decoded."""
    texts = {name: str(getattr(article, name)) for name in ("title", "summary", "body", "author")}
    return texts | {"url": unquote(article.url), "tag": "\n\n".join(article.tags)}
