"""The files of the site besides its pages: the feeds, and a public copy of each picture and video in a post."""

from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any

from cmflow.content.media import Facts
from cmflow.content.media.urls import file_name, shows
from cmflow.repository.content import Content
from cmflow.repository.source import READABLE
from cmflow.website import feeds
from cmflow.website.build.fingerprint import fingerprint
from cmflow.website.build.folder import Folder
from cmflow.website.calendar import Calendar

Manifest = Mapping[str, Any]  # what is remembered until the next edition


def tell(
    calendar: Calendar, address: str, names: Mapping[str, str], previous: Manifest, files: Set[str], folder: Folder
) -> tuple[int, Manifest]:
    """Bring the feeds up to date; return how many are new or changed. `names` are the posts' fingerprints by id.

    Where nothing that they tell has another name than before, they are not made at all.
    """
    agenda = feeds.collect(calendar, address)
    name = fingerprint(_sources(agenda, names))
    if previous.get("name") == name and files >= {*previous["files"]}:
        return 0, previous
    written = {path: folder.write(path, text) for path, text in feeds.files(agenda)}
    return sum(written.values()), {"name": name, "files": sorted(written)}


def _sources(agenda: feeds.Agenda, names: Mapping[str, str]) -> Iterator[str]:
    """Everything that the feeds depend on."""
    yield from (agenda.address, agenda.start.isoformat(), str(agenda.calendar.settled))
    yield from (f"{entry.id} {names.get(entry.id)}" for entry in agenda.near.entries)
    for key, delivery in agenda.near.deliveries.items():
        last = delivery.history[-1].time if delivery.history else ""
        yield f"{names.get(key.post)} {key.account} {len(delivery.history)} {last}"
    yield from (f"{names.get(delivery.post)} {delivery.account} {receipt.time}" for delivery, receipt in agenda.sent)


def copy(content: Content, media: Iterable[str], previous: Mapping[str, str], folder: Folder) -> tuple[int, Manifest]:
    """Copy these media of posts byte for byte and remove copies that are not used now; return the number of new copies.

    Only files that are what their names say, pictures and videos: nothing that a browser would open as a page.
    """
    used = {path for path in media if shows(path)}
    facts = {path: content.facts.get(path) for path in used}
    sizes = {path: item.size for path, item in facts.items() if isinstance(item, Facts) and item.size <= READABLE}
    blobs = {file_name(path): content.source.blobs[path] for path in sorted(sizes)}
    stale = [
        path
        for path, size in sizes.items()
        if previous.get(file := file_name(path)) != blobs[file] or folder.size(file) != size
    ]
    written = sum(folder.write(file_name(path), data) for path, data in content.source.read(sorted(stale)))
    for file in previous.keys() - blobs.keys():
        folder.remove(file)
    return written, blobs
