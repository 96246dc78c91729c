"""What the columns of the archive are made of.

Times are UTC without a zone mark; `UtcDateTime` gives and takes aware datetimes.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An aware time, kept in UTC."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware time to naive UTC; a naive one is a fault of the caller."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without zone cannot be stored")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the stored time its zone back."""
        return None if value is None else value.replace(tzinfo=UTC)


class AnyText(sa.types.TypeDecorator[str]):
    """Text from anywhere: what no database takes (NUL, halves of surrogate pairs) becomes U+FFFD."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Replace what cannot be stored."""
        return None if value is None else _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value)


_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def encode_json(value: object) -> str:
    """Write JSON compactly, scripts as they are."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

RowId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def required(name: str, kind: Any, *extra: Any, **options: Any) -> sa.Column[Any]:
    """Give a column that is never null."""
    return sa.Column(name, kind, *extra, nullable=False, **options)


def text(name: str) -> sa.Column[str]:
    """Give a column of text, empty unless something is said."""
    return sa.Column(name, AnyText, nullable=False, server_default="")


def number(name: str, default: int = 0) -> sa.Column[int]:
    """Give a column of numbers with a default."""
    return sa.Column(name, sa.Integer, nullable=False, server_default=str(default))
