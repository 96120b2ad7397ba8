"""Tokens in a folder of this machine, `.cmflow/tokens/`: readable by their owner only, and never in git."""

import json
import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from cmflow.model.errors import SourceError

FOLDER = ".cmflow/tokens"


class TokenFile(NamedTuple):
    """What is kept of an account: a refresh token, the access token that came with it, when it ends, what it may do."""

    refresh_token: str
    access_token: str = ""
    until: datetime | None = None
    scopes: tuple[str, ...] = ()


def read(root: Path, account: str) -> TokenFile | None:
    """None where there is no file, or it makes no sense."""
    try:
        found = json.loads(_file(root, account).read_bytes())
        until = datetime.fromisoformat(found["until"]) if found.get("until") else None
        kept = TokenFile(str(found["refresh_token"]), str(found.get("access_token", "")), until, _scopes(found))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return kept if until is None or until.tzinfo else None


def write(root: Path, account: str, kept: TokenFile) -> None:
    """Whole or not at all, and on the disk once this returns. SourceError where it cannot be written."""
    file = _file(root, account)
    fields = {
        "refresh_token": kept.refresh_token,
        "access_token": kept.access_token,
        "until": kept.until.isoformat() if kept.until else "",
        "scopes": " ".join(kept.scopes),
    }
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        check(root)
        draft.touch(0o600)
        with draft.open("w", encoding="utf-8") as out:
            json.dump(fields, out)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(file)
        _sync(file.parent)
    except OSError as error:
        with suppress(OSError):
            draft.unlink()
        raise SourceError(
            f"{file} cannot be written: {error.strerror}.", "Free some disk space, or correct the file's permissions."
        ) from None


def _scopes(found: dict[str, str]) -> tuple[str, ...]:
    return tuple(str(found.get("scopes", "")).split())


def check(root: Path) -> None:
    """Make the folder; SourceError where nothing can be kept there, or git would take it along."""
    folder = root / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
        (folder / ".gitignore").write_text("*\n", "ascii")  # whatever the repository's own says
    except OSError as error:
        hint = "Give cmflow write access to it: new tokens are stored there."
        raise SourceError(f"The folder {folder} cannot be written: {error.strerror}.", hint) from None


def _file(root: Path, account: str) -> Path:
    return root / FOLDER / f"{account}.json"


def _sync(folder: Path) -> None:
    """The new name is on the disk, too, where the system can say so."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
