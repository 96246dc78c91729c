"""Names that nobody bears, in several scripts: what a generated rule can look for without ever finding it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from random import Random


@dataclass(frozen=True)
class Script:
    """The syllables of one script, for the names of one language; `capitals` tells whether it has any."""

    lang: str
    starts: Sequence[str]
    middles: Sequence[str]
    ends: Sequence[str]
    capitals: bool = True


def _joined(one: str, other: str) -> list[str]:
    return [a + b for a, b in product(one.split(), other.split())]


LATIN = Script(
    "en",
    _joined("b br d dr f g gr h j k kl l m n p pr r s sk t tr v vl z zh", "a e i o u"),
    _joined("b d g k l m n r s t v z", "a e i o u"),
    _joined("k l m n r v z", "ak av en eth ik in or osh ul un"),
)
CYRILLIC = Script(
    "ru",
    _joined("б бр в г гр д др ж з к кл л м н п р с т тр ф х", "а е и о у"),
    _joined("б в г д з к л м н р с т", "а е и о у"),
    _joined("в к л м н р т", "ак ев ин ов ор уш ын ян"),
)
ARABIC = Script(
    "ar",
    _joined("ب ت ث ج خ د ذ ز ش ض ظ غ ق ك", "ا و ي"),
    _joined("ب ج ذ ر ز س ش ض ط ظ غ ف", "ا و ي"),
    _joined("ب ث خ ذ ز ش ض ظ غ ق", "اث اذ اض وظ يغ وخ"),
    capitals=False,
)
PERSIAN = Script(
    "fa",
    _joined("پ چ ژ گ ب ش خ ز ق ف", "ا و ی"),
    _joined("پ چ ژ گ ر ز س ش ن و", "ا و ی"),
    _joined("پ چ ژ گ خ ش", "اژ ور یگ وچ اپ یژ"),
    capitals=False,
)
HAN = Script(
    "zh",
    list("嬴爨麴亓仉璩妫鄌禤竺笪阚缑逄亢"),
    list("夔翀昶曦劼骥翾懿璟珣瑄琰峤嵘珩璞颢昱旻彧"),
    list("翊焱鋆淼犇骉毳骁羿赟玥珺"),
    capitals=False,
)
SCRIPTS = {script.lang: script for script in (LATIN, CYRILLIC, ARABIC, PERSIAN, HAN)}


class Names:
    """Makes words that are each given once, in any of the scripts, from a seed."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._given: set[str] = set()

    def word(self, lang: str = "en", middles: int = 1) -> str:
        """Give a word that was not given before; it grows where the short ones are used up."""
        script, attempts = SCRIPTS[lang], 0
        while True:
            syllables = [self._random.choice(script.starts)]
            syllables += self._random.choices(script.middles, k=middles + attempts // 8)
            word = "".join((*syllables, self._random.choice(script.ends)))
            if word not in self._given:
                self._given.add(word)
                return word.capitalize() if script.capitals else word
            attempts += 1

    def words(self, number: int, lang: str = "en") -> Iterator[str]:
        """Give several words, each once."""
        for _ in range(number):
            yield self.word(lang)
