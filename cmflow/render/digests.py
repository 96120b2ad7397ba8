"""A digest names what is sent: two variants with one digest send the same bytes to the same place."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import timedelta
from typing import Any

from cmflow.model import CONTENT, Account, Card, Form, Media, Part, Poll, Span, Subtitles, Variant

# By class, the fields that are invisible on the network. All others are in the digest, and shown before they are sent.
UNSENT: Mapping[type[Any], tuple[str, ...]] = {
    Variant: ("post", "account", "network", "time", "digest", "tags_left_out", "version"),
    Part: ("text", "length", "limit"),
    Form: ("display_text", "paste_text"),
    Span: (),
    Media: ("line",),
    Subtitles: ("line",),
    Card: ("line",),
    Poll: ("line",),
}
SENT = {kind: tuple(field for field in fields(kind) if field.name not in unsent) for kind, unsent in UNSENT.items()}
_JSON = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True)
NAMES = {"content_warning": "warning"}  # what a field is called in the digests of the first versions
LATER: Mapping[type[Any], tuple[str, ...]] = {Media: ("subtitles",)}  # what is newer counts only where it is set
# The fields of the first digests, which count even where they are empty.
FIRST = (
    *("parts", "title", "tags", "link", "language", "content_warning", "visibility", "reply_to", "quote", "repost"),
    *("poll", "first_comment"),
)


def digest(variant: Variant, blobs: Mapping[str, str], account: Account) -> str:
    """Names everything that is sent, and where, but not when: equal digests send the same bytes to the same place.

    The first `CONTENT` digits are of what is sent, the others of the network and the account's options.
    """
    destination = [account.network, sorted(account.options)]
    return _sha256(_contents(variant, blobs))[:CONTENT] + _sha256(destination)[CONTENT:]


def text_digest(variant: Variant) -> str:
    """Names the words alone: what two posts with the same text to the same account have in common."""
    return _sha256([part.form.body for part in variant.parts])


def _contents(variant: Variant, blobs: Mapping[str, str]) -> dict[str, object]:
    """Every field that is sent, by name. One that is newer than the first digests counts only where it is set: what was
    sent before it existed keeps its digest."""
    values = ((field, getattr(variant, field.name)) for field in SENT[Variant])
    counted = ((field.name, value) for field, value in values if field.name in FIRST or value != field.default)
    return {NAMES.get(name, name): _canonical(value, blobs) for name, value in counted}


def _canonical(value: Any, blobs: Mapping[str, str]) -> object:
    """A value that is sent, as JSON has it: of our own classes, every field that is not among `UNSENT`."""
    kind = type(value)
    if kind is tuple:
        return [_canonical(item, blobs) for item in value]
    if kind in UNSENT:
        return [item for name, inner in _set_fields(value, kind) for item in _items(name, inner, blobs)]
    return value.total_seconds() if kind is timedelta else value


def _set_fields(value: Any, kind: type[Any]) -> list[tuple[str, object]]:
    later = LATER.get(kind, ())
    pairs = [(field.name, getattr(value, field.name)) for field in SENT[kind]]
    return [(name, inner) for name, inner in pairs if inner or name not in later] if later else pairs


def _items(name: str, value: object, blobs: Mapping[str, str]) -> list[object]:
    """A file counts by its bytes, not by its path; the fields of a form as if they were those of its part."""
    if isinstance(value, Form):
        return [_canonical(inner, blobs) for _, inner in _set_fields(value, Form)]
    return [blobs.get(str(value), "") if name == "path" else _canonical(value, blobs)]


def _sha256(value: object) -> str:
    return hashlib.sha256(_JSON.encode(value).encode()).hexdigest()
