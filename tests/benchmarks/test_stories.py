"""The benchmark of stories runs, and its streams are what they say they are. Nothing is timed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.stories_run import OURS, Quality, Run, Speed, wanted
from benchmarks.story_stream import made_up, put_together

ROOT = Path(__file__).resolve().parents[2]
EVENTS = (
    ("1_a", "Quake of 6.1 shakes Lorvane", "Two bridges fell in Lorvane on Monday."),
    ("1_a", "Bridges fall as Lorvane shakes", "A quake of 6.1 brought down two bridges in Lorvane."),
    ("1_b", "Senate of Brunn votes down budget", "Nine senators of Brunn changed sides on the taxes."),
)


def test_the_benchmark_runs_from_beginning_to_end(tmp_path: Path) -> None:
    """One command measures speed over both streams and quality, prints JSON and leaves figures and chart."""
    lines = [
        json.dumps({"id": str(number), "title": title, "summary": text, "story": event})
        for number, (event, title, text) in enumerate(EVENTS)
    ]
    for part, name in (("articles", "news"), ("stories", "ecbplus_dev")):
        (tmp_path / part).mkdir()
        (tmp_path / part / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    command = [sys.executable, "benchmarks/stories.py", "--quick", "--json", "--data", str(tmp_path)]
    done = subprocess.run(
        [*command, "--out", str(tmp_path)], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told == json.loads((tmp_path / "stories.json").read_text(encoding="utf-8"))
    assert [(row["teller"], row["stream"]) for row in told["speeds"]] == [
        (OURS, "made up"),
        (OURS, "given, put together"),
    ]
    assert all(row["per_second"] > 0 and row["megabytes"] > 0 for row in told["speeds"])
    (quality,) = told["qualities"]
    assert (quality["precision"], quality["siblings"]) == (1.0, 0.0)
    assert len(told["left_out"]) == 1
    assert "</svg>" in (tmp_path / "stories.svg").read_text(encoding="utf-8")


def test_what_is_made_up_has_retellings() -> None:
    """About a third of the articles share most words with an earlier one; a seed gives one stream."""
    news = made_up(400, seed=3)
    assert news == made_up(400, seed=3) != made_up(400, seed=4)
    told = [frozenset(text.split()) for _, text, _ in news]
    again = sum(
        any(len(words & earlier) > len(words) / 2 for earlier in told[:number])
        for number, words in enumerate(told)
    )
    assert 60 < again < 240


def test_given_texts_are_put_together_within_a_language(tmp_path: Path) -> None:
    """Titles are those that are given; each text is the half of one and the half of another of its file."""
    for name, words in (("en", "Rain falls"), ("ru", "Дождь идет")):
        lines = [json.dumps({"title": f"{words} {n}", "summary": f"{words} all day {n}"}) for n in range(5)]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    news = put_together(tmp_path, 50, seed=1)
    assert len(news) == 50
    assert {one.title.split()[0] for one in news} == {"Rain", "Дождь"}
    assert all(one.title.startswith("Rain") == one.text.startswith("Rain") for one in news)


def test_figures_are_judged_only_where_they_were_measured() -> None:
    """The slower of the streams counts, and quality only where there were events."""
    assert {figure.reached for figure in wanted(Run({}))} == {None}
    speeds = [Speed(OURS, "made up", 9, 1, 1500.0, 1.0), Speed(OURS, "given", 9, 1, 900.0, 1.0)]
    speeds.append(Speed("MinHash", "given", 9, 1, 100.0, 1.0))
    quality = Quality(OURS, 3, None, precision=0.96, recall=0.7, f1=0.81, siblings=0.01)
    found = wanted(Run({}, speeds, [quality]))
    assert [(one.measured, one.reached) for one in found[:2]] == [(900.0, False), (0.96, True)]
    assert [one.reached for one in found[2:]] == [True, False, True]
