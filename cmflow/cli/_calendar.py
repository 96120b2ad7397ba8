"""Brings a folder with the calendar's pages up to date, from what the repository and its ledger hold."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from cmflow.cli._context import PLAN, STATE, Opened, progress
from cmflow.cli._web import web
from cmflow.git import history as git_history
from cmflow.ledger import approvals
from cmflow.ledger.heartbeat import Life
from cmflow.model import Change, Entry, Planned
from cmflow.model.errors import SourceError
from cmflow.render.template import TemplateError
from cmflow.repository import history
from cmflow.repository.sent_text import Past
from cmflow.website import build
from cmflow.website.build.disk import DiskFolder

DESIGN = (PLAN, "templates")  # what decides how posts come out, besides themselves


def calendar(here: Opened, out: Path, branch: str, now: datetime, address: str = "") -> tuple[Path, int]:
    """Build the pages into `out`; the first page to open, and how many files were new or changed."""
    return out / "index.html", bring(here, DiskFolder(out), branch, now, address)


def bring(here: Opened, folder: build.Folder, branch: str, now: datetime, address: str = "") -> int:
    """Bring the folder up to date; how many files were new or changed. `address` is the plan's where it is ""."""
    run = here.last_run(branch)
    place = web(here.repository)
    given = build.Given(
        deliveries=here.snapshot(branch).deliveries,
        now=now,
        templates=here.templates("templates/site"),
        last_run=run and run[0],
        stop=here.stop() if branch == STATE else None,
        history=_history(here),
        web=place.address,
        branch=place.branch,
        address=address or here.folder.sure_plan.site,
        approvals=approvals.every(here.ledger(STATE)) if here.repository and branch == STATE else {},
        waiting=partial(_waiting, here, branch, now, run),
        past=_past(here),
        settled=_settled(here),
        rehearsal=branch != STATE,
    )
    with progress() as told:
        try:
            return build.make(here.folder, given, here.cache, folder, told)
        except TemplateError as error:
            raise SourceError(f"{error.path}:{error.line}: {error}", error.hint) from error


def _waiting(
    here: Opened, branch: str, now: datetime, last: Life | None, kept: Sequence[Entry], planned: Sequence[Planned]
) -> Sequence[Planned]:
    """The deliveries, each with why a run would not send it; a rehearsal waits for nobody."""
    return here.waiting(kept, planned, now, last) if branch == STATE else planned


def _past(here: Opened) -> Past | None:
    """The repository as it was when something was sent."""
    return Past(here.repository, here.at_commit, here.cache) if here.repository else None


def _settled(here: Opened) -> datetime | None:
    """When the plan or the templates last changed, as git has it."""
    return git_history.newest(here.repository, *DESIGN) if here.repository else None


def _history(here: Opened) -> Mapping[str, tuple[Change, ...]]:
    """Who changed each post; nothing where nothing is committed yet."""
    commit = here.repository and here.repository.resolve("HEAD")
    return history.load(here.repository, commit, here.cache).changes if here.repository and commit else {}
