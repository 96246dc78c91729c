"""The command line as a newcomer meets it: help, exit codes, messages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import typer.main

from monitor.cli.main import app
from tests.stories.world import run_command

SHIPPED = Path(__file__).resolve().parents[2] / "rules"
TEN_MISTAKES = """\
actors:
  - id: iran-snsc
    kind: organization
    names: {en: Supreme National Security Council}
  - id: Secretary
    kind: office
    titles: {en: [secretary]}
    of: iran-snsk
topics:
  - id: cooperation
    terms: {en: []}
    note: x
rules:
  - id: one
    match: actor:iran-snsc AND oil OR gas
  - id: two
    match: |
      sanctions
      NEAR/3
  - id: two
    match: actor:nobody
    severity: hihg
    statuss: live
"""


def every_command(
    group: click.Group, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from every_command(command, (*path, name))
        else:
            yield (*path, name), command


COMMANDS = list(every_command(typer.main.get_command(app)))


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=[" ".join(path) for path, _ in COMMANDS])
def test_every_command_explains_itself_with_an_example(path, command) -> None:
    """Each help says what the command is for and shows one that can be typed."""
    assert (
        f"Example: watchword {' '.join(path)}" in command.help
        or f"| watchword {' '.join(path)}" in command.help
    )
    for parameter in command.params:
        assert parameter.name == "help" or parameter.help


def test_the_verbs_that_were_promised_are_there() -> None:
    """Nobody has to guess a verb."""
    top = {path[0] for path, _ in COMMANDS}
    promised = "init run poll notify check test match explain schema parse status receivers routes rules demo"
    assert set(promised.split()) <= top


def test_a_fresh_start_passes_its_own_check(tmp_path: Path) -> None:
    """`init` writes what `check` and `test` find nothing wrong with, and overwrites nothing."""
    assert run_command(tmp_path, "init", "mine").returncode == 0
    checked = run_command(tmp_path / "mine", "check")
    assert (checked.returncode, checked.stdout) == (
        0,
        "the configuration and 2 rules, 5 actors, 1 topic checked: all is well\n",
    )
    assert run_command(tmp_path / "mine", "test").returncode == 0
    again = run_command(tmp_path, "init", "mine")
    assert again.returncode == 2
    assert "is there already" in again.stderr


def test_ten_mistakes_in_rules_are_all_reported_with_their_places(tmp_path: Path) -> None:
    """One run of `check` names every mistake, and what would be right."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "bad.yaml").write_text(TEN_MISTAKES)
    done = run_command(tmp_path, "check", "--rules", "rules", "--json")
    assert done.returncode == 2
    found = {(p["line"], p["column"]): p for p in json.loads(done.stdout) if p["level"] == "error"}
    assert {line for line, _ in found} >= {3, 4, 5, 8, 11, 15, 19, 20, 22, 23}
    assert len(found) >= 10
    assert "'organisation'" in found[3, 11]["hint"]
    assert "iran-snsc" in found[8, 9]["hint"]
    shown = run_command(tmp_path, "check", "--rules", "rules").stdout
    assert "rules/bad.yaml:23:5: unknown key" in shown


def test_check_reports_configuration_and_rules_together(tmp_path: Path) -> None:
    """A mistake in the one does not hide the mistakes in the other."""
    run_command(tmp_path, "init", ".")
    config = tmp_path / "watchword.yaml"
    config.write_text(config.read_text().replace("every: 10m", "every: often"))
    rules = tmp_path / "rules" / "brics.yaml"
    rules.write_text(rules.read_text().replace("actor:brics", "actor:bricks"))
    done = run_command(tmp_path, "check")
    assert done.returncode == 2
    assert "not a duration" in done.stdout
    assert "did you mean" in done.stdout
    assert "bricks" in done.stdout


def test_lint_findings_exit_with_1(tmp_path: Path) -> None:
    """A live rule without tests can be used, but `check` does not call it fine."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "r.yaml").write_text("rules:\n  - {id: r, status: live, match: sanctions}\n")
    assert run_command(tmp_path, "check", "--rules", "rules").returncode == 1


def test_a_failing_rule_test_says_what_happened(tmp_path: Path) -> None:
    """`test` exits with 1 and names the place."""
    (tmp_path / "rules").mkdir()
    text = "rules:\n  - id: r\n    match: oil AND iran\n    tests:\n      - {match: oil from Syria}\n"
    (tmp_path / "rules" / "r.yaml").write_text(text)
    done = run_command(tmp_path, "test", "--rules", "rules")
    assert done.returncode == 1
    assert "rules/r.yaml:5" in done.stdout
    assert "0 of 1 test of 1 rule passed" in done.stdout
    assert run_command(tmp_path, "test", "nosuch", "--rules", "rules").returncode == 2


def test_match_reads_lines_and_goes_on_after_a_broken_one(tmp_path: Path) -> None:
    """Each article gets its line in order; what cannot be read is named with its number, exit code 2."""
    lines = [
        json.dumps({"id": "a", "title": "Секретарь Совбеза РФ Патрушев об Иране", "published": "2023-02-09"}),
        "{broken",
        json.dumps({"title": "Weather", "unknown": 1, "summary": None}),
        json.dumps({"summary": "no title"}),
    ]
    done = run_command(tmp_path, "match", "--rules", str(SHIPPED), stdin="\n".join(lines))
    assert done.returncode == 2
    first, second = map(json.loads, done.stdout.splitlines())
    assert first["id"] == "a"
    assert [m["rule"] for m in first["matches"]] == ["russia-security-council-on-iran"]
    assert second == {"id": "3", "matches": []}
    assert "line 2" in done.stderr
    assert "line 4" in done.stderr


@pytest.mark.parametrize(
    ("given", "back"),
    [
        ({"id": 7}, 7),
        ({"id": -7}, -7),
        ({"id": "7"}, "7"),
        ({"id": "", "x": {"id": 9}}, ""),
        ({"x": {"id": 9}}, "1"),
        ({"id": 10**200}, 10**200),
    ],
)
def test_match_gives_an_id_back_as_it_was_given(tmp_path: Path, given, back) -> None:
    """A number stays a number, so that who joins by it finds it; without one the line's number is a text."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "r.yaml").write_text("rules:\n  - {id: r, match: oil}\n")
    line = "\ufeff" + json.dumps(given | {"title": "oil"})
    done = run_command(tmp_path, "match", "--rules", "rules", stdin=line)
    assert done.returncode == 0
    found = json.loads(done.stdout)["id"]
    assert (type(found), found) == (type(back), back)


def test_match_with_several_processes_prints_the_same(tmp_path: Path) -> None:
    """Lines keep their order and their numbers over the batches of two processes."""
    articles = (
        {"title": f"Talks {n} in Moscow: Секретарь Совбеза РФ Патрушев об Иране"} for n in range(1200)
    )
    lines = [json.dumps(article | {"published": "2023-02-09"}) for article in articles]
    lines[700] = "{broken"
    one, two = (
        run_command(tmp_path, "match", "--rules", str(SHIPPED), *more, stdin="\n".join(lines))
        for more in ((), ("--jobs", "2"))
    )
    assert (two.returncode, two.stdout, two.stderr) == (one.returncode, one.stdout, one.stderr)
    assert "line 701" in two.stderr
    assert len(two.stdout.splitlines()) == 1199
    assert json.loads(two.stdout.splitlines()[-1])["id"] == "1200"


COSTLY = """\
rules:
  - {id: cheap, status: live, match: oil}
  - id: dear
    status: live
    match: >-
      /(o.{1,10}){20}zzz|oil/ AND /(o.{1,9}){20}zzy|oil/ AND /(o.{1,8}){20}zzx|oil/
      AND /(o.{1,7}){20}zzw|oil/ AND /(o.{1,6}){20}zzv|oil/ AND /(o.{1,5}){20}zzu|oil/
  - {id: never, status: live, match: '"no such words"'}
"""


def test_costs_are_shown_by_rule(tmp_path: Path) -> None:
    """Rules that were asked are listed with what they took; a rule that nothing points to costs nothing."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "r.yaml").write_text(COSTLY)
    lines = [json.dumps({"id": str(n), "title": f"oil {n} {'o' * 30_000}"}) for n in range(25)]
    (tmp_path / "a.jsonl").write_text("\n".join([*lines, "{broken"]))
    done = run_command(tmp_path, "rules", "cost", "a.jsonl", "--rules", "rules", "--json")
    measured = json.loads(done.stdout)
    assert "line 26" in done.stderr
    assert measured["articles"] == 25
    assert [rule["rule"] for rule in measured["rules"]] == ["dear", "cheap"]
    assert all((rule["asked"], rule["matched"]) == (25, 25) for rule in measured["rules"])
    assert done.returncode == int(any(rule["over_budget"] for rule in measured["rules"]))
    shown = run_command(tmp_path, "rules", "cost", "a.jsonl", "--rules", "rules")
    assert shown.stdout.index("dear") < shown.stdout.index("cheap")
    assert "25 articles" in shown.stdout
    assert run_command(tmp_path, "rules", "cost", "none.jsonl", "--rules", "rules").returncode == 2


@pytest.mark.parametrize("lines", ["", "\n", "{broken\n[1]\n"])
def test_costs_over_no_article_are_no_answer(tmp_path: Path, lines: str) -> None:
    """An empty table would say that no rule costs anything."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "r.yaml").write_text(COSTLY)
    done = run_command(tmp_path, "rules", "cost", "-", "--rules", "rules", stdin=lines)
    assert (done.returncode, done.stdout) == (2, "")
    assert "standard input holds no article that can be read" in done.stderr


def test_costs_without_a_configuration_ask_for_a_file(tmp_path: Path) -> None:
    """The archive is not the only place where articles come from; an empty one says so too."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "r.yaml").write_text(COSTLY)
    done = run_command(tmp_path, "rules", "cost", "--rules", "rules")
    assert done.returncode == 2
    assert "there is no watchword.yaml" in done.stderr
    assert "give a FILE of articles" in done.stderr
    run_command(tmp_path, "init", "mine")
    done = run_command(tmp_path / "mine", "rules", "cost")
    assert done.returncode == 2
    assert "the archive holds no article yet; give a FILE" in done.stderr


def test_parse_prints_articles_and_goes_on_after_a_bad_file(tmp_path: Path) -> None:
    """One bad document among others costs only itself."""
    feed = (
        '<rss version="2.0"><channel><title>t</title><item><title>A &amp;amp; B</title>'
        "<description>&lt;p&gt;one&lt;/p&gt;</description>"
        "<pubDate>Thu, 09 Feb 2023 10:00:00 +0300</pubDate></item></channel></rss>"
    )
    (tmp_path / "good.xml").write_text(feed)
    (tmp_path / "bad.xml").write_text("<html><body>Please log in</body></html>")
    done = run_command(tmp_path, "parse", "bad.xml", "good.xml", "missing.xml")
    [article] = map(json.loads, done.stdout.splitlines())
    found = [article[key] for key in ("title", "summary", "published")]
    assert found == ["A & B", "one", "2023-02-09T07:00:00Z"]
    assert done.returncode == 2
    assert "bad.xml" in done.stderr
    assert "missing.xml" in done.stderr


def test_routes_test_says_who_and_why(tmp_path: Path) -> None:
    """A rule, and nothing of that name."""
    run_command(tmp_path, "init", ".")
    done = run_command(tmp_path, "routes", "test", "brics-membership")
    assert done.returncode == 0
    assert "analysts  because: root" in done.stdout
    wrong = run_command(tmp_path, "routes", "test", "brics-memberships")
    assert wrong.returncode == 2
    assert "did you mean 'brics-membership'?" in wrong.stderr


def test_without_a_configuration_the_way_out_is_named(tmp_path: Path) -> None:
    """The first thing a newcomer may type."""
    for verb in ("run", "status", "check"):
        done = run_command(tmp_path, verb)
        assert done.returncode == 2
        assert "watchword init" in done.stdout + done.stderr


def test_status_of_a_fresh_folder_is_all_zero_and_touches_little(tmp_path: Path) -> None:
    """Before the first run there is nothing to add up."""
    run_command(tmp_path, "init", ".")
    done = run_command(tmp_path, "status", "--json")
    found = json.loads(done.stdout)
    assert found["queue"] is None
    assert sum(found["entries"].values()) == 0
    assert [feed["condition"] for feed in found["feeds"]] == ["not polled yet"] * 2
