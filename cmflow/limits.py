"""What a network takes: its numbers, each with its source, and its way of counting, linking and looking."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from cmflow.model import Entity, Form, Text, Visibility


@dataclass(frozen=True, slots=True)
class Limit:
    """A number a network sets; `unit` says of what, `source` where it stands, `read` when we read it there."""

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


@dataclass(frozen=True, slots=True)
class Limits:
    """The pure half of a network: enough for preview and check. None: the network sets no such limit.

    `text` has every measure a text must keep, the one people know first; `caption` replaces it where media is
    attached. `media_types` are MIME types. `needs` names what a post cannot do without there ("image",
    "video", "media", "title"). `gif_bytes` replaces `image_bytes` for moving pictures. Prices are in thousandths
    of a US dollar: `post_price` of any post, `url_price` of one with a link. `comment` is the form of a first comment,
    where it is another one; with `written_url` False, a click on a URL may lead elsewhere than it says.
    """

    text: tuple[Measure, ...]
    form: Callable[[Text], Form]
    find: Callable[[str], tuple[Entity, ...]]
    offsets: str = "code points"  # or "bytes", "utf-16"
    caption: tuple[Measure, ...] = ()
    title: Measure | None = None
    tags: Measure | None = None
    thread: bool = True
    content_warning: bool = False
    visibility: tuple[Visibility, ...] = (Visibility.PUBLIC,)
    needs: str = ""
    media_types: tuple[str, ...] = ()
    images: Limit | None = None
    image_bytes: Limit | None = None
    image_pixels: Limit | None = None
    gif_bytes: Limit | None = None
    videos: Limit | None = None
    video_bytes: Limit | None = None
    video_seconds: Limit | None = None
    alt: Limit | None = None
    links: Limit | None = None
    hashtags: Limit | None = None
    hashtags_advised: Limit | None = None
    mentions: Limit | None = None
    poll_options: Limit | None = None
    poll_option: Limit | None = None
    post_price: Limit | None = None
    url_price: Limit | None = None
    comment: Callable[[Text], Form] | None = None
    written_url: bool = True
