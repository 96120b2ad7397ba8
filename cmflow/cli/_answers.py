"""What a dry run answered, kept for as long as it stays true: until something of it is due, too late, or to be retried.

Everything else that decides, posts and plan, templates, ledger and cmflow itself, is named by the question's key.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple

import click

from cmflow.repository.cache import Cache
from cmflow.repository.due_cache import Open
from cmflow.schedule import waits


class Answer(NamedTuple):
    """Lines for standard output and for standard error, the exit code, and until when all of it is so."""

    said: list[str]
    warned: list[str]
    code: int
    until: float


def answer(found: Open, now: datetime, cache: Cache, ask: Callable[[], Answer]) -> Answer:
    """What was answered before to the same question, where that is still so; else what `ask` says."""
    moment, name = now.timestamp(), f"answer-{found.key}"
    kept = cache.load(name)
    if kept and kept["since"] <= moment < kept["until"]:
        return Answer(kept["said"], kept["warned"], kept["code"], kept["until"])
    fresh = ask()
    until = min((fresh.until, *_turns(found, moment)))
    cache.save(name, {**fresh._asdict(), "code": int(fresh.code), "since": moment, "until": until})
    return fresh._replace(until=until)


def _turns(found: Open, moment: float) -> Iterator[float]:
    """When a row falls due, or becomes too late; the next one that is not among them falls due at `then`."""
    for row in found.rows:
        end = row.due + row.late
        yield from (at for at in (row.due, end, waits.ends(end)) if at >= moment)
    if found.then is not None:
        yield found.then


def say(given: Answer) -> int:
    for line in given.warned:
        click.echo(line, err=True)
    for line in given.said:
        click.echo(line)
    return given.code
