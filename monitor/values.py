"""Values that users write in files: durations, sizes, secrets."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import PydanticCustomError, core_schema

_DURATION_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_SIZE_UNITS = {"B": 1, "KB": 1000, "MB": 1000**2, "GB": 1000**3, "KIB": 1024, "MIB": 1024**2, "GIB": 1024**3}


def read_regular(path: Path, most: int = -1) -> bytes:
    """Read `most` bytes of a file at most; OSError, also for pipes and devices, which might never end."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file")
        return file.read(most)


class Strict(BaseModel):
    """Base of everything read from users' files: frozen, and unknown keys are errors."""

    # Built when first used: what a process never reads, it need not know how to read.
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, defer_build=True)


def _bad_value(code: str, message: str) -> PydanticCustomError:
    return PydanticCustomError(code, message)


def parse_duration(value: object) -> timedelta:
    """Read a duration such as `90s`, `10m`, `2h`, `30d` or `1w`."""
    if isinstance(value, timedelta):
        return value
    found = re.fullmatch(r"(\d+)\s*([smhdw])", str(value).strip())
    if not found:
        raise _bad_value("duration", "not a duration; write a number and a unit: 90s, 10m, 2h, 30d, 1w")
    try:
        return timedelta(seconds=int(found[1]) * _DURATION_UNITS[found[2]])
    except OverflowError:
        raise _bad_value("duration", "a duration this long cannot be counted; 30000d is plenty") from None


def parse_size(value: object) -> int:
    """Read a size such as `500KB`, `15MB` or `1GiB`, in bytes."""
    if isinstance(value, int):
        return value
    found = re.fullmatch(r"(\d+)\s*([KMG]i?B|B)", str(value).strip(), re.IGNORECASE)
    if not found:
        raise _bad_value("size", "not a size; write a number and a unit: 500KB, 15MB, 1GiB")
    return int(found[1]) * _SIZE_UNITS[found[2].upper()]


class Rate(NamedTuple):
    """So many in so many seconds: `number` at once, then one every `interval`."""

    number: int
    seconds: float

    @property
    def interval(self) -> float:
        """The seconds between two, in the long run."""
        return self.seconds / self.number


def parse_rate(value: object) -> Rate:
    """Read a rate such as `1/s`, `30/m` or `100/h`."""
    if isinstance(value, Rate):
        return value
    found = re.fullmatch(r"(\d{1,6})\s*/\s*([smhd])", str(value).strip())
    if not found or int(found[1]) == 0:
        raise _bad_value("rate", "not a rate; write a number and a unit of time: 1/s, 30/m, 100/h")
    return Rate(int(found[1]), _DURATION_UNITS[found[2]])


def _one_or_more(parse: Callable[[object], Any], smallest: Any, said: str) -> Callable[[object], Any]:
    def read(value: object) -> Any:
        parsed = parse(value)
        if parsed < smallest:
            raise _bad_value("too_small", f"must be at least {said}")
        return parsed

    return read


# What editors are told of values; the readers above are the judges.
DURATION_SCHEMA: JsonSchemaValue = {
    "type": "string",
    "pattern": r"^\s*\d+\s*[smhdw]\s*$",
    "description": "A number and a unit: 90s, 10m, 2h, 30d, 1w.",
}
_SIZE_SCHEMA: JsonSchemaValue = {
    "type": "string",
    "pattern": r"^\s*\d+\s*([KMGkmg][Ii]?)?[Bb]\s*$",
    "description": "A number and a unit: 500KB, 15MB, 1GiB.",
}
_SECRET_SCHEMA: JsonSchemaValue = {
    "type": "string",
    "pattern": "^(env|file):.",
    "description": "env:NAME (an environment variable) or file:PATH; the value itself is never written here.",
}

Duration = Annotated[timedelta, BeforeValidator(parse_duration), WithJsonSchema(DURATION_SCHEMA)]
PositiveDuration = Annotated[
    timedelta,
    BeforeValidator(_one_or_more(parse_duration, timedelta(seconds=1), "1s")),
    WithJsonSchema(DURATION_SCHEMA),
]
RateValue = Annotated[
    Rate,
    BeforeValidator(parse_rate),
    WithJsonSchema(
        {"type": "string", "pattern": r"^\s*\d+\s*/\s*[smhd]\s*$", "description": "1/s, 30/m, 100/h"}
    ),
]
Size = Annotated[int, BeforeValidator(_one_or_more(parse_size, 1, "1B")), WithJsonSchema(_SIZE_SCHEMA)]


class Secret:
    """A value that must not be shown: it prints as stars, and only `reveal()` gives it.

    In files a secret is written `env:NAME` (an environment variable) or `file:PATH` (the file's text
    without the final line break; a relative path counts from the folder of the configuration, handed
    in as the validation context's `folder`).
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Give the value itself; call it only where it goes on the wire."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.with_info_plain_validator_function(
            cls._read, serialization=core_schema.to_string_ser_schema()
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return dict(_SECRET_SCHEMA)

    @classmethod
    def _read(cls, value: object, info: ValidationInfo) -> Secret:
        return cls.read(value, info.context)

    @classmethod
    def read(cls, value: object, context: Mapping[str, Any] | None = None) -> Secret:
        """Read `env:NAME` or `file:PATH`, as pydantic does; `context` may name the `folder` of the file."""
        if isinstance(value, Secret):
            return value
        text = str(value)
        if text.startswith("env:"):
            return cls._from_environment(text[4:])
        if text.startswith("file:"):
            folder = (context or {}).get("folder", Path())
            return cls._from_file(folder / Path(text[5:]).expanduser(), text[5:])
        raise _bad_value("secret", "secrets are not written here; write env:NAME or file:PATH")

    @classmethod
    def _from_environment(cls, name: str) -> Secret:
        found = os.environ.get(name)
        if not found:
            raise _bad_value("secret", f"the environment variable {name!r} is not set")
        return cls(found)

    @classmethod
    def _from_file(cls, path: Path, shown: str) -> Secret:
        try:
            text = read_regular(path).decode("utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            said = getattr(error, "strerror", None) or "not UTF-8 text"
            raise _bad_value("secret", f"cannot read the file {shown!r}: {said}") from None
        if not text.strip():
            raise _bad_value("secret", f"the file {shown!r} is empty")
        return cls(text)
