"""What every channel in the folder must keep, whatever it is."""

from __future__ import annotations

import asyncio
import logging
import re
import traceback
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import aiohttp
import pytest
from rich.console import Console

from monitor.errors import Deferred, Rejected
from monitor.model import (
    ActorHit,
    AlertReason,
    Article,
    Corroboration,
    Evidence,
    Match,
    Notification,
    OfficeHit,
    Opening,
    Quote,
)
from monitor.notify.channel import Wires
from monitor.notify.kinds import shipped_kinds
from monitor.operations.news import News
from monitor.operations.telling import Manners, Operators, Way, tell
from monitor.stores.troubles import Standing
from tests.conftest import NOON
from tests.contracts.hostile import HOSTILE, LINKS
from tests.contracts.rigs import KINDS, Kind, Rig, unseen
from tests.notify.samples import (
    AT,
    NOW,
    SENTENCE,
    TITLE,
    TOLD_BY,
    article,
    correction,
    evidence,
    follow_up,
    match,
    notification,
)

ALL = [
    pytest.param(kind, id=f"{name}-{number}")
    for name, kinds in KINDS.items()
    for number, kind in enumerate(kinds)
]


@pytest.fixture
async def wires() -> AsyncIterator[Wires]:
    async with aiohttp.ClientSession() as session:
        yield Wires(session, lambda: NOW, Console())


def addressed(rig: Rig, **changes: object) -> Notification:
    return notification(destination=rig.channel.destinations()[0].id, **changes)


def test_every_shipped_channel_is_tried() -> None:
    """Each file in the folder has a rig, so that this suite runs on it."""
    assert sorted(KINDS) == shipped_kinds()


@pytest.mark.parametrize("kind", ALL)
async def test_it_carries_an_alert(kind: Kind, wires: Wires) -> None:
    """An alert arrives whole: headline, quote, office, rule, owner, source, link and alert id."""
    async with kind.open(wires) as rig:
        receipt = await rig.channel.send(addressed(rig))
        assert receipt.sent_at == NOW
        seen = " ".join("\n".join(kind.texts(rig.received()[-1])).split())
        told = seen.replace("*", "").replace("┃ ", "")
    for words in (
        "Shamkhani and Patrushev speak of common threats",
        "In Moscow the two secretaries",
        "Secretary of Russia's Security Council: Nikolai Patrushev, since 12 May 2008",
        "Iran–Russia security ties",
        "high",
        "Caspian Wire",
        "9 February 2023, 10:40 UTC",
        "news.example.org",
        "a1, revision 1",
        "iran-desk@example.org",
    ):
        assert words.casefold() in told.casefold()


@pytest.mark.parametrize("kind", ALL)
async def test_it_carries_a_follow_up_in_few_words(kind: Kind, wires: Wires) -> None:
    """What changed, the newest article and its link arrive, and nothing again of what was told before."""
    async with kind.open(wires) as rig:
        await rig.channel.send(short(addressed(rig)))
        told = " ".join("\n".join(kind.texts(rig.received()[-1])).replace("┃ ", "").split())
        assert "5 independent sources in 3 languages have it now, first from Iran Press" in told
        for words in (TITLE, "Example Times", "times.example", "a1"):
            assert words in told
        for words in ("In Moscow the two secretaries", "Secretary of", "Such contacts", "Owner"):
            assert words not in told


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("reason", [AlertReason.CORRECTION, AlertReason.RETRACTION])
async def test_it_carries_a_correction(kind: Kind, reason: AlertReason, wires: Wires) -> None:
    """The word arrives, the headline as it was told, and as it reads now."""
    async with kind.open(wires) as rig:
        await rig.channel.send(correction(reason, destination=addressed(rig).destination))
        told = " ".join("\n".join(kind.texts(rig.received()[-1])).replace("┃ ", "").split())
    assert f"{reason.value.upper()}: the article that you were told of" in told
    before, _, now = told.casefold().partition("reads now")
    assert TITLE.casefold() in before
    assert f"correction: {TITLE}".casefold() in now


@pytest.mark.parametrize("kind", ALL)
async def test_it_carries_an_announcement_about_watchword_itself(kind: Kind, wires: Wires) -> None:
    """What is wrong and what to do arrive; nothing is said of a feed, a rule or a link, for there is none."""
    standing = Standing("queue-away", "The queue is away", "Start `the server`.", NOON, NOON)
    async with kind.open(wires) as rig:
        destination = rig.channel.destinations()[0].id
        operators = Operators("operators", (Way(destination, rig.channel),))
        assert await tell(operators, News(began=(standing,)), lambda: NOW, Manners())
        seen = " ".join("\n".join(kind.texts(rig.received()[-1])).split())
    for words in ("The queue is away", "the server", "About Watchword itself", "for operators"):
        assert words in seen
    for words in ("Rule", "feed", "gave", "Why it matched"):
        assert words not in seen


@pytest.mark.parametrize("kind", ALL)
async def test_a_handshake_sends_nothing_and_tells_no_secret(kind: Kind, wires: Wires) -> None:
    """It comes as far as a message would: the other end is there and knows us."""
    async with kind.open(wires) as rig:
        said = await rig.channel.handshake()
        assert rig.received() in ([], [""])
    assert said
    assert not any(secret in said for secret in rig.secrets)


@pytest.mark.parametrize("kind", ALL)
async def test_a_handshake_with_nobody_fails_as_a_message_would(kind: Kind, wires: Wires) -> None:
    """With a reason that people can read, and no secret in it."""
    async with kind.open(wires) as rig:
        pass  # the peer is gone now
    try:
        await rig.channel.handshake()
    except (Deferred, Rejected) as error:
        shown = "".join(traceback.format_exception(error)) + repr(error.__context__)
        assert not any(secret in shown for secret in rig.secrets)
    else:
        assert not rig.secrets


@pytest.mark.parametrize("kind", ALL)
async def test_destinations_are_stable_and_distinct(kind: Kind, wires: Wires) -> None:
    """Destinations have ids of printable ASCII, are distinct and hold no secret."""
    async with kind.open(wires) as rig:
        found = rig.channel.destinations()
        assert found == rig.channel.destinations()
        assert len({destination.id for destination in found}) == len(found) > 0
        for destination in found:
            assert destination.id.isascii()
            assert destination.id.isprintable()
            assert not any(secret in f"{destination}" for secret in rig.secrets)


@pytest.mark.parametrize("kind", ALL)
async def test_a_destination_that_is_gone_is_rejected(kind: Kind, wires: Wires) -> None:
    """A notification for an address that the channel no longer has is rejected, not sent elsewhere."""
    async with kind.open(wires) as rig:
        with pytest.raises(Rejected, match="no longer a destination"):
            await rig.channel.send(notification(destination="nowhere:else"))
        assert rig.received() in ([], [""])


@pytest.mark.parametrize("kind", ALL)
async def test_secrets_stay_inside(kind: Kind, wires: Wires, caplog: pytest.LogCaptureFixture) -> None:
    """Neither logs at debug level nor the channel's own representations show a secret."""
    caplog.set_level(logging.DEBUG)
    async with kind.open(wires) as rig:
        receipt = await rig.channel.send(addressed(rig))
        shown = f"{rig.channel!r} {receipt!r} {rig.channel.destinations()!r}"
        ours = "\n".join(
            record.getMessage() for record in caplog.records if not record.name.startswith("mail.")
        )
        assert not any(secret in shown + ours for secret in rig.secrets)


@pytest.mark.parametrize("kind", ALL)
async def test_secrets_stay_out_of_failures(
    kind: Kind, wires: Wires, caplog: pytest.LogCaptureFixture
) -> None:
    """A failure's whole traceback and the log at debug level show no secret."""
    caplog.set_level(logging.DEBUG)
    async with kind.open(wires) as rig:
        pass  # the peer is gone now
    try:
        await rig.channel.send(addressed(rig))
    except (Deferred, Rejected) as error:
        shown = "".join(traceback.format_exception(error)) + repr(error.__context__) + repr(error.__dict__)
        assert not any(secret in shown + caplog.text for secret in rig.secrets)
    else:
        assert not rig.secrets


@pytest.mark.parametrize("kind", ALL)
async def test_cancellation_passes_through(kind: Kind, wires: Wires) -> None:
    """A send that is cancelled while the peer is silent ends at once, as cancelled."""
    async with kind.open(wires, hangs=True) as rig:
        sending = asyncio.create_task(rig.channel.send(addressed(rig)))
        assert rig.arrived is not None
        await asyncio.wait_for(rig.arrived.wait(), 10)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(sending, 5)


@pytest.mark.parametrize("kind", ALL)
async def test_closing_twice_is_fine(kind: Kind, wires: Wires) -> None:
    """A channel may be closed twice, and without having sent."""
    async with kind.open(wires) as rig:
        await rig.channel.close()
        await rig.channel.close()


def everywhere(text: str, made: Notification) -> Notification:
    """Put a text into every field that a feed can fill, at once."""
    names = ("title", "summary", "body", "author", "feed", "source", "lang", "country")
    hostile: Article = replace(made.article, **dict.fromkeys(names, text), tags=(text,))
    found = Evidence(
        at=AT,
        at_from="published",
        actors=(ActorHit("a", "Actor", text),),
        quotes=(Quote("title", text, ((0, len(text)),)), Quote("body", f"a {text} b", ((2, 2 + len(text)),))),
    )
    return replace(made, article=hostile, feed_title=text, matches=(match(evidence=found),))


@pytest.mark.parametrize("kind", ALL)
async def test_nothing_from_a_feed_comes_alive(kind: Kind, wires: Wires) -> None:
    """With a hostile text in every field at once, no more is live in the message than with a harmless one."""
    async with kind.open(wires) as rig:
        made = addressed(rig)
        await rig.channel.send(everywhere("harmless", made))
        harmless = kind.live(rig.received()[-1])
        for text in HOSTILE:
            before = len(rig.received()[-1])
            await rig.channel.send(everywhere(text, made))
            message = rig.received()[-1]
            message = message[before:] if isinstance(message, str) else message
            judged(kind, message, harmless, text)


FIELDS: dict[str, Callable[[Notification, str], Notification]] = {
    **{
        name: lambda made, text, name=name: replace(made, article=replace(made.article, **{name: text}))  # type: ignore[misc]
        for name in ("title", "summary", "body", "author", "feed", "source", "lang", "country")
    },
    "feed_title": lambda made, text: replace(made, feed_title=text),
    "quote": lambda made, text: quoting(made, f"{SENTENCE} {text}"),
    "marked": lambda made, text: quoting(made, text, ((0, len(text)),)),
    "actor": lambda made, text: with_evidence(made, actors=(ActorHit("a", "Actor", text),)),
    "person": lambda made, text: with_evidence(made, offices=(office(person_name=text),)),
    "office": lambda made, text: with_evidence(made, offices=(office(office_name=text),)),
    "rule": lambda made, text: replace(made, matches=(match(title=text),)),
    "why": lambda made, text: replace(made, matches=(match(why=text),)),
    "owner": lambda made, text: replace(made, matches=(match(owner=text),)),
    "told by": lambda made, text: replace(made, told_by=with_sources(text)),
    "told by, follow-up": lambda made, text: short(made, told_by=with_sources(text)),
    "newest source": lambda made, text: short(made, article=article(source=text)),
    "first headline": lambda made, text: short(made, opening=Opening(article(title=text), "low")),
    "headline as told": lambda made, text: replace(
        correction(destination=made.destination), corrects=article(id="9", title=text)
    ),
}


def short(made: Notification, **changes: object) -> Notification:
    return follow_up(destination=made.destination, **changes)


def with_sources(text: str) -> Corroboration:
    return replace(
        TOLD_BY, voices=(text, "b", "c"), sources=(text, "b", "c"), languages=(text, "en"), countries=(text,)
    )


def office(**changes: str) -> OfficeHit:
    return replace(evidence().offices[0], **changes)  # type: ignore[arg-type]


def with_evidence(made: Notification, **changes: object) -> Notification:
    changed: Match = match(evidence=replace(evidence(), **changes))  # type: ignore[arg-type]
    return replace(made, matches=(changed,))


def quoting(made: Notification, text: str, marks: tuple[tuple[int, int], ...] = ()) -> Notification:
    return with_evidence(made, quotes=(Quote("body", text, marks),))


SHARP = HOSTILE[::9]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("kind", ALL)
async def test_no_field_comes_alive(kind: Kind, field: str, wires: Wires) -> None:
    """A ninth of the hostile texts, in each field alone, change nothing that is live."""
    async with kind.open(wires) as rig:
        made = addressed(rig)
        await rig.channel.send(FIELDS[field](made, "harmless"))
        harmless = kind.live(rig.received()[-1])
        for text in SHARP:
            before = len(rig.received()[-1])
            await rig.channel.send(FIELDS[field](made, text))
            message = rig.received()[-1]
            message = message[before:] if isinstance(message, str) else message
            judged(kind, message, harmless, text, own_words=field in ("rule", "why", "owner"))


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("link", LINKS)
async def test_links_lead_where_they_say(kind: Kind, link: str, wires: Wires) -> None:
    """A hostile link is either left out or leads to the host that is shown, in harmless signs."""
    async with kind.open(wires) as rig:
        await rig.channel.send(addressed(rig, article=article(url=link)))
        message = rig.received()[-1]
        texts = "\n".join(kind.texts(message))
        assert not unseen(texts)
        for wrong in (
            "bank.example@",
            "javascript:",
            "vbscript:",
            "data:text",
            "<!channel",
            "<script",
            "\nBcc",
        ):
            assert wrong not in texts
            assert wrong not in str(message)


def judged(
    kind: Kind, message: object, harmless: Counter[object], text: str, *, own_words: bool = False
) -> None:
    """Judge a message; in the operator's own words, those of rule files, an address may stand."""
    added = kind.live(message) - harmless
    if own_words:
        added = Counter({sign: count for sign, count in added.items() if not re.search(r"://|@", str(sign))})
    assert not added, f"{text!r} made {added} live"
    shown = "\n".join(kind.texts(message))
    assert not unseen(shown), f"{text!r} left {unseen(shown)} in {shown!r}"
