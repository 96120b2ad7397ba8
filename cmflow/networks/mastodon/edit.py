"""Giving the files of a published post other alt texts. An edit replaces the whole post: what stays is sent again."""

from collections.abc import Mapping
from typing import Any

from cmflow.model import Receipt, Remote
from cmflow.model.errors import NotSent, Rejected
from cmflow.netkit import rest
from cmflow.netkit.errors import RETRY, other_files
from cmflow.netkit.rest import ApiClient
from cmflow.networks.mastodon import call
from cmflow.networks.mastodon.call import MISSING, Status

UNABLE = "It may not know how: Mastodon does since version 4.1. Change them there, then: cmflow describe --by-hand"


def describe(api: ApiClient, receipt: Receipt, alts: tuple[str, ...]) -> Remote:
    """Send text, warning and files as the server has them, with other alt texts; nothing where it has these already."""
    path = call.path(api, receipt)
    status = _document(api, path)
    files = rest.objects(status.get("media_attachments"))
    if files is None or len(files) != len(alts):
        raise other_files(receipt.url, len(files or ()), len(alts))
    if status.get("poll"):
        raise Rejected("An edit would change when its poll ends.", "Change the alt texts on Mastodon.")
    if _alts(files) != alts:
        answer = api.write("PUT", path, json=_fields(status, _document(api, f"{path}/source"), files, alts))
        edited = rest.document(answer)
        shown = rest.objects(edited.get("media_attachments")) if isinstance(edited, Mapping) else None
        if shown is None or _alts(shown) != alts:
            raise Rejected("The server left the alt texts as they were.", UNABLE)
    return Remote(receipt.id, receipt.url)


def _alts(files: list[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(str(file.get("description") or "") for file in files)


def _document(api: ApiClient, path: str) -> Mapping[str, Any]:
    answer = api.ask("GET", path, fine=MISSING)
    if answer.status_code in MISSING:
        raise Rejected("The post is not there.", "It may have been deleted: see cmflow unpublish --by-hand.")
    document = rest.document(answer)
    if not isinstance(document, Mapping):
        raise NotSent(f"{api.title} returned an answer that cannot be read.", RETRY)
    return document


def _fields(
    status: Status, source: Mapping[str, Any], files: list[Mapping[str, Any]], alts: tuple[str, ...]
) -> dict[str, Any]:
    ids = [str(file["id"]) for file in files]
    language = {"language": status["language"]} if status.get("language") else {}
    return {
        "status": str(source.get("text") or ""),
        "spoiler_text": str(source.get("spoiler_text") or ""),
        "sensitive": bool(status.get("sensitive")),
        **language,
        "media_ids": ids,
        "media_attributes": [{"id": number, "description": alt} for number, alt in zip(ids, alts, strict=True)],
    }
