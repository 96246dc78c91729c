"""The languages that lists of names stand under: empty ones, and those that have no stemmer."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.rules import document as doc
from monitor.rules.sheet import Sheet
from monitor.strict_yaml import Loc
from monitor.text.stems import LANGUAGES
from monitor.yaml_tree import Mapped

Entry = doc.ActorEntry | doc.ExtensionEntry | doc.TopicEntry | doc.RuleEntry
_UNDER_A_LANGUAGE = "put the names under their language, such as ru: […]"


def accepted(entry: Entry) -> frozenset[str]:
    """Give the codes of findings that an entry accepts; one that only adds names accepts none."""
    lint = None if isinstance(entry, doc.ExtensionEntry) else entry.lint
    return frozenset(lint.allow) if lint else frozenset()


def why_not_inflected(lang: str) -> tuple[str, str]:
    """Say why a name of a language cannot be inflected, and what can be done."""
    if not lang:
        return "a name without a language cannot be inflected", _UNDER_A_LANGUAGE
    return f"there is no stemmer for {lang!r}", f"stemmers are had for {', '.join(sorted(LANGUAGES))}"


def check_languages(sheet: Sheet, entry: Entry, loc: Loc) -> None:
    """Report lists whose language is empty, and remark on names that `inflect: true` leaves as they are."""
    lists = _lists(entry)
    if "empty-language" not in accepted(entry):
        for key, names in lists.items():
            if "" in names:
                _say_if_empty(sheet, (*loc, key))
    asked = not isinstance(entry, doc.TopicEntry | doc.RuleEntry) and entry.inflect
    if asked and "not-inflected" not in accepted(entry):
        # Context and `not:` are no names of the actor, and stay as written in any language.
        names_alone = (lists[key] for key in ("names", "weak", "titles", "informal"))
        _say_what_stays_as_written(sheet, [lang for names in names_alone for lang in names], loc)


def _lists(entry: Entry) -> dict[str, Mapping[str, doc.NameList]]:
    if isinstance(entry, doc.RuleEntry):
        return {}
    if isinstance(entry, doc.TopicEntry):
        return {"terms": entry.terms}
    keys = ("names", "weak", "context", "titles", "informal")
    return {"not": entry.not_} | {key: getattr(entry, key) for key in keys}


def _say_if_empty(sheet: Sheet, loc: Loc) -> None:
    """Tell a language that is left empty from a list without languages, which is read in the same way."""
    written = sheet.source.node(loc)
    if isinstance(written, Mapped) and "" in written.items:
        place = sheet.source.place((*loc, ""), at_key=True)
        hint = "write one such as en, fa or ru, or a list without languages"
        sheet.report_at(place, "the language is empty", hint, "empty-language", "finding")


def _say_what_stays_as_written(sheet: Sheet, langs: list[str], loc: Loc) -> None:
    without = [lang for lang in dict.fromkeys(langs) if lang.split("-", maxsplit=1)[0] not in LANGUAGES]
    if not without:
        return
    said, hint = f"there is no stemmer for {', '.join(filter(None, without))}", "write their forms out"
    if "" in without:
        said = f"{said}, nor for names without a language" if len(without) > 1 else "no language is named"
        hint = _UNDER_A_LANGUAGE
    said = f"{said}: these names count as they are written"
    sheet.report((*loc, "inflect"), said, hint, code="not-inflected", level="remark")
