"""What happens when: kills, outages and faults, all drawn from a seed before anything begins."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from monitor.failpoints import POINTS
from tests.proof.ground import PROCESSES, Kind
from tests.proof.servers import EMBEDDED_OUTAGES, OUTAGES

# How far into its story a process dies: most points are passed once an article, these now and then.
_RARE = ("dispatch.leased", "deliver.refused")
WIRE_FAULTS = ("delay", "drop replies", "dead", "reset", "half-close")
SINK_FAULTS = ("slow", "refusing", "mute")


@dataclass(frozen=True)
class Death:
    """How one process ends: at a point, or killed `after` seconds; it starts again after `pause`."""

    point: str = ""
    times: int = 1
    after: float = 0.0
    pause: float = 0.0

    @property
    def setting(self) -> str:
        return f"{self.point}:{self.times}" if self.point else ""


@dataclass(frozen=True)
class Fault:
    """What befalls a server or a wire, how long after the one before, and for how long."""

    what: str
    pause: float
    seconds: float
    whom: str = ""
    calm: bool = False  # nobody is killed meanwhile, so that the recovery can be measured


@dataclass(frozen=True)
class Schedule:
    """Everything that is to befall one ground."""

    deaths: dict[str, tuple[Death, ...]]
    outages: tuple[Fault, ...]
    faults: tuple[Fault, ...]  # as many of them as there is time for

    @property
    def kills(self) -> int:
        """How many processes are killed, the queue server's kills not counted."""
        return sum(len(deaths) for deaths in self.deaths.values())


def points_of(process: str) -> tuple[str, ...]:
    """List the points that a process of this name passes."""
    verb = process.partition("-")[0]
    mine = {"poll": ("poll", "reconcile.read"), "notify": ("queue", "dispatch", "deliver", "reconcile")}
    return tuple(point for point in POINTS if verb == "run" or point.startswith(mine[verb]))


def draw(kind: Kind, seed: int, kills: int) -> Schedule:
    """Draw the schedule of one ground: `kills` deaths, each process's share of them."""
    rng = Random(f"{kind} {seed}")
    share = _shares(kind, kills)
    deaths = {process: _deaths(rng, process, number) for process, number in share.items()}
    outages = _outages(rng, kind, kills // 2 if kind == "servers" else kills // 4)
    return Schedule(deaths, outages, _faults(rng, 2 * kills))


def _shares(kind: Kind, kills: int) -> dict[str, int]:
    processes = PROCESSES[kind]
    weight = {process: len(points_of(process)) for process in processes}
    total = sum(weight.values())
    share = {process: kills * weight[process] // total for process in processes}
    share[processes[-1]] += kills - sum(share.values())
    return share


def _deaths(rng: Random, process: str, number: int) -> tuple[Death, ...]:
    """Draw deaths at every point in turn, and a third of them, where there are enough, at any moment."""
    points = points_of(process)
    chances = min(number // 3, max(number - len(points), number // 6))
    drawn = [Death(after=rng.uniform(0.5, 6), pause=rng.choice((0.0, 0.0, 1.0))) for _ in range(chances)]
    while len(drawn) < number:
        for point in rng.sample(points, min(len(points), number - len(drawn))):
            once = point in _RARE or point.startswith("reconcile")
            times = 1 if once else rng.randint(1, _most_times(point))
            drawn.append(Death(point, times, pause=rng.choice((0.0, 0.0, 0.0, 1.5))))
    rng.shuffle(drawn)
    return tuple(drawn)


def _most_times(point: str) -> int:
    """A poll, or a batch, is passed less often than what happens to each article."""
    return 3 if point.startswith("poll") or point in ("queue.taken", "dispatch.begun") else 12


def _outages(rng: Random, kind: Kind, number: int) -> tuple[Fault, ...]:
    """Draw passes: each kind once in a calm, then half as many while processes are killed, too."""
    kinds = list(OUTAGES) if kind == "servers" else list(EMBEDDED_OUTAGES)
    drawn: list[Fault] = []
    while len(drawn) < number:
        drawn += [_outage(rng, what, calm=True) for what in rng.sample(kinds, len(kinds))]
        drawn += [_outage(rng, rng.choice(kinds), calm=False) for _ in range(len(kinds) // 2)]
    return tuple(drawn[:number])


def _outage(rng: Random, what: str, *, calm: bool) -> Fault:
    pause = rng.uniform(0.5, 1.5) if calm else rng.uniform(2, 8)
    return Fault(what, pause, OUTAGES[what] * rng.uniform(0.5, 1), calm=calm)


def _faults(rng: Random, number: int) -> tuple[Fault, ...]:
    drawn = []
    for _ in range(number):
        whom = rng.choice(("mail", "mail", "bot", "hook", "feeds"))
        kinds = WIRE_FAULTS if rng.random() < 0.5 else SINK_FAULTS
        what = "broken documents" if whom == "feeds" else rng.choice(kinds)
        drawn.append(Fault(what, rng.uniform(1, 6), rng.uniform(0.5, 3), whom))
    return tuple(drawn)
