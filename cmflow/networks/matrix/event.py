"""The event of a part: its words, its file, and what it answers."""

from pathlib import PurePosixPath

from cmflow.content import media
from cmflow.model import Kind, Media, Part, Receipt
from cmflow.netkit import rest
from cmflow.netkit.errors import unreadable
from cmflow.netkit.media import facts_of
from cmflow.netkit.network import Outgoing, load
from cmflow.netkit.rest import ApiClient
from cmflow.netkit.upload import Upload
from cmflow.networks.matrix.call import Content, event_id

ALT = "org.matrix.msc1767.alt_text"
TEXT = "org.matrix.msc1767.text"


def message_content(message: Outgoing) -> Content:
    """The event without what only the server can name: files, and events before it."""
    part = message.part
    body = part.form.body or " ".join(item.alt or PurePosixPath(item.path).name for item in part.media)
    content: Content = {"msgtype": "m.text", "body": body, "m.mentions": _mentions(part)}
    if part.form.html:
        content |= {"format": "org.matrix.custom.html", "formatted_body": part.form.html}
    for file in part.media:
        content |= {"msgtype": "m.image", "filename": PurePosixPath(file.path).name}
        if file.alt:
            content[ALT] = {TEXT: [{"body": file.alt}]}
    return content


def _mentions(part: Part) -> Content:
    """Whom to notify: always said, or apps would guess from the text."""
    mentions = [span.value for span in part.text.spans if span.kind is Kind.MENTION]
    written = [entity.text for entity in load("matrix").limits.find(part.form.body) if entity.kind == "mention"]
    users = [handle for handle in dict.fromkeys([*mentions, *written]) if handle.startswith("@") and ":" in handle]
    return {"user_ids": users} if users else {}


def relation(message: Outgoing, thread: tuple[Receipt, ...]) -> Content:
    """A later part is in the thread of the first; a picture alone in the room itself, where everyone sees it."""
    if thread and not message.part.form.body:
        return {}
    if thread:
        reply = {"event_id": thread[-1].id}
        related = {"rel_type": "m.thread", "event_id": thread[0].id, "is_falling_back": True, "m.in_reply_to": reply}
        return {"m.relates_to": related}
    answered = message.variant.reply_to
    return {"m.relates_to": {"m.in_reply_to": {"event_id": event_id(answered)}}} if answered else {}


def picture(api: ApiClient, file: Media, upload: Upload) -> Content:
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
