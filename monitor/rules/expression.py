"""Match expressions: from the text of a rule to its tree, or to all that is wrong with it.

The grammar stands in `expression.lark`; it takes in more than the language, and what is too much is refused
here with its place and, where the text can be read in two ways, with both readings.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput

from monitor.errors import ProblemLevel
from monitor.rules.contradictions import contradictions
from monitor.rules.faults import (
    Fault,
    field_faults,
    filter_faults,
    first_faults,
    near_faults,
    picture,
    syntax_fault,
)
from monitor.rules.patterns import PatternFault, read_pattern
from monitor.rules.readings import grouped, quoted, without_operator
from monitor.rules.scalars import interval
from monitor.rules.slips import sign_said, slip_after_colon
from monitor.rules.terms import ARTICLE_LANGUAGE, Term, TermFault, read_term
from monitor.rules.tree import (
    FIELDS,
    FILTERS,
    And,
    AnyOf,
    AtLeast,
    Filter,
    In,
    Near,
    Node,
    Not,
    Or,
    Place,
    Published,
    Reference,
    Unit,
    Word,
    reference,
)
from monitor.strict_yaml import nearest
from monitor.text.folding import fold
from monitor.text.stems import LANGUAGES

MAX_DEPTH = 50
MAX_LENGTH = 150_000
_PREFIXES = [
    *FIELDS, *FILTERS,
    "published", "actor", "topic", "office.any", "member", "member.any", "exact", "stem",
]  # fmt: skip
_WIDE_NEAR = 10


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression; `tree` is None where it cannot be used.

    `references` are the actors, groups and topics that it names, also where the rest of it is wrong.
    """

    source: str
    tree: Node | None
    faults: tuple[Fault, ...]
    references: tuple[Reference, ...] = ()

    def picture(self, fault: Fault) -> str:
        """Give the line of the fault with a caret below."""
        return picture(self.source, fault)


def parse(source: str) -> Expression:
    """Parse an expression; never raises."""
    if len(source) > MAX_LENGTH:
        said = f"an expression of {len(source):,} characters; {MAX_LENGTH:,} are the most: use topics"
        return Expression(source, None, (Fault(0, 1, said, "too-long"),))
    try:
        parsed = _parser().parse(source)
    except UnexpectedInput as error:
        return Expression(source, None, (syntax_fault(source, error),))
    builder = _Builder(source)
    tree = builder.chain(_tree(parsed.children[0]))
    if tree is not None:
        builder.faults += contradictions(tree)
    faults = first_faults(sorted(set(builder.faults)))
    usable = tree if not any(fault.level == "error" for fault in faults) else None
    return Expression(source, usable, faults, tuple(builder.references))


@cache
def _parser() -> Lark:
    grammar = files("monitor.rules").joinpath("expression.lark").read_text(encoding="utf-8")
    return Lark(
        grammar, parser="lalr", lexer="basic", regex=True, propagate_positions=True, maybe_placeholders=False
    )


def _tree(piece: Tree[Token] | Token) -> Tree[Token]:
    assert isinstance(piece, Tree)
    return piece


def _span(piece: Tree[Token] | Token) -> Place:
    if isinstance(piece, Token):
        return piece.start_pos or 0, piece.end_pos or 0
    return piece.meta.start_pos, piece.meta.end_pos


class _Builder:
    """Builds the tree and gathers what is wrong; a part that is wrong becomes None."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.faults: list[Fault] = []
        self.references: list[Reference] = []
        self._field = ""
        self._near = False
        self._depth = 0

    def _fault(
        self, place: Place, message: str, code: str = "expression", level: ProblemLevel = "error"
    ) -> None:
        self.faults.append(Fault(*place, message, code, level))

    def _text(self, piece: Tree[Token] | Token) -> str:
        return quoted(self.source, *_span(piece))

    # Chains of AND and OR

    def chain(self, tree: Tree[Token]) -> Node | None:
        pieces = tree.children
        operands = [piece for piece in pieces if isinstance(piece, Tree)]
        joins = [piece for piece in pieces if isinstance(piece, Token)]
        built = [self._unary(operand) for operand in operands]
        if len(operands) == 1:
            return built[0]
        wrong = self._check_joins(pieces, joins)
        if wrong or any(part is None for part in built):
            return None
        kind = And if joins[0] == "AND" else Or
        return kind(tuple(part for part in built if part is not None), _span(tree))

    def _check_joins(self, pieces: list[Tree[Token] | Token], joins: list[Token]) -> bool:
        before = len(self.faults)
        for left, right in itertools.pairwise(pieces):
            if isinstance(left, Tree) and isinstance(right, Tree):
                self._side_by_side(left, right)
        kinds = {str(join) for join in joins}
        if len(kinds) > 1:
            odd = next(join for join in joins if join != joins[0])
            operands = [self._text(piece) for piece in pieces if isinstance(piece, Tree)]
            both = " or ".join(
                grouped(operands, [str(join) for join in joins], tight) for tight in ("AND", "OR")
            )
            self._fault(
                _span(odd), f"AND and OR side by side without brackets; write {both}", code="mixed-and-or"
            )
        return len(self.faults) > before

    def _side_by_side(self, left: Tree[Token], right: Tree[Token]) -> None:
        a, b = self._text(left), self._text(right)
        if a.endswith(":"):
            return  # what should stand after the colon is told there
        message, word = without_operator(a, b)
        start, end = _span(right if word == b else left)
        self._fault((start, start + 3 if b.startswith("NOT") else end), message, "no-operator")

    def _unary(self, tree: Tree[Token]) -> Node | None:
        if tree.data == "negation":
            if self._near:
                self._fault(_span(tree.children[0]), "NOT cannot stand inside NEAR", "near-operand")
                return None
            inner = self._deeper(tree.children[0], self._unary, _tree(tree.children[1]))
            return Not(inner, _span(tree)) if inner is not None else None
        return self._nearness(_tree(tree.children[0]))

    def _deeper(
        self, start: Tree[Token] | Token, build: Callable[[Tree[Token]], Node | None], tree: Tree[Token]
    ) -> Node | None:
        if self._depth == MAX_DEPTH:
            self._fault(_span(start), f"nested more than {MAX_DEPTH} deep", "too-deep")
            return None
        self._depth += 1
        built = build(tree)
        self._depth -= 1
        return built

    # NEAR and its kin

    def _nearness(self, tree: Tree[Token]) -> Node | None:
        pieces = tree.children
        if len(pieces) == 1:
            return self._atom(_tree(pieces[0]))
        outer, self._near = self._near, True
        built = [self._atom(piece) for piece in pieces if isinstance(piece, Tree)]
        self._near = outer
        operators = [piece for piece in pieces if isinstance(piece, Token)]
        if outer:
            self._fault(_span(operators[0]), f"{operators[0]} cannot stand inside NEAR", "near-operand")
        if len(operators) > 1:
            self._several_nears(pieces, operators)
            return None
        distance, ordered, unit = self._near_operator(operators[0])
        left, right = built
        if left is None or right is None:
            return None
        self.faults += (*near_faults(left, "NEAR"), *near_faults(right, "NEAR"))
        return Near(left, right, distance, ordered, unit, operators[0].startswith("NOT"), _span(tree))

    def _several_nears(self, pieces: list[Tree[Token] | Token], operators: list[Token]) -> None:
        a, b, c = (self._text(piece) for piece in pieces[:5:2])
        first, second = operators[:2]
        said = f"write `({a} {first} {b}) AND ({b} {second} {c})` or `{a} {first} ({b} OR {c})`"
        self._fault(
            _span(second), f"{first} and {second} side by side without brackets; {said}", "mixed-near"
        )

    def _near_operator(self, token: Token) -> tuple[int, bool, Unit]:
        name, slash, number = str(token).removeprefix("NOT").strip().partition("/")
        if name in ("SENTENCE", "PARAGRAPH"):
            return 0, False, "sentence" if name == "SENTENCE" else "paragraph"
        ordered = name == "ONEAR"
        if not slash:
            return 5, ordered, "token"
        if not re.fullmatch(r"[0-9]{1,4}", number):
            self._fault(_span(token), f"a number of tokens belongs after the slash: {name}/5")
            return 5, ordered, "token"
        if int(number) > _WIDE_NEAR:
            said = f"{token} is wide: above {_WIDE_NEAR} tokens AND finds nearly the same"
            self._fault(_span(token), said, "wide-near", "remark")
        return int(number), ordered, "token"

    # Counts

    def _number(self, token: Token) -> int | None:
        name, _, number = str(token).partition("/")
        if re.fullmatch(r"[0-9]{1,4}", number) and int(number):
            return int(number)
        self._fault(_span(token), f"a number from 1 belongs after the slash: {name}/2", "count")
        return None

    def _at_least(self, token: Token, inner: Tree[Token], place: Place) -> Node | None:
        number = self._number(token)
        below = self._deeper(token, self.chain, inner)
        if number is None or below is None:
            return None
        self.faults += near_faults(below, "ATLEAST")
        return AtLeast(number, below, place)

    def _any_of(self, token: Token, pieces: list[Tree[Token] | Token], place: Place) -> Node | None:
        number = self._number(token)
        built = [self._deeper(token, self.chain, _tree(piece)) for piece in pieces]
        parts = tuple(part for part in built if part is not None)
        if number is None or len(parts) < len(built):
            return None
        if number > len(parts):
            self._fault(
                _span(token), f"{token} asks for more than the {len(parts)} operands there are", "count"
            )
            return None
        return AnyOf(number, parts, place)

    # Operands

    def _atom(self, tree: Tree[Token]) -> Node | None:  # noqa: C901, PLR0911 - one line a kind
        place = _span(tree)
        match str(tree.data), tree.children:
            case "group", [Tree() as inner]:
                return self._deeper(tree, self.chain, inner)
            case "within", [Token() as prefix, Tree() as inner]:
                return self._within(prefix, inner, place)
            case "filter", [Token() as prefix, *values]:
                return self._filter(prefix, values, place)
            case "published", [Token() as token]:
                return self._published(token)
            case "reference", [Token() as token]:
                return self._reference(token)
            case "form", [Token() as prefix, Token() as token]:
                return self._form(prefix, token, place)
            case "unknown", [Token() as token]:
                return self._unknown(token)
            case (("word" | "phrase"), [Token() as token]):
                term = self._term(token)
                return Word(term, self._source(place), place) if term else None
            case "atleast", [Token() as token, Tree() as inner]:
                return self._at_least(token, inner, place)
            case "anyof", [Token() as token, *pieces]:
                return self._any_of(token, pieces, place)
            case "pattern", [Token() as token]:
                return self._pattern(token)
        raise AssertionError(tree.data)  # the grammar has no other kinds

    def _source(self, place: Place) -> str:
        return self.source[place[0] : place[1]]

    def _within(self, prefix: Token, inner: Tree[Token], place: Place) -> Node | None:
        name = str(prefix)[:-1]
        if self._field:
            self._fault(_span(prefix), f"a field ({name}) inside a field ({self._field})", "field-in-field")
        outer, self._field = self._field, name
        below = self._deeper(prefix, self._atom, inner)
        self._field = outer
        if below is None:
            return None
        self.faults += field_faults(below, name)
        return In(name, below, place)

    def _filter(self, prefix: Token, pieces: list[Tree[Token] | Token], place: Place) -> Node | None:
        name = str(prefix)[:-1]
        values: list[str] = []
        for piece in pieces:
            token = piece.children[0] if isinstance(piece, Tree) else piece
            assert isinstance(token, Token)
            if token.type == "JOIN":
                if token.upper() != "OR":
                    self._fault(_span(token), f"an article has one {name}; write OR")
                continue
            value = fold(_unquoted(token))
            self.faults += filter_faults(name, value, token)
            values.append(value.split("-", maxsplit=1)[0] if name == "lang" else value)
        return Filter(name, tuple(values), place)

    def _published(self, token: Token) -> Node | None:
        try:
            return Published(str(token), *interval(token.removeprefix("published:")), _span(token))
        except ValueError:
            self._fault(_span(token), "a date belongs here: published:>=2026-01-01, published:2026-01")
            return None

    def _reference(self, token: Token) -> Node | None:
        kind, _, name = str(token).partition(":")
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
            said = "" if name else slip_after_colon(kind, self.source, _span(token)[1])
            said = said or "an id belongs directly after the colon: small letters, digits and hyphens"
            self._fault(_span(token), said)
        else:
            place = _span(token)
            node = reference(kind, name, place)
            self.references.append(node)
            return node
        return None

    def _form(self, prefix: Token, token: Token, place: Place) -> Node | None:
        kind, _, lang = str(prefix)[:-1].partition(".")
        if lang and lang not in LANGUAGES:
            hint = nearest(lang, sorted(LANGUAGES))
            self._fault(_span(prefix), f"there is no stemmer for {lang!r}; {hint}")
            return None
        term = self._term(
            token, exact=kind == "exact", stem=(lang or ARTICLE_LANGUAGE) if kind == "stem" else ""
        )
        return Word(term, self._source(place), place) if term else None

    def _unknown(self, token: Token) -> Node | None:
        prefix = str(token).partition(":")[0]
        hint = nearest(prefix, _PREFIXES, listed=False) or "quote a term that holds a colon"
        self._fault(_span(token), f"unknown field {prefix!r}; {hint}", "unknown-field")
        return None

    def _pattern(self, token: Token) -> Node | None:
        start, end = _span(token)
        try:
            pattern = read_pattern(str(token)[1:-1].replace("\\/", "/"))
        except PatternFault as fault:
            # An escaped slash is one character to the pattern and two here.
            shift = str(token)[1 : 1 + fault.start].count("\\/")
            place = (start + 1 + fault.start + shift, start + 1 + fault.end + shift)
            self._fault(place if fault.end else (start, end), str(fault), "pattern")
            return None
        return Word(pattern, str(token), (start, end))

    def _term(self, token: Token, *, exact: bool = False, stem: str = "") -> Term | None:
        if token.type == "WORD" and (said := sign_said(token)):
            self._fault(_span(token), said, "no-operator")
            return None
        try:
            return read_term(_unquoted(token), exact_case=exact, exact_accents=exact, stem_lang=stem)
        except TermFault as fault:
            start, end = _span(token)
            offset = min(start + (token.type == "STRING") + fault.offset, end - 1)
            whole = fault.offset == 0
            self._fault((start, end) if whole else (offset, offset + 1), str(fault), "term")
            return None


def _unquoted(token: Token) -> str:
    return re.sub(r"\\(.)", r"\1", token[1:-1], flags=re.DOTALL) if token.type == "STRING" else str(token)
