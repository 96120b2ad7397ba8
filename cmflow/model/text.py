"""A text, and what one account will show of a post."""

from dataclasses import field
from datetime import datetime
from enum import StrEnum

from cmflow.model.post import Card, Media, Poll, Visibility, attached
from cmflow.values import dataclass


class Kind(StrEnum):
    """What a span of text is. Blocks cover whole lines; the others lie inside a line."""

    LINK = "link"  # value: the URL
    MENTION = "mention"  # value: the handle as that network writes it
    PERSON = "person"  # value: key in the plan's people; becomes a mention or a name
    TAG = "tag"  # value: the tag without #
    BOLD = "bold"
    ITALIC = "italic"
    STRIKE = "strike"
    CODE = "code"
    PRE = "pre"  # value: the language, where given
    HEADING = "heading"  # value: "1" to "6"
    QUOTE = "quote"
    ITEM = "item"  # value: the bullet as it is written ("•", "1.", indented by its depth)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    start: int
    end: int
    kind: Kind
    value: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """Characters, and what stretches of them are. Spans lie inside the characters and are sorted."""

    chars: str
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """A `Text` as one network takes it.

    `body` is the exact string that is counted and sent; `spans` what the network wants told apart from it
    (facets, entities), offsets in `body` in code points; `html` a second, formatted body where it takes one.

    `display` is what readers see, and `paste` what a person puts into the network's own app to post it by hand. Both
    are stored only where they differ: `display_text` from `body` with its `spans`, `paste_text` from what is displayed.
    """

    body: str
    spans: tuple[Span, ...] = ()
    html: str = ""
    display_text: Text | None = field(default=None, compare=False, repr=False)
    paste_text: str | None = field(default=None, compare=False, repr=False)

    @property
    def display(self) -> Text:
        return Text(self.body, self.spans) if self.display_text is None else self.display_text

    @property
    def paste(self) -> str:
        return self.display.chars if self.paste_text is None else self.paste_text


@dataclass(frozen=True, slots=True, order=True)
class Entity:
    """Something the network itself will link in a text: `kind` is `url`, `hashtag` or `mention`; code points."""

    start: int
    end: int
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """One message of a thread, exactly; `length` of `limit` in that network's first way of counting."""

    text: Text
    form: Form
    media: tuple[Media, ...] = ()
    length: int = 0
    limit: int = 0


@dataclass(frozen=True, slots=True)
class Variant:
    """What one account will show of one post. `digest` names it: equal digests send the same bytes to the
    same place. `tags_left_out` would have made one more part. `version` is that of its A/B test, "" for none."""

    post: str
    account: str
    network: str
    time: datetime
    parts: tuple[Part, ...]
    title: str = ""
    tags: tuple[str, ...] = ()
    link: str = ""
    language: str = ""
    content_warning: str = ""
    visibility: Visibility = Visibility.PUBLIC
    reply_to: str = ""
    quote: str = ""
    repost: str = ""
    poll: Poll | None = None
    first_comment: Part | None = None
    digest: str = ""
    tags_left_out: tuple[str, ...] = ()
    version: str = ""
    card: Card | None = None

    @property
    def files(self) -> tuple[str, ...]:
        """The paths of all files that are sent, once each."""
        media = (item for part in self.parts for item in part.media)
        return tuple(dict.fromkeys(attached(media, self.card)))
