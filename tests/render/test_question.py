"""Which paragraph a poll asks, where a network wants its question apart."""

import pytest

from cmflow.model import Kind, Span, Text
from cmflow.render import question
from cmflow.render.markdown import parse


@pytest.mark.parametrize(
    ("words", "asked", "beside"),
    [
        ("More?", "More?", ""),
        ("No mark at all", "No mark at all", ""),
        ("Hello.\n\nMore?\n\n#team", "More?", "Hello.\n\n#team"),
        ("One?\n\nTwo?\n\nThree", "Two?", "One?\n\nThree"),
        ("Hello.\n\nThere", "Hello.", "There"),
        ("質問です。\n\n増やしますか？", "増やしますか？", "質問です。"),
        ("المزيد؟\n\n#team", "المزيد؟", "#team"),
        ("", "", ""),
    ],
)
def test_the_question_is_a_paragraph(words: str, asked: str, beside: str) -> None:
    found, remainder = question.divided(parse(words))
    assert (found, remainder.chars) == (asked, beside)


def test_what_remains_keeps_its_marks() -> None:
    words, remainder = question.divided(parse("We **plan**.\n\n*More?*"))
    assert words == "More?"
    assert remainder == Text("We plan.", (Span(3, 7, Kind.BOLD),))
