"""The issues of another team: a conversation is handed to them, and they say when they are done by closing it."""

from datetime import UTC, datetime
from typing import NamedTuple

from cmflow.github import GitHub
from cmflow.github.issues import IssueRecord
from cmflow.inbox import marks
from cmflow.inbox.helpdesk import Sheet
from cmflow.model.errors import GitHubError
from cmflow.values import dataclass

RELAY_TOKEN = "CMFLOW_RELAY_TOKEN"  # the variable with a token for the repositories of other teams


class Progress(NamedTuple):
    """How far the other team is: `closed` is when they closed it, None while it is open; `url` is where it is now."""

    url: str
    closed: datetime | None


@dataclass
class Tracker:
    """The issues of the hub's repository, in which we have no labels and no rights but to write."""

    hub: GitHub

    @property
    def is_public(self) -> bool:
        """Whether anybody can read what is written there: a message that is not public does not belong there."""
        return not self.hub.issues.facts.is_private

    def open(self, mark: str, sheet: Sheet, since: datetime) -> int:
        """The number of the issue with that mark; opened unless it was, at `since` or later. Raises GitHubError."""
        first = since.astimezone(UTC).replace(microsecond=0)
        recent = (issue for issue in self.hub.issues.listed(since) if issue.created >= first)
        known = (issue.number for issue in recent if self._is_ours(issue.author, issue.body, mark))
        number = next(known, None)
        return number or self.hub.issues.create(sheet.title, marks.note(mark, sheet.body)).number

    def join(self, number: int, mark: str, text: str) -> str:
        """Write a comment on an issue that they have, unless it is there; return its address.

        Raises GitHubError where there is no such issue, or it takes no comments.
        """
        for comment in self.hub.issues.comments(number):
            if self._is_ours(comment.author, comment.body, mark):
                return comment.url
        written = self.hub.issues.comment(number, marks.note(mark, text))
        if written is None:
            hint = "It was deleted, or moved to another repository. Name another one."
            raise GitHubError(f"There is no issue {number} in {self.hub.connection.repository}.", hint)
        return written.url

    def progress(self, number: int) -> Progress | None:
        """How far the issue is, wherever it was moved to since; None where it is not there any more."""
        issue: IssueRecord | None = self.hub.issues.look(number)
        return Progress(issue.url, issue.closed) if issue else None

    def _is_ours(self, author: str, body: str, mark: str) -> bool:
        return marks.note_mark(body)[0] == marks.safe(mark) and author == self.hub.login
