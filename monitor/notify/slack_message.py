"""An alert as a Slack message: Block Kit with a fallback text, within Slack's limits.

What comes from feeds goes into `rich_text` blocks, whose texts Slack does not parse: no mark-up, mention or
link can come alive there, and marked words are bold also where a script has no spaces. The few `mrkdwn` texts
are escaped, their formatting signs replaced by look-alikes, and `verbatim`, so that nothing in them is turned
into a link.

Blocks are plain dictionaries: the models of Slack's own library take longer than all else that is done for a
message. The tests have that library judge what is written here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from monitor.model import Severity
from monitor.notify.alert_text import AlertText, OtherAlert, RuleText
from monitor.notify.follow_up import FollowUp, Row
from monitor.notify.links import WebLink
from monitor.notify.passages import ZERO_WIDTH_SPACE, Passage, right_way, unlinked

SEVERITY_SIGNS: dict[Severity, str] = {
    "critical": "🟣",
    "high": "🔴",
    "medium": "🟠",
    "low": "🟡",
    "info": "🔵",
}
TAKEN_BACK_SIGN = "⚠️"
_CONTEXT_LIMIT = 2000  # characters of a text in a context block; Slack takes 3,000
_LOOK_ALIKES = str.maketrans({"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"})
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_EMOJI = re.compile(r":(?=[^\s:]+:)")
_QUOTE = re.compile(r"^(\s*)>", re.MULTILINE)
_PARSED = re.compile(r"<(?=[!@#/a-z])", re.IGNORECASE)

Json = dict[str, Any]


def slack_message(text: AlertText, *, in_thread: bool = False) -> Json:
    """Write the JSON that an incoming webhook takes; a thread shows which story a follow-up is about."""
    blocks = _short_blocks(text, text.short, in_thread=in_thread) if text.short else _blocks(text)
    return {
        "text": fallback(text),
        "blocks": [*blocks, *_others(text)],
        "unfurl_links": False,
        "unfurl_media": False,
    }


def plain_slack_message(text: AlertText, *, in_thread: bool = False) -> Json:
    """Write the same alert without blocks, for a server that refuses them."""
    link = f"\n<{_link_target(text.link.url)}|Read at {text.link.host}>" if text.link else ""
    quotes = "".join(f"\n> {mrkdwn(right_way(quote.text))}" for quote in text.quotes)
    rows = _plain_rows(text.short, in_thread=in_thread) if text.short else ""
    told_by = f"\n{mrkdwn(text.told_by)}" if text.told_by else ""
    reference = f"\n{mrkdwn(text.origin)}, {mrkdwn(text.published)}{told_by}\n{mrkdwn(text.reference)}"
    others = "".join(map(_plain_other, text.others))
    return {
        "text": f"{fallback(text)}{rows}{quotes}{link}{reference}{others}",
        "unfurl_links": False,
        "unfurl_media": False,
    }


def _plain_rows(follow_up: FollowUp, *, in_thread: bool) -> str:
    rows = _named_rows(follow_up, in_thread=in_thread)
    return "".join(f"\n{row.label}: {mrkdwn(right_way(row.text.text))}" for row in rows if row.label)


def _plain_other(other: OtherAlert) -> str:
    link = f"\n<{_link_target(other.link.url)}|Read at {other.link.host}>" if other.link else ""
    note = f"{other.note}: " if other.note else ""
    head = f"[{other.severity}] {note}{right_way(other.headline.text)} ({other.rules})"
    return f"\n\n{mrkdwn(head)}{link}\n{mrkdwn(other.reference)}"


def fallback(text: AlertText) -> str:
    """Write the one line that notifications and old clients show."""
    titles = right_way(", ".join(rule.title for rule in text.rules))
    rules = f" ({titles})" if titles and not text.own else ""
    notes = (text.short.sentence, *text.notes) if text.short else text.notes
    note = f"{notes[0]} " if notes else ""
    return mrkdwn(f"{note}{text.subject}{rules}"[:1000])


def mrkdwn(text: str) -> str:
    """Make any text literal in Slack's mark-up: nothing in it formats, mentions, links or is an emoji."""
    broken_up = _EMOJI.sub(f":{ZERO_WIDTH_SPACE}", unlinked(text))
    return _QUOTE.sub(r"\1›", broken_up).translate(_LOOK_ALIKES).translate(_ENTITIES)


def _link_target(url: str) -> str:
    return url.replace("|", "%7C").translate(_ENTITIES)


def _blocks(text: AlertText) -> Iterator[Json]:
    rules = "Watchword" if text.own else _rule_titles(text.rules)
    yield _context(f"{SEVERITY_SIGNS[text.highest]} *{text.highest}*  ·  {rules}")
    yield _rich(_section(_pieces(text.headline, bold=True)))
    if text.notes:
        yield _context("\n".join(f"_{mrkdwn(note)}_" for note in text.notes))
    if text.quotes:
        yield _rich(*({"type": "rich_text_quote", "elements": _pieces(quote)} for quote in text.quotes))
    yield _rich(*_details(text))
    told_by = f"\n{mrkdwn(text.told_by)}" if text.told_by else ""
    yield _context(f"{mrkdwn(text.origin)}  ·  {mrkdwn(text.published)}{told_by}")
    yield _context(mrkdwn(text.reference))


def _short_blocks(text: AlertText, follow_up: FollowUp, *, in_thread: bool) -> Iterator[Json]:
    sign = TAKEN_BACK_SIGN if follow_up.takes_back else SEVERITY_SIGNS[text.severity]
    severity = "" if follow_up.takes_back else f"{text.severity} · "
    change = _text(follow_up.sentence, bold=follow_up.takes_back)
    *earlier, newest = _named_rows(follow_up, in_thread=in_thread)
    tail = [_text(" · "), _link(text.link)] if text.link else []
    source = [_text(f" · {follow_up.source}")] if follow_up.source else []
    yield _rich(
        _section([_text(f"{sign} {severity}"), change]),
        *(_section(_row(row)) for row in earlier),
        _section([*_row(newest, bold=True), *source, *tail]),
    )
    if text.notes:
        yield _context("\n".join(f"_{mrkdwn(note)}_" for note in text.notes))
    yield _context(mrkdwn(text.reference))


def _named_rows(follow_up: FollowUp, *, in_thread: bool) -> list[Row]:
    """Give the rows of a follow-up, after the name of its story where no thread shows it."""
    about = [] if in_thread or follow_up.about is None else [Row("Follow-up to", follow_up.about)]
    return [*about, *follow_up.rows]


def _row(row: Row, *, bold: bool = False) -> list[Json]:
    label = [_text(f"{row.label}: ")] if row.label else []
    return [*label, *_pieces(row.text, bold=bold)]


def _others(text: AlertText) -> Iterator[Json]:
    if text.others:
        yield {"type": "divider"}
        yield _rich(_list(_section(list(_other(other))) for other in text.others))


def _other(other: OtherAlert) -> Iterator[Json]:
    note = f" ({other.note})" if other.note else ""
    yield _text(f"{SEVERITY_SIGNS[other.severity]} {other.severity}{note}: ")
    yield from _pieces(other.headline, bold=True)
    yield _text(f"\n{other.rules} · {other.origin} · ")
    if other.link:
        yield _link(other.link)
        yield _text(" · ")
    yield _text(other.reference)


def _rule_titles(rules: Sequence[RuleText]) -> str:
    return "  ·  ".join(mrkdwn(right_way(rule.title)) for rule in rules)


def _details(text: AlertText) -> Iterator[Json]:
    if text.reasons:
        yield _list(_section([_text(reason)]) for reason in text.reasons)
    for rule in text.rules:
        if rule.why or rule.owner:
            yield _section(list(_rule(rule, own=text.own)))
    if text.link:
        yield _section([_link(text.link)])
    elif not text.own:
        yield _section([_text("The feed gave no link that can be shown.")])


def _rule(rule: RuleText, *, own: bool) -> Iterator[Json]:
    yield _text(right_way(rule.title), bold=True)
    if not own:
        yield _text(f" ({rule.severity})")
    if rule.why:
        yield _text(f": {right_way(rule.why)}")
    if rule.owner:
        owner = _defused(f" Owner: {right_way(rule.owner)}")  # an address stays whole
        yield {"type": "text", "text": owner}
    yield _text("\n")


def _pieces(passage: Passage, *, bold: bool = False) -> list[Json]:
    """Set a passage; in bold text the marked words are set as code, elsewhere they are bold."""
    pieces = [_text(piece, bold=bold or marked, code=bold and marked) for piece, marked in passage.pieces()]
    if right_way(passage.text) == passage.text:
        return pieces
    return [_text("\u2068"), *pieces, _text("\u2069")]


# The elements of Block Kit that are used here


def _context(text: str) -> Json:
    shown = {"type": "mrkdwn", "text": text[:_CONTEXT_LIMIT], "verbatim": True}
    return {"type": "context", "elements": [shown]}


def _rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": list(elements)}


def _section(elements: list[Json]) -> Json:
    return {"type": "rich_text_section", "elements": elements}


def _list(items: Iterable[Json]) -> Json:
    return {"type": "rich_text_list", "style": "bullet", "elements": list(items)}


def _link(link: WebLink) -> Json:
    return {"type": "link", "url": link.url, "text": f"Read at {link.host}"}


def _text(text: str, *, bold: bool = False, code: bool = False) -> Json:
    element: Json = {"type": "text", "text": _defused(unlinked(text)) or "–"}  # Slack refuses empty texts
    if bold or code:
        element["style"] = {name: True for name, is_so in (("bold", bold), ("code", code)) if is_so}
    return element


def _defused(text: str) -> str:
    """Rich text is not parsed by Slack; what other readers of the message might parse is broken up."""
    return _PARSED.sub("‹", text)
