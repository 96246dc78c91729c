"""The chain of an article or an alert as people read it, in the order in which it happened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from monitor.commands.endings import (
    TIME,
    article_in_words,
    attempt_in_words,
    counted,
    inline,
    match_in_words,
    place_in_words,
    quoted,
    revision_in_words,
    sent_in_words,
    story_in_words,
)
from monitor.commands.why import AlertAnswer, Answer
from monitor.model import ArticleState, MatchState, NotificationState, Relation
from monitor.stores.chain import ArticleChain, Brief, Ended, StoryNow
from monitor.stores.dead_letters import Attempt
from monitor.stores.tellings import AlertTold, Mention, RevisionTold, Sent
from monitor.text.display import displayable, shorten

Row = tuple[str, RenderableType]

_MATCH_COLOURS = {
    MatchState.TOLD: "bold green",
    MatchState.PENDING: "bold yellow",
    MatchState.QUARANTINED: "bold red",
}
_SENT_COLOURS = {
    NotificationState.DELIVERED: "green",
    NotificationState.PENDING: "yellow",
    NotificationState.DEAD: "red",
    NotificationState.DROPPED: "red",
}
_MOST_ATTEMPTS = 3  # shown of each end of a long row
_LONGEST_HEADLINE = 300


def show_answer(answer: Answer, console: Console) -> None:
    """Print the chain, and others at the same address in short."""
    names = answer.names or {}
    if answer.alert is not None:
        console.print(_grid(_alert_rows(answer.alert, names)))
    elif answer.article is not None:
        console.print(_grid(_article_rows(answer.article, names)))
        if answer.others:
            said = counted(len(answer.others), "earlier article")
            console.print(Text(f"\n{said} at this address (watchword why NUMBER shows each whole):", "bold"))
            console.print(_grid((str(one.article.id), _brief(one)) for one in answer.others))
    console.print(Text("All times are UTC.", "dim"))


def _grid(rows: Iterator[Row]) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(overflow="fold")
    for label, value in rows:
        grid.add_row(label, value)
    return grid


def _article_rows(chain: ArticleChain, names: Mapping[str, str]) -> Iterator[Row]:
    article = chain.article
    title = inline(chain.feed.title)
    yield "feed", Text(inline(article.feed) + (f", “{title}”" if title else ""))
    yield "first seen", _seen(article.first_seen, article.published)
    yield "article", _headline(chain)
    if article.url:
        yield "", Text(displayable(article.url), "dim")
    for until, before in chain.earlier:
        yield "edited", Text(f"{until:{TIME}}: {_edit(before, article.title)}")
    for edit in chain.corrections:
        done = f"dispatched {edit.dispatched_at:{TIME}}" if edit.dispatched_at else "waits to be dispatched"
        yield "correction", Text(f"{edit.at:{TIME}}: an edit made it a {edit.kind}; {done}")
    yield from _ends(chain)
    yield from _story_rows(chain.story)
    if chain.place is not None:
        member = chain.place.member
        voice = f"; its voice is {inline(member.voice)}" if member.voice else ""
        tier = f", tier {member.tier}" if member.tier is not None else ""
        since = member.moved_at or chain.place.joined_at
        yield "", Text(f"{since:{TIME}}: {place_in_words(chain.place)}{voice}{tier}")
    for alert in chain.alerts:
        yield "alert", _alert_tree(alert, names, chain.number)
    if chain.matches and not chain.alerts:
        yield "alert", Text("none: nobody was told of it")


def _ends(chain: ArticleChain) -> Iterator[Row]:
    """Give where the article ended, and each of its matches."""
    if chain.digest:
        yield "", Text("its feed brought it with many others that were not new: they are told together")
    if not chain.matches:
        said = f"{chain.state.value}: {article_in_words(chain.state)}"
        yield "ended", Text(said, "bold")
        if chain.state is ArticleState.NO_RULE:
            yield "", Text(f"what kept a rule from it: watchword explain RULE {chain.number}")
        return
    if chain.state.value not in ("matched", *(end.state.value for end in chain.matches)):
        yield "", Text(f"{chain.state.value}: {article_in_words(chain.state)}")
    for end in chain.matches:
        yield "match", _match(end, chain)


def _match(end: Ended, chain: ArticleChain) -> Text:
    reason = f" ({end.reason})" if end.reason else ""
    at = f" {end.ended_at:{TIME}}" if end.ended_at else ""
    moved = chain.place is not None and end.story is not None and chain.place.member.story != end.story
    return Text.assemble(
        (displayable(end.rule), "bold"),
        f", {end.severity}, {end.status} then\n",
        (f"{end.state.value}{reason}", _MATCH_COLOURS.get(end.state, "bold")),
        f"{at}: {match_in_words(end, chain)}",
        f"; that was in story {end.story}" if moved else "",
        "\nwatchword dead-letters release " + str(chain.number)
        if end.state is MatchState.QUARANTINED
        else "",
    )


def _story_rows(story: StoryNow | None) -> Iterator[Row]:
    if story is None:
        return
    joined = f", joined by hand to story {story.joined_to}" if story.joined_to else ""
    yield (
        "story",
        Text.assemble((str(story.id), "bold"), f", since {story.created_at:{TIME}}{joined}: ")
        + Text(story_in_words(story)),
    )
    if story.first is not None:
        yield "", Text(f"first came {_mention(story.first)}")


def _alert_rows(answer: AlertAnswer, names: Mapping[str, str]) -> Iterator[Row]:
    yield from _story_rows(answer.story)
    yield "alert", _alert_tree(answer.alert, names, None, answer.only)
    told = dict.fromkeys(
        one.article.id for one in answer.alert.revisions if answer.only in (None, one.number)
    )
    for number in told:
        yield "", Text(f"the chain of its article: watchword why {number}", "dim")


def _alert_tree(
    alert: AlertTold, names: Mapping[str, str], about: int | None, only: int | None = None
) -> Tree:
    """Draw an alert with its revisions and where they went; what raised them is named, but for `about`."""
    said = f" for {inline(alert.receiver)}, {alert.severity}, {counted(len(alert.revisions), 'revision')}"
    tree = Tree(Text.assemble((alert.id, "bold"), said), guide_style="dim")
    for revision in alert.revisions:
        if only not in (None, revision.number):
            continue
        branch = tree.add(_revision(revision, about))
        for sent in revision.sent:
            leaf = branch.add(_sent(sent, names))
            for line in _attempts(sent):
                leaf.add(Text(line))
    return tree


def _revision(revision: RevisionTold, about: int | None) -> Text:
    raised = "this article" if revision.article.id == about else _mention(revision.article)
    return Text.assemble(
        (f"revision {revision.number} ({revision.reason.value})", "bold"),
        f" {revision.at:{TIME}}, {revision.severity}: {revision_in_words(revision)}\nraised by {raised}",
    )


def _sent(sent: Sent, names: Mapping[str, str]) -> Text:
    where = inline(names.get(sent.destination, f"{sent.destination}, not in the configuration"))
    return Text.assemble(f"{where}: ", (sent_in_words(sent), _SENT_COLOURS.get(sent.state, "dim")))


def _attempts(sent: Sent) -> Iterator[str]:
    """Give the attempts, without the middle of many; one that delivered at once says nothing more."""
    tried = sent.attempts
    if len(tried) == 1 and tried[0].outcome == "delivered":
        return
    left_out = len(tried) - 2 * _MOST_ATTEMPTS
    for place, attempt in enumerate(tried):
        if left_out > 1 and _MOST_ATTEMPTS <= place < _MOST_ATTEMPTS + left_out:
            if place == _MOST_ATTEMPTS:
                yield f"… {left_out} more attempts …"
        else:
            yield _attempt(place, attempt)


def _attempt(place: int, attempt: Attempt) -> str:
    return f"attempt {place + 1}: {attempt_in_words(attempt)}"


def _mention(article: Mention) -> str:
    told = article.relation is not None and article.relation is not Relation.NEW
    relation = f", {article.relation}" if told else ""
    return (
        f"article {article.id} ({quoted(article.title)}, {inline(article.source or article.feed)}{relation})"
    )


def _brief(brief: Brief) -> Text:
    ends = ", ".join(
        f"{displayable(end.rule)} {end.state.value}" + (f" ({end.reason})" if end.reason else "")
        for end in brief.matches
    )
    article = brief.article
    said = f"{article.first_seen:{TIME}} {inline(article.feed)}: {quoted(article.title)}\n"
    return Text(said + (ends or f"{brief.state.value}: {article_in_words(brief.state)}"))


def _headline(chain: ArticleChain) -> Text:
    title = shorten(displayable(chain.article.title), _LONGEST_HEADLINE) or "(no headline)"
    source = displayable(chain.article.source)
    by = f" by {inline(source)}" if source and source != chain.article.feed else ""
    return Text.assemble((str(chain.number), "bold"), f"{by}: ", (inline(title), "bold"))


def _edit(before: str, now: str) -> str:
    if before == now:
        return "its text was another until then"
    return f"until then its headline was {quoted(before)}"


def _seen(first_seen: datetime, published: datetime | None) -> Text:
    if published is None:
        return Text(f"{first_seen:{TIME}}; it names no time of publication")
    late = first_seen - published
    how = f", {_span(late)} before" if late >= timedelta(seconds=1) else ""
    return Text(f"{first_seen:{TIME}}, published {published:{TIME}}{how}")


def _span(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    size, unit = next(
        (size, unit) for size, unit in ((86400, "d"), (3600, "h"), (60, "min"), (1, "s")) if seconds >= size
    )
    return f"{seconds // size} {unit}"
