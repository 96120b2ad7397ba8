"""What one account's text is made of: the traits that statistics compare."""

import re
from collections.abc import Iterator

from cmflow.model import Kind, Trait, Variant
from cmflow.render.question import MARKS

VIDEOS = (".mp4", ".mov", ".m4v", ".webm", ".mkv", ".avi")
_QUESTION = re.compile(rf"[{''.join(MARKS).replace(';', '')}](?![\w=&%/-])")  # not that of an address


def traits(variant: Variant) -> tuple[Trait, ...]:
    return tuple(_traits(variant))


def _traits(variant: Variant) -> Iterator[Trait]:
    paths = [media.path.lower() for part in variant.parts for media in part.media]
    if any(not path.endswith(VIDEOS) for path in paths):
        yield Trait.PICTURE
    if any(path.endswith(VIDEOS) for path in paths):
        yield Trait.VIDEO
    if variant.link or any(span.kind is Kind.LINK for part in variant.parts for span in part.text.spans):
        yield Trait.LINK
    if sum(bool(part.text.chars) for part in variant.parts) > 1:
        yield Trait.THREAD
    if any(_QUESTION.search(part.text.chars) for part in variant.parts):
        yield Trait.QUESTION
    if variant.poll:
        yield Trait.POLL
