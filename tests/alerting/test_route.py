"""The route tree."""

from __future__ import annotations

import pytest

from monitor.alerting.route import RootRoute, route
from monitor.model import Article, Evidence, Match
from tests.conftest import NOON

TREE = RootRoute.model_validate(
    {
        "receiver": "root",
        "routes": [
            {"when": {"severity": ["critical"]}, "receiver": "night", "continue": True},
            {
                "when": {"labels": {"desk": ["iran", "russia"]}},
                "receiver": "desk",
                "routes": [{"when": {"lang": "fa"}, "receiver": "persian"}],
            },
            {"when": {"source": "TASS"}, "receiver": "agencies", "continue": True},
            {"when": {"feed": ["wire"], "owner": "ana"}},
        ],
    }
)


def receivers(severity="low", labels=None, owner="", **article) -> list[str]:
    evidence = Evidence(at=NOON, at_from="published")
    match = Match("r", "r", severity, "live", "x", evidence, owner=owner, labels=labels or {})
    return [found.receiver for found in route(TREE, match, Article("1", "t", NOON, **article))]


@pytest.mark.parametrize(
    ("match", "told"),
    [
        ({}, ["root"]),
        ({"labels": {"desk": "iran"}}, ["desk"]),
        ({"labels": {"desk": "Iran"}}, ["desk"]),
        ({"labels": {"desk": "china"}}, ["root"]),
        ({"labels": {"desk": "russia"}, "lang": "fa-ir"}, ["persian"]),
        ({"labels": {"desk": "russia"}, "severity": "critical"}, ["night", "desk"]),
        ({"severity": "critical"}, ["night"]),
        ({"source": "TASS"}, ["agencies"]),
        ({"source": "TASS", "feed": "wire", "owner": "ana"}, ["agencies", "root"]),
        ({"feed": "wire", "owner": "bob"}, ["root"]),
    ],
)
def test_who_is_told(match: dict, told: list[str]) -> None:
    """The first child that fits takes a match, `continue` lets the next have it, the root takes the rest."""
    assert receivers(**match) == told


def test_the_way_is_told_in_words() -> None:
    """`routes test` can say why a receiver is told."""
    match = Match("r", "r", "low", "live", "x", Evidence(NOON, "published"), labels={"desk": "iran"})
    [found] = route(TREE, match, Article("1", "t", NOON, lang="fa"))
    assert found.way == ("root", "label desk is iran or russia", "lang is fa")
