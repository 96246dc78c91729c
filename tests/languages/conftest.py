"""The rows of a language as the rules of one rulebook, beside the actors of the small world."""

from collections.abc import Callable
from datetime import datetime
from functools import cache

import pytest

from monitor.matching.engine import Matcher
from monitor.model import Article, Match
from monitor.rules.book import load_rulebook
from tests.languages.world import NOW, WORLD

Judge = Callable[..., Match | None]


@pytest.fixture(scope="session")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """Judge one of several expressions, all of them rules of one rulebook, over a text."""

    @cache
    def matcher(expressions: tuple[str, ...]) -> Matcher:
        rules = (f"  - id: r{n}\n    match: |\n      {each}\n" for n, each in enumerate(expressions))
        folder = tmp_path_factory.mktemp("rules")
        (folder / "rules.yaml").write_text(f"{WORLD}rules:\n{''.join(rules)}", encoding="utf-8")
        book = load_rulebook([folder], now=NOW)
        assert not book.unusable, [str(problem) for problem in book.problems]
        return Matcher(book)

    def run(
        expression: str, among: tuple[str, ...], body: str, lang: str, published: datetime = NOW
    ) -> Match | None:
        article = Article(id="1", title="", body=body, lang=lang, published=published, first_seen=NOW)
        wanted = f"r{among.index(expression)}"
        return next((match for match in matcher(among).match(article) if match.rule == wanted), None)

    return run
