"""Answering a post or a direct message, and hiding an answer to a post of ours."""

from dataclasses import replace

from cmflow.model import Contact, Remote
from cmflow.model.errors import Rejected
from cmflow.netkit.network import Outgoing, Question
from cmflow.networks.x import letters, post, timeline
from cmflow.networks.x.call import X

BY_HAND = (
    "X takes answers of apps only where the author mentioned or quoted the account. Answer by hand: the link is in the "
    "ticket."
)


def reply(session: X, outgoing: Outgoing, question: Question) -> Remote:
    """X refuses an answer to a post that is gone, or whose author has not mentioned or quoted us."""
    if question.trace.contact is Contact.DIRECT:
        return letters.send(session, outgoing, question)
    try:
        return post.publish(session, _below(outgoing, question), ())
    except Rejected as error:
        raise Rejected(str(error), BY_HAND) from None


def find_reply(session: X, outgoing: Outgoing, question: Question) -> Remote | None:
    if question.trace.contact is Contact.DIRECT:
        return letters.find(session, outgoing, question)
    return timeline.find_below(session, outgoing, question.trace.id)


def hide(session: X, question: Question) -> None:
    """Hide an answer behind the icon for hidden ones; only the account that began the conversation may."""
    if question.trace.contact is Contact.DIRECT:
        raise Rejected("A direct message cannot be hidden on X.", "Block or report its author there.")
    path = f"/2/tweets/{question.trace.id}/hidden"
    try:
        session.api.write("PUT", path, json={"hidden": True}, fine=(404,))
    except Rejected as error:
        reason = f"X hides only answers to posts of this account. {error}"
        raise Rejected(reason, "Mute or block its author there, or report it.") from None


def _below(outgoing: Outgoing, question: Question) -> Outgoing:
    """The answer as a post below the message."""
    return replace(outgoing, variant=replace(outgoing.variant, reply_to=question.trace.id, quote="", repost=""))
