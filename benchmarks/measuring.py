"""Time, memory and the machine they were measured on."""

from __future__ import annotations

import os
import platform
import resource
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

MEGABYTE = 2**20


@dataclass(slots=True)
class Time:
    """Seconds of one piece of work: of processors, those of child processes included, and by the clock."""

    cpu: float = 0.0
    wall: float = 0.0

    @property
    def judged(self) -> float:
        """Give the lesser of both: the clock where several processors helped, else what the work itself took.

        On a machine where other programs run the clock tells mostly of them.
        """
        return min(self.cpu, self.wall)


@contextmanager
def timed() -> Iterator[Time]:
    """Time what is done inside; read the result afterwards."""
    spent = Time()
    cpu, wall = _cpu(), time.perf_counter()
    try:
        yield spent
    finally:
        spent.cpu, spent.wall = _cpu() - cpu, time.perf_counter() - wall


def _cpu() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def cpu_of(process: int) -> float | None:
    """Give the seconds of processor that another process of this machine took; None where nobody tells."""
    told = Path(f"/proc/{process}/stat")
    if not told.exists():
        return None
    after_name = told.read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


def median_cost(portions: Iterable[tuple[int, float]]) -> float:
    """Give the seconds of one thing from portions of (things, seconds): half of the portions cost less.

    The median, because what else runs on the machine can only make a portion slower.
    """
    return median(seconds / things for things, seconds in portions if things)


def memory() -> dict[str, int]:
    """Give the bytes of memory that this process holds now, and the most that it ever held."""
    status = Path("/proc/self/status")
    if status.exists():
        # getrusage would count the process that started this one, before it became what it is.
        sizes = dict(line.split(":", 1) for line in status.read_text().splitlines())
        now, peak = (int(sizes[key].split()[0]) * 1024 for key in ("VmRSS", "VmHWM"))
        return {"now": now, "peak": peak}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return {"now": peak, "peak": peak}


def machine() -> dict[str, Any]:
    """Say what this was measured on."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_mb": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MEGABYTE,
        "system": f"{platform.system()} {platform.release()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "load_at_start": round(os.getloadavg()[0], 2),
    }


def machine_in_words(said: dict[str, Any]) -> str:
    """Name a machine for people."""
    return f"{said['processor']}, {said['cores']} cores, {said['python']}, {said['system']}"


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()
