"""Why a rule matched an article or did not: finding the two, and what else keeps a match from being told."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from monitor.commands.endings import NOT_LIVE
from monitor.config import Settings
from monitor.errors import Malformed, SetupError
from monitor.matching.engine import Matcher
from monitor.matching.explain import Explanation, explain
from monitor.matching.jsonl import read_article
from monitor.model import Article, ArticleState, MatchState, RuleStatus
from monitor.rules.book import Rulebook
from monitor.rules.definitions import Rule
from monitor.stores import articles, edits
from monitor.stores.archive import open_archive
from monitor.strict_yaml import nearest

_STATUSES: dict[RuleStatus, str] = {
    "draft": "the rule is a draft: it is not run on the live stream",
    "shadow": "the rule is on shadow: its matches are counted and shown, and nobody is told",
    "retired": "the rule is retired: it is not run on the live stream",
}
_MATCH_STATES = {
    MatchState.PENDING: "its match waits to be dispatched",
    MatchState.TOLD: "its match was told",
    MatchState.REPEATED: "everyone it is routed to had been told of this rule in this story",
    MatchState.SHADOW: "its match was only counted: the rule was on shadow then",
    MatchState.RETIRED: "the rule was retired or removed before its match was dispatched",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """An explanation with its article; `hindrances` say what, beside the tree, decides about telling."""

    article: Article
    explanation: Explanation
    hindrances: tuple[str, ...]


def explain_to_author(
    book: Rulebook, rule_id: str, reference: str, settings: Settings | None, now: datetime
) -> Answer:
    """Judge a rule over an article: `-`, a file, or (with `settings`) a number or URL of the archive."""
    rule = book.rules.get(rule_id)
    if rule is None:
        raise SetupError(no_such_rule(rule_id, book))
    if not needs_archive(reference):
        article = _read_one(reference, now)
        return Answer(article, explain(Matcher(book), rule, article), tuple(_of_status(rule)))
    if settings is None:
        said = f"{reference} is looked up in the archive, which only a configuration names"
        raise SetupError(f"{said}; name one with --config, or give a file or -")
    article, ends, edited = _from_archive(settings, reference, rule_id)
    found = explain(Matcher(book), rule, article)
    notes = (*_of_status(rule), *_of_ends(*ends, matches=found.match is not None), *_of_edits(edited))
    return Answer(article, found, notes)


def needs_archive(reference: str) -> bool:
    """Tell whether an article is named by its number or URL, rather than handed in."""
    return (reference.isascii() and reference.isdigit()) or "://" in reference


def no_such_rule(rule_id: str, book: Rulebook) -> str:
    """Say that a book has no rule of an id, with the nearest there is."""
    hint = nearest(rule_id, list(book.rules), listed=len(book.rules) <= 20)
    said = f"there is no rule {rule_id!r}" + (" among those that can be used" if book.unusable else "")
    return f"{said} ({hint})" if hint else f"{said}; list them with: watchword rules list"


def _read_one(reference: str, now: datetime) -> Article:
    shown = "standard input" if reference == "-" else reference
    try:
        raw = sys.stdin.buffer.read() if reference == "-" else Path(reference).read_bytes()
        return read_article(raw.decode("utf-8-sig"), 1, now, _say)
    except FileNotFoundError:
        said = f"there is no file {reference}, and it is no number or URL of an article"
        raise SetupError(f"{said}; give one of these, or - for standard input") from None
    except OSError as error:
        raise SetupError(f"{shown} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError:
        raise SetupError(f"{shown} is not UTF-8 text") from None
    except Malformed as error:
        hint = 'one article is one JSON object, such as {"title": "BRICS leaders meet"}'
        raise SetupError(f"{shown} is no article: {error} ({hint})") from None


def _say(remark: str) -> None:
    sys.stderr.write(f"{remark}\n")


def _from_archive(
    settings: Settings, reference: str, rule: str
) -> tuple[Article, tuple[ArticleState, MatchState | None], list[tuple[datetime, Article]]]:
    with open_archive(settings.archive_url) as archive:
        article = archive.read_now(lambda c: articles.find_article(c, reference))
        if article is None:
            raise SetupError(f"there is no article of the number or URL {reference} in the archive")
        number = int(article.id)
        ends = archive.read_now(lambda c: articles.ends_of(c, number, rule))
        return article, ends, archive.read_now(lambda c: edits.versions_of(c, number))


def _of_status(rule: Rule) -> Iterator[str]:
    if rule.status in _STATUSES:
        yield _STATUSES[rule.status]


def _of_ends(article: ArticleState, ended: MatchState | None, *, matches: bool) -> Iterator[str]:
    if article in NOT_LIVE:
        yield NOT_LIVE[article]
    if ended in _MATCH_STATES:
        yield _MATCH_STATES[ended]
    if matches and ended is None:
        yield "it had no match with this rule when it came: rules are not run again over stored articles"
    elif ended is not None and not matches:
        yield "it matched this rule as the rule was when the article came"


def _of_edits(edited: Sequence[tuple[datetime, Article]]) -> Iterator[str]:
    """Say how the article read before: its headline, or that only its text was another."""
    for until, before in edited:
        yield f"it was edited: until {until:%Y-%m-%d %H:%M} UTC its title was “{before.title}”"
