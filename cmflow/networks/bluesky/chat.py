"""Direct messages: a service of its own, which an app password may use only where it was made for it.

https://docs.bsky.app/docs/api/chat-bsky-convo-list-convos, lexicons of chat.bsky.convo, read 2026-11-29. Revisions are
in the order in which things happened, so that of the newest is how far was read.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from cmflow.model import Author, Contact, Message, Remote, Visibility
from cmflow.model.errors import DeliveryError, Rejected, Unsure
from cmflow.netkit import answers, atproto
from cmflow.netkit.atproto import Ask, Json, Session
from cmflow.netkit.errors import LOOK, unreadable
from cmflow.netkit.mail import follow, gather, identity, name, words
from cmflow.netkit.network import Outgoing, Question
from cmflow.networks.bluesky.facets import facets
from cmflow.networks.bluesky.records import inside
from cmflow.values import dataclass

PROXY = "did:web:api.bsky.chat#bsky_chat"
VIEW = "chat.bsky.convo.defs#messageView"
GROUP = "chat.bsky.convo.defs#groupConvo"
PAGE, PAGES = 50, 4
MARGIN = timedelta(minutes=1)  # their clock and ours
CLOSED = (
    "Direct messages on Bluesky are not read: the app password does not allow it. Create one that does (“Allow access "
    "to your direct messages”), and hand it to cmflow."
)
GROUPS = "Group chats on Bluesky are not read: look there yourself."


class Item(NamedTuple):
    """A message of a conversation, whose `members` are profiles by DID."""

    conversation: str
    members: Mapping[str, Mapping[str, Any]]
    message: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Letters:
    """`extra` is the revision that was read last."""

    messages: tuple[Message, ...] = ()
    extra: str = ""
    gaps: tuple[str, ...] = ()


def letters(session: Session, revision: str, since: datetime) -> Letters:
    """What is new since that revision, or, the first time, since then. What goes wrong there is a gap."""
    try:
        conversations, latest, gaps = _conversations(session, revision, since)
        items = [item for conversation in conversations for item in _items(session, conversation, revision, since)]
    except DeliveryError as error:
        closed = "Bad token" in str(error)
        return Letters((), revision, (CLOSED if closed else f"Direct messages on Bluesky could not be read: {error}",))
    messages, odd = gather("Bluesky", items, lambda item: _message(session, item))
    return Letters(messages, latest, (*odd, *gaps))


def may_read(session: Session) -> bool:
    """Whether the app password was made for direct messages, as far as the service says so now."""
    try:
        _ask(session, "listConvos", {"limit": 1})
    except DeliveryError:
        return False
    return True


def send(session: Session, message: Outgoing, question: Question) -> Remote:
    """The service has no keys, so it is looked first whether the answer is there: the same key makes no second one."""
    sent = look(session, message, question)
    if sent:
        return sent
    text: Json = {"text": message.part.form.body, "facets": facets(session, message.part.form)}
    body = {"convoId": question.conversation, "message": {name: value for name, value in text.items() if value}}
    ask = Ask("chat.bsky.convo.sendMessage", body=body, needs=("id",), writes=True, address=session.home, proxy=PROXY)
    answer = session.answer(ask)
    if answer.status_code == 400 and not atproto.is_denied(answer):
        raise Rejected("Bluesky does not take the direct message.", "Its reader may not take any: look there.")
    return Remote(str(session.judged(ask, answer)["id"]))


def look(session: Session, message: Outgoing, question: Question) -> Remote | None:
    """Our direct message with that text since the intent, which has no receipt."""
    start = datetime.fromtimestamp(message.written, UTC) - MARGIN
    for item in _listed(session, question.conversation):
        time = answers.moment(item.get("sentAt"))
        if time is not None and time < start:
            return None
        is_ours = inside(item, "sender").get("did") == session.did and str(item.get("id")) not in message.known
        if is_ours and item.get("text") == message.part.form.body:
            return Remote(identity(item.get("id")))
    raise Unsure("Bluesky lists too many direct messages to look through.", LOOK)


def _ask(session: Session, method: str, params: Json) -> Json:
    return session.ask(Ask(f"chat.bsky.convo.{method}", params=params, address=session.home, proxy=PROXY))


def _conversations(
    session: Session, revision: str, since: datetime
) -> tuple[list[Mapping[str, Any]], str, tuple[str, ...]]:
    """Those that changed since, the latest revision, and what is not read. The list begins with the latest."""
    changed, latest, groups, cursor = list[Mapping[str, Any]](), revision, False, ""
    for _ in range(PAGES):
        answer = _ask(session, "listConvos", {"limit": PAGE} | ({"cursor": cursor} if cursor else {}))
        page = answers.objects(answer.get("convos"))
        if page is None:
            raise unreadable("Bluesky")
        new = [item for item in page if _is_new(item, revision, since)]
        latest = max([latest, *(str(item.get("rev")) for item in new if isinstance(item.get("rev"), str))])
        groups |= any(_is_group(item) for item in new)
        changed += [item for item in new if not _is_group(item)]
        cursor = follow(answer.get("cursor"), cursor)
        if len(new) < len(page) or not cursor:
            break
    return changed, latest, (GROUPS,) if groups else ()


def _is_new(conversation: Mapping[str, Any], revision: str, since: datetime) -> bool:
    time = None if revision else answers.moment(inside(conversation, "lastMessage").get("sentAt"))
    return str(conversation.get("rev")) > revision and (time is None or time >= since)


def _is_group(conversation: Mapping[str, Any]) -> bool:
    return inside(conversation, "kind").get("$type") == GROUP


def _items(session: Session, conversation: Mapping[str, Any], revision: str, since: datetime) -> Iterator[Item]:
    """Yield what is new. A conversation that the service itself does not find is one odd item."""
    members = {str(member.get("did")): member for member in answers.objects(conversation.get("members")) or ()}
    id = str(conversation.get("id"))
    try:
        for item in _listed(session, identity(id)):
            time = answers.moment(item.get("sentAt"))
            if str(item.get("rev")) <= revision or (not revision and time is not None and time < since):
                return
            if item.get("$type", VIEW) == VIEW:
                yield Item(id, members, item)
    except (Rejected, ValueError):
        yield Item(id, members, {})


def _listed(session: Session, conversation: str) -> Iterator[Mapping[str, Any]]:
    """Yield the messages of a conversation, the newest first."""
    cursor = ""
    for _ in range(PAGES):
        params = {"convoId": conversation, "limit": PAGE} | ({"cursor": cursor} if cursor else {})
        answer = _ask(session, "getMessages", params)
        page = answers.objects(answer.get("messages"))
        if page is None:
            raise unreadable("Bluesky")
        yield from page
        cursor = follow(answer.get("cursor"), cursor)
        if not page or not cursor:
            yield {"sentAt": datetime(1970, 1, 1, tzinfo=UTC).isoformat(), "rev": ""}  # the end
            return


def _message(session: Session, letter: Item) -> Message:
    item = letter.message
    did, time = identity(item["sender"]["did"]), answers.moment(item["sentAt"])
    if time is None or not isinstance(item["text"], str):
        raise ValueError("this is not a message")
    profile = letter.members.get(did, {})
    handle = name(profile.get("handle"))
    author = Author(did, name(profile.get("displayName")) or handle, handle and f"@{handle}", ours=did == session.did)
    return Message(
        identity(item["id"]),
        identity(letter.conversation),
        Contact.DIRECT,
        time,
        author,
        words(item["text"]),
        "https://bsky.app/messages",
        visibility=Visibility.PRIVATE,
    )
