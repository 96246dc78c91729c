"""Politeness towards one site: few polls at a time, and a pause between their beginnings."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic


class SiteGate:
    """Says when the next poll may begin at a site.

    `pause` is in seconds, of steady time; sites that are the operator's own are spared it.
    """

    def __init__(
        self,
        *,
        at_once: int = 2,
        pause: float = 0.0,
        is_own: Callable[[str], bool] = lambda site: False,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._at_once = at_once
        self._pause = pause
        self._is_own = is_own
        self._clock = clock
        self._begun: dict[str, float] = {}

    def is_full(self, under_way: int) -> bool:
        """Tell whether as many polls are under way at a site as may be."""
        return under_way >= self._at_once

    def pauses(self, site: str) -> bool:
        """Tell whether a poll began at a site just now, so that the next one must wait."""
        begun = self._begun.get(site)
        return begun is not None and not self._is_own(site) and self._clock() - begun < self._pause

    def begun(self, site: str) -> None:
        """Note that a poll begins now."""
        if self._pause:
            self._begun[site] = self._clock()
