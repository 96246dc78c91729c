"""Why somebody was told, or was not: the chain of an article or an alert from the poll to the receipt."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from monitor.app.parts import configured_addresses
from monitor.commands.endings import (
    article_in_words,
    match_in_words,
    place_in_words,
    revision_in_words,
    sent_in_words,
    story_in_words,
)
from monitor.commands.plain import as_plain
from monitor.config import Settings
from monitor.errors import SetupError
from monitor.model import Relation
from monitor.stores import chain as chains
from monitor.stores import edits, stories
from monitor.stores.archive import Connection, open_archive
from monitor.stores.chain import ArticleChain, Brief, StoryNow
from monitor.stores.tellings import AlertTold, load_alerts
from monitor.stories.keys import story_keys
from monitor.strict_yaml import nearest
from monitor.text.display import displayable

# As messages print it: “Watchword alert a2b3c4d5e6, revision 2, for iran-desk”.
_PRINTED = re.compile(r"\balert\s+([\w-]+)(?:,\s*revision\s+(\d{1,9}))?", re.IGNORECASE)
_KEY = re.compile(r"([\w-]+)(?:/(\d{1,9})(?:/(\S+))?)?")
_BARE_ADDRESS = re.compile(r"[\w-]+(\.[\w-]+)+(:\d+)?[/?]\S*")
_MOST_ARTICLES = 50
_MOST_HINTS = 1000


class NotFound(Exception):
    """The archive has nothing of that name; the message says what to try."""


@dataclass(frozen=True, slots=True)
class Reference:
    """What somebody named: an article's number, an address, or an alert, perhaps one revision of it."""

    number: int | None = None
    url: str = ""
    alert: str = ""
    revision: int | None = None
    destination: str = ""


@dataclass(frozen=True, slots=True)
class AlertAnswer:
    """An alert with its story; of `only` one revision was asked."""

    alert: AlertTold
    story: StoryNow | None
    only: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found: an article's chain, with others at its address in short, or an alert's.

    `names` are what people call the destinations.
    """

    article: ArticleChain | None = None
    others: tuple[Brief, ...] = ()
    alert: AlertAnswer | None = None
    names: Mapping[str, str] | None = None

    def as_json(self) -> dict[str, Any]:
        """Give it all for programs; times as RFC 3339."""
        names = self.names or {}
        if self.alert is not None:
            return _alert_as_json(self.alert, names)
        assert self.article is not None
        others = [_brief_as_json(brief) for brief in self.others]
        return _chain_as_json(self.article, names) | {"others_at_this_url": others}


async def find_answer(settings: Settings, written: str) -> Answer:
    """Look up what a reference names. Raises NotFound, and SetupError where it can be no reference."""
    reference = read_reference(written)
    with open_archive(settings.archive_url) as archive:
        found = await archive.read(lambda c: _find(c, reference))
    addresses = await configured_addresses(settings)
    return replace(found, names={address.destination: address.shown for address in addresses})


def read_reference(written: str) -> Reference:
    """Tell what a reference names. Raises SetupError."""
    text = displayable(written)
    if text.isascii() and text.isdigit():
        return Reference(number=int(text) if len(text) < 19 else None, alert=text)
    if "://" in text:
        return Reference(url=text)
    if printed := _PRINTED.search(text):
        alert, revision = printed.groups()
        return Reference(alert=alert, revision=int(revision) if revision else None)
    if key := _KEY.fullmatch(text):
        alert, revision, destination = key.groups()
        return Reference(
            alert=alert, revision=int(revision) if revision else None, destination=destination or ""
        )
    if _BARE_ADDRESS.fullmatch(text):
        return Reference(url=f"https://{text}")
    said = f"{text!r} is no article's number or URL, and no alert" if text else "nothing is named"
    raise SetupError(
        f"{said}; give one of these, or the line of a message that begins with “Watchword alert”"
    )


def _find(c: Connection, reference: Reference) -> Answer:
    if reference.url:
        return _at_url(c, reference.url)
    if reference.number is not None and (found := _chain(c, reference.number)) is not None:
        return Answer(article=found)
    return _alert(c, reference)


def _at_url(c: Connection, url: str) -> Answer:
    numbers = chains.articles_at(c, url, _MOST_ARTICLES)
    if not numbers:
        raise NotFound(
            f"the archive has no article at {displayable(url)}; it may have come under another address, or "
            "be older than the archive keeps (`watchword stories list` shows stories, `watchword parse FEED` "
            "what a feed brings)"
        )
    return Answer(article=_chain(c, numbers[0]), others=tuple(chains.briefs(c, numbers[1:])))


def _chain(c: Connection, number: int) -> ArticleChain | None:
    """Load an article's chain; of a copy that is known by link or text alone, find what it is a copy of."""
    found = chains.load_chain(c, number)
    if found is None or found.place is None or found.place.member.like:
        return found
    place, keys = found.place, set(story_keys(found.article))
    if place.member.relation is not Relation.COPY:
        return found
    for before, article in stories.members_of(c, place.member.story):
        if before.article == number:
            break
        texts = (article, *(text for _, text in edits.versions_of(c, before.article)))
        if any(keys.intersection(story_keys(text)) for text in texts):
            member = replace(place.member, like=before.article)
            return replace(found, place=replace(place, member=member, like_title=article.title))
    return found


def _alert(c: Connection, reference: Reference) -> Answer:
    found = load_alerts(c, [reference.alert]) or load_alerts(c, [reference.alert.lower()])
    if not found:
        raise NotFound(_no_such(c, reference))
    [alert] = found
    only = reference.revision
    if only is not None and only not in [revision.number for revision in alert.revisions]:
        have = ", ".join(str(revision.number) for revision in alert.revisions)
        raise NotFound(f"alert {alert.id} has no revision {only}; it has: {have}")
    if reference.destination:
        alert = _of_one_destination(alert, reference)
    return Answer(alert=AlertAnswer(alert, chains.load_story(c, alert.story), only))


def _of_one_destination(alert: AlertTold, reference: Reference) -> AlertTold:
    """Leave out what was told elsewhere, as the key of one notification asks."""
    meant = reference.destination
    revisions = tuple(
        replace(one, sent=tuple(sent for sent in one.sent if sent.destination == meant))
        if one.number == reference.revision
        else one
        for one in alert.revisions
    )
    if not any(one.sent for one in revisions if one.number == reference.revision):
        raise NotFound(
            f"revision {reference.revision} of alert {alert.id} was not meant for {displayable(meant)}; "
            f"see: watchword why {alert.id}/{reference.revision}"
        )
    return replace(alert, revisions=revisions)


def _no_such(c: Connection, reference: Reference) -> str:
    if reference.alert.isdigit():
        newest = chains.newest_article(c)
        if newest is None:
            return "the archive has no article yet; see: watchword status"
        said = f"the archive has no article {reference.alert}; the newest is {newest}"
        return f"{said}, and what is older than it keeps is forgotten"
    shown = displayable(reference.alert)
    hint = nearest(reference.alert, chains.newest_alerts(c, _MOST_HINTS), listed=False)
    said = f"the archive has no alert {shown}" + (f" ({hint})" if hint else "")
    return f"{said}; `watchword status` lists the last ones, and tests and words to operators are not kept"


def _chain_as_json(chain: ArticleChain, names: Mapping[str, str]) -> dict[str, Any]:
    article = as_plain(chain.article)
    for text in ("summary", "body"):
        del article[text]
    corrections = [
        {"kind": one.kind, "at": one.at, "dispatched_at": one.dispatched_at} for one in chain.corrections
    ]
    matches = [as_plain(end) | {"said": match_in_words(end, chain)} for end in chain.matches]
    return {
        "kind": "article",
        "feed": as_plain(chain.feed),
        "article": article
        | {"id": chain.number, "state": chain.state.value, "said": article_in_words(chain.state)}
        | {"version": chain.version, "digest": chain.digest},
        "edits": [{"until": until.isoformat(), "title": title} for until, title in chain.earlier],
        "corrections": as_plain(corrections),
        "dispatch_tries": as_plain(chain.tries),
        "matches": matches,
        "place": _place_as_json(chain),
        "story": _story_as_json(chain.story),
        "alerts": [_told_as_json(alert, names) for alert in chain.alerts],
    }


def _place_as_json(chain: ArticleChain) -> dict[str, Any] | None:
    place = chain.place
    if place is None:
        return None
    member = place.member
    like = {"id": member.like, "title": place.like_title} if member.like else None
    return {
        "relation": member.relation.value,
        "said": place_in_words(place),
        "likeness": member.likeness,
        "like": like,
        "voice": member.voice,
        "tier": member.tier,
        "at": member.at.isoformat(),
        "joined_at": place.joined_at.isoformat(),
        "moved_at": member.moved_at.isoformat() if member.moved_at else None,
    }


def _story_as_json(story: StoryNow | None) -> dict[str, Any] | None:
    if story is None:
        return None
    plain: dict[str, Any] = as_plain(story)
    told_by = plain["told_by"] | {"independent": story.told_by.independent}
    return plain | {"told_by": told_by, "said": story_in_words(story)}


def _told_as_json(alert: AlertTold, names: Mapping[str, str]) -> dict[str, Any]:
    revisions = []
    for one in alert.revisions:
        sent = [
            as_plain(each) | {"destination_name": names.get(each.destination), "said": sent_in_words(each)}
            for each in one.sent
        ]
        plain: dict[str, Any] = as_plain(one)
        told_by = plain.pop("told_by") | {"independent": one.told_by.independent}
        del plain["sent"]
        revisions.append(plain | {"told_by": told_by, "said": revision_in_words(one), "notifications": sent})
    found: dict[str, Any] = as_plain(alert)
    return found | {"revision": len(revisions), "revisions": revisions}


def _alert_as_json(answer: AlertAnswer, names: Mapping[str, str]) -> dict[str, Any]:
    told = _told_as_json(answer.alert, names)
    if answer.only is not None:
        told["revisions"] = [one for one in told["revisions"] if one["number"] == answer.only]
    return {"kind": "alert", "alert": told, "story": _story_as_json(answer.story)}


def _brief_as_json(brief: Brief) -> dict[str, Any]:
    ends = [{"rule": end.rule, "state": end.state.value, "reason": end.reason} for end in brief.matches]
    plain: dict[str, Any] = as_plain(brief.article)
    return plain | {"state": brief.state.value, "matches": ends}
