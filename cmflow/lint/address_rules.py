"""Rules for the addresses and handles of a post, whatever its networks: whether they lead anywhere."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from cmflow.lint.markup_rules import matches, texts
from cmflow.model import Kind, Plan, Post, Problem
from cmflow.render import markdown as text

_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE)
# Characters that are not seen and belong to no word; those that turn the direction of writing come in pairs.
_OPENING, _CLOSING = "\u202a\u202b\u202d\u202e\u2066\u2067\u2068", "\u202c\u2069"
_UNSEEN = f"\u00ad\u200b\u200e\u200f\u2060\ufeff{_OPENING}{_CLOSING}"
_HANDLE = re.compile(rf"(?<![\w/@.])@[\w.@-]+[{_UNSEEN}]+")
_PROFILE = re.compile(r"@(https?://[^\s<>()]+)", re.IGNORECASE)


def addresses(post: Post, plan: Plan) -> Iterator[Problem]:
    for markdown, first in texts(post):
        if "://" not in markdown:
            continue
        for url in dict.fromkeys(span.value for span in text.parse(markdown).spans if span.kind is Kind.LINK):
            line = first + markdown.count("\n", 0, max(0, markdown.find(url)))
            yield from _address(post.path, line, url)
    if post.link:
        yield from _address(post.path, post.line("link"), post.link)


def _address(path: str, line: int, url: str) -> Iterator[Problem]:
    if entity := _ENTITY.search(url):
        message = f"`{entity[0]}` in “{url[:60]}” is part of the address: it was copied from the source of a page."
        hint = "Write `&`." if entity[0].lower() == "&amp;" else "Write the character itself, or its `%` code."
        yield Problem(path, line, "entity-in-url", message, hint)
    host = _host(url)
    if host and "." not in host and ":" not in host:
        message = f"“{url[:60]}”: `{host}` has no dot, so no one outside your own network can open it."
        hint = "Write the whole address, such as `https://example.org/`, or the name without `https://`."
        yield Problem(path, line, "host-without-dot", message, hint)


def _host(url: str) -> str:
    """The host of a web address; "" where there is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return (parts.hostname or "").rstrip(".") if parts.scheme in ("http", "https") else ""


def handles(post: Post, plan: Plan) -> Iterator[Problem]:
    for markdown, match, line in matches(post, _HANDLE):
        if sign := _stray(markdown, match):
            message = f"“{match[0].strip(_UNSEEN)}” is followed by an invisible character (U+{ord(sign):04X})."
            hint = "It was copied along with the handle: delete it, or type the handle."
            yield Problem(post.path, line, "bad-handle", message, hint)
    for _, match, line in matches(post, _PROFILE):
        message = f"“{match[0][:60]}” is an address with `@` in front: no network treats it as a mention."
        yield Problem(post.path, line, "bad-handle", message, "Write the handle, or the address without `@`.")


def _stray(markdown: str, match: re.Match[str]) -> str:
    """The first invisible character behind a handle that closes nothing which was opened before; "" where none does."""
    name = match[0].rstrip(_UNSEEN)
    preceding = markdown[: match.start() + len(name)]
    opened = sum(map(preceding.count, _OPENING)) - sum(map(preceding.count, _CLOSING))
    for sign in match[0][len(name) :]:
        if sign not in _CLOSING or opened < 1:
            return sign
        opened -= 1
    return ""


def people(plan: Plan) -> Iterator[Problem]:
    """Handles in the plan that would be published as plain text, without a mention."""
    for person in plan.people:
        for network, handle in person.handles:
            if re.match(r"@?https?://|@\[", handle) or any(sign in handle for sign in _UNSEEN):
                message = f"“{handle[:60]}”, for {person.key} on {network}, is not a handle."
                hint = "Write the handle alone: `@ana.example`; on LinkedIn `urn:li:organization:…`."
                yield Problem(plan.path, person.line, "bad-handle", message, hint)
