"""Files that a command makes: each is there whole or not at all, whenever it is interrupted."""

import os
from pathlib import Path

from cmflow.errors import SourceError


def write(path: Path, said: str | bytes, hint: str, over: bool = False) -> bool:
    """Write the file; False where it says so already. One that says something else is kept, unless `over`.

    Raises FileExistsError for what was kept, and SourceError, with `hint`, where it cannot be written.
    """
    data = in_bytes(said)
    try:
        if path.is_file() and path.read_bytes() == data:
            return False
        if os.path.lexists(path) and not over:
            raise FileExistsError(path)
        _folder(path.parent)
        _put(path, data)
    except OSError as error:
        if error.errno is None:
            raise
        raise SourceError(f"{path} cannot be written: {error.strerror}.", hint) from error
    return True


def in_bytes(said: str | bytes) -> bytes:
    """What a file holds that says this; in a text may stand the name of a file, which need not be text."""
    return said if isinstance(said, bytes) else said.encode(errors="backslashreplace")


def _folder(path: Path) -> None:
    there = next(each for each in (path, *path.parents) if os.path.lexists(each))
    if not there.is_dir():
        raise SourceError(f"{there} is a file; a folder must be there.", "Rename it, or move it away.")
    path.mkdir(parents=True, exist_ok=True)


def _put(path: Path, data: bytes) -> None:
    draft = path.with_name(f".{path.name[:50]}.{os.getpid()}")
    try:
        draft.write_bytes(data)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
