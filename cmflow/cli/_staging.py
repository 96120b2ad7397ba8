"""A site that changes all at once: what is new waits aside until every page is made, so that nobody sees half of it."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cmflow.cli._files import in_bytes, write
from cmflow.cli.build import CHOOSE, Folder

ASIDE = ".next"  # inside the folder of the site, so that moving a file takes no time


@dataclass(frozen=True, slots=True)
class Staged:
    """The folder, with its changes aside until `settle`; `forget` leaves it as it was."""

    folder: Folder
    gone: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def aside(self) -> Path:
        return self.folder.path / ASIDE

    def there(self, folder: str) -> Iterator[str]:
        return self.folder.there(folder)

    def size(self, path: str) -> int:
        return self.folder.size(path)

    def write(self, path: str, data: str | bytes) -> bool:
        """False where the folder says so already; what was put aside before, by this edition or another, is void."""
        now = self.folder.path / path
        if now.is_file() and not now.is_symlink() and now.read_bytes() == in_bytes(data):
            (self.aside / path).unlink(missing_ok=True)
            return False
        write(self.aside / path, data, CHOOSE, over=True, within=self.aside)
        return True

    def remove(self, path: str) -> None:
        self.gone.append(path)

    def settle(self) -> None:
        """Put everything in its place."""
        for each in sorted(self.aside.rglob("*")) if self.aside.is_dir() else ():
            place = self.folder.path / each.relative_to(self.aside)
            if each.is_file():
                place.parent.mkdir(parents=True, exist_ok=True)
                each.replace(place)
        for path in self.gone:
            self.folder.remove(path)
        self.forget()

    def forget(self) -> None:
        shutil.rmtree(self.aside, ignore_errors=True)
        self.gone.clear()
