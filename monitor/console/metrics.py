"""Metrics for Prometheus: the process's own counters, and the archive and the queue as they stand."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import REGISTRY, CollectorRegistry, Gauge, disable_created_metrics, generate_latest

from monitor.console.view import View
from monitor.stores.status import Workload

disable_created_metrics()  # type: ignore[no-untyped-call]  # when each counter began is of no use here, and doubles the page


async def render_metrics(view: View) -> bytes:
    """Write all metrics in Prometheus' text format.

    Counters of `events` are of this process; gauges named `watchword_archive_…`, `watchword_stage_…` and
    `watchword_feeds` are of the archive and the queue, the same from every process.
    """
    registry = CollectorRegistry()
    work, depths = await view.workload(), await view.queue_depths()
    ready = Gauge("watchword_ready", "1 where archive and queue answer", registry=registry)
    ready.set(work is not None and depths is not None)
    if work is not None:
        _of_archive(work, registry)
    if depths is not None:
        depth = Gauge("watchword_queue_entries", "Entries in the queue", ["stage"], registry=registry)
        for stage, number in depths.items():
            depth.labels(stage).set(number)
    return generate_latest(REGISTRY) + generate_latest(registry)


def _of_archive(work: Workload, registry: CollectorRegistry) -> None:
    for name, text, label, counts in _counted(work):
        gauge = Gauge(name, text, [label], registry=registry)
        for value, number in counts.items():
            gauge.labels(value).set(number)
    waiting = Gauge("watchword_stage_waiting", "Things that wait for a stage", ["stage"], registry=registry)
    oldest = Gauge(
        "watchword_stage_oldest_seconds",
        "Age of the oldest of it",
        ["stage"],
        registry=registry,
    )
    for stage, backlog in work.stages.items():
        waiting.labels(stage).set(backlog.waiting)
        oldest.labels(stage).set(backlog.oldest)


def _counted(work: Workload) -> Iterator[tuple[str, str, str, dict[str, int]]]:
    yield "watchword_feeds", "Feeds of the archive by condition", "condition", work.feeds
    yield "watchword_archive_entries", "Entries of feeds by where they ended", "state", work.entries
    yield "watchword_archive_matches", "Matches in the archive by state", "state", work.matches
    yield "watchword_archive_notifications", "Notifications in the archive", "state", work.notifications
