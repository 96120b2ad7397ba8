"""What is done on a Page: sign in, publish, delete, and say who we are."""

import re
from collections.abc import Mapping
from dataclasses import field
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from cmflow.model import Media, Receipt, Remote
from cmflow.model.errors import DeliveryError, Denied, NotSent, Rejected, Unsure
from cmflow.netkit import rest
from cmflow.netkit.errors import LOOK, RETRY
from cmflow.netkit.files import pairs
from cmflow.netkit.graph import ADDRESS, PARAMETER, TOKEN, Fields, Graph, form
from cmflow.netkit.languages import locale
from cmflow.netkit.network import Access, Outgoing, Standing
from cmflow.netkit.upload import Upload, kind
from cmflow.networks.facebook import video
from cmflow.values import dataclass

if TYPE_CHECKING:
    import httpx

SITE = "https://www.facebook.com"
NUMBER = re.compile(r"[0-9]{5,25}", re.ASCII)
POST = re.compile(r"/(?P<page>[^/]+)/posts/(?:[^/]+/)?(?P<post>[0-9]+)/?", re.ASCII)
VIDEO = re.compile(r"/(?:reel|[^/]+/videos(?:/[^/]+)?)/(?P<video>[0-9]+)/?", re.ASCII)
WRITE, READ, ENGAGE = "pages_manage_posts", "pages_read_engagement", "pages_manage_engagement"
UNSAID = "Facebook answered without the id of the {}."


@dataclass(frozen=True, slots=True)
class Page:
    """Signed in as the Page of that id; `reels`: an upright short video is published as a reel;
    `retired` are figures that Facebook tells no more."""

    graph: Graph
    id: str
    name: str
    reels: bool = True
    retired: set[str] = field(default_factory=set, compare=False)

    def remote(self, post: str) -> Remote:
        """A post by its id, `PAGE_POST`."""
        return Remote(post, f"{SITE}/{self.id}/posts/{post.rpartition('_')[2]}")

    def film(self, number: str, is_reel: bool) -> Remote:
        return Remote(number, f"{SITE}/reel/{number}" if is_reel else f"{SITE}/{self.id}/videos/{number}")


def connect(http: "httpx.Client", access: Access) -> Page:
    """As the Page whose token it is; Denied where it is a person's, or that of another Page."""
    account = access.account
    graph = Graph(rest.client(http, access, "Facebook", ADDRESS), account.name)
    planned = access.option("page")
    about = graph.ask("GET", "/me", (PARAMETER,), params={"fields": "id,name,category"})
    if "error" in about:  # people have no category
        message = f"The token of {account.name} belongs to a person, not to a Page."
        raise Denied(message, f"Write the Page's number in the plan, then: cmflow connect {account.name}")
    number, name = str(about.get("id") or ""), str(about.get("name") or "")
    if not number:
        raise NotSent("Facebook does not say whose token it is.", RETRY)
    if planned and planned != number:
        message = f"The token of {account.name} is for the Page “{name}” ({number}), and the plan says {planned}."
        raise Denied(message, f"Correct `page` in the plan, or: cmflow connect {account.name}")
    reels = account.option("reels").strip().lower() not in ("no", "false", "off")
    return Page(graph, number, name, reels, access.retired)


# ── publish ─────────────────────────────────────────────────────────────────────────────────────────────────


def publish(page: Page, message: Outgoing, thread: tuple[Receipt, ...]) -> Remote:
    _check(message)
    remote = _posted(page, message)
    if message.variant.first_comment and not message.index:
        _comment(page, remote, message.variant.first_comment.form.body)
    return remote


def _check(message: Outgoing) -> None:
    """What `check` has said before, for what was published in spite of it."""
    variant = message.variant
    if variant.reply_to or variant.quote or variant.repost:
        hint = "Link to it in the text, or leave this account out."
        raise Rejected("A Page cannot answer, quote or share other posts through Facebook's API.", hint)


def _posted(page: Page, message: Outgoing) -> Remote:
    """Pictures are uploaded first, unseen: one small request publishes them all."""
    media_files = pairs(message, "facebook")
    films = [file for media, file in media_files if kind(file, media.path).startswith("video/")]
    if films:
        return _filmed(page, message, films[0])
    photos = [{"media_fbid": _photo(page, media, file)} for media, file in media_files]
    link = "" if photos or message.index else message.variant.link
    fields = {"message": message.part.form.body, "link": link, "attached_media": photos, "published": True}
    post = page.graph.write(f"/{page.id}/feed", fields).get("id")
    if not isinstance(post, str) or not post:
        raise Unsure(UNSAID.format("post"), LOOK)
    return page.remote(post)


def _filmed(page: Page, message: Outgoing, film: Upload) -> Remote:
    if len(message.files) > 1:
        raise Rejected("A video is a post of its own on a Page.", "Leave the other pictures and videos out.")
    is_reel = page.reels and video.is_reel(film)
    number = video.publish(page.graph, page.id, film, message.part.form.body, is_reel, message.journal)
    remote = page.film(number, is_reel)
    for media in message.part.media:
        for language, subtitles in message.subtitles(media):
            _subtitle(page, number, remote, language, subtitles)
    return remote


def _subtitle(page: Page, video: str, remote: Remote, language: str, subtitles: Upload) -> None:
    """Facebook reads the language in the file's name. The video is published already, with or without it."""
    files = {"captions_file": (f"subtitles.{locale(language)}.srt", subtitles.read(), "application/x-subrip")}
    try:
        page.graph.ask("POST", f"/{video}/captions", data={"default_locale": "none"}, files=files)
    except NotSent as error:
        message = f"{remote.url} is published, but without its subtitles in {language}. {error}"
        raise Unsure(message, "Add them in Meta Business Suite.") from None


def _photo(page: Page, media: Media, file: Upload) -> str:
    """The id of a picture that is uploaded, and not published."""
    mime = kind(file, media.path)
    fields = form({"published": False, "alt_text_custom": media.alt})
    files = {"source": (f"picture.{mime.rpartition('/')[2]}", file.read(), mime)}
    photo = page.graph.ask("POST", f"/{page.id}/photos", data=fields, files=files).get("id")
    if not isinstance(photo, str) or not photo:
        raise NotSent(UNSAID.format("picture"), RETRY)
    return photo


def _comment(page: Page, remote: Remote, text: str) -> None:
    """The post is there already: whatever goes wrong now, it must not be published again."""
    try:
        page.graph.write(f"/{remote.id}/comments", {"message": text})
    except DeliveryError as error:
        message = f"The post is published, but its first comment may be missing: {error}"
        raise Unsure(
            message, f"See {remote.url}, write the comment there if it is missing, then: cmflow settle"
        ) from None


# ── delete and verify ───────────────────────────────────────────────────────────────────────────────────────


def delete(page: Page, receipt: Receipt) -> None:
    """Deleting what is not there is fine: it is not there."""
    page.graph.ask("DELETE", f"/{receipt.id or post_number(page, receipt.url)}", (PARAMETER,))


def post_number(page: Page, url: str) -> str:
    """The id of the post or video at an address."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    if post := POST.fullmatch(parts.path):
        return f"{page.id}_{post['post']}"
    if film := VIDEO.fullmatch(parts.path):
        return film["video"]
    story = query.get("story_fbid", [""])[0]
    if NUMBER.fullmatch(story):
        return f"{page.id}_{story}"
    raise Rejected(f"“{url}” is not the number of a post.", "Delete it yourself on Facebook.")


def verify(page: Page) -> Standing:
    """The Page, what its token may do, and until when. The token is in the body of that request, not in its URL."""
    fields = {"input_token": page.graph.client.token, "method": "get"}
    body = page.graph.ask("POST", "/debug_token", (PARAMETER, *TOKEN, 10, 200), data=fields)
    about = body.get("data")
    token: Fields = about if isinstance(about, Mapping) else {}
    scopes = tuple(sorted(str(scope) for scope in token.get("scopes") or ()))
    name, command = f"“{page.name}” on Facebook", f"cmflow connect {page.graph.account}"
    if scopes and WRITE not in scopes:
        raise Denied(f"{name} may not publish: the permission {WRITE} is missing.", f"Allow it there: {command}")
    missing = [scope for scope in (READ, ENGAGE) if scope not in scopes] if scopes else []
    expiry = token.get("expires_at")
    until = datetime.fromtimestamp(expiry, UTC) if isinstance(expiry, int) and 0 < expiry < 1 << 33 else None
    return Standing(name + (f", without {', '.join(missing)}" if missing else ""), scopes, until)
