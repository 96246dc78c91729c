"""How long a deferred notification waits."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.pipeline.deliver import next_wait


@given(st.integers(0, 10_000), st.none() | st.floats(0, 10**6), st.floats(0, 1))
def test_it_grows_to_a_ceiling_and_never_undercuts_the_destination(tries, retry_after, jitter) -> None:
    """Between half and all of 5 s · 2ⁿ up to 15 min, or at least what Retry-After asked."""
    wait = next_wait(tries, retry_after, jitter)
    steady = min(timedelta(minutes=15), timedelta(seconds=5) * 2 ** min(tries, 20))
    assert wait >= steady / 2
    if retry_after is None:
        assert wait <= steady
    else:
        assert wait >= timedelta(seconds=retry_after)
