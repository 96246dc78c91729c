"""What else would find the literals of many rules in an article, over the same literals and articles.

Each peer is given, for each rule, only the literals of which an article must hold one: no AND, no NOT, no
NEAR, no offices, no evidence. So it answers an easier question than the matcher does.
"""

from __future__ import annotations

import os
import re
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from benchmarks.measuring import cpu_of

Literals = Sequence[tuple[str, ...]]
SQLITE_BATCH = 50  # what a feed's document brings at once
_HAN = re.compile("[\u4e00-\u9fff]")
SERVER = "WATCHWORD_TEST_POSTGRESQL"


@dataclass(frozen=True, slots=True)
class PeerResult:
    """How a peer did: `seconds` for all `articles`, in which it found `hits` pairs of rule and article."""

    name: str
    rules: int
    articles: int
    seconds: float
    hits: int
    ready: float
    note: str = ""

    @property
    def per_second(self) -> float:
        """Give the articles a second."""
        return self.articles / max(self.seconds, 1e-9)  # a handful may take less than the clock can tell


def regex_loop(literals: Literals, texts: Sequence[str], budget: float) -> PeerResult:
    """Search each article with one compiled regular expression a rule."""
    start = time.process_time()
    patterns = [re.compile("|".join(map(_as_regex, some)), re.IGNORECASE).search for some in literals]
    ready = time.process_time() - start

    def hits(text: str) -> int:
        return sum(search(text) is not None for search in patterns)

    return _one_by_one("loop of compiled regular expressions", hits, literals, texts, budget, ready)


def automaton(literals: Literals, texts: Sequence[str], budget: float) -> PeerResult:
    """Run one Aho-Corasick automaton over lower-cased text: no word borders, and no rules behind it."""
    import ahocorasick_rs

    start = time.process_time()
    distinct = list({literal.removesuffix("*").lower() for some in literals for literal in some})
    machine = ahocorasick_rs.AhoCorasick(distinct)
    ready = time.process_time() - start

    def hits(text: str) -> int:
        return len(machine.find_matches_as_indexes(text.lower(), overlapping=True))

    return _one_by_one("bare automaton (ahocorasick-rs)", hits, literals, texts, budget, ready, "the floor")


def sqlite_fts5(literals: Literals, texts: Sequence[str], budget: float) -> PeerResult:
    """Index articles in batches in memory, and run one FTS5 query a rule over each batch."""
    queries = [(" OR ".join(map(_as_fts5, some)),) for some in literals]
    base = sqlite3.connect(":memory:", isolation_level=None)
    base.execute("CREATE VIRTUAL TABLE article USING fts5(text, tokenize='unicode61 remove_diacritics 2')")
    done = hits = 0
    start = time.process_time()
    for batch in _portions(texts, SQLITE_BATCH):
        base.executemany("INSERT INTO article(text) VALUES (?)", [(text,) for text in batch])
        for query in queries:
            (found,) = base.execute("SELECT count(*) FROM article WHERE article MATCH ?", query).fetchone()
            hits += found
        base.execute("DELETE FROM article")
        done += len(batch)
        if time.process_time() - start > budget:
            break
    seconds = time.process_time() - start
    base.close()
    note = f"{SQLITE_BATCH} articles at once"
    return PeerResult("SQLite FTS5, a query a rule", len(literals), done, seconds, hits, 0.0, note)


def postgresql(literals: Literals, texts: Sequence[str], budget: float) -> PeerResult:
    """Keep one tsquery a rule in a table of PostgreSQL, and ask for each article which are true."""
    import psycopg

    start = time.perf_counter()
    with psycopg.connect(os.environ[SERVER], autocommit=True) as base:
        base.execute("SET max_parallel_workers_per_gather = 0")
        base.execute("CREATE TEMPORARY TABLE rule (query tsquery)")
        with base.cursor().copy("COPY rule FROM STDIN") as copy:
            for some in literals:
                copy.write_row([" | ".join(map(_as_tsquery, some))])
        base.execute("ANALYZE rule")
        ready = time.perf_counter() - start

        def hits(text: str) -> int:
            found = base.execute(
                "SELECT count(*) FROM rule WHERE to_tsvector('simple', %s) @@ query", (text,)
            ).fetchone()
            return int(found[0]) if found else 0

        name, server = "PostgreSQL, a tsquery a rule", base.info.backend_pid
        if "postgres" in _named(server):
            return _one_by_one(
                name, hits, literals, texts, budget, ready, "CPU of the server", partial(_cpu, server)
            )
        return _one_by_one(name, hits, literals, texts, budget, ready, "by the clock", time.perf_counter)


def _named(process: int) -> str:
    """Give the name of a process here; empty where a server of another machine has this number."""
    told = Path(f"/proc/{process}/comm")
    return told.read_text() if told.exists() else ""


def _cpu(process: int) -> float:
    return cpu_of(process) or 0.0


def peers() -> list[Callable[[Literals, Sequence[str], float], PeerResult]]:
    """Give the peers that can run here; PostgreSQL only where a server is named."""
    return [regex_loop, sqlite_fts5, *([postgresql] if os.environ.get(SERVER) else []), automaton]


def _one_by_one(
    name: str,
    hits: Callable[[str], int],
    literals: Literals,
    texts: Sequence[str],
    budget: float,
    ready: float,
    note: str = "",
    clock: Callable[[], float] = time.process_time,
) -> PeerResult:
    found = done = 0
    start = clock()
    for text in texts:
        found += hits(text)
        done += 1
        if clock() - start > budget:
            break
    return PeerResult(name, len(literals), done, clock() - start, found, ready, note)


def _as_regex(literal: str) -> str:
    words = r"\s+".join(map(re.escape, literal.removesuffix("*").split()))
    if _HAN.search(literal):
        return words
    return rf"\b{words}" if literal.endswith("*") else rf"\b{words}\b"


def _as_fts5(literal: str) -> str:
    phrase = literal.removesuffix("*").replace('"', '""')
    return f'"{phrase}" *' if literal.endswith("*") else f'"{phrase}"'


def _as_tsquery(literal: str) -> str:
    words = [f"'{word.lower()}'" for word in re.findall(r"\w+", literal)]
    return " <-> ".join(words) + (":*" if literal.endswith("*") else "")


def _portions(texts: Iterable[str], size: int) -> Iterator[list[str]]:
    waiting = iter(texts)
    while portion := list(islice(waiting, size)):
        yield portion
