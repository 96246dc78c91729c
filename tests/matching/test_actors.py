from datetime import UTC, datetime

import pytest

COUNCILS = """\
actors:
  - {id: iran, kind: country, names: [Iran, Iranian]}
  - {id: russia, kind: country, names: [Russia, Russian, "Russian Federation"]}
  - id: snsc
    kind: organisation
    part_of: iran
    names:
      en: ["Supreme National Security Council", {term: SNSC, case: exact}]
      fa: [شورای عالی امنیت ملی]
      ru: ["Высший совет национальной безопасности", "Высшего совета национальной безопасности"]
    weak: {en: ["National Security Council of the Islamic Republic of Iran"]}
  - id: us-nsc
    kind: organisation
    names: [National Security Council]
  - id: russia-sc
    kind: organisation
    names:
      en: ["Security Council of Russia", "Russian Security Council", "National Security Council of Russia"]
      ru: [Совбез, Совбеза, "Совета безопасности России"]
      zh: [俄罗斯联邦安全会议]
  - {id: shamkhani, kind: person, names: [Ali Shamkhani, علی شمخانی], weak: [Shamkhani, شمخانی, Шамхани]}
  - {id: ahmadian, kind: person, names: [Ali Akbar Ahmadian], weak: [Ahmadian]}
  - {id: patrushev, kind: person, names: [Nikolai Patrushev], weak: [Patrushev, Патрушев]}
  - id: snsc-secretary
    kind: office
    of: snsc
    titles: {en: [secretary, secretary-general], fa: [دبیر], ru: [{term: секретарь, stem: ru}]}
    holders:
      - {person: shamkhani, from: 2013-09-10, until: 2023-05-22}
      - {person: ahmadian, from: 2023-05-22, until: 2025-08}
      - {vacant: true, from: 2025-08, until: 2025-10}
  - id: russia-sc-secretary
    kind: office
    of: russia-sc
    titles: {en: [secretary], ru: [{term: секретарь, stem: ru}], zh: [秘书]}
    holders: [{person: patrushev, from: 2008-05-12, until: 2024-05-12}]
"""
THEN = datetime(2023, 2, 9, tzinfo=UTC)
LATER = datetime(2026, 9, 1, tzinfo=UTC)
IRAN, RUSSIA = "snsc-secretary", "russia-sc-secretary"


@pytest.fixture
def offices(find):
    """Give the offices of a text as (office, person, via) at a time."""

    def look(text, published=THEN, **fields):
        match = find(f"actor:{IRAN} OR actor:{RUSSIA}", text, COUNCILS, published=published, **fields)
        return {(hit.office, hit.person, hit.via) for hit in match.evidence.offices} if match else set()

    return look


TITLES = [
    ("the secretary of the Supreme National Security Council", IRAN, "T of the O"),
    ("secretary of Iran's Supreme National Security Council", IRAN, "a country's possessive between"),
    ("the secretary of the Iranian SNSC", IRAN, "a country's adjective between"),
    ("the SNSC secretary said", IRAN, "O T"),
    ("the SNSC's secretary-general", IRAN, "O's T, the longer title"),
    ("دبیر شورای عالی امنیت ملی", IRAN, "Persian"),
    ("دبير شوراي عالي امنيت ملي", IRAN, "Persian in Arabic letters"),
    ("секретаря Высшего совета национальной безопасности", IRAN, "Russian, inflected"),
    ("Секретарь Совбеза сообщил", RUSSIA, "Russian"),
    ("俄罗斯联邦安全会议秘书表示", RUSSIA, "Chinese"),
    ("the secretary, who heads the SNSC", IRAN, "left over, near in the sentence"),
    ("acting secretary of the SNSC", IRAN, "acting is the office"),
    ("the secretary of the National Security Council of Russia", RUSSIA, "the longer name wins"),
]


@pytest.mark.parametrize(("text", "office", "why"), TITLES)
def test_a_title_with_its_body_is_the_office(offices, text, office, why):
    """A title bound to its body, or left over beside it, is the office of that body and of no other."""
    assert {(hit[0], hit[2]) for hit in offices(text, LATER)} == {(office, "title")}, why


NO_TITLES = [
    ("the secretary of the National Security Council spoke; the SNSC did not", "bound to another body"),
    ("a deputy secretary of the SNSC", "a rank"),
    ("the deputy SNSC secretary", "a rank before the whole phrase"),
    ("the SNSC secretary-designate", "a rank after"),
    ("the former secretary of the SNSC", "former"),
    ("ex-SNSC secretary", "former before the whole phrase"),
    ("معاون دبیر شورای عالی امنیت ملی", "a Persian rank"),
    ("دبیر سابق شورای عالی امنیت ملی", "former after a Persian title"),
    ("заместитель секретаря Совбеза", "a Russian rank"),
    ("экс-секретарь Совбеза", "former in Russian"),
    ("俄罗斯联邦安全会议副秘书", "a Chinese rank"),
    ("The secretary left. The SNSC met.", "another sentence"),
    ("secretary one two three four five six SNSC", "more than 5 tokens away"),
    ("the secretary of state", "no body"),
    ("a spokesman of the secretary of the SNSC", "a spokesman"),
]


@pytest.mark.parametrize(("text", "why"), NO_TITLES)
def test_what_is_not_the_office(offices, text, why):
    """Ranks, former holders, other bodies and distance are not the office."""
    assert offices(text, LATER) == set(), why


def test_the_holder_then(offices):
    """The evidence names who held the office at the article's time, with the interval as written."""
    assert offices("the SNSC secretary") == {(IRAN, "shamkhani", "title")}
    assert offices("the SNSC secretary", datetime(2024, 1, 1, tzinfo=UTC)) == {(IRAN, "ahmadian", "title")}
    assert offices("the SNSC secretary", datetime(2025, 9, 1, tzinfo=UTC)) == {(IRAN, None, "title")}
    assert offices("the SNSC secretary", LATER) == {(IRAN, None, "title")}


def test_a_holders_name_is_the_office_while_held(offices):
    """A full name of the holder then finds the office, and not after the days of grace."""
    assert offices("Ali Shamkhani spoke") == {(IRAN, "shamkhani", "holder")}
    assert offices("Ali Shamkhani spoke", datetime(2023, 6, 4, tzinfo=UTC)) == {(IRAN, "shamkhani", "holder")}
    assert offices("Ali Shamkhani spoke", datetime(2023, 6, 5, tzinfo=UTC)) == set()
    assert offices("Ali Shamkhani spoke", LATER) == set()


def test_days_of_grace_report_both_holders(offices):
    """Around a hand-over a title gives both, the one in office first."""
    assert offices("the SNSC secretary", datetime(2023, 5, 25, tzinfo=UTC)) == {
        (IRAN, "ahmadian", "title"),
        (IRAN, "shamkhani", "title"),
    }


@pytest.mark.parametrize(
    ("text", "free", "why"),
    [
        ("Shamkhani spoke", False, "a surname alone"),
        ("Shamkhani, Ali Shamkhani that is", True, "the full name"),
        ("Secretary Shamkhani spoke", True, "the title directly before"),
        ("A secretary met Shamkhani", False, "a bare title elsewhere"),
        ("Shamkhani of the SNSC", True, "the office's organisation"),
        (
            "Shamkhani met a secretary of state of Iran",
            False,
            "what the organisation is part of does not free",
        ),
    ],
)
def test_weak_names_need_company(find, text, free, why):
    """A weak name counts only where the article has something else of the actor."""
    assert (find("actor:shamkhani", text, COUNCILS) is not None) is free, why


def test_a_marked_title_marks_the_name(offices):
    """A former title directly before a name takes the name out of the office."""
    assert offices("former SNSC secretary Ali Shamkhani") == set()
    assert offices("the former secretary of the SNSC, and Ali Shamkhani") == {(IRAN, "shamkhani", "holder")}


def test_office_any_takes_all_in(find):
    """`office.any:` counts marked titles and every past and future holder."""
    for text in ("the former secretary of the SNSC", "Ali Shamkhani recalled", "Ali Akbar Ahmadian came"):
        match = find(f"office.any:{IRAN}", text, COUNCILS, published=LATER)
        assert match, text
        assert match.evidence.offices[0].note == "former"


def test_longest_match_wins(find):
    """Inside a longer name of the same kind a shorter one is no hit, and literal terms are not affected."""
    text = "the Supreme National Security Council met"
    assert find("actor:us-nsc", text, COUNCILS) is None
    assert find('"national security council"', text, COUNCILS)
    assert find("actor:us-nsc AND actor:snsc", text + ", so did the National Security Council", COUNCILS)


def test_a_part_does_not_hide_its_whole(find):
    """A longer name hides a shorter one unless its actor is part of the shorter one's."""
    context = """\
    actors:
      - {id: un, kind: organisation, names: [United Nations]}
      - {id: unsc, kind: organisation, names: [United Nations Security Council], part_of: un}
      - {id: sc, kind: organisation, names: [Security Council]}
    """
    match = find("actor:un AND actor:unsc AND NOT actor:sc", "the United Nations Security Council", context)
    assert match


def test_not_phrases_cancel(find):
    """What lies inside a `not:` phrase neither counts, nor frees, nor suppresses."""
    context = """\
    actors:
      - {id: jordan, kind: country, names: [Jordan], not: [Michael Jordan], weak: [Amman]}
      - {id: us, kind: country, names: [Jordan River], not: [Jordan River Utah]}
    """
    assert find("actor:jordan", "Michael Jordan in Amman", context) is None
    assert find("actor:jordan", "Michael Jordan went to Jordan", context)
    assert find("actor:jordan", "Jordan River Utah", context)
    assert find("actor:jordan", "Jordan River", context) is None


def test_context_frees_weak_names(find):
    """A context term in the article makes an ambiguous name count."""
    context = """\
    actors:
      - {id: sco, kind: organisation, names: [The SCO], weak: [Shanghai], context: [BRICS]}
    """
    assert find("actor:sco", "treaties such as Shanghai and BRICS", context)
    assert find("actor:sco", "the port of Shanghai", context) is None


OWNERS_EXAMPLE = """\
The secretary of Iran's Supreme National Security Council (SNSC) spoke of synergy. "Ali Shamkhani", the
secretary of the National Security Council of the Islamic Republic of Iran, met with " Nikolai Patrushev, the
secretary of the National Security Council of Russia. Shamkhani spoke of common threats."""


def test_a_cancelled_word_of_the_context_frees_nothing(find):
    """A `not:` phrase cancels whatever lies inside it."""
    context = """
    actors:
      - {id: kent, kind: person, weak: [Kent], context: [senator], not: [state senator]}
    """
    assert find("actor:kent", "Kent met a senator", context)
    assert find("actor:kent", "Kent met a state senator", context) is None


def test_both_secretaries_with_their_holders_then(find, offices):
    """Both offices are found with their holders of February 2023, and by title alone years later."""
    assert offices(OWNERS_EXAMPLE) == {(IRAN, "shamkhani", "title"), (RUSSIA, "patrushev", "title")}
    assert offices(OWNERS_EXAMPLE, LATER) == {(IRAN, None, "title"), (RUSSIA, None, "title")}
    assert find("actor:us-nsc", OWNERS_EXAMPLE, COUNCILS) is None


def test_the_time_of_an_article(find):
    """An unbelievable published time gives way to the time the article was first seen."""
    for published, source in ((THEN, "published"), (datetime(1970, 1, 1, tzinfo=UTC), "first seen")):
        match = find("x", "x", published=published)
        assert match.evidence.at_from == source
    assert find("x", "x", published=datetime(2026, 11, 2, 1, tzinfo=UTC)).evidence.at_from == "first seen"
