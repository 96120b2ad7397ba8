"""What Bluesky's own app would mark: its vectors, and what they do not say."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow.model import Entity
from cmflow.render.autolink import bluesky


def cases(vectors: Path, name: str) -> list[dict[str, Any]]:
    return list(json.loads((vectors / name).read_text())["cases"])


def in_bytes(text: str, entity: Entity) -> dict[str, int]:
    return {"byteStart": len(text[: entity.start].encode()), "byteEnd": len(text[: entity.end].encode())}


def test_links_and_mentions_of_the_official_tests(vectors: Path) -> None:
    for case in cases(vectors, "bluesky_detect.json"):
        segments: list[list[str]] = case["segments"]
        place, expected = 0, []
        for segment in segments:
            if len(segment) > 1:
                kind = "mention" if segment[1].startswith("did:") else "url"
                expected.append(Entity(place, place + len(segment[0]), kind, segment[0]))
            place += len(segment[0])
        assert bluesky.find(case["text"]) == tuple(expected)


def test_hashtags_of_the_official_tests(vectors: Path) -> None:
    for case in cases(vectors, "bluesky_tags.json"):
        found = bluesky.find(case["text"])
        assert {entity.kind for entity in found} <= {"hashtag"}
        assert [entity.text[1:] for entity in found] == case["tags"]
        assert [in_bytes(case["text"], entity) for entity in found] == case["index"]


def test_cashtags_of_the_official_tests(vectors: Path) -> None:
    for case in cases(vectors, "bluesky_cashtags.json"):
        found = bluesky.find(case["text"])
        assert found == tuple(bluesky.cashtags(case["text"]))
        assert [entity.text.upper() for entity in found] == case["tags"]
        assert [in_bytes(case["text"], entity) for entity in found] == case["index"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ()),
        ("Nothing here: 3.5, C#, Node.js, 2*3*4, $5.", ()),
        ("HTTPS://EXAMPLE.ORG and example.org/(a)", ("HTTPS://EXAMPLE.ORG", "example.org/(a)")),
        ("done.So what, example.COM", ()),  # a capital after a dot starts a sentence more often than a domain
        ("httpbin.jpg httpbin.org", ("httpbin.org",)),
        ("https://. https://) (https://", ()),
        ("https://example.org/?! (example.org/a).", ("https://example.org/?", "example.org/a")),
        ("https://example.org/?u=https://", ("https://example.org/?u=https://",)),
        ("my-site.com a@example.org", ()),
        ("naïve.com été.fr", ()),
        ("@ana.example.com, (@bo.test) @UP.Example.com", ("@ana.example.com", "@bo.test", "@UP.Example.com")),
        ("@.com @a..com @-a.com @com @a.com_b me@a.com", ()),
        ("@ana.bsky.social's", ("@ana.bsky.social",)),
        ("#été #日本語 #1er #١٢", ("#été", "#日本語", "#1er", "#١٢")),
        ("C#net #. #1 ##", ()),
        ("#" + "é" * 64 + " #" + "é" * 65, ("#" + "é" * 64,)),
        ("#" + "e\u0301\u0301\u0301\u0301\u0301" * 58, ("#" + "e\u0301\u0301\u0301\u0301\u0301" * 58,)),
        ("#" + "e\u0301\u0301\u0301\u0301\u0301" * 59, ()),  # 640 bytes at most
        ("#👨‍👩‍👧 #👍🏽", ("#👨", "#👍🏽")),  # a joiner ends a hashtag
        ("#see(https://example.org/a)b", ("https://example.org/a)b",)),  # a link wins over a hashtag
        ("https://example.org/(@a.com (@b.com", ("https://example.org/(@a.com", "@b.com")),
        ("https://example.org/($AAPL) ($AAPL)", ("https://example.org/($AAPL)", "$AAPL")),
    ],
)
def test_what_is_found(text: str, found: tuple[str, ...]) -> None:
    assert tuple(entity.text for entity in bluesky.find(text)) == found


PIECES = [
    "https://",
    "a.com",
    "/x(y)",
    "@",
    "#",
    "＃",
    "$A",
    " ",
    "(",
    ")",
    ".",
    "!",
    "é",
    "👍🏽",
    "\u200d",
    "\n",
    "\ufe0f",
]


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_what_is_found_stands_in_the_text_in_order_and_apart(text: str) -> None:
    end = 0
    for entity in bluesky.find(text):
        assert entity.start >= end
        assert entity.text == text[entity.start : entity.end]
        end = entity.end


@pytest.mark.parametrize("piece", ["#!", "@.", "a.", "https://a(", "$A,", "#a!", "(", "#a\u200b", ".a@b"])
def test_a_very_long_text_takes_no_very_long_time(piece: str) -> None:
    assert bluesky.find(piece * 20_000) is not None
