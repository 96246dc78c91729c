"""The archive in an operator's hands: measured, saved beside a running daemon, and carried elsewhere."""

from __future__ import annotations

import gzip
import json

import pytest

from tests.stories.conftest import ONLY_EMBEDDED
from tests.stories.world import Item, World

NEWS = Item("BRICS agrees on a common reserve", "The BRICS ministers spoke of spring.")
ONLY_SLACK = '{kind: slack, webhook: "file:hook", rate: 1000/s}'


@ONLY_EMBEDDED
@pytest.mark.parametrize("to", ["sqlite", "postgresql"])
async def test_an_archive_that_moved_tells_nobody_twice(
    world: World, to: str, request: pytest.FixtureRequest
) -> None:
    """Exported beside the daemon and imported elsewhere, it knows what was read and told, and goes on."""
    world.write(feeds=["wire"], channels=ONLY_SLACK)
    daemon = world.start()
    await daemon.has("feed.polled")
    world.feeds.publish("wire", NEWS)
    await daemon.has("notification.delivered")
    done = await world.command("archive", "export", "saved.jsonl.gz")
    assert done.returncode == 0, done.stderr
    assert (world.folder / "saved.jsonl.gz").stat().st_mode & 0o077 == 0
    again = await world.command("archive", "export", "saved.jsonl.gz")
    assert again.returncode == 2
    assert "saved.jsonl.gz is there already; name another file, or say --overwrite" in again.stderr

    refused = await world.command("archive", "import", "saved.jsonl.gz")
    assert refused.returncode == 2
    assert f"process {daemon.popen.pid}" in refused.stderr
    assert await daemon.stop() == 0
    refused = await world.command("archive", "import", "saved.jsonl.gz")
    assert "is not empty" in refused.stderr
    assert "nothing was imported from saved.jsonl.gz" in refused.stderr

    (world.folder / "state").rename(world.folder / "old-state")
    if to == "postgresql":
        world.archive = request.getfixturevalue("postgresql_url")
        world.queue.start()
        world.write(feeds=["wire"], channels=ONLY_SLACK)
    done = await world.command("archive", "import", "saved.jsonl.gz")
    assert done.returncode == 0, done.stderr
    daemon = world.start()
    await daemon.has("feed.polled")
    world.feeds.publish("wire", Item("A new member knocks at the BRICS door", "Talks go on."))
    await world.hook.arrived(2)
    await daemon.has("notification.delivered")
    assert [("reserve" in post["text"]) for post in world.hook.posts] == [True, False]
    assert (await world.status())["notifications"]["delivered"] == 2
    refused = await world.command("archive", "import", "saved.jsonl.gz")
    assert refused.returncode == 2
    assert "stop it first" in refused.stderr


@ONLY_EMBEDDED
async def test_a_file_that_was_cut_changes_nothing(world: World) -> None:
    """Half a file, packed or not, is refused; what is in the archive's place afterwards is still empty."""
    world.write(feeds=["wire"])
    world.feeds.publish("wire", *(Item(f"BRICS, part {number}", "Talks.") for number in range(40)))
    assert (await world.command("poll", "--once")).returncode == 0
    assert (await world.command("archive", "export", "saved.jsonl")).returncode == 0
    whole = (world.folder / "saved.jsonl").read_bytes()
    (world.folder / "cut.jsonl").write_bytes(whole[: len(whole) // 2])
    (world.folder / "cut.gz").write_bytes(gzip.compress(whole)[:-100])
    (world.folder / "state").rename(world.folder / "old-state")
    for name in ("cut.jsonl", "cut.gz", "missing", "rules"):
        done = await world.command("archive", "import", name)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
        assert name in done.stderr
    assert world.query("select count(*) from articles") in ([], [(0,)])
    assert (await world.command("archive", "import", "saved.jsonl")).returncode == 0
    assert world.query("select count(*) from articles") == [(40,)]


async def test_stats_and_prune(world: World) -> None:
    """Figures for people and programs; a dry run forgets nothing, a real one what it said."""
    world.write(feeds=["wire"])
    world.feeds.publish("wire", NEWS)
    assert (await world.command("poll", "--once")).returncode == 0
    found = json.loads((await world.command("archive", "stats", "--json")).stdout)
    assert found["articles_by_state"] == {"backlog": 1}
    assert sum(found["articles_by_day"].values()) == 1
    assert found["bytes"] > 0
    shown = (await world.command("archive", "stats")).stdout
    assert "articles: 1 backlog" in shown
    assert "█" in shown
    done = await world.command("archive", "prune", "--dry-run", "--keep", "30d")
    assert (done.returncode, done.stdout) == (0, "would forget 0 articles, 0 stories, 0 receipts, 0 keys\n")
    assert (await world.command("archive", "prune", "--keep", "0d")).returncode == 2
    assert (await world.command("archive", "prune", "--keep", "a while")).returncode == 2
    while (await world.command("archive", "prune", "--keep", "1s", "--json")).stdout.count('"articles": 0'):
        pass  # until the article is a second old
    assert world.query("select count(*) from articles") == [(0,)]
