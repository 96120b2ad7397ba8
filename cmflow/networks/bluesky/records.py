"""Records of a repository: how they are addressed, read, and named by others."""

import re
from typing import Any

from cmflow.model import Receipt, Remote
from cmflow.model.errors import Rejected
from cmflow.netkit import atproto
from cmflow.netkit.atproto import Ask, Json, Session

POSTS, REPOSTS = "app.bsky.feed.post", "app.bsky.feed.repost"
POST_ADDRESS = re.compile(
    r"at://(?P<repo>[\w.:%-]+)/(?P<collection>[\w.-]+)/(?P<rkey>[\w.:~-]+)(?: (?P<cid>\w+))?"
    r"|https://bsky\.app/profile/(?P<who>[\w.:%-]+)/post/(?P<post>[\w.:~-]+)/?"
)

RecordAddress = tuple[str, str, str]  # repository, collection, record key


def address_of(address: str) -> RecordAddress:
    match = POST_ADDRESS.fullmatch(address)
    if match is None:
        raise Rejected(
            f"“{address[:200]}” is not a post on Bluesky.", "Write its address, as in https://bsky.app/profile/…/post/…"
        )
    return (match["repo"] or match["who"], match["collection"] or POSTS, match["rkey"] or match["post"])


def fields(target: RecordAddress) -> Json:
    return dict(zip(("repo", "collection", "rkey"), target, strict=True))


def remote(target: RecordAddress, answer: Json) -> Remote:
    """The id holds both the record's address and its fingerprint: a reply must name both."""
    repo, collection, name = target
    url = f"https://bsky.app/profile/{repo}/post/{name}" if collection == POSTS else ""
    return Remote(f"at://{repo}/{collection}/{name} {answer['cid']}", url)


def sent(session: Session, receipt: Receipt) -> Json:
    """An earlier part. A person who settled it left its address alone."""
    uri, _, cid = receipt.id.partition(" ")
    return {"uri": uri, "cid": cid} if cid else reference(session, receipt.id or receipt.url)[0]


def reference(session: Session, address: str) -> tuple[Json, Json]:
    """A post, and the one that its thread began with: itself where it began one."""
    record = record_at(session, address_of(address))
    if record is None:
        raise Rejected(f"{address} is not there.", "It may have been deleted: write another address, or none.")
    itself = {"uri": record["uri"], "cid": record["cid"]}
    root = inside(record, "value", "reply", "root")
    return itself, {"uri": root["uri"], "cid": root["cid"]} if {"uri", "cid"} <= root.keys() else itself


def inside(value: Any, *names: str) -> Json:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def record_at(session: Session, target: RecordAddress) -> Json | None:
    ask = Ask("repo.getRecord", params=fields(target), needs=("uri", "cid"))
    answer = session.answer(ask)
    return None if atproto.error(answer) == "RecordNotFound" else session.judged(ask, answer)
