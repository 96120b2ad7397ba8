"""Addresses of uploads that anybody could write to, in `.cmflow/uploads/` on this machine: in no git, in no cache.

Only its owner can read them. They end by themselves within days, and so do these files.
"""

import os
import time
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from cmflow.netkit.journal import Vault

FOLDER = ".cmflow/uploads"
DAYS = 8  # longer than any network keeps an upload open


class UploadFiles(Vault):
    """A text per file, whose name is a digest: posts may have any name."""

    def __init__(self, root: Path) -> None:
        self.folder = root / FOLDER

    def load(self, name: str) -> str:
        try:
            return self._file(name).read_text("utf-8")
        except (OSError, ValueError):
            return ""

    def save(self, name: str, text: str) -> None:
        with suppress(OSError):
            if text:
                self._write(self._file(name), text)
            else:
                self._file(name).unlink(missing_ok=True)

    def _write(self, file: Path, text: str) -> None:
        """Whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder.chmod(0o700)
        (self.folder / ".gitignore").write_text("*\n", "ascii")  # whatever the repository's own says
        draft = file.with_name(f".{file.name}.{os.getpid()}")
        draft.unlink(missing_ok=True)
        draft.touch(0o600)
        draft.write_text(text, "utf-8")
        draft.replace(file)
        self._prune()

    def _prune(self) -> None:
        for file in self.folder.iterdir():
            if file.name != ".gitignore" and time.time() - file.stat().st_mtime > DAYS * 86_400:
                file.unlink(missing_ok=True)

    def _file(self, name: str) -> Path:
        return self.folder / sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:32]
