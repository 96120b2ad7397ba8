"""Reading what people write: replies, mentions and quotes as notifications, our own answers from our repository.

Notifications are sorted by the time that a post claims, if that is before the time at which it arrived: what was
written up to an hour before it was sent is still met. A post cannot be edited. `chat` has the direct messages.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from cmflow.model import Author, Contact, Message, Trace
from cmflow.netkit import answers
from cmflow.netkit.atproto import Ask, Json, Session
from cmflow.netkit.cursor import Cursor
from cmflow.netkit.errors import unreadable
from cmflow.netkit.mail import address, follow, gather, identity, name, words
from cmflow.netkit.network import Inquiry, Mail
from cmflow.networks.bluesky import chat
from cmflow.networks.bluesky.records import POST_ADDRESS, POSTS, address_of, inside, record_at

CONTACTS = {"reply": Contact.COMMENT, "quote": Contact.QUOTE, "mention": Contact.MENTION}  # the first one counts
PAGE, PAGES = 100, 5  # notifications with one request, and requests for one answer
OVERLAP = timedelta(hours=1)
BATCH, LOOKS = 25, 40  # posts with one request, and requests for one post each
OWN = "own"


class Item(NamedTuple):
    """A post: as a notification has it, or as our repository does (`OWN`)."""

    reason: str
    post: Mapping[str, Any]
    time: datetime | None

    @property
    def id(self) -> str:
        """As a receipt has it."""
        return f"{self.post.get('uri')} {self.post.get('cid')}"


def inbox(session: Session, inquiry: Inquiry) -> Mail:
    cursor = Cursor.read(inquiry.cursor, inquiry.since, OVERLAP)
    items, last = _notifications(session, cursor)
    deleted, direct = tuple[str, ...](), chat.Letters(extra=cursor.extra)
    if not cursor.before:
        items += _own(session, cursor)
        deleted = _deleted(session, inquiry.watched)
        direct = chat.letters(session, cursor.extra, inquiry.since)
    posts = {receipt.id.partition(" ")[0]: receipt.id for receipt in inquiry.posts if receipt.id}
    files = _files(session, items)
    best = {item.id: item for item in sorted(items, key=_rank, reverse=True)}
    messages, gaps = gather("Bluesky", best.values(), lambda item: _message(session, item, posts, files))
    following = cursor.after(last, _marks(cursor, items), direct.extra)
    ordered = sorted((*messages, *direct.messages), key=lambda message: message.time)
    return Mail(tuple(ordered), following.written, deleted, (*gaps, *direct.gaps), bool(last))


def _marks(cursor: Cursor, items: list[Item]) -> list[tuple[datetime, str]]:
    """When messages arrived. Our own posts have the time of some device, which may be wrong: they set none."""
    latest = max((item.time for item in items if item.time and item.reason != OWN), default=cursor.top)
    return [(min(item.time, latest), item.id) for item in items if item.time]


def _rank(item: Item) -> int:
    return list(CONTACTS).index(item.reason) if item.reason in CONTACTS else len(CONTACTS)


def _notifications(session: Session, cursor: Cursor) -> tuple[list[Item], str]:
    """What is new, from the newest to the oldest, and where to go on, "" at the end."""
    items, before = list[Item](), cursor.before
    for _ in range(PAGES):
        params = {"reasons": list(CONTACTS), "limit": PAGE} | ({"cursor": before} if before else {})
        answer = session.ask(Ask("app.bsky.notification.listNotifications", params=params))
        page = answers.objects(answer.get("notifications"))
        if page is None:
            raise unreadable("Bluesky")
        times = [answers.moment(post.get("indexedAt")) for post in page]
        found = [Item(str(post.get("reason")), post, time) for post, time in zip(page, times, strict=True)]
        items += [item for item in found if item.reason in CONTACTS and cursor.is_new(item.id, item.time)]
        before = follow(answer.get("cursor"), before)
        if not before or (times and cursor.is_over(times[-1])):
            return items, ""
    return items, before


def _own(session: Session, cursor: Cursor) -> list[Item]:
    """Our own answers to others, from whatever app: the newest records of our repository."""
    params = {"repo": session.did, "collection": POSTS, "limit": PAGE}
    records = answers.objects(session.ask(Ask("repo.listRecords", params=params)).get("records"))
    if records is None:
        raise unreadable("Bluesky")
    items = [Item(OWN, record, answers.moment(inside(record, "value").get("createdAt"))) for record in records]
    return [item for item in items if _is_answer(item, session.did) and cursor.is_new(item.id, item.time)]


def _is_answer(item: Item, did: str) -> bool:
    """Whether it answers another account: the parts of a thread answer our own."""
    parent = str(inside(item.post, "value", "reply", "parent").get("uri") or "")
    return bool(parent) and not parent.startswith(f"at://{did}/")


def _deleted(session: Session, watched: tuple[Trace, ...]) -> tuple[str, ...]:
    """The watched posts that are not there: what is hidden from us is, under its own address."""
    traces = [trace for trace in watched if trace.contact is not Contact.DIRECT]
    shown = _views(session, [trace.id.partition(" ")[0] for trace in traces])
    gone = [trace for trace in traces if trace.id.partition(" ")[0] not in shown]
    return tuple(
        trace.id for trace in gone[:LOOKS] if record_at(session, address_of(trace.id.partition(" ")[0])) is None
    )


def _views(session: Session, uris: list[str]) -> dict[str, Mapping[str, Any]]:
    """Posts as people see them, by their address."""
    views: dict[str, Mapping[str, Any]] = {}
    for start in range(0, len(uris), BATCH):
        answer = session.ask(Ask("app.bsky.feed.getPosts", params={"uris": uris[start : start + BATCH]}))
        views |= {str(post.get("uri")): post for post in answers.objects(answer.get("posts")) or ()}
    return views


# ── messages ────────────────────────────────────────────────────────────────────────────────────────────────


def _files(session: Session, items: Iterable[Item]) -> dict[str, tuple[str, ...]]:
    """The addresses of what is shown with posts, by the address of each."""
    uris = [str(item.post.get("uri")) for item in items if item.reason != OWN and inside(item.post, "record", "embed")]
    views = _views(session, list(dict.fromkeys(filter(POST_ADDRESS.fullmatch, uris))))
    return {uri: tuple(_addresses(inside(view, "embed"))) for uri, view in views.items()}


def _addresses(embed: Json) -> Iterable[str]:
    """Pictures, a film, the page of a card; also those beside a quote (`media`)."""
    pictures = (*(answers.objects(embed.get("images")) or ()), *(answers.objects(embed.get("items")) or ()))
    values = [*(picture.get("fullsize") for picture in pictures), embed.get("playlist")]
    values.append(inside(embed, "external").get("uri"))
    yield from (link for value in values if (link := address(value)))
    if isinstance(embed.get("media"), dict):
        yield from (link for link in _addresses({**embed["media"], "media": None}))


def _message(session: Session, item: Item, posts: Mapping[str, str], files: Mapping[str, tuple[str, ...]]) -> Message:
    record = item.post["value" if item.reason == OWN else "record"]
    uri, time = identity(item.post["uri"]), item.time
    repo, _, key = address_of(uri)
    if time is None or not isinstance(record["text"], str):
        raise ValueError("this is not a post")
    id = f"{uri} {identity(item.post['cid'])}"
    parent, root = _named(inside(record, "reply", "parent")), _named(inside(record, "reply", "root"))
    languages = record.get("langs")
    return Message(
        id=id,
        conversation=root or id,
        contact=CONTACTS.get(item.reason, Contact.COMMENT),
        time=time,
        author=_author(session, item),
        text=_text(record),
        url=f"https://bsky.app/profile/{repo}/post/{key}",
        above=parent,
        post=_post(session.did, (parent, root, str(item.post.get("reasonSubject") or "")), posts),
        language=name(languages[0])[:35] if isinstance(languages, list) and languages else "",
        files=files.get(uri, ()),
    )


def _named(reference: Json) -> str:
    """A post that another names, as a receipt has it."""
    return f"{identity(reference['uri'])} {identity(reference['cid'])}" if reference else ""


def _post(did: str, ids: tuple[str, ...], posts: Mapping[str, str]) -> str:
    """The post of ours that it is about: the nearest that cmflow knows, else the first of the thread."""
    known = (posts[uri] for uri in (id.partition(" ")[0] for id in ids) if uri in posts)
    return next(known, "") or next((id for id in ids[1:] if id.startswith(f"at://{did}/")), "")


def _author(session: Session, item: Item) -> Author:
    if item.reason == OWN:
        return Author(session.did, session.handle, f"@{session.handle}", _profile(session.did), ours=True)
    return person(session, item.post["author"])


def person(session: Session, profile: Mapping[str, Any]) -> Author:
    did, handle = identity(profile["did"]), name(profile.get("handle"))
    handle = "" if handle == "handle.invalid" else handle
    label = name(profile.get("displayName")) or handle
    return Author(did, label, f"@{handle}" if handle else "", _profile(did), did == session.did)


def _profile(did: str) -> str:
    return f"https://bsky.app/profile/{did}"


def _text(record: Mapping[str, Any]) -> str:
    """The text, with links in full: the app shortens them."""
    data = record["text"].encode(errors="replace")
    for facet in sorted(answers.objects(record.get("facets")) or (), key=_start, reverse=True):
        start, end = (inside(facet, "index").get(side) for side in ("byteStart", "byteEnd"))
        features = answers.objects(facet.get("features")) or [{}]
        link = address(features[0].get("uri")) if features else ""
        if link and isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(data):
            shown = data[start:end].decode(errors="replace")
            if shown.endswith(("…", "...")):
                data = data[:start] + link.encode() + data[end:]
    return words(data.decode(errors="replace"))


def _start(facet: Mapping[str, Any]) -> int:
    start = inside(facet, "index").get("byteStart")
    return start if isinstance(start, int) else 0
