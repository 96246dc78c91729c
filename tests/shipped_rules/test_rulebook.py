"""The shipped rules load cleanly, pass their own tests and know who held the offices when."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.matching.engine import Matcher
from monitor.matching.examples import run_examples
from monitor.model import Article
from monitor.rules.book import load_rulebook
from monitor.rules.document import RuleFile
from monitor.strict_yaml import read_yaml

RULES = Path(__file__).parents[2] / "rules"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
BOOK = load_rulebook([RULES], now=NOW)
MATCHER = Matcher(BOOK)

IRAN = "iran-snsc-secretary"
RUSSIA = "russia-security-council-secretary"


def _article(body, published, lang="en"):
    at = datetime.fromisoformat(published).replace(tzinfo=UTC)
    return Article("1", "", NOW, body=body, lang=lang, published=at)


def _offices(body, published, lang="en"):
    """Give person, since and until for each office found; of several holders the one of that very day."""
    found = {}
    for match in MATCHER.match(_article(body, published, lang)):
        for hit in match.evidence.offices:
            found.setdefault(hit.office, (hit.person, hit.since, hit.until))
    return found


def _files():
    for path in sorted(RULES.rglob("*.yaml")):
        file, problems = read_yaml(path).validate(RuleFile)
        assert file is not None, problems
        yield file


def test_they_load_without_errors_and_findings():
    """No file is left out and lint finds nothing."""
    assert not BOOK.unusable
    assert [str(problem) for problem in BOOK.problems if problem.level != "remark"] == []


def test_their_own_tests_pass():
    """Each test inside the rule files gives what it expects, and there are enough of them."""
    results = list(run_examples(BOOK, now=NOW))
    assert [result for result in results if not result.ok] == []
    assert len(results) >= 30


def test_a_live_rule_says_why_and_whose_it_is():
    """Each rule has a reason, an owner and a desk; all severities are in use; one rule is in the shadow."""
    for rule in BOOK.rules.values():
        assert rule.why
        assert rule.owner
        assert dict(rule.labels)["desk"]
    assert {rule.severity for rule in BOOK.rules.values()} == {"info", "low", "medium", "high", "critical"}
    assert [rule.status for rule in BOOK.rules.values()].count("live") >= 4
    assert "shadow" in [rule.status for rule in BOOK.rules.values()]


def test_the_readme_lists_every_rule_with_its_status():
    """The table in rules/README.md is in step: every id with its status, and severity if it is live."""
    page = (RULES / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ((?:`[a-z-]+` ?)+) \| (\w+(?:, \w+)?) \|", page, re.MULTILINE)
    listed = {name: said for names, said in rows for name in re.findall(r"`([a-z-]+)`", names)}
    assert listed == {
        rule.id: f"live, {rule.severity}" if rule.status == "live" else rule.status
        for rule in BOOK.rules.values()
    }


def test_every_actor_and_topic_speaks_arabic():
    """Each has Arabic names, titles or terms; a topic of other topics has theirs."""
    for file in _files():
        for actor in file.actors:
            assert "ar" in {**actor.names, **actor.weak, **actor.titles}, actor.id
        for topic in file.topics:
            includes = [
                item.term
                for names in topic.terms.values()
                for item in names.terms
                if (item.term or "").startswith("topic:")
            ]
            assert "ar" in topic.terms or includes, topic.id


def test_each_holder_has_a_source_and_a_check():
    """Each dated holder and vacancy says where it comes from and when that was checked."""
    holders = [holder for file in _files() for actor in file.actors for holder in actor.holders]
    assert len(holders) >= 23
    assert all(holder.source and holder.checked for holder in holders)


@pytest.mark.parametrize(
    ("date", "person"),
    [
        ("1995-06-01", "hassan-rouhani"),
        ("2006-06-01", "ali-larijani"),
        ("2010-06-01", "saeed-jalili"),
        ("2023-02-09", "ali-shamkhani"),
        ("2024-02-09", "ali-akbar-ahmadian"),
        ("2025-10-01", "ali-larijani"),
        ("2026-05-01", "mohammad-bagher-zolghadr"),
        ("2026-09-20", "mohsen-rezaei"),
    ],
)
def test_holders_of_the_iranian_office(date, person):
    """The title finds the office at any date, with the person who held it then."""
    text = "A new secretary of Iran's Supreme National Security Council was appointed."
    assert _offices(text, date)[IRAN][0] == person


@pytest.mark.parametrize(
    ("date", "person"),
    [
        ("1992-09-01", "yury-skokov"),
        ("1993-07-15", "yevgeny-shaposhnikov"),
        ("1995-01-01", "oleg-lobov"),
        ("1996-08-01", "alexander-lebed"),
        ("1997-05-01", "ivan-rybkin"),
        ("1998-06-01", "andrei-kokoshin"),
        ("1998-12-01", "nikolai-bordyuzha"),
        ("1999-06-01", "vladimir-putin"),
        ("1999-10-01", None),
        ("2000-06-01", "sergei-ivanov"),
        ("2003-01-01", "vladimir-rushailo"),
        ("2006-01-01", "igor-ivanov"),
        ("2007-12-01", "valentin-sobolev"),
        ("2023-02-09", "nikolai-patrushev"),
        ("2026-06-01", "sergei-shoigu"),
    ],
)
def test_holders_of_the_russian_office(date, person):
    """The title finds the office at any date, with the person who held it then, or nobody known."""
    text = "A new secretary of the Security Council of the Russian Federation was appointed."
    assert _offices(text, date)[RUSSIA][0] == person


def test_the_vacancy_of_march_2026_is_written():
    """The week in which nobody held the Iranian office stands in the file as such."""
    within = datetime(2026, 3, 20, tzinfo=UTC)
    assert [holder.person for holder in BOOK.actors[IRAN].holders if holder.holds(within)] == [None]


MEETING = (
    'Late in the evening "Ali Shamkhani", the secretary of the National Security Council of the Islamic'
    " Republic of Iran, sat down with Nikolai Patrushev, the secretary of the National Security Council of"
    " Russia. He asked for more convergence of Iran and Russia against common threats, and for"
    " coordination in treaties such as Shanghai and BRICS."
)


def test_the_meeting_of_february_2023():
    """Both offices are found under the names that the press gave the councils, with their holders then."""
    offices = _offices(MEETING, "2023-02-09")
    assert offices[IRAN] == ("ali-shamkhani", "2013-09-10", "2023-05-22")
    assert offices[RUSSIA] == ("nikolai-patrushev", "2008-05", "2024-05-12")
    actors = {
        actor.id
        for match in MATCHER.match(_article(MEETING, "2023-02-09"))
        for actor in match.evidence.actors
    }
    assert {"brics", "sco", "iran", "russia"} <= actors


def test_the_same_words_years_later():
    """Dated 2026 the titles still find the offices, and the holders are those of that day."""
    offices = _offices(MEETING, "2026-09-20")
    assert offices[IRAN][0] == "mohsen-rezaei"
    assert offices[RUSSIA][0] == "sergei-shoigu"


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        (
            "en",
            "The UN Security Council met; its Secretary-General warned Iran and Russia of common threats.",
        ),
        ("en", "Iran and Russia spoke of regional trade in the United Nations Security Council."),
        ("en", "Medvedev beat an Iranian-born qualifier in Shanghai."),
        ("en", "The US Secretary of State criticised Iran at the Security Council."),
        ("fa", "شورای امنیت سازمان ملل درباره ایران جلسه گذاشت."),
        ("fa", "ذوالقدر، بازیکن تیم ایران، در بریکستون زندگی می‌کند."),
        ("ru", "Совбез ООН обсудил Иран; постпред Российской Федерации выступил."),
        ("zh", "安理会讨论伊朗问题。"),
    ],
)
def test_neighbours_that_are_not_meant(lang, text):
    """The council of the United Nations, the tennis player and the city raise nothing about the offices."""
    expected = {"iran-russia-security"} if "common threats" in text else set()
    assert {match.rule for match in MATCHER.match(_article(text, "2023-02-09", lang))} == expected


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "SNSC Secretary Ali Akbar Ahmadian was replaced."),
        ("en", "Iran's SNSC secretary resigns"),
        ("en", "The secretary of the Iranian Supreme National Security Council was dismissed."),
        ("fa", "دبیر شورای‌عالی امنیت ملی برکنار شد."),
        ("fa", "دبير شوراي عالي امنيت ملي استعفا داد."),
        (
            "ru",
            "Секретарь Высшего совета национальной безопасности Ирана ушёл в отставку, назначен преемник.",
        ),
        ("ar", "تعيين أمين عام للمجلس الأعلى للأمن القومي الإيراني"),
        ("zh", "伊朗最高国家安全委员会秘书辞职"),
        ("tr", "İran Ulusal Güvenlik Yüksek Konseyi Genel Sekreteri istifa etti"),
    ],
)
def test_forms_of_the_iranian_title(lang, text):
    """The title is found in the forms that the press uses in each language."""
    assert IRAN in _offices(text, "2024-02-09", lang)


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "Russia's Security Council secretary was replaced."),
        ("en", "Russian Security Council Secretary Nikolai Patrushev was dismissed."),
        ("fa", "دبیر شورای امنیت روسیه برکنار شد."),
        ("ru", "Секретаря Совета Безопасности России освободили от должности, назначен преемник."),
        ("ru", "Секретарём Совбеза РФ назначен другой человек."),
        ("ru", "Секретарь Совбеза Патрушев ушёл в отставку."),
        ("ar", "إقالة سكرتير مجلس الأمن الروسي"),
        ("zh", "俄罗斯联邦安全会议秘书辞职"),
    ],
)
def test_forms_of_the_russian_title(lang, text):
    """The title is found in the forms that the press uses in each language."""
    assert RUSSIA in _offices(text, "2023-02-09", lang)


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "The deputy secretary of the Supreme National Security Council resigned."),
        (
            "en",
            "Saeed Jalili, the Leader's representative in the Supreme National Security Council, resigned.",
        ),
        ("en", "Dmitry Medvedev, deputy chairman of Russia's Security Council, was replaced."),
        ("en", "The secretary of Ukraine's National Security and Defence Council resigned."),
        ("en", "Armenia's Security Council secretary resigned."),
        ("en", "The secretary of the Defence Council of Iran resigned."),
        ("ru", "Заместитель секретаря Совета безопасности РФ ушёл в отставку, назначен преемник."),
        ("", "Заместитель секретаря Совета безопасности РФ ушёл в отставку, назначен преемник."),
        ("ru", "Назначен новый секретарь Совета безопасности Армении."),
        ("fa", "معاون دبیر شورای عالی امنیت ملی برکنار شد."),
        ("ar", "استقالة نائب أمين المجلس الأعلى للأمن القومي الإيراني"),
    ],
)
def test_other_posts_are_not_the_office(lang, text):
    """Deputies, representatives and the secretaries of other bodies are not the office."""
    assert _offices(text, "2023-02-09", lang) == {}
