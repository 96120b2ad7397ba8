"""What Mastodon links and counts."""

import json
from pathlib import Path
from typing import Any

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from cmflow.render.autolink import mastodon
from tests.examples import examples

PIECES = [
    *(
        "https://",
        "xmpp:",
        "magnet:?",
        "example.com",
        ".",
        ".みんな",
        "/",
        "/a(b)c",
        "/(日)",
        "(",
        ")",
        "?q=1",
        "#",
        "#tag",
    ),
    *(
        "#1",
        "＃",
        "@ana",
        "@ana@example.org",
        "@",
        "_",
        "-",
        "·",
        ",",
        ";",
        ":",
        "é",
        "한국",
        "привет",
        "😀",
        "👩🏽‍💻",
        "🇫🇷",
    ),
    *("ก็", " ", "\n", "\r\n", "\u200e", "\u3000", "\ufe0f", "\u200d", "\u0301", "\ud800"),
]
nasty = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
texts = nasty | st.text(st.characters(exclude_categories=()), max_size=60)


def built(value: Any) -> str:
    """A vector's text: a string, a list to join, or `{"repeat": [text, times]}`."""
    if isinstance(value, list):
        return "".join(built(each) for each in value)
    return str(value) if isinstance(value, str) else str(value["repeat"][0]) * int(value["repeat"][1])


def test_lengths_of_the_validator(vectors: Path) -> None:
    found = json.loads((vectors / "mastodon_length.json").read_text("utf-8"))["cases"]
    assert found
    for case in found:
        length = mastodon.length(built(case["text"]), built(case["spoiler"]))
        assert (length > 500) is case["too_long"], case["why"]


@pytest.mark.parametrize(
    ("body", "warning", "expected"),
    [
        ("", "", 0),
        (" \n\u3000", "", 0),  # nothing but white space is nothing
        ("hello", "cw", 7),
        ("a\r\nb", "", 3),
        ("é😀👨‍👩‍👧‍👦🇫🇷", "", 4),
        ("✨" * 500, "", 500),
        ("see https://example.com/" + "a" * 90, "", 27),
        ("https://a.co", "", 23),
        ("example.com", "", 11),
        ("@ana@example.org @bob #tag", "", 4 + 1 + 4 + 1 + 4),
        ("xmpp:ana@example.org", "", 20),  # a link, but counted as it is
        ("https://example.com/@ana@example.org", "", 23),
        ("e\u0301", "", 1),
        ("\u0301", "e", 1),
    ],
)
def test_length(body: str, warning: str, expected: int) -> None:
    assert mastodon.length(body, warning) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("example.com www.example.com", []),
        (
            "https://example.com, http://a.co:80/x?y=z! HTTPS://A.CO",
            ["https://example.com", "http://a.co:80/x?y=z", "HTTPS://A.CO"],
        ),
        ("ipfs://a.co gemini://a.co dweb://a.co ftp://a.co", ["ipfs://a.co", "gemini://a.co", "dweb://a.co"]),
        ("xhttps://a.co @https://a.co", []),
        ("https://example.com/日本語/テスト。", ["https://example.com/日本語/テスト。"]),
        ("https://en.wikipedia.org/wiki/Foo_(bar)", ["https://en.wikipedia.org/wiki/Foo_(bar)"]),
        ("https://a.co/x((y)z) https://a.co/(y)(z).", ["https://a.co/x((y)z)", "https://a.co/(y)(z)"]),
        ("https://a.co/Foo_(日本)", ["https://a.co/Foo_"]),
        ("https://a.co/?q=日本! https://a.co/?!", ["https://a.co/?q=日本", "https://a.co/"]),
        ("https://new.music https://old.guardian", ["https://old.guardian"]),
        ("https://" + "あ" * 64 + ".com", []),
        ("https://a.co/" + "a" * 4100, []),
        ("https://t.co/abc-def", ["https://t.co/abc"]),
        ("https://t.co/" + "a" * 41, []),
        ("https://a.co/#tag #b", ["https://a.co/#tag", "#b"]),
        ("magnet:?xt=urn:btih:abc. magnet: xmagnet:?a", ["magnet:?xt=urn:btih:abc"]),
        (
            "xmpp:ana@a.co/desk?join xmpp://eve@b.co/ana@a.co xmpp:no",
            ["xmpp:ana@a.co/desk?join", "xmpp://eve@b.co/ana@a.co"],
        ),
        ("xmpp:a.co xmpp://a.co", ["xmpp:a.co"]),
        ("xmpp:ana@a.co/magnet:?x", ["xmpp:ana@a.co/magnet"]),
        (
            "#tag #1 #1a #1_2 #_ #__ #___ #a·b #a· #·a #カタ・カナ #می‌خواهم",
            ["#tag", "#1a", "#1_2", "#___", "#a·b", "#a", "#カタ・カナ", "#می‌خواهم"],
        ),
        ("#a\n#b ＃c a#d (#e) /#f .#g", ["#a", "#b", "＃c"]),
        ("#taghttps://x #http://x", ["#tag", "#http"]),
        ("@ana @ana@example.org. (@bob) @a.b-c", ["@ana", "@ana@example.org", "@bob", "@a.b-c"]),
        ("a@b =@b /@b é@b ＠ana", []),
        ("@ana@ @anaé @ana://", []),
        ("@ana@" + "b" * 254, []),
        ("@ana@пример.рф", ["@ana@пример.рф"]),
    ],
)
def test_find(text: str, expected: list[str]) -> None:
    assert [each.text for each in mastodon.find(text)] == expected


def test_kinds() -> None:
    found = mastodon.find("https://a.co #a @a xmpp:a@a.co")
    assert [(each.kind, each.start, each.end) for each in found] == [
        ("url", 0, 12),
        ("hashtag", 13, 15),
        ("mention", 16, 18),
        ("url", 19, 30),
    ]


@examples(100)
@given(texts)
def test_what_is_found_lies_inside_the_text_in_order(text: str) -> None:
    end = 0
    for each in mastodon.find(text):
        assert end <= each.start < each.end <= len(text)
        assert each.text == text[each.start : each.end]
        end = each.end


@examples(100)
@given(texts)
def test_without_links_and_mentions_a_text_counts_its_graphemes(text: str) -> None:
    plain = text.replace(":", "").replace("@", "")
    blank = regex.fullmatch(r"\p{White_Space}*", plain)
    expected = 0 if blank else len(regex.findall(r"\X", plain))
    assert mastodon.length(plain) == expected


@examples(80)
@given(texts, st.sampled_from(["word", "日本", "né"]))
def test_more_words_are_longer(text: str, more: str) -> None:
    before = mastodon.length(f"a {text}")
    assert mastodon.length(f"a {text} {more}") == before + mastodon.length(f" {more}")


@pytest.mark.parametrize("text", ["_a.co" * 2000, "(日)" * 4000, "#a·" * 3000, "#a" + "·" * 8000, "xmpp:" * 2000])
def test_long_nonsense_ends(text: str) -> None:
    assert mastodon.length(text) > 0
    assert mastodon.find("https://a.com/ " + text)
