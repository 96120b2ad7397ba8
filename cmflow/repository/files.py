"""Files that a command is given, and those that it makes: these are there whole or not at all, however it ends."""

import os
import stat
import sys
from pathlib import Path

from cmflow.model.errors import SourceError


def write(path: Path, said: str | bytes, hint: str, over: bool = False, within: Path | None = None) -> bool:
    """Write the file; False where it says so already. One that says something else is kept, unless `over`.

    What is not a regular file (a device, a pipe, `/dev/stdout`) is written to and never replaced; of a link, the target
    is written. A path in the folder `within` must not lead out of it. A file that is replaced keeps its mode.

    Raises FileExistsError for what was kept, and SourceError, with `hint`, where it cannot be written.
    """
    data = in_bytes(said)
    try:
        if path.is_file() and not _is_ours(path) and path.read_bytes() == data:
            return False
        if os.path.lexists(path) and not over:
            raise FileExistsError(path)
        _inside(path, within)
        if _is_regular(path):
            _folder(path.parent)
            _put(Path(os.path.realpath(path)), data)
        else:
            _pour(path, data)
    except OSError as error:
        if error.errno is None:
            raise
        raise SourceError(f"{path} cannot be written: {error.strerror}.", hint) from error
    return True


def beginning(path: Path, most: int) -> bytes:
    """The file, and one byte more than `most` of what is longer, or has no end: a device has the size 0."""
    with path.open("rb") as file:
        return file.read(most + 1)


def in_bytes(said: str | bytes) -> bytes:
    """The bytes of a file with this content; a text may contain a file's name, which need not be valid text."""
    return said if isinstance(said, bytes) else said.encode(errors="backslashreplace")


def _inside(path: Path, within: Path | None) -> None:
    """Nothing in a repository makes us write elsewhere."""
    if within is None or not _normal(path).is_relative_to(_normal(within)):
        return
    target = Path(os.path.realpath(path))  # unlike `resolve`, of a link to itself too
    if not target.is_relative_to(os.path.realpath(within)):
        raise SourceError(
            f"{path} is a link that leads out of {within}, to {target}.",
            "Write to the target directly, or remove the link.",
        )


def _normal(path: Path) -> Path:
    """The path from the root, as it is written: links are not followed."""
    return Path(os.path.normpath(path.absolute()))


def _is_regular(path: Path) -> bool:
    """Whether it may be replaced: an ordinary file, or one that is not there yet."""
    return not path.exists() or (path.is_file() and not _is_ours(path)) or path.is_dir()


def _is_ours(path: Path) -> bool:
    """Whether it is what this program prints to, which may be a file that holds more already."""
    return _printed(path) is not None


def _printed(path: Path) -> int | None:
    """The descriptor of standard output or error, where the path is that."""
    for descriptor in (1, 2):
        try:
            if os.path.samestat(path.stat(), os.fstat(descriptor)):
                return descriptor
        except OSError:  # it is closed, or there is no such path
            continue
    return None


def _pour(path: Path, data: bytes) -> None:
    """Write to what is not a file of its own."""
    descriptor = _printed(path)
    sys.stdout.flush()
    target = os.open(path, os.O_WRONLY | os.O_NOCTTY) if descriptor is None else os.dup(descriptor)
    with os.fdopen(target, "wb") as stream:
        stream.write(data)


def _folder(path: Path) -> None:
    there = next(parent for parent in (path, *path.parents) if os.path.lexists(parent))
    if not there.is_dir():
        raise SourceError(f"{there} is a file, but must be a folder.", "Rename it, or move it.")
    path.mkdir(parents=True, exist_ok=True)


def _put(path: Path, data: bytes) -> None:
    draft = path.with_name(f".{path.name[:50]}.{os.getpid()}")
    try:
        draft.write_bytes(data)
        if path.is_file():
            draft.chmod(stat.S_IMODE(path.stat().st_mode))
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
