"""Where the pages go."""

from collections.abc import Iterator
from typing import Protocol


class Folder(Protocol):
    """Paths start at the top of the site."""

    @property
    def name(self) -> str:
        """Tells this folder from others, in letters and digits."""
        ...

    def files(self, folder: str) -> Iterator[str]:
        """The files of a folder; "" is the top."""
        ...

    def size(self, path: str) -> int:
        """How many bytes a file has; -1 where there is none."""
        ...

    def write(self, path: str, data: str | bytes) -> bool:
        """Write a file; False where it says so already."""
        ...

    def remove(self, path: str) -> None:
        """Take away a file that an earlier edition has made."""
        ...
