"""What was published of a post on one account, as its readers saw it."""

from collections.abc import Mapping
from datetime import datetime

from cmflow.model.delivery import Delivery, State, same_content
from cmflow.model.text import Variant
from cmflow.values import dataclass


@dataclass(frozen=True, slots=True)
class Publication:
    """A variant as it was sent, with the title that its post had, and the blob ids of the post and its files by path.

    `time` is when the ledger recorded it. The texts of the variant's parts have no spans: their forms say what readers
    see. The variant's digest is that of the delivery.
    """

    variant: Variant
    title: str = ""
    files: tuple[tuple[str, str], ...] = ()
    time: datetime | None = None

    @classmethod
    def of(cls, variant: Variant, title: str, path: str, blobs: Mapping[str, str]) -> "Publication":
        """Return the publication of a variant; `path` is the post's file, `blobs` are all of the content."""
        paths = dict.fromkeys((path, *variant.files))
        return cls(variant, title, tuple((name, blobs.get(name, "")) for name in paths))

    def is_of(self, delivery: Delivery) -> bool:
        """Return whether this is what the delivery sent last, published still or not."""
        if delivery.state is State.SENT:
            return same_content(self.variant.digest, delivery.digest)
        times = [event.time for event in delivery.history if event.state is State.SENT]
        return is_unpublished(delivery) and self.time == times[-1] if times else False


def is_unpublished(delivery: Delivery) -> bool:
    """Return whether a person has deleted what was published, and that is the last that happened to it."""
    return delivery.state is State.SKIPPED and bool(delivery.history and delivery.history[-1].places)
