"""Bluesky: posts as records that we name ourselves, so that the same request again can never make a second one.

How a post is published: pictures (up to four) or one video with it; a link card for `link:` where it has neither, with
the link's host as its title, since no page is fetched; `quote:` embeds a Bluesky post, and is a link card for any other
URL; `repost:` alone is a repost, with words of its own a quote. Files go out byte for byte, whatever is noted in them.
A content warning is kept only where it is one of Bluesky's own labels; what else it says, no reader would see.

https://atproto.com/specs/record-key, https://docs.bsky.app/docs/advanced-guides/posts, read 2026-11-22.
"""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from cmflow.content import media
from cmflow.model import Entity, Form, Kind, Media, Receipt, Remote, Span, Variant
from cmflow.model.errors import Denied, NotSent, Rejected
from cmflow.model.limits import Exclusion, Limit, Limits, Measure, clashes, refusal
from cmflow.netkit import answers, atproto, figures
from cmflow.netkit.atproto import SIGN_IN, Ask, Json, Session
from cmflow.netkit.auth import AppPassword
from cmflow.netkit.errors import RETRY
from cmflow.netkit.network import Access, Figures, Network, Option, Outgoing, Standing
from cmflow.render import counting, formats
from cmflow.render.autolink import bluesky

if TYPE_CHECKING:
    import httpx

READ = date(2026, 11, 22)
POST = "AT Protocol lexicon app.bsky.feed.post"
IMAGES = "AT Protocol lexicon app.bsky.embed.images"
VIDEO = "AT Protocol lexicon app.bsky.embed.video"

SERVICE = "https://bsky.social"
POSTS, REPOSTS = "app.bsky.feed.post", "app.bsky.feed.repost"
POST_FIGURES = ("likeCount", "repostCount", "replyCount", "quoteCount", "bookmarkCount")
ACCOUNT_FIGURES = ("followersCount", "followsCount", "postsCount")
BATCH = 25  # posts that one question is about, AT Protocol lexicon app.bsky.feed.getPosts
# What an author may say of their own post: https://docs.bsky.app/docs/advanced-guides/moderation, read 2026-11-22.
LABELS = ("porn", "sexual", "nudity", "graphic-media")

LIMITS = Limits(
    text=(
        Measure(Limit(300, "graphemes", POST, READ), counting.graphemes),
        Measure(Limit(3_000, "bytes", POST, READ), counting.utf8),
    ),
    form=formats.facets,
    written_url=False,  # a facet leads there from the URL as it was written
    find=bluesky.find,
    offsets="bytes",
    media_types=("image/jpeg", "image/png", "image/webp", "image/gif", "video/mp4"),
    images=Limit(4, "images", IMAGES, READ, "a gallery: 20"),
    image_bytes=Limit(2_000_000, "bytes", IMAGES, READ),
    videos=Limit(1, "videos", VIDEO, READ),
    exclusions=(Exclusion("video", "image", POST, READ), Exclusion("video", "gif", POST, READ)),
    video_bytes=Limit(300_000_000, "bytes", VIDEO, READ),
    alt=Limit(2_000, "characters", "Bluesky's own app; the lexicon sets none", READ),
)


def connect(http: "httpx.Client", access: Access) -> Session:
    account, password = access.account, dict(access.secrets).get("app_password", "").strip()
    handle, service = account.option("handle").removeprefix("@"), account.option("service") or SERVICE
    if not handle:
        raise Denied(f"{account.name} has no handle.", "Write it in the plan as options: {handle: …}")
    if not password:
        raise Denied(f"{account.name} has no app password.", SIGN_IN)
    return atproto.signed_in(http, service, handle, password)


def publish(session: Session, message: Outgoing, thread: tuple[Receipt, ...]) -> Remote:
    """A record of the same name and content changes nothing, so a server takes it as often as it comes."""
    record = _record(session, message, thread)
    target = (session.did, record["$type"], rkey(message))
    body = {**_named(target), "record": record}
    return _remote(target, session.ask(Ask("repo.putRecord", body=body, needs=("uri", "cid"), writes=True)))


def find(session: Session, message: Outgoing) -> Remote | None:
    target = (session.did, REPOSTS if _is_repost(message) else POSTS, rkey(message))
    record = _record_at(session, target)
    return _remote(target, record) if record else None


def delete(session: Session, receipt: Receipt) -> None:
    """Deleting what is not there is fine: it is not there."""
    _, collection, name = _record_address(receipt.id or receipt.url)
    session.ask(Ask("repo.deleteRecord", body=_named((session.did, collection, name)), writes=True))


def verify(session: Session) -> Standing:
    profile = session.ask(Ask("server.getSession", params={}, needs=("handle", "did")))
    return Standing(f"Posts as @{profile['handle']} ({profile['did']}) on {session.service}")


def metrics(session: Session, receipts: tuple[Receipt, ...]) -> tuple[Figures, ...]:
    """A repost has no figures of its own, and a post that is not there is left out of the answer."""
    places = [_record_address(receipt.id.partition(" ")[0] or receipt.url) for receipt in receipts]
    addresses = ["at://" + "/".join(target) for target in places if target[1] == POSTS]
    answer = session.ask(Ask("app.bsky.feed.getPosts", params={"uris": addresses})) if addresses else {}
    posts = {_record_address(str(post.get("uri")))[1:]: post for post in answers.objects(answer.get("posts")) or ()}
    return tuple(figures.read(posts.get(target[1:]), POST_FIGURES) for target in places)


def account_metrics(session: Session) -> Figures:
    return figures.read(session.ask(Ask("app.bsky.actor.getProfile", params={"actor": session.did})), ACCOUNT_FIGURES)


# ── the record ──────────────────────────────────────────────────────────────────────────────────────────────

_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"


def rkey(message: Outgoing) -> str:
    """The record's name, a TID: when the intent was written, to the millisecond; the rest of it tells keys apart."""
    salt = int.from_bytes(sha256(message.key.encode()).digest()[:8])
    moment = int(message.written * 1_000) * 1_000 + salt % 1_000
    number = moment << 10 | salt // 1_000 % 1_024
    return "".join(_LETTERS[number >> shift & 31] for shift in range(60, -1, -5))


def _record(session: Session, message: Outgoing, thread: tuple[Receipt, ...]) -> Json:
    """Only what the message says and the network holds: nothing of the moment."""
    variant, form = message.variant, message.part.form
    created = datetime.fromtimestamp(message.written, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if _is_repost(message):
        return {"$type": REPOSTS, "subject": _reference(session, variant.repost)[0], "createdAt": created}
    optional: Json = {
        "facets": _facets(session, form),
        "reply": _reply(session, variant, thread),
        "embed": _embed(session, message),
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
    above = _sent(session, thread[-1]) if thread else None
    if variant.reply_to:
        target, root = _reference(session, variant.reply_to)
        return {"root": root, "parent": above or target}
    return {"root": _sent(session, thread[0]), "parent": above} if thread else None


# ── facets ──────────────────────────────────────────────────────────────────────────────────────────────────

_HANDLE = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*")
_FEATURES = {Kind.LINK: ("link", "uri"), Kind.MENTION: ("mention", "did"), Kind.TAG: ("tag", "tag")}
_KINDS = {"url": Kind.LINK, "mention": Kind.MENTION, "hashtag": Kind.TAG}


def _facets(session: Session, form: Form) -> list[Json]:
    """What we mean to be linked, then what everybody expects to be: Bluesky itself links nothing."""
    explicit = [span for span in form.spans if span.kind in _FEATURES and span.start < span.end]
    detected = (_as_span(entity) for entity in bluesky.find(form.body))
    spans = sorted([*explicit, *(span for span in detected if not _touches(span, explicit))])
    return [facet for span in formats.utf8(form.body, spans) if (facet := _facet(session, span))]


def _facet(session: Session, span: Span) -> Json | None:
    kind, name = _FEATURES[span.kind]
    value = _did(session, span.value) if span.kind is Kind.MENTION else span.value
    if not value or (span.kind is Kind.TAG and (counting.graphemes(value) > 64 or counting.utf8(value) > 640)):
        return None
    feature = {"$type": f"app.bsky.richtext.facet#{kind}", name: value}
    return {"index": {"byteStart": span.start, "byteEnd": span.end}, "features": [feature]}


def _as_span(entity: Entity) -> Span:
    kind, value = _KINDS[entity.kind], entity.text
    if kind is Kind.LINK and "://" not in value:
        value = f"https://{value}"
    elif kind is Kind.TAG:
        value = value.upper() if value.startswith("$") else value[1:]
    return Span(entity.start, entity.end, kind, value)


def _touches(span: Span, spans: Iterable[Span]) -> bool:
    return any(span.start < item.end and item.start < span.end for item in spans)


def _did(session: Session, name: str) -> str:
    """Who that is; "" if it is unknown here: the name then stays plain text."""
    handle = name.removeprefix("@").lower()
    if handle.startswith("did:"):
        return name.removeprefix("@")
    if not _HANDLE.fullmatch(handle):
        return ""
    if handle not in session.people:
        ask = Ask("identity.resolveHandle", params={"handle": handle}, needs=("did",))
        answer = session.answer(ask)
        unknown = answer.status_code == 400 and not atproto.is_denied(answer)
        session.people[handle] = "" if unknown else session.judged(ask, answer)["did"]
    return session.people[handle]


# ── what is shown with the text ─────────────────────────────────────────────────────────────────────────────


def _embed(session: Session, message: Outgoing) -> Json | None:
    embed = _files(session, message) if message.part.media else _card(message)
    about = message.variant.quote or message.variant.repost
    if not about or message.index:
        return embed
    if not embed and not _POST.fullmatch(about) and about.startswith(("https://", "http://")):
        return _link(about)
    quoted = {"$type": "app.bsky.embed.record", "record": _reference(session, about)[0]}
    return {"$type": "app.bsky.embed.recordWithMedia", "record": quoted, "media": embed} if embed else quoted


def _card(message: Outgoing) -> Json | None:
    """For the part that shows the link; the first where none does."""
    link, parts = message.variant.link, message.variant.parts
    showing = [number for number, part in enumerate(parts) if any(span.value == link for span in part.form.spans)]
    return _link(link, message.variant.title) if link and message.index == (showing or [0])[0] else None


def _link(url: str, title: str = "") -> Json:
    card = {"uri": url, "title": title or _HOST.sub(r"\1", url), "description": ""}
    return {"$type": "app.bsky.embed.external", "external": card}


def _files(session: Session, message: Outgoing) -> Json:
    """All are looked at before the first is uploaded. An upload shows nothing yet, and made twice is the same blob."""
    files = [file.read() for file in message.files]
    looked = [_looked(item, data) for item, data in zip(message.part.media, files, strict=True)]
    for clash in clashes(LIMITS, Counter(facts.kind for facts in looked)):
        raise Rejected(f"Bluesky takes no post with {refusal(clash)}.", "Give one of them a post of its own.")
    film = any(facts.kind == "video" for facts in looked)
    items = []
    for item, data, facts in zip(message.part.media, files, looked, strict=True):
        blob = session.ask(Ask("repo.uploadBlob", file=data, mime=facts.mime)).get("blob")
        if not isinstance(blob, dict):
            raise NotSent(f"Bluesky gave no name to {item.path}.", RETRY)
        items.append({"video" if film else "image": blob, "alt": item.alt, "aspectRatio": _ratio(facts)})
    return (
        {"$type": "app.bsky.embed.video", **items[0]} if film else {"$type": "app.bsky.embed.images", "images": items}
    )


def _looked(item: Media, data: bytes) -> media.Facts:
    """A server takes any file; that it is too large or of the wrong kind, it says only of the record."""
    try:
        facts = media.probe(data)
    except media.Unreadable as error:
        raise Rejected(f"{item.path} cannot be sent. {error}", "Put another file in its place.") from None
    most = LIMITS.video_bytes if facts.kind == "video" else LIMITS.image_bytes
    if facts.mime not in LIMITS.media_types:
        raise Rejected(f"Bluesky does not take {item.path}: it is {facts.mime}.", "Export it as JPEG, PNG or MP4.")
    if most and len(data) > most.value:
        raise Rejected(f"{item.path} has {len(data):,} bytes; Bluesky takes {most.value:,}.", "Make it smaller.")
    return facts


def _ratio(facts: media.Facts) -> Json:
    """As it is seen: a camera held upright notes that its picture lies on its side."""
    width, height = (facts.height, facts.width) if facts.turned else (facts.width, facts.height)
    return {"width": width, "height": height}


# ── other records ───────────────────────────────────────────────────────────────────────────────────────────

_POST = re.compile(
    r"at://(?P<repo>[\w.:%-]+)/(?P<collection>[\w.-]+)/(?P<rkey>[\w.:~-]+)(?: (?P<cid>\w+))?"
    r"|https://bsky\.app/profile/(?P<who>[\w.:%-]+)/post/(?P<post>[\w.:~-]+)/?"
)
_HOST = re.compile(r"https?://(?:[^/?#]*@)?(?:www\.)?([^/?#:]+).*", re.I | re.S)

RecordAddress = tuple[str, str, str]  # repository, collection, record key


def _record_address(address: str) -> RecordAddress:
    match = _POST.fullmatch(address)
    if match is None:
        raise Rejected(
            f"“{address[:200]}” is not a post on Bluesky.", "Write its address, as in https://bsky.app/profile/…/post/…"
        )
    return (match["repo"] or match["who"], match["collection"] or POSTS, match["rkey"] or match["post"])


def _named(target: RecordAddress) -> Json:
    return dict(zip(("repo", "collection", "rkey"), target, strict=True))


def _remote(target: RecordAddress, answer: Json) -> Remote:
    """The id holds both the record's address and its fingerprint: a reply must name both."""
    repo, collection, name = target
    url = f"https://bsky.app/profile/{repo}/post/{name}" if collection == POSTS else ""
    return Remote(f"at://{repo}/{collection}/{name} {answer['cid']}", url)


def _sent(session: Session, receipt: Receipt) -> Json:
    """An earlier part. A person who settled it left its address alone."""
    uri, _, cid = receipt.id.partition(" ")
    return {"uri": uri, "cid": cid} if cid else _reference(session, receipt.id or receipt.url)[0]


def _reference(session: Session, address: str) -> tuple[Json, Json]:
    """A post, and the one that its thread began with: itself where it began one."""
    record = _record_at(session, _record_address(address))
    if record is None:
        raise Rejected(f"{address} is not there.", "It may have been deleted: write another address, or none.")
    itself = {"uri": record["uri"], "cid": record["cid"]}
    root = _inside(record, "value", "reply", "root")
    return itself, {"uri": root["uri"], "cid": root["cid"]} if {"uri", "cid"} <= root.keys() else itself


def _inside(value: Any, *names: str) -> Json:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def _record_at(session: Session, target: RecordAddress) -> Json | None:
    ask = Ask("repo.getRecord", params=_named(target), needs=("uri", "cid"))
    answer = session.answer(ask)
    return None if atproto.error(answer) == "RecordNotFound" else session.judged(ask, answer)


network: Network[Session] = Network(
    name="bluesky",
    title="Bluesky",
    docs="https://docs.bsky.app/docs/advanced-guides/posts",
    limits=LIMITS,
    options=(
        Option("handle", "Who posts.", required=True, example="cmflow.bsky.social"),
        Option("service", "The server that holds the account; https://bsky.social where not given.", destination=True),
    ),
    auth=AppPassword(
        page="https://bsky.app/settings/app-passwords",
        steps=("Add an app password named cmflow; access to direct messages is not needed.",),
    ),
    keyed=True,
    connect=connect,
    publish=publish,
    find=find,
    delete=delete,
    verify=verify,
    metrics=metrics,
    account_metrics=account_metrics,
    batch=BATCH,
)
