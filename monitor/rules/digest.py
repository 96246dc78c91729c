"""What a file says of its entries by themselves: what each refers to, and a checksum of what it says."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from monitor.rules.definitions import Actor, Place, Rule, Topic
from monitor.rules.selectivity import is_selective
from monitor.rules.sheet import Sheet
from monitor.rules.tree import ActorRef, MemberRef, TopicRef, show, walk


def digest(*parts: str) -> str:
    """Give a short checksum of texts."""
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def sum_of(entry: Actor | Topic) -> str:
    """Give the checksum of a definition, wherever it stands in its file."""
    return digest(repr(replace(entry, place=Place("", 0, 0), allowed=frozenset())))


def _sum_of_rule(rule: Rule) -> str:
    told = (rule.id, rule.title, rule.why, rule.owner, rule.status, rule.severity, rule.labels)
    return digest(repr((told, show(rule.expression))))


def note_entries(sheet: Sheet) -> None:
    """Note what entries of a sheet refer to, their checksums, and which rules only topics make selective."""
    for name, actor in sheet.actors.items():
        people = {holder.person for holder in actor.holders}
        others = {actor.of, actor.part_of} | people | {member.actor for member in actor.members}
        sheet.needs["actors", name] = frozenset(("actors", other) for other in others if other)
        sheet.sums["actors", name] = sum_of(actor)
    for name, topic in sheet.topics.items():
        sheet.needs["topics", name] = frozenset(("topics", other) for other in topic.includes)
        sheet.sums["topics", name] = sum_of(topic)
    for name, rule in sheet.rules.items():
        nodes = list(walk(rule.expression))
        sheet.needs["rules", name] = frozenset(
            ("topics" if isinstance(node, TopicRef) else "actors", node.id)
            for node in nodes
            if isinstance(node, ActorRef | MemberRef | TopicRef)
        )
        sheet.sums["rules", name] = _sum_of_rule(rule)
    for name, expression in sheet.expressions.items():
        if expression.tree is not None and not is_selective(expression.tree, {}):
            sheet.unsettled.append(name)
