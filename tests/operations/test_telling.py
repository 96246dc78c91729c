"""Telling the operators: how soon, how often, and what of it people read."""

from __future__ import annotations

from datetime import timedelta

from monitor.app.daemon import REPORT_EVERY
from monitor.errors import Deferred, Rejected
from monitor.model import Notification, Receipt
from monitor.notify.channel import Destination
from monitor.operations.config import OperationsConfig
from monitor.operations.news import News
from monitor.operations.telling import Manners, Operators, Way, announcement, make_good, tell
from monitor.operations.watch import STEP_EVERY
from monitor.stores.troubles import Standing
from tests.conftest import NOON


class Channel:
    """A channel that answers by plan, and counts how often it was asked."""

    def __init__(self, *answers: Exception | None) -> None:
        self.answers = list(answers)
        self.sent: list[Notification] = []

    def destinations(self) -> tuple[Destination, ...]:
        return (Destination("plan:1", "a plan"),)

    async def send(self, notification: Notification) -> Receipt:
        self.sent.append(notification)
        if self.answers and (answer := self.answers.pop(0)) is not None:
            raise answer
        return Receipt("taken", NOON)

    async def handshake(self) -> str:
        return "here"

    async def close(self) -> None:
        pass


def standing(number: int) -> Standing:
    return Standing(f"trouble:{number}", f"Trouble {number}", f"Mend {number}.", NOON, NOON)


async def told(channel: Channel, manners: Manners, *troubles: Standing) -> bool:
    operators = Operators("operators", (Way("plan:1", channel),))
    return await tell(operators, News(began=troubles), lambda: NOON, manners)


def test_work_that_waits_is_announced_within_two_minutes() -> None:
    """The longest wait, the time it must last, a report, a look, with nobody's help: by the defaults."""
    limits = OperationsConfig()
    slowest = limits.stuck + limits.stuck / 2 + REPORT_EVERY + STEP_EVERY
    assert slowest <= timedelta(minutes=2)


async def test_what_a_channel_defers_is_tried_again_and_then_left_alone_for_a_while() -> None:
    """Three tries with pauses; a refused login or message is not repeated at every look."""
    channel, manners = Channel(Deferred("busy"), None), Manners()
    assert await told(channel, manners, standing(1))
    assert [one.key for one in channel.sent] == [channel.sent[0].key] * 2, "each try bears the same key"
    for refusal in (Deferred("login refused", 900.0), Rejected("no such channel")):
        channel, manners = Channel(refusal), Manners()
        assert not await told(channel, manners, standing(1))
        assert not await told(channel, manners, standing(1))
        assert len(channel.sent) == 1


async def test_a_channel_that_breaks_down_silences_no_other() -> None:
    """One is enough to have been told."""
    broken, sound = Channel(RuntimeError("oh")), Channel()
    operators = Operators("operators", (Way("plan:1", broken), Way("plan:2", sound)))
    assert await tell(operators, News(began=(standing(1),)), lambda: NOON, Manners())
    assert len(sound.sent) == 1


async def test_who_was_away_is_told_later_what_it_missed_and_nothing_that_is_over() -> None:
    """That a terminal has it is no comfort to whoever reads mail."""
    away, sound, manners = Channel(*[Deferred("busy")] * 3), Channel(), Manners()
    operators = Operators("operators", (Way("plan:1", away), Way("plan:2", sound)))
    assert await tell(operators, News(began=(standing(1), standing(2))), lambda: NOON, manners)
    assert await tell(operators, News(began=(standing(3),)), lambda: NOON, manners)
    assert await tell(operators, News(ended=(standing(1),)), lambda: NOON, manners)
    assert (len(away.sent), len(sound.sent)) == (3, 3)
    await make_good(operators, lambda: NOON, manners)
    assert len(away.sent) == 3, "it is left alone for a while"
    manners._until.clear()
    await make_good(operators, lambda: NOON, manners)
    await make_good(operators, lambda: NOON, manners)
    assert (len(away.sent), len(sound.sent)) == (4, 3)
    assert away.sent[-1].article.title == "Troubles of Watchword: 2 began"
    assert {match.title for match in away.sent[-1].matches} == {"Trouble 2", "Trouble 3"}


async def test_what_nobody_took_is_not_told_once_it_is_over() -> None:
    """It is asked again as long as it lasts; afterwards nobody is to hear of its beginning."""
    away, manners = Channel(Deferred("busy", 60.0)), Manners()
    assert not await told(away, manners, standing(1))
    manners._until.clear()  # the while is over
    await make_good(Operators("operators", (Way("plan:1", away),)), lambda: NOON, manners)
    assert await told(away, manners, standing(2))
    assert [sent.article.title for sent in away.sent] == ["Trouble 1", "Trouble 2"]


def test_many_troubles_are_one_message_that_lists_them() -> None:
    """A flood of messages would hide what matters; what does not fit is counted."""
    operators = Operators("operators", ())
    news = News(began=tuple(standing(number) for number in range(12)), ended=(standing(99),))
    told = announcement(operators, "plan:1", news, NOON)
    assert told.article.title == "Troubles of Watchword: 12 began, 1 is over"
    titles = [match.title for match in told.matches]
    assert titles == [*(f"Trouble {number}" for number in range(7)), "and 6 more"]
    assert told.severity == "high"
