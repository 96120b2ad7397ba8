"""What was sent of a post that was edited since: read from the commit that it was sent from."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from cmflow.git import Repository
from cmflow.model import Delivery, Entry, Key, State, Variant, is_edited
from cmflow.repository.cache import Cache
from cmflow.repository.content import Content

OPEN = 8  # commits whose content is kept open
AT_ONCE = 200  # object names per git query
NAME = "sent"


@dataclass(frozen=True, slots=True)
class SentText:
    """The title and the first words of what was sent, and its file and commit."""

    title: str
    excerpt: str
    path: str
    commit: str


def edited(entries: Iterable[Entry], deliveries: Mapping[Key, Delivery]) -> Iterator[tuple[Entry, Delivery]]:
    """The sent deliveries whose posts would now look different, with their entries."""
    for entry in entries:
        for planned in entry.planned:
            delivery = deliveries.get(Key(planned.post, planned.account))
            if delivery and _can_be_read(delivery) and is_edited(delivery, planned):
                yield entry, delivery


def _can_be_read(delivery: Delivery) -> bool:
    return delivery.state is State.SENT and bool(delivery.path and delivery.commit)


class SentTexts:
    """Reads what was sent from the repository's history; each commit is opened once."""

    def __init__(self, repository: Repository, open_commit: Callable[[str], Content], cache: Cache) -> None:
        self.repository, self.cache = repository, cache
        self.open_commit = lru_cache(OPEN)(open_commit)

    def find(self, edits: Iterable[tuple[Entry, Delivery]], blobs: Mapping[str, str]) -> Mapping[Key, SentText]:
        """What was sent, for the posts that were changed since; `blobs` are today's files."""
        pairs = list(edits)
        cached: dict[str, list[str]] = self.cache.load(NAME) if pairs else {}
        size, read = len(cached), dict[Key, SentText]()
        for (entry, delivery), blob in zip(pairs, self._blobs([delivery for _, delivery in pairs]), strict=True):
            if not blob or blob == blobs.get(entry.path):
                continue
            name = f"{blob} {delivery.commit} {delivery.account}"
            if name not in cached:
                cached[name] = list(self._read(delivery))
            title, excerpt = cached[name]
            if title:
                read[Key(delivery.post, delivery.account)] = SentText(title, excerpt, delivery.path, delivery.commit)
        if len(cached) != size:
            self.cache.save(NAME, cached)
        return read

    def variant(self, sent: SentText, account: str) -> Variant | None:
        """The whole variant that was sent; None if it can no longer be rendered."""
        from cmflow.repository import at_commit

        content = self.open_commit(sent.commit)
        post = at_commit.read(content, sent.path)
        owner = content.plan.account(account) if content.plan else None
        return at_commit.variant(content, post, owner) if post and owner else None

    def _read(self, delivery: Delivery) -> tuple[str, str]:
        """The title and first words; ("", "") if it can no longer be read."""
        from cmflow.repository import at_commit, examination

        post = at_commit.read(self.open_commit(delivery.commit), delivery.path)
        variant = self.variant(SentText("", "", delivery.path, delivery.commit), delivery.account)
        return (post.title, examination.excerpt(variant)) if post and variant else ("", "")

    def _blobs(self, deliveries: list[Delivery]) -> Iterator[str]:
        """The post's blob in the commit of each delivery; "" if git no longer has it."""
        for start in range(0, len(deliveries), AT_ONCE):
            batch = deliveries[start : start + AT_ONCE]
            yield from self.repository.objects(*(f"{delivery.commit}:{delivery.path}" for delivery in batch))
