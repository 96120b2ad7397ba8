"""`cmflow init`"""

import json
import os
import re
import shlex
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from cmflow import __version__, git
from cmflow.cli.exits import Exit
from cmflow.cli.files import write
from cmflow.cli.opening import PLAN, shipped
from cmflow.errors import GitError
from cmflow.wording import counted

ACTION = "cmflow/cmflow"  # the action of action.yml, on GitHub: the one place that says where
IGNORED = (".cmflow/", "_site/")
NAMED = 6  # files that are named one by one


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False))
@click.option("--timezone", metavar="ZONE", help="The plan's time zone, e.g. Europe/Paris. Default: this computer's.")
@click.option(
    "--action",
    default="",
    metavar="OWNER/NAME@COMMIT",
    help="The action that the workflows use, where you keep a copy of cmflow's own.",
)
def command(folder: str, timezone: str | None, action: str) -> int:
    """Make a ready content repository in a folder: a plan, an example post, templates, workflows.

    Nothing that is already there is overwritten: what is missing is added, and what says something else is named.

    \b
      cmflow init our-posts --timezone Europe/Paris
      cmflow init .
    """
    root = Path(folder)
    zone = _zone(timezone)
    starter = _starter({"timezone": zone.key, **_days(zone), '"@action@"': _uses(action)})
    folders = ("templates/networks", "templates/site", "templates/github")
    wanted = {**starter, **{path: text for each in folders for path, text in shipped(each).items()}}
    kept = [path for path, text in wanted.items() if _says_otherwise(root / path, text)]
    if PLAN in kept:  # a team's own content: an example among it would be published
        wanted = {path: text for path, text in wanted.items() if not path.startswith("content/")}
    for path, text in wanted.items():
        if path not in kept:
            write(root / path, text, "Choose a folder you may write to.")
    click.echo(f"{root} is ready: {counted(len(wanted.keys() - set(kept)), 'file')}, time zone {zone.key}. Next:")
    for number, step in enumerate([*_before(root), *_next(root, kept)], 1):
        click.echo(f"  {number}. {step}")
    return Exit.FINE


def _next(root: Path, kept: list[str]) -> Iterator[str]:
    if root.resolve() != Path.cwd():
        yield f"cd {shlex.quote(str(root))}"
    if kept:
        names = ", ".join(kept[:NAMED]) + (f" and {len(kept) - NAMED} more" if len(kept) > NAMED else "")
        yield f"Look at what was there already and is kept as it was: {names}"
    if missing := [each for each in IGNORED if ".gitignore" in kept and each not in _lines(root / ".gitignore")]:
        yield f"Let git leave alone what cmflow makes: add {' and '.join(missing)} to .gitignore"
    yield "Write who you are and where you post: content/plan.md"
    yield "See what would go out, with no token and no network: cmflow rehearse"
    yield "Keep it: git add . && git commit -m 'Start our calendar'"
    yield "Put it on GitHub: README.md says which settings it needs there, once"


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8", "replace").splitlines() if path.is_file() else []


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


def _zone(name: str | None) -> ZoneInfo:
    """The zone that is asked for, else this computer's, where it has one with a name that is the same everywhere."""
    from cmflow.matter import zones
    from cmflow.matter.keys import Wrong

    try:
        return zones.zone(_system_zone() if name is None else name)
    except Wrong as wrong:
        if name is None:
            return ZoneInfo("UTC")
        raise click.UsageError(f"--timezone: {wrong} {wrong.hint}") from None


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


def _starter(words: Mapping[str, str]) -> dict[str, str]:
    """The files of templates/init/, by the path they get in the new repository, with each @word@ filled in."""
    starter = shipped("templates/init")
    for name, value in words.items():
        mark = name if "@" in name else f"@{name}@"
        starter = {path: text.replace(mark, value) for path, text in starter.items()}
    return {path.removeprefix("templates/init/"): text for path, text in starter.items()}


# ── which action ────────────────────────────────────────────────────────────────────────────────────────────


def _uses(given: str) -> str:
    """What `uses:` says: the action at the commit that this cmflow was made from, else at its version."""
    if given and not re.fullmatch(r"[\w.-]+/[\w./-]+@[\w./-]+", given):
        raise click.UsageError(f"--action: {given!r} is not like {ACTION}@v{__version__}.")
    known = _installed_from() or checked_out(Path(__file__))
    address = given or f"{ACTION}@{known or f'v{__version__}'}"
    pinned = re.search(r"@[0-9a-f]{40}$", address)
    return f"{address} # v{__version__}" if pinned else address


def _installed_from() -> str:
    """The commit, where pip installed cmflow from a git repository (PEP 610)."""
    try:
        said = distribution("cmflow").read_text("direct_url.json")
    except PackageNotFoundError:
        return ""
    commit: str = json.loads(said or "{}").get("vcs_info", {}).get("commit_id", "")
    return commit


def checked_out(code: Path) -> str:
    """The commit of the clone of cmflow that this file of it lies in, where its remote has that commit."""
    clone = code.parents[2]
    if not (clone / "action.yml").is_file():
        return ""
    try:
        repository = git.discover(clone)
        here, there = repository.resolve("HEAD"), repository.resolve("refs/remotes/origin/HEAD")
        return here if here and there and repository.is_ancestor(here, there) else ""
    except GitError:
        return ""
