"""Deliveries, planned and recorded, and the calendar's entry for a post."""

from dataclasses import field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from cmflow.model.money import Money
from cmflow.model.post import Status
from cmflow.model.problem import Problem
from cmflow.values import dataclass


class Key(NamedTuple):
    """What names a delivery: the id of its post, and its account."""

    post: str
    account: str


class State(StrEnum):
    SCHEDULED = "scheduled"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNSURE = "unsure"
    MISSED = "missed"
    SKIPPED = "skipped"


class Trait(StrEnum):
    """What one account's text is made of, as far as statistics compare it."""

    PICTURE = "picture"
    VIDEO = "video"
    LINK = "link"
    THREAD = "thread"
    QUESTION = "question"
    POLL = "poll"


@dataclass(frozen=True, slots=True)
class Remote:
    """What a network answers for a part: its own id, and the public address where it has one."""

    id: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that one part (from 0) was published."""

    part: int
    id: str
    url: str
    time: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """A line of a delivery's history: when it took this state, in which run, and why.

    `places` are the addresses that it had before, where a person unpublished it or had it published again.
    """

    time: datetime
    state: State
    run: str = ""
    note: str = ""
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Transfer:
    """A large file of the open part on its way to the network. `id` is what the network calls the upload: never a word
    that lets anybody write to it. `file` names the bytes; so many of them have `arrived` for sure.

    `requested` is when the request that makes the post was about to begin: without it, there is certainly no post.
    """

    id: str
    file: str
    time: datetime
    arrived: int = 0
    requested: datetime | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """(post, account) as the ledger remembers it. `sending` with part n open: receipts has n entries.

    `written` is when the intent of the open part was written down; `key` and `written` stay the same for as long as
    the same request may be sent again. `attempt` counts the requests for the open part that got no clear answer, with
    the one that is being made. `described` is what `digest` would be of what was sent with the alt texts that it has
    been given since; "" where it has those that it was sent with.
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
    transfer: Transfer | None = None
    described: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """A delivery that the content asks for: the post is ready and names the account. `blocked`: has errors.

    `unapproved` says whose approval it waits for; "" where it needs none, or has them all. `held` says which stop or
    pause holds it, or that the ledger lost it; `withheld` why a run would not send it now, as far as that is known
    beforehand. `traits`, `language` and `version`, that of an A/B test, are what statistics compare. `cost` is what the
    network charges for it, `reading` what at most for its figures, once per day; None where it charges nothing.
    """

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
    unapproved: str = ""
    held: str = ""
    withheld: str = ""
    traits: tuple[Trait, ...] = ()
    language: str = ""
    cost: Money | None = None
    version: str = ""
    reading: Money | None = None


CONTENT = 40  # digits of a digest that name what is sent; those behind them name where it goes


def same_content(digest: str, second: str) -> bool:
    """Return whether the same is sent, wherever it goes: a digest from before 2026-11-29 names only what is sent."""
    return digest[:CONTENT] == second[:CONTENT]


def is_edited(delivery: Delivery, planned: Planned) -> bool:
    """Return whether what is planned now is not what the delivery is of.

    What was sent stays as it is where its account moves to another server; of what was not, the server is a part, too.
    """
    if not delivery.digest:
        return False
    if delivery.state is State.SENT:
        return not same_content(delivery.described or delivery.digest, planned.digest)
    return delivery.digest != planned.digest


@dataclass(frozen=True, slots=True)
class Entry:
    """A post as the calendar and the cross-post rules need it: small enough to keep for 100,000 posts.

    `media` are (path, blob id) as they were when the entry was made; "" for a file that was not there. `refers`
    are the posts it needs: (key, post id or URL, line), key being `reply_to`, `quote` or `repost`. `media` are in the
    order of the post. `text` is all that its accounts show, each line once: what a search looks at. `expects` is what
    the post should achieve: (metric, number). `test` names its A/B test.
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
    text: str = ""
    expects: tuple[tuple[str, int], ...] = ()
    test: str = ""
