"""The keys by which articles tell one story: the same link, or the same title with the same text. Pure."""

from __future__ import annotations

from collections.abc import Collection

from monitor.model import Article
from monitor.stories.profile import Profile
from monitor.stories.standing import about_others
from monitor.text.keys import START, folded, hashed, is_distinct, link_key

_COMMON = 0.3  # of the terms of the shorter of two texts under one link
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


def is_known_by(
    mine: Collection[str], theirs: Collection[str], one: Profile, other: Profile, same_days: bool
) -> bool:
    """Tell whether an article is known to tell the story of another one by the keys that both have.

    A link is not enough where the texts have nothing in common: one address may show another story each
    day, and anybody may name an address. A text is not, where it is an old one: what happens each quarter is
    told in the same words.
    """
    shared = frozenset(mine).intersection(theirs)
    by_link = [key for key in shared if key.startswith("l:")]
    if len(by_link) < len(shared) and same_days:
        return True
    if not by_link:
        return False
    if len(shared) > 1:
        return True
    fewer = min(len(one.terms), len(other.terms))
    common = len(frozenset(one.terms).intersection(other.terms))
    return common >= _COMMON * fewer and not about_others(one, other)
