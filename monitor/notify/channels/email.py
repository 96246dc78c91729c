"""Alerts by mail, to one or more addresses, over an SMTP server of yours.

```yaml
receivers:
  operators:
    channels:
      - {kind: email, to: [ops@example.org]}          # by the mail server on this machine
  iran-desk:
    tz: Europe/Paris
    lang: fr
    channels:
      - kind: email
        to: [ana@example.org, ben@example.org]
        from: watchword@example.org
        host: smtp.example.org
        port: 587
        tls: starttls
        user: watchword
        password: "env:SMTP_PASSWORD"
```

- `to` (required): addresses. Each gets a mail of its own, so one that is refused neither stops nor repeats
  another's.
- `from`: the sender; by default `watchword@` and this machine's name, which servers outside seldom accept.
- `host` (default localhost) and `port` (by default 465 with `tls: tls`, 587 with a user, else 25).
- `tls`: `starttls` (the default, except for a server on this machine), `tls` from the first byte, or `none`.
  Certificates are checked.
- `user` and `password` (as `env:NAME` or `file:PATH`): to log in; never sent unencrypted to another machine.
- `timeout` (default 30s): how long the server may take for one mail.
- `rate` (default 60/m): how fast each address is written to. What comes faster goes together in one mail.

A server's answer 4xx is tried again, 5xx about the mail or its recipient is final. Whatever is wrong with the
connection, its encryption or the login is tried again too, because it concerns every alert alike: once the
password is mended, nothing has been lost. A mail keeps its `Message-ID` over all tries. Follow-ups of an
alert refer to its first mail and have its subject, with `Re:` before it, so that mail programs show them
together; what they bring (more sources, a correction) is said in the mail.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import ssl
from collections.abc import Awaitable
from ipaddress import ip_address
from typing import Annotated, Any, Literal, Self, TypeVar

import aiosmtplib
from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPException,
    SMTPHeloError,
    SMTPResponse,
    SMTPResponseException,
)
from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from monitor.errors import Deferred, LoginRefused, OutcomeUnknown, Rejected, in_system_words
from monitor.model import Notification, Receipt
from monitor.notify.alert_text import alert_text
from monitor.notify.answers import said
from monitor.notify.channel import Channel, ChannelConfig, Destination, Wires
from monitor.notify.mail import Envelope, mail, message_id_of
from monitor.values import PositiveDuration, Rate, Secret, parse_duration

_T = TypeVar("_T")
_LOGIN_PAUSE = 900.0  # seconds before a login that was refused is tried again: quicker ones lock accounts
_LOGIN_CODES = frozenset({530, 534, 535, 538})
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([^@\s]+)")
_DOMAIN = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9-]{1,63}(?<!-))*")


def _mail_address(value: str) -> str:
    """Check an address; its domain is written in lower-case ASCII."""
    found = _ADDRESS.fullmatch(value.strip())
    domain = _ascii_domain(found[1]) if found else None
    if domain is None or len(value) > 254:
        raise PydanticCustomError(
            "mail_address", "not a mail address; write it bare, such as ana@example.org"
        )
    return f"{value.strip().rpartition('@')[0]}@{domain}"


def _ascii_domain(written: str) -> str | None:
    try:
        domain = written.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    return domain if _DOMAIN.fullmatch(domain) else None


def _no_doubles(addresses: list[str]) -> list[str]:
    for number, address in enumerate(addresses):
        if address in addresses[:number]:
            raise PydanticCustomError("mail_address", f"{address} stands here twice")
    return addresses


def _host(value: str) -> str:
    if not value or not value.isascii() or not value.isprintable() or " " in value:
        raise PydanticCustomError(
            "mail_host", "not a host; write a name or an address, such as smtp.example.org"
        )
    return value


MailAddress = Annotated[str, AfterValidator(_mail_address)]


class Config(ChannelConfig):
    """What may stand beside `kind: email`."""

    default_rate = Rate(60, 60)

    to: Annotated[list[MailAddress], Field(min_length=1), AfterValidator(_no_doubles)]
    sender: Annotated[MailAddress | None, Field(alias="from")] = None
    host: Annotated[str, AfterValidator(_host)] = "localhost"
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    tls: Literal["starttls", "tls", "none"] | None = None
    user: str | None = None
    password: Secret | None = None
    timeout: PositiveDuration = parse_duration("30s")

    @model_validator(mode="after")
    def _login_is_whole_and_safe(self) -> Self:
        if (self.user is None) != (self.password is None):
            missing = "password" if self.password is None else "user"
            raise PydanticCustomError(
                "mail_login", f"user and password belong together; {missing!r} is missing"
            )
        if self.user is not None and self.encryption == "none" and not self.on_this_machine:
            raise PydanticCustomError(
                "mail_login", "a password is not sent unencrypted; set tls to starttls or tls"
            )
        return self

    @property
    def on_this_machine(self) -> bool:
        """Whether the server is reached without leaving the machine."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host.lower().rstrip(".") == "localhost"

    @property
    def encryption(self) -> Literal["starttls", "tls", "none"]:
        """How the connection is encrypted."""
        return self.tls or ("none" if self.on_this_machine else "starttls")

    @property
    def server_port(self) -> int:
        """The port as written, or the usual one for the kind of connection."""
        return self.port or (465 if self.encryption == "tls" else 587 if self.user else 25)

    def open(self, wires: Wires) -> Channel:
        """Build the channel; it connects for each mail."""
        return EmailChannel(self, wires)


class _Server(SMTP):
    """A connection that knows whether the mail itself went out; before it does, nothing can be taken."""

    mail_is_out = False

    async def data(self, message: str | bytes, /, **settings: Any) -> SMTPResponse:
        """Hand the mail over; `mail_is_out` tells whether the server's go-ahead came first."""
        self.mail_is_out = True
        if self.protocol is not None:
            write = self.protocol.write

            def noted(data: bytes) -> None:
                write(data)
                self.mail_is_out = data != b"DATA\r\n"

            self.protocol.write = noted  # type: ignore[method-assign]
        return await super().data(message, **settings)


class EmailChannel:
    """Mails over one SMTP server; each recipient is a destination."""

    def __init__(self, config: Config, wires: Wires) -> None:
        self._config = config
        self._wires = wires
        self._recipients = {f"email:{address}": address for address in config.to}
        self._machine = ""
        self._trust: ssl.SSLContext | None = None

    def destinations(self) -> tuple[Destination, ...]:
        """Name each recipient."""
        return tuple(Destination(name, address) for name, address in self._recipients.items())

    async def send(self, notification: Notification) -> Receipt:
        """Mail the alert to its one recipient."""
        recipient = self._recipients.get(notification.destination)
        if recipient is None:
            raise Rejected(f"{notification.destination} is no longer a destination of this receiver")
        await self._prepare()
        sender = self._config.sender or f"watchword@{self._machine}"
        envelope = self._envelope(sender, recipient)
        raw = mail(notification, alert_text(notification), envelope)
        answer = await self._deliver(sender, recipient, raw)
        return Receipt(answer, self._wires.clock(), message_id_of(notification, envelope))

    async def handshake(self) -> str:
        """Connect, encrypt and log in, as for a mail."""
        await self._prepare()
        server = self._server()
        try:
            await self._in_time(self._greet(server), server)
        finally:
            server.close()
        login = " and takes the login" if self._config.user else ""
        return f"{self._config.host}:{self._config.server_port} answers{login}"

    async def close(self) -> None:
        """Nothing stays open between mails."""

    def _envelope(self, sender: str, recipient: str) -> Envelope:
        at = self._wires.clock()
        if self._config.sender is None:
            return Envelope(sender, recipient, at)
        return Envelope(sender, recipient, at, self._config.sender.rpartition("@")[2])

    async def _prepare(self) -> None:
        """Find the machine's name and load the certificates that are trusted, once and outside the loop."""
        if not self._machine:
            self._machine = _ascii_domain(await asyncio.to_thread(socket.getfqdn)) or "localhost"
        if self._trust is None and self._config.encryption != "none":
            self._trust = await asyncio.to_thread(ssl.create_default_context)

    async def _greet(self, server: _Server) -> None:
        await self._connect(server)
        await self._asked(server.noop(), "a greeting", server)
        await self._leave(server)

    def _server(self) -> _Server:
        return _Server(
            hostname=self._config.host,
            port=self._config.server_port,
            local_hostname=self._machine,
            timeout=self._config.timeout.total_seconds(),
            use_tls=self._config.encryption == "tls",
            start_tls=self._config.encryption == "starttls",
            tls_context=self._trust,
        )

    async def _deliver(self, sender: str, recipient: str, raw: bytes) -> str:
        server = self._server()
        try:
            await self._in_time(self._introduce(server, sender, recipient), server)
            return await self._in_time(self._hand_over(server, raw), server)
        finally:
            server.close()

    async def _in_time(self, step: Awaitable[_T], server: _Server) -> _T:
        """Bound a whole step: drop by drop, a server could stay within the time for each answer for ever."""
        patience = self._config.timeout.total_seconds()
        try:
            async with asyncio.timeout(patience):
                return await step
        except TimeoutError:
            fault = _lost(server)(f"{self._config.host} took more than {patience:g} s")
        raise fault from None

    async def _introduce(self, server: _Server, sender: str, recipient: str) -> None:
        """Come as far as the mail itself."""
        await self._connect(server)
        await self._asked(server.mail(sender), "the sender", server)
        await self._asked(server.rcpt(recipient), recipient, server)

    async def _hand_over(self, server: _Server, raw: bytes) -> str:
        """Hand the mail over."""
        answer = await self._asked(server.data(raw), "the mail", server)
        await self._leave(server)
        return f"{answer.code} {self._heard(answer.message)}"

    async def _leave(self, server: SMTP) -> None:
        with contextlib.suppress(SMTPException, OSError, TimeoutError):
            await asyncio.wait_for(server.quit(), 2)  # all is done; good-bye is only polite

    async def _connect(self, server: SMTP) -> None:
        """Connect, encrypt and log in; whatever fails here concerns every alert alike and is tried again."""
        place = f"{self._config.host}:{self._config.server_port}"
        try:
            await server.connect()
            await self._log_in(server)
        except SMTPAuthenticationError as error:
            # What the server says is left out: some repeat the line that they refuse, password and all.
            code = f"({error.code})" if error.code else ""
            refused = Deferred if 400 <= error.code < 500 else LoginRefused
            fault = refused(f"{place} refuses the login {code}; check user and password", _LOGIN_PAUSE)
        except SMTPResponseException as error:
            fault = Deferred(f"{place} answered {error.code}: {self._heard(error.message)}")
        except (SMTPException, OSError, ssl.SSLError) as error:
            fault = Deferred(f"{place} cannot be used: {_without_place(error)}")
        else:
            return
        raise fault from None

    async def _log_in(self, server: SMTP) -> None:
        if self._config.user is not None and self._config.password is not None:
            await server.login(self._config.user, self._config.password.reveal())

    async def _asked(self, ask: Awaitable[SMTPResponse], what: str, server: _Server) -> SMTPResponse:
        """Ask the server to take something; what it answers decides."""
        try:
            return await ask
        except SMTPHeloError as error:  # it takes nobody's mail, and says so late
            fault: Exception = Deferred(
                f"{self._config.host} answered {error.code}: {self._heard(error.message)}"
            )
        except SMTPResponseException as error:
            if 200 <= error.code < 300 and (server.mail_is_out or what != "the mail"):
                return SMTPResponse(error.code, error.message)  # the library knows fewer codes of success
            fault = self._refusal(error, what)
        except (SMTPException, OSError) as error:
            reason = f"the connection to {self._config.host} broke at {what}: {type(error).__name__}"
            fault = _lost(server)(reason)
        raise fault from None

    def _refusal(self, error: SMTPResponseException, what: str) -> Deferred | Rejected:
        if error.code in _LOGIN_CODES:
            reason = f"{self._config.host} wants a login ({error.code}); set user and password"
            return LoginRefused(reason, _LOGIN_PAUSE)
        reason = f"{self._config.host} refuses {what}: {error.code} {self._heard(error.message)}"
        if 500 <= error.code < 600:
            advice = "; set `from` to an address that it accepts" if what == "the sender" else ""
            return Rejected(reason + advice)
        return Deferred(reason)

    def _heard(self, answer: str) -> str:
        """Make what the server said fit to be shown: without the password, however the login wrote it."""
        if self._config.password is None:
            return said(answer)
        password = self._config.password.reveal()
        return said(answer, password, f"\0{self._config.user}\0{password}")


def _lost(server: _Server) -> type[Deferred]:
    """Say what a lost answer means: once the mail is on the way, it may have arrived."""
    return OutcomeUnknown if server.mail_is_out else Deferred


def _without_place(error: Exception) -> str:
    """Say what broke, in the words of the system where it has some."""
    cause = error.__cause__ or error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({cause.verify_message})"
    if isinstance(error, aiosmtplib.SMTPTimeoutError):
        return "it does not answer in time"
    if isinstance(cause, OSError) and not isinstance(cause, SMTPException):
        return in_system_words(cause)
    return f"{said(str(error))}; check `tls` and `user`"
