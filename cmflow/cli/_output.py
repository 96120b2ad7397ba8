"""How findings and names are laid out for a person, and what is near to a name that was misspelt."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import click

from cmflow.model import Problem, Stop
from cmflow.model.errors import CmflowError
from cmflow.problems import is_error, safe_line, severity
from cmflow.problems import text as one_line
from cmflow.values import compiled

# What JSON may hold as it is, and a terminal obeys: DEL and C1 controls, ends of lines, marks of the reading direction.
_OBEYED = "[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
COLOURS = {True: "red", False: "yellow"}
STEP = 20  # posts between two words of progress


def problem_lines(problem: Problem) -> Iterator[str]:
    """Where and what on one line, what to do on the next."""
    word = severity(problem.code)
    position, _, message = one_line(replace(problem, hint="")).partition(f": {word} ")
    yield f"{position}: {click.style(word, fg=COLOURS[is_error(problem)], bold=True)} {message}"
    if problem.hint:
        yield f"    {safe_line(problem.hint)}"


def say_problems(problems: Iterable[Problem], err: bool = False) -> None:
    for problem in problems:
        for line in problem_lines(problem):
            click.echo(line, err=err)


def say_start(refusal: CmflowError | None) -> None:
    """Why a run would not start."""
    if refusal:
        click.echo(f"{refusal}\n  {refusal.hint}", err=True)


def stopped(stop: Stop | None) -> Iterator[str]:
    """That nothing is published, and what to do; nothing where there is no stop."""
    if stop:
        yield click.style(safe_line(stop.sentence), fg="red", bold=True)
        yield "  Nothing is published until a person resumes it: cmflow resume"


def refused(errors: Iterable[CmflowError | None]) -> Iterator[str]:
    """What `cmflow publish` would say here instead of sending, and what to do."""
    for error in filter(None, errors):
        yield click.style(safe_line(f"cmflow publish refuses here: {error}"), fg="red", bold=True)
        if error.hint:
            yield f"  {safe_line(error.hint)}"


def warn_if_stale(reason: str) -> None:
    """That the remote could not be reached, and why; nothing where it could. Or that the ledger is gone."""
    if reason:
        from cmflow.ledger import loss

        start = "" if reason == loss.GONE else "Could not fetch from the remote; showing the last known state: "
        click.echo(f"{start}{reason}", err=True)


def widest(names: Iterable[str]) -> int:
    """How wide a column of these must be."""
    return max(map(len, names), default=0)


def as_json(value: object, indent: int | None = None) -> str:
    """The value as JSON in which nothing moves the cursor or turns the text; every script and emoji as it is."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return compiled(_OBEYED).sub(lambda hit: f"\\u{ord(hit[0]):04x}", text)


@contextmanager
def progress() -> Iterator[Callable[[int, int], None] | None]:
    """What shows how many posts are read, where a person is looking."""
    if not sys.stderr.isatty():
        yield None
        return
    try:
        yield _progress
    finally:
        click.echo("\r\033[K", nl=False, err=True, color=True)


def _progress(number: int, of: int) -> None:
    if number % STEP == 0:
        click.echo(f"\rReading posts: {number:,} of {of:,}", nl=False, err=True)
