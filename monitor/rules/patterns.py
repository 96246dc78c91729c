"""Regular expressions in rules: what is written between slashes, made ready for RE2 over folded text.

RE2 runs in time linear in the text whatever the pattern, at the price of look-around and back-references. It
knows words and digits only in ASCII, so `\\w`, `\\s` and `\\d` are written out, and where a pattern asks for
word edges it runs over a text in which every edge bears marks: `\\b` then takes one of them, and everything
else steps over them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files

import re2
import regex
from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput

from monitor.text.folding import fold

EDGE = "\x01"
EDGES = EDGE * 2  # two, so that `\b(\bword)` finds one for each
LEAST_LITERAL = 3
MAX_LENGTH = 10_000
_MAX_DEPTH = 50
_MAX_FOLDED_RANGE = 2_000
MAX_STEPS = 300  # they are gone through side by side, at every character of a text
_MEMORY = 4 << 20
_WORD = r"\pL\pM\pN_"
_SPACE = r"\t\n\v\f\r\x{85}\pZ"
_NO_SPACE = (
    r"\x{2}-\x{8}\x{e}-\x{1f}!-\x{84}\x{86}-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027}"
    r"\x{202a}-\x{202e}\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{10ffff}"
)
# What a letter after a backslash stands for inside brackets; the marks U+0001 are in none of them, and no
# text holds that character or U+0000: visible text has no control characters.
_IN_CLASS = {"w": _WORD, "s": _SPACE, "d": "0-9", "S": _NO_SPACE, "D": r"\x{2}-/:-\x{10ffff}"}
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "a": "\a"}
_SYLLABLE = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]")
_WORD_CHAR = r"[\p{L}\p{M}\p{N}_]"
_IS_WORD = regex.compile(_WORD_CHAR)
_CLASS_ITEM = regex.compile(
    r"(?P<property>\\[pP](?:\{\^?\w+\}|[A-Z]))|(?P<posix>\[:\^?\w+:\])"
    r"|(?P<one>\\x\{[0-9A-Fa-f]{1,6}\}|\\x[0-9A-Fa-f]{2}|\\.|[^\\])", regex.DOTALL
)  # fmt: skip


class PatternFault(ValueError):
    """A pattern that cannot be used; `start:end` is where in it the fault stands."""

    def __init__(self, message: str, start: int = 0, end: int = 0) -> None:
        self.start, self.end = start, end
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression over the folded text of a field.

    `text` is what was written, `source` what RE2 is given, `edges` tells whether it runs over the text with
    its word edges marked. Wherever it matches, one of `literals` stands in the folded text; there are none
    where nothing can be promised. `langs` restricts it to articles of these languages.
    """

    text: str
    source: str
    edges: bool = False
    literals: tuple[str, ...] = ()
    langs: tuple[str, ...] = ()

    def __hash__(self) -> int:
        return hash(self.source)

    @property
    def is_selective(self) -> bool:
        """Tell whether a literal of three letters must stand in a text that matches."""
        return bool(self.literals)

    @property
    def folded(self) -> tuple[str, ...]:
        """Give the form by which names are told apart."""
        return (f"/{self.source}/",)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a pattern: its RE2 text, whether it can be empty, the literals that it needs.

    `exact` is what it matches where that is one text only. `steps` counts the classes and dots that it can go
    through when its counted repetitions are written out.
    """

    source: str
    empty: bool
    literals: tuple[str, ...] = ()
    exact: str | None = None
    steps: int = 1


@lru_cache(maxsize=1_000)
def compiled(pattern: Pattern) -> re2._Regexp:
    """Compile a pattern, once: it is run for many articles. Its memory and so its time are bounded."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    return re2.compile(pattern.source, options)


def marked(text: str) -> str:
    """Put marks at the word edges of a folded text."""
    return _EDGE_PLACES.sub(EDGES, text)


_EDGE_PLACES = regex.compile(rf"(?<!{_WORD_CHAR})(?={_WORD_CHAR})|(?<={_WORD_CHAR})(?!{_WORD_CHAR})")


def read_pattern(text: str, langs: tuple[str, ...] = ()) -> Pattern:
    """Read what stands between the slashes; raises `PatternFault` where it cannot be used."""
    if len(text) > MAX_LENGTH:
        raise PatternFault(f"a pattern of {len(text):,} characters; {MAX_LENGTH:,} are the most")
    try:
        tree = _parser().parse(text)
    except UnexpectedInput as error:
        place = error.pos_in_stream if error.pos_in_stream is not None else len(text)
        place = min(max(place, 0), max(len(text) - 1, 0))
        raise PatternFault(_said_of_syntax(text, place), place, place + 1) from None
    edges = regex.search(r"(?<!\\)(?:\\\\)*\\b", text) is not None
    top = tree.children[0]
    assert isinstance(top, Tree)
    piece = _Writer(edges=edges).alternation(top, 0)
    if piece.empty:
        raise PatternFault("this pattern matches where nothing stands, and so everywhere")
    if piece.steps > MAX_STEPS:
        said = f"repeated as it says, this pattern goes through {piece.steps:,} characters of any kind"
        raise PatternFault(f"{said}; {MAX_STEPS} are the most")
    pattern = Pattern(text, piece.source, edges, _selective(piece.literals), langs)
    _check(pattern)
    return pattern


def _check(pattern: Pattern) -> None:
    try:
        program = compiled(pattern)
    except re2.error as error:
        said = error.args[0].decode("utf-8", "replace") if error.args else "refused by RE2"
        if "too large" in said:
            said = "it is too large"
        raise PatternFault(f"this pattern cannot be used: {said}") from None
    if program.programsize <= 1:
        raise PatternFault("no text can match this pattern")


def _said_of_syntax(text: str, place: int) -> str:
    if text[place : place + 1] in ("", ")"):
        return "a bracket is missing in this pattern, or is one too many"
    if text[place] in "*+?":
        return f"nothing stands before {text[place]!r} that it could repeat"
    if text[place] == "[":
        return "this character class is not closed"
    return "this pattern breaks off here"


def _selective(literals: tuple[str, ...]) -> tuple[str, ...]:
    return literals if all(map(_tells, literals)) else ()


def _tells(literal: str) -> bool:
    """Tell whether a literal is long enough to select: three letters, or two of Han, kana and Hangul."""
    return (
        sum(1 + (_SYLLABLE.match(char) is not None) / 2 for char in literal if char.isalnum())
        >= LEAST_LITERAL
    )


@cache
def _parser() -> Lark:
    grammar = files("monitor.rules").joinpath("pattern.lark").read_text(encoding="utf-8")
    return Lark(
        grammar, parser="lalr", lexer="basic", regex=True, propagate_positions=True, maybe_placeholders=False
    )


class _Writer:
    """Writes the tree of a pattern for RE2; with `edges` everything steps over the marks at word edges."""

    def __init__(self, *, edges: bool) -> None:
        self._step = f"{EDGE}*" if edges else ""

    def alternation(self, tree: Tree[Token], depth: int) -> _Piece:
        if depth > _MAX_DEPTH:
            raise PatternFault(f"nested more than {_MAX_DEPTH} deep", *_span(tree))
        branches = [self._sequence(part, depth) for part in tree.children if isinstance(part, Tree)]
        if len(branches) == 1:
            return branches[0]
        needed = [branch.literals for branch in branches]
        return _Piece(
            "|".join(branch.source for branch in branches),
            any(branch.empty for branch in branches),
            tuple(dict.fromkeys(literal for part in needed for literal in part)) if all(needed) else (),
            steps=sum(branch.steps for branch in branches),
        )

    def _sequence(self, tree: Tree[Token], depth: int) -> _Piece:
        pieces = [self._repeated(part, depth) for part in _in_runs(tree)]
        return _Piece(
            "".join(piece.source for piece in pieces),
            all(piece.empty for piece in pieces),
            _best(pieces),
            "".join(p.exact or "" for p in pieces) if all(p.exact is not None for p in pieces) else None,
            sum(piece.steps for piece in pieces),
        )

    def _repeated(self, part: Tree[Token] | str, depth: int) -> _Piece:
        if isinstance(part, str):
            return self._literal(part)
        atom, *rest = part.children
        assert isinstance(atom, Tree)
        piece = self._atom(atom, depth)
        if not rest:
            return piece
        quantifier = str(rest[0])
        optional = quantifier[0] in "*?" or regex.match(r"\{0*[,}]|\{0+\}", quantifier) is not None
        literals = () if optional else piece.literals
        times = max(map(int, regex.findall(r"\d+", quantifier)), default=1)
        steps = max(piece.steps, 1) * max(times, 1)
        return _Piece(f"(?:{piece.source}){quantifier}", piece.empty or optional, literals, steps=steps)

    def _atom(self, tree: Tree[Token], depth: int) -> _Piece:  # noqa: PLR0911 - one line a kind
        if (text := _literal_of(tree)) is not None:
            return self._literal(text)
        token = tree.children[0]
        match str(tree.data), tree.children:
            case "group", [_, Tree() as inner]:
                self._check_flags(tree)
                piece = self.alternation(inner, depth + 1)
                return replace(piece, source=f"(?:{piece.source})")
            case "look", _:
                raise PatternFault("look-around is not had: it cannot be run in bounded time", *_span(tree))
            case "flags", _:
                self._check_flags(tree)
                return _Piece("", empty=True, exact="")
            case "class", _:
                return self._class(str(token), _span(tree))
            case "property", _:
                return _Piece(self._step + str(token), empty=False)
            case "any", _:
                return _Piece(rf"{self._step}[^\n\x{{1}}]", empty=False)
            case "start_of_field", _:
                return _Piece("^", empty=True)
            case "end_of_field", _:
                return _Piece(f"{self._step}$", empty=True)
        return self._escape(str(token)[1], _span(tree))

    def _check_flags(self, tree: Tree[Token]) -> None:
        opening = str(tree.children[0])
        flags = opening.strip("(?:)") if not opening.endswith(">") else ""
        if flags.strip("i"):
            said = f"the flags {flags!r} are not had; any case matches anyway, and `.` ends with the line"
            raise PatternFault(said, *_span(tree.children[0]))

    def _escape(self, letter: str, place: tuple[int, int]) -> _Piece:
        if letter == "b":
            return _Piece(EDGE, empty=True)
        if letter in "Az":
            return _Piece("^" if letter == "A" else f"{self._step}$", empty=True)
        if letter == "W":
            return _Piece(rf"{self._step}[^{_WORD}\x{{1}}]", empty=False)
        if letter in _IN_CLASS:
            return _Piece(f"{self._step}[{_IN_CLASS[letter]}]", empty=False)
        if letter.isdigit():
            raise PatternFault("back-references are not had: they cannot be run in bounded time", *place)
        raise PatternFault(f"\\{letter} means nothing in a pattern", *place)

    def _literal(self, text: str) -> _Piece:
        folded = fold(text)
        source, before = "", None
        for char in folded:
            is_word = _IS_WORD.match(char) is not None
            source += ("" if before == is_word else self._step) + re2.escape(char)
            before = is_word
        return _Piece(source, not folded, (folded,) if folded else (), folded, steps=0)

    def _class(self, written: str, place: tuple[int, int]) -> _Piece:
        negated = written.startswith("[^")
        inner = written[2 if negated else 1 : -1]
        ranges, apart = _class_ranges(inner, place)
        body = "".join(ranges)
        if negated:
            return _Piece(rf"{self._step}[^{body}\x{{0}}\x{{1}}]", empty=False)
        choices = [f"[{body}]"] if body else []
        choices += [re2.escape(text) for text in apart]
        return _Piece(
            f"{self._step}(?:{'|'.join(choices)})" if apart else self._step + choices[0], empty=False
        )


def _span(piece: Tree[Token] | Token) -> tuple[int, int]:
    if isinstance(piece, Token):
        return piece.start_pos or 0, piece.end_pos or 0
    return (0, 0) if piece.meta.empty else (piece.meta.start_pos, piece.meta.end_pos)


def _literal_of(atom: Tree[Token]) -> str | None:
    """Give the text that an atom stands for, None where it is more than a text."""
    written = str(atom.children[0])
    if atom.data == "char":
        return written
    if atom.data == "quoted":
        return written[2:].removesuffix("\\E")
    if atom.data == "code":
        return _of_code(written, _span(atom))
    if atom.data == "escape" and (written[1] in _CONTROLS or not written[1].isalnum()):
        return _CONTROLS.get(written[1], written[1])
    return None


def _of_code(written: str, place: tuple[int, int]) -> str:
    """Give the character that `\\x41` or `\\x{438}` stands for."""
    number = int(written[2:].strip("{}"), 16)
    if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
        raise PatternFault(f"{written} is no character", *place)
    return chr(number)


def _in_runs(sequence: Tree[Token]) -> list[Tree[Token] | str]:
    """Bring characters in a row together: letters are folded with their neighbours."""
    found: list[Tree[Token] | str] = []
    for part in sequence.children:
        assert isinstance(part, Tree)
        atom = part.children[0]
        assert isinstance(atom, Tree)
        text = _literal_of(atom) if len(part.children) == 1 else None
        if text is None:
            found.append(part)
        elif found and isinstance(found[-1], str):
            found[-1] += text
        else:
            found.append(text)
    return found


def _best(pieces: list[_Piece]) -> tuple[str, ...]:
    """Choose what of a sequence is hardest to find by chance: the longest text, or the best of its parts."""
    candidates: list[tuple[str, ...]] = [piece.literals for piece in pieces if piece.literals]
    run = ""
    for piece in pieces:
        run = run + piece.exact if piece.exact is not None else ""
        if run:
            candidates.append((run,))
    return max(candidates, key=lambda texts: (min(map(len, texts)), -len(texts)), default=())


def _class_ranges(inner: str, place: tuple[int, int]) -> tuple[list[str], list[str]]:
    """Fold what stands in a character class; gives RE2's ranges, and the letters that fold to several."""
    items = [(found.lastgroup, found[0]) for found in _CLASS_ITEM.finditer(inner)]
    ranges: list[str] = []
    apart: list[str] = []
    index = 0
    while index < len(items):
        kind, written = items[index]
        letter = written[1:2] if written.startswith("\\") and len(written) == 2 else ""
        if kind in ("property", "posix"):
            ranges.append(written)
        elif letter in _IN_CLASS and letter:
            ranges.append(_IN_CLASS[letter])
        elif letter and letter.isalnum() and letter not in _CONTROLS:
            raise PatternFault(f"\\{letter} cannot stand in a character class", *place)
        else:
            first = last = _one(written, place)
            if [item[1] for item in items[index + 1 : index + 2]] == ["-"] and index + 2 < len(items):
                last = _one(items[index + 2][1], place)
                index += 2
            _add_range(first, last, ranges, apart, place)
        index += 1
    return ranges, apart


def _one(written: str, place: tuple[int, int]) -> str:
    if written.startswith("\\x"):
        return _of_code(written, place)
    if written.startswith("\\"):
        return _CONTROLS.get(written[1], written[1])
    return written


def _add_range(first: str, last: str, ranges: list[str], apart: list[str], place: tuple[int, int]) -> None:
    if len(first) != 1 or len(last) != 1 or first > last:
        raise PatternFault(f"{first}-{last} is no range of characters", *place)
    if ord(last) - ord(first) >= _MAX_FOLDED_RANGE:  # a whole script: Han and the like fold to themselves
        ranges.append(f"\\x{{{ord(first):x}}}-\\x{{{ord(last):x}}}")
        return
    for number in range(ord(first), ord(last) + 1):
        folded = "" if 0xD800 <= number <= 0xDFFF else fold(chr(number))
        if len(folded) == 1:
            ranges.append(f"\\x{{{ord(folded):x}}}")
        elif folded:
            apart.append(folded)
