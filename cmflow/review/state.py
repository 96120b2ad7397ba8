"""What a review comment remembers, hidden in itself: which commit was shown, and what exactly of each delivery.

The comment begins with our mark, then the state, before any word of a post: a post that shows such a line itself is
never read. Still it stands on a page that people can edit, so it is read as the input of a stranger.
"""

import base64
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

MARK = "cmflow-review"  # how the sticky comment is known
VERSION = 1
LONGEST = 24_000  # characters of the comment that the state may take: some 450 deliveries
LARGEST = 400_000  # characters once it is unpacked

_STATE = re.compile(rf"\A(?:<!-- {MARK} -->\r?\n)?<!-- cmflow-state ([A-Za-z0-9+/]+=*) -->")
_COMMIT = re.compile("[0-9a-f]{40}(?:[0-9a-f]{24})?")
_DIGEST = re.compile("[0-9a-f]{64}")
_KEY = re.compile(r"[^/\s]{1,200}/[^/\s]{1,200}")


@dataclass(frozen=True, slots=True)
class State:
    """`head` is the commit of the pull request that was shown; `digests` by `post id/account`."""

    head: str
    digests: Mapping[str, str] = field(default_factory=dict)

    def digest(self, post: str, account: str) -> str:
        """The digest of what was shown; "" where it was not."""
        return self.digests.get(f"{post}/{account}", "")


def write(state: State) -> str:
    """The line to begin a comment with. What is too much is left out, the last ones first: it counts as not shown."""
    digests = sorted(state.digests.items())
    while len(line := _line(state.head, digests)) > LONGEST:
        digests = digests[: len(digests) * LONGEST // len(line) - 1]
    return line


def _line(head: str, digests: list[tuple[str, str]]) -> str:
    text = json.dumps({"version": VERSION, "head": head, "digests": dict(digests)}, separators=(",", ":"))
    return f"<!-- cmflow-state {base64.b64encode(zlib.compress(text.encode(), 9)).decode()} -->"


def read(body: str) -> State | None:
    """The state in the body of a review comment; None where it holds none, or none that we have written."""
    found = _STATE.match(body[: LONGEST + 100])
    if found is None:
        return None
    try:
        return _state(json.loads(_unpacked(found[1])))
    except (ValueError, RecursionError):
        return None


def _unpacked(packed: str) -> bytes:
    """Raises ValueError for what cannot be unpacked, or is larger than any state of ours."""
    unpacker = zlib.decompressobj()
    try:
        data = unpacker.decompress(base64.b64decode(packed, validate=True), LARGEST)
    except zlib.error as error:
        raise ValueError("it is no state") from error
    if not unpacker.eof:
        raise ValueError("it is cut off, or too large")
    return data


def _state(value: object) -> State | None:
    match value:
        case {"version": 1, "head": str(head), "digests": dict(digests), **more} if not more:
            right = _COMMIT.fullmatch(head) and all(map(_is_entry, digests.items()))
            return State(head, digests) if right else None
        case _:
            return None


def _is_entry(entry: tuple[str, object]) -> bool:
    key, digest = entry
    return bool(_KEY.fullmatch(key)) and isinstance(digest, str) and bool(_DIGEST.fullmatch(digest))
