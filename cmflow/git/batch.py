"""What `git cat-file --batch` answers: hundreds of thousands of objects, so nothing is looked up twice."""

from collections.abc import Iterator
from contextlib import suppress
from typing import IO

from cmflow.model.errors import GitError

PIPE = 1 << 20  # bytes of answers that may wait for us


def read(answers: IO[bytes]) -> Iterator[tuple[str, bytes]]:
    """Each object's id and its bytes."""
    _widen(answers)
    line, read = answers.readline, answers.read
    while head := line():
        words = head.split()
        if len(words) != 3:
            raise GitError(
                f"The repository lacks the object {words[0].decode()}.", "The clone is damaged: run git fsck, or clone."
            )
        yield words[0].decode(), read(int(words[2]) + 1)[:-1]


def _widen(pipe: IO[bytes]) -> None:
    """Let git go on while we think, where the system lets us (Linux)."""
    with suppress(ImportError, AttributeError, OSError):
        import fcntl

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE)
