"""Revisions of alerts for tests, stored as dispatch stores them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from monitor.model import AlertReason, Severity
from monitor.stores import alerts, notifications, stories
from monitor.stores.alerts import NewRevision
from monitor.stores.notifications import NewNotification, Waiting
from tests.conftest import NOON


def store_revision(
    c: sa.Connection,
    alert: str,
    number: int = 1,
    *,
    article: int,
    match: int,
    severity: Severity = "high",
    destinations: Sequence[str] = ("slack:x",),
    now: datetime = NOON,
) -> list[Waiting]:
    """Store a revision for the receiver `desk`, whose first one opens a story, and its notifications."""
    key = f"l:{alert}"
    story = stories.stories_named(c, [key]).get(key) or stories.open_story(c, now)
    stories.name_stories(c, {key: story})
    reason = AlertReason.FIRST if number == 1 else AlertReason.NEW_RULE
    rules = (("r" if number == 1 else f"r{number}", match),)
    new = NewRevision(alert, number, story, "desk", reason, severity, article, rules)
    alerts.store_revisions(c, [new], now)
    return store_notifications(c, alert, number, severity=severity, destinations=destinations, now=now)


def store_notifications(
    c: sa.Connection,
    alert: str,
    number: int = 1,
    *,
    severity: Severity = "high",
    destinations: Sequence[str] = ("slack:x",),
    now: datetime = NOON,
) -> list[Waiting]:
    """Store notifications of a revision."""
    told = [NewNotification(alert, number, "desk", destination, severity) for destination in destinations]
    return notifications.store_notifications(c, told, now)
