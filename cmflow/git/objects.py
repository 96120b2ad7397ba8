"""git's objects, written straight into its store: what a commit of a few files needs and no more.

The format is git's own (gitformat-loose, git 2.39): zlib of `kind size NUL content`, named by its hash. Starting git
for each object would cost ten times as much as the objects.
"""

import hashlib
import os
import threading
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO

from cmflow.model.errors import GitError

WHO = "cmflow <cmflow@users.noreply.github.com>"
_FILE, _FOLDER = b"100644", b"40000"
_FORBIDDEN = frozenset(("", ".", "..", ".git"))

Entries = dict[bytes, tuple[bytes, bytes]]  # name → (mode, raw object id)
Changes = dict[bytes, "bytes | Changes | None"]


KEPT = 1_000  # folders, of some kilobytes each
_kept: dict[tuple[Path, str], tuple[bytes, bytes]] = {}


@dataclass(slots=True)
class Store:
    """An object folder; `start` starts a `git cat-file --batch` to read it with, where one is needed.

    Folders that were read or written are kept: the next commit of a run changes the same ones, and needs no git to
    read them. An object never changes, and what a branch holds is not taken away.
    """

    folder: Path
    start: Callable[[], tuple[IO[bytes], IO[bytes]]]
    pipes: tuple[IO[bytes], IO[bytes]] | None = None
    drafts: dict[Path, Path] = field(default_factory=dict)

    def read(self, name: str) -> tuple[bytes, bytes]:
        """Raw id and content of a folder, by any name git knows; (b"", b"") where there is none."""
        return _kept.get((self.folder, name)) or self._asked(name)

    def remember(self, name: str, oid: bytes, content: bytes) -> None:
        """For a name that never stands for anything else."""
        if len(_kept) >= KEPT:
            _kept.clear()
        _kept[self.folder, name] = oid, content

    def _asked(self, name: str) -> tuple[bytes, bytes]:
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
        """Write an object as a draft; its raw id, `width` bytes long. `keep` makes it last."""
        data = f"{kind} {len(content)}\0".encode() + content
        digest = (hashlib.sha1(data, usedforsecurity=False) if width == 20 else hashlib.sha256(data)).digest()
        name = digest.hex()
        place = self.folder / name[:2] / name[2:]
        if place not in self.drafts and not place.exists():
            # `git gc` sweeps up files of this name that a crash leaves behind.
            draft = self.folder / f"tmp_obj_{os.getpid()}_{threading.get_ident()}_{name[:12]}"
            draft.write_bytes(zlib.compress(data, 1))
            self.drafts[place] = draft
        if kind == "tree":
            self.remember(name, digest, content)
        return digest

    def keep(self) -> None:
        """Put every draft on disk for good, in its place; the ones that others need first."""
        for draft in self.drafts.values():  # all after all are written: the first one costs, the others hardly do
            with draft.open("rb") as file:
                os.fsync(file.fileno())
        for place, draft in self.drafts.items():
            place.parent.mkdir(exist_ok=True)
            draft.chmod(0o444)
            draft.replace(place)


def commit(store: Store, changes: Mapping[str, bytes | None], message: str, parent: str, at: datetime) -> str:
    """Write a commit on `parent` ("" for the first) with these files changed; None removes one."""
    root, content = store.read(f"{parent or 'HEAD'}^{{tree}}")
    width = len(root) or _width(store)
    entries = _parse(content, width) if parent else {}
    tree = _folder(store, entries, _nest(changes), width) or store.write("tree", b"", width)
    when = f"{int(at.timestamp())} +0000"
    lines = [f"tree {tree.hex()}", *([f"parent {parent}"] if parent else []), f"author {WHO} {when}"]
    text = "\n".join([*lines, f"committer {WHO} {when}", "", message.rstrip("\n"), ""])
    name = store.write("commit", text.encode(), width).hex()
    store.keep()
    store.remember(f"{name}^{{tree}}", *store.read(tree.hex()))
    return name


def _width(store: Store) -> int:
    """How long ids are in a repository that has no commit: SHA-256 ones say so in their settings."""
    settings = (store.folder.parent / "config").read_text(errors="replace").lower().replace(" ", "")
    return 32 if "objectformat=sha256" in settings else 20


def _nest(changes: Mapping[str, bytes | None]) -> Changes:
    """`{"a/b": x}` → `{b"a": {b"b": x}}`."""
    nested: Changes = {}
    for path, content in changes.items():
        *folders, name = path.encode("utf-8", "surrogateescape").split(b"/")
        if any(part.decode(errors="replace").lower() in _FORBIDDEN for part in (*folders, name)):
            raise GitError(f"git takes no file named {path!r}.", "Choose another name.")
        here = nested
        for folder in folders:
            inner = here.setdefault(folder, {})
            if not isinstance(inner, dict):
                raise GitError(f"{path!r} would be inside a file.", "Choose another name.")
            here = inner
        here[name] = content
    return nested


def _folder(store: Store, entries: Entries, changes: Changes, width: int) -> bytes | None:
    """Write a folder with its changes; None where nothing is left in it."""
    for name, change in changes.items():
        new = _entry(store, entries.get(name), change, width)
        if new is None:
            entries.pop(name, None)
        else:
            entries[name] = new
    if not entries:
        return None
    rows = sorted(entries.items(), key=lambda item: item[0] + b"/" if item[1][0] == _FOLDER else item[0])
    return store.write("tree", b"".join(mode + b" " + name + b"\0" + oid for name, (mode, oid) in rows), width)


def _entry(
    store: Store, old: tuple[bytes, bytes] | None, change: "bytes | Changes | None", width: int
) -> tuple[bytes, bytes] | None:
    if change is None:
        return None
    if isinstance(change, bytes):
        return _FILE, store.write("blob", change, width)
    inside = _inside(store, old[1], width) if old and old[0] == _FOLDER else {}
    oid = _folder(store, inside, change, width)
    return None if oid is None else (_FOLDER, oid)


def _inside(store: Store, oid: bytes, width: int) -> Entries:
    name = oid.hex()
    _, content = store.read(name)
    store.remember(name, oid, content)
    return _parse(content, width)


def _parse(content: bytes, width: int) -> Entries:
    entries: Entries = {}
    at = 0
    while at < len(content):
        end = content.index(b"\0", at)
        mode, _, name = content[at:end].partition(b" ")
        entries[name] = (mode, content[end + 1 : end + 1 + width])
        at = end + 1 + width
    return entries
