"""Where conversations are kept for people: issues on GitHub, or files in a folder. Both are a `Helpdesk`.

Everything that cmflow writes there carries a mark, so that what a run was writing when it was killed is found again
and is not written twice. Notes without a mark are people's.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from cmflow.values import dataclass


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a ticket shows: title and body (Markdown), labels, and the logins of those who look after it."""

    title: str
    body: str
    labels: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """A comment on a ticket. `mark` is "" for one that a person wrote; `ticket` is the ticket's id."""

    id: str
    ticket: str
    author: str
    text: str
    time: datetime
    mark: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A conversation as people see it. `notes` are in the order in which they were written."""

    id: str
    sheet: Sheet
    url: str = ""
    is_open: bool = True
    notes: tuple[Note, ...] = ()


class Helpdesk(Protocol):
    """Every method raises GitHubError (or SourceError, of a folder) where it cannot be done.

    Reading a ticket that was deleted, or moved to where we cannot follow, gives None.
    """

    @property
    def is_public(self) -> bool:
        """Whether anybody can read what is written here."""

    @property
    def location(self) -> str:
        """The repository that it is in: its id, which a renaming keeps, and its name; "" for a folder."""

    def find(self, mark: str, since: datetime) -> str | None:
        """The id of the ticket of ours with that mark, open or closed, which was written at `since` or later."""

    def open(self, mark: str, sheet: Sheet) -> str:
        """Open a ticket; return its id. Labels that do not exist are created; a login that cannot be assigned is left
        out."""

    def read(self, ticket: str) -> Ticket | None:
        """The ticket with all its notes."""

    def edit(self, ticket: str, mark: str, sheet: Sheet) -> None:
        """Let the ticket show this sheet: title, body, labels; people who were assigned stay assigned."""

    def close(self, ticket: str) -> None:
        """Close the ticket; closing twice is closing once."""

    def reopen(self, ticket: str) -> None: ...

    def add(self, ticket: str, mark: str, text: str) -> Note:
        """Write a note of ours."""

    def revise(self, note: Note, text: str) -> None:
        """Replace the text of a note of ours; one that was deleted stays deleted."""

    def erase(self, note: Note) -> None:
        """Delete a note of ours; erasing twice is erasing once."""

    def news(self, since: datetime, tickets: Collection[str]) -> tuple[Note, ...]:
        """People's notes on these tickets, written or edited at `since` or later, oldest first."""

    def changes(self, since: datetime) -> tuple[Ticket, ...]:
        """Our tickets that changed at `since` or later, without their notes: people close, reopen and label them."""

    def missing(self, tickets: Collection[str]) -> frozenset[str]:
        """Those of these open tickets that were deleted, or moved to where we cannot follow, as far as that is sure."""

    def may_answer(self, login: str) -> bool:
        """Whether that person may speak for the account: write access."""
