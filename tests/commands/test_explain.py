"""`watchword explain` as an analyst uses it: over a text, a file, and an article of the archive."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.matching.engine import Matcher
from monitor.model import Article, ArticleState, MatchState
from monitor.rules.book import load_rulebook
from monitor.stores import articles
from monitor.stores.archive import open_archive
from monitor.stores.engines import sqlite_url
from tests.stories.world import run_command

RULES = """\
rules:
  - {id: oil-in-iran, title: Oil in Iran, match: 'oil AND (iran OR "persian gulf")', status: live}
  - {id: gas, match: gas, status: draft}
"""
CONFIG = """\
rules: [rules]
receivers: {operators: {channels: [{kind: terminal}]}}
routes: {receiver: operators}
"""
OIL = {"title": "Oil was found", "published": "2023-02-09"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "r.yaml").write_text(RULES, encoding="utf-8")
    return tmp_path


def test_a_no_names_what_is_missing(folder: Path) -> None:
    """The tree stands there as written, the cheapest way to a yes below it, exit code 1."""
    done = run_command(folder, "explain", "oil-in-iran", "-", "--rules", "rules", stdin=json.dumps(OIL))
    assert done.returncode == 1
    assert done.stdout.splitlines()[2:] == [
        "no  AND",
        "├── yes oil  \u2068Oil\u2069 in title",
        "└── no  OR",
        "    ├── no  iran",
        '    └── no  "persian gulf"',
        "No match.",
        'It needs iran or "persian gulf"',
    ]


def test_a_yes_exits_with_0_and_says_whether_it_would_be_told(folder: Path) -> None:
    """A rule that is not live matches and tells nobody, which is said."""
    done = run_command(folder, "explain", "gas", "-", "--rules", "rules", stdin='{"title": "Gas"}')
    assert done.returncode == 0
    assert "A match.\nNote: the rule is a draft: it is not run on the live stream.\n" in done.stdout


def test_an_article_in_a_file_and_json_for_programs(folder: Path) -> None:
    """The same tree as JSON; the file may be written over several lines."""
    (folder / "one.json").write_text(json.dumps(OIL | {"id": "a7"}, indent=2), encoding="utf-8")
    done = run_command(folder, "explain", "oil-in-iran", "one.json", "--rules", "rules", "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["matches"], found["article"]["id"]) == (1, False, "a7")
    assert [part["holds"] for part in found["tree"]["below"]] == [True, False]
    [span] = found["tree"]["below"][0]["spans"]
    assert span == {"field": "title", "start": 0, "end": 3, "text": "Oil", "term": "oil"}
    assert [[change["change"] for change in one] for one in found["changes"]] == [
        ["iran"],
        ['"persian gulf"'],
    ]


@pytest.mark.parametrize(
    ("words", "stdin", "said"),
    [
        (["oil-in-iraq", "-"], "{}", "did you mean 'oil-in-iran'?"),
        (["gas", "no.json"], "", "there is no file no.json, and it is no number or URL of an article"),
        (["gas", "rules"], "", "rules cannot be read: Is a directory"),
        (["gas", "7"], "", "name one with --config, or give a file or -"),
        (["gas", "-"], "", "standard input is no article: not JSON"),
        (["gas", "-"], '{"title": "a"}\n{"title": "b"}', "one article is one JSON object"),
        (["gas", "-"], '{"summary": "a"}', "'title' is missing"),
        (["gas", "-", "--now", "noon"], "{}", "is no time"),
    ],
)
def test_what_cannot_be_used_names_the_way_out(folder: Path, words: list[str], stdin: str, said: str) -> None:
    """A wrong rule, file, number or text ends with exit code 2 and one plain message."""
    done = run_command(folder, "explain", *words, "--rules", "rules", stdin=stdin)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.replace("│", " ").split())
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_broken_rule_file_costs_only_its_own_rules(folder: Path) -> None:
    """Others are still explained; a rule of the broken file is said to be among those left out."""
    (folder / "rules" / "bad.yaml").write_text("rules:\n  - {id: bad, match: oil AND}\n", encoding="utf-8")
    done = run_command(folder, "explain", "oil-in-iran", "-", "--rules", "rules", stdin=json.dumps(OIL))
    assert done.returncode == 1
    assert done.stderr == "left out until mended: rules/bad.yaml (watchword check says why)\n"
    done = run_command(folder, "explain", "bad", "-", "--rules", "rules", stdin=json.dumps(OIL))
    assert done.returncode == 2
    assert "rules/bad.yaml:2" in done.stderr
    assert "among those that can be used" in done.stderr


def test_text_of_an_article_cannot_steer_the_terminal(folder: Path) -> None:
    """Escape sequences, mark-up and direction marks of an article stay plain text."""
    hostile = {"title": "\x1b[31m[bold]gas[/bold]\u202e gas\u2028"}
    done = run_command(folder, "explain", "gas", "-", "--rules", "rules", stdin=json.dumps(hostile))
    assert done.returncode == 0
    assert not {"\x1b", "\u202e", "\u2028"} & set(done.stdout)
    assert "[bold]gas[/bold]" in done.stdout


async def test_an_article_of_the_archive_says_how_it_ended(folder: Path) -> None:
    """By number and by URL; where article and match ended is said beside the verdict of today's rules."""
    (folder / "watchword.yaml").write_text(CONFIG, encoding="utf-8")
    day = datetime(2023, 2, 9, tzinfo=UTC)
    silent = Article("", "Oil in Iran", day, url="https://example.org/a?b=1", feed="f", published=day)
    told = Article("", "Gas and oil", day, feed="f", published=day)
    book = load_rulebook([folder / "rules"], now=day)
    match, _ = Matcher(book).judge(book.rules["gas"], told)
    assert match is not None
    archive = open_archive(sqlite_url(folder / "state" / "archive.sqlite"))
    await archive.write(lambda c: articles.store_article(c, silent, "1", ArticleState.BACKLOG))
    await archive.write(lambda c: articles.store_article(c, told, "2", ArticleState.MATCHED))
    await archive.write(lambda c: articles.store_matches(c, 2, [match], MatchState.TOLD, day))
    archive.close()
    done = run_command(folder, "explain", "oil-in-iran", "1")
    assert done.returncode == 0
    assert "Note: the article was there when its feed was first polled, which tells nobody." in done.stdout
    assert "it had no match with this rule when it came" in done.stdout
    by_url = run_command(folder, "explain", "gas", "https://example.org/a?b=1")
    assert (by_url.returncode, "It needs gas\n" in by_url.stdout) == (1, True)
    assert "Note: its match was told." in run_command(folder, "explain", "gas", "2").stdout
    missing = run_command(folder, "explain", "gas", "99")
    assert missing.returncode == 2
    assert "there is no article of the number or URL 99 in the archive" in missing.stderr
