"""The published markers, one by one: each says of a title what the page says it does."""

import pytest

from monitor.matching.markers import LISTED
from tests.matching.conftest import article

BOOK = """\
actors:
  - {id: snsc, kind: organisation, names: {en: [{term: SNSC, case: exact}]}}
  - {id: office, kind: office, of: snsc, titles: {en: [secretary]}, holders: [{vacant: true, from: 2020}]}
rules:
  - {id: office, match: "actor:office"}
  - {id: ever, match: "office.any:office"}
"""
# For each list of a language, in the order of the page: where a marker stands, and what is found then.
PLACES = (
    ("{} secretary of the SNSC", None),
    ("secretary of the SNSC {}", None),
    ("{} secretary of the SNSC", "former"),
    ("secretary of the SNSC {}", "former"),
    ("{} secretary of the SNSC", "acting"),
    ("secretary of the SNSC {}", "acting"),
)


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
        for (place, wanted), words in zip(PLACES, LISTED[lang], strict=True)
        for word in words
        if (said := standing(made, text := place.format(word), lang)) != (wanted, wanted == "acting")
    ]
    assert wrong == []


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
