"""What is published, read once more before something is sent that a run waited for: it may have been withdrawn."""

import threading
from collections.abc import Callable, Collection
from dataclasses import field
from datetime import datetime, timedelta

from cmflow.git import Repository
from cmflow.model.plan import PLAN_PATH
from cmflow.repository.content import TEMPLATES
from cmflow.values import dataclass

FRESH = timedelta(seconds=30)  # for so long an answer of the remote is as good as another one


@dataclass(slots=True)
class Rereading:
    """What has changed in the branch since `commit`: where it is followed on a remote, there too.

    `read` is when it was last asked for, `news` the paths that had changed by then.
    """

    repository: Repository
    remote: str
    branch: str
    commit: str
    clock: Callable[[], datetime]
    read: datetime | None = None
    news: frozenset[str] = frozenset()
    gate: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def begin(
        cls, repository: Repository, ledger_remote: Callable[[], str], clock: Callable[[], datetime]
    ) -> "Rereading":
        """Return what follows the branch that is checked out: where it is followed, else on the ledger's remote."""
        remote, branch = repository.upstream()
        if remote not in repository.remotes():
            remote, branch = ledger_remote(), repository.branch()
        return cls(repository, remote, branch, repository.head(), clock)

    def changed(self, paths: Collection[str], since: datetime) -> bool:
        """Whether one of these files, the plan or a template is another one now; as of `since` or later.

        Accounts that wait for the same minute share the question. Raises GitError where the remote does not answer.
        """
        with self.gate:
            now = self.clock()
            if self.read is None or self.read < since or now - self.read > FRESH:
                self.read, self.news = now, self._news()
            return any(path in paths or path == PLAN_PATH or path.startswith(TEMPLATES) for path in self.news)

    def _news(self) -> frozenset[str]:
        """Only what others have done since the two histories parted: what is not pushed yet is not news."""
        tips = [self.repository.head()]
        if self.remote and self.branch and (tip := self.repository.fetch(self.remote, self.branch)):
            tips.append(tip)
        news = set[str]()
        for tip in tips:
            if tip != self.commit:
                base = self.repository.merge_base(self.commit, tip) or self.commit
                news |= self.repository.changed(base, tip).keys()
        return frozenset(news)
