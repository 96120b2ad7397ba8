"""`cmflow build`"""

from datetime import datetime
from pathlib import Path

import click

from cmflow import pages
from cmflow.cli.exits import Exit
from cmflow.cli.opening import REHEARSAL, STATE, Opened, opened
from cmflow.cli.times import at_option, moment
from cmflow.errors import SourceError
from cmflow.wording import counted


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
    """
    here = opened(ctx.obj)
    branch = REHEARSAL if rehearsal else STATE
    index, written = calendar(here, here.root / out, branch, moment(at, here.folder.sure_plan.zone))
    click.echo(f"{counted(written, 'page')} written. Open {index}")
    return Exit.FINE


def calendar(here: Opened, out: Path, branch: str, now: datetime) -> tuple[Path, int]:
    """Build the pages into `out`; the first page to open, and how many files were new or changed."""
    content = here.folder
    kept = here.entries(content)
    made = pages.build(kept, content.sure_plan, here.snapshot(branch).deliveries, now, here.templates("templates/site"))
    return out / "index.html", sum(_write(out / name, text) for name, text in made)


def _write(path: Path, text: str) -> bool:
    """Write the file unless it already says so."""
    data = text.encode()
    try:
        if path.is_file() and path.read_bytes() == data:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise SourceError(f"{path} cannot be written: {error.strerror}.", "Choose another folder: --out DIR") from error
    return True
