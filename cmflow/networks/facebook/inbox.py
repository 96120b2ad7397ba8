"""What people write to a Page: comments below its posts, direct messages, and posts that mention it.

Facebook lists comments by post, and finds no late comment on an old post by its time: every post of ours is asked for
its latest comments, many with one request. Where a post has more than one page of them, the cursor says so.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from cmflow.model import Author, Contact, Message, Visibility
from cmflow.netkit import mail, mailbox
from cmflow.netkit.answers import date, moment
from cmflow.netkit.graph import CODES, PARAMETER, PERMISSION, Fields
from cmflow.netkit.mailbox import Bag, inside
from cmflow.netkit.network import Inquiry, Mail
from cmflow.networks.facebook.page import SITE, Page, post_number
from cmflow.values import dataclass

COMMENTS, MESSAGES = "pages_read_user_content", "pages_messaging"  # permissions
MISSING = 33  # the subcode for a thing that is not there
SIZE, PAGES = 50, 10  # conversations and mentions on a page, and pages of them
LAST = 20  # messages of a conversation: Facebook tells no more of it
WINDOW = timedelta(hours=24)  # after a person's direct message, for an answer
COMMENT = "id,message,created_time,from,parent{id},permalink_url,attachment"
MENTION = "id,message,created_time,from,permalink_url,full_picture"
DIRECT = "id,message,created_time,from,attachments"
UNKNOWN = "unknown"  # the id of who wrote what, where Facebook does not tell
FINE = (PARAMETER, *PERMISSION)

Remainder = tuple[str, str]  # a post, and where its next page of comments begins


@dataclass(frozen=True, slots=True)
class Reader:
    page: Page
    bag: Bag

    def gap(self, body: Fields, what: str, permission: str) -> bool:
        """Whether an answer is a refusal; where it is one for want of a permission, it is said."""
        code = inside(body, "error", "code")
        if code in PERMISSION:
            hint = f"allow {permission}: cmflow connect {self.page.graph.account}"
            self.bag.gaps.append(f"Facebook does not let us read {what} of “{self.page.name}”: {hint}")
        return code is not None

    def author(self, value: Any) -> Author:
        """Facebook does not say who wrote what, of people who do not allow it."""
        if value is None:
            return Author(UNKNOWN)
        number = mail.identity(value["id"])
        return Author(number, mail.name(value.get("name")), url=f"{SITE}/{number}", ours=number == self.page.id)


def inbox(page: Page, inquiry: Inquiry) -> Mail:
    """What is new. Where one answer does not hold all comments, the others are asked for with the next inquiry."""
    reader = Reader(page, mailbox.begin("Facebook", inquiry))
    backlog = _backlog(reader.bag.backlog)
    if backlog:
        return reader.bag.mail(_comments(reader, backlog))
    posts = {receipt.id or post_number(page, receipt.url): None for receipt in inquiry.posts}
    _mentions(reader)
    backlog = _comments(reader, [(post, "") for post in posts])
    _conversations(reader)
    _look(reader, inquiry)
    return reader.bag.mail(backlog)


def _backlog(value: Any) -> list[Remainder]:
    pairs = [pair for pair in mailbox.entries(value) if isinstance(pair, list) and len(pair) == 2]
    return [(str(post), str(after)) for post, after in pairs]


# ── comments ────────────────────────────────────────────────────────────────────────────────────────────────


def _comments(reader: Reader, pages: Iterable[Remainder]) -> list[Remainder]:
    """Add a page of the latest comments of each post; return what is to be asked for next."""
    query = {"filter": "stream", "order": "reverse_chronological", "limit": "100", "fields": COMMENT}
    requests, backlog = list(pages), list[Remainder]()
    urls = [
        f"{post}/comments?{urlencode({**query, **({'after': after} if after else {})})}" for post, after in requests
    ]
    for (post, _), body in zip(requests, reader.page.graph.batch(urls, FINE), strict=True):
        if body is None:
            reader.bag.gaps.append(f"Facebook did not tell the comments of {reader.page.remote(post).url} this time.")
        elif not reader.gap(body, "the comments", COMMENTS):
            entries = mailbox.entries(body.get("data"))
            reader.bag.add(entries, partial(comment, reader, post))
            after = inside(body, "paging", "cursors", "after") if inside(body, "paging", "next") else None
            if after and entries and not _is_older(reader, entries[-1], "created_time"):
                backlog.append((post, str(after)))
    return backlog


def comment(reader: Reader, post: str, entry: Any) -> Message:
    number, parent = mail.identity(entry["id"]), inside(entry, "parent", "id")
    above = mail.identity(parent) if parent else ""
    picture = mail.address(inside(entry, "attachment", "media", "image", "src") or inside(entry, "attachment", "url"))
    return Message(
        id=number,
        conversation=above or number,
        contact=Contact.COMMENT,
        time=mailbox.time(entry["created_time"]),
        author=reader.author(entry.get("from")),
        text=mail.words(entry.get("message")),
        url=mail.address(entry.get("permalink_url")) or address(number),
        above=above,
        post=post,
        files=(picture,) if picture else (),
    )


def address(comment: str) -> str:
    """Where a comment is seen; its id is that of the post and its own."""
    post, _, number = comment.rpartition("_")
    return f"{SITE}/{post}?comment_id={number}" if post else f"{SITE}/{number}"


# ── mentions ────────────────────────────────────────────────────────────────────────────────────────────────


def _mentions(reader: Reader) -> None:
    """Posts of others that name the Page, newest first; and what time it is there."""
    after = ""
    for _ in range(PAGES):
        query = {"fields": MENTION, "limit": str(SIZE), **({"after": after} if after else {})}
        answer = reader.page.graph.client.ask("GET", f"/{reader.page.id}/tagged", CODES, params=query)
        reader.bag.now = reader.bag.now or date(answer)
        body = reader.page.graph.result(answer, False, FINE)
        if reader.gap(body, "mentions", COMMENTS):
            return
        after = _page(reader, body, "created_time", partial(mention, reader))
        if not after:
            return
    reader.bag.gaps.append(f"More than {SIZE * PAGES} posts mention “{reader.page.name}”: older ones were not read.")


def mention(reader: Reader, entry: Any) -> Message:
    number, picture = mail.identity(entry["id"]), mail.address(entry.get("full_picture"))
    return Message(
        id=number,
        conversation=number,
        contact=Contact.MENTION,
        time=mailbox.time(entry["created_time"]),
        author=reader.author(entry.get("from")),
        text=mail.words(entry.get("message")),
        url=mail.address(entry.get("permalink_url")) or f"{SITE}/{number}",
        files=(picture,) if picture else (),
    )


# ── direct messages ─────────────────────────────────────────────────────────────────────────────────────────


def _conversations(reader: Reader) -> None:
    """Those that people or we have written in since then, the latest first."""
    after = ""
    for _ in range(PAGES):
        fields = f"id,updated_time,link,messages.limit({LAST}){{{DIRECT}}}"
        query = {"platform": "messenger", "fields": fields, "limit": str(SIZE), **({"after": after} if after else {})}
        body = reader.page.graph.ask("GET", f"/{reader.page.id}/conversations", FINE, params=query)
        if reader.gap(body, "direct messages", MESSAGES):
            return
        after = _page(reader, body, "updated_time", partial(_conversation, reader))
        if not after:
            return
    reader.bag.gaps.append(f"“{reader.page.name}” has too many conversations to read: older ones were left out.")


def _conversation(reader: Reader, entry: Any) -> None:
    """Add its messages, one by one."""
    thread, written = mail.identity(entry["id"]), entry.get("link")
    url = mail.address(f"{SITE}{written}" if str(written).startswith("/") else written)
    entries = mailbox.entries(inside(entry, "messages", "data"))
    reader.bag.add(entries, partial(_direct, reader, thread, url))
    if len(entries) >= LAST and not _is_older(reader, entries[-1], "created_time"):
        reader.bag.gaps.append(f"Facebook shows the last {LAST} messages of a conversation: {url or thread}")


def _direct(reader: Reader, thread: str, url: str, entry: Any) -> Message:
    author, time = reader.author(entry.get("from")), mailbox.time(entry["created_time"])
    files = [_file(file) for file in mailbox.entries(inside(entry, "attachments", "data"))]
    return Message(
        id=mail.identity(entry["id"]),
        conversation=thread,
        contact=Contact.DIRECT,
        time=time,
        author=author,
        text=mail.words(entry.get("message")),
        url=url,
        files=tuple(filter(None, files)),
        visibility=Visibility.PRIVATE,
        until=None if author.ours else time + WINDOW,
    )


def _file(file: Any) -> str:
    pictured = inside(file, "image_data", "url") or inside(file, "video_data", "url")
    return mail.address(pictured or inside(file, "file_url"))


# ── what was read before ────────────────────────────────────────────────────────────────────────────────────


def _look(reader: Reader, inquiry: Inquiry) -> None:
    """Look again at messages that may have been changed or deleted. A direct message can be deleted, and not edited."""
    fields = {Contact.COMMENT: COMMENT, Contact.MENTION: MENTION, Contact.DIRECT: "id"}
    watched = [trace for trace in inquiry.watched if trace.contact in fields]
    urls = [f"{trace.id}?{urlencode({'fields': fields[trace.contact]})}" for trace in watched]
    for trace, body in zip(watched, reader.page.graph.batch(urls, FINE), strict=True):
        if inside(body, "error", "error_subcode") == MISSING:
            reader.bag.deleted.append(trace.id)
        elif body is not None and "error" not in body and trace.contact is not Contact.DIRECT:
            read = (
                partial(comment, reader, trace.post) if trace.contact is Contact.COMMENT else partial(mention, reader)
            )
            reader.bag.add([body], read)


# ── pages, newest first ─────────────────────────────────────────────────────────────────────────────────────


def _page(reader: Reader, body: Fields, name: str, read: Callable[[Any], Message | None]) -> str:
    """Add what a page holds; return where the next one begins, "" where nothing there can be new."""
    entries = mailbox.entries(body.get("data"))
    reader.bag.add(entries, read)
    is_whole = not entries or _is_older(reader, entries[-1], name) or not inside(body, "paging", "next")
    return "" if is_whole else str(inside(body, "paging", "cursors", "after") or "")


def _is_older(reader: Reader, entry: Any, name: str) -> bool:
    return reader.bag.is_older(moment(inside(entry, name)))
