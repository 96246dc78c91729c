"""Titles and the bodies they are bound to, where the page says little and the press writes much."""

import pytest

BOOK = """
actors:
  - {id: russia, kind: country, names: {en: [Russia, Russian]}}
  - {id: iran, kind: country, names: {en: [Iran]}}
  - {id: council, kind: organisation, names: {en: [Security Council]}, part_of: russia}
  - {id: patrushev, kind: person, weak: {en: [Patrushev]}}
  - id: secretary
    kind: office
    of: council
    titles: {en: [secretary, council chief]}
    informal: {en: [security chief]}
    holders: [{person: patrushev, from: 2020}]
  - {id: energy-secretary, kind: office, of: iran, titles: {en: [{term: secretaries, stem: en}]}}
"""


@pytest.mark.parametrize(
    ("why", "text", "marked"),
    [
        ("an adjective", "the Russian secretary met the Security Council",
         "secretary met the Security Council"),
        ("a country that has no such title leaves it over", "secretary of Russia's powerful Security Council",
         "secretary of Russia's powerful Security Council"),
        ("one that has keeps it", "secretary of Iran and the Security Council", ""),
        ("a marker between body and title", "the Security Council's acting secretary",
         "Security Council's acting secretary"),
        ("a slash parts title and body for good", "a visit: secretary/x y z a b c Security Council", ""),
        ("a title within a longer one frees no surname", "council chief secretary; Patrushev", ""),
        ("the title beside a surname frees it", "the Russian secretary Patrushev", "Patrushev"),
        ("a title of another country's body does not", "Iran's secretary Patrushev", ""),
    ],
)  # fmt: skip
def test_what_a_title_is_bound_to(find, why, text, marked):
    """Exactly the words of the row are marked."""
    match = find("actor:secretary", text, BOOK, lang="en")
    found = [span.text for span in match.evidence.spans] if match else []
    assert found == ([marked] if marked else []), why


@pytest.mark.parametrize("text", ["وإيران", "للاتفاقية", "وباتفاقهم", "كاتفاقها"])
def test_particles_stand_before_inflected_names_too(find, text):
    """A stem is looked for behind particles as well."""
    names = "actors: [{id: a, kind: other, inflect: true, names: {ar: [إيران, الاتفاقية]}}]"
    assert find("actor:a", text, names).evidence.spans[0].text == text


def test_a_name_with_a_star_stands_behind_particles(find):
    """A prefix is looked for behind particles as well."""
    names = 'actors: [{id: a, kind: other, names: {ar: ["روسي*"]}}]'
    assert find("actor:a", "والروسية", names).evidence.spans[0].text == "والروسية"


@pytest.mark.parametrize(
    ("term", "text"), [("stem.ru:переговоры", "перегово\u0301рах"), ("stem.en:sanction", "sanc\u00adtions")]
)
def test_stemmers_see_what_readers_see(find, term, text):
    """Stress marks and invisible characters do not hide a word from its stemmer."""
    assert find(term, text).evidence.spans[0].text == text


@pytest.mark.parametrize(
    ("text", "found"), [("sanctions\u200cမ", "sanctions\u200cမ"), ("الأمن\u200cهم", "الأمن")]
)
def test_a_joiner_is_a_space_between_arabic_letters_alone(find, text, found):
    """What a pattern matches runs over a joiner elsewhere."""
    assert find(r"/(sanctions|الأمن)\w*/", text).evidence.spans[0].text == found
