"""What was sent of posts whose files are as they were then: that is what they look like, whatever templates and plan
make of them now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Set
from typing import TYPE_CHECKING

from cmflow.ledger import Ledger, codec, publications
from cmflow.model import Delivery, Key, Publication, State
from cmflow.repository.cache import Cache

if TYPE_CHECKING:
    from cmflow.repository.content import Content


class PublicationIndex:
    """What the ledger holds of posts that were sent. `marks`, by post, change with it, and with what happened to it."""

    def __init__(self, ledger: Ledger, deliveries: Mapping[Key, Delivery], cache: Cache) -> None:
        self._repository = ledger.repository
        self._sent = {key: delivery for key, delivery in deliveries.items() if _is_shown(delivery)}
        self._names = _names(ledger, {key.post for key in self._sent}, cache)
        self._files: dict[str, bytes] = {}
        digests = defaultdict[str, list[str]](list)
        for key, delivery in self._sent.items():
            digests[key.post].append(f" {key.account} {delivery.digest}")
        self.marks: Mapping[str, str] = {
            post: self._names[post] + "".join(sorted(rows)) for post, rows in digests.items() if self._names[post]
        }

    def fetch(self, posts: Collection[str]) -> None:
        """Read the files of these posts: once for all, before other processes begin to decode them."""
        missing = [post for post in posts if post in self.marks and post not in self._files]
        files = self._repository.read(self._names[post] for post in missing) if missing else ()
        self._files.update((post, data) for post, (_, data) in zip(missing, files, strict=True))

    def of(self, post: str, content: Content) -> Mapping[str, Publication]:
        """What was sent of a post, by account, where neither its file nor its media have changed since."""
        if post not in self.marks:
            return {}
        self.fetch((post,))
        blobs = content.source.blobs
        return {
            publication.variant.account: publication
            for publication in self._decoded(post)
            if (delivery := self._sent.get(Key(post, publication.variant.account)))
            and publication.is_of(delivery)
            and all(blobs.get(path) == blob for path, blob in publication.files)
        }

    def _decoded(self, post: str) -> tuple[Publication, ...]:
        """What cannot be read is told by the page of a post that would look different now."""
        if post not in self._files:
            return ()
        try:
            return publications.decode(self._files[post], post)
        except codec.Unreadable:
            return ()


def _is_shown(delivery: Delivery) -> bool:
    """Return whether it was sent, and looks as it did then: its alt texts are those that it was sent with."""
    return delivery.state is State.SENT and bool(delivery.digest) and not delivery.described


def _names(ledger: Ledger, posts: Set[str], cache: Cache) -> Mapping[str, str]:
    """The blob ids of these posts' files, "" for none; those of the newest tree are cached."""
    commit = ledger.repository.tip(ledger.branch) if posts else None
    tree = ledger.repository.objects(f"{commit}:{codec.PUBLICATIONS}")[0] if commit else ""
    if not tree:
        return dict.fromkeys(posts, "")
    name = f"publications-{tree}"
    names: dict[str, str] = cache.load(name)
    if missing := posts - names.keys():
        names = {**names, **dict.fromkeys(missing, ""), **publications.names(ledger, missing, commit)}
        cache.save(name, names)
    return names
