"""Files on their way to a network: read from the disk in pieces, so that a video of a gigabyte needs no memory."""

import io
from collections.abc import Iterator
from dataclasses import field
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from cmflow.netkit.patch import Patch, PatchedFile
from cmflow.values import dataclass

PIECE = 1 << 18  # bytes read at once
UNKNOWN = "application/octet-stream"
TYPES = {
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".mov": "video/quicktime",
    ".mp4": "video/mp4",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".webm": "video/webm",
    ".webp": "image/webp",
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to upload: its bytes on disk or, of a small one, in memory. `mime` is "" where nothing is known of it;
    `patches` are written over what is on disk while it is read."""

    source: Path | bytes = field(repr=False)
    size: int
    mime: str = ""
    patches: tuple[Patch, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, data: bytes, mime: str = "") -> "Upload":
        """A file of these bytes."""
        return cls(data, len(data), mime)

    def open(self) -> BinaryIO:
        """The file from its beginning; the caller closes it."""
        if isinstance(self.source, bytes):
            return io.BytesIO(self.source)
        file = self.source.open("rb")
        return io.BufferedReader(PatchedFile(file, self.patches)) if self.patches else file

    def read(self) -> bytes:
        """All bytes at once: for files that are small by the network's own limits."""
        if isinstance(self.source, bytes):
            return self.source
        with self.open() as file:
            return file.read()

    def chunks(self, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` on, in pieces; `length` of them, or all."""
        remaining = self.size - start if length is None else min(length, self.size - start)
        with self.open() as file:
            file.seek(start)
            while remaining > 0 and (piece := file.read(min(PIECE, remaining))):
                remaining -= len(piece)
                yield piece


def kind(upload: Upload, path: str) -> str:
    """The MIME type: what is known of the bytes, else what the file's name says."""
    return upload.mime or TYPES.get(PurePosixPath(path).suffix.lower(), UNKNOWN)
