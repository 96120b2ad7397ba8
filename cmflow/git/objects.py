"""Write git objects straight into its store: just what a commit of a few files needs.

The format is git's own (gitformat-loose, git 2.39): zlib of `kind size NUL content`, named by its hash. Starting git
for each object would cost ten times as much as the objects.
"""

import hashlib
import os
import threading
import zlib
from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import datetime
from pathlib import Path
from typing import IO

from cmflow.model.errors import GitError
from cmflow.values import dataclass

IDENTITY = "cmflow <cmflow@users.noreply.github.com>"
_FILE, _FOLDER = b"100644", b"40000"
_FORBIDDEN = frozenset(("", ".", "..", ".git"))

Entries = dict[bytes, tuple[bytes, bytes]]  # name → (mode, raw object id)
Edit = Callable[[bytes | None], bytes | None]  # what a file is in the parent → what it becomes; None: it is not there
Patch = bytes | Edit | None  # None removes the file
Changes = dict[bytes, "Patch | Changes"]


LIMIT = 1_000  # objects, of some kilobytes each
_objects: dict[tuple[Path, str], tuple[bytes, bytes]] = {}


@dataclass(slots=True)
class Store:
    """An object folder; `start` starts a `git cat-file --batch` to read it, if one is needed.

    Trees that were read or written are cached, and so are files that are edited: the next commit of a run changes the
    same ones, without starting git.
    An object never changes, and git does not delete what a branch contains.
    """

    folder: Path
    start: Callable[[], tuple[IO[bytes], IO[bytes]]]
    pipes: tuple[IO[bytes], IO[bytes]] | None = None
    drafts: dict[Path, Path] = field(default_factory=dict)

    def read(self, name: str) -> tuple[bytes, bytes]:
        """The raw id and content of an object, by any name git knows; (b"", b"") if there is none."""
        return _objects.get((self.folder, name)) or self._query(name)

    def remember(self, name: str, oid: bytes, content: bytes) -> None:
        """Cache an object by a name that will never mean another."""
        if len(_objects) >= LIMIT:
            _objects.clear()
        _objects[self.folder, name] = oid, content

    def _query(self, name: str) -> tuple[bytes, bytes]:
        if self.pipes is None:
            self.pipes = self.start()
        questions, answers = self.pipes
        questions.write(name.encode() + b"\n")
        questions.flush()
        head = answers.readline().split()
        if len(head) != 3:
            if head[-1:] == [b"missing"]:
                return b"", b""
            raise GitError("git stopped while cmflow was reading.", "Run git fsck there.")
        return bytes.fromhex(head[0].decode()), answers.read(int(head[2]) + 1)[:-1]

    def write(self, kind: str, content: bytes, width: int) -> bytes:
        """Write an object as a draft; return its raw id, `width` bytes long. `keep` makes it permanent."""
        data = f"{kind} {len(content)}\0".encode() + content
        digest = (hashlib.sha1(data, usedforsecurity=False) if width == 20 else hashlib.sha256(data)).digest()
        name = digest.hex()
        path = self.folder / name[:2] / name[2:]
        if path not in self.drafts and not path.exists():
            # `git gc` deletes files of this name that a crash leaves behind.
            draft = self.folder / f"tmp_obj_{os.getpid()}_{threading.get_ident()}_{name[:12]}"
            draft.write_bytes(zlib.compress(data, 1))
            self.drafts[path] = draft
        if kind == "tree":
            self.remember(name, digest, content)
        return digest

    def keep(self) -> None:
        """Flush every draft to disk and move it into place, in the order in which they depend on each other."""
        for draft in self.drafts.values():  # after all are written: the first sync is slow, the others are cheap
            with draft.open("rb") as file:
                os.fsync(file.fileno())
        for path, draft in self.drafts.items():
            path.parent.mkdir(exist_ok=True)
            draft.chmod(0o444)
            draft.replace(path)


def commit(
    store: Store, changes: Mapping[str, Patch], message: str, parent: str, time: datetime, merged: str = ""
) -> str:
    """Write a commit on `parent` ("" for the first) with these files changed; return its id.

    `merged` is a second parent, of which nothing is taken.
    """
    root, content = store.read(f"{parent or 'HEAD'}^{{tree}}")
    width = len(root) or _width(store)
    entries = _parse(content, width) if parent else {}
    tree = _folder(store, entries, _nest(changes), width) or store.write("tree", b"", width)
    timestamp = f"{int(time.timestamp())} +0000"
    parents = (f"parent {name}" for name in (parent, merged) if name)
    lines = [f"tree {tree.hex()}", *parents, f"author {IDENTITY} {timestamp}"]
    text = "\n".join([*lines, f"committer {IDENTITY} {timestamp}", "", message.rstrip("\n"), ""])
    name = store.write("commit", text.encode(), width).hex()
    store.keep()
    store.remember(f"{name}^{{tree}}", *store.read(tree.hex()))
    return name


def _width(store: Store) -> int:
    """The length of ids in a repository without commits, from its settings: SHA-256 or SHA-1."""
    settings = (store.folder.parent / "config").read_text(errors="replace").lower().replace(" ", "")
    return 32 if "objectformat=sha256" in settings else 20


def _nest(changes: Mapping[str, Patch]) -> Changes:
    """`{"a/b": x}` → `{b"a": {b"b": x}}`."""
    nested: Changes = {}
    for path, content in changes.items():
        *folders, name = path.encode("utf-8", "surrogateescape").split(b"/")
        if any(part.decode(errors="replace").lower() in _FORBIDDEN for part in (*folders, name)):
            raise GitError(f"git does not accept a file named {path!r}.", "Choose another name.")
        branch = nested
        for folder in folders:
            inner = branch.setdefault(folder, {})
            if not isinstance(inner, dict):
                raise GitError(f"{path!r} would be inside a file.", "Choose another name.")
            branch = inner
        branch[name] = content
    return nested


def _folder(store: Store, entries: Entries, changes: Changes, width: int, old: bytes = b"") -> bytes | None:
    """Write a tree with its changes; None if it is empty. It is the `old` one where nothing changes."""
    new = {name: _entry(store, entries.get(name), change, width) for name, change in changes.items()}
    if old and all(entries.get(name) == entry for name, entry in new.items()):
        return old
    merged = {**entries, **new}
    entries = {name: entry for name, entry in merged.items() if entry is not None}
    if not entries:
        return None
    rows = sorted(entries.items(), key=lambda item: item[0] + b"/" if item[1][0] == _FOLDER else item[0])
    return store.write("tree", b"".join(mode + b" " + name + b"\0" + oid for name, (mode, oid) in rows), width)


def _entry(
    store: Store, old: tuple[bytes, bytes] | None, change: "Patch | Changes", width: int
) -> tuple[bytes, bytes] | None:
    if isinstance(change, dict):
        is_folder = old is not None and old[0] == _FOLDER
        inside = _parse(_content(store, old[1]), width) if old and is_folder else {}
        oid = _folder(store, inside, change, width, old[1] if old and is_folder else b"")
        return None if oid is None else (_FOLDER, oid)
    if isinstance(change, bytes):
        return _FILE, store.write("blob", change, width)
    return change and _edited(store, old, change, width)


def _edited(store: Store, old: tuple[bytes, bytes] | None, edit: Edit, width: int) -> tuple[bytes, bytes] | None:
    """The file after an edit of what the parent has; it is likely to be edited again."""
    content = _content(store, old[1]) if old and old[0] != _FOLDER else None
    new = edit(content)
    if new == content or new is None:
        return old if new == content else None
    oid = store.write("blob", new, width)
    store.remember(oid.hex(), oid, new)
    return _FILE, oid


def _content(store: Store, oid: bytes) -> bytes:
    name = oid.hex()
    _, content = store.read(name)
    store.remember(name, oid, content)
    return content


def _parse(content: bytes, width: int) -> Entries:
    entries: Entries = {}
    start = 0
    while start < len(content):
        end = content.index(b"\0", start)
        mode, _, name = content[start:end].partition(b" ")
        entries[name] = (mode, content[end + 1 : end + 1 + width])
        start = end + 1 + width
    return entries
