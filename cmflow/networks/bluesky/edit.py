"""Giving the files of a published post other alt texts: its record is written anew, under the same name.

The record as it was read is named along (`swapRecord`): the server refuses to write over another one. Bluesky's AppView
reads the record again, as of its version of November 2026; other indexes may go on showing the first alt texts.
"""

from copy import deepcopy
from typing import Any

from cmflow.model import Receipt, Remote
from cmflow.model.errors import Rejected
from cmflow.netkit.atproto import Ask, Json, Session
from cmflow.netkit.errors import other_files
from cmflow.networks.bluesky.records import address_of, fields, inside, record_at, remote

LISTS = {"app.bsky.embed.images": "images", "app.bsky.embed.gallery": "items"}


def describe(session: Session, receipt: Receipt, alts: tuple[str, ...]) -> Remote:
    _, collection, name = address_of(receipt.id or receipt.url)
    target = (session.did, collection, name)
    current = record_at(session, target)
    if current is None:
        raise Rejected("The post is not there.", "It may have been deleted: see cmflow unpublish --by-hand.")
    record = deepcopy(inside(current, "value"))
    files = _files(record)
    if len(files) != len(alts):
        raise other_files(receipt.url, len(files), len(alts))
    for file, alt in zip(files, alts, strict=True):
        file["alt"] = alt
    if record == current["value"]:
        return remote(target, current)
    body = {**fields(target), "record": record, "swapRecord": current["cid"]}
    return remote(target, session.ask(Ask("repo.putRecord", body=body, needs=("uri", "cid"), writes=True)))


def _files(record: Json) -> list[Json]:
    """What has an alt text in a record: its pictures, or its video."""
    embed = inside(record, "embed")
    shown = inside(embed, "media") or embed
    if shown.get("$type") == "app.bsky.embed.video":
        return [shown]
    items: Any = shown.get(LISTS.get(str(shown.get("$type")), ""))
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
