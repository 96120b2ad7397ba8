"""What a dry run answered, kept for as long as it stays true: until one of its deliveries is due, or too late."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

import click

from cmflow.site.agenda import Open
from cmflow.site.cache import Cache


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
    until = min(fresh.until, found.then or fresh.until)
    cache.save(name, {**fresh._asdict(), "code": int(fresh.code), "since": moment, "until": until})
    return fresh


def say(given: Answer) -> int:
    for line in given.warned:
        click.echo(line, err=True)
    for line in given.said:
        click.echo(line)
    return given.code
