"""Bytes to text by evidence."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.decode import as_utf8, decode
from monitor.feeds.parse import parse

RUSSIAN = (
    "Секретари советов безопасности обсудили общие угрозы и сотрудничество двух стран в области торговли"
)
FRENCH = (
    "Le préfet a été reçu à l'hôtel de ville où les élus ont évoqué la sécurité du fleuve près de la forêt"
)
JAPANESE = "港湾都市の議会は水先案内料の改定について協議し、来月から新しい料金を適用することで合意した。"
CHINESE = "两国安全会议秘书在首都举行会谈，讨论共同威胁和地区合作问题，并同意继续保持定期磋商。"
GREEK = "Οι γραμματείς των συμβουλίων ασφαλείας συζήτησαν τις κοινές απειλές και τη συνεργασία"


def feed(text, declared=""):
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    return f"{declaration}<rss version='2.0'><channel><item><title>{text}</title></item></channel></rss>"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (RUSSIAN, "windows-1251"),
        (RUSSIAN, "koi8-r"),
        (FRENCH, "iso-8859-1"),
        (FRENCH, "windows-1252"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc-jp"),
        (JAPANESE, "iso-2022-jp"),
        (CHINESE, "gb2312"),
        (CHINESE, "big5"),
        (GREEK, "iso-8859-7"),
        (RUSSIAN, "utf-16"),
        (RUSSIAN, "utf-8"),
    ],
)
@pytest.mark.parametrize("way", ["declared", "by HTTP", "both"])
def test_honest_labels_are_believed(text, encoding, way):
    """A document in any usual encoding is read by its declaration or by the charset of HTTP."""
    if encoding == "big5":
        text = "兩國安全會議秘書在首都舉行會談討論共同威脅和地區合作問題"
    declared = encoding if way != "by HTTP" else ""
    found = decode(feed(text, declared).encode(encoding), encoding if way != "declared" else "")
    assert text in found.text


@pytest.mark.parametrize("label", ["iso-8859-1", "windows-1251", "gb2312", "us-ascii", "utf-16", "nonsense"])
def test_valid_utf8_is_utf8_whatever_it_is_called(label):
    """A wrong label never garbles a document that is valid UTF-8."""
    for text in (RUSSIAN, JAPANESE, FRENCH):
        assert text in decode(feed(text, label).encode(), label).text


@pytest.mark.parametrize("place", [0, 10, 60])
def test_one_bad_byte_spoils_one_character(place):
    """A stray byte in UTF-8 is replaced, and named as a problem."""
    before, after = RUSSIAN[:place], RUSSIAN[place:]
    body = feed(before + "¡" + after, "utf-8").encode().replace("¡".encode(), b"\xe9")
    found = decode(body)
    assert (before + "\ufffd" + after) in found.text
    assert found.problems == ("1 characters are not valid utf-8 and were replaced",)
    assert parse(body).entries[0].title == before + "\ufffd" + after


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
    ],
)
def test_a_byte_order_mark_outranks_every_label(mark, encoding):
    """With a mark the rest is not asked."""
    assert RUSSIAN in decode(mark + feed(RUSSIAN, "windows-1251").encode(encoding), "koi8-r").text


def test_utf16_without_a_mark_is_seen():
    """The pattern of zero bytes at the start tells."""
    assert RUSSIAN in decode(feed(RUSSIAN, "utf-16").encode("utf-16-le")).text


@pytest.mark.parametrize(("text", "encoding"), [(RUSSIAN, "cp1251"), (JAPANESE, "shift_jis")])
def test_without_any_label_the_detector_decides(text, encoding):
    """An unlabelled document is guessed, and the guess is named."""
    found = decode(feed(text * 3).encode(encoding))
    assert text in found.text
    assert found.problems == ("the encoding was guessed",)


@pytest.mark.parametrize("label", ["zlib", "rot13", "unicode_escape", "utf-7", "idna", "undefined", "base64"])
def test_codecs_that_are_no_character_sets_are_ignored(label):
    """A label can neither decompress nor unescape anything."""
    assert "\\u0041+AGE-" in decode(feed("\\u0041+AGE- é", label).encode("cp1252"), label).text


def test_windows_apostrophes_under_a_latin1_label_are_read():
    """iso-8859-1 means windows-1252, as browsers have it."""
    body = feed("it\u2019s", "iso-8859-1").encode("cp1252")
    assert "it\u2019s" in decode(body).text


@given(st.binary(max_size=300), st.sampled_from(["", "utf-8", "gb2312", "shift_jis", "koi8-r", "x"]))
def test_any_bytes_give_text(body, label):
    """Decoding never fails, and what comes out can be written as UTF-8."""
    text = decode(body, label).text
    assert as_utf8(text).decode("utf-8")
    assert "\x00" not in text
