"""`check`, `test`, `match`, `parse`, `rules`: what analysts run while they write rules."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.counting import counting
from monitor.cli.options import (
    DEFAULT_CONFIG,
    FINE,
    FOUND,
    UNUSABLE,
    AsJson,
    ConfigPath,
    Now,
    RuleFolders,
    as_json_line,
    rule_folders,
    say_errors,
    settings_of,
    time_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.commands.examples import Outcome
    from monitor.errors import Problem

rules_app = typer.Typer(help="List the rules, and see what a feed's silent first poll would have told.")


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command."""
    app.command()(check)
    app.command("test")(run_tests)
    app.command()(match)
    app.command()(parse)
    app.add_typer(rules_app, name="rules", no_args_is_help=True)


def check(
    config: ConfigPath = DEFAULT_CONFIG, rules: RuleFolders = None, as_json: AsJson = False, now: Now = None
) -> None:
    """Check the configuration and the rules: every problem at once, with its place and a way out.

    Touches neither network nor archive. Exit code 2 when a file cannot be used, 1 with lint findings, else 0.

    Example: watchword check (or, without a configuration: watchword check --rules rules)
    """
    from monitor.commands.rulebook import read_rulebook

    problems, folders = _config_problems(config, rules)
    counted = "the configuration" if rules is None else ""
    if folders:
        book = read_rulebook(folders, time_of(now))
        problems += book.problems
        about = ", ".join(_counted(len(getattr(book, noun)), noun) for noun in ("rules", "actors", "topics"))
        counted = f"{counted} and {about}".removeprefix(" and ")
    if as_json:
        typer.echo(as_json_line([_problem_as_json(problem) for problem in problems]))
    else:
        _show_problems(problems, counted)
    raise typer.Exit(_worst(problems))


def _config_problems(config: Path, rules: list[Path] | None) -> tuple[list[Problem], Sequence[Path]]:
    """Check the configuration; its rule folders are checked too even where the rest cannot be used."""
    from monitor.config import rule_folders_of
    from monitor.errors import ConfigError

    if rules is not None:
        return [], rule_folders(rules, config)
    try:
        settings = settings_of(config)
        return list(settings.remarks), settings.rule_folders
    except ConfigError as error:
        return list(error.problems), rule_folders_of(config)


def run_tests(
    only: Annotated[list[str] | None, typer.Argument(metavar="[RULE]...", help="Only these rules.")] = None,
    config: ConfigPath = DEFAULT_CONFIG,
    rules: RuleFolders = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Run the tests inside the rule files.

    A todo_ test is not counted; one that passes by now is remarked on.
    Exit code 1 when one fails, 2 when a rule file cannot be used, else 0.

    Example: watchword test iran-russia-security-secretaries --rules rules
    """
    from monitor.commands.examples import run_tests_of
    from monitor.commands.rulebook import read_rulebook

    moment = time_of(now)
    book = read_rulebook(rule_folders(rules, config), moment)
    say_errors(book)
    if unknown := sorted(set(only or []).difference(book.rules)):
        from monitor.commands.explain import no_such_rule
        from monitor.errors import SetupError

        raise SetupError("\n".join(no_such_rule(name, book) for name in unknown))
    outcomes = run_tests_of(book, only or (), moment)
    _show_outcomes(outcomes, as_json=as_json)
    failed = any(outcome.result.ok is False for outcome in outcomes)
    raise typer.Exit(UNUSABLE if book.unusable else FOUND if failed else FINE)


def match(
    config: ConfigPath = DEFAULT_CONFIG,
    rules: RuleFolders = None,
    now: Now = None,
    jobs: Annotated[
        int, typer.Option(help="Processes to match with; above 1 the lines are taken in batches.", min=1)
    ] = 1,
) -> None:
    """Match articles from standard input, one JSON object a line, and print their matches, one a line.

    An article has a title, and may have id, summary, body, url, author, tags, feed, source, lang, country and
    published. Broken lines and unusable rule files are reported on standard error; the rest runs, and
    the exit code is 2.

    Example: echo '{"title": "BRICS leaders meet"}' | watchword match --rules rules
    """
    from monitor.commands.match import match_lines
    from monitor.commands.rulebook import read_rulebook

    moment = time_of(now)
    book = read_rulebook(rule_folders(rules, config), moment)
    broken = book.unusable
    say_errors(book)
    with counting("articles matched") as count:
        for matched in match_lines(sys.stdin.buffer, book, moment, jobs):
            broken |= matched.broken
            for said in matched.said:
                typer.echo(said, err=True)
            sys.stdout.buffer.writelines(line.encode() + b"\n" for line in matched.printed)
            count(matched.lines)
    sys.stdout.flush()
    raise typer.Exit(UNUSABLE if broken else FINE)


@rules_app.command("list")
def list_rules(
    config: ConfigPath = DEFAULT_CONFIG, rules: RuleFolders = None, as_json: AsJson = False
) -> None:
    """List the rules with status, severity and owner.

    Example: watchword rules list --rules rules
    """
    from monitor.commands.rulebook import read_rulebook

    book = read_rulebook(rule_folders(rules, config), time_of(None))
    keys = ("id", "status", "severity", "owner", "title", "path", "line", "checksum")
    rows = [{key: getattr(rule, key) for key in keys} for rule in book.rules.values()]
    if as_json:
        typer.echo(as_json_line(rows))
        return
    from rich.console import Console
    from rich.table import Table

    from monitor.text.display import displayable

    table = Table("rule", "status", "severity", "owner", "title", box=None, header_style="bold")
    for row in rows:
        table.add_row(*(displayable(str(row[key])) for key in ("id", "status", "severity", "owner", "title")))
    Console().print(table)


@rules_app.command("preview")
def preview(
    feed: Annotated[str, typer.Argument(help="The id of a feed.")],
    config: ConfigPath = DEFAULT_CONFIG,
    limit: Annotated[int, typer.Option(help="How many at most.", min=1)] = 50,
) -> None:
    """Show what the silent first poll of a feed would have told, the newest first.

    Example: watchword rules preview iranpress
    """
    from monitor.commands.preview import show_backlog

    show_backlog(settings_of(config), feed, limit)


def parse(
    sources: Annotated[list[str], typer.Argument(metavar="FILE|URL|-...", help="Feed documents.")],
    config: Annotated[Path | None, typer.Option("--config", "-c", help="For its outbound settings.")] = None,
) -> None:
    """Print the articles of feed documents, one JSON object a line.

    What was wrong with a document is said on standard error; the others are read all the same, exit code 2.

    Example: watchword parse feed.xml https://example.org/rss > articles.jsonl
    """
    import asyncio

    from monitor.commands.parsing import print_articles
    from monitor.feeds.config import OutboundConfig

    outbound = settings_of(config).config.outbound if config else OutboundConfig()
    fine = asyncio.run(print_articles(sources, outbound))
    raise typer.Exit(FINE if fine else UNUSABLE)


def _problem_as_json(problem: Problem) -> dict[str, object]:
    return {key: getattr(problem, key) for key in problem.__slots__}


def _show_problems(problems: list[Problem], counted: str) -> None:
    from monitor.errors import in_one_line

    colours = {"error": typer.colors.RED, "finding": typer.colors.YELLOW, "remark": typer.colors.BLUE}
    for problem in problems:
        typer.echo(f"{typer.style(problem.level, fg=colours[problem.level])} {problem}")
    words = [
        _counted(number, f"{level}s")
        for level in colours
        if (number := sum(problem.level == level for problem in problems))
    ]
    if broken := sorted({problem.path for problem in problems if problem.level == "error"}):
        typer.echo(f"left out until mended: {', '.join(map(in_one_line, broken))}")
    typer.echo(f"{counted or 'nothing'} checked: {', '.join(words) or 'all is well'}")


def _counted(number: int, plural: str) -> str:
    return f"{number} {plural.removesuffix('s') if number == 1 else plural}"


def _worst(problems: list[Problem]) -> int:
    levels = {problem.level for problem in problems}
    return UNUSABLE if "error" in levels else FOUND if "finding" in levels else FINE


def _show_outcomes(outcomes: list[Outcome], *, as_json: bool) -> None:
    results = [outcome.result for outcome in outcomes]
    if as_json:
        rows = [
            {key: getattr(outcome.result, key) for key in outcome.result.__slots__}
            | {"closed": outcome.closed}
            for outcome in outcomes
        ]
        typer.echo(as_json_line(rows))
        return
    for outcome in outcomes:
        _show_outcome(outcome)
    counted = [result for result in results if result.ok is not None]
    passed, rules = sum(bool(result.ok) for result in counted), {result.rule for result in results}
    waiting = len(results) - len(counted)
    aside = f"; {_counted(waiting, 'known gaps')} (todo) not counted" if waiting else ""
    typer.echo(
        f"{passed} of {_counted(len(counted), 'tests')} of {_counted(len(rules), 'rules')} passed{aside}"
    )


def _show_outcome(outcome: Outcome) -> None:
    result = outcome.result
    if result.ok is False:
        mark = typer.style("FAIL", fg=typer.colors.RED)
        typer.echo(f"{mark} {result.place} {result.rule}: expected {result.expected}")
        typer.echo(f"     {result.happened}")
    elif outcome.closed:
        mark = typer.style("remark", fg=typer.colors.BLUE)
        kind = result.kind.removeprefix("todo_")
        typer.echo(f"{mark} {result.place} {result.rule}: this {result.kind} passes by now (write {kind}:)")
