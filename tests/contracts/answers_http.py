"""What every answer of Slack's webhooks and Web API, and of what stands before them, must come to. A table.

Each row is a name, which of the two forms of Slack was asked, the answer byte for byte, and the end: done,
later (with the time that the answer asks for, if it does), unknown, never, or gone. A row may say what the
operator reads. `ground` is where the request ran into something before any answer.
"""
# ruff: noqa: E501 - a row stays on one line

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from monitor.errors import Deferred, Gone, LoginRefused, OutcomeUnknown, Rejected
from monitor.model import Receipt
from tests.contracts.raw_http import Act, Answer, Step, http, slack

WEBHOOK, BOT, BOTH = ("webhook",), ("bot",), ("webhook", "bot")


class End(Enum):
    """How a send ends: exactly this class."""

    DONE = Receipt
    LATER = Deferred
    LOCKED_OUT = LoginRefused
    UNKNOWN = OutcomeUnknown
    NEVER = Rejected
    GONE = Gone


DONE, LATER, LOCKED_OUT, UNKNOWN, NEVER, GONE = End
AGAIN = (LATER, LOCKED_OUT, UNKNOWN)  # another try is made


class Ground(Enum):
    """Where a request may run aground before it is read."""

    NONE = "nothing is in the way"
    NOBODY = "nobody listens at the port"
    NO_NAME = "the name has no address"
    NOT_TLS = "https is asked of a server that speaks http"
    TLS_UNTRUSTED = "the certificate is of nobody we trust"
    TLS_SILENT = "the server never answers the handshake"
    TLS_RESET = "the handshake is reset"
    TLS_GARBAGE = "the handshake is answered with letters"
    PROXY_LOGIN = "the proxy wants a login"
    PROXY_REFUSES = "the proxy reaches nobody"
    PROXY_SILENT = "the proxy never answers"
    PROXY_RESET = "the proxy hangs up"
    DOOR = "the address is one that the outbound door does not open to"


@dataclass(frozen=True)
class Row:
    name: str
    forms: tuple[str, ...]
    answers: tuple[Answer, ...]
    end: End
    wait: float | None = None
    said: str = ""
    ground: Ground = Ground.NONE


def row(
    name: str,
    forms: tuple[str, ...],
    answer: Step | Answer,
    end: End,
    wait: float | None = None,
    said: str = "",
) -> Row:
    """Write a row with one answer."""
    return Row(name, forms, (answer if isinstance(answer, tuple) else (answer,),), end, wait, said)


def aground(ground: Ground, end: End, said: str = "") -> Row:
    """Write a row whose request meets no server."""
    return Row(ground.value, BOTH, (), end, said=said, ground=ground)


def no(error: str, *headers: str, status: int = 200, **fields: object) -> bytes:
    """Write how Slack's Web API refuses."""
    return http(status, slack(ok=False, error=error, **fields), "Content-Type: application/json", *headers)


PAGE = (
    "<!DOCTYPE html><html><head><title>502</title></head><body><h1>Bad gateway</h1><p>nginx</p></body></html>"
)
LOGIN_PAGE = "<html><body><form action='/login'><input name=user></form></body></html>"
POSTED = slack(ok=True, channel="C0000DESK", ts="1700000001.000100", message={"text": "x"})
HUGE = slack(ok=False, error="x" * 2_000_000)
CHUNKED = b"HTTP/1.1 %d said\r\nTransfer-Encoding: chunked\r\n%s\r\n"
DATE = "Date: Mon, 23 Nov 2026 10:00:00 GMT"
IN_TWO_MINUTES = "Retry-After: Mon, 23 Nov 2026 10:02:00 GMT"
GZIP = "Content-Encoding: gzip"

DONE_ROWS = (
    row("ok", WEBHOOK, http(200, "ok"), DONE),
    row("ok and a line break", WEBHOOK, http(200, "ok\r\n"), DONE),
    row("ok in capitals", WEBHOOK, http(200, "OK"), DONE),
    row("201 ok", WEBHOOK, http(201, "ok"), DONE),
    row("202 ok", WEBHOOK, http(202, "ok"), DONE),
    row("204, which holds no text", WEBHOOK, b"HTTP/1.1 204 No Content\r\n\r\n", DONE),
    row("ok in JSON", WEBHOOK, http(200, slack(ok=True)), DONE),
    row("success in JSON", WEBHOOK, http(200, slack(success=True)), DONE),
    row("ok in chunks", WEBHOOK, (CHUNKED % (200, b""), b"1\r\no\r\n", b"1\r\nk\r\n0\r\n\r\n"), DONE),
    row("ok byte by byte", WEBHOOK, tuple(bytes([letter]) for letter in http(200, "ok")), DONE),
    row(
        "ok until the connection ends",
        WEBHOOK,
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nok", Act.CLOSE),
        DONE,
    ),
    row("ok of an HTTP/1.0 server", WEBHOOK, (b"HTTP/1.0 200 OK\r\n\r\nok", Act.CLOSE), DONE),
    row(
        "an early hint before ok",
        WEBHOOK,
        (b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", http(200, "ok")),
        DONE,
    ),
    row("an answer that asks for a wait and is ok", WEBHOOK, http(200, "ok", "Retry-After: 30"), DONE),
    row("posted", BOT, http(200, POSTED), DONE),
    row(
        "posted, with a warning",
        BOT,
        http(200, slack(ok=True, ts="1.1", channel="C0000DESK", warning="superfluous_charset")),
        DONE,
    ),
    row(
        "posted, said over many packets",
        BOT,
        tuple(http(200, POSTED)[at : at + 9] for at in range(0, len(http(200, POSTED)), 9)),
        DONE,
    ),
    Row("a layout refused, then ok", WEBHOOK, ((http(400, "invalid_blocks"),), (http(200, "ok"),)), DONE),
    Row("a layout refused, then posted", BOT, ((no("invalid_blocks"),), (http(200, POSTED),)), DONE),
    Row(
        "a payload not understood, then ok",
        WEBHOOK,
        ((http(400, "invalid_payload"),), (http(200, "ok"),)),
        DONE,
    ),
)

LATER_ROWS = (
    row("429 without a time", BOTH, http(429), LATER),
    row("429 with seconds", BOTH, http(429, "rate_limited", "Retry-After: 30"), LATER, 30.0),
    row("429 with no seconds at all", BOTH, http(429, "", "Retry-After: 0"), LATER, 0.0),
    row("429 with seconds among spaces", BOTH, http(429, "", "Retry-After:   7  "), LATER, 7.0),
    row("429 with an hour", BOTH, http(429, "", "Retry-After: 3600"), LATER, 3600.0),
    row("429 with two days", BOTH, http(429, "", "Retry-After: 172800"), LATER, 172800.0),
    row(
        "429 with a year, which is cut to a week",
        BOTH,
        http(429, "", "Retry-After: 31536000"),
        LATER,
        604800.0,
    ),
    row(
        "429 with a number beyond counting", BOTH, http(429, "", "Retry-After: " + "9" * 400), LATER, 604800.0
    ),
    row("429 with a date", BOTH, http(429, "", DATE, IN_TWO_MINUTES), LATER, 120.0),
    row(
        "429 with a date of the old form",
        BOTH,
        http(429, "", DATE, "Retry-After: Monday, 23-Nov-26 10:02:00 GMT"),
        LATER,
        120.0,
    ),
    row(
        "429 with a date of asctime",
        BOTH,
        http(429, "", DATE, "Retry-After: Mon Nov 23 10:02:00 2026"),
        LATER,
        120.0,
    ),
    row(
        "429 with a date that has passed",
        BOTH,
        http(429, "", DATE, "Retry-After: Mon, 23 Nov 2026 09:00:00 GMT"),
        LATER,
        0.0,
    ),
    row(
        "429 with a date that is none",
        BOTH,
        http(429, "", DATE, "Retry-After: Mon, 31 Feb 2026 10:00:00 GMT"),
        LATER,
    ),
    row("429 with nonsense", BOTH, http(429, "", "Retry-After: soon"), LATER),
    row("429 with a negative number", BOTH, http(429, "", "Retry-After: -5"), LATER),
    row("429 with a fraction, which is rounded up", BOTH, http(429, "", "Retry-After: 29.2"), LATER, 30.0),
    row("429 with nothing after the name", BOTH, http(429, "", "Retry-After:"), LATER),
    row(
        "429 with two times, of which the longer counts",
        BOTH,
        http(429, "", "Retry-After: 5", "Retry-After: 50"),
        LATER,
        50.0,
    ),
    row("429 whose text is a page", BOTH, http(429, PAGE, "Retry-After: 11"), LATER, 11.0),
    row(
        "429 that is cut off in its text",
        BOTH,
        (http(429, "rate", "Retry-After: 3600", length=400), Act.CLOSE),
        LATER,
        3600.0,
    ),
    row(
        "429 that is reset in its text",
        BOTH,
        (http(429, "rate", "Retry-After: 3600", length=400), Act.RESET),
        LATER,
        3600.0,
    ),
    row(
        "429 whose text never comes",
        BOTH,
        (http(429, "", "Retry-After: 3600", length=400), Act.SILENCE),
        LATER,
        3600.0,
    ),
    row(
        "429 whose text is no gzip",
        BOTH,
        http(429, "plain letters", GZIP, "Retry-After: 3600"),
        LATER,
        3600.0,
    ),
    row(
        "429 that floods",
        BOTH,
        (
            CHUNKED.replace(b"Transfer-Encoding: chunked\r\n", b"")
            % (429, b"Retry-After: 9\r\nConnection: close\r\n"),
            Act.FLOOD,
        ),
        LATER,
        9.0,
    ),
    row("408", BOTH, http(408), LATER),
    row("425", BOTH, http(425), LATER),
    row("500", BOTH, http(500), LATER),
    row("500 with a word that is final elsewhere", WEBHOOK, http(500, "channel_is_archived"), LATER),
    row("500 with an error that is final elsewhere", BOT, no("invalid_auth", status=500), LATER),
    row("500 rollup_error", WEBHOOK, http(500, "rollup_error"), LATER),
    row("501", BOTH, http(501), LATER),
    row("502 of a proxy", BOTH, http(502, PAGE), LATER),
    row("503 with a time", BOTH, http(503, "", "Retry-After: 120"), LATER, 120.0),
    row("503 with a page and a date", BOTH, http(503, PAGE, DATE, IN_TWO_MINUTES), LATER, 120.0),
    row("503 cut off in its text", BOTH, (http(503, "x", length=10), Act.CLOSE), LATER),
    row("504", BOTH, http(504, PAGE), LATER),
    row("505", BOTH, http(505), LATER),
    row("507", BOTH, http(507), LATER),
    row("520 of a proxy", BOTH, http(520, "error code: 520"), LATER),
    row("529", BOTH, http(529), LATER),
    row("599", BOTH, http(599), LATER),
    row("ratelimited, with a time", BOTH, no("ratelimited", "Retry-After: 30"), LATER, 30.0),
    row("ratelimited, with a date", BOTH, no("ratelimited", DATE, IN_TWO_MINUTES), LATER, 120.0),
    row("ratelimited, with nonsense", BOTH, no("ratelimited", "Retry-After: later"), LATER),
    row("ratelimited, without a time", BOTH, no("ratelimited"), LATER),
    row("ratelimited on 429", BOTH, no("ratelimited", "Retry-After: 4", status=429), LATER, 4.0),
    row("rate_limited", BOTH, no("rate_limited", "Retry-After: 2"), LATER, 2.0),
    row("rate_limited in plain text", WEBHOOK, http(200, "rate_limited", "Retry-After: 2"), LATER, 2.0),
    row("internal_error", BOTH, no("internal_error"), LATER),
    row("fatal_error", BOTH, no("fatal_error"), LATER),
    row("service_unavailable", BOTH, no("service_unavailable"), LATER),
    row("request_timeout", BOTH, no("request_timeout"), LATER),
    row("team_added_to_org", BOT, no("team_added_to_org"), LATER),
    row("org_login_required", BOT, no("org_login_required"), LATER),
    row("accesslimited", BOT, no("accesslimited"), LATER),
    row("message_limit_exceeded", BOT, no("message_limit_exceeded"), LATER),
    Row(
        "a layout refused, then a limit",
        WEBHOOK,
        ((http(400, "invalid_blocks"),), (http(429, "", "Retry-After: 60"),)),
        LATER,
        60.0,
    ),
    Row(
        "a layout refused, then a limit",
        BOT,
        ((no("invalid_blocks"),), (no("ratelimited", "Retry-After: 60"),)),
        LATER,
        60.0,
    ),
    aground(Ground.NOBODY, LATER, "refused"),
    aground(Ground.NO_NAME, LATER, "cannot be reached"),
    aground(Ground.NOT_TLS, LATER, "cannot be reached"),
    aground(Ground.TLS_UNTRUSTED, LATER, "cannot be reached"),
    aground(Ground.TLS_SILENT, LATER),
    aground(Ground.TLS_RESET, LATER),
    aground(Ground.TLS_GARBAGE, LATER),
    aground(Ground.PROXY_LOGIN, LATER, "407"),
    aground(Ground.PROXY_REFUSES, LATER, "502"),
    aground(Ground.PROXY_SILENT, LATER),
    aground(Ground.PROXY_RESET, LATER),
    aground(Ground.DOOR, LATER, "private or special range"),
)

UNKNOWN_ROWS = (
    row("an empty 200", BOTH, http(200), UNKNOWN, said="not as Slack does"),
    row(
        "204 of an API that never answers so",
        BOT,
        b"HTTP/1.1 204 No Content\r\n\r\n",
        UNKNOWN,
        said="not as Slack does",
    ),
    row("a page of a hotel's network", BOTH, http(200, LOGIN_PAGE), UNKNOWN, said="not as Slack does"),
    row("200 with JSON that says nothing", BOTH, http(200, "{}"), UNKNOWN),
    row("200 with an error without its name", BOTH, http(200, slack(ok=False)), UNKNOWN),
    row("200 with broken JSON", BOTH, http(200, '{"ok":tr'), UNKNOWN),
    row("200 with JSON that is no object", BOTH, http(200, "[true]"), UNKNOWN),
    row("200 with JSON too deep to read", BOTH, http(200, "[" * 100_000), UNKNOWN),
    row("200 with an object too deep to read", BOTH, http(200, '{"a":' * 100_000), UNKNOWN),
    row("200 with bytes that are no text", BOTH, http(200, bytes(range(256))), UNKNOWN),
    row("ok in the text of a page", BOTH, http(200, "<p>ok</p>"), UNKNOWN),
    row("a plain ok of an API that speaks JSON", BOT, http(200, "okay"), UNKNOWN),
    row("200 with a flood", WEBHOOK, (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", Act.FLOOD), UNKNOWN),
    row(
        "200 cut off before its text",
        BOTH,
        (http(200, "", length=2), Act.CLOSE),
        UNKNOWN,
        said="broke before",
    ),
    row(
        "200 cut off in its text",
        BOTH,
        (http(200, POSTED, length=4000), Act.CLOSE),
        UNKNOWN,
        said="broke before",
    ),
    row("200 reset in its text", BOTH, (http(200, "o", length=2), Act.RESET), UNKNOWN),
    row("200 whose text never comes", BOTH, (http(200, "", length=2), Act.SILENCE), UNKNOWN),
    row("200 whose text drips", BOTH, (http(200, "", length=4000), Act.DRIP), UNKNOWN),
    row("200 whose text is no gzip", BOTH, http(200, "ok", GZIP), UNKNOWN),
    row("a head that never comes", BOTH, Act.SILENCE, UNKNOWN),
    row("a head that drips", BOTH, (b"HTTP/1.1 200 OK\r\nX-", Act.DRIP), UNKNOWN),
    row("half a head, then the end", BOTH, (b"HTTP/1.1 200 OK\r\nContent-", Act.CLOSE), UNKNOWN),
    row("a good-bye instead of an answer", BOTH, Act.CLOSE, UNKNOWN),
    row("a reset instead of an answer", BOTH, Act.RESET, UNKNOWN),
    row("a reset in the middle of the request", BOTH, Act.RESET_UNREAD, UNKNOWN),
    row("an answer that is not HTTP", BOTH, (b"220 mail.example ESMTP\r\n\r\n", Act.CLOSE), UNKNOWN),
    row("a status that is no number", BOTH, (b"HTTP/1.1 OK 200\r\n\r\n", Act.CLOSE), UNKNOWN),
    row("a header longer than any", BOTH, http(200, "ok", "X-Long: " + "x" * 100_000), UNKNOWN),
    row(
        "more headers than any", BOTH, http(200, "ok", *(f"X-{number}: x" for number in range(500))), UNKNOWN
    ),
    row(
        "an answer whose chunks are none",
        BOTH,
        CHUNKED % (429, b"Retry-After: 3600\r\n") + b"zz\r\nrate\r\n",
        UNKNOWN,
    ),
    row(
        "two lengths that differ",
        BOTH,
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok", Act.CLOSE),
        UNKNOWN,
    ),
)

NEVER_ROWS = (
    row("no_service", WEBHOOK, http(404, "no_service"), NEVER, said="make a new webhook"),
    row("no_service_id", WEBHOOK, http(404, "no_service_id"), NEVER, said="make a new webhook"),
    row("no_active_hooks", WEBHOOK, http(404, "no_active_hooks"), NEVER, said="make a new webhook"),
    row("no_team", WEBHOOK, http(404, "no_team"), NEVER, said="make a new webhook"),
    row("team_disabled", WEBHOOK, http(403, "team_disabled"), NEVER, said="ask its owner"),
    row("invalid_token", WEBHOOK, http(403, "invalid_token"), NEVER, said="make a new webhook"),
    row("channel_not_found", WEBHOOK, http(404, "channel_not_found"), NEVER, said="the channel was deleted"),
    row("user_not_found", WEBHOOK, http(400, "user_not_found"), NEVER, said="make a new webhook"),
    row("action_prohibited", WEBHOOK, http(403, "action_prohibited"), NEVER, said="ask its administrator"),
    row("posting_to_general_channel_denied", WEBHOOK, http(403, "posting_to_general_channel_denied"), NEVER, said="use another channel"),
    row("no_text", WEBHOOK, http(400, "no_text"), NEVER, said="report this"),
    row("an error in JSON", WEBHOOK, no("invalid_auth"), NEVER, said="make a new webhook"),
    Row("a layout refused twice", WEBHOOK, ((http(400, "invalid_blocks"),), (http(400, "invalid_payload"),)), NEVER, said="report this"),
    Row("a layout refused twice", BOT, ((no("invalid_blocks"),), (no("msg_too_long"),)), NEVER, said="report this"),
    row("301", BOTH, http(301, "", "Location: https://elsewhere.example/"), NEVER, said="redirects"),
    row("302", BOTH, http(302, "", "Location: /services/T/B/x"), NEVER, said="redirects"),
    row("303", BOTH, http(303, "", "Location: /"), NEVER, said="redirects"),
    row("307", BOTH, http(307, "", "Location: /"), NEVER, said="redirects"),
    row("308", BOTH, http(308, "", "Location: /"), NEVER, said="redirects"),
    row("300 without a place", BOTH, http(300), NEVER, said="redirects"),
    row("400", BOTH, http(400), NEVER),
    row("401", BOTH, http(401), NEVER),
    row("402", BOTH, http(402), NEVER),
    row("403 of a firewall", BOTH, http(403, PAGE), NEVER),
    row("403 that is cut off in its text", BOTH, (http(403, "no", length=400), Act.CLOSE), NEVER),
    row("403 that is reset in its text", BOTH, (http(403, "no", length=400), Act.RESET), NEVER),
    row("403 whose text never comes", BOTH, (http(403, "", length=400), Act.SILENCE), NEVER),
    row("403 that floods", BOTH, (b"HTTP/1.1 403 no\r\nConnection: close\r\n\r\n", Act.FLOOD), NEVER),
    row("404 with a page", BOTH, http(404, PAGE), NEVER),
    row("405", BOTH, http(405), NEVER),
    row("406", BOTH, http(406), NEVER),
    row("407 of a proxy in between", BOTH, http(407, PAGE), NEVER),
    row("409", BOTH, http(409), NEVER),
    row("411", BOTH, http(411), NEVER),
    row("413", BOTH, http(413), NEVER),
    row("414", BOTH, http(414), NEVER),
    row("415", BOTH, http(415), NEVER),
    row("421", BOTH, http(421), NEVER),
    row("422", BOTH, http(422), NEVER),
    row("426", BOTH, http(426), NEVER),
    row("431", BOTH, http(431), NEVER),
    row("451", BOTH, http(451), NEVER),
    row("403 that asks for a wait", BOTH, http(403, "", "Retry-After: 30"), NEVER),
    row("invalid_auth", BOT, no("invalid_auth"), NEVER, said="put the app's Bot User OAuth Token"),
    row("not_authed", BOT, no("not_authed"), NEVER, said="put the app's Bot User OAuth Token"),
    row("token_revoked", BOT, no("token_revoked"), NEVER, said="install the app again"),
    row("token_expired", BOT, no("token_expired"), NEVER, said="token rotation"),
    row("account_inactive", BOT, no("account_inactive"), NEVER, said="install it again"),
    row("not_allowed_token_type", BOT, no("not_allowed_token_type"), NEVER, said="another kind of token"),
    row("missing_scope", BOT, no("missing_scope", needed="chat:write", provided="im:read"), NEVER, said="chat:write"),
    row("channel_not_found", BOT, no("channel_not_found"), NEVER, said="/invite @"),
    row("not_in_channel", BOT, no("not_in_channel"), NEVER, said="/invite @"),
    row("is_archived", BOT, no("is_archived"), NEVER, said="archived"),
    row("restricted_action", BOT, no("restricted_action"), NEVER, said="ask an owner"),
    row("restricted_action_read_only_channel", BOT, no("restricted_action_read_only_channel"), NEVER, said="name another one"),
    row("two_factor_setup_required", BOT, no("two_factor_setup_required"), NEVER, said="two-factor"),
    row("ekm_access_denied", BOT, no("ekm_access_denied"), NEVER, said="refused again"),
    row("team_access_not_granted", BOT, no("team_access_not_granted"), NEVER, said="ask an owner"),
    row("no_permission", BOT, no("no_permission"), NEVER, said="ask an owner"),
    row("msg_too_long", BOT, no("msg_too_long"), NEVER, said="report this"),
    row("no_text", BOT, no("no_text"), NEVER, said="report this"),
    row("invalid_arguments", BOT, no("invalid_arguments"), NEVER, said="report this"),
    row("unknown_method", BOT, no("unknown_method"), NEVER, said="mend `api`"),
    row("an error that Slack has not had yet", BOT, no("weather_too_warm"), NEVER, said="refused again"),
    row("an error on a status of its own", BOT, no("invalid_auth", status=401), NEVER, said="Bot User OAuth Token"),
    row("an error as long as a book", BOT, http(200, HUGE), NEVER, said="refused again"),
)  # fmt: skip

GONE_ROWS = (
    row("410", BOTH, http(410), GONE, said="410"),
    row("410 with a page", BOTH, http(410, PAGE), GONE, said="410"),
    row("410 channel_is_archived", WEBHOOK, http(410, "channel_is_archived"), GONE, said="archived"),
    row("410 that is cut off in its text", BOTH, (http(410, "no", length=400), Act.CLOSE), GONE, said="410"),
    row("410 in Slack's JSON", BOT, no("is_archived", status=410), GONE, said="archived"),
)

ROWS = DONE_ROWS + LATER_ROWS + UNKNOWN_ROWS + NEVER_ROWS + GONE_ROWS
