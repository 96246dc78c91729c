"""Slack's own library judges the layout of messages, which are written without it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from slack_sdk.models.blocks import Block

from monitor.model import Notification
from monitor.notify.alert_text import alert_text
from monitor.notify.slack_message import slack_message
from tests.notify import samples

ALONE = samples.notification()
LONG = "A long account of the talks, of who came and of who did not. " * 200


@pytest.mark.parametrize(
    "notification",
    [
        pytest.param(ALONE, id="one alert"),
        pytest.param(replace(ALONE, possible_repeat=True), id="a possible repeat"),
        pytest.param(replace(ALONE, article=samples.article(url="")), id="without a link"),
        pytest.param(replace(ALONE, article=samples.article(title=samples.PERSIAN)), id="right to left"),
        pytest.param(replace(ALONE, article=samples.article(title=LONG, summary=LONG)), id="long"),
        pytest.param(replace(ALONE, others=(ALONE,) * 24), id="with others along"),
    ],
)
def test_slacks_own_library_reads_and_writes_the_same(notification: Notification) -> None:
    """It finds nothing to object to, loses nothing and adds nothing but the ids that it leaves open."""
    blocks = slack_message(alert_text(notification))["blocks"]
    read = Block.parse_all(blocks)
    assert len(read) == len(blocks)
    assert [block.to_dict() for block in read] == blocks  # to_dict raises where a limit is broken
