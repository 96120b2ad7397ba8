"""What `cmflow schedule` prints: the cron lines of each workflow, and what they cost."""

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from cmflow.cli._output import widest
from cmflow.insights.minutes import FREE, Minutes
from cmflow.repository.workflows import Rewrite

FITS = "fits the plan"


def rewrites(rewrites: Iterable[Rewrite], check: bool, dry_run: bool) -> Iterator[str]:
    """Each workflow with its lines; of one that fits, only its name."""
    for rewrite in rewrites:
        if check:
            yield f"{rewrite.path}: {FITS if rewrite.fits else 'does not fit the plan. Run: cmflow schedule'}"
        elif not rewrite.changed:
            yield f"{rewrite.path}: {FITS}"
        else:
            yield f"{rewrite.path}: {'would be' if dry_run else 'was'} written"
        if not check and rewrite.changed:
            width = widest(line.cron for line in rewrite.lines)
            yield from (f"  {line.cron:<{width}}  {line.zone or 'UTC'}  {line.note}" for line in rewrite.lines)


def costs(minutes: Minutes) -> Iterator[str]:
    """What all workflows that start by themselves cost in a month."""
    runs = ", ".join(f"{PurePosixPath(path).stem} {number:,}" for path, number in minutes.runs.items())
    waiting = f", and up to {minutes.waiting:,} of waiting for posts" if minutes.waiting else ""
    yield f"GitHub bills a minute per run: {runs} a month{waiting}. Together about {minutes.total:,} minutes."
    if minutes.pages:
        yield f"With Pages on, building the calendar after each run of publish takes about {minutes.pages:,} more."
    yield f"A public repository pays nothing. A private one has {FREE:,} minutes a month on GitHub's free plan."
