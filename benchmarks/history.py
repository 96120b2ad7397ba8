"""The ledger of a corpus: what was due before `NOW`, as it is there once it is sent."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks import corpus
from cmflow.ledger import BRANCH
from cmflow.ledger.codec import encode, path
from cmflow.model import Delivery, Event, Receipt, State

ZONE = ZoneInfo("Europe/Paris")
COMMIT = "5c0ffee" + "0" * 33


def now() -> datetime:
    return datetime.fromisoformat(corpus.NOW).replace(tzinfo=ZONE)


def delivery(written: corpus.Written, account: str) -> Delivery:
    """Sent on the minute. No digest: whether the post was edited since is unknown."""
    due = written.at.replace(tzinfo=ZONE).astimezone(UTC)
    out = due + timedelta(seconds=2)
    run, key = f"{due:%Y%m%d%H%M}", f"{written.id}.{account}.0"
    receipt = Receipt(0, f"{due:%Y%m%d%H%M}-{account}", f"https://{account}.example/{written.id}", out)
    history = (Event(due, State.SENDING, run), Event(out, State.SENT, run))
    return Delivery(
        *(written.id, account, State.SENT, due, written.path, 1, run, COMMIT, "", key),
        receipts=(receipt,),
        history=history,
    )


def deliveries(posts: int) -> Iterator[Delivery]:
    """Every delivery that was due before `NOW`, oldest first."""
    present = now()
    for index in range(posts):
        written = corpus.post(index, posts)
        if written.at.replace(tzinfo=ZONE) >= present:
            return
        if not written.draft:
            yield from (delivery(written, account) for account in written.accounts)


def remember(folder: Path, posts: int) -> None:
    """Write them all to the ledger's branch, as one commit."""
    files = ((path(each.post, each.account), encode(each)) for each in deliveries(posts))
    corpus.fast_import(folder, corpus.stream(BRANCH, files, "What was sent"))
