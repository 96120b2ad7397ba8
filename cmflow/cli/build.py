"""`cmflow build`"""

import os
from pathlib import Path

import click

from cmflow.cli._arguments import at_option, moment
from cmflow.cli._context import REHEARSAL, STATE, open_context
from cmflow.cli._exit import Exit
from cmflow.cli._folder import short
from cmflow.cli._output import refused
from cmflow.model.errors import SourceError
from cmflow.problems.plural import counted

OWN = ("content", "templates", ".git", ".github")  # folders into which no page is written


@click.command()
@click.option("--out", default="_site", metavar="DIR", help="Output folder. Default: _site")
@at_option
@click.option(
    "--address",
    metavar="URL",
    help="Public address of the website; the feeds link to it. Default: `site` in the plan.",
)
@click.option("--rehearsal", is_flag=True, help="Show the last rehearsal instead of what was really sent.")
@click.pass_context
def command(ctx: click.Context, out: str, time: str | None, address: str | None, rehearsal: bool) -> int:
    """Build the calendar website: what is planned, compared with what was sent.

    The pages are plain files: open them from the folder, or host them anywhere. They come with feeds for calendar
    programs, feed readers and spreadsheets, and a copy of each picture in the posts.

    \b
      cmflow build
      cmflow build --out public
      cmflow build --address https://calendar.example.org
    """
    context = open_context(ctx.obj).still()
    from cmflow.cli._calendar import calendar  # meanwhile, git looks at the folder

    branch = REHEARSAL if rehearsal else STATE
    now = moment(time, context.folder.sure_plan.zone)
    folder = _outside_content(context.root, context.root / out)
    index, written = calendar(context, folder, branch, now, _address(address))
    summary = f"{counted(written, 'file')} written." if written else "Nothing has changed."
    click.echo(f"{summary} Open {short(index)}")
    for line in refused([None if rehearsal else context.unclear_remote]):
        click.echo(line, err=True)
    return Exit.FINE


def _outside_content(root: Path, out: Path) -> Path:
    """The folder for the pages. Raises SourceError if it is the repository itself, or holds what is written by hand."""
    path = Path(os.path.realpath(out))
    if path == root.resolve() or any(path.is_relative_to((root / name).resolve()) for name in OWN):
        raise SourceError(f"{short(out)} holds the repository's own files.", "Name another folder: --out _site")
    return out


def _address(text: str | None) -> str:
    """The address that --address gives; "" where it is not given."""
    if not text:
        return ""
    from cmflow.content.fields import url
    from cmflow.content.keys import BadValue

    try:
        return url(text)
    except BadValue as error:
        raise click.UsageError(f"--address: {error} {error.hint}") from None
