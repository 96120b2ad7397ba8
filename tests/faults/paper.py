"""git as the ledger knows it, in plain files: a commit takes no time, so that thousands of runs can die.

Safe for many processes. `test_paper.py` holds it against git itself; the same schedules are tried on git as well, only
fewer of them.
"""

import fcntl
import hashlib
import json
import os
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from cmflow.git import Repository
from cmflow.git.objects import Patch
from cmflow.model.errors import GitError, LostRace
from cmflow.values import dataclass


@dataclass(frozen=True, slots=True)
class Paper(Repository):
    """`root` holds the refs, `store` the objects, which all clones and their remote share: they are named by content.

    The remote is the folder `origin` beside `root`.
    """

    # ── reading ─────────────────────────────────────────────────────────────────────────────────────────────

    def resolve(self, rev: str) -> str | None:
        try:
            return (self.root / rev).read_text() or None
        except FileNotFoundError:
            return None

    def is_ancestor(self, older: str, newer: str) -> bool:
        return older in self._history(newer)

    def shallow(self) -> bool:
        return False

    def log(self, *arguments: str) -> bytes:
        """Nothing: who made a commit is not on paper, and asked for only to find what cmflow did not make."""
        return b""

    def merge_base(self, one: str, other: str) -> str | None:
        ours = set(self._history(one))
        return next((commit for commit in self._history(other) if commit in ours), None)

    def tree(self, rev: str, *paths: str) -> dict[str, tuple[str, str]]:
        files: dict[str, str] = self._commit(rev)["files"]
        below = tuple(f"{path}/" for path in paths)
        listed = (path for path in sorted(files) if not paths or path in paths or path.startswith(below))
        return {path: ("100644", files[path]) for path in listed}

    def paths(self, rev: str, *paths: str) -> list[str]:
        return list(self.tree(rev, *paths))

    def read(self, oids: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        return ((oid, (self.store / oid).read_bytes()) for oid in oids)

    def changed(self, older: str | None, newer: str) -> dict[str, str | None]:
        was: dict[str, str] = self._commit(older)["files"] if older else {}
        now: dict[str, str] = self._commit(newer)["files"]
        return {path: now.get(path) for path in {*was, *now} if was.get(path) != now.get(path)}

    def _commit(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.store / name).read_bytes())
        return found

    def _history(self, commit: str | None) -> Iterator[str]:
        while commit:
            yield commit
            commit = self._commit(commit)["parent"]

    # ── writing ─────────────────────────────────────────────────────────────────────────────────────────────

    def make_commit(
        self, changes: Mapping[str, Patch], message: str, parent: str | None, time: datetime, merged: str = ""
    ) -> str:
        files: dict[str, str] = self._commit(parent)["files"] if parent else {}
        for path, change in changes.items():
            name = files.get(path)
            data = change((self.store / name).read_bytes() if name else None) if callable(change) else change
            if data is None:
                files.pop(path, None)
            else:
                files[path] = self._keep(data)
        commit = {"parent": parent, "files": files, "message": message, "at": int(time.timestamp())}
        return self._keep(json.dumps(commit, sort_keys=True).encode())

    def move(self, ref: str, new: str, old: str | None) -> None:
        with locked(self.root):
            if self.resolve(ref) != old:
                raise LostRace(f"Another run has moved {ref} in the meantime.")
            put(self.root / ref, new)

    def _keep(self, data: bytes) -> str:
        name = hashlib.sha1(data, usedforsecurity=False).hexdigest()
        if not (self.store / name).exists():
            put(self.store / name, data.decode())
        return name

    # ── the remote ──────────────────────────────────────────────────────────────────────────────────────────

    def fetch(self, remote: str, branch: str) -> str | None:
        tip = self._there(remote).tip(branch)
        if tip:
            put(self.root / f"refs/remotes/{remote}/{branch}", tip)
        return tip

    def push(self, remote: str, oid: str, branch: str) -> None:
        there = self._there(remote)
        with locked(there.root):
            tip = there.tip(branch)
            if tip and not self.is_ancestor(tip, oid):
                raise LostRace(f"Another run has pushed {branch} in the meantime.")
            put(there.root / f"refs/heads/{branch}", oid)

    def _there(self, remote: str) -> "Paper":
        place = self.root.parent / remote
        if not place.is_dir():
            raise GitError("There is no such remote.", "Check the address: git remote -v")
        return Paper(place, self.store)


def paper(root: Path) -> Paper:
    """A new repository in `root`; its objects lie beside it."""
    store = root.parent / "objects"
    for folder in (root / "refs/heads", store):
        folder.mkdir(parents=True, exist_ok=True)
    return Paper(root, store)


def put(place: Path, text: str) -> None:
    """Write a file whole or not at all."""
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f".{place.name}.{os.getpid()}.{threading.get_ident()}")
    draft.write_text(text)
    draft.replace(place)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One process (or thread) at a time; the system opens the lock when its holder is killed."""
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
