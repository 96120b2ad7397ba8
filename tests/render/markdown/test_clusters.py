"""Grapheme clusters: what `regex` finds, without its patience for flags."""

import regex
from hypothesis import given
from hypothesis import strategies as st

from cmflow.render.markdown.clusters import clusters, count

SIGNS = st.sampled_from("a🇫🇷🇩\u0301\u200d👩🏽\ufe0f\u20e3\r\nक्षि각\u1100\u1161\u0600👧")


@given(st.text(SIGNS | st.characters(), max_size=40))
def test_they_are_those_of_regex(text: str) -> None:
    found = [match.span() for match in regex.finditer(r"\X", text)]
    assert (list(clusters(text)), count(text)) == (found, len(found))


def test_a_hundred_thousand_flags() -> None:
    """`regex` alone takes minutes for these."""
    assert count("🇫🇷" * 100_000) == 100_000
    assert count("🇫" * 100_001) == 50_001
