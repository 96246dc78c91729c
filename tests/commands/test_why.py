"""`watchword why` as somebody uses it who was told of something, or was not."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from monitor.commands.endings import MATCHES, match_in_words, revision_in_words, sent_in_words
from monitor.errors import Deferred
from monitor.model import AlertReason, NotificationState, Relation
from monitor.stores import chain as chains
from monitor.stores import dead_letters, notifications, quarantine
from monitor.stores.chain import ArticleChain
from monitor.stores.notifications import REGROUPED
from tests.commands.news_archive import NewsArchive, a_day_of_news, a_match, ask
from tests.stories.world import run_command

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory, queue_socket: Path) -> Iterator[NewsArchive]:
    found = a_day_of_news(tmp_path_factory.mktemp("day"), f"unix://{queue_socket}")
    yield found
    found.archive.close()


@pytest.fixture
def news(tmp_path: Path, queue_socket: Path) -> Iterator[NewsArchive]:
    found = NewsArchive(tmp_path, f"unix://{queue_socket}")
    yield found
    found.archive.close()


def why(news: NewsArchive, reference: str) -> str:
    """Ask, and give the answer with its lines as words in a row."""
    done = ask(news.folder, "why", reference)
    assert (done.returncode, done.stderr) == (0, "")
    return done.words


def why_json(news: NewsArchive, reference: str) -> dict[str, Any]:
    done = ask(news.folder, "why", reference, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def chain(news: NewsArchive, number: int) -> ArticleChain:
    found = news.archive.read_now(lambda c: chains.load_chain(c, number))
    assert found is not None
    return found


def test_the_chain_goes_from_the_poll_to_the_receipt(day: NewsArchive) -> None:
    """One look at an article shows feed, times, edits, matches, story, revisions, attempts, in that order."""
    done = run_command(day.folder, "why", "1")
    assert (done.returncode, done.stderr) == (0, "")
    said = " ".join(done.stdout.split())
    steps = [
        "feed irna",
        "first seen 2026-03-04 12:00:00, published 2026-03-04 11:50:00, 10 min before",
        "article 1 by Irna: Correction: Iran's top security official travels to Moscow, not Minsk",
        "https://irna.example/moscow",
        "edited 2026-03-04 12:17:00: until then its headline was “Iran's top security official",
        "correction 2026-03-04 12:17:00: an edit made it a correction; dispatched 2026-03-04 12:17:00",
        "match secretary, high, live then told (first) 2026-03-04 12:00:00: the first alert of its story",
        "match energy, low, shadow then shadow (rule-shadow) 2026-03-04 12:00:00: the rule is tried out",
        "match gone, info, live then retired (rule-gone) 2026-03-04 12:00:00: the rule was removed before",
        "story 1, since 2026-03-04 12:00:00: 3 articles of 2 independent sources (IRNA, paper)",
        "alert alert1 for desk, high, 3 revisions",
        "revision 1 (first) 2026-03-04 12:00:00, high: nobody there had been told of this story",
        "raised by this article",
        "the terminal: delivered 2026-03-04 12:02:00: shown",
        "attempt 1: 2026-03-04 12:00:00 put off: 503 Service Unavailable",
        "attempt 2: 2026-03-04 12:02:00 delivered: shown",
        "revision 2 (new-rule) 2026-03-04 12:12:00, high: talks joined a story that had been told before",
        "raised by article 3 (“Larijani meets Shoigu”, Paper, same)",
        "revision 3 (correction) 2026-03-04 12:17:00, high: what was told has been corrected",
    ]
    said = said.replace("│ ", "").replace("├── ", "").replace("└── ", "")
    places = [said.find(step) for step in steps]
    assert -1 not in places, [step for step, place in zip(steps, places, strict=True) if place < 0]
    assert places == sorted(places)


def test_who_was_not_told_learns_what_the_article_is_a_copy_of(day: NewsArchive) -> None:
    """A copy names the article it copies, also where that reads otherwise by now, and what was told of it."""
    said = why(day, "2")
    assert "repeated (copy) 2026-03-04 12:07:00: a copy of article 1 (“Correction: Iran's top" in said
    assert "everybody it is routed to had been told of this rule in this story" in said
    assert "its voice is IRNA" in said
    assert "raised by article 1 (“Iran's top security official travels to Moscow”, Irna)" in said
    assert "repeated (same)" in (third := why(day, "3"))
    assert "it tells the same as article 1 (“Correction" in third
    assert "likeness 0.81)" in third


def test_an_article_without_a_match_says_so_and_names_the_way_on(day: NewsArchive) -> None:
    """No rule, the backlog: each has its words, and what asks further."""
    said = why(day, "4")
    assert "no-rule: no rule matched it what kept a rule from it: watchword explain RULE 4" in said
    said = why(day, "5")
    assert "backlog 2026-03-04 12:12:00: its article was there when its feed was first polled" in said
    assert "alert none: nobody was told of it" in said


@pytest.mark.parametrize(
    "reference",
    [
        "1",
        " 1\n",
        "https://irna.example/moscow?utm_source=feed",
        "http://www.irna.example/moscow/#top",
        "irna.example/moscow",
    ],
)
def test_an_article_is_found_by_number_and_by_any_disguise_of_its_link(
    day: NewsArchive, reference: str
) -> None:
    """What people paste from a browser finds the article, without the very address of the feed."""
    assert why_json(day, reference)["article"]["id"] == 1


def test_several_articles_at_one_address_are_all_shown(news: NewsArchive) -> None:
    """The newest is shown whole, the others in short with the way to see them."""
    for feed in ("irna", "wire", "paper"):
        news.dispatch(
            news.comes(f"port shut, says {feed}", a_match("r"), feed=feed, url="https://x.example/live")
        )
        news.later()
    found = why_json(news, "https://x.example/live?fbclid=1")
    assert found["article"]["id"] == 3
    assert [(one["id"], one["matches"][0]["reason"]) for one in found["others_at_this_url"]] == [
        (2, "copy"),
        (1, "first"),
    ]
    said = why(news, "https://x.example/live")
    assert "2 earlier articles at this address (watchword why NUMBER shows each whole):" in said
    assert "1 2026-03-04 12:00:00 irna: “port shut, says irna” r told (first)" in said


@pytest.mark.parametrize(
    ("reference", "revisions"),
    [
        ("alert1", [1, 2, 3]),
        ("ALERT1", [1, 2, 3]),
        ("alert1/2", [2]),
        ("Watchword alert alert1, revision 3, for desk", [3]),
        ("alert1/1/terminal:stderr", [1]),
    ],
)
def test_an_alert_is_found_by_all_that_messages_and_lists_print(
    day: NewsArchive, reference: str, revisions: list[int]
) -> None:
    """Its id, one revision, the line of a message, the key of a notification: the story from its side."""
    found = why_json(day, reference)
    assert found["kind"] == "alert"
    assert [one["number"] for one in found["alert"]["revisions"]] == revisions
    assert found["story"]["id"] == 1
    said = why(day, reference)
    assert f"watchword why {found['alert']['revisions'][0]['article']['id']}" in said


@pytest.mark.parametrize(
    ("reference", "code", "said"),
    [
        ("99", 1, "the archive has no article 99; the newest is 5"),
        ("9" * 40, 1, "the newest is 5"),
        ("alert2", 1, "no alert alert2 (did you mean 'alert1'?)"),
        ("alert1/9", 1, "alert alert1 has no revision 9; it has: 1, 2, 3"),
        ("alert1/1/mail:x", 1, "not meant for mail:x; see: watchword why alert1/1"),
        ("https://nowhere.example/1", 1, "`watchword stories list` shows stories"),
        ("what is this", 2, "is no article's number or URL, and no alert"),
        ("\x1b[31m", 2, "is no article's number or URL"),
        ("", 2, "nothing is named"),
    ],
)
def test_what_is_not_there_or_cannot_be_names_what_to_try(
    day: NewsArchive, reference: str, code: int, said: str
) -> None:
    """Unknown ends with 1, unusable with 2, both with one plain line that leads on."""
    done = ask(day.folder, "why", reference)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "\x1b" not in done.stderr


def test_json_holds_the_whole_chain_under_stable_names(day: NewsArchive) -> None:
    """A program reads from feed to receipt without parsing words."""
    found = why_json(day, "1")
    assert list(found) == [
        "kind", "feed", "article", "edits", "corrections", "dispatch_tries", "matches", "place", "story",
        "alerts", "others_at_this_url",
    ]  # fmt: skip
    assert [(one["rule"], one["state"], one["reason"]) for one in found["matches"]] == [
        ("secretary", "told", "first"),
        ("energy", "shadow", "rule-shadow"),
        ("gone", "retired", "rule-gone"),
    ]
    assert found["corrections"] == [
        {
            "kind": "correction",
            "at": "2026-03-04T12:17:00+00:00",
            "dispatched_at": "2026-03-04T12:17:00+00:00",
        }
    ]
    [alert] = found["alerts"]
    assert [one["reason"] for one in alert["revisions"]] == ["first", "new-rule", "correction"]
    [sent] = alert["revisions"][0]["notifications"]
    assert (sent["key"], sent["destination_name"], sent["state"]) == (
        "alert1/1/terminal:stderr",
        "the terminal",
        "delivered",
    )
    assert [one["outcome"] for one in sent["attempts"]] == ["deferred", "delivered"]
    assert sent["receipt"]["detail"] == "shown"


def test_text_of_feeds_cannot_steer_the_terminal(news: NewsArchive) -> None:
    """Escape sequences, mark-up and direction marks of headlines and details stay plain text."""
    hostile = "\x1b[31m[bold]Nuclear[/bold]\u202e talks\u2028"
    number = news.comes(hostile, a_match("r"), url="https://x.example/\u202ea")
    news.dispatch(number)
    news.deliver(Deferred("\x1b]0;owned\x07 [red]no[/red]"))
    news.is_edited(number, "Another headline")
    done = ask(news.folder, "why", str(number))
    assert done.returncode == 0
    assert not {"\x1b", "\x07", "\u202e", "\u2028"} & set(done.stdout)
    assert "[bold]Nuclear[/bold]" in done.stdout
    assert "[red]no[/red]" in done.stdout


def test_a_superseded_notification_names_what_says_all_of_it(news: NewsArchive) -> None:
    """What was not sent because a later revision came names that revision."""
    first = news.comes("A", a_match("r"), feed="irna")
    news.dispatch(first)
    news.deliver()
    for place, feed in enumerate(("wire", "paper")):
        number = news.comes(f"B{place}", a_match("r"), feed=feed)
        news.joins(number, 1, Relation.SAME, first, 0.9)
        news.dispatch(number)
    said = why(news, "1")
    assert "revision 2 (more-sources)" in said
    assert "2 independent sources have the story" in said
    assert "not sent, superseded 2026-03-04 12:00:00: revision 3 says all of it" in said
    assert "the terminal: waits, tried next at 2026-03-04 12:01:00" in said


def test_what_was_given_up_names_the_way_to_mend_it(news: NewsArchive) -> None:
    """Quarantine says how often it was tried and how to release it; a dead letter where it is shown."""
    number = news.comes("A", a_match("r"))
    asyncio.run(news.archive.write(lambda c: quarantine.begin(c, [number], news.now)))
    asyncio.run(news.archive.write(lambda c: quarantine.quarantine(c, number, "a defect", news.now)))
    said = why(news, str(number))
    assert "quarantined 2026-03-04 12:00:00: its dispatch failed" in said
    assert "too often: a defect (tried once)" in said
    assert f"watchword dead-letters release {number}" in said
    other = news.comes("B", a_match("r"))
    news.destinations = ("slack:gone",)
    news.dispatch(other)
    orphan = notifications.bury_orphan
    asyncio.run(news.archive.write(lambda c: orphan(c, 1, "no such channel", news.now, news.now)))
    said = why(news, str(other))
    assert "slack:gone, not in the configuration: given up" in said
    assert "no such channel (see: watchword dead-letters show 1)" in said
    asyncio.run(news.archive.write(lambda c: dead_letters.drop(c, 1, news.now)))
    assert "ended by hand" in why(news, str(other))


def test_of_very_many_attempts_the_middle_is_left_out(news: NewsArchive) -> None:
    """A destination that was away for days does not fill the screen; JSON has every attempt."""
    news.dispatch(news.comes("A", a_match("r")))
    for _ in range(20):
        news.deliver(Deferred("503"))
        news.later(60)
    said = why(news, "1")
    assert "attempt 3:" in said
    assert "… 14 more attempts …" in said
    assert "attempt 18:" in said
    [sent] = why_json(news, "1")["alerts"][0]["revisions"][0]["notifications"]
    assert len(sent["attempts"]) == 20


def test_every_end_of_a_match_has_a_sentence(news: NewsArchive) -> None:
    """Whatever state and reason stand in the archive are put into words, old rows without a reason too."""
    number = news.comes("A", a_match("r"))
    ends = {
        ("told", "first"): "the first alert of its story",
        ("told", "new-rule"): "this rule joined a story",
        ("told", "severity"): "more severe",
        ("told", "more-sources"): "more independent sources",
        ("told", "first-tier"): "a source of the first tier",
        ("told", "correction"): "corrects",
        ("told", "retraction"): "takes back",
        ("told", ""): "it raised an alert",
        ("repeated", "copy"): "everybody it is routed to had been told",
        ("repeated", ""): "everybody it is routed to had been told",
        ("shadow", "rule-draft"): "draft",
        ("shadow", ""): "tried out",
        ("retired", "rule-retired"): "retired",
        ("retired", ""): "retired or removed",
        ("pending", ""): "waits to be dispatched",
        ("too-old", ""): "max_age",
        ("quarantined", ""): "too often",
    }
    for (state, reason), words in ends.items():
        row = sa.text("UPDATE matches SET state = :state, reason = :reason")
        asyncio.run(
            news.archive.write(lambda c, r=row, s=state, w=reason: c.execute(r, {"state": s, "reason": w}))
        )
        found = chain(news, number)
        assert words in match_in_words(found.matches[0], found), (state, reason)


def test_the_page_lists_every_reason() -> None:
    """What stands in log, metrics and `why` is explained on the page, under its state."""
    page = (ROOT / "docs" / "path-of-an-alert.md").read_text(encoding="utf-8")
    table = page.split("### Why it ended there")[1].split("## A notification")[0]
    rows = re.findall(r"^\| ([a-z-]+) \| (`.*`) \|", table, re.MULTILINE)
    listed = {(state, reason) for state, named in rows for reason in re.findall(r"`([a-z-]+)`", named)}
    repeated = {("repeated", relation.value) for relation in Relation}
    assert listed == {(state.value, reason) for state, reason in MATCHES} | repeated


def test_who_wants_no_further_rules_was_not_told_of_this_one(news: NewsArchive) -> None:
    """A new rule of a told story that nobody wants to hear of is not said to have been told."""
    news.routes = {"receiver": "desk", "update": ["sources"]}
    first = news.comes("A story of some length here", a_match("r"), feed="irna")
    second = news.comes("A story of some length here", a_match("other"), feed="wire")
    news.dispatch(first)
    news.dispatch(second)
    found = chain(news, second)
    said = match_in_words(found.matches[0], found)
    assert said.endswith("had been told of the story, and wants no word of further rules")


def test_every_reason_of_a_revision_and_every_end_of_a_message_has_words(day: NewsArchive) -> None:
    """No revision and no notification is left without an explanation."""
    [alert] = chain(day, 1).alerts
    for reason in AlertReason:
        assert revision_in_words(replace(alert.revisions[0], reason=reason))
    [sent] = alert.revisions[0].sent
    said = {state: sent_in_words(replace(sent, state=state)) for state in NotificationState}
    assert len(set(said.values())) == len(NotificationState)
    regrouped = replace(sent, state=NotificationState.SUPERSEDED, reason=REGROUPED)
    assert sent_in_words(regrouped).endswith(": its story was split or joined by hand")
    carried = replace(sent, state=NotificationState.PENDING, carrier=7)
    assert sent_in_words(carried) == "waits, and goes along in the message of notification 7"


def test_what_was_moved_by_hand_says_where_it_was_told(tmp_path: Path, queue_socket: Path) -> None:
    """The alerts of the story that it was told in are shown, though the article is in another story now."""
    day = a_day_of_news(tmp_path, f"unix://{queue_socket}")

    def move(c: sa.Connection) -> None:
        c.execute(
            sa.text(
                "INSERT INTO stories (id, created_at, last_at) SELECT 9, created_at, last_at FROM stories"
            )
        )
        c.execute(sa.text("UPDATE story_articles SET story = 9 WHERE article = 2"))

    asyncio.run(day.archive.write(move))
    said = why(day, "2")
    assert "told of this rule in this story; that was in story 1" in said
    assert "story 9, since" in said
    assert "alert alert1 for desk" in said


def test_an_archive_without_anything_says_so(news: NewsArchive) -> None:
    """Before the first poll there is nothing to find, which is said."""
    done = ask(news.folder, "why", "1")
    assert (done.returncode, done.stderr) == (
        1,
        "watchword: the archive has no article yet; see: watchword status\n",
    )
