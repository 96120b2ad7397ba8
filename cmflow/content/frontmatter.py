"""Bytes of a Markdown file → front matter, whose values are strings exactly as written, and the body.

Strict: nothing is guessed and nothing is raised. Whatever is wrong with the file is a `Problem`.
"""

import re
from bisect import bisect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

from frontmatter.default_handlers import YAMLHandler
from yaml import YAMLError
from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from cmflow.content import conflicts, yaml_errors
from cmflow.content.yaml_errors import LineError
from cmflow.model import Problem
from cmflow.model.errors import SourceError
from cmflow.values import dataclass

try:
    from yaml import CBaseLoader
except (
    ImportError
):  # the parser in pure Python reads some damaged files otherwise: no verdict may depend on the machine
    raise SourceError(
        "PyYAML is installed without libyaml, but cmflow reads posts only with libyaml.",
        "Install it as published: pip install --force-reinstall --only-binary PyYAML PyYAML",
    ) from None

LIMIT = 1_000_000  # bytes of one file
MOST = 100  # problems reported for one file: a person fixes the first ones, a hostile file does not cost minutes
DEPTH = 8  # levels of lists and mappings; the deepest key there is needs 5


class Field(NamedTuple):
    """A value and the line of its key (of the item itself, in a list).

    `value` is a scalar as written, None where nothing is written, a tuple of fields, or a mapping of them.
    (A named tuple, as it is made 30 times a post and costs a third of a frozen dataclass.)
    """

    value: "str | tuple[Field, ...] | Mapping[str, Field] | None"
    line: int


_field = partial(tuple.__new__, Field)  # half the time of `Field()`

Map = Mapping[str, Field]


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What a file holds. `body` has no blank lines around it and starts at `body_line` of the file.

    `readable` is False where the front matter could not be read at all: then only `problems` has anything.
    """

    fields: Map
    body: str
    body_line: int
    problems: tuple[Problem, ...] = ()
    readable: bool = True
    head: str = field(default="", compare=False, repr=False)

    def sorted(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """Return what was found in the file, in its order, with what is invisible in those lines."""
        return tuple(sorted(yaml_errors.revealed(problems, self.head)))


def read(data: bytes, path: str) -> FrontMatter:
    """The front matter and body of a file's bytes. `path` only names the file in problems."""
    errors: list[LineError] = []
    try:
        text = _text(data, errors)
        _unmerged(text, errors)
        head, body = _split(text)
        fields = StrictHandler(errors).load(head)
    except LineError as broken:
        errors.append(broken)
        return FrontMatter({}, "", 1, tuple(broken_part.problem(path) for broken_part in errors[-MOST:]), False)
    body, line = _trim(body, head.count("\n") + 1)
    return FrontMatter(fields, body, line, tuple(error.problem(path) for error in errors[:MOST]), head=head)


# ── bytes → text ────────────────────────────────────────────────────────────────────────────────────────────

# what no text for people holds: control characters, which networks drop or refuse
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


def _text(data: bytes, errors: list[LineError]) -> str:
    """The characters, with `\\n` as the only line end."""
    if len(data) > LIMIT:
        message = f"The file has {len(data):,} bytes; a post or plan has {LIMIT:,} at most."
        raise LineError(1, "too-large", message, _SMALLER)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise _not_utf8(data, error.start) from None
    if text.startswith("\ufeff"):
        text = text[1:]
        errors.append(LineError(1, "bom", "The file starts with an invisible byte order mark.", _NO_BOM))
    if "\r" in text:
        line = text.count("\n", 0, text.index("\r")) + 1
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        errors.append(LineError(line, "crlf", "The lines have Windows endings (CRLF).", _NO_CRLF))
    if bad := CONTROLS.search(text):
        message = f"There is an invisible control character (U+{ord(bad[0]):04X}) here."
        raise LineError(text.count("\n", 0, bad.start()) + 1, "bad-value", message, _NO_CONTROL)
    return text


_SMALLER = "Pictures and videos go into files of their own, named under `media:`."
_NO_BOM = "It was read without it. Save the file as UTF-8 without BOM."
_NO_CRLF = "They were read as plain line ends. Set your editor, or `* text=auto eol=lf` in .gitattributes."
_NO_UTF16 = "If .gitattributes has `working-tree-encoding` for it, delete that first. Save the file as UTF-8."
_NO_CONTROL = "Delete it, or type that word again."


def _not_utf8(data: bytes, start: int) -> LineError:
    line = data.count(b"\n", 0, start) + 1
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return LineError(line, "not-utf8", "The file is UTF-16, not UTF-8.", _NO_UTF16)
    message = f"Byte 0x{data[start]:02X} is not UTF-8; in Windows or Latin-1 text it would be `{_latin(data[start])}`."
    return LineError(line, "not-utf8", message, "Save the file as UTF-8.")


def _latin(byte: int) -> str:
    return bytes([byte]).decode("cp1252", "replace")


def _unmerged(text: str, errors: list[LineError]) -> None:
    """In the body a merge conflict is one problem among others; a front matter with one means nothing."""
    if not conflicts.line(text, len(text)):  # nearly always: where the front matter ends does not matter then
        return
    ends = [match.start() for match in islice(StrictHandler.FM_BOUNDARY.finditer(text), 2)]
    head = ends[1] if len(ends) == 2 else len(text)
    line = conflicts.line(text, head)
    if line:
        broken = LineError(line, "conflict-markers", conflicts.MESSAGE, conflicts.HINT)
        if line <= text.count("\n", 0, head):
            raise broken
        errors.append(broken)


# ── text → head and body ────────────────────────────────────────────────────────────────────────────────────


def _split(text: str) -> tuple[str, str]:
    """The front matter, starting with the line end after `---`, and all that follows the closing `---`."""
    handler = StrictHandler()
    if not handler.detect(text):
        raise LineError(1, "no-front-matter", "The file does not start with a line `---`.", _start_hint(text))
    try:
        return handler.split(text)
    except ValueError:
        raise _unclosed(text) from None


def _start_hint(text: str) -> str:
    if text.startswith("+++"):
        return "This looks like TOML. cmflow reads YAML between two lines `---`."
    if re.match(yaml_errors.DASHES, text.split("\n", 1)[0]):
        return "Write three plain hyphens, `---`, and nothing else on the first line."
    if re.search(r"^---[ \t]*$", text, re.MULTILINE):
        return "Remove everything above the first `---`, empty lines too."
    return "Begin the file with a line `---`, then the keys, then a line `---`, then the text."


def _unclosed(text: str) -> LineError:
    lines = text.split("\n")
    end = next((n for n, line in enumerate(lines[1:], 2) if re.match(yaml_errors.DASHES, line)), 0)
    if end:
        return yaml_errors.almost_closed(end)
    message = "The front matter that opens here is never closed."
    return LineError(1, "unclosed-front-matter", message, "Put a line with only `---` between the keys and the text.")


def _trim(text: str, line: int) -> tuple[str, int]:
    """The body without blank lines around it, and its line; `rest` begins at the end of line `line`."""
    body = text.strip()
    if not body:
        return "", line
    start = text.rindex("\n", 0, text.index(body[0])) + 1
    return text[start:].rstrip(), line + text.count("\n", 0, start)


# ── head → fields ───────────────────────────────────────────────────────────────────────────────────────────

COMMENT = re.compile(r"(?<=[\s])#(?=[^\s#!])")  # ` #word`: YAML takes it, and the rest of the line, for a comment
BREAKS = re.compile("[\u2028\u2029]")  # line ends to YAML, to no editor


class StrictHandler(YAMLHandler):
    """python-frontmatter's YAML handler, with a boundary of exactly three hyphens and a reader that guesses nothing."""

    FM_BOUNDARY = re.compile(r"^---[ \t]*$", re.MULTILINE)

    def __init__(self, errors: list[LineError] | None = None) -> None:
        super().__init__()
        self.errors = [] if errors is None else errors

    def load(self, fm: str, **_: object) -> dict[str, Field]:
        """The fields of a front matter that starts with the end of line 1. Raises `LineError`; adds to `errors`."""
        if bad := BREAKS.search(fm):
            message = f"There is an invisible line break (U+{ord(bad[0]):04X}) here."
            raise LineError(fm.count("\n", 0, bad.start()) + 1, "yaml-syntax", message, _NO_CONTROL)
        hashes = "#" in fm and COMMENT.search(fm) is not None
        try:
            builder = _Builder(CBaseLoader(fm).get_event, self.errors, hashes)
            fields = builder.document()
        except YAMLError as error:
            raise yaml_errors.explain(error, fm.split("\n")) from None
        if hashes:
            self.errors.extend(islice(_lost_words(fm, builder.starts, builder.ends), MOST))
        return fields


class _Builder:
    """Reads the events of one document. Holds the open parser, what was found, and where scalars are in the text."""

    def __init__(self, event: Callable[[], Any], errors: list[LineError], hashes: bool) -> None:
        self.event = event
        self.errors = errors
        self.hashes = hashes  # whether the positions of scalars matter
        self.starts: list[int] = []
        self.ends: list[int] = []

    def document(self) -> dict[str, Field]:
        event = self.event
        event()  # the stream starts
        if type(event()) is StreamEndEvent:
            return {}
        first = event()
        line = first.start_mark.line + 1
        value = self.value(first, 0)
        event()  # the document ends
        if type(last := event()) is not StreamEndEvent:
            raise yaml_errors.second_document(last.start_mark.line + 1)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise yaml_errors.not_keys(line)
        return value

    def value(self, event: Any, depth: int) -> Any:
        """Return what the event, and those that belong to it, say: str, tuple of Field, dict of Field, or None."""
        kind = type(event)
        if kind is ScalarEvent and event.tag is None and event.anchor is None:  # nearly always
            return self.scalar(event)
        if kind is AliasEvent:
            self.errors.append(yaml_errors.extra(event.start_mark.line + 1, "`*`, a YAML alias"))
            return None
        if event.anchor is not None or event.tag is not None:
            sign = "`&`, a YAML anchor" if event.tag is None else "`!`, a YAML tag"
            self.errors.append(yaml_errors.extra(event.start_mark.line + 1, sign))
        if kind is ScalarEvent:
            return self.scalar(event)
        if depth == DEPTH:
            raise LineError(event.start_mark.line + 1, "yaml-syntax", _TOO_DEEP, "Remove some brackets or indentation.")
        return self.mapping(depth + 1) if kind is MappingStartEvent else self.sequence(depth + 1)

    def scalar(self, event: Any) -> str | None:
        if self.hashes:
            self.ends.append(event.end_mark.index)
            self.starts.append(event.start_mark.index)
        return event.value or (None if event.implicit[0] else "")

    def sequence(self, depth: int) -> tuple[Field, ...]:
        items = []
        while type(event := self.event()) is not SequenceEndEvent:
            items.append(_field((self.value(event, depth), event.start_mark.line + 1)))
        return tuple(items)

    def mapping(self, depth: int) -> dict[str, Field]:
        fields: dict[str, Field] = {}
        while type(event := self.event()) is not MappingEndEvent:
            line = event.start_mark.line + 1
            plain = type(event) is ScalarEvent and event.implicit[0]
            key = self.value(event, depth)
            field = _field((self.value(self.event(), depth), line))
            if not isinstance(key, str):
                self.errors.append(LineError(line, "yaml-syntax", _NO_KEY, "Write `key: value`."))
            elif key == "<<" and plain:
                self.errors.append(
                    LineError(line, "yaml-alias", "`<<` would copy keys from elsewhere.", "Write them out.")
                )
            elif key in fields:
                first = fields[key].line
                message = f"`{key[:60]}` is set again here; it is already set on line {first}."
                self.errors.append(LineError(line, "duplicate-key", message, "Keep one of the two."))
            else:
                fields[key] = field
        return fields


_TOO_DEEP = f"The front matter is nested more than {DEPTH} levels deep."
_NO_KEY = "A value here has no word as its key."


def _lost_words(text: str, starts: list[int], ends: list[int]) -> Iterator[LineError]:
    """Words behind a `#`, outside of the scalars, that YAML would drop without a sound: `text: Join us #git`."""
    for hash_ in COMMENT.finditer(text):
        start = hash_.start()
        scalar = bisect(starts, start) - 1
        inside = scalar >= 0 and start < ends[scalar]
        if not inside and text[text.rfind("\n", 0, start) + 1 : start].strip():
            word = text[start : start + 60].split(None, 1)[0]
            message = f"`{word}` and what follows it would be lost: after a space, `#` starts a comment in YAML."
            hint = 'Put the value in quotes: "… #word". Tags need no `#` at all. A comment is written `# like this`.'
            yield LineError(text.count("\n", 0, start) + 1, "bad-value", message, hint)
