"""Conversations of too many strangers at once: one ticket lists them, and a person opens those that matter."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from cmflow.inbox import marks
from cmflow.inbox.helpdesk import Ticket
from cmflow.inbox.office import Office, Tally
from cmflow.inbox.register import Register
from cmflow.ledger.conversations import fingerprint
from cmflow.model import Conversation, Message
from cmflow.netkit import network as networks
from cmflow.values import dataclass

DAY = timedelta(days=1)


@dataclass(slots=True)
class Quarantine:
    """Lists conversations during one run. `texts` is what it has heard, by account and id."""

    office: Office
    register: Register
    tally: Tally
    texts: Mapping[tuple[str, str], Message]

    def serve(self, changed: Sequence[Conversation]) -> None:
        """List those that have no ticket yet; what follows in the others is only counted."""
        groups: dict[str, list[Conversation]] = defaultdict(list)
        for conversation in changed:
            groups[conversation.account].append(conversation)
        for account, conversations in groups.items():
            self.register.save(*(one for one in conversations if one.ticket))
            self._list(account, sorted((one for one in conversations if not one.ticket), key=_order))

    def _list(self, account: str, fresh: Sequence[Conversation]) -> None:
        """Intent first: the numbers, and when it began, are on the branch before the list is anywhere."""
        if not fresh:
            return
        now = self.office.world.clock().replace(microsecond=0)
        known = self._known(account, now)
        start = 1 + max((_number(one) for one in known), default=0)
        began = min((one.opened for one in (*known, *fresh) if one.opened), default=now)
        numbered = [_numbered(one, number, began) for number, one in enumerate(fresh, start)]
        self.register.save(*numbered)
        ticket = next((one.ticket for one in known), "") or self._ticket(account, began)
        self._add(ticket, fresh, start)
        self.office.helpdesk.reopen(ticket)
        self.tally.quarantined += len(fresh)
        self.register.save(*(replace(one, ticket=ticket) for one in numbered))

    def _known(self, account: str, now: datetime) -> list[Conversation]:
        """Those of the last day, whose ticket the new ones join."""
        return [
            one
            for one in self.register.conversations.values()
            if one.account == account and one.quarantined and one.ticket and one.opened and now - one.opened < DAY
        ]

    def _ticket(self, account: str, began: datetime) -> str:
        mark = f"{marks.QUARANTINE} {fingerprint(account)} {began:%Y%m%dT%H%M%S}"
        helpdesk = self.office.helpdesk
        return helpdesk.find(mark, began) or helpdesk.open(mark, self.office.wording.quarantine(account))

    def _add(self, ticket: str, fresh: Sequence[Conversation], start: int) -> None:
        mark = f"{marks.LIST} {start} {len(fresh)}"
        current = self.office.helpdesk.read(ticket)
        if current and any(note.mark == mark for note in current.notes):
            return  # an earlier run was killed after it
        messages = [message for one in fresh if (message := self._first(one))]
        title = networks.load(fresh[0].network).title
        self.office.helpdesk.add(ticket, mark, self.office.wording.quarantined(title, messages, start))

    def _first(self, conversation: Conversation) -> Message | None:
        texts = (self.texts.get((conversation.account, trace.id)) for trace in conversation.traces)
        return next(filter(None, texts), None)


def lines(ticket: Ticket, conversation: Conversation) -> tuple[str, ...]:
    """The lines of the list that show this conversation."""
    begin = f"{_number(conversation)}. "
    texts = (note.text for note in ticket.notes if note.mark.startswith(marks.LIST))
    return tuple(line for text in texts for line in text.splitlines() if line.startswith(begin))


def strike(office: Office, ticket: Ticket, conversation: Conversation) -> None:
    """Take what the list shows of this conversation out of it; GitHub keeps no version of a note that is deleted."""
    gone, current = lines(ticket, conversation), office.helpdesk.read(ticket.id)
    for note in current.notes if current else ():  # as it is now: this run may have taken others out
        if note.mark.startswith(marks.LIST) and set(gone) & {*note.text.splitlines()}:
            kept = [f"{line.partition('. ')[0]}. …" if line in gone else line for line in note.text.splitlines()]
            office.helpdesk.add(ticket.id, note.mark, "\n".join(kept))  # first: a run that is killed loses no line
            office.helpdesk.erase(note)


def _order(conversation: Conversation) -> tuple[datetime, str]:
    return conversation.time, conversation.id


def _number(conversation: Conversation) -> int:
    """Its number in the list: instead of the id of a note, its first message has `#7`."""
    note = conversation.traces[0].note
    return int(note[1:]) if note[:1] == "#" and note[1:].isdigit() else 0


def _numbered(conversation: Conversation, number: int, began: datetime) -> Conversation:
    traces = tuple(replace(trace, note=trace.note or f"#{number}") for trace in conversation.traces)
    return replace(conversation, traces=traces, opened=began)
