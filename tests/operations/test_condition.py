"""What a process notices about itself, where the failure is one of the clock."""

from __future__ import annotations

from datetime import datetime, timedelta

import aiohttp
import pytest
from rich.console import Console

from monitor.app.parts import utc_now
from monitor.model import Trouble
from monitor.notify.channel import Wires
from monitor.notify.channels import slack
from monitor.operations.checks import clock_jumped
from monitor.operations.condition import SelfRegard
from monitor.operations.news import News
from monitor.operations.telling import Manners, Operators, Way, tell
from monitor.stores.archive import Archive
from monitor.stores.queue import Queue
from monitor.stores.troubles import Standing
from monitor.values import Secret
from tests.contracts.servers import slack_shaped

STUCK = timedelta(seconds=60)


class Clock:
    """A wall clock that can be set."""

    def __init__(self) -> None:
        self.set_by = timedelta()

    def __call__(self) -> datetime:
        return utc_now() + self.set_by


def regard(archive: Archive, queue: Queue, clock: Clock) -> SelfRegard:
    return SelfRegard(
        archive, queue, clock, process="p-1", machine="desk", shortage=lambda: "", stalled=lambda: 0.0
    )


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (timedelta(hours=1), "jumped forward by 1:00:00"),
        (timedelta(days=-365), "jumped back by 365 days, 0:00:00"),
        (timedelta(seconds=-30), "jumped back by 0:00:30"),
    ],
)
async def test_a_clock_that_is_set_is_noticed_and_told(
    archive: Archive, queue: Queue, step: timedelta, said: str
) -> None:
    """Against the monotonic clock, forward or back; and the operators read it."""
    clock = Clock()
    looking = regard(archive, queue, clock)
    assert list(clock_jumped(await looking.look(STUCK))) == []
    clock.set_by = step
    [trouble] = clock_jumped(await looking.look(STUCK))
    assert trouble.what == f"The clock of desk {said}"
    [again] = clock_jumped(await looking.look(STUCK))
    assert again == trouble, "it stays the largest of the last minutes"
    read = (await read_at_a_webhook(trouble, clock))["text"]
    assert said in read.replace("\u200b", "")  # what might be read as an emoji is broken up


async def test_a_clock_that_is_corrected_little_by_little_is_no_trouble(
    archive: Archive, queue: Queue
) -> None:
    """What time servers do all day."""
    clock = Clock()
    looking = regard(archive, queue, clock)
    for _ in range(20):
        clock.set_by += timedelta(seconds=2)
        assert list(clock_jumped(await looking.look(STUCK))) == []


async def read_at_a_webhook(trouble: Trouble, clock: Clock) -> dict[str, str]:
    """Tell a trouble through a real channel; give what its peer received."""
    standing = Standing(trouble.key, trouble.what, trouble.what_to_do, clock(), clock())
    async with (
        slack_shaped("/services/T000/B000/secret") as webhook,
        aiohttp.ClientSession() as http,
    ):
        channel = slack.Config(webhook=Secret(webhook.url)).open(Wires(http, clock, Console()))
        [destination] = channel.destinations()
        operators = Operators("operators", (Way(destination.id, channel),))
        assert await tell(operators, News(began=(standing,)), clock, Manners())
        found: dict[str, str] = webhook.payloads[-1]
        return found
