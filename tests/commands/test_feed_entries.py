"""Writing feeds into a configuration of any shape, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.commands.feed_entries import add_feeds
from monitor.errors import SetupError
from monitor.strict_yaml import parse_yaml

ENTRY = {"id": "new", "url": "https://new.example/?a=1&b=[2]", "title": 'Say "no": #1', "tags": ("a", "b, c")}
BLOCK = """\
- id: new
  url: "https://new.example/?a=1&b=[2]"
  title: "Say \\"no\\": #1"
  tags: [a, "b, c"]
"""


def block(indent: int) -> str:
    return "".join(" " * indent + line for line in BLOCK.splitlines(keepends=True))


FLOW = '{id: new, url: "https://new.example/?a=1&b=[2]", title: "Say \\"no\\": #1", tags: [a, "b, c"]}'
SHAPES = {
    "after a block": ("feeds:\n  - id: a\n    url: x\n{}routes: r\n", block(2)),
    "not indented": ("feeds:\n- id: a\n  url: x\n{}routes: r\n", block(0)),
    "before remarks": ("feeds:\n  - id: a  # the first\n{}\n  # end of feeds\n\nroutes: r\n", block(2)),
    "after flow items": ("feeds:\n  - {{id: a, url: x}}   # why\n{}routes: r\n", block(2)),
    "after a nested list": ("feeds:\n  - id: a\n    tags:\n      - x\n      - y\n{}routes: r\n", block(2)),
    "after a block text": (
        "feeds:\n  - id: a\n    title: |\n      one\n      two\n{}\n\nroutes: r\n",
        block(2),
    ),
    "after a folded text": ("feeds:\n  - id: a\n    title: one\n      two\n{}routes: r\n", block(2)),
    "at the end": ("routes: r\nfeeds:\n  - id: a\n{}", block(2)),
    "without a key": ("routes: r\n{}", "feeds:\n" + block(2)),
    "an empty key": ("feeds:   # none yet\n{}routes: r\n", block(2)),
    "an empty list": ("feeds: [{}]  # none yet\nroutes: r\n", FLOW),
    "in brackets": ("feeds: [{{id: a, url: x}}{}]\nroutes: r\n", f", {FLOW}"),
    "with a last comma": ("feeds: [\n  {{id: a}}{},  # why\n]\nroutes: r\n", f", {FLOW}"),
    "all indented": ("  routes: r\n  feeds:\n    - id: a\n{}", block(4)),
    "behind other scripts": ("title: ایرنا 😀 Порт\nfeeds:\n  - id: a # 新华社\n{}routes: r\n", block(2)),
    "a mark first": ("\ufefffeeds:\n  - id: a\n{}routes: r\n", block(2)),
}


@pytest.mark.parametrize(("shape", "written"), SHAPES.values(), ids=SHAPES)
def test_entries_follow_the_shape_of_the_list_and_all_else_stays(shape, written):
    """What is added stands at its place, and every other character where it was."""
    assert add_feeds(shape.format(""), [ENTRY], "c.yaml") == shape.format(written)


def test_other_line_breaks_stay_and_are_used():
    """A file of Windows stays one."""
    text = "feeds:\r\n  - id: a\r\nroutes: r\r\n"
    found = add_feeds(text, [{"id": "b"}], "c.yaml")
    assert found == "feeds:\r\n  - id: a\r\n  - id: b\r\nroutes: r\r\n"


def test_a_last_line_without_an_end_gets_one():
    """An entry never ends up on the line of another."""
    assert add_feeds("feeds:\n  - id: a", [{"id": "b"}], "c.yaml") == "feeds:\n  - id: a\n  - id: b\n"


@pytest.mark.parametrize(
    "text", ["{feeds: [], routes: r}", "{routes: r}", "routes: r\n...\n", "feeds: none\n"]
)
def test_where_there_is_no_safe_place_the_way_out_is_named(text):
    """A shape that would be spoiled is refused."""
    with pytest.raises(SetupError, match=r"c\.yaml: no place for feeds was found in it; begin a line with"):
        add_feeds(text, [ENTRY], "c.yaml")


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_categories=["C"], exclude_characters="\u2028\u2029"))
    )
)
def test_any_text_is_read_back_as_it_was(texts):
    """No title can be mistaken for anything else."""
    entries = [{"id": f"f{number}", "title": text, "tags": (text,)} for number, text in enumerate(texts)]
    for text in ("feeds:\n  - id: a\n", "feeds: [{id: a}]\n"):
        added = parse_yaml(add_feeds(text, entries, "c.yaml").encode(), "c.yaml").data["feeds"][1:]
        assert [(entry["title"], entry["tags"]) for entry in added] == [(text, [text]) for text in texts]
