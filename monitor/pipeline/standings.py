"""What receivers were told of the stories in hand, kept up as revisions are decided."""

from __future__ import annotations

from collections.abc import Collection

from monitor.alerting.plan import Standing
from monitor.stores import alerts
from monitor.stores.alerts import NewRevision, StoredAlert
from monitor.stores.archive import Connection


class Standings:
    """The alerts of stories, within one transaction of dispatch.

    An alert may be asked for under two stories, that which it is about and that of an article that it told of
    before a split or a join, so each is held once.
    """

    def __init__(self, c: Connection, stories: Collection[int]) -> None:
        stored = alerts.alerts_of(c, set(stories))
        self._standing = {one.id: _standing(one) for some in stored.values() for one in some}
        self._of = {story: {one.receiver: one.id for one in stored[story]} for story in set(stories)}

    def of(self, story: int) -> dict[str, Standing]:
        """Give what each receiver was told of a story in hand, by receiver."""
        return {receiver: self._standing[alert] for receiver, alert in self._of[story].items()}

    def called(self, c: Connection, names: Collection[str]) -> dict[str, Standing]:
        """Give alerts by their ids, whatever story they are about."""
        missing = set(names) - self._standing.keys()
        self._standing |= {one.id: _standing(one) for one in alerts.alerts_called(c, missing)}
        return {name: self._standing[name] for name in names if name in self._standing}

    def note(self, new: NewRevision) -> None:
        """Note what a receiver is told of a story once a revision is out."""
        before = self._standing.get(new.alert)
        rules = frozenset(rule for rule, _ in new.rules) | (before.rules if before else frozenset())
        known = new.updates, new.passed, new.knows_first_tier
        self._standing[new.alert] = Standing(new.alert, new.severity, new.number, rules, *known)
        if before is None:
            self._of[new.story][new.receiver] = new.alert


def _standing(one: StoredAlert) -> Standing:
    known = one.updates, one.passed, one.knows_first_tier
    return Standing(one.id, one.severity, one.revision, one.rules, *known)
