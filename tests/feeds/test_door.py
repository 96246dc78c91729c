"""Nothing inside is ever connected to, whatever way in is tried over whatever way out."""

from __future__ import annotations

import os
from collections import Counter

import pytest

from tests.proof import door
from tests.proof.door_cases import SPECIAL_V4, SPECIAL_V6, cases

EACH = 1 if os.environ.get("WATCHWORD_TEST_EVERYTHING") else 10


def test_the_table_holds_each_way_in_once() -> None:
    """There are cases enough, each range thrice among them, and none is there twice."""
    names = [case.name for case in cases()]
    assert len(names) == len(set(names)) >= 600
    assert sum(name.startswith((*SPECIAL_V4, *SPECIAL_V6)) for name in names) >= 3 * len(
        SPECIAL_V4 + SPECIAL_V6
    )


async def test_no_way_in_reaches_anybody_inside() -> None:
    """Over each way out, with a proxy and without, only the allowed address is ever connected to."""
    found = await door.door(slice(None, None, EACH))
    assert not found.wrong, "\n".join(found.wrong)
    assert found.total > 60 * 2 * len(door.PATHS)


@pytest.mark.parametrize("path", door.PATHS)
async def test_the_canary_hears_what_an_open_door_lets_through(path: str) -> None:
    """The trials would tell: over the same way, without the door's rules, each plain case is connected to."""
    assert await door.reached_without_a_door(path) == Counter({True: 6})
