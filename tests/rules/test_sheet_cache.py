"""Compiled rule files are kept: what did not change is not compiled again, and what was tampered with is."""

import os
import pickle
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.rules import sheet_cache
from monitor.rules.book import load_rulebook
from monitor.rules.sheet_cache import SheetCache

NOW = datetime(2026, 11, 1, tzinfo=UTC)
RULES = """\
actors:
  - {id: snsc, kind: organisation, names: {fa: [شورای عالی امنیت ملی], en: [{regex: 'security counc\\w+'}]}}
  - {id: ali, kind: person, names: {en: [Ali Person]}}
  - id: head
    kind: office
    of: snsc
    titles: {en: [secretary]}
    holders: [{person: ali, from: 2013-09, until: 2023, acting: true}]
topics:
  - {id: t, terms: {ru: [{term: санкция, stem: ru}], en: ["sanction*"]}}
rules:
  - id: r
    match: actor:head AND (topic:t OR published:>=2020) AND NOT title:"no, sir"
    tests: [{match: {title: x, published: 2020-01-02}}]
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A folder of one rule file."""
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "a.yaml").write_text(RULES, encoding="utf-8")
    return folder


@pytest.fixture
def compiled(monkeypatch) -> list[str]:
    """The paths of files that are compiled, as they are."""
    paths: list[str] = []
    real = sheet_cache.read_sheet

    def read(text, path):
        paths.append(path)
        return real(text, path)

    monkeypatch.setattr(sheet_cache, "read_sheet", read)
    return paths


def test_the_next_start_compiles_nothing(rules, tmp_path, compiled):
    """A book from the cache is the book, down to every place and checksum."""
    first = load_rulebook([rules], now=NOW, cache=SheetCache(tmp_path / "cache"))
    again = load_rulebook([rules], now=NOW, cache=SheetCache(tmp_path / "cache"))
    assert len(compiled) == 1
    assert again == first
    assert again.rules["r"].expression == first.rules["r"].expression
    assert not first.unusable


def test_a_change_of_text_or_path_is_compiled(rules, tmp_path, compiled):
    """What a sheet says depends on both: problems name the path."""
    cache = tmp_path / "cache"
    load_rulebook([rules], now=NOW, cache=SheetCache(cache))
    (rules / "a.yaml").write_text(RULES.replace("r\n", "s\n"), encoding="utf-8")
    assert "s" in load_rulebook([rules], now=NOW, cache=SheetCache(cache)).rules
    (rules / "a.yaml").rename(rules / "b.yaml")
    book = load_rulebook([rules], now=NOW, cache=SheetCache(cache))
    assert book.rules["s"].path.endswith("b.yaml")
    assert len(compiled) == 3


def test_a_reload_compiles_what_changed_and_leaves_the_rest_as_it_is(rules, compiled):
    """Rules that did not change are the same objects, so that nothing is made of them again."""
    (rules / "b.yaml").write_text("rules: [{id: other, match: x}]", encoding="utf-8")
    cache = SheetCache()
    before = load_rulebook([rules], now=NOW, cache=cache)
    (rules / "b.yaml").write_text("rules: [{id: other, match: y}]", encoding="utf-8")
    after = load_rulebook([rules], now=NOW, cache=cache)
    assert compiled == [str(rules / "a.yaml"), str(rules / "b.yaml"), str(rules / "b.yaml")]
    assert after.rules["r"] is before.rules["r"]
    assert after.rules["other"].checksum != before.rules["other"].checksum


def test_problems_are_told_anew_each_time(rules, tmp_path):
    """A finding of a cached file does not grow with every load."""
    cache = SheetCache(tmp_path / "cache")
    (rules / "b.yaml").write_text("actors: [{id: who, kind: organisation, names: [WHO]}]", encoding="utf-8")
    once = load_rulebook([rules], now=NOW, cache=cache).problems
    assert load_rulebook([rules], now=NOW, cache=cache).problems == once
    assert load_rulebook([rules], now=NOW, cache=SheetCache(tmp_path / "cache")).problems == once
    assert any(problem.code == "acronym-case" for problem in once)


class Planted:
    """What runs a command where it is unpickled without care."""

    def __reduce__(self):
        return (subprocess.check_call, (["touch", "planted"],))


@pytest.mark.parametrize(
    "content", [b"", b"\x80\x05garbage", pickle.dumps(Planted()), pickle.dumps(["sheet"])]
)
def test_a_tampered_file_is_compiled_anew_and_runs_nothing(rules, tmp_path, compiled, monkeypatch, content):
    """Only values of this project are made of what is on disk."""
    monkeypatch.chdir(tmp_path)
    load_rulebook([rules], now=NOW, cache=SheetCache(tmp_path / "cache"))
    (kept,) = (path for path in (tmp_path / "cache" / "rules").iterdir() if not path.name.startswith("."))
    kept.write_bytes(content)
    assert "r" in load_rulebook([rules], now=NOW, cache=SheetCache(tmp_path / "cache")).rules
    assert len(compiled) == 2
    assert not (tmp_path / "planted").exists()


def test_a_folder_that_others_may_write_to_is_not_used(rules, tmp_path, compiled):
    """Nor one that cannot be made; the book is there all the same."""
    shared = tmp_path / "shared" / "rules"
    shared.mkdir(parents=True)
    shared.chmod(0o777)
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "shared", tmp_path / "file"):
        assert "r" in load_rulebook([rules], now=NOW, cache=SheetCache(folder)).rules
    assert list(shared.iterdir()) == []
    assert len(compiled) == 2


def test_what_nobody_reads_for_a_month_is_removed(rules, tmp_path):
    """Sheets of texts that are gone do not pile up for ever."""
    load_rulebook([rules], now=NOW, cache=SheetCache(tmp_path / "cache"))
    kept = tmp_path / "cache" / "rules"
    stale = kept / ("0" * 40)
    stale.write_bytes(b"x")
    for path in (stale, kept / ".pruned"):
        os.utime(path, (1, 1))
    load_rulebook([rules], now=NOW, cache=SheetCache(tmp_path / "cache"))
    assert not stale.exists()
    assert len([path for path in kept.iterdir() if not path.name.startswith(".")]) == 1


def test_an_unusable_file_is_not_kept(rules, tmp_path, compiled):
    """Its mistakes are told with their places each time."""
    (rules / "a.yaml").write_text("rules: [{id: r, match: 'a b'}]", encoding="utf-8")
    first = load_rulebook([rules], now=NOW, cache=SheetCache(tmp_path / "cache"))
    again = load_rulebook([rules], now=NOW, cache=SheetCache(tmp_path / "cache"))
    assert first.problems == again.problems
    assert len(compiled) == 2
