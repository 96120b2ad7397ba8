"""What Matrix counts: reactions, answers in the thread of a message, and the members of the room."""

from collections.abc import Mapping

from cmflow.model import Receipt
from cmflow.netkit import rest
from cmflow.netkit.errors import unreadable
from cmflow.netkit.network import Figures
from cmflow.networks.matrix.call import PAGE, PAGES, Matrix, event_id, segment

REACTIONS, ANSWERS, MEMBERS = "m.annotation", "m.thread", "joined_members"
RELATED = "/_matrix/client/v1"


def metrics(matrix: Matrix, receipts: tuple[Receipt, ...]) -> tuple[Figures, ...]:
    """Reactions, and what other people say in the thread of a message. Nothing counts answers without a thread."""
    return tuple(_figures(matrix, receipt.id or event_id(receipt.url)) for receipt in receipts)


def account_metrics(matrix: Matrix) -> Figures:
    members = rest.document(matrix.api.ask("GET", f"{matrix.path}/joined_members"))
    joined = members.get("joined") if isinstance(members, Mapping) else None
    return {MEMBERS: len(joined) if isinstance(joined, Mapping) else None}


def _figures(matrix: Matrix, event: str) -> Figures:
    answer = matrix.api.ask("GET", f"{matrix.path}/event/{segment(event)}", fine=(404,))
    if not answer.is_success or not rest.document(answer).get("content"):  # deleted: an event without content is left
        return {REACTIONS: None, ANSWERS: None}
    return {name: _count(matrix, event, name) for name in (REACTIONS, ANSWERS)}


def _count(matrix: Matrix, event: str, relation: str) -> int | None:
    """How many events of others are related to it like that; None where there are more than we count."""
    path = f"{RELATED}/rooms/{segment(matrix.room)}/relations/{segment(event)}/{relation}"
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
