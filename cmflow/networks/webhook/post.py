"""What the receiver gets of a part, and what its answer means."""

import base64
import hashlib
from datetime import UTC, datetime
from typing import Any

from cmflow.model import Media, Receipt, Remote
from cmflow.model.errors import Unsure
from cmflow.netkit import errors
from cmflow.netkit.answers import text
from cmflow.netkit.errors import LOOK
from cmflow.netkit.files import pairs
from cmflow.netkit.network import Outgoing
from cmflow.netkit.upload import Upload, kind
from cmflow.networks.webhook.receiver import DELETE, PUBLISH, VERSION, Receiver
from cmflow.networks.webhook.signature import identity

DUPLICATE, MISSING = (409,), (404,)  # it was taken before; there is nothing to delete


def publish(receiver: Receiver, message: Outgoing, thread: tuple[Receipt, ...]) -> Remote:
    time = datetime.fromtimestamp(message.written, UTC)
    answer = receiver.send(PUBLISH, message.key, time, _data(message, thread), DUPLICATE)
    if errors.is_page(answer):
        raise Unsure(f"{receiver.host} answers with a web page; a receiver answers with JSON or nothing.", LOOK)
    address = text(answer, "url")
    return Remote(
        text(answer, "id") or identity(PUBLISH, message.key),
        address if address.startswith(("https://", "http://")) else "",
    )


def delete(receiver: Receiver, receipt: Receipt) -> None:
    """The receiver is told what it called the post; 404 says that there is nothing."""
    data = {"version": VERSION, "account": receiver.account, "id": receipt.id, "url": receipt.url}
    receiver.send(DELETE, receipt.id or receipt.url, receipt.time, data, MISSING)


def _data(message: Outgoing, thread: tuple[Receipt, ...]) -> dict[str, Any]:
    variant, poll = message.variant, message.variant.poll if not message.index else None
    return {
        "version": VERSION,
        "account": variant.account,
        "post": variant.post,
        "part": message.index + 1,
        "parts": len(variant.parts),
        "previous": [receipt.id for receipt in thread],
        "title": variant.title,
        "text": message.part.form.body,
        "language": variant.language,
        "link": variant.link,
        "tags": list(variant.tags),
        "content_warning": variant.content_warning,
        "visibility": variant.visibility.value,
        "reply_to": variant.reply_to,
        "quote": variant.quote,
        "repost": variant.repost,
        "poll": poll
        and {"options": list(poll.options), "seconds": int(poll.duration.total_seconds()), "multiple": poll.multiple},
        "media": [_file(media, file) for media, file in pairs(message, "webhook")],
    }


def _file(media: Media, file: Upload) -> dict[str, Any]:
    data = file.read()
    return {
        "name": media.path.rpartition("/")[2],
        "type": kind(file, media.path),
        "alt": media.alt,
        "sha256": hashlib.sha256(data).hexdigest(),
        "data": base64.b64encode(data).decode(),
    }
