"""What Telegram links: TDLib's vectors, and what they do not say."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow.render.autolink import telegram


def cases(vectors: Path, name: str) -> list[list[Any]]:
    return list(json.loads((vectors / name).read_text())["cases"])


def texts(text: str, kind: str) -> list[str]:
    return [entity.text for entity in telegram.find(text) if entity.kind == kind]


def test_hashtags_of_tdlib(vectors: Path) -> None:
    for text, hashtags in cases(vectors, "telegram_hashtag.json"):
        assert texts(text, "hashtag") == hashtags, text


def test_mentions_of_tdlib(vectors: Path) -> None:
    for text, mentions in cases(vectors, "telegram_mention.json"):
        assert texts(text, "mention") == mentions, text


def test_urls_of_tdlib(vectors: Path) -> None:
    """TDLib tests its URLs alone: `tg://resolve` is found by another of its functions."""
    for text, urls, *_ in cases(vectors, "telegram_url.json"):
        assert [url for url in texts(text, "url") if not url.startswith("tg:")] == urls, text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("3.5 and 1.5.7, v1.2.3. No.", []),
        ("Read example.org, then https://example.com/a_(b).", ["example.org", "https://example.com/a_(b)"]),
        ("example.com:80/a example.com:080 example.com:70000", ["example.com:80/a", "example.com:080", "example.com"]),
        ("ftp://example.org ftps://example.org", ["ftp://example.org"]),
        ("site.ton site.onion tonsite://site.ton site.tonsite", ["site.ton", "site.onion", "tonsite://site.ton"]),
        ("192.168.0.1 1.2.3.4:80/x 256.1.1.1 1.2.3", ["192.168.0.1", "1.2.3.4:80/x"]),
        ("Москва.рф пример.Рф http://xn--e1afmkfd.xn--p1ai xn--a.xn--", ["Москва.рф", "http://xn--e1afmkfd.xn--p1ai"]),
        ("http://a.xn--a_b http://a.b_c http://a.b-c http://a_.bc http://a-.bc http://a.b http://a..bc", []),
        ("http://me:pass@example.org/?q#h", ["http://me:pass@example.org/?q#h"]),
        ("http://example.org@ http://example.com:@", ["http://example.com"]),
        ("ana@example.org mailto:bo@example.org.", []),
        ("ana-@telegram.org", []),  # an e-mail address: no mention inside
        ("#a.com example.org/#tag (#tag@channel)", ["#a", "example.org/#tag", "#tag@channel"]),
        ("#été_2026 #2026 #_ C#", ["#été_2026"]),
        ("#" + "1" * 256 + "a #" + "1" * 255 + "a #" + "a" * 300, ["#" + "1" * 255 + "a", "#" + "a" * 256]),
        ("#" + "a" * 300 + "#", []),
        ("@gif @xyz @ana_b (@telegram) a@bcde é@abcde", ["@gif", "@ana_b", "@telegram"]),
        ("tg://resolve?domain=cmflow, TON://x/?. tg://?", ["tg://resolve?domain=cmflow", "TON://x/"]),
        ("tg://a? tg://b# tg://c/!? tg://d", ["tg://a", "tg://b", "tg://c/", "tg://d"]),
        ("example.org\tnext", ["example.org"]),
        ("https://example.org/a\tb", ["https://example.org/a"]),
    ],
)
def test_what_is_found(text: str, found: list[str]) -> None:
    assert [entity.text for entity in telegram.find(text)] == found


PIECES = [
    "https://",
    "tg://",
    "a.com",
    ".",
    "/x(y)",
    "@",
    "abcd",
    "#",
    " ",
    "(",
    ")]",
    ":80",
    "!",
    "é",
    "👍🏽",
    "\n",
    "?",
]


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_what_is_found_stands_in_the_text_in_order_and_apart(text: str) -> None:
    end = 0
    for entity in telegram.find(text):
        assert entity.start >= end
        assert entity.text == text[entity.start : entity.end]
        assert entity.kind in ("url", "hashtag", "mention")
        end = entity.end


@pytest.mark.parametrize(
    "piece", ["a.", "..", "@a.", "/a.", "a@b.c", "http://", "#a#", "(a.com", "a.com/(", "://.", "-."]
)
def test_a_very_long_text_takes_no_very_long_time(piece: str) -> None:
    assert telegram.find(piece * 2_000) is not None
