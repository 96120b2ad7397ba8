"""Comparing a post on the server with a part: media, poll, warning, place in the thread, and text."""

import re
import unicodedata
from collections.abc import Mapping
from html import unescape

from cmflow.netkit import rest, status_text
from cmflow.netkit.network import Outgoing
from cmflow.netkit.rest import ApiClient
from cmflow.networks.mastodon.call import MISSING, Status, segment

NO_SOURCE = (400, 403, 404, 405, 410, 422, 501)
TAG = re.compile(r"<(?=[a-z/!?])[^>]*(?:>|$)", re.I)
SCHEME = re.compile(r"https?://", re.I)
MENTION = re.compile(r"(?<![\w/])(@[\w.-]*\w)@[\w.-]*\w")
WORD = re.compile(r"\w+")


def is_alike(status: Status, message: Outgoing) -> bool:
    """True where media, poll and warning are the same; text and place in the thread are not compared."""
    variant = message.variant
    files, poll = rest.objects(status.get("media_attachments") or []), status.get("poll") or {}
    choices = rest.objects(poll.get("options")) if isinstance(poll, Mapping) and poll else None if poll else []
    if files is None or choices is None:
        return False
    options = [unescape(str(choice.get("title"))) for choice in choices]
    planned = list(variant.poll.options) if variant.poll and not message.index else []
    warning = str(status.get("spoiler_text") or "")
    has_warning = _bare(warning) == _bare(variant.content_warning) or not message.part.form.body.strip()
    return len(files) == len(message.part.media) and options == planned and has_warning


def is_at_index(api: ApiClient, status: Status, index: int, target: str, by_id: dict[str, Status]) -> bool:
    """True for the post at this index of a thread whose first post answers `target`, or nothing where it is ""."""
    for _ in range(index):
        parent = str(status.get("in_reply_to_id") or "")
        if parent in ("", target):
            return False
        if parent not in by_id:
            result = rest.document(api.ask("GET", f"/api/v1/statuses/{segment(parent)}", fine=MISSING))
            by_id[parent] = result if isinstance(result, Mapping) else {}
        status = by_id[parent]
    return str(status.get("in_reply_to_id") or "") == target


def has_same_text(api: ApiClient, status: Status, message: Outgoing) -> bool:
    """True for the same text; where the HTML shows nearly the same, the source that the server keeps decides."""
    body, text = message.part.form.body, normalize(status_text.read(str(status.get("content") or "")))
    if not body.strip():
        return len(text) <= 1  # some servers write a mark of their own into a post without text
    if text == normalize(body) and _has_mentions_only_of(status, body):
        return True
    if not _is_near(text, normalize(body)):
        return False
    source = api.ask("GET", f"/api/v1/statuses/{segment(str(status['id']))}/source", fine=NO_SOURCE)
    return source.is_success and _squeeze(rest.text(source, "text")) == _squeeze(body)


def _is_near(text: str, body: str) -> bool:
    """True where at least half of the expected words are there: the server may have read the others as markup."""
    expected = set(WORD.findall(body))
    return 2 * len(expected & set(WORD.findall(text))) >= len(expected)


def _has_mentions_only_of(status: Status, body: str) -> bool:
    """True where the text names every account that the post mentions: HTML shows `@ana` for one on any server."""
    named = body.lower()
    handles = [str(mention.get("acct")).lower() for mention in rest.objects(status.get("mentions")) or ()]
    return all("@" not in handle or f"@{handle}" in named for handle in handles)


def normalize(text: str) -> str:
    """A text without the parts that servers show in different ways: schemes, hosts of mentions, kinds of blanks."""
    return _squeeze(MENTION.sub(r"\1", SCHEME.sub("", unicodedata.normalize("NFKC", text))))


def _bare(warning: str) -> str:
    """A warning without what a server takes for HTML."""
    return normalize(TAG.sub("", unescape(warning)))


def _squeeze(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
