"""The words of generated rules and articles: few, in many scripts, and close to each other on purpose."""

from __future__ import annotations

# Each line holds forms that folding, stems, prefixes or affixes bring together or must keep apart.
WORDS = """
threat threats threatening THREAT
sanction sanctions Sanctioned
Council council COUNCIL councils
security Security
café cafe CAFE\u0301 CAFÉ
Straße STRASSE strasse
Łódź lodz
ISIK ışık isik İsik
Österreicher Osterreichern Österreichern
s of
переговоры переговорах переговоров
секретарь секретаря секретарём
мой мои мои\u0306
ёлка елка ЕЛКА
Αθήνα αθηνα ΑΘΗΝΑΣ
شورای شوراي
عالی عالي عالى
أمن امن الأمن
می\u200cرود میرود رود
وزراء وزرا
שָׁלוֹם שלום
安全 安 全
国家安全 国家
人々 サーバー ｻｰﾊﾞｰ
이란 이란은 한국
รัสเซีย รัส กำลัง
ລາວ ខ្មែរ မြန်မာ
हिन्दी हिन्दि
C++ C U.S. AT&T
#tag @bank 5% ％
x² ™ ½ ①
2026 ۲۰۲۶ 007 2,231
COVID19 中国GDP ＮＡＴＯ nato
𝐈𝐫𝐚𝐧 iran Iran's
sanc\u00adtions al-Qaeda "al
""".split()

GAPS = (
    *(" " for _ in range(12)),
    *"\n,-/.;:(_",
    "",
    ", ",
    ". ",
    "? ",
    " — ",
    " “",
    "” ",
    "’s ",
    "'",
    ") ",
    "\n\n",
    "\n \n",
    "\u00a0",
    "\u200c",
    "\u00ad",
    "\u0301 ",
    "\ufe0f ",
    "\u200f ",
    "+",
    " & ",
    " $",
    "… ",
    "، ",
    "؟ ",
    "。",
    "、",
    "؛",
    " 😀 ",
    "*",
    "％ ",
)

# Words around titles: ranks, former, acting and links, in several languages.
AROUND = (
    *("of the", "of", "the", "s", "for the", "du", "de"),
    *("former", "ex", "deputy", "vice", "acting", "elect", "designate", "deputy of the", "s office", "then"),
    *("office of the", "spokesman of the"),
    *("бывший", "и. о.", "заместителя", "врио", "سابق", "السابق", "معاون", "前", "副", "لشعبر", "לשעבר"),
    *("Mr. X", "a b c", "1 2 3 4 5"),
)
