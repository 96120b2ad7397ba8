"""Publishing and deleting."""

from datetime import UTC, datetime, timedelta

from cmflow.model import Receipt, Remote
from cmflow.model.errors import Denied, Rejected
from cmflow.netkit import rest
from cmflow.netkit.errors import unreadable
from cmflow.netkit.network import Outgoing
from cmflow.networks.matrix.call import MESSAGE, Matrix, event_id, segment
from cmflow.networks.matrix.event import message_content, picture, relation
from cmflow.networks.matrix.room import INVITE
from cmflow.networks.matrix.timeline import find

REMEMBERED = timedelta(hours=20)  # for so long a server surely knows a transaction (Synapse: 24 hours)


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
    content = message_content(message) | relation(message, thread)
    for file, upload in zip(message.part.media, message.files, strict=True):
        content |= picture(matrix.api, file, upload)
    path = f"{matrix.path}/send/{MESSAGE}/{segment(message.key)}"
    answer = matrix.api.write("PUT", path, json=content, fine=(403,))
    if answer.status_code == 403:
        raise Denied(matrix.api.sentence(answer), f"{matrix.user} may not write in {matrix.shown}. {INVITE}")
    event = rest.text(answer, "event_id")
    if not event:
        raise unreadable("Matrix", writes=True)
    return matrix.remote(event)


def delete(matrix: Matrix, receipt: Receipt) -> None:
    """Deleting twice is deleting once: the transaction is named after the event."""
    event = receipt.id or event_id(receipt.url)
    path = f"{matrix.path}/redact/{segment(event)}/{segment('cmflow-delete-' + event)}"
    matrix.api.write("PUT", path, json={}, fine=(404,))
