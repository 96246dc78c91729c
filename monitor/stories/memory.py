"""Interim."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.model import Article, Relation


@dataclass(frozen=True, slots=True)
class Assigned:
    """Interim."""

    story: int
    relation: Relation
    likeness: float = 0.0
    like: str = ""


class StoryMemory:
    """Interim."""

    def __init__(self, ends_after: timedelta = timedelta(hours=72), most: int = 100_000) -> None:
        self._ends_after = ends_after

    def assign(
        self, article: Article, at: datetime, new_story: Callable[[], int], actors: Collection[str] = ()
    ) -> Assigned:
        """Interim."""
        return Assigned(new_story(), Relation.NEW)

    def remember(self, article: Article, at: datetime, story: int, actors: Collection[str] = ()) -> None:
        """Interim."""

    def move(self, article: str, story: int) -> None:
        """Interim."""

    def forget(self, before: datetime) -> None:
        """Interim."""
