"""A post of a content repository, read; its files are found however their accents are stored.

`é` is one character or two: a Mac may store a name one way, and an editor write it the other. Nobody can see which.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import replace

from cmflow.content import posts
from cmflow.model import Media, Post, Problem
from cmflow.repository.content import Content
from cmflow.repository.source import Source

Paths = Mapping[str, str]


def post(path: str, data: bytes, content: Content) -> tuple[Post | None, tuple[Problem, ...]]:
    """The post in a file's bytes, whose media have the names that their files have; needs a usable plan."""
    found, problems = posts.parse(data, path, content.sure_plan)
    return found and _resolved(found, content.source), problems


def composed(path: str) -> str:
    """The one way to write a path for which others stand."""
    return unicodedata.normalize("NFC", path)


def aliases(source: Source) -> Paths:
    """The paths that are stored otherwise than composed: composed → as stored."""
    return {composed(path): path for path in (*source.outside, *source.blobs) if not path.isascii()}


def _resolved(found: Post, source: Source) -> Post:
    """The post, where one of its files is only there under another spelling, with that one."""
    given = [each.path for each in (*found.media, *(each for item in found.variants for each in item.media or ()))]
    if all(path.isascii() or path in source.blobs for path in given):
        return found
    stored = aliases(source)
    variants = (
        item if item.media is None else replace(item, media=_renamed(item.media, source, stored))
        for item in found.variants
    )
    return replace(found, media=_renamed(found.media, source, stored), variants=tuple(variants))


def _renamed(media: tuple[Media, ...], source: Source, stored: Paths) -> tuple[Media, ...]:
    return tuple(
        item if item.path in source.blobs else replace(item, path=stored.get(composed(item.path), item.path))
        for item in media
    )
