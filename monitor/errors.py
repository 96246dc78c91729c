"""The errors of the project, sorted by the reaction they ask for.

WatchwordError
├── NeedsHuman            somebody must act; retrying changes nothing
│   ├── ConfigError       the configuration cannot be used; lists every problem with its place
│   ├── RuleError         a rule file cannot be used; lists every problem with its place
│   └── SetupError        the surroundings are not as needed (no queue server, state in use, …)
├── RetryLater            the same call may succeed later
│   ├── Deferred          a destination asked to wait, or was out of reach
│   │   ├── LoginRefused      a destination refuses our login: nothing gets through until that is mended
│   │   └── OutcomeUnknown    the message went out and the answer was lost: it may have arrived
│   ├── Unreachable       a feed could not be fetched
│   ├── LeaseLost         another process has taken over what this one was doing
│   └── StoreUnavailable  the archive or the queue did not answer
└── Bury                  the same input will always fail; keep it with its reason
    ├── Malformed         a document is not a feed, or an entry holds nothing
    ├── Rejected          a destination refuses this notification for good
    │   └── Gone              the destination says that it is there no more: nothing may be sent to it
    └── PoisonMessage     a queue entry ended its worker too often

Errors of other libraries are mapped to these at the border where the library is called.
"""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

_LONGEST = 2_000  # characters of a message: what somebody wrote may be a megabyte, and is quoted in it
# Control and bidi characters, line separators, halves of characters; the line break before a picture stays.
_UNSEEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
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

    def __post_init__(self) -> None:
        for name in ("message", "hint"):
            said = getattr(self, name)
            if len(said) > _LONGEST:
                object.__setattr__(self, name, f"{said[:_LONGEST]} …")

    def __str__(self) -> str:
        path = in_one_line(self.path)
        place = f"{path}:{self.line}:{self.column}" if self.line else path
        hint = f" ({self.hint})" if self.hint else ""
        return f"{place}: {_visibly(self.message + hint)}"


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


class LoginRefused(Deferred):
    """A destination refuses our login: none of its messages gets through until somebody mends that."""


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


class Gone(Rejected):
    """The destination says that it is there no more: whatever else waits for it would be refused too."""


class PoisonMessage(Bury):
    """A queue entry ended its worker too often."""


def in_one_line(path: str) -> str:
    """Write a path so that no name of a file can move a terminal's cursor or look like a line of its own."""
    return _visibly(path).replace("\n", r"\n")


def _visibly(text: str) -> str:
    return _UNSEEN.sub(lambda found: ascii(found[0])[1:-1], text)


def in_system_words(fault: OSError) -> str:
    """Say what the system says of a fault, without the address that libraries add to it."""
    if isinstance(fault, ssl.SSLError):  # its numbers are not the system's
        said = getattr(fault, "verify_message", "") or (fault.reason or "broke off").lower().replace("_", " ")
        return f"no secure connection: {said}"
    if isinstance(fault.errno, int) and fault.errno > 0:
        return os.strerror(fault.errno)
    return fault.strerror or str(fault) or type(fault).__name__
