"""What is counted before the parser, and what is not."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import Malformed
from monitor.feeds import excess
from monitor.feeds.excess import refuse_excess
from tests.feeds.documents import ATOM, RDF, RSS
from tests.proof.bomb_documents import attributes, items, nested, rss

PIECES = [
    *"<>/!-[]'\"= a&",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<item",
    "</author>",
    "<author>",
    "xmlns:a='b'",
    "a" * 999,
]
PAGE = "<p>text<br><img src='a'>" * 20_000
HONEST = {
    "rss": RSS,
    "atom": ATOM,
    "rdf": RDF,
    "as many items as may be": items("<item/>" * excess.MOST_ITEMS),
    "as many attributes as may be": rss(f"<title {attributes(excess.MOST_ATTRIBUTES)}>x</title>"),
    "as deep as may be": items(nested(excess.MOST_DEPTH - 5)),
    "a page that is not escaped": rss(f"<title>x</title><description>{PAGE}</description>"),
    "tags in CDATA": rss(f"<description><![CDATA[{'<b>' * 60_000}]]></description>"),
    "tags in a comment": rss(f"<!--{'<b>' * 60_000}-->"),
    "tags in an attribute": rss(f"<title a='{'<b>' * 60_000}'>x</title>"),
    "3,000 authors of a paper": rss(f"<author>{'A. Maker, B. Quay, ' * 1_500}</author>"),
    "an author in Chinese": rss(f"<author>{'张三、' * 1_000}</author>"),
    "a text in one piece after an author": rss(f"<author>A</author><guid>{'a' * 5_000}</guid>"),
    "a namespace declared again and again": items("<item xmlns:dc='urn:dc'/>" * 5_000),
}


@pytest.mark.parametrize("name", HONEST)
def test_honest_documents_pass(name: str) -> None:
    """What honest feeds hold, and as much of it as may be, is never refused."""
    refuse_excess(HONEST[name])


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_any_text_passes_or_is_refused(text: str) -> None:
    """Whatever stands in a document, nothing else comes of counting it."""
    with suppress(Malformed):
        refuse_excess(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (items("<item/>" * (excess.MOST_ITEMS + 1)), "more than 50,000 items"),
        (items("<A:Entry/>" * (excess.MOST_ITEMS + 1)), "more than 50,000 items"),
        (rss(f"<title {attributes(excess.MOST_ATTRIBUTES + 1)}>x</title>"), "more than 1,000 attributes"),
        (rss(f"<title {attributes(1001, value='>')}>x</title>"), "more than 1,000 attributes"),
        (items(nested(excess.MOST_DEPTH)), "more than 10,000 elements inside each other"),
        (rss("<c/>" * (excess.MOST_TAGS + 1)), "more than 100,000 tags in one item"),
        (rss("</c>" * (excess.MOST_TAGS + 1)), "more than 100,000 tags in one item"),
        (items("".join(f"<item xmlns:n{n}='u'/>" for n in range(1_001))), "more than 1,000 namespaces"),
        (rss(f"<author><b>x</b> <i>{'a' * 1_000}</i></author>"), "word of more than 1,000 letters"),
        (rss(f"<dc:creator>x {'a.' * 501}</dc:creator>"), "word of more than 1,000 letters"),
        (rss(f"<author><![CDATA[{'a' * 1_000}]]></author>"), "word of more than 1,000 letters"),
    ],
    ids=lambda value: value[:20] if value.startswith(("more", "word")) else "",
)
def test_what_there_is_too_much_of_is_named(text: str, said: str) -> None:
    """One more than may be is refused, with the number in the words."""
    with pytest.raises(Malformed, match=said):
        refuse_excess(text)
