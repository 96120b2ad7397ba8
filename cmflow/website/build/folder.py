"""The folder that the pages are written to."""

from collections.abc import Iterator
from typing import Protocol


class Folder(Protocol):
    """Paths start at the top of the site."""

    @property
    def name(self) -> str:
        """Identifies this folder, in letters and digits."""
        ...

    def files(self, folder: str) -> Iterator[str]:
        """The files of a folder; "" is the top."""
        ...

    def tree(self, folder: str) -> Iterator[str]:
        """The files of a folder and of those in it, behind no link."""
        ...

    def size(self, path: str) -> int:
        """The size of a file in bytes; -1 if there is none."""
        ...

    def read(self, path: str) -> bytes:
        """The content of a file; empty if there is none."""
        ...

    def write(self, path: str, data: str | bytes) -> bool:
        """Write a file; return False if it already has this content."""
        ...

    def remove(self, path: str) -> None:
        """Remove a file that an earlier build has made."""
        ...

    def show(self) -> None:
        """The pages are complete, the feeds may not be: apply what was held back until then."""
        ...

    def settle(self) -> None:
        """The build is complete: apply what was held back until then."""
        ...
