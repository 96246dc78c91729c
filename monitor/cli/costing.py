"""`rules cost`: what each rule takes of the time."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from monitor.cli.authoring import rules_app
from monitor.cli.options import (
    DEFAULT_CONFIG,
    FINE,
    FOUND,
    UNUSABLE,
    AsJson,
    ConfigPath,
    Now,
    RuleFolders,
    rule_folders,
    say_errors,
    settings_of,
    time_of,
)


def add_to(app: typer.Typer) -> None:
    """Add this verb; it stands below `rules`, which is there already."""
    rules_app.command()(cost)


def cost(
    articles: Annotated[
        str | None,
        typer.Argument(
            metavar="[FILE|-]",
            help="Articles as for `watchword match`; without one the newest of the archive serve.",
        ),
    ] = None,
    config: ConfigPath = DEFAULT_CONFIG,
    rules: RuleFolders = None,
    limit: Annotated[int, typer.Option(help="How many articles of the archive.", min=1)] = 2_000,
    top: Annotated[int, typer.Option(help="How many rules to show, the dearest first.", min=1)] = 20,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Show which rules take the time of matching, over real articles.

    Exit code 1 when a rule takes longer over an article than one rule may (10 ms), 2 when a rule file cannot
    be used (the rest is measured) or there is no article to measure with, else 0.

    Example: watchword rules cost articles.jsonl --rules rules
    """
    from rich.console import Console

    from monitor.cli.counting import counting
    from monitor.commands import costs
    from monitor.commands.rulebook import read_rulebook
    from monitor.matching.costs import measure_costs
    from monitor.matching.engine import Matcher

    moment = time_of(now)
    if articles is None:
        if not config.exists():
            raise costs.no_archive_named(config)
        found = iter(costs.newest_of_archive(settings_of(config), limit))
    else:
        found = costs.articles_of_file(articles, moment)
    book = read_rulebook(rule_folders(rules, config), moment)
    say_errors(book)
    matcher = Matcher(book)
    with counting("articles matched") as count:
        measured = measure_costs(matcher, (article for article in found if count(1) is None))
    if not measured.articles:
        raise costs.nothing_to_measure(articles)
    if as_json:
        typer.echo(json.dumps(costs.costs_as_json(measured, measured.rules[:top]), ensure_ascii=False))
    else:
        costs.print_costs(measured, top, Console(highlight=False))
    over = any(rule.over_budget for rule in measured.rules)
    raise typer.Exit(UNUSABLE if book.unusable else FOUND if over else FINE)
