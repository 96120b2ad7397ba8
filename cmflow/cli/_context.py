"""What most commands start with: which repository, read from the folder or from a commit.

Reading posts takes far more imports than finding that there is nothing to do: those are imported where they are used.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from cmflow import git
from cmflow.cli import _sandbox, _user_cache
from cmflow.cli._actions import run_name
from cmflow.cli._clock import wall_clock, wall_sleep
from cmflow.cli._folder import own_repository, top_folder
from cmflow.model.errors import CmflowError, Denied, GitError, LedgerError, SourceError, UnclearRemote
from cmflow.model.plan import PLAN_PATH
from cmflow.repository import due_cache, shipped
from cmflow.repository.cache import Cache, Memory, code_digest
from cmflow.values import dataclass

if TYPE_CHECKING:
    from cmflow.git.worktree import WorkTree
    from cmflow.insights.status import Standing
    from cmflow.ledger import Ledger, Snapshot
    from cmflow.ledger.heartbeat import Heartbeat
    from cmflow.model import Change, Entry, Key, Plan, Planned, Problem, Stop
    from cmflow.repository.content import Content
    from cmflow.repository.publication_index import PublicationIndex
    from cmflow.repository.rereading import Rereading
    from cmflow.repository.sent_text import SentTexts

STATE, REHEARSAL = "cmflow-state", "cmflow-rehearsal"  # the ledger's branches


@dataclass(frozen=True)
class Context:
    """A content repository at `root`; `repository` is its git, None where there is none."""

    root: Path
    repository: git.Repository | None
    cache: Cache
    in_sandbox: bool = False

    def still(self) -> Context:
        """The same for a command that only looks at the folder: git is asked nothing twice, and looks at it already."""
        context = replace(self, repository=self.repository and self.repository.still())
        _ = context._look
        return context

    @cached_property
    def _look(self) -> Callable[[], WorkTree] | None:
        from cmflow.repository import source

        return source.begin(self.repository) if self.repository else None

    @cached_property
    def folder(self) -> Content:
        """The content as it is in the folder."""
        from cmflow.repository import content, source

        look, templates = self._look, shipped.templates("templates")
        code_digest()  # both take time, which git has meanwhile
        return content.open_content(source.folder(self.root, self.repository, look), templates, self.cache)

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
        """The ledger on that branch; those of a rehearsal and of a sandbox stay on this machine."""
        from cmflow.ledger import Ledger

        repository = self.sure_repository
        is_local = branch == REHEARSAL or self.in_sandbox
        return Ledger(repository, self.branch(branch), "" if is_local else self._remote)

    def branch(self, name: str) -> str:
        """The branch of that name; in a sandbox the one that it has instead."""
        return _sandbox.branch(name) if self.in_sandbox else name

    def local_ledger(self, branch: str) -> Ledger:
        """The same to look at, as this clone has it: there it does not matter which of several remotes holds it."""
        try:
            return self.ledger(branch)
        except UnclearRemote:
            from cmflow.ledger import Ledger

            return Ledger(self.sure_repository, self.branch(branch))

    @property
    def unclear_remote(self) -> UnclearRemote | None:
        """Why it is unknown which remote holds the ledger; None where it is known."""
        try:
            _ = self.repository and self.ledger(STATE)
        except UnclearRemote as error:
            return error
        return None

    @cached_property
    def _remote(self) -> str:
        from cmflow.ledger.remote import remote

        return remote(self.sure_repository)

    def sync(self, branch: str, now: datetime) -> None:
        """Bring the ledger here and the remote's in line; without a remote there is nothing to do."""
        from cmflow import ledger

        ledger.sync(self.ledger(branch), now, pause=wall_sleep)

    def refuse_loss(self) -> None:
        """Raises LedgerError where there is no ledger, though there was one: it is unknown what was published."""
        from cmflow.ledger import loss

        loss.refuse_loss(self.ledger(STATE))

    def refusal(self, now: datetime, is_current: bool = False) -> CmflowError | None:
        """Why publishing what is committed would not start, None where it would; `is_current`: the ledger is."""
        from cmflow.repository import refusals

        try:
            state = self.ledger(STATE)
            entries = self.folder_entries
            refusals.refuse_start(state, self.folder, lambda: self.commit, entries, now, is_current)
        except (GitError, LedgerError, SourceError) as error:
            return error
        return None

    def refused_accounts(self, plan: Plan) -> Mapping[str, Denied]:
        """Why a run here would send nothing to some accounts; by account."""
        if self.in_sandbox:
            return {}  # it has hosts and folders of its own
        from cmflow.repository import refusals

        return refusals.accounts(plan, self.root, os.environ)

    def news(self, branch: str = STATE) -> str:
        """Bring a branch here in line with the remote's; why that could not be done, or that the ledger is gone."""
        try:
            if not (reason := self.fetch(branch)) and self.repository and branch == STATE:
                self.refuse_loss()
        except (GitError, LedgerError) as error:
            return str(error)
        return reason

    def fetch(self, branch: str = STATE) -> str:
        """Bring a branch here in line with the remote's, without a push; why that could not be done, else ""."""
        if self.repository is None:
            return ""
        from cmflow import ledger

        try:
            ledger.sync(self.ledger(branch), wall_clock(), push=False, pause=wall_sleep)
        except UnclearRemote as error:
            return error.in_full
        except (GitError, LedgerError) as error:
            return str(error)
        return ""

    def with_goals(self, plan: Plan, now: datetime) -> Plan:
        """The plan, its goals with what the branch of the readings here knows of them."""
        if self.repository is None or not plan.goals:
            return plan
        from cmflow.ledger import readings
        from cmflow.metrics import gather

        return gather.with_goals(plan, self.local_ledger(readings.BRANCH), now)

    @property
    def reads(self) -> bool:
        """Whether figures of posts are read: there are readings here."""
        from cmflow.ledger import readings

        return bool(self.repository and self.repository.tip(self.branch(readings.BRANCH)))

    @cached_property
    def changes(self) -> Mapping[str, tuple[Change, ...]]:
        """Who changed each post, by path, as git has it; nothing where nothing is committed yet."""
        commit = self.repository and self.repository.resolve("HEAD")
        if self.repository is None or not commit:
            return {}
        from cmflow.repository import history

        return history.load(self.repository, commit, self.cache).changes

    def authors(self) -> dict[str, str]:
        """Who wrote each post first, by path."""
        return {path: entries[-1].author for path, entries in self.changes.items() if entries}

    def rename_accounts(self, now: datetime) -> None:
        """Let the ledger call the accounts by the names that they have in the committed plan."""
        (plan,) = self.sure_repository.objects(f"HEAD:{PLAN_PATH}")
        renames = self.cache.load(f"was-{plan}")
        if "was" not in renames:
            renames = {"was": self.commit.plan.renames() if self.commit.plan else {}}
            self.cache.save(f"was-{plan}", renames)
        if renames["was"]:
            from cmflow.ledger import rename

            rename.rename(self.ledger(STATE), renames["was"], now)

    def rereading(self, clock: Callable[[], datetime]) -> Rereading:
        """What tells whether what is committed has changed since."""
        from cmflow.repository.rereading import Rereading

        return Rereading.begin(self.sure_repository, lambda: self._remote, clock)

    def mark_run(self, now: datetime, first: bool = False) -> None:
        """Leave a sign of life in the ledger, every few hours; the `first` begins it, whatever was before."""
        from cmflow.ledger import heartbeat

        heartbeat.mark(self.ledger(STATE), run_name(), now, first=first)

    def last_run(self, branch: str) -> Heartbeat | None:
        """The last sign of life of a run; None where none was here yet."""
        from cmflow.ledger import heartbeat

        return heartbeat.last(self.local_ledger(branch)) if self.repository else None

    def stop(self) -> Stop | None:
        """The stop that keeps everything from being published; None where there is none."""
        from cmflow.ledger import stops

        return stops.read(self.local_ledger(STATE)).current if self.repository else None

    def snapshot(self, branch: str, only: Collection[Key] | None = None) -> Snapshot:
        """What the ledger here remembers, of `only` these deliveries where given; nothing where there is no git.

        A command that only looks (`still`) takes from the cache what it can; any other reads git itself.
        """
        from cmflow import ledger

        if self.repository is None:
            return ledger.Snapshot(None, {})
        looks = self.repository.answers is not None and only is None
        return self._shown(branch) if looks else ledger.read(self.local_ledger(branch), only)

    def _shown(self, branch: str) -> Snapshot:
        """The same to be shown."""
        from cmflow.repository import snapshots

        return snapshots.read(self.local_ledger(branch), self.cache)

    @cached_property
    def publications(self) -> PublicationIndex | None:
        """What the ledger holds of what was sent, to be shown; None where there is no git."""
        if self.repository is None:
            return None
        from cmflow.repository.publication_index import PublicationIndex

        return PublicationIndex(self.local_ledger(STATE), self._shown(STATE).deliveries, self.cache)

    def sent_texts(self, branch: str) -> SentTexts | None:
        """What tells what was sent, from the ledger and the history; None where there is no git."""
        from cmflow.repository.sent_text import SentTexts

        if self.repository is None:
            return None
        return SentTexts(self.local_ledger(branch), self.at_commit, self.cache)

    def with_ends(self, plan: Plan) -> Plan:
        """The plan with the days on which tokens end, as far as the ledger here knows them."""
        if self.repository is None:
            return plan
        from cmflow.ledger import tokens

        return tokens.with_ends(plan, self.local_ledger(STATE))

    def waiting(
        self,
        entries: Sequence[Entry],
        planned: Sequence[Planned],
        now: datetime,
        last: Heartbeat | None,
        snapshot: Snapshot,
    ) -> Sequence[Planned]:
        """The deliveries of the folder, each with why a run would not send it."""
        if self.repository is None:
            return planned
        from cmflow.repository import standings

        refusals = standings.Refusals(None, self.refused_accounts(self.folder.sure_plan))
        state = self.local_ledger(STATE)
        return standings.waiting(self.folder, state, entries, planned, now, last, snapshot, self.cache, refusals)

    def standings(
        self, snapshot: Snapshot, now: datetime, last: Heartbeat | None = None, refusal: CmflowError | None = None
    ) -> tuple[Standing, ...]:
        """How every delivery of the folder is doing; `last` is the last sign of life of a run, `refusal` why none
        would start."""
        from cmflow.repository import standings

        ledger = self.local_ledger(STATE) if self.repository else None
        refusals = standings.Refusals(refusal, self.refused_accounts(self.folder.sure_plan))
        entries = self.folder_entries
        return standings.standings(self.folder, entries, snapshot, ledger, now, last, self.cache, refusals)

    def removed(self, entries: Sequence[Entry], snapshot: Snapshot, now: datetime) -> Sequence[Problem]:
        """What is due now, and not sent because its file was removed from the ledger."""
        if self.repository is None or self.folder.plan is None:
            return ()
        from cmflow.repository import loader, removals

        state = self.local_ledger(STATE)
        since = self.folder.plan.start()
        planned = (item for entry in entries for item in loader.requests(entry, since))
        return removals.problems(planned, snapshot.deliveries, state, self.cache, now)

    def unread(self, snapshot: Snapshot) -> Sequence[Problem]:
        """What is wrong with the posts of the folder that cannot be read, and so are in no standing."""
        from cmflow.repository import unread

        known = {key.post for key in (*snapshot.deliveries, *snapshot.unreadable)}
        return unread.problems(self.folder, self.folder_entries, known)

    def rehearsed(self, snapshot: Snapshot, now: datetime) -> tuple[Standing, ...]:
        """How every delivery of the last rehearsal did."""
        from cmflow.repository import standings

        return standings.rehearsed(self.folder, self.folder_entries, snapshot, now)

    def due(self, now: datetime, until: datetime) -> due_cache.Open:
        """What is committed and not over: due until then, or begun."""

        def search(further: datetime) -> due_cache.Open:
            from cmflow.repository.due_index import still_open

            return still_open(self.commit, self.ledger(STATE), self.cache, now, further)

        repository = self.sure_repository
        repository.head()  # says what to do where nothing is committed yet
        trees = repository.objects("HEAD:content", f"refs/heads/{self.branch(STATE)}:deliveries")
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

    @cached_property
    def folder_entries(self) -> tuple[Entry, ...]:
        """The entries of the folder, read once."""
        return self.entries(self.folder)

    def entries(self, content: Content) -> tuple[Entry, ...]:
        """An entry for every post, none without a plan, with what was sent of it; shows progress on a terminal."""
        if content.plan is None:
            return ()
        from cmflow.cli._output import progress
        from cmflow.repository import loader

        with progress() as report:
            return loader.load(content, self.cache, report, sent=self.publications)


def open_context(root: str | None, memory: Memory | None = None) -> Context:
    """The repository that --root names, or that the working folder lies in; `memory` is that of the cache."""
    folder = top_folder(root)
    cache = Path(os.environ.get("CMFLOW_CACHE") or folder / ".cmflow" / "cache")
    _user_cache.use_templates(folder)
    _sandbox.announce()
    return Context(folder, own_repository(folder), Cache(cache, memory), _sandbox.is_on())
