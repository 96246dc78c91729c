"""Words around a title that change what it says, and words that bind it to its body: the published lists.

`rank` is another office (deputy secretary), `former` one that is over, `acting` the office itself. *Before*
and *after* say on which side of the title or of the whole phrase a marker stands. The article's language decides;
all of them serve where it is unknown or has no list.
"""

# ruff: noqa: E501 - the lists read best unbroken
from __future__ import annotations

from dataclasses import dataclass

from monitor.text.tokens import tokenise

Sequence = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Markers:
    """The markers of one language, as folded token sequences."""

    rank_before: frozenset[Sequence]
    rank_after: frozenset[Sequence]
    former_before: frozenset[Sequence]
    former_after: frozenset[Sequence]
    acting_before: frozenset[Sequence]
    acting_after: frozenset[Sequence]


# language → six lists, parted by |: rank before, rank after, former before, former after, acting before and after
_LISTS: dict[str, str] = {
    "en": "deputy, deputy to the, deputy of the, vice, under, assistant, assistant to the, associate, incoming, next, future, "
    "office of the, spokesman of the, spokesman for the, spokeswoman of the, spokeswoman for the, "
    "spokesperson of the, spokesperson for the, adviser to the, advisor to the, aide to the"
    "| designate, elect, nominee, s office, s deputy, s spokesman, s spokeswoman, s spokesperson"
    "| former, ex, late, then, outgoing, one time, erstwhile, previous | emeritus"
    "| acting, interim, caretaker | ad interim",
    "fr": "vice, sous, adjoint au, adjointe au, adjoint du, adjoint de la, futur, future, prochain, prochaine, "
    "bureau du, porte parole du, porte parole de la, conseiller du"
    "| adjoint, adjointe, désigné, désignée, élu, élue"
    "| ancien, ancienne, ex, feu, l ancien, l ancienne | sortant, sortante, d alors"
    "| | par intérim, intérimaire",
    "de": "stellvertretender, stellvertretende, stellvertretenden, vize, designierter, designierte, künftiger, "
    "künftige, büro des, sprecher des, sprecherin des | in spe"
    "| früherer, frühere, früheren, ehemaliger, ehemalige, ehemaligen, ex, damaliger, damalige, scheidender, "
    "scheidende, verstorbener | a d"
    "| amtierender, amtierende, geschäftsführender, geschäftsführende, kommissarischer, kommissarische |",
    "es": "vice, sub, futuro, futura, próximo, próxima, oficina del, portavoz del, portavoz de la"
    "| adjunto, adjunta, electo, electa, designado, designada"
    "| ex, antiguo, antigua, entonces, difunto, exsecretario | saliente"
    "| | interino, interina, en funciones",
    "pt": "vice, sub, futuro, futura, próximo, próxima, gabinete do, porta voz do, porta voz da"
    "| adjunto, adjunta, eleito, eleita, designado, designada"
    "| ex, antigo, antiga, então, falecido | cessante"
    "| | interino, interina, em exercício",
    "it": "vice, sotto, futuro, futura, prossimo, prossima, ufficio del, portavoce del, portavoce della"
    "| aggiunto, aggiunta, eletto, eletta, designato, designata"
    "| ex, già, l allora, defunto | uscente | | ad interim, facente funzione",
    "ru": "заместитель, заместителя, заместителю, заместителем, заместителе, первый заместитель, зам, замом, "
    "помощник, помощника, помощнику, помощником, вице, будущий, будущего, следующий, аппарат, аппарата, "
    "пресс, представитель, советник, советника |"
    "| бывший, бывшего, бывшему, бывшим, бывшем, бывшая, бывшей, бывшую, экс, прежний, прежнего, "
    "тогдашний, тогдашнего, тогдашним, покойный, уходящий |"
    "| исполняющий обязанности, исполняющего обязанности, исполняющим обязанности, и о, врио, врид |",
    "uk": "заступник, заступника, заступнику, заступником, перший заступник, помічник, помічника, віце, "
    "майбутній, наступний, апарат, радник |"
    "| колишній, колишнього, колишньому, колишнім, колишня, екс, тодішній, попередній |"
    "| виконувач обов'язків, в о, т в о |",
    "tr": "yardımcı, müstakbel, gelecek | yardımcısı, yardımcılığı, danışmanı, sözcüsü, ofisi"
    "| eski, sabık, dönemin, merhum, önceki | | vekil, geçici | vekili",
    "ar": "نائب, مساعد, وكيل, مكتب, المتحدث باسم, مستشار | المساعد, المنتخب, المعين, المكلف, المقبل"
    "| الراحل | السابق, سابق, سابقا, السابقة, الأسبق, أسبق, المنتهية ولايته, آنذاك"
    "| القائم بأعمال, قائم بأعمال | بالإنابة, بالوكالة, المؤقت, المكلف بالأعمال",
    "fa": "معاون, قائم مقام, قائم‌مقام, جانشین, دستیار, دفتر, سخنگوی, مشاور | منتخب, آینده, بعدی"
    "| مرحوم | سابق, اسبق, پیشین, وقت, فقید | سرپرست, کفیل | موقت",
    "he": "סגן, סגנית, עוזר, עוזרת, לשכת, דובר, יועץ | המיועד, המיועדת, הנבחר, הנבחרת, הבא, הבאה"
    "| | לשעבר, הקודם, הקודמת, היוצא, היוצאת, המנוח | | בפועל, הזמני, הזמנית",
    "zh": "副, 副总, 助理, 候任, 候選, 候选, 下任 | 助理, 办公室, 辦公室, 发言人, 發言人"
    "| 前, 前任, 原, 已故, 时任, 時任 | | 代, 代理, 署理 |",
}  # fmt: skip

_LINKS = (
    "of the for to a an s "
    "de du des la le les l d del della dello dell dei degli delle di el los las do da dos das "
    "der dem den die das des von vom im beim für "
    "при для ال لل"
)
LINKS = frozenset(token for word in _LINKS.split() for token in tokenise(word).folded)


def _sequences(listed: str) -> frozenset[Sequence]:
    return frozenset(tuple(tokenise(item).folded) for item in listed.split(",") if item.strip())


MARKERS: dict[str, Markers] = {
    lang: Markers(*map(_sequences, lists.split("|"))) for lang, lists in _LISTS.items()
}
_EVERY = Markers(
    *(
        frozenset().union(*(getattr(markers, name) for markers in MARKERS.values()))
        for name in Markers.__slots__
    )
)


def markers_of(lang: str) -> Markers:
    """Give the markers of a language, or all there are where it is unknown or has none."""
    return MARKERS.get(lang, _EVERY)
