"""Threads: cut where a reader would, nothing lost."""

import re
from collections.abc import Callable

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from cmflow.model import Kind, Span, Text
from cmflow.render.markdown import parse
from cmflow.render.markdown.threads import UNBROKEN, WordTooLong, number, numbered, split, split_all
from tests.examples import examples


def at_most(limit: int) -> Callable[[Text], bool]:
    return lambda text: len(text.chars) <= limit


def parts(source: str, limit: int) -> list[str]:
    return [part.chars for part in split(parse(source), at_most(limit))]


@pytest.mark.parametrize(
    ("source", "limit", "expected"),
    [
        ("short", 10, ["short"]),
        ("", 10, [""]),
        ("First paragraph.\n\nSecond one here.", 25, ["First paragraph.", "Second one here."]),
        ("One line here\nand another one", 20, ["One line here", "and another one"]),
        ("A sentence. Another one? Yes! It is.", 25, ["A sentence. Another one?", "Yes! It is."]),
        (
            "See Mr. Brown, e.g. Tuesday, at 5.30 p.m. in town",
            30,
            ["See Mr. Brown, e.g. Tuesday,", "at 5.30 p.m. in town"],
        ),
        ("one two three four five", 10, ["one two", "three four", "five"]),
        ("これは文章です。とても長いです。", 10, ["これは文章です。", "とても長いです。"]),
        ("日本語「かぎ括弧」です", 5, ["日本語「か", "ぎ括弧」", "です"]),
        ("word [a long label](https://a.b) end", 14, ["word", "a long label", "end"]),
        ("**bold words that are long**", 10, ["bold words", "that are", "long"]),
        ("- one two three\n- four", 9, ["one two", "three", "four"]),
    ],
)
def test_places_to_cut(source: str, limit: int, expected: list[str]) -> None:
    assert parts(source, limit) == expected


def test_the_last_part_is_not_a_lonely_word() -> None:
    source = "This is a first sentence. This is the second one. And here it ends, finally, with a lonely word."
    assert parts(source, 92) == [
        "This is a first sentence. This is the second one.",
        "And here it ends, finally, with a lonely word.",
    ]


def test_a_word_too_long_is_a_problem_and_not_a_cut() -> None:
    with pytest.raises(WordTooLong) as caught:
        split(parse("a few words and Donaudampfschifffahrt"), at_most(15))
    assert caught.value.word == "Donaudampfschifffahrt"
    assert str(caught.value) == "“Donaudampfschifffahrt” is longer than a part may be, and a word is never cut."
    with pytest.raises(WordTooLong, match="a long label"):
        split(parse("x [a long label](https://a.b)"), at_most(10))


def test_an_item_that_goes_on_has_no_second_bullet() -> None:
    one, two = split(parse("- one two\n"), at_most(4))
    assert one == Text("one", (Span(0, 3, Kind.ITEM, "•"),))
    assert two == Text("two", (Span(0, 3, Kind.ITEM, ""),))


def test_the_first_part_may_hold_less() -> None:
    texts = [part.chars for part in split(parse("one two three four"), at_most(20), at_most(8))]
    assert texts == ["one two", "three four"]
    assert [each.chars for each in split_all([Text("a b"), Text("c d")], at_most(3), at_most(1))] == ["a", "b", "c d"]


def test_numbers_are_counted_in() -> None:
    text = parse("one two three four five six seven eight nine ten " * 2)
    done = numbered([text], at_most(12))
    assert all(len(part.chars) <= 12 for part in done)
    assert [part.chars.split()[-1] for part in done] == [f"{at}/{len(done)}" for at in range(1, len(done) + 1)]
    assert len(done) > 9
    assert numbered([Text("one")], at_most(3)) == (Text("one"),)
    assert [each.chars for each in numbered([Text("a"), Text("b")], at_most(5))] == ["a 1/2", "b 2/2"]
    assert number(parse("> q"), 1, 2).chars == "q\n\n1/2"


def test_the_number_stands_in_the_same_place_in_every_part() -> None:
    text = parse("Some words to begin with.\n\n- an item\n- another\n\nAnd words to end it with.")
    assert [part.chars for part in numbered([text], at_most(40))] == [
        "Some words to begin with.\n\n1/3",
        "an item\nanother\n\n2/3",
        "And words to end it with.\n\n3/3",
    ]


@pytest.mark.parametrize(
    ("source", "limit", "expected"),
    [
        (
            "Some words to begin with.\n\n## A heading\n\nThe text that it leads to.",
            40,
            ["Some words to begin with.", "A heading\n\nThe text that it leads to."],
        ),
        ("Words.\n\n## One\n\n### Two\n\nThe text.", 20, ["Words.", "One\n\nTwo\n\nThe text."]),
        ("# A heading of more words than fit\n\ntext", 20, ["A heading of more", "words than fit\n\ntext"]),
        ("- the first\n- the second\n- third", 24, ["the first", "the second\nthird"]),
        ("- the first item here\n- third", 22, ["the first item here", "third"]),
        ("One sentence. Another one.\n\n#tag @ana", 30, ["One sentence.", "Another one.\n\n#tag @ana"]),
        ("#one #two #three", 10, ["#one #two", "#three"]),
    ],
)
def test_no_part_that_a_person_would_not_write(source: str, limit: int, expected: list[str]) -> None:
    assert parts(source, limit) == expected


SOURCES = st.lists(
    st.sampled_from(
        ["word ", "Sentence ends. ", "\n\n", "\n", "日本語です。", "👩‍👩‍👧 ", "**two words** ",
         "[a link](https://a.b) ", "@{ana} ", "- item\n", "## Head\n\n",
         "> quoted\n", "`c d` ", "e\u0301e\u0301 ", "สวัสดี",
         "#tag, ", "https://a.b/c_d "]
    ),
    max_size=30,
).map("".join)  # fmt: skip


@examples(100)
@given(SOURCES, st.integers(24, 80), st.booleans())  # a link, and " 99/99" behind it
def test_parts_put_together_are_the_text(source: str, limit: int, counted: bool) -> None:
    text = parse(source)
    done = numbered([text], at_most(limit)) if counted else split(text, at_most(limit))
    assert all(len(part.chars) <= limit for part in done)
    if counted and len(done) > 1:
        done = tuple(Text(re.sub(r"\s+\d+/\d+$", "", part.chars), part.spans) for part in done)
    assert squeezed("".join(part.chars for part in done)) == squeezed(text.chars)
    assert sorted(whole(text)) == sorted(each for part in done for each in whole(part))
    joined = [cluster for part in done for cluster in regex.findall(r"\X", part.chars) if not cluster.isspace()]
    assert joined == [cluster for cluster in regex.findall(r"\X", text.chars) if not cluster.isspace()]
    kinds = {span.kind for span in text.spans}
    assert kinds == {span.kind for part in done for span in part.spans}


def squeezed(chars: str) -> str:
    return re.sub(r"\s+", "", chars)


def whole(text: Text) -> list[tuple[str, Kind, str]]:
    return [(text.chars[each.start : each.end], each.kind, each.value) for each in text.spans if each.kind in UNBROKEN]
