"""`cmflow build`"""

from datetime import datetime
from pathlib import Path

import click

from cmflow import pages, status
from cmflow.cli.exits import Exit
from cmflow.cli.files import write
from cmflow.cli.opening import REHEARSAL, STATE, Opened, opened, short
from cmflow.cli.times import at_option, moment
from cmflow.ledger import life
from cmflow.site import entries
from cmflow.wording import counted

CHOOSE = "Choose another folder: --out DIR"


@click.command()
@click.option("--out", default="_site", metavar="DIR", help="Where the pages go. Default: _site")
@at_option
@click.option(
    "--rehearsal", is_flag=True, help="Show what the last rehearsal remembers, instead of what was really sent."
)
@click.pass_context
def command(ctx: click.Context, out: str, at: str | None, rehearsal: bool) -> int:
    """Make the calendar page: what is planned, held against what was sent.

    The pages are plain files: open them from the folder, or host them anywhere.

    \b
      cmflow build
      cmflow build --out public
    """
    here = opened(ctx.obj)
    branch = REHEARSAL if rehearsal else STATE
    index, written = calendar(here, here.root / out, branch, moment(at, here.folder.sure_plan.zone))
    said = f"{counted(written, 'page')} written." if written else "Nothing has changed."
    click.echo(f"{said} Open {short(index)}")
    return Exit.FINE


def calendar(here: Opened, out: Path, branch: str, now: datetime) -> tuple[Path, int]:
    """Build the pages into `out`; the first page to open, and how many files were new or changed."""
    content = here.folder
    plan, kept = content.sure_plan, here.entries(content)
    run = life.last(here.ledger(branch)) if here.repository else None
    snapshot = here.snapshot(branch)
    planned = entries.planned(content, kept, snapshot.deliveries)
    standings = status.standings(planned, snapshot.deliveries, now)
    made = pages.Calendar(
        kept,
        plan,
        snapshot.deliveries,
        {(each.post, each.account): each for each in standings},
        pages.found(kept, plan, snapshot.deliveries),
        now,
        run and run[0],
    )
    files = pages.build(made, here.templates("templates/site"))
    return out / "index.html", sum(write(out / name, text, CHOOSE, over=True) for name, text in files)
