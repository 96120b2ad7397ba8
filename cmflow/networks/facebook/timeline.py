"""Looking for a post among those that the Page has published. Facebook keeps no key: words and files are compared."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from unicodedata import normalize

from cmflow.model import Remote
from cmflow.model.errors import Unsure
from cmflow.netkit.answers import moment, objects
from cmflow.netkit.errors import unreadable
from cmflow.netkit.network import Outgoing
from cmflow.networks.facebook import video
from cmflow.networks.facebook.page import Page

PAGE, PAGES = 100, 5  # posts looked through, newest first
FEW = 3  # addresses in one sentence
MARGIN = timedelta(minutes=10)  # their clock and ours
INNER = "media_type,target,url"
FIELDS = f"id,message,created_time,permalink_url,attachments{{{INNER},subattachments{{{INNER}}}}}"
VIDEOS = ("video", "video_autoplay", "video_inline", "reel")
PICTURES = ("photo", "album")
SETTLE = "See on the Page whether one of them is this post, then: cmflow settle"
Post = Mapping[str, Any]


def find(page: Page, message: Outgoing) -> Remote | None:
    """The oldest post since the intent with the same words and files, and without a receipt."""
    since = datetime.fromtimestamp(message.written, UTC) - MARGIN
    posts = [post for post in _recent(page, since) if not _has_receipt(page, post, message)]
    for post in reversed(posts):
        if _is_alike(post, message):
            return _with_comment(page, message, _remote(page, post))
    if posts:
        addresses = " ".join(_remote(page, post).url for post in posts[:FEW])
        raise Unsure(f"Facebook shows posts of this Page that cmflow does not know: {addresses}", SETTLE)
    films = [file for file in message.files if file.mime.startswith("video/")]
    if films:
        transfer = message.journal.resume(films[0], video.HOURS)
        is_published = video.is_published(page.graph, transfer) if transfer else None
        if transfer and is_published is not None:
            number, is_reel = transfer.id.partition(" ")[0], video.is_reel(films[0])
            return page.film(number, page.reels and is_reel) if is_published else None
        hint = "Look on the Page in a while, then: cmflow settle"
        raise Unsure("Facebook does not show the video: it may still be processing it.", hint)
    return None


def _recent(page: Page, since: datetime) -> Iterator[Post]:
    """The Page's posts since then, newest first; `Unsure` where there are too many to look through."""
    query = {"fields": FIELDS, "limit": str(PAGE), "since": str(int(since.timestamp()))}
    for number, posts in enumerate(page.graph.pages(f"/{page.id}/published_posts", query)):
        if number == PAGES:
            raise Unsure("The Page has too many posts to look through.", "Look on the Page, then: cmflow settle")
        if not all(post.get("id") and moment(post.get("created_time")) for post in posts):
            raise unreadable("Facebook")
        yield from (post for post in posts if (moment(post["created_time"]) or since) >= since)


def _has_receipt(page: Page, post: Post, message: Outgoing) -> bool:
    remote = _remote(page, post)
    names = (str(post["id"]), str(post.get("permalink_url")), remote.id, remote.url, page.remote(str(post["id"])).url)
    return not message.known.isdisjoint(names)


def _is_alike(post: Post, message: Outgoing) -> bool:
    videos = sum(file.get("media_type") in VIDEOS for file in _files(post))
    pictures = sum(file.get("media_type") in PICTURES for file in _files(post))
    planned = sum(_is_video(message, number) for number in range(len(message.part.media)))
    same_files = (bool(videos), pictures) == (bool(planned), len(message.part.media) - planned)
    return same_files and _squeezed(str(post.get("message") or "")) == _squeezed(message.part.form.body)


def _is_video(message: Outgoing, number: int) -> bool:
    if message.files:
        return message.files[number].mime.startswith("video/")
    return message.part.media[number].path.lower().endswith((".mp4", ".mov"))


def _files(post: Post) -> list[Post]:
    """The pictures and videos of a post; those of an album one by one."""
    attachments = post.get("attachments")
    files = objects(attachments.get("data")) if isinstance(attachments, Mapping) else None
    result: list[Post] = []
    for file in files or ():
        inner = file.get("subattachments")
        below = objects(inner.get("data")) if isinstance(inner, Mapping) else None
        result += below or [file]
    return result


def _remote(page: Page, post: Post) -> Remote:
    """As `publish` names it: a video by its own id."""
    for file in _files(post):
        target, url = file.get("target"), str(file.get("url") or "")
        if file.get("media_type") in VIDEOS and isinstance(target, Mapping) and target.get("id"):
            return page.film(str(target["id"]), "/reel/" in url)
    return page.remote(str(post["id"]))


def _with_comment(page: Page, message: Outgoing, remote: Remote) -> Remote:
    """The post, if its first comment is there, too."""
    comment = message.variant.first_comment
    if comment is None or message.index:
        return remote
    query = {"fields": "from,message", "filter": "stream"}
    comments = objects(page.graph.ask("GET", f"/{remote.id}/comments", params=query).get("data"))
    if comments is None:
        raise unreadable("Facebook")
    if any(_squeezed(str(one.get("message") or "")) == _squeezed(comment.form.body) for one in comments):
        return remote
    hint = f"Write it below {remote.url} yourself, then: cmflow settle"
    raise Unsure("The post is published, but its first comment is missing.", hint)


def _squeezed(text: str) -> str:
    return " ".join(normalize("NFC", text).split())
