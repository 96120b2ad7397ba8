"""The folder of this machine that a website goes into; staged, its pages change all at once: no one sees half."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import field
from hashlib import sha256
from io import FileIO
from pathlib import Path

from cmflow.repository.files import in_bytes, write
from cmflow.values import dataclass

STAGE = ".next"  # inside the folder of the website, so that moving a file takes no time
HINT = "Choose another folder: --out DIR"


@dataclass(frozen=True, slots=True)
class DiskFolder:
    """A folder of this machine."""

    path: Path

    @property
    def name(self) -> str:
        return sha256(os.fsencode(self.path.absolute())).hexdigest()[:16]

    def files(self, folder: str) -> Iterator[str]:
        path, prefix = self.path / folder, folder and f"{folder}/"
        return (f"{prefix}{file.name}" for file in os.scandir(path)) if path.is_dir() else iter(())

    def tree(self, folder: str) -> Iterator[str]:
        for path, _, names in os.walk(self.path / folder):
            yield from (Path(path, name).relative_to(self.path).as_posix() for name in names)

    def size(self, path: str) -> int:
        file = self.path / path
        return file.stat().st_size if file.is_file() and not file.is_symlink() else -1

    def read(self, path: str) -> bytes:
        file = self.path / path
        return file.read_bytes() if file.is_file() and not file.is_symlink() else b""

    def write(self, path: str, data: str | bytes) -> bool:
        """A new page is written in place: cut off, it does not belong to the edition, and the next run replaces it."""
        content = in_bytes(data)
        # The file exists, or its folder does not, or the disk is full: else there is no need for pathlib and a buffer,
        # which take as long as the disk, thousands of times.
        with suppress(OSError), FileIO(f"{self.path}/{path}", "x") as stream:
            if stream.write(content) == len(content):
                return True
        file = self.path / path
        if file.is_symlink():  # the page goes here, not to where the link leads
            file.unlink()
        return write(file, content, HINT, over=True, within=self.path)

    def remove(self, path: str) -> None:
        """Remove the file, unless it lies behind a link out of the folder."""
        file = self.path / path
        if file.parent.resolve().is_relative_to(self.path.resolve()):
            file.unlink(missing_ok=True)

    def show(self) -> None:
        """Nothing was held back."""

    def settle(self) -> None:
        """Nothing was held back."""


@dataclass(frozen=True, slots=True)
class StagedFolder:
    """The folder, with its changes staged until `show`, which calls `notify`, or `settle`; `forget` drops the rest."""

    folder: DiskFolder
    notify: Callable[[], object] = lambda: None
    removals: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def stage(self) -> Path:
        return self.folder.path / STAGE

    def files(self, folder: str) -> Iterator[str]:
        return self.folder.files(folder)

    def tree(self, folder: str) -> Iterator[str]:
        return self.folder.tree(folder)

    def size(self, path: str) -> int:
        return self.folder.size(path)

    def read(self, path: str) -> bytes:
        return self.folder.read(path)

    def write(self, path: str, data: str | bytes) -> bool:
        """False where the folder holds the same already; then a staged version, of this edition or another, is void."""
        current = self.folder.path / path
        if current.is_file() and not current.is_symlink() and current.read_bytes() == in_bytes(data):
            (self.stage / path).unlink(missing_ok=True)
            return False
        write(self.stage / path, data, HINT, over=True, within=self.stage)
        return True

    def remove(self, path: str) -> None:
        self.removals.append(path)

    def show(self) -> None:
        """Apply what is staged to the folder, and tell that, if there was anything."""
        if self._apply():
            self.notify()

    def settle(self) -> None:
        """Apply what is staged since."""
        self._apply()
        self.forget()

    def _apply(self) -> bool:
        """Move what is staged into the folder and remove what is to go; return whether there was anything."""
        files = [file for file in sorted(self.stage.rglob("*")) if file.is_file()] if self.stage.is_dir() else []
        for file in files:
            target = self.folder.path / file.relative_to(self.stage)
            target.parent.mkdir(parents=True, exist_ok=True)
            file.replace(target)
        for path in self.removals:
            self.folder.remove(path)
        return bool(files or self.removals)

    def forget(self) -> None:
        shutil.rmtree(self.stage, ignore_errors=True)
        self.removals.clear()
