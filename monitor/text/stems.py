"""Stems: inflected forms of a word brought together by the Snowball stemmers."""

from __future__ import annotations

from functools import lru_cache

import Stemmer  # type: ignore[import-not-found]  # an extension module without stubs

from monitor.text.folding import fold

ALGORITHMS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish",
    "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "ne": "nepali", "nl": "dutch", "no": "norwegian", "pl": "polish",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil",
    "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
_AVAILABLE = frozenset(Stemmer.algorithms())
LANGUAGES = tuple(lang for lang, name in ALGORITHMS.items() if name in _AVAILABLE)


@lru_cache(maxsize=64)
def _stemmer(lang: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(ALGORITHMS[lang])


@lru_cache(maxsize=1 << 17)
def stem(token: str, lang: str) -> str:
    """Stem a token as written, then fold the stem; `lang` is one of `LANGUAGES`."""
    return fold(_stemmer(lang).stemWord(token.lower()))
