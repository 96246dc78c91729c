"""An alert as a Slack message: Block Kit with a fallback text, within Slack's limits.

What comes from feeds goes into `rich_text` blocks, whose texts Slack does not parse: no mark-up, mention or
link can come alive there, and marked words are bold also where a script has no spaces. The few `mrkdwn` texts
are escaped, their formatting signs replaced by look-alikes, and `verbatim`, so that nothing in them is turned
into a link.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    ContextBlock,
    DividerBlock,
    MarkdownTextObject,
    RichTextBlock,
    RichTextElementParts,
    RichTextListElement,
    RichTextQuoteElement,
    RichTextSectionElement,
)

from monitor.model import Severity
from monitor.notify.alert_text import AlertText, OtherAlert, RuleText
from monitor.notify.passages import ZERO_WIDTH_SPACE, Passage, right_way, unlinked

SEVERITY_SIGNS: dict[Severity, str] = {
    "critical": "🟣",
    "high": "🔴",
    "medium": "🟠",
    "low": "🟡",
    "info": "🔵",
}
_CONTEXT_LIMIT = 2000  # characters of a text in a context block; Slack takes 3,000
_LOOK_ALIKES = str.maketrans({"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"})
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_EMOJI = re.compile(r":(?=[^\s:]+:)")
_QUOTE = re.compile(r"^(\s*)>", re.MULTILINE)
_PARSED = re.compile(r"<(?=[!@#/a-z])", re.IGNORECASE)

Parts = RichTextElementParts


def slack_message(text: AlertText) -> dict[str, Any]:
    """Write the JSON that an incoming webhook takes."""
    return {
        "text": fallback(text),
        "blocks": [block.to_dict() for block in _blocks(text)],
        "unfurl_links": False,
        "unfurl_media": False,
    }


def plain_slack_message(text: AlertText) -> dict[str, Any]:
    """Write the same alert without blocks, for a server that refuses them."""
    link = f"\n<{_link_target(text.link.url)}|Read at {text.link.host}>" if text.link else ""
    quotes = "".join(f"\n> {mrkdwn(right_way(quote.text))}" for quote in text.quotes)
    reference = f"\n{mrkdwn(text.origin)}, {mrkdwn(text.published)}\n{mrkdwn(text.reference)}"
    others = "".join(map(_plain_other, text.others))
    return {
        "text": f"{fallback(text)}{quotes}{link}{reference}{others}",
        "unfurl_links": False,
        "unfurl_media": False,
    }


def _plain_other(other: OtherAlert) -> str:
    link = f"\n<{_link_target(other.link.url)}|Read at {other.link.host}>" if other.link else ""
    head = f"[{other.severity}] {right_way(other.headline.text)} ({other.rules})"
    return f"\n\n{mrkdwn(head)}{link}\n{mrkdwn(other.reference)}"


def fallback(text: AlertText) -> str:
    """Write the one line that notifications and old clients show."""
    rules = f" ({right_way(', '.join(rule.title for rule in text.rules))})" if not text.own else ""
    note = f"{text.notes[0]} " if text.notes else ""
    return mrkdwn(f"{note}{text.subject}{rules}"[:1000])


def mrkdwn(text: str) -> str:
    """Make any text literal in Slack's mark-up: nothing in it formats, mentions, links or is an emoji."""
    broken_up = _EMOJI.sub(f":{ZERO_WIDTH_SPACE}", unlinked(text))
    return _QUOTE.sub(r"\1›", broken_up).translate(_LOOK_ALIKES).translate(_ENTITIES)


def _link_target(url: str) -> str:
    return url.replace("|", "%7C").translate(_ENTITIES)


def _blocks(text: AlertText) -> Iterator[Block]:
    rules = "Watchword" if text.own else _rule_titles(text.rules)
    yield _context(f"{SEVERITY_SIGNS[text.highest]} *{text.highest}*  ·  {rules}")
    yield RichTextBlock(elements=[RichTextSectionElement(elements=_headline(text.headline))])
    if text.notes:
        yield _context("\n".join(f"_{mrkdwn(note)}_" for note in text.notes))
    if text.quotes:
        quotes = [RichTextQuoteElement(elements=_pieces(quote)) for quote in text.quotes]
        yield RichTextBlock(elements=quotes)
    yield RichTextBlock(elements=list(_details(text)))
    yield _context(f"{mrkdwn(text.origin)}  ·  {mrkdwn(text.published)}")
    yield _context(mrkdwn(text.reference))
    if text.others:
        yield DividerBlock()
        items = [RichTextSectionElement(elements=list(_other(other))) for other in text.others]
        yield RichTextBlock(elements=[RichTextListElement(elements=items, style="bullet")])


def _other(other: OtherAlert) -> Iterator[Parts.Text | Parts.Link]:
    note = f" ({other.note})" if other.note else ""
    yield _text(f"{SEVERITY_SIGNS[other.severity]} {other.severity}{note}: ")
    yield from _pieces(other.headline, bold=True)
    yield _text(f"\n{other.rules} · {other.origin} · ")
    if other.link:
        yield Parts.Link(url=other.link.url, text=f"Read at {other.link.host}")
        yield _text(" · ")
    yield _text(other.reference)


def _context(text: str) -> ContextBlock:
    return ContextBlock(elements=[MarkdownTextObject(text=text[:_CONTEXT_LIMIT], verbatim=True)])


def _rule_titles(rules: Sequence[RuleText]) -> str:
    return "  ·  ".join(mrkdwn(right_way(rule.title)) for rule in rules)


def _details(text: AlertText) -> Iterator[RichTextListElement | RichTextSectionElement]:
    if text.reasons:
        items = [RichTextSectionElement(elements=[_text(reason)]) for reason in text.reasons]
        yield RichTextListElement(elements=items, style="bullet")
    for rule in text.rules:
        if rule.why or rule.owner:
            yield RichTextSectionElement(elements=list(_rule(rule, own=text.own)))
    if text.link:
        link = Parts.Link(url=text.link.url, text=f"Read at {text.link.host}")
        yield RichTextSectionElement(elements=[link])
    elif not text.own:
        yield RichTextSectionElement(elements=[_text("The feed gave no link that can be shown.")])


def _rule(rule: RuleText, *, own: bool) -> Iterator[Parts.Text]:
    yield _text(right_way(rule.title), bold=True)
    if not own:
        yield _text(f" ({rule.severity})")
    if rule.why:
        yield _text(f": {right_way(rule.why)}")
    if rule.owner:
        yield Parts.Text(text=_defused(f" Owner: {right_way(rule.owner)}"))  # an address stays whole
    yield _text("\n")


def _headline(headline: Passage) -> list[Parts.Text]:
    return _pieces(headline, bold=True)


def _pieces(passage: Passage, *, bold: bool = False) -> list[Parts.Text]:
    """Set a passage; in bold text the marked words are set as code, elsewhere they are bold."""
    pieces = [_text(piece, bold=bold or marked, code=bold and marked) for piece, marked in passage.pieces()]
    if right_way(passage.text) == passage.text:
        return pieces
    return [_text("\u2068"), *pieces, _text("\u2069")]


def _text(text: str, *, bold: bool = False, code: bool = False) -> Parts.Text:
    style = Parts.TextStyle(bold=bold or None, code=code or None) if bold or code else None
    return Parts.Text(text=_defused(unlinked(text)) or "–", style=style)  # Slack refuses empty texts


def _defused(text: str) -> str:
    """Rich text is not parsed by Slack; what other readers of the message might parse is broken up."""
    return _PARSED.sub("‹", text)
