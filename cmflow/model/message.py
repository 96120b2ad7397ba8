"""What people write to us, and what git may keep of it: never a text, never a name."""

from datetime import datetime
from enum import StrEnum

from cmflow.model.post import Visibility
from cmflow.values import dataclass


class Contact(StrEnum):
    """How a person reached us."""

    COMMENT = "comment"  # below a post of ours, or below another comment there
    MENTION = "mention"
    QUOTE = "quote"
    DIRECT = "direct"  # a direct message
    SUGGESTION = "suggestion"  # a post that the audience proposes to us, where a network has such


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a message. `id` never changes there; `handle` is written as people there write it (`@ana@example.org`).

    `ours`: it is our own account, or a person who answers for it.
    """

    id: str
    name: str = ""
    handle: str = ""
    url: str = ""
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """What a person wrote to one of our accounts.

    `id` is the network's own: with it and `conversation`, the adapter finds the message again to answer or hide it.
    `conversation` is the network's id of the thread that an answer belongs to: the first comment of a thread, the room
    of a direct message. `above` is the id of the message that it answers, `post` the id of the post of ours that it is
    about, as a receipt has it; "" where there is none. `text` is plain text. `files` are the addresses of pictures and
    other files, which are never loaded. `until` is when an answer is taken no longer, None where there is no such time.
    `visibility`: an answer must not be seen by more people than the message.
    """

    id: str
    conversation: str
    contact: Contact
    time: datetime
    author: Author
    text: str
    url: str = ""
    above: str = ""
    post: str = ""
    language: str = ""
    files: tuple[str, ...] = ()
    visibility: Visibility = Visibility.PUBLIC
    edited: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """What git keeps of a message: ids, times, hashes.

    `author` and `text` are hashes of who wrote it and of what. `note` is where the ticket has it, "" before it does.
    `deleted` is when it was seen that its author had deleted it.
    """

    id: str
    contact: Contact
    time: datetime
    author: str
    text: str = ""
    above: str = ""
    post: str = ""
    ours: bool = False
    visibility: Visibility = Visibility.PUBLIC
    until: datetime | None = None
    edited: datetime | None = None
    note: str = ""
    deleted: datetime | None = None


@dataclass(frozen=True, slots=True)
class Relay:
    """An issue of another repository that a conversation waits for; `closed` is when it was seen to be closed."""

    repository: str
    number: int
    time: datetime
    closed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """The messages of a thread or person with one account, as git keeps them, oldest first.

    `id` is the network's id of the thread; below a post of ours also, behind a line break, that of its first comment.
    `opened` is when a run was about to open its ticket, `ticket` is that ticket's id: an issue's number, a file's name.
    `labels` are those that cmflow gave it last; `manual`: a person has changed them, so cmflow never does so again.
    `urgent` comes from the plan's rules. `commands` are the notes of people that were carried out, or refused.
    `closed` is when a person ended it; `purged` is when its texts were removed; `quarantined`: it stands in a ticket
    with others, for a person to look at.
    """

    account: str
    network: str
    id: str
    traces: tuple[Trace, ...] = ()
    ticket: str = ""
    opened: datetime | None = None
    labels: tuple[str, ...] = ()
    manual: bool = False
    urgent: bool = False
    campaign: str = ""
    commands: tuple[str, ...] = ()
    relays: tuple[Relay, ...] = ()
    closed: datetime | None = None
    purged: datetime | None = None
    quarantined: bool = False

    @property
    def thread(self) -> str:
        """The network's own id of the thread: what an answer needs."""
        return self.id.partition("\n")[0]

    @property
    def time(self) -> datetime:
        """When it began."""
        return min(trace.time for trace in self.traces)

    def trace(self, id: str) -> Trace | None:
        return next((trace for trace in self.traces if trace.id == id), None)
