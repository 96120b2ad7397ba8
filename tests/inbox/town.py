"""A small town: people who write to an account, a helpdesk that keeps its own list, and a world around them.

Every write of the two has a moment before and after it, at which a run may be killed.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from cmflow.inbox.answers import World
from cmflow.inbox.helpdesk import Note, Sheet, Ticket
from cmflow.inbox.office import About, Office
from cmflow.inbox.wording import Wording
from cmflow.model import Account, Author, Contact, Inbox, Message, Plan, Receipt, Remote, Visibility
from cmflow.model.errors import Unsure
from cmflow.netkit import network as networks
from cmflow.netkit.network import Access, Inquiry, Mail, Network, Outgoing, Question
from cmflow.repository import shipped

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
ANA = Author("1", "Ana", "@ana@example.org")
BEN = Author("2", "Ben", "@ben@example.org")


def _nothing(moment: str) -> None:
    """No run is killed."""


@dataclass
class Clock:
    time: datetime = NOON

    def __call__(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@dataclass
class Town:
    """What people wrote, and what we answered, in the order it came. `mute`: the answer to a reply is lost."""

    clock: Clock
    messages: dict[str, Message] = field(default_factory=dict)
    answers: list[tuple[str, str]] = field(default_factory=list)  # the message that is answered, and the text
    deleted: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    audiences: list[Visibility] = field(default_factory=list)
    moment: Callable[[str], None] = _nothing
    mute: bool = False
    page: int = 100

    def write(self, text: str, author: Author = ANA, **changes: Any) -> Message:
        id = changes.pop("id", f"m{len(self.messages) + 1}")
        fields = {"conversation": id, "contact": Contact.MENTION, "url": f"https://town.example/{id}"} | changes
        message = Message(id, time=self.clock(), author=author, text=text, **fields)
        self.messages[id] = message
        return message

    def amend(self, id: str, text: str) -> None:
        self.messages[id] = replace(self.messages[id], text=text, edited=self.clock())

    def remove(self, id: str) -> None:
        del self.messages[id]
        self.deleted.append(id)

    # ── as a network ────────────────────────────────────────────────────────────────────────────────────────

    def inbox(self, session: Any, inquiry: Inquiry) -> Mail:
        everything = list(self.messages.values())
        start = int(inquiry.cursor or 0)
        fresh = everything[start : start + self.page]
        watched = {trace.id for trace in inquiry.watched}
        again = [message for message in everything[:start] if message.id in watched]
        gone = tuple(trace.id for trace in inquiry.watched if trace.id in self.deleted)
        end = start + len(fresh)
        return Mail((*again, *fresh), str(end), gone, more=end < len(everything))

    def reply(self, session: Any, message: Outgoing, question: Question) -> Remote:
        self.moment("before the reply")
        self.audiences.append(message.variant.visibility)
        self.answers.append((question.trace.id, message.part.form.body))
        self.moment("after the reply")
        if self.mute:
            raise Unsure("The town did not answer.")
        return self._remote(len(self.answers))

    def find_reply(self, session: Any, message: Outgoing, question: Question) -> Remote | None:
        wanted = (question.trace.id, message.part.form.body)
        found = [number for number, answer in enumerate(self.answers, 1) if answer == wanted]
        free = [number for number in found if self._remote(number).id not in message.known]
        return self._remote(free[0]) if free else None

    def hide(self, session: Any, question: Question) -> None:
        self.hidden.append(question.trace.id)

    def _remote(self, number: int) -> Remote:
        return Remote(f"a{number}", f"https://town.example/a{number}")

    @property
    def network(self) -> Network[Any]:
        known = networks.load("mastodon")
        return Network(
            "mastodon",
            "Mastodon",
            "",
            known.limits,
            connect=lambda http, access: self,
            publish=known.publish,
            inbox=self.inbox,
            reply=self.reply,
            find_reply=self.find_reply,
            hide=self.hide,
            addressed=True,
        )


@dataclass
class Board:
    """A helpdesk in memory. `people` may answer."""

    clock: Clock
    people: set[str] = field(default_factory=lambda: {"cm", "boss"})
    tickets: dict[str, Ticket] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    changed: dict[str, datetime] = field(default_factory=dict)
    moment: Callable[[str], None] = _nothing
    is_public: bool = False
    location: str = "7 harbour/inbox"
    edits: list[str] = field(default_factory=list)
    count: int = 0

    def say(self, ticket: str, text: str, author: str = "cm") -> Note:
        """A person writes a note."""
        return self._write(ticket, author, "", text)

    def label(self, ticket: str, *labels: str) -> None:
        current = self.tickets[ticket]
        self._put(replace(current, sheet=replace(current.sheet, labels=labels)))

    def notes(self, ticket: str, begin: str = "cmflow-") -> list[str]:
        """The texts of our notes there with such a mark."""
        return [note.text for note in self.tickets[ticket].notes if note.mark.startswith(begin)]

    # ── as a helpdesk ───────────────────────────────────────────────────────────────────────────────────────

    def find(self, mark: str, since: datetime) -> str | None:
        return next((ticket for ticket, own in self.marks.items() if own == mark), None)

    def open(self, mark: str, sheet: Sheet) -> str:
        self.moment("before a ticket")
        id = str(len(self.marks) + 1)
        self.marks[id] = mark
        self._put(Ticket(id, sheet, f"https://desk.example/{id}"))
        self.moment("after a ticket")
        return id

    def read(self, ticket: str) -> Ticket | None:
        return self.tickets.get(ticket)

    def edit(self, ticket: str, mark: str, sheet: Sheet) -> None:
        self.edits.append(ticket)
        self._put(replace(self.tickets[ticket], sheet=sheet))

    def close(self, ticket: str) -> None:
        self._put(replace(self.tickets[ticket], is_open=False))

    def reopen(self, ticket: str) -> None:
        self._put(replace(self.tickets[ticket], is_open=True))

    def add(self, ticket: str, mark: str, text: str) -> Note:
        self.moment("before a note")
        note = self._write(ticket, "cmflow", mark, text)
        self.moment("after a note")
        return note

    def revise(self, note: Note, text: str) -> None:
        self._replace(note, replace(note, text=text))

    def erase(self, note: Note) -> None:
        self._replace(note)

    def news(self, since: datetime, tickets: Collection[str]) -> tuple[Note, ...]:
        everything = [note for id in tickets if id in self.tickets for note in self.tickets[id].notes]
        return tuple(note for note in everything if note.time >= since and not note.mark)

    def changes(self, since: datetime) -> tuple[Ticket, ...]:
        return tuple(replace(self.tickets[id], notes=()) for id, time in self.changed.items() if time >= since)

    def missing(self, tickets: Collection[str]) -> frozenset[str]:
        return frozenset(tickets) - self.tickets.keys()

    def may_answer(self, login: str) -> bool:
        return login in self.people

    def _write(self, ticket: str, author: str, mark: str, text: str) -> Note:
        self.count += 1
        note = Note(f"n{self.count}", ticket, author, text, self.clock(), mark)
        current = self.tickets[ticket]
        self._put(replace(current, notes=(*current.notes, note)))
        return note

    def _replace(self, note: Note, *notes: Note) -> None:
        current = self.tickets[note.ticket]
        kept = [new for old in current.notes for new in (notes if old.id == note.id else (old,))]
        self._put(replace(current, notes=tuple(kept)))

    def _put(self, ticket: Ticket) -> None:
        self.tickets[ticket.id] = ticket
        self.changed[ticket.id] = self.clock()


@dataclass
class Week:
    """A town, a board, and the office between them."""

    clock: Clock = field(default_factory=Clock)
    rules: Inbox = Inbox()  # noqa: RUF009
    account: str = "team"
    was: str = ""
    runs: int = 0
    town: Town = field(init=False)
    board: Board = field(init=False)

    def __post_init__(self) -> None:
        self.town, self.board = Town(self.clock), Board(self.clock)

    def office(self, **changes: Any) -> Office:
        self.runs += 1
        options = (("instance", "https://town.example"),)
        account = Account(self.account, "mastodon", options=options, was=self.was)
        plan = Plan("Harbour", "Europe/Berlin", "en", (account,), inbox=self.rules)
        wording = Wording(shipped.templates("templates/github"), plan.zone, plan.language)
        world = World(
            lambda name: self.town.network,
            lambda name: Access(account),
            lambda: httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(500))),
            self.clock,
            self.clock.sleep,
            f"run {self.runs}",
        )
        return replace(Office(plan, self.board, wording, world, _receipts, _about), **changes)


def _receipts(account: str) -> tuple[Receipt, ...]:
    return ()


def _about(account: str, post: str) -> About | None:
    return About("open-day", "Open day", "https://desk.example/open-day", "spring") if post == "p1" else None
