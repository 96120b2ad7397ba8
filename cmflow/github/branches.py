"""A branch with files, as one commit on top of another, and the pull request that proposes proposal."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from cmflow.github import values
from cmflow.github.client import Connection
from cmflow.github.errors import PROPOSING, READING_FILES, READING_PULLS, WRITING_FILES
from cmflow.github.values import Pull
from cmflow.model.errors import NotAllowed
from cmflow.values import dataclass

if TYPE_CHECKING:
    from github.GitCommit import GitCommit
    from github.InputGitTreeElement import InputGitTreeElement


@dataclass(frozen=True, slots=True)
class Proposal:
    """Files for `branch`, proposed to `base`; `author` is the commit author's name and address, None for ourselves."""

    branch: str
    files: Mapping[str, str]
    title: str
    body: str
    base: str
    author: tuple[str, str] | None


def draft_pull(connection: Connection, proposal: Proposal) -> Pull:
    """Commit the files to the branch and open a draft pull request; an existing branch or pull request is reused."""
    home = connection.home
    owner = connection.repository.partition("/")[0]
    commit, is_new = _start(connection, proposal.branch, proposal.base)
    head = _commit(connection, commit, proposal)
    if is_new:
        connection.write(WRITING_FILES, lambda: home.create_git_ref(f"refs/heads/{proposal.branch}", head.sha))
    else:
        connection.write(WRITING_FILES, lambda: home.get_git_ref(f"heads/{proposal.branch}").complete().edit(head.sha))
    for pull in connection.read(
        READING_PULLS, lambda: list(home.get_pulls(state="open", head=f"{owner}:{proposal.branch}"))
    ):
        if pull.head.ref == proposal.branch:
            return replace(values.pull(pull), head_sha=head.sha)  # a list may still show the former commit
    return values.pull(
        connection.write(
            PROPOSING,
            lambda: home.create_pull(
                proposal.base, proposal.branch, title=proposal.title, body=proposal.body, draft=True
            ),
        )
    )


def _start(connection: Connection, branch: str, base: str) -> tuple[str, bool]:
    """The parent commit, and whether the branch is new."""
    home = connection.home
    try:
        return connection.read(READING_FILES, lambda: home.get_git_ref(f"heads/{branch}").object.sha), False
    except NotAllowed:
        return connection.read(READING_FILES, lambda: home.get_git_ref(f"heads/{base}").object.sha), True


def _commit(connection: Connection, parent: str, proposal: Proposal) -> "GitCommit":
    from github import InputGitAuthor
    from github.GithubObject import NotSet

    home, author = connection.home, InputGitAuthor(*proposal.author) if proposal.author else NotSet
    base = connection.read(READING_FILES, lambda: home.get_git_commit(parent))
    elements = [_element(path, text) for path, text in sorted(proposal.files.items())]
    tree = connection.write(WRITING_FILES, lambda: home.create_git_tree(elements, base.tree))
    return connection.write(WRITING_FILES, lambda: home.create_git_commit(proposal.title, tree, [base], author))


def _element(path: str, text: str) -> "InputGitTreeElement":
    from github import InputGitTreeElement

    return InputGitTreeElement(path, "100644", "blob", content=text)
