"""A wish for a post, as an issue on GitHub tells of it, and what is remembered of it from one time to the next."""

import re
from collections.abc import Mapping
from typing import Any, TypeGuard

from cmflow.values import dataclass

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


def read_event(event: Mapping[str, Any]) -> Wish | None:
    """The wish that GitHub tells of in an event for `issues`; None where what happened is of no concern."""
    issue, action = _of(event, "issue"), event.get("action")
    number, labels = issue.get("number"), issue.get("labels")
    names = [label.get("name") for label in labels if isinstance(label, dict)] if isinstance(labels, list) else []
    if issue.get("state") != "open" or "pull_request" in issue or LABEL not in names or not _is_number(number):
        return None
    if (action == "labeled" and _of(event, "label").get("name") != ALLOWED) or (
        action == "edited" and "body" not in _of(event, "changes")
    ):
        return None
    writer = _of(issue, "user")
    return Wish(
        number=number,
        body=_text(issue, "body"),
        sender=_login(_of(event, "sender")),
        writer=_login(writer),
        writer_id=writer["id"] if _is_number(writer.get("id")) else 0,
        base=_text(_of(event, "repository"), "default_branch") or "main",
    )


def _of(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The object of that name; an empty one where there is none."""
    value = values.get(name)
    return value if isinstance(value, dict) else {}


def _text(values: Mapping[str, Any], name: str) -> str:
    """The text of that name, in whole characters; "" where there is none."""
    value = values.get(name)
    return value.encode(errors="replace").decode() if isinstance(value, str) else ""


def _is_number(value: object) -> TypeGuard[int]:
    return type(value) is int and value > 0


def _login(user: Mapping[str, Any]) -> str:
    """ "" for what is not a login: it goes into an address."""
    login = _text(user, "login")
    return login if _LOGIN.fullmatch(login) else ""


def author(wish: Wish, host: str) -> tuple[str, str] | None:
    """Name and address of who wrote the post, for its commit; GitHub knows its people by such an address."""
    return (wish.writer, f"{wish.writer_id}+{wish.writer}@users.noreply.{host}") if wish.writer else None


# ── what is remembered ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Memory:
    """What an earlier run made of the form: the pull request, the commit that we made there, and the post's file."""

    pull: int
    commit: str
    path: str

    def __str__(self) -> str:
        """The hidden line at the top of our comment."""
        return f"<!-- draft {self.pull} {self.commit} {self.path} -->"


def read_memory(comment: str) -> Memory | None:
    """From our own comment in the issue."""
    match = _MEMORY.match(comment)
    return Memory(int(match[1]), match[2], match[3]) if match else None
