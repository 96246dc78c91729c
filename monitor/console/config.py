"""What users say about the address that the daemon serves on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from monitor.values import Strict

_HINT = "write HOST:PORT such as 127.0.0.1:8321, [::1]:8321 or 0.0.0.0:8321, or none"


@dataclass(frozen=True, slots=True)
class Bind:
    """An address to serve on."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_bind(value: object) -> Bind | None:
    """Read HOST:PORT; `none` is None. Raises ValueError."""
    if value is None or isinstance(value, Bind):
        return value
    text = str(value).strip()
    if text == "none":
        return None
    parts = urlsplit(f"//{text}")
    try:
        host, port = parts.hostname, parts.port
    except ValueError:  # beyond 65535
        host = port = None
    if not host or port is None or parts.netloc != text or "@" in text:
        raise ValueError(f"{text!r} is no address to serve on; {_HINT}")
    return Bind(host, port)


def _bind(value: object) -> Bind | None:
    try:
        return parse_bind(value)
    except ValueError:
        message = {"message": f"{value!r} is no address to serve on", "hint": _HINT}
        raise PydanticCustomError("bind", "{message}", message) from None


class ListenConfig(Strict):
    """Where the daemon serves `/healthz`, `/readyz` and `/metrics`."""

    bind: Annotated[Bind | None, BeforeValidator(_bind), WithJsonSchema({"type": "string"})] = Field(
        default=Bind("127.0.0.1", 8321),
        description="HOST:PORT to serve on, or none. Where it is taken, nothing is served.",
    )
