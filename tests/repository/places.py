"""Content repositories to read: in memory, or real ones on disk."""

import struct
import subprocess
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from cmflow import git
from cmflow.repository.cache import Cache
from cmflow.repository.content import Content, open_content
from cmflow.repository.source import Source, blob_id

PLAN = """---
brand: cmflow
timezone: Europe/Paris
language: en
since: 2026-11-01
rules: {alt_text: no}
accounts:
  toots: {network: mastodon, options: {instance: "https://social.example"}}
  site: {network: webhook, late: 0m, options: {url: "https://example.org/hook"}}
  tape: {network: outbox}
groups: {all: [toots, site, tape]}
---
"""
TEMPLATE = "templates/networks/post.md.j2"
TEMPLATES = {TEMPLATE: "{{ text }}\n"}


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PNG = b"".join(
    (
        b"\x89PNG\r\n\x1a\n",
        _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
        _chunk(b"IDAT", zlib.compress(b"\0\0")),
        _chunk(b"IEND", b""),
    )
)
NOTHING = Cache(None)


def post(date: str = "2026-12-01 09:30", accounts: str = "toots", more: str = "", body: str = "Hello") -> str:
    return f"---\ntitle: T\ndate: {date}\naccounts: [{accounts}]\n{more}---\n{body}\n"


def path(name: str) -> str:
    return f"content/posts/{name}.md"


Files = Mapping[str, Any]  # bytes, or text to be written as UTF-8


def source(files: Files, links: Iterable[str] = ()) -> Source:
    """A source made by hand."""
    data = {name: each.encode() if isinstance(each, str) else each for name, each in files.items()}

    def read(paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        return ((name, data[name]) for name in paths)

    blobs = {name: "" if name in links else blob_id(each) for name, each in data.items()}
    return Source("the folder", blobs, frozenset(links), read)


def content(files: Files, cache: Cache = NOTHING, plan: str = PLAN) -> Content:
    return open_content(source({"content/plan.md": plan, **files}), TEMPLATES, cache)


def run(root: Path, *words: str) -> str:
    command = ["git", "-c", "user.name=T", "-c", "user.email=t@example.org", *words]
    return subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout.strip()


def write(root: Path, files: Files) -> None:
    for name, each in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(each.encode() if isinstance(each, str) else each)


def repository(root: Path, files: Files) -> git.Repository:
    """A git repository with these files committed."""
    write(root, files)
    run(root, "init", "-q", "--template=")
    run(root, "add", "-A")
    run(root, "commit", "-q", "--allow-empty", "-m", "Content")
    return git.Repository(root, root / ".git/objects")
