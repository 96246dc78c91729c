"""Keys by which links and texts are known again: disguises taken off, then hashed. Pure.

A key begins with the letter of its kind: `l:` a link, `t:` a text, `i:` whatever a feed calls an id.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from monitor.text.folding import fold

START = 200  # characters of a text that tell it from another under one title
_TRACKING = re.compile(
    r"(utm_|at_|mc_|pk_|mtm_|hsa_|__hs|_hs|vero_|oly_|wt_).*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid"
    r"|ttclid|igshid|igsh|_ga|_gl|_openstat|cmpid|cmp|ocid|ito|smid|smtyp|xtor|ns_campaign|ns_mchannel|ns_source"
    r"|rss|ref_src|spm|s_cid|ncid|mkt_tok|sr_share|guccounter",
    re.IGNORECASE,
)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_DISTINCT = 24  # a folded title of this weight hardly returns for another story; "News in brief" does


def link_key(url: str) -> str:
    """Give the key of a link; empty where it is no web address, or only a site's front page."""
    link = normalised_link(url)
    return hashed("l", link) if any(mark in link for mark in "/?#") else ""


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


def folded(text: str) -> str:
    """Fold a text and make its white space single spaces."""
    return " ".join(fold(text).split())


def is_distinct(title: str) -> bool:
    """Tell whether a folded title is long enough to stand for one story only.

    A character of a script without spaces says as much as three letters.
    """
    return sum(3 if char > "\u2e7f" else 1 for char in title) >= _DISTINCT


def hashed(kind: str, text: str) -> str:
    """Hash a text into a key of this kind."""
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    return f"{kind}:{digest}"
