"""`INSERT … ON CONFLICT` in the dialect of the connection."""

from __future__ import annotations

from functools import cache

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


def upsert(c: sa.Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """Begin an insert that may say what to do `on_conflict`; both dialects take the same words."""
    return _insert(c.dialect.name, table)


def insert_if_absent(c: sa.Connection, table: sa.Table) -> sa.Insert:
    """Give an insert that leaves a row which is there as it is."""
    return _if_absent(c.dialect.name, table)


def _insert(dialect: str, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


@cache
def _if_absent(dialect: str, table: sa.Table) -> sa.Insert:
    return _insert(dialect, table).on_conflict_do_nothing()
