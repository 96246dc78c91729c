"""Compares what was served, what the archive holds and what arrived, once everything is quiet."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.proof.ground import Ground
from tests.proof.ledger import NUMBER
from tests.proof.sinks import Sink

_ENDS = {"told", "repeated", "shadow", "backlog"}


@dataclass
class Verdict:
    """What the check found; `problems` is empty where everything promised is so."""

    items: int = 0
    articles: int = 0
    told: int = 0
    lost_articles: int = 0
    lost_matches: int = 0
    lost_alerts: int = 0
    repeats: int = 0
    unmarked: int = 0
    resent: int = 0
    messages: int = 0
    repeated_messages: int = 0
    killed_sends: int = 0
    unknown_sends: int = 0
    put_aside: int = 0
    problems: list[str] = field(default_factory=list)

    def blame(self, said: str, found: object) -> None:
        """Note a problem, where there is something found."""
        if found:
            self.problems.append(f"{said}: {_shortened(found)}")


def judge(ground: Ground) -> Verdict:
    """Check everything; the ground's processes are quiet, and run still."""
    verdict = Verdict(
        items=len(ground.ledger.items), put_aside=ground.put_aside, problems=list(ground.problems)
    )
    _articles(ground, verdict)
    _matches(ground, verdict)
    _ends(ground, verdict)
    for word, sinks in ground.sinks.items():
        for sink in sinks:
            _arrivals(ground, verdict, word, sink)
    _attempts(ground, verdict)
    return verdict


def _articles(ground: Ground, verdict: Verdict) -> None:
    """Every entry that was served is in the archive once, in each of its feeds, and nothing else is."""
    rows = ground.query("SELECT feed, title FROM articles")
    stored = Counter((feed, int(found[1])) for feed, title in rows if (found := NUMBER.match(title)))
    served = {(feed, number) for feed, numbers in ground.ledger.served.items() for number in numbers}
    published = {(feed, item.number) for item in ground.ledger.items.values() for feed in item.feeds}
    verdict.articles = stored.total()
    verdict.lost_articles = len(served - stored.keys())
    verdict.blame("served, and not in the archive", served - stored.keys())
    verdict.blame("published, and never served", published - served)
    verdict.blame("in the archive, and never served", stored.keys() - served)
    verdict.blame("in the archive more than once", [one for one, times in stored.items() if times > 1])


def _matches(ground: Ground, verdict: Verdict) -> None:
    """Every article that was stored matches exactly what it must, and every match has come to its end."""
    rows = ground.query(
        "SELECT a.feed, a.title, m.rule, m.state FROM articles a JOIN matches m ON m.article = a.id"
    )
    found = Counter((feed, _number(title), rule) for feed, title, rule, _ in rows)
    expected = {
        (feed, item.number, word)
        for item in ground.ledger.items.values()
        for feed in item.feeds
        for word in item.words
    }
    verdict.lost_matches = len(expected - found.keys())
    verdict.blame("not matched", expected - found.keys())
    verdict.blame("matched wrongly", found.keys() - expected)
    verdict.blame("matched more than once", [one for one, times in found.items() if times > 1])
    news = {item.number for item in ground.ledger.items.values() if item.news}
    wrong = [
        (feed, title, rule, state)
        for feed, title, rule, state in rows
        if state not in _ENDS or (state == "backlog") == (_number(title) in news)
    ]
    verdict.blame("matches at no end, or a wrong one", wrong)


def _ends(ground: Ground, verdict: Verdict) -> None:
    """Every notification was delivered, and the ledger has a receipt of each."""
    rows = ground.query("SELECT state, count(*) FROM notifications GROUP BY state")
    verdict.blame("notifications that were not delivered", {s: n for s, n in rows if s != "delivered"})
    without = ground.query(
        "SELECT n.key FROM notifications n LEFT JOIN receipts r ON r.key = n.key WHERE r.key IS NULL"
    )
    verdict.blame("notifications without a receipt", without)
    alerts = ground.query("SELECT story, receiver FROM alerts GROUP BY story, receiver HAVING count(*) > 1")
    verdict.blame("more than one alert of a story for one receiver", alerts)


def _arrivals(ground: Ground, verdict: Verdict, word: str, sink: Sink) -> None:
    """A sink got all that it must and nothing else; what came again says that it may be a repeat."""
    expected = ground.ledger.expected()[word]
    verdict.told += len(sink.told & expected)
    verdict.messages += len(sink.arrivals)
    verdict.lost_alerts += len(expected - sink.told)
    verdict.blame(f"{sink.name} was not told of", expected - sink.told)
    verdict.blame(f"{sink.name} was wrongly told of", sink.told - expected)
    verdict.blame(f"{sink.name} got messages that cannot be read", sink.strange)
    told = [one for arrival in sink.arrivals for one in arrival.told]
    keys = {(one.item, one.key) for one in told}
    twice = [item for item, times in Counter(item for item, _ in keys).items() if times > 1]
    verdict.blame(f"{sink.name} was told under two keys of", twice)
    verdict.repeats += len(told) - len(keys)
    # On the way the first may be overtaken by the second; but one alone may come without the mark.
    unmarked = Counter(one.key for one in told if not one.marked)
    verdict.unmarked += sum(times - 1 for times in unmarked.values())
    verdict.blame(
        f"{sink.name} got repeats that do not say so", [key for key, times in unmarked.items() if times > 1]
    )
    _messages(ground, verdict, word, sink)


def _messages(ground: Ground, verdict: Verdict, word: str, sink: Sink) -> None:
    """What came under one key is one message, and no more came again than kills and faults explain."""
    tells: dict[str, set[frozenset[str]]] = defaultdict(set)
    ids: dict[str, set[str]] = defaultdict(set)
    seen: set[str] = set()
    again = 0
    for arrival in sink.arrivals:
        alerts = frozenset(one.key for one in arrival.told)
        again += bool(alerts & seen)
        seen |= alerts
        tells[arrival.key].add(alerts)
        ids[arrival.key].add(arrival.id)
    changed = [key for key, versions in tells.items() if len(versions) > 1]
    verdict.blame(f"{sink.name} got one key with more or less in it", changed)
    verdict.blame(f"{sink.name} got one key under several ids", [key for key in ids if len(ids[key]) > 1])
    verdict.repeated_messages += again
    wire = ground.mail_wire if word == "alfa" else ground.slack_wire
    chances = _deaths(ground) + sink.unanswered + (wire.broken if sink is not ground.slack.steady else 0)
    if again > chances:
        verdict.problems.append(
            f"{sink.name} got {again} messages again, more than {chances} kills and faults"
        )


def _attempts(ground: Ground, verdict: Verdict) -> None:
    """Nothing is sent that the ledger has; each alert came at most once, and once more for each attempt that
    ended in a kill or with an unknown outcome."""
    late = ground.query(
        "SELECT n.key FROM notifications n JOIN receipts r ON r.key = n.key JOIN attempts a ON "
        "a.notification = n.id WHERE a.started_at > r.sent_at"
    )
    verdict.blame("sent again although the ledger knew it as delivered", late)
    verdict.resent = len(late)
    tried: dict[str, list[str | None]] = defaultdict(list)
    for key, outcome in ground.query(
        "SELECT n.key, a.outcome FROM notifications n JOIN attempts a ON a.notification = n.id"
    ):
        tried[key].append(outcome)
    once = [key for key, outcomes in tried.items() if outcomes.count("delivered") != 1]
    verdict.blame("not delivered exactly once by the attempts", once)
    verdict.killed_sends = sum(outcomes.count(None) for outcomes in tried.values())
    verdict.unknown_sends = sum(outcomes.count("unknown") for outcomes in tried.values())
    _by_key(ground, verdict, tried)


def _by_key(ground: Ground, verdict: Verdict, tried: dict[str, list[str | None]]) -> None:
    came: dict[tuple[str, str], list[float]] = defaultdict(list)
    for sink in (sink for sinks in ground.sinks.values() for sink in sinks):
        for arrival in sink.arrivals:
            for one in arrival.told:
                came[(sink.name, one.key)].append(arrival.at)
    rows = ground.query(
        "SELECT n.alert, n.revision, n.receiver, n.destination, n.key, r.sent_at "
        "FROM notifications n JOIN receipts r ON r.key = n.key"
    )
    for alert, revision, receiver, destination, key, sent_at in rows:
        name = ground.sink_of(receiver, destination).name
        times = came[(name, f"{alert}/{revision}")]
        open_ended = sum(outcome in (None, "unknown") for outcome in tried[key])
        if len(times) > 1 + open_ended:
            verdict.problems.append(f"{name} was told {key} {len(times)} times, by {tried[key]}")
        if not times:
            verdict.problems.append(f"{name} was never told {key}, of which there is a receipt")
        elif times[-1] > _seconds(sent_at):
            verdict.problems.append(f"{name} was told {key} after its receipt was written")
            verdict.resent += 1


def _deaths(ground: Ground) -> int:
    return sum(len(slot.kills) for slot in ground.slots if slot.verb in ("run", "notify"))


def _seconds(at: datetime | str) -> float:
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return moment.replace(tzinfo=UTC).timestamp()


def _number(title: str) -> int:
    found = NUMBER.match(title)
    return int(found[1]) if found else -1


def _shortened(found: object) -> str:
    if isinstance(found, set | list) and len(found) > 8:
        some = ", ".join(str(one) for one in list(found)[:8])
        return f"{some} and {len(found) - 8} more"
    return str(found)
