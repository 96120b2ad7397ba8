"""Entries and media facts as rows of JSON, and back: what the cache keeps of them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import astuple
from datetime import datetime, timedelta
from typing import Any

from cmflow.media import Facts
from cmflow.model import Entry, Planned, Problem, Status
from cmflow.site.cache import Cache

MEDIA = 8  # where an entry's row has its media
MANY, FEW = 1_000, 20  # to save so many entries takes longer than to examine so few once more


class Entries:
    """The entries kept under a key, decoded one by one as they are asked for, and saved again as they stand."""

    def __init__(self, cache: Cache, key: str) -> None:
        self._cache, self._name = cache, f"entries-{key}"
        self._rows: dict[str, tuple[str, list[Any]]] = cache.load(self._name)

    def get(self, path: str, blobs: Mapping[str, str]) -> Entry | None:
        """What is kept of a post, if it still says the truth: the same post, and the same media where it looks."""
        blob, row = self._rows.get(path, ("", []))
        if not blob or blobs[path] != blob or any(blobs.get(each, "") != seen for each, seen in row[MEDIA]):
            return None
        return _entry(path, row)

    def keep(self, paths: Collection[str], blobs: Mapping[str, str], made: Iterable[Entry]) -> None:
        """Keep what was made, besides what is kept of the other `paths`; forget the rest."""
        fresh = {entry.path: (blobs[entry.path], _row(entry)) for entry in made}
        gone = len(self._rows.keys() - set(paths))
        if len(fresh) + gone > (FEW if len(paths) > MANY else 0):
            self._rows = {path: fresh.get(path) or self._rows[path] for path in paths}
            self._cache.save(self._name, self._rows)


def facts(cache: Cache) -> dict[str, Facts | str]:
    """Blob id → what the media file is, or why it cannot be used."""
    found = cache.load("media").items()
    return {blob: row if isinstance(row, str) else Facts(*row) for blob, row in found}


def keep_facts(cache: Cache, found: Mapping[str, Facts | str]) -> None:
    cache.save("media", {blob: row if isinstance(row, str) else astuple(row) for blob, row in found.items()})


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
