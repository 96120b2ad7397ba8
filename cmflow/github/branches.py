"""A branch with files, as one commit on top of another, and the pull request that proposes it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cmflow.github import decode
from cmflow.github.client import Line
from cmflow.github.errors import PROPOSING, READING_FILES, READING_PULLS, WRITING_FILES
from cmflow.github.values import Pull
from cmflow.model.errors import NotAllowed

if TYPE_CHECKING:
    from github.GitCommit import GitCommit
    from github.InputGitTreeElement import InputGitTreeElement


@dataclass(frozen=True, slots=True)
class Proposal:
    """Files for `branch`, proposed to `base`; `author` is the commit's, name and address, None for ourselves."""

    branch: str
    files: Mapping[str, str]
    title: str
    body: str
    base: str
    author: tuple[str, str] | None


def draft_pull(line: Line, it: Proposal) -> Pull:
    """Put the files on the branch and propose it as a draft; a branch or proposal that is there is used on."""
    home = line.home
    owner = line.repository.partition("/")[0]
    commit, is_new = _start(line, it.branch, it.base)
    made = _commit(line, commit, it)
    if is_new:
        line.write(WRITING_FILES, lambda: home.create_git_ref(f"refs/heads/{it.branch}", made.sha))
    else:
        line.write(WRITING_FILES, lambda: home.get_git_ref(f"heads/{it.branch}").complete().edit(made.sha))
    for each in line.read(READING_PULLS, lambda: list(home.get_pulls(state="open", head=f"{owner}:{it.branch}"))):
        if each.head.ref == it.branch:
            return replace(decode.pull(each), head_sha=made.sha)  # a list may still say what was there before
    return decode.pull(
        line.write(PROPOSING, lambda: home.create_pull(it.base, it.branch, title=it.title, body=it.body, draft=True))
    )


def _start(line: Line, branch: str, base: str) -> tuple[str, bool]:
    """The commit to go on from, and whether the branch is yet to be made."""
    home = line.home
    try:
        return line.read(READING_FILES, lambda: home.get_git_ref(f"heads/{branch}").object.sha), False
    except NotAllowed:
        return line.read(READING_FILES, lambda: home.get_git_ref(f"heads/{base}").object.sha), True


def _commit(line: Line, parent: str, it: Proposal) -> "GitCommit":
    from github import InputGitAuthor
    from github.GithubObject import NotSet

    home, author = line.home, InputGitAuthor(*it.author) if it.author else NotSet
    before = line.read(READING_FILES, lambda: home.get_git_commit(parent))
    elements = [_element(path, text) for path, text in sorted(it.files.items())]
    tree = line.write(WRITING_FILES, lambda: home.create_git_tree(elements, before.tree))
    return line.write(WRITING_FILES, lambda: home.create_git_commit(it.title, tree, [before], author))


def _element(path: str, text: str) -> "InputGitTreeElement":
    from github import InputGitTreeElement

    return InputGitTreeElement(path, "100644", "blob", content=text)
