"""The chain of an article and the stories in short, as both databases give them."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from monitor.model import Article, ArticleState, MatchState, NotificationState, Relation
from monitor.stores import articles, chain, edits, feed_states, stories, tellings
from monitor.stores.archive import Archive
from monitor.stores.stories import Member
from monitor.text.keys import link_key
from tests.conftest import NOON
from tests.stores.claiming import claim
from tests.stores.revisions import store_revision
from tests.stores.test_archive import a_match

URL = "https://wire.example/a"
LATER = NOON + timedelta(minutes=1)


def fill(c: sa.Connection) -> None:
    """Store two articles of story 1; 1 was told, tried once, and edited."""
    feed_states.register_feeds(c, {"wire": "https://wire.example/feed"}, NOON)
    for title, state in (("One", MatchState.TOLD), ("Two", MatchState.REPEATED)):
        article = Article("", title, NOON, feed="wire", url=URL, source="Wire")
        number = articles.store_article(c, article, "", ArticleState.MATCHED)
        articles.store_matches(c, number, [a_match()], state, NOON)
    articles.remember_keys(c, "wire", {link_key(URL): 2}, NOON)
    store_revision(c, "a1", article=1, match=1)
    joined = [
        Member(1, 1, Relation.NEW, NOON, "wire"),
        Member(2, 1, Relation.COPY, NOON, "wire", None, 0.9, 1),
    ]
    stories.store_members(c, joined, NOON)
    assert claim(c, 1, "me", NOON, timedelta(minutes=1))
    held = edits.held_articles(c, [1])[1]
    edits.store_edit(c, 1, held, Article("", "One, edited", NOON, feed="wire", url=URL), LATER)


async def test_the_chain_is_read_in_both_databases(archive: Archive) -> None:
    """Everything that is stored about an article comes back in its place, as it read when it was told."""
    await archive.write(fill)
    found = archive.read_now(lambda c: chain.load_chain(c, 2))
    assert found is not None
    assert (found.feed.id, found.state, found.matches[0].state) == ("wire", "matched", "repeated")
    assert found.place is not None
    assert (found.place.member.like, found.place.like_title) == (1, "One, edited")
    assert found.story is not None
    assert (found.story.articles, found.story.first and found.story.first.id) == (2, 1)
    [alert] = found.alerts
    [revision] = alert.revisions
    assert (revision.article.title, revision.article.relation, revision.rules) == (
        "One",
        Relation.NEW,
        ("r",),
    )
    [sent] = revision.sent
    assert (sent.state, len(sent.attempts), sent.receipt) == (NotificationState.PENDING, 1, None)
    assert archive.read_now(lambda c: chain.load_chain(c, 3)) is None
    first = archive.read_now(lambda c: chain.load_chain(c, 1))
    assert first is not None
    assert first.earlier == ((LATER, "One"),)


async def test_articles_alerts_and_stories_are_found(archive: Archive) -> None:
    """By address whatever its disguise, by id, by how lately they went on; what is not there is left out."""
    await archive.write(fill)

    def asked(c: sa.Connection) -> None:
        assert chain.articles_at(c, URL, 10) == [2, 1]
        assert chain.articles_at(c, "http://www.wire.example/a?utm_source=x", 10) == [2]
        assert chain.articles_at(c, URL, 1) == [2]
        assert chain.articles_at(c, "https://wire.example/b", 10) == []
        assert [one.article.id for one in chain.briefs(c, [2, 1, 9])] == [2, 1]
        assert (chain.newest_article(c), chain.newest_alerts(c, 5)) == (2, ["a1"])
        [line] = chain.recent_stories(c, 5)
        assert (line.id, line.articles, line.alerts, line.first.title) == (1, 2, 1, "One, edited")
        assert [one.id for one in chain.alerts_of_story(c, 1)] == ["a1"]
        assert chain.alerts_of_story(c, 2) == tellings.load_alerts(c, ["none"]) == ()
        assert chain.load_story(c, 2) is None

    archive.read_now(asked)
