"""Claiming one notification, as a notifier that is all alone does."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.stores import claims
from monitor.stores.claims import Claimed


def claim(c: sa.Connection, number: int, worker: str, now: datetime, lease: timedelta) -> Claimed | None:
    """Take one notification; None where there is nothing to do about it."""
    return claims.claim(c, [number], worker, now, lease).get(number)
