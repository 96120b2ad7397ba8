"""Answering a message in its own room, and removing one from ours."""

from dataclasses import replace
from datetime import UTC, datetime

from cmflow.model import Contact, Remote
from cmflow.model.errors import Denied, Rejected
from cmflow.netkit import rest
from cmflow.netkit.errors import unreadable
from cmflow.netkit.network import Outgoing, Question
from cmflow.networks.matrix.call import MESSAGE, Content, Matrix, segment
from cmflow.networks.matrix.conversation import THREAD, inside
from cmflow.networks.matrix.event import message_content
from cmflow.networks.matrix.post import REMEMBERED
from cmflow.networks.matrix.room import INVITE
from cmflow.networks.matrix.timeline import answer_in


def reply(matrix: Matrix, message: Outgoing, question: Question) -> Remote:
    """The transaction is the key, as for a post: an intent that is older than servers remember is looked for first."""
    place = _place(matrix, question)
    event = _event(place, question.trace.id)
    if place.now and place.now - datetime.fromtimestamp(message.written, UTC) > REMEMBERED:
        remote = find_reply(matrix, message, question)
        if remote:
            return remote
    content = _content(message, question, event)
    answer = place.api.write("PUT", f"{place.path}/send/{MESSAGE}/{segment(message.key)}", json=content, fine=(403,))
    if answer.status_code == 403:
        raise Denied(place.api.sentence(answer), f"{place.user} may not write in {place.shown}. {INVITE}")
    number = rest.text(answer, "event_id")
    if not number:
        raise unreadable("Matrix", writes=True)
    return place.remote(number)


def find_reply(matrix: Matrix, message: Outgoing, question: Question) -> Remote | None:
    return answer_in(_place(matrix, question), message, question.trace.id)


def hide(matrix: Matrix, question: Question) -> None:
    """Remove a message from the room for all, as a moderator may; Rejected where the account may not."""
    if question.trace.contact is Contact.DIRECT:
        raise Rejected("A direct message cannot be hidden on Matrix.", "Ignore or report its author in an app.")
    id = question.trace.id
    path = f"{matrix.path}/redact/{segment(id)}/{segment('cmflow-hide-' + id)}"
    answer = matrix.api.write("PUT", path, json={}, fine=(403, 404))
    if answer.status_code == 403:
        reason = f"{matrix.user} may not remove messages of others in {matrix.shown}."
        raise Rejected(reason, "Ask a moderator of the room to raise its power level, or to remove the message.")


def _place(matrix: Matrix, question: Question) -> Matrix:
    """The room of the conversation: that of direct messages is named by its id."""
    if question.trace.contact is not Contact.DIRECT:
        return matrix
    room = question.conversation
    if not room.startswith("!") or room == matrix.room:
        raise Rejected("This direct message has no room of its own.", "Answer it by hand: the link is above.")
    place = replace(matrix, room=room, shown=room)
    sealed = place.api.ask("GET", f"{place.path}/state/m.room.encryption/", fine=(403, 404))
    if sealed.is_success and rest.text(sealed, "algorithm"):
        raise Rejected("These direct messages are encrypted, and cmflow cannot encrypt.", "Answer them in an app.")
    return place


def _event(place: Matrix, id: str) -> Content:
    """The message that is answered; an event without content is left of one that was deleted."""
    answer = place.api.ask("GET", f"{place.path}/event/{segment(id)}", fine=(403, 404))
    event = rest.document(answer) if answer.is_success else {}
    if not isinstance(event, dict) or not event.get("content"):
        raise Rejected("The message is not there any more.", "Its author or a moderator has removed it.")
    return event


def _content(message: Outgoing, question: Question, event: Content) -> Content:
    """In the thread of the question where it is in one; its author is notified."""
    content = message_content(message)
    mentions = [*content["m.mentions"].get("user_ids", ()), event.get("sender")]
    related = inside(event, "content", "m.relates_to")
    relation: Content = {"m.in_reply_to": {"event_id": question.trace.id}}
    if related.get("rel_type") == THREAD:
        relation |= {"rel_type": THREAD, "event_id": related.get("event_id"), "is_falling_back": False}
    users = list(dict.fromkeys(user for user in mentions if isinstance(user, str)))
    return content | {"m.mentions": {"user_ids": users}, "m.relates_to": relation}
