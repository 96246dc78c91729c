"""Hostile strings × fields × ways out: nothing that somebody wrote is more than text where it arrives.

Each way takes every other string, in a field drawn by a seed, so that each string goes three ways, and every
field all of them. WATCHWORD_TEST_EVERYTHING=1 takes every string in every field.
"""

from __future__ import annotations

import io
import json
import os
import random
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from rich.console import Console

from monitor.model import ActorHit, AlertReason, Notification, OfficeHit, Opening, Quote, Span
from monitor.notify.channel import Channel, Wires
from monitor.notify.channels import email as email_channel
from monitor.notify.channels.terminal import TerminalChannel
from tests.contracts import judges
from tests.contracts.answers_http import POSTED
from tests.contracts.injections import INJECTIONS
from tests.contracts.raw_http import RawServer, http, raw_server
from tests.contracts.smtp_script import smtp_script
from tests.contracts.test_answer_tables import opened
from tests.notify.samples import (
    NOW,
    SENTENCE,
    TITLE,
    TOLD_BY,
    article,
    correction,
    evidence,
    first_article,
    follow_up,
    match,
    notification,
)

SEED = 20260304
EVERYTHING = bool(os.environ.get("WATCHWORD_TEST_EVERYTHING"))
Put = Callable[[Notification, str], Notification]


def _article(**changes: Any) -> Put:
    name, make = next(iter(changes.items()))
    return lambda made, text: replace(made, article=replace(made.article, **{name: make(text)}))


def _evidence(**changes: Any) -> Put:
    name, make = next(iter(changes.items()))

    def put(made: Notification, text: str) -> Notification:
        return replace(made, matches=(match(evidence=replace(evidence(), **{name: make(text)})),))

    return put


def _match(name: str, make: Callable[[str], Any] = str) -> Put:
    return lambda made, text: replace(made, matches=(match(**{name: make(text)}),))


def _office(name: str) -> Callable[[str], tuple[OfficeHit, ...]]:
    blank = {"office": {"office_name": ""}, "person": {"person_name": None}}.get(name, {})
    return lambda text: (replace(evidence().offices[0], **{name: text, **blank}),)  # type: ignore[arg-type]


def _joined(made: Notification, text: str) -> Notification:
    titled = (match(title=text), match(title="another", rule="another"))
    return replace(made, matches=titled, revision=2, reason=AlertReason.NEW_RULE, possible_repeat=True)


def _rule_id(made: Notification, text: str) -> Notification:
    return replace(made, matches=(match(rule=text, title=""),))


def _headline(made: Notification, text: str) -> Notification:
    marked = (Quote("title", text, ((0, len(text)),)), Quote("body", f"{text} {SENTENCE}", ((0, len(text)),)))
    return replace(
        made,
        article=replace(made.article, title=text, body=f"{text} {SENTENCE}"),
        matches=(
            match(evidence=replace(evidence(), quotes=marked, spans=(Span("title", 0, 3, text, text),))),
        ),
    )


def _told_by(name: str) -> Put:
    """Have it said of who has the story: the first name, and one among others."""
    return lambda made, text: replace(made, told_by=replace(TOLD_BY, **{name: (text, "another", text)}))  # type: ignore[arg-type]


def _short(put: Put, reason: AlertReason = AlertReason.MORE_SOURCES) -> Put:
    """Have it in a follow-up that brings no new rule."""

    def short(made: Notification, text: str) -> Notification:
        return put(replace(follow_up(reason), destination=made.destination), text)

    return short


def _opening(made: Notification, text: str) -> Notification:
    began = first_article(title=text, summary=text)
    return replace(follow_up(), destination=made.destination, opening=Opening(began, "low"))


def _told_before(made: Notification, text: str) -> Notification:
    return replace(correction(), destination=made.destination, corrects=article(id="9", title=text))


def _told_before_with_a_rule(made: Notification, text: str) -> Notification:
    return replace(_told_before(made, text), brings_rules=True)


def _text_now(made: Notification, text: str) -> Notification:
    told = article(id="9", summary="As told.")
    now = replace(told, summary=text, body=text)
    return replace(correction(), destination=made.destination, article=now, corrects=told)


def _along(put: Put) -> Put:
    """Have it in an alert that goes along in the message of a harmless one."""
    return lambda made, text: replace(made, others=(put(made, text), made))


FIELDS: dict[str, Put] = {
    "title": _article(title=str),
    "title among words": _article(title=lambda text: f"{TITLE} {text} and more"),
    "summary for a title": lambda made, text: replace(
        made, article=replace(made.article, title="", summary=text, body="")
    ),
    "body for a title": lambda made, text: replace(made, article=replace(made.article, title="", body=text)),
    "author": _article(author=str),
    "url": _article(url=str),
    "url's end": _article(url=lambda text: f"https://news.example.org/{text}"),
    "url's host": _article(url=lambda text: f"https://{text}/x"),
    "tags": _article(tags=lambda text: (text, text)),
    "feed": _article(feed=str),
    "source": _article(source=str),
    "lang": _article(lang=str),
    "country": _article(country=str),
    "feed title": lambda made, text: replace(made, feed_title=text),
    "quote": _evidence(quotes=lambda text: (Quote("body", text, ()),)),
    "quote, marked": _evidence(quotes=lambda text: (Quote("body", f"a {text} b", ((2, 2 + len(text)),)),)),
    "headline, marked": _headline,
    "term": _evidence(spans=lambda text: (Span("title", 0, 5, text, text),)),
    "actor": _evidence(actors=lambda text: (ActorHit("a", text, "x"),)),
    "actor as written": _evidence(actors=lambda text: (ActorHit("a", "Actor", text),)),
    "actor's id": _evidence(actors=lambda text: (ActorHit(text, "", ""),)),
    "office": _evidence(offices=_office("office_name")),
    "office's id": _evidence(offices=_office("office")),
    "holder": _evidence(offices=_office("person_name")),
    "holder's id": _evidence(offices=_office("person")),
    "since": _evidence(offices=_office("since")),
    "until": _evidence(offices=_office("until")),
    "rule": _match("title"),
    "rule that joined": _joined,
    "rule's id": _rule_id,
    "why": _match("why"),
    "owner": _match("owner"),
    "labels": _match("labels", lambda text: {text: text}),
    "receiver": lambda made, text: replace(made, receiver=text),
    "alert": lambda made, text: replace(made, alert=text),
}  # fmt: skip
FIELDS |= {
    f"{name}, along": _along(FIELDS[name])
    for name in ("title", "title among words", "headline, marked", "url", "url's host", "source", "lang",
                 "feed title", "rule", "rule's id", "receiver", "alert")
}  # fmt: skip
FIELDS |= {f"told by, {name}": _told_by(name) for name in ("voices", "sources", "languages", "countries")}
FIELDS |= {
    f"{name}, {reason.value}": _short(FIELDS[name], reason)
    for reason in (AlertReason.MORE_SOURCES, AlertReason.FIRST_TIER, AlertReason.SEVERITY,
                   AlertReason.RETRACTION)
    for name in ("title", "summary for a title", "url", "url's host", "source", "told by, sources", "rule")
}  # fmt: skip
FIELDS |= {
    f"{name}, in a follow-up": _short(FIELDS[name])
    for name in ("feed", "feed title", "lang", "country", "receiver", "alert", "told by, voices",
                 "told by, languages", "told by, countries")
}  # fmt: skip
FIELDS |= {
    "first headline": _opening,
    "first headline, along": _along(_opening),
    "first headline, with others": lambda made, text: replace(_opening(made, text), others=(made, made)),
    "headline as told": _told_before,
    "headline as told, with a rule": _told_before_with_a_rule,
    "text now": _text_now,
    "thread": lambda made, text: replace(follow_up(), destination=made.destination, thread=text),
}
OWN_WORDS = frozenset(name for name in FIELDS if re.match("rule|why|owner", name))  # of the operator's files

Sent = Callable[[Notification], Awaitable[Any]]
Judge = Callable[..., Iterator[str]]


def _addressed(channel: Channel, made: Notification) -> Notification:
    return replace(made, destination=channel.destinations()[0].id)


@asynccontextmanager
async def _slack(form: str, *, plain: bool = False) -> AsyncIterator[tuple[Sent, Judge]]:
    well = http(200, "ok" if form == "webhook" else POSTED)
    async with raw_server(afterwards=(well,)) as server, aiohttp.ClientSession() as session:
        channel = opened(form, f"http://127.0.0.1:{server.port}", Wires(session, lambda: NOW, Console()), 20)

        async def send(made: Notification) -> Any:
            server.requests.clear()
            server.answers = [(http(400, "invalid_blocks"),)] if plain else []
            await channel.send(_addressed(channel, made))
            return _payload(server)

        yield send, judges.slack


def _payload(server: RawServer) -> Any:
    return json.loads(server.requests[-1].partition(b"\r\n\r\n")[2])


@asynccontextmanager
async def _mail() -> AsyncIterator[tuple[Sent, Judge]]:
    async with smtp_script({}) as script, aiohttp.ClientSession() as session:
        settings = {"to": ["ana@example.org"], "from": "watchword@example.org", "host": "127.0.0.1"}
        config = email_channel.Config.model_validate({**settings, "port": script.port})
        channel = config.open(Wires(session, lambda: NOW, Console()))

        told = 1

        async def send(made: Notification) -> Any:
            nonlocal told
            told = 1 + len(made.others)
            script.kept.clear()
            script.lines.clear()
            await channel.send(_addressed(channel, made))
            [(_, raw)] = script.kept
            assert [line.split(" ")[0] for line in script.lines] == ["EHLO", "MAIL", "RCPT", "DATA", "QUIT"]
            return raw

        def judge(raw: bytes, *, own_words: bool) -> Iterator[str]:
            return judges.mail(raw, own_words=own_words, alerts=told)

        yield send, judge


@asynccontextmanager
async def _terminal(*, coloured: bool) -> AsyncIterator[tuple[Sent, Judge]]:
    out = io.StringIO()
    system = "truecolor" if coloured else None
    console = Console(file=out, width=100, force_terminal=coloured, color_system=system)  # type: ignore[arg-type]
    async with aiohttp.ClientSession() as session:
        channel = TerminalChannel(Wires(session, lambda: NOW, console))
        blocks = 1

        async def send(made: Notification) -> Any:
            nonlocal blocks
            blocks = 1 if made.brings_rules or made.others else 0
            out.seek(0)
            out.truncate()
            await channel.send(_addressed(channel, made))
            return out.getvalue()

        harmless = [await send(put(notification(), "harmless")) for put in FIELDS.values()]
        colours = frozenset(found for written in harmless for found in judges._COLOUR.findall(written))

        def judge(written: str, *, own_words: bool) -> Iterator[str]:
            return judges.terminal(written, colours=colours, blocks=blocks)

        yield send, judge


WAYS: dict[str, Callable[[], Any]] = {
    "webhook": lambda: _slack("webhook"),
    "webhook, plain": lambda: _slack("webhook", plain=True),
    "bot": lambda: _slack("bot"),
    "mail": _mail,
    "terminal": lambda: _terminal(coloured=False),
    "terminal, coloured": lambda: _terminal(coloured=True),
}


def combinations(way: str) -> list[tuple[str, str]]:
    """Give what one run tries: all, or every other string once and each field several times."""
    if EVERYTHING:
        return [(field, text) for field in FIELDS for text in INJECTIONS]
    draw, mine = random.Random(f"{SEED} {way}"), INJECTIONS[list(WAYS).index(way) % 2 :: 2]
    fields = [*FIELDS] * (len(mine) // len(FIELDS) + 1)
    draw.shuffle(fields)
    return list(zip(fields, mine, strict=False))


@pytest.mark.parametrize("way", WAYS)
async def test_nothing_comes_alive(way: str) -> None:
    """Whatever stands in whichever field, its reader finds no mention, link, mark-up, header or escape."""
    tried, alive = combinations(way), []
    async with WAYS[way]() as (send, judge):
        harmless = await send(notification())
        assert list(judge(harmless, own_words=True)) == []
        for field, text in tried:
            arrived = await send(FIELDS[field](notification(), text))
            faults = list(judge(arrived, own_words=field in OWN_WORDS))
            if faults:
                alive.append((field, text[:80], faults[:3]))
    print(f"{way}: {len(tried)} combinations, {len(alive)} alive")
    assert not alive, alive[:3]


def test_the_list_is_long_and_the_judges_see() -> None:
    """At least 250 strings; and each judge finds what is alive in a message that has it."""
    assert len(set(INJECTIONS)) >= 250
    print(f"{len(INJECTIONS)} strings x {len(FIELDS)} fields x {len(WAYS)} ways")
    message = {"text": "x", "unfurl_links": False, "unfurl_media": False}
    for live in (
        "<!channel>",
        "<@U1>",
        "<https://evil.example|Read at bank.example>",
        "*b*",
        ":skull:",
        "&gt; x",
    ):
        assert list(judges.slack({**message, "text": live}, own_words=False)), live
    for element in ({"type": "user", "user_id": "U1"}, {"type": "link", "url": "https://a.b", "text": "c"}):
        assert list(judges.slack({**message, "blocks": [element]}, own_words=False))
    assert list(judges.terminal("┃ + a\n┏━\n┃ b\n┗━\n", colours=frozenset(), blocks=0))
    for written in ("┏━\nno bar\n┗━\n", "┏━\n┃ \x1b[2J\n┗━\n", "┏━\n┃ \u202e\n┗━\n", "┏━\n┗━\n┏━\n┗━\n"):
        assert list(judges.terminal(written, colours=frozenset()))
    for page in (
        "<script>1</script>",
        "<a href='https://evil.example'>Read at bank.example</a>",
        "<p onclick=1>",
    ):
        assert list(judges._page(page, [], 1)), page
    assert list(judges.mail(b"From: x\r\nBcc: y\r\n\r\nx", own_words=False))
