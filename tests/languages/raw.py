"""Fields as feeds send them: with entities, tags and what word processors leave behind."""

# ruff: noqa: E501 - the rows read best unbroken

# why, language, expression, field as it came, the words found one after another (nothing where it is no match)
RAW = [
    ("a named entity within a word", "fr", "Téhéran", "T&eacute;h&eacute;ran n&eacute;gocie", "Téhéran"),
    ("a numbered entity of another script", "ru", "Иран", "&#1048;&#1088;&#1072;&#1085; ответил", "Иран"),
    ("a hexadecimal one", "fa", "ایران", "&#x627;&#x6cc;&#x631;&#x627;&#x646;", "ایران"),
    ("an entity of an apostrophe", "en", "Iran", "Iran&rsquo;s and Iran&#39;s", "Iran | Iran"),
    (
        "a no-break space between two words",
        "en",
        '"Security Council"',
        "Security&nbsp;Council",
        "Security\u00a0Council",
    ),
    ("an entity decoded once only", "en", "AT&T", "AT&amp;amp;T, AT&amp;T", "AT&T"),
    ("an ampersand that begins no entity", "en", '"R&D"', "R&D spending", "R&D"),
    (
        "a soft hyphen as an entity",
        "de",
        "Sicherheitsrat",
        "Sicher&shy;heits&shy;rat",
        "Sicher\u00adheits\u00adrat",
    ),
    ("a ZWNJ as an entity", "fa", '"می رود"', "می&zwnj;رود", "می\u200cرود"),
    ("a mark of direction as an entity", "he", "איראן", "&rlm;איראן&lrm;", "איראן"),
    ("emphasis inside a word", "en", "sanctions", "sanc<em>tions</em>", "sanctions"),
    ("emphasis inside a word of clusters", "zh", '"安全"', "国家安<b>全</b>会议", "安全"),
    ("two cells are not a phrase", "en", '"Security Council"', "<td>Security</td><td>Council</td>", ""),
    ("nor two paragraphs", "ar", '"مجلس الأمن"', "<p>مجلس</p><p>الأمن</p>", ""),
    (
        "one line break is a space",
        "ru",
        '"Совет безопасности"',
        "Совет<br>безопасности",
        "Совет\nбезопасности",
    ),
    ("an attribute is not read", "en", "Iran", '<a href="/iran" title="Iran">here</a>', ""),
    ("nor is a script", "en", "Iran", "<script>Iran</script>Iraq", ""),
    ("nor a comment", "ja", '"イラン"', "<!-- イラン -->中国", ""),
    ("ruby is read as it stands", "ja", '"大統領"', "<ruby>大統領<rt>だいとうりょう</rt></ruby>", "大統領"),
    ("less than a number is text", "en", '"<5%"', "down <5% today", "<5%"),
    ("a paragraph parts sentences", "ko", "이란 SENTENCE 중국", "<p>이란</p><p>중국</p>", ""),
    ("a decomposed letter by entities", "es", "España", "Espan&#771;a", "Espan\u0303a"),
    ("a Windows dash", "en", '"Tehran talks"', "Tehran &#150; talks", "Tehran – talks"),
    ("full-width entities", "ja", "BRICS", "&#65314;&#65330;&#65321;&#65315;&#65331;", "ＢＲＩＣＳ"),
]
