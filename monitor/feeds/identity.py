"""When is an entry the one we know? Three keys together decide: id, link, title. Pure.

Feeds change ids, flip schemes, repeat one id on every item and reuse old ones; no single key can be
trusted. Keys are short hashes with a letter for their kind, so that they can be kept for a long time.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import blake2b
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from monitor.feeds.entry import Entry
from monitor.model import Article
from monitor.text.folding import fold

_TRACKING = re.compile(
    r"(utm_|at_|mc_|pk_|mtm_|hsa_|__hs|_hs|vero_|oly_|wt_).*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid"
    r"|ttclid|igshid|igsh|_ga|_gl|_openstat|cmpid|cmp|ocid|ito|smid|smtyp|xtor|ns_campaign|ns_mchannel|ns_source"
    r"|rss|ref_src|spm|s_cid|ncid|mkt_tok|sr_share|guccounter",
    re.IGNORECASE,
)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_DISTINCT = 24  # a folded title of this weight hardly returns for another story; "News in brief" does
_START = 200  # characters of a text that tell it from another under one title


class Verdict(StrEnum):
    """What an entry is to us."""

    NEW = "new"
    KNOWN = "known"
    RENAMED = "renamed"  # known, under an id or link that we had not seen


@dataclass(frozen=True, slots=True)
class Keys:
    """The names that an entry goes by; empty where it has none that tells it from others."""

    id: str = ""
    link: str = ""
    fingerprint: str = ""

    @property
    def present(self) -> tuple[str, ...]:
        """The keys that there are, to be remembered."""
        return tuple(key for key in (self.id, self.link, self.fingerprint) if key)


def keys_of(entry: Entry, source: str = "") -> Keys:
    """Give the keys of one entry; `source` is the publisher where the entry names none."""
    link = normalised_link(entry.link)
    return Keys(
        id=_hashed("i", entry.id) if entry.id else "",
        link=_hashed("l", link) if _names_a_page(link) else "",
        fingerprint=_fingerprint(entry, source),
    )


def document_keys(entries: Sequence[Entry], source: str = "") -> list[Keys]:
    """Give the keys of all entries of a document, without those that tell nothing there.

    An id or link that stands on entries with different titles names none of them, and neither does a
    title that stands on entries with different links or ids.
    """
    found = [keys_of(entry, source) for entry in entries]
    shared_ids = _shared((keys.id, keys.fingerprint) for keys in found)
    shared_links = _shared((keys.link, keys.fingerprint) for keys in found)
    without = [
        replace(
            keys,
            id="" if keys.id in shared_ids else keys.id,
            link="" if keys.link in shared_links else keys.link,
        )
        for keys in found
    ]
    shared_titles = _shared((keys.fingerprint, keys.link) for keys in without)
    shared_titles &= _shared((keys.fingerprint, keys.id or keys.link) for keys in without)
    return [replace(keys, fingerprint="") if keys.fingerprint in shared_titles else keys for keys in without]


def decide(keys: Keys, known: Collection[str]) -> Verdict:
    """Decide what an entry is, given the keys that its feed has brought before.

    A new id whose link or title is known is a renamed item. A known id whose link and title are both
    unseen was reused for another story, and that is news.
    """
    others = [key for key in (keys.link, keys.fingerprint) if key]
    familiar = [key for key in others if key in known]
    if keys.id and keys.id in known:
        reused = len(others) == 2 and not familiar
        return Verdict.NEW if reused else Verdict.KNOWN
    if not familiar:
        return Verdict.NEW
    same_page = not keys.id and keys.link in familiar
    return Verdict.KNOWN if same_page or not (keys.id or keys.link) else Verdict.RENAMED


def story_keys(article: Article) -> tuple[str, ...]:
    """Give the keys by which one article in two feeds is one story: its link, its title with its text.

    A title without text counts alone where it is long enough to be no standing headline.
    """
    link = normalised_link(article.url)
    title = _folded(article.title)
    texts = [_folded(text)[:_START] for text in (article.body, article.summary) if text]
    if title and not texts and _weight(title) >= _DISTINCT:
        texts = [""]
    told = dict.fromkeys(_hashed("t", f"{title}\n{text}") for text in texts)
    return ((_hashed("l", link),) if _names_a_page(link) else ()) + tuple(told)


def normalised_link(url: str) -> str:
    """Write a link so that its usual disguises look alike; empty where it is no web address.

    Scheme, `www.`, default port, user name, fragment, tracking parameters, order of parameters, trailing
    slash, letter case of the host and percent-encoding make no difference.
    """
    try:
        parts = urlsplit("".join(url.split()))
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        return ""
    host = parts.hostname.removesuffix(".").removeprefix("www.")
    shown_port = f":{port}" if port and port != _DEFAULT_PORTS[parts.scheme] else ""
    path = quote(unquote(parts.path, errors="surrogateescape"), safe="/", errors="surrogateescape")
    query = _query(parts.query)
    # The fragment is a place in the page, except where a script makes a page of it.
    fragment = f"#{parts.fragment}" if parts.fragment.startswith(("!", "/")) else ""
    return f"{host}{shown_port}{path.rstrip('/')}{'?' if query else ''}{query}{fragment}"


def _query(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
    return urlencode(
        sorted(pair for pair in pairs if not _TRACKING.fullmatch(pair[0])), errors="surrogateescape"
    )


def _names_a_page(link: str) -> bool:
    """Whether a normalised link is more than a site's front page."""
    return any(mark in link for mark in "/?#")


def _fingerprint(entry: Entry, source: str) -> str:
    """Hash title and publisher; a title too short to be telling is joined by the text's beginning."""
    title = _folded(entry.title)
    text = _folded(entry.summary or entry.body)[:_START]
    if not title and not text:
        return ""
    told = title if _weight(title) >= _DISTINCT else f"{title}\n{text}"
    return _hashed("t", f"{_folded(entry.source or source)}\n{told}")


def _folded(text: str) -> str:
    return " ".join(fold(text).split())


def _weight(title: str) -> int:
    """Count characters; one of a script without spaces says as much as three letters."""
    return sum(3 if char > "\u2e7f" else 1 for char in title)


def _shared(pairs: Iterable[tuple[str, str]]) -> set[str]:
    """Find the names that stand for more than one thing."""
    things: dict[str, set[str]] = defaultdict(set)
    for name, thing in pairs:
        if name:
            things[name].add(thing)
    return {name for name, meant in things.items() if len(meant) > 1}


def _hashed(kind: str, text: str) -> str:
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    return f"{kind}:{digest}"
