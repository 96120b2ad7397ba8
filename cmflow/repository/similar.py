"""Posts that the ledger does not know, and that read like one that is out and has no file any more."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from difflib import SequenceMatcher

from cmflow.content import frontmatter
from cmflow.ledger.codec import Key
from cmflow.model import Delivery, Entry, Status
from cmflow.repository.source import Source

NEAR = timedelta(days=3)  # a post that was renamed is due about when it was
ALIKE = 0.6  # of the words of both
MOST = 2_000  # words that are compared
FEW = 50  # posts whose texts are compared, the latest
WORD = re.compile(r"\w+|[^\w\s]")


def resembled(source: Source, entries: Sequence[Entry], lost: Iterable[Delivery]) -> dict[str, str]:
    """By the id of a new post: the id of one of the `lost` that it reads like, due about then on the same account.

    What was sent is read at the commit it was sent from; where this clone does not have that, nothing is known.
    """
    pairs = [pair for pair in _pairs(entries, lost) if pair[0].path in source.blobs]
    olds = _texts(source, {old.post: old for _, old in pairs})
    news = {path: _words(data) for path, data in source.read({new.path for new, old in pairs if old.post in olds})}
    return {
        new.id: old.post
        for new, old in reversed(pairs)
        if old.post in olds and new.path in news and _are_alike(news[new.path], olds[old.post])
    }


def fresh(entries: Iterable[Entry], deliveries: Mapping[Key, Delivery]) -> list[Entry]:
    """The posts that are ready and of which the ledger knows nothing on one of their accounts."""
    ready = (entry for entry in entries if entry.status is Status.READY)
    return [entry for entry in ready if any((entry.id, each.account) not in deliveries for each in entry.planned)]


def _pairs(entries: Sequence[Entry], lost: Iterable[Delivery]) -> list[tuple[Entry, Delivery]]:
    """What may be one post by two names: the newest first."""
    latest = sorted((each for each in lost if each.commit and each.path), key=lambda each: each.due)[-FEW:]
    if not latest:
        return []
    start, end = latest[0].due - NEAR, latest[-1].due + NEAR
    close = [entry for entry in entries if any(start <= each.due <= end for each in entry.planned)]
    return [(entry, old) for old in reversed(latest) for entry in close if _is_near(entry, old)]


def _is_near(entry: Entry, old: Delivery) -> bool:
    return any(each.account == old.account and abs(each.due - old.due) <= NEAR for each in entry.planned)


def _texts(source: Source, lost: Mapping[str, Delivery]) -> dict[str, list[str]]:
    if source.repository is None or not lost:
        return {}
    oids = dict(
        zip(lost, source.repository.objects(*(f"{each.commit}:{each.path}" for each in lost.values())), strict=True)
    )
    known = {oid: _words(data) for oid, data in source.repository.read({*oids.values()} - {""})}
    return {post: known[oid] for post, oid in oids.items() if oid in known}


def _words(data: bytes) -> list[str]:
    return WORD.findall(frontmatter.read(data, "").body)[:MOST]


def _are_alike(one: Sequence[str], other: Sequence[str]) -> bool:
    if not (one and other):
        return False
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE
