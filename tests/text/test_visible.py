import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.text import visible
from monitor.text.visible import visible_text


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        ("sanc<b>tions</b>", "sanctions"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("one<br>two<br/><br>three", "one\ntwo\n\nthree"),
        ("a < b, <3 and <5", "a < b, <3 and <5"),
        ("<?php x", "<?php x"),
        ("AT&T", "AT&T"),
        ("AT&amp;T &amp;lt;b&amp;gt;", "AT&T &lt;b&gt;"),
        ("<td>1</td><td>2</td>", "1\n\n2"),
        ("a<script>if (a<b) x()</script >b<style>p{}</style>c<!-- > -- -->d", "abcd"),
        ("<svg><svg/><svg></svg></svg>z<template>a<template>b</template>c</template>y", "zy"),
        ("t<textarea><b>x</b></textarea>u", "tu"),
        ("<a title='x>y' href=\"<\">k</a>", "k"),
        ("<a title=it's>k</a>m", "km"),
        ("a&nbsp;b \n c &hellip;", "a\u00a0b c …"),
        ("plain\n\ntext  as it is", "plain\n\ntext  as it is"),
        ("a\tb\r\nc\x00\x07d\x85e", "a b\ncd\ne"),
        ("می\u200cخواهم 👨\u200d👩", "می\u200cخواهم 👨\u200d👩"),
        ("cut off in a <a href='x", "cut off in a"),
        ("&#60;b&#62; stays text", "<b> stays text"),
        ("</p>x<p", "x"),
        ("lone \ud800 half", "lone \ufffd half"),
    ],
)
def test_what_a_reader_sees(raw, seen):
    """Visible text follows the rules for tags, breaks, entities and control characters."""
    assert visible_text(raw) == seen


@given(st.text(alphabet="<>/!-'\"= \nabp&;#x\u200c\u0007r", max_size=60))
def test_no_control_characters_come_out(raw):
    """Whatever goes in, no control character but the line break comes out."""
    assert not any(
        (ord(char) < 32 and char != "\n") or 0x7F <= ord(char) < 0xA0 for char in visible_text(raw)
    )


@pytest.mark.parametrize("piece", ["<a ", "<!--", "<svg>", "&amp", '<a ="', "<a ='", "<script", "</", "<p><"])
def test_hostile_mark_up_costs_linear_time(piece):
    """A long run of unclosed mark-up is read in bounded time."""
    assert isinstance(visible_text(piece * 100_000), str)


# `~` stands for a blank, blanks set apart.
_TOKENS = """
<p> </p> <br> <BR/> <b> </b> <b <img~src="a"~alt="b>c"> <a~href='x>y'> <a~href=x> <td~a"b="c"> <p/~class="a">
<script> </script> <!--c--> <svg/> <x:y> </> <1> < > & &amp; &lt; &#8217; &#x27; &#13; &#133; &#x2028;
&copy &am p; &Tab; &NewLine; &nbsp; a Слово 语 " ' = /
"""
TOKENS = [token.replace("~", " ") for token in _TOKENS.split()]
TOKENS += [" ", "  ", "\n", "\r\n", "\xa0", "\u2003", "\x85", "\x1d", "\x1e", "\x7f", "\u2028"]


@settings(max_examples=600, deadline=None)
@given(st.lists(st.sampled_from(TOKENS), max_size=12).map("".join))
def test_the_quick_way_gives_what_the_thorough_one_gives(text):
    """HTML of ordinary tags, which is read all at once, becomes the text that one tag after another gives."""
    quick = visible._usual_text(text)
    if quick is not None and "<" in text:
        assert visible._collapsed(quick) == visible._collapsed("".join(visible._step_by_step(text, 0)))
