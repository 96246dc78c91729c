"""Which encoding bytes are in, judged by the text they give.

Bytes that are read in the wrong encoding give words that nobody writes: letters of two scripts side by
side, capitals within words, signs in place of letters, characters of no language. `charset_normalizer`
measures that mess; what could not be read at all is added here.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from charset_normalizer.cd import coherence_ratio
from charset_normalizer.md import mess_ratio

# What feeds are written in that are not UTF-8. Of two that read a text alike the earlier is taken.
MULTIBYTE = ("gb18030", "cp932", "cp949", "big5hkscs", "euc_jp")
_LIKELY = (
    *MULTIBYTE,
    *("cp1252", "cp1251", "koi8_r", "cp1256", "cp1254", "cp1250", "iso8859_2", "cp1253", "cp1255", "cp1257"),
    *("cp1258", "koi8_u", "cp874", "iso8859_5", "iso8859_7", "iso8859_6", "cp866"),
)
_TRUST = 0.1  # how much messier a text may be in the encoding that its label names
_ALIKE = 0.02
_FEW = 6  # characters beyond ASCII prove nothing against a label
_TOO_DAMAGED = 0.2
_DAMAGE_WEIGHS = 5
_HOPELESS = 10.0
_SAMPLE = 8_000  # bytes of lines that are not ASCII
_SEARCHED = 400_000  # bytes in which such lines are looked for
_TAG = re.compile(rb"<[^<>]{0,2000}>")
_ENTITY = re.compile(rb"&#?\w{1,10};")
_DAMAGE = re.compile("[\ufffd\x80-\x9f\ue000-\uf8ff]")


def telling_sample(body: bytes) -> bytes:
    """Give some of the body's texts that are not ASCII, without mark-up."""
    lines = _ENTITY.sub(b" ", _TAG.sub(b"\n", body[:_SEARCHED])).split(b"\n")
    found = b"\n".join(line for line in lines if not line.isascii())
    if not found and len(body) > _SEARCHED:
        return telling_sample(body[_SEARCHED:])
    return found[:_SAMPLE]


def likeliest(sample: bytes, labels: Collection[str]) -> str:
    """Give the encoding that makes the most of the bytes; without good reason none but a label's.

    Of several alike those of many bytes go first, for other texts hardly ever fit into them, and then the
    one in which the letters are most like those of a language.
    """
    for label in labels:
        if _mess(sample, label) <= _TRUST or _proves_nothing(sample, label):
            return label
    costs = {encoding: _mess(sample, encoding) for encoding in (*_LIKELY, *labels)}
    for encoding in costs:
        fits = encoding in MULTIBYTE and not _looked_at(sample, encoding)[1]
        costs[encoding] -= _TRUST * (fits + (encoding in labels))
    least = min(costs.values())
    alike = [encoding for encoding, cost in costs.items() if cost <= least + _ALIKE]
    return max(alike, key=lambda encoding: (encoding in MULTIBYTE, _coherence(sample, encoding)))


def _mess(sample: bytes, encoding: str) -> float:
    """Say how unlikely it is that the bytes are text in the encoding, from 0 upwards."""
    text, damage, foreign = _looked_at(sample, encoding)
    if damage > _TOO_DAMAGED * foreign:
        return _HOPELESS
    mess: float = mess_ratio(text, 2.0)
    return mess + _DAMAGE_WEIGHS * damage / max(1, foreign)


def _proves_nothing(sample: bytes, encoding: str) -> bool:
    _, damage, foreign = _looked_at(sample, encoding)
    return foreign < _FEW and not damage


def _looked_at(sample: bytes, encoding: str) -> tuple[str, int, int]:
    """Give the text without what was damaged, how much that was, and how many characters are not ASCII."""
    text = sample.decode(encoding, "replace")
    damage = len(_DAMAGE.findall(text[:-2]))  # the sample may end within a character
    return _DAMAGE.sub("", text), damage, sum(not char.isascii() for char in text)


def _coherence(sample: bytes, encoding: str) -> float:
    """Say how much the letters are those of some language, from 0 to 1."""
    found = coherence_ratio(sample.decode(encoding, "replace"), 0.1)
    return round(max((share for _, share in found), default=0.0), 1)
