"""What a pull request holds: who wrote its commits, and what a commit of it changes."""

from cmflow.github import Changed, GitHub, reading
from cmflow.github.refusals import READING_PULLS


def authors(hub: GitHub, number: int) -> dict[str, str]:
    """Commit → its author's login; "" where GitHub knows nobody of that address."""
    pull = hub.line.home.get_pull(number)
    found = hub.line.read(READING_PULLS, lambda: list(pull.get_commits()))
    return {each.sha: reading.login(each.author) for each in found}


def changed(hub: GitHub, number: int, commit: str) -> Changed:
    """What the pull request changed as of that commit, whatever became of it later."""
    pull = hub.line.home.get_pull(number)
    return hub.changed_files(hub.line.read(READING_PULLS, lambda: pull.base.sha), commit)
