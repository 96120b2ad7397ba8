"""The ledger of a corpus: what was due before `NOW`, as it is there once it is sent, with what its readers saw."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks import corpus
from cmflow import git
from cmflow.ledger import BRANCH, publication_rows, publications
from cmflow.ledger.codec import encode, path, publications_path
from cmflow.model import Delivery, Event, Key, Publication, Receipt, State
from cmflow.repository import content, examination, shipped, source
from cmflow.repository.cache import Cache
from cmflow.repository.workers import spread

ZONE = ZoneInfo("Europe/Paris")
COMMIT = "5c0ffee" + "0" * 33


def now() -> datetime:
    return datetime.fromisoformat(corpus.NOW).replace(tzinfo=ZONE)


def delivery(written: corpus.Written, account: str) -> Delivery:
    """Sent on the minute."""
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
    """Every delivery that was due before `NOW`, oldest first; without a digest, nothing being rendered."""
    present = now()
    for index in range(posts):
        written = corpus.post(index, posts)
        if written.at.replace(tzinfo=ZONE) >= present:
            return
        if not written.draft:
            yield from (delivery(written, account) for account in written.accounts)


def remember(folder: Path, posts: int) -> None:
    """Write them all to the ledger's branch, as one commit."""
    files = ledger(publications_of(folder), {Key(item.post, item.account): item for item in deliveries(posts)})
    corpus.fast_import(folder, corpus.stream(BRANCH, files, "What was sent"))


def ledger(shown: Mapping[Key, Publication], sent: Mapping[Key, Delivery]) -> Iterator[tuple[str, bytes]]:
    """The files of the ledger: a delivery each, and what was sent of each post."""
    rows: dict[str, list[publication_rows.Row]] = {}
    for key, delivery in sent.items():
        digest = shown[key].variant.digest
        rows.setdefault(key.post, []).append(publication_rows.encode(shown[key], digest, delivery.history[-1].time))
        yield path(*key), encode(replace(delivery, digest=digest))
    for post, publications_rows in rows.items():
        yield publications_path(post), publications.edit(post, publications_rows)(None) or b""


def publications_of(folder: Path) -> Mapping[Key, Publication]:
    """What every post of the folder shows on each of its accounts."""
    opened = content.open_content(
        source.folder(folder, git.discover(folder)), shipped.templates("templates"), Cache(None)
    )

    def work(paths: tuple[str, ...]) -> list[Publication]:
        posts = (examination.examine(name, data, opened) for name, data in opened.source.read(paths))
        return [
            Publication.of(variant, post.post.title, post.path, opened.source.blobs)
            for post in posts
            if post.post
            for variant in post.variants
        ]

    shown = spread(work, opened.post_paths, 25, 200)
    return {Key(item.variant.post, item.variant.account): item for items in shown for item in items}
