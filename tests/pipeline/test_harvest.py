"""What a document brings, where the archive has forgotten what its keys named."""

from datetime import timedelta

from monitor.feeds.entry import Entry
from monitor.feeds.identity import document_keys
from monitor.pipeline.harvest import sort_entries
from tests.conftest import NOON


def test_a_known_id_of_an_article_that_was_forgotten_is_a_reused_one() -> None:
    """Keys are kept for longer than articles may be; nothing is left then to compare a time with."""
    entry = Entry(id="one", link="https://w.example/new", title="The harbour opens again", published=NOON)
    keyed = list(zip([entry], document_keys([entry]), strict=True))
    [(_, keys)] = keyed
    found = sort_entries(keyed, {keys.id: 7}, {})
    assert [one for one, _ in found.fresh] == [entry]
    edited = sort_entries(keyed, {keys.id: 7}, {7: NOON})
    assert (edited.fresh, edited.known) == ((), {7: entry})
    assert sort_entries(keyed, {keys.id: 7}, {7: NOON + timedelta(minutes=1)}).fresh == found.fresh
