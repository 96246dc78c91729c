"""Every command that the pages show is typed, in the pages' order, and shows what they say."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.manual.page import Step, Typed, Written, steps
from tests.manual.terminal import Terminal
from tests.stories.world import Item, World

ROOT = Path(__file__).resolve().parents[2]

# What is not typed, and why.
LEFT_OUT = {
    "make setup": "it has made what this test runs in",
    "source .venv/bin/activate": "it has made what this test runs in",
    "make demo": "tests/stories/test_demo.py runs it",
    "make test": "it runs this test",
    "watchword demo --speed 2": "tests/stories/test_demo.py runs it",
}
CONFIG = """\
outbound: {{allow: [127.0.0.0/8]}}
listen: {{bind: none}}
feeds: [{{id: {name}, url: "{feed}", every: 1s, backfill: notify}}]
receivers:
  operators: {{channels: [{{kind: terminal}}]}}
  iran-desk: {{channels: [{{kind: slack, webhook: "file:hook"}}]}}
routes: {{receiver: iran-desk}}
"""


def read(page: str) -> list[Step]:
    found = steps(ROOT / page)
    return [step for step in found if not (isinstance(step, Typed) and step.command in LEFT_OUT)]


def follow(terminal: Terminal, *pages: str) -> None:
    try:
        for step in [step for page in pages for step in read(page)]:
            terminal.do(step)
        terminal.end()
    finally:
        terminal.abandon()


def test_the_first_alert_comes_in_and_the_promises_are_seen(
    tmp_path: Path, unused_tcp_port_factory: Callable[[], int]
) -> None:
    """Who follows the tutorial sees the alert, and then each promise kept as the page on them shows."""
    web, console = str(unused_tcp_port_factory()), str(unused_tcp_port_factory())
    swaps = {
        ":8321": f":{console}",
        "8765": web,
        "state: state": f'state: state\nlisten: {{bind: "127.0.0.1:{console}"}}',
        "every: 5s": "every: 1s",
    }
    follow(Terminal(tmp_path, swaps), "docs/first-alert.md", "docs/feeds.md", "docs/guarantees.md")


def test_the_first_steps_of_the_readme_work(tmp_path: Path) -> None:
    """Who types what the README shows has a daemon that runs; its feeds are pointed at this machine."""
    here = "sed -i 's|https://[^ ]*|http://127.0.0.1:9/|' my-watch/watchword.yaml"
    follow(Terminal(tmp_path, {"watchword init my-watch": f"watchword init my-watch && {here}"}), "README.md")


def test_the_schemas_of_the_editors_page_are_written(tmp_path: Path) -> None:
    """The commands of docs/editors.md write both schemas."""
    terminal = Terminal(tmp_path)
    follow(terminal, "docs/editors.md")
    assert {path.name for path in (terminal.folder / ".schemas").iterdir()} == {"config.json", "rules.json"}


async def test_the_commands_on_tests_and_explanations_work(tmp_path: Path, embedded_world: World) -> None:
    """Each command of the page runs over its own rules, with an archive that holds an article."""
    embedded_world.feeds.publish("irna", Item("Export controls on chips", link="https://irna.example/chips"))
    feed = f"{embedded_world.feeds.url}/irna.xml"
    terminal = Terminal(
        tmp_path, {"4711": "1", "https://example.org/news/chips": "https://irna.example/chips"}
    )
    terminal.fine = frozenset({0, 1})  # a check, a test and an explanation say by 1 that they found something
    terminal.do(Written("hook", embedded_world.hook.url))
    terminal.do(Written("watchword.yaml", CONFIG.format(name="irna", feed=feed)))
    page = read("docs/rules/tests-and-lifecycle.md")
    for step in [step for step in page if isinstance(step, Written)]:
        terminal.do(step)
    for command in (f"curl --silent --output feed.xml {feed}", "watchword poll --once"):
        await asyncio.to_thread(terminal.do, Typed(command, ""))
    for step in [step for step in page if isinstance(step, Typed)]:
        await asyncio.to_thread(terminal.do, step)


async def test_every_example_of_the_command_reference_works(tmp_path: Path, embedded_world: World) -> None:
    """Each command is typed as its reference shows it, where there are feeds, alerts and dead letters."""
    world, feed = embedded_world, f"{embedded_world.feeds.url}/iranpress.xml"
    terminal = Terminal(
        tmp_path,
        {
            "https://example.org/rss": f"{feed} --config watchword.yaml",  # which allows this machine
            "brics-membership": "bloc-membership",  # the shipped rules call it so, the starter's do not
            "show 17": "show 1",
            "stories show 7": "stories show 1",
            "stories join 12 15": "stories join 1 2",
            "stories split 4711 4712": "stories split 2",
            "why https://example.org/news/12": "why 1",
            "replay 17 18": "replay 1 2",
            "drop 17": "drop 3",
        },
    )
    terminal.fine = frozenset({0, 1})  # an explanation says by 1 that there is no match
    world.folder = terminal.folder
    world.queue.start()
    world.hook.answers = [(404, {}, "no_service")] * 3
    world.feeds.publish("iranpress", *(Item(f"Iran and BRICS, day {day}") for day in range(3)))
    config = CONFIG.format(name="iranpress", feed=feed)
    terminal.do(Written("hook", world.hook.url))
    terminal.do(Written("watchword.yaml", f'{config}queue: {{url: "{world.queue.url}"}}\n'))
    terminal.do(Written("postgresql.yaml", f"{config}state: elsewhere\n"))
    shutil.copytree(ROOT / "rules", terminal.folder / "rules")
    daemon = world.start()
    await daemon.has("notification.buried", 3)
    assert await daemon.stop() == 0
    before = (
        f"curl --silent --output feed.xml {feed}; watchword feeds export --output subscriptions.opml; "
        "watchword parse feed.xml > last-month.jsonl; cp last-month.jsonl articles.jsonl; "
        "printf 'left\\tright\\none\\ttwo\\n' > pairs.tsv"
    )
    await asyncio.to_thread(terminal.do, Typed(before, ""))
    examples = [step for step in read("docs/reference/commands.md") if isinstance(step, Typed)]
    try:
        for step in sorted(examples, key=last_of_all):
            await asyncio.to_thread(terminal.do, step)
            await asyncio.to_thread(terminal.end)
    finally:
        terminal.abandon()


def last_of_all(step: Typed) -> int:
    """Put the examples in an order in which none takes from another what it needs."""
    late = ("watchword dead-letters replay", "watchword dead-letters drop", "watchword init")
    return next((number for number, start in enumerate(late, 1) if step.command.startswith(start)), 0)


def test_what_keeps_a_promise_is_there() -> None:
    """Every test that the page on the promises names exists, and every promise names some."""
    page = (ROOT / "docs/guarantees.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w./]+)`", page)
    assert [path for path in named if not (ROOT / path).exists()] == []
    assert page.count("*Kept by*") == page.count("\n## ")
