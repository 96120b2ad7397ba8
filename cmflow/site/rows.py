"""Entries and media facts as rows of JSON, and back: what the cache keeps of them."""

from collections.abc import Mapping
from dataclasses import astuple
from datetime import datetime, timedelta
from typing import Any

from cmflow.media import Facts
from cmflow.model import Entry, Planned, Problem, Status
from cmflow.site.cache import Cache


def entries(cache: Cache, key: str) -> dict[str, tuple[str, Entry]]:
    """Path → (blob id, entry), as kept under `key`."""
    return {path: (blob, _entry(path, row)) for path, (blob, row) in cache.load(f"entries-{key}").items()}


def keep_entries(cache: Cache, key: str, found: Mapping[str, tuple[str, Entry]]) -> None:
    cache.save(f"entries-{key}", {path: (blob, _row(entry)) for path, (blob, entry) in found.items()})


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
