"""Telling the operators, straight through their channels: a path that is broken can announce itself.

No article, match or alert is stored for it, the queue is not asked, and the archive need not be there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import monotonic

from monitor import events
from monitor.errors import Bury, Deferred
from monitor.model import AlertReason, Article, Evidence, Match, Notification, Severity
from monitor.notify.channel import Channel
from monitor.operations.news import News, with_missed
from monitor.stores.troubles import Standing

_TRIES = 3
_FIRST_PAUSE = 1.0
_SEND_SECONDS = 30.0
_FIRST_REST, _LONGEST_REST = 15.0, 300.0
_REFUSED_REST = 900.0
_MOST_LISTED = 7
_NAME = "Watchword"
_OVER = "Over: "


@dataclass(frozen=True, slots=True)
class Way:
    """A destination of the operators, and the channel that leads there."""

    destination: str
    channel: Channel


@dataclass(frozen=True, slots=True)
class Operators:
    """The receiver `operators`: where it is told, and how it wants to be written to."""

    receiver: str
    ways: tuple[Way, ...]
    tz: str = "UTC"
    lang: str = "en"


@dataclass(slots=True)
class Manners:
    """Remembers, over configurations, which destinations to leave alone for a while, and what each missed."""

    _until: dict[str, float] = field(default_factory=dict)
    _rests: dict[str, float] = field(default_factory=dict)
    _missed: dict[str, News] = field(default_factory=dict)

    def may_ask(self, destination: str) -> bool:
        """Tell whether a destination may be tried now."""
        return monotonic() >= self._until.get(destination, 0)

    def took(self, destination: str) -> None:
        """Note that it took a message, with all that it had missed."""
        self._missed.pop(destination, None)
        self._rests.pop(destination, None)
        self._until.pop(destination, None)

    def refused(self, destination: str, wait: float | None) -> None:
        """Note that it did not; `wait` is what it asked for."""
        rest = self._rests.get(destination, _FIRST_REST / 2) * 2
        self._rests[destination] = min(rest, _LONGEST_REST)
        self._until[destination] = monotonic() + max(wait or 0, self._rests[destination])

    def missed(self, destination: str, news: News) -> None:
        """Note that it was not told of news."""
        self._missed[destination] = self.due(destination, news)

    def due(self, destination: str, news: News) -> News:
        """Give what it is to be told: news, and what it missed."""
        return with_missed(news, self._missed.get(destination, News()))

    def behind(self, ways: Iterable[Way]) -> list[Way]:
        """List the ways that missed something and may be tried now."""
        return [way for way in ways if self._missed.get(way.destination) and self.may_ask(way.destination)]


async def tell(operators: Operators, news: News, clock: Callable[[], datetime], manners: Manners) -> bool:
    """Tell the news to all destinations of the operators at once; gives whether one of them took it.

    What the others missed, they are told with the next news, or by `make_good`. Where nobody took it, nothing
    is noted: then it is not told yet, and whoever asked for that will ask again.
    """
    asked = [way for way in operators.ways if manners.may_ask(way.destination)]
    lefts = await asyncio.gather(*(_left(way, operators, news, clock, manners) for way in asked))
    missed = dict.fromkeys((way.destination for way in operators.ways), news)
    missed |= {way.destination: left for way, left in zip(asked, lefts, strict=True)}
    told = not all(missed.values())
    if told:
        for destination, left in missed.items():
            if left:
                manners.missed(destination, left)
    return told


async def make_good(operators: Operators, clock: Callable[[], datetime], manners: Manners) -> None:
    """Tell each destination what it missed, as soon as it may be asked again."""
    behind = manners.behind(operators.ways)
    await asyncio.gather(*(_left(way, operators, News(), clock, manners) for way in behind))


async def _left(
    way: Way, operators: Operators, news: News, clock: Callable[[], datetime], manners: Manners
) -> News:
    """Tell a destination the news and what it missed before; gives the news that it has not got."""
    due = manners.due(way.destination, news)
    if not due:
        return News()
    notification = announcement(operators, way.destination, due, clock())
    title, reason, wait = notification.article.title, "", None
    for number in range(_TRIES):
        if number:
            await asyncio.sleep(_FIRST_PAUSE * 2 ** (number - 1))
        try:
            async with asyncio.timeout(_SEND_SECONDS):
                receipt = await way.channel.send(notification)
        except TimeoutError:
            reason = f"no answer within {_SEND_SECONDS:.0f} s"
            news = replace(news, repeats=True)  # it may have arrived
            break
        except Deferred as error:
            reason, wait = error.reason, error.retry_after
            if wait is not None and wait > _FIRST_PAUSE:
                break
        except Bury as error:
            reason, wait = error.reason, _REFUSED_REST
            break
        except Exception as error:  # noqa: BLE001 - a channel of somebody else's must not silence the others
            reason = f"the channel broke down: {type(error).__name__}"
            break
        else:
            manners.took(way.destination)
            events.operators_told(title=title, destination=way.destination, detail=receipt.detail)
            return News()
    manners.refused(way.destination, wait)
    events.operators_not_told(title=title, destination=way.destination, reason=reason)
    return news


def announcement(operators: Operators, destination: str, news: News, now: datetime) -> Notification:
    """Put news into the form that channels take: the trouble as an article, as rules what to do about it."""
    matches = tuple(_matches(news, now))
    first = (*news.began, *news.lasting, *news.ended)[0]
    return Notification(
        key=f"{news.id}/1/{destination}",
        alert=news.id,
        revision=1,
        reason=AlertReason.OPERATIONS,
        receiver=operators.receiver,
        destination=destination,
        severity=_severity(news),
        article=Article(id="0", title=_title(news), first_seen=now, published=first.since, source=_NAME),
        matches=matches,
        feed_title=_NAME,
        tz=operators.tz,
        lang=operators.lang,
        possible_repeat=news.repeats,
    )


def _severity(news: News) -> Severity:
    return "high" if news.began else "medium" if news.lasting else "info"


def _title(news: News) -> str:
    listed = list(_listed(news))
    if len(listed) == 1:
        word, one, _ = listed[0]
        return f"{word}{one.what}"
    counts = (
        (len(news.began), "began"),
        (len(news.lasting), "last"),
        (len(news.ended), "are over" if len(news.ended) > 1 else "is over"),
    )
    return f"Troubles of Watchword: {', '.join(f'{number} {how}' for number, how in counts if number)}"


def _listed(news: News) -> Iterator[tuple[str, Standing, Severity]]:
    yield from (("", one, "high") for one in news.began)
    yield from (("Still: ", one, "medium") for one in news.lasting)
    yield from ((_OVER, one, "info") for one in news.ended)


def _matches(news: News, now: datetime) -> Iterator[Match]:
    listed = list(_listed(news))
    for word, one, severity in listed[:_MOST_LISTED]:
        to_do = "Nothing, it is over." if word == _OVER else one.what_to_do
        if len(listed) == 1:
            yield _match("What to do", to_do, severity, now)
        else:
            yield _match(f"{word}{one.what}", to_do, severity, now)
    if len(listed) > _MOST_LISTED:
        why = "`watchword status` lists them all."
        yield _match(f"and {len(listed) - _MOST_LISTED} more", why, listed[_MOST_LISTED][2], now)


def _match(title: str, why: str, severity: Severity, now: datetime) -> Match:
    evidence = Evidence(at=now, at_from="published")
    return Match("operations", title, severity, "live", "", evidence, why=why)
