"""Posts that are not in the ledger but resemble a published one whose file is gone: perhaps it was renamed."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from difflib import SequenceMatcher

from cmflow.model import Delivery, Entry, Key, Status
from cmflow.repository.source import Source

MARGIN = timedelta(days=3)  # a renamed post is due at about the same time
ALIKE = 0.6  # of the words of both
MOST = 2_000  # words that are compared
FEW = 50  # posts whose texts are compared: the latest
WORD = re.compile(r"\w+|[^\w\s]")


def resembled(source: Source, entries: Sequence[Entry], orphans: Iterable[Delivery]) -> dict[str, str]:
    """The id of a new post → the id of the one of `orphans` that it resembles, due at about the same time and account.

    The sent text is read from the commit it was sent from; a commit that this clone lacks is ignored.
    """
    pairs = [pair for pair in _pairs(entries, orphans) if pair[0].path in source.blobs]
    olds = _texts(source, {old.post: old for _, old in pairs})
    news = {path: _tokens(data) for path, data in source.read({new.path for new, old in pairs if old.post in olds})}
    return {
        new.id: old.post
        for new, old in reversed(pairs)
        if old.post in olds and new.path in news and _are_alike(news[new.path], olds[old.post])
    }


def fresh(entries: Iterable[Entry], deliveries: Mapping[Key, Delivery]) -> list[Entry]:
    """The ready posts that are not in the ledger for one of their accounts."""
    ready = (entry for entry in entries if entry.status is Status.READY)
    return [entry for entry in ready if any((entry.id, planned.account) not in deliveries for planned in entry.planned)]


def _pairs(entries: Sequence[Entry], orphans: Iterable[Delivery]) -> list[tuple[Entry, Delivery]]:
    """The pairs that may be one post with two names, newest first."""
    latest = sorted((old for old in orphans if old.commit and old.path), key=lambda old: old.due)[-FEW:]
    if not latest:
        return []
    start, end = latest[0].due - MARGIN, latest[-1].due + MARGIN
    close = [entry for entry in entries if any(start <= planned.due <= end for planned in entry.planned)]
    return [(entry, old) for old in reversed(latest) for entry in close if _is_near(entry, old)]


def _is_near(entry: Entry, old: Delivery) -> bool:
    return any(planned.account == old.account and abs(planned.due - old.due) <= MARGIN for planned in entry.planned)


def _texts(source: Source, orphans: Mapping[str, Delivery]) -> dict[str, list[str]]:
    if source.repository is None or not orphans:
        return {}
    oids = dict(
        zip(orphans, source.repository.objects(*(f"{old.commit}:{old.path}" for old in orphans.values())), strict=True)
    )
    texts = {oid: _tokens(data) for oid, data in source.repository.read({*oids.values()} - {""})}
    return {post: texts[oid] for post, oid in oids.items() if oid in texts}


def _tokens(data: bytes) -> list[str]:
    from cmflow.content import frontmatter

    return WORD.findall(frontmatter.read(data, "").body)[:MOST]


def _are_alike(first: Sequence[str], second: Sequence[str]) -> bool:
    if not (first and second):
        return False
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    return matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE
