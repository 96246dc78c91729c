"""`watchword backtest`: what rules would have told of articles of the past."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.commands.news_archive import ask
from tests.stories.world import run_command

RULES = """\
rules:
  - {id: port, status: live, severity: high, match: port}
  - {id: ships, status: shadow, severity: low, match: ships}
"""
CONFIG = """\
state: state
feeds:
  - {id: herald, url: "https://herald.example/rss", source: Herald, tier: 1}
receivers:
  operators: {channels: [{kind: terminal}]}
  desk: {channels: [{kind: terminal}]}
routes:
  receiver: operators
  routes: [{when: {rule: port}, receiver: desk, update: none}]
"""
STRIKE = "Dockers walk out in the port of Velmar, 31 ships wait"
TEXT = (
    "Dockers in Velmar stopped work over pay, and 31 ships wait in the roads, union leader Mara Kamburg said."
)


def article(number: int, source: str, title: str = STRIKE, **more: Any) -> dict[str, Any]:
    url = f"https://{source.lower()}.example/{number}"
    published = f"2026-03-02T{number:02}:00:00Z"
    return {"id": number, "title": title, "summary": TEXT, "url": url, "source": source} | {
        "published": published,
        **more,
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "rules.yaml").write_text(RULES, "utf-8")
    lines = [
        article(9, "Courier"),  # later than the one below it
        article(8, "Wire"),
        article(10, "Herald", feed="herald"),
        article(11, "Gazette", "Chess: a draw in round 4", summary="A long game."),
        article(13, "Gazette", "A new crane for the port of Ostgrad", summary="It lifts 400 tons."),
    ]
    (tmp_path / "articles.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return tmp_path


def reckoned(folder: Path, *words: str, code: int = 0) -> dict[str, Any]:
    done = run_command(folder, "backtest", "rules", "--articles", "articles.jsonl", "--json", *words)
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


def test_the_funnel_goes_from_articles_to_notifications(folder: Path) -> None:
    """Copies are one story, taken in the order of their times; what adds up says so."""
    found = reckoned(folder)
    funnel = found["funnel"]
    assert [funnel[name] for name in ("articles", "matched", "matches", "stories")] == [5, 4, 7, 2]
    assert funnel["adds_up"]
    assert funnel["ends"]["shadow"] == {"rule-shadow": 3}
    assert funnel["relations"] == {"new": 2, "copy": 2}
    assert found["stories"][0]["headline"] == STRIKE
    assert (found["since"], found["until"]) == ("2026-03-02T08:00:00+00:00", "2026-03-02T13:00:00+00:00")


def test_rules_can_be_taken_as_if_they_were_live(folder: Path) -> None:
    """What a rule on shadow would tell, without making it live."""
    assert reckoned(folder)["funnel"]["alerts"] == 2
    live = reckoned(folder, "--as-live")["funnel"]
    assert "shadow" not in live["ends"]
    assert live["ends"]["told"]["first"] == 3


def test_routes_updates_and_tiers_are_those_of_the_configuration(folder: Path) -> None:
    """Whoever wants no updates gets none."""
    (folder / "watchword.yaml").write_text(CONFIG, "utf-8")
    found = reckoned(folder, "--config", "watchword.yaml")["funnel"]
    assert found["receivers"] == {"desk": 2}
    assert found["revisions"] == {"first": 2}


def test_it_is_drawn_and_says_what_is_silent(folder: Path) -> None:
    """A person sees the stages, the reasons, the largest stories, and how to see more."""
    done = run_command(folder, "backtest", "rules", "-a", "articles.jsonl")
    assert done.returncode == 0
    for said in ("2 rules over 5 articles, 2026-03-02", "notifications", "rule-shadow", STRIKE, "--as-live"):
        assert said in done.stdout.replace("\n", " ")


def test_a_broken_line_is_named_and_the_rest_is_reckoned(folder: Path) -> None:
    """File and line, and exit code 2."""
    path = folder / "articles.jsonl"
    path.write_text('{"summary": "no title"}\n' + path.read_text("utf-8"), "utf-8")
    done = run_command(folder, "backtest", "rules", "--articles", "articles.jsonl", "--json")
    assert done.returncode == 2
    assert "articles.jsonl:1: 'title' is missing" in done.stderr
    assert json.loads(done.stdout)["funnel"]["articles"] == 5


def test_no_article_is_no_mistake(folder: Path) -> None:
    """An empty stream has an empty funnel."""
    done = run_command(folder, "backtest", "rules", "--articles", "/dev/null", "--json")
    assert (done.returncode, json.loads(done.stdout)["funnel"]["articles"]) == (0, 0)
    drawn = run_command(folder, "backtest", "rules", "--articles", "/dev/null")
    assert "2 rules of 2 matched none of these articles." in drawn.stdout.replace("\n", " ")
    assert "because" not in drawn.stdout


@pytest.mark.parametrize(
    ("given", "sources"),
    [
        ([{}, {}], 1),
        ([{"feed": "herald"}, {"feed": "wire"}], 2),
        ([{"feed": "herald"}, {"source": "Herald"}], 1),
        ([{"feed": "wire"}, {}], 2),
    ],
)
def test_articles_without_a_source_have_that_of_their_feed(
    folder: Path, given: list[dict[str, str]], sources: int
) -> None:
    """The publisher that the configuration names, else the feed; those of no feed are one source."""
    (folder / "watchword.yaml").write_text(CONFIG, "utf-8")
    made = [{"title": STRIKE, "summary": TEXT, "id": "same"} | one for one in given]
    made[1]["title"] = "Dockers in Velmar walk out over pay and 31 ships wait in the roads off the port"
    made[1]["summary"] = f"{TEXT[:-1]}, and talks begin today."
    (folder / "articles.jsonl").write_text("".join(json.dumps(line) + "\n" for line in made), "utf-8")
    [story] = reckoned(folder, "--config", "watchword.yaml")["stories"]
    assert (story["articles"], story["sources"]) == (2, sources)


def test_articles_come_from_standard_input_too(folder: Path) -> None:
    """Where they are asked for by a dash, and where nothing is said of them."""
    lines = (folder / "articles.jsonl").read_text("utf-8")
    for words in (["--articles", "-"], []):
        done = run_command(folder, "backtest", "rules", "--json", *words, stdin=lines)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["funnel"]["articles"] == 5


def test_one_rule_file_will_do(folder: Path) -> None:
    """A file in place of a folder."""
    done = run_command(folder, "backtest", "rules/rules.yaml", "-a", "articles.jsonl", "--json")
    assert (done.returncode, json.loads(done.stdout)["rules"]) == (0, 2)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere"], "Invalid value for RULES: there is no folder or file nowhere"),
        (["articles.jsonl"], "Invalid value for RULES: articles.jsonl is no rule file; these end in .yaml"),
        (
            ["rules", "-a", "nowhere"],
            "Invalid value for --articles: nowhere cannot be read: No such file or directory",
        ),
        (["rules", "-a", "rules"], "Invalid value for --articles: rules cannot be read: Is a directory"),
    ],
)
def test_what_cannot_be_read_is_named_as_it_was_given(folder: Path, words: list[str], said: str) -> None:
    """The argument or the option, what is wrong with it, and exit code 2."""
    done = ask(folder, "backtest", *words)
    assert done.returncode == 2
    assert said in done.stderr
