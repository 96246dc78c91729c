"""When is an entry the one we know? Three keys together decide: id, link, title. Pure.

Feeds change ids, flip schemes, repeat one id on every item and reuse old ones; no single key can be
trusted. Keys are short hashes with a letter for their kind, so that they can be kept for a long time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from monitor.feeds.entry import Entry
from monitor.text.keys import START, folded, hashed, is_distinct, link_key


class Verdict(StrEnum):
    """What an entry is to us."""

    NEW = "new"
    KNOWN = "known"
    RENAMED = "renamed"  # known, under an id or link that we had not seen


@dataclass(frozen=True, slots=True)
class Keys:
    """The names that an entry goes by; empty where it has none that tells it from others."""

    id: str = ""
    link: str = ""
    fingerprint: str = ""

    @property
    def present(self) -> tuple[str, ...]:
        """The keys that there are, to be remembered."""
        return tuple(key for key in (self.id, self.link, self.fingerprint) if key)


def keys_of(entry: Entry, source: str = "") -> Keys:
    """Give the keys of one entry; `source` is the publisher where the entry names none."""
    return Keys(
        id=hashed("i", entry.id) if entry.id else "",
        link=link_key(entry.link),
        fingerprint=_fingerprint(entry, source),
    )


def document_keys(entries: Sequence[Entry], source: str = "") -> list[Keys]:
    """Give the keys of all entries of a document, without those that tell nothing there.

    An id or link that stands on entries with different titles names none of them, and neither does a
    title that stands on entries with different links or ids.
    """
    found = [keys_of(entry, source) for entry in entries]
    shared_ids = _shared((keys.id, keys.fingerprint) for keys in found)
    shared_links = _shared((keys.link, keys.fingerprint) for keys in found)
    without = [
        replace(
            keys,
            id="" if keys.id in shared_ids else keys.id,
            link="" if keys.link in shared_links else keys.link,
        )
        for keys in found
    ]
    shared_titles = _shared((keys.fingerprint, keys.link) for keys in without)
    shared_titles &= _shared((keys.fingerprint, keys.id or keys.link) for keys in without)
    return [replace(keys, fingerprint="") if keys.fingerprint in shared_titles else keys for keys in without]


def decide(keys: Keys, known: Collection[str]) -> Verdict:
    """Decide what an entry is, given the keys that its feed has brought before.

    A new id whose link or title is known is a renamed item. A known id whose link and title are both
    unseen was reused for another story, and that is news.
    """
    others = [key for key in (keys.link, keys.fingerprint) if key]
    familiar = [key for key in others if key in known]
    if keys.id and keys.id in known:
        reused = len(others) == 2 and not familiar
        return Verdict.NEW if reused else Verdict.KNOWN
    if not familiar:
        return Verdict.NEW
    same_page = not keys.id and keys.link in familiar
    return Verdict.KNOWN if same_page or not (keys.id or keys.link) else Verdict.RENAMED


def _fingerprint(entry: Entry, source: str) -> str:
    """Hash title and publisher; a title too short to be telling is joined by the text's beginning."""
    title = folded(entry.title)
    text = folded(entry.summary or entry.body)[:START]
    if not title and not text:
        return ""
    told = title if is_distinct(title) else f"{title}\n{text}"
    return hashed("t", f"{folded(entry.source or source)}\n{told}")


def _shared(pairs: Iterable[tuple[str, str]]) -> set[str]:
    """Find the names that stand for more than one thing."""
    things: dict[str, set[str]] = defaultdict(set)
    for name, thing in pairs:
        if name:
            things[name].add(thing)
    return {name for name, meant in things.items() if len(meant) > 1}
