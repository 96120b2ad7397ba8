"""What a pull request holds: who wrote its commits, and where it began."""

from cmflow.github import GitHub, decode
from cmflow.github.errors import READING_PULLS


def authors(hub: GitHub, number: int) -> dict[str, str]:
    """Commit → its author's login; "" where GitHub knows nobody of that address."""
    pull = hub.line.home.get_pull(number)
    return hub.line.read(
        READING_PULLS, lambda: {commit.sha: decode.login(commit.author) for commit in pull.get_commits()}
    )


def base(hub: GitHub, number: int) -> str:
    """A commit of the branch it goes to that has nothing of it, whatever became of it later."""
    pull = hub.line.home.get_pull(number)
    return hub.line.read(READING_PULLS, lambda: pull.base.sha)
