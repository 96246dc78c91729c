"""Every check of Watchword's own health.

`OF_A_PROCESS` are what each process finds out about itself; `OF_THE_WHOLE` are what one process finds out for
all, from the archive. A check gives the troubles that there are now; who is told when is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from monitor.model import Trouble
from monitor.operations.condition import Condition
from monitor.operations.feed_checks import (
    all_feeds_fail,
    feed_fails,
    feed_format_changed,
    feed_gone,
    feed_moved,
    feed_silent,
    network_away,
)
from monitor.operations.scene import NOTIFIES, POLLS, Scene
from monitor.stores.workers import destinations_named

_MOST_CRASHES = 3
_LONGEST_JUMP = 10.0  # seconds; time servers correct less than that little by little


# Of a process


def archive_not_writable(seen: Condition) -> Iterator[Trouble]:
    """Nothing can be stored, so nothing is polled."""
    if seen.archive_failing > seen.stuck.total_seconds() / 2:
        yield Trouble(
            "archive-not-writable",
            f"The archive cannot be written: {seen.archive_said}. Feeds are not polled meanwhile",
            "Free space where the archive is, or mend the database server; everything goes on by itself.",
        )


def disk_nearly_full(seen: Condition) -> Iterator[Trouble]:
    """There is less space than the reserve, so nothing is polled."""
    if seen.shortage:
        yield Trouble(
            "disk-nearly-full",
            f"{seen.shortage}. Feeds are not polled meanwhile",
            "Free space there, or lower archive.keep and run `watchword archive prune`; all goes on then.",
        )


def queue_away(seen: Condition) -> Iterator[Trouble]:
    """The queue server does not answer: articles are stored, and nobody is told."""
    if seen.queue_failing > seen.stuck.total_seconds() / 2:
        yield Trouble(
            "queue-away",
            f"The queue server does not answer: {seen.queue_said}. Articles are stored, but nobody is told",
            "Start the server that `queue` names, or restart `watchword run` where it has its own.",
        )


def queue_server_dies(seen: Condition) -> Iterator[Trouble]:
    """The embedded server ends again and again."""
    if seen.queue_restarts >= _MOST_CRASHES:
        yield Trouble(
            f"queue-server-dies:{seen.process}",
            f"The embedded queue server of {seen.process} ended {seen.queue_restarts} times in ten minutes",
            "See whether the machine has memory left (dmesg), or name a server of your own with queue.url.",
        )


def loop_stuck(seen: Condition) -> Iterator[Trouble]:
    """The event loop does not turn."""
    if seen.stalled:
        yield Trouble(
            f"loop-stuck:{seen.process}",
            f"The process {seen.process} is stuck: it has done nothing for {seen.stalled:.0f} s",
            "See `loop.stuck` in its log for where, and restart it; nothing is lost by that.",
        )


def loop_crashes(seen: Condition) -> Iterator[Trouble]:
    """A loop meets a fault of our own again and again."""
    for loop, number in seen.crashes.items():
        if number >= _MOST_CRASHES:
            yield Trouble(
                f"loop-crashes:{seen.process}:{loop}",
                f"A part of {seen.process} ({loop}) broke down {number} times in ten minutes",
                "See `loop.crashed` in its log, and report it as a defect.",
            )


def clock_jumped(seen: Condition) -> Iterator[Trouble]:
    """The wall clock was set, or the machine slept."""
    if abs(seen.clock_jump) > _LONGEST_JUMP:
        way = "forward" if seen.clock_jump > 0 else "back"
        yield Trouble(
            f"clock-jumped:{seen.machine}",
            f"The clock of {seen.machine} jumped {way} by {timedelta(seconds=round(abs(seen.clock_jump)))}",
            "See whether its time server works (timedatectl); times in alerts may be wrong.",
        )


# Of the whole


def rule_file_unusable(scene: Scene) -> Iterator[Trouble]:
    """A rule file has a mistake, for longer than saving takes: its last good text is in force, or none."""
    old, left_out = _reported(scene, "files_old"), _reported(scene, "files_left_out")
    found = [(name, "; its last good version stays in force") for name in old]
    found += [(name, " and was never good: none of its rules is in force") for name in left_out]
    for name, so in found:
        yield Trouble(
            f"rule-file:{name}",
            f"The rule file {name} has a mistake{so}",
            "`watchword check` shows the mistake with its place.",
            after=scene.limits.stuck / 2,
        )


def configuration_unusable(scene: Scene) -> Iterator[Trouble]:
    """The configuration was changed and cannot be used, for longer than it takes to save it."""
    if problems := _reported(scene, "config_problems"):
        yield Trouble(
            "configuration",
            f"The configuration was changed and cannot be used; the old one stays in force: {problems[0]}",
            "`watchword check` shows every mistake with its place.",
            after=scene.limits.stuck / 2,
        )


def rulebooks_differ(scene: Scene) -> Iterator[Trouble]:
    """Living processes work by different rules, for longer than a roll-out takes."""
    books = {worker.rulebook for worker in scene.living()}
    if len(books) > 1:
        yield Trouble(
            "rulebooks-differ",
            f"The processes work by {len(books)} different rulebooks",
            "`watchword status` shows who has which; give all of them the same rule folders.",
            after=scene.limits.stuck,
        )


def process_vanished(scene: Scene) -> Iterator[Trouble]:
    """A process stopped reporting without having ended in good order."""
    for worker in scene.workers:
        if worker.silent(scene.now):
            yield Trouble(
                f"process-vanished:{worker.name}",
                f"The process {worker.name} (watchword {worker.role}) has not been heard of since "
                f"{worker.seen_at:%Y-%m-%d %H:%M:%S} UTC",
                "See why it ended or hangs, and start it again.",
            )


def no_poller(scene: Scene) -> Iterator[Trouble]:
    """Feeds are due and nobody polls."""
    if scene.overdue and not scene.living(POLLS):
        yield Trouble(
            "no-poller",
            f"{len(scene.overdue)} feeds are due and no process polls",
            "Start `watchword poll`.",
        )


def pollers_stuck(scene: Scene) -> Iterator[Trouble]:
    """Feeds are due, and a process that polls reports as if nothing were wrong."""
    if scene.overdue and scene.living(POLLS) and not scene.paused:
        oldest = min(feed["next_poll_at"] for feed in scene.overdue)
        yield Trouble(
            "pollers-stuck",
            f"{len(scene.overdue)} feeds are due, the first since {oldest:%Y-%m-%d %H:%M:%S} UTC, and are "
            "not polled",
            "See the log of `watchword poll`; restart it, or start one more if it cannot keep up.",
            after=scene.limits.stuck / 2,
        )


def dispatch_stuck(scene: Scene) -> Iterator[Trouble]:
    """Matches wait, and nobody decides who is told."""
    if scene.oldest_match is not None and scene.now - scene.oldest_match > scene.limits.stuck:
        nobody = "" if scene.living(NOTIFIES) else ", for no process notifies"
        yield Trouble(
            "dispatch-stuck",
            f"A match has been waiting since {scene.oldest_match:%Y-%m-%d %H:%M:%S} UTC{nobody}",
            "See the log of `watchword notify`, or start one.",
            after=scene.limits.stuck / 2,
        )


def destination_stuck(scene: Scene) -> Iterator[Trouble]:
    """Notifications wait and are not even tried, though a process knows their destination."""
    named = destinations_named(scene.workers, scene.now)
    for one in scene.untried:
        if one.destination in named:
            yield Trouble(
                f"destination-stuck:{one.destination}",
                f"{scene.number_to(one)} wait and are not tried",
                "See the log of `watchword notify`; restart it.",
                after=scene.limits.stuck / 2,
            )


def no_notifier(scene: Scene) -> Iterator[Trouble]:
    """Notifications wait for a destination that no living process knows."""
    named = destinations_named(scene.workers, scene.now)
    for one in scene.untried:
        if one.destination not in named:
            yield Trouble(
                f"no-notifier:{one.destination}",
                f"{scene.number_to(one)} wait, and no process delivers there",
                "Start `watchword notify` with the configuration that names it.",
                after=scene.limits.stuck / 2,
            )


def destination_fails(scene: Scene) -> Iterator[Trouble]:
    """A destination does not take what it is sent."""
    for one in (one for one in scene.failing if one.destination not in scene.locked_out):
        yield Trouble(
            f"destination-fails:{one.destination}",
            f"{scene.number_to(one)} could not be delivered so far: {one.reason}",
            "They are tried again for a week; `watchword receivers test` has them sent once it is mended.",
        )


def dead_letters(scene: Scene) -> Iterator[Trouble]:
    """Notifications were given up."""
    for one in scene.given_up:
        yield Trouble(
            f"dead-letters:{one.destination}",
            f"{scene.number_to(one)} were given up: {one.reason}",
            "Mend that, then `watchword dead-letters replay`, or drop them there.",
        )


def destination_locks_out(scene: Scene) -> Iterator[Trouble]:
    """A destination refuses our login, which no waiting mends."""
    for destination, reason in scene.locked_out.items():
        yield Trouble(
            f"destination-locks-out:{destination}",
            f"Nothing gets through to {scene.called(destination)}: {reason}",
            "Mend user and password; what waits is sent once `watchword receivers test` reaches it.",
            scene.limits.stuck / 2,
        )


def destination_disabled(scene: Scene) -> Iterator[Trouble]:
    """A destination said that it is no more, so nothing is sent there."""
    for destination, reason in scene.disabled.items():
        yield Trouble(
            f"destination-disabled:{destination}",
            f"Nothing is sent to {scene.called(destination)} any more: {reason}",
            "Mend its address in the configuration, or try it: `watchword receivers test` takes it up again.",
        )


def articles_quarantined(scene: Scene) -> Iterator[Trouble]:
    """Articles whose dispatch failed again and again were put aside."""
    if scene.quarantined:
        yield Trouble(
            "quarantine",
            f"{scene.quarantined} articles were put aside, for their dispatch failed again and again",
            "`watchword dead-letters quarantined` says why; release them once that is mended.",
        )


def queue_policy(scene: Scene) -> Iterator[Trouble]:
    """The queue server may drop what it holds."""
    if scene.queue_policy:
        yield Trouble(
            "queue-policy",
            f"The queue server is set up wrongly: {scene.queue_policy}",
            "CONFIG SET maxmemory-policy noeviction, and write it into the server's configuration.",
        )


OF_A_PROCESS: tuple[Callable[[Condition], Iterator[Trouble]], ...] = (
    archive_not_writable,
    disk_nearly_full,
    queue_away,
    queue_server_dies,
    loop_stuck,
    loop_crashes,
    clock_jumped,
)
OF_THE_WHOLE: tuple[Callable[[Scene], Iterator[Trouble]], ...] = (
    network_away,
    all_feeds_fail,
    feed_fails,
    feed_gone,
    feed_moved,
    feed_format_changed,
    feed_silent,
    rule_file_unusable,
    configuration_unusable,
    rulebooks_differ,
    process_vanished,
    no_poller,
    pollers_stuck,
    dispatch_stuck,
    destination_stuck,
    no_notifier,
    destination_fails,
    dead_letters,
    destination_locks_out,
    destination_disabled,
    articles_quarantined,
    queue_policy,
)
# These cannot be told by way of the archive, or of the event loop: each process tells of them by itself.
FROM_MEMORY = frozenset({"archive-not-writable", "loop-stuck"})


def _reported(scene: Scene, what: str) -> list[str]:
    """List what the processes that live report under a name, each once."""
    return list(dict.fromkeys(line for one in scene.living() for line in one.report.get(what, ())))
