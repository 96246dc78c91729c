"""Terms: what a rule looks for, cut into the parts that must follow each other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from monitor.rules.document import NameList, TermEntry
from monitor.rules.patterns import Pattern, read_pattern
from monitor.text.affixes import Affixes, affix_language
from monitor.text.folding import fold
from monitor.text.stems import LANGUAGES
from monitor.text.tokens import Tokens, edge_symbols, is_cluster, symbols_in

ARTICLE_LANGUAGE = "article"
MAX_TOKENS = 100
_HANGUL = re.compile("^[\uac00-\ud7af\u1100-\u11ff]")


class TermFault(ValueError):
    """A text that cannot be looked for; `offset` is where in it the fault stands."""

    def __init__(self, message: str, offset: int = 0) -> None:
        self.offset = offset
        super().__init__(message)


class Part(NamedTuple):
    """One token of a term: its folded form, what must stand before it, and how it compares."""

    key: str
    written: str
    symbols: str = ""
    prefix: bool = False


class Term(NamedTuple):
    """A term as compiled from what was written.

    `tail` are the symbols that must follow the last part. `stem` is a language, `ARTICLE_LANGUAGE`, or empty.
    `langs` restricts the term to articles of these languages; `affixes` is the language whose particles may
    be attached to the first word.
    """

    text: str
    parts: tuple[Part, ...]
    tail: str = ""
    exact_case: bool = False
    exact_accents: bool = False
    stem: str = ""
    langs: tuple[str, ...] = ()
    affixes: Affixes = ""

    def __hash__(self) -> int:
        # Terms are looked up by the hundred thousand, and their text tells most of them apart.
        return hash((self.text, self.stem, self.exact_case))

    @property
    def is_selective(self) -> bool:
        """Tell whether the term selects enough by itself; one word with a star does not."""
        return len(self.parts) > 1 or not self.parts[0].prefix

    @property
    def folded(self) -> tuple[str, ...]:
        """Give the folded tokens, stars included: the form by which names are told apart."""
        return tuple(part.symbols + part.key + "*" * part.prefix for part in self.parts)


AnyTerm = Term | Pattern


@dataclass(frozen=True, slots=True)
class Forms:
    """The further forms in which names of a list count: inflected, and with particles attached."""

    inflect: bool = False
    affixes: bool = False

    def with_those_of(self, said: NameList | TermEntry) -> Forms:
        """Give these forms with what a list or a name of it says itself."""
        return Forms(
            self.inflect if said.inflect is None else said.inflect,
            self.affixes if said.affixes is None else said.affixes,
        )


def read_entry(entry: TermEntry, lang: str = "", forms: Forms = Forms()) -> AnyTerm:
    """Compile a name or topic term of a file; `lang` and `forms` are those of the list it stands in.

    Raises `TermFault` or `PatternFault` where it cannot be looked for.
    """
    if entry.regex is not None:
        return read_pattern(entry.regex, entry.lang)
    primary = lang.split("-", maxsplit=1)[0]
    exact = "exact" in (entry.case, entry.accents)
    forms = forms.with_those_of(entry)
    # A star and a form as written say already how the word may end.
    plain = not exact and "*" not in (entry.term or "")
    stemmed = entry.stem or (primary if forms.inflect and plain and primary in LANGUAGES else "")
    return read_term(
        entry.term or "",
        exact_case=entry.case == "exact",
        exact_accents=exact,
        stem_lang=stemmed,
        langs=entry.lang,
        affixes=affix_language(primary) if forms.affixes else "",
    )


def read_term(
    text: str,
    *,
    exact_case: bool = False,
    exact_accents: bool = False,
    stem_lang: str = "",
    langs: tuple[str, ...] = (),
    affixes: Affixes = "",
) -> Term:
    """Compile a written term; raises `TermFault` where it cannot be looked for."""
    tokens = Tokens(text)
    if not len(tokens):
        raise TermFault(f"{text!r} holds no letter and no digit")
    if len(tokens) > MAX_TOKENS:
        raise TermFault(f"a term of {len(tokens)} words; {MAX_TOKENS} are the most")
    parts: list[Part] = []
    gap = tokens.gap(-1)
    for index in range(len(tokens)):
        if "*" in gap:
            raise TermFault("a star stands only at the end of a word", text.index("*"))
        following, star = _without_star(tokens, index)
        written = tokens.original(index)
        if written == text:
            written = text  # one object for what is the same: there are many terms
        if star:
            _check_prefix(written, tokens.ends[index], bool(stem_lang) or exact_case or exact_accents)
        symbols = symbols_in(gap) if index else edge_symbols(gap).lstrip()
        key = tokens.folded[index]
        parts.append(Part(written if key == written else key, written, symbols, star))
        gap = following
    if "*" in gap:
        raise TermFault("a star stands only at the end of a word", text.rindex("*"))
    tail = edge_symbols(gap).rstrip()
    return Term(text, tuple(parts), tail, exact_case, exact_accents, stem_lang, langs, affixes)


def _without_star(tokens: Tokens, index: int) -> tuple[str, bool]:
    gap = tokens.gap(index)
    if not gap.startswith("*"):
        return gap, False
    if len(gap) == 1 and index + 1 < len(tokens):
        raise TermFault("a star stands only at the end of a word", tokens.ends[index])
    return gap[1:], True


def _check_prefix(written: str, offset: int, special: bool) -> None:
    if special:
        raise TermFault("a star goes with neither stem nor exact", offset)
    if is_cluster(written[0]):
        raise TermFault(
            "a star cannot follow a script without spaces: the word as it is does the same", offset
        )
    least = 2 if _HANGUL.match(written) else 3
    if sum(char.isalnum() for char in fold(written)) < least:
        raise TermFault(f"a star needs at least {least} letters or digits before it", offset)
