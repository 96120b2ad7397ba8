"""The archive: months before the plan's `since` that are as they were in the last edition, so that none of their posts
is looked at again. What the rest of the site says of them is remembered."""

from collections.abc import Collection, Iterator, Mapping, Set
from dataclasses import field
from functools import cached_property
from itertools import chain

from cmflow.values import dataclass

YearMonth = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ArchivedMonth:
    """A month whose posts are all history. `posts` counts each of them once per day on which it is shown.

    `name` is the fingerprint of its posts on their days. `blobs` are its posts and their media with their blob ids, and
    `changes` what git knows of each post: its newest commit, and how many there are. `pages` are the fingerprints of
    the posts' pages by file, `thumbs` the pictures by file; `sheets` are the files of the month itself, whose own
    fingerprint is `edition`.
    """

    posts: int
    drafts: int
    name: str
    edition: str
    blobs: Mapping[str, str]
    changes: Mapping[str, tuple[str, int]]
    pages: Mapping[str, str]
    sheets: tuple[str, ...]
    thumbs: Mapping[str, str]
    ids: tuple[str, ...]
    accounts: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()
    pillars: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Archive:
    """The months of the archive, in their order."""

    months: Mapping[YearMonth, ArchivedMonth] = field(default_factory=dict)

    @cached_property
    def blobs(self) -> Mapping[str, str]:
        """Its posts and their media, with their blob ids."""
        return {path: blob for month in self.months.values() for path, blob in month.blobs.items()}

    @cached_property
    def posts(self) -> Set[str]:
        """The paths of its posts."""
        return frozenset(chain.from_iterable(month.changes for month in self.months.values()))

    @cached_property
    def pages(self) -> Mapping[str, str]:
        """The fingerprints of its posts' pages, by file."""
        return {file: name for month in self.months.values() for file, name in month.pages.items()}

    @cached_property
    def ids(self) -> Set[str]:
        return frozenset(self.values("ids"))

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

    def without(self, months: Collection[YearMonth]) -> "Archive":
        return Archive({month: record for month, record in self.months.items() if month not in months})


EMPTY = Archive()
