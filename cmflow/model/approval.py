"""An approval of a post on GitHub."""

from datetime import datetime

from cmflow.values import dataclass


@dataclass(frozen=True, slots=True)
class Approval:
    """A reviewer's approval of a post at `commit`; `digests` identify what each account would have shown of it.

    `authors` wrote the post in that pull request, by their names on GitHub; "" is an author unknown to GitHub.
    """

    by: str
    time: datetime
    pull: int
    commit: str
    authors: tuple[str, ...]
    digests: tuple[tuple[str, str], ...]

    def digest(self, account: str) -> str:
        """Return what was approved for that account; "" where the post did not go there."""
        return dict(self.digests).get(account, "")
