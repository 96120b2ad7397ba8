"""A new content repository: its files, what is still to be done there, and the branch that it publishes."""

import os
import re
import shlex
from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from cmflow import git
from cmflow.content import plan as plans
from cmflow.content.local_time import as_text
from cmflow.insights import minutes
from cmflow.model.errors import GitError
from cmflow.model.plan import PLAN_PATH
from cmflow.repository import shipped, workflows
from cmflow.repository.files import write
from cmflow.repository.plans import NETWORKS
from cmflow.repository.provenance import Action
from cmflow.values import dataclass

MAIN = "main"  # what the templates of the workflows call the branch that is published
WORKFLOWS = ".github/workflows/"
IGNORED = (".cmflow/", "_site/")
NAMED = 6  # files that are named one by one


@dataclass(frozen=True, slots=True)
class Starter:
    """A folder with the files of a content repository; `differing` were there before with other content, and kept.

    `without_git` says what a person must do where git could not make a repository there.
    """

    root: Path
    written: tuple[str, ...]
    differing: tuple[str, ...]
    branch: str
    uses: Action | None
    without_git: tuple[str, ...]

    def steps(self, here: Path) -> Iterator[str]:
        """Yield what a person does next, from the folder `here`."""
        yield from self.without_git
        yield from self._first(here)
        yield from self._on_github()

    def _first(self, here: Path) -> Iterator[str]:
        if self.root.resolve() != here:
            yield f"cd {shlex.quote(str(self.root))}"
        if self.differing:
            more = f" and {len(self.differing) - NAMED} more" if len(self.differing) > NAMED else ""
            yield f"Review the existing files that were kept: {', '.join(self.differing[:NAMED])}{more}"
        if missing := self._not_ignored():
            yield f"Let git ignore what cmflow generates: add {' and '.join(missing)} to .gitignore"
        yield "Describe who you are and where you post: content/plan.md"
        yield "See what would be published, with no token and no network: cmflow rehearse"
        yield "Commit it: git add . && git commit -m 'Start our calendar'"

    def _not_ignored(self) -> list[str]:
        file = self.root / ".gitignore"
        if ".gitignore" not in self.differing or not file.is_file():
            return list(IGNORED) if ".gitignore" in self.differing else []
        lines = file.read_text("utf-8", "replace").splitlines()
        return [name for name in IGNORED if name not in lines]

    def _on_github(self) -> Iterator[str]:
        if self.branch != MAIN:
            yield f"Note that the workflows publish the branch `{self.branch}`, which this repository uses"
        if self.uses is None:
            yield (
                "To publish from GitHub, keep cmflow in your own repository there, and have the workflows written: "
                "cmflow init . --action OWNER/NAME@COMMIT"
            )
        elif self.uses.unpublished:
            name, commit = self.uses.name, self.uses.commit[:7]
            yield f"Push cmflow itself: {name} must have the commit {commit}, which the workflows use"
        yield "Push it to GitHub: README.md lists the settings it needs there"
        if total := minutes.monthly(workflows.texts(self.root)).total:
            cost = f"runs take about {total:,} minutes of GitHub Actions a month now, free in a public repository"
            yield f"Whenever the plan's accounts or slots change: cmflow schedule ({cost})"


def create(root: Path, zone: ZoneInfo, uses: Action | None, now: datetime) -> Starter:
    """Write the files that the folder lacks, and make it a git repository. Raises SourceError where that is refused.

    Without `uses`, the action that workflows run, no workflow is written; no content where the folder has its own plan.
    """
    branch = _branch(root)
    first = _first(zone, now)
    starter = _scheduled(root, _workflows(_texts(zone, now, first), uses, branch), now, first)
    files = {**starter, **shipped.templates("templates/networks"), **shipped.templates("templates/replies")}
    differing = tuple(path for path, text in files.items() if _differs(root / path, text))
    if PLAN_PATH in differing:  # a team's own content: an example among it would be published
        files = {path: text for path, text in files.items() if not path.startswith("content/")}
    written = tuple(path for path in files if path not in differing)
    for path in written:
        write(root / path, files[path], "Choose a writable folder.")
    return Starter(root, written, differing, branch, uses, tuple(_git_steps(root)))


def _first(zone: ZoneInfo, now: datetime) -> datetime:
    """When the first post is due: tomorrow, so that people soon see one go out."""
    return datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time(9, 30), zone)


def _scheduled(root: Path, files: Mapping[str, str], now: datetime, first: datetime) -> dict[str, str]:
    """The files, the workflows with the cron lines of the plan that is there, or else comes with them and its post."""
    own = root / PLAN_PATH
    data = own.read_bytes() if own.is_file() else files[PLAN_PATH].encode()
    plan = plans.parse(data, PLAN_PATH, NETWORKS)[0] or plans.parse(files[PLAN_PATH].encode(), PLAN_PATH, NETWORKS)[0]
    is_theirs = own.is_file() and not (root / minutes.PUBLISH).is_file()  # and comes without our post
    moments = () if is_theirs else (first,)
    rewrites = workflows.rewrites(files, plan, now, moments) if plan else ()
    return {**files, **{rewrite.path: rewrite.rewritten for rewrite in rewrites}}


def _differs(path: Path, text: str) -> bool:
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


def _texts(zone: ZoneInfo, now: datetime, first: datetime) -> dict[str, str]:
    """The files of templates/init/, by the path they get in the new repository, with each @word@ filled in.

    cmflow takes over today.
    """
    values = {"timezone": zone.key, "today": f"{now.astimezone(zone):%Y-%m-%d}", "date": as_text(first)}
    starter = shipped.templates("templates/init")
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
