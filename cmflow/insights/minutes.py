"""What the runs that workflows start by themselves cost, in GitHub's minutes. Pure."""

from collections.abc import Mapping

from cmflow.content import workflow
from cmflow.schedule import cron
from cmflow.schedule.timetable import LEAD, SLOT_NOTE
from cmflow.values import dataclass

PUBLISH = ".github/workflows/publish.yml"
PAGES = ".github/workflows/pages.yml"
YEAR = 2027  # any that is not a leap year
PAGES_JOBS = 2  # build and deploy
FREE = 2_000  # minutes a month that GitHub's free plan has for private repositories


@dataclass(frozen=True, slots=True)
class Minutes:
    """In a month: the runs of each workflow, by its path; minutes of waiting at most; minutes of Pages, if they are on.

    A run is one job, which GitHub rounds up to a minute.
    """

    runs: Mapping[str, int]
    waiting: int
    pages: int

    @property
    def total(self) -> int:
        return sum(self.runs.values()) + self.waiting


def monthly(texts: Mapping[str, str]) -> Minutes:
    """Return what these workflows, texts by path, cost in an average month."""
    exact = {path: sum(_monthly(line) for line in workflow.scheduled(text)) for path, text in texts.items()}
    runs = {path: round(number) for path, number in exact.items() if number}
    own = [line for line in workflow.scheduled(texts.get(PUBLISH, "")) if line.note.startswith(SLOT_NOTE)]
    waiting = sum(map(_monthly, own)) * (LEAD.total_seconds() / 60)
    follows = "workflow_run:" in texts.get(PAGES, "") and "Publish" in texts.get(PAGES, "")
    return Minutes(runs, round(waiting), runs.get(PUBLISH, 0) * PAGES_JOBS if follows else 0)


def _monthly(line: workflow.Scheduled) -> float:
    parsed = cron.parse(line.cron, line.zone)
    return parsed.monthly(YEAR) if parsed else 0
