"""Collect GitHub's approvals for the ledger: who approved exactly what.

GitHub says who approved which commit, and who its authors are. What that commit would have sent is rendered here, from
git, by this cmflow. No comment, check or artifact of a pull request can forge an approval.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from cmflow import git
from cmflow.git import changes
from cmflow.git import history as git_history
from cmflow.git.history import History
from cmflow.github import Comparison, GitHub, PullReview
from cmflow.model import Approval, Change
from cmflow.model.errors import GitError, NotAllowed, NotTaken
from cmflow.model.plan import PLAN_PATH
from cmflow.repository import at_commit
from cmflow.repository import history as past
from cmflow.repository.content import Content
from cmflow.review import origin
from cmflow.values import dataclass

COUNTS = ("APPROVED", "CHANGES_REQUESTED", "DISMISSED")  # the states that replace a reviewer's earlier review
MAY_APPROVE = ("admin", "maintain", "write")
OPEN = 8  # commits whose content is kept open
SHARED = ("templates", PLAN_PATH, "content/media")  # what affects every post, besides itself
RECENT = 20  # commits that changed it whose approvals are considered


@dataclass(frozen=True, slots=True)
class ApprovalSource:
    """Where approvals come from. Missing commits are fetched from `remote`; `open_commit` opens the content of one."""

    hub: GitHub
    repository: git.Repository
    remote: str
    history: History
    open_commit: Callable[[str], Content]


@dataclass(frozen=True, slots=True)
class Collected:
    """The approvals of each post, and sentences about what could not be determined."""

    approvals: Mapping[str, tuple[Approval, ...]]
    notes: tuple[str, ...] = ()


def collect(source: ApprovalSource, posts: Mapping[str, str], former: Mapping[str, Sequence[Approval]]) -> Collected:
    """All approvals of these posts (id → path). If some cannot be determined, the `former` ones are kept."""
    collector = _Collector(source)
    approvals = {}
    for post, path in posts.items():
        collector.partial = False
        fresh = tuple(collector.approvals(path))
        approvals[post] = tuple(dict.fromkeys((*fresh, *former.get(post, ())))) if collector.partial else fresh
    return Collected(approvals, tuple(collector.notes))


class _Collector:
    """One collection of approvals: each query to GitHub or git is made once.

    `notes` say what could not be determined; `partial`: something about the current post could not.
    """

    def __init__(self, source: ApprovalSource) -> None:
        self.source, self.partial = source, False
        self.notes: dict[str, None] = {}
        self.shared_commits = lru_cache(None)(self._shared_commits)
        self.base = lru_cache(None)(self._base)
        self.fork = lru_cache(OPEN)(self._fork)
        self.pulls_of = lru_cache(None)(self._pulls_of)
        self.reviews = lru_cache(None)(self._reviews)
        self.may = lru_cache(None)(self._may)
        self.authors = lru_cache(None)(self._authors)
        self.doubt = lru_cache(None)(self._doubt)
        self.content = lru_cache(OPEN)(self._content)

    def approvals(self, path: str) -> Iterator[Approval]:
        """The approvals of the post at `path`: of the pull requests that changed it, then of those that affected it."""
        history = self.source.history.changes.get(path, ())
        names = past.names(self.source.history, path)
        own = tuple(dict.fromkeys(self._pulls((change.commit, change.pull) for change in history)))
        for number in own:
            reviews, notes = self.reviews(number)
            self._note(*notes)
            for review in reviews:
                yield from self._approval(number, review, names, history)
        for number in dict.fromkeys(self._pulls(self.shared_commits())):
            for review in self.reviews(number)[0] if number not in own else ():
                yield from self._otherwise(number, self._approval(number, review, names, ()), names)

    def _otherwise(self, number: int, approvals: Iterable[Approval], names: tuple[str, ...]) -> Iterator[Approval]:
        """The approvals, only for the accounts that the pull request affects: nothing else was shown in it."""
        for approval in approvals:
            base = self.fork(number, approval.commit)
            old = at_commit.digests(base, _path(base, names)) if base else dict(approval.digests)
            digests = tuple((name, digest) for name, digest in approval.digests if old.get(name) != digest)
            if digests:
                yield replace(approval, digests=digests)

    def _note(self, *sentences: str) -> None:
        """Record what could not be determined."""
        self.notes |= dict.fromkeys(sentences)
        self.partial |= bool(sentences)

    def _pulls(self, commits: Iterable[tuple[str, int | None]]) -> Iterator[int]:
        """The pull requests of these commits; GitHub is queried for a commit that names none."""
        for commit, pull in commits:
            yield from self.pulls_of(commit) if pull is None else (pull,)

    def _approval(
        self, number: int, review: PullReview, names: tuple[str, ...], history: Iterable[Change]
    ) -> Iterator[Approval]:
        doubt, content = self.doubt(number, review.commit), self.content(number, review.commit)
        if doubt:
            self.notes[doubt] = None
            return
        if isinstance(content, str):
            self._note(content)
            return
        path = _path(content, names)
        if path and review.time:
            digests = tuple(sorted(at_commit.digests(content, path).items()))
            wrote = self._wrote(number, history)
            yield Approval(review.author, review.time, number, review.commit, wrote, digests)

    def _wrote(self, number: int, history: Iterable[Change]) -> tuple[str, ...]:
        """The post's authors in that pull request; all its authors if its commits were squashed."""
        logins = self.authors(number)
        own = [logins[change.commit] for change in history if change.commit in logins]
        return tuple(sorted(set(own or logins.values())))

    # ── cached queries ───────────────────────────────────────────────────────────────────────────────────────

    def _shared_commits(self) -> tuple[tuple[str, int | None], ...]:
        """The latest commits that affected posts without changing their files."""
        repository = self.source.repository
        return git_history.landed(repository, repository.head(), RECENT, *SHARED)

    def _fork(self, number: int, commit: str) -> Content | None:
        """The content where that commit of a pull request was forked; None if it is not available."""
        repository = self.source.repository
        try:
            began = repository.merge_base(self.base(number), commit)
            return self.source.open_commit(began) if began else None
        except GitError:
            return None

    def _base(self, number: int) -> str:
        return self.source.hub.base(number)

    def _pulls_of(self, commit: str) -> tuple[int, ...]:
        try:
            return tuple(pull.number for pull in self.source.hub.pulls_of(commit) if pull.merged)
        except NotTaken:  # it was never pushed
            return ()

    def _reviews(self, number: int) -> tuple[tuple[PullReview, ...], tuple[str, ...]]:
        """The approving reviews, the latest of each person with write access; and sentences about missing rights."""
        try:
            reviews = self.source.hub.reviews(number)
        except NotAllowed as error:
            return (), (f"Cannot read #{number} as a pull request. {error}",)
        last = {review.author: review for review in reviews if review.state in COUNTS and review.author}
        yes = [review for review in last.values() if review.state == "APPROVED" and review.commit]
        rights = {review.author: self.may(review.author) for review in yes}
        return tuple(review for review in yes if rights[review.author] is True), tuple(
            right for right in rights.values() if isinstance(right, str)
        )

    def _may(self, login: str) -> bool | str:
        """Whether a user has write access; a sentence if GitHub does not say."""
        try:
            return self.source.hub.permission(login) in MAY_APPROVE
        except NotAllowed as error:
            return f"Cannot read whether {login} has write access. {error}"

    def _authors(self, number: int) -> dict[str, str]:
        return self.source.hub.authors(number)

    def _doubt(self, number: int, commit: str) -> str:
        """Why it is uncertain what the reviewer was shown: the pull request may have changed how that is made."""
        try:
            comparison = self.source.hub.changed_files(self.base(number), commit)
        except (NotAllowed, NotTaken):  # as if GitHub listed only some of them
            comparison = Comparison((), complete=False)
        files = [
            *origin.other_files(comparison.paths),
            *(() if comparison.complete else ("more files than GitHub lists",)),
        ]
        if not files:
            return ""
        sentence = f"#{number} also changed {files[0]}: what its reviewers were shown may have been wrong."
        return f"{sentence} None of its approvals count. Propose the posts in a pull request of their own."

    def _content(self, number: int, commit: str) -> Content | str:
        try:
            changes.fetch(self.source.repository, self.source.remote, commit)
            return self.source.open_commit(commit)
        except GitError as error:
            return f"Cannot fetch what was approved in #{number} (commit {commit[:10]}). {error}"


def _path(content: Content, names: Iterable[str]) -> str:
    """The path of the post in that content; "" if it does not exist."""
    return next((name for name in names if name in content.source.blobs), "")
