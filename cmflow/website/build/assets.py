"""What the site has beside its pages: the feeds, and a public copy of each picture and video that a post shows."""

from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any

from cmflow.content.media import Facts
from cmflow.content.media.urls import file_name, shows
from cmflow.model import Entry
from cmflow.repository.content import Content
from cmflow.website import feeds
from cmflow.website.build.fingerprint import named
from cmflow.website.build.folder import Folder
from cmflow.website.calendar import Calendar

Made = Mapping[str, Any]  # what is remembered until the next edition


def tell(
    calendar: Calendar, address: str, names: Mapping[str, str], before: Made, there: Set[str], folder: Folder
) -> tuple[int, Made]:
    """Bring the feeds up to date: how many are new or changed; `names` are those of the posts, by id.

    Where nothing that they tell has another name than before, they are not made at all.
    """
    agenda = feeds.near(calendar, address)
    name = named(_said(agenda, names))
    if before.get("name") == name and there >= {*before["files"]}:
        return 0, before
    written = {path: folder.write(path, text) for path, text in feeds.files(agenda)}
    return sum(written.values()), {"name": name, "files": sorted(written)}


def _said(agenda: feeds.Agenda, names: Mapping[str, str]) -> Iterator[str]:
    """All that the feeds are made of."""
    yield from (agenda.address, agenda.start.isoformat(), str(agenda.calendar.settled))
    yield from (f"{card.time} {names.get(card.id)} {card.errors} {card.warnings}" for card in agenda.cards)
    yield from (f"{names.get(each.post)} {each.account} {receipt.time}" for each, receipt in agenda.sent)


def copy(content: Content, entries: Iterable[Entry], before: Mapping[str, str], folder: Folder) -> tuple[int, Made]:
    """Copy what posts show, byte for byte, and take away what none shows any more: how many copies are new.

    Only files that are what their names say, pictures and videos: nothing that a browser would open as a page.
    """
    used = {path for entry in entries for path, blob in entry.media if blob and shows(path)}
    sizes = {path: found.size for path in used if isinstance(found := content.facts.get(path), Facts)}
    blobs = {file_name(path): content.source.blobs[path] for path in sorted(sizes)}
    stale = [
        path
        for path, size in sizes.items()
        if before.get(file := file_name(path)) != blobs[file] or folder.size(file) != size
    ]
    written = sum(folder.write(file_name(path), data) for path, data in content.source.read(sorted(stale)))
    for file in before.keys() - blobs.keys():
        folder.remove(file)
    return written, blobs
