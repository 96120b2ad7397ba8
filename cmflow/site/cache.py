"""What was found out before, by blob id: safe to delete, never trusted further than its key, plain JSON.

Not pickle: a cache may be restored from somewhere else, and reading it must never run anything.
"""

import json
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

KEPT = 3  # how many plans' worth are kept beside each other


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of JSON files; None: nothing is kept."""

    folder: Path | None

    def load(self, name: str) -> Any:
        """The value saved by that name; {} where there is none or it cannot be read."""
        if self.folder is None:
            return {}
        try:
            return json.loads((self.folder / f"{name}.json").read_bytes())
        except (OSError, ValueError):
            return {}

    def save(self, name: str, value: Any) -> None:
        """Save, whole or not at all; a folder that cannot be written only costs time."""
        if self.folder is None:
            return
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            temporary = self.folder / f"{name}.{os.getpid()}.tmp"
            temporary.write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
            temporary.replace(self.folder / f"{name}.json")
            self._prune(name.partition("-")[0])

    def _prune(self, kind: str) -> None:
        """Keep the newest few of `kind-KEY`: each key is a plan, and plans change."""
        assert self.folder is not None
        kept = sorted(self.folder.glob(f"{kind}-*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in kept[KEPT:]:
            path.unlink()


@cache
def code_digest() -> str:
    """What is kept holds only for the code that made it: a digest of cmflow's files and of what it stands on."""
    digest = sha256(sys.version.encode())
    for path in sorted(Path(__file__).parents[1].rglob("*.py")):
        digest.update(path.read_bytes())
    digest.update("\n".join(_installed()).encode())
    return digest.hexdigest()


def _installed() -> list[str]:
    """Every installed package with its version, from the names of the folders that say so."""
    folders = [Path(each) for each in sys.path if each.endswith("-packages")]
    return sorted(path.name for folder in folders if folder.is_dir() for path in folder.glob("*.dist-info"))
