"""Which troubles are news: pure decisions over what was found and what is known.

Told is the beginning of a trouble, its end, and every so often that it lasts; each of them once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.model import Trouble
from monitor.stores.troubles import Standing


@dataclass(frozen=True, slots=True)
class News:
    """What is to be told in one message; `repeats` where an earlier attempt may have arrived."""

    began: tuple[Standing, ...] = ()
    lasting: tuple[Standing, ...] = ()
    ended: tuple[Standing, ...] = ()
    repeats: bool = False

    def __bool__(self) -> bool:
        return bool(self.began or self.lasting or self.ended)

    @property
    def id(self) -> str:
        """The same for the same news, however often it is tried to be told."""
        lines = [
            f"{part} {one.key} {one.since.isoformat()} {one.told_at or ''}"
            for part, listed in (("began", self.began), ("lasting", self.lasting), ("ended", self.ended))
            for one in listed
        ]
        return f"operations-{hashlib.sha256(chr(10).join(lines).encode()).hexdigest()[:10]}"


def with_missed(news: News, missed: News) -> News:
    """Give what somebody is to be told who missed some news: of what is over by now, not even the end."""
    over = {one.key for one in news.ended}
    unknown = {one.key for one in missed.began}
    began = {one.key: one for one in (*missed.began, *news.began) if one.key not in over}
    lasting = {one.key: one for one in (*missed.lasting, *news.lasting) if one.key not in over | began.keys()}
    ended = {one.key: one for one in (*missed.ended, *news.ended) if one.key not in unknown}
    repeats = news.repeats or missed.repeats
    return News(tuple(began.values()), tuple(lasting.values()), tuple(ended.values()), repeats)


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be written, and what is to be told; `fresh` and `over` are for the log."""

    rows: tuple[Standing, ...]
    news: News
    fresh: tuple[Standing, ...] = ()
    over: tuple[Standing, ...] = ()


class Persistence:
    """Holds troubles back until they have been there for as long as they must be."""

    def __init__(self) -> None:
        self._first: dict[str, float] = {}

    def lasting(self, found: Iterable[Trouble], now: float) -> list[Trouble]:
        """Keep the troubles that have been found at every look for long enough; `now` is monotonic."""
        troubles = {trouble.key: trouble for trouble in found}
        self._first = {key: self._first.get(key, now) for key in troubles}
        return [one for key, one in troubles.items() if now - self._first[key] >= one.after.total_seconds()]


def decide(
    known: Sequence[Standing], found: Iterable[Trouble], now: datetime, *, remind: timedelta, quiet: timedelta
) -> Decision:
    """Decide what is news. A trouble is over once it was not found for `quiet`."""
    here = {trouble.key: trouble for trouble in found}
    open_ones = {one.key: one for one in known}
    fresh = [
        Standing(one.key, one.what, one.what_to_do, since=now, seen_at=now)
        for one in here.values()
        if one.key not in open_ones
    ]
    seen = [_seen(one, here, now) for one in known if one.key in here]
    gone = [one for one in known if one.key not in here and now - one.seen_at >= quiet]
    news = News(
        began=tuple(one for one in (*seen, *fresh) if one.told_at is None),
        lasting=tuple(one for one in seen if one.told_at is not None and now - one.told_at >= remind),
        ended=tuple(one for one in gone if one.told_at is not None),
    )
    untold = [replace(one, ended_at=now) for one in gone if one.told_at is None]
    told = {one.key for one in (*news.began, *news.lasting, *news.ended)}
    rows = [replace(one, tried_at=now) if one.key in told else one for one in (*seen, *fresh, *gone, *untold)]
    last_words = {one.key: one for one in rows}  # of an untold one the row that ends it comes last
    repeats = any(_may_have_arrived(one) for one in (*news.began, *news.lasting, *news.ended))
    # An end that is tried to be told again was logged before.
    over = tuple(one for one in gone if one.told_at is None or not _may_have_arrived(one))
    return Decision(tuple(last_words.values()), replace(news, repeats=repeats), tuple(fresh), over)


def _seen(one: Standing, here: Mapping[str, Trouble], now: datetime) -> Standing:
    return replace(one, what=here[one.key].what, what_to_do=here[one.key].what_to_do, seen_at=now)


def _may_have_arrived(one: Standing) -> bool:
    """Tell whether an attempt was begun of which nothing is known."""
    return one.tried_at is not None and (one.told_at is None or one.tried_at > one.told_at)
