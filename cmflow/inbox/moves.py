"""The plan names another repository for conversations: those of the former one end, and a person learns which.

Numbers of tickets mean something else in another repository, so a ticket that is left behind is remembered with its
repository, `our-team/inbox#12`. Where the plan names that one again, its conversations go on.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from cmflow.inbox.office import Office, Tally
from cmflow.inbox.register import Register
from cmflow.ledger.conversations import HELPDESK
from cmflow.model import Conversation
from cmflow.problems.plural import counted

NAMED = 20  # tickets that are named


def follow(office: Office, register: Register, tally: Tally) -> None:
    """End the conversations whose tickets are in another repository, and go on with those whose tickets are here.

    Folders are left alone: each clone has its own.
    """
    cursor, location = register.cursors.get(HELPDESK), office.helpdesk.location
    if cursor is None or not (cursor.text and location) or _identity(cursor.text) == _identity(location):
        return
    now = office.world.clock().replace(microsecond=0)
    conversations, name = tuple(register.conversations.values()), _name(cursor.text)
    register.save(*_away(conversations, name, now), *_back(office, conversations))
    ended = [
        conversation
        for conversation in register.conversations.values()
        if conversation.ticket.startswith(f"{name}#")
        and conversation.closed
        and conversation.closed > cursor.time
        and not conversation.purged
    ]
    if ended:  # told again where a run was killed before it could tell
        tally.failures.append(_sentence(ended, name, _name(location)))
        tally.person = True


def _away(conversations: Iterable[Conversation], name: str, now: datetime) -> Iterator[Conversation]:
    """The conversations of the repository that was the plan's: ended, with their tickets there."""
    for conversation in conversations:
        if (number := conversation.ticket).isdigit():
            yield replace(conversation, ticket=f"{name}#{number}", closed=conversation.closed or now)


def _back(office: Office, conversations: Iterable[Conversation]) -> Iterator[Conversation]:
    """The conversations of the repository that is the plan's again."""
    begin = f"{_name(office.helpdesk.location)}#"
    for conversation in conversations:
        if conversation.ticket.startswith(begin):
            ticket = office.helpdesk.read(number := conversation.ticket.removeprefix(begin))
            is_open = ticket is not None and ticket.is_open
            yield replace(conversation, ticket=number, closed=None if is_open else conversation.closed)


def _sentence(ended: Iterable[Conversation], former: str, current: str) -> str:
    numbers = sorted((int(conversation.ticket.rpartition("#")[2]), conversation.account) for conversation in ended)
    tickets = dict.fromkeys(f"#{number} ({account})" for number, account in numbers)
    more = f" and {len(tickets) - NAMED:,} more" if len(tickets) > NAMED else ""
    pronoun = "its ticket" if len(tickets) == 1 else "their tickets"
    return (
        f"The plan keeps conversations in {current} now, so {counted(len(tickets), 'open conversation')} of {former} "
        f"ended: {', '.join([*tickets][:NAMED])}{more}. What is written under {pronoun} is not carried out: answer on "
        f"the network, or name {former} under inbox: repository: again. Anyone who writes again gets a ticket in "
        f"{current}."
    )


def _identity(location: str) -> str:
    """A repository that is renamed keeps its id."""
    return location.partition(" ")[0]


def _name(location: str) -> str:
    return location.partition(" ")[2]
