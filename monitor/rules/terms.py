"""Terms: what a rule looks for, cut into the parts that must follow each other."""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.rules.document import TermEntry
from monitor.text.folding import fold
from monitor.text.stems import stem
from monitor.text.tokens import Tokens, edge_symbols, is_cluster, symbols_in, tokenise

ARTICLE_LANGUAGE = "article"
MAX_TOKENS = 100
_HANGUL = re.compile("^[\uac00-\ud7af\u1100-\u11ff]")


class TermFault(ValueError):
    """A text that cannot be looked for; `offset` is where in it the fault stands."""

    def __init__(self, message: str, offset: int = 0) -> None:
        self.offset = offset
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Part:
    """One token of a term: its folded form, what must stand before it, and how it compares."""

    key: str
    written: str
    symbols: str = ""
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """A term as compiled from what was written.

    `tail` are the symbols that must follow the last part. `stem` is a language, `ARTICLE_LANGUAGE`, or empty.
    `langs` restricts the term to articles of these languages.
    """

    text: str
    parts: tuple[Part, ...]
    tail: str = ""
    exact_case: bool = False
    exact_accents: bool = False
    stem: str = ""
    langs: tuple[str, ...] = ()

    @property
    def is_lone_prefix(self) -> bool:
        """Tell whether the term is one word with a star, which selects too little by itself."""
        return len(self.parts) == 1 and self.parts[0].prefix

    @property
    def folded(self) -> tuple[str, ...]:
        """Give the folded tokens, stars included: the form by which names are told apart."""
        return tuple(part.symbols + part.key + "*" * part.prefix for part in self.parts)

    def stemmed(self, part: Part, lang: str) -> str:
        """Give the stem of a part in a language."""
        return stem(part.written, lang)


def read_entry(entry: TermEntry) -> Term:
    """Compile a name or topic term of a file."""
    return read_term(
        entry.term or "",
        exact_case=entry.case == "exact",
        exact_accents="exact" in (entry.case, entry.accents),
        stem_lang=entry.stem or "",
        langs=entry.lang,
    )


def read_term(
    text: str,
    *,
    exact_case: bool = False,
    exact_accents: bool = False,
    stem_lang: str = "",
    langs: tuple[str, ...] = (),
) -> Term:
    """Compile a written term; raises `TermFault` where it cannot be looked for."""
    tokens = tokenise(text)
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
        if star:
            _check_prefix(written, tokens.ends[index], bool(stem_lang) or exact_case or exact_accents)
        symbols = symbols_in(gap) if index else edge_symbols(gap).lstrip()
        parts.append(Part(tokens.folded[index], written, symbols, star))
        gap = following
    if "*" in gap:
        raise TermFault("a star stands only at the end of a word", text.rindex("*"))
    return Term(text, tuple(parts), edge_symbols(gap).rstrip(), exact_case, exact_accents, stem_lang, langs)


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
