"""Corrections and retractions: whether an article takes back what was told of it. Pure.

Publishers say so at the head of the headline or of the text; an edit without such a word is an edit.
"""

from __future__ import annotations

import re
from typing import Literal

from monitor.model import Article
from monitor.text.folding import fold

Correction = Literal["", "correction", "retraction"]

_RETRACTIONS = (
    "retraction", "retracted", "withdrawn", "story withdrawn", "story retracted", "article retracted",
    "article withdrawn", "advisory: story withdrawn", "retractation", "zurückgezogen", "retractación",
    "noticia retirada", "ritirata", "отозвано", "опровержение", "аннулировано", "سحب الخبر", "تکذیبیه",
    "撤稿", "撤回报道", "撤销报道", "geri çekildi",
)  # fmt: skip
_CORRECTIONS = (
    "correction", "corrected", "corrects", "corr", "clarification", "erratum", "refile", "refiles",
    "rectificatif", "corrigé", "korrektur", "korrigiert", "berichtigung", "corrección", "corregido",
    "correção", "corrigido", "correzione", "rettifica", "поправка", "исправлено", "уточнение",
    "исправленная версия", "تصحيح", "تصویب", "اصلاحیه", "تصحیح", "更正", "订正", "更正启事", "düzeltme",
)  # fmt: skip
_END = r"(?:\s*[:：\-–—|\])）】!.]|\s*$)"


def _at_head(words: tuple[str, ...]) -> re.Pattern[str]:
    listed = "|".join(sorted((re.escape(fold(word)) for word in words), key=len, reverse=True))
    return re.compile(rf"\s*[\[(（【*]*\s*(?:{listed})\b(?:\s+\d+)?{_END}")


_RETRACTION, _CORRECTION = _at_head(_RETRACTIONS), _at_head(_CORRECTIONS)
_AT_END = re.compile(r"[\[(（【]\s*(?:corrected|correction|更正|исправлено)\s*[\])）】]\s*$")
_LONGEST = 400


def correction_in(article: Article) -> Correction:
    """Tell whether an article says of itself that it corrects or takes back a report."""
    for text in (article.title, article.summary, article.body):
        head = fold(text[:_LONGEST])
        if _RETRACTION.match(head):
            return "retraction"
        if _CORRECTION.match(head):
            return "correction"
    return "correction" if _AT_END.search(fold(article.title[-40:])) else ""


def newly_corrects(before: Article, now: Article) -> Correction:
    """Tell whether an edit made an article a correction or a retraction, which it was not before."""
    said = correction_in(now)
    return said if said != correction_in(before) else ""
