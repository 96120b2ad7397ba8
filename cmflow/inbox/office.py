"""What a run of the inbox needs from outside, and what it tells at its end."""

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, NamedTuple

from cmflow.inbox.answers import World
from cmflow.inbox.helpdesk import Helpdesk
from cmflow.inbox.wording import Wording
from cmflow.model import Conversation, Inbox, Plan, Receipt, Stop
from cmflow.values import dataclass

if TYPE_CHECKING:
    from cmflow.inbox.tracker import Tracker


class About(NamedTuple):
    """The post of ours that a conversation is about: its id and title, the address of its file, its campaign."""

    post: str
    title: str = ""
    url: str = ""
    campaign: str = ""


@dataclass(frozen=True, slots=True)
class Office:
    """`receipts` are those of published posts by account, the newest first; `about` tells which post a network's id
    belongs to. `replies` are the saved replies by path. `stop` is in force while publishing is stopped.

    `tracker` gives the issues of another team by their repository; `propose` writes a draft (its name, title and text)
    and returns where it is. Either is None where that cannot be done.
    """

    plan: Plan
    helpdesk: Helpdesk
    wording: Wording
    world: World
    receipts: Callable[[str], tuple[Receipt, ...]]
    about: Callable[[str, str], About | None]
    replies: Mapping[str, str] = field(default_factory=dict)
    stop: Stop | None = None
    tracker: "Callable[[str], Tracker] | None" = None
    propose: Callable[[str, str, str], str] | None = None

    @property
    def rules(self) -> Inbox:
        return self.plan.inbox or Inbox()


@dataclass(slots=True)
class Tally:
    """What a run did, and what it could not do: sentences about an account, or about a ticket."""

    opened: list[Conversation] = field(default_factory=list)
    messages: int = 0
    edited: int = 0
    deleted: int = 0
    quarantined: int = 0
    ended: int = 0  # tickets that a person has deleted or moved
    purged: int = 0
    sent: list[str] = field(default_factory=list)  # addresses of answers
    refused: int = 0
    gaps: dict[str, None] = field(default_factory=dict)  # in order, once each
    failures: list[str] = field(default_factory=list)
    bugs: list[Exception] = field(default_factory=list)
    person: bool = False
