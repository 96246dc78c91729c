"""What the silent first poll of a feed would have told."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from monitor.config import Settings
from monitor.errors import SetupError
from monitor.notify.passages import passage
from monitor.stores import articles
from monitor.stores.archive import open_archive
from monitor.strict_yaml import nearest
from monitor.text.display import displayable, isolate


def show_backlog(settings: Settings, feed: str, limit: int) -> None:
    """Print the articles that were there at the first poll and that a live rule matched."""
    known = [one.id for one in settings.config.feeds]
    if feed not in known:
        raise SetupError(f"there is no feed {feed!r} in {settings.path} ({nearest(feed, known)})")
    with open_archive(settings.archive_url) as archive:
        found = archive.read_now(lambda c: articles.backlog_of(c, feed, limit))
    console = Console()
    live = [(article, match) for article, match in found if match.status == "live"]
    for article, match in live:
        when = (article.published or article.first_seen).strftime("%Y-%m-%d %H:%M")
        console.print(
            Text.assemble(
                (when, "dim"), "  ", (match.rule, "bold"), "  ", isolate(displayable(article.title))
            )
        )
        for quote in match.evidence.quotes[:1]:
            pieces = passage(quote.text, quote.marks).pieces()
            shown = ((piece, "bold yellow" if marked else "") for piece, marked in pieces)
            console.print(Text.assemble("    ", *shown))
    console.print(f"{len(live)} would have alerted (of {feed}'s first poll; nobody was told)")
