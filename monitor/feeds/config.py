"""What a user may say about feeds and about going out to the network."""

from __future__ import annotations

import ipaddress
import re
from datetime import timedelta
from functools import cache
from typing import Annotated, Literal
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList
from pydantic import BeforeValidator, field_validator, model_validator
from pydantic_core import PydanticCustomError

from monitor import __version__
from monitor.feeds.address import Network, Refused, check_url
from monitor.values import Duration, PositiveDuration, Size, Strict, parse_duration

_ID = r"[a-z0-9][a-z0-9-]*"
_LANG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.IGNORECASE)


def _wrong(message: str, hint: str = "") -> PydanticCustomError:
    return PydanticCustomError("feed", "{message}", {"message": message, "hint": hint})


def _web_address(value: object) -> str:
    try:
        check_url(text := str(value).strip())
    except Refused as refused:
        raise _wrong(str(refused)) from None
    return text


def _feed_id(value: object) -> str:
    text = str(value)
    if not re.fullmatch(_ID, text):
        raise _wrong(f"{text!r} is no id", "lower-case letters, digits and hyphens, such as iran-press")
    return text


def _country(value: object) -> str:
    text = str(value).upper()
    if text and not re.fullmatch("[A-Z]{2}", text):
        raise _wrong(f"{value!r} is no country", "two letters of ISO 3166, such as IR")
    return text


def _language(value: object) -> str:
    text = str(value).replace("_", "-").lower()
    if text and not _LANG.fullmatch(text):
        raise _wrong(f"{value!r} is no language", "a code such as en, fa or pt-br")
    return text


def _age(value: object) -> timedelta | None:
    return None if value is None or str(value).strip() == "none" else parse_duration(value)


def _network(value: object) -> Network:
    if isinstance(value, ipaddress.IPv4Network | ipaddress.IPv6Network):
        return value
    try:
        return ipaddress.ip_network(str(value).strip())
    except ValueError as error:
        raise _wrong(f"not a network: {error}", "write it as 10.0.0.0/8 or fd00::/8") from None


WebAddress = Annotated[str, BeforeValidator(_web_address)]


class FeedConfig(Strict):
    """One feed to watch. `every` is how often it is asked; its own wishes may stretch that to `at_most`."""

    id: Annotated[str, BeforeValidator(_feed_id)]
    url: WebAddress
    every: PositiveDuration = timedelta(minutes=10)
    at_most: PositiveDuration = timedelta(days=1)
    source: str = ""
    title: str = ""
    country: Annotated[str, BeforeValidator(_country)] = ""
    lang: Annotated[str, BeforeValidator(_language)] = ""
    tags: tuple[str, ...] = ()
    max_age: Annotated[Duration | None, BeforeValidator(_age)] = timedelta(days=30)
    backfill: Literal["silent", "notify"] = "silent"

    @model_validator(mode="after")
    def _in_order(self) -> FeedConfig:
        if "at_most" in self.model_fields_set and self.at_most < self.every:
            raise _wrong("'at_most' is shorter than 'every'")
        return self

    @property
    def ceiling(self) -> timedelta:
        """The longest time between two polls."""
        return max(self.at_most, self.every)

    @property
    def publisher(self) -> str:
        """The publisher's name: `source`, or the registrable domain of the address."""
        return self.source or registrable_domain(self.url)


class OutboundConfig(Strict):
    """How the daemon goes out: for feeds, redirects and webhooks alike."""

    user_agent: str = f"Watchword/{__version__} (news feed monitor)"
    allow: tuple[Annotated[Network, BeforeValidator(_network)], ...] = ()
    proxy: WebAddress | None = None
    max_bytes: Size = 15_000_000
    timeout: PositiveDuration = timedelta(seconds=20)

    @field_validator("user_agent")
    @classmethod
    def _one_line(cls, value: str) -> str:
        if not value.isprintable() or not value.isascii() or not value.strip():
            raise _wrong("a user agent is one line of plain ASCII characters")
        return value


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def registrable_domain(url: str) -> str:
    """Give the domain that its owner registered (`news.example.co.uk` → `example.co.uk`), or the host."""
    host = (urlsplit(url).hostname or "").removesuffix(".")
    if not host or ":" in host or host.replace(".", "").isdigit():
        return host
    return str(_suffixes().privatesuffix(host) or host)
