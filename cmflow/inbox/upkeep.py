"""Tidy up: texts that are older than the plan keeps them go, and so do those of a person who asks for it.

Counts stay: ids, times and kinds are on the branch, without a text or a name.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from cmflow.inbox import marks, quarantine
from cmflow.inbox.helpdesk import Ticket
from cmflow.inbox.office import Office, Tally
from cmflow.inbox.register import Register, open_register
from cmflow.inbox.tickets import handle, subject, until
from cmflow.inbox.triage import Triage
from cmflow.inbox.wording import Removal, bare
from cmflow.ledger import Ledger
from cmflow.ledger.conversations import HELPDESK, voice
from cmflow.model import Conversation
from cmflow.model.errors import NotAllowed, NotTaken, SourceError

TOGETHER = 50  # conversations whose texts one run removes


def serve(office: Office, register: Register, tally: Tally) -> None:
    """Remove the texts of conversations that have been quiet for longer than the plan keeps texts."""
    limit = office.world.clock() - office.rules.keep
    quiet = [
        conversation
        for conversation in register.conversations.values()
        if conversation.ticket and not conversation.purged and max(_times(conversation)) < limit
    ]
    for conversation in quiet[:TOGETHER]:
        remove(office, register, conversation, Removal.PURGED)
        tally.purged += 1


def close_windows(office: Office, register: Register, tally: Tally) -> None:
    """Say in the tickets for which the time for an answer has passed since the last run that it has.

    Called before the commands are carried out: a run that is killed here does it again.
    """
    now, cursor = office.world.clock(), register.cursors.get(HELPDESK)
    last_run = cursor.time if cursor else datetime.min.replace(tzinfo=UTC)
    for conversation in register.conversations.values():
        is_shown = conversation.ticket and not (conversation.quarantined or conversation.closed or conversation.purged)
        end = until(conversation)
        if is_shown and end and last_run <= end <= now:
            try:
                _show_closed(office, conversation, now)
            except (NotAllowed, NotTaken) as error:
                tally.failures.append(f"ticket {conversation.ticket}: {error.in_full}")
                tally.person = True


def _show_closed(office: Office, conversation: Conversation, now: datetime) -> None:
    ticket = office.helpdesk.read(conversation.ticket)
    latest = next(trace for trace in reversed(conversation.traces) if not trace.ours)
    if ticket:
        about = subject(conversation, Triage(urgent=conversation.urgent), office)
        body = office.wording.sheet(about, bare(latest), now).body
        office.helpdesk.edit(ticket.id, marks.ticket(conversation), replace(ticket.sheet, body=body))


def forget(office: Office, ledger: Ledger, author: str) -> int:
    """Remove the texts of every conversation that this person wrote in; return how many those are.

    `author` is the name that the tickets show, or the network's own id of the person. Raises SourceError for a person
    whom no ticket has.
    """
    register = open_register(ledger, office.world.run, office.world.clock)
    try:
        conversations = [one for one in register.conversations.values() if one.ticket and not one.purged]
        tickets: dict[str, Ticket | None] = {}
        for one in conversations:  # thousands may be in one list
            if one.ticket not in tickets:
                tickets[one.ticket] = _read(office, one)
        voices = {voice for one in conversations for voice in _matching(one, tickets[one.ticket], author)}
        theirs = [one for one in conversations if any(trace.author in voices for trace in one.traces)]
        if not theirs:
            raise SourceError(f"No ticket has a message of {author}.", "Write the name as the tickets show it.")
        for conversation in theirs:
            remove(office, register, conversation, Removal.FORGOTTEN)
        return len(theirs)
    finally:
        register.close()


def _matching(conversation: Conversation, ticket: Ticket | None, author: str) -> set[str]:
    """As whom git knows the person in this conversation: by their id, or by the name in the ticket."""
    by_id = {trace.author for trace in conversation.traces if trace.author == voice(conversation.network, author)}
    if by_id or ticket is None:
        return by_id
    if conversation.quarantined:
        is_listed = any(f"`{author}`" in line for line in quarantine.lines(ticket, conversation))
        return {trace.author for trace in conversation.traces if is_listed and not trace.ours}
    return {trace.author for trace in conversation.traces if handle(ticket, trace) == author}


def _read(office: Office, conversation: Conversation) -> Ticket | None:
    """The ticket; None where it is not there, or a person has broken its file: that does not stop the others."""
    try:
        return office.helpdesk.read(conversation.ticket)
    except SourceError:
        return None


def remove(office: Office, register: Register, conversation: Conversation, removal: Removal) -> None:
    """Delete the notes with what people wrote, say so, and close the ticket. The branch keeps counts and times.

    Drafts of answers go as well where they mention the person. What the team wrote is the team's.
    """
    now = office.world.clock().replace(microsecond=0)
    ticket = office.helpdesk.read(conversation.ticket)
    if ticket and conversation.quarantined and removal is Removal.FORGOTTEN:
        quarantine.strike(office, ticket, conversation)
    elif ticket:
        mark = f"{marks.PURGED} {removal.value}"
        if not any(note.mark == mark for note in ticket.notes):
            about = subject(conversation, Triage(), office)
            text = office.wording.stripped_note(about, conversation.traces[0], removal, office.rules.keep.days)
            office.helpdesk.add(conversation.ticket, mark, text)
        office.helpdesk.close(conversation.ticket)
        names = {handle(ticket, trace) for trace in conversation.traces} - {""}
        for note in ticket.notes:
            if note.mark.startswith(marks.MESSAGE) or (note.mark and any(name in note.text for name in names)):
                office.helpdesk.erase(note)
    register.save(replace(conversation, purged=now, closed=conversation.closed or now))


def _times(conversation: Conversation) -> Iterable[datetime]:
    return (trace.time for trace in conversation.traces)
