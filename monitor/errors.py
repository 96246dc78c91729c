"""The errors of the project, sorted by the reaction they ask for.

WatchwordError
├── NeedsHuman            somebody must act; retrying changes nothing
│   ├── ConfigError       the configuration cannot be used; lists every problem with its place
│   ├── RuleError         a rule file cannot be used; lists every problem with its place
│   └── SetupError        the surroundings are not as needed (no queue server, state in use, …)
├── RetryLater            the same call may succeed later
│   ├── Deferred          a destination asked to wait, or was out of reach
│   │   └── OutcomeUnknown    the message went out and the answer was lost: it may have arrived
│   ├── Unreachable       a feed could not be fetched
│   ├── LeaseLost         another process has taken over what this one was doing
│   └── StoreUnavailable  the archive or the queue did not answer
└── Bury                  the same input will always fail; keep it with its reason
    ├── Malformed         a document is not a feed, or an entry holds nothing
    ├── Rejected          a destination refuses this notification for good
    └── PoisonMessage     a queue entry ended its worker too often

Errors of other libraries are mapped to these at the border where the library is called.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

ProblemLevel = Literal["error", "finding", "remark"]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something wrong in a user's file, with its place and the way out.

    `line` and `column` count from 1, in characters; 0 where the problem has no place in the file.
    `level`: an *error* makes the file unusable (exit 2), a *finding* is a lint hit (exit 1), a *remark*
    is worth knowing (exit 0). `code` is a stable name such as `unknown-key`, used by `lint: allow`.
    """

    path: str
    line: int
    column: int
    message: str
    hint: str = ""
    level: ProblemLevel = "error"
    code: str = ""

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}:{self.column}" if self.line else self.path
        hint = f" ({self.hint})" if self.hint else ""
        return f"{place}: {self.message}{hint}"


class WatchwordError(Exception):
    """Base of every error that this project raises on purpose."""


class NeedsHuman(WatchwordError):
    """Somebody must act; retrying changes nothing."""


class _Problems(NeedsHuman):
    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(map(str, self.problems)))


class ConfigError(_Problems):
    """The configuration cannot be used; `problems` lists all that is wrong with it."""


class RuleError(_Problems):
    """A rule file cannot be used; `problems` lists all that is wrong with it."""


class SetupError(NeedsHuman):
    """The surroundings are not as needed; the message names the way out."""


class RetryLater(WatchwordError):
    """The same call may succeed later; `retry_after` is in seconds, None where nobody said."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        self.reason = reason
        self.retry_after = retry_after
        super().__init__(reason)


class Deferred(RetryLater):
    """A destination asked to wait, or was out of reach."""


class OutcomeUnknown(Deferred):
    """The message went out and the answer was lost: it may have arrived, so the next try may repeat it."""


class Unreachable(RetryLater):
    """A feed could not be fetched this time."""


class StoreUnavailable(RetryLater):
    """The archive or the queue did not answer."""


class LeaseLost(RetryLater):
    """Another process has taken over what this one was doing; nothing of it may be stored."""


class Bury(WatchwordError):
    """The same input will always fail; keep it with its reason."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Malformed(Bury):
    """A document is not a feed, or an entry holds nothing to match."""


class Rejected(Bury):
    """A destination refuses this notification for good."""


class PoisonMessage(Bury):
    """A queue entry ended its worker too often."""


def in_system_words(fault: OSError) -> str:
    """Say what the system says of a fault, without the address that libraries add to it."""
    if isinstance(fault.errno, int) and fault.errno > 0:
        return os.strerror(fault.errno)
    return fault.strerror or str(fault) or type(fault).__name__
