"""The schemas take what the loader takes, as an editor reads it, and refuse what it refuses."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from monitor.commands.schema import config_schema, rules_schema
from monitor.config import Config
from monitor.notify.kinds import config_of, shipped_kinds
from monitor.rules.sheet_reader import read_sheet
from monitor.strict_yaml import parse_yaml
from tests.stories.world import run_command

ROOT = Path(__file__).resolve().parents[2]
STARTER = ROOT / "monitor" / "commands" / "starter_files"
RULE_FILES = sorted([*(ROOT / "rules").rglob("*.yaml"), *(STARTER / "rules").rglob("*.yaml")])
ON_PAGES = [
    block
    for page in sorted((ROOT / "docs" / "rules").glob("*.md"))
    for block in re.findall(r"```yaml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
]
RULES = Draft202012Validator(rules_schema())
CONFIG = Draft202012Validator(config_schema())
LEAST = {
    "receivers": {"operators": {"channels": [{"kind": "terminal"}]}},
    "routes": {"receiver": "operators"},
}


def as_editors_read(text: str) -> Any:
    """Read YAML with its guesses of numbers and truth values; dates stay texts, as JSON has none."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {str(key): plain(part) for key, part in value.items()}
        if isinstance(value, list):
            return [plain(part) for part in value]
        return value.isoformat() if isinstance(value, date) else value

    return plain(yaml.safe_load(text))


def faults(validator: Draft202012Validator, read: Any) -> list[str]:
    return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(read)]


def loaded(text: str) -> list[str]:
    """Give what the loader finds wrong with the least configuration, changed by `text`."""
    least = {
        key: f"{key}: {json.dumps(value)}" for key, value in LEAST.items() if key not in yaml.safe_load(text)
    }
    source = parse_yaml("\n".join([*least.values(), text]).encode(), "watchword.yaml")
    _, problems = source.validate(Config, {"folder": ROOT})
    return [str(problem) for problem in problems]


@pytest.mark.parametrize("validator", [RULES, CONFIG], ids=["rules", "config"])
def test_the_schemas_are_schemas(validator: Draft202012Validator) -> None:
    """Both are of the dialect they name."""
    Draft202012Validator.check_schema(validator.schema)
    assert validator.schema["$schema"] == Draft202012Validator.META_SCHEMA["$id"]


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda path: path.name)
def test_every_shipped_rule_file_is_valid(path: Path) -> None:
    """What we ship has no red lines in an editor."""
    assert faults(RULES, as_editors_read(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("text", ON_PAGES)
def test_every_example_of_the_rules_page_is_valid(text: str) -> None:
    """What the page shows can be typed without red lines."""
    assert faults(RULES, as_editors_read(text)) == []


def test_the_starter_configuration_is_valid() -> None:
    """The file that a newcomer begins with has no red lines."""
    assert faults(CONFIG, as_editors_read((STARTER / "watchword.yaml").read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "text",
    [
        "rules: [{id: 007, match: 10}]",
        "rules: [{id: on, match: NO}]",
        "rules: [{id: r, match: x, owner: 3.5, title: yes, why: }]",
        "rules:",
        "rules: [{id: r, match: x, alert: {labels: {desk: 7, urgent: yes}}}]",
        "rules: [{id: r, match: x, tests: [{match: 2026, published: 2023}]}]",
        "rules: [{id: r, match: x, tests: [{no_match: {title: 5, tags: [1]}}]}]",
        "rules: [{id: r, match: x, tests: [{match: a, published: 2023-02-09T18:00:00Z, lang: no}]}]",
        "topics: [{id: t, terms: [NO, 10, {term: 007, case: exact, lang: [no, nb-NO]}]}]",
        "topics: [{id: t, terms: {nb: [ja], '': [si]}}]",
        "actors: [{id: a, kind: office, of: b, titles: [x], grace: 9d, holders: [{vacant: true}]}]",
        "actors: [{id: a, kind: office, of: b, titles: [x], holders: [{person: c, from: 2010-03}]}]",
        "rules: [{id: r, match: x, lint: {allow: [wide-near]}, status: retired, severity: info}]",
    ],
)  # fmt: skip
def test_what_the_loader_takes_the_rule_schema_takes(text: str, tmp_path: Path) -> None:
    """Values of every shape that an editor takes for something else than text."""
    (tmp_path / "r.yaml").write_text(text, encoding="utf-8")
    sheet = read_sheet((tmp_path / "r.yaml").read_bytes(), "r.yaml")
    assert [str(p) for p in sheet.problems if p.level == "error"] == []
    assert faults(RULES, as_editors_read(text)) == []


MISTAKES = [
    "rule: []",
    "rules: {id: r, match: x}",
    "rules: [{id: r}]",
    "rules: [{match: x}]",
    "rules: [{id: My Rule, match: x}]",
    "rules: [{id: r, match: }]",
    "rules: [{id: r, match: x, status: alive}]",
    "rules: [{id: r, match: x, severity: urgent}]",
    "rules: [{id: r, match: x, statuss: live}]",
    "rules: [{id: r, match: x, labels: {desk: iran}}]",
    "rules: [{id: r, match: x, when: {count: 3}}]",
    "rules: [{id: r, match: x, tests: []}]",
    "rules: [{id: r, match: x, tests: [{text: a}]}]",
    "rules: [{id: r, match: x, tests: [{match: a, no_match: b}]}]",
    "rules: [{id: r, match: x, tests: [{match: {headline: a}}]}]",
    "rules: [{id: r, match: x, tests: [{match: a, published: yesterday}]}]",
    "rules: [{id: r, match: x, tests: [{match: a, actors: ann}]}]",
    "rules: [{id: r, match: x, lint: {allow: [everything]}}]",
    "topics: [{id: t, terms: oil}]",
    "topics: [{id: t, terms: []}]",
    "topics: [{id: t, terms: {en: oil}}]",
    "topics: [{id: t, terms: {english: [oil]}}]",
    "topics: [{id: t, terms: [{term: oil, case: exactly}]}]",
    "topics: [{id: t, terms: [{word: oil}]}]",
    "topics: [{id: t, terms: [{term: oil, stem: xx}]}]",
    "topics: [{id: t, terms: [{term: oil, regex: oil+}]}]",
    "actors: [{id: a, names: [x]}]",
    "actors: [{id: a, kind: organization, names: [x]}]",
    "actors: [{id: a, kind: person}]",
    "actors: [{id: a, kind: office, titles: [head]}]",
    "actors: [{id: a, kind: person, names: [x], holders: [{person: b}]}]",
    "actors: [{id: a, kind: office, of: b, titles: [x], holders: [{from: 2010}]}]",
    "actors: [{id: a, kind: office, of: b, titles: [x], holders: [{person: c, from: last year}]}]",
    "actors: [{id: a, kind: person, names: [x], extend: b}]",
]


@pytest.mark.parametrize("text", MISTAKES)
def test_mistakes_in_rules_are_refused_by_both(text: str, tmp_path: Path) -> None:
    """Each is an error of the schema and of the loader."""
    (tmp_path / "r.yaml").write_text(text, encoding="utf-8")
    sheet = read_sheet((tmp_path / "r.yaml").read_bytes(), "r.yaml")
    assert [p for p in sheet.problems if p.level == "error"]
    assert faults(RULES, as_editors_read(text))


@pytest.mark.parametrize(
    "more",
    [
        "feeds: [{id: f, url: https://example.org, max_age: none, every: 10m, tags: [1, yes]}]",
        "archive: {keep: 4w}",
        "feeds: [{id: f, url: https://example.org, auth: {bearer: 'env:PATH'}}]",
        "listen: {bind: 127.0.0.1:8321}",
        "state: 2024",
        "outbound: {max_bytes: 1GiB, allow: [10.0.0.0/8], timeout: 5s}",
        "queue: {url: redis://localhost, namespace: 7}",
    ],
)
def test_what_the_configuration_may_say(more: str) -> None:
    """Durations, sizes, networks and `none` as they are typed."""
    assert loaded(more) == []
    assert faults(CONFIG, LEAST | as_editors_read(more)) == []


def test_a_list_of_feeds_stands_beside_feeds() -> None:
    """An entry with `opml` takes what holds for each feed of the list, `none` among it."""
    feeds = "feeds: [{opml: world.opml, max_age: none, every: 1h}, {id: f, url: https://example.org}]"
    assert faults(CONFIG, LEAST | as_editors_read(feeds)) == []
    assert faults(CONFIG, LEAST | as_editors_read("feeds: [{opml: world.opml, id: f}]"))


def test_the_configuration_to_deploy_is_valid() -> None:
    """The example of deploy/ has no red lines either."""
    text = (ROOT / "deploy" / "watchword.example.yaml").read_text(encoding="utf-8")
    assert faults(CONFIG, as_editors_read(text)) == []


@pytest.mark.parametrize(
    "channel",
    [
        "{kind: email, to: [a@example.org], port: 25, tls: none}",
        '{kind: email, to: [a@example.org], port: "587", user: u, password: "env:P"}',
        '{kind: slack, webhook: "file:secrets/slack", name: "#iran"}',
        "{kind: acme.pager, anything: goes}",
    ],
)
def test_each_kind_of_channel_takes_its_keys(channel: str) -> None:
    """A shipped kind with its keys, and an outside one with any."""
    read = LEAST | {"receivers": {"operators": {"channels": [as_editors_read(channel)]}}}
    assert faults(CONFIG, read) == []


@pytest.mark.parametrize(
    "text",
    [
        "feed: []",
        "receivers: {operators: {channels: []}}",
        "receivers: {operators: {channels: [{kind: pigeon}]}}",
        "receivers: {operators: {channels: [{to: [a@example.org]}]}}",
        "receivers: {operators: {channels: [{kind: slack, webhook: 'https://hooks.example.org/x'}]}}",
        "receivers: {operators: {channels: [{kind: slack, webhok: 'env:X'}]}}",
        "receivers: {operators: {channels: [{kind: email}]}}",
        "receivers: {operators: {channels: [{kind: email, to: [a@example.org], port: mail}]}}",
        "receivers: {operators: {channels: [{kind: email, to: [a@example.org], tls: ssl}]}}",
        "receivers: {operators: {channels: [{kind: terminal, colour: red}]}}",
        "feeds: [{id: f}]",
        "feeds: [{id: f, url: https://example.org, every: 10}]",
        "feeds: [{id: f, url: https://example.org, every: often}]",
        "feeds: [{id: f, url: https://example.org, backfill: loud}]",
        "feeds: [{id: f, url: https://example.org, max_age: never}]",
        "archive: {keep: 90 days}",
        "outbound: {max_bytes: 15}",
        "routes: {}",
        "routes: {receiver: operators, when: {severity: [high]}}",
        "routes: {receiver: operators, routes: [{when: {severity: [hihg]}}]}",
        "routes: {receiver: operators, routes: [{continue: maybe}]}",
        "rules: rules",
    ],
)
def test_mistakes_in_the_configuration_are_refused(text: str) -> None:
    """Unknown keys, values of the wrong kind, and what is missing."""
    assert loaded(text)
    assert faults(CONFIG, LEAST | as_editors_read(text))


def test_every_key_tells_what_it_is_for() -> None:
    """Each key of both files has a description; keys of later versions are not offered."""
    for validator in (RULES, CONFIG):
        for name, model in {"the file": validator.schema, **validator.schema["$defs"]}.items():
            for key, part in model.get("properties", {}).items():  # words to choose from have none
                assert part.get("description"), f"{name}.{key}"
    for kind in shipped_kinds():
        offered = CONFIG.schema["$defs"][f"{kind.capitalize()}Channel"]["properties"]
        keys = {info.alias or name for name, info in config_of(kind).model_fields.items()}
        assert offered.keys() == {"kind"} | keys
    assert "extend" not in RULES.schema["$defs"]["ActorEntry"]["properties"]


def test_init_gives_a_new_folder_its_schemas(tmp_path: Path) -> None:
    """The first line of each example file leads to a schema that takes the file."""
    assert run_command(tmp_path, "init", "mine").returncode == 0
    files = sorted((tmp_path / "mine").rglob("*.yaml"))
    assert len(files) == 4
    for path in files:
        text = path.read_text(encoding="utf-8")
        named = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text)
        assert named is not None, path
        schema = json.loads((path.parent / named[1]).read_text(encoding="utf-8"))
        assert faults(Draft202012Validator(schema), as_editors_read(text)) == []


def test_the_command_prints_and_writes(tmp_path: Path) -> None:
    """To standard output, to a file in a new folder, and never to a third kind of file."""
    printed = run_command(tmp_path, "schema", "rules")
    assert json.loads(printed.stdout) == rules_schema()
    written = run_command(tmp_path, "schema", "config", "--output", "new/config.json")
    assert (written.returncode, written.stdout) == (0, "wrote new/config.json\n")
    assert json.loads((tmp_path / "new" / "config.json").read_text()) == config_schema()
    refused = run_command(tmp_path, "schema", "rules", "--output", "new")
    assert (refused.returncode, refused.stderr) == (2, "watchword: new cannot be written: Is a directory\n")
    assert run_command(tmp_path, "schema", "rulez").returncode == 2
