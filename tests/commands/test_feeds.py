"""`watchword feeds …` as it is typed."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from monitor.commands.feed_tables import poll_chart
from monitor.commands.starter import write_starter
from monitor.config import load_settings
from monitor.feeds.state import Outcome, Poll
from tests.conftest import NOON
from tests.stories.world import run_command

LIST = """<opml version="2.0"><head/><body>
 <outline text="Asia">
  <outline text="Steppe Herald" xmlUrl="https://steppe.example/rss" language="en"/>
  <outline text="Порт" xmlUrl="https://port.example/rss"/>
 </outline>
 <outline text="IRNA" xmlUrl="https://en.irna.ir/rss"/>
</body></opml>
"""
ADDED = """\
  - id: steppe-herald
    url: "https://steppe.example/rss"
    title: Steppe Herald
    lang: en
    tags: [Asia]
  - id: port-example-rss
    url: "https://port.example/rss"
    title: Порт
    tags: [Asia]
"""


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A fresh start, with a list of feeds beside it."""
    assert list(write_starter(tmp_path))
    (tmp_path / "list.opml").write_text(LIST)
    return tmp_path


def ids(folder: Path) -> list[str]:
    return [feed.id for feed in load_settings(folder / "watchword.yaml").config.feeds]


def test_import_adds_what_is_new_and_says_what_was_there(desk: Path) -> None:
    """The file gains entries and loses nothing; a second time there is nothing left to add."""
    config = desk / "watchword.yaml"
    config.chmod(0o640)
    before = config.read_text()
    done = run_command(desk, "feeds", "import", "list.opml")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "2 feeds added to watchword.yaml",
        "  steppe-herald  https://steppe.example/rss",
        "  port-example-rss  https://port.example/rss",
        "1 feed there already",
        "  irna  IRNA",
    ]
    after = config.read_text()
    assert after.replace(ADDED, "") == before
    assert ADDED in after
    assert stat.S_IMODE(config.stat().st_mode) == 0o640
    assert ids(desk) == ["irna", "tass", "steppe-herald", "port-example-rss"]
    again = run_command(desk, "feeds", "import", "list.opml")
    assert again.stdout.splitlines()[0] == "0 feeds added to watchword.yaml"
    assert config.read_text() == after
    assert {path.name for path in desk.iterdir()} == {
        "watchword.yaml",
        "rules",
        "list.opml",
        ".gitignore",
        ".schemas",
    }


def test_a_dry_run_shows_the_same_and_changes_nothing(desk: Path) -> None:
    """What would be added is printed, from standard input too."""
    before = (desk / "watchword.yaml").read_bytes()
    done = run_command(desk, "feeds", "import", "-", "--dry-run", stdin=LIST)
    assert done.stdout.startswith("2 feeds would be added to watchword.yaml\n  steppe-herald  https://")
    assert (desk / "watchword.yaml").read_bytes() == before


def test_a_feed_that_cannot_be_watched_is_named_and_the_others_are_added(desk: Path) -> None:
    """One bad address among many costs itself, and the exit code says so."""
    (desk / "list.opml").write_text(LIST.replace("https://port.example/rss", "itpc://port.example"))
    done = run_command(desk, "feeds", "import", "list.opml")
    assert done.returncode == 1
    assert done.stderr == "error: list.opml:4:3: xmlUrl: only http and https are fetched, not itpc\n"
    assert ids(desk) == ["irna", "tass", "steppe-herald"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LIST[:200], "list.opml:5:1: not well-formed"),
        ("<html/>", "list.opml:1:1: not OPML"),
        (None, "watchword: list.opml: cannot be read: No such file"),
    ],
)
def test_a_list_that_cannot_be_used_changes_nothing(desk: Path, text: str | None, said: str) -> None:
    """It is named with its place, and the configuration stays."""
    before = (desk / "watchword.yaml").read_bytes()
    (desk / "list.opml").unlink()
    if text is not None:
        (desk / "list.opml").write_text(text)
    done = run_command(desk, "feeds", "import", "list.opml")
    assert done.returncode == 2
    assert done.stderr.startswith(said)
    assert (desk / "watchword.yaml").read_bytes() == before


def test_a_configuration_that_is_a_link_stays_one(desk: Path) -> None:
    """The file that the link leads to is replaced."""
    (desk / "watchword.yaml").rename(desk / "rules" / "real.conf")
    (desk / "watchword.yaml").symlink_to("rules/real.conf")
    assert run_command(desk, "feeds", "import", "list.opml").returncode == 0
    assert (desk / "watchword.yaml").is_symlink()
    assert "steppe-herald" in (desk / "rules" / "real.conf").read_text()


def test_a_broken_configuration_is_not_touched(desk: Path) -> None:
    """What is wrong with it is said first."""
    config = desk / "watchword.yaml"
    config.write_text(config.read_text().replace("every: 10m", "every: often"))
    before = config.read_bytes()
    done = run_command(desk, "feeds", "import", "list.opml")
    assert done.returncode == 2
    assert "not a duration" in done.stderr
    assert config.read_bytes() == before


def test_an_export_is_the_same_configuration_again_by_both_ways_in(desk: Path, tmp_path: Path) -> None:
    """Exported feeds come back equal by `feeds import`, and by naming the file in the configuration."""
    run_command(desk, "feeds", "import", "list.opml")
    wanted = {feed.id: feed for feed in load_settings(desk / "watchword.yaml").config.feeds}
    assert run_command(desk, "feeds", "export", "--output", "out.opml").stdout == "wrote out.opml\n"
    assert run_command(desk, "feeds", "export").stdout == (desk / "out.opml").read_text()
    text = (desk / "watchword.yaml").read_text()
    head, tail = text[: text.index("feeds:\n")], text[text.index("receivers:\n") :]
    for listed in ("feeds:\n", "feeds: [{opml: out.opml}]\n"):
        (desk / "watchword.yaml").write_text(head + listed + tail)
        done = run_command(desk, "feeds", "import", "out.opml")
        assert done.returncode == 0
        assert {feed.id: feed for feed in load_settings(desk / "watchword.yaml").config.feeds} == wanted


def test_list_and_show_tell_how_feeds_are(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before any poll, with settings as they are written and stars for what is secret."""
    monkeypatch.setenv("FEED_TOKEN", "canary-31")
    monkeypatch.setenv("FEED_PROXY", "http://u:canary-31@proxy.example:3128")
    config = desk / "watchword.yaml"
    secrets = (
        '    auth: {user: ana, password: "env:FEED_TOKEN"}\n    proxy: "env:FEED_PROXY"\n'
        '    headers: {Accept-Language: fa, X-Key: "env:FEED_TOKEN", X-Plain: canary-31}\n'
    )
    config.write_text(config.read_text().replace("    source: TASS\n", "    source: TASS\n" + secrets))
    done = run_command(desk, "feeds", "list")
    assert "not polled yet" in done.stdout
    assert done.stdout.splitlines()[-1] == "2 feeds"
    shown = run_command(desk, "feeds", "show", "tass")
    assert "with a login" in shown.stdout
    as_json = run_command(desk, "feeds", "show", "tass", "--json")
    found = json.loads(as_json.stdout)
    assert found["settings"] == {
        "backfill": "silent",
        "country": "RU",
        "every": "auto",
        "at_least": "2m",
        "at_most": "1d",
        "moves": "adopt",
        "max_age": "30d",
        "source": "TASS",
        "lang": "en",
        "auth": {"user": "ana", "password": "***"},
        "headers": {"Accept-Language": "fa", "X-Key": "***", "X-Plain": "***"},
        "proxy": "http://proxy.example:3128 (with a login)",
    }
    assert found["written_in"].startswith("watchword.yaml:")
    assert json.loads(run_command(desk, "feeds", "list", "--json").stdout)[1] == found
    for output in (done, shown, as_json):
        assert "canary" not in output.stdout + output.stderr


def test_a_wrong_id_gets_the_nearest(desk: Path) -> None:
    """A typo is answered with what was meant."""
    done = run_command(desk, "feeds", "show", "tas")
    assert done.returncode == 2
    assert "did you mean 'tass'?" in done.stderr


def test_check_gives_a_verdict_on_each_feed_and_reset_has_one_asked_again(desk: Path) -> None:
    """What is wrong, what to do, and exit code 1; for programs as JSON."""
    config = desk / "watchword.yaml"
    config.write_text(
        "feeds:\n"
        '  - {id: inside, url: "http://127.0.0.1:1/feed"}\n'
        '  - {id: far, url: "http://192.0.2.1/feed"}\n'
        "receivers: {operators: {channels: [{kind: terminal}]}}\nroutes: {receiver: operators}\n"
    )
    done = run_command(desk, "feeds", "check", "--all")
    assert (done.returncode, done.stderr) == (1, "")
    assert "✗ inside  broken" in done.stdout
    assert "→ name its network in outbound.allow if it is yours" in done.stdout
    assert done.stdout.splitlines()[-1] == "2 feeds: 2 broken"
    as_json = run_command(desk, "feeds", "check", "far", "--json")
    [found] = json.loads(as_json.stdout)
    assert (as_json.returncode, found["id"], found["verdict"]) == (1, "far", "broken")
    unknown = run_command(desk, "feeds", "check", "fat")
    assert (unknown.returncode, "there is no feed 'fat'" in unknown.stderr) == (2, True)
    reset = run_command(desk, "feeds", "reset", "far")
    assert (reset.returncode, reset.stdout) == (0, "far was never polled: there is nothing to forget\n")


def test_the_chart_of_polls_shows_what_each_brought() -> None:
    """Bars for articles, signs for all else, the newest on the right."""
    outcomes = [
        (Outcome.NEW, 8),
        (Outcome.NEW, 1),
        (Outcome.UNCHANGED, 0),
        (Outcome.FAILED, 0),
        (Outcome.NETWORK, 0),
    ]
    polls = [Poll(NOON, outcome, new, 0.5) for outcome, new in outcomes]
    chart = poll_chart(polls).plain.splitlines()
    assert chart[0] == "█▁·×~"
    assert "the longest took 0.5 s" in chart[-1]
