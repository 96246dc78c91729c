"""Slack's own library judges the layout of messages, which are written without it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from slack_sdk.models.blocks import Block

from monitor.model import Notification
from monitor.notify.alert_text import alert_text
from monitor.notify.slack_message import plain_slack_message, slack_message
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
        pytest.param(replace(ALONE, told_by=samples.TOLD_BY), id="several have it"),
        pytest.param(samples.follow_up(), id="a follow-up"),
        pytest.param(samples.follow_up(article=samples.article(title=LONG, url="")), id="a long follow-up"),
        pytest.param(samples.correction(possible_repeat=True), id="a correction"),
        pytest.param(samples.correction(others=(ALONE, samples.follow_up())), id="a correction with others"),
    ],
)
def test_slacks_own_library_reads_and_writes_the_same(notification: Notification) -> None:
    """It finds nothing to object to, loses nothing and adds nothing but the ids that it leaves open."""
    blocks = slack_message(alert_text(notification))["blocks"]
    read = Block.parse_all(blocks)
    assert len(read) == len(blocks)
    assert [block.to_dict() for block in read] == blocks  # to_dict raises where a limit is broken


def read(notification: Notification, *, in_thread: bool = False) -> list[str]:
    """Read the blocks as people do, a line for each section."""
    lines = []
    for block in slack_message(alert_text(notification), in_thread=in_thread)["blocks"]:
        for element in block["elements"]:
            parts = element.get("elements", [element])
            lines.append("".join(part["text"] for part in parts))
    return lines


def test_a_follow_up_is_short() -> None:
    """What changed, the newest article with source and link, the reference; outside a thread its story."""
    change = (
        "🔴 high · 5 independent sources in 3 languages have it now, first from Iran Press; "
        "newest: Example Times."
    )
    newest = f"{samples.TITLE} · Example Times · Read at times.example"
    reference = "Watchword alert a1, revision 4, for iran-desk"
    assert read(samples.follow_up(), in_thread=True) == [change, newest, reference]
    assert read(samples.follow_up()) == [change, f"Follow-up to: {samples.FIRST_TITLE}", newest, reference]


def test_a_correction_is_unmistakable() -> None:
    """It begins with a sign and the word; what was told stands before what it reads now."""
    assert read(samples.correction(), in_thread=True) == [
        "⚠️ CORRECTION: the article that you were told of has been corrected.",
        f"Told before: {samples.TITLE}",
        f"Reads now: CORRECTION: {samples.TITLE} · Caspian Wire · Read at news.example.org",
        "Watchword alert a1, revision 4, for iran-desk",
    ]


def test_without_blocks_the_same_is_said() -> None:
    """A server that refuses blocks gets the same lines as text, with what follow-ups along are."""
    text = plain_slack_message(alert_text(samples.correction(others=(samples.follow_up(),))))["text"]
    for words in (
        "CORRECTION: the article that you were told of",
        f"Follow-up to: {samples.FIRST_TITLE}",
        f"Told before: {samples.TITLE}",
        f"Reads now: CORRECTION: {samples.TITLE}",
        "|Read at news.example.org>",
        f"[high] more sources: {samples.TITLE}",
    ):
        assert words in text
