"""The published markers, one by one: each says of a title what the page says it does."""

import pytest

from monitor.matching.markers import LISTED, SIDES
from monitor.text.tokens import Tokens
from tests.matching.conftest import article

BOOK = """\
actors:
  - {id: snsc, kind: organisation, names: {en: [{term: SNSC, case: exact}]}}
  - {id: office, kind: office, of: snsc, titles: {en: [secretary]}, holders: [{vacant: true, from: 2020}]}
rules:
  - {id: office, match: "actor:office"}
  - {id: ever, match: "office.any:office"}
"""
WHERE = {"before": "{} secretary of the SNSC", "after": "secretary of the SNSC {}"}
SAID = {"rank": None, "former": "former", "acting": "acting", "look-alike": ""}


def standing(made, text, lang):
    """Give what the evidence of `office.any:` says of the office, and whether the plain office is found."""
    matches = {match.rule: match for match in made.match(article(text, lang=lang))}
    note = matches["ever"].evidence.offices[0].note if "ever" in matches else None
    return note, "office" in matches


@pytest.mark.parametrize("lang", LISTED)
def test_every_marker_says_what_the_page_says(matcher, lang):
    """Another office is not found, a former one for those who ask, an acting one is the office."""
    made = matcher(BOOK)
    wrong = [
        (text, said)
        for (kind, side), words in zip(SIDES, LISTED[lang], strict=True)
        for word in words
        if (said := standing(made, text := WHERE[side].format(word).replace("- ", "-"), lang))
        != (SAID[kind], kind in ("acting", "look-alike"))
    ]
    assert wrong == []


@pytest.mark.parametrize("lang", LISTED)
def test_every_look_alike_is_needed(lang):
    """Of each word that only looks like a marker a shorter part is one."""
    folded = {
        (kind, side): {tuple(Tokens(word).folded) for word in words}
        for (kind, side), words in zip(SIDES, LISTED[lang], strict=True)
    }
    for side in WHERE:
        real = set().union(*(folded[kind, side] for kind in SAID if kind != "look-alike"))
        for words in folded["look-alike", side]:
            parts = (words[n:] if side == "before" else words[:-n] for n in range(1, len(words)))
            assert real & set(parts), words


@pytest.mark.parametrize("lang", LISTED)
def test_without_a_marker_a_title_is_the_office(matcher, lang):
    """The texts of the test above find the office in every language where nothing is put in."""
    assert standing(matcher(BOOK), "the secretary of the SNSC spoke", lang) == ("", True)


@pytest.mark.parametrize(
    ("lang", "word"),
    [("ar", "ونائب"), ("ar", "للمتحدث باسم"), ("ar", "وبنائب"), ("he", "ולסגן"), ("he", "שסגנית")],
)
def test_particles_may_be_written_onto_a_marker(matcher, lang, word):
    """Arabic and Hebrew write particles together with the marker that follows."""
    assert standing(matcher(BOOK), f"{word} secretary of the SNSC", lang) == (None, False)


def test_under_in_two_words_is_told_apart_by_the_office(matcher):
    """As the page says: `not:` phrases of an office take away what a preposition might as well be."""
    book = BOOK.replace("of: snsc,", "of: snsc, not: [Under Secretary],")
    assert standing(matcher(BOOK), "Iran sent Under Secretary of the SNSC Rezaei", "en") == ("", True)
    assert standing(matcher(book), "Iran sent Under Secretary of the SNSC Rezaei", "en") == (None, False)


def test_a_marker_takes_nothing_of_a_name(matcher):
    """目前 is no word where 目 is the end of a body's name; then 前 is the marker."""
    made = matcher(BOOK.replace("en: [{term: SNSC", "zh: [项目], en: [{term: SNSC"))
    assert standing(made, "项目前secretary", "zh") == ("former", False)
    assert standing(made, "项目目前secretary", "zh") == ("", True)


@pytest.mark.parametrize(
    ("lang", "text", "said"),
    [
        ("en", "under-secretary of the SNSC", None),
        ("en", "Under\u2011Secretary of the SNSC", None),
        ("en", "the under secretary of the SNSC", None),
        ("en", "Iran under secretary of the SNSC Rezaei", ""),
        ("en", "Iran Under Secretary of the SNSC", ""),
        ("en", "Iran under - secretary of the SNSC", ""),
        ("en", "Dep. Secretary of the SNSC", None),
        ("en", "the dep secretary of the SNSC", None),
        ("en", "He is a deputy. Secretary of the SNSC Rezaei spoke", ""),
        ("en", "He is only the dep. Secretary of the SNSC Rezaei said so", None),
        ("en", "He is only the dep.\n\nSecretary of the SNSC Rezaei said so", ""),
        ("en", "the former deputy secretary of the SNSC", None),
        ("en", "the former acting secretary of the SNSC", "former"),
        ("en", "since then secretary of the SNSC", ""),
        ("fr", "le sous-secretary of the SNSC", None),
        ("fr", "sous secretary of the SNSC", ""),
        ("de", "stv. secretary of the SNSC", None),
        ("de", "der secretary of the SNSC a.\u00a0D.", "former"),
        ("de", "der secretary of the SNSC a D", ""),
        ("ru", "зам. secretary of the SNSC", None),
        ("ru", "зам.secretary of the SNSC", None),
        ("ru", "бывший зам. secretary of the SNSC", None),
        ("ru", "он зам., secretary of the SNSC", ""),
        ("ru", "и. о. secretary of the SNSC", "acting"),
        ("ru", "И.о. secretary of the SNSC", "acting"),
        ("ru", "и.о secretary of the SNSC", "acting"),
        ("ru", "рассказал о Тегеране и о secretary of the SNSC", ""),
        ("uk", "т. в. о. secretary of the SNSC", "acting"),
        ("uk", "розповів у Києві, в о secretary of the SNSC", ""),
        ("tr", "secretary of the SNSC Yrd. konuştu", None),
        ("ar", "secretary of the SNSC المكلف", None),
        ("ar", "secretary of the SNSC المكلف بالأعمال", "acting"),
        ("zh", "目前secretary of the SNSC", ""),
        ("zh", "前secretary of the SNSC", "former"),
        ("zh", "上周前secretary of the SNSC", "former"),
        ("zh", "委员会前secretary of the SNSC", "former"),
        ("zh", "三天前secretary of the SNSC", ""),
        ("ja", "secretary of the SNSC職務代行", "acting"),
        ("ko", "사흘 전 secretary of the SNSC", ""),
        ("xx", "目前secretary of the SNSC", ""),
        ("xx", "и о secretary of the SNSC", ""),
    ],
)
def test_how_a_marker_is_written(matcher, lang, text, said):
    """The longest marker at a place decides; stops and hyphens of the list must stand in the text."""
    assert standing(matcher(BOOK), text, lang) == (said, said in ("", "acting"))
