"""Decode the output of `git cat-file --batch`: for hundreds of thousands of objects, so nothing is looked up twice."""

from collections.abc import Iterator
from contextlib import suppress
from typing import IO

from cmflow.model.errors import GitError

PIPE = 1 << 20  # bytes of output that the pipe may buffer


def read(answers: IO[bytes]) -> Iterator[tuple[str, bytes]]:
    """The id and the bytes of each object. Raises GitError for an object that is missing."""
    _widen(answers)
    line, read = answers.readline, answers.read
    while head := line():
        fields = head.split()
        if len(fields) != 3:
            raise GitError(
                f"The repository lacks the object {fields[0].decode()}.",
                "The clone is damaged: run git fsck, or clone.",
            )
        yield fields[0].decode(), read(int(fields[2]) + 1)[:-1]


def _widen(pipe: IO[bytes]) -> None:
    """Let git run ahead of us, if the system supports it (Linux)."""
    with suppress(ImportError, AttributeError, OSError):
        import fcntl

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE)
