"""Read a post of a content repository; its media are found however accents in their names are stored."""

from dataclasses import replace

from cmflow.content import posts
from cmflow.model import Media, Override, Post, Problem
from cmflow.repository.content import Content
from cmflow.repository.source import Source
from cmflow.repository.spelling import Paths, aliases, composed


def post(path: str, data: bytes, content: Content) -> tuple[Post | None, tuple[Problem, ...]]:
    """The post in a file's bytes, with media paths as stored. Raises SourceError without a usable plan."""
    draft, problems = posts.parse(data, path, content.sure_plan)
    return draft and _resolved(draft, content.source), problems


def _resolved(post: Post, source: Source) -> Post:
    """The post; a media file that exists only in another spelling gets that path."""
    if all(path.isascii() or path in source.blobs for path in post.files):
        return post
    stored = aliases(source)

    def resolved(overrides: tuple[Override, ...]) -> tuple[Override, ...]:
        return tuple(
            item if item.media is None else replace(item, media=_renamed(item.media, source, stored))
            for item in overrides
        )

    card, ab = post.card, post.ab
    if ab:
        ab = replace(ab, versions=resolved(ab.versions))
    if card and card.picture:
        card = replace(card, picture=_renamed((card.picture,), source, stored)[0])
    return replace(post, card=card, media=_renamed(post.media, source, stored), variants=resolved(post.variants), ab=ab)


def _renamed(media: tuple[Media, ...], source: Source, stored: Paths) -> tuple[Media, ...]:
    def path(written: str) -> str:
        return written if written in source.blobs else stored.get(composed(written), written)

    return tuple(
        replace(
            item,
            path=path(item.path),
            subtitles=tuple(replace(subtitles, path=path(subtitles.path)) for subtitles in item.subtitles),
        )
        for item in media
    )
