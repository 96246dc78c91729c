"""Bytes to text by evidence."""

import codecs
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.feeds.decode import as_utf8, decode, stands_as_utf8
from monitor.feeds.parse import Way, parse
from tests.feeds.news_in_encodings import (
    FURTHER,
    TONGUES,
    bad_bytes,
    documents_feedparser_reads,
    documents_read,
    spoiled_characters,
)

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


def test_feeds_are_read_whatever_their_labels_say():
    """All titles and texts come out in nine encodings, with labels right, absent and wrong."""
    counted = documents_read()
    assert counted.total == 9 * 4 * 3 * 4
    assert counted.wrong == ()
    assert documents_feedparser_reads().right < counted.right


def test_feeds_are_read_in_further_encodings():
    """So it is in eight more, except that Turkish under a label of Western or Central Europe stays unseen."""
    counted = documents_read(FURTHER)
    wrong = [case for case in counted.wrong if not case.startswith("iso-8859-9 ")]
    assert (wrong, counted.right >= 360) == ([], True)


def test_one_bad_byte_anywhere_spoils_one_character():
    """Put at two hundred drawn places of a feed, between its bytes or for one of them, it costs no more."""
    counted = bad_bytes()
    assert [tally.wrong for tally in counted if tally.wrong] == []
    assert sum(tally.total for tally in counted) == 1600


def test_one_bad_byte_in_japanese_hardly_ever_spoils_two():
    """Shift_JIS is the exception: nearly every pair of its bytes is some character."""
    assert spoiled_characters("shift_jis", b"\xff", 200, seed=20260209).right >= 190


@pytest.mark.parametrize("encoding", [tongue.encoding for tongue in (*TONGUES, *FURTHER)])
def test_one_short_title_is_read_by_its_label(encoding):
    """Where little is to be judged by, the label is believed."""
    tongue = next(tongue for tongue in (*TONGUES, *FURTHER) if tongue.encoding == encoding)
    title = tongue.news[0][0]
    assert title in decode(feed(title, encoding).encode(encoding)).text


@pytest.mark.parametrize("space", ["\n", " \t\r\n", "\n" * 50])
def test_white_space_before_the_declaration_hides_no_label(space):
    """A template's blank lines before the declaration change nothing."""
    body = (space + feed("Œuvre", "windows-1252")).encode("windows-1252")
    assert parse(body).entries[0].title == "Œuvre"


@pytest.mark.parametrize(
    ("actual", "declared"),
    [
        ("utf-8", "utf-16"),
        ("windows-1251", "utf-16"),
        ("utf-16-le", "utf-8"),
        ("utf-16-be", ""),
        ("utf-32-be", ""),
    ],
)
def test_the_width_of_characters_is_seen(actual, declared):
    """Neither is what is declared as UTF-16 read so for that, nor does UTF-16 need to be declared."""
    assert RUSSIAN in decode(feed(RUSSIAN, declared).encode(actual)).text


def test_what_was_encoded_twice_is_left_as_it_is():
    """Such a text is valid; who knows whether it speaks of the very fault."""
    twice = RUSSIAN.encode().decode("cp1252", "replace").replace("\ufffd", "?")
    assert twice in decode(feed(twice, "utf-8").encode()).text


def test_letters_as_entities_are_letters():
    """Whole texts of numbered characters come out as text."""
    entities = "".join(f"&#{ord(char)};" for char in RUSSIAN)
    assert parse(feed(entities, "windows-1251").encode("ascii")).entries[0].title == RUSSIAN


@pytest.mark.parametrize("label", ["win-1251", "WINDOWS1251", "cp-1251", "x-cp1251", "CP1251"])
def test_labels_are_understood_in_their_usual_spellings(label):
    """Labels that no registry knows are known from the web."""
    assert decode("Ом".encode("cp1251"), label).text == "Ом"


@pytest.mark.parametrize(("text", "encoding"), [(CHINESE, "gb18030"), (GREEK, "cp1253"), (FRENCH, "cp1252")])
def test_a_large_body_without_labels_is_read_in_little_time(text, encoding):
    """A megabyte costs a fraction of a second: the encoding is judged by a sample."""
    item = f"<title>{text}</title>\n".encode(encoding)
    body = b"<rss>" + item * (1_000_000 // len(item))
    began = time.process_time()
    assert text in decode(body).text
    assert time.process_time() - began < 1


@given(
    st.binary(max_size=300).map(lambda body: body + b"\xff"), st.sampled_from(["gb18030", "big5", "cp932"])
)
@example(b"\xff", "big5")
@example(b"\x81", "gb18030")
@example("中文".encode("gb18030") + b"\x81", "gb18030")
def test_going_on_after_bad_bytes_comes_to_an_end(body, label):
    """Whatever follows a bad byte, decoding ends."""
    decode(body, label)


@pytest.mark.parametrize(
    ("body", "charset", "stands"),
    [
        (b"<rss version='2.0'/>", "", True),
        (b'<?xml version="1.0" encoding="UTF-8"?>\n<rss/>', "iso-8859-1", True),
        (b"<?xml version='1.0' standalone='yes' ?><rss/>", "", True),
        (b'<?xml version="1.0" encoding="windows-1251"?><rss/>', "", False),
        (b'<?xml version="1.0"?><?xml-stylesheet href="a"?>\n<!-- c --><rss/>', "", True),
        (b'<?xml version="1.1"?><rss/>', "", False),
        (b"\xef\xbb\xbf<rss/>", "", False),
        (b" <rss/>", "", False),
        (b"<rss>~{VPND~}</rss>", "hz-gb-2312", False),
    ],
)
def test_which_documents_need_not_be_written_anew(body, charset, stands):
    """Only what says that it is UTF-8, or says nothing, is given to the parser as it came."""
    assert stands_as_utf8(body, charset) is stands


@pytest.mark.parametrize("bad", [b"\x08", b"\x1b$B", b"\xff", b"\xef\xbf\xbe", b"\xed\xa0\x80", b"\xc0\x80"])
def test_what_is_no_text_of_xml_is_mended_all_the_same(bad):
    """Bytes that XML does not allow do not slip past the mending of documents that say they are UTF-8."""
    body = b"<rss version='2.0'><channel><item><title>a" + bad + b" b</title></item></channel></rss>"
    found = parse(body)
    assert found == parse(body, way=Way.FEEDPARSER)
    assert not set(found.entries[0].title) & {"\x08", "\x1b", "\ufffe", "\ud800"}
