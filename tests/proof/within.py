"""The daemon inside of the test's own process, where a test must see into it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

from rich.console import Console

from monitor.app.daemon import run_daemon
from monitor.config import load_settings
from monitor.runtime.shutdown import Signals
from tests.proof.ground import Ground
from tests.stories.world import eventually


@asynccontextmanager
async def ground_with_daemon(folder: Path, seed: int = 1) -> AsyncIterator[Ground]:
    """Run what `watchword run` runs on a ground of its own, from the first polls on."""
    ground = await Ground.begin("embedded", folder / "ground", Random(seed), None)
    signals = Signals()
    settings = load_settings(ground.folder / "run.yaml")
    with Path(os.devnull).open("w") as nowhere:  # noqa: ASYNC230 - it never blocks
        console = Console(file=nowhere)
        daemon = asyncio.create_task(
            run_daemon(settings, ["poll", "notify"], bind=None, signals=signals, console=console)
        )
        try:
            await eventually(lambda: len(ground.archived()) == len(ground.ledger.feeds), "the first polls")
            yield ground
        finally:
            signals.stop.set()
            await daemon
            await ground.end()
