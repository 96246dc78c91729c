"""Python's garbage collector, kept away from what lives long.

A rulebook of ten thousand rules is a million objects without a cycle worth looking for. Left to itself the
collector walks over all of them again and again, while they are made and while articles are matched.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def resting_collector() -> Iterator[None]:
    """Make something large that lives long while the collector rests, and let it pass that over afterwards.

    What nobody refers to any more is freed at once, as everything is. Cycles among what is young are looked
    for first, as they never would be again; the first time, at a start, there are none worth the time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
        if gc.get_freeze_count():
            gc.collect(1)
        gc.freeze()
    finally:
        if was_enabled:
            gc.enable()
