"""The rules that an article may match, found by what it holds and not by asking every rule."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet

from monitor.matching.needs import Group, Leaf, groups
from monitor.rules.definitions import Rule
from monitor.rules.tree import Word

_Entry = tuple[Rule, tuple[Group, ...]]


class Candidates:
    """Rules by a leaf that each of them needs.

    Of the groups of leaves that a rule needs, the one serves as its door that the fewest rules lean on: what
    many rules ask for is common in the news too. The others are asked for before the rule is evaluated.
    """

    def __init__(self, rules: Iterable[Rule], number: Callable[[Word], Leaf]) -> None:
        needed = [(rule, groups(rule.expression, number)) for rule in rules]
        leaning = Counter(leaf for _, mine in needed for group in mine for leaf in group)
        self._doors: dict[Leaf, list[_Entry]] = defaultdict(list)
        self._always: list[_Entry] = []
        for rule, mine in needed:
            door = min(mine, key=lambda group: sum(leaning[leaf] for leaf in group), default=None)
            entry = (rule, tuple(dict.fromkeys(group for group in mine if group != door)))
            for leaf in door or ():
                self._doors[leaf].append(entry)
            if door is None:
                self._always.append(entry)
        self._doors.default_factory = None

    def asks_for(self, leaf: Leaf) -> bool:
        """Tell whether any rule has a leaf for its door."""
        return leaf in self._doors

    def among(self, found: AbstractSet[Leaf]) -> list[Rule]:
        """Give the rules worth evaluating for an article in which these leaves were found."""
        rules = {rule.id: rule for rule, _ in self._always}
        for leaf in self._doors.keys() & found:
            for rule, others in self._doors[leaf]:
                if all(not group.isdisjoint(found) for group in others):
                    rules[rule.id] = rule
        return list(rules.values())
