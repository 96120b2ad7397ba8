"""Carry out what people write under tickets. Each command is answered by one note of ours, and done once.

A command whose answer is in the ticket is on the branch as done. One that was interrupted is met again by the next
run: then the delivery says whether the answer was sent, and our note, known by its mark, is not written twice.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, replace
from datetime import datetime, timedelta

from cmflow.inbox import answers, marks
from cmflow.inbox.answers import Answer, Ready
from cmflow.inbox.commands import Command, Unknown, Verb, parse
from cmflow.inbox.helpdesk import Note, Ticket
from cmflow.inbox.notices import Notices, objections
from cmflow.inbox.office import Office, Tally
from cmflow.inbox.refusals import Refusal
from cmflow.inbox.register import Register
from cmflow.inbox.tickets import handle
from cmflow.ledger import conversations as branch
from cmflow.ledger import read as read_ledger
from cmflow.model import Conversation, Delivery, Key, State, Trace
from cmflow.model.errors import CmflowError, NotAllowed, NotTaken, Unavailable
from cmflow.publish import Outcome
from cmflow.schedule import OPEN, Do
from cmflow.values import dataclass

ON_LISTS = (Verb.OPEN, Verb.SPAM, Verb.DONE)  # what can be done with a list of the quarantine
OVERLAP = timedelta(hours=1)  # a helpdesk's list of news may be behind by so much, and so may its clock
FIRST = timedelta(days=1)  # how far the first run looks back for commands


@dataclass(frozen=True, slots=True)
class Order:
    """A command, the note it is in, and the conversation it is about."""

    conversation: Conversation
    note: Note
    command: Command


@dataclass(slots=True)
class Duty:
    """What people want done, during one run. `actions` does it, and returns the note that answers, "" for none yet."""

    office: Office
    register: Register
    tally: Tally
    actions: "Mapping[Verb, Action]"
    tickets: dict[str, Ticket | None] = field(default_factory=dict)
    writers: dict[str, bool] = field(default_factory=dict)
    ready: list[tuple[Order, Ready]] = field(default_factory=list)

    @property
    def notices(self) -> Notices:
        return Notices(self.office.plan.language)

    def serve(self) -> None:
        """Follow what people changed, and carry out what they wrote, since the last run."""
        now = self.office.world.clock().replace(microsecond=0)
        cursor = self.register.cursors.get(branch.HELPDESK)
        since = cursor.time - OVERLAP if cursor else now - FIRST
        self._follow(since, now)
        for conversation, note, command in self._commands(since):
            if isinstance(command, Unknown):
                self.tally.refused += 1
                self._say(conversation, note, self.notices.unknown(command))
                self._finish(conversation, note)
            else:
                self._carry_out(Order(conversation, note, command))
        self._deliver()
        location = self.office.helpdesk.location or (cursor.text if cursor else "")
        self.register.save(cursors={branch.HELPDESK: branch.Cursor(location, now)})

    # ── what people changed ─────────────────────────────────────────────────────────────────────────────────

    def _follow(self, since: datetime, now: datetime) -> None:
        """A person's labels win for good; who closes a ticket ends the conversation."""
        own = {one.ticket: one for one in self._conversations() if not one.quarantined}
        for ticket in self.office.helpdesk.changes(since):
            if conversation := own.get(ticket.id):
                self.register.save(_followed(conversation, ticket, now))
        self._end_without_ticket(now)

    def _end_without_ticket(self, now: datetime) -> None:
        """Who deletes a ticket, or moves it away, ends the conversation, until its author writes again."""
        waiting = [one for one in self._conversations() if one.closed is None and not one.purged]
        missing = self.office.helpdesk.missing({one.ticket for one in waiting})
        self.tally.ended += len(missing)
        self.register.save(*(replace(one, closed=now) for one in waiting if one.ticket in missing))

    def _conversations(self) -> Iterator[Conversation]:
        return (one for one in self.register.conversations.values() if one.ticket)

    # ── what people wrote ───────────────────────────────────────────────────────────────────────────────────

    def _commands(self, since: datetime) -> Iterator[tuple[Conversation, Note, Command | Unknown]]:
        """Yield what is not carried out yet, in the order in which it was written; of those who may command alone."""
        own = {one.ticket: one for one in self._conversations()}
        notes = {note.id: note for note in (*self._unfinished(own), *self.office.helpdesk.news(since, own.keys()))}
        for note in sorted(notes.values(), key=lambda note: (note.time, note.id)):
            conversation = own.get(note.ticket)
            command = parse(note.text)
            if conversation and command and not self._is_finished(conversation, note) and self.may(note.author):
                is_list = conversation.quarantined  # as it was: its conversation may have got its own ticket since
                yield conversation if is_list else self.latest(conversation), note, command

    def _is_finished(self, conversation: Conversation, note: Note) -> bool:
        """Whether it is carried out. A list is of many conversations, which come and go: there, our answer tells."""
        ticket = self.ticket(conversation.ticket) if conversation.quarantined else None
        mark = f"{marks.ANSWER} {note.id}"
        is_answered = any(one.mark == mark for one in (ticket.notes if ticket else ()))
        return is_answered or note.id in self.latest(conversation).commands

    def _unfinished(self, own: Mapping[str, Conversation]) -> Iterator[Note]:
        """The notes whose answers were begun, and have no end yet."""
        for key, delivery in read_ledger(self.register.ledger).deliveries.items():
            conversation = own.get(delivery.path)
            note = answers.note_of(key)
            if conversation and note and note not in conversation.commands:
                ticket = self.ticket(conversation.ticket)
                yield from (one for one in ticket.notes if one.id == note) if ticket else ()

    def may(self, login: str) -> bool:
        if login not in self.writers:
            self.writers[login] = self.office.helpdesk.may_answer(login)
        return self.writers[login]

    def _carry_out(self, order: Order) -> None:
        try:
            if order.conversation.quarantined and order.command.verb not in ON_LISTS:
                raise Refusal("list")
            text = self.actions[order.command.verb](self, order)
        except Unavailable:  # not for the person to repeat: this run ends, and the next one carries it out
            raise
        except CmflowError as error:
            self.tally.refused += 1
            text = self.notices.refused(error)
        if text:
            self._say(order.conversation, order.note, text)
            self._finish(order.conversation, order.note)

    # ── answers ─────────────────────────────────────────────────────────────────────────────────────────────

    def answer(self, order: Order, text: str, note: Note | None = None) -> str:
        """Have the answer sent with the others of this run; why it is not, else ""."""
        answer = self._answer_to(order, text, note or order.note)
        if any(ready.answer.key == answer.key for _, ready in self.ready):
            raise Refusal("sending")
        self.ready.append((order, self._ready(answer)))
        return ""

    def draft(self, order: Order, text: str) -> str:
        """Show how the answer will look, and remember what was shown: nothing else is sent with `/send`."""
        ready = self._ready(self._answer_to(order, text, order.note))
        latest = self.latest(order.conversation)
        self.register.save(replace(latest, commands=tuple(sorted({*latest.commands, shown(order.note, text)}))))
        return self.notices.draft(ready, answers.lengths(ready, self.office.plan), self.office.rules.approval)

    def _ready(self, answer: Answer) -> Ready:
        """The answer as the network gets it; Refusal where it cannot be sent so."""
        account = self.office.plan.account(answer.conversation.account)
        if account is None:
            raise Refusal("no account", account=answer.conversation.account)
        record = self.office.world.network(account.name)
        if refusal := answers.refusal(answer, record, self.office.world.clock()):
            raise refusal
        variant, problems = answers.render(answer, account, record, self.office.plan)
        if reason := objections(problems):
            raise Refusal("objection", reason=reason)
        if variant is None or len(variant.parts) != 1:
            raise Refusal("one message")
        return Ready(answer, variant)

    def _answer_to(self, order: Order, text: str, note: Note) -> Answer:
        conversation = order.conversation
        traces = [trace for trace in conversation.traces if not trace.ours]
        if not traces:
            raise Refusal("no message")
        trace = max(traces, key=lambda trace: (trace.deleted is None, trace.time, trace.id))
        ticket = self.ticket(conversation.ticket)
        name = handle(ticket, trace) if ticket else ""
        return Answer(note.id, conversation.ticket, conversation, trace, text, note.time, name)

    def _deliver(self) -> None:
        if not self.ready:
            return
        summary = answers.send([ready for _, ready in self.ready], self.office.world, self.register.ledger)
        self.tally.bugs += summary.bugs
        outcomes = {Key(outcome.post, outcome.account): outcome for outcome in summary.outcomes}
        deliveries = read_ledger(self.register.ledger, outcomes.keys()).deliveries
        for order, ready in self.ready:
            key = ready.answer.key
            self._report(order, ready, outcomes[key], deliveries.get(key))

    def _report(self, order: Order, ready: Ready, outcome: Outcome, delivery: Delivery | None) -> None:
        conversation = self.latest(order.conversation)
        self.tally.person |= outcome.person
        if delivery and delivery.state is State.SENT:
            self.tally.sent.extend(receipt.url or receipt.id for receipt in delivery.receipts)
            self._say(conversation, order.note, self.notices.sent(delivery, order.command.verb, self.office.stop))
            if order.command.verb is Verb.THANKS:
                self.close(conversation)  # before the command counts as done: a run that is killed closes it then
            self.register.save(_answered(self.latest(conversation), ready.answer, delivery, order))
            return
        self._say(conversation, order.note, self.notices.outcome(outcome, delivery, _continues(outcome, delivery)))
        if not _continues(outcome, delivery):
            self.tally.refused += 1
            self._finish(conversation, order.note)

    # ── the ticket ──────────────────────────────────────────────────────────────────────────────────────────

    def close(self, conversation: Conversation, *labels: str) -> None:
        """Close the ticket, and remember that a person ended the conversation."""
        now = self.office.world.clock().replace(microsecond=0)
        self.office.helpdesk.close(conversation.ticket)
        shared = [one for one in self.register.conversations.values() if one.ticket == conversation.ticket]
        self.register.save(
            *(
                replace(one, closed=now, labels=labels or one.labels, manual=one.manual or bool(labels))
                for one in shared
            )
        )

    def latest(self, conversation: Conversation) -> Conversation:
        return self.register.conversations[conversation.account, conversation.id]

    def _finish(self, conversation: Conversation, note: Note) -> None:
        latest = self.latest(conversation)
        self.register.save(replace(latest, commands=tuple(sorted({*latest.commands, note.id}))))

    def _say(self, conversation: Conversation, note: Note, text: str) -> None:
        """Answer a command by one note, whatever its text was before."""
        mark = f"{marks.ANSWER} {note.id}"
        ticket = self.ticket(conversation.ticket)
        own = next((one for one in ticket.notes if one.mark == mark), None) if ticket else None
        try:
            if own is None:
                self.office.helpdesk.add(conversation.ticket, mark, text)
            elif own.text.strip() != text.strip():
                self.office.helpdesk.revise(own, text)
        except (NotAllowed, NotTaken) as error:  # a locked issue: the answer is sent, and only the note is missing
            self.tally.failures.append(f"ticket {conversation.ticket}: {error.in_full}")
            self.tally.person = True

    def ticket(self, id: str) -> Ticket | None:
        if id not in self.tickets:
            self.tickets[id] = self.office.helpdesk.read(id)
        return self.tickets[id]


def shown(note: Note, text: str) -> str:
    """What remembers that this text of a draft was shown."""
    return f"{note.id} {branch.fingerprint(text)}"


def sent(draft: str) -> str:
    """What remembers that the draft in the note with this id was sent."""
    return f"{draft} sent"


def _followed(conversation: Conversation, ticket: Ticket, now: datetime) -> Conversation:
    labels = tuple(sorted(ticket.sheet.labels))
    changed = labels != tuple(sorted(conversation.labels))
    closed = (conversation.closed or now) if not ticket.is_open else None
    return replace(
        conversation,
        labels=labels if changed else conversation.labels,
        manual=conversation.manual or changed,
        closed=closed,
    )


def _answered(conversation: Conversation, answer: Answer, delivery: Delivery, order: Order) -> Conversation:
    """The conversation with our answer in it, and the command done."""
    known = {trace.id for trace in conversation.traces}
    own = tuple(
        Trace(
            receipt.id or answer.id,  # of one that a person has seen, nothing else is known
            answer.trace.contact,
            receipt.time.replace(microsecond=0),
            "",
            above=answer.trace.id,
            ours=True,
            note=order.note.id,
        )
        for receipt in delivery.receipts
        if (receipt.id or answer.id) not in known
    )
    traces = tuple(sorted((*conversation.traces, *own), key=lambda trace: (trace.time, trace.id)))
    drafts = {sent(answer.note)} if answer.note != order.note.id else set()
    commands = tuple(sorted({*conversation.commands, order.note.id, *drafts}))
    return replace(conversation, traces=traces, commands=commands)


def _continues(outcome: Outcome, delivery: Delivery | None) -> bool:
    """Whether the next run can go on with it by itself, or a person is asked to settle it."""
    if delivery is None:
        return outcome.did in (Do.WAIT, Do.SEND) and not outcome.person
    return delivery.state in OPEN or delivery.retry_at is not None


Action = Callable[[Duty, Order], str]
