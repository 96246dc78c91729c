"""The rules that an article may match, found by what it holds and not by asking every rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.matching.needs import Group, Leaf
from monitor.rules.definitions import Rule
from monitor.rules.tree import ActorRef, MemberRef, Node


@dataclass(slots=True)
class ReadyRule:
    """A rule made ready: its tree with cheap parts first, the fields it looks at, the groups it needs.

    One of the groups becomes its `door`; the `others` are asked for before the tree is evaluated. `actors`
    are the actors and groups of actors that it names, each once.
    """

    rule: Rule
    quick: Node
    fields: frozenset[str]
    actors: tuple[ActorRef | MemberRef, ...]
    groups: Sequence[Group]
    door: Group | None = None
    others: tuple[Group, ...] = ()


class Candidates:
    """Rules by a leaf that each of them needs.

    Of the groups of leaves that a rule needs, that one is its door which the fewest rules lean on: what many
    rules ask for is common in the news too.
    """

    def __init__(self, rules: Iterable[ReadyRule], before: Candidates | None = None) -> None:
        mine = list(rules)
        fresh = [rule for rule in mine if rule.door is None and rule.groups]
        self._leaning: Counter[Leaf] = Counter() if before is None else before._leaning
        self._leaning.update(leaf for rule in fresh for group in rule.groups for leaf in group)
        for rule in fresh:
            rule.door = min(rule.groups, key=self._fewest_leaning)
            rule.others = tuple(dict.fromkeys(group for group in rule.groups if group != rule.door))
            rule.groups = ()
        self._doors: dict[Leaf, list[ReadyRule]] = {}
        self._always = [rule for rule in mine if rule.door is None]
        for rule in mine:
            for leaf in rule.door or ():
                self._doors.setdefault(leaf, []).append(rule)

    def _fewest_leaning(self, group: Group) -> int:
        return sum(self._leaning[leaf] for leaf in group)

    def among(self, found: set[Leaf]) -> list[ReadyRule]:
        """Give the rules worth evaluating for an article in which these leaves were found."""
        rules = {ready.rule.id: ready for ready in self._always}
        for leaf in found & self._doors.keys():
            for ready in self._doors[leaf]:
                if all(_one_of(group, found) for group in ready.others):
                    rules[ready.rule.id] = ready
        return list(rules.values())


def _one_of(group: Group, found: set[Leaf]) -> bool:
    return group[0] in found if len(group) == 1 else not found.isdisjoint(group)
