"""Everything that the daemon reports: one function per event.

Each writes one structured log line and moves the counters that belong to it, so that log and metrics never
disagree. Names are `noun.verb-past`. What a unit of work is about (feed, notification, …) is bound by
whoever begins it, with `structlog.contextvars`.
"""

from __future__ import annotations

import re
from collections import Counter as Counts
from collections.abc import Iterable, Mapping

import structlog
from prometheus_client import Counter, Gauge, Histogram

_log: structlog.stdlib.BoundLogger = structlog.get_logger("watchword")

_gaps = Counter("watchword_feed_gaps_total", "Polls that found no entry of the one before")
_polls = Counter("watchword_polls_total", "Polls of feeds", ["outcome"])
_lateness = Histogram(
    "watchword_poll_lateness_seconds",
    "How long a feed was due when its poll began",
    buckets=(0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600),
)
_entries = Counter("watchword_entries_total", "Entries of feeds by where they ended", ["state"])
_matches = Counter("watchword_matches_total", "Matches by where they ended and why", ["state", "reason"])
_revisions = Counter("watchword_alert_revisions_total", "Alerts raised and revised", ["reason"])
_deliveries = Counter("watchword_deliveries_total", "Attempts to deliver by outcome", ["outcome"])
_AGES = (1, 5, 10, 30, 60, 300, 900, 3600, 4 * 3600, 86400, 7 * 86400)
_since_published = Histogram(
    "watchword_published_to_told_seconds",
    "From the time that an article gives as its own to the moment that a destination took the alert",
    ["severity"],
    buckets=_AGES,
)
_since_seen = Histogram(
    "watchword_seen_to_told_seconds",
    "From the first sight of an article to the moment that a destination took the alert",
    ["severity"],
    buckets=_AGES,
)
_requeued = Counter("watchword_requeued_total", "Rows that the reconciler queued again", ["stage"])
_rules = Gauge("watchword_rules", "Rules in force, of every status")
_rule_files = Gauge("watchword_rule_files_amiss", "Rule files whose text cannot be used", ["condition"])
_rulebook = Gauge("watchword_rulebook_info", "The checksum of the rules in force", ["checksum"])
_config_old = Gauge("watchword_config_old", "1 while a changed configuration cannot be used")
_queue_restarts = Counter("watchword_queue_restarts_total", "Restarts of the embedded queue server")
_crashes = Counter("watchword_loop_crashes_total", "Faults of our own that a loop went on after", ["loop"])
_troubles = Counter("watchword_troubles_total", "Troubles of Watchword itself that began", ["kind"])


def daemon_started(
    *, version: str, role: str, name: str, feeds: int, rules: int, receivers: int, rulebook: str
) -> None:
    """The daemon is ready."""
    counts = {"feeds": feeds, "rules": rules, "receivers": receivers}
    _log.info("daemon.started", version=version, role=role, name=name, **counts, rulebook=rulebook)


def daemon_stopped(*, role: str, reason: str) -> None:
    """The daemon ended in good order."""
    _log.info("daemon.stopped", role=role, reason=reason)


def console_served(*, address: str) -> None:
    """Health and metrics are served."""
    _log.info("console.served", address=address)


def console_not_served(*, bind: str, reason: str) -> None:
    """The address to serve on cannot be had, for instance because another process of this machine has it."""
    _log.warning(
        "console.not-served", bind=bind, reason=reason, says="give each process its own: --listen HOST:PORT"
    )


def lease_taken(*, work: str, fence: int) -> None:
    """This process does now what one process does at a time."""
    _log.info("lease.taken", work=work, fence=fence)


def rules_loaded(*, rules: int, rulebook: str, old: int, left_out: int) -> None:
    """Rules are in force from now on; `old` files with their last good text, `left_out` ones not at all."""
    _rules.set(rules)
    for condition, number in (("old", old), ("left-out", left_out)):
        _rule_files.labels(condition).set(number)
    _rulebook.clear()
    _rulebook.labels(rulebook).set(1)
    amiss = {name: number for name, number in (("files_old", old), ("files_left_out", left_out)) if number}
    _log.info("rules.loaded", rules=rules, rulebook=rulebook, **amiss)


def rule_file_refused(*, problem: str, in_force: bool) -> None:
    """A rule file cannot be used; its last good text stays in force where there is one; the others run."""
    says = "its last good version stays in force" if in_force else "the file is left out"
    _log.error("rules.refused", problem=problem, says=says)


def config_loaded(*, path: str, feeds: int) -> None:
    """A changed configuration is in force from now on."""
    _log.info("config.loaded", path=path, feeds=feeds)


def config_mended(*, path: str) -> None:
    """The configuration can be used again."""
    _config_old.set(0)
    _log.info("config.mended", path=path)


def config_refused(*, problems: Iterable[str]) -> None:
    """A changed configuration cannot be used; the old one stays in force."""
    _config_old.set(1)
    for problem in problems:
        _log.error("config.refused", problem=problem, says="the old configuration stays in force")


def feed_claimed(*, late: float) -> None:
    """A poll begins, `late` seconds after it was due; counted, not logged."""
    _lateness.observe(max(late, 0))


def feed_polled(
    *,
    status: str,
    entries: Mapping[str, int],
    edits: int,
    matches: int,
    seconds: float,
    next_at: str,
    next_reason: str,
) -> None:
    """A poll ended well; `status` is `new`, `unchanged` or `nothing-new`, `edits` counts changed articles."""
    _polls.labels(status).inc()
    for state, number in entries.items():
        _entries.labels(state).inc(number)
    shown = {state: number for state, number in entries.items() if number}
    _log.info(
        "feed.polled",
        status=status,
        **shown,
        **({"edits": edits} if edits else {}),
        matches=matches,
        seconds=round(seconds, 3),
        next_at=next_at,
        next_reason=next_reason,
    )


def config_remarked(*, remark: str) -> None:
    """The configuration can be used, and this is worth knowing of it."""
    _log.warning("config.remarked", remark=remark)


def feed_first_polled(*, feed: str, stored: int, would_have_alerted: int) -> None:
    """A feed was polled for the first time; nobody is told of what was there already."""
    _log.info(
        "feed.first-polled",
        says=f"{stored} articles stored, {would_have_alerted} would have alerted; "
        f"see: watchword rules preview {feed}",
    )


def feed_failed(*, reason: str, failures: int, next_at: str) -> None:
    """A poll failed; the feed keeps its state and is tried again."""
    _polls.labels("failed").inc()
    _log.warning("feed.failed", reason=reason, failures=failures, next_at=next_at)


def clock_jumped(*, seconds: float) -> None:
    """The wall clock was set, or the machine slept: by so many seconds, negative for a step back."""
    _log.warning("clock.jumped", seconds=round(seconds, 1))


def feed_network_away(*, next_at: str) -> None:
    """A feed was not reached, and no other server either: our own network is away."""
    _polls.labels("network").inc()
    _log.warning("feed.network-away", next_at=next_at)


def network_back(*, feeds: int) -> None:
    """A server answers again; `feeds` that waited for that are due."""
    _log.info("network.back", feeds=feeds)


def feed_moved(*, address: str) -> None:
    """A feed is asked at another address from now on: it moved for good, or the address it learned failed."""
    _log.warning("feed.moved", address=address)


def feed_gap(*, entries: int) -> None:
    """None of the entries was there at the last poll: others may have come and gone unseen."""
    _gaps.inc()
    _log.warning("feed.gap", entries=entries)


def feed_validators_dropped() -> None:
    """A server said that nothing changed although there was news: it is asked for everything from now on."""
    _log.warning("feed.validators-dropped")


def feed_mass_change(*, entries: int, held: int) -> None:
    """A feed changed as a whole: `held` of its entries are old or undated, and are told together."""
    _log.warning("feed.mass-change", entries=entries, held=held)


def article_dispatched(
    *, article: int, story: int, relation: str, ends: Mapping[tuple[str, str], int], revisions: Iterable[str]
) -> None:
    """An article's matches were dispatched: it stands in this relation to its story.

    `ends` counts its matches by state and reason, `revisions` are the reasons of the alerts written.
    """
    told, states = list(revisions), Counts[str]()
    for (state, reason), number in ends.items():
        _matches.labels(state, reason).inc(number)
        states[state] += number
    for reason in told:
        _revisions.labels(reason).inc()
    reasons = {f"{state}:{reason}": number for (state, reason), number in ends.items()}
    shown: dict[str, object] = {"revisions": told} if told else {}
    _log.info(
        "article.dispatched",
        article=article,
        story=story,
        relation=relation,
        **states,
        reasons=reasons,
        alerts=len(told),
        **shown,
    )


def article_quarantined(*, article: int, tries: int, reason: str) -> None:
    """The dispatch of an article ended its worker, or failed, too often; it waits to be released."""
    _matches.labels("quarantined", "").inc()
    says = "watchword dead-letters quarantined"
    _log.error("article.quarantined", article=article, tries=tries, reason=reason, says=says)


def article_told(*, severity: str, since_published: float | None, since_seen: float) -> None:
    """A destination took an alert, so many seconds after its article came out; counted, not logged."""
    if since_published is not None:
        _since_published.labels(severity).observe(max(since_published, 0))
    _since_seen.labels(severity).observe(max(since_seen, 0))


def notification_delivered(
    *, detail: str, seconds: float, tries: int, possible_repeat: bool, along: int = 0
) -> None:
    """A destination took a notification, and as many others as went along in the same message."""
    _deliveries.labels("delivered").inc(1 + along)
    marks: dict[str, object] = {"possible_repeat": True} if possible_repeat else {}
    if along:
        marks["along"] = along
    _log.info("notification.delivered", detail=detail, seconds=round(seconds, 3), tries=tries, **marks)


def notification_deferred(*, reason: str, tries: int, next_at: str) -> None:
    """A destination asked to wait or was out of reach."""
    _deliveries.labels("deferred").inc()
    _log.warning("notification.deferred", reason=reason, tries=tries, next_at=next_at)


def notification_buried(*, reason: str) -> None:
    """A notification was given up."""
    _deliveries.labels("dead").inc()
    _log.error("notification.buried", reason=reason)


def message_parted(*, reason: str) -> None:
    """Notifications that went together go on, each in a message of its own."""
    _log.warning("message.parted", reason=reason)


def work_requeued(*, stage: str, number: int) -> None:
    """The reconciler found rows that the queue had lost, or whose time had come."""
    _requeued.labels(stage).inc(number)
    _log.info("work.requeued", stage=stage, number=number)


def queue_ended(*, code: int) -> None:
    """The embedded queue server ended by itself."""
    _queue_restarts.inc()
    _log.error("queue.ended", code=code)


def queue_restarted() -> None:
    """The embedded queue server runs again."""
    _log.info("queue.restarted")


def queue_misconfigured(*, problem: str) -> None:
    """The queue server is set up in a way that may lose work."""
    _log.warning("queue.misconfigured", problem=problem)


def loop_failed(*, loop: str, error: str, retry_in: float) -> None:
    """A loop met an error and goes on after a while."""
    _log.error("loop.failed", loop=loop, error=error, retry_in=round(retry_in, 2))


def loop_crashed(*, loop: str, retry_in: float) -> None:
    """A loop met a fault of our own; it goes on after a while. Call it while the exception is handled."""
    _crashes.labels(_without_numbers(loop)).inc()
    _log.exception("loop.crashed", loop=loop, retry_in=round(retry_in, 2))


def archive_pruned(*, articles: int, stories: int, receipts: int, keys: int) -> None:
    """The archive forgot what is older than it keeps."""
    _log.info("archive.pruned", articles=articles, stories=stories, receipts=receipts, keys=keys)


def trouble_began(*, kind: str, what: str, what_to_do: str) -> None:
    """Something is wrong with Watchword itself; the operators are told."""
    _troubles.labels(kind).inc()
    _log.error("trouble.began", kind=kind, what=what, what_to_do=what_to_do)


def trouble_ended(*, kind: str, what: str, seconds: float) -> None:
    """What was wrong is over, after so many seconds."""
    _log.info("trouble.ended", kind=kind, what=what, seconds=round(seconds))


def operators_told(*, title: str, destination: str, detail: str) -> None:
    """A channel of the operators took an announcement about Watchword itself."""
    _log.info("operators.told", title=title, destination=destination, detail=detail)


def operators_not_told(*, title: str, destination: str, reason: str) -> None:
    """A channel of the operators did not take an announcement; it is tried again."""
    _log.error("operators.not-told", title=title, destination=destination, reason=reason)


def loop_stuck(*, seconds: float, where: str) -> None:
    """Something keeps the event loop from turning; nothing at all is done meanwhile."""
    _log.error("loop.stuck", seconds=round(seconds), where=where)


def polling_paused(*, reason: str) -> None:
    """Nothing is fetched for the time being, for it could not be stored."""
    _log.error("polling.paused", reason=reason)


def polling_resumed() -> None:
    """Feeds are fetched again."""
    _log.info("polling.resumed")


def crashes_so_far() -> dict[str, float]:
    """Give how often each loop has crashed since this process began."""
    return _so_far(_crashes, "loop")


def queue_restarts_so_far() -> float:
    """Give how often the embedded queue server was started again since this process began."""
    return sum(_so_far(_queue_restarts, "").values())


def _so_far(counter: Counter, label: str) -> dict[str, float]:
    samples = (sample for metric in counter.collect() for sample in metric.samples)
    return {s.labels.get(label, ""): s.value for s in samples if s.name.endswith("_total")}


def _without_numbers(loop: str) -> str:
    """Give all entries, feeds and the like of one sort the same name, or there were a counter for each."""
    return re.split(r" of | \d", loop)[0]
