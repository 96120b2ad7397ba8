"""What makes the bytes in git differ from those of a file in the folder: line ends, Git LFS, other filters."""

import os
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

OFF = ("unset", "unspecified", "false")
FILTERS = ("filter", "ident")
ENCODING = "working-tree-encoding"
_POINTER = re.compile(rb"version https://git-lfs\S*\n(?:.*\n)*?oid sha256:([0-9a-f]{64})\nsize ([0-9]{1,18})\n")

Attributes = Mapping[str, str]


def read(answer: str) -> dict[str, dict[str, str]]:
    """Decode `check-attr -a -z`: the attributes of each path that has any."""
    fields = answer.split("\0")
    attributes: dict[str, dict[str, str]] = {}
    for path, name, value in zip(fields[::3], fields[1::3], fields[2::3], strict=False):
        attributes.setdefault(path, {})[name] = value
    return attributes


def has_filter(attributes: Attributes) -> bool:
    """Whether the file passes through a filter on checkout."""
    return any(attributes.get(name, "unset") not in OFF for name in FILTERS)


def is_encoded(attributes: Attributes) -> bool:
    """Whether the file has another encoding in the folder; git keeps it as UTF-8."""
    return attributes.get(ENCODING, "unset") not in OFF and not has_filter(attributes)


def converts_lines(attributes: Attributes) -> bool:
    """Whether line ends may differ between git and the folder."""
    return attributes.get("text", attributes.get("crlf", attributes.get("eol", "unset"))) not in OFF


def mention_filters(files: Iterable[Path]) -> bool:
    """Whether any of these attribute files mentions a filter: a quick check before every path is queried."""
    return any(name.encode() in data for data in map(_bytes, files) for name in (*FILTERS, ENCODING))


def repository_files(settings: Path, own: str) -> tuple[Path, ...]:
    """The attribute files of a whole repository; `own` is the one in the user's settings, "" for none."""
    home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return (
        settings / "info" / "attributes",
        Path(own) if own else home / "git" / "attributes",
        Path("/etc/gitattributes"),
    )


def lfs_object(settings: Path, pointer: bytes) -> bytes | None:
    """The file that a Git LFS pointer stands for; None if it was not fetched, or if this is not a pointer."""
    file = lfs_file(settings, pointer)
    return _bytes(file) if file else None


def lfs_file(settings: Path, pointer: bytes) -> Path | None:
    """Where the file lies that a Git LFS pointer stands for; None as for `lfs_object`."""
    match = _POINTER.match(pointer[:1024])
    if match is None:
        return None
    name, size = match[1].decode(), int(match[2])
    file = settings / "lfs" / "objects" / name[:2] / name[2:4] / name
    with suppress(OSError):
        return file if size and file.stat().st_size == size else None
    return None


def _bytes(file: Path) -> bytes:
    with suppress(OSError):
        return file.read_bytes()
    return b""
