"""`explain`: why a rule matched an article, or what kept it from matching."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.options import (
    DEFAULT_CONFIG,
    FINE,
    FOUND,
    AsJson,
    ConfigPath,
    Now,
    RuleFolders,
    rule_folders,
    settings_of,
    time_of,
)

if TYPE_CHECKING:
    from monitor.config import Settings
    from monitor.rules.book import Rulebook


def add_to(app: typer.Typer) -> None:
    """Add this verb to the command."""
    app.command()(explain)


def explain(
    rule: Annotated[str, typer.Argument(help="The id of a rule, of any status.")],
    article: Annotated[
        str,
        typer.Argument(
            metavar="ARTICLE|URL|FILE|-",
            help="An article's number or URL in the archive, a file with one JSON article, or - for one on "
            "standard input.",
        ),
    ],
    config: ConfigPath = DEFAULT_CONFIG,
    rules: RuleFolders = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Show why a rule matches an article or does not: its tree, with what each part found.

    For a no, the smallest changes that would have made it a yes are named. A JSON article is as for
    `watchword match`. Exit code 0 for a match, 1 for none, 2 when rule or article cannot be used.

    Example: echo '{"title": "BRICS leaders meet"}' | watchword explain iran-in-brics - --rules rules
    """
    from rich.console import Console

    from monitor.commands.explain import explain_to_author
    from monitor.commands.explanation import as_json as for_programs
    from monitor.commands.explanation import print_explanation
    from monitor.commands.rulebook import read_rulebook

    moment = time_of(now)
    book = read_rulebook(rule_folders(rules, config), moment)
    _say_what_is_left_out(book, rule)
    explained = explain_to_author(book, rule, article, _settings(config, article, rules), moment)
    if as_json:
        typer.echo(json.dumps(for_programs(explained), ensure_ascii=False, indent=2))
    else:
        print_explanation(explained, Console(highlight=False))
    raise typer.Exit(FINE if explained.explanation.match else FOUND)


def _settings(config: Path, article: str, rules: list[Path] | None) -> Settings | None:
    """Read the configuration where the archive is asked; rules named on the command line need none."""
    from monitor.commands.explain import needs_archive

    if not needs_archive(article) or (rules is not None and not config.exists()):
        return None
    return settings_of(config)


def _say_what_is_left_out(book: Rulebook, rule: str) -> None:
    """Name the files that cannot be used; what is wrong with them matters where the rule may be in one."""
    errors = [problem for problem in book.problems if problem.level == "error"]
    if rule not in book.rules:
        for problem in errors:
            typer.echo(str(problem), err=True)
    elif errors:
        paths = ", ".join(sorted({problem.path for problem in errors}))
        typer.echo(f"left out until mended: {paths} (watchword check says why)", err=True)
