"""One block of Markdown characters → `Text`: emphasis, code, links, people.

The rules are CommonMark's (https://spec.commonmark.org/0.31.2/#inlines, read 2026-11-22) with what a post needs:
a line break stays one, `*` between two letters or two digits is a star, scripts without spaces may emphasise
anywhere, only absolute URLs are links, raw HTML is text, and `@{ana}` is a person.
"""

import html
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from html.entities import html5
from urllib.parse import quote

from cmflow.model import Kind, Span, Text
from cmflow.render.markdown.spans import ordered
from cmflow.values import dataclass

_WIDE = (
    "\u1100-\u11ff\u2e80-\u2fff\u3005-\u3007\u3040-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
)
_SPACELESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
_STOPS = "\u3000-\u303f\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65“”„«»‹›‘…"

_SPECIAL = re.compile(r"[\\`*_~\[\]!<&@]|(?<![A-Za-z0-9])https?://", re.I)
_INVISIBLE = "\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"  # never a part of a bare URL
# Without `re.I`, which would look at every character of these classes when it is compiled.
_URL = re.compile(rf"[Hh][Tt][Tt][Pp][Ss]?://(?:[^\s<>\"{_WIDE}{_STOPS}{_INVISIBLE}]|(?<=[/=?&#_-])[{_WIDE}]+)+")
_CODE = re.compile(r"`+")
_AUTOLINK = re.compile(r"<(?:(?P<url>https?://[^\s<>]*)|(?P<mail>[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+))>", re.I)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ENTITY_LAST = re.compile(r"&[A-Za-z0-9]+;$")
_PERSON = re.compile(r"@\{([^{}\n]+)\}")
_TARGET = re.compile(
    r"\(\s*(?:<(?P<angled>[^<>\n]*)>|(?P<bare>(?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.|\([^\s()]*\))*\))*))"
    r"(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?\s*\)"
)
_REFERENCE = re.compile(r"\[([^\[\]]*)\]")
_SCHEME = re.compile(r"(?:https?://|mailto:|tel:|tg:|nostr:|matrix:)\S", re.I)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_TRAILING = frozenset(".,:;!?'*_~|\\`")  # what may follow a URL without being a part of it
_PAIRS = {")": "(", "]": "[", "}": "{"}

References = Mapping[str, str]


def parse(source: str, references: References | None = None) -> Text:
    """The text of one paragraph, heading or cell. `references` are `[label]: url` definitions, by folded label."""
    if not _SPECIAL.search(source):
        return Text(source)
    return _Scan(source, references or {}).text()


def folded(label: str) -> str:
    """Return how two labels of a reference are compared."""
    return " ".join(label.casefold().split())


@dataclass(slots=True)
class _Run:
    """A run of `*`, `_` or `~` that may begin or end emphasis; `remaining` are the characters not used up yet."""

    piece: int
    char: str
    size: int
    remaining: int
    opens: bool
    closes: bool


@dataclass(slots=True)
class _Bracket:
    piece: int
    runs: int  # how many runs stood before it
    image: bool
    label: int  # where its label begins in the source


class _Scan:
    """Pieces of characters, left to right; a mark's piece is emptied once the mark turns out to be one."""

    def __init__(self, source: str, references: References) -> None:
        self.source = source
        self.references = references
        self.position = 0
        self.pieces: list[str] = []
        self.runs: list[_Run] = []
        self.brackets: list[_Bracket] = []
        self.found: list[tuple[int, int, Kind, str]] = []  # first piece, piece after the last, kind, value

    def text(self) -> Text:
        read = {"\\": self.escape, "`": self.code, "[": self.open, "]": self.close, "!": self.image}
        read |= {"<": self.angle, "&": self.entity, "@": self.person, "h": self.url, "H": self.url}
        while special := _SPECIAL.search(self.source, self.position):
            self.put(self.source[self.position : special.start()])
            self.position = special.start()
            read.get(special[0][0], self.run)()
        self.put(self.source[self.position :])
        self.emphasise(0)
        return self.assembled()

    def put(self, chars: str, kind: Kind | None = None, value: str = "") -> None:
        if chars:
            self.pieces.append(chars)
            if kind is not None:
                self.found.append((len(self.pieces) - 1, len(self.pieces), kind, value))

    def literal(self, length: int = 1) -> None:
        self.put(self.source[self.position : self.position + length])
        self.position += length

    def escape(self) -> None:
        following = self.source[self.position + 1 : self.position + 2]
        if following in _PUNCTUATION:
            self.position += 1
        elif following == "\n":
            self.position += 1
            return
        self.literal()

    def code(self) -> None:
        fence = _CODE.match(self.source, self.position)
        assert fence is not None
        for closing in _CODE.finditer(self.source, fence.end()):
            if closing[0] == fence[0]:
                code = self.source[fence.end() : closing.start()].replace("\n", " ")
                padded = code.startswith(" ") and code.endswith(" ") and not code.isspace()
                self.put(code[1:-1] if padded else code, Kind.CODE)
                self.position = closing.end()
                return
        self.literal(len(fence[0]))

    def url(self) -> None:
        match = _URL.match(self.source, self.position)
        url = _trimmed(match[0]) if match else ""
        if _SCHEME.match(url):
            self.put(url, Kind.LINK, url)
            self.position += len(url)
        else:
            self.literal()

    def angle(self) -> None:
        match = _AUTOLINK.match(self.source, self.position)
        if match is None:
            self.literal()
        else:
            if match["url"]:
                url = _ENTITY.sub(_character, match["url"])
                self.put(url, Kind.LINK, url)
            else:
                self.put(match["mail"])
            self.position = match.end()

    def entity(self) -> None:
        match = _ENTITY.match(self.source, self.position)
        if match is None:
            self.literal()
        else:
            self.put(_character(match))
            self.position = match.end()

    def person(self) -> None:
        match = _PERSON.match(self.source, self.position)
        if match is None:
            self.literal()
        else:
            self.put(match[0], Kind.PERSON, match[1].strip())
            self.position = match.end()

    # ── links ───────────────────────────────────────────────────────────────────────────────────────────────

    def image(self) -> None:
        if self.source.startswith("![", self.position):
            self.open(image=True)
        else:
            self.literal()

    def open(self, image: bool = False) -> None:
        length = 2 if image else 1
        self.brackets.append(_Bracket(len(self.pieces), len(self.runs), image, self.position + length))
        self.literal(length)

    def close(self) -> None:
        if not self.brackets:
            self.literal()
            return
        bracket = self.brackets.pop()
        url, end = self.target(bracket)
        if not url:
            self.literal()
            return
        self.pieces[bracket.piece] = ""
        self.emphasise(bracket.runs)
        label = self.pieces[bracket.piece + 1 :]
        if not "".join(label).strip():
            self.put(url)
        first = bracket.piece + 1
        self.pieces[first:] = [piece.replace("\n", " ") for piece in self.pieces[first:]]
        self.found = [item for item in self.found if item[0] < first or item[2] is not Kind.LINK]
        self.found.append((first, len(self.pieces), Kind.LINK, url))
        self.position = end

    def target(self, bracket: _Bracket) -> tuple[str, int]:
        """The absolute URL that the label before `]` leads to, and where its writing ends; "" for none."""
        inline = _TARGET.match(self.source, self.position + 1)
        if inline:
            written = inline["bare"] if inline["angled"] is None else inline["angled"]
            url = _written_out(written)
            return (url if _SCHEME.match(url) else ""), inline.end()
        if not self.references:
            return "", self.position
        label, end = self.source[bracket.label : self.position], self.position + 1
        named = _REFERENCE.match(self.source, end)
        if named:
            label, end = named[1] or label, named.end()
        return self.references.get(folded(label), ""), end

    # ── emphasis ────────────────────────────────────────────────────────────────────────────────────────────

    def run(self) -> None:
        char, start, end = self.source[self.position], self.position, self.position
        while end < len(self.source) and self.source[end] == char:
            end += 1
        size = end - start
        previous, following = self.source[start - 1 : start], self.source[end : end + 1]
        opens, closes = _flanks(char, size, previous, following)
        if (opens or closes) and (char != "~" or size == 2):
            self.runs.append(_Run(len(self.pieces), char, size, size, opens, closes))
        self.literal(size)

    def emphasise(self, floor: int) -> None:
        """Match the runs from number `floor` on, innermost first, and forget them."""
        runs, bottom = self.runs[floor:], dict[tuple[str, bool, int], int]()
        del self.runs[floor:]
        index = 0
        while index < len(runs):
            closer = runs[index]
            key = (closer.char, closer.opens, closer.size % 3)
            opener = _opener(runs, index, bottom.get(key, -1)) if closer.closes and closer.remaining else None
            if opener is None:
                if closer.closes:
                    bottom[key] = index - 1
                index += 1
            else:
                self.wrap(runs[opener], closer)
                for between in runs[opener + 1 : index]:
                    between.remaining = 0
                index += not closer.remaining

    def wrap(self, opener: _Run, closer: _Run) -> None:
        used = 2 if min(opener.remaining, closer.remaining) >= 2 else 1
        kind = Kind.STRIKE if opener.char == "~" else Kind.BOLD if used == 2 else Kind.ITALIC
        for delimiter in (opener, closer):
            delimiter.remaining -= used
            self.pieces[delimiter.piece] = self.pieces[delimiter.piece][used:]
        self.found.append((opener.piece + 1, closer.piece, kind, ""))

    # ── the whole ───────────────────────────────────────────────────────────────────────────────────────────

    def assembled(self) -> Text:
        places = [0]
        for piece in self.pieces:
            places.append(places[-1] + len(piece))
        chars = "".join(self.pieces)
        spans = (Span(places[first], places[last], kind, value) for first, last, kind, value in reversed(self.found))
        return Text(chars, ordered(line for span in spans for line in by_line(chars, span)))


def by_line(chars: str, span: Span) -> Iterable[Span]:
    """The span, once for each line it covers."""
    if "\n" not in chars[span.start : span.end]:
        return (span,) if span.start < span.end else ()
    lines, position = [], span.start
    for line in chars[span.start : span.end].split("\n"):
        if line:
            lines.append(Span(position, position + len(line), span.kind, span.value))
        position += len(line) + 1
    return lines


def _opener(runs: list[_Run], closer: int, bottom: int) -> int | None:
    end = runs[closer]
    for index in range(closer - 1, bottom, -1):
        run = runs[index]
        if run.char != end.char or not run.opens or not run.remaining:
            continue
        both = (run.opens and run.closes) or (end.opens and end.closes)
        if not both or (run.size + end.size) % 3 or not (run.size % 3 or end.size % 3):
            return index
    return None


@cache
def _permissive() -> re.Pattern[str]:
    return re.compile(f"[{_WIDE}{_SPACELESS}{_STOPS}]")


def _side(char: str) -> str:
    """Return the kind of character beside a run: " " white space, "." punctuation, "a" a letter or digit, "文" both."""
    if not char or char.isspace():
        return " "
    if _permissive().match(char):
        return "文"
    if char.isalnum():
        return "a"
    return "." if char in _PUNCTUATION or unicodedata.category(char)[0] == "P" else "文"


def _flanks(char: str, size: int, previous: str, following: str) -> tuple[bool, bool]:
    """Return whether a run may open, and whether it may close, emphasis."""
    left, right = _side(previous), _side(following)
    opens = right != " " and (right != "." or left != "a")
    closes = left != " " and (left != "." or right != "a")
    inside = left == right == "a"
    if inside and (char == "_" or size == 1 or (previous.isdigit() and following.isdigit())):
        return False, False
    if char == "_":  # `^_^` and `;_;` are faces
        return opens and not closes, closes and not opens
    return opens, closes


def _trimmed(url: str) -> str:
    """A bare URL without the punctuation of the sentence around it, and not beyond a bracket it did not open."""
    depth = 0
    for index, char in enumerate(url):
        depth += (char == "[") - (char == "]")
        if depth < 0:
            url = url[:index]
            break
    while url and (url[-1] in _TRAILING or url.count(url[-1]) > url.count(_PAIRS.get(url[-1], url[-1]))):
        entity = _ENTITY_LAST.search(url)
        url = url[: entity.start()] if entity else url[:-1]
    return url


def _written_out(url: str) -> str:
    """The URL itself; a space that `<…>` allows is encoded, or the link would end there."""
    plain = _ENTITY.sub(_character, _ESCAPED.sub(r"\1", url))
    return re.sub(r"\s", lambda space: quote(space[0]), plain)


def _character(entity: re.Match[str]) -> str:
    """Return what an entity stands for; itself where it stands for nothing."""
    written = entity[0]
    return (html.unescape(written) or written) if written[1] == "#" else html5.get(written[1:], written)
