"""Dead letters: the notifications that were given up, and what an operator may do with them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from rich.console import Console
from rich.table import Table
from rich.text import Text

from monitor.app.parts import configured_addresses, utc_now
from monitor.commands.plain import as_plain
from monitor.config import Settings
from monitor.errors import SetupError
from monitor.notify.passages import passage
from monitor.stores import dead_letters, quarantine
from monitor.stores.archive import Archive, Connection, open_archive
from monitor.stores.dead_letters import Choice, DeadLetter, Fate, Letter
from monitor.stores.quarantine import Quarantined
from monitor.strict_yaml import nearest
from monitor.text.display import displayable, isolate

_BATCH = 200  # letters of one transaction, so that a running daemon waits for none of them long
_MOST_HINTS = 1000
_UNCONFIGURED = "its destination is not in the configuration; put it back there, or drop it"


@dataclass(frozen=True, slots=True)
class Wish:
    """Which dead letters an operator named; a destination by its id or by the name that people see."""

    ids: tuple[int, ...] = ()
    destination: str | None = None
    receiver: str | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one dead letter."""

    letter: DeadLetter
    ok: bool
    said: str

    def as_json(self) -> dict[str, object]:
        """Give it for programs."""
        return {"id": self.letter.id, "ok": self.ok, "said": self.said}


@dataclass(frozen=True, slots=True)
class Listing:
    """Dead letters, how many there are in all, and what people call their destinations."""

    letters: tuple[DeadLetter, ...]
    total: int
    names: Mapping[str, str]

    def as_json(self) -> list[dict[str, object]]:
        """Give them for programs; times as RFC 3339."""
        return [as_plain(one) | {"destination_name": self.names.get(one.destination)} for one in self.letters]


class Desk:
    """The archive, and the destinations that the configuration has."""

    def __init__(self, archive: Archive, addresses: Mapping[tuple[str, str], str]) -> None:
        self.archive = archive
        self.names = {destination: shown for (_, destination), shown in addresses.items()}
        self._addresses = addresses

    async def find(self, wish: Wish, limit: int | None) -> Listing:
        """List the dead letters that are meant, the newest first. Raises SetupError for what there is not."""
        choice = await self._choice(wish)
        letters = await self.archive.read(lambda c: dead_letters.dead_letters(c, choice, limit))
        total = await self.archive.read(lambda c: dead_letters.number_of_dead_letters(c, choice))
        return Listing(tuple(letters), total, self.names)

    async def show(self, number: int) -> Letter:
        """Load one notification. Raises SetupError where there is none of that number."""
        states = await self._states([number])
        try:
            letter = (
                await self.archive.read(lambda c: dead_letters.load_letter(c, number)) if states else None
            )
        except ValueError:
            said = f"notification {number} cannot be shown: what the archive holds of its matches is damaged"
            raise SetupError(f"{said}; `watchword dead-letters drop {number}` ends it") from None
        if letter is None:
            raise SetupError(await self._no_such(number))
        return letter

    async def replay(self, letters: Sequence[DeadLetter]) -> list[Done]:
        """Take dead letters up again, but those that nobody could send."""
        now = utc_now()

        def one(c: Connection, letter: DeadLetter) -> Done:
            if (letter.receiver, letter.destination) not in self._addresses:
                return Done(letter, ok=False, said=_UNCONFIGURED)
            fate = dead_letters.replay(c, letter, now)
            return Done(letter, fate in (Fate.PENDING, Fate.DELIVERED), fate.value)

        return await self._each(letters, one)

    async def drop(self, letters: Sequence[DeadLetter]) -> list[Done]:
        """End dead letters for good."""
        now = utc_now()

        def one(c: Connection, letter: DeadLetter) -> Done:
            ok = dead_letters.drop(c, letter.id, now)
            return Done(letter, ok, "dropped" if ok else Fate.NOT_DEAD.value)

        return await self._each(letters, one)

    async def quarantined(self) -> list[Quarantined]:
        """List the articles whose dispatch was given up."""
        return await self.archive.read(quarantine.quarantined)

    async def release(self, numbers: Sequence[int]) -> list[tuple[int, bool]]:
        """Have articles in quarantine dispatched once more; tells which were in it."""
        return await self.archive.write(
            lambda c: [(number, quarantine.release(c, number)) for number in numbers]
        )

    async def _each(
        self, letters: Sequence[DeadLetter], act: Callable[[Connection, DeadLetter], Done]
    ) -> list[Done]:
        done: list[Done] = []
        for start in range(0, len(letters), _BATCH):
            batch = letters[start : start + _BATCH]
            done += await self.archive.write(lambda c, batch=batch: [act(c, one) for one in batch])  # type: ignore[misc]
        return done

    async def _choice(self, wish: Wish) -> Choice:
        ids = tuple(dict.fromkeys(wish.ids))
        states = await self._states(ids)
        for number in ids:
            if number not in states:
                raise SetupError(await self._no_such(number))
            if states[number] != dead_letters.DEAD:
                raise SetupError(f"notification {number} is {states[number]}, not dead")
        known = {*self._addresses, *await self.archive.read(dead_letters.dead_addresses)}
        _check(wish.receiver, "receiver", {receiver for receiver, _ in known})
        destinations = self._destinations(wish.destination, {destination for _, destination in known})
        return Choice(ids or None, destinations, wish.receiver, wish.since)

    async def _states(self, ids: Sequence[int]) -> dict[int, str]:
        known = [number for number in ids if 0 < number < 2**63]  # what a database can be asked for
        return await self.archive.read(lambda c: dead_letters.states_of(c, known))

    def _destinations(self, wanted: str | None, known: set[str]) -> set[str] | None:
        """Find the ids that a destination's id or name means."""
        if wanted is None:
            return None
        _check(wanted, "destination", known | set(self.names.values()))
        return {number for number in known if wanted in (number, self.names.get(number))}

    async def _no_such(self, number: int) -> str:
        dead = await self.archive.read(lambda c: dead_letters.dead_letters(c, Choice(), _MOST_HINTS))
        hint = nearest(str(number), [str(one.id) for one in dead], listed=False)
        return f"there is no notification {number}; {hint or 'see: watchword dead-letters list'}"


def _check(wanted: str | None, what: str, known: set[str]) -> None:
    if wanted is not None and wanted not in known:
        hint = nearest(wanted, sorted(known))
        raise SetupError(f"there is no {what} {wanted!r}" + (f" ({hint})" if hint else ""))


@asynccontextmanager
async def open_desk(settings: Settings) -> AsyncIterator[Desk]:
    """Open the archive, and look up what the configuration can send to; nothing is sent."""
    with open_archive(settings.archive_url) as archive:
        addresses = await configured_addresses(settings)
        yield Desk(archive, {(a.receiver, a.destination): a.shown for a in addresses})


def show_listing(listing: Listing, console: Console) -> None:
    """Print dead letters as a table."""
    if not listing.total:
        console.print("no dead letters")
        return
    table = Table("id", "when (UTC)", "receiver", "destination", "severity", "reason", "title", box=None)
    for one in listing.letters:
        where = listing.names.get(one.destination, one.destination)
        table.add_row(
            str(one.id),
            one.at.strftime("%Y-%m-%d %H:%M"),
            Text(displayable(one.receiver)),
            _cut(displayable(where)),
            one.severity,
            _cut(displayable(one.reason)),
            _cut(_title(one.title)),
        )
    console.print(table)
    more = listing.total - len(listing.letters)
    if more > 0:
        console.print(f"and {more} older ones; --limit {listing.total} lists them all")


def show_quarantine(found: Sequence[Quarantined], console: Console) -> None:
    """Print the articles in quarantine as a table."""
    if not found:
        console.print("no article is in quarantine")
        return
    table = Table("article", "last try (UTC)", "tries", "reason", "title", box=None)
    for one in found:
        table.add_row(
            str(one.article),
            one.last_at.strftime("%Y-%m-%d %H:%M"),
            str(one.tries),
            _cut(displayable(one.reason)),
            _cut(_title(one.title)),
        )
    console.print(table)


def _title(title: str | None) -> str:
    return "(no longer in the archive)" if title is None else isolate(displayable(title))


def show_letter(letter: Letter, name: str, console: Console) -> None:
    """Print all that is known of a notification."""
    state = f"{letter.state}: {displayable(letter.reason)}" if letter.reason else letter.state
    for label, value in (
        ("notification", f"{letter.id}, {state}"),
        ("alert", f"{letter.alert}, revision {letter.revision}, {letter.severity}"),
        ("receiver", displayable(letter.receiver)),
        ("destination", displayable(f"{name} ({letter.destination})")),
        ("stored", _time(letter.created_at)),
        ("replayed", _time(letter.replayed_at)),
        ("ended", _time(letter.ended_at)),
        ("article", _title(letter.article.title if letter.article else None)),
        ("link", displayable(letter.article.url) if letter.article else ""),
    ):
        if value:
            console.print(Text.assemble((f"{label:<14}", "bold"), value))
    for match in letter.matches:
        console.print(Text.assemble("\n", (displayable(match.title), "bold"), f" ({match.rule})"))
        for quote in match.evidence.quotes[:3]:
            pieces = passage(quote.text, quote.marks).pieces()
            shown = ((piece, "bold yellow" if marked else "") for piece, marked in pieces)
            console.print(Text.assemble("    ", *shown))
    console.print()
    console.print(_attempts_table(letter))


def _attempts_table(letter: Letter) -> Table:
    table = Table("attempt (UTC)", "seconds", "outcome", "detail", box=None)
    for one in letter.attempts:
        seconds = f"{(one.ended_at - one.started_at).total_seconds():.1f}" if one.ended_at else ""
        outcome = one.outcome or "none: the worker died"
        table.add_row(_time(one.started_at), seconds, outcome, Text(displayable(one.detail)))
    return table


def _cut(text: str) -> Text:
    """One line each in a list; `dead-letters show` has the whole of it."""
    return Text(text, no_wrap=True, overflow="ellipsis")


def _time(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S") if at else ""
