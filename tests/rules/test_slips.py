"""What those write who come from other search boxes, and what they are told to write instead."""

import pytest

from monitor.rules.expression import parse


@pytest.mark.parametrize(
    ("source", "about", "advice"),
    [
        ("foo АND bar", "АND", "write AND in Latin letters"),
        ("foo ОR bar", "ОR", "write OR in Latin letters"),
        ("foo AND NОT bar", "NОT", "write NOT in Latin letters"),
        ("foo ＯＲ bar", "ＯＲ", "write OR in Latin letters"),
        ("foo NЕAR/3 bar", "/", "write NEAR/3 in Latin letters"),
        ("foo & bar", "&", "'&' is no operator; write AND"),
        ("foo && bar", "&&", "'&&' is no operator; write AND"),
        ("foo AND && bar", "&&", "'&&' is no operator; write AND"),
        ("foo + bar", "+", "'+' is no operator; write AND"),
        ("foo &bar", "&bar", "write `foo AND bar`"),
        ("foo -bar", "-bar", "write `foo AND NOT bar`"),
        ("foo | bar", "|", "'|' is no operator; write OR"),
        ("foo || bar", "||", "'||' is no operator; write OR"),
        ("foo AND !bar", "!", "'!' is no operator; write NOT"),
        ("（foo OR bar） AND baz", "（", "write ("),
        ("(foo OR bar） AND baz", "）", "write )"),
        ("[foo OR bar] AND baz", "[", "write ("),
        ("＂foo bar＂", "＂", 'write "'),
        ("‘foo bar’", "‘", 'write "'),
        ("「foo bar」", "「", 'write "'),
        ("'foo bar'", "bar'", "single quotes make no phrase"),
        ('"foo bar＂', '"', "'＂' does not close it"),
        ("“foo bar＂ AND baz", "“", "'＂' does not close it"),
        ("title：foo", "：", "write :"),
        ('member:"Gulf Council"', "member:", "write member:gulf-council, if that is its id"),
        ('actor:"Иран"', "actor:", "write actor:some-id, if that is its id"),
        ("topic: trade", "topic:", "write topic:trade"),
        ("actor:(a OR b)", "actor:", "write (actor:one-id OR actor:other-id)"),
    ],
)
def test_a_slip_is_answered_with_what_to_write(source, about, advice):
    """One message, at the very characters, and it names the way out."""
    (fault,) = parse(source).faults
    assert source[fault.start : fault.end] == about
    assert advice in fault.message


@pytest.mark.parametrize("source", ["АНД OR foo", "AT&T", "R&D AND foo", "C++", '"foo && bar"', "a AND -b"])
def test_what_only_resembles_a_slip_is_taken(source):
    """Words of other languages and terms with signs in them stay what they are."""
    assert parse(source).faults == ()
