"""Where content is read from: the current folder, or a commit. One listing, one way to read."""

import atexit
import hashlib
import os
import re
import stat
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import cache
from io import FileIO
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory

from cmflow.git import Repository, worktree
from cmflow.git.worktree import WorkTree, inside
from cmflow.model.errors import SourceError
from cmflow.problems.plural import counted
from cmflow.values import dataclass

CONTENT = ("content", "templates")
ELSEWHERE = ("content", "contents", "post", "posts", "_posts", "drafts", "_drafts")  # also where a case differs
FOLDER = "the folder"
NO_TREE = WorkTree({}, {}, frozenset())
HEAD = 8_000  # bytes in which the keys of a post are
LARGE = 32_000_000  # bytes; a larger file is left on disk
READABLE = 1_000_000_000  # bytes; a larger file is never read at once
LARGEST = 256 * 1024**3  # bytes; more than any network takes (YouTube's limit)


@dataclass(frozen=True, slots=True)
class Source:
    """Files by path: their blob ids, and their bytes. A blob id names the very bytes that `read` gives.

    `links` are the symbolic links: their blob id is "". `unreadable` says why a file that exists is not in `blobs`;
    `repository` is the git repository. `large` finds, among some paths, those too large to read at once, and where
    their bytes lie on disk. Hidden files and folders, whose names start with a dot, are left out.

    For a folder: `outside` says why git will never have a file, which is not in `blobs`; `unsaved` are the files whose
    current version is not committed, and whether an older version is; `missing` are the committed files that the folder
    lacks; `strays` are files that look like posts in places that are never read.
    """

    name: str
    blobs: Mapping[str, str]
    links: frozenset[str]
    read: Callable[[Iterable[str]], Iterator[tuple[str, bytes]]]
    unreadable: Mapping[str, str] = field(default_factory=dict)
    outside: Mapping[str, str] = field(default_factory=dict)
    unsaved: Mapping[str, bool] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()
    filtered: frozenset[str] = frozenset()  # files that pass through a filter, such as Git LFS, on checkout
    unpushed: str = ""  # what is not pushed to the upstream branch
    repository: Repository | None = None
    large: Callable[[Iterable[str]], Mapping[str, Path]] = lambda paths: {}
    strays: tuple[str, ...] = ()
    unwatched: frozenset[str] = frozenset()  # of `unsaved`, the files that git was told to ignore

    def one(self, path: str) -> bytes:
        """The bytes of one file. Raises SourceError if it does not exist."""
        if path not in self.blobs:
            raise SourceError(f"{path} is not in {self.name}.")
        return next(iter(self.read([path])))[1]


def blob_id(data: bytes, like: str = "") -> str:
    """The blob id of these bytes, of the same length as the id `like` if given."""
    digest = hashlib.sha256 if len(like) == 64 else hashlib.sha1
    return digest(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def commit(repository: Repository, revision: str) -> Source:
    """The content of a commit, as in a checkout."""
    tree = repository.tree(revision, *CONTENT)
    files = {path: file for path, file in tree.items() if "/." not in path}
    links = frozenset(path for path, (mode, _) in files.items() if mode == "120000")
    blobs = {path: "" if path in links else oid for path, (_, oid) in files.items()}
    filtered = repository.filtered(tree) & files.keys()

    def read(paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        requests = [(path, files[path][1]) for path in paths]
        contents = repository.contents(requests, filtered) if requests else ()
        yield from zip((path for path, _ in requests), contents, strict=True)

    def large(paths: Iterable[str]) -> Mapping[str, Path]:
        return _large(repository, [(path, files[path][1]) for path in paths if path in files], filtered)

    name = f"commit {revision[:10]}"
    return Source(name, blobs, links, read, filtered=filtered, repository=repository, large=large)


def begin(repository: Repository) -> Callable[[], WorkTree]:
    """Let git start to look at the folder, and return what waits for the result."""
    return worktree.begin(repository, *CONTENT)


def folder(root: Path, repository: Repository | None, look: Callable[[], WorkTree] | None = None) -> Source:
    """The current content of the folder, committed or not; files that git will never have are left out. `look` is what
    `begin` returned, if git looks at it already.

    Files that git knows to be unchanged are not read for their blob ids, unless git may store other bytes. If such a
    file passes through a filter (Git LFS), it is read as in a checkout: that is what is published. If it has another
    encoding than UTF-8 in the folder, it is read as git has it.
    """
    hidden: list[str] = []
    look = look or (begin(repository) if repository else lambda: NO_TREE)
    walked = dict(_walk(root, hidden))
    tree, converted = _looked(repository, look, walked)
    outside = dict(_outside(repository, tree, walked.keys() - tree.files.keys())) if repository else {}
    filtered = repository.filtered(tree.files) if repository else frozenset()
    encoded = repository.encoded(tree.files) if repository else frozenset()
    odd = converted - filtered - encoded
    files = {path: is_link for path, is_link in walked.items() if path not in outside}
    links = frozenset(path for path, is_link in files.items() if is_link)
    blobs, unreadable = _ids(root, files, {path: oid for path, oid in tree.files.items() if path not in odd})
    filtered &= files.keys()
    stored = {path: oid for path in (filtered | encoded & files.keys()) - links if (oid := tree.files.get(path))}
    reader = _FolderReader(root, repository, blobs, links, filtered, stored)
    return Source(
        FOLDER,
        blobs,
        links,
        reader.read,
        unreadable,
        outside,
        {path: is_known for path, is_known in tree.uncommitted.items() if path in files},
        missing(root, tree),
        filtered,
        unpushed(tree),
        repository,
        reader.large,
        tuple(path for path in sorted((*_top(root), *hidden)) if _looks_like_post(root / path)),
        unwatched(tree),
    )


def _looked(
    repository: Repository | None, look: Callable[[], WorkTree], paths: Iterable[str]
) -> tuple[WorkTree, frozenset[str]]:
    """What git sees, and the files whose line ends it may convert, which it looks for meanwhile."""
    converted = repository.converted(paths) if repository else frozenset
    try:
        tree = look()
    finally:
        odd = converted()
    return tree, odd


@dataclass(frozen=True, slots=True)
class _FolderReader:
    """The bytes of a folder's files. `stored` are those, by blob id, that are published as git has them, or as a filter
    makes them of that (Git LFS), whatever lies in the folder."""

    root: Path
    repository: Repository | None
    blobs: Mapping[str, str]
    links: frozenset[str]
    filtered: frozenset[str]
    stored: Mapping[str, str]

    def read(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        for path in paths:
            if self.repository and path in self.stored:
                yield path, next(self.repository.contents([(path, self.stored[path])], self.filtered))
                continue
            data = _bytes(f"{self.root}/{path}")
            if path not in self.links and blob_id(data, self.blobs[path]) != self.blobs[path]:
                raise SourceError(f"{path} was changed while cmflow was reading it.", "Run the command again.")
            yield path, data

    def large(self, paths: Iterable[str]) -> Mapping[str, Path]:
        files = [path for path in paths if path in self.blobs and path not in self.links]
        stored = [(path, self.stored[path]) for path in files if path in self.stored]
        own = {path: self.root / path for path in files if path not in self.stored}
        large = {path: file for path, file in own.items() if _is_large(file, self.blobs[path])}
        return large | (_large(self.repository, stored, self.filtered) if self.repository and stored else {})


def _large(repository: Repository, files: Sequence[tuple[str, str]], filtered: Collection[str]) -> dict[str, Path]:
    """Where the large ones of these files (path, blob id) lie; of what git packs, a copy is made."""
    oids = dict(files)
    found = repository.large(files, filtered, LARGE) if files else {}
    return {
        path: file if isinstance(file, Path) else _copy(repository, oids[path])
        for path, file in found.items()
        if isinstance(file, Path) or file <= LARGEST
    }


def _copy(repository: Repository, oid: str) -> Path:
    file = _copies() / oid
    if not file.exists():
        repository.copy(oid, part := file.with_suffix(".part"))
        part.replace(file)
    return file


@cache
def _copies() -> Path:
    """A folder that goes when cmflow ends."""
    folder = TemporaryDirectory(prefix="cmflow-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


def _is_large(file: Path, blob: str) -> bool:
    """Whether it is better not read at once, and is what it was when it was listed."""
    try:
        return LARGE <= file.stat().st_size <= LARGEST and _blob_id(file, blob) == blob
    except OSError:
        return False


def _blob_id(file: Path, like: str = "") -> str:
    """`blob_id` of a file, read in pieces."""
    digest = hashlib.new("sha256" if len(like) == 64 else "sha1", usedforsecurity=False)
    digest.update(b"blob %d\0" % file.stat().st_size)
    with file.open("rb") as content:
        while piece := content.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def _ids(
    root: Path, files: Mapping[str, bool], oids: Mapping[str, str | None]
) -> tuple[dict[str, str], dict[str, str]]:
    """The blob id of each file, "" for a link; and why the others cannot be read. `oids` are known from git."""
    blobs, unreadable = {}, {}
    for path, is_link in files.items():
        try:
            blobs[path] = "" if is_link else oids.get(path) or _own_id(root / path)
        except SourceError as error:
            unreadable[path] = str(error)
    return blobs, unreadable


def _own_id(file: Path) -> str:
    try:
        if LARGE <= file.stat().st_size <= LARGEST:
            return _blob_id(file)
    except OSError:
        pass
    return blob_id(_bytes(str(file)))


def missing(root: Path, tree: WorkTree) -> frozenset[str]:
    """The committed files that the folder lacks."""
    return frozenset(path for path in tree.missing if "/." not in path and not os.path.lexists(root / path))


def unwatched(tree: WorkTree) -> frozenset[str]:
    """The changed files that git was told to ignore."""
    return frozenset(tree.uncommitted.keys() & tree.unwatched.keys())


def unpushed(tree: WorkTree) -> str:
    """What is not pushed to the upstream branch, as text; "" for nothing."""
    return f"{counted(tree.ahead, 'commit')} not pushed to {tree.upstream}" if tree.ahead else ""


def _outside(repository: Repository, tree: WorkTree, strangers: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The files that git does not track and never will, and why."""
    unknown = set(strangers)
    for path in sorted(unknown):
        if module := inside(path, tree.modules):
            unknown.remove(path)
            yield path, f"{module} is a repository of its own (a submodule), which cmflow does not read."
    for path, rule in repository.ignored(sorted(unknown)).items() if unknown else ():
        yield path, f"git ignores it ({rule})."


def _top(root: Path) -> Iterator[str]:
    """The Markdown of the top folder, and of those beside `content` where other tools keep posts."""
    try:
        with os.scandir(str(root)) as scan:
            entries = [entry for entry in scan if entry.name not in CONTENT]
    except OSError:
        return
    for entry in entries:
        if entry.name.casefold() in ELSEWHERE and entry.is_dir(follow_symlinks=False):
            files = Path(entry.path).rglob("*.[mM][dD]")
            yield from (file.relative_to(root).as_posix() for file in files)
        elif entry.name.lower().endswith((".md", ".markdown")):
            yield entry.name


def _looks_like_post(file: Path) -> bool:
    """Whether it has the front matter of a post: other tools have front matter too, but no accounts."""
    try:
        if not stat.S_ISREG(file.lstat().st_mode):
            return False
        with file.open("rb") as opened:
            return re.match(rb"(?:\xef\xbb\xbf)?--- *\r?\n(?:(?!---).*\n)*?accounts:", opened.read(HEAD)) is not None
    except OSError:
        return False


def _walk(root: Path, hidden: list[str]) -> Iterator[tuple[str, bool]]:
    """Every file below the content folders, and whether it is a symbolic link; none is followed. Appends hidden
    Markdown files to `hidden`."""
    for top in CONTENT:
        if (root / top).is_symlink():
            yield top, True
        elif (root / top).is_dir():
            yield from _below(str(root / top), top, hidden)


def _below(folder: str, name: str, hidden: list[str]) -> Iterator[tuple[str, bool]]:
    """The files of a folder; also a folder that is named like a post or cannot be opened, so that it is reported."""
    try:
        with os.scandir(folder) as scan:
            entries = sorted(scan, key=attrgetter("name"))
    except OSError:
        yield name, False
        return
    for entry in entries:
        path = f"{name}/{entry.name}"
        if entry.name[0] == ".":
            hidden += _hidden(path, entry)
            continue
        if not entry.is_dir(follow_symlinks=False):
            yield path, entry.is_symlink()
            continue
        if path.endswith(".md"):
            yield path, False
        yield from _below(entry.path, path, hidden)


def _hidden(path: str, entry: os.DirEntry[str]) -> Iterator[str]:
    """A hidden Markdown file, or those in a hidden folder; not what macOS and Emacs keep beside a file."""
    if entry.is_dir(follow_symlinks=False):
        folder = Path(entry.path)
        yield from (f"{path}/{file.relative_to(folder).as_posix()}" for file in folder.rglob("*.md"))
    elif entry.name.endswith(".md") and not entry.name.startswith(("._", ".#")):
        yield path


def _bytes(file: str) -> bytes:
    """The bytes of a file: by its name, since there are thousands, and a `Path` takes as long as the disk."""
    name = file.rpartition("/")[2]
    try:
        status = os.stat(file)  # noqa: PTH116
        if not stat.S_ISREG(status.st_mode):  # reading a pipe would block
            raise SourceError(f"{name} is not a file.")
        if status.st_size > READABLE:
            raise SourceError(f"{name} is larger than {READABLE:,} bytes, which is too large to read.")
        with FileIO(file) as stream:
            data = stream.read(status.st_size + 1)  # at once, where it is still as long
            return data if len(data) == status.st_size else data + stream.readall()
    except OSError as error:
        raise SourceError(f"{name} cannot be read: {error.strerror}.") from error
