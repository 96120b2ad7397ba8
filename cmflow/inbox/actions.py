"""What each verb does: one function, which returns the note that answers the command, "" where that comes later."""

from collections.abc import Mapping
from dataclasses import replace

from cmflow.inbox import answers, marks, relays
from cmflow.inbox.commands import Command, Verb, parse
from cmflow.inbox.duty import Action, Duty, Order, sent, shown
from cmflow.inbox.helpdesk import Note
from cmflow.inbox.refusals import Refusal
from cmflow.inbox.release import release
from cmflow.ledger import read as read_ledger
from cmflow.model import Contact, Label
from cmflow.netkit import addresses
from cmflow.netkit.network import Question
from cmflow.publish import settle
from cmflow.publish.answers import ask
from cmflow.render import Templates
from cmflow.render.template import fill
from cmflow.schedule import OPEN
from cmflow.schedule.steps import Finding

REPLIES = "templates/replies/"


def _reply(duty: Duty, order: Order) -> str:
    text = order.command.argument
    return duty.draft(order, text) if duty.office.rules.approval else duty.answer(order, text)


def _draft(duty: Duty, order: Order) -> str:
    return duty.draft(order, order.command.argument)


def _send(duty: Duty, order: Order) -> str:
    """Send the last draft; where the plan asks for a second person, not by the one who wrote it."""
    draft = _last_draft(duty, order)
    if draft is None:
        raise Refusal("no draft")
    note, command, text = draft
    if duty.office.rules.approval and note.author == order.note.author:
        raise Refusal("second person")
    if sent(note.id) in duty.latest(order.conversation).commands:
        raise Refusal("draft sent")
    if shown(note, text) not in duty.latest(order.conversation).commands:
        raise Refusal("draft changed")
    return duty.answer(replace(order, command=command), text, note)


def _last_draft(duty: Duty, order: Order) -> tuple[Note, Command, str] | None:
    """The note with the last draft, its command, and the text: of a saved reply, as its author filled it."""
    ticket = duty.ticket(order.conversation.ticket)
    verbs = {Verb.DRAFT, Verb.REPLY, Verb.SAVED, Verb.THANKS} if duty.office.rules.approval else {Verb.DRAFT}
    earlier = [note for note in ticket.notes if not note.mark and note.time <= order.note.time] if ticket else []
    for note in sorted(earlier, key=lambda note: (note.time, note.id), reverse=True):
        command = parse(note.text)
        if isinstance(command, Command) and command.verb in verbs and duty.may(note.author):
            return note, command, _text(duty, Order(order.conversation, note, command))
    return None


def _text(duty: Duty, order: Order) -> str:
    """The text of an answer: as it was written, or of a saved reply."""
    if order.command.verb is Verb.THANKS:
        return _filled(duty, order, "thanks", order.command.argument)
    if order.command.verb is Verb.SAVED:
        name, _, argument = order.command.argument.partition("\n")
        name, _, words = name.strip().partition(" ")
        return _filled(duty, order, name, f"{words}\n{argument}".strip())
    return order.command.argument


def _saved(duty: Duty, order: Order) -> str:
    text = _text(duty, order)
    return duty.draft(order, text) if duty.office.rules.approval else duty.answer(order, text)


def _filled(duty: Duty, order: Order, name: str, argument: str) -> str:
    path = f"{REPLIES}{name}.md.j2"
    if path not in duty.office.replies:
        names = sorted(path.removeprefix(REPLIES).removesuffix(".md.j2") for path in duty.office.replies)
        code = "no saved reply" if names else "no saved replies"
        raise Refusal(code, name=name, folder=REPLIES, names=", ".join(names))
    context = {
        "text": argument,
        "brand": duty.office.plan.brand,
        "account": order.conversation.account,
        "author": order.note.author,
        "language": duty.office.plan.language,
    }
    return fill(Templates(duty.office.replies), path, context).strip()


def _hide(duty: Duty, order: Order) -> str:
    conversation, world = order.conversation, duty.office.world
    record, access = world.network(conversation.account), world.access(conversation.account)
    trace = next((trace for trace in reversed(conversation.traces) if not trace.ours and not trace.deleted), None)
    connect, hide = record.connect, record.hide
    if connect is None or hide is None or trace is None or trace.contact is Contact.DIRECT:
        raise Refusal("hide", network=record.title)
    with world.http() as client:
        session = ask(record, access, lambda: connect(client, access), writes=False)
        ask(record, access, lambda: hide(session, Question(conversation.thread, trace)), writes=False)
    return duty.notices.hidden(record.title)


def _spam(duty: Duty, order: Order) -> str:
    ticket, conversation = duty.ticket(order.conversation.ticket), order.conversation
    labels: tuple[str, ...] = ()
    if ticket and not conversation.quarantined:
        labels = (*(label for label in ticket.sheet.labels if label not in [*Label]), Label.SPAM.value)
        duty.office.helpdesk.edit(ticket.id, marks.ticket(conversation), replace(ticket.sheet, labels=labels))
    duty.close(conversation, *labels)
    return duty.notices.closed(Verb.SPAM)


def _done(duty: Duty, order: Order) -> str:
    duty.close(order.conversation)
    return duty.notices.closed(Verb.DONE)


def _settle(duty: Duty, order: Order) -> str:
    """Record what a person found out about the last answer whose end is open."""
    word, _, url = order.command.argument.partition(" ")
    is_lost, url = order.command.argument.lower().startswith("not sent"), url.strip()
    if not is_lost and (word.lower() != "sent" or (url and not addresses.opens(url))):
        raise Refusal("settle")
    world, ledger = duty.office.world, duty.register.ledger
    keys = [
        key
        for key, delivery in read_ledger(ledger).deliveries.items()
        if delivery.path == order.conversation.ticket and delivery.state in OPEN
    ]
    if not keys:
        raise Refusal("nothing open")
    finding = Finding.NOT_SENT if is_lost else Finding.SENT
    for key in keys:
        settle(ledger, key, finding, "" if is_lost else url, world.run, world.clock, world.sleep)
        note = answers.note_of(key)
        latest = duty.latest(order.conversation)
        if not is_lost:
            duty.register.save(replace(latest, commands=tuple(sorted({*latest.commands, note}))))
    return duty.notices.settled(is_lost)


def _open(duty: Duty, order: Order) -> str:
    ticket = duty.ticket(order.conversation.ticket)
    if ticket is None or not order.conversation.quarantined:
        raise Refusal("no list")
    return duty.notices.opened(release(duty.office, duty.register, ticket, order.command.argument))


def _relay(duty: Duty, order: Order) -> str:
    return relays.relay(duty.office, duty.register, order.conversation, order.note.time, order.command.argument)


def _post(duty: Duty, order: Order) -> str:
    return relays.post(duty.office, duty.ticket(order.conversation.ticket), order.conversation, order.command.argument)


ACTIONS: Mapping[Verb, Action] = {
    Verb.REPLY: _reply,
    Verb.DRAFT: _draft,
    Verb.SEND: _send,
    Verb.SAVED: _saved,
    Verb.THANKS: _saved,
    Verb.HIDE: _hide,
    Verb.SPAM: _spam,
    Verb.DONE: _done,
    Verb.SETTLE: _settle,
    Verb.OPEN: _open,
    Verb.RELAY: _relay,
    Verb.POST: _post,
}
