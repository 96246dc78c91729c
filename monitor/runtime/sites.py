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

    def may_begin(self, site: str, under_way: int) -> bool:
        """Tell whether one more poll may begin now beside those that are under way."""
        if under_way >= self._at_once:
            return False
        begun = self._begun.get(site)
        return begun is None or self._is_own(site) or self._clock() - begun >= self._pause

    def begun(self, site: str) -> None:
        """Note that a poll begins now."""
        if self._pause:
            self._begun[site] = self._clock()
