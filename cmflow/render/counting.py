"""The length of a text: one function per way a network counts, all `(body, content warning) -> int`.

The body is exactly what is sent. Only Mastodon counts the content warning; the others take it so that every
limit can be measured the same way.
"""

import json

import regex

from cmflow.render.autolink import mastodon as mastodon_rules
from cmflow.render.autolink import x as x_rules
from cmflow.render.markdown.clusters import clusters, count

# Pictographs of Unicode 15, which the networks' counters know; later versions took 548 of them back, so that a
# joiner no longer joins them. Any one of them represents all.
_PICTOGRAPH = (
    "[\u2388\u2605\u2607-\u2612\u2614-\u2685\u2690-\u2705\u2708-\u2712\u2763-\u2767\U0001f000-\U0001f0ff"
    "\U0001f10d-\U0001f10f\U0001f12f\U0001f16c-\U0001f171\U0001f1ad-\U0001f1e5\U0001f201-\U0001f20f"
    "\U0001f23c-\U0001f23f\U0001f249-\U0001f3fa\U0001f400-\U0001f53d\U0001f546-\U0001f64f\U0001f680-\U0001f6ff]"
)
_JOINER = "\u200d"

# What makes a cluster an emoji: a pictograph, a flag letter, or the mark of a keycap or of emoji style.
_EMOJI = regex.compile(r"[\p{Extended_Pictographic}\p{Regional_Indicator}\u20e3\ufe0f]")


def x(body: str, warning: str = "") -> int:
    """X's weighted length: a URL is 23, an emoji 2, a character outside the Latin blocks 2."""
    return x_rules.length(body)


def mastodon(body: str, warning: str = "") -> int:
    """Mastodon's length: graphemes of warning and text, a URL is 23, `@user@host` counts as `@user`."""
    return mastodon_rules.length(body, warning)


def graphemes(body: str, warning: str = "") -> int:
    """Characters as people see them: extended grapheme clusters (Unicode Annex 29)."""
    if body.isascii():
        return len(body) - body.count("\r\n")  # the only ASCII pair that is one cluster
    if _JOINER in body:
        body = regex.sub(_PICTOGRAPH, "✂", body)
    return count(body)


def code_points(body: str, warning: str = "") -> int:
    return len(body)


def utf8(body: str, warning: str = "") -> int:
    """Bytes in UTF-8. A lone surrogate counts as the three bytes of its replacement character."""
    return len(body) if body.isascii() else len(body.encode("utf-8", "surrogatepass"))


def utf16(body: str, warning: str = "") -> int:
    """UTF-16 code units: two for each character outside the Basic Multilingual Plane."""
    return len(body) if body.isascii() else len(body.encode("utf-16-le", "surrogatepass")) // 2


def threads(body: str, warning: str = "") -> int:
    """Code points, but an emoji as its UTF-8 bytes, whatever it is made of (👍🏽 is 8).

    Meta says "emojis are counted as the number of UTF-8 bytes" and no more (developers.facebook.com, read
    2026-11-22): this is the strictest reading, where also © and keycaps are emoji.
    """
    if body.isascii() or not _EMOJI.search(body):
        return len(body)
    parts = (body[start:end] for start, end in clusters(body))
    return sum(utf8(cluster) if _EMOJI.search(cluster) else len(cluster) for cluster in parts)


def tag_list(body: str, warning: str = "") -> int:
    """YouTube's length of the tags "a,b c": commas count, and so do the quotes it puts round a tag with a space."""
    return len(body) + 2 * sum(" " in tag for tag in body.split(","))


def tag_count(body: str, warning: str = "") -> int:
    """Return how many tags the list "a,b c" holds."""
    return body.count(",") + 1 if body else 0


def matrix_event(body: str, warning: str = "") -> int:
    """Bytes of a Matrix event with this text: plain and formatted body in JSON, and the fields round them.

    The formatted body may be longer than the plain one; 2,048 bytes are kept for its tags and for ids, hashes
    and signatures.
    """
    return 2 * utf8(json.dumps(body, ensure_ascii=False)) + 2_048
