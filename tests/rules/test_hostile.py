"""Rule files written to do harm end in a clear error with its place, in bounded time, memory and output.

Each is checked by the command itself, in a process of one gibibyte and twenty seconds of processor time.
"""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from monitor.rules.expression import MAX_LENGTH
from monitor.rules.faults import MAX_FAULTS
from monitor.rules.patterns import MAX_LENGTH as MAX_PATTERN
from monitor.rules.terms import MAX_TOKENS
from monitor.strict_yaml import MAX_BYTES, MAX_PROBLEMS
from monitor.yaml_tree import MAX_DEPTH, MAX_KEYS, MAX_NODES

MEMORY = 1 << 30
SECONDS = 20
LONGEST_OUTPUT = 400_000
# What moves a cursor, rings, colours, turns the direction of text, or is no character at all.
UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffd]")
CHAIN = 10_000


@dataclass(frozen=True)
class Checked:
    """What the command said of a folder of rules."""

    code: int
    out: str
    err: str

    @property
    def first(self) -> str:
        """The first problem."""
        return self.out.partition("\n")[0]


def check(folder: Path, **files: str | bytes) -> Checked:
    """Check a folder with these files in it."""
    for name, text in files.items():
        content = text if isinstance(text, bytes) else text.encode()
        (folder / f"{name}.yaml").write_bytes(content)
    return watchword(folder, "check")


def watchword(folder: Path, *verb: str) -> Checked:
    """Run the command for the rules of a folder, within the limits, where output must be sound UTF-8."""
    script = (
        "import resource, sys\n"
        f"resource.setrlimit(resource.RLIMIT_CPU, ({SECONDS}, {SECONDS}))\n"
        f"if sys.platform != 'darwin': resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}))\n"
        "from monitor.cli import main\n"
        "sys.argv[0] = 'watchword'\n"
        "main()\n"
    )
    command = [sys.executable, "-c", script, *verb, "--rules", str(folder)]
    strict = os.environ | {"PYTHONIOENCODING": "utf-8:strict"}
    done = subprocess.run(command, capture_output=True, timeout=10 * SECONDS, check=False, env=strict)
    checked = Checked(done.returncode, done.stdout.decode(), done.stderr.decode())
    assert checked.err == ""
    assert UNSEEN.search(checked.out) is None
    assert len(checked.out) < LONGEST_OUTPUT
    return checked


def rule(expression: str) -> str:
    return f"rules:\n  - id: r\n    match: |\n      {expression}\n"


def fitted(text: str, length: int = 149_900) -> str:
    """As much of an expression as is still read."""
    return text[:length].rsplit(" ", 1)[0]


def test_the_limits_are_real(tmp_path: Path) -> None:
    """A process that takes too much is ended by the very limits that the tests here rely on."""
    script = f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY})); b'x' * {MEMORY}"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert b"MemoryError" in done.stderr
    assert resource.getrlimit(resource.RLIMIT_AS)[0] != MEMORY


FILES = {
    "alias bomb": (
        "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(50)),
        "r.yaml:1:4: an anchor (&a)",
    ),
    "merge key": ("rules:\n  - <<: {id: a}\n    match: iran\n", "r.yaml:2:5: a merge key"),
    "ten megabytes": (b"# x\n" * 2_600_000, "10,400,000 bytes; 8,388,608 is the most (split it"),
    "a million keys": (
        "".join(f"{n:x}:\n" for n in range(1_000_000)),
        "r.yaml:10001:1: more than 10,000 keys in one mapping",
    ),
    "two million values": (
        "rules: [" + "a," * 2_000_000 + "]\n",
        "more than 300,000 values in one file",
    ),
    "lists in lists": ("[" * 4_000_000, "r.yaml:1:42: nested more than 40 deep"),
    "mappings in mappings": ("{a: " * 1_000_000, "nested more than 40 deep"),
    "blocks in blocks": ("- " * 10_000 + "a\n", "r.yaml:1:83: nested more than 40 deep"),
    "keys that are keys": ("? " * 1_000_000 + "a\n", "nested more than 40 deep"),
    "many documents": ("---\n" * 1_000_000, "r.yaml:2:1: a second document"),
    "a tab in each line": (
        "a:\tb\n" * 1_000_000,
        "r.yaml: more than 1,000 problems in this file (mend the first ones and check again)",
    ),
    "a NUL": (b"rules:\n  - id: a\0\n", "r.yaml:2:10: a control character"),
    "half a character": (b"rules:\n  - id: \xed\xa0\x80\n", "r.yaml:2:9: the file is not UTF-8 text"),
    "half a character, escaped": ('rules:\n  - id: "\\uD800"\n', "r.yaml:2:12: not YAML"),
    "an id that turns the text": (
        "rules:\n  - id: a\u202eb\n    match: iran\n",
        r"r.yaml:2:9: 'a\u202eb' is no id",
    ),
    "a key that turns the text": ("ru\u202eles:\n  - id: a\n", r"r.yaml:1:1: unknown key 'ru\u202eles'"),
    "an endless number": (
        "actors:\n  - {id: a, kind: office, of: a, titles: [x], grace: " + "9" * 100_000 + "}\n",
        "r.yaml:2:54: '9999",
    ),
    "ten thousand words in a name": (
        "actors:\n  - {id: a, kind: person, names: ['" + "abc " * 10_000 + "']}\n",
        "r.yaml:2:36: a term of 10000 words; 100 are the most",
    ),
    "a hundred thousand mistakes": (
        "rules: [" + "a," * 100_000 + "]\n",
        "r.yaml: more than 1,000 problems in this file",
    ),
    "entries with two mistakes each": (
        "rules:\n" + "- {}\n" * 100_000,
        "r.yaml: more than 1,000 problems in this file",
    ),
    "rules with a bracket too many": (
        "rules:\n" + "".join(f"- {{id: r{n}, match: 'iran ('}}\n" for n in range(15_000)),
        "r.yaml: more than 1,000 errors in this file",
    ),
    "references to nothing": (
        "topics: [{id: known, terms: [oil]}]\nrules:\n"
        + "".join(f"- {{id: r{n}, match: 'topic:t{n}'}}\n" for n in range(20_000)),
        "r.yaml: more than 1,000 errors in this file",
    ),
    "topics in a circle": (
        "topics:\n"
        + "".join(f"- {{id: t{n}, terms: [abc, 'topic:t{(n + 1) % CHAIN}']}}\n" for n in range(CHAIN)),
        "r.yaml:2:19: t0 includes itself: t0 → t1 → t2 → t3 → t4 → t5 → t6 → t7 → t8 → t9 → … → t0",
    ),
    "every topic in every topic": (
        "topics:\n"
        + "".join(
            f"- {{id: t{n}, terms: [{', '.join(f'topic:t{m}' for m in range(300))}]}}\n" for n in range(300)
        ),
        "includes itself",
    ),
    "parts in a circle": (
        "actors:\n"
        + "".join(
            f"- {{id: a{n}, kind: group, names: [abc{n}], part_of: a{(n + 1) % CHAIN}}}\n"
            for n in range(CHAIN)
        ),
        "r.yaml:2:49: a0 is part of itself: a0 → a1 →",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_refused(name: str, tmp_path: Path) -> None:
    """The first line says what and where, and that the file is left out."""
    text, said = FILES[name]
    checked = check(tmp_path, r=text)
    assert said in checked.first
    assert checked.code == 2
    assert "left out until mended" in checked.out


EXPRESSIONS = {
    "a megabyte": (
        " OR ".join(f"word{n}" for n in range(80_000)),
        "4:7: an expression of 1,028,887 characters",
    ),
    "brackets": ("(" * 24_000 + "x" + ")" * 24_000, "4:57: nested more than 50 deep"),
    "open brackets": ("(" * 49_000, "4:49006: this bracket is not closed"),
    "NOT NOT NOT": ("iran AND " + "NOT " * 12_000 + "x", "4:216: nested more than 50 deep"),
    "fields in fields": ("title:" * 8_000 + "x", "4:13: a field (title) inside a field (title)"),
    "counts in counts": ("ATLEAST/2 (" * 4_000 + "x" + ")" * 4_000, "4:557: nested more than 50 deep"),
    "one NEAR after another": (
        fitted("iran " + "NEAR/5 x " * 20_000) + " x",
        "NEAR/5 and NEAR/5 side by side without brackets",
    ),
    "words side by side": (fitted("x " * 80_000), "4:9: no operator between two terms; write `x AND x`"),
    "AND and OR mixed": (
        " AND a OR ".join(f"w{n}" for n in range(3_000)),
        "AND and OR side by side without brackets; write `(w0 AND a) OR (w1",
    ),
    "unknown topics": (
        " OR ".join(f"topic:t{n}" for n in range(3_200)),
        "r.yaml: more than 1,000 errors in this file",
    ),
    "quotation marks": ('"' * 49_000, "4:7: '' holds no letter and no digit"),
    "backslashes": ('"\\' * 24_000, "4:7: this quotation mark is not closed"),
    "stars": ("a*" * 24_000, "4:7: a term of 24000 words; 100 are the most"),
    "dots": ("." * 49_000, "4:7: '....."),
    "countries": (
        f"iran AND lang:({' OR '.join(f'zz{n}' for n in range(4_000))})",
        "4:22: zz0 is no language code",
    ),
}


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_an_expression_is_refused(name: str, tmp_path: Path) -> None:
    """However deep, long or broken it is, its first mistake is shown with what stands around it."""
    text, said = EXPRESSIONS[name]
    checked = check(tmp_path, r=rule(text))
    assert said in checked.first
    assert checked.code == 2
    assert max(map(len, checked.out.splitlines())) < 3_000


PATTERNS = {
    "(" * 4_000 + "iran" + ")" * 4_000: "nested more than 50 deep",
    "a{100000}iran": "goes through 100,000 characters of any kind",
    "((a{100}){100}){100}iran": "goes through 1,000,000 characters of any kind",
    "(iran.{1,400}){2}(iran.{1,400}){2}[^a]{1,999}": "goes through 2,599 characters of any kind",
    "(?=iran)x": "look-around is not had",
    "(?<!iran)x": "look-around is not had",
    r"(iran)\1": "back-references are not had",
    "(?P<n>iran)(?P=n)": "nothing stands before '?'",
    "(?R)iran": "the flags 'R' are not had",
    ".*": "this pattern matches where nothing stands",
    r"\xFF\xFEiran": "",
    r"\x{d800}": "is no character",
    r"\x{110000}": "is no character",
    r"\p{Nonsense}": "invalid character class range",
    "iran**": "nothing stands before '*'",
    "[iran": "this character class is not closed",
    "[z-a]": "is no range of characters",
    "iran" * 25_000: "100,000 characters; 10,000 are the most",
    "(((((a+)+)+)+)+)+iran": "",
}


def test_patterns_are_refused_or_bounded(tmp_path: Path) -> None:
    """What cannot run in bounded time and memory is an error at its place; what only looks evil is none."""
    listed = "".join(f"- {{id: t{n}, terms: [{{regex: '{text}'}}]}}\n" for n, text in enumerate(PATTERNS))
    checked = check(tmp_path, r=f"topics:\n{listed}")
    lines = {int(found[1]): found[2] for found in re.finditer(r"r\.yaml:(\d+):\d+: (.*)", checked.out)}
    for line, said in enumerate(PATTERNS.values(), 2):
        assert said in lines.get(line, ""), f"{line}: {said}"
        assert (line in lines) == bool(said), lines.get(line)


def test_evil_patterns_run_in_linear_time(tmp_path: Path) -> None:
    """A pattern that would take other engines for ever is run over a megabyte made for it in a second."""
    (tmp_path / "r.yaml").write_text(rule("start AND /(((a+)+)+)+iran/"))
    script = (
        "import resource, sys\n"
        "resource.setrlimit(resource.RLIMIT_CPU, (10, 10))\n"
        "from monitor.cli import main\n"
        "sys.argv = ['watchword', 'match', '--rules', sys.argv[1]]\n"
        "main()\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    article = '{"title": "start", "body": "iran ' + "a" * 1_000_000 + '"}\n'
    done = subprocess.run(command, input=article, capture_output=True, text=True, timeout=100, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert '"matches": []' in done.stdout


def test_a_long_topic_is_read(tmp_path: Path) -> None:
    """A hundred thousand terms stay within the same limits."""
    terms = "".join(f"  - word{n} more\n" for n in range(100_000))
    checked = check(tmp_path, r=f"topics:\n- id: t\n  terms:\n{terms}rules: [{{id: r, match: 'topic:t'}}]\n")
    assert checked == Checked(0, "1 rule, 0 actors, 1 topic checked: all is well\n", "")


def test_long_chains_are_read(tmp_path: Path) -> None:
    """So do ten thousand topics and ten thousand actors, each within the next."""
    topics = "".join(f"- {{id: t{n}, terms: [abc{n}, 'topic:t{n + 1}']}}\n" for n in range(CHAIN))
    parts = "".join(
        f"- {{id: a{n}, kind: group, names: [abc{n}], part_of: a{n + 1}}}\n" for n in range(CHAIN)
    )
    checked = check(
        tmp_path,
        chain=f"topics:\n{topics}- {{id: t{CHAIN}, terms: [end]}}\n",
        parts=f"actors:\n{parts}- {{id: a{CHAIN}, kind: group, names: [last one]}}\n",
        rules="rules: [{id: r, match: 'topic:t0 OR actor:a0'}]\n",
    )
    said = f"1 rule, {CHAIN + 1} actors, {CHAIN + 1} topics checked: all is well\n"
    assert checked == Checked(0, said, "")


def test_lint_of_many_is_bounded(tmp_path: Path) -> None:
    """Thousands that share a name, and thousands of holders at once, are findings that somebody can read."""
    shared = "".join(f"- {{id: p{n}, kind: person, names: [Ann Lee]}}\n" for n in range(CHAIN))
    holders = "".join("    - {person: p0, from: 2000, until: 2001}\n" for _ in range(5_000))
    office = f"- id: o\n  kind: office\n  of: b\n  titles: [head]\n  holders:\n{holders}"
    checked = check(
        tmp_path,
        people=f"actors:\n{shared}",
        office=f"actors:\n- {{id: b, kind: group, names: [Board]}}\n{office}",
    )
    assert "people.yaml: more than 1,000 findings in this file" in checked.out
    assert checked.out.count("overlap") == 1_000
    assert checked.code == 1


def test_no_name_of_a_file_reaches_the_terminal_raw(tmp_path: Path) -> None:
    """Line breaks, escape sequences and marks of direction in a path are shown as what they are."""
    names = ("a\x1b]0;title\x07\n1 rule checked: all is well", "b\u202e\x9b31m")
    checked = check(tmp_path, **dict.fromkeys(names, rule("(")))
    assert checked.code == 2
    assert (
        r"a\x1b]0;title\x07\n1 rule checked: all is well.yaml:4:7: this bracket is not closed" in checked.out
    )
    assert r"b\u202e\x9b31m.yaml:4:7: this bracket is not closed" in checked.out
    assert not any(line.startswith("1 rule") for line in checked.out.splitlines())


def test_what_stands_in_a_rule_reaches_the_terminal_as_text(tmp_path: Path) -> None:
    """The line that is shown with a mistake holds no escape sequence, though YAML lets one be written."""
    checked = check(tmp_path, r='rules:\n  - id: r\n    match: "iran \\e[2J\\u202E ("\n')
    assert r"iran \x1b[2J\u202e (" in checked.out
    assert checked.code == 2


def test_no_verb_prints_raw_what_files_hold(tmp_path: Path) -> None:
    """Bytes in a name that are no text, and escape sequences in a title, harm neither tables nor JSON."""
    path = tmp_path / os.fsdecode(b"a\x1b[2J\n\xff.yaml")
    path.write_text(
        'rules:\n  - {id: r, title: "\\e[2J", match: iran, tests: [{match: "\\e[2J"}]}\n',
        encoding="utf-8",
    )
    assert r"a\x1b[2J\n\udcff.yaml:2:" in watchword(tmp_path, "test").out
    assert "[2J" in watchword(tmp_path, "rules", "list").out
    assert json.loads(watchword(tmp_path, "rules", "list", "--json").out)[0]["path"] == str(path)
    path.write_text(rule("("), encoding="utf-8")
    assert json.loads(watchword(tmp_path, "check", "--json").out)[0]["path"] == str(path)


def test_the_page_says_the_limits() -> None:
    """Whoever writes rules finds the limits on the page, as they are in force."""
    page = Path(__file__).parents[2].joinpath("docs", "rules", "files-and-ids.md").read_text(encoding="utf-8")
    said = " ".join(page.split("There is room enough")[1].split("\n\n")[0].split())
    for limit in (
        f"{MAX_BYTES >> 20} MiB and {MAX_NODES:,} values, nested {MAX_DEPTH} deep",
        f"a mapping {MAX_KEYS:,} keys, an expression {MAX_LENGTH:,} characters, a term {MAX_TOKENS} words",
        f"a pattern {MAX_PATTERN:,} characters",
        f"the first {MAX_PROBLEMS:,} mistakes are told, of one expression the first {MAX_FAULTS}",
    ):
        assert limit in said
