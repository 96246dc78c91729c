"""Receivers: named sets of channels, with the zone and the language that their dates are written in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, get_args
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale, UnknownLocaleError
from pydantic import AfterValidator, Field, PlainValidator, ValidationError, ValidationInfo
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError, core_schema

from monitor.notify.channel import Channel, ChannelConfig, Wires
from monitor.notify.kinds import UnknownKind, config_of, shipped_kinds
from monitor.strict_yaml import nearest
from monitor.values import Strict


@dataclass(frozen=True, slots=True)
class ConfiguredChannel:
    """One channel of a receiver: its kind and its checked configuration."""

    kind: str
    config: ChannelConfig

    def open(self, wires: Wires) -> Channel:
        """Build the channel; it touches nothing yet."""
        return self.config.open(wires)


_PYDANTICS_OWN = frozenset(get_args(core_schema.ErrorType))


def _problem(code: str, message: str, hint: str = "", *, at_key: bool = False) -> PydanticCustomError:
    return PydanticCustomError(code, message, {"hint": hint, "at_key": at_key})


def _read_channel(value: object, info: ValidationInfo) -> ConfiguredChannel:
    """Check a channel's mapping against the `Config` of its kind; errors keep their places in it."""
    if isinstance(value, ConfiguredChannel):
        return value
    if not isinstance(value, dict):
        raise _problem("channel", "a channel is written as keys and values", "such as {kind: terminal}")
    settings: dict[str, Any] = dict(value)
    if "kind" not in settings:
        raise _problem("channel", "'kind' is missing", f"valid are: {', '.join(shipped_kinds())}")
    kind = settings.pop("kind")
    config = _config_of(kind)
    try:
        return ConfiguredChannel(kind, config.model_validate(settings, context=info.context))
    except ValidationError as error:
        lines = [_line(detail, config) for detail in error.errors(include_url=False)]
        raise ValidationError.from_exception_data(kind, lines) from None


def _config_of(kind: object) -> type[ChannelConfig]:
    try:
        return config_of(str(kind))
    except UnknownKind as unknown:
        hint = nearest(str(kind), shipped_kinds(), listed="." not in str(kind))
        problem = _problem("channel_kind", str(unknown), hint)
        line = InitErrorDetails(type=problem, loc=("kind",), input=kind)
        raise ValidationError.from_exception_data("channel", [line]) from None


def _line(detail: ErrorDetails, config: type[ChannelConfig]) -> InitErrorDetails:
    """Hand an error on; an unknown key gets its hint here, where the channel's own keys are known."""
    loc, kind, context = detail["loc"], detail["type"], detail.get("ctx", {})
    if kind == "extra_forbidden" and len(loc) == 1:
        valid = sorted({"kind"} | {info.alias or name for name, info in config.model_fields.items()})
        key = str(loc[0])
        problem = _problem("unknown_key", f"unknown key {key!r}", nearest(key, valid), at_key=True)
        return InitErrorDetails(type=problem, loc=loc, input=detail["input"])
    if kind in _PYDANTICS_OWN:
        return InitErrorDetails(type=kind, loc=loc, input=detail["input"], ctx=context)
    own = PydanticCustomError(kind, detail["msg"], context)
    return InitErrorDetails(type=own, loc=loc, input=detail["input"])


def _read_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        hint = nearest(value, sorted(available_timezones()), listed=False) or "such as Europe/Paris or UTC"
        raise _problem("time_zone", f"{value!r} is no time zone", hint) from None
    return value


def _read_language(value: str) -> str:
    try:
        Locale.parse(value.replace("_", "-"), sep="-")
    except (UnknownLocaleError, ValueError):
        raise _problem("language", f"{value!r} is no known language", "such as en, en-US, fr or fa") from None
    return value


class ReceiverConfig(Strict):
    """A receiver: where its alerts go, and the time zone and language of the dates in them."""

    channels: list[Annotated[Any, PlainValidator(_read_channel)]] = Field(
        min_length=1, description="The channels that each alert goes to."
    )
    tz: Annotated[str, AfterValidator(_read_zone)] = Field(
        default="UTC", description="The time zone of the times in alerts, such as Europe/Paris."
    )
    lang: Annotated[str, AfterValidator(_read_language)] = Field(
        default="en", description="The language of the dates in alerts, such as en, fr or fa."
    )

    @property
    def configured(self) -> tuple[ConfiguredChannel, ...]:
        """The channels, each with its kind and its checked configuration."""
        return tuple(self.channels)

    def open(self, wires: Wires) -> tuple[Channel, ...]:
        """Build all channels of the receiver; nothing is touched yet."""
        return tuple(channel.open(wires) for channel in self.configured)
