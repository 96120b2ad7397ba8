"""A post, as it was written."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import reduce

from cmflow.model.plan import Account, Threading
from cmflow.values import dataclass


class Status(StrEnum):
    DRAFT = "draft"  # being written: checked, shown, never sent
    READY = "ready"  # goes out at its date


class Visibility(StrEnum):
    PUBLIC = "public"
    UNLISTED = "unlisted"
    FOLLOWERS = "followers"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class Subtitles:
    """What is spoken in a video, as a file of text with times. `language` "": that of the post."""

    path: str
    language: str = ""
    line: int = 1


@dataclass(frozen=True, slots=True)
class Media:
    """A picture, video or document of the post; `path` is the file in the repository, `alt` what it shows."""

    path: str
    alt: str = ""
    line: int = 1
    subtitles: tuple[Subtitles, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """What a network shows of `link` that does not read the page itself; a title "" is the page's host."""

    title: str = ""
    description: str = ""
    picture: Media | None = None
    line: int = 1


@dataclass(frozen=True, slots=True)
class Poll:
    options: tuple[str, ...]
    duration: timedelta = timedelta(days=1)
    multiple: bool = False
    line: int = 1


@dataclass(frozen=True, slots=True)
class Override:
    """What `variants:` changes for one account or network (`key`); None means inherited."""

    key: str
    text: str | None = None
    date: datetime | None = None
    media: tuple[Media, ...] | None = None
    tags: tuple[str, ...] | None = None
    skip: bool = False
    line: int = 1
    thread: Threading | None = None
    prepend: str | None = None
    append: str | None = None
    mentions: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Experiment:
    """An A/B test: two versions of a post, each a change of it (`key` is its name), and which account gets which.

    Posts with the same `test` are judged together. `dealt` is (account, name of the version).
    """

    test: str
    versions: tuple[Override, ...]
    seed: str = ""
    dealt: tuple[tuple[str, str], ...] = ()
    line: int = 1


def attached(media: Iterable[Media], card: Card | None) -> Iterator[str]:
    """Yield the paths of media, their subtitles, and the picture of a card."""
    for item in media:
        yield item.path
        yield from (subtitles.path for subtitles in item.subtitles)
    if card and card.picture:
        yield card.picture.path


# What an entry of `variants:` takes from the one of the network where it does not give it itself.
INHERITED = ("text", "date", "media", "tags", "thread", "prepend", "append", "mentions")


@dataclass(frozen=True, slots=True)
class Post:
    """One Markdown file under `content/posts/`. `accounts` has the groups of the plan already opened.

    `mentions` are keys of the plan's people, and handles. `thread` is None where account and plan decide.
    """

    id: str
    path: str
    title: str
    date: datetime
    accounts: tuple[str, ...]
    body: str
    status: Status = Status.READY
    campaign: str = ""
    pillar: str = ""
    tags: tuple[str, ...] = ()
    link: str = ""
    card: Card | None = None
    media: tuple[Media, ...] = ()
    language: str = ""
    thread: Threading | None = None
    content_warning: str = ""
    visibility: Visibility = Visibility.PUBLIC
    reply_to: str = ""
    quote: str = ""
    repost: str = ""
    poll: Poll | None = None
    first_comment: str = ""
    prepend: str = ""
    append: str = ""
    mentions: tuple[str, ...] = ()
    late: timedelta | None = None
    ignore_pauses: bool = False
    expects: tuple[tuple[str, int], ...] = ()
    variants: tuple[Override, ...] = ()
    ab: Experiment | None = None
    body_line: int = 1
    lines: tuple[tuple[str, int], ...] = ()

    def line(self, key: str) -> int:
        """The line of a front matter key (`variants.x.text` for a nested one); 1 where it is not set."""
        return dict(self.lines).get(key, 1)

    @property
    def files(self) -> tuple[str, ...]:
        """The paths of all its files, once each, for whichever account; in the order of the post."""
        media = (*self.media, *(item for _, override in self.overrides for item in override.media or ()))
        return tuple(dict.fromkeys(attached(media, self.card)))

    @property
    def overrides(self) -> tuple[tuple[str, Override], ...]:
        """Everything that is changed for some accounts, with the key where it is written: `variants.x`."""
        versions = self.ab.versions if self.ab else ()
        return (
            *((f"variants.{override.key}", override) for override in self.variants),
            *((f"ab.versions.{override.key}", override) for override in versions),
        )

    def version(self, account: str) -> str:
        """Return the version of its A/B test that the account gets; "" where there is none."""
        return dict(self.ab.dealt).get(account, "") if self.ab else ""

    def override(self, account: Account) -> Override | None:
        """Return what this post changes for `account`, merged key by key: the version of its A/B test first, then the
        account's own entry, then its network's."""
        if not (self.variants or self.ab):
            return None
        overrides = {variant.key: variant for variant in self.variants}
        versions = {version.key: version for version in self.ab.versions} if self.ab else {}
        candidates = (
            versions.get(self.version(account.name)),
            overrides.get(account.name),
            overrides.get(account.network),
        )
        layers = [layer for layer in candidates if layer]
        return reduce(_over, layers) if layers else None


def _over(upper: Override, lower: Override) -> Override:
    """The upper one, with what only the lower one gives."""
    inherited = {name: getattr(lower, name) for name in INHERITED if getattr(upper, name) is None}
    return replace(upper, **inherited, skip=upper.skip or lower.skip)
