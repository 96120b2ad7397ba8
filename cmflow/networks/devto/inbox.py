"""Comments below the articles of a dev.to account, which cmflow only reads: its API takes no answers.

As the Forem API v1 has them (https://developers.forem.com/api/v1, read 2026-11-29). The list of articles says how many
comments each has: only those where the number is another than last time are read, and those with watched comments.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from cmflow.model import Author, Contact, Message
from cmflow.model.errors import Denied
from cmflow.netkit import mail, mailbox, status_text
from cmflow.netkit.addresses import clean
from cmflow.netkit.answers import date, document, moment, text
from cmflow.netkit.errors import unreadable
from cmflow.netkit.mailbox import Bag, inside
from cmflow.netkit.network import Access, Inquiry, Mail, Standing
from cmflow.netkit.rest import ApiClient
from cmflow.values import dataclass

if TYPE_CHECKING:
    import httpx

SERVICE = "https://dev.to"
ACCEPT = "application/vnd.forem.api-v1+json"
SIZE, PAGES = 100, 3  # articles of one answer, and answers
ARTICLES = 25  # whose comments one inquiry reads
UNKNOWN = "unknown"  # the id of an author who has left
GONE = "Comment deleted"  # what is shown of a comment that has answers
Comment = tuple[Any, str, str]  # what the API tells, the first comment of the thread, and the one above


@dataclass(frozen=True, slots=True)
class Forem:
    """An account of a community at an address."""

    client: ApiClient
    home: str
    number: str
    username: str


def connect(http: "httpx.Client", access: Access) -> Forem:
    """The account of the API key."""
    account, key = access.account, access.secret("api_key")
    home = clean(account.option("service").strip() or SERVICE)
    if not home:
        message = f"The service of {account.name} is not an address that begins with https://"
        raise Denied(message, "Write it in the plan as options: {service: https://…}, or leave it out.")
    headers = (("api-key", key), ("Accept", ACCEPT))
    client = ApiClient(http, "dev.to", home, key, access.pause, scheme="", headers=headers)
    me = client.ask("GET", "/api/users/me")
    if not (text(me, "id") and text(me, "username")):
        raise unreadable("dev.to")
    return Forem(client, home, text(me, "id"), text(me, "username"))


def verify(forem: Forem) -> Standing:
    return Standing(f"@{forem.username} on {forem.home.partition('://')[2]}", ("read comments",))


def inbox(forem: Forem, inquiry: Inquiry) -> Mail:
    """All comments of the articles where their number is another than last time."""
    bag, state = mailbox.begin("dev.to", inquiry), mailbox.position(inquiry.cursor)
    bag.since = first = moment(state.get("first")) or inquiry.since
    earlier = state.get("counts")
    known: dict[str, Any] = earlier if isinstance(earlier, dict) else {}
    names = {receipt.url: receipt.id for receipt in inquiry.posts if receipt.id and receipt.url}
    counts, posts = dict[str, int](), dict[str, str]()
    for article in _articles(forem, bag):
        number, count = text_of(article, "id"), inside(article, "comments_count")
        if number and isinstance(count, int):
            counts[number], posts[number] = count, names.get(str(inside(article, "url")), number)
    watched = {trace.post for trace in inquiry.watched}
    changed = [number for number in counts if counts[number] != known.get(number, 0) or posts[number] in watched]
    for number in changed[:ARTICLES]:
        _read(forem, bag, number, posts[number])
    later = changed[ARTICLES:]
    kept = {number: count for number, count in counts.items() if count and number not in later}
    unread = {number: known[number] for number in later if number in known}
    return bag.mail(later, counts=kept | unread, first=first.isoformat())


def text_of(value: Any, name: str) -> str:
    number = inside(value, name)
    return str(number) if isinstance(number, int) and not isinstance(number, bool) else ""


def _articles(forem: Forem, bag: Bag) -> Iterator[Any]:
    """Those that the account has published, the latest first."""
    for page in range(1, PAGES + 1):
        answer = forem.client.ask("GET", "/api/articles/me/published", params={"per_page": SIZE, "page": page})
        articles, bag.now = document(answer), bag.now or date(answer)
        if not isinstance(articles, list):
            raise unreadable("dev.to")
        yield from articles
        if len(articles) < SIZE:
            return


def _read(forem: Forem, bag: Bag, number: str, post: str) -> None:
    """Add the comments of an article; what is watched and not there any more was deleted."""
    answer = forem.client.ask("GET", "/api/comments", (404,), params={"a_id": number})
    threads = [] if answer.status_code == 404 else document(answer)
    if not isinstance(threads, list):
        raise unreadable("dev.to")
    comments = list(_flat(threads))
    bag.present |= {str(inside(comment, "id_code")) for comment, _, _ in comments if not _is_gone(comment)}
    bag.add(comments, partial(_message, forem, post))
    bag.deleted += sorted(trace.id for trace in bag.watched.values() if trace.post == post)


def _flat(threads: list[Any]) -> Iterator[Comment]:
    """Each comment, in whatever depth."""
    stack: list[Comment] = [(thread, "", "") for thread in reversed(threads)]
    while stack:
        comment, root, above = stack.pop()
        yield comment, root, above
        id = str(inside(comment, "id_code"))
        stack += [(child, root or id, id) for child in mailbox.entries(inside(comment, "children"))]


def _message(forem: Forem, post: str, listed: Comment) -> Message | None:
    comment, root, above = listed
    if _is_gone(comment):
        return None
    id = mail.identity(comment["id_code"])
    author = _author(forem, comment["user"])
    return Message(
        id=id,
        conversation=root or id,
        contact=Contact.COMMENT,
        time=mailbox.time(comment["created_at"]),
        author=author,
        text=mail.words(status_text.read(str(comment["body_html"]))),
        url=mail.address(f"{forem.home}/{author.handle.removeprefix('@')}/comment/{id}") if author.handle else "",
        above=above,
        post=post,
    )


def _is_gone(comment: Any) -> bool:
    """A comment that was deleted stays as a stone where it has answers."""
    return not inside(comment, "user") and GONE in str(inside(comment, "body_html"))


def _author(forem: Forem, user: Mapping[str, Any]) -> Author:
    number, handle = text_of(user, "user_id") or UNKNOWN, mail.name(user.get("username"))
    url = mail.address(f"{forem.home}/{handle}") if handle else ""
    return Author(number, mail.name(user.get("name")), f"@{handle}" if handle else "", url, number == forem.number)
