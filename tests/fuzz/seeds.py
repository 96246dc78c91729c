"""What the fuzzer starts from: small honest and odd inputs for every target."""

from __future__ import annotations

from pathlib import Path

from tests.feeds import dates_of_the_web, news_in_encodings
from tests.feeds.documents import ATOM, JSON_FEED, RDF, RSS

_MORE_XML = (
    "<rss version='2.0'><channel><item><title>a</title></item></channel></rss>",
    "<rss version='2.0'><channel><ttl>9</ttl><skipHours><hour>2</hour></skipHours><item/></channel></rss>",
    "<feed xmlns='http://www.w3.org/2005/Atom'><entry><title type='xhtml'><p>a<b/></p></title></entry>",
    "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><entry><issued>2026-02-09</issued></entry></feed>",
    "<CHANNEL HREF='http://a.example/'><ITEM HREF='b'><TITLE>c</TITLE></ITEM></CHANNEL>",
    "<!DOCTYPE rss [<!ENTITY x 'y'>]><rss><channel><item><title>&x;&nbsp;&#65;&#x1F600;</title></item>",
    "<rss><channel><item><title><![CDATA[a<br>b]]></title><guid isPermaLink='true'>b</guid></item>",
    "<rss xmlns:sx='http://www.microsoft.com/schemas/rss/sse'><sx:conflicts><item/></sx:conflicts></rss>",
    "<rss><channel><item><enclosure url='a' length='x' type='audio/mpeg'/><source url='u'>s</source></item>",
)
_JSON = (
    '{"id":1,"content_text":"a","date_published":"2026-02-09T13:15:00Z"}]}',
    '{"id":"x","url":"//b/c","tags":["a",1],"authors":[{"name":"n"},2],"content_html":"<p>a"}],"title":3}',
    '{"id":null,"title":"\\ud800\\u0000","external_url":"http://[/"},[],1e999]}',
    '],"items":[{"id":"2","author":{"name":"o"},"summary":"s"}],"feed_url":"http://a.example/f"}',
)
_OPML = (
    "<opml version='2.0'><body><outline text='g'><outline xmlUrl='https://a.example/f'/></outline></body></opml>",
    "<opml><body><outline title='t' xmlUrl='feed://a.example/f' category='/a/b,c'/></body></opml>",
    "<opml><body><outline xmlUrl='b' watchword:every='10m' watchword:tags='[\"x,y\"]'/></body></opml>",
    "<opml><body><outline text='&lt;&#10;' xmlUrl='https://a.example/?a=1&amp;b'/></body></opml>",
    "<opml><head/><body><outline text='none'/></body></opml>",
    "<!DOCTYPE opml><opml/>",
    "<html/>",
    "<opml><body><outline",
)
_ADDRESSES = (
    "https://a.example/feed?x=1#y", "http://a.example:8080/", "//b.example/c", "/d/e", "../f", "?g", "#h", "",
    "http://user:word@a.example/", "http://a.example@b.example/", "http://a.example\\@b.example/",
    "http://127.0.0.1/", "http://0x7f.1/", "http://2130706433/", "http://017700000001/", "http://127.1/",
    "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[fe80::1%25eth0]/", "http://[::1",
    "http://bücher.example/", "http://xn--bcher-kva.example/", "http://①②⑦.0.0.1/", "http://a。example/",
    "HTTP://A.EXAMPLE./", "http:a.example", "http:///a.example", "ftp://a.example/", "javascript:1", "http://a%2eb/",
    "http://a.example:0/", "http://a.example:99999/", "http://a_b.example/", "http://-a.example/", "http://ß.example/",
)  # fmt: skip
_VISIBLE = (
    "plain", "a &amp; b", "<p>a</p><p>b</p>", "a<br>b<br/><br>c", "<script>x</script>y",
    "<!-- a --> b <!x> c",
    "<svg><template>a</template></svg>b", "<a href='>'>b</a>", "a < b > c", "<td>a<td>b",
    "&#0;&#x1b;&#128512;",
    "<![CDATA[a]]>", "</>a", "<p", "<style>", "\u202ea\u2028b\x00", "<textarea><!--</textarea>-->a",
)  # fmt: skip
_HEADERS = (
    "120\n", "Mon, 09 Feb 2026 13:20:00 GMT\nMon, 09 Feb 2026 13:15:00 GMT", "-1", "9" * 30, "1.5", "",
    "\n\nMon, 09 Feb 2026 14:00:00 GMT\nmax-age=60", "\n\n0\nno-store, max-age=0",
    "\n\n\npublic, max-age=\"999999999999\"",
    "text/xml; charset=\"UTF-8\"\nMon Feb  9 13:15:00 2026",
    "Mon, 31 Dec 9999 23:59:59 -1200", "Mon, 01 Jan 0001 00:00:00 +1400",
)  # fmt: skip


def seeds() -> dict[str, list[bytes]]:
    """Give the seeds of every target, by its name."""
    documents = [text.encode() for text in (RSS, ATOM, RDF, *_MORE_XML)]
    tongues = (*news_in_encodings.TONGUES, *news_in_encodings.FURTHER)
    labelled = [news_in_encodings.Case(tongue, tongue.encoding, "", "").body()[:400] for tongue in tongues]
    return {
        "decode": [bytes([number]) + body for number, body in enumerate(labelled)],
        "parse": [b"\x00" + body for body in (*documents, JSON_FEED.encode(), *labelled)],
        "json": [text.encode() for text in _JSON],
        "dates": [text.encode() for _, text, _ in dates_of_the_web.cases()],
        "opml": [text.encode() for text in _OPML],
        "addresses": [text.encode() for text in _ADDRESSES],
        "visible": [text.encode() for text in _VISIBLE],
        "headers": [text.encode("latin-1") for text in _HEADERS],
    }


def write_seeds(target: str, folder: Path) -> None:
    """Write the seeds of a target, one small file each."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds()[target]):
        (folder / f"seed-{number:03}").write_bytes(seed)
