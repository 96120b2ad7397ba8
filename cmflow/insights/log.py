"""The history of a post's deliveries, from the ledger."""

from collections.abc import Iterable, Iterator

from cmflow.content.local_time import local
from cmflow.model import Approval, Delivery
from cmflow.problems import safe_line
from cmflow.schedule import approval


def story(delivery: Delivery, zone: str, approvals: Iterable[Approval] = ()) -> Iterator[str]:
    """Lines for people: the state, what is published, its proof, who approved exactly that, and its history.

    `approvals` are all those of the post. Times are in the zone.
    """
    due = f"due {local(delivery.due, zone, seconds=True)} {zone}"
    yield f"{safe_line(delivery.post)} on {safe_line(delivery.account)}: {delivery.state}, {due}"
    for receipt in delivery.receipts:
        part = f"part {receipt.part + 1} of {delivery.parts} " if delivery.parts > 1 else ""
        time = local(receipt.time, zone, seconds=True)
        yield f"  {part}published {time}  {safe_line(receipt.url or receipt.id)}".rstrip()
    if delivery.commit:
        yield f"  published from {safe_line(delivery.path)} as of commit {safe_line(delivery.commit[:10])}"
    if delivery.digest:
        yield f"  digest {safe_line(delivery.digest)}"
    for entry in _of(delivery, approvals):
        yield f"  approved by {safe_line(entry.by)} in #{entry.pull}, {local(entry.time, zone, seconds=True)}"
    for event in delivery.history:
        note = f"  {safe_line(event.note)}" if event.note else ""
        yield f"  {local(event.time, zone, seconds=True)}  {event.state:<9}  ({safe_line(event.run) or 'no run'}){note}"
    if delivery.error and not (delivery.history and delivery.history[-1].note == delivery.error):
        yield f"  {safe_line(delivery.error)}"


def _of(delivery: Delivery, approvals: Iterable[Approval]) -> list[Approval]:
    """The approvals of exactly what was sent, or is to be."""
    return [
        approval for approval in approvals if delivery.digest and approval.digest(delivery.account) == delivery.digest
    ]


def as_dict(delivery: Delivery, approvals: Iterable[Approval] = ()) -> dict[str, object]:
    """The shape of an item of `cmflow log --format json`."""
    return {
        "post": delivery.post,
        "account": delivery.account,
        "state": delivery.state.value,
        "due": delivery.due.isoformat(),
        "path": delivery.path,
        "commit": delivery.commit,
        "digest": delivery.digest,
        "approved_by": [approval.item(entry) for entry in _of(delivery, approvals)],
        "error": delivery.error,
        "retry_at": delivery.retry_at.isoformat() if delivery.retry_at else "",
        "parts": delivery.parts,
        "receipts": [
            {"part": receipt.part + 1, "id": receipt.id, "url": receipt.url, "at": receipt.time.isoformat()}
            for receipt in delivery.receipts
        ],
        "history": [
            {"at": event.time.isoformat(), "state": event.state.value, "note": event.note, "run": event.run}
            for event in delivery.history
        ],
    }
