"""The memory of stories: which articles are told apart, and that it follows from the articles alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model import Article, Relation
from monitor.stories.memory import Assigned, StoryMemory
from monitor.stories.similarity import similarity
from tests.conftest import NOON
from tests.proof.made_news import month

HOUR = timedelta(hours=1)
FIRE = (
    "Fire destroys 14 warehouses in port of Velmar",
    "A fire destroyed 14 warehouses in the port of Velmar, harbour master Mara Kamburg said. 320 were saved.",
)
FIRE_ANEW = (
    "Velmar: blaze in harbour guts 14 warehouses",
    "Flames swept through 14 warehouses in the port of Velmar. Harbour master Mara Kamburg: 320 saved.",
)
OTHER_FIRE = (
    "Fire destroys 61 barns near Ostgrad",
    "A fire destroyed 61 barns near Ostgrad, mayor Tomas Holstan said. Nobody was hurt.",
)
STRIKE = (
    "Teachers of Norsund walk out over pay",
    "Schools in Norsund stayed closed on Monday as teachers walked out, union leader Elin Ulgrad said.",
)
PORTS = (
    "伊朗最高国家安全委员会秘书访问莫斯科",
    "伊朗最高国家安全委员会秘书周四抵达莫斯科，与俄罗斯联邦安全会议秘书举行会谈，讨论两国安全合作。",
)


def article(number: int, words: tuple[str, str], lang: str = "en", **more: str) -> Article:
    url = more.pop("url", f"https://w{number}.example/a")
    return Article(str(number), words[0], NOON, summary=words[1], lang=lang, url=url, **more)


class Told:
    """A memory, and the stories that it gave."""

    def __init__(self, **said: object) -> None:
        self.memory = StoryMemory(**said)
        self._numbers, self._stories = count(1), count(1)

    def add(self, words: tuple[str, str], at: datetime = NOON, **more: str) -> Assigned:
        return self.memory.assign(
            article(next(self._numbers), words, **more), at, lambda: next(self._stories)
        )


def test_an_event_in_other_words_is_the_same_story() -> None:
    """Names, numbers and rare words agree."""
    told = Told()
    assert told.add(FIRE).relation is Relation.NEW
    again = told.add(FIRE_ANEW, NOON + HOUR)
    assert (again.story, again.relation, again.like) == (1, Relation.SAME, "1")


def test_a_report_that_is_printed_again_is_a_copy() -> None:
    """Word for word, or by its link with some of its words."""
    told = Told()
    told.add(FIRE, url="https://wire.example/fire")
    assert told.add(FIRE).relation is Relation.COPY
    shorter = told.add((FIRE_ANEW[0], ""), url="https://wire.example/fire")
    assert (shorter.story, shorter.relation) == (1, Relation.COPY)
    assert told.add((FIRE[0], f"(Wire) {FIRE[1]}")).story == 1


def test_a_link_does_not_make_a_story_of_what_has_nothing_in_common() -> None:
    """A page that shows other news each day, or a stranger who names the address of another's report."""
    told = Told()
    told.add(FIRE, url="https://wire.example/live")
    assert told.add(STRIKE, url="https://wire.example/live").relation is Relation.NEW
    assert told.add(FIRE_ANEW, url="https://wire.example/live").story == 1


def test_an_old_text_is_another_story_when_it_comes_again() -> None:
    """What happens each quarter is told in the same words; a link with the same text stays what it was."""
    kept = ("Central bank keeps interest rates unchanged", "The central bank kept its main rate on Thursday.")
    told = Told()
    told.add(kept, url="https://wire.example/january")
    assert told.add(kept, NOON + 2000 * HOUR).relation is Relation.NEW
    assert told.add(kept, NOON + 2000 * HOUR, url="https://wire.example/january").story == 1


FOOTER = (
    "Sign up for our daily newsletter to get the latest analysis delivered to your inbox every morning. "
    "Follow us wherever you read. Support independent journalism by becoming a member today."
)


def test_what_a_publisher_says_everywhere_joins_nothing() -> None:
    """A footer below short news, and additions to headlines; a report that comes again is still a copy."""
    told = Told()
    short = (
        ("Pilots close the airport of Lorvane", "They walked off."),
        ("Earthquake rattles Norsund", "No damage was seen."),
        ("Garbage heaps up in Brunn", "A walkout began."),
    )
    stories = [told.add((title, f"{text} {FOOTER}"), source="Indie").story for title, text in short]
    assert stories == [1, 2, 3]
    again = told.add((f"Update: {short[1][0]}", f"{short[1][1]} {FOOTER}"), source="Indie")
    assert (again.story, again.relation) == (2, Relation.COPY)
    series = (
        "全运会丨羽毛球——八分之一决赛赛况_第十五届全国运动会",
        "全运会丨柔道——男子重量级赛况_第十五届全国运动会",
    )
    assert [told.add((title, ""), source="新华网").relation for title in series] == [Relation.NEW] * 2


COURT = (
    "A court in Tehran sentenced the activist {} to prison on charges of propaganda against the state and "
    "collusion against national security, his lawyer said on Monday. The hearing was not public."
)


def test_when_it_was_printed_joins_nothing() -> None:
    """The same date below unrelated news, in papers of their own."""
    told = Told()
    stamped = (
        ("Pilots close the airport of Lorvane", "Controllers left the tower at noon over pay; flights went."),
        ("Minister steps down in Brunn", "He gave reasons of health in a letter that was read aloud."),
        ("Quake shakes Norsund", "Cupboards fell over in the old town, and a chapel lost its spire."),
    )
    stories = [
        told.add((title, f"{text} Updated 1 September 2026 at 8:{minute}."), source=f"Paper {minute}").story
        for minute, (title, text) in enumerate(stamped, 15)
    ]
    assert stories == [1, 2, 3]


def test_one_headline_of_two_towns_is_two_stories() -> None:
    """The headline names neither; the texts are alike but for the name, and repeat the headline's words."""
    told = Told()
    towns = ("Lagos", "Kampala")
    texts = [f"A tanker truck exploded in {town}, twelve were killed, officials said." for town in towns]
    assert [told.add(("Tanker truck explodes, twelve killed", text)).story for text in texts] == [1, 2]


def test_a_link_and_a_template_are_not_enough() -> None:
    """A live page that has the same news of two towns, one after the other."""
    told = Told()
    page = "https://wire.example/live"
    titles = [f"War live: five killed in {town} as missile hits flats" for town in ("Odesa", "Kharkiv")]
    assert [told.add((title, ""), url=page).story for title in titles] == [1, 2]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            (
                "Drone attack on Odesa wounds five",
                "A drone attack on Odesa wounded five people, the governor said.",
            ),
            (
                "Drone attack on Kharkiv wounds five",
                "A drone attack on Kharkiv wounded five people, the governor said.",
            ),
        ),
        (
            (
                "President of Mali meets Putin in Moscow",
                "The president of Mali met Putin in the Kremlin on Monday.",
            ),
            (
                "President of Chad meets Putin in Moscow",
                "The president of Chad met Putin in the Kremlin on Monday.",
            ),
        ),
        (
            (
                "Tehran court jails activist Reza Khandan",
                COURT.format("Reza Khandan"),
            ),
            (
                "Tehran court jails activist Toomaj Salehi",
                COURT.format("Toomaj Salehi"),
            ),
        ),
    ],
)
def test_the_same_of_others_is_another_story(one: tuple[str, str], other: tuple[str, str]) -> None:
    """Elsewhere, or about somebody else, whatever the other words are."""
    told = Told()
    assert [told.add(one).story, told.add(other, NOON + 3 * HOUR).story] == [1, 2]


def test_a_name_that_is_spelt_otherwise_or_told_by_both_is_no_other() -> None:
    """Odesa and Odessa are one, and so are a town and its province where both are named."""
    told = Told()
    told.add(
        ("Drones hit Odesa overnight", "Drones damaged a school in Odesa in the south, the governor said.")
    )
    text = "Drones damaged a school in Odessa in the south, the governor said."
    assert told.add(("Drones hit Odessa overnight", text)).story == 1


def test_another_event_of_its_kind_is_another_story() -> None:
    """The same words, other numbers, people and places."""
    told = Told()
    stories = [told.add(words).story for words in (FIRE, OTHER_FIRE, STRIKE)]
    assert stories == [1, 2, 3]


def test_what_comes_much_later_is_a_follow_up_and_then_no_more_of_it() -> None:
    """Within the time that a story goes on without news, and after it."""
    told = Told()
    told.add(FIRE)
    assert told.add(FIRE_ANEW, NOON + 8 * HOUR).relation is Relation.FOLLOW_UP
    assert told.add((FIRE[0], FIRE_ANEW[1]), NOON + 90 * HOUR).relation is Relation.NEW


def test_scripts_without_spaces_are_told_apart_too() -> None:
    """A Chinese report and its copy; one of another event opens a story."""
    told = Told()
    told.add(PORTS, lang="zh")
    assert told.add((PORTS[0], f"新华社电 {PORTS[1]}"), lang="zh").story == 1
    assert told.add(("多地积极应对降温天气", "多地采取措施保障群众出行安全。"), lang="zh").story == 2


@pytest.mark.parametrize(
    "words",
    [("", ""), ("x" * 100_000, ""), ("\x00\ud800", "\u202e"), ("Fire", "a " * 1_000_000), ("…", "!?")],
)
def test_whatever_a_feed_brings_is_borne(words: tuple[str, str]) -> None:
    """Nothing at all, one endless word, halves of characters, megabytes."""
    told = Told()
    told.add(FIRE)
    assert told.add(words).relation is Relation.NEW


def made_up(seed: int) -> list[Article]:
    pieces = {piece.link: piece for piece in reversed(month(seed, NOON, 1))}
    ordered = sorted(pieces.values(), key=lambda piece: (piece.at, piece.link))
    return [
        Article(str(number), piece.title, piece.at, summary=piece.text, url=piece.link)
        for number, piece in enumerate(ordered, 1)
    ]


def assigned(articles: Sequence[Article], told: StoryMemory, first: int = 1) -> list[Assigned]:
    numbers = count(first)
    return [told.assign(one, one.first_seen, lambda: next(numbers)) for one in articles]


@given(st.integers(0, 50), st.floats(0, 1))
@settings(max_examples=12, deadline=None)
def test_a_memory_that_is_made_anew_goes_on_as_the_old_one(seed: int, share: float) -> None:
    """What was assigned is remembered in order; the rest comes to the same stories and relations."""
    articles = made_up(seed)
    cut = round(share * len(articles))
    old = StoryMemory()
    before = assigned(articles[:cut], old)
    fresh = StoryMemory()
    for one, found in zip(articles[:cut], before, strict=True):
        fresh.remember(one, one.first_seen, found.story)
    next_story = max((found.story for found in before), default=0) + 1
    assert assigned(articles[cut:], fresh, next_story) == assigned(articles[cut:], old, next_story)


def test_the_oldest_articles_fall_out() -> None:
    """At most so many are held, and what is held is all that it takes up."""
    told = StoryMemory(most=20)
    assigned(made_up(1), told)
    assert len(told) == 20


def test_stories_that_ended_are_forgotten_whole() -> None:
    """Those whose newest article is older; the others stay, with all their articles."""
    told = StoryMemory()
    articles = made_up(2)
    assigned(articles, told)
    told.forget(NOON - HOUR)
    assert len(told) == len(articles)
    told.forget(articles[-1].first_seen + HOUR)
    assert len(told) == 0


def test_an_article_that_is_moved_takes_others_along() -> None:
    """After a split, what is like the one that was moved joins it there."""
    told = Told()
    told.add(FIRE)
    told.memory.move("1", 77)
    assert told.add(FIRE_ANEW).story == 77
    told.memory.move("not held", 5)


def test_headlines_are_ranked_as_people_would() -> None:
    """The same event above one of its kind, and that above another matter; the order of two is all one."""
    same = similarity(FIRE[0], FIRE_ANEW[0])
    kind, other = similarity(FIRE[0], OTHER_FIRE[0]), similarity(FIRE[0], STRIKE[0])
    assert 0 <= other < same <= 1
    assert kind < same
    assert similarity(FIRE_ANEW[0], FIRE[0]) == pytest.approx(same)
    assert similarity(FIRE[0], FIRE[0]) > 0.9
    assert 0 <= similarity("", "") <= 1


@pytest.mark.parametrize("headline", ["Yes", "A", "The who", "Trump", "地震", "?", FIRE[0]])
def test_a_headline_is_wholly_like_itself(headline: str) -> None:
    """However short it is, and whatever its letter case and its spaces."""
    assert similarity(headline, headline) == similarity(headline, f" {headline.upper()}  ") == 1


def test_languages_are_joined_where_actors_times_and_numbers_agree() -> None:
    """Two actors alone meet more than once a day; of three it may be any time of the day."""
    met = ("Envoys meet in Velmar", "The two envoys met in Velmar for talks.")
    abroad = ("Посланники встретились", "Два посланника встретились в Вельмаре.")
    for actors, hours, joined in (("ab", 3, True), ("ab", 12, False), ("abc", 12, True), ("abc", 30, False)):
        memory, numbers = StoryMemory(), count(1)
        memory.assign(article(1, met), NOON, partial(next, numbers), actors)
        found = memory.assign(article(2, abroad, "ru"), NOON + hours * HOUR, partial(next, numbers), actors)
        assert (found.story == 1) is joined, (actors, hours)
