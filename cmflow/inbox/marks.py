"""Marks in what cmflow writes: hidden comments that say which part of a ticket is cmflow's, and which note it is. Pure.

    <!-- cmflow-inbox 3f2a title 9c1d -->
    what cmflow wrote
    <!-- cmflow-inbox end: cmflow changes what is above this line, and never what is below -->
    what people added

A mark counts only in what our own account wrote: the caller sees to that. What strangers wrote cannot hold one.
"""

import re
from collections.abc import Iterable
from hashlib import sha256

from cmflow.inbox.helpdesk import Sheet
from cmflow.inbox.wording import ACCOUNT, INBOX, TELL, URGENT
from cmflow.ledger.conversations import name
from cmflow.model import Author, Conversation, Label
from cmflow.values import dataclass

NAME = "cmflow-inbox"
# What our tickets and notes are marked with; more words say which one it is.
CONVERSATION, QUARANTINE = "cmflow-conversation", "cmflow-quarantine"  # tickets
MESSAGE, LIST = "cmflow-message", "cmflow-message list"  # notes with what people wrote: they go when texts go
ANSWER, RELAY, PURGED = "cmflow-answer", "cmflow-relay", "cmflow-purged"  # notes of our own words
END = f"<!-- {NAME} end: cmflow changes what is above this line, and never what is below -->"
_BODY = re.compile(rf"^<!-- {NAME} ([\w .:/+=-]+) title ([0-9a-f]{{8}}) -->$", re.MULTILINE)
_NOTE = re.compile(rf"^<!-- {NAME} note ([\w .:/+=-]+) -->(?:\n|\Z)", re.MULTILINE)
_END = re.compile(rf"^<!-- {NAME} end\b[^\n]*-->$", re.MULTILINE)

COLOURS = {
    INBOX: "5319e7",
    URGENT: "b60205",
    TELL: "0052cc",
    Label.SUGGESTION: "1d76db",
    Label.DOUBT: "fbca04",
    Label.COMPLAINT: "d93f0b",
    Label.PROPOSAL: "0e8a16",
    Label.PRAISE: "f9a8d4",
    Label.SPAM: "cccccc",
}
ACCOUNT_COLOUR = "bfd4f2"
LONGEST = 300  # bytes of a handle in a mark


@dataclass(frozen=True, slots=True)
class Body:
    """A ticket's text in its parts: `mark` is "" where it has none of ours; `title` is the digest of our last title."""

    mark: str
    title: str
    ours: str
    theirs: str

    @property
    def text(self) -> str:
        """What a reader sees."""
        return "\n\n".join(filter(None, (self.ours, self.theirs)))


def ticket(conversation: Conversation) -> str:
    """The mark of a conversation's ticket."""
    return f"{CONVERSATION} {name(conversation.account, conversation.id)}"


def message(account: str, id: str, author: Author | None = None) -> str:
    """The mark of the note of a message; behind it, its author by handle or name: an answer may have to mention it."""
    words = (author.handle or author.name).encode(errors="replace")[:LONGEST].hex() if author else ""
    return f"{MESSAGE} {name(account, id)} {words}".rstrip()


def body(mark: str, sheet: Sheet, theirs: str = "", digest: str = "") -> str:
    """What is written into a ticket; `theirs` is what people added, `digest` that of our title where it is another."""
    head = f"<!-- {NAME} {safe(mark)} title {digest or _digest(sheet.title)} -->\n{unmarked(sheet.body)}\n\n{END}"
    return f"{head}\n\n{theirs}" if theirs else head


def read(text: str) -> Body:
    """The parts of a ticket's text. Without an end, all that follows our mark is ours."""
    lines = text.replace("\r\n", "\n")
    start = _BODY.search(lines)
    if start is None:
        return Body("", "", "", lines.strip("\n"))
    end = _END.search(lines, start.end())
    above, below = lines[: start.start()], lines[end.end() :] if end else ""
    theirs = "\n\n".join(filter(None, (above.strip("\n"), below.strip("\n"))))
    return Body(start[1], start[2], lines[start.end() : end.start() if end else None].strip("\n"), theirs)


def revised(title: str, text: str, mark: str, sheet: Sheet) -> tuple[str, str]:
    """Title and text of a ticket that is to show this sheet: what people added stays, and so does their own title.

    A sheet that has the ticket's own title or text changes neither.
    """
    current = read(text)
    is_renamed = bool(current.mark) and _digest(title) != current.title
    is_same = bool(current.mark) and unmarked(sheet.body) == current.text
    ours = Sheet(sheet.title, current.ours if is_same else sheet.body)
    digest = current.title if _digest(sheet.title) == _digest(title) else ""
    return title if is_renamed else sheet.title, body(mark, ours, current.theirs, digest)


def note(mark: str, text: str) -> str:
    return f"<!-- {NAME} note {safe(mark)} -->\n{unmarked(text)}"


def note_mark(text: str) -> tuple[str, str]:
    """A note's mark, and what a reader sees of it; the mark is "" where there is none."""
    lines = text.replace("\r\n", "\n")
    match = _NOTE.search(lines)
    return (match[1], lines[: match.start()] + lines[match.end() :]) if match else ("", lines)


def unmarked(text: str) -> str:
    """The text without the beginning of a hidden comment: none of it is taken for a mark."""
    return text.replace("<!--", "<! --").strip("\n")


def labels(current: Iterable[str], ours: Iterable[str]) -> tuple[str, ...]:
    """The labels of a ticket that is to show ours: those of people stay."""
    others = [name for name in current if not _is_ours(name)]
    return tuple({name.casefold(): name for name in (*others, *ours)}.values())


def own_case(label: str) -> str:
    """A label of ours as we write it: GitHub keeps the letters with which it was once created."""
    return label.casefold() if label.casefold() in COLOURS else label


def colour(label: str) -> str:
    """The colour of a label of ours, as six hexadecimal digits."""
    return COLOURS.get(label, ACCOUNT_COLOUR if label.startswith(ACCOUNT) else "ededed")


def _is_ours(label: str) -> bool:
    return label.casefold() in COLOURS or label.casefold().startswith(ACCOUNT)


def _digest(title: str) -> str:
    return sha256(" ".join(title.split()).encode("utf-8", "surrogatepass")).hexdigest()[:8]


def safe(mark: str) -> str:
    """The mark without a sign that ends a comment."""
    return re.sub(r"[^\w .:/+=-]|--", "_", mark)
