"""Many values in a few statements."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TypeVar

T = TypeVar("T")

_MOST_PARAMETERS = 500  # of one statement; the databases' own limits are far above


def portions(values: Collection[T]) -> Iterator[list[T]]:
    """Give values in lists that are short enough for an `IN (…)`."""
    listed = list(values)
    for start in range(0, len(listed), _MOST_PARAMETERS):
        yield listed[start : start + _MOST_PARAMETERS]
