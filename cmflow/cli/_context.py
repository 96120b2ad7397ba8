"""What most commands start with: which repository, read from the folder or from a commit.

Reading posts takes far more imports than finding that there is nothing to do: those are imported where they are used.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cmflow import git
from cmflow.model import NEW
from cmflow.model.errors import GitError, LedgerError, SourceError
from cmflow.model.plan import PLAN_PATH
from cmflow.repository import due_cache, shipped
from cmflow.repository.cache import Cache

if TYPE_CHECKING:
    from cmflow.insights.status import Standing
    from cmflow.ledger import Ledger, Snapshot
    from cmflow.ledger.heartbeat import Heartbeat
    from cmflow.model import Entry, Plan, Planned, Stop
    from cmflow.repository.content import Content
    from cmflow.repository.rereading import Rereading

STATE, REHEARSAL = "cmflow-state", "cmflow-rehearsal"  # the ledger's branches
STEP = 20  # posts between two words of progress


@dataclass(frozen=True)
class Context:
    """A content repository at `root`; `repository` is its git, None where there is none."""

    root: Path
    repository: git.Repository | None
    cache: Cache

    @cached_property
    def folder(self) -> Content:
        """The content as it is in the folder."""
        from cmflow.repository import content, source

        return content.open_content(
            source.folder(self.root, self.repository), shipped.templates("templates"), self.cache
        )

    @cached_property
    def commit(self) -> Content:
        """The content as it is committed, which is what gets published."""
        return self.at_commit(self.sure_repository.head())

    def at_commit(self, commit: str) -> Content:
        """The content as it is in that commit."""
        from cmflow.repository import content, source

        return content.open_content(
            source.commit(self.sure_repository, commit), shipped.templates("templates"), self.cache
        )

    @property
    def sure_repository(self) -> git.Repository:
        """The repository, or GitError for what cannot be done without one."""
        if self.repository is None:
            git.discover(self.root)  # says why there is none
            raise SourceError(
                f"{self.root} is inside another git repository.",
                "Publishing needs the content at the top of its own repository: run git init, or move content/ up.",
            )
        return self.repository

    def ledger(self, branch: str) -> Ledger:
        """The ledger on that branch; the rehearsal's stays on this machine."""
        from cmflow.ledger import Ledger

        repository = self.sure_repository
        return Ledger(repository, branch, "" if branch == REHEARSAL else self._remote)

    @cached_property
    def _remote(self) -> str:
        return _remote(self.sure_repository)

    def sync(self, branch: str, now: datetime) -> None:
        """Bring the ledger here and the remote's in line; without a remote there is nothing to do."""
        from cmflow import ledger

        ledger.sync(self.ledger(branch), now)

    def refuse_loss(self) -> None:
        """Raises LedgerError where there is no ledger, though there was one: it is unknown what was published."""
        from cmflow.ledger import loss

        loss.refuse_loss(self.ledger(STATE))

    def news(self) -> str:
        """Bring the ledger here in line with the remote's, without a push; why that could not be done, else ""."""
        if self.repository is None:
            return ""
        from cmflow import ledger

        try:
            ledger.sync(self.ledger(STATE), datetime.now(UTC), push=False)
            self.refuse_loss()
        except (GitError, LedgerError) as error:
            return str(error)
        return ""

    def rename_accounts(self, now: datetime) -> None:
        """Let the ledger call the accounts by the names that they have in the committed plan."""
        (plan,) = self.sure_repository.objects(f"HEAD:{PLAN_PATH}")
        renames = self.cache.load(f"was-{plan}")
        if "was" not in renames:
            accounts = self.commit.plan.accounts if self.commit.plan else ()
            names = {"", NEW, *(account.name for account in accounts)}
            renames = {"was": {account.was: account.name for account in accounts if account.was not in names}}
            self.cache.save(f"was-{plan}", renames)
        if renames["was"]:
            from cmflow.ledger import rename

            rename.rename(self.ledger(STATE), renames["was"], now)

    def rereading(self, clock: Callable[[], datetime]) -> Rereading:
        """What tells whether what is committed has changed since."""
        from cmflow.repository.rereading import Rereading

        repository = self.sure_repository
        remote, branch = repository.upstream()
        branch_followed = (remote, branch) if remote in repository.remotes() else (self._remote, repository.branch())
        return Rereading(repository, *branch_followed, repository.head(), clock)

    def mark_run(self, now: datetime, first: bool = False) -> None:
        """Leave a sign of life in the ledger, every few hours; the `first` begins it, whatever was before."""
        from cmflow.ledger import heartbeat

        heartbeat.mark(self.ledger(STATE), run_name(), now, first=first)

    def last_run(self, branch: str) -> Heartbeat | None:
        """The last sign of life of a run; None where none was here yet."""
        from cmflow.ledger import heartbeat

        return heartbeat.last(self.ledger(branch)) if self.repository else None

    def stop(self) -> Stop | None:
        """The stop that keeps everything from being published; None where there is none."""
        from cmflow.ledger import stops

        return stops.read(self.ledger(STATE)).current if self.repository else None

    def snapshot(self, branch: str) -> Snapshot:
        """What the ledger here remembers; nothing where there is no git."""
        from cmflow import ledger

        context = ledger.Ledger(self.sure_repository, branch) if self.repository else None
        return ledger.read(context) if context else ledger.Snapshot(None, {})

    def with_ends(self, plan: Plan) -> Plan:
        """The plan with the days on which tokens end, as far as the ledger here knows them."""
        if self.repository is None:
            return plan
        from cmflow.publish import tokens

        return tokens.with_ends(plan, self.ledger(STATE))

    def waiting(
        self, entries: Sequence[Entry], planned: Sequence[Planned], now: datetime, last: Heartbeat | None
    ) -> Sequence[Planned]:
        """The deliveries of the folder, each with why a run would not send it: a stop, an approval, a secret that the
        `last` run had not."""
        if self.repository is None:
            return planned
        from cmflow.insights import status
        from cmflow.ledger import heartbeat
        from cmflow.publish import selection
        from cmflow.repository import uncommitted

        ledger, source = self.ledger(STATE), self.folder.source
        reasons = {**(heartbeat.held(last, planned) if last else {}), **uncommitted.reasons(source, entries, planned)}
        return status.withheld(selection.waiting(self.folder.sure_plan, ledger, entries, planned, now), reasons)

    def standings(
        self, snapshot: Snapshot, now: datetime, last: Heartbeat | None = None, rehearsal: bool = False
    ) -> tuple[Standing, ...]:
        """How every delivery of the folder is doing; `last` is the last sign of life of a run.

        A rehearsal asks for no approval, and can publish on every network.
        """
        from cmflow.insights import status
        from cmflow.netkit import network
        from cmflow.repository import loader

        plan, entries = self.folder.sure_plan, self.entries(self.folder)
        planned = loader.planned(self.folder, entries, snapshot.deliveries)
        if rehearsal:
            return status.standings(planned, snapshot.deliveries, now, zone=plan.zone)
        waiting = self.waiting(entries, planned, now, last)
        return status.standings(waiting, snapshot.deliveries, now, network.silent(plan.accounts), plan.zone)

    def unsaved(self) -> Iterator[str]:
        """What a person should know who publishes by hand: what is saved is not what is committed."""
        from cmflow.repository import source, uncommitted

        tree = self.sure_repository.work_tree(*source.CONTENT)
        yield from (
            f"{module} is a repository of its own: nothing of it is published." for module in sorted(tree.modules)
        )
        yield from uncommitted.sentences(tree.uncommitted, source.unpushed(tree))

    def due(self, now: datetime, until: datetime) -> due_cache.Open:
        """What is committed and not over: due until then, or begun."""

        def search(further: datetime) -> due_cache.Open:
            from cmflow.repository.due_index import still_open

            return still_open(self.commit, self.ledger(STATE), self.cache, now, further)

        repository = self.sure_repository
        repository.head()  # says what to do where nothing is committed yet
        trees = repository.objects("HEAD:content", f"refs/heads/{STATE}:deliveries")
        return due_cache.upto(until, trees, self.cache, search)

    @property
    def zone(self) -> str:
        """The time zone of the committed plan; looked up by the plan's blob, without reading it again."""
        (plan,) = self.sure_repository.objects(f"HEAD:{PLAN_PATH}")
        zone = self.cache.load(f"zone-{plan}") or self.commit.sure_plan.zone
        self.cache.save(f"zone-{plan}", zone)
        return str(zone)

    def templates(self, folder: str) -> dict[str, str]:
        """The templates in that folder, by path: the repository's own over those that come with cmflow."""
        own = self.folder.templates.sources
        return {
            **shipped.templates(folder),
            **{path: text for path, text in own.items() if path.startswith(f"{folder}/")},
        }

    def entries(self, content: Content) -> tuple[Entry, ...]:
        """An entry for every post, none without a plan; shows progress on a terminal."""
        if content.plan is None:
            return ()
        from cmflow.repository import loader

        with progress() as report:
            return loader.load(content, self.cache, report)


@contextmanager
def progress() -> Iterator[Callable[[int, int], None] | None]:
    """What shows how many posts are read, where a person is looking."""
    if not sys.stderr.isatty():
        yield None
        return
    try:
        yield _progress
    finally:
        click.echo("\r\033[K", nl=False, err=True, color=True)


def _progress(number: int, of: int) -> None:
    if number % STEP == 0:
        click.echo(f"\rReading posts: {number:,} of {of:,}", nl=False, err=True)


def open_context(root: str | None) -> Context:
    """The repository that --root names, or that the working folder lies in."""
    folder = Path(root).absolute() if root else _root(_working_folder())
    return Context(
        folder, _repository(folder), Cache(Path(os.environ.get("CMFLOW_CACHE") or folder / ".cmflow" / "cache"))
    )


def _working_folder() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise SourceError("The current folder no longer exists.", "Change to your content repository.") from None


def short(path: Path) -> str:
    """The path from here, where it lies below."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def _root(folder: Path) -> Path:
    """The nearest folder upwards that has a plan, of whatever kind: the check says what is wrong with it."""
    for parent in (folder, *folder.parents):
        if os.path.lexists(parent / PLAN_PATH):
            return parent
    raise SourceError(
        f"No {PLAN_PATH} in {folder} or its parents.",
        "Change to a content repository, name one with --root DIR, or create one: cmflow init DIR",
    )


def run_name() -> str:
    """The address of this run on GitHub Actions, else the machine's time."""
    names = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")
    server, repository, run = (os.environ.get(name, "") for name in names)
    if run:
        return f"{server}/{repository}/actions/runs/{run}"
    return f"by hand, {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"


def actor() -> str:
    """Who started this run, where GitHub says so; else ""."""
    return os.environ.get("GITHUB_ACTOR", "")


def _repository(root: Path) -> git.Repository | None:
    try:
        repository = git.discover(root)
    except GitError:
        return None
    return repository if repository.root.resolve() == root.resolve() else None


def _remote(repository: git.Repository) -> str:
    """The remote that holds the ledger: `origin`, else the only one, else the one that this branch follows; "" where
    there is none. It is the lock between runs, so of several it is never guessed."""
    remotes = repository.remotes()
    if "origin" in remotes or len(remotes) < 2:
        return "origin" if "origin" in remotes else "".join(remotes)
    follows, _ = repository.upstream()
    if follows in remotes:
        return follows
    branch = repository.branch() or "a branch"
    raise GitError(
        f"There are {len(remotes)} remotes ({', '.join(remotes)}): it is not known which one holds the ledger.",
        f"Set which one {branch} follows: git branch --set-upstream-to={remotes[0]}/{branch}, or name one `origin`.",
    )
