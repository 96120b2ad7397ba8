"""Comments of ours below a post of ours."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from cmflow.model import Receipt, Remote
from cmflow.model.errors import NotSent, Rejected, Unsure
from cmflow.netkit.answers import document, objects, text
from cmflow.netkit.errors import LOOK
from cmflow.netkit.network import Outgoing
from cmflow.networks.linkedin.call import RETRY, SETTLE, UNREADABLE, LinkedIn, remote, segment

COMMENT = re.compile(r"urn:li:comment:\((urn:li:\w+:\d+),(\d+)\)", re.ASCII)
LONGEST = 1_250  # characters of a comment, LinkedIn Comments API docs
PAGE = 100


def publish(linkedin: LinkedIn, message: Outgoing, post: str) -> Remote:
    if message.part.media:
        raise Rejected("cmflow puts no pictures into comments on LinkedIn.", "Put them into the post.")
    words = message.part.form.body
    if len(words) > LONGEST:
        raise Rejected(f"The comment has {len(words):,} characters; LinkedIn takes {LONGEST:,}.", "Shorten it.")
    request = {"actor": linkedin.author, "object": post, "message": {"text": words}}
    answer = linkedin.write("POST", _path(post), json=request)
    number = answer.headers.get("x-restli-id", "") or text(answer, "id")
    if not number.isdecimal():
        raise Unsure("LinkedIn answers, and does not say what it calls the comment.", LOOK)
    return _remote(post, number)


def find(linkedin: LinkedIn, message: Outgoing, post: str) -> Remote | None:
    """Our comment with these words below the post."""
    answer = linkedin.ask("GET", f"{_path(post)}?start=0&count={PAGE}", (403, 404))
    if not answer.is_success:
        raise Unsure("LinkedIn does not let us read the comments of the post.", SETTLE)
    body = document(answer)
    elements = objects(body.get("elements")) if isinstance(body, Mapping) else None
    if elements is None:
        raise NotSent(UNREADABLE, RETRY)
    ours = [each for each in elements if each.get("actor") == linkedin.author]
    for each in ours:
        if _words(each) == message.part.form.body.strip():
            return _remote(post, str(each.get("id")))
    if ours or len(elements) >= PAGE:
        raise Unsure("LinkedIn shows comments below the post, and none has exactly these words.", SETTLE)
    return None


def is_one(receipt: Receipt) -> bool:
    return bool(COMMENT.search(receipt.id or unquote(receipt.url)))


def delete(linkedin: LinkedIn, receipt: Receipt) -> None:
    match = COMMENT.search(receipt.id or unquote(receipt.url))
    assert match
    path = f"{_path(match[1])}/{match[2]}?actor={segment(linkedin.author)}"
    linkedin.write("DELETE", path, (404,))


def _path(post: str) -> str:
    return f"/rest/socialActions/{segment(post)}/comments"


def _remote(post: str, number: str) -> Remote:
    urn = f"urn:li:comment:({post},{number})"
    return Remote(urn, f"{remote(post).url}?commentUrn={segment(urn)}")


def _words(each: Mapping[str, Any]) -> str:
    message = each.get("message")
    return str(message.get("text", "")).strip() if isinstance(message, Mapping) else ""
