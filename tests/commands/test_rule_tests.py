"""`watchword test`: the tests inside rule files, as their author reads how they went."""

from __future__ import annotations

import json
from pathlib import Path

from tests.stories.world import run_command

RULES = """\
rules:
  - id: gaps
    match: oil
    tests:
      - {todo_match: oil from Syria}
      - {todo_match: gas from Syria}
      - {todo_no_match: gas from Syria}
      - {todo_no_match: oil paint}
      - {todo_match: oil, texts: [gas]}
      - {match: oil}
"""


def test_a_todo_that_passes_is_remarked_on(tmp_path: Path) -> None:
    """A gap that closed by itself becomes a test that counts, or it can open again unseen."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "r.yaml").write_text(RULES)
    done = run_command(tmp_path, "test", "--rules", "rules")
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "remark rules/r.yaml:5:9 gaps: this todo_match passes by now (write match:)",
        "remark rules/r.yaml:7:9 gaps: this todo_no_match passes by now (write no_match:)",
        "1 of 1 test of 1 rule passed; 5 known gaps (todo) not counted",
    ]
    rows = json.loads(run_command(tmp_path, "test", "gaps", "--rules", "rules", "--json").stdout)
    assert [row["closed"] for row in rows] == [True, False, True, False, False, False]
    assert [row["ok"] for row in rows] == [None] * 5 + [True]
    assert rows[0]["kind"] == "todo_match"
