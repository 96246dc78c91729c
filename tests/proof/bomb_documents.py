"""Documents made to cost more than they weigh: each is small on the wire and dear to read."""
# ruff: noqa: E501 - a row stays on one line

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass

_JSON_FEED = '{"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": '
KIB, MIB = 1024, 1024 * 1024


@dataclass(frozen=True)
class Bomb:
    """A document; it may be read, or be refused with a reason that holds one of `said`."""

    name: str
    build: Callable[[], str | bytes]
    said: tuple[str, ...] = ()
    quick: bool = True  # it costs next to nothing

    @property
    def body(self) -> bytes:
        """The document's bytes, made anew."""
        built = self.build()
        return built.encode() if isinstance(built, str) else built


def rss(inside: str, prolog: str = "") -> str:
    """Write a feed of RSS whose only item holds `inside`."""
    return f"{prolog}<rss version='2.0'><channel><title>t</title><item>{inside}</item></channel></rss>"


def items(inside: str, prolog: str = "") -> str:
    """Write a feed of RSS with `inside` in place of its items."""
    return f"{prolog}<rss version='2.0'><channel><title>t</title>{inside}</channel></rss>"


def atom(inside: str) -> str:
    """Write a feed of Atom whose only entry holds `inside`."""
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><entry>{inside}</entry></feed>'


def described(text: str) -> str:
    """Write a feed whose item is described by `text`."""
    return rss(f"<title>x</title><description>{text}</description>")


def entities(levels: int, width: int) -> str:
    """Write entities that name each other."""
    named = ['<!ENTITY a0 "aaaaaaaaaa">']
    named += [f'<!ENTITY a{n} "{f"&a{n - 1};" * width}">' for n in range(1, levels)]
    return f"<!DOCTYPE r [{''.join(named)}]>"


def author(text: str) -> Callable[[], str]:
    """Write a feed whose item has that author."""
    return lambda: rss(f"<title>x</title><author>{text}</author>")


def attributes(number: int, name: str = "a", value: str = "1") -> str:
    """Write so many attributes."""
    return " ".join(f"{name}{n}='{value}'" for n in range(number))


def fields(number: int) -> str:
    """Write so many elements that nobody has heard of, each with a name of its own."""
    return "".join(f"<x{n}>1</x{n}>" for n in range(number))


def nested(number: int, tag: str = "a") -> str:
    """Write so many tags inside each other."""
    return f"<{tag}>" * number + f"</{tag}>" * number


def namespaces(number: int) -> str:
    """Declare so many namespaces on one element."""
    return " ".join(f'xmlns:n{n}="urn:{n}"' for n in range(number))


def json_items(inside: str) -> str:
    """Write a JSON Feed with `inside` as its items."""
    return f"{_JSON_FEED}[{inside}]}}"


def json_item(**said: object) -> str:
    """Write a JSON Feed with one item."""
    return json_items(json.dumps({"id": "1", "title": "x", **said}))


XML_BOMBS = (
    Bomb("10,000 tags inside each other", lambda: rss(nested(10_000)), ("elements inside each other",)),
    Bomb("100,000 tags inside each other", lambda: rss(nested(100_000)), ("elements inside each other",)),
    Bomb("200,000 tags that never close", lambda: rss("<a>" * 200_000), ("elements inside each other",)),
    Bomb("a million tags that never close", lambda: rss("<a>" * 1_000_000), ("elements inside each other",)),
    Bomb("100,000 items inside each other", lambda: items("<item>" * 100_000), ("elements inside each other",)),
    Bomb("50,000 channels inside each other", lambda: "<rss>" + "<channel>" * 50_000, ("elements inside each other",)),
    Bomb("100,000 tags inside each other in an Atom content", lambda: atom(
        f'<content type="xhtml"><div>{nested(100_000, "div")}</div></content>'), ("elements inside each other",)),
    Bomb("billion laughs", lambda: rss("<title>&a9;</title>", entities(10, 10)), quick=False),
    Bomb("billion laughs, twelve levels", lambda: rss("<title>&a12;</title>", entities(13, 10)), quick=False),
    Bomb("a million laughs in an attribute", lambda: rss('<link href="&a6;"/><title>x</title>', entities(7, 10))),
    Bomb("quadratic blow-up of an entity", lambda: rss(
        "<title>" + "&a;" * 20_000 + "</title>", f'<!DOCTYPE r [<!ENTITY a "{"a" * 50_000}">]>'), quick=False),
    Bomb("an entity that names a file", lambda: rss(
        "<title>x&a;</title>", '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>')),
    Bomb("an entity that names a web address", lambda: rss(
        "<title>x&a;</title>", '<!DOCTYPE r [<!ENTITY a SYSTEM "http://127.0.0.1:9/x">]>')),
    Bomb("parameter entities", lambda: rss(
        "<title>x&a;</title>", '<!DOCTYPE r [<!ENTITY % p SYSTEM "file:///etc/passwd"><!ENTITY a "%p;">%p;]>')),
    Bomb("parameter entities that name each other", lambda: rss("<title>x&b;</title>", (
        "<!DOCTYPE r [<!ENTITY % a0 'x'>" + "".join(f"<!ENTITY % a{n} '{f'&#37;a{n - 1};' * 10}'>" for n in range(1, 9))
        + "%a8;<!ENTITY b 'y'>]>"))),
    Bomb("a document type from elsewhere", lambda: rss("<title>x</title>", '<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd">')),
    Bomb("an entity that names itself", lambda: rss("<title>x&a;</title>", '<!DOCTYPE r [<!ENTITY a "&a;">]>')),
    Bomb("100,000 entities declared", lambda: rss(
        "<title>x</title>", "<!DOCTYPE r [" + "".join(f'<!ENTITY a{n} "{n}">' for n in range(100_000)) + "]>"), quick=False),
    Bomb("10 MB inside of the document type", lambda: rss(
        "<title>x</title>", f'<!DOCTYPE r [<!ENTITY a "{"a" * 10_000_000}">]>'), quick=False),
    Bomb("a document type that never ends", lambda: "<!DOCTYPE r [" + "<!ENTITY a 'b'>" * 200_000, ("not a feed",), quick=False),
    Bomb("50,000 attributes on one element", lambda: rss(f"<title {attributes(50_000)}>x</title>"), ("attributes on one element",)),
    Bomb("100,000 attributes on one element", lambda: rss(f"<title {attributes(100_000)}>x</title>"), ("attributes on one element",)),
    Bomb("the same attribute 50,000 times", lambda: rss("<title " + "a='1' " * 50_000 + ">x</title>"), ("attributes on one element",)),
    Bomb("50,000 attributes on the root", lambda: f"<rss {attributes(50_000)}><channel><item><title>x</title></item></channel></rss>", ("attributes on one element",)),
    Bomb("50,000 attributes in a page of a description", lambda: described(f"<![CDATA[<p {attributes(50_000)}>x</p>]]>")),
    Bomb("an attribute of 5 MB", lambda: rss(f"<title a='{'x' * 5_000_000}'>x</title>"), quick=False),
    Bomb("an attribute that never closes", lambda: rss(f"<title a='{'x ' * 2_000_000}"), ("too much memory",), quick=False),
    Bomb("10,000 namespaces on one element", lambda: f"<rss {namespaces(10_000)}><channel><item><title>x</title></item></channel></rss>", ("1,000 namespaces",)),
    Bomb("100,000 namespaces on one element", lambda: f"<rss {namespaces(100_000)}><channel><item><title>x</title></item></channel></rss>", ("1,000 namespaces",)),
    Bomb("a namespace on each of 50,000 elements", lambda: items("".join(
        f'<item xmlns:n{n}="urn:{n}"><n{n}:a>1</n{n}:a></item>' for n in range(50_000))), ("1,000 namespaces",), quick=False),
    Bomb("60,000 fields in an item, each with a name of its own", lambda: rss(fields(60_000)), ("tags in one item",), quick=False),
    Bomb("200,000 processing instructions", lambda: rss("<title>x</title>" + "<?a b?>" * 200_000)),
    Bomb("processing instructions before the root", lambda: "<?a b?>" * 200_000 + rss("<title>x</title>"), quick=False),
    Bomb("a processing instruction that never ends", lambda: rss("<title>x</title><?a " + "b " * 2_000_000), quick=False),
    Bomb("200,000 comments", lambda: rss("<title>x</title>" + "<!--a-->" * 200_000)),
    Bomb("comments before the root", lambda: "<!--a-->" * 200_000 + rss("<title>x</title>"), quick=False),
    Bomb("200,000 comments that never close", lambda: rss("<title>x</title>" + "<!--" * 200_000)),
    Bomb("200,000 CDATA sections that never close", lambda: rss("<title>x</title>" + "<![CDATA[" * 200_000), quick=False),
    Bomb("200,000 CDATA sections one after the other", lambda: described("<![CDATA[a]]>" * 200_000), quick=False),
    Bomb("a million closing brackets", lambda: described(f"<![CDATA[{']]' * 500_000}]]>"), quick=False),
    Bomb("200,000 marked sections of SGML", lambda: rss("<title>x</title>" + "<![IGNORE[" * 200_000), quick=False),
    Bomb("200,000 declarations of SGML", lambda: rss("<title>x</title>" + "<!ATTLIST " * 200_000), quick=False),
    Bomb("a million angle brackets", lambda: rss("<title>x</title>" + "<" * 1_000_000), quick=False),
    Bomb("a million ampersands", lambda: rss(f"<title>{'&' * 1_000_000}</title>"), quick=False),
    Bomb("500,000 numbers of characters", lambda: rss(f"<title>{'&#97;' * 500_000}</title>"), quick=False),
    Bomb("200,000 names of characters that nobody knows", lambda: rss(f"<title>{'&nobody;' * 200_000}</title>"), quick=False),
    Bomb("a character's number of a million digits", lambda: rss(f"<title>&#{'9' * 1_000_000};</title>"), ("the parser failed",)),
    Bomb("a character's number of a million digits, escaped", lambda: rss(f"<title>&amp;#{'9' * 1_000_000};</title>")),
    Bomb("a name of a megabyte", lambda: rss(f"<{'x' * MIB}>1</{'x' * MIB}>")),
    Bomb("closing tags without opening ones", lambda: rss("<title>x</title>" + "</b>" * 500_000), ("tags in one item",), quick=False),
)  # fmt: skip

FIELD_BOMBS = (
    Bomb("an author of 31 KiB", author("a" * 31 * KIB), ("an author's name has a word",)),
    Bomb("an author of 62 KiB", author("a" * 62 * KIB), ("an author's name has a word",)),
    Bomb("an author of 124 KiB", author("a" * 124 * KIB), ("an author's name has a word",)),
    Bomb("an author of 62 KiB with an address that never ends", author("@" + "a." * 31 * KIB), ("an author's name has a word",)),
    Bomb("an author of 124 KiB in numbers of characters", author("&#97;" * 25 * KIB), ("an author's name has a word",)),
    Bomb("a creator of 124 KiB", lambda: rss(
        f"<title>x</title><dc:creator xmlns:dc='http://purl.org/dc/elements/1.1/'>{'a' * 124 * KIB}</dc:creator>"), ("an author's name has a word",)),
    Bomb("a managing editor of 124 KiB", lambda: items(f"<managingEditor>{'a' * 124 * KIB}</managingEditor>"), ("an author's name has a word",)),
    Bomb("a publisher of 124 KiB", lambda: items(f"<webMaster>{'a' * 124 * KIB}</webMaster>"), ("an author's name has a word",)),
    Bomb("an author's name of 124 KiB in Atom", lambda: atom(f"<title>x</title><author><name>{'a' * 124 * KIB}</name></author>"), ("an author's name has a word",)),
    Bomb("2,000 authors of one item", lambda: rss("<title>x</title>" + "<author>a@example.org (A)</author>" * 2_000), quick=False),
    Bomb("50,000 authors of one item", lambda: rss("<title>x</title>" + "<author>a@example.org (A)</author>" * 50_000), ("tags in one item",), quick=False),
    Bomb("16,000 escaped comments that never close", lambda: described("&lt;!--" * 16_000)),
    Bomb("32,000 escaped comments that never close", lambda: described("&lt;!--" * 32_000), quick=False),
    Bomb("64,000 escaped comments that never close", lambda: described("&lt;!--" * 64_000), quick=False),
    Bomb("128,000 escaped comments that never close", lambda: described("&lt;!--" * 128_000), quick=False),
    Bomb("128,000 comments that never close in CDATA", lambda: described(f"<![CDATA[{'<!--' * 128_000}]]>")),
    Bomb("128,000 escaped CDATA sections", lambda: described("&lt;![CDATA[" * 128_000), quick=False),
    Bomb("a page 200,000 tags deep", lambda: described(f"<![CDATA[{nested(200_000, 'div')}]]>"), quick=False),
    Bomb("200,000 scripts that never close", lambda: described(f"<![CDATA[{'<script>' * 200_000}]]>"), quick=False),
    Bomb("200,000 pictures inside each other", lambda: described(f"<![CDATA[{'<svg>' * 200_000}]]>")),
    Bomb("200,000 quotes in a tag", lambda: described("<![CDATA[<p " + '="' * 200_000 + "]]>")),
    Bomb("a million tags without a name", lambda: described(f"<![CDATA[{'</ ' * 1_000_000}]]>"), quick=False),
    Bomb("a text of 12 MB without a space", lambda: described("x" * 12_000_000), quick=False),
    Bomb("a title of 5 MB", lambda: rss(f"<title>{'word ' * 1_000_000}</title>"), quick=False),
    Bomb("a link of 1 MB", lambda: rss(f"<title>x</title><link>https://a.example/{'p' * MIB}</link>")),
    Bomb("a link of 500,000 steps upwards", lambda: rss(f"<title>x</title><link>/{'../' * 500_000}</link>"), quick=False),
    Bomb("an id of 1 MB", lambda: rss(f"<title>x</title><guid>{'g' * MIB}</guid>")),
    Bomb("a date of 100 KB", lambda: rss(f"<title>x</title><pubDate>{'1' * 100_000}</pubDate>")),
    Bomb("a date of 100 KB in words", lambda: rss(f"<title>x</title><pubDate>{'Mon, ' * 20_000}</pubDate>")),
    Bomb("a date of 100 KB in colons", lambda: rss(f"<title>x</title><pubDate>2026{'-01:' * 25_000}</pubDate>")),
    Bomb("a date of 100 KB in spaces", lambda: rss(f"<title>x</title><pubDate>2026{' ' * 100_000}x</pubDate>")),
    Bomb("20,000 dates of one item", lambda: rss("<title>x</title>" + "<pubDate>Mon, 23 Nov 2026 10:00:00 GMT</pubDate>" * 20_000), quick=False),
    Bomb("a language of 1 MB", lambda: items(f"<language>{'en-' * 350_000}</language><item><title>x</title></item>")),
    Bomb("skipHours that never end", lambda: items("<skipHours>" + "<hour>1</hour>" * 60_000), ("tags in one item",)),
    Bomb("an enclosure 100,000 times", lambda: rss("<title>x</title>" + "<enclosure url='https://a.example/a' length='1' type='a/b'/>" * 100_000), ("tags in one item",), quick=False),
    Bomb("base64 of 10 MB as content", lambda: atom(f'<title>x</title><content type="application/octet-stream">{"QUFB" * 2_500_000}</content>'), quick=False),
)  # fmt: skip

# What no count catches beforehand: the worker's limits end it.
SLIPPING_BOMBS = (
    Bomb("an author in words of 999 letters", author(("a" * 999 + " ") * 10_000), ("more than 10 s of CPU",), quick=False),
    Bomb("an author cut up by comments", author(("a" * 900 + "<!---->") * 1_000), ("more than 10 s of CPU",), quick=False),
    Bomb("ten million angle brackets", lambda: rss("<title>x</title>" + "<" * 10_000_000), ("more than 10 s of CPU", "too much memory"), quick=False),
    Bomb("two million tags with a quote that never closes", lambda: rss("<title>x</title>" + '<a "' * 2_000_000), ("more than 10 s of CPU", "too much memory"), quick=False),
)  # fmt: skip

MANY_BOMBS = (
    Bomb("a language of 100 KB for 2,000 items", lambda: items("<item><title>x</title></item>" * 2_000).replace("<rss", f"<rss xml:lang='en{'-ab' * 33_000}'"), ("too much memory", "characters"), quick=False),
    Bomb("a date of 100 KB for 2,000 items", lambda: items("<item><title>x</title></item>" * 2_000 + f"<pubDate>{'1' * 100_000}</pubDate>"), quick=False),
    Bomb("a source of 100 KB for 2,000 items", lambda: items(f"<source>{'s' * 100_000}</source>" + "<item><title>x</title></item>" * 2_000), quick=False),
    Bomb("an author of 100 KB for 2,000 items", lambda: items(f"<author>{'A. B, ' * 17_000}</author>" + "<item><title>x</title></item>" * 2_000), quick=False),
    Bomb("a base of 100 KB for 2,000 links", lambda: items("<item><title>x</title><link>a</link></item>" * 2_000).replace("<rss", f"<rss xml:base='https://a.example/{'b' * 100_000}/'"), ("too much memory", "characters"), quick=False),
    Bomb("a home of 100 KB for 2,000 links", lambda: items(f"<link>https://a.example/{'b' * 100_000}/</link>" + "<item><title>x</title><link>a</link></item>" * 2_000), quick=False),
    Bomb("a title of 100 KB for 2,000 items", lambda: items("<item/>" * 2_000).replace("<title>t", "<title>" + "t" * 100_000)),
    Bomb("50,000 items that hold nothing", lambda: items("<item/>" * 50_000), quick=False),
    Bomb("a million items that hold nothing", lambda: items("<item/>" * 1_000_000), ("items",), quick=False),
    Bomb("two million items that hold nothing", lambda: items("<item/>" * 2_000_000), ("items",), quick=False),
    Bomb("a million entries of Atom", lambda: f'<feed xmlns="http://www.w3.org/2005/Atom">{"<entry/>" * 1_000_000}</feed>', ("items",), quick=False),
    Bomb("a million items outside of a feed", lambda: "<item/>" * 1_000_000, ("items",), quick=False),
    Bomb("an item with 100,000 categories", lambda: rss("<title>x</title>" + "<category>c</category>" * 100_000), ("tags in one item",), quick=False),
    Bomb("an item with 600,000 categories", lambda: rss("<title>x</title>" + "<category>c</category>" * 600_000), ("tags in one item",), quick=False),
    Bomb("an item with a million categories", lambda: rss("<title>x</title>" + "<category/>" * 1_000_000), ("tags in one item",), quick=False),
    Bomb("200,000 different categories", lambda: rss("".join(f"<category>{n}</category>" for n in range(200_000))), ("tags in one item",), quick=False),
    Bomb("an item with 200,000 links", lambda: atom("<title>x</title>" + '<link href="a"/>' * 200_000), ("tags in one item",), quick=False),
    Bomb("an item with 200,000 contents", lambda: atom("<title>x</title>" + "<content>a</content>" * 200_000), ("tags in one item",), quick=False),
    Bomb("an item with 200,000 titles", lambda: rss("<title>a</title>" * 200_000), ("tags in one item",), quick=False),
    Bomb("a channel with 500,000 pictures", lambda: items("<image><url>a</url></image>" * 300_000), ("tags in one item",), quick=False),
    Bomb("versions of an item that lost, 100,000 times", lambda: rss("<title>x</title>" + "<sx:conflicts>" * 100_000), ("elements inside each other",)),
)  # fmt: skip

JSON_BOMBS = (
    Bomb("JSON with 20,000 authors of all of 2,000 items", lambda: json_items(",".join(['{"id":"1","title":"x"}'] * 2_000))[:-1] + ',"authors":' + json.dumps([{"name": f"A{n}"} for n in range(20_000)]) + "}", ("characters",)),
    Bomb("JSON with a base of 100 KB for 2,000 links", lambda: json_items(",".join(['{"id":"1","url":"a"}'] * 2_000))[:-1] + f',"feed_url":"https://a.example/{"b" * 100_000}/"}}', ("too much memory", "characters"), quick=False),
    Bomb("JSON with a language of 100 KB", lambda: json_items(",".join(['{"id":"1","title":"x"}'] * 2_000))[:-1] + f',"language":"{"ab-" * 33_000}"}}'),
    Bomb("JSON 1,000 levels deep", lambda: f'{_JSON_FEED}{"[" * 1_000}{"]" * 1_000}}}', ("broken JSON",)),
    Bomb("JSON 200,000 levels deep", lambda: _JSON_FEED + "[" * 200_000, ("broken JSON",)),
    Bomb("JSON objects 200,000 levels deep", lambda: _JSON_FEED + '{"a":' * 200_000, ("broken JSON",)),
    Bomb("JSON with a million items", lambda: json_items("{}," * 1_000_000 + "{}"), quick=False),
    Bomb("JSON with 4.5 million items", lambda: json_items("{}," * 4_500_000 + "{}"), ("too much memory",), quick=False),
    Bomb("JSON with a million numbers as items", lambda: json_items("1," * 1_000_000 + "1"), quick=False),
    Bomb("JSON with a number of a million digits", lambda: json_items(f'{{"id": {"9" * 1_000_000}, "content_text": "x"}}'), ("broken JSON",)),
    Bomb("JSON with 3,000 numbers of 4,000 digits", lambda: json_items(",".join(['{"id": %s}' % ("9" * 4_000)] * 3_000)), quick=False),
    Bomb("JSON with a number beyond all bounds", lambda: json_items('{"id": 1e999999999, "content_text": "x"}')),
    Bomb("JSON with 200,000 keys", lambda: json_items("{" + ",".join(f'"k{n}":1' for n in range(200_000)) + "}"), quick=False),
    Bomb("JSON with the same key 500,000 times", lambda: json_items("{" + ",".join(['"id":1'] * 500_000) + "}"), quick=False),
    Bomb("JSON with 500,000 tags", lambda: json_item(tags=["a"] * 500_000), quick=False),
    Bomb("JSON with 200,000 authors", lambda: json_item(authors=[{"name": "A"}] * 200_000), quick=False),
    Bomb("JSON with a text of 10 MB", lambda: json_item(content_text="x" * 10_000_000), quick=False),
    Bomb("JSON with a page of 200,000 comments", lambda: json_item(content_html="<!--" * 200_000)),
    Bomb("JSON with a date of 1 MB", lambda: json_item(date_published="1" * MIB)),
    Bomb("JSON with a text that never closes", lambda: _JSON_FEED + '"' + "x" * 10_000_000, ("broken JSON",), quick=False),
    Bomb("JSON of 10 MB in escapes", lambda: json_items('{"id": "1", "content_text": "%s"}' % (r"\u00e9" * 1_600_000)), quick=False),
)  # fmt: skip

CODING_BOMBS = (
    Bomb("UTF-7 that hides a tag", lambda: b"+ADw-rss+AD4-" + b"+ADw-item+AD4-" * 10_000, ("not a feed",)),
    Bomb("UTF-7 by declaration", lambda: b'<?xml version="1.0" encoding="UTF-7"?>' + rss("<title>+ADw-script+AD4-</title>").encode()),
    Bomb("UTF-32 of a bomb", lambda: b"\xff\xfe\x00\x00" + rss("<a>" * 100_000).encode("utf-32-le"), ("elements inside each other",)),
    Bomb("UTF-32 cut in the middle of a character", lambda: b"\xff\xfe\x00\x00" + rss("<title>x</title>").encode("utf-32-le")[:-3]),
    Bomb("UTF-32 of numbers that are no characters", lambda: b"\xff\xfe\x00\x00" + b"\xff" * 4_000_000, ("not a feed",), quick=False),
    Bomb("UTF-16 of halves of characters", lambda: b"\xff\xfe" + b"\x00\xd8" * 1_000_000, ("not a feed",), quick=False),
    Bomb("EBCDIC by declaration", lambda: b'<?xml version="1.0" encoding="cp037"?>' + rss("<title>x</title>").encode()),
    Bomb("an encoding that packs", lambda: b'<?xml version="1.0" encoding="zlib"?>' + zlib.compress(b"x" * 1_000_000), ("not a feed",)),
    Bomb("an encoding that is no character set", lambda: b'<?xml version="1.0" encoding="rot13"?>' + rss("<title>x</title>").encode()),
    Bomb("10 MB of bytes that are no text", lambda: rss("<title>x</title>").encode() + b"\x80\xfe" * 5_000_000, ("too much memory",), quick=False),
    Bomb("10 MB of nothing", lambda: b"\x00" * 10_000_000, ("the body is empty",)),
    Bomb("10 MB of white space", lambda: b" " * 10_000_000, ("the body is empty",)),
    Bomb("10 MB of line ends", lambda: rss("<title>x</title>").encode() + b"\r\n" * 5_000_000, quick=False),
    Bomb("switches of ISO 2022", lambda: b'<?xml version="1.0" encoding="iso-2022-jp"?>' + rss("<title>x</title>").encode() + b"\x1b$B\x1b(B" * 1_000_000),
)  # fmt: skip

BOMBS = XML_BOMBS + FIELD_BOMBS + SLIPPING_BOMBS + MANY_BOMBS + JSON_BOMBS + CODING_BOMBS
