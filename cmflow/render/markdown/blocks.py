"""Markdown's blocks, through Python-Markdown: a tree of paragraphs, lists, quotes, code, tables → `Text`.

Python-Markdown keeps the document and its blocks; the processors here read what its own
read differently from CommonMark (https://spec.commonmark.org/0.31.2, read 2026-11-22), which is what pull
requests show: a heading needs its space, two spaces nest a list, a list may follow a line of text, fences work
inside lists. Raw HTML is not interpreted. A line of two `=` or four `-` and more makes a heading of the lines above
it; a line of exactly three `-` separates the parts of a thread.
An element with `glue` had no blank line after it, and has none in the text.
"""

import re
import threading
import xml.etree.ElementTree as etree
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise

import markdown
from markdown.blockprocessors import BlockProcessor

from cmflow.model import Kind, Span, Text
from cmflow.render.markdown import inline
from cmflow.render.markdown.spans import join, ordered

START = re.compile(
    r"""^[ ]{0,3}(?:
    (?P<fence>`{3,}(?=[^`\n]*$)|~{3,})
    |(?P<heading>\#{1,6}(?=[ \t]+\S))
    |(?P<quote>>)
    |(?P<rule>(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$)
    |(?P<item>(?:[-*+]|(?P<number>\d{1,9})[.)])(?=[ \t]+\S))
    |(?P<underline>={2,}$)
    |(?P<table>[^\n]*\|[^\n]*\n(?=[^\n]*\|)[ ]{0,3}\|?[ ]*:?-+:?[ ]*(?:\|[ ]*:?-+:?[ ]*)*\|?$)
    )""",
    re.M | re.X,
)
CODE_OR_GAP = re.compile(r"\n\n\n|^    ", re.M)  # more than a blank line between blocks, or code
UNDERLINE = re.compile(r" {0,3}(?:={2,}|-{4,})")
RULED = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,})")
MARKER = re.compile(r"([ ]*)([-*+]|(\d{1,9})([.)]))([ \t]+)(?=\S)")
REFERENCE = re.compile(
    r"^ {0,3}\[([^\[\]\n]+)\]:[ \t]*<?(https?://[^\s<>]+)>?(?:[ \t]+[\"'(][^\n]*[\"')])?$", re.M | re.I
)
INDENT = re.compile(r"^[ \t]+", re.M)
RULE = "———"
DEEPEST = 50  # quotes and lists in one another; what lies deeper is text, marks and all


def parse(source: str) -> Text:
    """The text of a document whose lines end in `\\n` and not in white space."""
    walk = _Walk(source)
    if not (START.search(source) or CODE_OR_GAP.search(source)):  # paragraphs alone, nearly always
        return join((text for text in map(walk.inline, source.split("\n\n")) if text.chars), "\n\n")
    return walk.flow(tree(source))


def tree(source: str) -> etree.Element:
    """The blocks of the document."""
    with _LOCK:
        _PARSER.parser.parseDocument(source.split("\n"))
        return _PARSER.parser.root


# ── characters → tree ───────────────────────────────────────────────────────────────────────────────────────


class _Structure(BlockProcessor):
    """Whatever begins with a mark of its own, at the first line of a block that has one."""

    depth = 0

    def test(self, parent: etree.Element, block: str) -> bool:
        return self.depth < DEEPEST and _start(block) is not None

    def inside(self, element: etree.Element, source: str) -> None:
        self.depth += 1
        try:
            self.parser.parseChunk(element, source)
        finally:
            self.depth -= 1

    def run(self, parent: etree.Element, blocks: list[str]) -> None:
        block = blocks.pop(0)
        start = _start(block)
        assert start is not None
        if prefix := block[: start.start()].strip("\n"):
            line, _, remainder = block[start.start() :].partition("\n")
            if UNDERLINE.fullmatch(line):
                self.underlined(parent, prefix, "h1" if "=" in line else "h2")
                self.follow(parent, blocks, remainder)
                return
            self.parser.parseBlocks(parent, [prefix])
            parent[-1].set("glue", "yes")
        blocks.insert(0, block[start.start() :])
        kind = next(name for name in ("fence", "heading", "quote", "rule", "item", "table") if start[name] is not None)
        self.follow(parent, blocks, getattr(self, kind)(parent, blocks))

    def follow(self, parent: etree.Element, blocks: list[str], remainder: str) -> None:
        """Read on in the block after the structure just read."""
        if remainder.strip("\n"):
            if not remainder.startswith("\n\n"):
                parent[-1].set("glue", "yes")
            blocks.insert(0, remainder.strip("\n"))

    def underlined(self, parent: etree.Element, lines: str, tag: str) -> None:
        """Each line is a heading of its own: line breaks stay, and no network's heading has any."""
        for number, line in enumerate(lines.split("\n")):
            if number:
                parent[-1].set("glue", "yes")
            etree.SubElement(parent, tag).text = line.strip()

    def fence(self, parent: etree.Element, blocks: list[str]) -> str:
        opening, *lines = _take(blocks, len(blocks)).split("\n")
        mark = opening.lstrip()[:1]
        width = len(opening.strip()) - len(opening.strip().lstrip(mark))
        indent = len(opening) - len(opening.lstrip())
        closing = re.compile(rf" {{0,3}}{re.escape(mark)}{{{width},}}")
        end = next((number for number, line in enumerate(lines) if closing.fullmatch(line)), len(lines))
        if not "".join(lines):  # a fence around nothing is the characters it is made of
            etree.SubElement(parent, "p").text = opening
            return ""
        language = opening.strip()[width:].strip()
        named = re.match(r"[\w+#.-]*(?=[\s{]|$)" if mark == "`" else r"[\w+#.-]*$", language)
        first_line = [] if named else [language]  # not a language, but words for the reader
        code = etree.SubElement(parent, "pre", language=named[0] if named else "")
        code.text = "\n".join([*first_line, *(_dedented(line, indent) for line in lines[:end])])
        following = lines[end + 1 :]
        blocks[:0] = "\n".join(following).split("\n\n")
        if following and following[0]:
            code.set("glue", "yes")
        return ""

    def heading(self, parent: etree.Element, blocks: list[str]) -> str:
        line, _, remainder = blocks.pop(0).partition("\n")
        marks, _, title = line.lstrip().partition(" ")
        etree.SubElement(parent, f"h{len(marks.strip())}").text = re.sub(r"(?:^|[ \t])#+$", "", title.strip())
        return remainder

    def quote(self, parent: etree.Element, blocks: list[str]) -> str:
        lines = blocks.pop(0).split("\n")
        element = etree.SubElement(parent, "blockquote")
        end = 1
        while end < len(lines) and (lines[end].lstrip().startswith(">") or _start(lines[end]) is None):
            end += 1
        inner = (re.sub(r"^ {0,3}> ?", "", line).rstrip() if ">" in line else _lazy(line) for line in lines[:end])
        self.inside(element, "\n".join(inner))
        return "\n".join(lines[end:])

    def rule(self, parent: etree.Element, blocks: list[str]) -> str:
        etree.SubElement(parent, "hr")
        return blocks.pop(0).partition("\n")[2]

    def item(self, parent: etree.Element, blocks: list[str]) -> str:
        """A whole list; it goes on after a blank line where the next block is indented or is an item itself."""
        more = 1
        while more < len(blocks) and _continues(blocks[more].lstrip("\n")):
            more += 1
        lines = _take(blocks, more).split("\n")
        element = etree.SubElement(parent, "ul")
        numbers: list[int] = []
        alike = True  # 1. 1. 1. is counted
        while lines and (marker := _marker(lines[0])):
            numbers.append(int(marker[3] or 0))
            alike = alike and numbers[-1] == numbers[0]
            number = numbers[0] + len(numbers) - 1 if alike else numbers[-1]
            count = _item_lines(lines, len(marker[1]))
            width = len(marker[1] + marker[2]) + min(len(marker[5]), 4)
            more_lines = (_dedented(line, width) if line[:1] == " " else _lazy(line) for line in lines[1:count])
            item = [lines[0][marker.end() :], *more_lines]
            bullet = f"{number}{marker[4]}" if marker[3] else "•"
            child = etree.SubElement(element, "li", bullet=bullet)
            self.inside(child, "\n".join(item).strip("\n"))
            if count < len(lines) and item[-1]:
                child.set("glue", "yes")
            lines = lines[count:]
        if not _counts(numbers):
            for child in element:  # who shows a list counts it anew, so the numbers are a part of the text
                child.set("written", "yes")
        return "\n".join(lines)

    def table(self, parent: etree.Element, blocks: list[str]) -> str:
        lines = blocks.pop(0).split("\n")
        end = next((number for number, line in enumerate(lines) if "|" not in line and number > 1), len(lines))
        element = etree.SubElement(parent, "table")
        for line in (lines[0], *lines[2:end]):
            etree.SubElement(element, "tr").text = line
        return "\n".join(lines[end:])


def _start(block: str) -> re.Match[str] | None:
    """The first line that begins a structure. In the middle of a text only a list that counts from 1 does."""
    if block.startswith("    "):
        return None
    start = START.search(block)
    while start and _is_text(start):
        start = START.search(block, start.end())
    return start


def _is_text(start: re.Match[str]) -> bool:
    """Return whether what looks like a start is text, because of where it is."""
    if start["underline"]:
        return not start.string[: start.start()].strip("\n")
    return bool(start["number"]) and int(start["number"]) != 1 and start.start() > 0


def _marker(line: str) -> re.Match[str] | None:
    """The marker of a list item; `* * *` is a rule."""
    return None if RULED.fullmatch(line) else MARKER.match(line)


def _continues(block: str) -> bool:
    """Return whether a list goes on in the next block."""
    return block.startswith("  ") or _marker(block.partition("\n")[0]) is not None


def _lazy(line: str) -> str:
    """A line that continues a quote or an item without its indentation underlines nothing in it."""
    return "    " + line if UNDERLINE.fullmatch(line) and not line.startswith("  ") else line


def _counts(numbers: Sequence[int]) -> bool:
    """Return whether the numbers of a list are all the same, or each one more than the last."""
    return len(set(numbers)) <= 1 or all(second == first + 1 for first, second in pairwise(numbers))


def _take(blocks: list[str], count: int) -> str:
    """The first blocks as the lines they were."""
    text = "\n\n".join(blocks[:count])
    del blocks[:count]
    return text


def _dedented(line: str, width: int) -> str:
    return line[min(width, len(line) - len(line.lstrip(" "))) :]


def _item_lines(lines: list[str], indent: int) -> int:
    """Return how many lines the first item has: up to the next marker that is not deeper, or another structure."""
    for number in range(1, len(lines)):
        line = lines[number]
        marker = _marker(line)
        if marker and len(marker[1]) <= indent + 1:
            return number
        if line and not line.startswith("  ") and (lines[number - 1] == "" or _start(line)):
            return number
    return len(lines)


class _Code(BlockProcessor):
    """Indented by four: code, unchanged."""

    def test(self, parent: etree.Element, block: str) -> bool:
        return block.startswith("    ")

    def run(self, parent: etree.Element, blocks: list[str]) -> None:
        lines = blocks.pop(0).split("\n")
        end = next((number for number, line in enumerate(lines) if not line.startswith("    ")), len(lines))
        previous = parent[-1] if len(parent) else None
        code = "\n".join(line[4:] for line in lines[:end])
        if previous is not None and previous.tag == "pre" and previous.get("indented") and not previous.get("glue"):
            previous.text = f"{previous.text}\n\n{code}"
        else:
            etree.SubElement(parent, "pre", indented="yes").text = code
        if remainder := "\n".join(lines[end:]):
            parent[-1].set("glue", "yes")
            blocks.insert(0, remainder)


class _Paragraph(BlockProcessor):
    """What is left. Python-Markdown's own takes more than spaces off its start."""

    def test(self, parent: etree.Element, block: str) -> bool:
        return True

    def run(self, parent: etree.Element, blocks: list[str]) -> None:
        etree.SubElement(parent, "p").text = blocks.pop(0)


def _parser() -> markdown.Markdown:
    parser = markdown.Markdown()
    processors = parser.parser.blockprocessors
    for name in (
        "indent",
        "code",
        "hashheader",
        "setextheader",
        "hr",
        "olist",
        "ulist",
        "quote",
        "reference",
        "paragraph",
    ):
        processors.deregister(name)
    processors.register(_Code(parser.parser), "code", 80)
    processors.register(_Structure(parser.parser), "structure", 70)
    processors.register(_Paragraph(parser.parser), "paragraph", 10)
    return parser


_LOCK = threading.Lock()
_PARSER = _parser()


# ── tree → text ─────────────────────────────────────────────────────────────────────────────────────────────


_GLUED, _SEPARATE = Text("\n"), Text("\n\n")


class _Walk:
    """One document's tree, read into characters and spans."""

    def __init__(self, source: str) -> None:
        self.references, self.hidden = _references(source)
        self.depth = 0

    def flow(self, element: etree.Element) -> Text:
        """The children of an element, each apart from the next by a blank line unless the source had none."""
        pieces: list[Text] = []
        for child in element:
            text = self.block(child)
            if text.chars:
                pieces += [text, _GLUED if child.get("glue") else _SEPARATE]
        return join(pieces[:-1], "")

    def block(self, element: etree.Element) -> Text:
        read = self.READ.get(element.tag)
        return read(self, element) if read else self.heading(element)

    def paragraph(self, element: etree.Element) -> Text:
        return self.inline(element.text or "")

    def inline(self, source: str) -> Text:
        if self.references:
            source = REFERENCE.sub(lambda match: "" if match[0] in self.hidden else match[0], source)
        source = INDENT.sub("", source.strip("\n")) if "\n" in source else source.strip(" \t")
        return inline.parse(source, self.references)

    def heading(self, element: etree.Element) -> Text:
        return covered(self.inline(element.text or ""), Kind.HEADING, element.tag[1:])

    def code(self, element: etree.Element) -> Text:
        return covered(Text((element.text or "").strip("\n")), Kind.PRE, element.get("language", ""))

    def rule(self, element: etree.Element) -> Text:
        return Text(RULE)

    def quote(self, element: etree.Element) -> Text:
        return covered(self.flow(element), Kind.QUOTE)

    def items(self, element: etree.Element) -> Text:
        return self.flow(element)

    def item(self, element: etree.Element) -> Text:
        bullet = "  " * self.depth + element.get("bullet", "")
        self.depth += 1
        text = self.flow(element)
        self.depth -= 1
        if element.get("written"):
            return join([Text(bullet.strip()), text], " ")
        return covered(text, Kind.ITEM, bullet)

    def table(self, element: etree.Element) -> Text:
        rows = (join((self.inline(cell) for cell in _cells(row.text or "")), " | ") for row in element)
        return join(rows, "\n")

    READ: Mapping[str, Callable[["_Walk", etree.Element], Text]] = {
        "p": paragraph,
        "pre": code,
        "hr": rule,
        "blockquote": quote,
        "ul": items,
        "li": item,
        "table": table,
    }


def covered(text: Text, kind: Kind, value: str = "") -> Text:
    """The text under one more span, from end to end."""
    if not text.chars:
        return text
    return Text(text.chars, ordered([Span(0, len(text.chars), kind, value), *text.spans]))


def _cells(row: str) -> Iterable[str]:
    """The cells of a table's row; `\\|` is a bar inside one."""
    row = row.strip().removeprefix("|")
    if row.endswith("|") and not row.endswith("\\|"):
        row = row[:-1]
    return (cell.strip() for cell in re.split(r"(?<!\\)\|", row))


def _references(source: str) -> tuple[dict[str, str], frozenset[str]]:
    """The definitions `[label]: url` that a label of the text uses, and their lines, which are not shown."""
    if "]:" not in source:
        return {}, frozenset()
    used = {inline.folded(label) for label in re.findall(r"\[([^\[\]]+)\](?!:)", source)}
    matches = [match for match in REFERENCE.finditer(source) if inline.folded(match[1]) in used]
    return {inline.folded(match[1]): match[2] for match in reversed(matches)}, frozenset(match[0] for match in matches)
