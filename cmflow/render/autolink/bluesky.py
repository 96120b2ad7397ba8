"""Bluesky's links, by the rules of its own app: links with or without scheme, mentions, hashtags, cashtags.

Bluesky's server links nothing by itself; the client marks the spans (facets). These are the rules of the
official `@atproto/api` richtext detection (source of 2026-08-20, read 2026-11-22). Where that would mark two
things in one place, a link wins over a mention, a mention over a tag; and what no server would take (an empty
URL, a handle that cannot exist) is left alone.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

import regex

from cmflow.model import Entity
from cmflow.render.autolink.domains import is_top_level
from cmflow.render.counting import graphemes, utf8

# White space as JavaScript has it: the rules are written in that language.
_SPACE = "\\t\\n\\v\\f\\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_LEAD = rf"(?:^|[{_SPACE}(])"

_LINK = re.compile(_LEAD + rf"((?:[Hh][Tt][Tt][Pp][Ss]?://|([A-Za-z][A-Za-z0-9]*(?:\.[A-Za-z0-9]+)+))[^{_SPACE}]*)")
_MENTION = re.compile(_LEAD + r"(@([A-Za-z0-9.-]+)\b)", re.ASCII)
_HANDLE = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_TAG = re.compile(rf"(?:^|[{_SPACE}])([#＃](?!\ufe0f)[^{_SPACE}\u00ad\u2060\u200b-\u200d\u20e2]+)")
_TAG_MATTER = regex.compile(r"[^0-9\p{P}]")
_TAG_END = regex.compile(r"(?<!\p{P})\p{P}++$")
_CASHTAG = re.compile(rf"{_LEAD}(\$[A-Za-z][A-Za-z0-9]{{0,4}})(?=[{_SPACE}.,;:!?)\"'’]|$)")


def find(text: str) -> tuple[Entity, ...]:
    """Return what Bluesky will link in the text; a cashtag is a hashtag there, and keeps its `$`."""
    entities: list[Entity] = []
    for sign, finder in (("", _links), ("@", _mentions), ("", _hashtags), ("$", cashtags)):
        if sign in text:
            entities = _with(entities, finder(text))
    return tuple(entities)


def cashtags(text: str) -> Iterator[Entity]:
    """Ticker symbols such as `$AAPL`."""
    for match in _CASHTAG.finditer(text):
        yield Entity(match.start(1), match.end(1), "hashtag", match[1])


def _with(entities: list[Entity], more: Iterable[Entity]) -> list[Entity]:
    """Return what is kept and those of the others that touch none of it, in order."""
    starts = [entity.start for entity in entities]
    free = []
    for entity in more:
        index = bisect_right(starts, entity.start)
        if (index == 0 or entities[index - 1].end <= entity.start) and (
            index == len(entities) or entity.end <= entities[index].start
        ):
            free.append(entity)
    return sorted(entities + free)


def _links(text: str) -> Iterator[Entity]:
    if "." not in text and "://" not in text:
        return
    for match in _LINK.finditer(text):
        if match[2] is not None and not _ends_in_top_level(match[2]):
            continue
        url = match[1]
        if url[-1] in ".,;:!?":
            url = url[:-1]
        if url[-1] == ")" and "(" not in url:
            url = url[:-1]
        if url[-1] != "/" or url.lower() not in ("http://", "https://"):
            yield Entity(match.start(1), match.start(1) + len(url), "url", url)


def _mentions(text: str) -> Iterator[Entity]:
    for match in _MENTION.finditer(text):
        handle = match[2]
        if _HANDLE.fullmatch(handle) and (_ends_in_top_level(handle) or handle.endswith(".test")):
            yield Entity(match.start(1), match.end(1), "mention", match[1])


def _hashtags(text: str) -> Iterator[Entity]:
    if "#" not in text and "＃" not in text:
        return
    for match in _TAG.finditer(text):
        sign, tag = match[1][0], match[1][1:]
        tag = _TAG_END.sub("", tag) if _TAG_MATTER.search(tag) else ""
        if tag and graphemes(tag) <= 64 and utf8(tag) <= 640:
            yield Entity(match.start(1), match.start(1) + 1 + len(tag), "hashtag", sign + tag)


def _ends_in_top_level(domain: str) -> bool:
    """Capitals are not a domain there: "done.So what" holds no link."""
    label = domain.rpartition(".")[2]
    return label == label.lower() and is_top_level(label)
