"""URLs in posts: whether a label already shows where it leads, and the parameters that tell where a click came from."""

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote

WEB = re.compile(r"https?://", re.I)
_SCHEME = re.compile(r"^(?:https?://|mailto:|tel:)", re.I)
_UTM = re.compile(r"(?:^|[?&;])utm_[a-z]+=?", re.I)


def same_place(label: str, url: str) -> bool:
    """Return whether the label already shows where the link leads: the URL, with or without its scheme."""
    return label == url or _bare(label) == _bare(url)


def _bare(url: str) -> str:
    return _SCHEME.sub("", url.strip()).removesuffix("/")


@lru_cache(maxsize=1024)
def _quoted(value: str) -> str:
    return quote(value, safe="")


def with_utm(url: str, parameters: Mapping[str, str]) -> str:
    """The URL with these UTM parameters, in their order, the rest byte for byte as it was.

    Left alone: what is not http(s), and a URL for which the author wrote any `utm_` parameter.
    """
    if not WEB.match(url):
        return url
    address, mark, fragment = url.partition("#")
    base, separator, query = address.partition("?")
    if separator and _UTM.search(query):
        return url
    added = "&".join(f"{name}={_quoted(value)}" for name, value in parameters.items() if value)
    if not separator:
        joined = f"{base}?{added}"
    else:
        joined = f"{base}?{query}{'' if query.endswith('&') or not query else '&'}{added}"
    return joined + mark + fragment
