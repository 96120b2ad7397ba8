"""The plan compared with what was sent and what is ahead, measured from inside: no file is read."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from statistics import median

from benchmarks import corpus, history, measure
from benchmarks.commands import Made
from benchmarks.inside import the_plan
from benchmarks.measure import Figure
from cmflow.insights import health, progress, status
from cmflow.model import Entry, Key, Planned, Status

PER_POST = 0.000_015  # seconds of processor


def against_the_plan(made: Made, many: int, repeat: int) -> Iterator[Figure]:
    """The verdict on everything in the plan, and how publishing is doing. What was due before now is sent."""
    plan, now = the_plan(), history.now()
    written = [corpus.post(index, many) for index in range(many)]
    kept = [entry(each) for each in written]
    sent = {Key(each.post, each.account): each for each in history.deliveries(many)}
    planned = [each for one in kept if one.status is Status.READY for each in one.planned]
    found = status.standings(planned, sent, now)
    seconds = worked(lambda: progress.assess(plan, kept, found, now), repeat)
    seconds += worked(lambda: health.look(found, plan, now, now), repeat)
    yield measure.at_most(f"plan against reality, {many:,} posts, {len(found):,} deliveries", seconds, many * PER_POST)


def entry(written: corpus.Written) -> Entry:
    """What the calendar keeps of the post."""
    head = dict(line.split(": ", 1) for line in written.content.decode().splitlines()[1:9] if ": " in line)
    due = written.at.replace(tzinfo=history.ZONE)
    planned = tuple(Planned(written.id, name, due, timedelta(hours=6), "") for name in written.accounts)
    ready = Status.DRAFT if written.draft else Status.READY
    subjects = (head.get("campaign", ""), head.get("pillar", ""))
    return Entry(written.path, written.id, written.id, due, ready, *subjects, planned=planned)


def worked(run: Callable[[], object], repeat: int) -> float:
    """The median of the processor's time for it."""
    found = []
    for _ in range(repeat):
        began = time.process_time()
        run()
        found.append(time.process_time() - began)
    return median(found)
