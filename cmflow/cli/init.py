"""`cmflow init`"""

import os
import shlex
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import click

from cmflow import __version__, git
from cmflow.cli.exits import Exit
from cmflow.cli.files import write
from cmflow.cli.opening import shipped
from cmflow.cli.telling import meant
from cmflow.errors import GitError, SourceError
from cmflow.wording import counted


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
    there = [path for path, text in wanted.items() if _says_otherwise(root / path, text)]
    if there:
        raise SourceError(f"{root / there[0]} is there already.", "Choose an empty folder: nothing is overwritten.")
    for path, text in wanted.items():
        write(root / path, text, "Choose a folder you may write to.")
    click.echo(f"{root} is ready: {counted(len(wanted), 'file')}. Next:")
    steps = [
        *([] if root.resolve() == Path.cwd() else [f"cd {shlex.quote(str(root))}"]),
        "Write who you are and where you post: content/plan.md",
        "See what would go out, with no token and no network: cmflow rehearse",
        "Keep it: git add . && git commit -m 'Start our calendar'",
    ]
    for number, step in enumerate([*_before(root), *steps], 1):
        click.echo(f"  {number}. {step}")
    return Exit.FINE


def _says_otherwise(path: Path, text: str) -> bool:
    """Whether something is there that is not what we would write: our own file is no obstacle to a second try."""
    return os.path.lexists(path) and not (path.is_file() and path.read_bytes() == text.encode())


def _before(root: Path) -> list[str]:
    """What must be done before anything can be published: nothing, where git could make a repository."""
    try:
        git.create(root)
    except GitError as error:
        return [f"{error} {error.hint} Then: git init -b main {shlex.quote(str(root))}"]
    if git.discover(root).root.resolve() == root.resolve():
        return []
    return [f"It lies inside another repository, but needs one of its own: git init -b main {shlex.quote(str(root))}"]


def _starter(timezone: str) -> dict[str, str]:
    """The files of templates/init/, by the path they get in the new repository; the first post is for tomorrow."""
    try:
        tomorrow = datetime.now(ZoneInfo(timezone)) + timedelta(days=1)
    except (ZoneInfoNotFoundError, ValueError):
        hint = meant(timezone, sorted(available_timezones()))
        near = hint if hint.startswith("Did") else "It is named like Europe/Paris."
        raise click.UsageError(f"There is no time zone {timezone!r}. {near}") from None
    words = {"timezone": timezone, "date": f"{tomorrow:%Y-%m-%d} 09:30", "version": __version__}
    starter = shipped("templates/init")
    for name, value in words.items():
        starter = {path: text.replace(f"@{name}@", value) for path, text in starter.items()}
    return {path.removeprefix("templates/init/"): text for path, text in starter.items()}
