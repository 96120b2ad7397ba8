"""Conversations that another team answers: an issue in their repository, and back to the author when it is closed.

Without the author's name, unless the person who hands it over says so. A closed issue is seldom told to the person who
asked for it: here the conversation opens again, with an answer prepared.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from html import unescape

from cmflow.inbox import marks
from cmflow.inbox.helpdesk import Ticket
from cmflow.inbox.languages import texts
from cmflow.inbox.notices import Notices
from cmflow.inbox.office import Office, Tally
from cmflow.inbox.refusals import Refusal
from cmflow.inbox.register import Register
from cmflow.inbox.tickets import handle, subject
from cmflow.inbox.triage import Triage
from cmflow.inbox.wording import OPEN_TO_ALL, TELL, may_be_quoted
from cmflow.ledger.conversations import name
from cmflow.model import Author, Conversation, Message, Relay, Trace
from cmflow.model.errors import CmflowError, GitHubError

TARGET = re.compile(r"([\w.-]+/[\w.-]+?)(?:#([0-9]{1,9}))?(\s+with name)?\s*")
CODE = re.compile(r"<code>(.*?)</code>", re.DOTALL)
QUOTE = re.compile(r"<blockquote>(.*?)</blockquote>", re.DOTALL)


def relay(office: Office, register: Register, conversation: Conversation, since: datetime, argument: str) -> str:
    """Hand the conversation over, as was asked at `since`; return where it is now. Rejected where that cannot be."""
    match = TARGET.fullmatch(argument)
    if match is None:
        raise Refusal("no repository", name=argument[:80])
    if office.tracker is None:
        raise Refusal("folder")
    repository, number, named = match[1], int(match[2] or 0), bool(match[3])
    ticket = office.helpdesk.read(conversation.ticket)
    message, about = _message(conversation, ticket), subject(conversation, Triage(), office)
    tracker = office.tracker(repository)
    is_told = not tracker.is_public or message.visibility in OPEN_TO_ALL
    address = "" if office.helpdesk.is_public or tracker.is_public or ticket is None else ticket.url
    mark = f"{marks.RELAY} {name(conversation.account, conversation.id)}"
    if number:
        tracker.join(number, mark, office.wording.relay_note(about, message, address, named, is_told))
    else:
        sheet = office.wording.relay(about, message, address, named, is_told)
        number = tracker.open(mark, sheet, since)
    progress, latest = tracker.progress(number), register.conversations[conversation.account, conversation.id]
    handed = Relay(repository, number, office.world.clock().replace(microsecond=0))
    kept = tuple(one for one in latest.relays if (one.repository, one.number) != (repository, number))
    register.save(replace(latest, relays=(*kept, handed)))
    return Notices(office.plan.language).handed(repository, progress.url if progress else f"{repository}#{number}")


def follow(office: Office, register: Register, tally: Tally) -> None:
    """Open the conversations again whose issue the other team has closed, with an answer prepared."""
    for conversation, relay in [*_waiting(register)]:
        try:
            _look(office, register, conversation, relay)
        except CmflowError as error:
            tally.failures.append(f"{relay.repository}#{relay.number}: {error.in_full}")


def _waiting(register: Register) -> Iterator[tuple[Conversation, Relay]]:
    for conversation in register.conversations.values():
        yield from ((conversation, relay) for relay in conversation.relays if relay.closed is None)


def _look(office: Office, register: Register, conversation: Conversation, relay: Relay) -> None:
    if office.tracker is None:
        raise GitHubError("The issue can only be looked at on GitHub.", "Run the inbox there.")
    progress = office.tracker(relay.repository).progress(relay.number)
    if progress is not None and progress.closed is None:
        return
    now = office.world.clock().replace(microsecond=0)
    ticket = office.helpdesk.read(conversation.ticket)
    if ticket and not conversation.purged:
        place = progress.url if progress else f"{relay.repository}#{relay.number}, which is not there any more"
        mark = f"{marks.RELAY} {relay.repository} {relay.number}"
        if not any(note.mark == mark for note in ticket.notes):
            office.helpdesk.add(ticket.id, mark, Notices(office.plan.language).returned(place))
        labels = (*(label for label in ticket.sheet.labels if label != TELL), TELL)
        office.helpdesk.edit(ticket.id, marks.ticket(conversation), replace(ticket.sheet, labels=labels))
        office.helpdesk.reopen(ticket.id)
        conversation = replace(conversation, labels=labels, closed=None)
    relays = tuple(replace(one, closed=now) if one == relay else one for one in conversation.relays)
    register.save(replace(conversation, relays=relays))


def post(office: Office, ticket: Ticket | None, conversation: Conversation, argument: str) -> str:
    """Propose a post made of what the person wrote, which credits them; return where the draft is."""
    if office.propose is None:
        raise Refusal("no proposal")
    message = _message(conversation, ticket)
    if not may_be_quoted(message):
        raise Refusal("not public")
    words = message.text.strip() or "…"
    quote = "\n".join(f"> {line}".rstrip() for line in words.split("\n"))
    sentences, handle = texts(office.plan.language), message.author.handle
    credit = sentences["credit named" if handle else "credit"].format(who=handle)
    title = argument.partition("\n")[0].strip() or sentences["credit title"]
    place = office.propose(name(conversation.account, conversation.id), title, f"{quote}\n\n{credit}")
    return Notices(office.plan.language).proposed(place)


def _message(conversation: Conversation, ticket: Ticket | None) -> Message:
    """The latest message of a person, as far as its ticket has it. Rejected where the text is not there any more."""
    trace = next((trace for trace in reversed(conversation.traces) if not trace.ours and not trace.deleted), None)
    text = _text(ticket, trace) if ticket and trace else None
    if trace is None or ticket is None or text is None:
        raise Refusal("no text")
    author = Author("", handle=handle(ticket, trace))
    return Message(
        trace.id, conversation.id, trace.contact, trace.time, author, text, post=trace.post, visibility=trace.visibility
    )


def _text(ticket: Ticket, trace: Trace) -> str | None:
    """What the note of a message quotes, as plain text."""
    notes = [note.text for note in ticket.notes if note.id == trace.note and note.mark.startswith(marks.MESSAGE)]
    match = QUOTE.search(notes[0]) if notes else None
    return unquote(match[1]) if match else None


def unquote(markdown: str) -> str:
    """The text that was quoted with `quoting.quote`."""
    rows = (CODE.findall(row) for row in markdown.split("<br>"))
    return "\n".join(unescape("".join(row)) for row in rows)
