"""What was found out before, by blob id: safe to delete, never trusted further than its key, plain JSON.

Not pickle: a cache may be restored from somewhere else, and reading it must never run anything.
"""

import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from typing import Any

from cmflow.media import Facts
from cmflow.model import Entry, Planned, Problem, Status

KEPT = 3  # how many plans' worth of entries are kept beside each other


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of JSON files; None: nothing is kept."""

    folder: Path | None

    def entries(self, key: str) -> dict[str, tuple[str, Entry]]:
        """Path → (blob id, entry), as kept under `key`."""
        with suppress(LookupError, TypeError, ValueError):
            return {path: (blob, _entry(path, row)) for path, (blob, row) in self.load(f"entries-{key}").items()}
        return {}

    def save_entries(self, key: str, entries: Mapping[str, tuple[str, Entry]]) -> None:
        self.save(f"entries-{key}", {path: (blob, _row(entry)) for path, (blob, entry) in entries.items()})

    def facts(self) -> dict[str, Facts | str]:
        """Blob id → what the media file is, or why it cannot be used."""
        with suppress(LookupError, TypeError, ValueError):
            found = self.load("media").items()
            return {blob: row if isinstance(row, str) else Facts(*row) for blob, row in found}
        return {}

    def save_facts(self, facts: Mapping[str, Facts | str]) -> None:
        self.save("media", {blob: row if isinstance(row, str) else astuple(row) for blob, row in facts.items()})

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
    """What is kept holds only for the code that made it: a digest of cmflow's own files and what it stands on."""
    digest = sha256(f"{sys.version_info}".encode())
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    for name in ("markdown", "jinja2", "regex", "PyYAML", "python-frontmatter", "tzdata"):
        with suppress(metadata.PackageNotFoundError):
            digest.update(metadata.version(name).encode())
    return digest.hexdigest()


# ── rows ────────────────────────────────────────────────────────────────────────────────────────────────────


def _row(entry: Entry) -> list[Any]:
    return [
        entry.id,
        entry.title,
        entry.date and entry.date.isoformat(),
        entry.status,
        entry.campaign,
        entry.pillar,
        entry.language,
        entry.tags,
        entry.media,
        [_planned_row(each) for each in entry.planned],
        [[each.path, each.line, each.code, each.message, each.hint, each.account] for each in entry.problems],
        entry.refers,
    ]


def _planned_row(planned: Planned) -> list[Any]:
    late = planned.late.total_seconds()
    rest = (planned.digest, planned.text_digest, planned.parts, planned.excerpt, planned.blocked)
    return [planned.post, planned.account, planned.due.isoformat(), late, *rest]


def _entry(path: str, row: list[Any]) -> Entry:
    post_id, title, date, status, campaign, pillar, language, tags, media, planned, problems, refers = row
    return Entry(
        path=path,
        id=post_id,
        title=title,
        date=date and datetime.fromisoformat(date),
        status=Status(status),
        campaign=campaign,
        pillar=pillar,
        language=language,
        tags=tuple(tags),
        media=tuple((each, blob) for each, blob in media),
        planned=tuple(_planned(each, path) for each in planned),
        problems=tuple(Problem(*each) for each in problems),
        refers=tuple((key, value, line) for key, value, line in refers),
    )


def _planned(row: list[Any], path: str) -> Planned:
    post, account, due, late, *rest = row
    digest, text_digest, parts, excerpt, blocked = rest
    return Planned(
        post,
        account,
        datetime.fromisoformat(due),
        timedelta(seconds=late),
        digest,
        text_digest,
        parts,
        excerpt,
        blocked,
        path,
    )
