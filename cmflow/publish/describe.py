"""Give the files of a published post the alt texts that its file has now: nothing else of it is changed.

Changing an alt text twice is changing it once, so an interrupted command can be run again; the ledger records the
change once all parts have it.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cmflow import ledger as ledgers
from cmflow import render
from cmflow.ledger import Ledger
from cmflow.model import Account, Delivery, Key, Media, Publication, Receipt, Remote, State, Variant, same_content
from cmflow.model.errors import DeliveryError, Denied, GitError, LedgerError, Rejected, SourceError
from cmflow.netkit.network import Access, Network
from cmflow.problems.plural import counted
from cmflow.publish.answers import ask
from cmflow.publish.selection import Selection
from cmflow.repository.content import Content
from cmflow.schedule import steps
from cmflow.values import dataclass

if TYPE_CHECKING:
    import httpx

Describe = Callable[[Receipt, tuple[str, ...]], Remote]
AGAIN = "Run the command again: that does no harm."


@dataclass(frozen=True, slots=True)
class Description:
    """A published delivery, and the media of its parts as its file describes them now. `digest` names what is published
    with these alt texts, "" where it is not known what was sent; `publication` is that, with these alt texts."""

    delivery: Delivery
    media: tuple[tuple[Media, ...], ...]
    digest: str = ""
    publication: Publication | None = None

    @property
    def key(self) -> Key:
        return Key(self.delivery.post, self.delivery.account)


@contextmanager
def describer(network: Network[Any], access: Access, http: Callable[[], "httpx.Client"]) -> Iterator[Describe]:
    """Yield the function that describes the files of one part, on a network with `connect` and `describe`; it raises
    DeliveryError."""
    connect, describe = network.connect, network.describe
    assert connect is not None and describe is not None
    with http() as client:
        session = ask(network, access, lambda: connect(client, access))
        yield lambda receipt, alts: ask(network, access, lambda: describe(session, receipt, alts))


def insist(selection: Selection, path: str, account: str) -> Variant:
    """What the file would send to the account now. Raises SourceError where it may not: it has errors, or waits for an
    approval."""
    if selection.is_blocked:
        raise SourceError(f"{path} has errors, so nothing is changed on {account}.", "Fix them, commit, and try again.")
    for planned in selection.planned:
        if planned.unapproved:
            message = f"{path} is not approved: {planned.unapproved}, so nothing is changed on {account}."
            raise SourceError(message, "Have it approved, then: cmflow approvals --collect")
    variants = (variant for post in selection.examined for variant in post.variants if variant.account == account)
    variant = next(variants, None)
    if variant is None or not selection.planned:
        hint = "Only what is committed counts: add the account to the post, and remove `status: draft`."
        raise SourceError(f"{path} is a draft, or does not go to {account}.", hint)
    return variant


def description(delivery: Delivery, variant: Variant, content: Content, publication: Publication | None) -> Description:
    """How the file of a post describes what was published of it; `variant` is what it would send there now.

    `publication` is what was published, where that is known. Raises SourceError where parts or files are others.
    """
    name, media = f"{delivery.post} on {delivery.account}", tuple(part.media for part in variant.parts)
    hint = f"To publish it again, as it is now: cmflow publish --again {delivery.post} {delivery.account}"
    if delivery.state is not State.SENT:
        raise SourceError(f"{name} is {delivery.state}, not sent.", f"Its history: cmflow log {delivery.post}")
    if len(media) != len(delivery.receipts):
        parts = counted(len(delivery.receipts), "part")
        raise SourceError(f"{name} has {parts}, and its file has {len(media)} now.", hint)
    if not any(media):
        raise SourceError(f"{name} has no pictures or videos.", "Only alt texts can be changed.")
    if len({receipt.id or receipt.url for receipt in delivery.receipts}) < len(delivery.receipts):
        by_hand = f"Change them there, then: cmflow describe {delivery.post} {delivery.account} --by-hand"
        raise SourceError(f"{name} is a thread, recorded with one address: its parts cannot be told apart.", by_hand)
    account = content.sure_plan.account(delivery.account)
    if publication is None or account is None:
        return Description(delivery, media)
    if _files(publication.variant, dict(publication.files)) != _files(variant, content.source.blobs):
        raise SourceError(f"{name} has other files than its file has now.", hint)
    described = replace(publication, variant=_described_variant(publication.variant, media))
    return Description(delivery, media, _digest(delivery, publication, described, account), described)


def describe(
    ledger: Ledger,
    description: Description,
    describe: Describe,
    run: str,
    clock: Callable[[], datetime],
    sleep: Callable[[float], None],
) -> Delivery:
    """Give each part its alt texts, and record that; return the delivery as it is now.

    Raises what `describe` raises, and LedgerError.
    """
    key, delivery = description.key, description.delivery
    writer, snapshot = ledgers.open_writer(ledger, clock, sleep, [key])
    writer.publish(description.publication)
    if snapshot.one(key) != delivery:
        raise LedgerError(f"Another run or person has changed {key.post} on {key.account} meanwhile.", AGAIN)
    pairs = zip(delivery.receipts, description.media, strict=True)
    receipts = tuple(_described(receipt, media, describe) if media else receipt for receipt, media in pairs)
    changed = steps.describe(delivery, receipts, description.digest, run, clock())
    message = f"The alt texts of {key.post} are changed on {key.account}, but that could not be recorded"
    try:
        is_written = writer.claim(delivery, changed)
    except (GitError, LedgerError) as error:
        raise LedgerError(f"{message}: {error}", AGAIN) from error
    if not is_written:
        raise LedgerError(f"{message}: another run or person has changed it meanwhile.", f"See: cmflow log {key.post}")
    return changed


def _described(receipt: Receipt, media: tuple[Media, ...], describe: Describe) -> Receipt:
    """The receipt afterwards: an id of the network may name what the post says, too."""
    try:
        remote = describe(receipt, tuple(item.alt for item in media))
    except DeliveryError as error:
        error.hint = error.hint if isinstance(error, Denied | Rejected) else AGAIN
        raise
    return replace(receipt, id=remote.id)


def _files(variant: Variant, blobs: Mapping[str, str]) -> list[list[str]]:
    """The files of each part, by their bytes."""
    return [[blobs.get(item.path, "") for item in part.media] for part in variant.parts]


def _described_variant(variant: Variant, media: tuple[tuple[Media, ...], ...]) -> Variant:
    """The variant with these alt texts."""
    parts = []
    for part, items in zip(variant.parts, media, strict=True):
        pairs = zip(part.media, items, strict=True)
        parts.append(replace(part, media=tuple(replace(old, alt=new.alt) for old, new in pairs)))
    return replace(variant, parts=tuple(parts))


def _digest(delivery: Delivery, publication: Publication, described: Publication, account: Account) -> str:
    """What the digest of the delivery is with its new alt texts; "" where cmflow would digest it otherwise today."""
    blobs = dict(publication.files)
    known = delivery.digest, delivery.described or delivery.digest  # with the first alt texts, or those of now
    if not any(same_content(render.digest(publication.variant, blobs, account), digest) for digest in known):
        return ""
    return render.digest(described.variant, blobs, account)
