"""The keys by which articles tell one story: the same link, or the same title with the same text. Pure."""

from __future__ import annotations

from monitor.model import Article
from monitor.text.keys import START, folded, hashed, is_distinct, link_key

_ENOUGH = 8 * START  # characters in which the first START of a folded text are, however much folding takes


def story_keys(article: Article) -> tuple[str, ...]:
    """Give the keys by which one article in two feeds is one story: its link, its title with its text.

    A title without text counts alone where it is long enough to be no standing headline.
    """
    link = link_key(article.url)
    title = folded(article.title)
    texts = [folded(text[:_ENOUGH])[:START] for text in (article.body, article.summary) if text]
    if title and not texts and is_distinct(title):
        texts = [""]
    told = dict.fromkeys(hashed("t", f"{title}\n{text}") for text in texts)
    return ((link,) if link else ()) + tuple(told)
