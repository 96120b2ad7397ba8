"""Names of files on Slack, where a message with files can hold no key: the names hold it."""

import hashlib
from pathlib import PurePosixPath


def of(path: str, key: str, number: int) -> str:
    """`team.png` as `team-1-0f3a9c2b7d41.png`: the same for the same part, and for no other."""
    name = PurePosixPath(path)
    return f"{name.stem}-{number + 1}-{hashlib.sha256(key.encode()).hexdigest()[:12]}{name.suffix}"
