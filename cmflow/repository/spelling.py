"""Paths whose accents are stored in two ways: `é` is one character or two.

A Mac may store a name one way and an editor write it the other, and both look the same.
"""

import unicodedata
from collections.abc import Mapping

from cmflow.repository.source import Source

Paths = Mapping[str, str]


def composed(path: str) -> str:
    """The composed (NFC) spelling of a path."""
    return unicodedata.normalize("NFC", path)


def aliases(source: Source) -> Paths:
    """The stored paths that are not ASCII: composed → as stored."""
    return {composed(path): path for path in (*source.outside, *source.blobs) if not path.isascii()}
