"""A publication as a row of the ledger's file: what its readers saw, and nothing that can be told from the rest."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from cmflow.ledger import codec, schema
from cmflow.ledger.schema import Field, Shape
from cmflow.model import Card, Form, Kind, Media, Part, Poll, Publication, Span, Subtitles, Text, Variant, Visibility

Row = dict[str, Any]

_WORDS = ("title", "link", "language", "content_warning", "reply_to", "quote", "repost", "version")
_LEVELS = frozenset("123456")
LONGEST = 100  # characters of a bullet with its indentation


def encode(publication: Publication, digest: str, time: datetime) -> Row:
    """The row of a delivery with that digest, recorded at `time`; empty values are left out."""
    variant = publication.variant
    row: Row = {
        "account": variant.account,
        "network": variant.network,
        "digest": digest,
        "at": _moment(time),
        "due": variant.time.isoformat().replace("+00:00", "Z"),
        "post_title": publication.title,
        "parts": [_part_row(part) for part in variant.parts],
        **{name: getattr(variant, name) for name in _WORDS},
        "tags": [*variant.tags],
        "visibility": "" if variant.visibility is Visibility.PUBLIC else variant.visibility.value,
        "poll": _poll_row(variant.poll) if variant.poll else None,
        "first_comment": _part_row(variant.first_comment) if variant.first_comment else None,
        "card": _card_row(variant.card) if variant.card else None,
        "files": dict(publication.files),
    }
    required = {field.name for field in schema.PUBLICATION if field.required}
    return {name: value for name, value in row.items() if name in required or value}


def _moment(time: datetime) -> str:
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _part_row(part: Part) -> Row:
    form, seen = part.form, part.form.display
    display = {"text": seen.chars, **_spans_row(seen.spans)} if form.display_text is not None else None
    optional = {
        "html": form.html,
        "display": display,
        "paste": form.paste_text,
        "plain": part.text.chars if part.text.chars != seen.chars else "",
        "media": [_media_row(item) for item in part.media],
        "length": part.length,
        "limit": part.limit,
    }
    return {"text": form.body, **_spans_row(form.spans), **{name: value for name, value in optional.items() if value}}


def _spans_row(spans: Iterable[Span]) -> Row:
    rows = [
        {"start": span.start, "end": span.end, "kind": span.kind.value, **({"value": span.value} if span.value else {})}
        for span in spans
    ]
    return {"spans": rows} if rows else {}


def _media_row(media: Media) -> Row:
    subtitles = [
        {"path": item.path, **({"language": item.language} if item.language else {})} for item in media.subtitles
    ]
    return {"path": media.path, "alt": media.alt, **({"subtitles": subtitles} if subtitles else {})}


def _poll_row(poll: Poll) -> Row:
    return {"options": [*poll.options], "seconds": int(poll.duration.total_seconds()), "multiple": poll.multiple}


def _card_row(card: Card) -> Row:
    picture = {"picture": _media_row(card.picture)} if card.picture else {}
    return {"title": card.title, "description": card.description, **picture}


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────


def decode(post: str, row: Mapping[str, Any]) -> Publication:
    """The publication in a row. Raises KeyError, TypeError, ValueError, OverflowError or RecursionError."""
    _check(row, schema.PUBLICATION)
    comment, card, poll = row.get("first_comment"), row.get("card"), row.get("poll")
    variant = Variant(
        post,
        row["account"],
        row["network"],
        codec.moment(row["due"]),
        tuple(map(_part, row["parts"])),
        tags=tuple(row.get("tags", ())),
        visibility=Visibility(row.get("visibility", "public")),
        poll=Poll(tuple(poll["options"]), timedelta(seconds=poll["seconds"]), poll.get("multiple", False))
        if poll
        else None,
        first_comment=_part(comment) if comment else None,
        digest=row["digest"],
        card=_card(card) if card else None,
    )
    variant = replace(variant, **{name: row[name] for name in _WORDS if name in row})
    if not variant.parts:
        raise ValueError("it has no parts")
    return Publication(variant, row.get("post_title", ""), tuple(row.get("files", {}).items()), codec.moment(row["at"]))


def _part(row: Mapping[str, Any]) -> Part:
    body, shown = row["text"], row.get("display")
    display = Text(shown["text"], _spans(shown, shown["text"])) if shown else None
    form = Form(body, _spans(row, body), row.get("html", ""), display, row.get("paste"))
    plain = row.get("plain") or form.display.chars
    media = tuple(map(_media, row.get("media", ())))
    return Part(Text(plain), form, media, row.get("length", 0), row.get("limit", 0))


def _spans(row: Mapping[str, Any], text: str) -> tuple[Span, ...]:
    spans = tuple(
        Span(span["start"], span["end"], Kind(span["kind"]), span.get("value", "")) for span in row.get("spans", ())
    )
    for span in spans:
        if not span.start <= span.end <= len(text):
            raise ValueError("a span is not inside its text")
        if span.kind is Kind.HEADING and span.value not in _LEVELS:
            raise ValueError("a heading has no level")
        if span.kind is Kind.ITEM and (len(span.value) > LONGEST or any(map(_is_odd, span.value))):
            raise ValueError("a bullet is not a number")
    return spans


def _is_odd(char: str) -> bool:
    """Return whether it is a digit that is not part of a number: ²."""
    return char.isdigit() and not char.isdecimal()


def _media(row: Mapping[str, Any]) -> Media:
    subtitles = (Subtitles(item["path"], item.get("language", "")) for item in row.get("subtitles", ()))
    return Media(row["path"], row.get("alt", ""), subtitles=tuple(subtitles))


def _card(row: Mapping[str, Any]) -> Card:
    picture = row.get("picture")
    return Card(row.get("title", ""), row.get("description", ""), _media(picture) if picture else None)


def _check(record: Any, fields: tuple[Field, ...]) -> None:
    """Raise ValueError for what a program that follows the schema would not have written."""
    if type(record) is not dict:
        raise ValueError("an object is not one")
    shapes = {field.name: field for field in fields}
    for name, value in record.items():
        if name not in shapes:
            raise ValueError(f"{name!r} is not a field")
        _check_value(shapes[name], value)
    missing = [field.name for field in fields if field.required and field.name not in record]
    if missing:
        raise ValueError(f"{missing[0]} is missing")


def _check_value(field: Field, value: Any) -> None:
    if field.shape is Shape.OBJECT:
        _check(value, field.items)
    elif field.shape is Shape.TEXT:
        _check_text(field, value)
    elif not _TESTS[field.shape](value):
        raise ValueError(f"{field.name} has an invalid value")
    elif field.shape is Shape.LIST:
        for item in value:
            _check(item, field.items)


def _check_text(field: Field, value: Any) -> None:
    """A path may belong to a file whose name is not UTF-8; everything else is whole characters."""
    if type(value) is not str:
        raise ValueError(f"{field.name} is not text")
    value.encode("utf-8", "surrogateescape" if field.name == "path" else "strict")


def _is_text(value: Any) -> bool:
    return type(value) is str


_TESTS: dict[Shape, Callable[[Any], bool]] = {
    Shape.MOMENT: _is_text,
    Shape.NUMBER: lambda value: type(value) is int and 0 <= value < 1 << 53,
    Shape.FLAG: lambda value: type(value) is bool,
    Shape.LIST: lambda value: type(value) is list,
    Shape.TEXTS: lambda value: type(value) is list and all(map(_is_text, value)),
    Shape.NAMED: lambda value: type(value) is dict and all(map(_is_text, (*value, *value.values()))),
}
