"""What one account's text is made of: the traits that statistics compare."""

import re
from collections.abc import Iterator

from cmflow.model import Kind, Part, Trait, Variant
from cmflow.model.limits import Limits
from cmflow.render.question import MARKS

VIDEOS = (".mp4", ".mov", ".m4v", ".webm", ".mkv", ".avi")
_ADDRESS = re.compile(r"\.\w|:[/?]")  # nothing without these is a link anywhere; `magnet:?` is one on Mastodon
_QUESTION = re.compile(rf"[{''.join(MARKS).replace(';', '')}](?![\w=&%/-])")  # not that of an address


def traits(limits: Limits, variant: Variant) -> tuple[Trait, ...]:
    """Only what its readers see counts: what was sent is all that is known of it later."""
    return tuple(_traits(limits, variant))


def _traits(limits: Limits, variant: Variant) -> Iterator[Trait]:
    paths = [media.path.lower() for part in variant.parts for media in part.media]
    if any(not path.endswith(VIDEOS) for path in paths):
        yield Trait.PICTURE
    if any(path.endswith(VIDEOS) for path in paths):
        yield Trait.VIDEO
    if variant.link or any(_has_link(limits, part) for part in variant.parts):
        yield Trait.LINK
    if sum(bool(part.text.chars) for part in variant.parts) > 1:
        yield Trait.THREAD
    if any(_QUESTION.search(part.text.chars) for part in variant.parts):
        yield Trait.QUESTION
    if variant.poll:
        yield Trait.POLL


def _has_link(limits: Limits, part: Part) -> bool:
    if any(span.kind is Kind.LINK for span in part.form.display.spans):
        return True
    body = part.form.body
    return _ADDRESS.search(body) is not None and any(entity.kind == "url" for entity in limits.find(body))
