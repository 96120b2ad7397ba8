"""Answers to comments, mentions and direct messages of a Page, and hiding of comments."""

from collections.abc import Iterable
from datetime import UTC, datetime
from unicodedata import normalize

from cmflow.model import Contact, Remote
from cmflow.model.errors import Rejected, Unsure
from cmflow.netkit.answers import moment, objects
from cmflow.netkit.errors import LOOK, unreadable
from cmflow.netkit.graph import Fields
from cmflow.netkit.mailbox import inside
from cmflow.netkit.network import Outgoing, Question
from cmflow.networks.facebook.inbox import LAST, MISSING, address
from cmflow.networks.facebook.page import UNSAID, Page
from cmflow.networks.facebook.timeline import MARGIN, PAGES

LATE = 2_018_278  # the subcode for a direct message that is answered after its 24 hours
SHORT = 2_000  # characters of a direct message
DESK = "https://business.facebook.com/latest/inbox"
SETTLE = f"Look for it there yourself ({DESK}), then: cmflow settle"


def reply(page: Page, message: Outgoing, question: Question) -> Remote:
    """Below the comment or the post; a direct message is answered as one."""
    if message.part.media:
        raise Rejected("cmflow sends answers on Facebook without pictures and videos.", "Link to the file instead.")
    if question.trace.contact is Contact.DIRECT:
        return _direct(page, message.part.form.body, question)
    fields = {"message": message.part.form.body}
    number = page.graph.write(f"/{question.conversation}/comments", fields).get("id")
    if not isinstance(number, str) or not number:
        raise Unsure(UNSAID.format("comment"), LOOK)
    return Remote(number, address(number))


def _direct(page: Page, text: str, question: Question) -> Remote:
    """To the person who wrote the message: only the message itself says who that is."""
    if len(text) > SHORT:
        raise Rejected(f"A direct message on Facebook has {SHORT:,} characters at most.", "Shorten the answer.")
    person = inside(page.graph.ask("GET", f"/{question.trace.id}", params={"fields": "from"}), "from", "id")
    if not isinstance(person, str) or not person:
        raise unreadable("Facebook")
    fields = {"recipient": {"id": person}, "messaging_type": "RESPONSE", "message": {"text": text}}
    body = page.graph.write(f"/{page.id}/messages", fields, (LATE,))
    if inside(body, "error", "error_subcode") == LATE:
        message = "Facebook takes an answer to a direct message within 24 hours after it, and they are over."
        raise Rejected(message, f"Answer by hand: {DESK}")
    number = body.get("message_id")
    if not isinstance(number, str) or not number:
        raise Unsure(UNSAID.format("direct message"), LOOK)
    return Remote(number)


def find_reply(page: Page, message: Outgoing, question: Question) -> Remote | None:
    """The oldest answer of ours there since the intent with the same words, and without a receipt."""
    since = datetime.fromtimestamp(message.written, UTC) - MARGIN
    is_direct = question.trace.contact is Contact.DIRECT
    entries = _messages(page, question, since) if is_direct else _comments(page, question, since)
    remote = None
    for entry in entries:  # newest first
        number, time = str(entry.get("id") or ""), moment(entry.get("created_time"))
        is_ours = inside(entry, "from", "id") == page.id and time is not None and time >= since
        if (
            is_ours
            and number not in message.known
            and _squeezed(entry.get("message")) == _squeezed(message.part.form.body)
        ):
            remote = Remote(number) if is_direct else Remote(number, address(number))
    return remote


def _comments(page: Page, question: Question, since: datetime) -> Iterable[Fields]:
    query = {"fields": "id,message,created_time,from", "filter": "stream", "order": "reverse_chronological"}
    for number, entries in enumerate(page.graph.pages(f"/{question.conversation}/comments", {**query, "limit": "100"})):
        if number == PAGES:
            raise Unsure("There are too many comments to look through.", SETTLE)
        yield from entries
        time = moment(entries[-1].get("created_time")) if entries else None
        if time and time < since:
            return


def _messages(page: Page, question: Question, since: datetime) -> Iterable[Fields]:
    query = {"fields": f"messages.limit({LAST}){{id,message,created_time,from}}"}
    entries = objects(inside(page.graph.ask("GET", f"/{question.conversation}", params=query), "messages", "data"))
    if entries is None:
        raise unreadable("Facebook")
    times = [moment(entry.get("created_time")) for entry in entries]
    if len(entries) >= LAST and all(time and time >= since for time in times):
        raise Unsure(f"Facebook shows the last {LAST} messages of the conversation only.", SETTLE)
    return entries


def _squeezed(text: object) -> str:
    return " ".join(normalize("NFC", text if isinstance(text, str) else "").split())


def hide(page: Page, question: Question) -> None:
    """Hide a comment from all but its author and their friends. What is not there any more is hidden."""
    if question.trace.contact is not Contact.COMMENT:
        raise Rejected("Facebook hides comments only.", f"See what you can do with it there: {DESK}")
    page.graph.ask("POST", f"/{question.trace.id}", (MISSING,), data={"is_hidden": "true"})
