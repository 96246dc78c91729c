"""Which troubles are news: each beginning, end and reminder once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Trouble
from monitor.operations.news import Decision, Persistence, decide
from monitor.stores.troubles import Standing
from tests.conftest import NOON

TICK = timedelta(seconds=10)
LIMITS = {"remind": timedelta(hours=24), "quiet": timedelta(seconds=30)}
AWAY = Trouble("queue-away", "The queue is away.", "Start it.")


def told(decision: Decision, now_tick: int, known: dict[str, Standing], *, arrives: bool = True) -> list[str]:
    """Do what the watch does with a decision; give what was told."""
    now = NOON + now_tick * TICK
    known |= {row.key: row for row in decision.rows}
    news = decision.news
    if arrives:
        for one in (*news.began, *news.lasting):
            known[one.key] = replace(known[one.key], told_at=now)
        for one in news.ended:
            known[one.key] = replace(known[one.key], ended_at=now)
    for key in [key for key, row in known.items() if row.ended_at is not None]:
        del known[key]
    parts = (("began", news.began), ("lasts", news.lasting), ("ended", news.ended))
    return [f"{part} {one.key}" for part, listed in parts for one in listed if arrives]


def play(looks: list[bool], *, arrives: list[bool] | None = None) -> list[str]:
    """Look once a tick, where the trouble is there or not; give all that was told."""
    known: dict[str, Standing] = {}
    said: list[str] = []
    for number, there in enumerate(looks):
        now = NOON + number * TICK
        decision = decide(list(known.values()), [AWAY] if there else [], now, **LIMITS)
        said += told(decision, number, known, arrives=arrives[number] if arrives else True)
    return said


def test_a_trouble_is_told_once_when_it_begins_and_once_when_it_ends() -> None:
    """However often it is seen in between."""
    assert play([True] * 5 + [False] * 6) == ["began queue-away", "ended queue-away"]


def test_a_pause_shorter_than_the_quiet_is_no_end() -> None:
    """What comes and goes within half a minute is one trouble."""
    assert play([True, False, False, True, True]) == ["began queue-away"]


def test_what_lasts_is_told_again_after_a_day() -> None:
    """A reminder a day, not more."""
    day = int(timedelta(hours=24) / TICK)
    assert play([True] * (2 * day + 5)) == ["began queue-away", "lasts queue-away", "lasts queue-away"]


def test_what_could_not_be_told_is_told_when_that_is_possible() -> None:
    """And marked as a possible repeat, for the attempt may have arrived."""
    assert play([True] * 4, arrives=[False, False, True, True]) == ["began queue-away"]
    known: dict[str, Standing] = {}
    first = decide([], [AWAY], NOON, **LIMITS)
    told(first, 0, known, arrives=False)
    again = decide(list(known.values()), [AWAY], NOON + TICK, **LIMITS)
    assert (first.news.repeats, again.news.repeats) == (False, True)
    assert first.news.id == again.news.id


def test_what_nobody_was_told_of_ends_unsaid() -> None:
    """An end without a beginning would puzzle."""
    assert play([True] + [False] * 6, arrives=[False] * 7) == []


@given(st.lists(st.booleans(), max_size=60))
def test_told_are_beginnings_and_ends_by_turns(looks: list[bool]) -> None:
    """Whatever is seen when, no two beginnings and no two ends follow each other."""
    said = [line.partition(" ")[0] for line in play(looks)]
    assert all(word == ("began", "ended")[number % 2] for number, word in enumerate(said))


def test_some_troubles_count_only_once_they_have_lasted() -> None:
    """One look without it, and the time counts anew."""
    slow = Trouble("dispatch-stuck", "It is stuck.", "Look.", after=timedelta(seconds=30))
    persistence = Persistence()
    assert [bool(persistence.lasting([slow], now)) for now in (0, 20, 30)] == [False, False, True]
    assert persistence.lasting([], 31) == []
    assert persistence.lasting([slow], 40) == []
