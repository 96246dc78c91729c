"""Politeness towards one site."""

from monitor.runtime.sites import SiteGate


def test_a_site_is_asked_by_few_at_once_and_with_a_pause_between() -> None:
    """Others do not wait for it, and one's own sites are spared the pause."""
    now = 0.0
    gate = SiteGate(at_once=2, pause=1.0, is_own=lambda site: site == "rsshub", clock=lambda: now)
    assert not gate.pauses("big.example")
    gate.begun("big.example")
    assert gate.pauses("big.example")
    assert not gate.pauses("small.example")
    now = 1.0
    assert not gate.pauses("big.example")
    assert (gate.is_full(1), gate.is_full(2)) == (False, True)
    gate.begun("rsshub")
    assert not gate.pauses("rsshub")
