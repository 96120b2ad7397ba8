"""Mastodon, and what speaks its API (GoToSocial, Pleroma, Akkoma, Pixelfed).

The `Idempotency-Key` goes along, and nothing relies on it: some of these servers make two posts of one key. `find`
therefore looks at our own recent posts: the same words, warning, media, poll and place in the thread, not older than
the intent, and without a receipt. Where the words look different in the server's HTML, its own source of the post
decides. "Not there" is said only where nothing could have escaped us: no other post of ours is without a receipt, and
the list is one that shows posts to such an audience.

Visibility: `followers` is Mastodon's "private", and `private` its "direct": those who are mentioned, and we.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from html import unescape
from html.parser import HTMLParser
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from cmflow.content import media
from cmflow.model import Media, Receipt, Remote, Visibility
from cmflow.model.errors import NotSent, Rejected, Unsure
from cmflow.model.limits import Exclusion, Limit, Limits, Measure
from cmflow.netkit import figures, rest
from cmflow.netkit.auth import Token
from cmflow.netkit.errors import LOOK
from cmflow.netkit.network import Access, Figures, Network, Option, Outgoing, Standing
from cmflow.netkit.rest import ApiClient
from cmflow.render import counting, formats
from cmflow.render.autolink import mastodon

if TYPE_CHECKING:
    import httpx

READ = date(2026, 11, 22)
API = "Mastodon API 4.7.0, default instance configuration"
SERVER = "Mastodon server source"
DEFAULT = "the default; the instance may set another"

PAUSES = (1, 1, 2, 4, 8, *[10] * 25)  # seconds between our questions whether a file is ready: 266 in all
PAGE, PAGES = 40, 5  # own posts looked through, newest first
FEW = 3  # addresses in one sentence
MARGIN = timedelta(hours=1)  # their clock and ours: two posts of the same words are further apart
MISSING, NO_SOURCE = (404, 410), (400, 403, 404, 405, 410, 422, 501)
WORKING = (202, 206)  # a file is not ready
OPEN = ("public", "unlisted")  # to whom every list shows what we post
POSTS, ANSWERS = "posts", "answers"  # kinds of posts, as they are said to people
TAG = re.compile(r"<(?=[a-z/!?])[^>]*(?:>|$)", re.I)
OWN = re.compile(r"/(?:@[^/]+|users/[^/]+/statuses)/([A-Za-z0-9]+)")
SCHEME = re.compile(r"https?://", re.I)
MENTION = re.compile(r"(?<![\w/])(@[\w.-]*\w)@[\w.-]*\w")
WORD = re.compile(r"\w+")
LINES, VOID = ("br", "p", "li", "div", "blockquote", "pre", "ul", "ol", "h1", "h2", "h3"), ("br", "img", "wbr", "hr")
QUOTES = 7  # the version of Mastodon's API that knows quotes (4.5); older servers leave them out without a word
POST_FIGURES = ("replies_count", "reblogs_count", "favourites_count", "quotes_count")
ACCOUNT_FIGURES = ("followers_count", "following_count", "statuses_count")
# Numbers of `limits.NUMBERS` → where the server's own page has them; durations are in seconds there.
NUMBERS = {
    "text": ("configuration", "statuses", "max_characters"),
    "files": ("configuration", "statuses", "max_media_attachments"),
    "alt": ("configuration", "media_attachments", "description_limit"),
    "image_bytes": ("configuration", "media_attachments", "image_size_limit"),
    "image_pixels": ("configuration", "media_attachments", "image_matrix_limit"),
    "video_bytes": ("configuration", "media_attachments", "video_size_limit"),
    "poll_options": ("configuration", "polls", "max_options"),
    "poll_option": ("configuration", "polls", "max_characters_per_option"),
    "poll_shortest": ("configuration", "polls", "min_expiration"),
    "poll_longest": ("configuration", "polls", "max_expiration"),
}
AUDIENCE = {
    Visibility.PUBLIC: "public",
    Visibility.UNLISTED: "unlisted",
    Visibility.FOLLOWERS: "private",
    Visibility.PRIVATE: "direct",
}


def connect(http: "httpx.Client", access: Access) -> ApiClient:
    return rest.client(http, access, network.title, rest.address(access, "instance"))


def publish(api: ApiClient, message: Outgoing, thread: tuple[Receipt, ...]) -> Remote:
    variant = message.variant
    if variant.repost:
        raise Rejected("cmflow cannot repost on Mastodon yet.", "Leave this account out, or repost it by hand.")
    parent = thread[-1].id if thread else _named(api, variant.reply_to, message.ids)
    quoted = _quoted(api, message)
    files = [_uploaded(api, item, file.read()) for item, file in zip(message.part.media, message.files, strict=True)]
    body = _status(message, files, parent, quoted)
    answer = api.write("POST", "/api/v1/statuses", headers={"Idempotency-Key": message.key}, json=body)
    if not rest.text(answer, "id"):
        raise Unsure(f"{api.title} answers, and its answer cannot be read.", LOOK)
    return _remote(rest.document(answer))


def find(api: ApiClient, message: Outgoing) -> Remote | None:
    """The oldest post of ours since the intent that is this part, and has no receipt."""
    me = _known(api, api.ask("GET", "/api/v1/accounts/verify_credentials"), "id")
    since = datetime.fromtimestamp(message.written, UTC) - MARGIN
    recent, unshown = _recent(api, me, since, message)
    target = _named(api, message.variant.reply_to, message.ids)
    by_id = {str(status["id"]): status for status in recent}
    below = _below(api, me, message.below or target, since)
    if below is not None:
        recent = [*(status for status in below if str(status["id"]) not in by_id), *recent]
        by_id |= {str(status["id"]): status for status in below}
        unshown = tuple(kind for kind in unshown if kind != ANSWERS)
    strays = [status for status in reversed(recent) if not _is_known(status, message)]
    for status in strays:
        placed = _alike(status, message) and _is_placed(api, status, message.index, target, by_id)
        if placed and _says(api, status, message):
            return _remote(status)
    if strays:
        places = " ".join(_remote(status).url or str(status["id"]) for status in strays[:FEW])
        reason = f"{api.title} shows posts of this account that cmflow does not know: {places}"
        raise Unsure(reason, "See whether one of them is this post, then: cmflow settle")
    if unshown:
        reason = f"{api.title} does not show it, and may not list {' or '.join(unshown)} at all."
        raise Unsure(reason, "Look yourself, then: cmflow settle")
    return None


def delete(api: ApiClient, receipt: Receipt) -> None:
    """Deleting what is not there is fine: it is not there."""
    api.write("DELETE", f"/api/v1/statuses/{_segment(receipt.id or _named(api, receipt.url))}", fine=MISSING)


def verify(api: ApiClient) -> Standing:
    me = api.ask("GET", "/api/v1/accounts/verify_credentials")
    return Standing(f"@{_known(api, me, 'acct')} on {api.address}")


def metrics(api: ApiClient, receipts: tuple[Receipt, ...]) -> tuple[Figures, ...]:
    """Of each post, one request each: older servers know no other way. Views are told by none."""
    return tuple(_figures(api, receipt) for receipt in receipts)


def account_metrics(api: ApiClient) -> Figures:
    return figures.read(rest.document(api.ask("GET", "/api/v1/accounts/verify_credentials")), ACCOUNT_FIGURES)


def _figures(api: ApiClient, receipt: Receipt) -> Figures:
    answer = api.ask("GET", f"/api/v1/statuses/{_segment(receipt.id or _named(api, receipt.url))}", fine=MISSING)
    return figures.read(rest.document(answer), POST_FIGURES)


def numbers(api: ApiClient) -> Mapping[str, int]:
    """What this server allows, as its own page says; the older page where there is no newer one."""
    server = rest.document(api.ask("GET", "/api/v2/instance", fine=MISSING))
    if not isinstance(server, Mapping) or "configuration" not in server:
        server = rest.document(api.ask("GET", "/api/v1/instance", fine=MISSING))
    values = {name: _positive(server, *path) for name, path in NUMBERS.items()}
    values["images"] = values["files"]
    values["text"] = values["text"] or _positive(server, "max_toot_chars")
    for name in ("poll_shortest", "poll_longest"):
        values[name] //= 60
    return {name: value for name, value in values.items() if value}


def _positive(server: Any, *path: str) -> int:
    for name in path:
        server = server.get(name) if isinstance(server, Mapping) else None
    return server if isinstance(server, int) and not isinstance(server, bool) and server > 0 else 0


# ── sending ─────────────────────────────────────────────────────────────────────────────────────────────────


def _status(message: Outgoing, files: list[str], parent: str, quoted: str) -> dict[str, Any]:
    variant = message.variant
    fields = {
        "status": message.part.form.body,
        "visibility": AUDIENCE[variant.visibility],
        "language": variant.language,
        "spoiler_text": variant.content_warning,
        "sensitive": bool(variant.content_warning),
        "media_ids": files,
        "poll": _poll(message),
        "in_reply_to_id": parent,
        "quoted_status_id": quoted,
    }
    return {name: value for name, value in fields.items() if value or (name == "status" and not files)}


def _poll(message: Outgoing) -> dict[str, Any] | None:
    poll = message.variant.poll
    if poll is None or message.index:
        return None
    return {"options": list(poll.options), "expires_in": int(poll.duration.total_seconds()), "multiple": poll.multiple}


def _uploaded(api: ApiClient, file: Media, data: bytes) -> str:
    """The id of a file that is ready to be posted."""
    files, alt = {"file": (PurePosixPath(file.path).name, data, _mime(data))}, {"description": file.alt}
    answer = api.ask("POST", "/api/v2/media", files=files, data=alt)
    file_id = _known(api, answer, "id")
    for seconds in PAUSES:
        if answer.status_code not in WORKING:
            return file_id
        api.pause(seconds)
        answer = api.ask("GET", f"/api/v1/media/{_segment(file_id)}")
    if answer.status_code not in WORKING:
        return file_id
    raise NotSent(f"{api.title} is still at work on {file.path}.", "cmflow will retry.")


def _mime(data: bytes) -> str:
    """Of a file that `check` has read; what it does not know, the server looks at itself."""
    try:
        return media.probe(data).mime
    except media.Unreadable:
        return "application/octet-stream"


def _quoted(api: ApiClient, message: Outgoing) -> str:
    if message.index or not message.variant.quote:
        return ""
    server = rest.document(api.ask("GET", "/api/v2/instance", fine=MISSING))
    versions = server.get("api_versions") if isinstance(server, Mapping) else None
    version = versions.get("mastodon") if isinstance(versions, Mapping) else None
    if not isinstance(version, int) or version < QUOTES:
        reason = "This server does not know quotes: the post would go out without what it quotes."
        raise Rejected(reason, "Link to it in the text instead.")
    return _named(api, message.variant.quote, message.ids)


def _named(api: ApiClient, address: str, ids: tuple[tuple[str, str], ...] = ()) -> str:
    """The id, on this server, of the post at an address; "" for no address. `ids` are those we have ourselves."""
    if not address or address in dict(ids):
        return dict(ids).get(address, "")
    if not address.startswith(("https://", "http://")):
        raise Rejected(
            f"“{address}” is not the address of a post on Mastodon.", "Write the address of the post it refers to."
        )
    own = OWN.fullmatch(address.removeprefix(api.address)) if address.startswith(api.address) else None
    if own:
        return own[1]
    query = {"q": address, "type": "statuses", "resolve": "true", "limit": "1"}
    result = rest.document(api.ask("GET", "/api/v2/search", params=query))
    statuses = rest.objects(result.get("statuses")) if isinstance(result, Mapping) else None
    if not statuses:
        raise Rejected(f"{api.title} finds no post at {address}", "Check the address.")
    return str(statuses[0].get("id", ""))


def _remote(status: Mapping[str, Any]) -> Remote:
    return Remote(str(status["id"]), str(status.get("url") or status.get("uri") or ""))


def _known(api: ApiClient, answer: "httpx.Response", name: str) -> str:
    value = rest.text(answer, name)
    if not value:
        raise NotSent(f"{api.title} gives an answer that cannot be read.", "Check the server's address in the plan.")
    return value


def _segment(value: str) -> str:
    return quote(value, safe="", errors="replace")


# ── looking ─────────────────────────────────────────────────────────────────────────────────────────────────


Statuses = list[Mapping[str, Any]]


def _recent(api: ApiClient, me: str, since: datetime, message: Outgoing) -> tuple[Statuses, tuple[str, ...]]:
    """Our own posts since then, newest first; of which kinds of posts it is not known that the list shows them.

    Many servers list nothing there but what everybody may see, and some no answers: what else we know to be out must
    be seen first.
    """
    recent, is_all = list[Mapping[str, Any]](), False
    unshown = _kinds(api, message)
    for page in _pages(api, me):
        recent += [status for status in page if _created(status) >= since and not status.get("reblog")]
        unshown -= {kind for status in page for kind in _proved(status, message)}
        is_all |= not page or _created(page[-1]) < since  # what is pinned may stand before
        if is_all and not unshown:
            break
    if not is_all:
        raise Unsure(f"{api.title} lists too many posts of ours to look through.", "Look yourself: cmflow settle")
    return recent, tuple(sorted(unshown))


def _below(api: ApiClient, me: str, parent: str, since: datetime) -> Statuses | None:
    """Our own answers below a post since then, newest first; None where the server does not say."""
    if not parent:
        return None
    context = rest.document(api.ask("GET", f"/api/v1/statuses/{_segment(parent)}/context", fine=NO_SOURCE))
    below = rest.objects(context.get("descendants")) if isinstance(context, Mapping) else None
    if below is None:
        return None
    own = [
        status
        for status in below
        if _author(status) == me and status.get("id") and rest.moment(status.get("created_at"))
    ]
    return sorted((status for status in own if _created(status) >= since), key=_created, reverse=True)


def _author(status: Mapping[str, Any]) -> str:
    account = status.get("account")
    return str(account.get("id")) if isinstance(account, Mapping) else ""


def _kinds(api: ApiClient, message: Outgoing) -> set[str]:
    """What the list must have shown before it proves anything: posts of the kind that we look for."""
    variant = message.variant
    kinds = {
        POSTS: any(address.startswith(api.address) for address in message.known),
        ANSWERS: bool(message.index or variant.reply_to),
        _seen_by(AUDIENCE[variant.visibility]): AUDIENCE[variant.visibility] not in OPEN,
    }
    return {kind for kind, is_needed in kinds.items() if is_needed}


def _proved(status: Mapping[str, Any], message: Outgoing) -> set[str]:
    """What a post in the list proves: posts are listed at all; of what we know to be out, those of its kind."""
    if not _is_known(status, message):
        return {POSTS}
    return {POSTS, _seen_by(status.get("visibility")), *([ANSWERS] if status.get("in_reply_to_id") else [])}


def _seen_by(audience: Any) -> str:
    names = {theirs: audience.value for audience, theirs in AUDIENCE.items()}
    return f"posts to “{names.get(str(audience), '')}”"


def _pages(api: ApiClient, me: str) -> Iterator[Statuses]:
    """Our own posts, newest first, as far as we look; the last page may be empty."""
    last: dict[str, str] = {}
    for _ in range(PAGES):
        query = {"limit": str(PAGE), "exclude_reblogs": "true"} | last
        answer = api.ask("GET", f"/api/v1/accounts/{_segment(me)}/statuses", params=query)
        page = rest.objects(rest.document(answer))
        if page is None or not all(status.get("id") and rest.moment(status.get("created_at")) for status in page):
            raise NotSent(f"{api.title} gives a list of posts that cannot be read.", "It is looked at again.")
        if not page and "next" in answer.links:
            raise Unsure(f"{api.title} leaves posts out of its list.", "Look yourself, then: cmflow settle")
        yield page
        if not page:
            return
        last = {"max_id": str(page[-1]["id"])}


def _created(status: Mapping[str, Any]) -> datetime:
    return rest.moment(status["created_at"]) or datetime.max.replace(tzinfo=UTC)


def _is_known(status: Mapping[str, Any], message: Outgoing) -> bool:
    return any(str(status.get(name)) in message.known for name in ("id", "url", "uri"))


def _alike(status: Mapping[str, Any], message: Outgoing) -> bool:
    """The same in all but its words and its place."""
    variant = message.variant
    files, poll = rest.objects(status.get("media_attachments") or []), status.get("poll") or {}
    choices = rest.objects(poll.get("options")) if isinstance(poll, Mapping) and poll else None if poll else []
    if files is None or choices is None:
        return False
    options = [unescape(str(choice.get("title"))) for choice in choices]
    planned = list(variant.poll.options) if variant.poll and not message.index else []
    warning = str(status.get("spoiler_text") or "")
    alike = _bare(warning) == _bare(variant.content_warning) or not message.part.form.body.strip()
    return len(files) == len(message.part.media) and options == planned and alike


def _is_placed(
    api: ApiClient, status: Mapping[str, Any], index: int, target: str, by_id: dict[str, Mapping[str, Any]]
) -> bool:
    """Does it stand at that place of a thread, below `target` or nothing?"""
    for _ in range(index):
        parent = str(status.get("in_reply_to_id") or "")
        if parent in ("", target):
            return False
        if parent not in by_id:
            result = rest.document(api.ask("GET", f"/api/v1/statuses/{_segment(parent)}", fine=MISSING))
            by_id[parent] = result if isinstance(result, Mapping) else {}
        status = by_id[parent]
    return str(status.get("in_reply_to_id") or "") == target


def _says(api: ApiClient, status: Mapping[str, Any], message: Outgoing) -> bool:
    """The same words; where the HTML shows nearly those, what the server keeps as their source decides."""
    body, text = message.part.form.body, _normalized(shown(str(status.get("content") or "")))
    if not body.strip():
        return len(text) <= 1  # some servers put a mark of their own where there are no words
    if text == _normalized(body) and _mentions(status, body):
        return True
    if not _is_near(text, _normalized(body)):
        return False
    source = api.ask("GET", f"/api/v1/statuses/{_segment(str(status['id']))}/source", fine=NO_SOURCE)
    return source.is_success and _squeezed(rest.text(source, "text")) == _squeezed(body)


def _is_near(text: str, body: str) -> bool:
    """At least half of what is wanted is there: the rest may be markup that the server has read."""
    expected = set(WORD.findall(body))
    return 2 * len(expected & set(WORD.findall(text))) >= len(expected)


def _mentions(status: Mapping[str, Any], body: str) -> bool:
    """Nobody is mentioned whom the text does not name: it shows `@ana`, wherever she is."""
    named = body.lower()
    handles = [str(mention.get("acct")).lower() for mention in rest.objects(status.get("mentions")) or ()]
    return all("@" not in handle or f"@{handle}" in named for handle in handles)


def _normalized(text: str) -> str:
    """What stays the same however a server shows a text: no schemes, no hosts of mentions, one blank between words."""
    return _squeezed(MENTION.sub(r"\1", SCHEME.sub("", unicodedata.normalize("NFKC", text))))


def _bare(warning: str) -> str:
    """What is left of a warning that a server has taken for HTML."""
    return _normalized(TAG.sub("", unescape(warning)))


def _squeezed(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def shown(html: str) -> str:
    """The characters of a status, from its HTML: links in full, emoji by name, a line for each paragraph."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return "".join(reader.pieces)


class _Reader(HTMLParser):
    """Collects what a status says. `link`: address, and where its words begin; `unsaid`: how deep in a quote."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.link = ("", 0)
        self.unsaid = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if self.unsaid or "quote-inline" in attributes.get("class", "").split():
            self.unsaid += tag not in VOID
        elif tag == "img":
            self.pieces.append(attributes.get("alt", ""))
        elif tag == "a":
            self.link = (attributes.get("href", ""), len(self.pieces))
        elif tag in LINES:
            self.pieces.append("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self.unsaid:
            self.unsaid -= 1
        elif tag == "a":
            self._whole_link()
        elif tag in LINES:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.unsaid:
            self.pieces.append(data)

    def _whole_link(self) -> None:
        """Some servers cut a long address in what they show, and keep it whole in the link."""
        address, start = self.link
        text = "".join(self.pieces[start:])
        if text.endswith("…") and text.removesuffix("…") in address:
            self.pieces[start:] = [address]


network: Network[ApiClient] = Network(
    name="mastodon",
    title="Mastodon",
    docs="https://docs.joinmastodon.org/methods/statuses/",
    limits=Limits(
        text=(Measure(Limit(500, "characters", API, READ, DEFAULT), counting.mastodon),),
        form=formats.plain,
        find=mastodon.find,
        shortcodes="own",
        content_warning=True,
        visibility=(Visibility.PUBLIC, Visibility.UNLISTED, Visibility.FOLLOWERS, Visibility.PRIVATE),
        media_types=(
            *("image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/heic"),
            *("video/mp4", "video/webm", "video/quicktime"),
        ),
        files=Limit(4, "files", API, READ, DEFAULT),
        images=Limit(4, "images", API, READ, DEFAULT),
        image_bytes=Limit(16 * 1024 * 1024, "bytes", API, READ, DEFAULT),
        image_pixels=Limit(33_177_600, "pixels", API, READ, DEFAULT),
        videos=Limit(1, "videos", SERVER, READ),
        video_bytes=Limit(99 * 1024 * 1024, "bytes", API, READ, "8,294,400 pixels, 120 fps; " + DEFAULT),
        alt=Limit(1_500, "characters", API, READ, DEFAULT),
        poll_options=Limit(4, "options", API, READ, DEFAULT),
        poll_option=Limit(50, "characters", API, READ, DEFAULT),
        poll_shortest=Limit(5, "minutes", API, READ, DEFAULT),
        poll_longest=Limit(43_829, "minutes", API, READ, DEFAULT),
        exclusions=(
            Exclusion("video", "image", SERVER, READ),
            Exclusion("video", "gif", SERVER, READ),
            Exclusion("poll", "media", SERVER, READ, certain=False),  # taken since June 2026
        ),
    ),
    options=(
        Option("instance", "The server's address.", required=True, example="https://mastodon.social", destination=True),
    ),
    auth=Token(
        page="{instance}/settings/applications/new",
        steps=(
            "Name the application cmflow, tick read and write, and no more.",
            "Open it again, and copy “Your access token”.",
        ),
    ),
    connect=connect,
    publish=publish,
    find=find,
    delete=delete,
    verify=verify,
    numbers=numbers,
    metrics=metrics,
    account_metrics=account_metrics,
)
