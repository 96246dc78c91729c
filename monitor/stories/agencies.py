"""News agencies: whoever prints an agency's report adds no voice of its own. Pure."""

from __future__ import annotations

import re

from monitor.model import Article
from monitor.text.folding import fold
from monitor.text.keys import folded

# Names under which agencies are credited, in the forms of their own languages; the first is the voice.
_AGENCIES = """
Reuters: Reuters, Thomson Reuters, Рейтер, رويترز, رویترز, 路透社, 路透
AP: AP, Associated Press, The Associated Press, 美联社
AFP: AFP, Agence France-Presse, АФП, فرانس برس, 法新社
dpa: dpa, Deutsche Presse-Agentur
EFE: EFE, Agencia EFE
ANSA: ANSA
TASS: TASS, ТАСС, تاس, 塔斯社
RIA Novosti: RIA Novosti, РИА Новости
Interfax: Interfax, Интерфакс
Xinhua: Xinhua, Синьхуа, شينخوا, شینهوا, 新华社, 新華社
IRNA: IRNA, ایرنا, إرنا
ISNA: ISNA, ایسنا
Mehr: Mehr News Agency, خبرگزاری مهر
Fars: Fars News Agency, خبرگزاری فارس
Tasnim: Tasnim News Agency, خبرگزاری تسنیم
Anadolu: AA, Anadolu Agency, Anadolu Ajansı, الأناضول
PTI: PTI, Press Trust of India
ANI: ANI, Asian News International
Kyodo: Kyodo, Kyodo News, 共同通信, 共同社
Yonhap: Yonhap, 연합뉴스, 韩联社
Bloomberg: Bloomberg, Bloomberg News
UPI: UPI, United Press International
"""
_LEAD = 240  # characters in which a report credits its agency
_TAIL = 80
_CREDIT = re.compile(
    r"[(\[（【]([^()\[\]（）【】]{2,40})[)\]）】]"  # PORT, Sept 1 (Reuters) -
    r"|[–—-] ([^–—\n-]{2,40}?) [–—-] "  # PORT — Reuters — The
    # By Reuters, at the end
    r"|\b(?:by|par|por|von|source:|quelle:|источник:|المصدر:|منبع:|来源[:：]) *([^.\n]{2,40}?)\.?\s*$",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"[,;/|–—-]|\b(?:by|and|with|von|par|por|de)\b")


def _by_name() -> dict[str, str]:
    lines = (line.partition(":") for line in _AGENCIES.strip().splitlines())
    return {fold(name.strip()): voice for voice, _, names in lines for name in names.split(",")}


_VOICES = _by_name()


def credited_agency(article: Article) -> str:
    """Give the agency that an article names as its author or at the edges of its text; empty for none."""
    for name in _BYLINE.split(fold(article.author)):
        if voice := _VOICES.get(name.strip()):
            return voice
    text = article.body or article.summary
    for edge in (text[:_LEAD], text[-_TAIL:]):
        for credited in _CREDIT.findall(edge):
            for name in map(folded, credited):
                if name in _VOICES:
                    return _VOICES[name]
    return ""


def voice_of(article: Article) -> str:
    """Give whose word an article is: the agency that it credits, or else its publisher, folded."""
    return credited_agency(article) or _VOICES.get(owner := folded(article.source), owner)
