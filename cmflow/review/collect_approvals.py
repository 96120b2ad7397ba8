"""What GitHub says of approvals, made into what the ledger keeps: who approved exactly what.

GitHub is asked who approved which commit, and who wrote there. What that commit would have sent nobody is asked: it is
rendered here, from git, by this cmflow. No comment, check or artifact of a pull request can lend anybody an approval.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from cmflow import git
from cmflow.git import changes
from cmflow.git import history as git_history
from cmflow.git.history import History
from cmflow.github import Comparison, GitHub, PullReview
from cmflow.model import Approval, Change
from cmflow.model.errors import GitError, NotAllowed, NotTaken
from cmflow.repository import at_commit
from cmflow.repository import history as past
from cmflow.repository.content import Content
from cmflow.review import origin

COUNTS = ("APPROVED", "CHANGES_REQUESTED", "DISMISSED")  # what makes a review somebody's last word
MAY_APPROVE = ("admin", "maintain", "write")
OPEN = 8  # commits whose content is kept at a time
AROUND = ("templates", "content/plan.md", "content/media")  # what decides how posts come out, besides themselves
RECENT = 20  # commits that changed something of it: what was approved with them is looked at


@dataclass(frozen=True, slots=True)
class Source:
    """Where approvals come from. `remote` gives commits that are not here; `opened` opens the content of one."""

    hub: GitHub
    repository: git.Repository
    remote: str
    history: History
    opened: Callable[[str], Content]


@dataclass(frozen=True, slots=True)
class Collected:
    """The approvals of each post, and what could not be found out, as sentences."""

    approvals: Mapping[str, tuple[Approval, ...]]
    notes: tuple[str, ...] = ()


def collect(source: Source, posts: Mapping[str, str], known: Mapping[str, Sequence[Approval]]) -> Collected:
    """All approvals of these posts (id → path). Where something cannot be found out, what is known stays."""
    desk = _Desk(source)
    found = {}
    for post, path in posts.items():
        desk.partial = False
        fresh = tuple(desk.approvals(path))
        found[post] = tuple(dict.fromkeys((*fresh, *known.get(post, ())))) if desk.partial else fresh
    return Collected(found, tuple(desk.notes))


class _Desk:
    """One collecting: what was asked once is not asked again.

    `notes` are what could not be found out; `partial`: something of the post at hand could not.
    """

    def __init__(self, source: Source) -> None:
        self.source, self.partial = source, False
        self.notes: dict[str, None] = {}
        self.around = lru_cache(None)(self._around)
        self.base = lru_cache(None)(self._base)
        self.before = lru_cache(OPEN)(self._before)
        self.pulls_of = lru_cache(None)(self._pulls_of)
        self.reviews = lru_cache(None)(self._reviews)
        self.may = lru_cache(None)(self._may)
        self.authors = lru_cache(None)(self._authors)
        self.doubt = lru_cache(None)(self._doubt)
        self.content = lru_cache(OPEN)(self._content)

    def approvals(self, path: str) -> Iterator[Approval]:
        """Of the post at `path`: those of the pull requests that touched it, then of those that only showed it."""
        history = self.source.history.changes.get(path, ())
        names = past.names(self.source.history, path)
        own = tuple(dict.fromkeys(self._pulls((each.commit, each.pull) for each in history)))
        for number in own:
            reviews, notes = self.reviews(number)
            self._note(*notes)
            for review in reviews:
                yield from self._approval(number, review, names, history)
        for number in dict.fromkeys(self._pulls(self.around())):
            for review in self.reviews(number)[0] if number not in own else ():
                yield from self._otherwise(number, self._approval(number, review, names, ()), names)

    def _otherwise(self, number: int, found: Iterable[Approval], names: tuple[str, ...]) -> Iterator[Approval]:
        """No more of it than comes out otherwise because of that pull request: nothing else was shown there."""
        for each in found:
            before = self.before(number, each.commit)
            old = at_commit.digests(before, _path(before, names)) if before else dict(each.digests)
            seen = tuple((name, digest) for name, digest in each.digests if old.get(name) != digest)
            if seen:
                yield replace(each, digests=seen)

    def _note(self, *sentences: str) -> None:
        """What could not be found out."""
        self.notes |= dict.fromkeys(sentences)
        self.partial |= bool(sentences)

    def _pulls(self, commits: Iterable[tuple[str, int | None]]) -> Iterator[int]:
        """The pull requests that brought these commits; of one that names none, GitHub may know it."""
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
        """Who wrote this post there; where its commits were squashed nobody knows, and it is all who wrote there."""
        found = self.authors(number)
        own = [found[each.commit] for each in history if each.commit in found]
        return tuple(sorted(set(own or found.values())))

    # ── asked once ──────────────────────────────────────────────────────────────────────────────────────────

    def _around(self) -> tuple[tuple[str, int | None], ...]:
        """What last changed how posts come out, without touching them."""
        repository = self.source.repository
        return git_history.landed(repository, repository.head(), RECENT, *AROUND)

    def _before(self, number: int, commit: str) -> Content | None:
        """What that commit of a pull request began from; None where it cannot be had."""
        repository = self.source.repository
        try:
            began = repository.merge_base(self.base(number), commit)
            return self.source.opened(began) if began else None
        except GitError:
            return None

    def _base(self, number: int) -> str:
        return self.source.hub.base(number)

    def _pulls_of(self, commit: str) -> tuple[int, ...]:
        try:
            return tuple(each.number for each in self.source.hub.pulls_of(commit) if each.merged)
        except NotTaken:  # nobody has pushed it
            return ()

    def _reviews(self, number: int) -> tuple[tuple[PullReview, ...], tuple[str, ...]]:
        """What approves, the last word of each person who may write here; and what GitHub does not tell."""
        try:
            said = self.source.hub.reviews(number)
        except NotAllowed as error:
            return (), (f"#{number} cannot be read as a pull request. {error}",)
        last = {each.author: each for each in said if each.state in COUNTS and each.author}
        yes = [each for each in last.values() if each.state == "APPROVED" and each.commit]
        rights = {each.author: self.may(each.author) for each in yes}
        return tuple(each for each in yes if rights[each.author] is True), tuple(
            right for right in rights.values() if isinstance(right, str)
        )

    def _may(self, login: str) -> bool | str:
        """Whether somebody may write here; a sentence where GitHub does not say."""
        try:
            return self.source.hub.permission(login) in MAY_APPROVE
        except NotAllowed as error:
            return f"Whether {login} may write here cannot be read. {error}"

    def _authors(self, number: int) -> dict[str, str]:
        return self.source.hub.authors(number)

    def _doubt(self, number: int, commit: str) -> str:
        """Why nobody can tell what the reviewer was shown: the pull request may have changed how that is made."""
        try:
            found = self.source.hub.changed_files(self.base(number), commit)
        except (NotAllowed, NotTaken):  # as where GitHub names not all of them
            found = Comparison((), complete=False)
        others = [*origin.others(found.paths), *(() if found.complete else ("more than GitHub names",))]
        if not others:
            return ""
        what = f"#{number} also changed {others[0]}: what its reviewers were shown may not have been true."
        return f"{what} No approval of it counts. Have the posts proposed alone."

    def _content(self, number: int, commit: str) -> Content | str:
        try:
            changes.fetch(self.source.repository, self.source.remote, commit)
            return self.source.opened(commit)
        except GitError as error:
            return f"What was approved in #{number} (commit {commit[:10]}) cannot be had. {error}"


def _path(content: Content, names: Iterable[str]) -> str:
    """Where the post stands there; "" where it does not."""
    return next((name for name in names if name in content.source.blobs), "")
