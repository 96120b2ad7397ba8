"""`cmflow build`"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from pathlib import Path

import click

from cmflow.cli._context import PLAN, REHEARSAL, STATE, Opened, opened, progress, shipped, short
from cmflow.cli._exit import Exit
from cmflow.cli._files import in_bytes, write
from cmflow.cli._time import at_option, moment
from cmflow.cli._web import web
from cmflow.git import history as git_history
from cmflow.ledger import approvals
from cmflow.ledger.heartbeat import Life
from cmflow.model import Change, Entry, Planned
from cmflow.model.errors import SourceError
from cmflow.problems.plural import counted
from cmflow.render.template import TemplateError
from cmflow.repository import history, source
from cmflow.repository.content import Content, open_content
from cmflow.repository.sent_text import Past
from cmflow.website import build

AROUND = (PLAN, "templates")  # what decides how posts come out, besides themselves
CHOOSE = "Choose another folder: --out DIR"


@click.command()
@click.option("--out", default="_site", metavar="DIR", help="Where the pages go. Default: _site")
@at_option
@click.option(
    "--address",
    metavar="URL",
    help="Where the pages can be seen by everybody who should: the feeds lead there. Default: `site` in the plan.",
)
@click.option(
    "--rehearsal", is_flag=True, help="Show what the last rehearsal remembers, instead of what was really sent."
)
@click.pass_context
def command(ctx: click.Context, out: str, at: str | None, address: str | None, rehearsal: bool) -> int:
    """Make the calendar page: what is planned, held against what was sent.

    The pages are plain files: open them from the folder, or host them anywhere. With them come feeds for calendar
    programs, feed readers and spreadsheets, and a copy of each picture that posts show.

    \b
      cmflow build
      cmflow build --out public
      cmflow build --address https://calendar.example.org
    """
    here = opened(ctx.obj)
    branch = REHEARSAL if rehearsal else STATE
    now = moment(at, here.folder.sure_plan.zone)
    index, written = calendar(here, here.root / out, branch, now, _address(address))
    said = f"{counted(written, 'file')} written." if written else "Nothing has changed."
    click.echo(f"{said} Open {short(index)}")
    return Exit.FINE


def _address(text: str | None) -> str:
    """The address that --address gives; "" where it is not given."""
    from cmflow.content.fields import url
    from cmflow.content.keys import Wrong

    try:
        return url(text) if text else ""
    except Wrong as error:
        raise click.UsageError(f"--address: {error} {error.hint}") from None


def calendar(here: Opened, out: Path, branch: str, now: datetime, address: str = "") -> tuple[Path, int]:
    """Build the pages into `out`; the first page to open, and how many files were new or changed."""
    return out / "index.html", bring(here, Folder(out), branch, now, address)


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
    if here.repository is None:
        return None
    repository = here.repository

    def opened(commit: str) -> Content:
        return open_content(source.commit(repository, commit), shipped("templates"), here.cache)

    return Past(repository, opened, here.cache)


def _settled(here: Opened) -> datetime | None:
    """When the plan or the templates last changed, as git has it."""
    return git_history.newest(here.repository, *AROUND) if here.repository else None


def _history(here: Opened) -> Mapping[str, tuple[Change, ...]]:
    """Who changed each post; nothing where nothing is committed yet."""
    commit = here.repository and here.repository.resolve("HEAD")
    return history.load(here.repository, commit, here.cache).changes if here.repository and commit else {}


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of this machine that pages go into."""

    path: Path

    @property
    def name(self) -> str:
        return sha256(os.fsencode(self.path.absolute())).hexdigest()[:16]

    def there(self, folder: str) -> Iterator[str]:
        place, above = self.path / folder, folder and f"{folder}/"
        return (f"{above}{each.name}" for each in os.scandir(place)) if place.is_dir() else iter(())

    def size(self, path: str) -> int:
        place = self.path / path
        return place.stat().st_size if place.is_file() and not place.is_symlink() else -1

    def write(self, path: str, data: str | bytes) -> bool:
        """A new page is simply written: cut off, it is not a page of the edition, and the next run writes it again."""
        place = self.path / path
        try:
            with place.open("xb") as file:
                file.write(in_bytes(data))
        except OSError:  # it is there, or its folder is not, or the disk is full
            if place.is_symlink():  # the page goes here, not to where somebody made it lead
                place.unlink()
            return write(place, data, CHOOSE, over=True, within=self.path)
        return True

    def remove(self, path: str) -> None:
        """What lies behind a link out of the folder is somebody else's."""
        place = self.path / path
        if place.parent.resolve().is_relative_to(self.path.resolve()):
            place.unlink(missing_ok=True)
