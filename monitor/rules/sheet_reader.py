"""Reads rule files: the text of one in, a sheet with its compiled entries and its mistakes out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from monitor.errors import Problem, in_one_line
from monitor.rules import definitions as d
from monitor.rules import document as doc
from monitor.rules.digest import note_entries
from monitor.rules.expression import Expression, parse
from monitor.rules.list_languages import accepted, check_languages, why_not_inflected
from monitor.rules.patterns import PatternFault
from monitor.rules.scalars import first_day
from monitor.rules.sheet import Sheet
from monitor.rules.terms import AnyTerm, Forms, TermFault, read_entry
from monitor.rules.written import INCLUDED_TOPIC, references_as_written
from monitor.strict_yaml import Loc, Source, parse_yaml
from monitor.text.stems import LANGUAGES

_NAME_KEYS = ("names", "weak", "context", "not", "titles", "informal", "terms")
_OF_OFFICES = ("of", "titles", "informal", "holders")


def read_sheet(text: bytes | Problem, shown: str) -> Sheet:
    """Compile the text of one rule file, or say why there is none; nothing is ever raised."""
    source = Source(shown, "", None, [text]) if isinstance(text, Problem) else parse_yaml(text, shown)
    sheet = Sheet(shown, b"" if isinstance(text, Problem) else text)
    sheet.read(source)
    _fill(sheet)
    sheet.let_go()
    return sheet


def _fill(sheet: Sheet) -> None:
    sheet.take(sheet.source.problems)
    if not sheet.problems and sheet.source.root is None:
        sheet.report((), "the file is empty", code="empty-file", level="remark")
        return
    if not sheet.problems:
        entries, problems = sheet.source.validate(doc.RuleFile)
        sheet.take(problems)
        if entries is not None:
            _compile(sheet, entries)
        else:
            _parse_anyway(sheet)
    sheet.written += references_as_written(sheet)
    _declare_anyway(sheet)
    note_entries(sheet)


def _parse_anyway(sheet: Sheet) -> None:
    """Compile the sound entries of a file whose shape is wrong, so that all mistakes are told in one run."""
    for kind, shape in _shapes().items():
        for loc, entry in sheet.entries(kind):
            if sheet.is_full():
                _declare_alone(sheet, kind, entry.get("id"), loc)
                continue
            try:
                valid = shape.validate_python(entry)
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
    for key in _NAME_KEYS:
        listed = entry.get(key)
        for lang, written in listed.items() if isinstance(listed, dict) else [("", listed)]:
            items = written.get("terms") if isinstance(written, dict) else written
            for number, item in _sound(items, doc.TermItem):
                if not INCLUDED_TOPIC.fullmatch(item.term or ""):
                    _term(sheet, item, lang, Forms(), (*loc, key, lang, number))
    for number, holder in _sound(entry.get("holders"), doc.HolderEntry):
        _holder(sheet, None, holder, (*loc, "holders", number))
    for number, member in _sound(entry.get("members"), doc.MemberEntry):
        _member(sheet, member, (*loc, "members", number))


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
    if isinstance(entry, doc.ExtensionEntry):
        _extension(sheet, entry, loc)
    elif sheet.is_full():
        _declare_alone(sheet, kind, entry.id, loc)
    elif _declare(sheet, kind, entry.id, loc):
        _BUILD[kind](sheet, entry, loc)
    elif kind == "rules":  # a second one of its id: its expression is checked all the same
        _expression(sheet, entry.match, (*loc, "match"))


def _declare(sheet: Sheet, kind: str, name: str, loc: Loc) -> bool:
    first = sheet.declared.get((kind, name))
    if first is None:
        sheet.declared[kind, name] = loc
        return True
    line, column = sheet.source.place((*first, "id"))
    said = f"the id {name!r} stands twice in {kind}, first at {in_one_line(sheet.path)}:{line}:{column}"
    sheet.report((*loc, "id"), said, code="duplicate-id")
    return False


def _declare_alone(sheet: Sheet, kind: str, name: object, loc: Loc) -> None:
    """Note that there is an entry; of a file this broken nothing is used, but others may refer to it."""
    if isinstance(name, str):
        sheet.declared.setdefault((kind, name), loc)


def _place(sheet: Sheet, loc: Loc) -> d.Place:
    return d.Place(sheet.path, *sheet.source.place(loc))


def _list_terms(sheet: Sheet, names: Mapping[str, doc.NameList], forms: Forms, loc: Loc) -> Iterator[AnyTerm]:
    for lang, listed in names.items():
        common = forms.with_those_of(listed)
        for number, entry in enumerate(listed.terms):
            term = _term(sheet, entry, lang, common, (*loc, lang, "terms", number))
            if term is not None:
                yield term


def _term(sheet: Sheet, entry: doc.TermEntry, lang: str, forms: Forms, loc: Loc) -> AnyTerm | None:
    if (entry.term is None) == (entry.regex is None):
        said = "'term' is missing" if entry.term is None else "a term or a regex, not both"
        sheet.report((*loc, "term"), said, code="term")
        return None
    if entry.regex is not None and (entry.case or entry.accents or entry.stem or entry.inflect):
        sheet.report(loc, "beside regex stands lang: only", "say the rest in the pattern", "term")
        return None
    if entry.inflect and not entry.stem and lang.split("-", maxsplit=1)[0] not in LANGUAGES:
        sheet.report((*loc, "inflect"), *why_not_inflected(lang), "term")
        return None
    try:
        return read_entry(entry, lang, forms)
    except TermFault as fault:
        sheet.report((*loc, "term"), str(fault), code="term", offset=fault.offset)
    except PatternFault as fault:
        sheet.report((*loc, "regex"), str(fault), code="pattern", offset=fault.start)
    return None


def _terms(sheet: Sheet, names: Mapping[str, doc.NameList], forms: Forms, loc: Loc) -> tuple[AnyTerm, ...]:
    return tuple(dict.fromkeys(_list_terms(sheet, names, forms, loc)))


def _name_lists(
    sheet: Sheet, entry: doc.ActorEntry | doc.ExtensionEntry, loc: Loc
) -> dict[str, tuple[AnyTerm, ...]]:
    forms = Forms(entry.inflect, entry.affixes)
    check_languages(sheet, entry, loc)
    # Context and `not:` are no names of the actor: what is written there is what is looked for.
    return {
        "names": _terms(sheet, entry.names, forms, (*loc, "names")),
        "weak": _terms(sheet, entry.weak, forms, (*loc, "weak")),
        "context": _terms(sheet, entry.context, Forms(), (*loc, "context")),
        "cancels": _terms(sheet, entry.not_, Forms(), (*loc, "not")),
        "titles": _terms(sheet, entry.titles, forms, (*loc, "titles")),
        "informal": _terms(sheet, entry.informal, forms, (*loc, "informal")),
    }


# Actors


def _actor(sheet: Sheet, entry: doc.ActorEntry, loc: Loc) -> None:
    _check_actor(sheet, entry, loc)
    sheet.actors[entry.id] = d.Actor(
        entry.id,
        entry.kind,
        entry.name or entry.id,
        _place(sheet, loc),
        **_name_lists(sheet, entry, loc),
        of=entry.of,
        part_of=entry.part_of,
        holders=tuple(
            _holder(sheet, entry.grace, holder, (*loc, "holders", number))
            for number, holder in enumerate(entry.holders)
        ),
        members=tuple(
            _member(sheet, member, (*loc, "members", number)) for number, member in enumerate(entry.members)
        ),
        allowed=accepted(entry),
    )


def _check_actor(sheet: Sheet, entry: doc.ActorEntry, loc: Loc) -> None:
    if not (entry.names or entry.weak or entry.titles or entry.members):
        sheet.report(loc, f"{entry.id} has no names", "give it one of names, weak or titles")
    if entry.kind == "office" and entry.of is None:
        sheet.report(loc, "'of' is missing", "an office names its organisation or country: of: some-id")
    if entry.kind != "office":
        for key in _OF_OFFICES:
            if getattr(entry, key):
                sheet.report((*loc, key), f"{key!r} belongs to offices only", "write kind: office")
    if entry.kind != "group" and entry.members:
        sheet.report((*loc, "members"), "'members' belongs to groups only", "write kind: group")


def _extension(sheet: Sheet, entry: doc.ExtensionEntry, loc: Loc) -> None:
    if not (entry.names or entry.weak or entry.context or entry.not_ or entry.titles or entry.informal):
        sheet.report(loc, f"nothing is added to {entry.extend}", "give it names, weak names or titles")
    sheet.extensions.append(d.Extension(entry.extend, loc, _name_lists(sheet, entry, loc)))


def _interval(
    sheet: Sheet, entry: doc.HolderEntry | doc.MemberEntry, loc: Loc
) -> tuple[datetime | None, datetime | None]:
    start = first_day(entry.from_) if entry.from_ else None
    end = first_day(entry.until) if entry.until else None
    if start and end and start >= end:
        sheet.report((*loc, "until"), f"until {entry.until} is not after from {entry.from_}")
    return start, end


def _holder(sheet: Sheet, office_grace: int | None, entry: doc.HolderEntry, loc: Loc) -> d.Holder:
    if (entry.person is None) == (not entry.vacant):
        sheet.report(loc, "a holder is either a person or vacant: true")
    start, end = _interval(sheet, entry, loc)
    days = next(days for days in (entry.grace, office_grace, d.DEFAULT_GRACE_DAYS) if days is not None)
    return d.Holder(
        entry.person,
        entry.from_,
        entry.until,
        start,
        end,
        timedelta(days),
        entry.acting,
        entry.checked,
        place=sheet.source.place(loc),
    )


def _member(sheet: Sheet, entry: doc.MemberEntry, loc: Loc) -> d.Member:
    start, end = _interval(sheet, entry, loc)
    return d.Member(entry.actor, entry.from_, entry.until, start, end, entry.status == "disputed")


# Topics


def _topic(sheet: Sheet, entry: doc.TopicEntry, loc: Loc) -> None:
    terms: list[AnyTerm] = []
    includes: list[str] = []
    check_languages(sheet, entry, loc)
    for lang, listed in entry.terms.items():
        common = Forms().with_those_of(listed)
        for number, item in enumerate(listed.terms):
            place = (*loc, "terms", lang, "terms", number)
            if included := INCLUDED_TOPIC.fullmatch(item.term or ""):
                includes.append(included[1])
            elif (term := _term(sheet, item, lang, common, place)) is not None:
                terms.append(term)
    sheet.topics[entry.id] = d.Topic(
        entry.id,
        entry.name or entry.id,
        _place(sheet, loc),
        tuple(dict.fromkeys(terms)),
        tuple(includes),
        accepted(entry),
    )


# Rules


def _rule(sheet: Sheet, entry: doc.RuleEntry, loc: Loc) -> None:
    expression = _expression(sheet, entry.match, (*loc, "match"), accepted(entry))
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
        allowed=accepted(entry),
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


@cache
def _shapes() -> dict[str, TypeAdapter[Any]]:
    """Give the shapes of entries; made when a file is read anew, for compiled ones need none."""
    return {
        "actors": TypeAdapter(doc.ActorItem),
        "topics": TypeAdapter(doc.TopicEntry),
        "rules": TypeAdapter(doc.RuleEntry),
    }


_BUILD: dict[str, Callable[[Sheet, Any, Loc], None]] = {"actors": _actor, "topics": _topic, "rules": _rule}
