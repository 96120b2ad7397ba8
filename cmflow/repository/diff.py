"""What a branch changes in a content repository, and the problems that result."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter
from zoneinfo import ZoneInfo

from cmflow import lint
from cmflow.insights import progress, status
from cmflow.lint import date_rules, plan_rules, run_rules
from cmflow.model import CONTENT, Entry, Problem
from cmflow.model.plan import PLAN_PATH
from cmflow.problems import sort
from cmflow.repository import inbox_runs, loader, workflows
from cmflow.repository.content import TEMPLATES, Content
from cmflow.repository.loader import Deliveries
from cmflow.schedule.cron import Timetable
from cmflow.values import dataclass

Load = Callable[[Content], Sequence[Entry]]  # every post, none without a plan


@dataclass(frozen=True, slots=True)
class Changes:
    """The files that were changed, including deleted ones; `base` opens the content before the changes.

    `now` is the time for date checks, None for none; `runs` is when the publishing workflow starts, where one does, and
    `listening` when that of the inbox does.
    """

    paths: frozenset[str]
    base: Callable[[], Content]
    now: datetime | None = None
    runs: Timetable | None = None
    listening: Timetable | None = None

    @property
    def timetables(self) -> bool:
        """Whether runs may start at other times."""
        return any(path.startswith(workflows.FOLDER) for path in self.paths)

    @property
    def everywhere(self) -> bool:
        """Whether any post may look different: the plan or a template was changed."""
        return any(path == PLAN_PATH or path.startswith(TEMPLATES) for path in self.paths)


@dataclass(frozen=True, slots=True)
class Findings:
    """The problems to report, sorted, and the number of posts that were checked."""

    problems: tuple[Problem, ...]
    posts: int


def problems(
    content: Content, entries: Sequence[Entry], deliveries: Deliveries, changes: Changes, load: Load
) -> Findings:
    """Every problem of the changed files, and every other one that is new.

    The whole calendar is compared: an unchanged post may collide with a changed one.
    """
    paths = changes.paths | {entry.path for entry in entries if any(path in changes.paths for path, _ in entry.media)}
    dated = _dated(content, entries, deliveries, changes, load)
    costly = _over_budget(content, entries, deliveries, changes)
    if changes.everywhere:
        new = _new_anywhere(content, entries, deliveries, paths, changes.base(), load)
        return Findings(sort((*new, *dated, *costly)), len(entries))
    own = [problem for problem in content.problems if problem.path in paths]
    posts = [entry for entry in entries if entry.path in paths]
    collisions = lint.calendar(entries, content.plan, deliveries) if content.plan else ()
    near = [problem for problem in collisions if problem.path in paths]
    far = [problem for problem in collisions if problem.path not in paths]
    if far:
        old = [*(entry for entry in entries if entry.path not in paths), *_deleted(content, changes)]
        former = _signatures(lint.calendar(old, content.sure_plan, deliveries))
        far = [problem for problem in far if _signature(problem) not in former]
    return Findings(sort((*dated, *costly, *own, *_own(posts), *near, *far)), len(posts))


def _dated(
    content: Content, entries: Sequence[Entry], deliveries: Deliveries, changes: Changes, load: Load
) -> Iterator[Problem]:
    """The problems with dates and runs: of the changed files, and those that a change of the plan or a workflow
    causes for other posts."""

    def all_problems(content: Content, entries: Sequence[Entry]) -> tuple[Problem, ...]:
        late = between_runs(content, entries, deliveries, changes.now, changes.runs)
        return (*dates(content, entries, deliveries, changes.now, changes.paths), *late)

    old = frozenset[Signature]()
    if changes.everywhere and changes.now:
        base = changes.base()
        old = _signatures(all_problems(base, load(base)))
    for code, group in groupby(all_problems(content, entries), attrgetter("code")):
        caused = [
            problem
            for problem in group
            if problem.path in changes.paths
            or (changes.everywhere and _signature(problem) not in old)
            or (changes.timetables and code == "between-runs")
        ]
        yield from run_rules.merged_runs(caused) if changes.timetables and code == "between-runs" else caused
    if content.plan and changes.now and (changes.timetables or PLAN_PATH in changes.paths):
        yield from inbox_runs.problems(content.plan, changes.listening, changes.now)


def touched(content: Content, entries: Sequence[Entry], changes: Changes, load: Load) -> list[Entry]:
    """The posts whose file or media changed, and those that would be published differently than before."""
    paths = {entry.path for entry in entries if _is_near(entry, changes.paths)}
    if changes.everywhere and content.plan:
        base = changes.base()
        former = load(base)
        since = max(one.start() for one in (content.plan, base.plan) if one)
        old = {entry.path: _going(entry, since) for entry in former}
        paths |= {entry.path for entry in entries if old.get(entry.path, ()) != _going(entry, since)}
    return [entry for entry in entries if entry.path in paths]


def _is_near(entry: Entry, paths: Collection[str]) -> bool:
    return entry.path in paths or any(path in paths for path, _ in entry.media)


def _going(entry: Entry, since: datetime) -> tuple[tuple[str, str, datetime], ...]:
    """What is published on which account, and when; where the account is, is reported once for all posts. What is older
    is not rendered in one of the two plans, and is not compared."""
    return tuple(
        (planned.account, planned.digest[:CONTENT] if planned.due >= since else "", planned.due)
        for planned in entry.planned
    )


def dates(
    content: Content,
    entries: Sequence[Entry],
    deliveries: Deliveries,
    now: datetime | None,
    fresh: Collection[str] = (),
) -> tuple[Problem, ...]:
    """The problems with the dates of ready posts. Posts dated before the plan's `since` are history, except `fresh`
    files: no one writes a post for the past.
    """
    plan = content.plan
    if plan is None or now is None:
        return ()
    since, ever = plan.start(), datetime.min.replace(tzinfo=UTC)
    planned = [
        delivery for entry in entries for delivery in loader.requests(entry, ever if entry.path in fresh else since)
    ]
    return tuple(date_rules.dates(planned, plan, deliveries, now))


def between_runs(
    content: Content,
    entries: Sequence[Entry],
    deliveries: Deliveries,
    now: datetime | None,
    runs: Timetable | None,
) -> tuple[Problem, ...]:
    """The ready posts that are due when no run publishes them; none where no workflow starts runs by itself."""
    plan = content.plan
    if plan is None or now is None or runs is None:
        return ()
    silent, since = {*content.silent}, plan.start()
    planned = (item for entry in entries for item in loader.requests(entry, since) if item.account not in silent)
    return tuple(run_rules.between_runs(planned, plan, deliveries, now, runs))


def _new_anywhere(
    content: Content,
    entries: Sequence[Entry],
    deliveries: Deliveries,
    paths: Collection[str],
    base: Content,
    load: Load,
) -> tuple[Problem, ...]:
    """The same if every post has to be checked again, with the plan and the templates of both."""
    former = load(base)
    names = {entry.path for entry in entries}
    unchanged = [entry for entry in former if entry.path not in paths or entry.path not in names]
    old = _signatures(loader.problems(base, unchanged, deliveries))
    new = loader.problems(content, entries, deliveries)
    servers = _moved(base, content) if PLAN_PATH in paths else ()
    strays = content.source.strays  # a commit's are not looked for: what was there before is not new
    return sort(
        (
            *servers,
            *(
                problem
                for problem in new
                if problem.path in paths or (problem.path not in strays and _signature(problem) not in old)
            ),
        )
    )


def _moved(base: Content, content: Content) -> Iterable[Problem]:
    from cmflow.repository import destinations

    return destinations.problems(base.plan, content.plan) if content.plan else ()


def _over_budget(
    content: Content, entries: Sequence[Entry], deliveries: Deliveries, changes: Changes
) -> Iterator[Problem]:
    """The months over budget in which a changed post is due; all of them where the plan or a template changed."""
    plan, now = content.plan, changes.now
    if plan is None or plan.budget is None or now is None:
        return
    planned = loader.planned(content, entries, deliveries, ())
    standings = status.standings(planned, deliveries, now, content.silent, plan.zone)
    near = [item for entry in entries if _is_near(entry, changes.paths) for item in entry.planned if item.cost]
    starts = {item.due.astimezone(ZoneInfo(plan.zone)).date().replace(day=1) for item in near}
    months = progress.months(plan, entries, standings, now)
    yield from plan_rules.over_budget(plan, (month for month in months if changes.everywhere or month.starts in starts))


def _own(posts: Iterable[Entry]) -> Iterator[Problem]:
    return (problem for entry in posts for problem in entry.problems)


def _deleted(content: Content, changes: Changes) -> Iterator[Entry]:
    """The deleted posts, as they were: posts that reply to them now have a problem."""
    missing = [path for path in changes.paths if path.endswith(".md") and path not in content.source.blobs]
    base = changes.base() if missing else content
    paths = sorted(set(missing) & set(base.post_paths))
    if not paths:
        return
    from cmflow.repository import examination

    for path, data in base.source.read(paths):
        yield examination.entry(examination.survey(path, data, base), base)


Signature = tuple[str, int, str, str, str]


def _signature(problem: Problem) -> Signature:
    """What makes two problems the same: not the hint, which may list alternatives."""
    return problem.path, problem.line, problem.code, problem.message, problem.account


def _signatures(problems: Iterable[Problem]) -> frozenset[Signature]:
    return frozenset(map(_signature, problems))
