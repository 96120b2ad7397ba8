"""A post on Bluesky: its record, written, looked for and deleted."""

from datetime import UTC, datetime
from hashlib import sha256

from cmflow.model import Receipt, Remote, Variant
from cmflow.netkit.atproto import Ask, Json, Session
from cmflow.netkit.network import Outgoing
from cmflow.networks.bluesky.embed import embed
from cmflow.networks.bluesky.facets import facets
from cmflow.networks.bluesky.records import POSTS, REPOSTS, address_of, fields, record_at, reference, remote, sent

# What an author may say of their own post: https://docs.bsky.app/docs/advanced-guides/moderation, read 2026-11-22.
LABELS = ("porn", "sexual", "nudity", "graphic-media")


def publish(session: Session, message: Outgoing, thread: tuple[Receipt, ...]) -> Remote:
    """A record of the same name and content changes nothing, so a server takes it as often as it comes."""
    return put(session, message, None if _is_repost(message) else _reply(session, message.variant, thread))


def put(session: Session, message: Outgoing, reply: Json | None) -> Remote:
    """Write the part below what `reply` names: the post that it answers, and the one that the thread began with."""
    record = _record(session, message, reply)
    target = (session.did, record["$type"], rkey(message))
    body = {**fields(target), "record": record}
    return remote(target, session.ask(Ask("repo.putRecord", body=body, needs=("uri", "cid"), writes=True)))


def find(session: Session, message: Outgoing) -> Remote | None:
    target = (session.did, REPOSTS if _is_repost(message) else POSTS, rkey(message))
    record = record_at(session, target)
    return remote(target, record) if record else None


def delete(session: Session, receipt: Receipt) -> None:
    """Deleting what is not there is fine: it is not there."""
    _, collection, name = address_of(receipt.id or receipt.url)
    session.ask(Ask("repo.deleteRecord", body=fields((session.did, collection, name)), writes=True))


# ── the record ──────────────────────────────────────────────────────────────────────────────────────────────

_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"


def rkey(message: Outgoing) -> str:
    """The record's name, a TID: when the intent was written, to the millisecond; the rest of it tells keys apart."""
    salt = int.from_bytes(sha256(message.key.encode()).digest()[:8])
    moment = int(message.written * 1_000) * 1_000 + salt % 1_000
    number = moment << 10 | salt // 1_000 % 1_024
    return "".join(_LETTERS[number >> shift & 31] for shift in range(60, -1, -5))


def _record(session: Session, message: Outgoing, reply: Json | None) -> Json:
    """Only what the message says and the network holds: nothing of the moment."""
    variant, form = message.variant, message.part.form
    created = datetime.fromtimestamp(message.written, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if _is_repost(message):
        return {"$type": REPOSTS, "subject": reference(session, variant.repost)[0], "createdAt": created}
    optional: Json = {
        "facets": facets(session, form),
        "reply": reply,
        "embed": embed(session, message),
        "langs": [variant.language] if variant.language else None,
        "labels": _labels(variant.content_warning.strip().lower()),
    }
    fields = {name: value for name, value in optional.items() if value}
    return {"$type": POSTS, "text": form.body, **fields, "createdAt": created}


def _is_repost(message: Outgoing) -> bool:
    return bool(message.variant.repost and not message.part.form.body and not message.part.media)


def _labels(warning: str) -> Json | None:
    label = warning.replace(" ", "-")
    return {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": label}]} if label in LABELS else None


def _reply(session: Session, variant: Variant, thread: tuple[Receipt, ...]) -> Json | None:
    """Every reply names the post above it and the one that all began with."""
    above = sent(session, thread[-1]) if thread else None
    if variant.reply_to:
        target, root = reference(session, variant.reply_to)
        return {"root": root, "parent": above or target}
    return {"root": sent(session, thread[0]), "parent": above} if thread else None
