"""What is shown with the text of a post: pictures, a video, the card of a link, another post."""

import re
from collections import Counter

from cmflow.content import media
from cmflow.content.media.fit import shown
from cmflow.model import Media
from cmflow.model.errors import NotSent, Rejected
from cmflow.model.limits import Limits, clashes, refusal
from cmflow.netkit.atproto import Ask, Json, Session
from cmflow.netkit.errors import RETRY
from cmflow.netkit.media import facts_of
from cmflow.netkit.network import Outgoing, load
from cmflow.netkit.upload import Upload
from cmflow.networks.bluesky import video
from cmflow.networks.bluesky.records import POST_ADDRESS, reference

FEW = 4  # pictures of a post; more are a gallery. AT Protocol lexicon app.bsky.embed.images
_HOST = re.compile(r"https?://(?:[^/?#]*@)?(?:www\.)?([^/?#:]+).*", re.I | re.S)


def embed(session: Session, message: Outgoing) -> Json | None:
    own = _files(session, message) if message.part.media else _card(session, message)
    about = message.variant.quote or message.variant.repost
    if not about or message.index:
        return own
    if not own and not POST_ADDRESS.fullmatch(about) and about.startswith(("https://", "http://")):
        return _external({"uri": about, "title": _host(about), "description": ""})
    quoted = {"$type": "app.bsky.embed.record", "record": reference(session, about)[0]}
    return {"$type": "app.bsky.embed.recordWithMedia", "record": quoted, "media": own} if own else quoted


# ── a link ──────────────────────────────────────────────────────────────────────────────────────────────────


def _card(session: Session, message: Outgoing) -> Json | None:
    """For the part that shows the link; the first where none does."""
    link, parts, card = message.variant.link, message.variant.parts, message.variant.card
    showing = [number for number, part in enumerate(parts) if any(span.value == link for span in part.form.spans)]
    if not link or message.index != (showing or [0])[0]:
        return None
    title, description = (card.title, card.description.strip()) if card else ("", "")
    external: Json = {"uri": link, "title": title or message.variant.title or _host(link), "description": description}
    if message.card_picture:
        external["thumb"] = _blob(session, "The picture of the card", message.card_picture)
    return _external(external)


def _external(card: Json) -> Json:
    return {"$type": "app.bsky.embed.external", "external": card}


def _host(url: str) -> str:
    return _HOST.sub(r"\1", url)


# ── files ───────────────────────────────────────────────────────────────────────────────────────────────────


def _files(session: Session, message: Outgoing) -> Json:
    """All are looked at before the first is uploaded. An upload shows nothing yet, and made twice is the same blob."""
    limits = load("bluesky").limits
    pairs = list(zip(message.part.media, message.files, strict=True))
    looks = [_look(item, file, limits) for item, file in pairs]
    for clash in clashes(limits, Counter(facts.kind for facts in looks)):
        raise Rejected(f"Bluesky does not accept a post with {refusal(clash)}.", "Give one of them a post of its own.")
    if looks[0].kind == "video":
        return _film(session, message, *pairs[0], looks[0])
    pictures = [
        {"image": _blob(session, item.path, file, facts.mime), "alt": item.alt, "aspectRatio": _ratio(facts)}
        for (item, file), facts in zip(pairs, looks, strict=True)
    ]
    if len(pictures) <= FEW:
        return {"$type": "app.bsky.embed.images", "images": pictures}
    return {
        "$type": "app.bsky.embed.gallery",
        "items": [{"$type": "app.bsky.embed.gallery#image", **picture} for picture in pictures],
    }


def _film(session: Session, message: Outgoing, item: Media, file: Upload, facts: media.Facts) -> Json:
    subtitles = [
        {"lang": language, "file": _blob(session, f"The subtitles in {language}", spoken)}
        for language, spoken in message.subtitles(item)
    ]
    film = video.upload(session, item, file)
    fields = {"video": film, "alt": item.alt, "aspectRatio": _ratio(facts)}
    return {"$type": "app.bsky.embed.video", **fields, **({"captions": subtitles} if subtitles else {})}


def _blob(session: Session, name: str, file: Upload, mime: str = "") -> Json:
    blob = session.ask(Ask("repo.uploadBlob", file=file, mime=mime or file.mime)).get("blob")
    if not isinstance(blob, dict):
        raise NotSent(f"Bluesky does not confirm the upload of {name}.", RETRY)
    return blob


def _look(item: Media, file: Upload, limits: Limits) -> media.Facts:
    """A server takes any file; that it is too large or of the wrong kind, it says only of the record."""
    try:
        facts = facts_of(file)
    except media.Unreadable as error:
        raise Rejected(f"{item.path} cannot be sent. {error}", "Put another file in its place.") from None
    most = limits.video_bytes if facts.kind == "video" else limits.image_bytes
    if facts.mime not in limits.media_types:
        raise Rejected(f"Bluesky does not take {item.path}: it is {facts.mime}.", "Export it as JPEG, PNG or MP4.")
    if most and file.size > most.value:
        raise Rejected(f"{item.path} has {file.size:,} bytes; Bluesky takes {most.value:,}.", "Make it smaller.")
    return facts


def _ratio(facts: media.Facts) -> Json:
    """As it is seen: a camera held upright notes that its picture lies on its side."""
    width, height = shown(facts)
    return {"width": width, "height": height}
