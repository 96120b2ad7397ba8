"""The values that everything else speaks of: plan, account, post, variant, part, delivery, receipt, problem.

All are frozen and hold tuples. Every `datetime` is aware. Every path is relative to the repository, with `/`.
Offsets count Unicode code points. Lines count from 1.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A finding: where, what is wrong, what to do. `code` is explained in `problems.CODES`."""

    path: str
    line: int
    code: str
    message: str
    hint: str = ""
    account: str = ""


# ── the plan ────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Slot:
    """A usual time to post: `weekday` 0 is Monday; local time in the plan's zone."""

    weekday: int
    at: time


@dataclass(frozen=True, slots=True)
class Account:
    """A place to post: a network plus who we are there. `options` are the network's own settings."""

    name: str
    network: str
    title: str = ""
    options: tuple[tuple[str, str], ...] = ()
    audience: str = ""
    tone: str = ""
    language: str = ""
    per_week: int = 0
    slots: tuple[Slot, ...] = ()
    hours: tuple[time, time] | None = None
    tags: tuple[str, ...] = ()
    min_gap: timedelta | None = None
    late: timedelta | None = None
    line: int = 1

    def option(self, name: str, default: str = "") -> str:
        return dict(self.options).get(name, default)


@dataclass(frozen=True, slots=True)
class Pillar:
    """A subject the brand keeps coming back to; `share` is its part of all posts, in percent."""

    name: str
    share: int
    about: str = ""
    line: int = 1


@dataclass(frozen=True, slots=True)
class Campaign:
    name: str
    starts: date | None
    ends: date | None
    aim: str = ""
    line: int = 1


@dataclass(frozen=True, slots=True)
class Goal:
    """A number that an account should reach by a day; `metric` is one of `METRICS`."""

    account: str
    metric: str
    target: int
    by: date
    line: int = 1


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody posts may name as `@{key}`; `handles` are (network or account, handle as written there)."""

    key: str
    name: str
    handles: tuple[tuple[str, str], ...] = ()
    line: int = 1


@dataclass(frozen=True, slots=True)
class Rules:
    """What `cmflow check` insists on. `hours` is the default window for posting, local time."""

    alt_text: bool = True
    hours: tuple[time, time] | None = None
    min_gap: timedelta = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Plan:
    """The social media plan: `content/plan.md`. `since` is the day cmflow took over: older posts are history."""

    brand: str
    zone: str
    language: str
    accounts: tuple[Account, ...]
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()
    pillars: tuple[Pillar, ...] = ()
    campaigns: tuple[Campaign, ...] = ()
    goals: tuple[Goal, ...] = ()
    people: tuple[Person, ...] = ()
    late: timedelta = timedelta(hours=6)
    since: date | None = None
    utm: bool = False
    rules: Rules = Rules()
    prose: str = ""
    path: str = "content/plan.md"

    def account(self, name: str) -> Account | None:
        return next((account for account in self.accounts if account.name == name), None)


METRICS = ("followers", "impressions", "views", "likes", "replies", "reposts", "clicks")


# ── the post ────────────────────────────────────────────────────────────────────────────────────────────────


class Status(StrEnum):
    DRAFT = "draft"  # being written: checked, shown, never sent
    READY = "ready"  # goes out at its date


class Threading(StrEnum):
    MANUAL = "manual"  # parts exactly where `---` stands
    AUTO = "auto"  # and wherever a text does not fit
    NUMBERED = "numbered"  # the same, each part ending in its number, "2/5"


class Visibility(StrEnum):
    PUBLIC = "public"
    UNLISTED = "unlisted"
    FOLLOWERS = "followers"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class Media:
    """A picture or video of the post; `path` is the file in the repository, `alt` what it shows."""

    path: str
    alt: str = ""
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


@dataclass(frozen=True, slots=True)
class Post:
    """One Markdown file under `content/posts/`. `accounts` has the groups of the plan already opened."""

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
    media: tuple[Media, ...] = ()
    language: str = ""
    threading: Threading = Threading.MANUAL
    content_warning: str = ""
    visibility: Visibility = Visibility.PUBLIC
    reply_to: str = ""
    quote: str = ""
    repost: str = ""
    poll: Poll | None = None
    first_comment: str = ""
    late: timedelta | None = None
    expects: tuple[tuple[str, int], ...] = ()
    variants: tuple[Override, ...] = ()
    body_line: int = 1
    lines: tuple[tuple[str, int], ...] = ()

    def line(self, key: str) -> int:
        """The line of a front matter key (`variants.x.text` for a nested one); 1 where it does not stand."""
        return dict(self.lines).get(key, 1)

    def override(self, account: Account) -> Override | None:
        """What this post changes for `account`: its own entry first, then its network's, merged key by key."""
        found = {each.key: each for each in self.variants}
        near, far = found.get(account.name), found.get(account.network)
        if near is None or far is None:
            return near or far
        return Override(
            near.key,
            far.text if near.text is None else near.text,
            near.date or far.date,
            far.media if near.media is None else near.media,
            far.tags if near.tags is None else near.tags,
            near.skip or far.skip,
            near.line,
        )


# ── the text ────────────────────────────────────────────────────────────────────────────────────────────────


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
    """

    body: str
    spans: tuple[Span, ...] = ()
    html: str = ""


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
    """What one account will show of one post. `digest` names it: equal digests send the same bytes."""

    post: str
    account: str
    network: str
    at: datetime
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


# ── the delivery ────────────────────────────────────────────────────────────────────────────────────────────


class State(StrEnum):
    SCHEDULED = "scheduled"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNSURE = "unsure"
    MISSED = "missed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Remote:
    """What a network answers for a part: its own id, and the public address where it has one."""

    id: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that one part (from 0) is out."""

    part: int
    id: str
    url: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """A line of a delivery's history: when it took this state, in which run, and why."""

    at: datetime
    state: State
    run: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """(post, account) as the ledger remembers it. `sending` with part n open: receipts has n entries.

    `written` is when the intent of the open part was written down; `key` and `written` stay the same for as long as
    the same request may be sent again. `attempt` counts the tries of the open part.
    """

    post: str
    account: str
    state: State
    due: datetime
    path: str = ""
    attempt: int = 0
    run: str = ""
    commit: str = ""
    digest: str = ""
    key: str = ""
    parts: int = 1
    receipts: tuple[Receipt, ...] = ()
    error: str = ""
    retry_at: datetime | None = None
    history: tuple[Event, ...] = ()
    written: datetime | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """A delivery that the content asks for: the post is ready and names the account. `blocked`: has errors."""

    post: str
    account: str
    due: datetime
    late: timedelta
    digest: str
    text_digest: str = ""
    parts: int = 1
    excerpt: str = ""
    blocked: bool = False
    path: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A post as the calendar and the cross-post rules need it: small enough to keep for 100,000 posts.

    `media` are (path, blob id) as they were when the entry was made; "" for a file that was not there. `refers`
    are the posts it needs: (key, post id or URL, line), key being `reply_to`, `quote` or `repost`.
    """

    path: str
    id: str
    title: str = ""
    date: datetime | None = None
    status: Status = Status.DRAFT
    campaign: str = ""
    pillar: str = ""
    language: str = ""
    tags: tuple[str, ...] = ()
    media: tuple[tuple[str, str], ...] = ()
    refers: tuple[tuple[str, str, int], ...] = ()
    planned: tuple[Planned, ...] = field(default=())
    problems: tuple[Problem, ...] = ()
