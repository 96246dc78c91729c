"""What a document brings: articles that are new, articles that were edited, and where every entry ends. Pure.

Whether an entry is new is decided by its three keys (`feeds.identity`) and, where an id stands for what it
never stood for, by its time: an article keeps the time it was published at, whatever becomes of its headline.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from monitor.feeds.config import FeedConfig
from monitor.feeds.entry import Entry
from monitor.feeds.identity import Keys, Verdict, decide
from monitor.feeds.state import FeedState, Yield
from monitor.matching.view import time_of
from monitor.model import Article, ArticleState, Match
from monitor.stores.edits import Held
from monitor.stores.status import SEEN_BEFORE

# So many entries that nobody has seen, and none that is known: the feed changed, not the world.
MASS = 10
# What a feed brings after a gap is news if it is not older than what it brought last by more than this.
_LATENESS = timedelta(days=1)
_OLD_ENDS = {Verdict.KNOWN: SEEN_BEFORE, Verdict.RENAMED: ArticleState.DUPLICATE.value}


@dataclass(frozen=True, slots=True)
class Arrival:
    """An article that is new to its feed, with its matches and where it ends.

    `digest` names what it is told together with, where its feed brought many at once that are not new.
    """

    article: Article
    entry_id: str
    keys: Keys
    state: ArticleState
    matches: tuple[Match, ...]
    digest: str = ""

    @property
    def would_alert(self) -> bool:
        """Tell whether a live rule matched."""
        return any(match.status == "live" for match in self.matches)


@dataclass(frozen=True, slots=True)
class Edit:
    """An article that reads otherwise than before; `matches` are of rules that it did not match before.

    `again` are those that it matched before and still does, where nobody was told of them yet.
    """

    number: int
    held: Held
    article: Article
    state: ArticleState
    matches: tuple[Match, ...]
    again: tuple[Match, ...] = ()


@dataclass(frozen=True, slots=True)
class Harvest:
    """What a document brought: new articles, edits, the keys of all its entries, and the entries by end.

    `keys` maps each key to the article that it names, None where that is not known (yet).
    """

    arrivals: tuple[Arrival, ...] = ()
    edits: tuple[Edit, ...] = ()
    keys: Mapping[str, int | None] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    found: Yield = field(default_factory=Yield)

    @property
    def matches(self) -> int:
        """How many matches there are of its articles, new and edited."""
        arrived = sum(len(arrival.matches) for arrival in self.arrivals)
        return arrived + sum(len(edit.matches) for edit in self.edits)


@dataclass(frozen=True, slots=True)
class Sorted:
    """The entries of a document: those that are news, and those that are known, with their articles."""

    fresh: tuple[tuple[Entry, Keys], ...]
    known: Mapping[int, Entry]
    keys: Mapping[str, int | None]
    counts: Counter[str]


def articles_named(keyed: Iterable[tuple[Entry, Keys]], known: Mapping[str, int | None]) -> set[int]:
    """List the articles that the entries of a document may be, by their keys."""
    return {number for _, keys in keyed if (number := _named(keys, known)) is not None}


def sort_entries(
    keyed: Sequence[tuple[Entry, Keys]],
    known: Mapping[str, int | None],
    published: Mapping[int, datetime | None],
) -> Sorted:
    """Tell what is news from what is known. `published` has the times of the articles that keys name."""
    fresh: list[tuple[Entry, Keys]] = []
    counts: Counter[str] = Counter()
    articles: dict[int, Entry] = {}
    names: dict[str, int | None] = {}
    so_far = set(known)
    times = Counter(entry.published for entry, _ in keyed if _is_moment(entry.published))
    standing = {known[key] for _, keys in keyed for key in (keys.link, keys.fingerprint) if key in known}
    for entry, keys in keyed:
        verdict, number = decide(keys, so_far), _named(keys, known)
        alone = times[entry.published] == 1 and number not in standing
        if (
            verdict is Verdict.NEW
            and number is not None
            and alone
            and entry.published == published.get(number)
        ):
            verdict = Verdict.RENAMED  # headline and link were edited under one id
        so_far.update(keys.present)
        if verdict is Verdict.NEW:
            fresh.append((entry, keys))
            names.update(dict.fromkeys(keys.present))
            continue
        counts[_OLD_ENDS[verdict]] += 1
        for key in keys.present:
            names.setdefault(key, number)
        if number is not None:
            articles.setdefault(number, entry)  # the same twice in one document is no edit
    return Sorted(tuple(fresh), articles, names, counts)


def yield_of(found: Sorted, entries: int) -> Yield:
    """Sum up what a document brought."""
    times = [entry.published for entry, _ in found.fresh if entry.published is not None]
    return Yield(entries, len(found.fresh), found.counts.total(), min(times, default=None))


def is_mass_change(found: Yield) -> bool:
    """Tell whether a feed that is known holds nothing but what nobody has seen, and much of it."""
    return found.new >= MASS and found.shares_nothing


def is_old(entry: Entry, state: FeedState) -> bool:
    """Tell whether an entry was there, by its date, before its feed was first asked."""
    at = entry.published or entry.updated
    return at is not None and _is_before(at, state.first_success_at)


def is_belated(entry: Entry, state: FeedState) -> bool:
    """Tell whether an entry of a mass change is older than the feed's last answer, or may be."""
    at = entry.published or entry.updated
    return at is None or state.last_success_at is None or _is_before(at, state.last_success_at)


def _is_before(at: datetime, answer: datetime | None) -> bool:
    return answer is not None and at < answer - _LATENESS


def state_of(article: Article, feed: FeedConfig, matches: Sequence[Match], *, first: bool) -> ArticleState:
    """Say where an article that is new to its feed ends."""
    if first:
        return ArticleState.BACKLOG
    at, _ = time_of(article)
    if feed.max_age is not None and article.first_seen - at > feed.max_age:
        return ArticleState.TOO_OLD
    return ArticleState.MATCHED if matches else ArticleState.NO_RULE


def _named(keys: Keys, known: Mapping[str, int | None]) -> int | None:
    """Give the article that an entry's keys name: what most of them say, the link before title and id."""
    votes = Counter(
        number for key in (keys.link, keys.fingerprint, keys.id) if (number := known.get(key)) is not None
    )
    return votes.most_common(1)[0][0] if votes else None


def _is_moment(published: datetime | None) -> bool:
    """Tell whether a time is more than a day: by a day alone many articles are published."""
    return published is not None and published.time() != time.min
