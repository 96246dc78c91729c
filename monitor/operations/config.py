"""What users say about when the operators are told of Watchword's own troubles."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from monitor.values import PositiveDuration, Strict


class OperationsConfig(Strict):
    """When the receiver `operators` is told that something is wrong with Watchword itself."""

    stuck: PositiveDuration = Field(
        default=timedelta(minutes=1),
        description="How long work may wait without being begun; then whatever should do it is stuck.",
    )
    failing: PositiveDuration = Field(
        default=timedelta(minutes=30),
        description="How long a feed, or a destination, may fail before somebody is told.",
    )
    silent: PositiveDuration = Field(
        default=timedelta(days=1),
        description="How long a feed may bring nothing; it may also thrice the longest pause it made lately.",
    )
    remind: PositiveDuration = Field(
        default=timedelta(days=1), description="After how long a trouble that lasts is told again."
    )
