"""Brings a folder with the calendar's pages up to date, from what the repository and its ledger hold.

Statistics are made where readings are new, and what makes them is imported then.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cmflow.cli import _listening, _user_cache
from cmflow.cli._context import REHEARSAL, STATE, Context
from cmflow.cli._output import progress
from cmflow.cli._web import web
from cmflow.git import history as git_history
from cmflow.ledger import approvals, readings
from cmflow.ledger.heartbeat import Heartbeat
from cmflow.model import Entry, Plan, Planned
from cmflow.model.errors import SourceError, TemplateError
from cmflow.model.plan import PLAN_PATH
from cmflow.website import build
from cmflow.website.build.disk import DiskFolder

if TYPE_CHECKING:
    from cmflow.insights.inbox import Listening
    from cmflow.insights.statistics import Statistics
    from cmflow.ledger import Snapshot

DESIGN = (PLAN_PATH, "templates")  # what decides how posts come out, besides themselves


def calendar(context: Context, out: Path, branch: str, now: datetime, address: str = "") -> tuple[Path, int]:
    """Build the pages into `out`; the first page to open, and how many files were new or changed."""
    return out / "index.html", bring(context, DiskFolder(out), branch, now, address)


def bring(context: Context, folder: build.Folder, branch: str, now: datetime, address: str = "") -> int:
    """Bring the folder up to date; how many files were new or changed. `address` is the plan's where it is ""."""
    _user_cache.use_names(context.root, context.cache)
    run = context.last_run(branch)
    repository_url = web(context.repository)
    snapshot = context.snapshot(branch)
    inputs = build.Inputs(
        deliveries=snapshot.deliveries,
        now=now,
        templates=context.templates("templates/site"),
        last_run=run and run[0],
        stop=context.stop() if branch == STATE else None,
        history=context.changes,
        web=repository_url.address,
        branch=repository_url.branch,
        address=address or context.folder.sure_plan.site,
        approvals=approvals.read_all(context.local_ledger(STATE)) if context.repository and branch == STATE else {},
        waiting=partial(_waiting, context, branch, now, run, snapshot),
        publications=context.publications if branch == STATE else None,  # a rehearsal sends nothing
        sent_texts=context.sent_texts(branch),
        settled=_settled(context),
        rehearsal=branch != STATE,
        with_ends=partial(_completed, context, now) if branch == STATE else lambda plan: plan,
        measures=_measures(context, branch, now, snapshot),
    )
    with progress() as report:
        try:
            return build.make(context.folder, inputs, context.cache, folder, report)
        except TemplateError as error:
            raise SourceError(error.located, error.hint) from error


def _measures(context: Context, branch: str, now: datetime, snapshot: Snapshot) -> build.Measures:
    """The readings of the last ninety days; a rehearsal has none, and shows what they could look like."""
    zone = context.folder.sure_plan.zone
    name = f"{now.astimezone(ZoneInfo(zone)):%Y-%m-%d}"

    def listen(plan: Plan) -> Listening | None:
        from cmflow.metrics import gather

        period = gather.recent(zone, now).period
        if branch == REHEARSAL:
            return _listening.simulated(plan, period, now)
        return _listening.figures(context, plan, period, now)

    if branch == REHEARSAL:
        return build.Measures(name, lambda plan, _: _simulated(plan, now), listen=listen)
    deliveries = snapshot.deliveries
    tip = context.repository.tip(context.branch(readings.BRANCH)) if context.repository else None

    def assess(plan: Plan, entries: Sequence[Entry]) -> Statistics:
        from cmflow.insights import statistics
        from cmflow.metrics import gather

        question = gather.recent(zone, now)
        metrics = context.local_ledger(readings.BRANCH) if tip else None
        source = gather.source(plan, entries, deliveries, metrics, question, context.authors())
        return statistics.assess(source, question, now)

    name = f"{tip} {_listening.tip(context, context.folder.plan)} {name}"
    return build.Measures(name, assess, _courses(context, snapshot) if tip else build.NONE, listen, bool(tip))


def _courses(context: Context, snapshot: Snapshot) -> build.Courses:
    """What was read of each post, whether or not the plan still has its account."""
    from cmflow.metrics import courses

    accounts = {*(account.name for account in context.folder.sure_plan.accounts)}
    accounts.update(key.account for key in snapshot.deliveries)
    return build.Courses(*courses.courses(context.local_ledger(readings.BRANCH), context.cache, accounts, snapshot))


def _simulated(plan: Plan, now: datetime) -> Statistics:
    from cmflow.insights import statistics
    from cmflow.insights.simulation import simulate
    from cmflow.metrics import gather

    return statistics.assess(simulate(plan, now), gather.recent(plan.zone, now), now)


def _completed(context: Context, now: datetime, plan: Plan) -> Plan:
    """The plan with what the branches know: when tokens end, what goals have reached."""
    return context.with_goals(context.with_ends(plan), now)


def _waiting(
    context: Context,
    branch: str,
    now: datetime,
    last: Heartbeat | None,
    snapshot: Snapshot,
    entries: Sequence[Entry],
    planned: Sequence[Planned],
) -> Sequence[Planned]:
    """The deliveries, each with why a run would not send it; a rehearsal does not wait for people."""
    return context.waiting(entries, planned, now, last, snapshot) if branch == STATE else planned


def _settled(context: Context) -> datetime | None:
    """When the plan or the templates last changed, as git has it."""
    commit = context.repository and context.repository.resolve("HEAD")
    if context.repository is None or commit is None:
        return None
    time = context.cache.load(f"settled-{commit}") or {"at": None}
    if not time["at"] and (newest := git_history.newest(context.repository, *DESIGN)):
        time = {"at": newest.timestamp()}
        if not context.repository.shallow():  # older commits may be fetched later, and decide then
            context.cache.save(f"settled-{commit}", time)
    return datetime.fromtimestamp(time["at"], UTC) if time["at"] else None
