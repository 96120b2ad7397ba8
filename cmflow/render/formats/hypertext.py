"""`Text` → HTML built from its spans alone: every character is escaped, every tag is ours.

The tags are those Matrix recommends clients to show
(https://spec.matrix.org/v1.16/client-server-api/#mroommessage-msgtypes, read 2026-11-22).
"""

from bisect import bisect_left
from collections.abc import Sequence
from html import escape
from urllib.parse import quote

from cmflow.model import Kind, Span, Text
from cmflow.render.markdown.links import WEB
from cmflow.render.markdown.spans import BLOCKS

_TAGS = {Kind.BOLD: "strong", Kind.ITALIC: "em", Kind.STRIKE: "del", Kind.CODE: "code"}


def html(text: Text) -> str:
    blocks = [span for span in text.spans if span.kind in BLOCKS]
    inline = [span for span in text.spans if span.kind not in BLOCKS]
    return _flow(text.chars, 0, len(text.chars), blocks, inline, False)


def _flow(chars: str, start: int, end: int, blocks: Sequence[Span], inline: Sequence[Span], tight: bool) -> str:
    """A stretch of whole lines: its blocks, and paragraphs between them. In a tight item a lone one has no `<p>`."""
    pieces, position, number, listed = [], start, 0, ""
    while number < len(blocks):
        span = blocks[number]
        inside = _inside(blocks, number)
        between = _paragraphs(chars, position, span.start, inline, tight)
        ordered = "ol" if span.value.strip()[:1].isdigit() else "ul"
        list_tag = ordered if span.kind is Kind.ITEM else ""
        if listed and (between or list_tag != listed):
            pieces.append(f"</{listed}>")
            listed = ""
        pieces.append(between)
        if list_tag and not listed:
            pieces.append(_list(list_tag, span))
            listed = list_tag
        pieces.append(_block(chars, span, inside, inline))
        position = span.end
        number += 1 + len(inside)
    tail = _paragraphs(chars, position, end, inline, tight and not blocks)
    return "".join([*pieces, f"</{listed}>" if listed else "", tail])


def _list(tag: str, span: Span) -> str:
    number = "".join(char for char in span.value.strip() if char.isdigit())
    return f'<ol start="{int(number)}">' if tag == "ol" and int(number) != 1 else f"<{tag}>"


def _block(chars: str, span: Span, inside: Sequence[Span], inline: Sequence[Span]) -> str:
    if span.kind is Kind.PRE:
        language = f' class="language-{escape(span.value)}"' if span.value else ""
        return f"<pre><code{language}>{escape(chars[span.start : span.end])}\n</code></pre>"
    if span.kind is Kind.HEADING:
        return f"<h{span.value}>{_line(chars, span.start, span.end, inline)}</h{span.value}>"
    tag = "blockquote" if span.kind is Kind.QUOTE else "li"
    return f"<{tag}>{_flow(chars, span.start, span.end, inside, inline, tag == 'li')}</{tag}>"


def _paragraphs(chars: str, start: int, end: int, inline: Sequence[Span], tight: bool) -> str:
    paragraphs, position = [], start
    for paragraph in chars[start:end].split("\n\n"):
        first = position + len(paragraph) - len(paragraph.lstrip("\n"))
        last = position + len(paragraph.rstrip("\n"))
        if first < last:
            paragraphs.append(_line(chars, first, last, inline))
        position += len(paragraph) + 2
    return paragraphs[0] if tight and len(paragraphs) == 1 else "".join(f"<p>{content}</p>" for content in paragraphs)


def _line(chars: str, start: int, end: int, inline: Sequence[Span]) -> str:
    first, last = (bisect_left(inline, offset, key=lambda span: span.start) for offset in (start, end))
    return _stretch(chars, start, end, inline[first:last])


def _inside(spans: Sequence[Span], number: int) -> Sequence[Span]:
    """The spans that begin within span `number`: they follow it."""
    last = number + 1
    while last < len(spans) and spans[last].start < spans[number].end:
        last += 1
    return spans[number + 1 : last]


def _stretch(chars: str, start: int, end: int, spans: Sequence[Span]) -> str:
    pieces, position, number = [], start, 0
    while number < len(spans):
        span = spans[number]
        inside = _inside(spans, number)
        number += 1 + len(inside)
        opening, closing = _tags(span)
        pieces.append(_chars(chars[position : span.start]))
        pieces.append(opening + _stretch(chars, span.start, span.end, inside) + closing)
        position = span.end
    return "".join([*pieces, _chars(chars[position:end])])


def _chars(chars: str) -> str:
    return escape(chars).replace("\n", "<br>")


def _tags(span: Span) -> tuple[str, str]:
    if span.kind is Kind.LINK and (WEB.match(span.value) or span.value.startswith("mailto:")):
        return f'<a href="{escape(span.value)}">', "</a>"
    if span.kind is Kind.MENTION and span.value.startswith("@") and ":" in span.value:
        return f'<a href="https://matrix.to/#/{escape(quote(span.value, safe="@:"))}">', "</a>"
    tag = _TAGS.get(span.kind, "")
    return (f"<{tag}>", f"</{tag}>") if tag else ("", "")
