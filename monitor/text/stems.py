"""Stems: inflected forms of a word brought together by the Snowball stemmers."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import Stemmer  # type: ignore[import-not-found]  # an extension module without stubs

from monitor.text.characters import IGNORABLE, ZWNJ
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


# Endings of a noun's cases, in languages whose stemmer takes the bare form of many nouns for one of a verb or
# an adjective: патруш for Патрушев, and патрушев for every other case of it.
_CASES = {"ru": ("а", "у", "ом", "ем", "е", "ым"), "tr": ("lar", "ler", "a", "e", "da", "de")}
# What readers do not see, and the stress marks of Cyrillic words: no stemmer knows them.
_UNSEEN = re.compile(f"[{IGNORABLE}{ZWNJ}]+|(?<=[\u0400-\u04ff])\u0301")
_CONSONANTS = frozenset("бвгджзклмнпрстфхцчшщbcçdfgğhjklmnprsştvyz")


def stems(word: str, lang: str) -> tuple[str, ...]:
    """Give the folded stems that a word has in the forms of `lang`: its own first, then those of its cases.

    A token is a form of the word when its own stem is among them.
    """
    found = [stem(word, lang)]
    if word[-1:].lower() in _CONSONANTS:
        found += [stem(word + ending, lang) for ending in _CASES.get(lang, ())]
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=1 << 17)
def stem(token: str, lang: str) -> str:
    """Stem a token as written, then fold the stem; `lang` is one of `LANGUAGES`."""
    seen = token if token.isascii() else unicodedata.normalize("NFC", _UNSEEN.sub("", token))
    return fold(_stemmer(lang).stemWord(seen.lower()))
