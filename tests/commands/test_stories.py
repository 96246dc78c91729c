"""`watchword stories list|show`: which articles tell one story, and who was told of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from monitor.model import HEARTBEAT, Relation
from tests.commands.news_archive import NewsArchive, a_day_of_news, a_match, ask


@pytest.fixture
def news(tmp_path: Path, queue_socket: Path) -> Iterator[NewsArchive]:
    found = NewsArchive(tmp_path, f"unix://{queue_socket}")
    yield found
    found.archive.close()


def stories(news: NewsArchive, *words: str) -> str:
    """Ask, and give the answer with its lines as words in a row."""
    done = ask(news.folder, "stories", *words)
    assert (done.returncode, done.stderr) == (0, "")
    return done.words


def stories_json(news: NewsArchive, *words: str) -> Any:
    done = ask(news.folder, "stories", *words, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_the_list_has_the_newest_first_with_what_each_amounts_to(news: NewsArchive) -> None:
    """A line for each story: articles, independent sources, alerts, and how it began."""
    first = news.comes("Talks begin", a_match("r"), feed="irna")
    news.dispatch(first)
    news.later()
    other = news.comes("Floods in the south", a_match("r"))
    news.dispatch(other)
    news.later()
    more = news.comes("Talks go on", a_match("r"), feed="paper")
    news.joins(more, 1, Relation.FOLLOW_UP, first, 0.44)
    news.dispatch(more)
    found = stories_json(news, "list")
    shown = ("id", "last_at", "articles", "independent", "alerts")
    assert [tuple(one[name] for name in shown) for one in found] == [
        (1, "2026-03-04T12:10:00+00:00", 2, 2, 1),
        (2, "2026-03-04T12:05:00+00:00", 1, 1, 1),
    ]
    assert [one["first"]["title"] for one in found] == ["Talks begin", "Floods in the south"]
    assert "1 2026-03-04 12:10 2 2 1 Talks begin 2 2026-03-04 12:05 1 1 1 Floods" in stories(news, "list")
    assert [one["id"] for one in stories_json(news, "list", "--limit", "1")] == [1]


def test_the_list_leaves_out_heartbeats_and_what_was_joined_away(news: NewsArchive) -> None:
    """What is no news, and what is in another story now, is not among the stories."""
    news.dispatch(news.comes("beat", a_match("r"), feed=HEARTBEAT))
    for title in ("Talks begin", "Floods in the south"):
        news.dispatch(news.comes(title, a_match("r")))

    def join(c: sa.Connection) -> None:
        c.execute(sa.text("UPDATE stories SET joined_to = 2 WHERE id = 3"))

    asyncio.run(news.archive.write(join))
    assert [one["id"] for one in stories_json(news, "list")] == [2]
    assert "joined by hand to story 2" in stories(news, "show", "3")


def test_a_story_shows_its_articles_in_order_and_its_alerts(tmp_path: Path, queue_socket: Path) -> None:
    """Each article with its relation, whom it is like, whose word it is; each alert with its revisions."""
    news = a_day_of_news(tmp_path, f"unix://{queue_socket}")
    found = stories_json(news, "show", "1")
    shown = ("id", "relation", "like", "likeness", "source", "voice", "at")
    assert [tuple(one[name] for name in shown) for one in found["articles"]] == [
        (1, "new", None, 0.0, "Irna", "IRNA", "2026-03-04T11:50:00+00:00"),
        (2, "copy", None, 1.0, "Wire", "IRNA", "2026-03-04T11:57:00+00:00"),
        (3, "same", 1, 0.81, "Paper", "paper", "2026-03-04T12:02:00+00:00"),
    ]
    assert found["told_by"]["independent"] == 2
    [alert] = found["alerts"]
    assert [(one["number"], one["reason"], one["article"]) for one in alert["revisions"]] == [
        (1, "first", 1),
        (2, "new-rule", 3),
        (3, "correction", 1),
    ]
    said = stories(news, "show", "1")
    assert "3 articles of 2 independent sources (IRNA, paper)" in said
    assert "2 2026-03-04 11:57 copy 1.00 Wire (voice: IRNA) Iran's top security" in said
    assert "3 2026-03-04 12:02 same 1 0.81 Paper Larijani meets Shoigu" in said
    assert "alert alert1 for desk, high (watchword why alert1)" in said


def test_articles_that_were_forgotten_are_still_counted(news: NewsArchive) -> None:
    """A story that lost articles to the archive's age says how many it had."""
    first = news.comes("Talks on the nuclear file begin", a_match("r"), feed="irna")
    news.dispatch(first)
    news.dispatch(news.comes("Talks on the nuclear file begin", a_match("r")))

    def forget(c: sa.Connection) -> None:
        c.execute(sa.text("DELETE FROM articles WHERE id = 1"))

    asyncio.run(news.archive.write(forget))
    said = stories(news, "show", "1")
    assert "2 articles of 1 independent source (IRNA); 1 of them no longer in the archive" in said


def test_an_unknown_story_and_an_empty_archive_are_said(news: NewsArchive) -> None:
    """No such story ends with 1 and where to look; no story at all is no fault."""
    assert stories(news, "list") == "no stories yet"
    assert stories_json(news, "list") == []
    for number in ("7", str(2**70)):
        done = ask(news.folder, "stories", "show", number)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr == f"watchword: there is no story {number}; see: watchword stories list\n"


@pytest.mark.parametrize("number", ["7", str(2**70)])
def test_a_story_that_is_not_there_joins_nothing(news: NewsArchive, number: str) -> None:
    """However large its number, and on whichever side it stands; exit code 2 and where to look."""
    news.dispatch(news.comes("Talks begin", a_match("r")))
    for words in ((number, "1"), ("1", number)):
        done = ask(news.folder, "stories", "join", *words)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == f"watchword: there is no story {number}; see: watchword stories list\n"


def test_headlines_cannot_steer_the_terminal(news: NewsArchive) -> None:
    """Escape sequences, mark-up and direction marks stay plain text."""
    news.dispatch(news.comes("\x1b[31m[bold]Nuclear[/bold]\u202e talks", a_match("r")))
    for words in (["list"], ["show", "1"]):
        done = ask(news.folder, "stories", *words)
        assert done.returncode == 0
        assert not {"\x1b", "\u202e"} & set(done.stdout)
        assert "[bold]Nuclear[/bold]" in " ".join(done.stdout.split())


def test_what_was_done_by_hand_is_said(news: NewsArchive) -> None:
    """After a split and a join each article says how it stands to its story since, and when that was done."""
    news.dispatch(news.comes("Talks on the nuclear file begin", a_match("r"), feed="irna"))
    news.dispatch(news.comes("Talks on the nuclear file begin", a_match("r")))
    said = stories(news, "split", "1")
    assert (
        said == "1 article of story 1 is story 2 now. 1 alert went along. 1 match will be dispatched again."
    )
    for number, article in (("1", 2), ("2", 1)):
        [found] = stories_json(news, "show", number)["articles"]
        assert (found["id"], found["relation"]) == (article, "new")
        assert found["moved_at"] is not None
        assert "new, by hand" in stories(news, "show", number)
    assert stories(news, "join", "1", "2") == (
        "Story 2 is part of story 1 now, with 1 article. 1 alert went along."
    )
    relations = [one["relation"] for one in stories_json(news, "show", "1")["articles"]]
    assert relations == ["new", "same"]
    why = " ".join(ask(news.folder, "why", "2").stdout.split())
    assert "it is one of the story's articles, as stories were split or joined by hand" in why
