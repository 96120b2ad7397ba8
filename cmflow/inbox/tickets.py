"""Bring the helpdesk in line with the conversations: tickets are opened, messages added, edits and deletions followed.

The order keeps a run that is killed from writing twice: what is about to be written is on the branch first, then it is
written with a mark, then the branch knows where. What an earlier run was about to write is looked for by its mark.

What people wrote, and who they are, is in notes alone, never in a title or a body: GitHub keeps every former version
of those, while a note that is deleted is gone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime

from cmflow.inbox import marks
from cmflow.inbox.helpdesk import Ticket
from cmflow.inbox.languages import texts
from cmflow.inbox.office import Office, Tally
from cmflow.inbox.register import Name, Register, key
from cmflow.inbox.triage import Triage
from cmflow.inbox.wording import OwnPost, Removal, Subject
from cmflow.model import Contact, Conversation, Message, Trace
from cmflow.model.errors import GitHubError, NotAllowed, NotTaken
from cmflow.netkit import network as networks
from cmflow.render.escape import OwnWords
from cmflow.values import dataclass

TOGETHER = 10  # conversations per commit

Texts = Mapping[tuple[str, str], Message]  # by account and id: what this run has heard


@dataclass(slots=True)
class Clerk:
    """Writes tickets during one run. `before` are the conversations as they were when it began."""

    office: Office
    register: Register
    tally: Tally
    texts: Texts
    triages: Mapping[Name, Triage]
    before: Mapping[Name, Conversation] = field(default_factory=dict)

    def serve(self, changed: Sequence[Conversation]) -> None:
        """Write all that is new of these conversations; raises GitHubError and the like where the helpdesk cannot.

        One ticket that takes nothing, such as a locked issue, does not stop the others.
        """
        now = self.office.world.clock().replace(microsecond=0)
        self.register.save(*(self._intent(conversation, now) for conversation in changed))
        refusals: list[GitHubError] = []
        for start in range(0, len(changed), TOGETHER):
            served = [self._attempted(conversation, refusals) for conversation in changed[start : start + TOGETHER]]
            self.register.save(*filter(None, served))
        if refusals and len(refusals) == len(changed):
            raise refusals[0]  # no ticket takes anything: then nothing counts as heard

    def _attempted(self, conversation: Conversation, refusals: list[GitHubError]) -> Conversation | None:
        try:
            return self._served(conversation)
        except (NotAllowed, NotTaken) as error:
            refusals.append(error)
            place = f"ticket {conversation.ticket}" if conversation.ticket else conversation.account
            self.tally.failures.append(f"{place}: {error.in_full}")
            self.tally.person = True
            return None

    def _intent(self, conversation: Conversation, now: datetime) -> Conversation:
        """The conversation with its new messages, and older ones as they are still shown."""
        shown = self._shown(conversation)
        traces = tuple(shown.get(trace.id, trace) for trace in conversation.traces)
        return replace(conversation, traces=traces, opened=conversation.opened or now)

    def _shown(self, conversation: Conversation) -> dict[str, Trace]:
        """Its messages as they were when this run began."""
        previous = self.before.get(key(conversation))
        return {trace.id: trace for trace in previous.traces} if previous else {}

    def _served(self, conversation: Conversation) -> Conversation:
        """The conversation as it is once the helpdesk shows all of it."""
        conversation = replace(conversation, opened=self.register.conversations[key(conversation)].opened)
        ticket = self.office.helpdesk.read(conversation.ticket) if conversation.ticket else None
        if ticket is None:  # it is new, or a person has deleted the ticket or moved it away
            conversation = self._opened(conversation)
        return self._updated(conversation, ticket) if conversation.ticket else conversation

    def _opened(self, conversation: Conversation) -> Conversation:
        """With its ticket; without one where no message of it was heard by this run: then its turn comes again."""
        heard = [trace for trace in conversation.traces if self._message(conversation, trace)]
        first = next(iter(heard), None)
        if first is None:
            return replace(conversation, ticket="")
        began, mark = self.before.get(key(conversation)), marks.ticket(conversation)
        sheet = self.office.wording.sheet(
            self._subject(conversation), self.texts[conversation.account, first.id], self.office.world.clock()
        )
        ticket = self.office.helpdesk.find(mark, began.opened) if began and began.opened else None
        ticket = ticket or self.office.helpdesk.open(mark, sheet)
        self.tally.opened.append(conversation)
        urgent = conversation.urgent or self._triage(conversation).urgent
        return replace(conversation, ticket=ticket, labels=sheet.labels, urgent=urgent)

    def _updated(self, conversation: Conversation, ticket: Ticket | None) -> Conversation:
        """`ticket` is None where it was opened just now, or its opening was interrupted."""
        shown, previous = self._shown(conversation), self.before.get(key(conversation))
        ticket = ticket or (self.office.helpdesk.read(conversation.ticket) if previous else None)
        is_unread = (
            ticket and not ticket.is_open and self._is_unread(conversation, ticket)
        )  # a person closed it by hand
        if is_unread or (previous and previous.closed and conversation.closed is None):
            self.office.helpdesk.reopen(conversation.ticket)  # before the message: what a run was doing is done again
        traces = tuple(self._trace(conversation, trace, shown.get(trace.id), ticket) for trace in conversation.traces)
        if previous and until(previous) != until(conversation):
            self._show_window(conversation, ticket)
        return replace(conversation, traces=traces)

    def _is_unread(self, conversation: Conversation, ticket: Ticket) -> bool:
        """Whether a person has written something that was not in the ticket when it was closed."""
        written = {note.mark for note in ticket.notes}
        messages = (
            self._message(conversation, trace) for trace in conversation.traces if not (trace.ours or trace.note)
        )
        return any(
            message and marks.message(conversation.account, message.id, message.author) not in written
            for message in messages
        )

    def _show_window(self, conversation: Conversation, ticket: Ticket | None) -> None:
        """Until when an answer is taken, and what one can do, as of the latest message."""
        texts = (self._message(conversation, trace) for trace in reversed(conversation.traces) if not trace.ours)
        latest = next(filter(None, texts), None)
        if latest and ticket:
            sheet = self.office.wording.sheet(self._subject(conversation), latest, self.office.world.clock())
            sheet = replace(sheet, title=ticket.sheet.title, labels=ticket.sheet.labels)
            self.office.helpdesk.edit(conversation.ticket, marks.ticket(conversation), sheet)

    # ── messages ────────────────────────────────────────────────────────────────────────────────────────────

    def _trace(self, conversation: Conversation, trace: Trace, shown: Trace | None, ticket: Ticket | None) -> Trace:
        message = self._message(conversation, trace)
        if trace.deleted:
            if trace.note and shown and not shown.deleted:
                self._erase(conversation, trace, ticket)
        elif not trace.note:
            return replace(trace, note=self._added(conversation, message, ticket)) if message else trace
        elif message and shown and shown.text != trace.text:
            self._revise(conversation, trace, message, ticket)
        return trace

    def _added(self, conversation: Conversation, message: Message, ticket: Ticket | None) -> str:
        mark = marks.message(conversation.account, message.id, message.author)
        known = next((note for note in ticket.notes if note.mark == mark), None) if ticket else None
        self.tally.messages += known is None
        note = known or self.office.helpdesk.add(conversation.ticket, mark, self._note(conversation, message))
        return note.id

    def _revise(self, conversation: Conversation, trace: Trace, message: Message, ticket: Ticket | None) -> None:
        self.tally.edited += 1
        for note in ticket.notes if ticket else ():
            if note.id == trace.note and note.mark:
                self.office.helpdesk.revise(note, self._note(conversation, message))

    def _erase(self, conversation: Conversation, trace: Trace, ticket: Ticket | None) -> None:
        """What its author has deleted goes from the ticket as well; that it was there is still told."""
        self.tally.deleted += 1
        for note in ticket.notes if ticket else ():
            if note.id == trace.note and note.mark:
                text = self.office.wording.stripped_note(self._subject(conversation), trace, Removal.DELETED)
                mark = f"{marks.message(conversation.account, trace.id)} deleted"
                if ticket and mark not in {note.mark for note in ticket.notes}:
                    self.office.helpdesk.add(conversation.ticket, mark, text)
                self.office.helpdesk.erase(note)

    def _message(self, conversation: Conversation, trace: Trace) -> Message | None:
        return self.texts.get((conversation.account, trace.id))

    def _note(self, conversation: Conversation, message: Message) -> str:
        """With the reasons for its labels, where it is the first message."""
        about = self._subject(conversation)
        is_first = message.id == conversation.traces[0].id
        return self.office.wording.note(about if is_first else replace(about, reasons=()), message)

    def _triage(self, conversation: Conversation) -> Triage:
        return self.triages.get(key(conversation), Triage())

    def _subject(self, conversation: Conversation) -> Subject:
        return subject(conversation, self._triage(conversation), self.office)


def subject(conversation: Conversation, triage: Triage, office: Office) -> Subject:
    """What the ticket shows besides the messages."""
    record = networks.load(conversation.network)
    post = next((trace.post for trace in conversation.traces if trace.post), "")
    about = office.about(conversation.account, post) if post else None
    return Subject(
        conversation.account,
        record.title,
        triage.label,
        triage.urgent,
        triage.reasons,
        OwnPost(about.title or about.post, about.url) if about else None,
        triage.assign,
        record.reply is None,
        record.hide is None or conversation.traces[0].contact is Contact.DIRECT,
        () if office.tracker else (("relay", OwnWords(texts(office.plan.language)["no relay"])),),
    )


def handle(ticket: Ticket, trace: Trace) -> str:
    """The handle of a message's author, or their name, from the mark of its note: an answer may have to mention it."""
    words = next((note.mark.split(" ") for note in ticket.notes if note.id == trace.note and note.mark), [])
    try:
        return bytes.fromhex(words[2]).decode() if len(words) == 3 else ""
    except ValueError:
        return ""


def until(conversation: Conversation) -> datetime | None:
    """Until when the network takes an answer to the latest message of a person; None for no such limit."""
    return next((trace.until for trace in reversed(conversation.traces) if not trace.ours), None)
