"""Messages with files: each is uploaded to an address that Slack gives, and all are shared in one message."""

from cmflow.model import Media
from cmflow.model.errors import NotSent, Unsure
from cmflow.netkit import files as attached
from cmflow.netkit.errors import LOOK, unreadable
from cmflow.netkit.network import Outgoing
from cmflow.netkit.upload import Upload, kind
from cmflow.networks.slack import history, names
from cmflow.networks.slack.call import Slack

PAUSES = (0, 1, 1, 2, 4, 8)  # seconds between our looks for the message that Slack makes of the files


def publish(slack: Slack, message: Outgoing, parent: dict[str, str]) -> str:
    """The `ts` of the message, which Slack does not answer with: it is looked for."""
    pairs = attached.pairs(message, "slack")
    uploaded = [_upload(slack, message.key, number, media, file) for number, (media, file) in enumerate(pairs)]
    fields = {"files": uploaded, "channel_id": slack.channel, "initial_comment": message.part.form.body, **parent}
    slack.write("files.completeUploadExternal", fields)
    try:
        number = _message_of(slack, uploaded[0]["id"], parent.get("thread_ts", ""), message.written - history.MARGIN)
    except NotSent as error:  # the look failed, but the files are shared
        raise Unsure(str(error), LOOK) from None
    if not number:
        raise Unsure("Slack took the files, and does not show their message yet.", LOOK)
    return number


def _message_of(slack: Slack, file: str, root: str, since: float) -> str:
    """The `ts` of the message that shows the file; "" where it does not within the time that we wait."""
    for seconds in PAUSES:
        if seconds:
            slack.client.pause(seconds)
        number = history.with_file(slack, file, root, since)
        if number:
            return number
    return ""


def _upload(slack: Slack, key: str, number: int, media: Media, file: Upload) -> dict[str, str]:
    """The file's id and title, once its bytes are with Slack."""
    name = names.of(media.path, key, number)
    body = slack.ask("files.getUploadURLExternal", {"filename": name, "length": file.size, "alt_txt": media.alt})
    address, identity = body.get("upload_url"), body.get("file_id")
    if not isinstance(address, str) or not isinstance(identity, str):
        raise unreadable("Slack")
    headers = {"Content-Type": kind(file, media.path), "Content-Length": str(file.size)}
    slack.client.ask("POST", address, content=file.chunks(), headers=headers)
    return {"id": identity, "title": media.alt[:200] or name}
