"""Compiled templates in a folder of the user's own: only of those that come with cmflow.

They are run as code. So the folder must belong to this user alone, and what a repository brings is neither kept nor
looked up: its templates are compiled by each process anew. A file that is truncated, damaged or of another version is
ignored, and deleting the folder only costs time.
"""

import marshal
import os
import stat
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from types import CodeType

from cmflow.repository import shipped
from cmflow.repository.cache import code_digest
from cmflow.values import dataclass

MOST = 60  # files: those of two versions
SEAL = 32  # bytes
OTHERS = stat.S_IWGRP | stat.S_IWOTH


@dataclass(frozen=True, slots=True)
class Compiled:
    """A shelf of compiled templates; an empty one where the folder is not this user's own."""

    folder: Path

    def load(self, kind: str, name: str, source: str) -> CodeType | None:
        """The code of a template; None where it is not kept, or comes with a repository."""
        if not _is_shipped(source) or not _is_own(self.folder, stat.S_ISDIR):
            return None
        file = self.folder / _key(kind, name, source)
        try:
            data = file.read_bytes() if _is_own(file, stat.S_ISREG) else b""
        except OSError:
            return None
        body = data[SEAL:]
        code = marshal.loads(body) if body and data[:SEAL] == _seal(file.name, body) else None
        return code if isinstance(code, CodeType) else None

    def save(self, kind: str, name: str, source: str, code: CodeType) -> None:
        """Keep the code of a template that comes with cmflow; where the folder cannot be written, nothing is kept."""
        if not _is_shipped(source) or not is_made(self.folder):
            return
        file = self.folder / _key(kind, name, source)
        temporary = file.with_suffix(f".{os.getpid()}")
        with suppress(OSError):
            body = marshal.dumps(code)
            try:
                with open(temporary, "xb", opener=_private) as output:
                    output.write(_seal(file.name, body) + body)
                temporary.replace(file)
            finally:
                temporary.unlink(missing_ok=True)
            _prune(self.folder)


def is_made(folder: Path) -> bool:
    """Make the folder, unless it is there; return whether it is this user's, and no one else may write it."""
    with suppress(OSError):  # it may lie where this user may not even look
        if _is_in_own_place(folder):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return _is_own(folder, stat.S_ISDIR)
    return False


def _is_shipped(source: str) -> bool:
    return source in shipped.texts()


def _is_own(path: Path, is_kind: Callable[[int], bool]) -> bool:
    """Return whether it is of that kind, this user's, and no one else may write it."""
    try:
        status = path.lstat()
    except OSError:
        return False
    is_right = is_kind(status.st_mode)
    if not hasattr(os, "getuid"):  # on Windows the folder is in the user's profile
        return is_right
    return is_right and status.st_uid == os.getuid() and not status.st_mode & OTHERS


def _is_in_own_place(folder: Path) -> bool:
    """Return whether it is this user's, or would be made in a folder of theirs: `sudo` may leave another's as home."""
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    return not hasattr(os, "getuid") or nearest.stat().st_uid == os.getuid()


def _key(kind: str, name: str, source: str) -> str:
    """The name of its file: it differs with the template, with cmflow, its dependencies and Python."""
    return sha256("\0".join((code_digest(), kind, name, source)).encode()).hexdigest()


def _seal(name: str, body: bytes) -> bytes:
    return sha256(name.encode() + body).digest()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _prune(folder: Path) -> None:
    """Delete all but the newest files: each version of cmflow has its own."""
    files = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files[MOST:]:
        path.unlink()
