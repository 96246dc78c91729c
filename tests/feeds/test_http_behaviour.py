"""What servers answer is understood, and what they are asked is polite."""

from __future__ import annotations

from tests.proof.http_behaviour import SERIES, http_behaviour
from tests.proof.http_scripts import NO_FEEDS, SCRIPTS


async def test_every_script_comes_to_what_it_should() -> None:
    """Outcome, kept state and the bytes of the next request are right for every way of answering."""
    found = await http_behaviour()
    assert not found.wrong, "\n".join(found.wrong)
    assert found.total == len(SCRIPTS) + len(SERIES)


def test_the_table_of_scripts_is_whole() -> None:
    """No script is there twice, and the bodies that are no feed are among them."""
    names = [script.name for script in SCRIPTS]
    assert len(names) == len(set(names)) >= 250
    assert len(NO_FEEDS) >= 25
