"""Mastodon's links in a status, and its way of counting.

Source: Mastodon's own code (`config/initializers/twitter_regex.rb`, `Extractor`, `Tag::Naming`, `Account`,
`StatusLengthValidator`) on twitter-text 3.1, whose list of top-level domains it keeps (read 2026-11-22). Links need a
scheme; a hashtag needs white space before it.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from cmflow.model import Entity
from cmflow.render.autolink import domains, tlds
from cmflow.render.autolink.domains import Grammar
from cmflow.values import compiled

if TYPE_CHECKING:
    import regex

URL_LENGTH = 23
_DOMAIN_MAX = 253
_SCHEMES = "https?|dat|dweb|ipfs|ipns|ssb|gopher|gemini"
_NOT_IN_DOMAIN = f"!-/:-@\\[\\]^-`{{-~\\x00-\\x1f\\x7f{domains.SPACES}{domains.NEVER}{domains.DIRECTIONAL}"
_WHITE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
_PATH = f"[^{_WHITE}<>()?]"
_PARENS = f"\\((?:{_PATH}++|{_PATH}*+\\({_PATH}++\\){_PATH}*+)\\)"
_TAIL = f"(?::[0-9]++)?(/(?:{_PATH}++|{_PARENS})*+)?"
_PATH_INSIDE = "!*\"'「」<>;:=,.$%[]~&|@"
# a path may end in parentheses only where they hold what twitter-text itself takes
_CYRILLIC = "\u0400-\u052f\u1c80-\u1c8f\u1d2b\u1d78\u2de0-\u2dff\ua640-\ua69f\ufe2e\ufe2f"
_DASHES = (
    "\\-\u058a\u05be\u1400\u1806\u2010-\u2015\u2e17\u2e1a\u2e3a\u2e3b\u2e40\u301c\u3030\u30a0"
    "\ufe31\ufe32\ufe58\ufe63\uff0d"
)
_PLAIN = f"[A-Za-z0-9!*';:=+,.$/%#\\[\\]_~&|@{_DASHES}{_CYRILLIC}{domains.LATIN}]"
_PLAIN_PARENS = f"\\((?:{_PLAIN}++|{_PLAIN}*+\\({_PLAIN}++\\){_PLAIN}*+)\\)"
_BEYOND = "\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\uffef" + "".join(
    f"{chr(plane * 0x10000 + (0x1000 if plane == 14 else 0))}-{chr(plane * 0x10000 + 0xFFFD)}" for plane in range(1, 17)
)
_QUERY_INSIDE = "!?*'();:+$%[].,~|@^"
_QUERY = f"\\?[A-Za-z0-9_&=#/\\-{re.escape(_QUERY_INSIDE)}{_BEYOND}]*+"

_MORE = re.compile("(xmpp:)|magnet:", re.ASCII | re.IGNORECASE)
_NODE_AT = f"(?:[A-Za-z0-9\\-._~!$()*+,;={_CYRILLIC}]|%[0-9A-Fa-f]{{2}})++@"
_RESOURCE = f"/(?:[A-Za-z0-9\\-._~!$&'()*+,;={_CYRILLIC}]|%[0-9A-Fa-f]{{2}})++"
_MORE_BEFORE = f"[^{domains.NOT_BEFORE}]"

# between two of these a grapheme cluster always ends
_BREAKS = (
    "\\0-\\x0c\\x0e-\u02ff\u0400-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u3000-\u3029\u3041-\u3096\u309b-\u30ff"
    "\u4e00-\u9fff\uff01-\uff5e"
)
_MAY_JOIN = f"(?:[{_BREAKS}]?[^{_BREAKS}]++)++[{_BREAKS}]?"
_WORD = "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}"
_SEPARATORS = "_\u00b7\u30fb\u200c"
_SCHEME_END = "https?\\Z"
_NAME_AFTER = f"[@\uff20{domains.LATIN}]|://"


def find(text: str) -> tuple[Entity, ...]:
    """Everything Mastodon will link, in order."""
    spans = [(start, end, "url") for start, end in _urls(text)]
    spans += [(start, end, "hashtag") for start, end in _hashtags(text)]
    spans += [(start, end, "mention") for start, end in _mentions(text)]
    spans += [(start, end, "url") for start, end in _other_uris(text)]
    return tuple(Entity(start, end, kind, text[start:end]) for start, end, kind in _without_overlaps(spans))


def length(body: str, warning: str = "") -> int:
    """Grapheme clusters of warning and body, where a link counts 23 and `@ana@example.org` counts as `@ana`."""
    return _graphemes(warning + _countable(body))


def _countable(body: str) -> str:
    if not body.strip(_WHITE):
        return ""
    if "@" not in body and "://" not in body:
        return body
    spans = [(start, end, "url") for start, end in _urls(body)]
    spans += [(start, end, "mention") for start, end in _mentions(body)]
    pieces = []
    position = 0
    for start, end, kind in _without_overlaps(spans):
        host = body.find("@", start + 1, end)
        pieces += [body[position:start], "x" * URL_LENGTH if kind == "url" else body[start : end if host < 0 else host]]
        position = end
    return "".join(pieces) + body[position:]


def _without_overlaps(spans: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """The spans in order, without those that begin inside the one before."""
    free = 0
    for span in sorted(spans, key=lambda item: item[0]):
        if span[0] >= free:
            free = span[1]
            yield span


def _graphemes(text: str) -> int:
    if text.isascii():
        return len(text) - text.count("\r\n")
    from cmflow.render.markdown import clusters

    return len(text) - sum(len(run) - clusters.count(run) for run in compiled(_MAY_JOIN).findall(text))


class _Patterns(NamedTuple):
    mention: "regex.Pattern[str]"
    tag: "regex.Pattern[str]"
    letter: "regex.Pattern[str]"
    word: "regex.Pattern[str]"


@cache
def _patterns() -> _Patterns:
    """The patterns that need Unicode properties."""
    import regex

    name = "[A-Za-z0-9_]++(?:[.-]++[A-Za-z0-9_]++)*+"
    host = f"[{_WORD}]++(?:[.-]++[{_WORD}]++)*+"
    return _Patterns(
        regex.compile(f"(?<![=/{_WORD}])@{name}(?:@({host}))?"),
        regex.compile(f"(?<![^{_WHITE}])[#\uff03](?=[{_WORD}])[{_WORD}{_SEPARATORS}]*+"),
        regex.compile("\\p{Alphabetic}"),
        regex.compile(f"[{_WORD}]*+"),
    )


# ── links ───────────────────────────────────────────────────────────────────────────────────────────────────


@cache
def _grammar() -> Grammar:
    return domains.grammar(tlds.BOTH + tlds.RETIRED, _NOT_IN_DOMAIN, "0-9A-Za-z", _SCHEMES)


@lru_cache(maxsize=16)
def _urls(text: str) -> tuple[tuple[int, int], ...]:
    """The spans of all links that count 23. Cached: callers that ask for the length also ask for the links."""
    if "://" not in text:
        return ()
    spans: list[tuple[int, int]] = []
    scan = domains.scan(text, _grammar())
    domain = next(scan, None)
    while domain:
        end = _tail(text, domain.end)
        stop = domains.shortened(text, domain.start, end) if domain.has_scheme else 0
        if stop and domains.encodable(text[domain.domain : domain.end]) and stop - domain.start <= domains.URL_MAX:
            spans.append((domain.start, stop))
        domain = domains.next_domain(scan, end)
    return tuple(spans)


def _tail(text: str, start: int) -> int:
    """Return where port, path and query after a domain end."""
    tail = compiled(_TAIL).match(text, start)
    end = tail.end() if tail else start
    if tail and tail[1]:
        end = _path_end(text, tail.start(1), end)
    return _query_end(text, end)


def _path_end(text: str, start: int, end: int) -> int:
    """The path without what may not end it."""
    while True:
        end = start + len(text[start:end].rstrip(_PATH_INSIDE))
        if text[end - 1] != ")":
            return end
        opened = text.rfind("(", start, end)
        if text.find(")", opened, end) != end - 1 or text.rfind(")", start, opened) < text.rfind("(", start, opened):
            opened = text.rfind("(", start, opened)
        if compiled(_PLAIN_PARENS).fullmatch(text, opened, end):
            return end
        end = opened


def _query_end(text: str, start: int) -> int:
    query = compiled(_QUERY).match(text, start)
    return start + len(query[0].rstrip(_QUERY_INSIDE)) if query and len(query[0].rstrip(_QUERY_INSIDE)) > 1 else start


def _other_uris(text: str) -> Iterator[tuple[int, int]]:
    """`xmpp:` and `magnet:`."""
    if ":" not in text:
        return
    free = 0
    for scheme in _MORE.finditer(text):
        start = scheme.start()
        if start < free or not (start == 0 or (start > free and compiled(_MORE_BEFORE).match(text, start - 1))):
            continue
        end = _xmpp_end(text, scheme.end()) if scheme[1] else _query_end(text, scheme.end())
        if end > scheme.end():
            free = end
            yield start, end


def _xmpp_end(text: str, position: int) -> int:
    """Return where `[//user@domain/][user@]domain[/resource][?query]` ends, or 0."""
    rules = _grammar()
    if text.startswith("//", position):
        user = compiled(_NODE_AT).match(text, position + 2)
        end = domains.domain_at(text, user.end(), rules) if user else 0
        if end and text.startswith("/", end):
            position = end + 1
    user = compiled(_NODE_AT).match(text, position)
    end = (user and domains.domain_at(text, user.end(), rules)) or domains.domain_at(text, position, rules)
    if not end:
        return 0
    resource = compiled(_RESOURCE).match(text, end)
    return _query_end(text, resource.end() if resource else end)


# ── hashtags and mentions ───────────────────────────────────────────────────────────────────────────────────


def _mentions(text: str) -> Iterator[tuple[int, int]]:
    if "@" not in text:
        return
    for mention in _patterns().mention.finditer(text):
        if not compiled(_NAME_AFTER).match(text, mention.end()) and len(mention[1] or "") <= _DOMAIN_MAX:
            yield mention.span()


def _hashtags(text: str) -> Iterator[tuple[int, int]]:
    if "#" not in text and "\uff03" not in text:
        return
    for tag in _patterns().tag.finditer(text):
        start = tag.start()
        end = _tag_end(tag[0]) + start
        if end == start:
            continue
        if text.startswith("://", end):
            scheme = compiled(_SCHEME_END).search(text, start + 2, end)
            end = scheme.start() if scheme else end
        yield start, end


def _tag_end(tag: str) -> int:
    """Return how much of `#` and a run of letters, digits and separators is a hashtag; 0: none."""
    letter, word = _patterns().letter, _patterns().word
    trimmed = tag.rstrip("\u00b7\u30fb\u200c")
    inner = trimmed[2:-1]
    if any(separator in inner for separator in _SEPARATORS) or letter.search(inner):
        return len(trimmed)
    first = word.match(tag, 1)
    return first.end() if first and letter.search(first[0]) else 0
