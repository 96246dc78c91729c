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

    Nothing is kept alive by this: what nobody refers to any more is freed at once, as everything is.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
        gc.collect(1)  # cycles among what is young, which would else never be looked at again
        gc.freeze()
    finally:
        if was_enabled:
            gc.enable()
