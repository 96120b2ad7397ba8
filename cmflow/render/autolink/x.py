"""X's links in a post, and its way of counting: twitter-text 3.1 with its configuration 3.

Source: the rules, the configuration and the conformance suite X publishes as twitter-text (read 2026-11-22). To the
top-level domains of its list those are added that were delegated since.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from cmflow.model import Entity
from cmflow.render.autolink import domains, emoji, tlds
from cmflow.render.autolink.domains import Domain, Grammar
from cmflow.values import compiled

if TYPE_CHECKING:
    import regex

LIMIT = 280
URL_LENGTH = 23  # whatever is behind it: X shows t.co addresses
_LIGHT = "\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037"  # these weigh 1, the rest 2
_HEAVY = f"[^{_LIGHT}]"
_SEQUENCE_HINT = "[\u200d\u20e3\ufe0f\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff\U000e007f]"
_NEVER = re.compile(f"[{domains.NEVER}]")

_NOT_IN_DOMAIN = f"!'#%&()*+,\\\\\\-./:;<=>?@\\[\\]^_{{|}}~${domains.SPACES}{domains.NEVER}{domains.DIRECTIONAL}"
_PATH_END = f"+\\-A-Za-z0-9=_#/\u0400-\u04ff{domains.LATIN}"
_PATH_INSIDE = "!*';:,.$%[]\u2013~@|&"
_PATH = f"[{_PATH_END}{re.escape(_PATH_INSIDE)}]"
_PARENS = f"\\((?:{_PATH}++|{_PATH}*+\\({_PATH}++\\){_PATH}*+)\\)"
# parentheses may end a path only directly after what may end it without them: a quirk that X has everywhere
_TAIL = f"(?::[0-9]++)?(/(?:(?:[{re.escape(_PATH_INSIDE)}]++|{_PARENS})*+[{_PATH_END}]++)*+(?:{_PARENS})*+)?"
_BARE_LABELS = f"(?:[-A-Za-z0-9{domains.LATIN}]++\\.)++"
_NO_BARE_AFTER = frozenset("-_./")

_AT_SIGN = re.compile("[@\uff20]")
_NAME = re.compile("[A-Za-z0-9_]{1,20}(?:/[A-Za-z][A-Za-z0-9_-]{0,24})?")
_NAME_BEFORE = re.compile("[^A-Za-z0-9_!#$%&*@\uff20]")
_REPOST_BEFORE = re.compile("(?:^|[^A-Za-z0-9_+~.-])[Rr][Tt]\\Z")
_NAME_AFTER = f"[@\uff20{domains.LATIN}]|://"

_HASH = re.compile("[#\uff03]")
_TAG_AFTER = re.compile("[#\uff03]|://")
_TAG_SPECIAL = "_\u200c\u200d\ua67e\u05be\u05f3\u05f4\uff5e\u301c\u309b\u309c\u30a0\u30fb\u3003\u0f0b\u0f0c\u00b7"


def find(text: str) -> tuple[Entity, ...]:
    """Everything X will link, in order. A list (`@ana/press`) is one mention."""
    spans = [(start, end, "url") for start, end in _urls(text)]
    spans += _mentions(text)
    spans += _hashtags(text)
    if not spans:
        return ()
    spans.sort(key=lambda span: span[0])
    entities: list[Entity] = []
    free = 0
    for start, end, kind in spans:
        if start >= free:
            entities.append(Entity(start, end, kind, text[start:end]))
            free = end
    return tuple(entities)


def length(text: str) -> int:
    """The weighted length: links 23; emoji, CJK and the like 2; the rest 1; counted in NFC."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    total = position = 0
    for start, end in _urls(text):
        total += _weight(text, position, start) + URL_LENGTH
        position = end
    return total + _weight(text, position, len(text))


def valid(text: str) -> bool:
    """Return whether X takes the text: not empty, at most 280, and nothing in it that no post may hold."""
    return 0 < length(text) <= LIMIT and not _NEVER.search(text)


def _weight(text: str, start: int, end: int) -> int:
    if text.isascii():
        return end - start
    piece = text[start:end]
    total = len(piece) + len(compiled(_HEAVY).findall(piece))
    if compiled(_SEQUENCE_HINT).search(piece):
        for sequence in emoji.sequences(piece):
            total += 2 - len(sequence) - len(compiled(_HEAVY).findall(sequence))
    return total


# ── links ───────────────────────────────────────────────────────────────────────────────────────────────────


@cache
def _grammar() -> Grammar:
    return domains.grammar(tlds.BOTH + tlds.NEW + tlds.RETIRED, _NOT_IN_DOMAIN, "-0-9A-Za-z", "https?")


@lru_cache(maxsize=16)
def _urls(text: str) -> tuple[tuple[int, int], ...]:
    """The spans of all links, in order. Cached: callers that ask for the length also ask for the links."""
    if "." not in text:
        return ()
    rules = _grammar()
    spans: list[tuple[int, int]] = []
    scan = domains.scan(text, rules)
    domain = next(scan, None)
    while domain:
        end, path = _tail(text, domain.end)
        spans += _accepted(text, domain, end, path, rules)
        domain = domains.next_domain(scan, end)
    return tuple(spans)


def _tail(text: str, start: int) -> tuple[int, bool]:
    """Return where port, path and query after a domain end, and whether there is a path."""
    tail = compiled(_TAIL).match(text, start)
    return domains.query_end(text, tail.end() if tail else start), bool(tail and tail[1])


def _accepted(text: str, match: Domain, end: int, path: bool, rules: Grammar) -> list[tuple[int, int]]:
    """The spans to link where a domain was found; `end` is where the path and query after it end."""
    start, domain, stop = match
    coded = text.startswith("xn--", domain)
    bare = _bare(text, domain, stop, rules) if coded or not match.has_scheme else []
    if coded and not bare:
        return []
    if not domains.encodable(text[domain:stop]) or end - start + (domain - start or len("https://")) > domains.URL_MAX:
        return []
    if match.has_scheme:
        end = domains.shortened(text, start, end)
        return [(start, end)] if end else []
    if not bare or text[start - 1 : start] in _NO_BARE_AFTER:
        return []
    return [*bare[:-1], (bare[-1][0], end if path else bare[-1][1])]


def _bare(text: str, domain: int, end: int, rules: Grammar) -> list[tuple[int, int]]:
    """The names in Latin letters inside a domain: without a scheme only these are links."""
    spans = []
    position = domain
    while labels := compiled(_BARE_LABELS).search(text, position, end):
        position = labels.end()
        dot = position - 1
        while dot > labels.start():
            stop = domains.top_level(text, dot + 1, rules)
            if stop:
                spans.append((labels.start(), stop))
                position = max(position, stop)
                break
            dot = text.rfind(".", labels.start(), dot)
    return spans


# ── mentions and hashtags ───────────────────────────────────────────────────────────────────────────────────


def _mentions(text: str) -> Iterator[tuple[int, int, str]]:
    if "@" not in text and "\uff20" not in text:
        return
    free = 0
    for sign in _AT_SIGN.finditer(text):
        start = sign.start()
        name = _NAME.match(text, start + 1)
        if not name or not _may_start_mention(text, start, free):
            continue
        free = name.end()
        if not compiled(_NAME_AFTER).match(text, free):
            yield start, free, "mention"


def _may_start_mention(text: str, start: int, free: int) -> bool:
    if start == 0 or (start > free and _NAME_BEFORE.match(text, start - 1)):
        return True
    return bool(_REPOST_BEFORE.search(text, max(free, start - 3) if start > 2 else 0, start))


@cache
def _tag() -> "tuple[regex.Pattern[str], regex.Pattern[str]]":
    """Return what a hashtag is made of, and what may precede it."""
    import regex

    inside = f"\\p{{L}}\\p{{M}}\\p{{Nd}}{_TAG_SPECIAL}"
    return (
        regex.compile(f"(?![\ufe0f\u20e3])[{inside}]*[\\p{{L}}\\p{{M}}][{inside}]*+"),
        regex.compile(f"[^{inside}&\ud800-\udfff]|[\ufe0e\ufe0f]"),
    )


def _hashtags(text: str) -> Iterator[tuple[int, int, str]]:
    if "#" not in text and "\uff03" not in text:
        return
    tag, boundary = _tag()
    free = 0
    for sign in _HASH.finditer(text):
        start = sign.start()
        name = tag.match(text, start + 1) if start == 0 or (start > free and boundary.match(text, start - 1)) else None
        if name:
            free = name.end()
            if not _TAG_AFTER.match(text, free):
                yield start, free, "hashtag"
