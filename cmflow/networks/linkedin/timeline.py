"""Looking for a post of an organisation in the list of its posts. The posts of a person cannot be listed."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from unicodedata import normalize

from cmflow.model import Remote
from cmflow.model.errors import Unsure
from cmflow.netkit.answers import document, objects
from cmflow.netkit.errors import unreadable
from cmflow.netkit.network import Outgoing
from cmflow.networks.linkedin import comment
from cmflow.networks.linkedin.call import SETTLE, LinkedIn, post_urn, remote, segment
from cmflow.render import formats, question

PAGE, PAGES = 50, 5  # posts looked through, newest first
FEW = 3  # addresses in one sentence
MARGIN = timedelta(minutes=10)  # their clock and ours
SEEN = "See on LinkedIn whether one of them is this post, then: cmflow settle"
# LinkedIn's "little text" as it is in a post: a hashtag, a mention, a character that means nothing else.
LITTLE = re.compile(
    r"\{hashtag\|\\?#\|(?P<tag>(?:[^{}|\\]|\\.)+)\}|@\[(?P<name>(?:[^\[\]\\]|\\.)+)\]\(urn:li:[^()\s]+\)|\\(?P<char>.)"
)
Post = Mapping[str, Any]


def find(linkedin: LinkedIn, message: Outgoing) -> Remote | None:
    """The oldest post of ours since the intent that shows the same, and has no receipt."""
    if not linkedin.is_organisation:
        raise Unsure("LinkedIn does not list the posts of a person.", SETTLE)
    if message.index and not message.below:
        raise Unsure("It is unknown which post the comment would be below.", SETTLE)
    if message.index:
        return comment.find(linkedin, message.part.form.body, message.below)
    since = datetime.fromtimestamp(message.written, UTC) - MARGIN
    posts = [post for post in _recent(linkedin, since) if not _is_known(post, message)]
    looks = _looks(message)
    for post in reversed(posts):
        if _shown(post) == looks:
            return comment.with_first(linkedin, message, remote(str(post["id"])))
    if posts:
        addresses = " ".join(remote(str(post["id"])).url for post in posts[:FEW])
        raise Unsure(f"LinkedIn shows posts of this organisation that cmflow does not know: {addresses}", SEEN)
    return None


def _recent(linkedin: LinkedIn, since: datetime) -> Iterator[Post]:
    """The organisation's own posts since then, newest first; `Unsure` where we may not see them, or not all."""
    for page in range(PAGES):
        path = f"/rest/posts?author={segment(linkedin.author)}&q=author&sortBy=CREATED&start={page * PAGE}&count={PAGE}"
        answer = linkedin.ask("GET", path, (403,), headers={"X-RestLi-Method": "FINDER"})
        if answer.status_code == 403:
            hint = f"The app needs the scope r_organization_social: cmflow connect {linkedin.account}. {SETTLE}"
            raise Unsure("LinkedIn does not let us read the posts of this organisation.", hint)
        body = document(answer)
        posts = objects(body.get("elements")) if isinstance(body, Mapping) else None
        if posts is None or not all(post.get("id") and isinstance(post.get("createdAt"), int) for post in posts):
            raise unreadable("LinkedIn")
        yield from (post for post in posts if _made(post) >= since and post.get("lifecycleState") != "DRAFT")
        if len(posts) < PAGE or _made(posts[-1]) < since:
            return
    raise Unsure("LinkedIn lists too many posts of this organisation to look through.", SETTLE)


def _made(post: Post) -> datetime:
    return datetime.fromtimestamp(post["createdAt"] / 1000, UTC)


def _is_known(post: Post, message: Outgoing) -> bool:
    place = remote(str(post["id"]))
    return not message.known.isdisjoint((place.id, place.url))


def _looks(message: Outgoing) -> tuple[str, int, str, str]:
    """What the post would show: its words, how many files, the question of its poll, and the post it shares again."""
    variant, part = message.variant, message.part
    parent = post_urn(variant.quote or variant.repost, dict(message.ids))
    if not variant.poll:
        return words(part.form.body), len(part.media), "", parent
    asked, remainder = question.divided(part.text)
    return words(formats.little(remainder).body), 0, words(asked), parent


def _shown(post: Post) -> tuple[str, int, str, str]:
    """What a post that LinkedIn lists shows, as `_looks` gives it."""
    images = objects(_inner(post, "content", "multiImage").get("images")) or []
    count = len(images) or int(bool(_inner(post, "content", "media")))
    asked = str(_inner(post, "content", "poll").get("question") or "")
    parent = str(_inner(post, "reshareContext").get("parent") or "")
    return words(str(post.get("commentary") or "")), count, words(asked), parent


def _inner(post: Post, *path: str) -> Post:
    for name in path:
        inner = post.get(name)
        post = inner if isinstance(inner, Mapping) else {}
    return post


def words(little: str) -> str:
    """What people read of a text in LinkedIn's "little text", with one blank for any space between words."""
    return " ".join(normalize("NFC", LITTLE.sub(_plain, little)).split())


def _plain(match: re.Match[str]) -> str:
    if match["char"]:
        return match["char"]
    return words(f"\\#{match['tag']}" if match["tag"] else match["name"])
