"""What a message holds: words with their entities, a poll, files, and the message it answers."""

import re
from collections.abc import Mapping
from typing import Any

from cmflow.model import Form, Kind
from cmflow.model.errors import Rejected
from cmflow.netkit.files import pairs
from cmflow.netkit.network import Outgoing
from cmflow.netkit.upload import kind
from cmflow.render import formats, question

ADDRESS = re.compile(r"(?:https?://)?t\.me/(?:c/(\d+)|([A-Za-z]\w{3,31}))(?:/\d+)?/(\d+)(?:\?.*)?", re.ASCII)
ENTITIES = {
    Kind.BOLD: "bold",
    Kind.ITALIC: "italic",
    Kind.STRIKE: "strikethrough",
    Kind.CODE: "code",
    Kind.PRE: "pre",
    Kind.QUOTE: "blockquote",
    Kind.LINK: "text_link",
}
Fields = dict[str, Any]


def text_fields(form: Form, name: str = "text", entities: str = "entities") -> Fields:
    """Mentions and hashtags need no entity: Telegram finds them itself."""
    marks = [
        {"type": ENTITIES[span.kind], "offset": span.start, "length": span.end - span.start}
        | ({"url": span.value} if span.kind is Kind.LINK else {})
        | ({"language": span.value} if span.kind is Kind.PRE and span.value else {})
        for span in formats.utf16(form.body, form.spans)
        if span.kind in ENTITIES
    ]
    return ({name: form.body} if form.body else {}) | ({entities: marks} if marks else {})


def preview(message: Outgoing) -> Fields:
    """The card below the words is of the post's link, whichever address comes first in the words."""
    link = "" if message.index else message.variant.link
    return {"link_preview_options": {"url": link}} if link else {}


def poll(message: Outgoing) -> Fields:
    words_of_question, remainder = question.divided(message.part.text)
    settings = message.variant.poll
    assert settings is not None
    return {
        "question": words_of_question,
        "options": [{"text": option} for option in settings.options],
        "open_period": int(settings.duration.total_seconds()),
        "allows_multiple_answers": settings.multiple,
        **text_fields(formats.entities(remainder), "description", "description_entities"),
    }


def reply(message: Outgoing, previous: str, chat: str) -> Fields:
    """The message it answers: the part before, else the one that the post answers or quotes."""
    variant = message.variant
    if previous:
        return {"reply_parameters": {"message_id": number_of(previous)}}
    if variant.reply_to and variant.quote:
        raise Rejected(
            "A Telegram message can answer only one message, and a quote counts as an answer.", "Leave one of them out."
        )
    address = "" if message.index else variant.reply_to or variant.quote
    if not address:
        return {}
    target, number = referenced(address, dict(message.ids), chat)
    return {"reply_parameters": {"message_id": number} | ({"chat_id": target} if target != chat else {})}


def referenced(address: str, ids: Mapping[str, str], chat: str) -> tuple[str, int]:
    """The chat and the number of a message that is named by its address."""
    if address in ids:
        return chat, number_of(ids[address])
    match = ADDRESS.fullmatch(address)
    if not match:
        raise Rejected(f"“{address}” is not the address of a Telegram message.", "Copy its link: https://t.me/…/123")
    target = f"-100{match[1]}" if match[1] else f"@{match[2]}"
    return (chat if target.casefold() == chat.casefold() else target), int(match[3])


def number_of(receipt: str) -> int:
    """The number of a message; of an album, of its first one."""
    return int(receipt.partition(",")[0])


def kinds(message: Outgoing) -> list[str]:
    """What Telegram calls each file."""
    return [_kind(kind(file, item.path)) for item, file in pairs(message, "telegram")]


def _kind(mime: str) -> str:
    if mime in ("image/gif", "application/pdf"):
        return "animation" if mime == "image/gif" else "document"
    return "video" if mime.startswith("video/") else "photo"
