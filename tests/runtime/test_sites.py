"""Politeness towards one site."""

from monitor.runtime.sites import SiteGate


def test_a_site_is_asked_by_few_at_once_and_with_a_pause_between() -> None:
    """Others do not wait for it, and one's own sites are spared the pause."""
    now = 0.0
    gate = SiteGate(at_once=2, pause=1.0, is_own=lambda site: site == "rsshub", clock=lambda: now)
    assert gate.may_begin("big.example", 0)
    gate.begun("big.example")
    assert not gate.may_begin("big.example", 1)
    assert gate.may_begin("small.example", 0)
    now = 1.0
    assert gate.may_begin("big.example", 1)
    assert not gate.may_begin("big.example", 2)
    gate.begun("rsshub")
    assert gate.may_begin("rsshub", 1)
    assert not gate.may_begin("rsshub", 2)
