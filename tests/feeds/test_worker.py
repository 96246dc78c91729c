"""Parsing in processes that may be killed."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from monitor.errors import Malformed
from monitor.feeds.document import Document
from monitor.feeds.worker import ParseWorkers
from tests.feeds.conftest import NOON
from tests.feeds.documents import ATOM, JSON_FEED, RSS

AUTHOR = "<rss version='2.0'><channel><item><title>x</title><author>{}</author></item></channel></rss>"
# Inputs on which feedparser needs quadratic time, and which no count before it catches.
QUADRATIC = {
    "author": AUTHOR.format(("a" * 900 + "<!---->") * 220),
    "author with @": AUTHOR.format("@" + ("a." * 450 + "<!---->") * 220),
    "angle brackets": AUTHOR.format("x") + "<" * 2_000_000,
    "comment openers": AUTHOR.format("x") + "<description>" + "&lt;!--" * 128_000,
}
ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12))
    + "]><rss><channel><item><title>&m;</title></item></channel></rss>"
)
DEEP = "<rss><channel><item>" + "<a>" * 200_000
DEEP_JSON = '{"version": "https://jsonfeed.org/version/1", "items": ' + "[" * 200_000


def document(text):
    body = text if isinstance(text, bytes) else text.encode()
    return Document(url="https://a.example/feed", body=body, body_hash="", fetched_at=NOON)


@pytest.fixture
async def workers():
    async with ParseWorkers(2, cpu_seconds=1) as pool:
        yield pool


async def until(condition, seconds=5.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.02)


def alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def children(pid):
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found += [int(stat.parent.name), *children(int(stat.parent.name))]
    return found


@pytest.fixture
def others():
    """Processes of this test session that have nothing to do with the test."""
    return set(children(os.getpid()))


def nursery_beside(others):
    return next(pid for pid in children(os.getpid()) if pid not in others)


async def test_documents_are_parsed_one_after_the_other(workers):
    """A worker serves many documents, and what it says is what the parser said."""
    for _ in range(3):
        found = await asyncio.gather(*(workers.parse(document(text)) for text in (RSS, ATOM, JSON_FEED)))
        assert [feed.format for feed in found] == ["rss20", "atom10", "json11"]
        assert found[0].entries[0].link == "https://a.example/news/1?utm_source=rss"


async def test_what_is_no_feed_is_told_and_the_worker_lives_on(workers):
    """Malformed documents cost no process."""
    with pytest.raises(Malformed, match="not a feed"):
        await workers.parse(document("<opml><body/></opml>"))
    before = children(os.getpid())
    with pytest.raises(Malformed, match="broken JSON"):
        await workers.parse(document('{"version": "https://jsonfeed.org/version/1", "items": [}'))
    assert children(os.getpid()) == before


@pytest.mark.parametrize("name", QUADRATIC)
async def test_quadratic_documents_end_at_the_limit_and_harm_nobody_else(workers, name):
    """A document that costs too much CPU ends as malformed; another feed is parsed meanwhile and after."""
    begun = time.monotonic()
    hostile = asyncio.create_task(workers.parse(document(QUADRATIC[name])))
    assert (await workers.parse(document(RSS))).entries
    (outcome,) = await asyncio.gather(hostile, return_exceptions=True)
    if isinstance(outcome, BaseException):  # a library that learns to read it in time is welcome
        assert isinstance(outcome, Malformed)
        assert str(outcome) == "parsing took more than 1 s of CPU"
    assert time.monotonic() - begun < 10
    assert (await workers.parse(document(RSS))).entries


@pytest.mark.parametrize("text", [ENTITIES, DEEP, DEEP_JSON], ids=["entities", "depth", "json depth"])
async def test_bombs_of_entities_and_depth_end(workers, text):
    """Entities are not expanded without bound, and depth exhausts nothing."""
    (outcome,) = await asyncio.gather(workers.parse(document(text)), return_exceptions=True)
    if not isinstance(outcome, Malformed):
        assert sum(len(entry.title) + len(entry.summary) for entry in outcome.entries) < 100_000
    assert (await workers.parse(document(RSS))).entries


async def test_the_cpu_limit_counts_for_each_document_anew():
    """A worker that has parsed for long in all still parses an honest document."""
    many = RSS.replace("</channel>", "<item><title>x</title></item>" * 1500 + "</channel>")
    async with ParseWorkers(1, cpu_seconds=1) as workers:
        begun = time.monotonic()
        while time.monotonic() - begun < 2.5:
            assert (await workers.parse(document(many))).entries


async def test_memory_is_limited():
    """A document that needs more memory than a worker may have ends as malformed."""
    big = '{"version": "https://jsonfeed.org/version/1", "items": [' + "{}," * 4_500_000 + "{}]}"
    async with ParseWorkers(1) as workers:
        with pytest.raises(Malformed, match="too much memory"):
            await workers.parse(document(big))
        assert (await workers.parse(document(RSS))).entries


async def test_a_worker_that_hangs_without_using_cpu_is_ended_by_the_clock(others):
    """The wall limit holds where the CPU limit does not."""
    async with ParseWorkers(1, wall_seconds=0.5) as workers:
        await workers.parse(document(RSS))
        nursery = nursery_beside(others)
        (worker,) = children(nursery)
        os.kill(worker, signal.SIGSTOP)
        with pytest.raises(Malformed, match=r"more than 0\.5 s"):
            await workers.parse(document(RSS))
        await until(lambda: not alive(worker))
        assert (await workers.parse(document(RSS))).entries


async def test_a_worker_killed_from_outside_costs_no_document(others, workers):
    """A worker that dies while it rests is replaced before the next document."""
    await workers.parse(document(RSS))
    (worker,) = children(nursery_beside(others))
    os.kill(worker, signal.SIGKILL)
    await until(lambda: not alive(worker))
    assert (await workers.parse(document(RSS))).entries


async def test_a_nursery_killed_from_outside_is_replaced(others, workers):
    """Without the process that workers come from, a new one is started."""
    await workers.parse(document(RSS))
    nursery = nursery_beside(others)
    os.kill(nursery, signal.SIGKILL)
    await until(lambda: not alive(nursery))
    await asyncio.gather(*(workers.parse(document(RSS)) for _ in range(4)))


async def test_a_cancelled_parse_leaves_no_answer_for_the_next():
    """Whoever gives up gets nobody else into trouble."""
    async with ParseWorkers(1) as workers:
        await workers.parse(document(RSS))
        for _ in range(20):
            task = asyncio.create_task(workers.parse(document(ATOM)))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            assert (await workers.parse(document(RSS))).format == "rss20"


async def test_closing_leaves_no_process(others):
    """After `close` no child of ours is left."""
    workers = ParseWorkers(2)
    await asyncio.gather(workers.parse(document(RSS)), workers.parse(document(ATOM)))
    left = [pid for pid in children(os.getpid()) if pid not in others]
    assert len(left) == 3
    await workers.close()
    await until(lambda: not any(map(alive, left)))


DAEMON = """
import asyncio, os, sys
from tests.feeds.test_worker import QUADRATIC, RSS, document
from monitor.feeds.worker import ParseWorkers

async def main():
    workers = ParseWorkers(2, cpu_seconds=60)
    await workers.parse(document(RSS))
    task = asyncio.create_task(workers.parse(document(QUADRATIC["comment openers"])))
    await workers.parse(document(RSS))
    print("ready", flush=True)
    try:
        await asyncio.Event().wait()
    finally:
        print("still", (await workers.parse(document(RSS))).format, flush=True)
        task.cancel()
        await workers.close()

try:
    asyncio.run(main())
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


def daemon():
    process = subprocess.Popen(
        [sys.executable, "-c", DAEMON], stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    assert process.stdout.readline() == b"ready\n"
    return process


async def test_workers_do_not_outlive_a_daemon_that_is_killed():
    """After SIGKILL of the daemon its nursery and its workers end, also one in the middle of a document."""
    with daemon() as process:
        family = children(process.pid)
        assert len(family) == 3
        process.kill()
        await until(lambda: not any(map(alive, family)))


async def test_an_interrupt_of_the_terminal_does_not_reach_the_workers():
    """Ctrl-C goes to the whole foreground group; workers serve the daemon until it has ended."""
    with daemon() as process:
        family = children(process.pid)
        os.killpg(process.pid, signal.SIGINT)
        out, err = await asyncio.to_thread(process.communicate, timeout=10)
        assert out == b"still rss20\ninterrupted\n"
        assert err == b""
        await until(lambda: not any(map(alive, family)))


async def test_feeds_that_failed_do_not_hold_up_the_others(workers):
    """Whatever they send now waits for one of the places; the other is free for feeds in good order."""
    bombs = [
        asyncio.create_task(workers.parse(document(QUADRATIC["angle brackets"]), suspect=True))
        for _ in range(3)
    ]
    await asyncio.sleep(0.1)
    for _ in range(3):
        assert (await workers.parse(document(RSS))).entries
    assert not any(bomb.done() for bomb in bombs[1:])
    for bomb in bombs:
        bomb.cancel()
    await asyncio.gather(*bombs, return_exceptions=True)
