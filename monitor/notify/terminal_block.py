"""An alert as a block for a terminal, or for a pipe or file that a terminal's output goes to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from monitor.model import Severity
from monitor.notify.alert_text import AlertText, OtherAlert, RuleText
from monitor.notify.follow_up import FollowUp, Row
from monitor.notify.passages import Passage, right_way

SEVERITY_STYLES: dict[Severity, tuple[str, str]] = {
    "critical": ("bold white on red", "red"),
    "high": ("bold red", "red"),
    "medium": ("bold yellow", "yellow"),
    "low": ("bold cyan", "cyan"),
    "info": ("bold blue", "blue"),
}
_MARKED = "bold black on yellow"
_LABEL_WIDTH = 11
_PLAIN_LETTERS = {
    ord("┃"): "|", ord("┏"): "+", ord("┗"): "+", ord("━"): "-", ord("•"): "*", ord("·"): ";", ord("…"): "~",
    ord("“"): '"', ord("”"): '"', ord("–"): "-", ord("—"): "-", ord("’"): "'", 0x2068: None, 0x2069: None,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the block; what does not fit goes on `indent` columns in, unless it must stay whole."""

    text: Text
    indent: int = 0
    whole: bool = False


@dataclass(frozen=True, slots=True)
class TerminalBlock:
    """An alert that rich can print: a bar at the left in the colour of the severity.

    It is open at the right, because terminals disagree on how wide some scripts are. Where there are no
    colours, asterisks mark the words that matched; letters that the output cannot hold are replaced. A short
    follow-up is a few lines behind a bar, and no block.
    """

    text: AlertText

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if self.text.short and not self.text.others:
            yield from self._behind_bar(_short(self.text, self.text.short, options), console, options)
            return
        title_style, bar_style = SEVERITY_STYLES[self.text.highest]
        title = Text(f" {self.text.highest.upper()} ", title_style)
        rule = "━" * max(options.max_width - len(title) - 4, 3)
        yield _written(Text.assemble(("┏━", bar_style), title, (rule, bar_style)), options.encoding)
        coloured = console.color_system is not None
        short = self.text.short
        lines = _short(self.text, short, options) if short else _lines(self.text, coloured=coloured)
        yield from self._behind_bar(lines, console, options)
        others = (line for other in self.text.others for line in _other(other, coloured=coloured))
        yield from self._behind_bar(others, console, options)
        yield _written(Text.assemble(("┗━", bar_style), (rule, bar_style)), options.encoding)

    def _behind_bar(
        self, lines: Iterable[_Line], console: Console, options: ConsoleOptions
    ) -> Iterator[Text]:
        _, bar_style = SEVERITY_STYLES[self.text.highest]
        for line in lines:
            for row in _rows(line, console, options):
                bar = _written(Text("┃ ", bar_style), options.encoding)
                yield Text.assemble(bar, row, no_wrap=True, overflow="ignore")


def _rows(line: _Line, console: Console, options: ConsoleOptions) -> Iterator[Text]:
    text, width = _written(line.text, options.encoding), max(options.max_width - 4, 20)
    if line.whole:
        text.no_wrap, text.overflow = True, "ignore"
        yield text
        return
    rows = text.wrap(console, width - line.indent)
    for number, row in enumerate(rows):
        row.rstrip()
        yield Text.assemble(" " * line.indent, row) if number else row


def _lines(text: AlertText, *, coloured: bool) -> Iterator[_Line]:
    yield _Line(_marked(text.headline, "bold", coloured=coloured))
    yield from (_Line(Text(note, "italic yellow"), 2) for note in text.notes)
    yield _Line(Text())
    for quote in text.quotes:
        yield _Line(Text.assemble("  ", _marked(quote, "", coloured=coloured)), 2)
    yield from (_Line(Text(f"  • {reason}"), 4) for reason in text.reasons)
    if text.quotes or text.reasons:
        yield _Line(Text())
    for rule in text.rules:
        yield from _rule(rule, own=text.own)
    yield _labelled("Source", text.origin)
    yield _labelled("Published", text.published)
    if text.told_by:
        yield _labelled("Told by", text.told_by)
    if text.link:
        yield _Line(Text.assemble((f"{'Link':<{_LABEL_WIDTH}}", "dim"), text.link.url), whole=True)
    elif not text.own:
        yield _labelled("Link", "the feed gave none that can be shown")
    yield _Line(Text(text.reference, "dim"))


def _short(text: AlertText, follow_up: FollowUp, options: ConsoleOptions) -> Iterator[_Line]:
    style, colour = SEVERITY_STYLES[text.severity]
    sign, change = ("!", "bold") if follow_up.takes_back else ("+", "")
    head = Text.assemble((f"{sign} ", f"bold {colour}"), (f"[{text.severity}]", style), " ")
    yield _Line(head.append(follow_up.change, change), 2)
    yield from (_Line(Text(f"  {note}", "italic yellow"), 2) for note in text.notes)
    *earlier, newest = follow_up.rows
    if follow_up.about and text.others:
        earlier.insert(0, Row("Follow-up to", follow_up.about))
    yield from (_Line(_labelled_row(row), 2) for row in earlier)
    yield from _last_lines(text, follow_up, _labelled_row(newest, "bold"), options)


def _last_lines(
    text: AlertText, follow_up: FollowUp, newest: Text, options: ConsoleOptions
) -> Iterator[_Line]:
    """Set the newest headline, its link and the alert on one line, or what has no room there on the next."""
    named = newest.append(f" · {follow_up.source}") if follow_up.source else newest
    link = f"{text.link.url} · " if text.link else ""
    whole = Text.assemble(named, f" · {link}", (follow_up.reference, "dim"))
    if whole.cell_len <= options.max_width - 4:
        yield _Line(whole)
    else:
        yield _Line(named, 2)
        yield _Line(Text.assemble(f"  {link}", (follow_up.reference, "dim")), whole=True)


def _labelled_row(row: Row, style: str = "") -> Text:
    label = (f"{row.label}: " if row.label else "", "dim")
    return Text.assemble("  ", label, (right_way(row.text.text), style))


def _other(other: OtherAlert, *, coloured: bool) -> Iterator[_Line]:
    yield _Line(Text())
    severity = (f"{other.severity.upper()} ", SEVERITY_STYLES[other.severity][0])
    note = (f"{other.note}: " if other.note else "", "italic yellow")
    yield _Line(Text.assemble(severity, note, _marked(other.headline, "bold", coloured=coloured)), 2)
    yield _Line(Text(f"  {other.rules}; {other.origin}"), 4)
    if other.link:
        yield _Line(Text(f"  {other.link.url}"), whole=True)
    yield _Line(Text(f"  {other.reference}", "dim"), 4)


def _rule(rule: RuleText, *, own: bool) -> Iterator[_Line]:
    owner = f", owner {right_way(rule.owner)}" if rule.owner else ""
    severity = ("" if own else f"  {rule.severity}{owner}", "")
    label = (f"{'' if own else 'Rule':<{_LABEL_WIDTH}}", "dim")
    yield _Line(Text.assemble(label, (right_way(rule.title), "bold"), severity), _LABEL_WIDTH)
    if rule.why:
        yield _Line(Text(" " * _LABEL_WIDTH + right_way(rule.why), "dim"), _LABEL_WIDTH)


def _labelled(label: str, value: str) -> _Line:
    return _Line(Text.assemble((f"{label:<{_LABEL_WIDTH}}", "dim"), value), _LABEL_WIDTH)


def _marked(passage: Passage, style: str, *, coloured: bool) -> Text:
    if not coloured:
        return Text(passage.starred(), style)
    line = Text(style=style)
    isolated = right_way(passage.text) != passage.text
    line.append("\u2068" if isolated else "")
    for piece, marked in passage.pieces():
        line.append(piece, _MARKED if marked else None)
    line.append("\u2069" if isolated else "")
    return line


def _written(line: Text, encoding: str) -> Text:
    """Replace what the encoding of the output cannot hold; UTF-8 holds all."""
    if encoding.lower().startswith("utf"):
        return line
    line.plain = line.plain.translate(_PLAIN_LETTERS).encode(encoding, "replace").decode(encoding)
    return line
