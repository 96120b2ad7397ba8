"""The limits of a network: its numbers, each with its source, and its way of counting, linking and formatting."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from cmflow.model import Entity, Form, Text, Visibility
from cmflow.model.money import Price
from cmflow.model.plan import PLAN_PATH
from cmflow.values import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """A number a network sets; `unit` says of what, `source` where it is documented, `read` when we read it."""

    value: int
    unit: str
    source: str
    read: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """A limit on a text, with the way that network counts: `count(body, content_warning)`."""

    limit: Limit
    count: Callable[[str, str], int]


# What a post can hold of which a network may refuse some together → how it is called in a sentence.
CONTENTS = {
    "image": "a picture",
    "gif": "a moving picture",
    "video": "a video",
    "media": "a picture or a video",
    "document": "a document",
    "poll": "a poll",
    "quote": "a quote",
    "comment": "a first comment",
    "private": "private visibility",
}


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Two of `CONTENTS` that one post there cannot hold together; the same one twice: not two of them.

    Not `certain`: only some servers refuse it, or only some ways of posting.
    """

    first: str
    second: str
    source: str
    read: date
    certain: bool = True


# Where the network itself names no number: more than a person puts under one post.
MANY_HASHTAGS = Limit(7, "hashtags", "cmflow's own advice", date(2026, 11, 29))


@dataclass(frozen=True, slots=True)
class Limits:
    """The pure half of a network: enough for preview and check. None: the network sets no such limit.

    `text` has every measure a text must keep, the one people know first; `caption` replaces it where media is
    attached. `image_width` is the widest picture, `image_edges` its width and height together. `media_types` are MIME
    types, `video_codecs` names of `content.media.video.CODECS`. `video_ratio`: the longer side of a video may be so
    many hundredths of the shorter one. `needs` names what a post cannot do without there ("image", "video", "media",
    "title"). `nature` says what a post is there, for people who
    write one without. `files` counts pictures and videos together, `files_bytes` their bytes,
    `exclusions` are the contents that exclude each other. `gif_bytes` replaces `image_bytes` for moving pictures.
    With `poll_question` the poll has a question of its own, a paragraph of the text (`render.question`); `poll_text`
    is for what is left of the text then. `poll_shortest` and `poll_longest` are in minutes, and
    so are `poll_durations`, where a poll is open for one of these only, the shortest first. `post_price`
    is that of each part, `link_price` that of one with a link. `tag` is how one of the `tags` beside the text is
    written, where not as it is. `comment` is the form of a first comment, where it is another one,
    `comment_text` how long it may be; with `written_url` False, a click on a URL may lead elsewhere than it says.
    `shortcodes`: which of `:tada:` become emoji, "all", or the server's "own".
    `refers` names which other posts a post there can point to: "reply_to", "quote", "repost"; None: nothing is known.
    `address` reads the address of such a post, and raises `Rejected` where it is of no post there. With
    `poll_multiple`, a poll may allow several answers; with `still_gifs`, a GIF that does not move is a picture like any
    other.
    With `file_parts`, a part has one file: several follow the text, each as a part of its own.
    `subtitle_types` are the MIME types of subtitles it takes with a video, the usual one first. `cards`: it does not
    read the page of a link itself, and shows what the post's `card` says; `card_bytes` is the size of its picture.
    """

    text: tuple[Measure, ...]
    form: Callable[[Text], Form]
    find: Callable[[str], tuple[Entity, ...]]
    offsets: str = "code points"  # or "bytes", "utf-16"
    caption: tuple[Measure, ...] = ()
    title: Measure | None = None
    tags: Measure | None = None
    tag: Callable[[str], str] | None = None
    thread: bool = True
    content_warning: bool = False
    visibility: tuple[Visibility, ...] = (Visibility.PUBLIC,)
    needs: str = ""
    nature: str = ""
    media_types: tuple[str, ...] = ()
    files: Limit | None = None
    files_bytes: Limit | None = None
    images: Limit | None = None
    image_bytes: Limit | None = None
    image_pixels: Limit | None = None
    image_width: Limit | None = None
    image_edges: Limit | None = None
    gif_bytes: Limit | None = None
    still_gifs: bool = True
    videos: Limit | None = None
    video_bytes: Limit | None = None
    video_seconds: Limit | None = None
    video_shortest: Limit | None = None
    video_ratio: Limit | None = None
    video_codecs: tuple[str, ...] = ()
    alt: Limit | None = None
    links: Limit | None = None
    hashtags: Limit | None = None
    hashtags_advised: Limit = MANY_HASHTAGS
    shortcodes: str = ""
    mentions: Limit | None = None
    poll_options: Limit | None = None
    poll_option: Limit | None = None
    poll_question: Limit | None = None
    poll_text: Limit | None = None
    poll_shortest: Limit | None = None
    poll_longest: Limit | None = None
    poll_durations: tuple[int, ...] = ()
    poll_multiple: bool = True
    refers: tuple[str, ...] | None = None
    address: Callable[[str], object] | None = None
    exclusions: tuple[Exclusion, ...] = ()
    post_price: Price | None = None
    link_price: Price | None = None
    read_price: Price | None = None  # of the figures of a part, once per day in UTC, at most
    comment: Callable[[Text], Form] | None = None
    comment_text: Limit | None = None
    written_url: bool = True
    file_parts: bool = False
    subtitle_types: tuple[str, ...] = ()
    subtitle_bytes: Limit | None = None
    cards: bool = False
    card_bytes: Limit | None = None
    documents: Limit | None = None
    document_bytes: Limit | None = None


def clashes(limits: Limits, contents: Mapping[str, int]) -> Iterator[Exclusion]:
    """Yield what the network refuses in a post with so many of each of `CONTENTS`; "media" need not be counted."""
    counts = {"media": sum(contents.get(kind, 0) for kind in ("image", "gif", "video")), **contents}
    for exclusion in limits.exclusions:
        least = 2 if exclusion.first == exclusion.second else 1
        if counts.get(exclusion.first, 0) >= least and counts.get(exclusion.second, 0) >= least:
            yield exclusion


def refusal(exclusion: Exclusion) -> str:
    """The sentence for people, without an end: `a poll together with a quote`."""
    if exclusion.first == exclusion.second:
        return f"more than one {CONTENTS[exclusion.first].removeprefix('a ')}"
    return f"{CONTENTS[exclusion.first]} together with {CONTENTS[exclusion.second]}"


def poll_minutes(limits: Limits, minutes: int) -> int:
    """For how long a poll is open there: the shortest of the network's durations that is long enough."""
    longest = limits.poll_durations[-1] if limits.poll_durations else minutes
    return next((duration for duration in limits.poll_durations if duration >= minutes), longest)


# The numbers that a server or a subscription may set otherwise, with their units: `limits` of an account in the plan.
NUMBERS: Mapping[str, str] = {
    "text": "characters",
    "files": "files",
    "images": "images",
    "videos": "videos",
    "image_bytes": "bytes",
    "image_pixels": "pixels",
    "image_width": "pixels of width",
    "gif_bytes": "bytes",
    "video_bytes": "bytes",
    "video_seconds": "seconds",
    "alt": "characters",
    "poll_options": "options",
    "poll_option": "characters",
    "poll_shortest": "minutes",
    "poll_longest": "minutes",
}


def adjusted(limits: Limits, numbers: Iterable[tuple[str, int]]) -> Limits:
    """The limits with these of `NUMBERS` instead. `text` is the first measure of a text, counted as before."""
    changes: dict[str, Any] = {}
    for name, value in numbers:
        if name == "text":
            first, *more = limits.text
            changes[name] = (replace(first, limit=_set(first.limit, name, value)), *more)
        else:
            changes[name] = _set(getattr(limits, name), name, value)
    return replace(limits, **changes)


def _set(limit: Limit | None, name: str, value: int) -> Limit:
    if limit:
        return replace(limit, value=value, note="as the plan says")
    return Limit(value, NUMBERS[name], PLAN_PATH, date.min, "as the plan says")
