"""Who wrote the commits of a pull request, by their names on GitHub."""

from cmflow.github import GitHub, reading
from cmflow.github.refusals import READING_PULLS


def authors(hub: GitHub, number: int) -> dict[str, str]:
    """Commit → its author's login; "" where GitHub knows nobody of that address."""
    pull = hub.line.home.get_pull(number)
    found = hub.line.read(READING_PULLS, lambda: list(pull.get_commits()))
    return {each.sha: reading.login(each.author) for each in found}
