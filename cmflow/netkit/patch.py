"""A large file with a few bytes written over, while it is read; the file itself stays as it is."""

import io
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Patch(NamedTuple):
    """From `start` on, `data` and then zeros, up to `end`."""

    start: int
    end: int
    data: bytes = b""


def disjoint(patches: Iterable[Patch]) -> tuple[Patch, ...]:
    """The patches sorted; where two would write to the same bytes, the first one does."""
    result, end = list[Patch](), 0
    for patch in sorted(patches):
        start = max(patch.start, end)
        if start < patch.end:
            result.append(Patch(start, patch.end, patch.data[start - patch.start :]))
            end = patch.end
    return tuple(result)


def apply(buffer: bytearray | memoryview, offset: int, patches: Iterable[Patch]) -> None:
    """Write those patches that touch the bytes in `buffer`, which lie at `offset` of the file."""
    for patch in patches:
        start, end = max(patch.start, offset), min(patch.end, offset + len(buffer))
        if start < end:
            data = patch.data[start - patch.start : end - patch.start]
            buffer[start - offset : end - offset] = data.ljust(end - start, b"\0")


class PatchedFile(io.RawIOBase):
    """The file as it is with the patches, which must lie apart; closing it closes the file."""

    def __init__(self, file: io.BufferedIOBase, patches: Sequence[Patch]) -> None:
        self.file, self.patches = file, patches
        self.ends = [patch.end for patch in patches]

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self.file.seek(offset, whence)

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        offset = self.file.tell()
        count = self.file.readinto(buffer)
        first = bisect_right(self.ends, offset)
        last = first
        while last < len(self.patches) and self.patches[last].start < offset + count:
            last += 1
        apply(memoryview(buffer)[:count], offset, self.patches[first:last])
        return count

    def close(self) -> None:
        self.file.close()
        super().close()
