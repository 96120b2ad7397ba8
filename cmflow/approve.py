"""What GitHub says of approvals, made into what the ledger keeps: who approved exactly what.

GitHub is asked who approved which commit, and who wrote there. What that commit would have sent nobody is asked: it is
rendered here, from git, by this cmflow. No comment, check or artifact of a pull request can lend anybody an approval.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cmflow import git
from cmflow.errors import GitError, NotAllowed, NotTaken
from cmflow.git import changes
from cmflow.git.history import History
from cmflow.github import Changed, GitHub, Review
from cmflow.github.pulls import authors, changed
from cmflow.model import Approval, Change
from cmflow.review import origin
from cmflow.site import approved
from cmflow.site import history as past
from cmflow.site.content import Content

COUNTS = ("APPROVED", "CHANGES_REQUESTED", "DISMISSED")  # what makes a review somebody's last word
MAY_APPROVE = ("admin", "maintain", "write")
OPEN = 8  # commits whose content is kept at a time


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
        self.pulls_of = lru_cache(None)(self._pulls_of)
        self.reviews = lru_cache(None)(self._reviews)
        self.may = lru_cache(None)(self._may)
        self.authors = lru_cache(None)(self._authors)
        self.doubt = lru_cache(None)(self._doubt)
        self.content = lru_cache(OPEN)(self._content)

    def approvals(self, path: str) -> Iterator[Approval]:
        """Of the post at `path`: pull request by pull request, the last one first."""
        history = self.source.history.changes.get(path, ())
        names = past.names(self.source.history, path)
        for number in dict.fromkeys(self._pulls(history)):
            reviews, notes = self.reviews(number)
            self._note(*notes)
            for review in reviews:
                yield from self._approval(number, review, names, history)

    def _note(self, *sentences: str) -> None:
        """What could not be found out."""
        self.notes |= dict.fromkeys(sentences)
        self.partial |= bool(sentences)

    def _pulls(self, history: Iterable[Change]) -> Iterator[int]:
        """The pull requests that brought these changes; of a change that names none, GitHub may know it."""
        for each in history:
            yield from self.pulls_of(each.commit) if each.pull is None else (each.pull,)

    def _approval(
        self, number: int, review: Review, names: tuple[str, ...], history: Iterable[Change]
    ) -> Iterator[Approval]:
        doubt, content = self.doubt(number, review.commit), self.content(number, review.commit)
        if doubt:
            self.notes[doubt] = None
            return
        if isinstance(content, str):
            self._note(content)
            return
        path = next((name for name in names if name in content.source.blobs), "")
        if path and review.at:
            digests = tuple(sorted(approved.digests(content, path).items()))
            wrote = self._wrote(number, history)
            yield Approval(review.author, review.at, number, review.commit, wrote, digests)

    def _wrote(self, number: int, history: Iterable[Change]) -> tuple[str, ...]:
        """Who wrote this post there; where its commits were squashed nobody knows, and it is all who wrote there."""
        found = self.authors(number)
        own = [found[each.commit] for each in history if each.commit in found]
        return tuple(sorted(set(own or found.values())))

    # ── asked once ──────────────────────────────────────────────────────────────────────────────────────────

    def _pulls_of(self, commit: str) -> tuple[int, ...]:
        try:
            return tuple(each.number for each in self.source.hub.pulls_of(commit) if each.merged)
        except NotTaken:  # nobody has pushed it
            return ()

    def _reviews(self, number: int) -> tuple[tuple[Review, ...], tuple[str, ...]]:
        """What approves, the last word of each person who may write here; and what GitHub does not tell."""
        try:
            said = self.source.hub.reviews(number)
        except NotAllowed as error:
            return (), (f"#{number} cannot be read as a pull request. {error}",)
        last = {each.author: each for each in said if each.state in COUNTS and each.author}
        yes = [each for each in last.values() if each.state == "APPROVED" and each.commit]
        rights = {each.author: self.may(each.author) for each in yes}
        return tuple(each for each in yes if rights[each.author] is True), tuple(
            each for each in rights.values() if isinstance(each, str)
        )

    def _may(self, login: str) -> bool | str:
        """Whether somebody may write here; a sentence where GitHub does not say."""
        try:
            return self.source.hub.permission(login) in MAY_APPROVE
        except NotAllowed as error:
            return f"Whether {login} may write here cannot be read. {error}"

    def _authors(self, number: int) -> dict[str, str]:
        return authors(self.source.hub, number)

    def _doubt(self, number: int, commit: str) -> str:
        """Why nobody can tell what the reviewer was shown: the pull request may have changed how that is made."""
        try:
            found = changed(self.source.hub, number, commit)
        except (NotAllowed, NotTaken):  # as where GitHub names not all of them
            found = Changed((), complete=False)
        others = [*origin.others(found.paths), *(() if found.complete else ("more than GitHub names",))]
        if not others:
            return ""
        what = f"#{number} also changed {others[0]}: what its reviewers were shown may not have been true."
        return f"{what} No approval of it counts. Have the posts proposed alone."

    def _content(self, number: int, commit: str) -> Content | str:
        try:
            changes.bring(self.source.repository, self.source.remote, commit)
            return self.source.opened(commit)
        except GitError as error:
            return f"What was approved in #{number} (commit {commit[:10]}) cannot be had. {error}"
