"""A page of the rule manual, read as what it claims: rule files with their tests, and tables of examples.

- A block whose first line is `# rules/….yaml` is a file of the page's own rules folder.
- A table headed `write | finds | does not find` has an expression in each row, and texts parted by `<br>`.
- A table headed `written | refused, since` has an expression in each row, and what is said of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FILE = re.compile(r"^```yaml\n# (?P<name>rules/\S+\.yaml)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_EXAMPLES = re.compile(r"^\| write \| finds \| does not find \|\n\|[-|]+\|\n((?:\|.*\|\n)+)", re.MULTILINE)
_REFUSED = re.compile(r"^\| written \| refused, since \|\n\|[-|]+\|\n((?:\|.*\|\n)+)", re.MULTILINE)
_CELL = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class ExampleRow:
    """An expression with the texts that it finds and those that it does not."""

    expression: str
    finds: tuple[str, ...]
    passes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """An expression that cannot be used, with what the page says that the program says of it."""

    expression: str
    said: str


class RulesPage:
    """One page; what it shows is read once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.text = path.read_text(encoding="utf-8")
        self.files = [(found["name"], found["text"]) for found in FILE.finditer(self.text)]
        self.examples = [
            ExampleRow(_code(first), tuple(_texts(finds)), tuple(_texts(passes)))
            for first, finds, passes in _rows(_EXAMPLES, self.text)
        ]
        self.refused = [
            RefusedRow(_code(first), said.replace("`", "")) for first, said in _rows(_REFUSED, self.text)
        ]

    def write(self, folder: Path) -> None:
        """Write the page's rule files, and its tables as one more, whose rules carry the texts as tests."""
        for name, text in self.files:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        if self.examples:
            (folder / "rules").mkdir(exist_ok=True)
            rules = "".join(_rule(number, row) for number, row in enumerate(self.examples, 1))
            (folder / "rules" / "tables.yaml").write_text(f"rules:\n{rules}", encoding="utf-8")


def _rows(table: re.Pattern[str], text: str) -> Iterator[list[str]]:
    for found in table.finditer(text):
        for row in found[1].splitlines():
            yield [cell.strip().replace("\\|", "|") for cell in _CELL.split(row)[1:-1]]


def _code(cell: str) -> str:
    found = re.fullmatch(r"(`+) ?(.+?) ?\1", cell)
    assert found is not None, f"no expression in {cell!r}"
    return found[2]


def _texts(cell: str) -> list[str]:
    return [text.strip() for text in cell.split("<br>") if text.strip()]


def _rule(number: int, row: ExampleRow) -> str:
    tests = [("match", text) for text in row.finds] + [("no_match", text) for text in row.passes]
    lines = "".join(f"      - {kind}: {_quoted(text)}\n" for kind, text in tests)
    return f"  - id: row-{number}\n    match: {_quoted(row.expression)}\n    tests:\n{lines}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
