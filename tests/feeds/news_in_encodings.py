"""Small feeds in the languages and encodings of the web, with labels that are right, absent or wrong.

Each language has six short news items of its own; a case is read right where every title and every text
comes out as it was written.
"""

from __future__ import annotations

import io
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import feedparser

from monitor.errors import Malformed
from monitor.feeds.answer import charset_of
from monitor.feeds.parse import parse
from tests.proof.tally import Tally, tally

News = tuple[tuple[str, str], ...]

RUSSIAN: News = (
    (
        "Совет порта утвердил новые тарифы",
        "Лоцманы получат прибавку с первого марта, сообщил председатель совета.",
    ),
    ("Мост через залив закрыли на ремонт", "Движение грузовиков пустили в объезд по северному берегу."),
    ("Министр отправился с визитом на юг", "Переговоры о поставках зерна продлятся до конца недели."),
    ("Снегопад задержал десятки рейсов", "Аэропорт обещает восстановить расписание к вечеру воскресенья."),
    ("Суд отложил слушания по делу верфи", "Адвокаты попросили время, чтобы изучить отчёт экспертов."),
    ("Учёные нашли корабль прошлого века", "Обломки лежат на глубине сорока метров недалеко от маяка."),
)
UKRAINIAN: News = (
    ("Рада міста схвалила бюджет на рік", "Найбільше коштів отримають лікарні та школи передмістя."),
    ("Фермери чекають на дощ із квітня", "Урожай пшениці може бути меншим, ніж торік, кажуть у спілці."),
    ("Її нагородили за порятунок моряків", "Церемонія відбулася в залі біля річкового вокзалу."),
    ("Поїзди курсуватимуть частіше", "Залізниця додала чотири рейси щодня від понеділка."),
    ("Енергетики відновили світло в селах", "Після бурі без електрики лишалися дванадцять тисяч родин."),
    ("Музей повернув картину власникам", "Полотно зникло з приватної збірки понад сто років тому."),
)
ARABIC: News = (
    ("مجلس الميناء يقر رسوما جديدة", "قال رئيس المجلس إن المرشدين سيحصلون على زيادة ابتداء من مارس."),
    ("إغلاق الجسر الكبير لأعمال الصيانة", "حولت الشرطة حركة الشاحنات إلى الطريق الساحلي شمال المدينة."),
    ("الوزير يبدأ زيارة إلى دول الجنوب", "تتناول المباحثات إمدادات القمح وتستمر حتى نهاية الأسبوع."),
    ("عاصفة رملية تؤخر عشرات الرحلات", "وعد المطار بعودة الحركة إلى طبيعتها مساء الأحد."),
    ("المحكمة تؤجل النظر في قضية الحوض", "طلب المحامون وقتا لدراسة تقرير الخبراء قبل الجلسة المقبلة."),
    ("باحثون يعثرون على سفينة قديمة", "يرقد الحطام على عمق أربعين مترا قرب المنارة القديمة."),
)
JAPANESE: News = (
    ("港の評議会が新しい料金を承認", "水先人の手当は三月から引き上げられると議長が発表した。"),
    ("湾の大橋が修理のため通行止めに", "トラックは北岸の道路へ迂回するよう警察が呼びかけている。"),
    ("大臣が南部の国々への訪問を開始", "小麦の供給をめぐる協議は週末まで続く見通しだ。"),
    ("大雪で数十便に遅れが出ています", "空港は日曜日の夕方までに通常の運航に戻すとしている。"),
    ("造船所の裁判は来月に延期された", "弁護団は専門家の報告書を読む時間が必要だと求めた。"),
    ("研究者が前世紀の船を発見しました", "沈没船は灯台の近く、深さ四十メートルの海底にある。"),
)
KOREAN: News = (
    ("항만 위원회가 새 요금을 승인했다", "위원장은 도선사 수당이 삼월부터 오른다고 밝혔다."),
    ("만을 잇는 큰 다리가 수리로 통제", "경찰은 화물차를 북쪽 해안 도로로 우회시키고 있다."),
    ("장관이 남부 나라들을 방문하기 시작", "밀 공급을 둘러싼 회담은 주말까지 이어질 전망이다."),
    ("폭설로 항공편 수십 편이 늦어졌다", "공항은 일요일 저녁까지 운항을 정상으로 돌리겠다고 했다."),
    ("조선소 사건 재판이 다음 달로 연기", "변호인들은 전문가 보고서를 읽을 시간을 요청했다."),
    ("연구진이 지난 세기의 배를 찾았다", "잔해는 등대 근처 수심 사십 미터 바닥에 놓여 있다."),
)
CHINESE: News = (
    ("港口委员会通过新的收费标准", "主席宣布，引航员的津贴将从三月起提高。"),
    ("跨海大桥因维修暂时关闭", "警方要求货车改走北岸公路，预计工程持续两周。"),
    ("部长开始对南方各国进行访问", "关于小麦供应的会谈将持续到本周末。"),
    ("大雪造成数十个航班延误", "机场表示，星期日晚上之前可以恢复正常。"),
    ("法院推迟审理造船厂案件", "律师要求更多时间研究专家的报告。"),
    ("研究人员发现上个世纪的沉船", "残骸位于灯塔附近四十米深的海底。"),
)
TAIWANESE: News = (
    ("港口委員會通過新的收費標準", "主席宣布，引水人的津貼將從三月起調高。"),
    ("跨海大橋因維修暫時關閉", "警方要求貨車改走北岸公路，預計工程持續兩週。"),
    ("部長開始訪問南方各國", "關於小麥供應的會談將持續到這個週末。"),
    ("大雪造成數十個航班延誤", "機場表示，星期日晚上之前可以恢復正常。"),
    ("法院延後審理造船廠案件", "律師要求更多時間研究專家的報告。"),
    ("研究人員發現上個世紀的沉船", "殘骸位於燈塔附近四十公尺深的海底。"),
)
FRENCH: News = (
    (
        "Le conseil du port vote de nouveaux péages",
        "« La mesure s’appliquera dès février », a déclaré le préfet.",
    ),
    (
        "Le pont de l’île fermé jusqu’à l’été",
        "Les camions sont déviés par la côte, où la chaussée a été élargie.",
    ),
    ("La ministre en visite à l’étranger", "Les négociations sur le blé dureront près d’une semaine."),
    ("La tempête a retardé des dizaines de vols", "L’aéroport espère un retour à la normale dimanche soir."),
    (
        "Procès du chantier naval : l’audience reportée",
        "Les avocats ont demandé à étudier le rapport d’expertise.",
    ),
    (
        "Une épave du siècle dernier découverte",
        "Le bateau gît à quarante mètres de profondeur, près du phare.",
    ),
)
GERMAN: News = (
    (
        "Hafenrat beschließt höhere Gebühren",
        "Die Lotsen erhalten ab März mehr Geld, erklärte der Vorsitzende.",
    ),
    ("Große Brücke bleibt wegen Schäden gesperrt", "Lastwagen müssen über die nördliche Uferstraße fahren."),
    ("Außenministerin reist in den Süden", "Die Gespräche über Getreide dauern voraussichtlich bis Samstag."),
    ("Schneefälle verzögern Dutzende Flüge", "Der Flughafen hofft, dass ab Sonntag alles wieder läuft."),
    ("Gericht verschiebt den Prozess um die Werft", "Die Anwälte möchten das Gutachten in Ruhe prüfen."),
    (
        "Forscher entdecken Schiff aus dem Krieg",
        "Das Wrack liegt in vierzig Metern Tiefe nahe dem Leuchtturm.",
    ),
)
TURKISH: News = (
    (
        "Liman meclisi yeni ücretleri onayladı",
        "Başkan, kılavuz kaptanların mart ayında zam alacağını söyledi.",
    ),
    ("Körfezdeki köprü onarım için kapatıldı", "Kamyonlar kuzey kıyısındaki yola yönlendirildi."),
    ("Bakan güney ülkelerine gezi başlattı", "Buğday görüşmelerinin hafta sonuna kadar sürmesi bekleniyor."),
    ("Kar yağışı uçuşları geciktirdi", "Havaalanı, pazar akşamı her şeyin düzeleceğini duyurdu."),
    ("Tersane davası ileri tarihe bırakıldı", "Avukatlar bilirkişi raporunu incelemek için süre istedi."),
    ("Araştırmacılar eski bir gemi buldu", "Batık, deniz fenerine yakın kırk metre derinlikte yatıyor."),
)


@dataclass(frozen=True, slots=True)
class Tongue:
    """News in an encoding; `also` is what a wrong declaration names, `as_served` what a wrong server says."""

    encoding: str
    news: News
    also: str
    as_served: str = "iso-8859-1"


# Wrong labels are hard ones: of the same script or country where there is one, and what servers say unasked.
TONGUES = (
    Tongue("utf-8", UKRAINIAN, "windows-1251"),
    Tongue("utf-16", ARABIC, "windows-1256"),
    Tongue("windows-1251", RUSSIAN, "koi8-r"),
    Tongue("koi8-r", RUSSIAN, "windows-1251"),
    Tongue("windows-1256", ARABIC, "iso-8859-6"),
    Tongue("shift_jis", JAPANESE, "euc-jp"),
    Tongue("euc-kr", KOREAN, "shift_jis"),
    Tongue("gb18030", CHINESE, "big5"),
    Tongue("windows-1252", FRENCH, "iso-8859-2", "windows-1251"),
)
FURTHER = (
    Tongue("windows-1252", GERMAN, "windows-1250", "windows-1251"),
    Tongue("windows-1251", UKRAINIAN, "koi8-u"),
    Tongue("koi8-u", UKRAINIAN, "windows-1251"),
    Tongue("iso-8859-9", TURKISH, "iso-8859-2"),
    Tongue("big5", TAIWANESE, "gb2312"),
    Tongue("euc-jp", JAPANESE, "shift_jis"),
    Tongue("iso-2022-jp", JAPANESE, "shift_jis"),
    Tongue("gbk", CHINESE, "euc-kr"),
)
# Bytes that are no character and no part of one. In Shift_JIS nearly every pair is one, so that it has none.
BAD_BYTES = (
    ("utf-8", b"\xff"),
    ("utf-8", b"\xe4"),
    ("gb18030", b"\xff"),
    ("big5", b"\xff"),
    ("euc-kr", b"\xff"),
    ("euc-jp", b"\xff"),
    ("windows-1251", b"\x98"),
    ("windows-1252", b"\x81"),
)
PLACES = 200
MEDIA_TYPES = ("application/rss+xml", "text/xml", "text/html", "application/octet-stream")


@dataclass(frozen=True, slots=True)
class Case:
    """A document with the labels it comes with; `declared` is empty where there is no declaration."""

    tongue: Tongue
    declared: str
    charset: str
    media_type: str

    @property
    def name(self) -> str:
        """What is asked."""
        served = f"{self.media_type}; charset={self.charset or '-'}"
        return f"{self.tongue.encoding} declared as {self.declared or '-'}, served as {served}"

    @property
    def content_type(self) -> str:
        """The header of the answer."""
        return f"{self.media_type}; charset={self.charset}" if self.charset else self.media_type

    def body(self) -> bytes:
        """Write the document."""
        declaration = f'<?xml version="1.0" encoding="{self.declared}"?>\n' if self.declared else ""
        items = "\n".join(
            f"<item><title>{title}</title><description>{text}</description></item>"
            for title, text in self.tongue.news
        )
        text = f'{declaration}<rss version="2.0"><channel><title>News</title>\n{items}\n</channel></rss>\n'
        return text.encode(self.tongue.encoding)


def cases(tongues: tuple[Tongue, ...] = TONGUES) -> Iterator[Case]:
    """Give every document with every combination of labels."""
    for tongue in tongues:
        declared = (tongue.encoding, "", "utf-8" if tongue.encoding != "utf-8" else "us-ascii", tongue.also)
        served = (tongue.encoding, "", tongue.as_served)
        for labels in product(declared, served, MEDIA_TYPES):
            yield Case(tongue, *labels)


def documents_read(tongues: tuple[Tongue, ...] = TONGUES) -> Tally:
    """Count the documents whose every title and text is read as it was written."""
    what = f"feeds in {len({tongue.encoding for tongue in tongues})} encodings, honest and wrong labels"
    return tally(what, ((case.name, _read(case)) for case in cases(tongues)))


def documents_feedparser_reads(tongues: tuple[Tongue, ...] = TONGUES) -> Tally:
    """Count the same documents as feedparser reads them, for the sake of comparison."""
    return tally("the same as feedparser reads them", ((case.name, _fed(case)) for case in cases(tongues)))


def bad_bytes() -> list[Tally]:
    """Count for several encodings at how many drawn places one bad byte spoils one character only."""
    return [spoiled_characters(encoding, bad, PLACES, seed=20260209) for encoding, bad in BAD_BYTES]


def spoiled_characters(encoding: str, bad: bytes, places: int, seed: int) -> Tally:
    """Count the documents of which one bad byte, put at a drawn place of the text, spoils one character only.

    Every other time the byte comes in place of one that was there.
    """
    tongue = next(known for known in (*TONGUES, *FURTHER) if known.encoding == encoding)
    case = Case(tongue, encoding, encoding, "application/rss+xml")
    body, drawn = case.body(), random.Random(seed)
    fit = [place for start, end in _texts(body) for place in range(start, end)]
    verdicts = []
    for number in range(places):
        place = drawn.choice(fit)
        spoiled = body[:place] + bad + body[place + number % 2 :]
        verdicts.append((f"byte {place}, way {number % 2}", _spoiled(case, spoiled)))
    return tally(f"bad bytes ({bad.hex()}) in {encoding} that spoil one character", verdicts)


def _texts(body: bytes) -> list[tuple[int, int]]:
    return [found.span(1) for found in re.finditer(rb"<(?:title|description)>([^<]+)</", body)]


def _spoiled(case: Case, body: bytes) -> str:
    found = [(entry.title, entry.summary) for entry in parse(body, charset=case.charset).entries]
    before, after = ("\n".join(map("\n".join, texts)) for texts in (case.tongue.news, found))
    same = _shared(before, after)
    same_behind = _shared(before[same:][::-1], after[same:][::-1])
    lost, put = before[same : len(before) - same_behind], after[same : len(after) - same_behind]
    return "" if len(lost) <= 1 and len(put) <= 3 else f"{lost} became {put}"[:80]


def _read(case: Case) -> str:
    media_type, charset = charset_of(case.content_type)
    try:
        found = parse(case.body(), charset=charset, content_type=media_type)
    except Malformed as error:
        return str(error)
    return _compared(case, [(entry.title, entry.summary) for entry in found.entries], found.encoding)


def _fed(case: Case) -> str:
    source = io.BytesIO(case.body())
    found = feedparser.parse(source, response_headers={"content-type": case.content_type})
    texts = [(entry.get("title", ""), entry.get("summary", "")) for entry in found.entries]
    return _compared(case, texts, found.get("encoding", ""))


def _compared(case: Case, texts: list[tuple[str, str]], encoding: str) -> str:
    return "" if tuple(texts) == case.tongue.news else f"read as {encoding}: {texts[:1]}"


def _shared(one: str, other: str) -> int:
    """Count the characters with which both begin."""
    pairs = zip(one, other, strict=False)
    return next((number for number, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
