"""Matrix rooms.

The network guarantees the key: the same transaction id from the same token makes one event, also where the first
answer was lost. Servers forget it after a day; an older intent is looked for before it is sent again. So the token
must stay the same: a new login is a new device, with transactions of its own.

A part is one event. With a picture it is an `m.image`: the words are its caption; without words, its alt text is. A
caption leaves the alt text a place that few apps show yet (MSC3552). Several pictures follow the words in the room, one
event each. Threads are `m.thread` below the first part, with
a reply to the part before for apps that know no threads. There are no content warnings: `check` says so.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from cmflow.content import media
from cmflow.model import Kind, Media, Part, Receipt, Remote
from cmflow.model.errors import Denied, Rejected, Unsure
from cmflow.model.limits import Limit, Limits, Measure
from cmflow.netkit import rest
from cmflow.netkit.auth import Token
from cmflow.netkit.errors import unreadable
from cmflow.netkit.media import facts_of
from cmflow.netkit.network import Access, Figures, Network, Option, Outgoing, Standing
from cmflow.netkit.rest import ApiClient
from cmflow.netkit.upload import Upload
from cmflow.render import counting, formats
from cmflow.render.autolink import plain

if TYPE_CHECKING:
    import httpx

READ = date(2026, 11, 22)
SPEC = "Matrix client-server API, size limits"
EVENT = "plain and formatted text in JSON, and 2,048 kept for the rest"

CLIENT = "/_matrix/client/v3"
MESSAGE = "m.room.message"  # the kind of an event that is a message
PAGE, PAGES = 100, 20  # events looked through, newest first
MARGIN = timedelta(hours=1)  # their clock and ours
REMEMBERED = timedelta(hours=20)  # for so long a server surely knows a transaction (Synapse: 24 hours)
PLACED = re.compile(r"(?:https://matrix\.to/#/[^/]+/)?(\$[^/?]+)(?:\?.*)?")
ALT = "org.matrix.msc1767.alt_text"
ALLOWED = "plaintext"  # what the plan's `encrypted` says where posts may go unencrypted into an encrypted room
INVITE = "Invite it, join the room with it, and let it send messages there."
Content = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Matrix:
    """A room, and who we are in it. `shown` is how the plan writes the room; `now` the server's time at sign-in."""

    api: ApiClient
    room: str
    shown: str
    user: str
    now: datetime | None


def connect(http: "httpx.Client", access: Access) -> Matrix:
    api = rest.client(http, access, network.title, rest.address(access, "homeserver"))
    written = access.account.option("room").strip()
    account = api.ask("GET", f"{CLIENT}/account/whoami")
    user = rest.text(account, "user_id")
    if not user:
        raise Denied("This address does not answer like a Matrix homeserver.", "Correct `homeserver` in the plan.")
    matrix = Matrix(api, _room(api, written), written, user, rest.date(account))
    _open(matrix, encrypted=access.account.option("encrypted").strip())
    return matrix


def publish(matrix: Matrix, message: Outgoing, thread: tuple[Receipt, ...]) -> Remote:
    variant = message.variant
    if len(message.part.media) > 1:
        raise Rejected("A message in a Matrix room holds one picture.", "Spread them over the parts of a thread.")
    if variant.quote or variant.repost:
        raise Rejected(
            "Matrix has no quotes and no reposts.", "Link to the post in the text, or leave this account out."
        )
    if matrix.now and matrix.now - datetime.fromtimestamp(message.written, UTC) > REMEMBERED:
        remote = find(matrix, message)
        if remote:
            return remote
    content = _content(message) | _relation(message, thread)
    for file, upload in zip(message.part.media, message.files, strict=True):
        content |= _picture(matrix.api, file, upload)
    path = f"{_place(matrix)}/send/{MESSAGE}/{_segment(message.key)}"
    answer = matrix.api.write("PUT", path, json=content, fine=(403,))
    if answer.status_code == 403:
        raise Denied(matrix.api.sentence(answer), f"{matrix.user} may not write in {matrix.shown}. {INVITE}")
    event = rest.text(answer, "event_id")
    if not event:
        raise unreadable("Matrix", writes=True)
    return _remote(matrix, event)


def find(matrix: Matrix, message: Outgoing) -> Remote | None:
    """By its transaction, which the server tells us of our own events; once it has forgotten it, by its content, which
    no server can change: it is signed. What has a receipt is another event."""
    since = (datetime.fromtimestamp(message.written, UTC) - MARGIN).timestamp() * 1000
    expected = _content(message)
    for event in _recent(matrix, since):
        remote = _remote(matrix, str(event["event_id"]))
        unsigned = event.get("unsigned") or {}
        transaction = unsigned.get("transaction_id") if isinstance(unsigned, Mapping) else None
        is_open = transaction is None and message.known.isdisjoint((remote.id, remote.url))
        if transaction == message.key or (is_open and _is_ours(event, message, expected)):
            return remote
    return None


def delete(matrix: Matrix, receipt: Receipt) -> None:
    """Deleting twice is deleting once: the transaction is named after the event."""
    event = receipt.id or _event(receipt.url)
    path = f"{_place(matrix)}/redact/{_segment(event)}/{_segment('cmflow-delete-' + event)}"
    matrix.api.write("PUT", path, json={}, fine=(404,))


def verify(matrix: Matrix) -> Standing:
    """Who writes where, by its power level in the room; Denied where that is too low."""
    answer = matrix.api.ask("GET", f"{_place(matrix)}/state/m.room.power_levels/", fine=(403, 404))
    levels = rest.document(answer) if answer.is_success else {}
    name = f"{matrix.user} in {matrix.shown}"
    own, needed = (
        _level(levels, "users", matrix.user, "users_default"),
        _level(levels, "events", MESSAGE, "events_default"),
    )
    if own < needed:
        reason = f"{name} has the power level {own}, and messages need {needed}."
        raise Denied(reason, "Ask a moderator of the room to raise it.")
    return Standing(name, ("post", "upload files", "read comments", "reply"))


def _level(levels: object, table: str, name: str, otherwise: str) -> int:
    """A level of a room's `m.room.power_levels`; 0 where nothing says another."""
    if not isinstance(levels, Mapping):
        return 0
    entries = levels.get(table)
    level = entries.get(name, levels.get(otherwise)) if isinstance(entries, Mapping) else levels.get(otherwise)
    return level if isinstance(level, int) else 0


# ── sending ─────────────────────────────────────────────────────────────────────────────────────────────────


def _room(api: ApiClient, written: str) -> str:
    """The id of a room that may be written as an alias."""
    if written.startswith("!"):
        return written
    hint = "Write its id or alias in the plan as options: {room: '#room:server'}"
    if not written.startswith("#"):
        raise Denied("The room is neither an id (!…) nor an alias (#…).", hint)
    answer = api.ask("GET", f"{CLIENT}/directory/room/{_segment(written)}", fine=(404,))
    room = rest.text(answer, "room_id")
    if not room:
        raise Denied(f"There is no room {written}.", hint)
    return room


def _open(matrix: Matrix, encrypted: str) -> None:
    """Refuse a room where people encrypt, unless the plan allows it, and one that has been replaced."""
    if _state(matrix, "m.room.encryption", "algorithm") and encrypted != ALLOWED:
        raise Denied(
            f"The room {matrix.shown} is encrypted, and cmflow cannot encrypt.",
            f"Name a room without encryption, or let posts go there in the clear: options: {{encrypted: {ALLOWED}}}",
        )
    following = _state(matrix, "m.room.tombstone", "replacement_room")
    if following:
        reason = f"The room {matrix.shown} was replaced by {following}."
        raise Denied(reason, "Join that one, and write it as `room` in the plan.")


def _state(matrix: Matrix, kind: str, name: str) -> str:
    """What the room says of itself; "" where it says nothing."""
    answer = matrix.api.ask("GET", f"{_place(matrix)}/state/{kind}/", fine=(403, 404))
    if answer.status_code == 403:
        raise Denied(matrix.api.sentence(answer), f"{matrix.user} may not read {matrix.shown}. {INVITE}")
    return rest.text(answer, name) if answer.is_success else ""


def _content(message: Outgoing) -> Content:
    """The event without what only the server can name: files, and events before it."""
    part = message.part
    body = part.form.body or " ".join(item.alt or PurePosixPath(item.path).name for item in part.media)
    content: Content = {"msgtype": "m.text", "body": body, "m.mentions": _mentions(part)}
    if part.form.html:
        content |= {"format": "org.matrix.custom.html", "formatted_body": part.form.html}
    for file in part.media:
        content |= {"msgtype": "m.image", "filename": PurePosixPath(file.path).name}
        if file.alt:
            content[ALT] = {"org.matrix.msc1767.text": [{"body": file.alt}]}
    return content


def _mentions(part: Part) -> Content:
    """Whom to notify: always said, or apps would guess from the text."""
    mentions = [span.value for span in part.text.spans if span.kind is Kind.MENTION]
    written = [entity.text for entity in network.limits.find(part.form.body) if entity.kind == "mention"]
    users = [handle for handle in dict.fromkeys([*mentions, *written]) if handle.startswith("@") and ":" in handle]
    return {"user_ids": users} if users else {}


def _relation(message: Outgoing, thread: tuple[Receipt, ...]) -> Content:
    """A later part is in the thread of the first; a picture alone in the room itself, where everyone sees it."""
    if thread and not message.part.form.body:
        return {}
    if thread:
        reply = {"event_id": thread[-1].id}
        related = {"rel_type": "m.thread", "event_id": thread[0].id, "is_falling_back": True, "m.in_reply_to": reply}
        return {"m.relates_to": related}
    answered = message.variant.reply_to
    return {"m.relates_to": {"m.in_reply_to": {"event_id": _event(answered)}}} if answered else {}


def _event(address: str) -> str:
    match = PLACED.fullmatch(unquote(address))
    if not match:
        reason = f"“{address}” is not a message in a Matrix room."
        raise Rejected(reason, "Write its link (https://matrix.to/#/…/$…) or its event id ($…).")
    return match[1]


def _picture(api: ApiClient, file: Media, upload: Upload) -> Content:
    try:
        facts = facts_of(upload)
        info: Content = {"mimetype": facts.mime, "w": facts.width, "h": facts.height}
    except media.Unreadable:  # `check` has said so; the server takes any file
        info = {"mimetype": "application/octet-stream"}
    kind = "m.video" if info["mimetype"].startswith("video/") else "m.image"
    query = {"filename": PurePosixPath(file.path).name}
    headers = {"Content-Type": info["mimetype"], "Content-Length": str(upload.size)}
    answer = api.ask("POST", "/_matrix/media/v3/upload", params=query, headers=headers, content=upload.chunks())
    url = rest.text(answer, "content_uri")
    if not url:
        raise unreadable("Matrix")
    return {"msgtype": kind, "url": url, "info": {**info, "size": upload.size}}


def _place(matrix: Matrix) -> str:
    return f"{CLIENT}/rooms/{_segment(matrix.room)}"


def _remote(matrix: Matrix, event: str) -> Remote:
    return Remote(event, f"https://matrix.to/#/{quote(matrix.shown, safe='!:')}/{quote(event, safe='$:')}")


def _segment(value: str) -> str:
    return quote(value, safe="", errors="replace")


# ── figures ─────────────────────────────────────────────────────────────────────────────────────────────────

REACTIONS, ANSWERS, MEMBERS = "m.annotation", "m.thread", "joined_members"
RELATED = "/_matrix/client/v1"


def metrics(matrix: Matrix, receipts: tuple[Receipt, ...]) -> tuple[Figures, ...]:
    """Reactions, and what other people say in the thread of a message. Nothing counts answers without a thread."""
    return tuple(_figures(matrix, receipt.id or _event(receipt.url)) for receipt in receipts)


def account_metrics(matrix: Matrix) -> Figures:
    members = rest.document(matrix.api.ask("GET", f"{_place(matrix)}/joined_members"))
    joined = members.get("joined") if isinstance(members, Mapping) else None
    return {MEMBERS: len(joined) if isinstance(joined, Mapping) else None}


def _figures(matrix: Matrix, event: str) -> Figures:
    answer = matrix.api.ask("GET", f"{_place(matrix)}/event/{_segment(event)}", fine=(404,))
    if not answer.is_success or not rest.document(answer).get("content"):  # deleted: an event without content is left
        return {REACTIONS: None, ANSWERS: None}
    return {name: _count(matrix, event, name) for name in (REACTIONS, ANSWERS)}


def _count(matrix: Matrix, event: str, relation: str) -> int | None:
    """How many events of others are related to it like that; None where there are more than we count."""
    path = f"{RELATED}/rooms/{_segment(matrix.room)}/relations/{_segment(event)}/{relation}"
    query = {"limit": str(PAGE)}
    count = 0
    for _ in range(PAGES):
        answer = matrix.api.ask("GET", path, params=query)
        body = rest.document(answer)
        page = rest.objects(body.get("chunk")) if isinstance(body, Mapping) else None
        if page is None:
            raise unreadable("Matrix")
        count += len([event for event in page if event.get("sender") != matrix.user])
        following = rest.text(answer, "next_batch")
        if not following:
            return count
        query["from"] = following
    return None


# ── looking ─────────────────────────────────────────────────────────────────────────────────────────────────


def _recent(matrix: Matrix, since: float) -> Iterator[Mapping[str, Any]]:
    """Our own messages since then (milliseconds), newest first; an error where there are more than we look through."""
    room_filter = json.dumps({"senders": [matrix.user], "types": [MESSAGE]})
    query = {"dir": "b", "limit": str(PAGE), "filter": room_filter}
    for _ in range(PAGES):
        answer = matrix.api.ask("GET", f"{_place(matrix)}/messages", params=query)
        body = rest.document(answer)
        page = rest.objects(body.get("chunk")) if isinstance(body, Mapping) else None
        if page is None:
            raise unreadable("Matrix")
        own_events = [event for event in page if event.get("sender") == matrix.user and "event_id" in event]
        yield from own_events
        end = rest.text(answer, "end")
        if not end or any(_older(event, since) for event in own_events):
            return
        query["from"] = end
    raise Unsure("The room holds too many messages to look through.", "Look yourself: cmflow settle")


def _older(event: Mapping[str, Any], since: float) -> bool:
    milliseconds = event.get("origin_server_ts")
    return isinstance(milliseconds, int) and milliseconds < since


def _is_ours(event: Mapping[str, Any], message: Outgoing, expected: Content) -> bool:
    """The same content, made since the intent; of a file its name says enough."""
    content = event.get("content")
    since = (datetime.fromtimestamp(message.written, UTC) - MARGIN).timestamp() * 1000
    if not isinstance(content, Mapping) or _older(event, since):
        return False
    related = content.get("m.relates_to")
    threaded = isinstance(related, Mapping) and related.get("rel_type") == "m.thread"
    same = {name: value for name, value in content.items() if name not in ("m.relates_to", "url", "info", "msgtype")}
    return threaded == bool(message.index and message.part.form.body) and same == {
        k: v for k, v in expected.items() if k != "msgtype"
    }


network: Network[Matrix] = Network(
    name="matrix",
    title="Matrix",
    docs="https://spec.matrix.org/latest/client-server-api/",
    limits=Limits(
        text=(
            Measure(Limit(65_536, "bytes", SPEC, READ), counting.utf8),
            Measure(Limit(65_536, "bytes of the event", SPEC, READ, EVENT), counting.matrix_event),
        ),
        form=formats.matrix,
        find=plain.finder(mention=plain.MATRIX_MENTION),
        images=Limit(1, "images", SPEC, READ, "per event; several follow the text, one event each"),
        videos=Limit(1, "videos", SPEC, READ, "per event; several follow the text, one event each"),
        refers=("reply_to",),
        file_parts=True,
    ),
    options=(
        Option("homeserver", "The server's address.", required=True, example="https://matrix.org", destination=True),
        Option("room", "The room's id or alias.", required=True, example="#cmflow:matrix.org"),
        Option("encrypted", "`plaintext` lets posts go unencrypted into an encrypted room.", example="plaintext"),
    ),
    auth=Token(
        steps=(
            "Create an account for cmflow on your homeserver, and invite it into the room.",
            "In Element: Settings, Help & About, Advanced, Access Token. Do not sign out of that session afterwards.",
        ),
    ),
    keyed=True,
    connect=connect,
    publish=publish,
    find=find,
    delete=delete,
    verify=verify,
    metrics=metrics,
    account_metrics=account_metrics,
)
