"""An explanation as people read it (a tree on the terminal) and as programs do (JSON)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from monitor.commands.explain import Answer
from monitor.matching.changes import Change, choices
from monitor.matching.explain import Explained, change_in_words
from monitor.model import Span
from monitor.text.display import displayable, isolate, shorten

_MOST_WORDS = 6
_MOST_WAYS = 4
_MOST_CHOICES = 8
_NO_WAY = "No article can match it: the rule contradicts itself."
_NO_SHORT_WAY = "No short way to a match was found: the rule has too many."


def print_explanation(answer: Answer, console: Console) -> None:
    """Print the verdict, the tree, and what would have changed the verdict."""
    found = answer.explanation
    rule = found.rule
    # Only the tree is laid out for the terminal's width; what is piped on keeps its lines whole.
    say = partial(console.print, soft_wrap=True)
    say(Text.assemble((rule.id, "bold"), f"  {displayable(rule.title)}  [{rule.severity}]"))
    say(_of_article(answer), markup=False)
    console.print(_tree(found.tree))
    say(Text("A match.", "bold green") if found.match else Text("No match.", "bold red"))
    for line in _ways(answer):
        say(line, markup=False)
    for hindrance in answer.hindrances:
        say(f"Note: {hindrance}.", markup=False)


def as_json(answer: Answer) -> dict[str, object]:
    """Give the explanation for programs."""
    found = answer.explanation
    return {
        "rule": found.rule.id,
        "status": found.rule.status,
        "severity": found.rule.severity,
        "article": {"id": answer.article.id, "title": answer.article.title},
        "at": found.at.isoformat(),
        "at_from": found.at_from,
        "lang": found.language.lang,
        "lang_confidence": found.language.confidence,
        "matches": found.match is not None,
        "tree": _node_as_json(found.tree),
        "changes": [[_change_as_json(change, found.reasons) for change in one] for one in found.changes.sets],
        "all_tried": found.changes.all_tried,
        "notes": list(answer.hindrances),
    }


def _node_as_json(node: Explained) -> dict[str, object]:
    keys = ("field", "start", "end", "text", "term")
    return {
        "node": node.label,
        "holds": node.holds,
        "hits": node.hits,
        "spans": [{key: getattr(span, key) for key in keys} for span in node.spans],
        "notes": list(node.notes),
        "below": [_node_as_json(part) for part in node.below],
    }


def _change_as_json(change: Change, reasons: dict[Change, str]) -> dict[str, object]:
    return {"change": change_in_words(change), "wanted": change.wanted, "because": reasons[change]}


def _of_article(answer: Answer) -> str:
    found = answer.explanation
    language = found.language
    lang = f"read as {language.lang}" if language.lang else "language unknown"
    if language.confidence is not None:
        lang += f" (detected, {language.confidence:.0%} sure)"
    title = isolate(shorten(displayable(answer.article.title), 100)) or "(no title)"
    return f"article {answer.article.id}: {title}  {found.at:%Y-%m-%d %H:%M} UTC ({found.at_from}), {lang}"


def _tree(node: Explained) -> Tree:
    tree = Tree(_line(node), guide_style="dim")
    for note in node.notes:
        tree.add(Text(f"· {displayable(note)}", "dim"))
    for part in node.below:
        tree.add(_tree(part))
    return tree


def _line(node: Explained) -> Text:
    mark = ("yes", "bold green") if node.holds else ("no ", "bold red")
    words = list(_words(node.spans))
    if node.hits > len(node.spans):
        words.append(f"{node.hits} hits in all")
    return Text.assemble(
        mark, " ", (displayable(node.label), "bold"), *(f"  {', '.join(words)}" if words else "")
    )


def _words(spans: Iterable[Span]) -> Iterator[str]:
    """Give the words found with the field they stand in, each once."""
    counted = Counter((displayable(span.text), span.field) for span in spans)
    for (text, name), times in list(counted.items())[:_MOST_WORDS]:
        yield f"{isolate(text)} in {name}" + (f" ({times} times)" if times > 1 else "")
    if len(counted) > _MOST_WORDS:
        yield f"{len(counted) - _MOST_WORDS} more"


def _ways(answer: Answer) -> Iterator[str]:
    """Give a line for each way to a match, the nearest first."""
    found = answer.explanation
    if found.match is None and not found.changes.sets:
        yield _NO_WAY if found.changes.all_tried else _NO_SHORT_WAY
    offered = list(choices(found.changes.sets))
    for number, (shared, one_of) in enumerate(offered[:_MOST_WAYS]):
        needed = [_change(change, found.reasons) for change in shared]
        if one_of:
            either = _one_of([_change(change, found.reasons) for change in one_of])
            needed.append(f"({either})" if needed else either)
        yield f"{'  or' if number else 'It'} needs {' and '.join(needed)}"
    if len(offered) > _MOST_WAYS:
        yield "  or more than that"


def _one_of(changes: list[str]) -> str:
    shown = changes[:_MOST_CHOICES]
    if len(changes) > _MOST_CHOICES:
        shown.append("others like them")
    return " or ".join(shown)


def _change(change: Change, reasons: dict[Change, str]) -> str:
    reason = reasons[change]
    return displayable(f"{change_in_words(change)} ({reason})" if reason else change_in_words(change))
