"""Messages and what is known about them, as the tests of the inbox use them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from cmflow.inbox.wording import OwnPost, Subject, Wording
from cmflow.model import Author, Contact, Label, Message
from cmflow.model.reason import because
from cmflow.repository import shipped

NOON = datetime(2026, 12, 1, 11, tzinfo=UTC)
TEMPLATES = shipped.templates("templates/github")
ANA = Author("9", "Ana", "@ana@example.org")
MESSAGE = Message(
    "1",
    "c",
    Contact.COMMENT,
    NOON,
    ANA,
    "Where is my order?\n\nIt was due on Friday.",
    "https://www.facebook.com/1?comment_id=3",
    post="77",
    language="en",
)
SUBJECT = Subject(
    "bakery",
    "Facebook",
    Label.COMPLAINT,
    urgent=True,
    reasons=(because("word", quote="order", label="complaint", list="en"),),
    post=OwnPost("Bread on Friday", "https://github.com/team/content/blob/main/content/posts/bread.md"),
    assignees=("leo",),
)
WINDOW = replace(MESSAGE, until=NOON + timedelta(hours=2, minutes=10))


def wording(language: str = "en", folder: bool = False) -> Wording:
    return Wording(TEMPLATES, "Europe/Paris", language, folder)
