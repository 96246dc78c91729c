"""What users may say of stories."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from monitor.values import Duration, PositiveDuration, Strict


class StoriesConfig(Strict):
    """When a story has ended, and how long news of more sources wait for each other."""

    ends_after: PositiveDuration = Field(
        default=timedelta(hours=72),
        description="How long a story goes on without news; what comes later opens a new one.",
    )
    update_wait: Duration = Field(
        default=timedelta(minutes=1),
        description="How long word of more sources waits, so that one line tells of all that come meanwhile.",
    )
