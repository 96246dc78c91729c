"""A terminal on a machine whose units are started without systemd: `systemctl` here does what they say."""

from __future__ import annotations

import re
import shlex
import signal
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path

from tests.manual.page import Step, Typed
from tests.manual.terminal import Running, Terminal


class Machine(Terminal):
    """Paths of the system stand below a folder of the test's own."""

    waits_for_first_poll = False

    def __init__(self, folder: Path, swaps: Mapping[str, str], **variables: str) -> None:
        self.root = folder / "root"
        for name in ("etc/systemd/system", "etc/sysusers.d", "var/lib/watchword", "var/backups"):
            (self.root / name).mkdir(parents=True)
        placed = {f"/{top}/": f"{self.root}/{top}/" for top in ("etc", "var")}
        super().__init__(folder, {**swaps, **placed}, **variables)
        self.started: dict[str, Running] = {}
        self._enabled: list[str] = []

    def do(self, step: Step) -> None:
        """Do one step; `systemctl` is done here."""
        if isinstance(step, Typed) and step.command.startswith("systemctl "):
            _, verb, *words = shlex.split(self._swapped(step.command))
            self._systemctl(verb, [word for word in words if not word.startswith("-")])
        else:
            super().do(step)

    def _systemctl(self, verb: str, named: list[str]) -> None:
        for unit in [found for name in named for found in self._meant(verb, name)]:
            match verb:
                case "enable" | "start":
                    self._enabled.append(unit)
                    environment = " ".join(self._lines(unit, "Environment"))
                    self.started[unit] = self._start(f"env {environment} {self._lines(unit, 'ExecStart')[0]}")
                case "stop" | "disable":
                    self.started.pop(unit).stop()
                case "reload" if unit not in self.started:
                    pass  # the page names the units of every way; one of them runs
                case "reload":
                    assert self._lines(unit, "ExecReload") == ["/bin/kill -HUP $MAINPID"]
                    self.started[unit].process.send_signal(signal.SIGHUP)
                case _:
                    raise AssertionError(f"no page says: systemctl {verb}")

    def _meant(self, verb: str, name: str) -> Iterator[str]:
        """Give the units that a name means; a target means those that want it."""
        if "*" in name:
            yield from (unit for unit in self.started if fnmatch(unit, name))
        elif name.endswith(".target"):
            wanting = [
                unit for unit in dict.fromkeys(self._enabled) if self._lines(unit, "WantedBy") == [name]
            ]
            yield from (unit for unit in wanting if (unit in self.started) == (verb in ("stop", "disable")))
        else:
            yield name

    def _lines(self, unit: str, key: str) -> list[str]:
        """Read a key of an installed unit, with its instance and the paths of this test put in."""
        name, _, instance = unit.removesuffix(".service").partition("@")
        file = self.root / "etc/systemd/system" / (f"{name}@.service" if instance else unit)
        found = re.findall(rf"^{key}=(.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
        return [self._swapped(line.replace("%i", instance)) for line in found]
