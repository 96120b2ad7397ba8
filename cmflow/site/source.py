"""Where content is read from: the folder as it stands, or a commit of git. One listing, one way to read."""

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cmflow.errors import SourceError
from cmflow.git import Repository

CONTENT = ("content", "templates")
LARGEST = 1_000_000_000  # bytes; a larger file is not read at all


@dataclass(frozen=True, slots=True)
class Source:
    """Files by path: their blob ids, and their bytes.

    `links` are the paths that are symbolic links; `unreadable` tells why, of what is there but is in no `blobs`.
    """

    name: str
    blobs: Mapping[str, str]
    links: frozenset[str]
    read: Callable[[Iterable[str]], Iterator[tuple[str, bytes]]]
    unreadable: Mapping[str, str] = field(default_factory=dict)

    def one(self, path: str) -> bytes:
        """The bytes of one file; SourceError where it is not there."""
        if path not in self.blobs:
            raise SourceError(f"{path} is not in {self.name}.")
        return next(iter(self.read([path])))[1]


def blob_id(data: bytes) -> str:
    """The name git gives to these bytes."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def commit(repository: Repository, revision: str) -> Source:
    """The content of a commit; what is not committed is not there."""
    files = repository.tree(revision, *CONTENT)
    blobs = {path: oid for path, (_, oid) in files.items()}

    def read(paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        wanted = list(paths)
        for path, (_, data) in zip(wanted, repository.read(blobs[path] for path in wanted), strict=True):
            yield path, data

    links = frozenset(path for path, (mode, _) in files.items() if mode == "120000")
    return Source(f"commit {revision[:10]}", blobs, links, read)


def folder(root: Path, repository: Repository | None) -> Source:
    """The content as it stands in the folder, saved but perhaps not committed.

    Files that git knows to be unchanged are not read for their blob ids.
    """
    files = tuple(_walk(root))
    known: Mapping[str, str | None] = repository.index(*CONTENT) if repository else {}
    links = frozenset(path for path, is_link in files if is_link)
    blobs, unreadable = {}, {}
    for path, is_link in files:
        try:
            blobs[path] = known.get(path) or ("" if is_link else blob_id(_bytes(root / path)))
        except SourceError as error:
            unreadable[path] = str(error)

    def read(paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        for path in paths:
            yield path, _bytes(root / path)

    return Source("the folder", blobs, links, read, unreadable)


def _walk(root: Path) -> Iterator[tuple[str, bool]]:
    """Every file below the content folders and whether it is a symbolic link; none is followed.

    A folder that is named like a post is there as well: somebody may miss that post.
    """
    for top in CONTENT:
        for parent, folders, names in os.walk(root / top):
            base = Path(parent)
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            odd = [name for name in folders if name.endswith(".md") or (base / name).is_symlink()]
            for name in sorted(names + odd):
                if not name.startswith("."):
                    yield (base / name).relative_to(root).as_posix(), (base / name).is_symlink()


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
