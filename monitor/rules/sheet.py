"""One rule file, read and compiled by itself: its entries and all that is wrong inside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from pydantic import TypeAdapter

from monitor.errors import Problem
from monitor.rules import definitions as d
from monitor.rules import document as doc
from monitor.rules.expression import Expression, parse
from monitor.rules.scalars import first_day
from monitor.rules.terms import Term, TermFault, read_entry
from monitor.rules.tree import Node
from monitor.strict_yaml import Loc, Source, parse_yaml

_TOPIC = re.compile(r"topic:(\S*)")


@dataclass
class Sheet:
    """A rule file: entries by id, the ids it declares, where each stands, and its problems."""

    source: Source
    text: bytes
    declared: dict[tuple[str, str], Loc] = field(default_factory=dict)
    actors: dict[str, d.Actor] = field(default_factory=dict)
    topics: dict[str, d.Topic] = field(default_factory=dict)
    rules: dict[str, d.Rule] = field(default_factory=dict)
    expressions: dict[str, Expression] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def path(self) -> str:
        """Give the path as problems show it."""
        return self.source.path

    @property
    def broken(self) -> bool:
        """Tell whether the file cannot be used."""
        return any(problem.level == "error" for problem in self.problems)

    def entries(self, kind: str) -> Iterator[tuple[Loc, dict[str, Any]]]:
        """Give the entries of a list as written, those with mistakes included, with their places."""
        data = self.source.data
        listed = data.get(kind) if isinstance(data, dict) else None
        for number, entry in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(entry, dict):
                yield (kind, number), entry

    def report(
        self, loc: Loc, message: str, hint: str = "", code: str = "", level: str = "error", offset: int = -1
    ) -> None:
        """Add a problem at a value, or at character `offset` of it."""
        line, column = self.source.place(loc) if offset < 0 else self.source.place_in(loc, offset)
        self.problems.append(Problem(self.path, line, column, message, hint, level, code))  # type: ignore[arg-type]

    def report_in(self, rule: str, node: Node, message: str, hint: str = "", code: str = "") -> None:
        """Add a problem at a node of a rule's expression."""
        loc = (*self.declared["rules", rule], "match")
        self.report(loc, message, hint, code, offset=node.place[0])


def read_sheet(text: bytes | Problem, shown: str) -> Sheet:
    """Compile the text of one rule file, or say why there is none; nothing is ever raised."""
    source = Source(shown, "", None, [text]) if isinstance(text, Problem) else parse_yaml(text, shown)
    sheet = Sheet(source, b"" if isinstance(text, Problem) else text)
    sheet.problems += sheet.source.problems
    if not sheet.problems and sheet.source.root is None:
        sheet.report((), "the file is empty", code="empty-file", level="remark")
        return sheet
    if not sheet.problems:
        entries, problems = sheet.source.validate(doc.RuleFile)
        sheet.problems += problems
        if entries is not None:
            _compile(sheet, entries)
        else:
            _parse_anyway(sheet)
    _declare_anyway(sheet)
    return sheet


def _parse_anyway(sheet: Sheet) -> None:
    """Compile the sound entries of a file whose shape is wrong, so that all mistakes are told in one run."""
    for kind, shape in _SHAPES.items():
        for loc, entry in sheet.entries(kind):
            try:
                valid = shape.model_validate(entry)
            except ValueError:  # what is wrong with it is told with the whole file
                _parse_match(sheet, kind, entry, loc)
                _check_parts(sheet, entry, loc)
                continue
            _add(sheet, kind, valid, loc)


def _parse_match(sheet: Sheet, kind: str, entry: dict[str, Any], loc: Loc) -> None:
    name, match = entry.get("id"), entry.get("match")
    if not isinstance(name, str):
        return
    first = _declare(sheet, kind, name, loc)
    if kind == "rules" and isinstance(match, str):
        expression = _expression(sheet, match, (*loc, "match"))
        if first:
            sheet.expressions[name] = expression


def _check_parts(sheet: Sheet, entry: dict[str, Any], loc: Loc) -> None:
    """Check the sound terms and holders of an entry that has other mistakes."""
    for key in ("names", "weak", "context", "not", "titles", "terms"):
        listed = entry.get(key)
        for lang, items in listed.items() if isinstance(listed, dict) else [("", listed)]:
            for number, item in _sound(items, doc.TermItem):
                if not _TOPIC.fullmatch(item.term or ""):
                    _term(sheet, item, (*loc, key, lang, number, "term"))
    for number, holder in _sound(entry.get("holders"), doc.HolderEntry):
        _holder(sheet, None, holder, (*loc, "holders", number))


def _sound(items: object, shape: Any) -> Iterator[tuple[int, Any]]:
    for number, item in enumerate(items if isinstance(items, list) else ()):
        try:
            yield number, TypeAdapter(shape).validate_python(item)
        except ValueError:  # told with the whole file
            continue


def _declare_anyway(sheet: Sheet) -> None:
    """Note the ids of a file that could not be read, so that others are not told of unknown references."""
    if sheet.source.root is None or not isinstance(sheet.source.data, dict):
        for found in re.finditer(r"""\bid:\s*["']?([a-z0-9][a-z0-9-]*)""", sheet.source.text):
            for kind in ("actors", "topics", "rules"):
                sheet.declared.setdefault((kind, found[1]), ())


def _compile(sheet: Sheet, entries: doc.RuleFile) -> None:
    for kind in ("actors", "topics", "rules"):
        listed = getattr(entries, kind)
        if kind in (sheet.source.data or {}) and not listed:
            sheet.report((kind,), f"the list {kind!r} is empty", code="empty-list", level="remark")
        for number, entry in enumerate(listed):
            _add(sheet, kind, entry, (kind, number))


def _add(sheet: Sheet, kind: str, entry: Any, loc: Loc) -> None:
    if _declare(sheet, kind, entry.id, loc):
        _BUILD[kind](sheet, entry, loc)
    elif kind == "rules":  # a second one of its id: its expression is checked all the same
        _expression(sheet, entry.match, (*loc, "match"))


def _declare(sheet: Sheet, kind: str, name: str, loc: Loc) -> bool:
    first = sheet.declared.get((kind, name))
    if first is None:
        sheet.declared[kind, name] = loc
        return True
    line, column = sheet.source.place((*first, "id"))
    said = f"the id {name!r} stands twice in {kind}, first at {sheet.path}:{line}:{column}"
    sheet.report((*loc, "id"), said, code="duplicate-id")
    return False


def _place(sheet: Sheet, loc: Loc) -> d.Place:
    return d.Place(sheet.path, *sheet.source.place(loc))


def _entries(names: Mapping[str, tuple[doc.TermEntry, ...]], loc: Loc) -> Iterator[tuple[doc.TermEntry, Loc]]:
    for lang, listed in names.items():
        for number, entry in enumerate(listed):
            yield entry, (*loc, lang, number, "term")


def _term(sheet: Sheet, entry: doc.TermEntry, loc: Loc) -> Term | None:
    if entry.term is None:
        sheet.report(loc, "'term' is missing")
        return None
    try:
        return read_entry(entry)
    except TermFault as fault:
        sheet.report(loc, str(fault), code="term", offset=fault.offset)
        return None


def _terms(sheet: Sheet, names: Mapping[str, tuple[doc.TermEntry, ...]], loc: Loc) -> tuple[Term, ...]:
    read = (_term(sheet, entry, place) for entry, place in _entries(names, loc))
    return tuple(dict.fromkeys(term for term in read if term is not None))


def _allowed(lint: doc.LintEntry | None) -> frozenset[str]:
    return frozenset(lint.allow) if lint else frozenset()


# Actors


def _actor(sheet: Sheet, entry: doc.ActorEntry, loc: Loc) -> None:
    _check_actor(sheet, entry, loc)
    sheet.actors[entry.id] = d.Actor(
        entry.id,
        entry.kind,
        entry.name or entry.id,
        _place(sheet, loc),
        names=_terms(sheet, entry.names, (*loc, "names")),
        weak=_terms(sheet, entry.weak, (*loc, "weak")),
        context=_terms(sheet, entry.context, (*loc, "context")),
        cancels=_terms(sheet, entry.not_, (*loc, "not")),
        titles=_terms(sheet, entry.titles, (*loc, "titles")),
        of=entry.of,
        part_of=entry.part_of,
        holders=tuple(
            _holder(sheet, entry.grace, holder, (*loc, "holders", number))
            for number, holder in enumerate(entry.holders)
        ),
        allowed=_allowed(entry.lint),
    )


def _check_actor(sheet: Sheet, entry: doc.ActorEntry, loc: Loc) -> None:
    if not (entry.names or entry.weak or entry.titles):
        sheet.report(loc, f"{entry.id} has no names", "give it one of names, weak or titles")
    if entry.kind == "office" and entry.of is None:
        sheet.report(loc, "'of' is missing", "an office names its organisation or country: of: some-id")
    if entry.kind != "office":
        for key in ("of", "titles", "holders"):
            if getattr(entry, key):
                sheet.report((*loc, key), f"{key!r} belongs to offices only", "write kind: office")


def _holder(sheet: Sheet, office_grace: int | None, entry: doc.HolderEntry, loc: Loc) -> d.Holder:
    start = first_day(entry.from_) if entry.from_ else None
    end = first_day(entry.until) if entry.until else None
    if (entry.person is None) == (not entry.vacant):
        sheet.report(loc, "a holder is either a person or vacant: true")
    if start and end and start >= end:
        sheet.report((*loc, "until"), f"until {entry.until} is not after from {entry.from_}")
    days = next(days for days in (entry.grace, office_grace, d.DEFAULT_GRACE_DAYS) if days is not None)
    return d.Holder(
        entry.person, entry.from_, entry.until, start, end, timedelta(days), entry.acting, entry.checked
    )


# Topics


def _topic(sheet: Sheet, entry: doc.TopicEntry, loc: Loc) -> None:
    terms: list[Term] = []
    includes: list[str] = []
    for item, place in _entries(entry.terms, (*loc, "terms")):
        included = _TOPIC.fullmatch(item.term or "")
        if included:
            includes.append(included[1])
        elif (term := _term(sheet, item, place)) is not None:
            terms.append(term)
    sheet.topics[entry.id] = d.Topic(
        entry.id,
        entry.name or entry.id,
        _place(sheet, loc),
        tuple(dict.fromkeys(terms)),
        tuple(includes),
        _allowed(entry.lint),
    )


# Rules


def _rule(sheet: Sheet, entry: doc.RuleEntry, loc: Loc) -> None:
    expression = _expression(sheet, entry.match, (*loc, "match"), _allowed(entry.lint))
    sheet.expressions[entry.id] = expression
    tests = _tests(sheet, entry, loc)
    if expression.tree is None:
        return
    line, column = sheet.source.place(loc)
    sheet.rules[entry.id] = d.Rule(
        entry.id,
        entry.title or entry.id,
        entry.status,
        entry.severity,
        entry.match,
        expression.tree,
        sheet.path,
        line,
        why=entry.why or "",
        owner=entry.owner or "",
        labels=tuple(entry.alert.labels.items()),
        tests=tests,
        column=column,
        allowed=_allowed(entry.lint),
    )


def _expression(sheet: Sheet, text: str, loc: Loc, allowed: frozenset[str] = frozenset()) -> Expression:
    expression = parse(text)
    for fault in expression.faults:
        if fault.level != "error" and fault.code in allowed:
            continue
        message = f"{fault.message}\n{expression.picture(fault)}"
        sheet.report(loc, message, code=fault.code, level=fault.level, offset=fault.start)
    return expression


def _tests(sheet: Sheet, entry: doc.RuleEntry, loc: Loc) -> tuple[d.Example, ...]:
    examples: list[d.Example] = []
    for number, test in enumerate(entry.tests):
        place = (*loc, "tests", number)
        kind = test.kind()
        article: doc.ArticleEntry = getattr(test, kind)
        beside = {key: getattr(test, key) for key in ("published", "lang", "feed") if getattr(test, key)}
        examples.append(
            d.Example(kind, article.model_copy(update=beside), _place(sheet, place), test.actors, test.texts)
        )
    return tuple(examples)


_SHAPES: dict[str, type[doc.ActorEntry | doc.TopicEntry | doc.RuleEntry]] = {
    "actors": doc.ActorEntry,
    "topics": doc.TopicEntry,
    "rules": doc.RuleEntry,
}
_BUILD: dict[str, Callable[[Sheet, Any, Loc], None]] = {"actors": _actor, "topics": _topic, "rules": _rule}
