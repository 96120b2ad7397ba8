"""The format of the ledger's files as data: their fields, and the JSON Schema generated from them.

`codec` reads and writes these names; docs/schema/ holds the schemas for other programs.
"""

from enum import StrEnum

from cmflow.model import State
from cmflow.values import dataclass

VERSION = 1

Schema = dict[str, object]


class Shape(StrEnum):
    VERSION = "version"
    TEXT = "text"
    NUMBER = "number"
    MOMENT = "moment"
    STATE = "state"
    LIST = "list"
    OBJECT = "object"
    TEXTS = "texts"
    NAMED = "named"  # texts by names of one's own
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Field:
    """One field; what may be left out is left out where it is empty. `items` are the fields of an object, or of what a
    list holds."""

    name: str
    shape: Shape
    doc: str
    required: bool = False
    items: tuple["Field", ...] = ()


RECEIPT = (
    Field("part", Shape.NUMBER, "Which part was published, counted from 0.", True),
    Field("id", Shape.TEXT, "The network's id of this part.", True),
    Field("url", Shape.TEXT, "The address where this part can be seen.", True),
    Field("at", Shape.MOMENT, "When the network accepted this part.", True),
)
EVENT = (
    Field("at", Shape.MOMENT, "When it happened.", True),
    Field("state", Shape.STATE, "The state of the delivery from then on.", True),
    Field("run", Shape.TEXT, "The run that did it, if it is not the delivery's `run`."),
    Field("note", Shape.TEXT, "Why, in words."),
    Field("places", Shape.TEXTS, "The earlier addresses of the post, if it was unpublished or is published again."),
)
TRANSFER = (
    Field("id", Shape.TEXT, "The network's id of the upload; never a secret that grants write access to it.", True),
    Field("file", Shape.TEXT, "The fingerprint of the file.", True),
    Field("at", Shape.MOMENT, "When the upload began.", True),
    Field("arrived", Shape.NUMBER, "How many bytes have certainly arrived.", True),
    Field(
        "requested",
        Shape.MOMENT,
        "When the request that makes the post was about to begin. Without it, the post is certainly not published.",
    ),
)
DELIVERY = (
    Field(
        "version",
        Shape.VERSION,
        "The version of this format. A file with another version is left untouched and reported.",
        True,
    ),
    Field("post", Shape.TEXT, "The id of the post.", True),
    Field("account", Shape.TEXT, "The account, by its name in the plan.", True),
    Field("state", Shape.STATE, "Its state.", True),
    Field("due", Shape.MOMENT, "When it was due, as of the last step.", True),
    Field("path", Shape.TEXT, "The file of the post."),
    Field("commit", Shape.TEXT, "The commit that was published."),
    Field("digest", Shape.TEXT, "Identifies exactly what was to be sent (40 digits), and where (24)."),
    Field("run", Shape.TEXT, "The run that wrote last."),
    Field("attempt", Shape.NUMBER, "Requests for the open part that got no clear answer.", True),
    Field("key", Shape.TEXT, "The name of the open request."),
    Field("written", Shape.MOMENT, "When the open request was first intended."),
    Field("parts", Shape.NUMBER, "How many parts there are.", True),
    Field("receipts", Shape.LIST, "The proof of each published part, in order.", items=RECEIPT),
    Field("error", Shape.TEXT, "What went wrong last."),
    Field("retry_at", Shape.MOMENT, "The time from which a run may try again."),
    Field("history", Shape.LIST, "Every step, oldest first.", items=EVENT),
    Field("transfer", Shape.OBJECT, "The upload of a large file of the open part.", items=TRANSFER),
    Field("described", Shape.TEXT, "What `digest` would be with the alt texts that the post has been given since."),
)
LIFE = (
    Field("version", Shape.VERSION, "The version of this format.", True),
    Field("at", Shape.MOMENT, "When a run last left a sign of life.", True),
    Field("run", Shape.TEXT, "The name of that run.", True),
    Field("held", Shape.NAMED, "What was due but on hold, as post/account, and why."),
)
APPROVAL = (
    Field("by", Shape.TEXT, "Who approved it, by their GitHub name.", True),
    Field("at", Shape.MOMENT, "When it was approved.", True),
    Field("pull", Shape.NUMBER, "The pull request in which it was approved.", True),
    Field("commit", Shape.TEXT, "The commit that was approved.", True),
    Field(
        "authors", Shape.TEXTS, 'Who wrote the post in that pull request; "" is a person GitHub does not know.', True
    ),
    Field(
        "digests",
        Shape.NAMED,
        "For each account, the digest of exactly what that commit would have sent, and where.",
        True,
    ),
)
APPROVALS = (
    Field(
        "version",
        Shape.VERSION,
        "The version of this format. A file with another version approves nothing, and is rewritten.",
        True,
    ),
    Field("post", Shape.TEXT, "The id of the post.", True),
    Field(
        "approvals", Shape.LIST, "The latest approval by each person in each pull request of the post.", True, APPROVAL
    ),
)

STOP = (
    Field("at", Shape.MOMENT, "The time from which nothing was published.", True),
    Field("reason", Shape.TEXT, "Why publishing was stopped.", True),
    Field("by", Shape.TEXT, "Who stopped it, if GitHub says so."),
    Field("run", Shape.TEXT, "The run that stopped it."),
    Field("resumed", Shape.MOMENT, "When a person resumed publishing; without it, the stop is in force."),
    Field("resumed_by", Shape.TEXT, "Who resumed it, if GitHub says so."),
    Field("resumed_run", Shape.TEXT, "The run that resumed it."),
)
CONFIRMATION = (
    Field("post", Shape.TEXT, "The id of the post.", True),
    Field("account", Shape.TEXT, "The account, by its name in the plan.", True),
    Field("due", Shape.MOMENT, "When it was due; another date needs no confirmation.", True),
    Field("at", Shape.MOMENT, "When a person confirmed it.", True),
)
STOPS = (
    Field("version", Shape.VERSION, "The version of this format. A file with another version stops publishing.", True),
    Field("stops", Shape.LIST, "Every stop, oldest first.", True, STOP),
    Field("confirmations", Shape.LIST, "What is sent although it was due during a stop.", items=CONFIRMATION),
)

SPAN = (
    Field("start", Shape.NUMBER, "Its first character, counted from 0 in code points.", True),
    Field("end", Shape.NUMBER, "The character after its last one.", True),
    Field("kind", Shape.TEXT, "What it is: `link`, `mention`, `tag`, `bold` and so on.", True),
    Field("value", Shape.TEXT, "Where it leads, whom it mentions, or how it is written."),
)
SUBTITLES = (
    Field("path", Shape.TEXT, "The file.", True),
    Field("language", Shape.TEXT, "Their language, if it is not the post's."),
)
MEDIA = (
    Field("path", Shape.TEXT, "The file.", True),
    Field("alt", Shape.TEXT, "The alt text."),
    Field("subtitles", Shape.LIST, "The subtitles of a video.", items=SUBTITLES),
)
DISPLAY = (
    Field("text", Shape.TEXT, "The characters.", True),
    Field("spans", Shape.LIST, "What stretches of them are.", items=SPAN),
)
PART = (
    Field("text", Shape.TEXT, "The characters that were sent.", True),
    Field("spans", Shape.LIST, "What stretches of them are.", items=SPAN),
    Field("html", Shape.TEXT, "The formatted text that was sent beside it."),
    Field("display", Shape.OBJECT, "What readers see, if it differs.", items=DISPLAY),
    Field("paste", Shape.TEXT, "What a person pastes, if that differs from what readers see."),
    Field("plain", Shape.TEXT, "The text in plain characters, if that differs from what readers see."),
    Field("media", Shape.LIST, "Pictures, videos and documents, in order.", items=MEDIA),
    Field("length", Shape.NUMBER, "Its length, as the network counts."),
    Field("limit", Shape.NUMBER, "The limit that the network had."),
)
POLL = (
    Field("options", Shape.TEXTS, "What could be chosen.", True),
    Field("seconds", Shape.NUMBER, "How long it was open.", True),
    Field("multiple", Shape.FLAG, "Several could be chosen."),
)
CARD = (
    Field("title", Shape.TEXT, "The title of the page."),
    Field("description", Shape.TEXT, "What it is about."),
    Field("picture", Shape.OBJECT, "Its picture.", items=MEDIA),
)
PUBLICATION = (
    Field("account", Shape.TEXT, "The account, by its name in the plan.", True),
    Field("network", Shape.TEXT, "The network of the account.", True),
    Field("digest", Shape.TEXT, "The digest of the delivery that this was.", True),
    Field("at", Shape.MOMENT, "When the delivery was recorded as sent, or its alt texts were changed.", True),
    Field("due", Shape.MOMENT, "When it was due.", True),
    Field("post_title", Shape.TEXT, "The title that the post had."),
    Field("parts", Shape.LIST, "The messages, in order.", True, PART),
    Field("title", Shape.TEXT, "The title that was sent."),
    Field("tags", Shape.TEXTS, "The tags that were sent apart from the text."),
    Field("link", Shape.TEXT, "The link that was sent apart from the text."),
    Field("language", Shape.TEXT, "The language."),
    Field("content_warning", Shape.TEXT, "The content warning."),
    Field("visibility", Shape.TEXT, "Who can see it, if not everybody."),
    Field("reply_to", Shape.TEXT, "What it replies to."),
    Field("quote", Shape.TEXT, "What it quotes."),
    Field("repost", Shape.TEXT, "What it reposts."),
    Field("poll", Shape.OBJECT, "The poll.", items=POLL),
    Field("first_comment", Shape.OBJECT, "The first comment.", items=PART),
    Field("version", Shape.TEXT, "The version of its A/B test."),
    Field("card", Shape.OBJECT, "The card of the link.", items=CARD),
    Field("files", Shape.NAMED, "The blob id of the post and of each file, by its path."),
)
PUBLICATIONS = (
    Field("version", Shape.VERSION, "The version of this format. A file with another version is left untouched.", True),
    Field("post", Shape.TEXT, "The id of the post.", True),
    Field("publications", Shape.LIST, "What was sent, one item per account.", True, PUBLICATION),
)

_SHAPES: dict[Shape, Schema] = {
    Shape.VERSION: {"const": VERSION},
    Shape.TEXT: {"type": "string"},
    Shape.NUMBER: {"type": "integer", "minimum": 0},
    Shape.MOMENT: {
        "type": "string",
        "format": "date-time",
        "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3}|\.\d{6})?(Z|[+-]\d\d:\d\d)$",
    },
    Shape.STATE: {"enum": [state.value for state in State]},
    Shape.LIST: {"type": "array"},
    Shape.TEXTS: {"type": "array", "items": {"type": "string"}},
    Shape.NAMED: {"type": "object", "additionalProperties": {"type": "string"}},
    Shape.FLAG: {"type": "boolean"},
}


def delivery() -> Schema:
    """JSON Schema of `deliveries/<shard>/<post>/<account>.json`."""
    return _document("A delivery", "One post on one account, as the ledger records it.", DELIVERY)


def life() -> Schema:
    """JSON Schema of `last-run.json`."""
    return _document("A sign of life", "When a run last left a sign of life; written every few hours.", LIFE)


def approvals() -> Schema:
    """JSON Schema of `approvals/<shard>/<post>.json`."""
    return _document("Approvals", "Who approved a post on GitHub, and exactly what they approved.", APPROVALS)


def stops() -> Schema:
    """JSON Schema of `stop.json`."""
    return _document("Stops", "When nothing was published, why, and what was confirmed afterwards.", STOPS)


def publications() -> Schema:
    """JSON Schema of `publications/<shard>/<post>.json`."""
    return _document("Publications", "What was sent of a post, as its readers saw it.", PUBLICATIONS)


def _document(title: str, about: str, fields: tuple[Field, ...]) -> Schema:
    head: Schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, "description": about}
    return head | _object(fields)


def _object(fields: tuple[Field, ...]) -> Schema:
    return {
        "type": "object",
        "properties": {field.name: _value(field) for field in fields},
        "required": [field.name for field in fields if field.required],
        "additionalProperties": False,
    }


def _value(field: Field) -> Schema:
    if field.shape is Shape.OBJECT:
        return {"description": field.doc} | _object(field.items)
    items: Schema = {"items": _object(field.items)} if field.items else {}
    return {"description": field.doc} | _SHAPES[field.shape] | items
