"""What users say about the archive and the queue.

Both may be servers, whose addresses may hold a password: then the whole address stands in an environment
variable or a file (`url: env:NAME`, `url: file:PATH`), never in the configuration itself.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

from monitor.stores.connection import SENTINEL_SCHEMES, sentinel_parts
from monitor.values import PositiveDuration, Secret, Size, Strict

_ADDRESS = WithJsonSchema({"type": "string", "description": "An address, or env:NAME or file:PATH."})
_IN_ELSEWHERE = ("env:", "file:")


def _wrong(message: str, hint: str = "") -> PydanticCustomError:
    return PydanticCustomError("address", "{message}", {"message": message, "hint": hint})


def _address(check: Callable[[str], None]) -> BeforeValidator:
    """Make the reader of an address that `check` judges; it is kept as a secret, wherever it came from."""

    def read(value: object, info: ValidationInfo) -> Secret:
        if isinstance(value, Secret):
            return value
        text = str(value)
        if text.startswith(_IN_ELSEWHERE):
            secret = Secret.read(text, info.context)
        elif _password_in(text):
            hint = "put the whole address into a file or an environment variable: url: file:PATH or env:NAME"
            raise _wrong("a password does not belong in the configuration", hint)
        else:
            secret = Secret(text)
        check(secret.reveal().strip())
        return Secret(secret.reveal().strip())

    return BeforeValidator(read)


def _password_in(url: str) -> bool:
    parts = urlsplit(url)
    return bool(parts.password) or "password=" in parts.query


def _archive(url: str) -> None:
    if url.startswith(("postgresql://", "postgres://")):
        return
    if not url.startswith("sqlite:///"):
        raise _wrong(
            "not the address of an archive",
            "write postgresql://USER@HOST/DATABASE or sqlite:///PATH, or leave url out for a file in the "
            "state folder",
        )
    if url.removeprefix("sqlite:///") in ("", ":memory:"):
        raise _wrong("the archive must be a file, or a restart would forget everything")


def _queue(url: str) -> None:
    said = (
        "write redis://HOST:PORT/DB, rediss://…, unix:///PATH/TO.sock or redis+sentinel://HOST,HOST/SERVICE"
    )
    parts = urlsplit(url)
    if parts.scheme in SENTINEL_SCHEMES:
        try:
            sentinel_parts(url)
        except ValueError as error:
            raise _wrong(f"not the address of Sentinels: {error}", said) from None
        return
    if parts.scheme not in ("redis", "rediss", "unix"):
        raise _wrong("not the address of a queue server", said)
    if parts.scheme == "unix" and (parts.netloc.rpartition("@")[2] or not parts.path.startswith("/")):
        raise _wrong("the socket's path must be absolute, with three slashes", said)
    try:
        _ = parts.port
    except ValueError:
        raise _wrong("the port is not a number up to 65535", said) from None
    if parts.scheme != "unix" and not (parts.path in ("", "/") or parts.path[1:].isdecimal()):
        raise _wrong("the database is not a number", said)


class ArchiveConfig(Strict):
    """Where articles, matches, alerts and the delivery ledger are kept, and for how long."""

    url: Annotated[Secret, _address(_archive), _ADDRESS] | None = Field(
        default=None,
        description="postgresql://USER@HOST/DB or sqlite:///PATH; left out: a file in the state folder.",
    )
    keep: PositiveDuration = Field(
        default=timedelta(days=90), description="How long articles and alerts are kept, such as 90d."
    )
    reserve: Size = Field(
        default=200_000_000,
        description="Where less is free on the disk of the archive's file, nothing is polled until there is.",
    )


class QueueConfig(Strict):
    """Which Redis or Valkey server hands work over; without `url`, an embedded one is started."""

    url: Annotated[Secret, _address(_queue), _ADDRESS] | None = Field(
        default=None,
        description=(
            "redis://HOST:PORT/DB, rediss://…, unix:///PATH, or redis+sentinel://HOST:PORT,HOST:PORT/SERVICE "
            "for the master that Sentinels name; left out: a server of our own."
        ),
    )
    namespace: str = Field(
        default="watchword",
        pattern=r"^[a-z0-9][a-z0-9-]*$",
        description="What the names of our keys begin with, where others share the server.",
    )
