"""The question of a poll, where a network wants it apart from the text: a paragraph of the text itself.

It is the last paragraph that ends with a question mark, of any script; else the first one.
"""

from cmflow.model import Text
from cmflow.render.markdown.spans import cut, join, strip

MARKS = ("?", "？", "؟", "՞", "⸮", ";")


def divided(text: Text) -> tuple[str, Text]:
    """The question in plain characters, and the text without it."""
    paragraphs = _paragraphs(text)
    if not paragraphs:
        return "", text
    number = max((n for n, each in enumerate(paragraphs) if each.chars.endswith(MARKS)), default=0)
    others = [each for n, each in enumerate(paragraphs) if n != number]
    return paragraphs[number].chars, join(others, "\n\n")


def _paragraphs(text: Text) -> list[Text]:
    pieces, start = list[Text](), 0
    for paragraph in text.chars.split("\n\n"):
        pieces.append(strip(cut(text, start, start + len(paragraph))))
        start += len(paragraph) + 2
    return [piece for piece in pieces if piece.chars]
