"""What every answer of a mail server must come to. A table.

Three people are to be told: Ana, Ben and Cleo, in that order unless the row begins with Ben. Each row is what
the server says or does instead of what is usual, the first time (or `times`) that it comes to that step, and
the end that Ben's mail meets then. Later the server is well. In the end Ana and Cleo have one mail each, and
Ben has as many as `kept` says.
"""
# ruff: noqa: E501 - a row stays on one line

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.contracts.answers_http import DONE, LATER, LOCKED_OUT, NEVER, UNKNOWN, End
from tests.contracts.smtp_script import Do, Reply, Slowly

ANA, BEN, CLEO = "ana@example.org", "ben@example.org", "cleo@example.org"
TO_BEN = f"RCPT {BEN}"
LOGIN_PAUSE = 900.0


@dataclass(frozen=True)
class MailRow:
    name: str
    replies: Mapping[str, Reply]
    end: End
    kept: int = 1
    wait: float | None = None
    said: str = ""
    times: int = 1
    settings: Mapping[str, Any] = field(default_factory=dict)
    offers: tuple[str, ...] = ("8BITMIME", "PIPELINING", "SIZE 35882577", "ENHANCEDSTATUSCODES")

    @property
    def about_ben(self) -> bool:
        """Whether the script tells Ben from the others, so that his mail need not be the first."""
        return list(self.replies) == [TO_BEN]


LOG_IN = {"user": "watchword", "password": "canary-mail-password"}
ENCRYPT = {"tls": "starttls", "host": "localhost"}
WITH_AUTH = ("AUTH PLAIN LOGIN",)
WITH_TLS = ("STARTTLS", "8BITMIME")
MULTILINE = "550-5.1.1 The address that you wrote to\r\n550-5.1.1 is not known here.\r\n550 5.1.1 See https://mail.example/help"
WELCOME = (
    "250-test at your service\r\n250-SIZE 35882577\r\n250-8BITMIME\r\n250-X-LONG "
    + "x" * 400
    + "\r\n250 HELP"
)

LONG_DOMAIN = ".".join(["department-of-letters"] * 8) + ".example.org"

ROWS = (
    # Nothing is amiss.
    MailRow("all is well", {}, DONE),
    MailRow("a greeting of several lines", {"greeting": "220-mail.example\r\n220-no spam please\r\n220 ready"}, DONE),
    MailRow("a welcome of many lines", {"EHLO": WELCOME}, DONE),
    MailRow("EHLO not known, HELO is", {"EHLO": "502 5.5.1 not implemented"}, DONE),
    MailRow("answers in pieces", {"greeting": Slowly(("22", "0 rea", "dy\r", "\n")), "dot": Slowly(("250 2.0", ".0 ta", "ken\r\n"))}, DONE),
    MailRow("an answer of lines in pieces", {"dot": Slowly(("250-2.0.0 taken\r\n", "250-2.0.0 as\r\n2", "50 2.0.0 17\r\n"))}, DONE),
    MailRow("a recipient that is forwarded", {TO_BEN: "251 2.1.5 will forward"}, DONE),
    MailRow("a recipient that cannot be checked", {TO_BEN: "252 2.1.5 cannot verify, will try"}, DONE),
    MailRow("a code of success that is not the usual one", {"MAIL": "259 2.0.0 fine", "dot": "251 2.0.0 will forward"}, DONE),
    MailRow("a login that is taken", {}, DONE, settings=LOG_IN, offers=WITH_AUTH),
    MailRow("STARTTLS that holds", {}, DONE, settings=ENCRYPT, offers=WITH_TLS),
    MailRow("a good-bye that breaks off", {"QUIT": Do.DROP}, DONE),
    MailRow("a good-bye that is refused", {"QUIT": "421 4.3.0 what"}, DONE),
    MailRow("a server that hangs up once the mail is taken", {"dot": Do.DROP_AFTER_SAYING}, DONE),
    MailRow("a sender whose domain is as long as they come", {}, DONE, settings={"from": f"watchword@{LONG_DOMAIN}"}),
    # The recipient alone.
    MailRow("greylisted", {TO_BEN: "451 4.7.1 Greylisted, please try again in 300 seconds"}, LATER, said="Greylisted"),
    MailRow("greylisted three times", {TO_BEN: "451 4.7.1 Greylisted"}, LATER, times=3, said="Greylisted"),
    MailRow("mailbox busy", {TO_BEN: "450 4.2.1 mailbox busy"}, LATER),
    MailRow("too many recipients", {TO_BEN: "452 4.5.3 too many recipients"}, LATER),
    MailRow("mailbox full for now", {TO_BEN: "452 4.2.2 over quota"}, LATER),
    MailRow("421 at one recipient", {TO_BEN: "421 4.7.0 closing, too many errors"}, LATER, said="421"),
    MailRow("455 at one recipient", {TO_BEN: "455 parameters cannot be used now"}, LATER),
    MailRow("no such user", {TO_BEN: "550 5.1.1 no such user"}, NEVER, kept=0, said=f"refuses {BEN}: 550 5.1.1 no such user"),
    MailRow("no such user, in several lines", {TO_BEN: MULTILINE}, NEVER, kept=0, said="is not known here. 5.1.1 See"),
    MailRow("not local", {TO_BEN: "551 5.1.6 user not local"}, NEVER, kept=0),
    MailRow("mailbox full for good", {TO_BEN: "552 5.2.2 mailbox full"}, NEVER, kept=0, said="552 5.2.2"),
    MailRow("a bad name", {TO_BEN: "553 5.1.3 bad name"}, NEVER, kept=0),
    MailRow("relaying denied", {TO_BEN: "554 5.7.1 relay access denied"}, NEVER, kept=0, said="554"),
    MailRow("a parameter refused", {TO_BEN: "555 5.5.4 unknown parameter"}, NEVER, kept=0),
    MailRow("a login wanted at the recipient", {TO_BEN: "530 5.7.0 authentication required"}, LOCKED_OUT, wait=LOGIN_PAUSE, said="wants a login"),
    MailRow("connection lost at one recipient", {TO_BEN: Do.DROP}, LATER, said=f"broke at {BEN}"),
    MailRow("silence at one recipient", {TO_BEN: Do.SILENCE}, LATER),
    # The sender and the mail.
    MailRow("the sender refused for now", {"MAIL": "451 4.1.8 domain of sender does not resolve"}, LATER, said="refuses the sender"),
    MailRow("the sender refused for good", {"MAIL": "550 5.7.1 not your address"}, NEVER, kept=0, said="set `from`"),
    MailRow("552 at the sender", {"MAIL": "552 5.3.4 too big"}, NEVER, kept=0),
    MailRow("a login wanted at the sender", {"MAIL": "530 5.7.0 Must issue a STARTTLS command first"}, LOCKED_OUT, wait=LOGIN_PAUSE),
    MailRow("a login that is too weak", {"MAIL": "534 5.7.9 mechanism too weak"}, LOCKED_OUT, wait=LOGIN_PAUSE),
    MailRow("421 at the sender", {"MAIL": "421 4.3.2 shutting down"}, LATER),
    MailRow("connection reset at the sender", {"MAIL": Do.RESET}, LATER),
    MailRow("DATA refused for now", {"DATA": "451 4.3.0 not now"}, LATER),
    MailRow("DATA refused for good", {"DATA": "554 5.5.1 no valid recipients"}, NEVER, kept=0),
    MailRow("DATA answered as if all were done", {"DATA": "250 2.0.0 fine"}, LATER),
    MailRow("421 at DATA", {"DATA": "421 4.4.2 timeout"}, LATER),
    MailRow("connection lost at DATA", {"DATA": Do.DROP}, LATER, said="broke at the mail"),
    MailRow("silence at DATA", {"DATA": Do.SILENCE}, LATER),
    MailRow("connection lost in the mail, before its dot", {"body": Do.RESET}, UNKNOWN, said="broke at the mail"),
    MailRow("connection lost after the dot", {"dot": Do.DROP}, UNKNOWN, kept=2),
    MailRow("connection reset after the dot", {"dot": Do.RESET}, UNKNOWN, kept=2),
    MailRow("silence after the dot", {"dot": Do.SILENCE}, UNKNOWN, kept=2),
    MailRow("drops after the dot", {"dot": Do.DRIP}, UNKNOWN, kept=2),
    MailRow("refused for now after the dot", {"dot": "451 4.3.0 not now"}, LATER),
    MailRow("disk full", {"dot": "452 4.3.1 insufficient system storage"}, LATER, said="452"),
    MailRow("421 after the dot", {"dot": "421 4.3.0 shutting down"}, LATER),
    MailRow("too big", {"dot": "552 5.3.4 message size exceeds"}, NEVER, kept=0),
    MailRow("taken for spam", {"dot": "550 5.7.1 looks like spam"}, NEVER, kept=0, said="550 5.7.1 looks like spam"),
    MailRow("refused for good after the dot", {"dot": "554 5.6.0 bad content"}, NEVER, kept=0),
    # The connection, its encryption and the login: these concern every alert alike.
    MailRow("too busy to greet", {"greeting": "421 4.3.2 too busy"}, LATER, said="421"),
    MailRow("blocked at the greeting", {"greeting": "554 5.7.1 you are blocked"}, LATER, said="554"),
    MailRow("hung up before the greeting", {"greeting": Do.DROP}, LATER, said="cannot be used"),
    MailRow("reset before the greeting", {"greeting": Do.RESET}, LATER),
    MailRow("silence instead of a greeting", {"greeting": Do.SILENCE}, LATER),
    MailRow("not a mail server", {"greeting": "HTTP/1.1 400 Bad Request"}, LATER),
    MailRow("neither EHLO nor HELO", {"EHLO": "550 5.7.1 go away", "HELO": "550 5.7.1 go away"}, LATER),
    MailRow("421 in the middle of EHLO", {"EHLO": "421 4.3.2 too busy"}, LATER),
    MailRow("connection lost at EHLO", {"EHLO": Do.DROP}, LATER),
    MailRow("EHLO that never ends", {"EHLO": Do.DRIP}, LATER),
    MailRow("the password is wrong", {"AUTH": "535 5.7.8 authentication failed"}, LOCKED_OUT, wait=LOGIN_PAUSE, times=2, settings=LOG_IN, offers=WITH_AUTH, said="check user and password"),
    MailRow("the login is refused for now", {"AUTH": "454 4.7.0 temporary authentication failure"}, LATER, wait=LOGIN_PAUSE, times=2, settings=LOG_IN, offers=WITH_AUTH),
    MailRow("the login needs encryption", {"AUTH": "538 5.7.11 encryption required"}, LOCKED_OUT, wait=LOGIN_PAUSE, times=2, settings=LOG_IN, offers=WITH_AUTH),
    MailRow("connection lost at the login", {"AUTH": Do.DROP}, LATER, settings=LOG_IN, offers=WITH_AUTH),
    MailRow("STARTTLS refused for now", {"STARTTLS": "454 4.7.0 TLS not available"}, LATER, settings=ENCRYPT, offers=WITH_TLS),
    MailRow("STARTTLS refused for good", {"STARTTLS": "502 5.5.1 what"}, LATER, settings=ENCRYPT, offers=WITH_TLS),
    MailRow("STARTTLS not offered this time", {"EHLO": "250 test"}, LATER, settings=ENCRYPT, offers=WITH_TLS, said="check `tls`"),
    MailRow("connection lost at STARTTLS", {"STARTTLS": Do.DROP}, LATER, settings=ENCRYPT, offers=WITH_TLS),
    MailRow("the handshake breaks off", {"tls": Do.DROP}, LATER, settings=ENCRYPT, offers=WITH_TLS),
    MailRow("letters slipped in before the handshake, which count for nothing", {"STARTTLS": "220 go on\r\n250-test\r\n250 AUTH PLAIN"}, DONE, settings=ENCRYPT, offers=WITH_TLS),
)  # fmt: skip
