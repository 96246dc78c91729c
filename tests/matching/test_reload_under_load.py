"""Rules replaced while articles stream through: none is missed, doubled, or judged by half a rulebook."""

from __future__ import annotations

import asyncio
from pathlib import Path

from monitor.app.rulebooks import RulesInForce
from monitor.model import Article, Match
from tests.matching.conftest import NOW, article

ARTICLES = 3_000
READERS = 4
RELOADS = 30
# Of each book what it finds in a text of all four words; the title says which book spoke.
BOOKS = {"old": ("alpha", "beta"), "new": ("gamma", "delta", "beta")}


def rule_file(book: str) -> str:
    rules = "".join(f"  - {{id: {word}, title: {book}, match: {word}}}\n" for word in BOOKS[book])
    return f"rules:\n{rules}"


def write(path: Path, text: str) -> None:
    """Replace a file as an editor does: the whole of it at once."""
    beside = path.with_suffix(".part")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


async def test_a_reload_under_load_neither_misses_nor_doubles_an_article(tmp_path: Path) -> None:
    """Every article of a stream gets one verdict, that of the old book or of the new one, whole."""
    path = tmp_path / "rules.yaml"
    write(path, rule_file("old"))
    rules = await RulesInForce.load([tmp_path], NOW)
    waiting: asyncio.Queue[Article] = asyncio.Queue()
    verdicts: list[tuple[str, list[Match]]] = []
    done = asyncio.Event()

    async def read() -> None:
        while not waiting.empty():
            read = waiting.get_nowait()
            matches = await asyncio.to_thread(lambda read=read: list(rules.matcher.match(read)))
            verdicts.append((read.id, matches))

    async def reload() -> int:
        changes = 0
        while not done.is_set() or changes < RELOADS:
            book = "new" if changes % 2 == 0 else "old"
            write(path, "rules: [\n" if changes % 5 == 4 else rule_file(book))
            changes += await rules.reload([tmp_path], NOW)
            await asyncio.sleep(0)
        return changes

    for number in range(ARTICLES):
        waiting.put_nowait(article("alpha beta gamma delta", id=str(number)))
    async with asyncio.timeout(120):
        reloading = asyncio.create_task(reload())
        await asyncio.gather(*(read() for _ in range(READERS)))
        done.set()
        assert await reloading >= RELOADS

    assert sorted(int(name) for name, _ in verdicts) == list(range(ARTICLES))
    spoken = {tuple((match.title, match.rule) for match in matches) for _, matches in verdicts}
    whole = {book: {(book, word) for word in words} for book, words in BOOKS.items()}
    assert all(set(said) in whole.values() and len(said) == len(set(said)) for said in spoken)
    assert {title for said in spoken for title, _ in said} == set(BOOKS)
