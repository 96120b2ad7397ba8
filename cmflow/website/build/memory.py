"""What is remembered of an edition until the next one: what was made, and from what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from functools import cache as once
from itertools import chain
from typing import TYPE_CHECKING, Any

from cmflow.repository.cache import Cache
from cmflow.values import dataclass
from cmflow.website.archive import EMPTY, Archive, ArchivedMonth, YearMonth
from cmflow.website.board import page_name
from cmflow.website.build.fingerprint import fingerprint
from cmflow.website.build.folder import Folder
from cmflow.website.build.stamps import Manifest

if TYPE_CHECKING:
    from msgspec.json import Decoder

Stored = tuple[str, dict[str, ArchivedMonth]]  # what all pages were made with, and the months by name


@dataclass(frozen=True, slots=True)
class Remembered:
    """An edition. `shared` is what all of its pages were made with, "" for one of which nothing is known; `edition` has
    its parts besides the archive."""

    shared: str = ""
    edition: Manifest = field(default_factory=dict)
    archive: Archive = EMPTY

    @property
    def media(self) -> Mapping[str, str]:
        """The copies of media, by file."""
        media: Mapping[str, str] = self.edition.get("media", {})
        return media

    def parts(self) -> Manifest:
        """All parts, with the posts and months of the archive among the others; none where nothing is known."""
        if not self.edition:
            return {}
        months = {page_name(*month): (record.edition, record.sheets) for month, record in self.archive.months.items()}
        return {
            **self.edition,
            "months": {**months, **self.edition["months"]},
            "posts": {**self.archive.pages, **self.edition["posts"]},
        }

    def apart(self) -> Remembered:
        """The same without what the archive remembers: what `parts` puts back."""
        months, pages = {page_name(*month) for month in self.archive.months}, self.archive.pages
        edition = {
            **self.edition,
            "months": {name: record for name, record in self.edition["months"].items() if name not in months},
            "posts": {file: name for file, name in self.edition["posts"].items() if file not in pages},
        }
        return Remembered(self.shared, edition, self.archive)

    def files(self) -> set[str]:
        """Every file that it wrote, but the copies of media."""
        parts = (self.edition.get(name, {}).get("files", ()) for name in ("front", "plan", "feeds", "statistics"))
        months = (files for _, files in self.edition.get("months", {}).values())
        lists = (self.edition.get(name, ()) for name in ("posts", "thumbs"))
        return {*chain.from_iterable((*parts, *months, *lists)), *self.archive.files()}


NOTHING = Remembered()


def load(cache: Cache, folder: Folder) -> Remembered:
    """The last edition; nothing where it was not saved as a whole, or another was begun and not finished."""
    if cache.load(_begun(folder)):
        return NOTHING
    edition: dict[str, Any] = {**cache.load(_edition(folder))}
    shared, months = cache.decoded(_archive(folder), lambda body: _decoder().decode(body)) or ("", {})
    archive = Archive({_month(name): record for name, record in months.items()})
    if (edition.pop("made with", ""), edition.pop("archive", "")) != (shared, _name(archive)):
        return NOTHING
    return Remembered(shared, edition, archive)


def begin(cache: Cache, folder: Folder) -> None:
    """Note that pages are written from here on: if the build is killed, nothing is known of them until one ends."""
    cache.save(_begun(folder), {"begun": True})


def save(cache: Cache, folder: Folder, now: Remembered, last: Remembered) -> None:
    """Save what is not as it was in the last edition; the build ends."""
    if (now.shared, now.archive) != (last.shared, last.archive):
        from msgspec.json import encode

        months = {page_name(*month): record for month, record in now.archive.months.items()}
        cache.put(_archive(folder), encode((now.shared, months)))
        cache.remember(_archive(folder), (now.shared, months))
    if now != last:
        edition = {"made with": now.shared, "archive": _name(now.archive), **now.edition}
        cache.save(_edition(folder), edition)
    cache.save(_begun(folder), {})


def _name(archive: Archive) -> str:
    """Names the archive that an edition was saved with: a build may have been killed between the two files."""
    records = archive.months.items()
    return fingerprint(f"{page_name(*month)} {record.source} {record.edition}" for month, record in records)


def _edition(folder: Folder) -> str:
    return f"edition-{folder.name}"


def _begun(folder: Folder) -> str:
    return f"begun-{folder.name}"


def _archive(folder: Folder) -> str:
    return f"archive-{folder.name}"


def _month(name: str) -> YearMonth:
    year, _, month = name.partition("-")
    return int(year), int(month)


@once
def _decoder() -> Decoder[Stored]:
    from msgspec.json import Decoder

    return Decoder(Stored)
