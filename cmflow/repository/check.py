"""Every problem of a content repository, and what a branch changes in it."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import cache

from cmflow import git
from cmflow.git import changes as git_changes
from cmflow.insights import progress, status
from cmflow.ledger import Snapshot
from cmflow.lint import run_rules
from cmflow.lint.plan_rules import targets
from cmflow.model import Entry, Problem
from cmflow.problems import sort
from cmflow.repository import diff, inbox_runs, loader, source, workflows
from cmflow.repository.content import Content
from cmflow.schedule.cron import Timetable


def problems(
    content: Content,
    entries: Sequence[Entry],
    snapshot: Snapshot,
    now: datetime,
    runs: Timetable | None = None,
    listening: Timetable | None = None,
) -> tuple[Problem, ...]:
    """The plan's problems, each post's, those between posts, and what the coming days lack.

    `runs` is when the publishing workflow starts, where one does, and `listening` when that of the inbox does.
    """
    plan, deliveries = content.plan, snapshot.deliveries
    if plan is None:
        return sort((*loader.problems(content, (), deliveries), *snapshot.problems))
    between = loader.between(content, entries, deliveries)
    planned = loader.planned(content, entries, deliveries, between)
    standings = status.standings(planned, deliveries, now, content.silent, plan.zone)
    missed = targets(plan, progress.assess(plan, entries, standings, now))
    new_paths = [path for path, is_known in content.source.unsaved.items() if not is_known]
    dates = diff.dates(content, entries, deliveries, now, new_paths)
    late = run_rules.merged_runs(diff.between_runs(content, entries, deliveries, now, runs))
    lost = inbox_runs.problems(plan, listening, now)
    own = loader.problems(content, entries, deliveries, between)
    return sort((*own, *dates, *late, *missed, *lost, *snapshot.problems))


def changes(
    repository: git.Repository,
    ref: str,
    now: datetime,
    open_commit: Callable[[str], Content],
    strays: Collection[str] = (),
) -> diff.Changes:
    """What changed since HEAD left `ref`, saved or committed; dates are judged by `now`.

    `strays` are files elsewhere in the folder that look like posts.
    """
    base, root = git_changes.fork(repository, ref), repository.root
    paths = frozenset(git_changes.changed_files(repository, base, *source.CONTENT, workflows.FOLDER, *strays))
    opened = cache(lambda: open_commit(base))
    return diff.Changes(paths, opened, now, workflows.publishing(root), workflows.listening(root))
