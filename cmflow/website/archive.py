"""The archive: months before the plan's `since` that are as they were in the last edition, so that none of their posts
is looked at again. What the rest of the site says of them is remembered."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import field
from functools import cached_property
from itertools import chain

from cmflow.values import dataclass

YearMonth = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ArchivedMonth:
    """A month whose posts are all history. `size` counts each of them once per day on which it is shown.

    `paths`, `ids`, `pages` (their files) and `names` (the pages' fingerprints) are of its posts, in the same order;
    `media` are those of the posts with their blob ids, `thumbs` the pictures by file, `sheets` the files of the month
    itself. `source` is the fingerprint of the posts' bytes and of what git knows of them, `contents` that of the posts
    on their days, `edition` that of the month.
    """

    size: int
    drafts: int
    source: str
    contents: str
    edition: str
    paths: tuple[str, ...]
    ids: tuple[str, ...]
    pages: tuple[str, ...]
    names: tuple[str, ...]
    sheets: tuple[str, ...]
    media: Mapping[str, str]
    thumbs: Mapping[str, str]
    accounts: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()
    pillars: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Archive:
    """The months of the archive, in their order."""

    months: Mapping[YearMonth, ArchivedMonth] = field(default_factory=dict)

    @cached_property
    def paths(self) -> Set[str]:
        """The files of its posts."""
        return frozenset(self.values("paths"))

    @cached_property
    def ids(self) -> Set[str]:
        return frozenset(self.values("ids"))

    @cached_property
    def pages(self) -> Mapping[str, str]:
        """The fingerprints of its posts' pages, by file."""
        return dict(zip(self.values("pages"), self.values("names"), strict=True))

    @property
    def drafts(self) -> int:
        return sum(month.drafts for month in self.months.values())

    def values(self, name: str) -> Iterator[str]:
        """Everything in that field of its months."""
        return chain.from_iterable(getattr(month, name) for month in self.months.values())

    def files(self) -> Iterator[str]:
        """Every file of it."""
        for month in self.months.values():
            yield from chain(month.pages, month.sheets, month.thumbs)


EMPTY = Archive()
