"""What servers answer, byte by byte, and what a polite reader of feeds makes of it. A table.

Each row is what the server says to one poll, what comes of it, what is kept, and so what the next request
carries. A row may begin with a feed that is known: its validators are `OLD_ETAG` and `OLD_DATE`, its body `RSS`.
"""
# ruff: noqa: E501 - a row stays on one line

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass
from enum import Enum

from tests.contracts.raw_http import Act, Answer, Step, http
from tests.feeds.documents import ATOM, JSON_FEED, RSS

NEW = RSS.replace("pilot", "harbour")
OLD_ETAG, OLD_DATE = '"old"', "Mon, 23 Nov 2026 09:00:00 GMT"
DATE = "Date: Mon, 23 Nov 2026 11:00:00 GMT"  # the server's clock is an hour slow
PAGE = "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><p>x</p></body></html>"
DAY, WEEK = 86400.0, 7 * 86400.0


class End(Enum):
    """What a poll comes to."""

    NEW = "a new document"
    SAME = "unchanged"
    LATER = "could not be had this time"
    GONE = "gone for good"
    NO_FEED = "is no feed"


@dataclass(frozen=True)
class Script:
    """One poll. `etag` and `modified` are what is kept of an answer that was understood; one that was not
    changes nothing. `answers` are of one request after the other, `elsewhere` those of another origin."""

    name: str
    answers: tuple[Answer, ...]
    end: End = End.NEW
    said: str = ""
    known: bool = False
    etag: str | None = None
    modified: str | None = None
    wait: float | None = None  # seconds that the server asks for, after a failure
    max_age: float | None = None
    expires: float | None = None
    moved: str | None = None  # the path of the address that the feed has moved to for good
    asked: int = 1  # requests to either origin
    elsewhere: tuple[Answer, ...] = ()
    secrets: tuple[bool, ...] = ()  # for each request, whether it carried the feed's credentials
    tls: bool = False
    tls_elsewhere: bool = False
    path: str = "/feed"


def one(step: Step | Answer) -> tuple[Answer, ...]:
    """Give the answers of a server that is asked once."""
    return (step if isinstance(step, tuple) else (step,),)


def fresh(name: str, *headers: str, body: str | bytes = NEW, **kept: object) -> Script:
    """Write a 200 to a feed of which nothing is known."""
    return Script(name, one(http(200, body, *headers)), **kept)  # type: ignore[arg-type]


def again(name: str, step: Step | Answer, end: End, **kept: object) -> Script:
    """Write an answer to a feed that is known."""
    return Script(name, one(step), end, known=True, **kept)  # type: ignore[arg-type]


def later(name: str, step: Step | Answer, said: str, **kept: object) -> Script:
    """Write an answer that is none, to a feed that is known."""
    return again(name, step, End.LATER, said=said, **kept)


def kept(etag: str = OLD_ETAG, modified: str = OLD_DATE) -> dict[str, str]:
    """Say which validators stay."""
    return {"etag": etag, "modified": modified}


def to(status: int, location: str | bytes, *headers: str) -> Answer:
    """Write a redirect; the location's bytes are sent as they are."""
    raw = location if isinstance(location, bytes) else location.encode()
    return (http(status, "", *headers)[:-2] + b"Location: " + raw + b"\r\n\r\n",)


def hops(name: str, *answers: Answer, moved: str | None = None, body: str = NEW, **more: object) -> Script:
    """Write redirects that end well."""
    every = (*answers, (http(200, body),))
    return Script(name, every, moved=moved, asked=len(every), **more)  # type: ignore[arg-type]


def lost(name: str, *answers: Answer, said: str, **more: object) -> Script:
    """Write redirects that end badly."""
    return Script(name, answers, End.LATER, said=said, known=True, asked=len(answers), **more)  # type: ignore[arg-type]


def no_feed(name: str, body: str | bytes, said: str, *headers: str) -> Script:
    """Write a body that is no feed, with the status of success."""
    return again(f"200 with {name}", http(200, body, *headers), End.NO_FEED, said=said)


VALIDATORS = (
    fresh("a strong ETag", 'ETag: "a1"', etag='"a1"'),
    fresh("a weak ETag", 'ETag: W/"a1"', etag='W/"a1"'),
    fresh("a weak ETag in small letters", 'ETag: w/"a1"', etag='w/"a1"'),
    fresh("an ETag of a packed body", 'ETag: "a1-gzip"', etag='"a1-gzip"'),
    fresh("an ETag of a packed body, behind the quote", 'ETag: "a1"-gzip', etag='"a1"-gzip'),
    fresh("an ETag without quotes", "ETag: a1", etag="a1"),
    fresh("an ETag with one quote", 'ETag: "a1', etag='"a1'),
    fresh("an ETag with quotes in quotes", 'ETag: ""a1""', etag='""a1""'),
    fresh("an ETag with odd characters", "ETag: \"a!#$%&'()*,/:;<=>?@[]^`{|}~\\\"", etag="\"a!#$%&'()*,/:;<=>?@[]^`{|}~\\\""),
    fresh("an ETag with spaces in it", 'ETag: "a 1  b"', etag='"a 1  b"'),
    fresh("an ETag of no characters", 'ETag: ""', etag='""'),
    fresh("an ETag that is empty", "ETag: ", etag=None),
    fresh("an ETag that is a star", "ETag: *", etag="*"),
    fresh("an ETag of 2,000 characters", f'ETag: "{"e" * 2000}"', etag=f'"{"e" * 2000}"'),
    Script("an ETag in UTF-8", one(http(200, NEW)[:-len(NEW.encode()) - 2] + 'ETag: "é"\r\n\r\n'.encode() + NEW.encode()), etag='"é"'),
    Script("an ETag of bytes that are no text", one(http(200, NEW)[:-len(NEW.encode()) - 2] + b'ETag: "\xe9"\r\n\r\n' + NEW.encode())),
    fresh("two ETags", 'ETag: "a1"', 'ETag: "a2"', etag='"a1"'),
    fresh("no ETag", f"Last-Modified: {OLD_DATE}", modified=OLD_DATE),
    fresh("a date of change and an ETag", 'ETag: "a1"', f"Last-Modified: {OLD_DATE}", etag='"a1"', modified=OLD_DATE),
    fresh("a date of change in words", "Last-Modified: yesterday-ish", modified="yesterday-ish"),
    fresh("a date of change as RFC 3339", "Last-Modified: 2026-11-23T09:00:00Z", modified="2026-11-23T09:00:00Z"),
    fresh("a date of change of another zone", "Last-Modified: Mon, 23 Nov 2026 10:00:00 +0100", modified="Mon, 23 Nov 2026 10:00:00 +0100"),
    fresh("a date of change in small letters", "Last-Modified: mon, 23 nov 2026 09:00:00 gmt", modified="mon, 23 nov 2026 09:00:00 gmt"),
    fresh("a date of change with the wrong day", "Last-Modified: Sun, 23 Nov 2026 09:00:00 GMT", modified="Sun, 23 Nov 2026 09:00:00 GMT"),
    fresh("a date of change in 2041", "Last-Modified: Fri, 23 Nov 2041 09:00:00 GMT", modified="Fri, 23 Nov 2041 09:00:00 GMT"),
    fresh("a date of change in 1970", "Last-Modified: Thu, 01 Jan 1970 00:00:00 GMT", modified="Thu, 01 Jan 1970 00:00:00 GMT"),
    fresh("a date of change that is 0", "Last-Modified: 0", modified="0"),
    fresh("a date of change that is empty", "Last-Modified:"),
    fresh("no validator at all"),
    fresh("validators in small letters", 'etag: "a1"', f"last-modified: {OLD_DATE}", etag='"a1"', modified=OLD_DATE),
    again("200 with new validators", http(200, NEW, 'ETag: "n"', "Last-Modified: now"), End.NEW, etag='"n"', modified="now"),
    again("200 with the same ETag and a new body", http(200, NEW, f"ETag: {OLD_ETAG}"), End.NEW, etag=OLD_ETAG),
    again("200 with the same date and a new body", http(200, NEW, f"Last-Modified: {OLD_DATE}"), End.NEW, modified=OLD_DATE),
    again("200 with a new ETag and the same body", http(200, RSS, 'ETag: "n"'), End.SAME, etag='"n"'),
    again("200 with the same ETag and the same body", http(200, RSS, f"ETag: {OLD_ETAG}"), End.SAME, etag=OLD_ETAG),
    again("200 with no validator any more", http(200, RSS), End.SAME),
    again("200 with no validator any more and a new body", http(200, NEW), End.NEW),
    again("200 with one of two validators", http(200, NEW, 'ETag: "n"'), End.NEW, etag='"n"'),
    again("200 that is packed, with the same body", http(200, gzip.compress(RSS.encode()), "Content-Encoding: gzip"), End.SAME),
    again("203 of a proxy that changes things", http(203, NEW, 'ETag: "n"'), End.NEW, etag='"n"'),
    again("304 as it should be", http(304), End.SAME, **kept()),
    again("304 with the ETag", http(304, "", f"ETag: {OLD_ETAG}"), End.SAME, **kept()),
    again("304 with a new ETag", http(304, "", 'ETag: "n"'), End.SAME, **kept(etag='"n"')),
    again("304 with a new date", http(304, "", "Last-Modified: now"), End.SAME, **kept(modified="now")),
    again("304 with an ETag that is empty", http(304, "", "ETag:"), End.SAME, **kept()),
    again("304 with a length", b"HTTP/1.1 304 said\r\nContent-Length: 5000\r\n\r\n", End.SAME, **kept()),
    again("304 with hints", http(304, "", "Cache-Control: max-age=7200"), End.SAME, max_age=7200, **kept()),
    again("304 with a type of page", http(304, "", "Content-Type: text/html"), End.SAME, **kept()),
    Script("304 that nobody asked for", one(http(304)), End.LATER, said="no condition was sent"),
    again("200 with Vary: *", http(200, NEW, "Vary: *", 'ETag: "n"'), End.NEW, etag='"n"'),
    again("200 with Vary on the agent", http(200, NEW, "Vary: User-Agent, Accept-Encoding", 'ETag: "n"'), End.NEW, etag='"n"'),
    again("412, though nothing was to be changed", http(412), End.LATER, said="412"),
)  # fmt: skip

HINTS = (
    fresh("max-age", "Cache-Control: max-age=3600", max_age=3600),
    fresh("max-age among others", "Cache-Control: public, must-revalidate, max-age=3600, s-maxage=9", max_age=3600),
    fresh("max-age in capitals", "CACHE-CONTROL: MAX-AGE=3600", max_age=3600),
    fresh("max-age in quotes", 'Cache-Control: max-age="3600"', max_age=3600),
    fresh("max-age in another line", "Cache-Control: public", "Cache-Control: max-age=3600", max_age=3600),
    fresh("max-age twice", "Cache-Control: max-age=3600, max-age=60", max_age=3600),
    fresh("max-age of 0", "Cache-Control: max-age=0", max_age=0),
    fresh("max-age below zero", "Cache-Control: max-age=-1", max_age=0),
    fresh("max-age that is no number", "Cache-Control: max-age=soon"),
    fresh("max-age of 16 years", "Cache-Control: max-age=504576000", max_age=3650 * DAY),
    fresh("max-age of a billion years", "Cache-Control: max-age=" + "9" * 17, max_age=3650 * DAY),
    fresh("s-maxage alone", "Cache-Control: s-maxage=3600"),
    fresh("a made-up word that ends in max-age", "Cache-Control: x-max-age=3600"),
    fresh("max-age, some of it over", "Cache-Control: max-age=3600", "Age: 600", max_age=3000),
    fresh("max-age, all of it over", "Cache-Control: max-age=3600", "Age: 9999", max_age=0),
    fresh("max-age with an Age that is none", "Cache-Control: max-age=3600", "Age: old", max_age=3600),
    fresh("max-age with an Age below zero", "Cache-Control: max-age=3600", "Age: -5", max_age=3600),
    fresh("max-age before Expires", "Cache-Control: max-age=60", DATE, "Expires: Mon, 23 Nov 2026 15:00:00 GMT", max_age=60),
    fresh("no-store", "Cache-Control: no-store, max-age=3600"),
    fresh("no-cache", "Cache-Control: no-cache, max-age=3600", "Expires: Mon, 23 Nov 2026 15:00:00 GMT"),
    fresh("no-cache of one header only", 'Cache-Control: no-cache="Set-Cookie", max-age=3600', max_age=3600),
    fresh("no-cache of old", "Pragma: no-cache"),
    fresh("Expires by the server's clock", DATE, "Expires: Mon, 23 Nov 2026 13:00:00 GMT", expires=7200),
    fresh("Expires without a Date", "Expires: Mon, 23 Nov 2026 13:00:00 GMT", expires=3600),
    fresh("Expires, some of it over", DATE, "Expires: Mon, 23 Nov 2026 13:00:00 GMT", "Age: 1200", expires=6000),
    fresh("Expires that has passed", DATE, "Expires: Sun, 22 Nov 2026 13:00:00 GMT", expires=0),
    fresh("Expires of 0", "Expires: 0", expires=0),
    fresh("Expires of -1", "Expires: -1", expires=0),
    fresh("Expires now", "Expires: now", expires=0),
    fresh("Expires in the year 9999", DATE, "Expires: Fri, 31 Dec 9999 23:59:59 GMT", expires=3650 * DAY),
    fresh("Expires in an old form", DATE, "Expires: Monday, 23-Nov-26 13:00:00 GMT", expires=7200),
    fresh("Retry-After on success", "Retry-After: 3600"),
)  # fmt: skip

WAITS = (
    later("429 with seconds", http(429, "", "Retry-After: 120"), "429", wait=120),
    later("503 with seconds", http(503, "", "Retry-After: 120"), "503", wait=120),
    later("403 with seconds", http(403, "", "Retry-After: 120"), "403", wait=120),
    later("500 with seconds", http(500, "", "Retry-After: 120"), "500", wait=120),
    later("429 with a date by the server's clock", http(429, "", DATE, "Retry-After: Mon, 23 Nov 2026 11:10:00 GMT"), "429", wait=600),
    later("503 with a date and no clock", http(503, "", "Retry-After: Mon, 23 Nov 2026 12:10:00 GMT"), "503", wait=600),
    later("429 with a date that has passed", http(429, "", DATE, "Retry-After: Sun, 22 Nov 2026 11:00:00 GMT"), "429", wait=0),
    later("429 with 0 seconds", http(429, "", "Retry-After: 0"), "429", wait=0),
    later("429 with seconds below zero", http(429, "", "Retry-After: -5"), "429"),
    later("429 with half a second", http(429, "", "Retry-After: 1.5"), "429"),
    later("429 with a number of years", http(429, "", "Retry-After: 999999999999"), "429", wait=WEEK),
    later("429 with a date in 2041", http(429, "", DATE, "Retry-After: Fri, 22 Nov 2041 11:00:00 GMT"), "429", wait=WEEK),
    later("429 with a word", http(429, "", "Retry-After: soon"), "429"),
    later("429 that is silent about it", http(429), "429"),
    later("429 that says it twice", http(429, "", "Retry-After: 120", "Retry-After: 900"), "429", wait=120),
    later("429 with a page", http(429, PAGE, "Retry-After: 120", "Content-Type: text/html"), "429", wait=120),
    hops("301 with seconds", to(301, "/new", "Retry-After: 120"), moved="/new"),
)  # fmt: skip

REFUSALS = (
    again("410", http(410), End.GONE, said="gone"),
    again("410 with a page", http(410, PAGE), End.GONE, said="gone"),
    again("410 with a feed", http(410, NEW), End.GONE, said="gone"),
    *(later(f"{status}", http(status), f"{status}") for status in (400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 418, 421, 425, 451, 500, 501, 502, 503, 504, 507, 511, 520, 521, 525, 530, 599)),
    later("401 that asks for a login", http(401, PAGE, 'WWW-Authenticate: Basic realm="x"'), "401"),
    later("404 with a feed", http(404, NEW), "404"),
    later("500 with a feed", http(500, NEW, 'ETag: "n"'), "500"),
    later("a challenge of Cloudflare with 403", http(403, PAGE, "cf-mitigated: challenge"), "challenge page"),
    later("a challenge of Cloudflare with 503", http(503, PAGE, "cf-mitigated: challenge"), "challenge page"),
    later("a challenge with 202", http(202, PAGE, "x-amzn-waf-action: challenge"), "202"),
    later("202 with a feed", http(202, NEW), "202"),
    later("201", http(201, NEW), "201"),
    later("204", b"HTTP/1.1 204 said\r\n\r\n", "204"),
    later("205", http(205), "205"),
    later("206 though all was asked for", http(206, NEW[:200], "Content-Range: bytes 0-199/900"), "206"),
    later("226 with a difference", http(226, NEW, "IM: feed"), "226"),
    later("a status in terminal codes", b"HTTP/1.1 500 \x1b[2Jhere\r\nContent-Length: 0\r\n\r\n", "500"),
)  # fmt: skip

REDIRECTS = (
    hops("301", to(301, "/new"), moved="/new"),
    hops("308", to(308, "/new"), moved="/new"),
    hops("302", to(302, "/new")),
    hops("303", to(303, "/new")),
    hops("307", to(307, "/new")),
    hops("301 and 308", to(301, "/a"), to(308, "/new"), moved="/new"),
    hops("301 and 302", to(301, "/a"), to(302, "/new")),
    hops("307 and 301", to(307, "/a"), to(301, "/new")),
    hops("a chain of five", *(to(301, f"/{n}") for n in range(5)), moved="/4"),
    lost("a chain of six", *(to(301, f"/{n}") for n in range(6)), said="more than 5 redirects"),
    lost("a loop of two", *(to(302, f"/{n % 2}") for n in range(6)), said="more than 5 redirects"),
    lost("to itself", to(302, "/feed"), said="to itself"),
    lost("to itself with another fragment", to(302, "/feed#x"), said="to itself"),
    lost("to nowhere", to(302, ""), said="to itself"),
    lost("to a fragment", to(301, "#x"), said="to itself"),
    hops("relative to the folder", to(301, "new"), moved="/b/new", path="/b/feed"),
    hops("relative to the folder above", to(301, "../new"), moved="/new", path="/b/feed"),
    hops("to a question", to(301, "?n=1"), moved="/feed?n=1"),
    hops("without a scheme", to(301, "//127.0.0.1:{port}/new"), moved="/new"),
    hops("in full", to(301, "http://127.0.0.1:{port}/new"), moved="/new"),
    hops("in capitals", to(301, "HTTP://127.0.0.1:{port}/new"), moved="/new"),
    hops("with a fragment", to(301, "/new#part"), moved="/new"),
    hops("with spaces around", to(301, "  /new  "), moved="/new"),
    hops("with a space in it", to(301, "/n ew"), moved="/n%20ew"),
    hops("with escapes", to(301, "/n%2Few%3F"), moved="/n%2Few%3F"),
    hops("with a letter in UTF-8", to(301, "/né".encode()), moved="/n%C3%A9"),
    hops("with a byte of Latin-1", to(301, b"/n\xe9"), moved="/n%E9"),
    lost("a backslash", to(301, "/\\elsewhere.example/"), said="backslash"),
    lost("to a mail address", to(301, "mailto:a@example.org"), said="only http and https"),
    lost("to a file", to(302, "file:///etc/passwd"), said="only http and https"),
    lost("with a login", to(302, "http://u:p@127.0.0.1:{port}/new"), said="user name"),
    lost("to an inner address", to(302, "http://10.0.0.1/new"), said="private or special"),
    Script("two locations", (to(301, "/new", "Location: /first"), (http(200, NEW),)), moved="/first", asked=2),
    later("301 without a location", http(301), "301"),
    later("300 with a location", to(300, "/new"), "300"),
    later("300 without a location", http(300), "300"),
    later("305 to a proxy", to(305, "http://127.0.0.1:{port}/"), "305"),
    later("306, which nobody uses", to(306, "/new"), "306"),
    hops("a redirect with a cookie", to(302, "/new", "Set-Cookie: seen=1")),
    hops("a redirect with a feed in it", (http(302, RSS, "Location: /new"),)),
    lost("a redirect to a page that is not there", to(301, "/new"), (http(404),), said="404"),
    Script("a redirect to something gone", (to(301, "/new"), (http(410),)), End.GONE, said="gone", known=True, asked=2),
    Script("a redirect to a page", (to(302, "/login"), (http(200, PAGE),)), End.NO_FEED, said="web page", known=True, asked=2),
    Script("304 behind a redirect", (to(301, "/new"), (http(304),)), End.SAME, known=True, moved="/new", asked=2, **kept()),
    Script("credentials stay at home", (to(302, "/new"), (http(200, NEW),)), asked=2, secrets=(True, True)),
    Script("credentials are not taken elsewhere", (to(302, "http://127.0.0.1:{other}/new"),), elsewhere=((http(200, NEW),),), asked=2, secrets=(True, False)),
    Script("credentials are not taken back", (to(302, "http://127.0.0.1:{other}/new"), (http(200, NEW),)), elsewhere=(to(302, "http://127.0.0.1:{port}/x"),), asked=3, secrets=(True, False, False)),
    Script("credentials are not taken to another scheme", (to(302, "https://127.0.0.1:{other}/new"),), elsewhere=((http(200, NEW),),), asked=2, secrets=(True, False), tls_elsewhere=True),
    Script("from https to http", (to(301, "http://127.0.0.1:{other}/new"),), End.LATER, said="from https to http", known=True, tls=True),
    Script("from https to https", (to(301, "/new"), (http(200, NEW),)), moved="/new", tls=True, asked=2),
)  # fmt: skip

NO_FEEDS = (
    no_feed("nothing", "", "empty"),
    no_feed("white space", " \r\n\t ", "empty"),
    no_feed("a byte order mark", b"\xef\xbb\xbf", "empty"),
    no_feed("a declaration and no more", '<?xml version="1.0"?>', "empty"),
    no_feed("a challenge page", PAGE, "web page"),
    no_feed("a challenge page as a feed", PAGE, "web page", "Content-Type: application/rss+xml"),
    no_feed("a login page", "<html><body><form action='/login'><input name=user></form></body></html>", "web page"),
    no_feed("a page without a document type", "<head><title>x</title></head>", "web page"),
    no_feed("a page behind a comment", "<!-- hello --><html><body>x</body></html>", "web page"),
    no_feed("a page in XHTML", '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body/></html>', "web page"),
    no_feed("a page that has moved", "<meta http-equiv='refresh' content='0; url=/x'>", "web page"),
    no_feed("a script", "<script>location='/x'</script>", "web page"),
    no_feed("a heading", "<h1>Database error</h1>", "web page"),
    no_feed("an error in JSON", '{"error": "not found"}', "not a JSON Feed"),
    no_feed("a list in JSON", '["a", "b"]', "JSON"),
    no_feed("JSON with items that are none", '{"items": 5}', "not a JSON Feed"),
    no_feed("JSON of another kind", '{"items": [{"name": "x"}], "total": 1}', "not a JSON Feed"),
    no_feed("JSON that breaks off", JSON_FEED[:60] + ' "items": [', "JSON"),
    no_feed("a word", "Forbidden", "not a feed"),
    no_feed("a warning of PHP", "\nWarning: mysql_connect() in /var/x.php on line 7\n", "not a feed"),
    no_feed("an error in XML", "<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", "its root is <Error>"),
    no_feed("a list of feeds", "<opml version='2.0'><body><outline xmlUrl='a'/></body></opml>", "its root is <opml>"),
    no_feed("a picture in XML", "<svg xmlns='http://www.w3.org/2000/svg'><path/></svg>", "its root is <svg>"),
    no_feed("a message of SOAP", "<soap:Envelope xmlns:soap='urn:s'><soap:Body/></soap:Envelope>", "its root is <soap:Envelope>"),
    no_feed("a picture", b"\x89PNG\r\n\x1a\n" + b"\x00\x01" * 50, "not a feed", "Content-Type: image/png"),
    no_feed("a document of PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "not a feed"),
    no_feed("an archive", b"PK\x03\x04" + b"\x00" * 40, "not a feed"),
    no_feed("a sheet of style", "body { color: red }", "not a feed"),
    no_feed("a table in text", "id,title\n1,x\n", "not a feed"),
    no_feed("bytes of nothing", b"\x00" * 500, "empty"),
)  # fmt: skip

ON_THE_WIRE = (
    Script("an answer of HTTP/1.0 without a length", one((b"HTTP/1.0 200 OK\r\n\r\n" + NEW.encode(), Act.CLOSE))),
    Script("an answer until the connection ends", one((b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + NEW.encode(), Act.CLOSE))),
    Script("chunks", one(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(NEW.encode()), NEW.encode()))),
    Script("chunks with extensions", one(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x;a=b\r\n%s\r\n0;c\r\n\r\n" % (len(NEW.encode()), NEW.encode()))),
    Script("chunks with trailers", one(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: ETag\r\n\r\n%x\r\n%s\r\n0\r\nETag: \"t\"\r\n\r\n" % (len(NEW.encode()), NEW.encode()))),
    Script("byte by byte", one(tuple(bytes([byte]) for byte in http(200, NEW)))),
    Script("an early hint first", one((b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", http(200, NEW)))),
    Script("100 first", one((b"HTTP/1.1 100 Continue\r\n\r\n", http(200, NEW)))),
    Script("line ends without returns", one(http(200, NEW).split(b"\r\n\r\n")[0].replace(b"\r\n", b"\n") + b"\n\n" + NEW.encode())),
    Script("a status without words", one(b"HTTP/1.1 200\r\nContent-Length: %d\r\n\r\n%s" % (len(NEW.encode()), NEW.encode()))),
    Script("bytes of Latin-1 in a header", one(http(200, NEW).replace(b"\r\n\r\n", b"\r\nX-Powered: caf\xe9\r\n\r\n", 1))),
    fresh("packed by gzip", "Content-Encoding: gzip", body=gzip.compress(NEW.encode())),
    fresh("packed by gzip, in capitals", "Content-Encoding: GZIP", body=gzip.compress(NEW.encode())),
    fresh("packed by deflate", "Content-Encoding: deflate", body=zlib.compress(NEW.encode())),
    fresh("not packed, and said so", "Content-Encoding: identity"),
    fresh("packed without saying so", body=gzip.compress(NEW.encode())),
    fresh("an empty coding", "Content-Encoding:"),
    fresh("a type of page for a feed", "Content-Type: text/html"),
    fresh("a type of nothing for a feed", "Content-Type: application/octet-stream"),
    fresh("no type", body=ATOM),
    fresh("a type that is broken", "Content-Type: ;;;charset="),
    fresh("a feed in JSON", "Content-Type: application/feed+json", body=JSON_FEED),
    fresh("a cookie", "Set-Cookie: session=1; Path=/", "Set-Cookie: b=2"),
    fresh("a wish for another protocol", "Alt-Svc: h3=\":443\"", "Upgrade: h2c"),
    fresh("the same header twice", "X-A: 1", "X-A: 2", "Server: a", "Server: b"),
    fresh("a location on success", "Location: /elsewhere"),
    fresh("an offer of ranges", "Accept-Ranges: bytes"),
    fresh("a wish to refresh", "Refresh: 5; url=/x"),
    later("a length that is too long", (http(200, NEW, 'ETag: "n"', length=9000), Act.CLOSE), "the body broke off"),
    later("a reset in the body", (http(200, NEW, length=9000), Act.RESET), "the body broke off"),
    # A connection that breaks before the answer may have been an old one: it is tried once more.
    lost("a reset at once, twice", (Act.RESET,), (Act.RESET,), said="reset"),
    lost("a hang-up at once, twice", (Act.CLOSE,), (Act.CLOSE,), said="hung up"),
    lost("a hang-up in the head, twice", *((b"HTTP/1.1 200 OK\r\nContent-Le", Act.CLOSE),) * 2, said="hung up"),
    Script("a hang-up at once, and then an answer", ((Act.CLOSE,), (http(200, NEW),)), asked=2),
    later("another protocol", (b"SSH-2.0-hello\r\n", Act.CLOSE), "not proper HTTP"),
    later("a packed body that breaks off", http(200, gzip.compress(NEW.encode())[:-9], "Content-Encoding: gzip"), "breaks off"),
    again("a packed body that is broken", http(200, NEW, "Content-Encoding: gzip"), End.NO_FEED, said="compressed body is broken"),
    again("a coding that nobody asked for", http(200, NEW, "Content-Encoding: br"), End.NO_FEED, said="not asked for"),
    later("a length in letters", b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "not proper HTTP"),
)  # fmt: skip

SCRIPTS = VALIDATORS + HINTS + WAITS + REFUSALS + REDIRECTS + NO_FEEDS + ON_THE_WIRE
