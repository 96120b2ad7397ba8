"""Stretches of a text: what is cut, joined or replaced keeps its spans."""

import pytest

from cmflow.model import Kind, Span, Text
from cmflow.render.markdown.spans import Edit, cut, edit, edited, join, lines, strip

B, ITEM, QUOTE, LINK = Kind.BOLD, Kind.ITEM, Kind.QUOTE, Kind.LINK
TEXT = Text("one two\nthree", (Span(0, 7, ITEM, "•"), Span(4, 7, B), Span(8, 13, QUOTE)))


def test_cut_clips_spans_and_an_item_that_goes_on_loses_its_bullet() -> None:
    assert cut(TEXT, 5, 10) == Text("wo\nth", (Span(0, 2, ITEM, ""), Span(0, 2, B), Span(3, 5, QUOTE)))
    assert cut(TEXT, 3, 4) == Text(" ", (Span(0, 1, ITEM, ""),))


def test_strip() -> None:
    assert strip(TEXT) is TEXT
    assert strip(Text(" a ", (Span(0, 3, B),))) == Text("a", (Span(0, 1, B),))
    assert strip(Text(" \n ")) == Text("")


def test_join() -> None:
    assert join([Text("a", (Span(0, 1, B),)), Text("b", (Span(0, 1, LINK, "u"),))], "--") == Text(
        "a--b", (Span(0, 1, B), Span(3, 4, LINK, "u"))
    )
    assert join([], "-") == Text("")


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ([], TEXT),
        ([(0, 0, "• ")], Text("• one two\nthree", (Span(0, 9, ITEM, "•"), Span(6, 9, B), Span(10, 15, QUOTE)))),
        ([(4, 4, "x")], Text("one xtwo\nthree", (Span(0, 8, ITEM, "•"), Span(5, 8, B), Span(9, 14, QUOTE)))),
        ([(7, 7, "!")], Text("one two!\nthree", (Span(0, 8, ITEM, "•"), Span(4, 7, B), Span(9, 14, QUOTE)))),
        ([(4, 7, "2")], Text("one 2\nthree", (Span(0, 5, ITEM, "•"), Span(4, 5, B), Span(6, 11, QUOTE)))),
        ([(4, 7, ""), (8, 8, "> ")], Text("one \n> three", (Span(0, 4, ITEM, "•"), Span(5, 12, QUOTE)))),
    ],
)
def test_edit(edits: list[Edit], expected: Text) -> None:
    assert edit(TEXT, edits) == expected
    assert edited(TEXT, edits) == expected.chars


def test_lines() -> None:
    item, bold, quote = TEXT.spans
    assert list(lines(TEXT)) == [(0, 7, [item], [bold]), (8, 13, [quote], [])]
    assert list(lines(Text("\na"))) == [(0, 0, [], []), (1, 2, [], [])]
