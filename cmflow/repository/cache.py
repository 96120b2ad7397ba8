"""A cache of earlier results, by blob id: safe to delete, never trusted beyond its key, plain JSON.

Not pickle: a cache may be restored from elsewhere, and reading it must never run anything. Each file begins with a
seal: a digest of its name, its content, and the code that wrote it. A file that is truncated, damaged or from another
version is ignored.
"""

import json
import os
import sys
import zoneinfo
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from hashlib import sha256
from io import FileIO
from pathlib import Path
from typing import Any, TypeVar, cast

from cmflow.values import dataclass

Value = TypeVar("Value")
Memory = dict[tuple[str, str], tuple[object, Any]]  # by kind: the state of its file, and the value

LIMIT = 3  # plans whose files are kept at the same time
SEAL = 64  # characters of hex


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of JSON files, named `KIND`, `KIND-KEY` or `KIND-KEY/PART`; None to cache nothing.

    `memory` is for a process that stays: what was read stays there as it was decoded, by kind, until its file changes.
    Such a value must not be changed by who takes it.
    """

    folder: Path | None
    memory: Memory | None = None

    def load(self, name: str) -> Any:
        """The value saved by that name; {} if there is none from this code."""
        return self.decoded(name, json.loads) or {}

    def save(self, name: str, value: Any) -> None:
        """Save the value, atomically; a folder that cannot be written only costs time."""
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        self.put(name, text.encode("utf-8", "surrogatepass"))  # the name of a file need not be UTF-8
        self.remember(name, value)

    def decoded(self, name: str, decode: Callable[[bytes], Value]) -> Value | None:
        """The value of that name as `decode` makes it of its JSON; None if there is none from this code."""
        state, value = (self.memory or {}).get(_kind(name), (None, None))
        if state is not None and state == self._state(name):
            return cast("Value", value)
        body = self.body(name)
        if not body:
            return None
        read = decode(body)
        self.remember(name, read)
        return read

    def remember(self, name: str, value: object) -> None:
        """Keep the value in the memory of this process, for as long as the file of that name stays as it is."""
        if self.memory is not None and (state := self._state(name)):
            self.memory[_kind(name)] = (state, value)

    def _state(self, name: str) -> object:
        """What changes whenever its file is written; None where there is no file."""
        if self.folder is None:
            return None
        try:
            status = (self.folder / f"{name}.json").stat()
        except OSError:
            return None
        return name, status.st_ino, status.st_mtime_ns, status.st_size

    def body(self, name: str) -> bytes:
        """The JSON saved by that name; empty if there is none from this code."""
        if self.folder is None:
            return b""
        try:
            data = (self.folder / f"{name}.json").read_bytes()
        except OSError:
            return b""
        body = data[SEAL:]
        return body if data[:SEAL] == _seal(name, body) else b""

    def put(self, name: str, body: bytes) -> None:
        """Save a value that is JSON already."""
        if self.folder is None:
            return
        temporary = self.folder / f"{name}.{os.getpid()}.tmp"
        with suppress(OSError):
            temporary.parent.mkdir(parents=True, exist_ok=True)
            try:
                temporary.write_bytes(_seal(name, body) + body)
                temporary.replace(self.folder / f"{name}.json")
            finally:
                temporary.unlink(missing_ok=True)
            _prune(self.folder, name.partition("-")[0])


def _kind(name: str) -> tuple[str, str]:
    """What a name is without its key, `entries` and `202612` of `entries-KEY/202612`: of each, the latest is kept in
    memory."""
    kind, _, rest = name.partition("-")
    return kind, rest.partition("/")[2]


def _seal(name: str, body: bytes) -> bytes:
    seal = sha256(f"{code_digest()} {name}\n".encode())
    seal.update(body)
    return seal.hexdigest().encode()


def _prune(folder: Path, kind: str) -> None:
    """Delete all but the newest few files or folders `kind-KEY`: each key is a plan, and plans change."""
    paths = (path for path in folder.glob(f"{kind}-*") if path.suffix in (".json", ""))
    for path in sorted(paths, key=lambda path: path.stat().st_mtime, reverse=True)[LIMIT:]:
        if path.suffix:
            path.unlink()
        else:
            from shutil import rmtree

            rmtree(path)


@cache
def code_digest() -> str:
    """A digest of cmflow's files and dependencies: cached values are valid only for the code that wrote them."""
    digest = sha256(sys.version.encode())
    for path in _sources(Path(__file__).parents[1]):
        with FileIO(path) as file:
            digest.update(file.readall())
    digest.update("\n".join((*_installed(), *_zones())).encode())
    return digest.hexdigest()


def _sources(folder: str | Path) -> Iterator[str]:
    """The Python files of a folder and of those in it, in order: every command asks, so pathlib is too slow."""
    with os.scandir(folder) as items:
        entries = sorted(items, key=lambda entry: entry.name)
    for entry in entries:
        if entry.name.endswith(".py"):
            yield entry.path
        elif entry.is_dir(follow_symlinks=False):
            yield from _sources(entry.path)


def _installed() -> list[str]:
    """Every installed package with its version, from the names of the metadata folders."""
    folders = [Path(entry) for entry in sys.path if entry.endswith("-packages")]
    return sorted(path.name for folder in folders if folder.is_dir() for path in folder.glob("*.dist-info"))


def _zones() -> list[str]:
    """The versions of the system's time zone data, which affect when a post is due."""
    versions = []
    for folder in zoneinfo.TZPATH:
        for name in ("tzdata.zi", "+VERSION"):
            with suppress(OSError), Path(folder, name).open("rb") as file:
                versions.append(file.readline(100).decode(errors="replace"))
    return versions
