"""Where content is read from: the folder as it stands, or a commit of git. One listing, one way to read."""

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path

from cmflow.errors import SourceError
from cmflow.git import Repository

CONTENT = ("content", "templates")
LARGEST = 1_000_000_000  # bytes; a larger file is not read at all


@dataclass(frozen=True, slots=True)
class Source:
    """Files by path: their blob ids, and their bytes. A blob id names the very bytes that `read` gives.

    `links` are the paths that are symbolic links: their blob id is "". `unreadable` tells why, of what is there but
    is in no `blobs`; `repository` is what it lies in. Hidden files, whose names or folders start with a dot, are not
    there.
    """

    name: str
    blobs: Mapping[str, str]
    links: frozenset[str]
    read: Callable[[Iterable[str]], Iterator[tuple[str, bytes]]]
    unreadable: Mapping[str, str] = field(default_factory=dict)
    repository: Repository | None = None

    def one(self, path: str) -> bytes:
        """The bytes of one file; SourceError where it is not there."""
        if path not in self.blobs:
            raise SourceError(f"{path} is not in {self.name}.")
        return next(iter(self.read([path])))[1]


def blob_id(data: bytes, like: str = "") -> str:
    """The name git gives to these bytes; of the same length as the id `like`, where that is given."""
    name = "sha256" if len(like) == 64 else "sha1"
    return hashlib.new(name, b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def commit(repository: Repository, revision: str) -> Source:
    """The content of a commit; what is not committed is not there."""
    files = {path: file for path, file in repository.tree(revision, *CONTENT).items() if "/." not in path}
    links = frozenset(path for path, (mode, _) in files.items() if mode == "120000")
    blobs = {path: "" if path in links else oid for path, (_, oid) in files.items()}

    def read(paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        wanted = list(paths)
        oids = [files[path][1] for path in wanted]
        for path, (_, data) in zip(wanted, repository.read(oids) if oids else (), strict=True):
            yield path, data

    return Source(f"commit {revision[:10]}", blobs, links, read, repository=repository)


def folder(root: Path, repository: Repository | None) -> Source:
    """The content as it stands in the folder, saved but perhaps not committed.

    Files that git knows to be unchanged are not read for their blob ids, unless git may hold other bytes of them.
    """
    files = tuple(_walk(root))
    known: Mapping[str, str | None] = repository.index(*CONTENT) if repository else {}
    odd = repository.converted(known) if repository else frozenset()
    links = frozenset(path for path, is_link in files if is_link)
    blobs, unreadable = {}, {}
    for path, is_link in files:
        try:
            same = known.get(path) if path not in odd else None
            blobs[path] = "" if is_link else same or blob_id(_bytes(root / path))
        except SourceError as error:
            unreadable[path] = str(error)

    def read(paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        for path in paths:
            data = _bytes(root / path)
            if path not in links and blob_id(data, blobs[path]) != blobs[path]:
                raise SourceError(f"{path} was changed while cmflow was reading it.", "Run the command again.")
            yield path, data

    return Source("the folder", blobs, links, read, unreadable, repository)


def _walk(root: Path) -> Iterator[tuple[str, bool]]:
    """Every file below the content folders and whether it is a symbolic link; none is followed."""
    for top in CONTENT:
        if (root / top).is_symlink():
            yield top, True
        elif (root / top).is_dir():
            yield from _below(str(root / top), top)


def _below(folder: str, name: str) -> Iterator[tuple[str, bool]]:
    """A folder that is named like a post, or cannot be opened, is there as well: somebody may miss what is in it."""
    try:
        with os.scandir(folder) as found:
            entries = sorted((each for each in found if each.name[0] != "."), key=attrgetter("name"))
    except OSError:
        yield name, False
        return
    for each in entries:
        path = f"{name}/{each.name}"
        if not each.is_dir(follow_symlinks=False):
            yield path, each.is_symlink()
            continue
        if path.endswith(".md"):
            yield path, False
        yield from _below(each.path, path)


def _bytes(path: Path) -> bytes:
    try:
        there = path.stat()
        if not stat.S_ISREG(there.st_mode):  # to read a pipe would wait for ever
            raise SourceError(f"{path.name} is not a file.")
        if there.st_size > LARGEST:
            raise SourceError(f"{path.name} is larger than {LARGEST:,} bytes: it is not read.")
        return path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path.name} cannot be read: {error.strerror}.") from error
