"""Slack with a bot token: threads, channels by name, and what every answer asks for."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from pydantic import ValidationError
from rich.console import Console

from monitor.errors import Deferred, OutcomeUnknown, Rejected
from monitor.model import AlertReason, Notification
from monitor.notify.channel import Channel, Wires
from monitor.notify.channels.slack import Config
from monitor.values import Secret
from tests.contracts.slack_api import BACK_ROOM, DESK, TOKEN, SlackWorkspace, slack_workspace
from tests.contracts.slack_api import Channel as Room
from tests.notify import samples
from tests.notify.samples import FIRST_TITLE, NOW, notification


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def slack() -> AsyncIterator[SlackWorkspace]:
    async with slack_workspace() as workspace:
        yield workspace


def opened(
    slack: SlackWorkspace, session: aiohttp.ClientSession, channel: str = "#iran-desk", **more: Any
) -> Channel:
    settings = {"token": Secret(TOKEN), "channel": channel, "api": slack.url, **more}
    return Config.model_validate(settings).open(Wires(session, lambda: NOW, Console()))


@pytest.fixture
def channel(slack: SlackWorkspace, session: aiohttp.ClientSession) -> Channel:
    return opened(slack, session)


def told(channel: Channel, **changes: Any) -> Notification:
    return notification(destination=channel.destinations()[0].id, **changes)


def follow_up(channel: Channel, thread: str, **changes: Any) -> Notification:
    return told(channel, revision=2, reason=AlertReason.NEW_RULE, thread=thread, **changes)


def short(channel: Channel, thread: str, reason: AlertReason = AlertReason.FIRST_TIER) -> Notification:
    return samples.follow_up(reason, destination=channel.destinations()[0].id, thread=thread)


async def test_a_post_names_its_message(channel: Channel, slack: SlackWorkspace) -> None:
    """The receipt says how Slack calls the message; the post carries blocks, a text, and no thread."""
    receipt = await channel.send(told(channel))
    assert (receipt.detail, receipt.sent_at) == ("200 ok", NOW)
    assert receipt.reference == f"{DESK}/1700000001.000100"
    [post] = slack.posts
    assert post["channel"] == DESK
    assert post["blocks"]
    assert "thread_ts" not in post
    assert post["unfurl_links"] is False


async def test_follow_ups_go_into_the_thread(channel: Channel, slack: SlackWorkspace) -> None:
    """A follow-up is a reply to the first message; only where the severity rose, the channel sees it too."""
    first = await channel.send(told(channel))
    await channel.send(follow_up(channel, first.reference))
    await channel.send(follow_up(channel, first.reference, risen=True))
    _, second, third = slack.posts
    assert (second["thread_ts"], second["reply_broadcast"]) == ("1700000001.000100", False)
    assert (third["thread_ts"], third["reply_broadcast"]) == ("1700000001.000100", True)


async def test_what_is_taken_back_is_taken_back_from_all(channel: Channel, slack: SlackWorkspace) -> None:
    """Slack tells only followers of a thread of replies: a correction stands in the channel too."""
    first = await channel.send(told(channel))
    for reason in (AlertReason.MORE_SOURCES, AlertReason.CORRECTION, AlertReason.RETRACTION):
        await channel.send(short(channel, first.reference, reason))
    _, *later = slack.posts
    assert {post["thread_ts"] for post in later} == {"1700000001.000100"}
    assert [post["reply_broadcast"] for post in later] == [False, True, True]


async def test_a_thread_hides_no_other_story(channel: Channel, slack: SlackWorkspace) -> None:
    """A follow-up that takes others along is posted to the channel."""
    first = await channel.send(told(channel))
    await channel.send(follow_up(channel, first.reference, others=(told(channel),)))
    assert "thread_ts" not in slack.posts[-1]


async def test_outside_of_its_thread_the_story_is_named(channel: Channel, slack: SlackWorkspace) -> None:
    """In the thread it need not; where Slack finds the first message no more, it does."""
    first = await channel.send(told(channel))
    await channel.send(short(channel, first.reference))
    assert FIRST_TITLE not in str(slack.posts[-1])
    await channel.send(short(channel, f"{DESK}/1600000000.000100"))
    assert FIRST_TITLE in str(slack.posts[-1])


@pytest.mark.parametrize(
    "thread", [f"{DESK}/1600000000.000100", "C0000ELSE/1700000001.000100", "nonsense", "/", f"{DESK}/"]
)
async def test_a_follow_up_without_its_first_message(
    channel: Channel, slack: SlackWorkspace, thread: str
) -> None:
    """Where the first message was deleted or is in another channel, the follow-up stands for itself."""
    receipt = await channel.send(follow_up(channel, thread, risen=True))
    assert receipt.reference
    assert "thread_ts" not in slack.posts[-1]
    assert "reply_broadcast" not in slack.posts[-1]
    assert len(slack.posts) == (2 if thread == f"{DESK}/1600000000.000100" else 1)


@pytest.mark.parametrize("error", ["invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"])
async def test_a_refused_layout_is_sent_as_plain_text(
    channel: Channel, slack: SlackWorkspace, error: str
) -> None:
    """Where the blocks are refused, the alert goes out once more without them, still in its thread."""
    first = await channel.send(told(channel))
    slack.refuse(error)
    await channel.send(follow_up(channel, first.reference))
    _, second, third = slack.posts
    assert "blocks" in second
    assert "blocks" not in third
    assert third["thread_ts"] == second["thread_ts"]
    assert "Read at news.example.org" in third["text"]


async def test_everything_refused_at_once_ends(channel: Channel, slack: SlackWorkspace) -> None:
    """Each refusal is mended once; a server that goes on refusing gets no endless talk."""
    thread = (await channel.send(told(channel))).reference
    for error in ("invalid_blocks", "thread_not_found", "channel_not_found"):
        slack.refuse(error)
    slack.faults.insert(3, (200, {"ok": True, "channels": [{"id": "C0000TWIN", "name": "iran-desk"}]}, {}))
    for _ in range(3):
        slack.refuse("channel_not_found")
    with pytest.raises(Rejected, match="there is no channel #iran-desk"):
        await channel.send(follow_up(channel, thread))
    assert slack.calls.count("chat.postMessage") == 5


async def test_a_channel_is_looked_up_once(channel: Channel, slack: SlackWorkspace) -> None:
    """Its name is found on a later page, and many posts at once ask a single time."""
    receipts = await asyncio.gather(*(channel.send(told(channel)) for _ in range(10)))
    assert {receipt.reference.partition("/")[0] for receipt in receipts} == {DESK}
    assert slack.calls.count("conversations.list") == 2
    assert len(slack.posts) == 10


async def test_an_id_needs_no_look_up(slack: SlackWorkspace, session: aiohttp.ClientSession) -> None:
    """With an id, the scope to write is enough."""
    slack.scopes = {"chat:write"}
    channel = opened(slack, session, DESK)
    assert (await channel.send(told(channel))).reference.startswith(DESK)
    assert slack.calls == ["chat.postMessage"]


async def test_a_channel_that_moved_is_found_again(channel: Channel, slack: SlackWorkspace) -> None:
    """When the channel is gone, its name is looked up once more and the alert goes to the new one."""
    first = await channel.send(told(channel))
    slack.channels["C0000NEWD"] = slack.channels.pop(DESK)
    receipt = await channel.send(follow_up(channel, first.reference))
    assert receipt.reference.startswith("C0000NEWD/")
    assert "thread_ts" not in slack.posts[-1]


async def test_private_channels(slack: SlackWorkspace, session: aiohttp.ClientSession) -> None:
    """A private channel is found with its scope; without it, the refusal says which is missing."""
    channel = opened(slack, session, "back-room")
    assert (await channel.send(told(channel))).reference.startswith(BACK_ROOM)
    slack.scopes = {"chat:write", "channels:read"}
    again = opened(slack, session, "back-room")
    with pytest.raises(Rejected, match="needs the scope groups:read"):
        await again.send(told(again))
    public = opened(slack, session)
    assert (await public.send(told(public))).reference.startswith(DESK)


async def test_scopes_that_are_missing_are_named(channel: Channel, slack: SlackWorkspace) -> None:
    """Whoever forgot a scope reads which one, and where it is added."""
    slack.scopes = {"chat:write"}
    with pytest.raises(Rejected, match="needs the scope channels:read; add it in the app's settings"):
        await channel.send(told(channel))
    slack.scopes = {"channels:read", "groups:read"}
    with pytest.raises(Rejected, match="needs the scope chat:write"):
        await channel.send(told(channel))


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({"private": True, "member": False}, r"invite the app there with: /invite @"),
        ({"member": False}, r"invite it there with: /invite @"),
        ({"name": "renamed"}, r"no channel called #iran-desk"),
        ({"archived": True}, r"no channel called #iran-desk that is not archived"),
    ],
)
async def test_channels_that_cannot_be_written_to(
    channel: Channel, slack: SlackWorkspace, changes: dict[str, Any], advice: str
) -> None:
    """Each way in which a channel is out of reach says what to do."""
    slack.channels[DESK] = Room(**{"name": "iran-desk", **changes})
    with pytest.raises(Rejected, match=advice):
        await channel.send(told(channel))


LATER = [
    "ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout",
    "team_added_to_org", "org_login_required", "accesslimited", "message_limit_exceeded",
]  # fmt: skip


@pytest.mark.parametrize("error", LATER)
async def test_what_passes_is_deferred(
    slack: SlackWorkspace, session: aiohttp.ClientSession, error: str
) -> None:
    """Errors that pass by themselves defer the message, for as long as Slack asks."""
    channel = opened(slack, session, DESK)
    slack.faults.append((200, {"ok": False, "error": error}, {"Retry-After": "30"}))
    with pytest.raises(Deferred) as caught:
        await channel.send(told(channel))
    assert type(caught.value) is Deferred
    assert caught.value.retry_after == 30.0
    assert len(slack.posts) == 1


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 599])
@pytest.mark.parametrize("body", [{"ok": False, "error": "invalid_auth"}, "<html>bad gateway</html>", ""])
async def test_statuses_that_pass(
    slack: SlackWorkspace, session: aiohttp.ClientSession, status: int, body: dict[str, Any] | str
) -> None:
    """The status alone says that the message may go through later, whatever the body holds."""
    channel = opened(slack, session, DESK)
    slack.faults.append((status, body, {"Retry-After": "7"}))
    with pytest.raises(Deferred) as caught:
        await channel.send(told(channel))
    assert (type(caught.value), caught.value.retry_after) == (Deferred, 7.0)


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        ("invalid_auth", "put the app's Bot User OAuth Token"),
        ("not_authed", "put the app's Bot User OAuth Token"),
        ("token_revoked", "install the app again"),
        ("token_expired", "token rotation"),
        ("account_inactive", "install it again"),
        ("not_allowed_token_type", "another kind of token"),
        ("not_in_channel", "/invite @"),
        ("channel_not_found", "/invite @"),
        ("is_archived", "archived"),
        ("restricted_action", "ask an owner"),
        ("restricted_action_read_only_channel", "name another one"),
        ("missing_scope", "needs the scope chat:write"),
        ("msg_too_long", "report this"),
        ("no_text", "report this"),
        ("ekm_access_denied", "would be refused again"),
        ("something_new", "would be refused again"),
    ],
)
async def test_what_stays_is_rejected(
    slack: SlackWorkspace, session: aiohttp.ClientSession, error: str, advice: str
) -> None:
    """What would be refused again is rejected after one post, with what the operator must do."""
    channel = opened(slack, session, DESK)
    slack.refuse(error)
    with pytest.raises(Rejected, match=advice) as caught:
        await channel.send(told(channel))
    assert error in caught.value.reason
    assert len(slack.posts) == 1


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, "<html>Log in to the network</html>", OutcomeUnknown),
        (200, "", OutcomeUnknown),
        (200, "ok no", OutcomeUnknown),
        (200, "{broken", OutcomeUnknown),
        (200, "[1]", OutcomeUnknown),
        (200, {"ok": False}, OutcomeUnknown),
        (200, "{" * 5000, OutcomeUnknown),
        (301, "", Rejected),
        (404, "<html>", Rejected),
        (403, "", Rejected),
    ],
)
async def test_answers_that_are_not_slacks(
    slack: SlackWorkspace,
    session: aiohttp.ClientSession,
    status: int,
    body: dict[str, Any] | str,
    expected: type[Exception],
) -> None:
    """A success that does not speak as Slack does may have taken the message; other answers have not."""
    channel = opened(slack, session, DESK)
    slack.faults.append((status, body, {}))
    with pytest.raises(expected) as caught:
        await channel.send(told(channel))
    assert type(caught.value) is expected


@pytest.mark.parametrize(
    "fault",
    [(200, "<html>", {}), (429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "9"}), (503, "", {})],
)
async def test_a_look_up_that_fails_has_posted_nothing(
    channel: Channel, slack: SlackWorkspace, fault
) -> None:
    """Whatever goes wrong before the post, the outcome is not unknown: the next try is no repeat."""
    slack.faults.append(fault)
    with pytest.raises(Deferred) as caught:
        await channel.send(told(channel))
    assert type(caught.value) is Deferred
    assert slack.posts == []
    assert (await channel.send(told(channel))).reference


async def test_a_server_that_never_answers(slack: SlackWorkspace, session: aiohttp.ClientSession) -> None:
    """A post without an answer may have arrived; a look-up without one has done nothing."""
    slack.silent = True
    by_id, by_name = opened(slack, session, DESK, timeout="1s"), opened(slack, session, timeout="1s")
    with pytest.raises(OutcomeUnknown):
        await by_id.send(told(by_id))
    with pytest.raises(Deferred) as caught:
        await by_name.send(told(by_name))
    assert type(caught.value) is Deferred


async def test_the_token_appears_nowhere(
    slack: SlackWorkspace, session: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    """A server that says the token back cannot get it into an error, a receipt or a log."""
    caplog.set_level(logging.DEBUG)
    channel = opened(slack, session, DESK)
    shown = repr(channel) + repr(channel.destinations()) + repr(await channel.send(told(channel)))
    bodies: list[dict[str, Any] | str] = [
        TOKEN,
        {"ok": False, "error": TOKEN},
        {"ok": False, "error": "missing_scope", "needed": TOKEN},
        {"ok": False, "error": f"x {TOKEN}"},
    ]
    for body in bodies:
        for status in (200, 400, 503):
            slack.faults.append((status, body, {}))
            with pytest.raises((Deferred, Rejected)) as caught:
                await channel.send(told(channel))
            shown += "".join(traceback.format_exception(caught.value)) + repr(caught.value.__context__)
    assert "canary" not in shown + caplog.text


async def test_destinations_outlive_a_new_token(
    slack: SlackWorkspace, session: aiohttp.ClientSession
) -> None:
    """A renewed token keeps the destination; another workspace, or another channel, has another one."""

    def destination(token: str, channel: str) -> str:
        return opened(slack, session, channel, token=Secret(token)).destinations()[0].id

    before = destination("xoxb-1-2-aaaa", "#desk")
    assert before == destination("xoxb-1-2-bbbb", "desk") == destination("xoxb-1-9-cccc", "#Desk")
    assert before != destination("xoxb-7-2-aaaa", "#desk")
    assert before != destination("xoxb-1-2-aaaa", "#other")
    assert opened(slack, session).destinations()[0].shown == "Slack #iran-desk"
    assert opened(slack, session, DESK).destinations()[0].shown == f"Slack channel {DESK}"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "'webhook' is missing; write either webhook, or token and channel"),
        ({"token": Secret(TOKEN)}, "'channel' is missing"),
        ({"channel": "#desk"}, "'token' is missing"),
        ({"webhook": Secret("https://h.example/x"), "channel": "#desk"}, "two ways to the same"),
        ({"token": Secret(TOKEN), "channel": None}, "in quotes"),
        ({"token": Secret(TOKEN), "channel": "#two words"}, "in quotes"),
        ({"token": Secret(TOKEN), "channel": "#"}, "in quotes"),
        ({"token": Secret("xapp-1-A"), "channel": "#desk"}, "begins with xoxb-"),
        ({"token": Secret("xoxb-1\r\nX: y"), "channel": "#desk"}, "begins with xoxb-"),
        ({"token": Secret(TOKEN), "channel": "#desk", "api": "http://slack.example/api/"}, "https address"),
        ({"token": Secret(TOKEN), "channel": "#desk", "api": "slack.com"}, "https address"),
    ],
)
def test_settings_that_cannot_work(settings: dict[str, Any], said: str) -> None:
    """Exactly one of the two forms, a channel, a bot token, and no token in the clear."""
    with pytest.raises(ValidationError) as caught:
        Config.model_validate(settings)
    assert said in str(caught.value)
    assert "canary" not in str(caught.value)
