"""The page on actors and dated offices, sentence by sentence."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.matching.examples import run_examples

BOOK = """\
actors:
  - {id: iran, kind: country, names: [Iran, Iranian, ایران, Иран]}
  - {id: russia, kind: country, names: [Russia, Russian]}
  - {id: un, kind: organisation, names: [United Nations], weak: [UN], context: [Guterres]}
  - id: unsc
    kind: organisation
    part_of: un
    names: ["UN Security Council", "United Nations Security Council"]
  - id: snsc
    kind: organisation
    part_of: iran
    names:
      en: ["Supreme National Security Council", {term: SNSC, case: exact}]
      fa: [شورای عالی امنیت ملی]
      ar: [المجلس الأعلى للأمن القومي الإيراني]
      ru: ["Высшего совета национальной безопасности"]
      fr: [Conseil suprême de sécurité nationale]
      tr: [Yüksek Ulusal Güvenlik Konseyi]
      zh: [伊朗最高国家安全委员会]
  - {id: nsc, kind: organisation, names: ["National Security Council"]}
  - {id: sc, kind: organisation, names: ["Security Council of Russia", "Russian Security Council"]}
  - id: shamkhani
    kind: person
    names: [Ali Shamkhani, علی شمخانی]
    weak: [Shamkhani, شمخانی, Шамхани]
    context: ["Iranian admiral"]
    not: ["Shamkhani Street", "Ali Shamkhani Hospital"]
  - {id: ahmadian, kind: person, names: [Ali Akbar Ahmadian], weak: [Ahmadian]}
  - {id: envoy, kind: person, part_of: un, names: [Geir Pedersen], weak: [Pedersen]}
  - {id: patrushev, kind: person, names: [Nikolai Patrushev], weak: [Patrushev]}
  - id: secretary
    kind: office
    of: snsc
    titles:
      en: [secretary, secretary-general]
      fa: [دبیر]
      ar: [أمين, الأمين]
      ru: [{term: секретарь, stem: ru}]
      fr: [secrétaire]
      tr: [sekreteri]
      zh: [秘书]
    holders:
      - {person: shamkhani, from: 2013-09-10, until: 2023-05-22}
      - {person: ahmadian, from: 2023-05-22, until: 2024-06, grace: 0}
      - {vacant: true, from: 2024-06, until: 2025}
  - id: sc-secretary
    kind: office
    of: sc
    titles: [secretary]
    holders: [{person: patrushev, from: 2008, until: 2024-05-12}]
  - id: president
    kind: office
    of: iran
    titles: [president]
    holders: [{person: ahmadian, from: 0001, until: 0002}]
"""
THEN = datetime(2023, 2, 9, tzinfo=UTC)
LATER = datetime(2026, 9, 1, tzinfo=UTC)

# why, text, article's language, whether the title finds the office of secretary in 2026
TITLES = [
    ("T of the O", "the secretary of the Supreme National Security Council", "", True),
    ("T of O", "secretary of SNSC", "", True),
    ("O T", "SNSC secretary Ahmadi", "", True),
    ("O's T", "the SNSC's secretary", "", True),
    ("an adjective between", "secretary of the Iranian Supreme National Security Council", "", True),
    ("a possessive between", "secretary of Iran's Supreme National Security Council", "", True),
    ("the hyphenated title", "Secretary-General of the SNSC", "", True),
    ("over a line break", "the secretary of\nthe SNSC", "", True),
    ("in quotes", 'the "secretary" of the SNSC', "", True),
    ("Persian", "دبیر شورای عالی امنیت ملی ایران گفت", "fa", True),
    ("Persian with ZWNJ and Arabic letters", "دبير شوراي\u200cعالي امنيت ملي", "fa", True),
    ("Arabic", "أمين المجلس الأعلى للأمن القومي الإيراني", "ar", True),
    ("Russian", "встреча с секретарём Высшего совета национальной безопасности", "ru", True),
    ("French", "le secrétaire du Conseil suprême de sécurité nationale", "fr", True),
    ("Turkish", "İran Yüksek Ulusal Güvenlik Konseyi Sekreteri", "tr", True),
    ("Chinese", "伊朗最高国家安全委员会秘书说", "zh", True),
    ("in no known language", "le secrétaire du Conseil suprême de sécurité nationale", "", True),
    ("acting", "acting secretary of the SNSC", "en", True),
    ("interim", "the interim SNSC secretary", "en", True),
    ("left over, near", "the secretary met the SNSC", "en", True),
    ("left over, five between", "SNSC 1 2 3 4 5 secretary", "en", True),
    ("left over, six between", "SNSC 1 2 3 4 5 6 secretary", "en", False),
    ("left over, next sentence", "He leads the SNSC. The secretary spoke.", "en", False),
    ("left over, an abbreviation between", "the secretary, Mr. Ahmadi of SNSC", "en", True),
    ("not alone", "the secretary said", "en", False),
    ("bound to another", "secretary of the National Security Council", "en", False),
    ("bound to another beside it", "the secretary of the Russian Security Council, SNSC", "en", False),
    ("bound to another before it", "the Russian Security Council secretary, SNSC", "en", False),
    ("another country's adjective", "secretary of the Russian Security Council", "en", False),
    ("deputy", "deputy secretary of the SNSC", "en", False),
    ("first deputy", "first deputy secretary of the SNSC", "en", False),
    ("vice", "vice-secretary of the SNSC", "en", False),
    ("under-", "under-secretary of the SNSC", "en", False),
    ("assistant", "assistant secretary of the SNSC", "en", False),
    ("designate", "secretary-designate of the SNSC", "en", False),
    ("elect at the end", "SNSC secretary-elect", "en", False),
    ("incoming", "the incoming secretary of the SNSC", "en", False),
    ("next", "the next SNSC secretary", "en", False),
    ("office of the", "the office of the secretary of the SNSC", "en", False),
    ("spokesman of the", "the spokesman of the SNSC secretary", "en", False),
    ("deputy before the body", "Iran's deputy SNSC secretary", "en", False),
    ("former", "the former secretary of the SNSC", "en", False),
    ("former before the body", "former SNSC secretary", "en", False),
    ("former before the country", "former Iranian SNSC secretary", "en", False),
    ("ex-", "ex-secretary of the SNSC", "en", False),
    ("then-", "the then-secretary of the SNSC", "en", False),
    ("late", "the late secretary of the SNSC", "en", False),
    ("outgoing", "the outgoing secretary of the SNSC", "en", False),
    ("deputy of", "the deputy of the SNSC secretary", "en", False),
    ("their office", "the SNSC secretary's office", "en", False),
    ("former and acting", "the former acting secretary of the SNSC", "en", False),
    ("deputy and acting", "the deputy acting secretary of the SNSC", "en", False),
    ("acting and Russian", "и. о. секретаря Высшего совета национальной безопасности", "ru", True),
    ("former deputy", "the former deputy secretary of the SNSC", "en", False),
    ("Russian former", "бывший секретарь Высшего совета национальной безопасности", "ru", False),
    ("Russian deputy", "заместитель секретаря Высшего совета национальной безопасности", "ru", False),
    ("French former", "l'ancien secrétaire du Conseil suprême de sécurité nationale", "fr", False),
    ("French deputy", "secrétaire adjoint du Conseil suprême de sécurité nationale", "fr", False),
    ("Arabic former", "أمين المجلس الأعلى للأمن القومي الإيراني السابق", "ar", False),
    ("Persian former", "دبیر سابق شورای عالی امنیت ملی", "fa", False),
    ("Persian former at the end", "دبیر شورای عالی امنیت ملی سابق", "fa", False),
    ("Persian deputy", "معاون دبیر شورای عالی امنیت ملی", "fa", False),
    ("Turkish former", "Yüksek Ulusal Güvenlik Konseyi eski Sekreteri", "tr", False),
    ("Chinese former", "伊朗最高国家安全委员会前秘书", "zh", False),
    ("Chinese deputy", "伊朗最高国家安全委员会副秘书", "zh", False),
    ("a marker of another language is none", "ancien secretary of the SNSC", "en", True),
    ("where it is unknown all serve", "ancien secretary of the SNSC", "", False),
]
# why, text, time, whether the office of secretary is found in 2023
HOLDERS = [
    ("a full name", "Ali Shamkhani spoke", True),
    ("Persian", "علی شمخانی گفت", True),
    ("a weak name alone", "Shamkhani spoke", False),
    ("freed by a full name", "Shamkhani spoke. Ali Shamkhani left.", True),
    ("freed by the office, marked", "Shamkhani spoke. The former secretary of the SNSC left.", True),
    ("freed by a title directly before", "secretary Shamkhani spoke", True),
    ("freed by a title directly after", "Shamkhani, secretary, spoke", True),
    ("not by a bare title elsewhere", "Shamkhani spoke to the secretary", False),
    ("freed by the body", "Shamkhani spoke at the SNSC", True),
    ("freed by context", "Shamkhani, the Iranian admiral", True),
    ("cancelled", "on Shamkhani Street, said the SNSC", False),
    ("cancelled full name", "in Ali Shamkhani Hospital", False),
    ("the cancelled frees nothing", "Shamkhani was in Ali Shamkhani Hospital", False),
    ("marked name", "former SNSC secretary Ali Shamkhani spoke", False),
    ("marked with a comma", "the former secretary of the SNSC, Ali Shamkhani, spoke", False),
    ("a marker of the sentence before", "He is former SNSC secretary. Ali Shamkhani spoke.", True),
    ("another's marked title", "former Russian Security Council secretary Ali Shamkhani", True),
    ("a bare marked title", "former secretary Ali Shamkhani spoke", False),
]
# why, time, the holders that a title gives then
INTERVALS = [
    ("before all, grace over", "2013-08-26", [None]),
    ("grace before", "2013-08-27", ["shamkhani"]),
    ("the first day", "2013-09-10", ["shamkhani"]),
    ("both in grace, present one first", "2023-05-21", ["shamkhani"]),
    ("the day of change is the new one's", "2023-05-22", ["ahmadian", "shamkhani"]),
    ("grace is half-open", "2023-06-04", ["ahmadian", "shamkhani"]),
    ("over", "2023-06-05", ["ahmadian"]),
    ("a month is its first day", "2024-05-31", ["ahmadian"]),
    ("vacant", "2024-06-01", [None]),
    ("vacant to the year's start", "2024-12-31", [None]),
    ("nobody known", "2025-01-01", [None]),
]


def offices_of(match):
    """Give the hits of the secretary's office as (person, via)."""
    return (
        [(hit.person, hit.via) for hit in match.evidence.offices if hit.office == "secretary"]
        if match
        else []
    )


@pytest.mark.parametrize(("why", "text", "lang", "found"), TITLES)
def test_titles_are_read_as_the_page_says(find, why, text, lang, found):
    """Binding, ranks, markers and what is left over, in the languages of the lists."""
    match = find("actor:secretary", text, BOOK, published=LATER, lang=lang)
    assert bool(offices_of(match)) is found, why


@pytest.mark.parametrize(("why", "text", "found"), HOLDERS)
def test_names_of_holders_find_the_office(find, why, text, found):
    """A holder's name then, weak names under the weak rule."""
    match = find("actor:secretary", text, BOOK, published=THEN, lang="en" if text.isascii() else "")
    assert ("shamkhani" in [person for person, via in offices_of(match)]) is found, why


@pytest.mark.parametrize(("why", "day", "people"), INTERVALS)
def test_the_interval_decides_who_held_the_office(find, why, day, people):
    """Half-open intervals of days, months and years, with their days of grace."""
    at = datetime.fromisoformat(day).replace(tzinfo=UTC)
    match = find("actor:secretary", "the secretary of the SNSC", BOOK, published=at)
    assert [person for person, _ in offices_of(match)] == people, why


# why, expression, text, found
ACTORS = [
    ("the longer name wins", "actor:nsc", "the Supreme National Security Council", False),
    (
        "elsewhere it stands",
        "actor:nsc",
        "the Supreme National Security Council; the National Security Council",
        True,
    ),
    (
        "literal terms are not affected",
        '"National Security Council"',
        "the Supreme National Security Council",
        True,
    ),
    ("the whole stays in its part", "actor:un", "the United Nations Security Council", True),
    ("weak and freed in its part", "actor:un", "the UN Security Council. United Nations.", True),
    ("weak in its part, not freed", "actor:un", "the UN Security Council", False),
    ("countries are another kind", "actor:iran", "the Iranian SNSC", True),
    ("case exact", "actor:snsc", "snsc", False),
    ("any title, summary or body", "title:actor:snsc", "SNSC", False),
    ("freed by what one is part of", "actor:envoy", "Pedersen spoke at the United Nations", True),
    ("not by its weak name", "actor:envoy", "Pedersen spoke at the UN", False),
    ("office NEAR has both edges", "actor:secretary NEAR/0 said", "secretary of the SNSC said", True),
    ("and in front", "met NEAR/1 actor:secretary", "met the secretary of the SNSC", True),
    ("an actor shares no token with itself", "actor:snsc NEAR/5 actor:secretary", "SNSC secretary", False),
    ("office.any takes the former", "office.any:secretary", "the former secretary of the SNSC", True),
    ("office.any takes past holders", "office.any:secretary", "Ali Shamkhani", True),
    ("office.any takes no rank", "office.any:secretary", "the deputy secretary of the SNSC", False),
    ("a past holder is not in office", "actor:secretary", "Ali Shamkhani", False),
    ("years at the calendar's edge", "actor:president", "Ali Akbar Ahmadian", False),
    ("the title of a country's office", "actor:president", "the president of Iran", True),
    ("with its adjective", "actor:president", "the Iranian president", True),
    ("of another country", "actor:president", "the president of Russia, Iran", False),
    ("a guest of the country", "actor:president", "the Russian president in Iran", False),
    ("in the country", "actor:president", "the president in Iran", True),
]


@pytest.mark.parametrize(("why", "match", "text", "found"), ACTORS)
def test_actors_are_found_as_the_page_says(find, why, match, text, found):
    """Longest match, parts and wholes, weak names and offices in expressions."""
    assert bool(find(match, text, BOOK, published=LATER, lang="en")) is found, why


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("the acting secretary of the SNSC", "en"),
        ("и.о. секретаря Высшего совета национальной безопасности", "ru"),
        ("И. о. секретаря Высшего совета национальной безопасности", ""),
    ],
)
def test_the_evidence_says_who_is_acting(find, text, lang):
    """Acting is the office, and the evidence says so."""
    match = find("actor:secretary", text, BOOK, published=LATER, lang=lang)
    assert [hit.note for hit in match.evidence.offices] == ["acting"]


@pytest.mark.parametrize(
    ("why", "published", "at_from"),
    [
        ("read", THEN, "published"),
        ("missing", None, "first seen"),
        ("before 1990", datetime(1989, 12, 31, tzinfo=UTC), "first seen"),
        ("from 1990", datetime(1990, 1, 1, tzinfo=UTC), "published"),
        ("a day ahead", datetime(2026, 11, 2, tzinfo=UTC), "published"),
        ("more than a day ahead", datetime(2026, 11, 2, 0, 0, 1, tzinfo=UTC), "first seen"),
        ("at the calendar's end", datetime.max.replace(tzinfo=UTC) - timedelta(days=400), "first seen"),
    ],
)
def test_the_article_s_time_is_the_published_one_if_it_can_be_believed(find, why, published, at_from):
    """A time before 1990 or more than a day ahead gives way to the moment the article was seen."""
    assert find("a", "a", published=published).evidence.at_from == at_from, why


@pytest.mark.parametrize(
    ("match", "text", "said"),
    [
        (
            "actor:shamkhani",
            "Shamkhani spoke",
            "'Shamkhani' is a weak name, and nothing here makes it certain",
        ),
        ("actor:nsc", "the Supreme National Security Council", "inside a longer name"),
        ("actor:secretary", "Ali Shamkhani", "held it from 2013-09-10 to 2023-05-22, not on 2026-09-01"),
        ("actor:secretary", "deputy secretary of the SNSC", "the title 'secretary' has not its body, or is"),
        ("actor:secretary", "the secretary said", "the title 'secretary' has not its body"),
        ("actor:secretary", "nobody", "`actor:secretary` was not found"),
    ],
)
def test_a_failed_test_says_what_stood_there_and_did_not_count(matcher, match, text, said):
    """Weak names, longer names, titles without their body and past holders are told apart."""
    test = f'{{match: "{text}", published: 2026-09-01, lang: en}}'
    made = matcher(f"{BOOK}rules:\n  - {{id: r, match: '{match}', tests: [{test}]}}\n")
    (result,) = run_examples(made.book, now=LATER)
    assert (result.ok, said in result.happened) == (False, True), result.happened
