"""Comments of ours below a post of ours: the first comment of a post, and what follows it.

A post and its first comment are two requests. Where the second fails, the post remains: the delivery is unsure and says
so with the address, and the next look finds the post whole, or asks a person to write the comment.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from cmflow.model import Receipt, Remote
from cmflow.model.errors import DeliveryError, Rejected, Unsure
from cmflow.netkit.answers import document, objects, text
from cmflow.netkit.errors import LOOK, unreadable
from cmflow.netkit.network import Outgoing
from cmflow.networks.linkedin.call import SETTLE, LinkedIn, remote, segment
from cmflow.networks.linkedin.facts import COMMENT_LENGTH

COMMENT = re.compile(r"urn:li:comment:\((urn:li:\w+:\d+),(\d+)\)", re.ASCII)
PAGE = 100


def publish(linkedin: LinkedIn, message: Outgoing, post: str) -> Remote:
    """The part of a post that is below it."""
    if message.part.media:
        raise Rejected("cmflow puts no pictures into comments on LinkedIn.", "Put them into the post.")
    check(message.part.form.body)
    return _remote(post, write(linkedin, message.part.form.body, post))


def publish_first(linkedin: LinkedIn, message: Outgoing, post: Remote) -> None:
    """The first comment, of a post that has one. The post is there already: it must not be published again."""
    comment = message.variant.first_comment
    if not comment:
        return
    try:
        write(linkedin, comment.form.body, post.id)
    except DeliveryError as error:
        why = f"{post.url} is published, but its first comment may be missing. {error}"
        raise Unsure(why, f"Write the comment below it yourself, then: cmflow settle. {error.hint}") from None


def check(body: str) -> None:
    """Rejected where it is too long for a comment."""
    if len(body) > COMMENT_LENGTH:
        raise Rejected(f"The comment has {len(body):,} characters; LinkedIn takes {COMMENT_LENGTH:,}.", "Shorten it.")


def write(linkedin: LinkedIn, body: str, post: str, above: str = "") -> str:
    """The number of a new comment, below the post or below another comment."""
    parent = {"parentComment": above} if above else {}
    request = {"actor": linkedin.author, "object": post, "message": {"text": body}, **parent}
    answer = linkedin.write("POST", _path(above or post), json=request)
    number = answer.headers.get("x-restli-id", "") or text(answer, "id")
    if not number.isdecimal():
        raise Unsure("LinkedIn answered without the id of the comment.", LOOK)
    return number


def with_first(linkedin: LinkedIn, message: Outgoing, post: Remote) -> Remote:
    """The post, where its first comment is there, too."""
    comment = message.variant.first_comment
    if comment and not find(linkedin, comment.form.body, post.id):
        hint = f"Write it below {post.url} yourself, then: cmflow settle"
        raise Unsure("The post is published, but its first comment is missing.", hint)
    return post


def find(linkedin: LinkedIn, body: str, post: str) -> Remote | None:
    """Our comment with these words below the post."""
    answer = linkedin.ask("GET", f"{_path(post)}?start=0&count={PAGE}", (403, 404))
    if not answer.is_success:
        raise Unsure("LinkedIn does not let us read the comments of the post.", SETTLE)
    page = document(answer)
    elements = objects(page.get("elements")) if isinstance(page, Mapping) else None
    if elements is None:
        raise unreadable("LinkedIn")
    ours = [each for each in elements if each.get("actor") == linkedin.author]
    for each in ours:
        if _words(each) == body.strip():
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
