"""What people write below the videos of a channel, and the channel's answers.

YouTube lists threads by the time of their first comment: a late answer in an old thread is seen where the thread is
looked at again, as those of watched comments are. Of a thread it shows some answers; the others cost a request.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from cmflow.model import Author, Contact, Message, Remote
from cmflow.model.errors import Rejected, Unsure
from cmflow.netkit import mail, mailbox
from cmflow.netkit.answers import date, document, moment, text
from cmflow.netkit.errors import LOOK, unreadable
from cmflow.netkit.mailbox import Bag, inside
from cmflow.netkit.network import Inquiry, Mail, Outgoing, Question
from cmflow.networks.youtube.call import API, Channel
from cmflow.values import dataclass

if TYPE_CHECKING:
    import httpx

SIZE, PAGES = 100, 5  # threads on a page, and pages of one inquiry
CHUNK = 50  # ids in one request
REPLIES = 10  # pages of answers in one thread; YouTube takes 500 answers there
MARGIN = timedelta(minutes=10)  # their clock and ours
PLAIN = {"textFormat": "plainText", "maxResults": str(SIZE)}
UNKNOWN = "unknown"
KIDS = "YouTube takes no comments on videos that are made for kids, as those of this account are."
SETTLE = "Look below the video yourself, then: cmflow settle"


@dataclass(frozen=True, slots=True)
class Reader:
    """`watched` are ids of comments that are looked at again."""

    channel: Channel
    bag: Bag
    watched: frozenset[str]


def inbox(channel: Channel, inquiry: Inquiry) -> Mail:
    """New threads, the latest first; and those that were read before, with what was added, changed or deleted."""
    bag = mailbox.begin("YouTube", inquiry)
    reader = Reader(channel, bag, frozenset(trace.id for trace in inquiry.watched))
    if channel.is_for_kids:
        bag.gaps.append(KIDS)
    if not bag.backlog:
        _look(reader)
    return bag.mail(_threads(reader, str(bag.backlog or "")))


def _threads(reader: Reader, page: str) -> str:
    """Read threads; return where the next page begins, "" at the end."""
    query = {"part": "snippet,replies", "allThreadsRelatedToChannelId": reader.channel.id, "order": "time", **PLAIN}
    for _ in range(PAGES):
        answer = reader.channel.api.ask("GET", f"{API}/commentThreads", params=query | _page(page))
        reader.bag.now = reader.bag.now or date(answer)
        threads, page = _listed(answer), text(answer, "nextPageToken")
        _read_threads(reader, threads)
        last = inside(threads[-1], "snippet", "topLevelComment", "snippet", "publishedAt") if threads else None
        if not threads or not page or reader.bag.is_older(moment(last)):
            return ""
    return page


def _look(reader: Reader) -> None:
    """The threads of watched comments, and the watched answers in them."""
    roots = sorted({id.partition(".")[0] for id in reader.watched})
    for chunk in (roots[start : start + CHUNK] for start in range(0, len(roots), CHUNK)):
        query = {"part": "snippet,replies", "id": ",".join(chunk), "textFormat": "plainText"}
        threads = _listed(reader.channel.api.ask("GET", f"{API}/commentThreads", params=query))
        _read_threads(reader, threads)
    replies = sorted(id for id in reader.watched if "." in id and id not in reader.bag.present)
    for chunk in (replies[start : start + CHUNK] for start in range(0, len(replies), CHUNK)):
        query = {"part": "snippet", "id": ",".join(chunk), "textFormat": "plainText"}
        _add(reader, _listed(reader.channel.api.ask("GET", f"{API}/comments", params=query)))
    reader.bag.deleted += sorted(reader.watched - reader.bag.present)


def _read_threads(reader: Reader, threads: Iterable[Any]) -> None:
    for thread in threads:
        comment = inside(thread, "snippet", "topLevelComment")
        replies = mailbox.entries(inside(thread, "replies", "comments"))
        _add(reader, [comment])
        count = inside(thread, "snippet", "totalReplyCount")
        if isinstance(count, int) and count > len(replies):
            replies = list(_replies(reader.channel, mail.identity(comment["id"]), REPLIES))
        _add(reader, replies)


def _add(reader: Reader, entries: Iterable[Any]) -> None:
    """Add comments; one that cannot be read is there all the same."""
    comments = list(entries)
    reader.bag.present |= {str(inside(comment, "id")) for comment in comments}
    reader.bag.add(comments, partial(_message, reader.channel))


def _message(channel: Channel, entry: Any) -> Message:
    number, snippet = mail.identity(entry["id"]), entry["snippet"]
    root, is_reply, _ = number.partition(".")
    time, video = mailbox.time(snippet["publishedAt"]), snippet.get("videoId")
    edited, post = moment(snippet.get("updatedAt")), mail.identity(video) if video else ""
    picture = mail.address(snippet.get("imageUrl"))
    return Message(
        id=number,
        conversation=root,
        contact=Contact.COMMENT,
        time=time,
        author=_author(channel, snippet),
        text=mail.words(snippet.get("textDisplay")),
        url=address(post, number),
        above=root if is_reply else "",
        post=post,
        files=(picture,) if picture else (),
        edited=edited if edited and edited > time else None,
    )


def _author(channel: Channel, snippet: Any) -> Author:
    """Who wrote it; an account that is closed has no id any more."""
    value, name = inside(snippet, "authorChannelId", "value"), mail.name(snippet.get("authorDisplayName"))
    number = mail.identity(value) if value else UNKNOWN
    handle = name if name.startswith("@") else ""
    return Author(number, name, handle, mail.address(snippet.get("authorChannelUrl")), number == channel.id)


def address(video: str, comment: str) -> str:
    return f"https://www.youtube.com/watch?v={video}&lc={comment}" if video else ""


# ── lists ───────────────────────────────────────────────────────────────────────────────────────────────────


def _listed(answer: "httpx.Response") -> list[Any]:
    """What a list answers with, whatever is in it; NotSent where it is not a list."""
    body = document(answer)
    if not str(inside(body, "kind")).endswith("ListResponse"):
        raise unreadable("YouTube")
    return mailbox.entries(body.get("items"))


def _page(token: str) -> dict[str, str]:
    return {"pageToken": token} if token else {}


def _replies(channel: Channel, root: str, pages: int) -> Iterator[Any]:
    """The answers in a thread; none where it is not there. After so many pages there are none either."""
    page = ""
    for _ in range(pages):
        query = {"part": "snippet", "parentId": root, **PLAIN, **_page(page)}
        answer = channel.api.ask("GET", f"{API}/comments", fine=(404,), params=query)
        if answer.status_code == 404:
            return
        yield from _listed(answer)
        page = text(answer, "nextPageToken")
        if not page:
            return


# ── answers ─────────────────────────────────────────────────────────────────────────────────────────────────


def reply(channel: Channel, message: Outgoing, question: Question) -> Remote:
    """In the thread: YouTube knows one level of answers."""
    if message.part.media:
        raise Rejected("Comments on YouTube have no pictures and videos.", "Link to the file instead.")
    body = {"snippet": {"parentId": question.conversation, "textOriginal": message.part.form.body}}
    number = text(channel.api.write("POST", f"{API}/comments", params={"part": "snippet"}, json=body), "id")
    if not number:
        raise Unsure("YouTube answered without the id of the comment.", LOOK)
    return Remote(number, address(question.trace.post, number))


def find_reply(channel: Channel, message: Outgoing, question: Question) -> Remote | None:
    """The oldest answer of the channel in the thread since the intent with the same words, and without a receipt."""
    since = datetime.fromtimestamp(message.written, UTC) - MARGIN
    entries, alike = list(_replies(channel, question.conversation, REPLIES)), []
    if len(entries) >= REPLIES * SIZE:
        raise Unsure("The thread has too many answers to look through.", SETTLE)
    for entry in entries:
        number, time = str(inside(entry, "id") or ""), moment(inside(entry, "snippet", "publishedAt"))
        written = inside(entry, "snippet", "textOriginal") or inside(entry, "snippet", "textDisplay")
        is_ours = inside(entry, "snippet", "authorChannelId", "value") == channel.id and time and time >= since
        if time and is_ours and number not in message.known and _same(written) == _same(message.part.form.body):
            alike.append((time, number))
    return Remote(min(alike)[1], address(question.trace.post, min(alike)[1])) if alike else None


def _same(text: object) -> str:
    return " ".join(normalize("NFC", text if isinstance(text, str) else "").split())


def hide(channel: Channel, question: Question) -> None:
    """Hold a comment for review: YouTube Studio lists it, and can show it again. One that was deleted is hidden."""
    query = {"id": question.trace.id, "moderationStatus": "heldForReview"}
    channel.api.ask("POST", f"{API}/comments/setModerationStatus", fine=(404,), params=query)
