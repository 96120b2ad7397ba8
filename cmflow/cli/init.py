"""`cmflow init`"""

import os
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from cmflow.cli._clock import wall_clock
from cmflow.cli._exit import Exit
from cmflow.content import zones
from cmflow.content.keys import BadValue
from cmflow.model.plan import PLAN_PATH
from cmflow.problems.plural import counted
from cmflow.repository import provenance, starter
from cmflow.repository.provenance import Action


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False))
@click.option("--timezone", metavar="ZONE", help="The plan's time zone, e.g. Europe/Paris. Default: this computer's.")
@click.option(
    "--action",
    default="",
    metavar="OWNER/NAME@COMMIT",
    help="The action that the workflows use: where on GitHub you keep cmflow. Default: the remote and commit of the "
    "clone that this cmflow comes from. If there is none, no workflow is written.",
)
def command(folder: str, timezone: str | None, action: str) -> int:
    """Create a content repository in a folder: a plan, an example post, templates, workflows.

    No existing file is overwritten. Missing files are added; files that differ are listed.

    \b
      cmflow init our-posts --timezone Europe/Paris
      cmflow init .
    """
    uses = _action(action) if action else provenance.own()
    zone, doubt = _zone(timezone)
    made = starter.create(Path(folder), zone, uses, wall_clock())
    click.echo(f"{made.root} is ready: {counted(len(made.written), 'file')}, time zone {zone.key}. Next:")
    for number, step in enumerate((*doubt, *made.steps(Path.cwd())), 1):
        click.echo(f"  {number}. {step}")
    return Exit.FINE


def _action(text: str) -> Action:
    pinned = provenance.pinned(text)
    if pinned is None:
        hint = "Write OWNER/NAME@COMMIT with all 40 digits of the commit: a tag or a branch can be moved."
        raise click.UsageError(f"--action: {text!r} does not name a commit. {hint}")
    return pinned


def _zone(name: str | None) -> tuple[ZoneInfo, tuple[str, ...]]:
    """The zone that is asked for, else this computer's, where it has one with a name that is the same everywhere; and
    what to do where it has not."""
    try:
        return zones.zone(_system_zone() if name is None else name), ()
    except BadValue as error:
        if name is None:
            reason = f"it says UTC, as this computer's cannot be used. {error} {error.hint}"
            return ZoneInfo("UTC"), (f"Write your time zone into {PLAN_PATH}: {reason}",)
        raise click.UsageError(f"--timezone: {error} {error.hint}") from None


def _system_zone() -> str:
    if setting := os.environ.get("TZ", "").removeprefix(":"):
        return re.sub(r"^(?:.*/zoneinfo/)?(?:(?:posix|right)/)?", "", setting)
    from babel.localtime import get_localzone

    try:
        return str(getattr(get_localzone(), "key", "UTC"))
    except (LookupError, OSError, ValueError):  # the system's files name a zone that is not there
        return "UTC"
