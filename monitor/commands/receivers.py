"""Trying out receivers and routes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from rich.console import Console

from monitor.alerting.route import Routed, route
from monitor.app.parts import (
    Address,
    close_channels,
    configured_addresses,
    new_alert_id,
    open_channels,
    utc_now,
)
from monitor.commands.rulebook import read_rulebook
from monitor.config import Settings
from monitor.errors import Bury, RetryLater, SetupError, StoreUnavailable
from monitor.feeds.guard import open_session
from monitor.model import AlertReason, Article, Evidence, Match, Notification, Quote
from monitor.notify.channel import Wires
from monitor.pipeline import outcomes
from monitor.rules.definitions import Rule
from monitor.stores import articles, destinations
from monitor.stores.archive import open_archive
from monitor.stores.notifications import notification_key
from monitor.strict_yaml import nearest

_SENTENCE = "If you can read this sentence with one phrase marked, alerts will look right here."


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a destination made of a test alert."""

    shown: str
    ok: bool
    said: str


async def destinations_of(settings: Settings) -> dict[str, list[str]]:
    """List each receiver's destinations."""
    addresses = await configured_addresses(settings)
    return {
        name: [address.shown for address in addresses if address.receiver == name]
        for name in settings.config.receivers
    }


async def send_test(settings: Settings, receiver: str) -> list[Outcome]:
    """Send a test alert to every destination of a receiver. Raises SetupError where there is no such one."""
    if receiver not in settings.config.receivers:
        hint = nearest(receiver, sorted(settings.config.receivers))
        raise SetupError(f"there is no receiver {receiver!r} in {settings.path} ({hint})")
    alert = f"test-{new_alert_id()}"
    async with open_session(settings.config.outbound) as http:
        addresses = open_channels(settings, Wires(http=http, clock=utc_now, console=Console()))
        try:
            mine = [address for address in addresses if address.receiver == receiver]
            tried = [await _try(address, _test_notification(settings, address, alert)) for address in mine]
        finally:
            await close_channels(addresses)
    reached = [address.destination for address, outcome in zip(mine, tried, strict=True) if outcome.ok]
    await _make_well(settings, reached)
    return tried


async def _make_well(settings: Settings, reached: Sequence[str]) -> None:
    """Have what was just reached be written to again; no archive is made for it."""
    if settings.archive_path is not None and not settings.archive_path.exists():
        return
    with suppress(SetupError, StoreUnavailable), open_archive(settings.archive_url) as archive:
        ailing = await archive.read(destinations.ailing)
        for name in ailing.keys() & set(reached):
            await archive.write(partial(outcomes.made_well, destination=name, now=utc_now()))


async def _try(address: Address, notification: Notification) -> Outcome:
    try:
        receipt = await address.channel.send(notification)
    except RetryLater as error:
        return Outcome(address.shown, ok=False, said=f"{error.reason} (an alert would be tried again)")
    except Bury as error:
        return Outcome(address.shown, ok=False, said=f"{error.reason} (an alert would be given up)")
    return Outcome(address.shown, ok=True, said=receipt.detail)


def _test_notification(settings: Settings, address: Address, alert: str) -> Notification:
    now = utc_now()
    receiver = settings.config.receivers[address.receiver]
    start = _SENTENCE.index("one phrase marked")
    quote = Quote("body", _SENTENCE, ((start, start + len("one phrase marked")),))
    match = Match(
        rule="test",
        title="A test of this receiver",
        severity="info",
        status="live",
        checksum="",
        why="Somebody ran `watchword receivers test`.",
        evidence=Evidence(at=now, at_from="first seen", quotes=(quote,)),
    )
    return Notification(
        key=notification_key(alert, 1, address.destination),
        alert=alert,
        revision=1,
        reason=AlertReason.TEST,
        receiver=address.receiver,
        destination=address.destination,
        severity="info",
        article=Article(
            id="0", title="This is a test alert", first_seen=now, body=_SENTENCE, source="Watchword"
        ),
        matches=(match,),
        feed_title="Watchword",
        tz=receiver.tz,
        lang=receiver.lang,
    )


@dataclass(frozen=True, slots=True)
class Way:
    """Who is told of one rule's match, and how it came there."""

    rule: str
    severity: str
    note: str
    routed: tuple[Routed, ...]

    def as_json(self) -> dict[str, object]:
        """Give the way for programs."""
        receivers = [{"receiver": routed.receiver, "way": list(routed.way)} for routed in self.routed]
        return {"rule": self.rule, "severity": self.severity, "note": self.note, "receivers": receivers}

    def __str__(self) -> str:
        note = f"  [{self.note}]" if self.note else ""
        lines = [f"{routed.receiver}  because: {' → '.join(routed.way)}" for routed in self.routed]
        return f"{self.rule} ({self.severity}){note}\n" + "\n".join(f"  {line}" for line in lines)


def explain_routes(settings: Settings, subject: str) -> list[Way]:
    """Say who would get the matches of a rule, or of a stored article named by number or URL, and why."""
    book = read_rulebook(settings.rule_folders, utc_now())
    root = settings.config.routes
    if (rule := book.rules.get(subject)) is not None:
        match, article = _specimen(rule)
        return [Way(rule.id, rule.severity, _status_note(rule.status), route(root, match, article))]
    with open_archive(settings.archive_url) as archive:
        article_found = archive.read_now(lambda c: articles.find_article(c, subject))
        if article_found is None:
            raise SetupError(_nothing_called(subject, book.rules))
        number = int(article_found.id)
        stored = archive.read_now(lambda c: articles.matches_of(c, number))
    if not stored:
        raise SetupError(f"no rule matched article {number} ({article_found.title})")
    return [
        Way(match.rule, match.severity, _status_note(match.status), route(root, match, article_found))
        for _, match in stored
    ]


def _specimen(rule: Rule) -> tuple[Match, Article]:
    now = datetime.now(UTC)
    match = Match(
        rule=rule.id,
        title=rule.title,
        severity=rule.severity,
        status=rule.status,
        checksum=rule.checksum,
        owner=rule.owner,
        labels=dict(rule.labels),
        evidence=Evidence(at=now, at_from="first seen"),
    )
    return match, Article(id="", title="", first_seen=now)


def _status_note(status: str) -> str:
    return "" if status == "live" else f"the rule is {status}: nobody is told"


def _nothing_called(subject: str, rules: Iterable[str]) -> str:
    hint = nearest(subject, list(rules), listed=False)
    said = f"there is no rule {subject!r}, and no article of that number or URL in the archive"
    return f"{said} ({hint})" if hint else said
