"""Words around a title that change what it says, and words that bind it to its body: the published lists.

`rank` is another office (deputy secretary), `former` one that is over, `acting` the office itself; a
`look-alike` changes nothing, though a marker is part of it. *Before* and *after* say on which side of the title
or of the whole phrase a marker stands. The article's language decides; all of them serve where it is unknown or
has no list.
"""

# ruff: noqa: E501 - the lists read best unbroken
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, product
from typing import Literal, NamedTuple, get_args

from monitor.text.tokens import Tokens

Kind = Literal["rank", "former", "acting", "look-alike"]
Side = Literal["before", "after"]
KINDS: tuple[Kind, ...] = get_args(Kind)
SIDES: tuple[tuple[Kind, Side], ...] = tuple(product(KINDS, get_args(Side)))


class Marker(NamedTuple):
    """A marker as it is compared: its folded words, and what must stand after each of them.

    `stops` says which words a full stop follows; `hyphen` that one joins it to what it marks.
    """

    words: tuple[str, ...]
    stops: tuple[bool, ...]
    hyphen: bool
    kind: Kind


@dataclass(frozen=True)
class Markers:
    """The markers of one language by the word next to the title; of several with that word the longest is first."""

    before: Mapping[str, tuple[Marker, ...]]
    after: Mapping[str, tuple[Marker, ...]]


# language → eight lists, parted by |, empty ones at the end left out: rank before, rank after, former before and
# after, acting before and after, look-alikes before and after. `{a b}` stands for either ending, `{ a}` for none as
# well, and `_` within the brackets for a blank. A full stop must stand in the text where the list has one (after
# the last word only before a title), and a hyphen at the end: a word that is a preposition too is never meant then.
_LISTS: dict[str, str] = {
    "en": "deputy, deput{y ies} to{ _the}, deput{y ies} of the, vice, under-, {the an permanent parliamentary} under, dep{ .}, asst{ .}, assistant, assistant{ s} to{ _the}, associate, "
    "joint, shadow, press, private, personal, press secretary {of to for}{ _the}, incoming, next, future, prospective, would be, candidate for, nominee for, "
    "office of{ _the}, staff to the, aide{ s} to{ _the}, advis{er or ers ors} to{ _the}, "
    "{spokesman spokeswoman spokesperson spokesmen} {of for}{ _the}, representative of the, envoy of the"
    "| designate, elect, nominee, candidate, hopeful, in waiting, s office, s deputy, s deputies, s spokes{man woman person}, "
    "s aide{ s}, s advis{er or ers ors}, s assistant, s envoy, s representative, s chief of"
    "| former, formerly, fmr{ .}, ex, late, then, outgoing, departing, retiring, retired, one time, onetime, erstwhile, previous, "
    "ousted, deposed, slain | emeritus, at the time"
    "| acting, interim, caretaker, provisional, transitional, temporary, stand in | ad interim, a.i., pro tem, pro tempore"
    "| {since even back} then, too late",
    "fr": "vice, sous-, {adjoint adjointe suppléant suppléante} {au du à_la de_la de_l}, futur{ e}, prochain{ e}, "
    "{bureau cabinet} {du de_la de_l}, {porte_parole conseiller conseillère collaborateur} {du de_la de_l}, "
    "candidat{ e} au poste de"
    "| adjoint{ e}, général{_adjoint e_adjointe}, désigné{ e}, élu{ e}, délégué{ e}, suppléant{ e}"
    "| ancien{ ne}, ex, feu{ e _le _la _l}, précédent{ e}, défunt{ e}, alors, ci devant "
    "| sortant{ e}, d alors, de l époque, démissionnaire, défunt{ e}, limogé{ e}, déchu{ e}, destitué{ e}, honoraire"
    "| faisant fonction de | par intérim, p.i., a.i., intérimaire, ad interim, provisoire, de transition"
    "| {cessez_le coup_de couvre} feu",
    "de": "stellvertretend{e er en em es}, {stv stellv}{ .}, vize, designiert{e er en em es}, "
    "{künftig zukünftig nächst angehend kommend}{e er en em es}, "
    "{büro stellvertreter stellvertreterin sprecher sprecherin berater beraterin assistent} {des der}"
    "| in spe, stellvertreter{ s in}, anwärter{ s in}"
    "| {früher ehemalig damalig vormalig einstig bisherig scheidend verstorben abgesetzt gestürzt entlassen getötet}{e er en em es}, ehem{ .}, ex "
    "| a.d., i.r., außer dienst, im ruhestand"
    "| {geschäftsführend kommissarisch interimistisch vorläufig}{e er en em es}, interims, übergangs | ad interim, a.i.",
    "es": "vice, sub, futur{o a}, próxim{o a}, {oficina portavoz vocero vocera asesor asesora adjunto adjunta ayudante} {del de_la}, "
    "adjunt{o a} al, candidat{o a} a"
    "| adjunt{o a}, general adjunt{o a}, elect{o a}, designad{o a}, suplente"
    "| ex, antigu{o a}, entonces, difunt{o a}, fallecid{o a}, anterior, otrora "
    "| saliente, cesante, de entonces, anterior, destituid{o a}, depuest{o a}, fallecid{o a}, emérit{o a}"
    "| | interin{o a}, en funciones, encargad{o a}, provisional, accidental, ad interim | desde entonces",
    "pt": "vice, sub, futur{o a}, próxim{o a}, {gabinete porta_voz assessor assessora conselheiro conselheira adjunto adjunta} {do da}, candidat{o a} a"
    "| adjunt{o a}, geral adjunt{o a}, eleit{o a}, designad{o a}, indicad{o a}, suplente"
    "| ex, antig{o a}, então, falecid{o a}, anterior "
    "| cessante, de então, da época, à época, anterior, demissionári{o a}, demitid{o a}, deposto, deposta, falecid{o a}, emérit{o a}"
    "| | interin{o a}, em exercício, substitut{o a}, provisóri{o a} | desde então",
    "it": "vice, sotto, futur{o a}, prossim{o a}, {ufficio portavoce consigliere consigliera assistente aggiunto} {del della dell}, candidat{o a} a"
    "| aggiunt{o a}, generale aggiunt{o a}, elett{o a}, designat{o a}, incaricat{o a}, in pectore"
    "| ex, già, allora, defunt{o a}, precedente "
    "| uscente, dell epoca, di allora, emerit{o a}, dimissionari{o a}, depost{o a}, destituit{o a}"
    "| facente funzione di | ad interim, facente funzion{e i}, f.f., a.i., reggente, provvisori{o a} | da allora",
    "nl": "vice, adjunct, plaatsvervangend{ e}, plv{ .}, {toekomstig aankomend aanstaand volgend}{ e}, "
    "{kantoor woordvoerder woordvoerster adviseur assistent plaatsvervanger} van{ _de _het}"
    "| in spe, kandidaat"
    "| {voormalig vroeger toenmalig vertrekkend aftredend}{ e}, afgezet{ te}, ex, oud, wijlen, gewezen | b.d., buiten dienst"
    "| {waarnemend tijdelijk fungerend demissionair}{ e}, wnd{ .}, interim | ad interim, a.i.",
    "pl": "zastęp{ca cy cę cą co ców cami}, zast{ .}, z-{ca cy cę cą}, wice, {przyszł następn kolejn}{y ego emu ym a ej ą}, "
    "{rzecznik rzecznika rzecznikiem rzeczniczka biuro biura doradca doradcy doradcą asystent asystenta}, kandydat{ a em} na"
    "| elekt{ a em}, nominat"
    "| {był dawn poprzedni ówczesn zmarł odwołan zdymisjonowan}{y ego emu ym a ej ą}, poprzedni{ a}, ustępując{y ego emu ym a ej ą}, eks "
    "| w stanie spoczynku"
    "| pełniąc{y ego emu ym a ej ą} obowiązki, p.o{ .}, tymczasow{y ego emu ym a ej ą} |",
    "ru": "заместител{ь я ю ем е и ей ям ями}, замглавы, зам{ . а ом}, помощни{к ка ку ком ке ки ков ца цы}, вице, "
    "{будущ следующ}{ий его ему им ем ая ей ую}, {новоизбранн избранн}{ый ого ому ым ом ая ой ую}, аппарат{ а у ом е}, "
    "{канцеляри администраци}{я и ю ей}, офис{ а у ом е}, пресс, пресс секретар{ь я ю ем е}, пресс служб{а ы е у ой}, полпред{ а у ом}, {представител спецпредставител}{ь я ю ем е ница ницы}, советни{к ка ку ком ке ки ков ца цы}, "
    "кандидат{ а у ом ы ов} {в на} {пост должность}, кандидат{ а у ом ы ов} в |"
    "| {бывш уходящ}{ий его ему им ем ая ей ую ее ие их ими}, {прежн тогдашн}{ий его ему им ем яя ей юю ие их}, "
    "{предыдущ погибш умерш}{ий его ему им ем ая ей ую ие их}, скончавш{ийся егося емуся имся аяся}, "
    "{покойн отставленн уволенн отстраненн смещенн свергнут убит}{ый ого ому ым ом ая ой ую}, отставн{ой ого ому ым}, экс "
    "| в отставке, на пенсии"
    "| исполняющ{ий его ему им ем ая ей ую} обязанности, и.о{ .}, вр.и.о{ .}, врио, врид, временн{ый ого ому ым ом ая ой ую} |",
    "uk": "заступни{к ка ку кові ком ки ків ця ці цю цею}, заст{ .}, помічни{к ка ку кові ком ки ків ця ці цю цею}, віце, "
    "майбутн{ій ього ьому ім я ьої ій ю}, {наступн новообран обран}{ий ого ому им а ої ій у}, апарат{ у ом і}, офіс{ у ом і}, "
    "прес, {прес_секретар прессекретар}{ я ю ем еві ка ки}, прес служб{а и і у}, адміністраці{я ї ю єю}, речни{к ка ку кові ком ця ці цю цею}, представни{к ка ку ком ця ці}, радни{к ка ку кові ком ки ків ця ці цю цею}, "
    "кандидат{ а у ом и ів} на посаду |"
    "| {колишн тодішн попередн}{ій ього ьому ім я ьої ю і іх}, "
    "{покійн усунен усунут звільнен відстронен вбит убит}{ий ого ому им а ої ій у}, загибл{ий ого ому им а ої}, екс "
    "| у відставці, в відставці"
    "| викону{вач вача вачу вачем вачка вачки} обов'язків, виконуюч{ий ого ому им а ої} обов'язки, в.о{ .}, т.в.о{ .}, "
    "тимчасов{ий ого ому им а ої} |",
    "tr": "yardımcı, müstakbel, gelecek, sonraki"
    "| yrd{ .}, yardımcı{sı sının sına sını sıyla ları larının}, yardımcılığı, danışman{ı ının ına ı ları}, sözcü{sü sünün süne}, "
    "ofisi, bürosu, aday{ı ının ına ları}, temsilci{si sinin}"
    "| eski, sabık, dönemin, dönemki, merhum, önceki, emekli, devrik, müteveffa, görevden alınan |"
    "| vekil, vekaleten, geçici | vekil{i inin ine ini}",
    "ar": "{نائب نائبة نائبا نواب مساعد مساعدة مساعدا مساعدي وكيل معاون مكتب مستشار مستشارة مستشارا ممثل مرشح}, "
    "{المتحدث المتحدثة متحدث متحدثة الناطق ناطق} باسم"
    "| {المساعد المنتخب المعين المكلف المقبل القادم المرشح}{ ة}"
    "| الراحل{ ة}"
    "| {السابق الأسبق الراحل المخلوع المعزول المقال المستقيل المغادر}{ ة}, سابق{ ا ة}, أسبق, المنتهية ولايته{ ا}, "
    "آنذاك, حينها, وقتها, حينذاك, الشهيد"
    "| {القائم القائمة قائم قائمة قائما} {بأعمال بمهام} "
    "| بالإنابة, بالوكالة, بالنيابة, المؤقت{ ة}, الانتقالي{ ة}, {لتصريف لتسيير} الأعمال, {المكلف المكلفة} {بالأعمال بتصريف_الأعمال بتسيير_الأعمال بمهامه بمهامها}"
    "| | {المعين المعينة} حديثا",
    "fa": "معاون{ ان}, معاونت, نایب, قائم مقام, جانشین, دستیار{ ان}, دفتر, سخنگوی, مشاور{ ان}, نماینده, نامزد, کاندیدای"
    "| منتخب, آینده, بعدی"
    "| مرحوم, شهید | سابق, اسبق, پیشین, قبلی, وقت, فقید, شهید, معزول, مخلوع, مستعفی, برکنار شده"
    "| سرپرست, کفیل | موقت | | وقت {دارد ندارد داشت نداشت داد خواست}",
    "he": "{סגן סגנית סגני משנה עוזר עוזרת עוזרי לשכת דובר דוברת יועץ יועצת יועצי}, {המשנה העוזר העוזרת היועץ היועצת}, מועמד{ ת} לתפקיד"
    "| {המיועד המיועדת הנבחר הנבחרת הבא הבאה הנכנס הנכנסת}"
    "| | לשעבר, הקודם, הקודמת, היוצא, היוצאת, המנוח, המנוחה, דאז, המודח, המודחת, הפורש, בדימוס"
    "| {ממלא ממלאת} מקום, מ״מ, מ.מ. | בפועל, הזמני, הזמנית, המכהן בפועל",
    "hi": "उप, सह, सहायक, संयुक्त, अतिरिक्त, अवर, {निर्वाचित मनोनीत नामित भावी}, अगल{ा े ी}"
    "| के {प्रवक्ता सलाहकार कार्यालय सहायक प्रतिनिधि}, {कार्यालय भवन चुनाव उम्मीदवार}, पद के उम्मीदवार"
    "| {पूर्व भूतपूर्व तत्कालीन दिवंगत निवर्तमान स्वर्गीय पिछले} |"
    "| {कार्यवाहक अंतरिम कार्यकारी} | | {से दिन सप्ताह माह महीने वर्ष साल घंटे मध्य} पूर्व",
    "zh": "{副 副总 副總 助理 候任 候选 候選 当选 當選 下任 下一任 未来 未來}"
    "| {助理 办公室 辦公室 发言人 發言人 候选人 候選人 顾问 顧問 特使 府 级 級 选举 選舉 大选 大選}"
    "| {前 前任 原 已故 时任 時任 卸任 离任 離任}, {昨日 今日 近日 周日 週日 昨天 今天 去年 今年 本月 上月 本周 上周 本週 上週}前"
    "| | {代 代理 署理 临时 臨時 看守 暂代 暫代} | 代行"
    "| {目 此 之 当 當 日 先 早 提 战 戰 选 選 赛 賽 期 午 天 周 週 月 年 时 時 钟 鐘}前, {目 当 當}前任, {同时 同時}任, "
    "{中 太 平 草 高}原, {时 時 现 現 古 年 当 當 近 历 歷 朝 世 后 後 取 替 交 一 二 三}代, 正副",
    "ja": "{副 次期 準}"
    "| {補佐 顧問 報道官 候補 特使 官邸 府 室 局 長 官 級 令 制 選 夫人 代表}"
    "| {元 前 故 旧 当時の 前の}, {同日 昨日 昨年}前 |"
    "| {暫定 臨時 代理} | {代行 代行者 代理 臨時代理 職務代行 職務代行者 職務代理}"
    "| {目 事 午 従 寸 名 日 月 年 間}前, {地 次 手 身 紀}元, 事故, {復 新}旧, {基 水 標}準, 正副 | 制裁, 長期",
    "ko": "{부 차기 예비}"
    "| {당선인 당선자 내정자 지명자 후보 후보자 대변인 보좌관 비서실 특사 고문 선거}{ 은 는 이 가 을 를 의 와 과 도 에게 로 으로}"
    "| {전 前 고 故 전임 옛 당시 직전} |"
    "| {임시 과도} | {대행 권한대행 직무대행 직무대리 대리}{ 은 는 이 가 을 를 의 와 과 도 에게 로 으로}"
    "| {하루 이틀 사흘 나흘 열흘 며칠 얼마 오래 년 달 개월 주 주일 일 시간 분} 전",
}  # fmt: skip

_LINKS = (
    "of the for to a an s "
    "de du des la le les l d del della dello dell dei degli delle di el los las do da dos das "
    "der dem den die das des von vom im beim für van het au aux presso "
    "при для ال لل של"
)
LINKS = frozenset(token for word in _LINKS.split() for token in Tokens(word).folded)


def _spelt_out(item: str) -> Iterator[str]:
    """Give what an item with brackets stands for."""
    head, bracket, tail = item.partition("{")
    if not bracket:
        yield item.replace("_", " ")
        return
    endings, _, tail = tail.partition("}")
    for ending in endings.split(" "):
        yield from _spelt_out(head + ending + tail)


def _listed(lists: str) -> tuple[tuple[str, ...], ...]:
    written = [
        tuple(
            dict.fromkeys(
                word for item in listed.split(",") if item.strip() for word in _spelt_out(item.strip())
            )
        )
        for listed in lists.split("|")
    ]
    return (*written, *((),) * (len(SIDES) - len(written)))


LISTED: dict[str, tuple[tuple[str, ...], ...]] = {lang: _listed(lists) for lang, lists in _LISTS.items()}
"""The lists of each language as they are published, in the order of `SIDES`."""
# What is written onto the word that follows; a marker before a title has it as any noun has.
_PARTICLES = {
    "ar": ["و", "ف", "ب", "ل", "ك", "ول", "وب", "فل"],
    "he": ["ו", "ל", "ש", "ב", "מ", "כ", "ול", "וב", "ומ", "של"],
}


def _with_particles(word: str, lang: str) -> Iterator[str]:
    yield word
    for particle in _PARTICLES.get(lang, ()):
        # Arabic writes ل and the article ال as one لل.
        yield particle + (f"ل{word[2:]}" if particle[-1] == "ل" and word.startswith("ال") else word)


def _marker(written: str, kind: Kind) -> Marker:
    tokens = Tokens(written)
    stops = tuple("." in written and tokens.gap(index).startswith(".") for index in range(len(tokens)))
    return Marker(tuple(tokens.folded), stops, written.endswith("-"), kind)


def _on_side(lang: str, side: Side) -> Iterator[Marker]:
    """Give the markers of a language that stand on one side."""
    for (kind, where), words in zip(SIDES, LISTED[lang], strict=True):
        for word in words if where == side else ():
            for written in _with_particles(word, lang) if side == "before" else (word,):
                yield _marker(written, kind)


def _by_next_word(markers: Iterable[Marker], nearest: int) -> dict[str, tuple[Marker, ...]]:
    found: dict[str, set[Marker]] = defaultdict(set)
    for marker in markers:
        found[marker.words[nearest]].add(marker)
    return {word: tuple(sorted(several, key=_longest_first)) for word, several in found.items()}


def _longest_first(marker: Marker) -> tuple[object, ...]:
    return -len(marker.words), KINDS.index(marker.kind), marker


def _looked_up(before: Iterable[Marker], after: Iterable[Marker]) -> Markers:
    return Markers(_by_next_word(before, -1), _by_next_word(after, 0))


_BEFORE = {lang: tuple(_on_side(lang, "before")) for lang in LISTED}
_AFTER = {lang: tuple(_on_side(lang, "after")) for lang in LISTED}
MARKERS: dict[str, Markers] = {lang: _looked_up(_BEFORE[lang], _AFTER[lang]) for lang in LISTED}
_EVERY = _looked_up(chain.from_iterable(_BEFORE.values()), chain.from_iterable(_AFTER.values()))


def markers_of(lang: str) -> Markers:
    """Give the markers of a language, or all there are where it is unknown or has none."""
    return MARKERS.get(lang, _EVERY)
