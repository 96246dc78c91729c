"""What users say about how Watchword watches over itself, and who is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

from monitor.notify.links import web_link
from monitor.values import PositiveDuration, Secret, Strict


class OperationsConfig(Strict):
    """When the receiver `operators` is told that something is wrong with Watchword itself."""

    stuck: PositiveDuration = Field(
        default=timedelta(minutes=1),
        description="How long work may wait without being begun; then whatever should do it is stuck.",
    )
    failing: PositiveDuration = Field(
        default=timedelta(minutes=30),
        description="How long a feed may fail, or a destination ask to wait, before somebody is told. A "
        "destination that fails five times in a row is told of sooner: once that lasts for `stuck`.",
    )
    silent: PositiveDuration = Field(
        default=timedelta(days=1),
        description="How long a feed may bring nothing; it may also thrice the longest pause it made lately.",
    )
    remind: PositiveDuration = Field(
        default=timedelta(days=1), description="After how long a trouble that lasts is told again."
    )


def _address(value: object, info: ValidationInfo) -> Secret:
    """Read an address that may hold a secret."""
    if isinstance(value, Secret):
        return value
    text = str(value)
    secret = Secret.read(text, info.context) if text.startswith(("env:", "file:")) else Secret(text)
    if web_link(secret.reveal().strip()) is None:
        raise PydanticCustomError("heartbeat", "not an address; write https://…, env:NAME or file:PATH")
    return Secret(secret.reveal().strip())


class HeartbeatConfig(Strict):
    """An address that is asked for as long as articles come through: from a feed to the end of a channel."""

    url: Annotated[
        Secret,
        BeforeValidator(_address),
        WithJsonSchema({"type": "string", "description": "An address, or env:NAME or file:PATH."}),
    ] = Field(description="The address; its watcher raises the alarm when it is not asked for.")
    every: PositiveDuration = Field(default=timedelta(minutes=5), description="How often.")
