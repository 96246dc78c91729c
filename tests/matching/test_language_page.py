"""The pages on the rule language, sentence by sentence: what is written must be what is found."""

from datetime import UTC, datetime

import pytest

from monitor.rules.book import load_rulebook
from monitor.text.visible import visible_text

THEN = datetime(2023, 2, 9, tzinfo=UTC)
NOW = datetime(2026, 11, 1, tzinfo=UTC)

# why, expression, text, found
WORDS = [
    ("any case", "sanction", "SANCTION", True),
    ("whole tokens only", "sanction", "sanctions", False),
    ("a hyphen separates", '"al qaeda"', "Al-Qaeda", True),
    ("and is never compared", "Al-Qaeda", "al qaeda", True),
    ("an en dash too", "Al-Qaeda", "Al–Qaeda", True),
    ("a possessive holds its noun", "Iran", "Iran's", True),
    ("the s is a token", '"Iran s"', "Iran’s", True),
    ("an article elided holds its noun", "OTAN", "l'OTAN", True),
    ("with a typographic apostrophe", "OTAN", "l’OTAN", True),
    ("with the letter typed for one", "OTAN", "lʼOTAN", True),
    ("slash separates", "iran", "Iran/Russia", True),
    ("a phrase runs over a slash", '"iran russia"', "Iran/Russia", True),
    ("underscore separates", "iran", "iran_russia", True),
    ("thousands are two tokens", '"2 231"', "2,231", True),
    ("a comma is never compared", "2-231", "2,231", True),
    ("one token of two is found", "231", "2,231", True),
    ("a decimal point is a symbol", '"2.231"', "2,231", False),
    ("and must be there", '"2.231"', "It rose 2.231 points", True),
    ("digits and letters are one run", "covid19", "COVID19", True),
    ("not cut between them", "covid", "COVID19", False),
    ("superscripts separate", "km", "5 km² of land", True),
    ("circled forms separate", "point", "point①", True),
    ("symbols separate", "windows", "Windows™", True),
    ("no edge test at a symbol", '"C++"', "C++17", True),
    ("the symbol must be there", '"C++"', "C 17", False),
    ("nor at a full stop", '"U.S."', "U.S.A.", True),
    ("unquoted, too", "U.S.", "the U.S. said", True),
    ("not without the stops", '"U.S."', "the US said", False),
    ("a token edge where no symbol is", '"U.S"', "U.Sx", False),
    ("ampersand", "AT&T", "AT&T grew", True),
    ("hash", '"#iran"', "see #Iran", True),
    ("hash must be there", '"#iran"', "see Iran", False),
    ("percent", '"5%"', "up 5% today", True),
    ("full-width percent folds", '"5%"', "up 5％ today", True),
    ("currency", '"$5"', "for $5 each", True),
    ("currency and space", '"$ 5"', "for $ 5 each", True),
    ("a leading dot is no sentence end", '".net"', "It ended. Net profit rose", False),
    ("leading dot", '".net"', "on .NET today", True),
    ("an at sign", '"@khamenei"', "by @Khamenei_ir", True),
    ("symbols inside", '"Q&A"', "a Q&A session", True),
    ("brackets are symbols", '"(AI)"', "artificial intelligence (AI) grows", True),
    ("a trailing exclamation", '"Yahoo!"', "Yahoo! Japan", True),
    ("must be there", '"Yahoo!"', "Yahoo Japan", False),
    ("a symbol in between is no phrase", '"security council"', "security (council)", False),
    ("a colon is none", '"security council"', "security: council", False),
    ("Han are clusters", '"安全"', "国家安全会议", True),
    ("not out of order", '"全安"', "国家安全会议", False),
    ("white space between clusters", '"国家安全"', "国家 安全", True),
    ("a comma between clusters stops", '"国家安全"', "国家,安全", False),
    ("an ideographic comma too", '"国家安全"', "国家、安全", False),
    ("kana with a long mark", '"サーバー"', "新サーバー室", True),
    ("an iteration mark", '"人々"', "人々は", True),
    ("a small ke", '"ヶ国"', "五ヶ国会議", True),
    ("Latin within Han is a word", "brics", "金砖BRICS峰会", True),
    ("digits within Han", "2023", "在2023年", True),
    ("Thai", '"รัสเซีย"', "ประเทศรัสเซียและ", True),
    ("Thai clusters are not cut", '"รสเซีย"', "ประเทศรัสเซียและ", False),
    ("Lao", '"ລາວ"', "ປະເທດລາວ", True),
    ("Khmer", '"ខ្មែរ"', "ប្រទេសខ្មែរ", True),
    ("Burmese", '"မြန်မာ"', "ပြည်မြန်မာ", True),
    ("Hangul has words", "이란", "이란 대통령", True),
    ("with its particle another one", "이란", "이란은", False),
    ("prefix of two in Hangul", "이란* AND 대통령", "이란은 대통령", True),
    ("Hangul jamo fold to syllables", "이란", "\u110b\u1175\u1105\u1161\u11ab", True),
]
FOLDS = [
    ("Latin accents", "Erdogan", "Erdoğan", True),
    ("both ways", "Erdoğan", "Erdogan", True),
    ("combining", "Erdogan", "Erdog\u0306an", True),
    ("Polish l", "Lodz", "Łódź", True),
    ("Danish o", "Tromso", "Tromsø", True),
    ("ae", "aeroe", "Ærø", False),
    ("ae as two letters", "aero", "Ærø", True),
    ("oe", "oeuvre", "Œuvre", True),
    ("thorn and eth", "thord", "Þorð", True),
    ("Croatian d", "Dukanovic", "Đukanović", True),
    ("Maltese h", "hal", "Ħal", True),
    ("sharp s", "strasse", "Straße", True),
    ("capital sharp s", "strasse", "STRAẞE", True),
    ("Turkish dotted capital", "istanbul", "İstanbul", True),
    ("Turkish dotless", "ISIK", "ışık", True),
    ("Turkish capitals", "ışık", "IŞIK", True),
    ("Greek tonos", "αθηνα", "Αθήνα", True),
    ("Greek capitals and final sigma", "Σίσυφος", "ΣΙΣΥΦΟΣ", True),
    ("Greek dialytika", "Μαιου", "Μαΐου", True),
    ("yo", "Артем", "Артём", True),
    ("short i stays", "мой", "мои", False),
    ("Ukrainian yi stays", "їжак", "іжак", False),
    ("decomposed short i", "мой", "мои\u0306", True),
    ("stress mark", "договор", "догово\u0301р", True),
    ("alef forms", "احمد", "أحمد", True),
    ("alef madda", "اسیا", "آسیا", True),
    ("alef wasla", "ابن", "ٱبن", True),
    ("Arabic yeh and kaf", "کشور", "كشور", True),
    ("alef maksura", "علی", "على", True),
    ("teh marbuta", "جمهوریه", "جمهورية", True),
    ("waw hamza", "مسوول", "مسؤول", True),
    ("yeh hamza", "رییس", "رئيس", True),
    ("heh with yeh", "خانه", "خانۀ", True),
    ("harakat", "محمد", "مُحَمَّد", True),
    ("tatweel", "ایران", "ایـــران", True),
    ("final hamza", "وزرا", "وزراء", True),
    ("hamza inside stays", "قران", "قرءان", False),
    ("presentation forms", "السلام", "ﺍﻟﺴﻼﻡ", True),
    ("Hebrew points", "שלום", "שָׁלוֹם", True),
    ("Persian digits", "1402", "۱۴۰۲", True),
    ("Arabic digits", "2023", "٢٠٢٣", True),
    ("Devanagari digits", "2023", "२०२३", True),
    ("full-width", "NATO", "ＮＡＴＯ", True),
    ("ligature", "official", "oﬃcial", True),
    ("ZWNJ is a space in Arabic script", '"می روند"', "می\u200cروند", True),
    ("and so two tokens", "روند", "می\u200cروند", True),
    ("a term with ZWNJ finds a space", '"می\u200cروند"', "می روند", True),
    ("ZWNJ elsewhere is dropped", "Auflage", "Auf\u200clage", True),
    ("NBSP is a space", '"common threats"', "common\u00a0threats", True),
    ("soft hyphen", "sanctions", "sanc\u00adtions", True),
    ("zero-width space", "sanctions", "sanc\u200btions", True),
    ("word joiner", "sanctions", "sanc\u2060tions", True),
    ("byte order mark", "sanctions", "sanc\ufefftions", True),
    ("bidi marks", "sanctions", "\u202esanc\u200ftions\u202c", True),
    ("variation selector", "sanctions", "sanc\ufe0ftions", True),
    ("tag characters", "sanctions", "sanc\U000e0041tions", True),
    ("bidi marks around operators", "sanctions\u200f AND \u200eiran", "iran sanctions", True),
    ("in the rule too", "sanc\u00adtions", "sanctions", True),
    ("mathematical letters", "iran", "𝐈𝐫𝐚𝐧", True),
    ("a Cyrillic look-alike is another letter", "iran", "irаn", False),
]
BREAKS = [
    ("space", "α β", True),
    ("spaces", "α   β", True),
    ("line break", "α\nβ", True),
    ("Windows line break", "α\r\nβ", True),
    ("hyphen", "α-β", True),
    ("dash with spaces", "α — β", True),
    ("comma", "α, β", True),
    ("Arabic comma", "α، β", True),
    ("quotes", "α “β”", True),
    ("guillemets", "«α» β", True),
    ("full stop", "α. β", False),
    ("question mark", "α? β", False),
    ("ideographic stop", "α。β", False),
    ("Arabic question mark", "α؟ β", False),
    ("semicolon", "α; β", False),
    ("ellipsis", "α… β", False),
    ("bullet", "α • β", False),
    ("blank line", "α\n\nβ", False),
    ("blank line of spaces", "α\n \t\nβ", False),
    ("blank line of Windows", "α\r\n\r\nβ", False),
    ("inline tags", "α <b>β</b>", True),
    ("one br", "α<br>β", True),
    ("one closed br", "α<br/>β", True),
    ("two br", "α<br><br>β", False),
    ("two br and white space", "α<br> \n <br>β", False),
    *(
        (f"the block tag {tag}", f"α<{tag}>β", False)
        for tag in ["p", "div", "li", "h1", "h6", "td", "th", "tr", "dt", "dd", "option", "hr"]
    ),
    ("the block tag img", "α<img src=x>β", False),
    ("the end of a block", "<blockquote>α</blockquote>β", False),
    ("a blank line is white space in HTML", "<i>α</i>\n\nβ", True),
    ("a comment", "α <!-- x. --> β", True),
    ("a script", "α <script>x</script> β", True),
    ("a text area", "α <textarea>x</textarea> β", True),
    ("an entity", "α&nbsp;β", True),
    ("an entity of a hyphen", "α&#8211;β", True),
    ("an unpaired bracket", "α < β", False),
]
VISIBLE = [
    ("inline tags leave no trace", "sanc<b>tions</b>", "sanctions"),
    ("a plain field is itself", "a  b\n c", "a  b\n c"),
    ("white space collapses in HTML", "<i>a</i>  \n b", "a b"),
    ("entities once", "&amp;lt;b&amp;gt;", "&lt;b&gt;"),
    ("text bracket", "3 < 4 and 5 <6", "3 < 4 and 5 <6"),
    ("a heart", "I <3 tea &amp; you", "I <3 tea & you"),
    ("a closing tag without name", "a</ x>b", "ab"),
    ("comment", "a<!-- <p> -->b", "ab"),
    ("style", "a<style>p{}</style>b", "ab"),
    ("noscript", "a<noscript><p>x</p></noscript>b", "ab"),
    ("template", "a<template>x</template>b", "ab"),
    ("svg", "a<svg><text>x</text></svg>b", "ab"),
    ("iframe", "a<iframe>x</iframe>b", "ab"),
    ("upper case", "a<SCRIPT>x</SCRIPT >b", "ab"),
    ("an attribute with a bracket", 'a<i title="x>y">b</i>', "ab"),
    ("an end that never comes", "a<script>x", "a"),
    ("a tag that never ends", "a<b", "a"),
    ("controls", "a\x00\x1bb", "ab"),
]


@pytest.fixture
def refusals(tmp_path):
    """Give the errors of a rule with this expression, as printed."""

    def load(match):
        (tmp_path / "rules.yaml").write_text(f"rules:\n  - id: r\n    match: |\n      {match}\n", "utf-8")
        problems = load_rulebook([tmp_path], now=NOW).problems
        return "\n".join(str(problem) for problem in problems if problem.level == "error")

    return load


@pytest.mark.parametrize(("why", "match", "text", "found"), WORDS + FOLDS)
def test_words_are_found_as_the_page_says(find, why, match, text, found):
    """Tokens, symbols and folding."""
    assert bool(find(match, text)) is found, why


@pytest.mark.parametrize(("why", "text", "found"), BREAKS)
def test_a_phrase_runs_as_far_as_the_page_says(find, why, text, found):
    """A phrase crosses the listed separators and nothing else; NEAR crosses all of them."""
    visible = visible_text(text.replace("α", "alpha").replace("β", "beta"))
    assert bool(find('"alpha beta"', visible)) is found, why
    assert find("alpha NEAR/0 beta", visible), "NEAR crosses all of these"


@pytest.mark.parametrize(("why", "raw", "seen"), VISIBLE)
def test_visible_text_is_what_a_reader_sees(why, raw, seen):
    """Tags, entities, white space and dropped elements."""
    assert visible_text(raw) == seen, why


ARTICLE = {
    "title": "Iran and Russia meet",
    "summary": "Envoys spoke.",
    "body": "Common threats were named. Sanctions followed.",
    "author": "Ana <b>Markovi\u0107</b>",
    "url": "https://www.example.org/%D8%A7%DB%8C%D8%B1%D8%A7%D9%86/world-news?id=7",
    "tags": ("Middle East", "security"),
    "feed": "caspian-wire",
    "source": "Caspian Wire",
    "lang": "en-gb",
    "country": "IR",
    "published": THEN,
}
FIELDS = [
    ("title", "title:iran", True),
    ("not the body", "title:threats", False),
    ("summary", "summary:envoys", True),
    ("body", 'body:"common threats"', True),
    ("a bracket", "body:(nothing OR sanctions)", True),
    ("one term only", "title:iran AND threats", True),
    ("AND within a field", "title:(iran AND threats)", False),
    ("NOT within a field", "iran AND title:(iran AND NOT threats)", True),
    ("no field means three", "envoys AND iran AND threats", True),
    ("nothing crosses fields", '"meet envoys"', False),
    ("author", "author:markovic", True),
    ("author only when asked", "markovic", False),
    ("url, decoded", "url:ایران", True),
    ("url by tokens", "url:world-news", True),
    ("url only when asked", "example", False),
    ("tag", 'tag:"middle east"', True),
    ("never across two tags", 'tag:"east security"', False),
    ("nor NEAR", "tag:(east NEAR/5 security)", False),
    ("tag only when asked", "middle", False),
    ("a prefix in a field", "iran AND url:exam*", True),
    ("feed", "iran AND feed:caspian-wire", True),
    ("the whole feed", "iran AND feed:caspian", False),
    ("source, any case", 'iran AND source:"CASPIAN wire"', True),
    ("the whole source", "iran AND source:Caspian", False),
    ("language by its first subtag", "iran AND lang:en", True),
    ("on both sides", "iran AND lang:en-US", True),
    ("another language", "iran AND lang:fa", False),
    ("one of several", "iran AND lang:(fa OR en)", True),
    ("country, any case", "iran AND country:ir", True),
    ("another country", "iran AND country:ru", False),
    ("negated filter", "iran AND NOT country:ru", True),
    ("published on", "iran AND published:2023-02-09", True),
    ("published in the month", "iran AND published:2023-02", True),
    ("published in the year", "iran AND published:2023", True),
    ("published with a sign", "iran AND published:=2023", True),
    ("since", "iran AND published:>=2023-02-09", True),
    ("after the day", "iran AND published:>2023-02-09", False),
    ("after the month", "iran AND published:>2023-02", False),
    ("until the day's end", "iran AND published:<=2023-02-09", True),
    ("before the day", "iran AND published:<2023-02-09", False),
    ("before the year", "iran AND published:<2023", False),
    ("until the year's end", "iran AND published:<=2023", True),
    ("the last year there is", "iran AND published:<=9999", True),
    ("the last month there is", "iran AND published:<=9999-12", True),
    ("the last day there is", "iran AND published:<9999-12-31", True),
    ("a comment is passed over", "iran # AND nothing", True),
    ("a line of comment", "# nothing\niran", True),
    ("a hash in quotes is none", 'iran AND NOT "# nothing"', True),
    ("typographic quotes", "“common threats”", True),
    ("quotes low and high", "„common threats“", True),
    ("guillemets", "«common threats»", True),
    ("an escaped quote", '"common \\"threats\\""', True),
    ("an operator in quotes is a word", 'iran AND "and"', True),
    ("in small letters it is a word", "title:(and AND iran)", True),
    ("a prefix takes the stem in", "meet AND sanction*", True),
    ("the bare stem", "meet AND sanctions*", True),
    ("a prefix in a phrase", '"common thr*"', True),
    ("of one token", '"com* thr*" AND iran', True),
    ("exact case", "exact:Iran", True),
    ("exact case refuses", "exact:iran", False),
    ("exact phrase", 'exact:"Common threats"', True),
    ("exact accents", "author:exact:Marković", True),
    ("exact accents refuse", "author:exact:Markovic", False),
    ("any stem", "stem:threat", True),
    ("stem of a language", "stem.en:following", True),
]
OPERATORS = [
    ("NEAR counts between", "a NEAR/2 b", "a 1 2 b", True),
    ("and not one more", "a NEAR/1 b", "a 1 2 b", False),
    ("0 is adjacent", "a NEAR/0 b", "b a", True),
    ("bare is 5", "a NEAR b", "a 1 2 3 4 5 b", True),
    ("and not 6", "a NEAR b", "a 1 2 3 4 5 6 b", False),
    ("the s counts", "a NEAR/0 b", "a's b", False),
    ("either order", "a NEAR/2 b", "b 1 2 a", True),
    ("ONEAR is in order", "a ONEAR/2 b", "b 1 2 a", False),
    ("ONEAR", "a ONEAR/2 b", "a 1 b", True),
    ("bare ONEAR is 5", "a ONEAR b", "a 1 2 3 4 5 b", True),
    ("NEAR crosses sentences", "a NEAR/0 b", "a. B", True),
    ("and paragraphs", "a NEAR/0 b", "a\n\nb", True),
    ("nearest edges of phrases", '"a 1" NEAR/0 "2 b"', "a 1 2 b", True),
    ("a shared token is no pair", '"a b" NEAR/5 "b c"', "a b c", False),
    ("but another occurrence is", '"a b" NEAR/5 "b c"', "a b c b c", True),
    ("a term is not near itself", "a NEAR/5 a", "a", False),
    ("but near its like", "a NEAR/5 a", "a b a", True),
    ("groups of OR", "(a OR x) NEAR/0 (b OR y)", "x y", True),
    ("NEAR before NOT", "a AND NOT a NEAR/0 b", "a 1 b", True),
    ("NEAR before NOT, found", "a AND NOT a NEAR/0 b", "a b", False),
    ("NOT before AND", "NOT x AND a", "a", True),
    ("NOT before OR", "a AND (NOT x OR b)", "a x", False),
    ("double NOT", "a AND NOT NOT b", "a", False),
    ("brackets", "(a OR b) AND c", "b c", True),
    ("brackets fail", "(a OR b) AND c", "a b", False),
    ("deep brackets", "((((a))))", "a", True),
    ("AND over lines", "a\nAND b", "a b", True),
    ("SENTENCE", "a SENTENCE b", "A 1 2 3. C b", False),
    ("SENTENCE holds", "a SENTENCE b", "X. A 1 2; 3: b", True),
    ("PARAGRAPH", "a PARAGRAPH b", "A. B", True),
    ("PARAGRAPH ends", "a PARAGRAPH b", "A\n\nB", False),
    ("NOT NEAR", "a NOT NEAR/1 b", "a b", False),
    ("NOT NEAR keeps others", "a NOT NEAR/1 b", "a b 1 2 3 a", True),
    ("NOT SENTENCE", "a NOT SENTENCE b", "A b. Then b. C.", False),
    ("ATLEAST", "ATLEAST/3 (a OR b)", "a b", False),
    ("ATLEAST holds", "ATLEAST/3 (a OR b)", "a b a", True),
    ("ATLEAST counts places once", "ATLEAST/2 (a OR a)", "a", False),
    ("ANY", "ANY/2 (a, b, c)", "a a", False),
    ("ANY holds", "ANY/2 (a, b, c)", "a c", True),
]
# why, expression, what the message must hold
REFUSED = [
    ("mixed", "a AND b OR c", ["`(a AND b) OR c`", "`a AND (b OR c)`"]),
    ("mixed the other way", "a OR b AND c", ["`a OR (b AND c)`", "`(a OR b) AND c`"]),
    ("no operator", "common threats", ["`common AND threats`", "`common OR threats`", '`"common threats"`']),
    ("small letters", "iran and russia", ["'and'", "write AND"]),
    ("small or", "iran or russia", ["'or'", "write OR"]),
    ("small not", "iran AND not russia", ["'not'", "write NOT"]),
    ("a NOT b", "a NOT b", ["`a AND NOT b`", "`a OR NOT b`"]),
    ("two NEARs", "a NEAR/2 b NEAR/3 c", ["(a NEAR/2 b) AND (b NEAR/3 c)", "a NEAR/2 (b OR c)"]),
    ("NEAR and SENTENCE", "a NEAR/2 b SENTENCE c", ["side by side"]),
    ("a field in a field", "title:(a OR body:b)", ["body", "title"]),
    ("a filter in a field", "title:(a AND lang:fa)", ["filter", "title"]),
    ("a filter in NEAR", "a NEAR/3 lang:fa", ["filter", "NEAR"]),
    ("AND in NEAR", "a NEAR/3 (b AND c)", ["AND", "NEAR"]),
    ("NOT in NEAR", "a NEAR/3 (NOT b)", ["NOT", "NEAR"]),
    ("NEAR in NEAR", "a NEAR/3 (b NEAR/2 c)", ["NEAR"]),
    ("an open bracket", "(a OR b", ["not closed"]),
    ("a closing bracket", "a OR b)", ["without an opening"]),
    ("empty brackets", "()", ["nothing stands in"]),
    ("NEAR in small letters", "a near/5 b", ["'near' is a word here", "NEAR/5"]),
    ("NEAR without its slash", "a NEAR5 b", ["'NEAR5' is a word here", "NEAR/5"]),
    ("another language's NEAR", "a w/5 b", ["'w' is a word here", "NEAR/5"]),
    ("ATLEAST without brackets", "ATLEAST/2 a", ["takes brackets"]),
    ("exact of a bracket", "exact:(a OR b)", ["one word or one phrase"]),
    ("an open quote", 'a AND "b', ["not closed"]),
    ("an end", "a AND", ["breaks off"]),
    ("a beginning", "AND a", ["AND"]),
    ("NEAR at the beginning", "NEAR/3 a", ["no term before"]),
    ("a short prefix", "a AND sa*", ["at least 3"]),
    ("a star in the middle", "sanc*tions", ["end of a word"]),
    ("a star in front", "*tions", ["end of a word"]),
    ("a lone star", "*", ["letter"]),
    ("a star after Han", "安全*", ["without spaces"]),
    ("a star after kana", "ロシア*", ["without spaces"]),
    ("one Hangul syllable", "이* AND 대통령", ["at least 2"]),
    ("no letter", '"+++"', ["no letter"]),
    ("an empty phrase", '""', ["no letter"]),
    ("an unknown field", "titel:iran", ["titel", "title"]),
    ("a bad date", "a AND published:yesterday", ["date", "2026-01-01"]),
    ("a day that is none", "a AND published:2023-02-30", ["date"]),
    ("an unknown stemmer", "stem.xx:a", ["xx"]),
    ("ANY of 0", "ANY/0 (a, b)", ["from 1"]),
    ("ANY of too many", "ANY/3 (a, b)", ["2 operands"]),
    ("ATLEAST of 0", "ATLEAST/0 (a)", ["from 1"]),
    ("NEAR of letters", "a NEAR/x b", ["number"]),
    ("lone prefix", "sanction*", ["selects nothing"]),
    ("OR of prefixes", "sanction* OR embargo*", ["selects nothing"]),
    ("NOT alone", "NOT a", ["selects nothing"]),
    ("a filter alone", "lang:fa", ["selects nothing"]),
    ("half an OR", "a OR lang:fa", ["selects nothing"]),
    ("half an ANY", "ANY/1 (a, emba*)", ["selects nothing"]),
    ("ATLEAST of a prefix", "ATLEAST/2 (emba*)", ["selects nothing"]),
    ("a star in a filter", "a AND source:Cas*", ["whole value", "without a star"]),
    ("a language by its name", "a AND lang:english", ["no language code"]),
    ("a reference beside a mistake", "a AND actor:nobody b", ["no actor 'nobody'", "no operator"]),
    ("AND in a filter", "a AND lang:(fa AND ar)", ["OR"]),
    ("look-ahead", "a AND /b(?=c)/", ["look-around is not had", ":4:15:"]),
    ("a back-reference", r"a AND /(b)\1/", ["back-references are not had"]),
    ("a pattern that matches nothing", "a AND /b*/", ["matches where nothing stands"]),
    ("a pattern alone, without three letters", r"/\d+/", ["selects nothing by itself"]),
    ("an unknown group", "a AND member:brics", ["there is no actor 'brics'"]),
    ("past members of an unknown group", "a AND member.any:brics", ["there is no actor 'brics'"]),
    ("an unknown actor", "actor:nobody", ["no actor 'nobody'"]),
    ("an unknown topic", "a AND topic:nothing", ["no topic 'nothing'"]),
    ("an id after a space", "actor: nobody", ["directly after the colon"]),
    ("capital id", "actor:Iran", ["small letters"]),
    ("a symbol", "a AND $b", ["quotation marks"]),
]


@pytest.mark.parametrize(("why", "match", "found"), FIELDS)
def test_fields_and_filters_look_where_the_page_says(find, why, match, found):
    """Fields, filters, times and forms of writing."""
    article = ARTICLE | {"author": visible_text(str(ARTICLE["author"]))}
    assert bool(find(match, **article)) is found, why


@pytest.mark.parametrize(("why", "match", "text", "found"), OPERATORS)
def test_operators_mean_what_the_page_says(find, why, match, text, found):
    """Precedence, distances and counts."""
    assert bool(find(match, text)) is found, why


@pytest.mark.parametrize(("why", "match", "said"), REFUSED)
def test_what_the_page_refuses_is_refused_in_words(refusals, why, match, said):
    """Each mistake is told at its place, with a caret or a hint and both readings where there are two."""
    text = refusals(match)
    assert all(words in text for words in said), (why, text)
    assert "rules.yaml:4:" in text


# why, the term as a file writes it, text, article's language, found
TERMS = [
    ("accents as written", "{term: résumé, accents: exact}", "RÉSUMÉ", "", True),
    ("accents refuse", "{term: résumé, accents: exact}", "resume", "", False),
    ("exact case covers accents", "{term: Peña, case: exact}", "Pena", "", False),
    ("exact case", "{term: Peña, case: exact}", "Pen\u0303a", "", True),
    ("the other foldings stay", "{term: NATO, case: exact}", "ＮＡＴＯ", "", True),
    ("a language", "{term: AI, lang: [en, de]}", "AI", "en-US", True),
    ("another language", "{term: AI, lang: [en, de]}", "AI", "fr", False),
    ("no language", "{term: AI, lang: [en, de]}", "AI", "", False),
    ("a stem, whatever the article's language", "{term: секретарь, stem: ru}", "секретарями", "", True),
    ("stem first, then fold", "{term: Österreicher, stem: de}", "OSTERREICHERN", "", True),
    ("typed as text", "NO", "no", "", True),
    ("zeros stay", "007", "007", "", True),
    ("and are not added", "007", "7", "", False),
    ("exponents are text", "1e3", "1E3", "", True),
    ("dates are text", "2026-01-01", "2026 01 01", "", True),
    ("switches are text", "on", "On", "", True),
]


@pytest.mark.parametrize(("why", "term", "text", "lang", "found"), TERMS)
def test_terms_of_files_are_read_as_typed(find, why, term, text, lang, found):
    """Mappings, languages and values that YAML likes to guess."""
    context = f"topics: [{{id: t, terms: {{en: [{term}]}}}}]"
    assert bool(find("topic:t", text, context, lang=lang)) is found, why
