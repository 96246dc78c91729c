from __future__ import annotations

import asyncio
import io
import os
import threading
from collections.abc import AsyncIterator
from dataclasses import replace

import aiohttp
import pytest
from rich.console import Console

from monitor.errors import Deferred, OutcomeUnknown
from monitor.model import Notification
from monitor.notify.alert_text import alert_text
from monitor.notify.channel import Wires
from monitor.notify.channels.terminal import TerminalChannel
from monitor.notify.terminal_block import TerminalBlock
from tests.notify.samples import NOW, PERSIAN, TITLE, article, correction, follow_up, notification


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def printed(console: Console, **changes: object) -> str:
    return shown(console, notification(**changes))


def shown(console: Console, made: Notification) -> str:
    with console.capture() as capture:
        console.print(TerminalBlock(alert_text(made)), crop=False)
    return capture.get()


def test_a_pipe_gets_plain_text() -> None:
    """Without colours the block has no escape sequence, and asterisks mark the words that matched."""
    text = printed(Console(file=io.StringIO(), width=100))
    assert text.isprintable() is False
    assert "\x1b" not in text
    assert "speak of *common threats*" in text
    assert "said that *Shanghai* and *BRICS* give" in text
    assert text.startswith("┏━ HIGH ━")
    assert not any(line.endswith(" ") for line in text.splitlines() if line != "┃ ")


def test_a_terminal_gets_colours() -> None:
    """On a terminal the marked words stand out by colour and no asterisk is added."""
    text = printed(Console(file=io.StringIO(), width=100, force_terminal=True, color_system="standard"))
    assert "\x1b[1;30;43mcommon threats\x1b[0m" in text
    assert "*" not in text


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_lines_fit_and_links_stay_whole(width: int) -> None:
    """Lines are wrapped within any width, except the link, which stays in one piece to be opened."""
    url = "https://news.example.org/" + "long-path/" * 30
    text = printed(Console(file=io.StringIO(), width=width), article=article(url=url))
    long = [line for line in text.splitlines() if len(line) > max(width, 24)]
    assert [url in line for line in long] == [True]


def test_an_output_that_cannot_hold_every_letter() -> None:
    """Where the output's encoding lacks letters they are replaced and the rest can be read."""
    raw = io.BytesIO()
    console = Console(file=io.TextIOWrapper(raw, encoding="ascii"), width=100)
    console.print(TerminalBlock(alert_text(notification(article=article(title=f"BRICS: {PERSIAN}")))))
    console.file.flush()
    text = raw.getvalue().decode("ascii")
    assert "BRICS: ?????" in text
    assert "* Secretary of Russia's Security Council: Nikolai Patrushev, since 12 May 2008" in text


def test_a_follow_up_is_a_line_or_two() -> None:
    """No block: what changed, and the newest article with its source, its link and the alert."""
    wide = Console(file=io.StringIO(), width=140)
    assert shown(wide, follow_up()) == (
        "┃ + [high] 5 independent sources in 3 languages have it now, first from Iran Press\n"
        f"┃   {TITLE} · Example Times · https://times.example/2023/talks · alert a1 r4\n"
    )
    narrow = shown(Console(file=io.StringIO(), width=90), follow_up()).splitlines()
    assert narrow[1:] == [
        f"┃   {TITLE} · Example Times",
        "┃   https://times.example/2023/talks · alert a1 r4",
    ]


def test_a_correction_stands_out() -> None:
    """It has a sign of its own, and says what was told and what it reads now."""
    assert shown(Console(file=io.StringIO(), width=140), correction(possible_repeat=True)) == (
        "┃ ! [high] CORRECTION: the article that you were told of has been corrected\n"
        "┃   Possible repeat: an earlier attempt may already have reached you.\n"
        f"┃   Told before: {TITLE}\n"
        f"┃   Reads now: CORRECTION: {TITLE} · Caspian Wire\n"
        "┃   https://news.example.org/2023/moscow?a=1&b=2 · alert a1 r4\n"
    )


def test_a_follow_up_with_others_is_a_block() -> None:
    """The lines of the others need a frame; the follow-up stands first, and names its story."""
    text = shown(Console(file=io.StringIO(), width=140), follow_up(others=(notification(),)))
    assert text.startswith("┏━ HIGH")
    assert "┃   Follow-up to: Secretaries meet in Moscow behind closed doors\n" in text
    assert text.count("┗━") == 1


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_short_lines_fit_too(width: int) -> None:
    """A follow-up is wrapped within any width, except the link."""
    url = "https://news.example.org/" + "long-path/" * 30
    text = shown(Console(file=io.StringIO(), width=width), follow_up(article=article(url=url)))
    assert [url in line for line in text.splitlines() if len(line) > max(width, 24)] == [True]


async def test_a_terminal_that_is_held(session: aiohttp.ClientSession) -> None:
    """A pipe that nobody reads delays no one: the send gives up, the next is put off, and it heals."""
    reading, writing = os.pipe()
    os.set_blocking(writing, True)
    with os.fdopen(writing, "w", encoding="utf-8") as pipe:
        console = Console(file=pipe, width=100)
        channel = TerminalChannel(Wires(session, lambda: NOW, console), patience=0.3)
        made = notification(article=replace(article(), url="https://example.org/" + "a" * 1900))
        with pytest.raises(OutcomeUnknown, match="does not take"):
            await fill(channel, made)
        with pytest.raises(Deferred, match="still holds"):
            await channel.send(made)
        reader = threading.Thread(target=drain, args=(reading,), daemon=True)
        reader.start()
        async with asyncio.timeout(10):
            while True:
                try:
                    await channel.send(made)
                    break
                except Deferred:
                    await asyncio.sleep(0.01)
    reader.join(5)
    assert not reader.is_alive()


async def fill(channel: TerminalChannel, made: Notification) -> None:
    for _ in range(200):
        await channel.send(made)


def drain(descriptor: int) -> None:
    while os.read(descriptor, 65536):
        pass
    os.close(descriptor)


async def test_a_terminal_that_is_gone(session: aiohttp.ClientSession) -> None:
    """A pipe whose reader has left, and a closed file, defer the alert with the reason."""
    reading, writing = os.pipe()
    os.close(reading)
    pipe = os.fdopen(writing, "w", encoding="utf-8")
    channel = TerminalChannel(Wires(session, lambda: NOW, Console(file=pipe, width=100)))
    for _ in range(3):
        with pytest.raises(Deferred, match="Broken pipe"):
            await channel.send(notification())
    closed = io.StringIO()
    closed.close()
    channel = TerminalChannel(Wires(session, lambda: NOW, Console(file=closed, width=100)))
    with pytest.raises(Deferred, match="closed file"):
        await channel.send(notification())
    with pytest.raises(BrokenPipeError):
        pipe.close()


async def test_alerts_do_not_mix(session: aiohttp.ClientSession) -> None:
    """Alerts that are sent at once are printed one after the other."""
    out = io.StringIO()
    channel = TerminalChannel(Wires(session, lambda: NOW, Console(file=out, width=100)))
    await asyncio.gather(*(channel.send(notification(alert=f"a{number}")) for number in range(20)))
    assert out.getvalue().count("┏━ HIGH") == 20
    blocks = out.getvalue().split("┗")
    assert all(block.count("Watchword alert a") == 1 for block in blocks[:-1])
