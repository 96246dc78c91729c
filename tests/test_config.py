"""The configuration: every problem at once, each with its place and a way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.config import load_settings
from monitor.errors import ConfigError
from monitor.feeds.config import OpmlFeeds
from monitor.stores.archive import open_archive

GOOD = """\
feeds:
  - {id: wire, url: "https://wire.example/rss"}
receivers:
  operators: {channels: [{kind: terminal}]}
routes: {receiver: operators}
"""


def problems(folder: Path, text: str) -> list[str]:
    (folder / "rules").mkdir(exist_ok=True)
    (folder / "watchword.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_settings(folder / "watchword.yaml")
    return [str(problem).removeprefix(f"{folder}/") for problem in caught.value.problems]


def test_a_good_file_gets_its_defaults(tmp_path: Path) -> None:
    """The shortest configuration works, with paths beside the file."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "watchword.yaml").write_text(GOOD)
    settings = load_settings(tmp_path / "watchword.yaml")
    assert settings.state == tmp_path / "state"
    assert settings.archive_url == f"sqlite:///{tmp_path}/state/archive.sqlite"
    [feed] = settings.config.feeds
    assert (feed.publisher, feed.usual.total_seconds(), feed.max_age.days) == ("wire.example", 600, 30)


def test_the_archive_lies_where_the_file_says_whatever_its_folder_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Signs that mean something in a URL mean nothing in a path, and a relative URL counts from the file."""
    folder = tmp_path / "what? 100%41 ü#"
    (folder / "rules").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    for said, path in (("", "state/archive.sqlite"), ("archive: {url: 'sqlite:///a.sqlite'}\n", "a.sqlite")):
        (folder / "watchword.yaml").write_text(said + GOOD)
        settings = load_settings(folder / "watchword.yaml")
        open_archive(settings.archive_url).close()
        assert (folder / path).is_file()
    assert [found.name for found in tmp_path.iterdir()] == [folder.name]


def test_five_mistakes_are_five_problems_with_their_places(tmp_path: Path) -> None:
    """A wrong value, an unknown key, a missing secret, an unknown receiver and a double id, all at once."""
    found = problems(
        tmp_path,
        """\
feeds:
  - {id: wire, url: "https://wire.example/rss", every: 10 minutes}
  - {id: wire, url: "https://other.example/rss"}
receivers:
  operators: {chanels: [{kind: terminal}], channels: [{kind: terminal}]}
  desk:
    channels:
      - {kind: slack, webhook: "env:WATCHWORD_NO_SUCH_VARIABLE"}
routes:
  receiver: desk
  routes:
    - {when: {severity: [high]}, receiver: dsk}
""",
    )
    assert found == [
        "watchword.yaml:2:56: not a duration; write a number and a unit: 90s, 10m, 2h, 30d, 1w",
        "watchword.yaml:3:10: the feed 'wire' is there twice (first in line 2)",
        "watchword.yaml:5:15: unknown key 'chanels' (did you mean 'channels'?)",
        "watchword.yaml:8:32: the environment variable 'WATCHWORD_NO_SUCH_VARIABLE' is not set",
        "watchword.yaml:12:44: there is no receiver 'dsk' (did you mean 'desk'?)",
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("operators: {", "ops: {"), "3:1: there is no receiver called 'operators'"),
        (("{kind: terminal}", "{kind: slak}"), "did you mean 'slack'?"),
        (("https://wire", "ftp://wire"), "2:21:"),
        (("id: wire", 'id: "The Wire"'), "lower-case letters, digits and hyphens"),
        (("routes: {receiver: operators}", "routes: {}"), "5:9: 'receiver' is missing"),
        (("routes: {receiver: operators}", ""), "'routes' is missing"),
        (("feeds:", "rules: rules\nfeeds:"), "1:8: a list belongs here; write [rules]"),
        (("feeds:", "rules: [nowhere]\nfeeds:"), "1:9: there is no folder"),
        (
            ("feeds:", "queue: {url: http://x}\nfeeds:"),
            "1:14: not the address of a queue server (write redis://",
        ),
        (("feeds:", "queue: {url: unix://q.sock}\nfeeds:"), "three slashes"),
        (("feeds:", 'queue: {url: "redis://localhost:6x/0"}\nfeeds:'), "the port is not a number"),
        (("feeds:", "queue: {url: redis://localhost/zero}\nfeeds:"), "the database is not a number"),
        (("feeds:", "archive: {url: 'sqlite:///:memory:'}\nfeeds:"), "the archive must be a file"),
        (("feeds:", "archive: {url: mysql://x/y}\nfeeds:"), "1:16: not the address of an archive"),
        (("feeds:", "archive: {url: 'postgresql://a:b@c/d'}\nfeeds:"), "file:PATH or env:NAME"),
        (("feeds:", "queue: {url: 'redis://:secret@h/0'}\nfeeds:"), "a password does not belong"),
        (("feeds:", "listen: {bind: everywhere}\nfeeds:"), "1:16: 'everywhere' is no address to serve on"),
        (("feeds:", "archive: {keep: 0d}\nfeeds:"), "1:17: must be at least 1s"),
        (("feeds:", "feeds: &a"), "an anchor"),
        (("feeds:", "outbound: {allow: [10.0.0.0/33]}\nfeeds:"), "1:20: not a network"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    """Each kind of mistake has its message."""
    assert said in "\n".join(problems(tmp_path, GOOD.replace(*change)))


def test_no_file_and_an_empty_file_name_the_way_out(tmp_path: Path) -> None:
    """A newcomer is told of `watchword init`."""
    with pytest.raises(ConfigError, match="watchword init"):
        load_settings(tmp_path / "watchword.yaml")
    assert "watchword init" in problems(tmp_path, "# nothing yet\n")[0]


def test_secrets_come_from_files_beside_the_configuration_and_do_not_show(tmp_path: Path) -> None:
    """A webhook read from a file is in no printed form of the settings."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "hook").write_text("https://hooks.example/services/T1/B1/hidden-part\n")
    text = GOOD.replace("{kind: terminal}", '{kind: slack, webhook: "file:hook"}')
    (tmp_path / "watchword.yaml").write_text(text)
    settings = load_settings(tmp_path / "watchword.yaml")
    assert "hidden-part" not in repr(settings)
    assert "hidden-part" not in str(settings.config.model_dump())
    literal = problems(
        tmp_path, GOOD.replace("{kind: terminal}", "{kind: slack, webhook: https://hooks.example/x}")
    )
    assert "write env:NAME or file:PATH" in literal[0]
    assert "hooks.example" not in literal[0]


LISTED = """\
<opml version="2.0"><head/><body>
<outline text="Asia"><outline text="Harbour" xmlUrl="https://harbour.example/"/></outline>
<outline text="Wire" xmlUrl="https://wire.example/rss"/>
</body></opml>
"""


def test_a_list_of_feeds_is_part_of_the_configuration(tmp_path: Path) -> None:
    """Its feeds stand where the list is named, with what is said beside it; a double is told, not watched."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "asia.opml").write_text(LISTED)
    text = GOOD.replace("feeds:\n", "feeds:\n  - {opml: lists/asia.opml, every: 1h, tags: [desk]}\n")
    (tmp_path / "watchword.yaml").write_text(text)
    settings = load_settings(tmp_path / "watchword.yaml")
    assert [feed.id for feed in settings.config.feeds] == ["harbour", "wire"]
    assert settings.config.feeds[0].tags == ("Asia", "desk")
    assert settings.config.feeds[0].every.total_seconds() == 3600
    assert settings.opml_files == (tmp_path / "lists" / "asia.opml",)
    assert settings.feed_places["harbour"] == f"{tmp_path}/lists/asia.opml:2"
    assert [remark.line for remark in settings.remarks] == [3]


def test_mistakes_in_a_list_and_beside_it_are_told_together(tmp_path: Path) -> None:
    """A broken outline, an unknown key, a missing file and a missing receiver are four problems at once."""
    (tmp_path / "asia.opml").write_text(LISTED.replace("https://harbour", "gopher://harbour"))
    text = GOOD.replace(
        "feeds:\n", "feeds:\n  - {opml: asia.opml, evry: 1h}\n  - {opml: gone.opml, id: x}\n  - {opml: }\n"
    )
    found = problems(tmp_path, text.replace("{receiver: operators}", "{receiver: operator}"))
    found = [problem.replace(", ".join(sorted(OpmlFeeds.model_fields)), "KEYS") for problem in found]
    assert found == [
        "asia.opml:2:22: xmlUrl: only http and https are fetched, not gopher",
        "watchword.yaml:2:23: unknown key 'evry' (did you mean 'every'?)",
        f"watchword.yaml:3:12: {tmp_path}/gone.opml cannot be read: No such file or directory",
        "watchword.yaml:3:23: unknown key 'id' (valid are: KEYS)",
        "watchword.yaml:4:12: a value is missing: a path belongs here",
        "watchword.yaml:8:20: there is no receiver 'operator' (did you mean 'operators'?)",
    ]
