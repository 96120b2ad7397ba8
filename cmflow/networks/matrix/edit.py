"""Giving the file of a published event another alt text: an event of its own, which takes the place of the first."""

import hashlib
from collections.abc import Mapping
from typing import Any

from cmflow.model import Receipt, Remote
from cmflow.model.errors import Rejected
from cmflow.netkit import rest
from cmflow.netkit.errors import other_files, unreadable
from cmflow.networks.matrix.call import MESSAGE, Content, Matrix, event_id, segment
from cmflow.networks.matrix.event import ALT, TEXT

FILES = ("m.image", "m.video")
REPLACES = "m.replace"


def describe(matrix: Matrix, receipt: Receipt, alts: tuple[str, ...]) -> Remote:
    """Send the event again as it is now, with another alt text; apps show it in place of the first."""
    number = receipt.id or event_id(receipt.url)
    version, content = _current(matrix, number)
    has_file = content.get("msgtype") in FILES
    if len(alts) != has_file:
        raise other_files(receipt.url, int(has_file), len(alts))
    described = _described(content, alts[0])
    if described != content:
        related = {"rel_type": REPLACES, "event_id": number}
        copy = {**described, "body": f"* {described['body']}", "m.mentions": {}}  # no one is notified again
        edit = {**copy, "m.new_content": described, "m.relates_to": related}
        path = f"{matrix.path}/send/{MESSAGE}/{_transaction(number, version, alts[0])}"
        if not rest.text(matrix.api.write("PUT", path, json=edit), "event_id"):
            raise unreadable("Matrix", writes=True)
    return matrix.remote(number)


def _current(matrix: Matrix, number: str) -> tuple[str, Content]:
    """The id and the content of the newest version of an event, without what it answers."""
    answer = matrix.api.ask("GET", f"{matrix.path}/event/{segment(number)}", fine=(404,))
    event = rest.document(answer) if answer.is_success else {}
    edit = _inside(event, "unsigned", "m.relations", REPLACES)
    content = _inside(edit, "content", "m.new_content") or _inside(event, "content")
    if not content:  # deleted: an event without content is left
        raise Rejected("The post is not there.", "It may have been deleted: see cmflow unpublish --by-hand.")
    kept = {name: value for name, value in content.items() if name != "m.relates_to"}
    return str(edit.get("event_id") or number), kept


def _described(content: Content, alt: str) -> Content:
    """The body is the file's alt text where the picture has no words of its own."""
    text = content.get(ALT)
    former = [str(item.get("body")) for item in rest.objects(text.get(TEXT)) or ()] if isinstance(text, Mapping) else []
    name = str(content.get("filename") or "")
    body = alt or name if content.get("body") in (*former, name) else content.get("body")
    rest_of_it = {key: value for key, value in content.items() if key != ALT}
    return {**rest_of_it, "body": body, **({ALT: {TEXT: [{"body": alt}]}} if alt else {})}


def _inside(value: Any, *names: str) -> Mapping[str, Any]:
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def _transaction(number: str, version: str, alt: str) -> str:
    """The same edit of the same version is one event, however often it is sent."""
    return "cmflow-describe-" + hashlib.sha256("\0".join((number, version, alt)).encode()).hexdigest()[:32]
