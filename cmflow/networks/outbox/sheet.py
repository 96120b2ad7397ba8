"""What is written of a part: for programs, and for people."""

import hashlib
from datetime import UTC, datetime
from typing import Any

from cmflow.model import Kind, Media, Part, Receipt, Span
from cmflow.netkit.network import Outgoing, load
from cmflow.netkit.upload import Upload
from cmflow.render import formats

VERSION = 1


def sheet_of(message: Outgoing, thread: tuple[Receipt, ...]) -> dict[str, Any]:
    variant, part = message.variant, message.part
    return {
        "version": VERSION,
        "key": message.key,
        "post": variant.post,
        "account": variant.account,
        "network": variant.network,
        "part": message.index + 1,
        "parts": len(variant.parts),
        "due": variant.time.isoformat(),
        "written": _moment(message.written),
        "digest": variant.digest,
        "after": [receipt.id for receipt in thread],
        **_part(part),
        "media": [_file(media, upload) for media, upload in zip(part.media, message.files, strict=True)],
        "title": variant.title,
        "tags": list(variant.tags),
        "link": variant.link,
        "card": _card(message),
        "language": variant.language,
        "content_warning": variant.content_warning,
        "visibility": variant.visibility.value,
        "reply_to": variant.reply_to,
        "quote": variant.quote,
        "repost": variant.repost,
        "poll": _poll(message),
        "first_comment": _part(variant.first_comment) if variant.first_comment else None,
    }


def _part(part: Part) -> dict[str, Any]:
    return {
        "text": part.form.body,
        "spans": _spans(part.form.spans),
        "html": part.form.html,
        "length": part.length,
        "limit": part.limit,
        "characters": {"text": part.text.chars, "spans": _spans(part.text.spans)},
    }


def _spans(spans: tuple[Span, ...]) -> list[dict[str, Any]]:
    return [{"start": s.start, "end": s.end, "kind": s.kind.value, "value": s.value} for s in spans]


def _file(media: Media, upload: Upload) -> dict[str, Any]:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    subtitles = [{"file": item.path, "language": item.language} for item in media.subtitles]
    sheet = {"file": media.path, "alt": media.alt, "bytes": upload.size, "sha256": digest.hexdigest()}
    return {**sheet, "subtitles": subtitles} if subtitles else sheet


def _card(message: Outgoing) -> dict[str, str] | None:
    card = message.variant.card
    if card is None:
        return None
    picture = card.picture.path if card.picture else ""
    return {"title": card.title, "description": card.description, "picture": picture}


def _poll(message: Outgoing) -> dict[str, Any] | None:
    poll = message.variant.poll
    if poll is None:
        return None
    return {"options": list(poll.options), "minutes": poll.duration.total_seconds() / 60, "multiple": poll.multiple}


def readable_text(message: Outgoing) -> str:
    variant, part, limits = message.variant, message.part, load(message.variant.network).limits
    text = formats.legible(part.form.display)
    behind = (span.value for span in part.form.display.spans if span.kind is Kind.LINK and span.value not in text)
    links = "".join(f"\nLink: {url}\n" for url in dict.fromkeys(behind))
    facts = (
        ("To", f"{variant.account} ({variant.network})"),
        ("Due", f"{variant.time:%Y-%m-%d %H:%M %z}"),
        ("Part", f"{message.index + 1} of {len(variant.parts)}" if len(variant.parts) > 1 else ""),
        ("Title", variant.title),
        ("Warning", variant.content_warning if limits.content_warning else ""),
        ("Replies to", variant.reply_to),
        ("Quotes", variant.quote),
        ("Reposts", variant.repost),
        ("Poll", " | ".join(variant.poll.options) if variant.poll and limits.poll_options else ""),
        ("Length", f"{part.length} of {part.limit}" if part.limit else ""),
    )
    head = "".join(f"{name}: {value}\n" for name, value in facts if value)
    media = "".join(f"\n[{item.path}] {item.alt}\n" for item in part.media)
    comment = (
        formats.legible(variant.first_comment.form.display) if variant.first_comment and message.index == 0 else ""
    )
    return f"{head}\n{text}\n{links}{media}" + (f"\nFirst comment: {comment}\n" if comment else "")


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
