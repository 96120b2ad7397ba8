"""Looking for a post in our own timeline. X rewrites links, so words are compared, and the positions of links."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from unicodedata import normalize

from cmflow.model import Part, Remote
from cmflow.model.errors import Unsure
from cmflow.netkit import rest
from cmflow.netkit.errors import unreadable
from cmflow.netkit.network import Outgoing
from cmflow.networks.x.call import POST, X, post_id
from cmflow.networks.x.post import is_repost
from cmflow.render.autolink import x

PAGE, PAGES = 100, 5  # own posts looked through, newest first
FEW = 3  # addresses in one sentence
MARGIN = timedelta(minutes=10)  # their clock and ours
FIELDS = "created_at,entities,note_tweet,referenced_tweets,text"
MENTIONS = re.compile(r"^(?:@\w+\s+)+", re.A)
LINK = "\0"  # stands for each link where two texts are compared: no text holds it
SETTLE = "See on X whether one of them is this post, then: cmflow settle"


def find(session: X, outgoing: Outgoing) -> Remote | None:
    """The oldest post of ours since the intent that shows the same text at the same place, and has no receipt."""
    if is_repost(outgoing):
        raise Unsure("X does not list reposts in a way that cmflow can recognise.", "Look on X, then: cmflow settle")
    since = datetime.fromtimestamp(outgoing.written, UTC) - MARGIN
    posts = [post for post in _recent(session, since) if not _is_known(session, post, outgoing)]
    text, parent = _visible_text(outgoing.part), outgoing.below or post_id(outgoing.variant.reply_to)
    for post in reversed(posts):
        if _text(post) == text and _parent(post) == parent:
            return session.remote(str(post["id"]))
    if posts:
        addresses = " ".join(session.remote(str(post["id"])).url for post in posts[:FEW])
        raise Unsure(f"X shows posts of this account that cmflow does not know: {addresses}", SETTLE)
    return None


def find_below(session: X, outgoing: Outgoing, parent: str) -> Remote | None:
    """Our answer to that post since the intent that is this part, and has no receipt; `Unsure` where another is."""
    since = datetime.fromtimestamp(outgoing.written, UTC) - MARGIN
    answers = [post for post in _recent(session, since) if _parent(post) == parent]
    strays = [post for post in answers if not _is_known(session, post, outgoing)]
    text = _visible_text(outgoing.part)
    for post in reversed(strays):
        if MENTIONS.sub("", _text(post)) == MENTIONS.sub("", text):  # X itself puts names before an answer
            return session.remote(str(post["id"]))
    if strays:
        addresses = " ".join(session.remote(str(post["id"])).url for post in strays[:FEW])
        raise Unsure(f"X shows answers of this account that cmflow does not know: {addresses}", SETTLE)
    return None


def _recent(session: X, since: datetime) -> Iterator[Mapping[str, Any]]:
    """Our own posts since then, newest first; `Unsure` where there are too many to look through."""
    query = {
        "max_results": str(PAGE),
        "start_time": since.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "exclude": "retweets",
        "tweet.fields": FIELDS,
    }
    for _ in range(PAGES):
        page = rest.document(session.api.ask("GET", f"/2/users/{session.id}/tweets", params=query))
        meta = page.get("meta") if isinstance(page, Mapping) else None
        posts = rest.objects(page.get("data", [])) if isinstance(page, Mapping) else None
        if not isinstance(meta, Mapping) or posts is None or not all(post.get("id") for post in posts):
            raise unreadable("X")
        yield from posts
        if not meta.get("next_token"):
            return
        query["pagination_token"] = str(meta["next_token"])
    raise Unsure("X lists too many posts of this account to look through.", "Look on X, then: cmflow settle")


def _is_known(session: X, post: Mapping[str, Any], outgoing: Outgoing) -> bool:
    remote = session.remote(str(post["id"]))
    return not outgoing.known.isdisjoint((remote.id, remote.url))


def _parent(post: Mapping[str, Any]) -> str:
    """The id of the post that this one answers, or ""."""
    references = rest.objects(post.get("referenced_tweets", [])) or []
    parents = [str(reference.get("id")) for reference in references if reference.get("type") == "replied_to"]
    return parents[0] if parents else ""


def _text(post: Mapping[str, Any]) -> str:
    """The text that people see, with `LINK` for each link, and without the address of media or of a quoted post."""
    note = post.get("note_tweet")
    source = note if isinstance(note, Mapping) else post
    chars = str(source.get("text", ""))
    entities = source.get("entities")
    urls = rest.objects(entities.get("urls", [])) if isinstance(entities, Mapping) else None
    for url in reversed(urls or []):  # by their t.co address: its position is counted in more than one way
        short = str(url.get("url", ""))
        is_extra = chars.endswith(short) and (url.get("media_key") or _is_post(str(url.get("expanded_url", ""))))
        chars = chars.removesuffix(short).rstrip() if is_extra else chars.replace(short, LINK)
    return normalize("NFC", unescape(chars)).strip()


def _is_post(url: str) -> bool:
    return url.startswith("http") and bool(POST.fullmatch(url))


def _visible_text(part: Part) -> str:
    """The text of a part as `_text` gives it."""
    body = part.form.body
    for entity in sorted(x.find(body), reverse=True):
        if entity.kind == "url":
            body = body[: entity.start] + LINK + body[entity.end :]
    return normalize("NFC", body).strip()
