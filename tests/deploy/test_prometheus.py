"""The example of alerts speaks PromQL, and of metrics that there are."""

from __future__ import annotations

from typing import Any

import aiohttp
import promql_parser
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from tests.deploy.conftest import DEPLOY
from tests.stories.world import World

FOLDER = DEPLOY / "prometheus"
(GROUP,) = yaml.safe_load((FOLDER / "alerts.yaml").read_text(encoding="utf-8"))["groups"]
RULES: list[dict[str, Any]] = GROUP["rules"]
PROMETHEUS_OWN = {"up"}


def selectors(expression: str) -> list[promql_parser.VectorSelector]:
    """Find every series that an expression asks for. Raises where it is no PromQL."""
    found: list[promql_parser.VectorSelector] = []

    def visit(node: object) -> None:
        if isinstance(node, promql_parser.VectorSelector):
            found.append(node)

    promql_parser.walk(promql_parser.parse(expression), visit)
    return found


@pytest.mark.parametrize("rule", RULES, ids=[rule["alert"] for rule in RULES])
def test_every_alert_is_complete(rule: dict[str, Any]) -> None:
    """An alert has an expression over some series, says how urgent it is, what happened and where to look."""
    assert selectors(rule["expr"])
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert set(rule["annotations"]) == {"summary", "look"}
    assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}


def test_the_example_of_prometheus_loads_the_alerts() -> None:
    """The example of the scrape names the file of alerts beside it."""
    example = yaml.safe_load((FOLDER / "prometheus.yaml").read_text(encoding="utf-8"))
    assert all((FOLDER / name).exists() for name in example["rule_files"])
    (job,) = example["scrape_configs"]
    assert f'job="{job["job_name"]}"' in RULES[0]["expr"]


async def test_the_alerts_speak_of_metrics_that_there_are(world: World) -> None:
    """Every series of an alert is among what a running daemon serves, with the labels that it asks for."""
    config = world.write(feeds=["a"])
    config.write_text(config.read_text() + 'listen: {bind: "127.0.0.1:0"}\n')
    daemon = world.start()
    address = (await daemon.has("console.served"))["address"]
    await daemon.has("feed.polled")
    async with aiohttp.ClientSession() as http, http.get(f"{address}/metrics") as answer:
        families = {family.name: family for family in text_string_to_metric_families(await answer.text())}
    for selector in (found for rule in RULES for found in selectors(rule["expr"])):
        if selector.name in PROMETHEUS_OWN:
            continue
        family = families[selector.name.removesuffix("_total")]
        asked = {(matcher.name, matcher.value) for matcher in selector.matchers.matchers}
        if family.type == "gauge":
            assert any(asked <= set(sample.labels.items()) for sample in family.samples), str(selector)
