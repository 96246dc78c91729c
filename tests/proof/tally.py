"""What one part of a proof counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tally:
    """Of `total` cases of one kind, `right` were as promised; `wrong` says of each other one what was not."""

    what: str
    total: int
    wrong: tuple[str, ...] = ()

    @property
    def right(self) -> int:
        """How many were as promised."""
        return self.total - len(self.wrong)

    def __str__(self) -> str:
        return f"{self.what}: {self.right} of {self.total}"


def tally(what: str, verdicts: Iterable[tuple[str, str]]) -> Tally:
    """Count pairs of a case's name and what was wrong with it, empty where nothing was."""
    found = list(verdicts)
    return Tally(what, len(found), tuple(f"{name}: {wrong}" for name, wrong in found if wrong))
