"""Arguments that several commands share: moments, durations, text, posts by the names that people give them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from cmflow.cli._clock import wall_clock
from cmflow.model.errors import SourceError
from cmflow.problems.similar import brief, suggestion

if TYPE_CHECKING:
    from cmflow.cli._context import Context
    from cmflow.repository.content import Content

at_option = click.option(
    "--at",
    "time",
    metavar='"YYYY-MM-DD HH:MM"',
    help="Time to assume, in the plan's zone unless an offset is given. Default: now.",
)
offline_option = click.option("--offline", is_flag=True, help="Do not fetch the ledger first.")
format_option = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="Output format."
)


def moment(text: str | None, zone: str, option: str = "--at") -> datetime:
    """The moment that the option names, else now."""
    if text is None:
        return wall_clock()
    from cmflow.content.local_time import YEARS

    try:
        time = datetime.fromisoformat(text.strip())
    except ValueError:
        raise click.UsageError(f'{option}: {text!r} is not a time like "2026-12-01 12:00".') from None
    if not YEARS[0] <= time.year <= YEARS[1]:
        raise click.UsageError(f"{option}: {text!r} is not in the years {YEARS[0]} to {YEARS[1]}.")
    return time if time.tzinfo else time.replace(tzinfo=ZoneInfo(zone))


def duration(text: str, option: str = "--wait") -> timedelta:
    """`30m`, `6h`, `2d`"""
    from cmflow.content import durations

    if (length := durations.length(text)) is not None:
        return length
    from cmflow.content import dates
    from cmflow.content.keys import BadValue

    try:
        return dates.duration(text)
    except BadValue as error:
        raise click.UsageError(f"{option}: {error} {error.hint}".strip()) from None


def shard_of(text: str) -> tuple[int, int]:
    """`1/4` → 1, 4"""
    match = re.fullmatch(r"([0-9]{1,4})/([0-9]{1,4})", text)
    number, of = map(int, match.groups()) if match else (0, 0)
    if not 1 <= number <= of:
        raise click.UsageError(f"--shard: {text!r} must be I/N with 1 ≤ I ≤ N, e.g. 1/4.")
    return number, of


class _Text(click.ParamType[str]):
    """Text that can be written down. An argument may also be bytes that are not text: those of a file's name."""

    name = "text"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            value.encode()
        except UnicodeEncodeError:
            self.fail(f"{value!r} is not UTF-8 text.", param, ctx)
        return value


TEXT = _Text()


def post_path(context: Context, content: Content, name: str) -> str:
    """The post's file; SourceError where there is no such post."""
    from_here = Path(name).absolute()
    inside = from_here.relative_to(context.root).as_posix() if from_here.is_relative_to(context.root) else name
    for path in (name, inside):
        if path in content.post_paths:
            return path
    stems = {Path(path).stem: path for path in content.post_paths}
    ids = {entry.id: entry.path for entry in context.entries(content)}
    post_file = ids.get(name) or stems.get(name)
    if post_file is None:
        hint = suggestion(Path(name).stem, [*ids, *stems]) if ids or stems else "There are no posts yet: cmflow new"
        raise SourceError(f"There is no post {name!r}.", brief(hint))
    return post_file
