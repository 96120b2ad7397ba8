"""Conversations as issues of a repository on GitHub: this one, or another that only the team can read."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import field
from datetime import UTC, datetime

from cmflow.github import GitHub
from cmflow.github.errors import TOKEN, env
from cmflow.github.issues import CommentRecord, IssueRecord
from cmflow.inbox import marks
from cmflow.inbox.helpdesk import Note, Sheet, Ticket
from cmflow.inbox.wording import INBOX
from cmflow.model.errors import GitHubError, Missing
from cmflow.values import dataclass

INBOX_TOKEN = "CMFLOW_INBOX_TOKEN"  # the variable with a token for another repository
LOOKS = 20  # issues that one run looks at to see whether they were deleted
WRITERS = ("admin", "maintain", "write")


def token(repository: str, home: str, environ: Mapping[str, str], variable: str = INBOX_TOKEN) -> tuple[str, str]:
    """The token for that repository, and the variable it is from; `home` is the job's own repository.

    Raises GitHubError where another repository has no token of its own.
    """
    if environ.get(variable, "").strip():
        return environ[variable], variable
    if repository.casefold() != home.casefold():
        hint = f"Make a token that may read and write its issues, and pass it to the job: {env(variable)}"
        raise GitHubError(f"This job's own token may do nothing in another repository: {repository}.", hint)
    return environ.get(TOKEN) or environ.get("GH_TOKEN", ""), TOKEN


@dataclass
class GitHubHelpdesk:
    """A helpdesk whose tickets are issues with the label `inbox`, opened by our own account."""

    hub: GitHub
    writers: dict[str, bool] = field(default_factory=dict, repr=False)

    @property
    def is_public(self) -> bool:
        return not self.hub.issues.facts.is_private

    @property
    def location(self) -> str:
        return f"{self.hub.issues.facts.id} {self.hub.connection.repository}"

    def may_answer(self, login: str) -> bool:
        """Whether that person has write access; asked once per run."""
        if login not in self.writers:
            try:
                self.writers[login] = bool(login) and self.hub.permission(login) in WRITERS
            except Missing:  # GitHub knows no such person: a deleted account, a bot
                self.writers[login] = False
        return self.writers[login]

    # ── tickets ─────────────────────────────────────────────────────────────────────────────────────────────

    def find(self, mark: str, since: datetime) -> str | None:
        first, name = _seconds(since), marks.safe(mark)
        issues = (issue for issue in self._ours(since) if issue.created >= first)
        return next((str(issue.number) for issue in issues if marks.read(issue.body).mark == name), None)

    def open(self, mark: str, sheet: Sheet) -> str:
        labels = self._labels((), sheet)
        title = " ".join(sheet.title.split())
        body = marks.body(mark, Sheet(title, sheet.body))
        return str(self.hub.issues.create(title, body, labels, sheet.assignees).number)

    def read(self, ticket: str) -> Ticket | None:
        issue = self.hub.issues.issue(number) if (number := _number(ticket)) else None
        return _ticket(issue, self._notes(self.hub.issues.comments(issue.number))) if issue else None

    def edit(self, ticket: str, mark: str, sheet: Sheet) -> None:
        issue = self.hub.issues.issue(number) if (number := _number(ticket)) else None
        if issue is None:
            return
        labels = self._labels(issue.labels, sheet)
        tidy = Sheet(" ".join(sheet.title.split()), sheet.body)
        title, body = marks.revised(issue.title, issue.body, mark, tidy)
        if (title, body, _cases(labels)) != (issue.title, issue.body.replace("\r\n", "\n"), _cases(issue.labels)):
            self.hub.issues.edit(issue.number, title, body, labels)

    def close(self, ticket: str) -> None:
        if number := _number(ticket):
            self.hub.issues.close(number)

    def reopen(self, ticket: str) -> None:
        if number := _number(ticket):
            self.hub.issues.reopen(number)

    def changes(self, since: datetime) -> tuple[Ticket, ...]:
        first = _seconds(since)
        return tuple(_ticket(issue, ()) for issue in self._ours(since) if issue.updated >= first)

    def missing(self, tickets: Collection[str]) -> frozenset[str]:
        """Those without our label are looked at one by one, so only some of many."""
        if not tickets:
            return frozenset()
        present = self.hub.issues.open_numbers(INBOX)
        doubtful = sorted(number for ticket in tickets if (number := _number(ticket)) and number not in present)
        return frozenset(str(number) for number in doubtful[-LOOKS:] if self.hub.issues.issue(number) is None)

    def _ours(self, since: datetime) -> tuple[IssueRecord, ...]:
        """The issues that we opened for conversations: a mark in those of other people does not count."""
        issues = self.hub.issues.listed(since, INBOX)
        return tuple(issue for issue in issues if issue.author == self.hub.login and marks.read(issue.body).mark)

    def _labels(self, current: Collection[str], sheet: Sheet) -> tuple[str, ...]:
        labels = marks.labels(current, dict.fromkeys((*sheet.labels, INBOX)))
        for label in labels:
            self.hub.issues.create_label(label, marks.colour(label))
        return labels

    # ── notes ───────────────────────────────────────────────────────────────────────────────────────────────

    def add(self, ticket: str, mark: str, text: str) -> Note:
        comment = self.hub.issues.comment(number, marks.note(mark, text)) if (number := _number(ticket)) else None
        if comment is None:
            hint = f"It was deleted, or moved to another repository than {self.hub.connection.repository}."
            raise GitHubError(f"There is no ticket {ticket} any more.", hint)
        return Note(str(comment.id), ticket, comment.author, marks.unmarked(text), comment.created, mark, comment.url)

    def revise(self, note: Note, text: str) -> None:
        self.hub.issues.edit_comment(int(note.ticket), int(note.id), marks.note(note.mark, text))

    def erase(self, note: Note) -> None:
        self.hub.issues.delete_comment(int(note.ticket), int(note.id))

    def news(self, since: datetime, tickets: Collection[str]) -> tuple[Note, ...]:
        if not tickets:
            return ()
        names, first = frozenset(tickets), _seconds(since)
        comments = self.hub.issues.recent_comments(since)
        notes = self._notes(one for one in comments if str(one.number) in names and one.updated >= first)
        return tuple(sorted((note for note in notes if not note.mark), key=lambda note: note.time))

    def _notes(self, comments: Iterable[CommentRecord]) -> tuple[Note, ...]:
        return tuple(map(self._note, comments))

    def _note(self, comment: CommentRecord) -> Note:
        """A mark counts only where we wrote it."""
        is_ours = comment.author == self.hub.login
        mark, text = marks.note_mark(comment.body) if is_ours else ("", comment.body.replace("\r\n", "\n"))
        return Note(str(comment.id), str(comment.number), comment.author, text, comment.created, mark, comment.url)


def _ticket(issue: IssueRecord, notes: tuple[Note, ...]) -> Ticket:
    labels = tuple(map(marks.own_case, issue.labels))
    sheet = Sheet(issue.title, marks.read(issue.body).text, labels, issue.assignees)
    return Ticket(str(issue.number), sheet, issue.url, issue.closed is None, notes)


def _cases(labels: Iterable[str]) -> set[str]:
    """The labels as GitHub tells them apart."""
    return {label.casefold() for label in labels}


def _number(ticket: str) -> int:
    """The issue's number; 0 for what is the id of another helpdesk's ticket."""
    return int(ticket) if ticket.isascii() and ticket.isdigit() and len(ticket) < 10 else 0


def _seconds(time: datetime) -> datetime:
    """GitHub's times have no fractions of a second."""
    return time.astimezone(UTC).replace(microsecond=0)
