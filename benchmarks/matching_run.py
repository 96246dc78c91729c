"""The order in which matching is measured."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, TaskID

from benchmarks import rulebook_process as within
from benchmarks.articles import items
from benchmarks.command_stream import stream
from benchmarks.matching_figures import GROUPS, Figures, Group, Run, Stream
from benchmarks.measuring import machine
from benchmarks.output import progress
from benchmarks.peers import peers
from benchmarks.rule_sets import RuleSet, write_rules

_PORTIONS: dict[Group, int] = {"no match": 500, "one match": 120, "mix": 500, "first sight": 500}
_ROUNDS: dict[Group, int] = {"no match": 1, "one match": 6, "mix": 1, "first sight": 1}  # few articles match
_WARMING, _MIX = 0.4, 0.3  # shares of the articles; the rest is sorted by matches
_STREAM_RULES = 10_000
Sorted = dict[Group, list[str]]
Processes = list[tuple[Figures, ProcessPoolExecutor]]


def measure(options: argparse.Namespace, console: Console) -> Run:
    """Measure all that the options ask for."""
    with (
        tempfile.TemporaryDirectory(prefix="watchword-bench-") as folder,
        progress(console) as bar,
    ):
        return _Measuring(options, Path(folder), bar).run()


class _Measuring:
    def __init__(self, options: argparse.Namespace, folder: Path, bar: Progress) -> None:
        self._options, self._folder, self._bar = options, folder, bar
        self._cache = folder / "cache"
        self._sets: dict[int, RuleSet] = {}

    @contextmanager
    def _step(self, said: str, total: int | None = None) -> Iterator[TaskID]:
        task = self._bar.add_task(said, total=total)
        yield task
        done = self._bar.tasks[task].completed or 1
        self._bar.update(task, total=done, completed=done)

    def run(self) -> Run:
        """Go through all steps."""
        options = self._options
        found = items(options.articles, options.seed, options.data and options.data / "articles")
        for number in sorted(set(options.rules)):
            with self._step(f"writing {number:,} rules"):
                self._sets[number] = write_rules(self._folder / f"rules-{number}", number, options.seed)
        cold = [self._cold(rules) for rules in self._sets.values()]
        lines = [item.line() for item in found]
        # Each part has articles of its own: what was matched once has no new words any more, as hardly any
        # article has in a matcher that has run for days. What the first sight of words costs is measured too.
        warm = int(len(lines) * _WARMING)
        mixed = warm + int(len(lines) * _MIX)
        mix = lines[warm:mixed]
        measured = self._sorted(lines[mixed:]) | {"mix": mix, "first sight": mix}
        run = Run(
            machine(),
            options.seed,
            "articles that were given" if options.data else "generated articles",
            {group: len(measured[group]) for group in GROUPS},
            sum(len(item.title) + len(item.summary) for item in found) / len(found),
            cold,
        )
        self._matching(run, lines[:warm], measured)
        self._peers(run, [f"{item.title}\n{item.summary}" for item in found[warm:mixed]])
        if options.items:
            run.stream = self._stream(lines)
        return run

    def _stream(self, lines: list[str]) -> Stream:
        number = _STREAM_RULES if _STREAM_RULES in self._sets else max(self._sets)
        with self._step(f"watchword match: {number:,} rules", self._options.items) as task:
            told = partial(self._told, task)
            out = self._folder / "matches.jsonl"
            return stream(self._sets[number], lines, self._options.items, out, self._cache, told)

    def _told(self, task: TaskID, done: int) -> None:
        self._bar.update(task, completed=done)

    def _sorted(self, lines: list[str]) -> Sorted:
        """Sort articles by how many rules match them: with every set as many, so the smallest is asked."""
        with self._step("sorting articles"), within.own_process(self._cache) as process:
            process.submit(within.load, next(iter(self._sets.values())).folder).result()
            process.submit(within.build).result()
            counted = list(zip(lines, process.submit(within.count_matches, lines).result(), strict=True))
        of = {number: [line for line, matches in counted if matches == number] for number in (0, 1)}
        return {"no match": of[0], "one match": of[1]}

    def _cold(self, rules: RuleSet) -> Figures:
        figures = Figures(rules.rules, rules.files, rules.size)
        with self._step(f"loading {rules.rules:,} rules cold"), within.own_process(self._cache) as process:
            figures.cold = process.submit(within.load, rules.folder).result()
            process.submit(within.build).result()
            figures.cold_peak = process.submit(within.memory_used).result()["peak"]
        return figures

    def _matching(self, run: Run, warming: list[str], measured: Sorted) -> None:
        """Measure all sets in turn, portion by portion, so that what else the machine does hits all alike."""
        with ExitStack() as stack:
            start = partial(within.own_process, self._cache)
            processes = [(figures, stack.enter_context(start())) for figures in run.sizes]
            for figures, process in processes:
                self._again(figures, process, warming)
            self._group("first sight", measured["first sight"], processes)
            for _, process in processes:
                process.submit(within.match, [*measured["no match"], *measured["one match"]]).result()
            for group in ("no match", "one match", "mix"):
                self._group(group, measured[group], processes)
            for figures, process in processes:
                used = process.submit(within.memory_used).result()
                figures.peak, figures.standing = used["peak"], used["now"]
                with self._step(f"editing one of {figures.rules:,} rules"):
                    figures.edit = process.submit(within.edit, self._sets[figures.rules].edited).result()
        if len({figures.matches for figures in run.sizes}) > 1:
            raise RuntimeError("the sets differ in their matches, so their figures cannot be compared")

    def _again(self, figures: Figures, process: ProcessPoolExecutor, warming: list[str]) -> None:
        with self._step(f"loading {figures.rules:,} rules again"):
            figures.again = process.submit(within.load, self._sets[figures.rules].folder).result()
            figures.build = process.submit(within.build).result()
            process.submit(within.match, warming).result()

    def _group(self, group: Group, lines: list[str], processes: Processes) -> None:
        portions = list(_portions(lines, _PORTIONS[group])) * _ROUNDS[group]
        with self._step(f"matching: {group}", len(portions) * len(processes)) as task:
            for portion in portions:
                for figures, process in processes:
                    spent, matches = process.submit(within.match, portion).result()
                    figures.portions[group].append((len(portion), spent.cpu))
                    figures.matches += matches * (group == "mix")
                    self._bar.advance(task)

    def _peers(self, run: Run, texts: list[str]) -> None:
        todo = [(peer, rules) for peer in peers() for rules in self._sets.values()]
        with self._step("peers", len(todo)) as task:
            for peer, rules in todo:
                with within.own_process(self._cache) as process:
                    asked = process.submit(peer, rules.literals, texts, self._options.budget)
                    run.peers.append(asked.result())
                self._bar.advance(task)


def _portions(lines: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(lines), size):
        yield lines[start : start + size]
