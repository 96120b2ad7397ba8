"""Invisible characters are written out, and those that belong to a word or a picture are left as they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow.problems.invisible import is_blank, visible

FLAG = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"  # of England
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pay\u202epal", "pay\\u202epal"),
        ("pay\u200bpal\ufeff", "pay\\u200bpal\\ufeff"),
        ("a\u00ad\u2060\u3164\u115f", "a\\u00ad\\u2060\\u3164\\u115f"),
        ("\u200d\u200cab\u200dcd", "\\u200d\\u200cab\\u200dcd"),
        ("x\U000e0041", "x\\U000e0041"),
        ("a" + "\u0301" * 6, "a" + "\u0301" * 4 + "\\u0301" * 2),
        ("\u2764\ufe0f\ufe0e\ufe01", "\u2764\ufe0f\\ufe0e\\ufe01"),
    ],
)
def test_what_hides_or_turns_words_is_written_out(text: str, expected: str) -> None:
    assert visible(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Plain words, été, e\u0301te\u0301",
        FAMILY,
        FLAG,
        "\u2764\ufe0f\u200d\U0001f525",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian: a joint kept apart
        "\u0915\u094d\u200d\u0937",  # Hindi: letters joined
        "line\nline",
    ],
    ids=ascii,
)
def test_what_belongs_to_a_word_or_a_picture_stays(text: str) -> None:
    assert visible(text) == text


@given(st.text())
def test_twice_is_once_and_nothing_is_lost(text: str) -> None:
    shown = visible(text)
    assert visible(shown) == shown
    assert len(shown) >= len(text)


@pytest.mark.parametrize(
    "text", ["", " \n\t", "\u00a0\u3000", "\u200b\u2060\ufeff", "\u00ad \u3164\u115f", "\u2800\u200d"]
)
def test_a_reader_sees_nothing_of_it(text: str) -> None:
    assert is_blank(text)
    assert not is_blank(f"{text}.")


@pytest.mark.parametrize("text", [FLAG, FAMILY, "\u2764\ufe0f", "\u0301", "—"])
def test_a_reader_sees_something_of_it(text: str) -> None:
    assert not is_blank(text)
