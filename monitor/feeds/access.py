"""What a feed's server or a proxy wants to see before it answers: credentials, headers, a way round. Pure.

Whatever may be a secret is held as one, so that no printed form shows it, and leaves only for the origin
(scheme, host and port) that the operator wrote it for.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema
from yarl import URL

from monitor.feeds.address import Refused, check_url
from monitor.values import Secret, Strict

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_LONGEST_VALUE = 4000
_LIKE_THIS = "an address such as http://proxy.example:3128"
# Plain values of these tell nobody anything; every other header is held as a secret.
_HARMLESS = frozenset({"accept", "accept-language", "user-agent"})
_CREDENTIALS = frozenset({"authorization", "cookie"})
_OURS = {
    "host": "it is made from the address",
    "content-length": "a request for a feed has no body",
    "content-type": "a request for a feed has no body; use Accept to ask for a format",
    "content-encoding": "a request for a feed has no body",
    "transfer-encoding": "a request for a feed has no body",
    "expect": "a request for a feed has no body",
    "trailer": "a request for a feed has no body",
    "connection": "Watchword looks after its connections",
    "keep-alive": "Watchword looks after its connections",
    "upgrade": "Watchword looks after its connections",
    "te": "Watchword looks after its connections",
    "accept-encoding": "Watchword asks for what it can unpack",
    "range": "half a feed cannot be read",
    "set-cookie": "servers send it; a client sends Cookie",
}


def _wrong(message: str, hint: str = "") -> PydanticCustomError:
    return PydanticCustomError("access", "{message}", {"message": message, "hint": hint})


def _sendable(secret: Secret) -> Secret:
    value = secret.reveal()
    if not (value.isascii() and value.isprintable()):
        raise _wrong("the value is not one line of plain ASCII characters")
    if len(value) > _LONGEST_VALUE:
        raise _wrong(f"the value has more than {_LONGEST_VALUE} characters")
    return secret


def _one_line(secret: Secret) -> Secret:
    if not secret.reveal().isprintable():
        raise _wrong("the password is not one line")
    return secret


class Credentials(Strict):
    """How a feed's server knows us: a bearer token, or a user with a password."""

    bearer: Secret | None = Field(default=None, description="A bearer token, as env:NAME or file:PATH.")
    user: str | None = Field(default=None, description="The user's name for HTTP basic authentication.")
    password: Secret | None = Field(
        default=None, description="That user's password, as env:NAME or file:PATH."
    )

    _fit_bearer = field_validator("bearer")(lambda value: value and _sendable(value))
    _fit_password = field_validator("password")(lambda value: value and _one_line(value))

    @field_validator("user")
    @classmethod
    def _fit_user(cls, value: str | None) -> str | None:
        if value is not None and (not value.isprintable() or ":" in value or not value):
            raise _wrong("a user's name is one line without a colon")
        return value

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        basic = (self.user is not None, self.password is not None)
        if (self.bearer is None) == (basic == (False, False)) or (any(basic) and not all(basic)):
            hint = '{bearer: "env:TOKEN"} or {user: name, password: "file:secrets/feed"}'
            raise _wrong("either a bearer token, or a user and a password", hint)
        return self

    def header(self) -> str:
        """Give the value of `Authorization`."""
        if self.bearer is not None:
            return f"Bearer {self.bearer.reveal()}"
        assert self.user is not None
        assert self.password is not None
        return _basic(self.user, self.password.reveal())


def _basic(user: str, password: str) -> str:
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


def _read_headers(value: object, info: ValidationInfo) -> dict[str, str | Secret]:
    if not isinstance(value, Mapping):
        raise _wrong("headers are names with values", '{Accept-Language: fa, X-Api-Key: "env:KEY"}')
    names = [str(name).lower() for name in value]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise _wrong(f"the header {twice!r} is there twice; upper and lower case are the same")
    return {str(name): _read_header(str(name), said, info) for name, said in value.items()}


def _read_header(name: str, value: object, info: ValidationInfo) -> str | Secret:
    _check_name(name)
    if isinstance(value, Secret):
        return value
    text = "" if value is None else str(value)
    if text.startswith(("env:", "file:")):
        try:
            return _sendable(Secret.read(text, info.context))
        except PydanticCustomError as error:
            raise _wrong(f"{name}: {error.message()}", str((error.context or {}).get("hint", ""))) from None
    if name.lower() in _CREDENTIALS:
        raise _wrong(f"{name} is a secret and is not written here", "write env:NAME or file:PATH")
    if not text.strip():
        raise _wrong(f"{name} has no value")
    held = _sendable(Secret(text))
    return text if name.lower() in _HARMLESS else held


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise _wrong(f"{name!r} is no name of a header", "letters, digits and hyphens, such as X-Api-Key")
    low = name.lower()
    if low in _OURS:
        raise _wrong(f"the header {name} cannot be set", _OURS[low])
    if low.startswith("if-"):
        raise _wrong(
            f"the header {name} cannot be set", "Watchword keeps the feed's validators and sends them"
        )
    if low.startswith("proxy-"):
        raise _wrong(f"the header {name} cannot be set", 'a proxy\'s login is part of proxy: "env:PROXY"')


Headers = Annotated[dict[str, str | Secret], BeforeValidator(_read_headers)]


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy that the operator names: its address without a login, and the login apart."""

    address: str
    user: str = ""
    password: Secret | None = None

    def authorization(self) -> str:
        """Give the value of `Proxy-Authorization`; empty where there is no login."""
        return _basic(self.user, self.password.reveal()) if self.password is not None else ""

    def __str__(self) -> str:
        return f"{self.address} (with a login)" if self.password is not None else self.address

    @classmethod
    def read(cls, value: object, context: Mapping[str, Any] | None) -> Proxy:
        """Read `http://HOST:PORT`, or `env:NAME` or `file:PATH` that hold it, there with a login."""
        if isinstance(value, Proxy):
            return value
        text = str(value).strip()
        if text.startswith(("env:", "file:")):
            return cls._with_login(Secret.read(text, context).reveal().strip())
        try:
            check_url(text)
        except Refused as refused:
            hint = 'write proxy: "env:PROXY" and put the address with its login there'
            raise _wrong(str(refused), hint if "@" in text else _LIKE_THIS) from None
        return cls(text)

    @classmethod
    def _with_login(cls, text: str) -> Proxy:
        try:
            found = URL(text)
            user, password = found.user, found.password
            bare = str(check_url(str(found.with_user(None)))) if user is not None else str(check_url(text))
        except (Refused, ValueError):  # its words might show the login
            said = "what stands there is no address of a proxy"
            raise _wrong(said, "http://USER:PASSWORD@HOST:PORT, signs in the login written as %40") from None
        return cls(bare, user or "", Secret(password or "") if user is not None else None)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(
            lambda value, info: cls.read(value, info.context),
            serialization=core_schema.to_string_ser_schema(),
            json_schema_input_schema=core_schema.str_schema(),
        )


def read_proxy(value: object, info: ValidationInfo) -> Proxy | Literal["none"] | None:
    """Read a feed's `proxy`, which may also be `none`."""
    if value is None:
        raise _wrong("a value is missing", f"{_LIKE_THIS}, or none")
    return "none" if str(value).strip().lower() == "none" else Proxy.read(value, info.context)


@dataclass(frozen=True, slots=True)
class Access:
    """How one feed is asked. `url` is the address that the operator wrote the secrets for."""

    url: str = ""
    auth: Credentials | None = None
    headers: Mapping[str, str | Secret] = field(default_factory=dict)
    proxy: Proxy | Literal["none"] | None = None

    def at_home(self, url: URL) -> bool:
        """Whether an address has the origin that the secrets are for."""
        return bool(self.url) and url.origin() == URL(self.url).origin()

    def headers_for(self, *, home: bool) -> dict[str, str]:
        """Give the headers to send; without the secret ones, unless `home`."""
        sent = {name: value for name, value in self.headers.items() if isinstance(value, str)}
        if not home:
            return sent
        sent |= {name: value.reveal() for name, value in self.headers.items() if isinstance(value, Secret)}
        return sent | ({"Authorization": self.auth.header()} if self.auth else {})

    def redacted(self, text: str) -> str:
        """Take out of a text the secrets that a server or a library may have put there."""
        for secret in sorted(set(self._secrets()), key=len, reverse=True):
            text = text.replace(secret, "***")
        return text

    def _secrets(self) -> Iterator[str]:
        held = [value for value in self.headers.values() if isinstance(value, Secret)]
        if self.auth is not None:
            yield self.auth.header().partition(" ")[2]
            held += [secret for secret in (self.auth.bearer, self.auth.password) if secret is not None]
        if isinstance(self.proxy, Proxy) and self.proxy.password is not None:
            yield self.proxy.authorization().partition(" ")[2]
            held.append(self.proxy.password)
        for secret in held:
            if value := secret.reveal():
                yield value
