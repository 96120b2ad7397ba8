"""A wish for a post, as an issue on GitHub tells of it, and what is remembered of it from one time to the next."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LABEL, ALLOWED = "post", "post-allowed"
MARK = "cmflow-draft"  # how our own comment in the issue is known
_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}(?:\[bot\])?")
_MEMORY = re.compile(
    rf"<!-- {MARK} -->\r?\n<!-- draft ([0-9]{{1,10}}) ([0-9a-f]{{7,64}}) (content/posts/[\w/.-]+\.md) -->"
)


@dataclass(frozen=True, slots=True)
class Wish:
    """An issue and what just happened to it. `sender` did that; `writer` and `writer_id` wrote the issue."""

    number: int
    body: str
    sender: str
    writer: str = ""
    writer_id: int = 0
    base: str = "main"

    @property
    def branch(self) -> str:
        return f"post/issue-{self.number}"


def heard(event: Mapping[str, Any]) -> Wish | None:
    """The wish that GitHub tells of in an event for `issues`; None where what happened is of no concern."""
    issue, action = event.get("issue") or {}, event.get("action")
    labels = {each.get("name") for each in issue.get("labels") or ()}
    label = (event.get("label") or {}).get("name")
    if issue.get("state") != "open" or "pull_request" in issue or LABEL not in labels:
        return None
    if (action == "labeled" and label != ALLOWED) or (
        action == "edited" and "body" not in (event.get("changes") or {})
    ):
        return None
    writer = issue.get("user") or {}
    return Wish(
        number=int(issue["number"]),
        body=str(issue.get("body") or ""),
        sender=_login(event.get("sender")),
        writer=_login(writer),
        writer_id=int(writer.get("id") or 0),
        base=str((event.get("repository") or {}).get("default_branch") or "main"),
    )


def _login(user: Mapping[str, Any] | None) -> str:
    """ "" for what is no login: it goes into an address."""
    login = str((user or {}).get("login") or "")
    return login if _LOGIN.fullmatch(login) else ""


def author(wish: Wish, host: str) -> tuple[str, str] | None:
    """Name and address of who wrote the post, for its commit; GitHub knows its people by such an address."""
    return (wish.writer, f"{wish.writer_id}+{wish.writer}@users.noreply.{host}") if wish.writer else None


# ── what is remembered ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Memory:
    """What became of the wish before: the pull request, the commit that we made there, and the post's file."""

    pull: int
    commit: str
    path: str

    def __str__(self) -> str:
        """As it stands, unseen, on top of our comment."""
        return f"<!-- draft {self.pull} {self.commit} {self.path} -->"


def recalled(comment: str) -> Memory | None:
    """From our own comment in the issue."""
    found = _MEMORY.match(comment)
    return Memory(int(found[1]), found[2], found[3]) if found else None
