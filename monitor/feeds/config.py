"""What a user may say about feeds and about going out to the network."""

from __future__ import annotations

import ipaddress
import re
from datetime import timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList
from pydantic import BeforeValidator, Field, PlainValidator, field_validator, model_validator
from pydantic_core import PydanticCustomError

from monitor import __version__
from monitor.feeds.access import Access, Credentials, Headers, Proxy, read_proxy
from monitor.feeds.address import Network, Refused, check_url, refusal
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


USUAL = timedelta(minutes=10)  # between two polls of a feed of which nothing is said
_EVERY_HINT = (
    "How often the feed is asked, such as 10m; auto for 10m, and down to hourly while it brings nothing. "
    "Its own wishes may stretch that up to at_most."
)
_AT_LEAST_HINT = (
    "The shortest time between two polls: a feed that brings more than its document holds is asked sooner "
    "than usual, down to this."
)


def _every(value: object) -> timedelta | None:
    if value is None or str(value).strip() == "auto":
        return None
    every = parse_duration(value)
    if not every:
        raise _wrong("a time of nothing; write 10m, or auto")
    return every


class FeedDefaults(Strict):
    """What may be said of one feed, or of all feeds of a list."""

    every: Annotated[PositiveDuration | None, BeforeValidator(_every)] = Field(
        default=None, description=_EVERY_HINT
    )
    at_least: PositiveDuration = Field(default=timedelta(minutes=2), description=_AT_LEAST_HINT)
    at_most: PositiveDuration = Field(
        default=timedelta(days=1), description="The longest time between two polls, whatever the feed wishes."
    )
    source: str = Field(
        default="", description="The publisher's name as alerts show it; left out, the domain of the address."
    )
    country: Annotated[str, BeforeValidator(_country)] = Field(
        default="", description="The publisher's country, as two letters of ISO 3166 such as IR."
    )
    lang: Annotated[str, BeforeValidator(_language)] = Field(
        default="", description="The language of articles that do not name theirs, such as en or pt-br."
    )
    tier: int | None = Field(
        default=None,
        ge=1,
        le=3,
        description="The publisher's rank, 1 for the best; alerts say when the first tier has a story.",
    )
    tags: tuple[str, ...] = Field(default=(), description="Tags that every article of the feed gets.")
    max_age: Annotated[Duration | None, BeforeValidator(_age)] = Field(
        default=timedelta(days=30),
        description="Articles older than this are stored and matched but tell nobody; none for no limit.",
    )
    moves: Literal["adopt", "ignore"] = Field(
        default="adopt",
        description="Whether a feed that says again and again that it has moved for good is asked at its new "
        "address (adopt), or at the written one for ever (ignore).",
    )
    backfill: Literal["silent", "notify"] = Field(
        default="silent",
        description="Whether the articles of the first poll tell nobody (silent) or alert (notify).",
    )
    auth: Credentials | None = Field(
        default=None, description="How the feed's server knows us: a bearer token, or a user with a password."
    )
    headers: Headers = Field(
        default_factory=dict,
        description="Further request headers; each value is plain, or a secret as env:NAME or file:PATH.",
    )
    proxy: Annotated[
        Proxy | Literal["none"] | None, PlainValidator(read_proxy, json_schema_input_type=str)
    ] = Field(
        default=None,
        description="The proxy for this feed; with a login as env:NAME or file:PATH; none for no proxy.",
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if "at_most" in self.model_fields_set and self.at_most < self.usual:
            raise _wrong("'at_most' is shorter than 'every'")
        if "at_least" in self.model_fields_set and self.every is not None and self.at_least > self.every:
            raise _wrong("'at_least' is longer than 'every'")
        return self

    @property
    def usual(self) -> timedelta:
        """The time between two polls, where nothing speaks for another."""
        return self.every or USUAL

    @property
    def floor(self) -> timedelta:
        """The shortest time between two polls."""
        return min(self.at_least, self.usual)

    @property
    def ceiling(self) -> timedelta:
        """The longest time between two polls."""
        return max(self.at_most, self.usual)

    @model_validator(mode="after")
    def _one_authorization(self) -> Self:
        if self.auth is not None and "authorization" in {name.lower() for name in self.headers}:
            raise _wrong("'auth' and the header Authorization do not go together", "keep one of the two")
        return self


class FeedConfig(FeedDefaults):
    """One feed to watch."""

    id: Annotated[str, BeforeValidator(_feed_id)] = Field(
        description="The feed's name in commands, rules and logs: lower-case letters, digits and hyphens."
    )
    url: WebAddress = Field(description="The feed's address, http or https.")
    title: str = Field(default="", description="The feed's title; left out, the one that it gives itself.")

    @property
    def publisher(self) -> str:
        """The publisher's name: `source`, or the registrable domain of the address."""
        return self.source or registrable_domain(self.url)

    @property
    def access(self) -> Access:
        """What its server wants to see."""
        return Access(self.url, self.auth, self.headers, self.proxy)


class OpmlFeeds(FeedDefaults):
    """The feeds of an OPML file; what is said beside `opml` holds for each that does not say it itself."""

    opml: Path = Field(
        description="The OPML file that lists the feeds; its path counts from this file's folder."
    )


class OutboundConfig(Strict):
    """How the daemon goes out: for feeds, redirects and webhooks alike."""

    user_agent: str = Field(
        default=f"Watchword/{__version__} (news feed monitor)", description="The name that servers are told."
    )
    allow: tuple[Annotated[Network, BeforeValidator(_network)], ...] = Field(
        default=(),
        description="Private networks that may be connected to, such as 10.0.0.0/8; none by default.",
    )
    proxy: Proxy | None = Field(
        default=None,
        description="The proxy that everything goes through; with a login as env:NAME or file:PATH.",
    )
    site_pause: Duration = Field(
        default=timedelta(seconds=1),
        description="The time between the beginnings of two polls at one site; none at sites of one's own "
        "network.",
    )
    site_at_once: int = Field(
        default=2, ge=1, le=100, description="How many polls may be under way at one site at a time."
    )
    max_bytes: Size = Field(
        default=15_000_000, description="The most bytes of one answer, packed or unpacked."
    )
    timeout: PositiveDuration = Field(
        default=timedelta(seconds=20), description="The longest time for one whole exchange."
    )

    @field_validator("user_agent")
    @classmethod
    def _one_line(cls, value: str) -> str:
        if not value.isprintable() or not value.isascii() or not value.strip():
            raise _wrong("a user agent is one line of plain ASCII characters")
        return value


_OWN_NAMES = re.compile(r"[^.]+|.*\.(local|localhost|internal|lan|home\.arpa)", re.IGNORECASE)


def is_own_site(site: str) -> bool:
    """Tell whether a site lies in one's own network, by its name or its address."""
    try:
        return bool(refusal(ipaddress.ip_address(site)))
    except ValueError:
        return _OWN_NAMES.fullmatch(site) is not None


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@lru_cache(20_000)
def registrable_domain(url: str) -> str:
    """Give the domain that its owner registered (`news.example.co.uk` → `example.co.uk`), or the host."""
    host = (urlsplit(url).hostname or "").removesuffix(".")
    if not host or ":" in host or host.replace(".", "").isdigit():
        return host
    return str(_suffixes().privatesuffix(host) or host)
