"""Answering a message, and hiding one below a post of ours."""

from dataclasses import replace

from cmflow.model import Contact, Remote
from cmflow.model.errors import NotSent, Rejected
from cmflow.netkit import answers, atproto
from cmflow.netkit.atproto import Ask, Json, Session
from cmflow.netkit.network import Outgoing, Question
from cmflow.networks.bluesky import chat, post
from cmflow.networks.bluesky.records import POSTS, RecordAddress, address_of, fields, inside, record_at

GATES = "app.bsky.feed.threadgate"
MOST = 300  # hidden replies of a thread, AT Protocol lexicon app.bsky.feed.threadgate


def reply(session: Session, message: Outgoing, question: Question) -> Remote:
    """A record of a fixed name, so the same request again is the same answer; Rejected where the message is gone."""
    if question.trace.contact is Contact.DIRECT:
        return chat.send(session, message, question)
    parent, root = _thread(session, question.trace.id.partition(" ")[0])
    return post.put(session, _bare(message), {"root": root, "parent": parent})


def find_reply(session: Session, message: Outgoing, question: Question) -> Remote | None:
    if question.trace.contact is Contact.DIRECT:
        return chat.look(session, message, question)
    return post.find(session, _bare(message))


def hide(session: Session, question: Question) -> None:
    """Put the reply on the list of hidden ones of our thread; Rejected where the thread is another account's."""
    target = _gate(session, question)
    gate = record_at(session, target)
    record = dict(inside(gate, "value")) if gate else {}
    hidden = [uri for uri in record.get("hiddenReplies") or () if isinstance(uri, str)]
    uri = question.trace.id.partition(" ")[0]
    if uri in hidden:
        return
    if len(hidden) >= MOST:
        raise Rejected(f"Bluesky hides {MOST} replies of a thread at most.", "Show others again in the app first.")
    created = question.trace.time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    new: Json = {"$type": GATES, "post": question.conversation.partition(" ")[0], "createdAt": created}
    body = {**fields(target), "record": {**new, **record, "hiddenReplies": [*hidden, uri]}}
    ask = Ask("repo.putRecord", body={**body, "swapRecord": gate["cid"] if gate else None}, writes=True)
    answer = session.answer(ask)
    if atproto.error(answer) == "InvalidSwap":
        raise NotSent("The rules of the thread were changed at the same moment.", "cmflow will retry.")
    session.judged(ask, answer)


def _gate(session: Session, question: Question) -> RecordAddress:
    """The rules of our thread that the reply is in, of the same name as its first post."""
    root = question.conversation.partition(" ")[0]
    is_ours = root.startswith(f"at://{session.did}/{POSTS}/")
    if question.trace.contact is Contact.DIRECT or not is_ours or question.trace.id.partition(" ")[0] == root:
        reason = "Only a reply in a thread of this account can be hidden on Bluesky."
        raise Rejected(reason, "Mute or block its author there, or report it.")
    return session.did, GATES, address_of(root)[2]


def _thread(session: Session, uri: str) -> tuple[Json, Json]:
    """The post, and the one that its thread began with: itself where it began one."""
    views = answers.objects(session.ask(Ask("app.bsky.feed.getPosts", params={"uris": [uri]})).get("posts"))
    view = next((dict(item) for item in views or () if item.get("uri") == uri and item.get("cid")), None)
    if view is None:
        raise Rejected("The message is not there any more.", "Its author has deleted it, or hides it from us.")
    itself = {"uri": uri, "cid": view["cid"]}
    root = inside(view, "record", "reply", "root")
    return itself, {"uri": root["uri"], "cid": root["cid"]} if {"uri", "cid"} <= root.keys() else itself


def _bare(message: Outgoing) -> Outgoing:
    """The answer alone: nothing that it quotes, reposts or answers by its own words."""
    return replace(message, variant=replace(message.variant, reply_to="", quote="", repost=""))
