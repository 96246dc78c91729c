"""A page of the manual, read as what its reader does: files to write, commands to type, output to see.

- A block whose first line is a comment with a path is that file.
- In a `console` block each line after `$ ` is typed, and the lines below it are what it answers. `…` stands
  for anything within a line, and alone in a line for any lines.
- A `text` block below `<!-- shown by: COMMAND -->` is what a command that still runs shows by then.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(
    r"(?:<!-- shown by: (?P<by>[^\n]+) -->\n)?^```(?P<lang>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
_ISOLATES = {0x2068: None, 0x2069: None}  # they keep texts of two directions apart, and are not seen
_NAMED = re.compile(r"(?:#|<!--) (?P<name>[\w./-]+\.\w+)(?: -->)?\n")


@dataclass(frozen=True, slots=True)
class Written:
    """The reader writes a file."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Typed:
    """The reader types a command; `shown` is what the page says that it answers, if it says anything."""

    command: str
    shown: str


@dataclass(frozen=True, slots=True)
class Seen:
    """The reader sees what a command that still runs has written."""

    command: str
    shown: str


Step = Written | Typed | Seen


def steps(page: Path) -> list[Step]:
    """Read a page from top to bottom."""
    return _steps(page.read_text(encoding="utf-8"))


def sections(page: Path) -> dict[str, list[Step]]:
    """Read a page by its headings."""
    _, *parts = re.split(r"^##+ (.+)\n", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {title: _steps(text) for title, text in zip(parts[::2], parts[1::2], strict=True)}


def _steps(text: str) -> list[Step]:
    found: list[Step] = []
    for block in _BLOCK.finditer(text):
        inside, named = block["text"], _NAMED.match(block["text"])
        if block["by"]:
            found.append(Seen(block["by"], inside))
        elif block["lang"] == "console":
            found += _typed(inside)
        elif named:
            # A reader copies the block as it stands; before the first tag of a document no comment may stand.
            found.append(Written(named["name"], inside if inside[0] == "#" else inside[named.end() :]))
    return found


def _typed(text: str) -> list[Typed]:
    found = []
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        found.append(Typed(re.split(r"\s+# ", command)[0].strip(), shown))
    return found


def fits(shown: str, answer: str) -> bool:
    """Tell whether an answer is what a page shows."""
    pattern = ""
    for line in shown.strip().splitlines():
        words = [re.escape(part) for part in line.rstrip().split("…")]
        pattern += r"(?:.*\n)*?" if line.strip() == "…" else ".*".join(words) + r"[ ]*\n"
    return re.fullmatch(pattern, answer.translate(_ISOLATES).strip() + "\n") is not None
