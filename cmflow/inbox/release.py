"""A conversation of the quarantine gets a ticket of its own. The line of the list is all that is known of its text."""

import re
from dataclasses import replace

from cmflow.inbox import marks, quarantine
from cmflow.inbox.helpdesk import Ticket
from cmflow.inbox.office import Office
from cmflow.inbox.refusals import Refusal
from cmflow.inbox.register import Register
from cmflow.inbox.tickets import subject
from cmflow.inbox.triage import triage
from cmflow.inbox.wording import Subject
from cmflow.model import Author, Conversation, Message


def _span(name: str) -> str:
    """Inline code, whose text gets that name. What it holds has no row of backticks as long as those around it."""
    return f"(?>(?P<{name}_fence>`+) ?(?P<{name}>.+?) ?(?<!`)(?P={name}_fence)(?!`))"


# `wording.quarantined` writes them: 3. `Ana` (`@ana@example.org`) · `Hello` · [Open it on Mastodon](https://…) (`…`)
_LINE = re.compile(
    rf"\d+\. (?:{_span('name')}(?: \({_span('handle')}\))? · )?(?:{_span('text')}|“”)"
    r"(?: · \[[^]]*\]\((?P<url>[^)\s]+)\) .*)?"
)


def release(office: Office, register: Register, ticket: Ticket, argument: str) -> str:
    """Open its ticket; return the address. Rejected where the list has no conversation with that number.

    The line goes from the list then: who is forgotten, or whose text is old, is in their own ticket alone.
    """
    conversation, line = _chosen(register, ticket, argument)
    message = _message(conversation, line)
    about = subject(conversation, triage(message, conversation.account, office.rules), office)
    own = _ticket(office, conversation, about, message)
    note = _note(office, own, about, message, marks.message(conversation.account, message.id))
    quarantine.strike(office, ticket, conversation)
    labels, traces = own.sheet.labels, tuple(replace(trace, note=note) for trace in conversation.traces)
    register.save(
        replace(conversation, ticket=own.id, quarantined=False, labels=labels, urgent=about.urgent, traces=traces)
    )
    return own.url or own.id


def _chosen(register: Register, ticket: Ticket, argument: str) -> tuple[Conversation, str]:
    number = argument.strip().lstrip("#")
    listed = (one for one in register.conversations.values() if one.ticket == ticket.id and one.quarantined)
    conversation = next((one for one in listed if one.traces[0].note == f"#{number}"), None)
    line = next(iter(quarantine.lines(ticket, conversation)), None) if conversation else None
    if conversation is None or line is None or conversation.purged:
        raise Refusal("not listed", number=number)
    return conversation, line


def _message(conversation: Conversation, line: str) -> Message:
    """The message as far as the line has it: nothing of one that an earlier run took out of the list."""
    match, first = _LINE.fullmatch(line), conversation.traces[0]
    author = (match["handle"] or match["name"] or "") if match else ""
    return Message(
        first.id,
        conversation.id,
        first.contact,
        first.time,
        Author("", handle="" if author.endswith("…") else author),
        (match["text"] or "") if match else "",
        (match["url"] or "") if match else "",
        post=first.post,
        visibility=first.visibility,
        until=first.until,
    )


def _ticket(office: Office, conversation: Conversation, about: Subject, message: Message) -> Ticket:
    """Its ticket, which an earlier run may have opened."""
    mark = marks.ticket(conversation)
    helpdesk, since = office.helpdesk, conversation.opened or conversation.time
    id = helpdesk.find(mark, since) or helpdesk.open(mark, office.wording.sheet(about, message, office.world.clock()))
    ticket = helpdesk.read(id)
    if ticket is None:
        raise Refusal("no ticket")
    return ticket


def _note(office: Office, ticket: Ticket, about: Subject, message: Message, mark: str) -> str:
    """The id of the note with its text, which an earlier run may have written."""
    note = next((note for note in ticket.notes if note.mark.startswith(mark)), None)
    full = marks.message(about.account, message.id, message.author)
    return (note or office.helpdesk.add(ticket.id, full, office.wording.note(about, message))).id
