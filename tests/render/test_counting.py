"""Each way of counting, against the networks' own numbers, Unicode's own vectors, and what holds for any text."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow.render import counting
from cmflow.render.autolink import mastodon, x

WAYS = (
    counting.x,
    counting.mastodon,
    counting.graphemes,
    counting.code_points,
    counting.utf8,
    counting.utf16,
    counting.threads,
    counting.tag_list,
    counting.tag_count,
    counting.matrix_event,
)
SIMPLE = (counting.graphemes, counting.code_points, counting.utf8, counting.utf16, counting.threads)

FAMILY = "👨‍👩‍👧‍👦"

# graphemes, code points, UTF-8 bytes, UTF-16 units, Threads
TABLE = {
    "": (0, 0, 0, 0, 0),
    "Plain words.": (12, 12, 12, 12, 12),
    "a\r\nb\n\r": (5, 6, 6, 6, 6),
    "café": (4, 4, 5, 4, 4),
    "cafe\u0301": (4, 5, 6, 5, 5),
    "日本語": (3, 3, 9, 3, 3),
    "नमस्ते": (3, 6, 18, 6, 6),
    "👍": (1, 1, 4, 2, 4),
    "👍🏽!": (2, 3, 9, 5, 9),
    FAMILY: (1, 7, 25, 11, 25),
    "🇫🇷🇩🇪": (2, 4, 16, 8, 16),
    "1️⃣": (1, 3, 7, 3, 7),
    "©": (1, 1, 2, 1, 2),
    "✁\u200d✁": (1, 3, 9, 3, 3),
    "𝔘": (1, 1, 4, 2, 1),
    "\ud83d": (1, 1, 3, 1, 1),
}


@pytest.mark.parametrize("body", TABLE)
def test_each_way_of_counting(body: str) -> None:
    assert tuple(count(body) for count in SIMPLE) == TABLE[body]


def test_graphemes_are_those_of_unicode(vectors: Path) -> None:
    cases = json.loads((vectors / "graphemes.json").read_text())["cases"]
    wrong = [case for case in cases if counting.graphemes("".join(case["clusters"])) != len(case["clusters"])]
    assert (len(cases), wrong) == (410, [])


@pytest.mark.parametrize(("body", "length", "tags"), [("", 0, 0), ("git", 3, 1), ("git,a b,c", 11, 3), ("a b c", 7, 1)])
def test_youtube_quotes_tags_with_a_space(body: str, length: int, tags: int) -> None:
    assert (counting.tag_list(body), counting.tag_count(body)) == (length, tags)


def test_a_matrix_event_holds_the_text_twice_in_json() -> None:
    assert counting.matrix_event("") == 2_052
    assert counting.matrix_event('"é"\n') == 2_048 + 2 * len('"\\"é\\"\\n"'.encode())


def test_x_and_mastodon_are_counted_by_their_own_rules() -> None:
    body = f"{FAMILY} https://example.org/a/long/path/that/does/not/count @ana@example.org"
    assert (counting.x(body, "CW"), counting.mastodon(body, "CW")) == (x.length(body), mastodon.length(body, "CW"))
    assert counting.mastodon("ab", "cd") == 4


@given(st.text(max_size=80), st.text(max_size=20))
def test_only_mastodon_counts_the_warning(body: str, warning: str) -> None:
    for count in WAYS:
        if count is not counting.mastodon:
            assert count(body, warning) == count(body)


WORDS = st.lists(st.sampled_from([FAMILY, "👍🏽", "é", "e\u0301", "日本", "word", "\r", "\n", "\u200d", "✁", "1️⃣", " "]))


@given(WORDS.map("".join), WORDS.map("".join))
def test_a_longer_text_is_never_shorter(body: str, more: str) -> None:
    for count in (*SIMPLE, counting.tag_list, counting.tag_count, counting.matrix_event):
        assert count(body) <= count(body + more)


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_ascii_counts_as_it_would_without_the_short_cut(body: str) -> None:
    assert counting.graphemes(body) == counting.graphemes(body + "é") - 1
    assert counting.utf8(body) == counting.utf16(body) == counting.threads(body) == len(body)


@given(st.text())
def test_the_ways_of_counting_are_ordered(body: str) -> None:
    assert counting.graphemes(body) <= counting.code_points(body) <= counting.utf16(body) <= counting.utf8(body)
    assert counting.code_points(body) <= counting.threads(body) <= counting.utf8(body)
