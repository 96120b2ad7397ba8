"""What was sent of a post that would look different now: from the ledger, or from the commit that was published."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import field
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING

from cmflow.ledger import Ledger, codec, publications
from cmflow.ledger.publications import Archive
from cmflow.model import Delivery, Entry, Key, Planned, Post, Problem, Publication, State, is_edited
from cmflow.model.publication import is_unpublished
from cmflow.repository.cache import Cache
from cmflow.values import dataclass

if TYPE_CHECKING:
    from cmflow.repository.content import Content

OPEN = 8  # commits whose content is kept open
NAME = "sent"

Row = list[str]  # title, first words, and the blob id that the post's file had
NOTHING: Row = ["", "", ""]
UNREADABLE: Row = ["", "", "unreadable"]


@dataclass(frozen=True, slots=True)
class SentText:
    """The title and the first words of what was sent. `name` changes with it; `commit` is what it is read from, "" for
    the ledger. `is_same_file`: the post's file has not changed since."""

    title: str
    excerpt: str
    name: str
    commit: str = ""
    is_same_file: bool = False


@dataclass(frozen=True, slots=True)
class SentPosts:
    """What was sent of posts that would look different now, and which of it the ledger should have, but cannot tell."""

    texts: Mapping[Key, SentText] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def edited(entries: Iterable[Entry], deliveries: Mapping[Key, Delivery]) -> Iterator[tuple[Entry, Delivery]]:
    """The deliveries that were sent and would now look different, with their entries, and those unpublished since."""
    for entry in entries:
        for planned in entry.planned:
            delivery = deliveries.get(Key(planned.post, planned.account))
            if delivery and is_over(delivery, planned):
                yield entry, delivery


def ghosts(entries: Iterable[Entry], deliveries: Mapping[Key, Delivery]) -> Iterator[tuple[Entry, Delivery]]:
    """The deliveries that were sent of posts that were deleted since, each with an entry without a file."""
    ids = {entry.id for entry in entries}
    for key, delivery in deliveries.items():
        if key.post not in ids and (delivery.state is State.SENT or is_unpublished(delivery)):
            yield Entry("", key.post), delivery


def is_over(delivery: Delivery, planned: Planned) -> bool:
    """Return whether the delivery was sent, and what is planned now may not be what it sent."""
    return is_edited(delivery, planned) if delivery.state is State.SENT else is_unpublished(delivery)


class SentTexts:
    """Finds what was sent. Each commit is opened once; the ledger is looked at as it is when it is first needed."""

    def __init__(self, ledger: Ledger, open_commit: Callable[[str], Content], cache: Cache) -> None:
        self.ledger, self.cache = ledger, cache
        self.open_commit = lru_cache(OPEN)(partial(self._open, open_commit))
        self.post = lru_cache(OPEN)(self._post)

    @cached_property
    def tip(self) -> str | None:
        return self.ledger.repository.tip(self.ledger.branch)

    def find(self, edits: Iterable[tuple[Entry, Delivery]], blobs: Mapping[str, str]) -> SentPosts:
        """What was sent, for posts that would look different now; `blobs` are today's files."""
        pairs = list(edits)
        cached: dict[str, Row] = self.cache.load(NAME) if pairs else {}
        size, texts = len(cached), dict[Key, SentText]()
        names = self._names([delivery for _, delivery in pairs])
        self._read([delivery for _, delivery in pairs if _ledger_row(delivery, names) not in cached], names, cached)
        for entry, delivery in pairs:
            row, commit = cached[_ledger_row(delivery, names)], ""
            if not row[0]:
                row, commit = self._rendered(delivery, cached), delivery.commit
            if row[0]:
                title, excerpt, blob = row
                name = commit or names[delivery.post]
                texts[_key(delivery)] = SentText(title, excerpt, name, commit, blob == blobs.get(entry.path))
        if len(cached) != size:
            self.cache.save(NAME, cached)
        damaged = [entry for entry, delivery in pairs if cached[_ledger_row(delivery, names)] == UNREADABLE]
        return SentPosts(texts, tuple(self._problem(entry) for entry in dict.fromkeys(damaged) if entry.path))

    def kept(self, deliveries: Collection[Delivery]) -> Mapping[Key, tuple[str, Publication]]:
        """What the ledger keeps of these deliveries, each with its `SentText.name`."""
        archive = self._archive({delivery.post for delivery in deliveries})
        pairs = ((delivery, archive.publications.get(_key(delivery))) for delivery in deliveries)
        return {
            _key(delivery): (archive.names[delivery.post], text)
            for delivery, text in pairs
            if text and _is_true(text, delivery)
        }

    def texts(self, deliveries: Collection[Delivery]) -> Mapping[Key, Publication]:
        """What was sent of these deliveries: from the ledger, else as the commit renders it."""
        kept = {key: text for key, (_, text) in self.kept(deliveries).items()}
        rest = ((_key(delivery), self.rendered(delivery)) for delivery in deliveries if _key(delivery) not in kept)
        return {**kept, **{key: text for key, text in rest if text}}

    def rendered(self, delivery: Delivery) -> Publication | None:
        """What the commit renders that was published; None if that is no longer possible."""
        from cmflow.repository import at_commit

        content = self.open_commit(delivery.commit) if delivery.commit else None
        post = self.post(delivery.commit, delivery.path) if content else None
        return at_commit.publication_of(content, post, delivery.account) if content and post else None

    def _post(self, commit: str, path: str) -> Post | None:
        """The post in a commit: its accounts were mostly sent from the same."""
        from cmflow.repository import at_commit

        content = self.open_commit(commit)
        return at_commit.read(content, path) if content else None

    def _open(self, open_commit: Callable[[str], Content], commit: str) -> Content | None:
        """The content of a commit; None if git does not have it, as in a shallow clone."""
        return open_commit(commit) if self.ledger.repository.resolve(commit) else None

    def _archive(self, posts: Collection[str]) -> Archive:
        return publications.read(self.ledger, posts, self.tip) if posts and self.tip else Archive()

    def _names(self, deliveries: Collection[Delivery]) -> Mapping[str, str]:
        posts = {delivery.post for delivery in deliveries}
        return publications.names(self.ledger, posts, self.tip) if posts and self.tip else {}

    def _read(self, deliveries: Collection[Delivery], names: Mapping[str, str], cached: dict[str, Row]) -> None:
        """Cache a row for each of these, an empty one for what the ledger does not keep."""
        archive = self._archive({delivery.post for delivery in deliveries} & names.keys())
        for delivery in deliveries:
            text = archive.publications.get(_key(delivery))
            row = _row(text, delivery) if text and _is_true(text, delivery) else NOTHING
            cached[_ledger_row(delivery, names)] = UNREADABLE if delivery.post in archive.unreadable else row

    def _rendered(self, delivery: Delivery, cached: dict[str, Row]) -> Row:
        name = f"{delivery.commit} {delivery.path} {delivery.account}"
        if name not in cached:
            text = self.rendered(delivery)
            if text is None and delivery.commit and self.open_commit(delivery.commit) is None:
                return NOTHING  # git may fetch the commit later
            cached[name] = _row(text, delivery) if text else NOTHING
        return cached[name]

    def _problem(self, entry: Entry) -> Problem:
        message = f"The ledger's file of what was sent of {entry.id} cannot be read: what its commit renders is shown."
        hint = f"See what it was: git log -p {self.ledger.branch} -- '{codec.publications_path(entry.id)}'"
        return Problem(entry.path, 1, "sent-text-unreadable", message, hint)


def _key(delivery: Delivery) -> Key:
    return Key(delivery.post, delivery.account)


def _ledger_row(delivery: Delivery, names: Mapping[str, str]) -> str:
    """The name of the row of what the ledger keeps of a delivery, as it is now."""
    step = delivery.history[-1].time.isoformat() if delivery.history else ""
    return f"{names.get(delivery.post)} {delivery.account} {delivery.digest or step}"


def _is_true(text: Publication, delivery: Delivery) -> bool:
    """Return whether it is what was sent; no one can say what a network looked like that cmflow does not know."""
    from cmflow.netkit import network

    return text.is_of(delivery) and text.variant.network in network.names()


def _row(text: Publication, delivery: Delivery) -> Row:
    from cmflow.repository import examination

    return [text.title or delivery.post, examination.excerpt(text.variant), dict(text.files).get(delivery.path, "")]
