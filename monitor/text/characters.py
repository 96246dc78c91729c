"""Which characters separate, vanish or form words: the classes that tokens, folding and display share."""

from __future__ import annotations

# Characters that leave no trace when text is compared: soft hyphen, joiners, zero-width spaces, bidi marks,
# word joiner and its invisible kin, byte order mark, variation selectors. ZWNJ is not among them.
IGNORABLE = (
    "\u00ad\u034f\u061c\u180b-\u180f\u200b\u200d\u200e\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0001-\U000e007f\U000e0100-\U000e01ef"
)
ZWNJ = "\u200c"
# Letters and marks of the Arabic script, without the mark that only turns the direction.
ARABIC = "\u0600-\u061b\u061d-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefe"
# Apostrophes of every kind, the modifier letters that are typed for them included.
APOSTROPHES = "'`\u00b4\u02b9-\u02bf\u02c8\u02ee\u2018\u2019\u201a\u201b\u2032\u2035\uff07\ua78b\ua78c\u05f3"
QUOTES = (
    '"\u00ab\u00bb\u201c-\u201f\u2033\u2036\u2039\u203a\u300c-\u300f\u301d-\u301f\uff02\uff62\uff63\u05f4'
)
HYPHENS = (
    "\\-\u058a\u05be\u1400\u1806\u2010-\u2015\u2043\u2053\u207b\u208b\u2212\u2e17\u2e1a\u2e3a\u2e3b\u301c\u3030"
    "\ufe31\ufe32\ufe58\ufe63\uff0d"
)
COMMAS = ",\u055d\u060c\u07f8\u3001\ufe10\ufe11\ufe50\ufe51\uff0c\uff64"
SLASHES = "/\u2044\u2215\uff0f_\u203f\u2040\ufe33\ufe34\ufe4d-\ufe4f\uff3f"
# Written as letters in Unicode, but superscripts to a reader.
SUPERSCRIPT_LETTERS = (
    "\u00aa\u00ba\u02b0-\u02b8\u02e0-\u02e4\u1d2c-\u1d6a\u1d78\u1d9b-\u1dbf\u2071\u207f\u2090-\u209c"
)
