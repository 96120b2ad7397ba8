"""`cmflow init`"""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from cmflow import __version__, git
from cmflow.cli.exits import Exit
from cmflow.cli.opening import shipped
from cmflow.errors import SourceError


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False))
@click.option("--timezone", default="UTC", metavar="ZONE", help="The plan's time zone, such as Europe/Paris.")
def command(folder: str, timezone: str) -> int:
    """Make a ready content repository in a folder: a plan, an example post, templates, workflows.

    Nothing that is already there is overwritten.

    \b
      cmflow init our-posts --timezone Europe/Paris
    """
    root = Path(folder)
    wanted = {**_starter(timezone), **shipped("templates/networks"), **shipped("templates/site")}
    there = [path for path in wanted if (root / path).exists()]
    if there:
        raise SourceError(f"{root / there[0]} is there already.", "Choose an empty folder: nothing is overwritten.")
    for path, text in wanted.items():
        _write(root / path, text)
    repository = git.create(root)
    click.echo(f"{root} is ready: {len(wanted)} files.")
    click.echo("  1. Write who you are and where you post: content/plan.md")
    click.echo("  2. See what would go out, with no token and no network: cmflow rehearse")
    if repository:
        click.echo("  3. Commit it: git add . && git commit -m 'Start our calendar'")
    return Exit.FINE


def _starter(timezone: str) -> dict[str, str]:
    """The files of templates/init/, by the path they get in the new repository; the first post is for tomorrow."""
    try:
        tomorrow = datetime.now(ZoneInfo(timezone)) + timedelta(days=1)
    except (ZoneInfoNotFoundError, ValueError):
        raise click.BadParameter(f"there is no time zone {timezone!r}.", param_hint="--timezone") from None
    words = {"timezone": timezone, "date": f"{tomorrow:%Y-%m-%d} 09:30", "version": __version__}
    starter = shipped("templates/init")
    for name, value in words.items():
        starter = {path: text.replace(f"@{name}@", value) for path, text in starter.items()}
    return {path.removeprefix("templates/init/"): text for path, text in starter.items()}


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise SourceError(
            f"{path} cannot be written: {error.strerror}.", "Choose a folder you may write to."
        ) from error
