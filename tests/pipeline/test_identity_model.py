"""Identity against a model of it: whatever becomes of ids, links and headlines, each story is news once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from random import Random

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from monitor.feeds.entry import Entry
from monitor.feeds.identity import document_keys
from monitor.pipeline.harvest import articles_named, sort_entries
from tests.conftest import NOON

PICK = st.integers(0, 10**6)
RUNS = settings(max_examples=60, stateful_step_count=25, deadline=None)


@dataclass
class Story:
    """A story as its feed shows it now; `touched` are the names that changed since the last poll."""

    number: int
    entry: Entry
    own_id: bool
    shown: bool = True
    touched: set[str] = field(default_factory=set)

    @property
    def known_without_id(self) -> bool:
        """Whether its link or its title is what it was at the last poll."""
        return any(getattr(self.entry, one) for one in {"link", "title"} - self.touched)

    def may_change(self, name: str) -> bool:
        """Tell whether it can still be known: by its link, its title, or an id of its own with its time."""
        left = {"link", "title"} - self.touched - {name}
        if any(getattr(self.entry, one) for one in left):
            return True
        return self.own_id and name != "id" and "id" not in self.touched


class IdentityModel(RuleBasedStateMachine):
    """A feed whose editor and software do whatever they like between two polls."""

    @initialize()
    def open(self) -> None:
        self.fresh = count()
        self.stories: list[Story] = []
        self.known: dict[str, int | None] = {}
        self.story_of: dict[int, int] = {}
        self.published: dict[int, datetime | None] = {}
        self.served: set[int] = set()

    def _new(self, what: str) -> str:
        return f"{what} {next(self.fresh)}"

    def _pick(self, pick: int) -> Story:
        return self.stories[pick % len(self.stories)]

    @rule(with_id=st.booleans(), with_link=st.booleans(), dated=st.booleans(), top=st.booleans())
    def a_story_appears(self, with_id: bool, with_link: bool, dated: bool, top: bool) -> None:
        number = len(self.stories)
        entry = Entry(
            id=self._new("id") if with_id else "",
            link=f"https://w.example/{next(self.fresh)}" if with_link else "",
            title=self._new("The harbour council agrees on the new fees"),
            published=NOON + number * timedelta(minutes=7) if dated else None,
        )
        new = Story(number, entry, own_id=with_id and dated)
        self.stories.insert(0 if top else len(self.stories), new)

    @precondition(lambda self: self.stories)
    @rule(pick=PICK, kept=st.booleans())
    def an_id_is_reused_for_a_new_story(self, pick: int, kept: bool) -> None:
        old = self._pick(pick)
        # Without a link, another title under a known id is an edited headline as much as another story.
        if not (old.known_without_id and old.entry.link):
            return
        self.a_story_appears(with_id=True, with_link=True, dated=True, top=True)
        self.stories[0].entry = replace(self.stories[0].entry, id=old.entry.id)
        self.stories[0].own_id = old.own_id = False
        old.shown = kept and old.shown

    @precondition(lambda self: self.stories)
    @rule(pick=PICK)
    def an_id_changes(self, pick: int) -> None:
        story = self._pick(pick)
        if story.may_change("id"):
            story.entry = replace(story.entry, id=self._new("id"))
            story.touched.add("id")

    @precondition(lambda self: self.stories)
    @rule(pick=PICK)
    def a_headline_is_edited(self, pick: int) -> None:
        story = self._pick(pick)
        if story.may_change("title"):
            story.entry = replace(
                story.entry, title=self._new("The fees of the harbour are agreed upon at last")
            )
            story.touched.add("title")

    @precondition(lambda self: self.stories)
    @rule(pick=PICK)
    def a_link_changes(self, pick: int) -> None:
        story = self._pick(pick)
        if story.entry.link and story.may_change("link"):
            story.entry = replace(story.entry, link=f"https://w.example/moved/{next(self.fresh)}")
            story.touched.add("link")

    @precondition(lambda self: self.stories)
    @rule(pick=PICK, shown=st.booleans())
    def a_story_leaves_or_returns(self, pick: int, shown: bool) -> None:
        self._pick(pick).shown = shown

    @precondition(lambda self: self.stories)
    @rule(random=st.randoms(use_true_random=False))
    def the_order_changes(self, random: Random) -> None:
        random.shuffle(self.stories)

    @precondition(lambda self: self.stories)
    @rule()
    def the_feed_is_polled(self) -> None:
        """Each story of the document is news if it never was in one, and else is the article that it was."""
        shown = [story for story in self.stories if story.shown]
        entries = [story.entry for story in shown]
        keyed = list(zip(entries, document_keys(entries, "w.example"), strict=True))
        named = articles_named(keyed, self.known)
        found = sort_entries(keyed, self.known, {number: self.published[number] for number in named})
        story_at = {id(entry): story for entry, story in zip(entries, shown, strict=True)}
        fresh = {story_at[id(entry)].number for entry, _ in found.fresh}
        assert fresh == {story.number for story in shown} - self.served
        for article, entry in found.known.items():
            assert self.story_of[article] == story_at[id(entry)].number
        names = dict(found.keys)
        for entry, keys in found.fresh:
            story = story_at[id(entry)]
            article = len(self.story_of)
            self.story_of[article], self.published[article] = story.number, entry.published
            names.update(dict.fromkeys(keys.present, article))
        self.known |= {
            key: self.known.get(key) if number is None else number for key, number in names.items()
        }
        self.served |= fresh
        for story in shown:
            story.touched.clear()


def test_each_story_is_news_once_and_stays_the_article_that_it_was() -> None:
    """Ids, links and headlines change, vanish and are reused; `make proof-feeds` tries many more."""
    run_state_machine_as_test(IdentityModel, settings=RUNS)


def histories(number: int) -> None:
    """Go through so many histories; raises AssertionError with the shortest one that fails."""
    run_state_machine_as_test(IdentityModel, settings=settings(RUNS, max_examples=number, database=None))
