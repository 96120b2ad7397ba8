"""What was sent of a post that was edited since: read again from the commit that it was sent from."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from cmflow.git import Repository
from cmflow.model import Delivery, Entry, State, Variant, is_edited
from cmflow.repository import at_commit, loader
from cmflow.repository.cache import Cache
from cmflow.repository.content import Content

OPEN = 8  # commits whose content stays open
AT_ONCE = 200  # names that git is asked for in one go
NAME = "sent"

Key = tuple[str, str]  # post, account


@dataclass(frozen=True, slots=True)
class Sent:
    """The title and the first words of what was sent; the file and the commit it was made of."""

    title: str
    excerpt: str
    path: str
    commit: str


def edited(found: Iterable[Entry], deliveries: Mapping[Key, Delivery]) -> Iterator[tuple[Entry, Delivery]]:
    """The deliveries that are sent and would come out otherwise now, with their posts."""
    for entry in found:
        for planned in entry.planned:
            delivery = deliveries.get((planned.post, planned.account))
            if delivery and _can_be_read(delivery) and is_edited(delivery, planned):
                yield entry, delivery


def _can_be_read(delivery: Delivery) -> bool:
    return delivery.state is State.SENT and bool(delivery.path and delivery.commit)


class Past:
    """The repository as it was when something was sent; a commit is opened once."""

    def __init__(self, repository: Repository, opened: Callable[[str], Content], cache: Cache) -> None:
        self.repository, self.cache = repository, cache
        self.opened = lru_cache(OPEN)(opened)

    def sent(self, found: Iterable[tuple[Entry, Delivery]], blobs: Mapping[str, str]) -> Mapping[Key, Sent]:
        """What was sent of these, where the post itself is another one now; `blobs` are the files of today."""
        pairs = list(found)
        known: dict[str, list[str]] = self.cache.load(NAME) if pairs else {}
        size, read = len(known), dict[Key, Sent]()
        for (entry, delivery), blob in zip(pairs, self._blobs([each for _, each in pairs]), strict=True):
            if not blob or blob == blobs.get(entry.path):
                continue
            name = f"{blob} {delivery.commit} {delivery.account}"
            if name not in known:
                known[name] = list(self._read(delivery))
            title, excerpt = known[name]
            if title:
                read[delivery.post, delivery.account] = Sent(title, excerpt, delivery.path, delivery.commit)
        if len(known) != size:
            self.cache.save(NAME, known)
        return read

    def variant(self, sent: Sent, account: str) -> Variant | None:
        """All that the account was sent; None where that cannot be made any more."""
        content = self.opened(sent.commit)
        post = at_commit.read(content, sent.path)
        who = content.plan.account(account) if content.plan else None
        return at_commit.variant(content, post, who) if post and who else None

    def _read(self, delivery: Delivery) -> tuple[str, str]:
        """Its title and its first words; ("", "") where it cannot be read any more."""
        post = at_commit.read(self.opened(delivery.commit), delivery.path)
        made = self.variant(Sent("", "", delivery.path, delivery.commit), delivery.account)
        return (post.title, loader.excerpt(made)) if post and made else ("", "")

    def _blobs(self, deliveries: list[Delivery]) -> Iterator[str]:
        """The post's blob in the commit of each delivery; "" where git has it no more."""
        for start in range(0, len(deliveries), AT_ONCE):
            some = deliveries[start : start + AT_ONCE]
            yield from self.repository.objects(*(f"{each.commit}:{each.path}" for each in some))
