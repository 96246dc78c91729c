"""Regular expressions in rules: what they find in folded text, where, and what is refused."""

import pytest

from monitor.rules.patterns import PatternFault, compiled, marked, read_pattern

# why, pattern, text, the words found
FINDS = [
    ("any case", "/sancti?on(s|ed)/", "They SANCTIONED it", ["SANCTIONED"]),
    ("its own literals are folded", "/Straße[nr]/", "in den STRASSEN", ["STRASSEN"]),
    ("accents too", "/erdoğan/", "Erdogan and ERDOĞAN", ["Erdogan", "ERDOĞAN"]),
    ("Arabic letters too", "/رئيس/", "رییس جمهور و رئيس", ["رییس", "رئيس"]),
    ("ligatures that fold to two letters", "/aero/", "Ærø island", ["Ærø"]),
    ("a part of such a letter is the letter", "/eroland/", "Ærøland", ["Ærøland"]),
    ("word edges in Latin", r"/\bsanction\b/", "sanctions; a sanction.", ["sanction"]),
    ("word edges in Cyrillic", r"/\bсанкци[ияй]\b/", "санкционный, санкции", ["санкции"]),
    ("an edge at the text's start and end", r"/\bиран\b/", "Иран", ["Иран"]),
    ("two edges stacked", r"/\b(\bиран)/", "об Иране", ["Иран"]),
    ("w is a letter of any script", r"/указ\w+ президент/", "указом Президента", ["указом Президент"]),
    ("d is a digit of any script", r"/resolution \d{4}/", "Resolution ۲۲۳۱ of 2015", ["Resolution ۲۲۳۱"]),
    ("W is what is no letter", r"/iran\W+russia/", "Iran — Russia", ["Iran — Russia"]),
    ("s is white space, the no-break space too", r"/un\sres/", "UN\u00a0Res 12", ["UN\u00a0Res"]),
    ("a dot ends with the line", "/alpha.*omega/", "alpha\nomega alpha, omega", ["alpha, omega"]),
    ("the field's start", "/^breaking/", "Breaking: a breaking story", ["Breaking"]),
    ("the field's end", "/story$/", "story after story", ["story"]),
    ("soft hyphens leave no trace", "/sanction/", "sanc\u00adtion", ["sanc\u00adtion"]),
    ("a ZWNJ is a space", "/می شود/", "می\u200cشود", ["می\u200cشود"]),
    ("a slash is escaped", r"/24\/7 news/", "24/7 news", ["24/7 news"]),
    ("symbols", r"/worth us\$\d+ ?bn/", "worth US$5bn", ["worth US$5bn"]),
    ("classes fold", "/[Ä]rzte/", "Arzte und Ärzte", ["Arzte", "Ärzte"]),
    ("ranges fold", "/[А-Я]анкт-петербург/", "в Санкт-Петербурге", ["Санкт-Петербург"]),
    ("quoted text", r"/\Qa.b.c\E/", "see a.b.c and aXbXc", ["a.b.c"]),
    ("a code point", r"/\x{438}ран/", "Иран", ["Иран"]),
    (
        "a branch each with a literal",
        "/sanctions|embargo/",
        "embargo and sanctions",
        ["embargo", "sanctions"],
    ),
    ("counted", r"/\blaw no[- ]?\d{1,3}-fz\b/", "Law No 325-FZ", ["Law No 325-FZ"]),
    ("several in one word", "/anan/", "banana", ["anan"]),
]


@pytest.mark.parametrize(("why", "pattern", "text", "found"), FINDS, ids=[row[0] for row in FINDS])
def test_a_pattern_finds_these_words(find, why, pattern, text, found):
    """Spans are those of the text as written."""
    match = find(f"{pattern} OR nothing-else", text)
    spans = [(span.start, span.text) for span in match.evidence.spans] if match else []
    assert [words for _, words in spans] == found
    assert all(text[start : start + len(words)] == words for start, words in spans)


# why, pattern, text
MISSES = [
    ("no edge inside a word", r"/\bсанкци\b/", "санкции"),
    ("an edge is none between letters", r"/ира\bн/", "Иран"),
    ("across lines", "/alpha.omega/", "alpha\nomega"),
    ("not at the start", "/^breaking/", "No breaking news"),
]


@pytest.mark.parametrize(("why", "pattern", "text"), MISSES, ids=[row[0] for row in MISSES])
def test_a_pattern_does_not_find(find, why, pattern, text):
    """What only looks like it is passed over."""
    assert find(f"{pattern} OR nothing-else", text) is None


def test_no_field_is_run_over_into_the_next(find):
    """The title's end and the summary's beginning are no neighbours."""
    assert find("/alpha.*omega/ OR x", title="alpha", summary="omega") is None
    assert find("title:/^alpha$/ OR x", title="Alpha", summary="omega")


def test_a_pattern_is_a_neighbour_by_the_words_it_touches(find):
    """NEAR counts from the words that a pattern's hit overlaps."""
    assert find(r"/resolution \d+/ NEAR/1 iran", "Resolution 2231 on Iran")
    assert find(r"/resolution \d+/ NEAR/0 iran", "Resolution 2231 on Iran") is None


def test_names_and_topics_hold_patterns(find):
    """A regex stands where a term does, with its own languages."""
    context = """
    actors:
      - {id: decree, kind: other, names: [{regex: 'decree no\\.? \\d+'}]}
    topics:
      - {id: laws, terms: {ru: [{regex: 'указ\\w* №', lang: [ru]}]}}
    """
    assert find("actor:decree", "Decree No. 17 was signed", context)
    assert find("topic:laws AND x", "x указом № 5", context, lang="ru")
    assert find("topic:laws AND x", "x указом № 5", context, lang="bg") is None


def test_patterns_without_a_literal_serve_beside_what_selects(find):
    """They are run only where a rule asks for them."""
    assert find(r"iran AND /\d{4}/", "Iran in 2023")
    assert find(r"iran AND /\d{4}/", "Iran in May") is None
    assert find(r"iran AND NOT /\d{4}/", "Iran in May")


# why, pattern, said
REFUSED = [
    ("look-ahead", "a(?=b)", "look-around"),
    ("negative look-behind", "(?<!a)b", "look-around"),
    ("a back-reference", r"(a)\1", "back-references"),
    ("matches nothing", "a*", "where nothing stands"),
    ("an edge alone", r"\b", "where nothing stands"),
    ("empty", "(?:)", "where nothing stands"),
    ("a class of nothing", r"abc[^\s\S]", "no text can match"),
    ("an open bracket", "(abc", "breaks off"),
    ("a closing bracket", "abc)", "bracket"),
    ("an open class", "[abc", "not closed"),
    ("a star without anything", "*abc", "could repeat"),
    ("flags", "(?s)abc", "flags"),
    ("an unknown letter", r"\qabc", r"\q means nothing"),
    ("a repetition beyond bounds", "(abc){2000}", "2,000 characters"),
    ("a bomb of repetitions", r"(\w{100}){9}", "900 characters"),
    ("a wrong range", "[z-a]bc", "no range"),
    ("a surrogate", r"\x{D800}abc", "no character"),
    ("ten thousand characters", "a" * 10_001, "10,000 are the most"),
    ("many steps", "(o.{1,40}){20}zzz", "800 characters"),
    ("nested too deeply", "(" * 60 + "abc" + ")" * 60, "nested more than"),
]


@pytest.mark.parametrize(("why", "pattern", "said"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_cannot_run_is_refused(why, pattern, said):
    """Each with its reason in an analyst's words."""
    with pytest.raises(PatternFault, match=said.replace("\\", "\\\\")):
        read_pattern(pattern)


@pytest.mark.parametrize(
    ("pattern", "literals"),
    [
        ("sancti?on(s|ed)", ("sanct",)),
        (r"\bуказ\w*", ("указ",)),
        ("sanctions|embargo", ("sanctions", "embargo")),
        ("ab|embargo", ()),
        (r"\d+", ()),
        ("(abc)?def", ("def",)),
        ("x(yz)w", ("xyzw",)),
        ("国家|國家", ("国家", "國家")),
        ("国", ()),
    ],
)
def test_literals_announce_a_pattern(pattern, literals):
    """Where a pattern matches, one of its literals stands: three letters, or two of Han, kana, Hangul."""
    assert read_pattern(pattern).literals == literals


@pytest.mark.parametrize("pattern", ["(a+)+b", "(a|aa)+b", "([a-z]+)*b", r"(\w+\s?)+b", "(.*)(.*)(.*)b"])
def test_an_evil_pattern_takes_linear_time(pattern):
    """A text twice as long takes about twice the steps: a backtracking engine would not come back at all."""
    program = compiled(read_pattern(pattern + "zzz"))
    assert program.search(marked("a" * 200_000)) is None
