"""The conversations as a list: what is open, since when, and whether anybody has answered. No text, no name."""

from datetime import datetime

from cmflow.content.local_time import local
from cmflow.inbox.wording import ACCOUNT, INBOX, URGENT
from cmflow.ledger import Ledger, conversations
from cmflow.model import Conversation
from cmflow.problems.plural import counted
from cmflow.values import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One conversation; `answered` is when we wrote last, None where the last word is theirs."""

    ticket: str
    account: str
    labels: tuple[str, ...]
    messages: int
    began: datetime
    latest: datetime
    answered: datetime | None
    urgent: bool
    closed: datetime | None

    @property
    def state(self) -> str:
        if self.closed:
            return "closed"
        return "answered" if self.answered else "open"

    def line(self, zone: str) -> str:
        """`3f9a02c1  open  urgent  facebook-en  2026-12-01 12:30  2 messages  complaint`, the time in that zone"""
        urgent = ("urgent",) * self.urgent
        words = (
            self.ticket,
            self.state,
            *urgent,
            self.account,
            local(self.latest, zone),
            counted(self.messages, "message"),
            *self.labels,
        )
        return "  ".join(words)

    def as_dict(self) -> dict[str, object]:
        return {
            "ticket": self.ticket,
            "account": self.account,
            "state": self.state,
            "urgent": self.urgent,
            "labels": list(self.labels),
            "messages": self.messages,
            "began": self.began.isoformat(),
            "latest": self.latest.isoformat(),
            "answered": self.answered.isoformat() if self.answered else None,
        }


def rows(ledger: Ledger, everything: bool = False) -> tuple[Row, ...]:
    """The open conversations of the local branch, or all of them: urgent ones first, then the longest waiting."""
    inbox = conversations.read(ledger)
    known = [one for one in inbox.conversations if one.ticket and one.traces]
    aside = sorted((one for one in known if one.quarantined), key=lambda one: one.closed is None)
    lists = {one.ticket: one for one in aside}  # one row for all that are in it: open if one of them is
    listed = [_row(one) for one in (*lists.values(), *(one for one in known if not one.quarantined))]
    chosen = [row for row in listed if everything or row.closed is None]
    return tuple(sorted(chosen, key=lambda row: (bool(row.answered), not row.urgent, row.latest, row.ticket)))


def _row(conversation: Conversation) -> Row:
    last = conversation.traces[-1]
    return Row(
        conversation.ticket,
        conversation.account,
        tuple(name for name in conversation.labels if name not in (INBOX, URGENT) and not name.startswith(ACCOUNT)),
        sum(not trace.ours for trace in conversation.traces),
        conversation.time,
        last.time,
        last.time if last.ours else None,
        conversation.urgent,
        conversation.closed,
    )
