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
    marked_in_vain: int = 0
    killed_sends: int = 0
    problems: list[str] = field(default_factory=list)

    def blame(self, said: str, found: object) -> None:
        """Note a problem, where there is something found."""
        if found:
            self.problems.append(f"{said}: {_shortened(found)}")


def judge(ground: Ground) -> Verdict:
    """Check everything; the ground's processes are quiet, and run still."""
    verdict = Verdict(items=len(ground.ledger.items), problems=list(ground.problems))
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
    verdict.lost_alerts += len(expected - sink.told)
    verdict.blame(f"{sink.name} was not told of", expected - sink.told)
    verdict.blame(f"{sink.name} was wrongly told of", sink.told - expected)
    verdict.blame(f"{sink.name} got messages that cannot be read", sink.strange)
    by_key = defaultdict(list)
    for arrival in sink.arrivals:
        by_key[arrival.key].append(arrival)
    keys_of = defaultdict(set)
    for arrival in sink.arrivals:
        for item in arrival.items:
            keys_of[item].add(arrival.key)
    verdict.blame(
        f"{sink.name} was told under two keys of", [i for i, keys in keys_of.items() if len(keys) > 1]
    )
    repeats = {key: some for key, some in by_key.items() if len(some) > 1}
    verdict.repeats += sum(len(some) - 1 for some in repeats.values())
    # On the way the first may be overtaken by the second; but one alone may come without the mark.
    unmarked = [key for key, some in repeats.items() if sum(not one.marked for one in some) > 1]
    verdict.unmarked += len(unmarked)
    verdict.blame(f"{sink.name} got repeats that do not say so", unmarked)
    verdict.blame(
        f"{sink.name} got one key under several message ids",
        [key for key, some in by_key.items() if len({one.id for one in some}) > 1],
    )
    verdict.marked_in_vain += sum(1 for some in by_key.values() if len(some) == 1 and some[0].marked)
    again = sum(len(some) - 1 for some in repeats.values())
    if again > (chances := _chances(ground, word, sink)):
        verdict.problems.append(f"{sink.name} got {again} repeats, more than {chances} kills and faults")


def _chances(ground: Ground, word: str, sink: Sink) -> int:
    """Count what may have made a message to a sink a repeat: notifiers' deaths, and answers that it withheld
    or that were lost on the way."""
    wire = ground.mail_wire if word == "alfa" else ground.slack_wire
    return _deaths(ground) + sink.unanswered + wire.broken


def _attempts(ground: Ground, verdict: Verdict) -> None:
    """Nothing is sent that the ledger has; each key came at most once, and once more for each attempt before
    it that ended in a kill or with an unknown outcome; a kill breaks off one send a destination at most."""
    late = ground.query(
        "SELECT n.key FROM notifications n JOIN receipts r ON r.key = n.key JOIN attempts a ON "
        "a.notification = n.id WHERE a.started_at > r.sent_at"
    )
    verdict.blame("sent again although the ledger knew it as delivered", late)
    verdict.resent = len(late)
    tried: dict[str, list[str | None]] = defaultdict(list)
    lost: Counter[str] = Counter()
    for key, destination, outcome in ground.query(
        "SELECT n.key, n.destination, a.outcome FROM notifications n JOIN attempts a ON a.notification = n.id"
    ):
        tried[key].append(outcome)
        lost[destination] += outcome is None
    once = [key for key, outcomes in tried.items() if outcomes.count("delivered") != 1]
    verdict.blame("not delivered exactly once by the attempts", once)
    verdict.killed_sends = lost.total()
    deaths = _deaths(ground)
    too_many = {destination: number for destination, number in lost.items() if number > deaths}
    verdict.blame(f"more sends were broken off than the {deaths} kills explain", too_many)
    _by_key(ground, verdict, tried)


def _by_key(ground: Ground, verdict: Verdict, tried: dict[str, list[str | None]]) -> None:
    arrived = {
        (sink.name, key): [one for one in sink.arrivals if one.key == key]
        for sinks in ground.sinks.values()
        for sink in sinks
        for key, times in Counter(one.key for one in sink.arrivals).items()
        if times > 1
    }
    last = {
        (sink.name, one.key): one.at
        for sinks in ground.sinks.values()
        for sink in sinks
        for one in sink.arrivals
    }
    rows = ground.query(
        "SELECT n.alert, n.revision, n.receiver, n.destination, n.key, r.sent_at "
        "FROM notifications n JOIN receipts r ON r.key = n.key"
    )
    for alert, revision, receiver, destination, key, sent_at in rows:
        name = (ground.sink_of(receiver, destination).name, f"{alert}/{revision}")
        open_ended = sum(outcome in (None, "unknown") for outcome in tried[key])
        if len(arrived.get(name, ())) > 1 + open_ended:
            verdict.problems.append(f"{name[0]} got {key} {len(arrived[name])} times, by {tried[key]}")
        if name not in last:
            verdict.problems.append(f"{name[0]} never got {key}, of which there is a receipt")
        elif last[name] > _seconds(sent_at):
            verdict.problems.append(f"{name[0]} got {key} after its receipt was written")
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
