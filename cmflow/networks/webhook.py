"""A webhook of one's own: the receiver gets the post as JSON, signed as Standard Webhooks are.

What it gets and how it answers is a contract of ours, docs/webhook.md. It holds that a receiver takes each `webhook-id`
once, so the same request may be sent again: the id comes of the key, and the body stays the same to the byte.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from cmflow.content import secrets
from cmflow.model import Media, Receipt, Remote, Visibility
from cmflow.model.errors import Denied, Rejected, Unsure
from cmflow.model.limits import Limit, Limits, Measure
from cmflow.netkit import errors
from cmflow.netkit.addresses import clean
from cmflow.netkit.answers import text
from cmflow.netkit.auth import Token
from cmflow.netkit.errors import LOOK, Advice
from cmflow.netkit.network import Access, Network, Option, Outgoing, Standing
from cmflow.netkit.rest import ApiClient
from cmflow.netkit.upload import Upload, kind
from cmflow.render import counting, formats
from cmflow.render.autolink import plain

if TYPE_CHECKING:
    import httpx

READ = date(2026, 11, 29)
CONTRACT = "cmflow's own webhook contract"
VERSION = 1
PUBLISH, DELETE, PING = "post.publish", "post.delete", "ping"
PREFIX = "whsec_"
KEYS = range(24, 65)  # bytes of a signing key (https://www.standardwebhooks.com, read 2026-11-22)
TOGETHER = 25_000_000  # bytes of the files of one part
DUPLICATE, MISSING = (409,), (404,)  # it was taken before; there is nothing to delete
ADVICE = Advice(
    denied="Check that the receiver knows the signing secret of this account.",
    moved="The receiver has another address: correct `url` in the plan.",
    missing="Nothing is there: correct `url` in the plan.",
    rejected="The receiver does not take this post: change it, or the receiver.",
)


@dataclass(frozen=True, slots=True)
class Receiver:
    """`keys` sign, all of them: two while the secret is being changed."""

    client: ApiClient
    account: str
    host: str
    keys: tuple[bytes, ...] = field(repr=False)
    clock: Callable[[], float] = field(repr=False)

    def send(
        self, event: str, key: str, time: datetime, data: dict[str, Any], fine: tuple[int, ...] = ()
    ) -> "httpx.Response":
        """The receiver's answer to one event. `fine` are further answers that say that it has it."""
        content = {"type": event, "timestamp": time.isoformat().replace("+00:00", "Z"), "data": data}
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
        headers = _headers(self.keys, identity(event, key), int(self.clock()), body)
        call = self.client.write if event == PUBLISH else self.client.ask
        answer = call("POST", "", (*fine, 410), content=body, headers=headers)
        if answer.status_code == 410:
            message = f"{self.host} says that it no longer receives anything there (410)."
            raise Denied(message, f"Take {self.account} out of the plan, or correct its `url`.")
        return answer


def connect(http: "httpx.Client", access: Access) -> Receiver:
    account, written = access.account, access.account.option("url").strip()
    address, query = clean(written), urlsplit(written).query if clean(written) else ""
    if not address:
        message = f"The url of {account.name} is not an address that begins with https://"
        raise Denied(message, "Write it in the plan as options: {url: https://…}")
    secrets = dict(access.secrets).get("secret", "").split() or [access.secret("secret")]
    keys = tuple(_key(word, account.name) for word in secrets)
    client = ApiClient(
        http,
        network.title,
        f"{address}?{query}" if query else address,
        secrets[0],
        access.pause,
        scheme="",
        headers=(("Content-Type", "application/json"),),
        advice=ADVICE,
    )
    return Receiver(client, account.name, urlsplit(address).hostname or "", keys, access.clock)


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


def verify(receiver: Receiver) -> Standing:
    """The receiver answered a ping, so it knows the signature."""
    time = datetime.fromtimestamp(receiver.clock(), UTC)
    data = {"version": VERSION, "account": receiver.account}
    receiver.send(PING, time.isoformat(), time, data)
    return Standing(f"the receiver at {receiver.host}", (PUBLISH, DELETE))


# ── what it gets ────────────────────────────────────────────────────────────────────────────────────────────


def _data(message: Outgoing, thread: tuple[Receipt, ...]) -> dict[str, Any]:
    variant, poll = message.variant, message.variant.poll if not message.index else None
    if sum(file.size for file in message.files) > TOGETHER:
        raise Rejected(f"The files have more than {TOGETHER:,} bytes together.", "Spread them over parts of a thread.")
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
        "media": [_file(media, file) for media, file in zip(message.part.media, message.files, strict=True)],
    }


def _file(media: Media, file: Upload) -> dict[str, Any]:
    if not file.size:
        raise Rejected(f"{media.path} is empty: it has 0 bytes.", "Export it again.")
    data = file.read()
    return {
        "name": media.path.rpartition("/")[2],
        "type": kind(file, media.path),
        "alt": media.alt,
        "sha256": hashlib.sha256(data).hexdigest(),
        "data": base64.b64encode(data).decode(),
    }


# ── how it is signed ────────────────────────────────────────────────────────────────────────────────────────


def identity(event: str, key: str) -> str:
    """The `webhook-id`: the same for the same event, whenever it is sent."""
    return f"msg_{hashlib.sha256(f'{event} {key}'.encode()).hexdigest()[:32]}"


def _headers(keys: tuple[bytes, ...], number: str, time: int, body: bytes) -> dict[str, str]:
    signed = f"{number}.{time}.".encode() + body
    signatures = [base64.b64encode(hmac.digest(key, signed, "sha256")).decode() for key in keys]
    return {
        "webhook-id": number,
        "webhook-timestamp": str(time),
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }


def _key(word: str, account: str) -> bytes:
    """The bytes of a signing secret."""
    hint = f"Make one: `openssl rand -base64 32`, with {PREFIX} before it, in {secrets.variable(account, 'secret')}."
    if not word.startswith(PREFIX):
        raise Denied(f"The signing secret of {account} does not begin with {PREFIX}", hint)
    try:
        key = base64.b64decode(word.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise Denied(f"The signing secret of {account} is not written in base64.", hint) from None
    if len(key) not in KEYS:
        raise Denied(f"The signing secret of {account} has {len(key)} bytes; it needs 24 to 64.", hint)
    return key


network: Network[Receiver] = Network(
    name="webhook",
    title="Webhook",
    docs="https://www.standardwebhooks.com/",
    limits=Limits(
        text=(Measure(Limit(100_000, "characters", CONTRACT, READ), counting.code_points),),
        form=formats.markdown,
        find=plain.finder(),
        shortcodes="all",
        title=Measure(Limit(300, "characters", CONTRACT, READ), counting.code_points),
        content_warning=True,
        visibility=tuple(Visibility),
        media_types=("image/png", "image/jpeg", "image/gif", "image/webp", "video/mp4", "video/quicktime"),
        refers=("reply_to", "quote", "repost"),
        files=Limit(10, "files", CONTRACT, READ, "25,000,000 bytes together"),
        image_bytes=Limit(10_000_000, "bytes", CONTRACT, READ),
        video_bytes=Limit(25_000_000, "bytes", CONTRACT, READ),
        poll_options=Limit(20, "options", CONTRACT, READ),
    ),
    options=(
        Option(
            "url", "Where to send posts.", required=True, example="https://example.org/hooks/posts", destination=True
        ),
    ),
    auth=Token(
        "secret",
        steps=(
            "Copy the signing secret of the receiver, which begins with `whsec_`. If it has none, make one with "
            "`openssl rand -base64 32`, write whsec_ before it, and give it to the receiver.",
        ),
    ),
    keyed=True,
    connect=connect,
    publish=publish,
    delete=delete,
    verify=verify,
)
