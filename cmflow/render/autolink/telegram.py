"""Telegram's links, by the rules of TDLib (td/telegram/MessageEntity.cpp, read 2026-11-22), which its server shares.

URLs with a scheme, bare domains and IP addresses, `tg://` links, hashtags (`#tag`, `#tag@channel`) and mentions.
E-mail addresses are linked too, but are neither of these: they are found so that nothing inside one is.
"""

from collections.abc import Iterator

import regex

from cmflow.model import Entity
from cmflow.render.autolink.domains import is_top_level

# Sets of characters (regex's version 1 syntax). Telegram turns control characters into spaces before it looks.
_JOINING = r"\u200c\u200d\u2010-\u2015"
_SPACES = r"\p{Z}\p{Cc}\u2000-\u206f"
_WORD = r"\p{L}\p{N}_"
_HASH = r"\p{L}\p{Nd}_\u200c\u00b7\u0d80-\u0dff"
_DOMAIN = rf"[A-Za-z0-9._~\-{_JOINING}[[\u00c0-\U0010ffff]--[{_SPACES}]]]"
_USER = rf"[{_JOINING}[^{_SPACES}/\[\]{{}}()'`<>\"@«»]]"
_PATH = rf"[{_JOINING}[^{_SPACES}<>\"«»]]"
_SCHEME = r"[A-Za-z0-9+\-[[\u0080-\U0010ffff]--[\p{Z}]]]"


def _compiled(pattern: str) -> regex.Pattern[str]:
    return regex.compile("(?V1)" + pattern)


_MENTION = _compiled(rf"(?<![{_WORD}])@[A-Za-z0-9_]{{2,32}}(?![{_WORD}])")
_SHORT_MENTIONS = frozenset({"@gif", "@vid", "@pic"})
_HASHTAG = _compiled(
    rf"(?<![{_HASH}])(#[{_HASH}]{{1,256}}+)(?:[{_HASH}]++(?!#)|(?![{_HASH}#])(@[A-Za-z0-9_]{{3,32}})?)"
)
_LETTER = _compiled(r"\p{L}")
_TG_LINK = _compiled(rf"(?i:tg|ton)://[A-Za-z0-9_-]{{1,253}}+((?:/{_PATH}*+)|(?:[?#]{_PATH}*+))?")
_EMAIL = _compiled(
    r"(?i)(?:[a-z0-9_-]{0,26}[.+]){0,10}[a-z0-9_-]{1,35}@(?:(?:[a-z0-9][a-z0-9_-]{0,28})?[a-z0-9]\.){1,6}[a-z]{2,8}"
)

# Runs of characters, to the right from a place or (reversed) to the left of one.
_DOMAIN_TO_LEFT = _compiled(rf"(?r){_DOMAIN}*+")
_USER_TO_LEFT = _compiled(rf"(?r){_USER}*+")
_SCHEME_TO_LEFT = _compiled(rf"(?r){_SCHEME}*+")
_DOMAIN_OR_AT = _compiled(rf"(?:{_DOMAIN}|@)*+")
_PORT = _compiled(r":0*+([1-9][0-9]{0,4}+)(?![0-9])")
_TAIL = _compiled(rf"[/?#]{_PATH}*+")
_WORD_OR_JOINT = _compiled(rf"[{_WORD}/#@]")

# What Telegram links after, whatever letters precede it, except for these words.
_SCHEMES = (("http", ("shttp",)), ("https", ()), ("ftp", ("tftp", "sftp")), ("tonsite", ()))
_SCHEME_OF_URL = _compiled(r"(?i)(?:https?|ftp|tonsite)://")
_NOT_IN_DNS = frozenset({"onion", "ton"})
_DIGITS = _compiled(r"[0-9.]+")

_CLOSING = ".:;,('?!`"
_BRACKETS = {")": "(", "]": "[", "}": "{"}
_IPV4 = regex.compile(r"(?:(?:0|[1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-5])(?:\.(?!$)|$)){4}")


def find(text: str) -> tuple[Entity, ...]:
    """Return what Telegram will link in the text."""
    entities: list[Entity] = []
    if "@" in text:
        entities += _mentions(text)
    if "#" in text:
        entities += _hashtags(text)
    if "://" in text:
        entities += _tg_links(text)
    if "." in text:
        entities += _urls(text)
    return tuple(entity for entity in _first_come(entities) if entity.kind != "email")


def _first_come(entities: list[Entity]) -> Iterator[Entity]:
    """Those that touch none before them; of two that start together the longer."""
    end = 0
    for entity in sorted(entities, key=lambda entity: (entity.start, -entity.end)):
        if entity.start >= end:
            end = entity.end
            yield entity


def _mentions(text: str) -> Iterator[Entity]:
    for match in _MENTION.finditer(text):
        if len(match[0]) > 4 or match[0].lower() in _SHORT_MENTIONS:
            yield Entity(match.start(), match.end(), "mention", match[0])


def _hashtags(text: str) -> Iterator[Entity]:
    for match in _HASHTAG.finditer(text):
        if _LETTER.search(match[1]):
            tag = match[1] + (match[2] or "")
            yield Entity(match.start(), match.start() + len(tag), "hashtag", tag)


def _tg_links(text: str) -> Iterator[Entity]:
    for match in _TG_LINK.finditer(text):
        end = match.end() if match.start(1) < 0 else _end_of_tail(text, match.start(1), match.end())
        yield Entity(match.start(), end, "url", text[match.start() : end])


def _end_of_tail(text: str, start: int, end: int) -> int:
    """Return where the tail (`/…`, `?…` or `#…` from `start`) ends without closing punctuation; a lone `/` stays."""
    while end > start + 1 and text[end - 1] in _CLOSING:
        end -= 1
    return end if end > start + 1 or text[start] == "/" else start


def _urls(text: str) -> Iterator[Entity]:
    for start, end in _candidates(text):
        if _EMAIL.fullmatch(text, start, end):
            yield Entity(start, end, "email", text[start:end])
        elif text.startswith("mailto:", start) and _EMAIL.fullmatch(text, start + 7, end):
            yield Entity(start + 7, end, "email", text[start + 7 : end])
        else:
            url = _checked(text[start:end])
            if url:
                yield Entity(start, start + len(url), "url", url)


def _candidates(text: str) -> Iterator[tuple[int, int]]:
    """Stretches round a dot that look like a URL or an e-mail address, left to right."""
    begin = 0
    while (dot := text.find(".", begin)) >= 0 and dot + 1 < len(text):
        if text[dot + 1] == " ":
            begin = dot + 2
            continue
        start, end, good = _stretch(text, begin, dot)
        if good:
            if end > dot + 1:
                yield start, end
            while end < len(text) and text[end] == ".":
                end += 1
        else:
            end = text.rfind(".", 0, end) + 1
        begin = max(end, dot + 1)


def _stretch(text: str, begin: int, dot: int) -> tuple[int, int, bool]:
    """Return where the candidate round the dot starts and ends, and whether what precedes it lets it be a URL."""
    start = _start_of_run(_DOMAIN_TO_LEFT, text, begin, dot)
    domain = _DOMAIN_OR_AT.match(text, dot)
    end = domain.end() if domain else dot
    names_user = "@" in text[dot:end]
    if names_user:
        start = _start_of_run(_USER_TO_LEFT, text, begin, start)
    end = _end_of_url(text, dot, end)
    good = True
    if start > begin and text[start - 1] == "@":
        user = _start_of_run(_USER_TO_LEFT, text, begin, start - 1)
        good = not names_user and user < start - 1
        start = user
    scheme = _scheme(text, begin, start)
    return start - len(scheme or ""), end, good and scheme is not None


def _start_of_run(run: regex.Pattern[str], text: str, begin: int, end: int) -> int:
    """Return where the run of characters that ends at `end` starts, not before `begin`."""
    match = run.match(text, begin, end)
    return match.start() if match else end


def _end_of_url(text: str, dot: int, end: int) -> int:
    """The end of the URL whose domain (with the dot) ends at `end`: port and tail, less its last dots."""
    port = _PORT.match(text, end)
    if port and int(port[1]) <= 65_535:
        end = port.end()
    tail = _TAIL.match(text, end)
    if tail:
        end = _end_of_tail(text, end, tail.end())
    while end > dot + 1 and text[end - 1] == ".":
        end -= 1
    return end


def _scheme(text: str, begin: int, start: int) -> str | None:
    """The scheme right before `start` ("" for none); None where what is there forbids a URL."""
    if start == begin:
        return ""
    if not text.endswith("://", begin, start):
        return None if _WORD_OR_JOINT.match(text, start - 1) else ""
    letters = text[_start_of_run(_SCHEME_TO_LEFT, text, begin, start - 3) : start - 3].lower()
    for scheme, schemes in _SCHEMES:
        if letters.endswith(scheme) and letters not in schemes:
            return text[start - 3 - len(scheme) : start]
    return None


def _checked(url: str) -> str:
    """The URL, cut where its tail closes a bracket it did not open; "" where its domain cannot be one."""
    scheme = _SCHEME_OF_URL.match(url)
    address = url[scheme.end() :] if scheme else url
    end = next((end for end, char in enumerate(address) if char in "/?#"), len(address))
    domain, tail = address[:end], address[end:]
    host = domain[domain.find("@") + 1 :]
    host = host[: host.rfind(":")] if ":" in host else host
    if not _is_host(host, bool(scheme)):
        return ""
    return url[: len(url) - len(tail)] + tail[: _balanced(tail)]


def _balanced(tail: str) -> int:
    """Return how much of the tail comes before a bracket that closes none, less closing punctuation."""
    depth = dict.fromkeys(_BRACKETS.values(), 0)
    end = len(tail)
    for index, char in enumerate(tail):
        if char in depth:
            depth[char] += 1
        elif char in _BRACKETS:
            depth[_BRACKETS[char]] -= 1
            if depth[_BRACKETS[char]] < 0:
                end = index
                break
    while end and tail[end - 1] in _CLOSING:
        end -= 1
    return end


def _is_host(host: str, has_scheme: bool) -> bool:
    labels = host.split(".")
    if host.lower() == "teiegram.org" or len(labels) == 1:  # the one look-alike that Telegram never links
        return False
    if any(not label or len(label.encode()) >= 64 or label.endswith("-") for label in labels):
        return False
    if _IPV4.fullmatch(host):
        return True
    if _DIGITS.fullmatch(host) or "_" in labels[-2]:
        return False
    return _is_top_level(labels[-1], has_scheme)


def _is_top_level(label: str, has_scheme: bool) -> bool:
    """After a scheme any label will do; else one that exists, written in small letters or not "Capitalised"."""
    if len(label) <= 1:
        return False
    if label.startswith("xn--"):
        return len(label) > 5 and label[4:].isascii() and label[4:].isalnum()
    if "_" in label or "-" in label:
        return False
    lower = label.lower()
    if has_scheme:
        return True
    return (lower == label or lower[1:] != label[1:]) and (lower in _NOT_IN_DNS or is_top_level(lower))
