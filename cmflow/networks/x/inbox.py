"""Reading what people write: posts that mention the account, which answers to it do; its own answers; direct messages.

X charges for each post and message that it shows, once per day in UTC: 0.001 dollars for a post that mentions us or is
ours, 0.005 for a post that is asked for again, 0.010 for a direct message. So only what is new is asked for, and only a
few posts are looked at again. A quote that does not mention the account is not read.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from html import unescape
from typing import Any

from cmflow.model import Author, Contact, Message, Trace
from cmflow.netkit import rest
from cmflow.netkit.errors import unreadable
from cmflow.netkit.mail import address, follow, gather, identity, name, words
from cmflow.netkit.network import Inquiry, Mail
from cmflow.networks.x import letters
from cmflow.networks.x.call import X
from cmflow.values import dataclass

PAGE, PAGES = 100, 5  # posts with one request, and requests for one answer
WATCHED = 20  # posts that are looked at again, the newest: each costs 0.005 dollars a day
ID = re.compile(r"\d{1,19}")
FIELDS = (
    *("attachments", "author_id", "conversation_id", "created_at", "edit_history_tweet_ids", "entities"),
    *("in_reply_to_user_id", "lang", "note_tweet", "referenced_tweets", "text"),
)
QUERY = {
    "max_results": str(PAGE),
    "tweet.fields": ",".join(FIELDS),
    "expansions": "author_id,attachments.media_keys",
    "user.fields": "id,name,username",
    "media.fields": "media_key,preview_image_url,type,url",
}
Post = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cursor:
    """The newest mention, own post and direct message that were read, "" for none. `top` is the newest mention that was
    met, and `next` where to go on, while a list is read that is longer than an answer."""

    mention: str = ""
    own: str = ""
    letter: str = ""
    top: str = ""
    next: str = ""

    @classmethod
    def read(cls, written: str) -> "Cursor":
        try:
            value = json.loads(written) if written else {}
            return cls(*(str(value.get(key) or "") for key in ("mention", "own", "letter", "top", "next")))
        except (ValueError, AttributeError):
            return cls()

    @property
    def written(self) -> str:
        keys = ("mention", "own", "letter", "top", "next")
        return json.dumps({key: getattr(self, key) for key in keys if getattr(self, key)}, separators=(",", ":"))


@dataclass(slots=True)
class _Batch:
    """Posts, and the people and files that the same answers tell of."""

    posts: list[Post]
    users: dict[str, Mapping[str, Any]]
    files: dict[str, Mapping[str, Any]]
    next: str = ""


def inbox(session: X, inquiry: Inquiry) -> Mail:
    cursor = Cursor.read(inquiry.cursor)
    batch = _listed(session, "mentions", cursor.mention, inquiry.since, cursor.next)
    top, deleted, direct = _newest(batch.posts, cursor.top or cursor.mention), tuple[str, ...](), letters.Letters()
    if not cursor.next:
        own = _listed(session, "tweets", cursor.own, inquiry.since, "")
        cursor = replace(cursor, own=_newest(own.posts, cursor.own))
        batch.posts += [post for post in own.posts if _is_answer(session, post)]
        direct = letters.read(session, cursor.letter, inquiry.since)
        cursor = replace(cursor, letter=direct.newest or cursor.letter)
        deleted = _deleted(session, inquiry.watched)
    known = frozenset(receipt.id for receipt in inquiry.posts)
    messages, gaps = gather("X", batch.posts, lambda post: _message(session, post, batch, known))
    new = {"next": batch.next, "top": top} if batch.next else {"mention": top, "top": "", "next": ""}
    ordered = sorted((*messages, *direct.messages), key=lambda message: (message.time, message.id))
    return Mail(tuple(ordered), replace(cursor, **new).written, deleted, (*gaps, *direct.gaps), bool(batch.next))


def _newest(posts: Iterable[Post], known: str) -> str:
    ids = [id for post in posts if ID.fullmatch(id := str(post.get("id")))]
    return max([*ids, known], key=lambda id: int(id or 0))


def _listed(session: X, kind: str, newest: str, since: datetime, start: str) -> _Batch:
    """Posts that are newer than that one, or, where it is "", than then; the newest first."""
    first = {"since_id": newest} if newest else {"start_time": since.strftime("%Y-%m-%dT%H:%M:%SZ")}
    query = {**QUERY, **first} | ({"pagination_token": start} if start else {})
    query |= {"exclude": "retweets"} if kind == "tweets" else {}
    batch = _Batch([], {}, {}, start)
    for _ in range(PAGES):
        document = rest.document(session.api.ask("GET", f"/2/users/{session.id}/{kind}", params=query))
        posts = rest.objects(document.get("data", [])) if isinstance(document, Mapping) else None
        if posts is None:
            raise unreadable("X")
        batch.posts += posts
        batch.users |= {str(user.get("id")): user for user in _included(document, "users")}
        batch.files |= {str(file.get("media_key")): file for file in _included(document, "media")}
        meta = document.get("meta")
        batch.next = follow(meta.get("next_token"), batch.next) if isinstance(meta, Mapping) else ""
        if not batch.next:
            break
        query["pagination_token"] = batch.next
    return batch


def _included(document: Mapping[str, Any], kind: str) -> list[Mapping[str, Any]]:
    included = document.get("includes")
    return rest.objects(included.get(kind, [])) or [] if isinstance(included, Mapping) else []


def _is_answer(session: X, post: Post) -> bool:
    """Whether a post of ours answers another account."""
    return post.get("in_reply_to_user_id") not in (None, "", session.id)


def _deleted(session: X, watched: tuple[Trace, ...]) -> tuple[str, ...]:
    """The watched posts that X says are not there; it says otherwise of those that it only does not show."""
    ids = [trace.id for trace in watched if trace.contact is not Contact.DIRECT and ID.fullmatch(trace.id)][:WATCHED]
    if not ids:
        return ()
    document = rest.document(session.api.ask("GET", "/2/tweets", params={"ids": ",".join(ids)}))
    errors = rest.objects(document.get("errors", [])) if isinstance(document, Mapping) else None
    if errors is None:
        raise unreadable("X")
    missing = {str(error.get("value")) for error in errors if str(error.get("type")).endswith("resource-not-found")}
    return tuple(id for id in ids if id in missing)


# ── messages ────────────────────────────────────────────────────────────────────────────────────────────────


def _message(session: X, post: Post, batch: _Batch, known: frozenset[str]) -> Message:
    history = post.get("edit_history_tweet_ids")
    versions = [identity(id) for id in history] if isinstance(history, list) and history else [identity(post["id"])]
    time = rest.moment(post["created_at"])
    if time is None:
        raise ValueError("this is not a time")
    author = _author(session, post, batch)
    parent, quoted = _referenced(post, "replied_to"), _referenced(post, "quoted")
    conversation = identity(post.get("conversation_id") or parent or versions[0])
    is_below = author.ours or post.get("in_reply_to_user_id") == session.id or conversation in known
    handle = author.handle.removeprefix("@") or "i/web"
    return Message(
        id=versions[0],
        conversation=conversation,
        contact=Contact.COMMENT if is_below else Contact.QUOTE if quoted in known else Contact.MENTION,
        time=time,
        author=author,
        text=_text(post),
        url=f"https://x.com/{handle}/status/{identity(post['id'])}",
        above=parent,
        post=next((id for id in (parent, quoted, conversation) if id in known), _root(session, post, parent)),
        language=_language(post),
        files=tuple(_files(post, batch)),
        edited=time if len(versions) > 1 else None,
    )


def _author(session: X, post: Post, batch: _Batch) -> Author:
    id = identity(post["author_id"])
    user: Mapping[str, Any] = batch.users.get(id, {})
    handle = name(user.get("username")) or (session.username if id == session.id else "")
    handle = handle if re.fullmatch(r"\w{1,20}", handle, re.A) else ""
    url = f"https://x.com/{handle}" if handle else f"https://x.com/i/user/{id}"
    return Author(id, name(user.get("name")) or handle, handle and f"@{handle}", url, id == session.id)


def _referenced(post: Post, kind: str) -> str:
    """The id of the post that this one answers or quotes; "" for none."""
    references = rest.objects(post.get("referenced_tweets") or []) or []
    return next((identity(reference.get("id")) for reference in references if reference.get("type") == kind), "")


def _root(session: X, post: Post, parent: str) -> str:
    """The post of ours that began the conversation, where that is certain: the one that is answered."""
    is_ours = post.get("in_reply_to_user_id") == session.id and post.get("author_id") != session.id
    return parent if is_ours and parent == post.get("conversation_id") else ""


def _language(post: Post) -> str:
    language = post.get("lang")
    return language if isinstance(language, str) and re.fullmatch("[a-z]{2}", language) else ""


def _text(post: Post) -> str:
    """The whole text, with links in full, and without those that stand for pictures."""
    note = post.get("note_tweet")
    source = note if isinstance(note, Mapping) and isinstance(note.get("text"), str) else post
    text, entities = source["text"], source.get("entities")
    if not isinstance(text, str):
        raise ValueError("this is not a text")
    urls = rest.objects(entities.get("urls") or []) if isinstance(entities, Mapping) else None
    for url in urls or ():
        short, target = url.get("url"), address(url.get("expanded_url"))
        if isinstance(short, str) and short:
            text = text.replace(short, "" if url.get("media_key") else target or short, 1)
    return words(unescape(text))


def _files(post: Post, batch: _Batch) -> Iterable[str]:
    attachments = post.get("attachments")
    keys = attachments.get("media_keys") if isinstance(attachments, Mapping) else None
    for file in (batch.files.get(str(key), {}) for key in (keys if isinstance(keys, list) else ())):
        if link := address(file.get("url")) or address(file.get("preview_image_url")):
            yield link
