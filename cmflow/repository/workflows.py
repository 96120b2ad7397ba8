"""The workflows of a content repository: when they start, and their cron lines as the plan needs them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from cmflow.content import workflow
from cmflow.insights.minutes import PUBLISH
from cmflow.model import Delivery, Entry, Key, Plan, State, Status
from cmflow.model.errors import SourceError
from cmflow.repository.files import write
from cmflow.schedule import cron, timetable, utc
from cmflow.schedule.cron import Timetable
from cmflow.schedule.timetable import CronLine
from cmflow.values import dataclass

FOLDER = ".github/workflows"
METRICS, INBOX = f"{FOLDER}/metrics.yml", f"{FOLDER}/inbox.yml"
OVER = (State.SENT, State.SKIPPED, State.SENDING, State.UNSURE)  # what no run of the schedule has to be there for


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A workflow with the lines that the plan needs: what it was, what it becomes, and whether it does without."""

    path: str
    text: str
    rewritten: str
    lines: tuple[CronLine, ...]
    fits: bool

    @property
    def changed(self) -> bool:
        return self.text != self.rewritten


def texts(root: Path) -> dict[str, str]:
    """Return the workflows of the folder, by path. One that is not text is left out."""
    contents = {}
    for path in sorted((root / FOLDER).glob("*.yml")):
        try:
            contents[path.relative_to(root).as_posix()] = path.read_bytes().decode()
        except (OSError, UnicodeDecodeError):
            continue
    return contents


def publishing(root: Path) -> Timetable | None:
    """Return when the folder's workflow publishes; None where none does by itself: something else starts the runs."""
    return _starts(root, PUBLISH)


def listening(root: Path) -> Timetable | None:
    """Return when the folder's workflow reads the inbox; None where none does by itself."""
    return _starts(root, INBOX)


def _starts(root: Path, path: str) -> Timetable | None:
    try:
        text = (root / path).read_bytes().decode()
    except (OSError, UnicodeDecodeError):
        return None
    return _timetable(text)


def upcoming(
    entries: Iterable[Entry], deliveries: Mapping[Key, Delivery], silent: Collection[str], now: datetime
) -> Sequence[datetime]:
    """Return when posts are due that a run has to publish, as far ahead as they get runs of their own.

    `silent` are the accounts that no run can publish to.
    """
    return [
        planned.due
        for entry in entries
        if entry.status is Status.READY
        for planned in entry.planned
        if now < planned.due <= now + timetable.AHEAD and planned.account not in silent
        if not ((sent := deliveries.get(Key(planned.post, planned.account))) and sent.state in OVER)
    ]


def rewrites(
    texts: Mapping[str, str], plan: Plan, now: datetime, moments: Sequence[datetime] = (), in_utc: bool | None = None
) -> tuple[Rewrite, ...]:
    """Return the workflows whose cron lines come from the plan. Raises SourceError where one cannot have such lines.

    `in_utc`: for a server that knows no zone beside a cron line; None keeps it as each workflow has it.
    """
    paths = (path for path in (PUBLISH, METRICS, INBOX) if path in texts)
    return tuple(_rewrite(path, texts[path], plan, now, moments, in_utc) for path in paths)


def save(root: Path, rewrites: Iterable[Rewrite]) -> None:
    """Write what changed."""
    for rewrite in rewrites:
        write(root / rewrite.path, rewrite.rewritten, "Check the permissions of the folder.", over=True, within=root)


def _rewrite(
    path: str, text: str, plan: Plan, now: datetime, moments: Sequence[datetime], in_utc: bool | None
) -> Rewrite:
    current = workflow.scheduled(text)
    if path == PUBLISH:
        lines, fits = _publishing(text, plan, moments)
    elif path == INBOX:
        lines, fits = timetable.of_inbox(plan, [*_able(plan, "inbox")]), True
    else:
        lines, fits = timetable.of_metrics(plan, [*_able(plan, "metrics")] or _names(plan)), True
    if _is_in_utc(current) if in_utc is None else in_utc:
        lines = utc.in_utc(lines, now)
    fits = fits and _own(current) == [(line.cron, line.zone) for line in lines if not line.is_for_posts]
    try:
        changed = workflow.rewritten(text, [(line.cron, line.zone, line.note) for line in lines])
    except workflow.NotMarked as error:
        raise SourceError(f"{path}: cmflow cannot tell where its schedule belongs.", str(error)) from None
    return Rewrite(path, text, changed, lines, fits)


def _publishing(text: str, plan: Plan, moments: Sequence[datetime]) -> tuple[tuple[CronLine, ...], bool]:
    """The lines, and whether the runs that the text has cover those posts."""
    from cmflow.netkit import network

    window, silent = workflow.waiting(text), {*network.silent(plan.accounts)}
    names = [account.name for account in plan.accounts if account.name not in silent]
    lines = timetable.of_plan(plan, names, window)
    foreign = (_parsed(line) for line in workflow.scheduled(text) if not _is_ours(line))
    covered = (*filter(None, foreign), *(line.parsed() for line in lines))
    own = timetable.of_posts(plan, moments, window, Timetable(covered, window))
    present = _timetable(text)
    return (*lines, *own), present is not None and all(map(present.covers, moments))


def _timetable(text: str) -> Timetable | None:
    lines = tuple(filter(None, map(_parsed, workflow.scheduled(text))))
    return Timetable(lines, workflow.waiting(text)) if lines else None


def _parsed(line: workflow.Scheduled) -> cron.Cron | None:
    return cron.parse(line.cron, line.zone)


def _is_ours(line: workflow.Scheduled) -> bool:
    """Whether it goes when cmflow writes its own."""
    return line.ours or line.cron in workflow.SHIPPED


def _is_in_utc(lines: Iterable[workflow.Scheduled]) -> bool:
    """Whether cmflow wrote lines for a server that knows no zones."""
    zones = {line.zone for line in lines if line.ours}
    return zones == {""}


def _names(plan: Plan) -> list[str]:
    return [account.name for account in plan.accounts]


def _own(lines: Iterable[workflow.Scheduled]) -> list[tuple[str, str]]:
    """What cmflow wrote for the plan's times, without what it wrote for single posts."""
    return [(line.cron, line.zone) for line in lines if line.ours and not line.note.startswith(timetable.POST_NOTE)]


def _able(plan: Plan, ability: str) -> Iterator[str]:
    """The accounts whose network has that ability."""
    from cmflow.netkit import network

    return (account.name for account in plan.accounts if getattr(network.load(account.network), ability))
