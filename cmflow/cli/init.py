"""`cmflow init`"""

import os
import re
import shlex
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from cmflow import git
from cmflow.cli import _provenance
from cmflow.cli._context import shipped
from cmflow.cli._exit import Exit
from cmflow.cli._provenance import Action
from cmflow.model.errors import GitError
from cmflow.model.plan import PLAN_PATH
from cmflow.problems.plural import counted
from cmflow.repository.files import write

MAIN = "main"  # what the templates of the workflows call the branch that is published
WORKFLOWS = ".github/workflows/"
IGNORED = (".cmflow/", "_site/")
NAMED = 6  # files that are named one by one


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False))
@click.option("--timezone", metavar="ZONE", help="The plan's time zone, e.g. Europe/Paris. Default: this computer's.")
@click.option(
    "--action",
    default="",
    metavar="OWNER/NAME@COMMIT",
    help="The action that the workflows use: where on GitHub you keep cmflow. Default: the remote and commit of the "
    "clone that this cmflow comes from. Without one, no workflow is written.",
)
def command(folder: str, timezone: str | None, action: str) -> int:
    """Create a content repository in a folder: a plan, an example post, templates, workflows.

    No existing file is overwritten. Missing files are added; files that differ are listed.

    \b
      cmflow init our-posts --timezone Europe/Paris
      cmflow init .
    """
    root, uses = Path(folder), _provenance.action(action)
    zone = _zone(timezone)
    starter = _starter({"timezone": zone.key, **_days(zone)})
    branch = _branch(root)
    files = {**_workflows(starter, uses, branch), **shipped("templates/networks")}
    existing = [path for path, text in files.items() if _says_otherwise(root / path, text)]
    if PLAN_PATH in existing:  # a team's own content: an example among it would be published
        files = {path: text for path, text in files.items() if not path.startswith("content/")}
    for path, text in files.items():
        if path not in existing:
            write(root / path, text, "Choose a writable folder.")
    click.echo(f"{root} is ready: {counted(len(files.keys() - set(existing)), 'file')}, time zone {zone.key}. Next:")
    for number, step in enumerate([*_git_steps(root), *_next(root, existing), *_on_github(root, uses, branch)], 1):
        click.echo(f"  {number}. {step}")
    return Exit.FINE


def _next(root: Path, existing: list[str]) -> Iterator[str]:
    if root.resolve() != Path.cwd():
        yield f"cd {shlex.quote(str(root))}"
    if existing:
        names = ", ".join(existing[:NAMED]) + (f" and {len(existing) - NAMED} more" if len(existing) > NAMED else "")
        yield f"Review the existing files that were kept: {names}"
    if missing := [name for name in IGNORED if ".gitignore" in existing and name not in _lines(root / ".gitignore")]:
        yield f"Let git ignore what cmflow generates: add {' and '.join(missing)} to .gitignore"
    yield "Describe who you are and where you post: content/plan.md"
    yield "See what would be published, with no token and no network: cmflow rehearse"
    yield "Commit it: git add . && git commit -m 'Start our calendar'"


def _on_github(root: Path, uses: Action | None, branch: str) -> Iterator[str]:
    if branch != MAIN:
        yield f"Note that the workflows publish the branch `{branch}`, which this repository uses"
    if uses is None:
        yield (
            "For GitHub, keep cmflow in a repository of your own there. Workflows are written once it is known: "
            f"cmflow init {shlex.quote(str(root))} --action OWNER/NAME@COMMIT"
        )
    elif uses.unpublished:
        yield f"Push cmflow itself: {uses.name} must have the commit {uses.commit[:7]}, which the workflows use"
    yield "Push it to GitHub: README.md lists the settings it needs there"


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8", "replace").splitlines() if path.is_file() else []


def _says_otherwise(path: Path, text: str) -> bool:
    """Whether something is there that is not what we would write: our own file does not stop a second try."""
    return os.path.lexists(path) and not (path.is_file() and path.read_bytes() == text.encode())


def _git_steps(root: Path) -> list[str]:
    """What must be done before anything can be published: nothing, where git could make a repository."""
    try:
        git.create(root)
    except GitError as error:
        return [f"{error} {error.hint} Then: git init -b main {shlex.quote(str(root))}"]
    if git.discover(root).root.resolve() == root.resolve():
        return []
    return [f"It is inside another repository, but needs its own: git init -b main {shlex.quote(str(root))}"]


def _branch(root: Path) -> str:
    """The branch that is published: main or master where there is one, else what is checked out.

    A name that would need quotes in a workflow is not written there.
    """
    try:
        repository = git.discover(root)
    except GitError:
        return MAIN
    if repository.root.resolve() != root.resolve():
        return MAIN
    refs = ("refs/heads/", "refs/remotes/origin/")
    common = (name for name in (MAIN, "master") if any(repository.resolve(f"{ref}{name}") for ref in refs))
    branch = next(common, repository.branch())
    return branch if re.fullmatch(r"[A-Za-z][\w./-]*", branch, re.ASCII) else MAIN


def _zone(name: str | None) -> ZoneInfo:
    """The zone that is asked for, else this computer's, where it has one with a name that is the same everywhere."""
    from cmflow.content import zones
    from cmflow.content.keys import BadValue

    try:
        return zones.zone(_system_zone() if name is None else name)
    except BadValue as error:
        if name is None:
            return ZoneInfo("UTC")
        raise click.UsageError(f"--timezone: {error} {error.hint}") from None


def _system_zone() -> str:
    from babel.localtime import get_localzone

    try:
        return str(getattr(get_localzone(), "key", "UTC"))
    except (LookupError, OSError, ValueError):  # TZ or the system's files name a zone that is not there
        return "UTC"


def _days(zone: ZoneInfo) -> dict[str, str]:
    """Today, when cmflow takes over, and when the first post is due."""
    today = datetime.now(zone)
    return {"today": f"{today:%Y-%m-%d}", "date": f"{today + timedelta(days=1):%Y-%m-%d} 09:30"}


def _starter(values: Mapping[str, str]) -> dict[str, str]:
    """The files of templates/init/, by the path they get in the new repository, with each @word@ filled in."""
    starter = shipped("templates/init")
    for name, value in values.items():
        starter = {path: text.replace(f"@{name}@", value) for path, text in starter.items()}
    return {path.removeprefix("templates/init/"): text for path, text in starter.items()}


def _workflows(starter: Mapping[str, str], uses: Action | None, branch: str) -> dict[str, str]:
    """The starter with its workflows filled in; without them where it is unknown which action they are to use."""
    files = {}
    for path, text in starter.items():
        if not path.startswith(WORKFLOWS):
            files[path] = text.replace("../../new/main?", f"../../new/{branch}?")
        elif uses:
            for setting in ("branches: [{}]", "ref: {}"):
                text = text.replace(setting.format(MAIN), setting.format(branch))
            files[path] = text.replace('"@action@"', str(uses))
    return files
