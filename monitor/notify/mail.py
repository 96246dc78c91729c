"""An alert as a mail: headers that hold whatever the title holds, a text part and an HTML part."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.header import Header
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import format_datetime
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from monitor.errors import Rejected
from monitor.model import Notification, Severity
from monitor.notify.alert_text import AlertText, OtherAlert, RuleText
from monitor.notify.follow_up import FollowUp
from monitor.notify.passages import Passage, right_way, unlinked
from monitor.text.display import shorten

SEVERITY_COLOURS: dict[Severity, str] = {
    "critical": "#6d1a6b",
    "high": "#b3261e",
    "medium": "#a15c00",
    "low": "#0b6470",
    "info": "#2b4c8c",
}
_LONGEST_SUBJECT = 160  # graphemes
_MESSAGE_ID = re.compile(r"<[0-9a-f]{32}@[A-Za-z0-9.-]+>")
_HEADER_LINE = re.compile(rb"[!-9;-~]+: [ -~]+|[ \t][ -~]+")
# The part of a message id after the @ when no sender is configured: it must be the same on every host.
_NO_DOMAIN = "watchword.invalid"


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who writes to whom, and when; `domain` is where message and list ids live."""

    sender: str
    recipient: str
    at: datetime
    domain: str = _NO_DOMAIN


def mail(notification: Notification, text: AlertText, envelope: Envelope) -> bytes:
    """Write the mail as bytes for SMTP; `Rejected` where its headers would not arrive as meant."""
    # Seven bits: not every server takes eight, and none need be asked.
    body = EmailMessage(policy=policy.SMTP.clone(cte_type="7bit"))
    body.set_content("\n".join(_lines(text)) + "\n")
    body.add_alternative(_html(text), subtype="html")
    return with_headers(dict(_headers(notification, text, envelope)), body.as_bytes())


def message_id(alert: str, revision: int, destination: str, domain: str = _NO_DOMAIN) -> str:
    """Derive a message id from what a notification's key is made of, so that every retry bears the same."""
    digest = hashlib.sha256(
        f"{alert}\n{revision}\n{destination}".encode(errors="backslashreplace")
    ).hexdigest()[:32]
    return f"<{digest}@{domain}>"


def message_id_of(notification: Notification, envelope: Envelope) -> str:
    """Give the message id of a notification's mail."""
    return message_id(notification.alert, notification.revision, notification.destination, envelope.domain)


def with_headers(headers: dict[str, str], body: bytes) -> bytes:
    """Put headers before a body; refuse them unless they read back as exactly what they were meant to be.

    They are written here, line by line, because the header folding of Python's `email` package loses spaces
    between encoded words in some scripts.
    """
    lines = [line for name, value in headers.items() for line in _written(name, value)]
    head = "\r\n".join(lines).encode("ascii", "replace")
    back = BytesParser(policy=policy.default).parsebytes(head, headersonly=True)
    as_meant = [(name, str(value)) for name, value in back.items()] == list(headers.items())
    if not as_meant or not all(_HEADER_LINE.fullmatch(line) for line in head.split(b"\r\n")):
        raise Rejected("the mail's headers would not arrive as written; please report this as a defect")
    return head + b"\r\n" + body


def _written(name: str, value: str) -> list[str]:
    if value.isascii() and " " not in value:  # nowhere to fold it: long names stay on their header's line
        return [f"{name}: {value}"]
    charset = "us-ascii" if value.isascii() else "utf-8"
    folded = Header(value, charset, header_name=name, maxlinelen=76).encode(linesep="\r\n")
    return f"{name}: {folded}".split("\r\n")


def _headers(notification: Notification, text: AlertText, envelope: Envelope) -> Iterator[tuple[str, str]]:
    alert, destination, domain = notification.alert, notification.destination, envelope.domain
    yield "From", f"Watchword <{envelope.sender}>"
    yield "To", envelope.recipient
    yield "Subject", _subject(text, reply=_replies(notification, text))
    yield "Date", format_datetime(envelope.at)
    yield "Message-ID", message_id_of(notification, envelope)
    if _replies(notification, text):
        known = _MESSAGE_ID.fullmatch(notification.thread)
        first = notification.thread if known else message_id(alert, 1, destination, domain)
        yield "In-Reply-To", first
        yield "References", first
    yield "List-Id", f"<{_label(notification.receiver)}.{domain}>"
    yield "Auto-Submitted", "auto-generated"
    yield "X-Watchword-Alert", _label(notification.alert)
    yield "X-Watchword-Revision", str(notification.revision)


def _replies(notification: Notification, text: AlertText) -> bool:
    """Tell whether a mail goes on with one that its recipient has."""
    return bool(text.follow_up and not text.others and not notification.begins_thread)


def _subject(text: AlertText, *, reply: bool) -> str:
    """Make the subject; `=?` would be read as the beginning of an encoded word, so it is set apart.

    All mails of an alert have that of its first one, or some programs would not show them together. `Re:` is
    passed over where subjects are compared, and tells people that it is no alert of its own.
    """
    subject = text.subject if text.others else text.topic
    return ("Re: " if reply else "") + unlinked(shorten(subject, _LONGEST_SUBJECT)).replace("=?", "= ?")


def _label(name: str) -> str:
    """Keep what may stand in a header's word; anything else becomes a hyphen."""
    return re.sub(r"[^A-Za-z0-9-]+", "-", name).strip("-")[:60] or "none"


def _lines(text: AlertText) -> Iterator[str]:
    yield from _short(text, text.short) if text.short else _whole(text)
    yield f"\nSource: {unlinked(text.origin)}"
    yield f"Published: {text.published}"
    if text.told_by:
        yield f"Told by: {unlinked(text.told_by)}"
    if not text.own:
        yield f"Link: {text.link.url if text.link else 'the feed gave none that can be shown'}"
    for other in text.others:
        yield from _other(other)
    yield f"\n-- \n{unlinked(text.reference)}"


def _whole(text: AlertText) -> Iterator[str]:
    yield f"{text.severity.upper()}: {_plain(text.headline)}"
    yield from (f"\n{unlinked(note)}" for note in text.notes)
    if text.quotes or text.reasons:
        yield "\nWhy it matched"
    yield from (f"\n> {_plain(quote)}" for quote in text.quotes)
    if text.reasons:
        yield ""
    yield from (f"- {unlinked(reason)}" for reason in text.reasons)
    for rule in text.rules:
        yield from _rule(rule, own=text.own)


def _short(text: AlertText, follow_up: FollowUp) -> Iterator[str]:
    severity = "" if follow_up.takes_back else f"{text.severity.upper()}: "
    yield f"{severity}{unlinked(follow_up.sentence)}"
    yield from (f"\n{note}" for note in text.notes)
    if follow_up.about and text.others:  # else it stands in the subject
        yield f"\nFollow-up to: {_plain(follow_up.about)}"
    for row in follow_up.rows:
        label = f"{row.label}: " if row.label else ""
        yield f"\n{label}{_plain(row.text)}"


def _other(other: OtherAlert) -> Iterator[str]:
    note = f"({other.note}) " if other.note else ""
    yield f"\n{other.severity.upper()}: {note}{_plain(other.headline)}"
    yield f"  Rule: {unlinked(other.rules)}"
    yield f"  Source: {unlinked(other.origin)}"
    if other.link:
        yield f"  Link: {other.link.url}"
    yield f"  {unlinked(other.reference)}"


def _plain(passage: Passage) -> str:
    return unlinked(passage.starred())


def _rule(rule: RuleText, *, own: bool) -> Iterator[str]:
    title = right_way(rule.title)
    yield f"\n{title}" if own else f"\nRule: {title} ({rule.severity})"
    if rule.why:
        yield f"  {right_way(rule.why)}"
    if rule.owner:
        yield f"  Owner: {right_way(rule.owner)}"


def _html(text: AlertText) -> str:
    return _template().render(alert=text, colour=SEVERITY_COLOURS[text.highest], colours=SEVERITY_COLOURS)


@cache
def _template() -> Template:
    loader = PackageLoader("monitor.notify", "templates")
    surroundings = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    surroundings.filters["unlinked"] = unlinked
    return surroundings.get_template("alert.html")
