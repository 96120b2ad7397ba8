"""Answering a message: a post below it, which only people who can see the message can see."""

from collections.abc import Mapping
from dataclasses import replace

from cmflow.model import Contact, Remote, Visibility
from cmflow.model.errors import NotSent, Rejected
from cmflow.netkit import rest
from cmflow.netkit.mail import narrowest
from cmflow.netkit.network import Outgoing, Question
from cmflow.netkit.rest import ApiClient
from cmflow.networks.mastodon import post, timeline
from cmflow.networks.mastodon.call import MISSING, Status, segment

QUESTION = "the question"  # stands for its address, which nothing is known of


def reply(api: ApiClient, message: Outgoing, question: Question) -> Remote:
    """Raises `Rejected` where the message is not there, or where its author would not be told of the answer."""
    answer = api.ask("GET", f"/api/v1/statuses/{segment(question.trace.id)}", fine=MISSING)
    status = rest.document(answer)
    if answer.status_code in MISSING:
        raise Rejected("The message is not there any more.", "Its author has deleted it, or hides it from us.")
    if not isinstance(status, Mapping):
        raise NotSent(f"{api.title} returned an answer that cannot be read.", "cmflow will retry.")
    _require_mention(message, status)
    return post.publish(api, _outgoing(message, question), ())


def find_reply(api: ApiClient, message: Outgoing, question: Question) -> Remote | None:
    return timeline.find_below(api, _outgoing(message, question), question.trace.id)


def _outgoing(message: Outgoing, question: Question) -> Outgoing:
    """The answer as a post below the message, with an audience that is not larger."""
    trace = question.trace
    limit = Visibility.PRIVATE if trace.contact is Contact.DIRECT else trace.visibility
    visibility = narrowest(message.variant.visibility, limit)
    variant = replace(message.variant, reply_to=QUESTION, visibility=visibility, quote="", repost="")
    return replace(message, variant=variant, ids=((QUESTION, trace.id),), below="")


def _require_mention(message: Outgoing, status: Status) -> None:
    """A post reaches those whom it mentions, and a direct one no one else."""
    account = status.get("account")
    handle = str(account.get("acct") or "") if isinstance(account, Mapping) else ""
    if handle and f"@{handle}".lower() not in message.part.form.body.lower():
        raise Rejected(f"The answer does not mention @{handle}, who would not see it.", f"Begin it with @{handle}")
