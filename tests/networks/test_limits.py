"""Every network's numbers, whole: a limit that moves is changed here too, on purpose. Each has a source and a date."""

import json
import re
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow.model import Account, Text, Visibility
from cmflow.model.limits import CONTENTS, Limit, Limits, Measure, adjusted, clashes, refusal
from cmflow.model.limits import NUMBERS as LIMIT_NAMES
from cmflow.netkit import network
from cmflow.networks.bluesky.embed import FEW

NAMES = tuple(name for name in network.names() if name != "outbox")

NUMBERS: dict[str, dict[str, Any]] = {
    "bluesky": {
        "text": (300, 3_000),
        "images": 10,
        "image_bytes": 2_000_000,
        "videos": 1,
        "video_bytes": 300_000_000,
        "subtitle_bytes": 20_000,
        "card_bytes": 1_000_000,
        "alt": 2_000,
    },
    "devto": {"text": (819_200,), "title": 128, "tags": 4, "images": 1},
    "discord": {
        "text": (2_000,),
        "files_bytes": 26_214_400,
        "images": 10,
        "image_bytes": 10_485_760,
        "videos": 10,
        "video_bytes": 10_485_760,
        "alt": 1_024,
        "poll_options": 10,
        "poll_option": 55,
        "poll_question": 300,
        "files": 10,
        "poll_shortest": 60,
        "poll_longest": 46_080,
    },
    "facebook": {
        "text": (63_206,),
        "image_bytes": 10_000_000,
        "videos": 1,
        "video_bytes": 2_000_000_000,
        "video_seconds": 14_400,
    },
    "instagram": {
        "text": (2_200,),
        "images": 10,
        "image_bytes": 8_388_608,
        "image_width": 1_440,
        "videos": 10,
        "video_bytes": 1_000_000_000,
        "video_seconds": 900,
        "alt": 1_000,
        "hashtags": 30,
        "hashtags_advised": 5,
        "mentions": 20,
        "files": 10,
        "video_shortest": 3,
    },
    "linkedin": {
        "text": (3_000,),
        "images": 20,
        "image_pixels": 36_152_320,
        "videos": 1,
        "video_bytes": 500_000_000,
        "video_seconds": 1_800,
        "alt": 1_000,
        "poll_options": 4,
        "poll_option": 30,
        "poll_question": 140,
        "comment_text": 1_250,
        "video_shortest": 3,
        "video_ratio": 240,
        "poll_shortest": 1_440,
        "poll_longest": 20_160,
        "documents": 1,
        "document_bytes": 100_000_000,
    },
    "mastodon": {
        "text": (500,),
        "images": 4,
        "image_bytes": 16_777_216,
        "image_pixels": 33_177_600,
        "videos": 1,
        "video_bytes": 103_809_024,
        "alt": 1_500,
        "poll_options": 4,
        "poll_option": 50,
        "files": 4,
        "poll_shortest": 5,
        "poll_longest": 43_829,
    },
    "matrix": {"text": (65_536, 65_536), "images": 1, "videos": 1},
    "nostr": {"text": (8_196,)},
    "pinterest": {
        "text": (800,),
        "title": 100,
        "images": 5,
        "image_bytes": 20_000_000,
        "videos": 1,
        "video_bytes": 2_000_000_000,
        "video_seconds": 900,
        "alt": 500,
        "video_shortest": 4,
    },
    "reddit": {
        "text": (40_000,),
        "title": 300,
        "images": 20,
        "image_bytes": 20_000_000,
        "videos": 1,
        "video_bytes": 1_000_000_000,
        "video_seconds": 900,
        "alt": 180,
        "poll_options": 6,
        "poll_shortest": 1_440,
        "poll_longest": 10_080,
    },
    "slack": {"text": (40_000,), "image_bytes": 1_000_000_000, "video_bytes": 1_000_000_000, "alt": 1_000},
    "telegram": {
        "text": (4_096, 4_096),
        "caption": (1_024, 1_024),
        "images": 10,
        "image_bytes": 10_000_000,
        "image_edges": 10_000,
        "videos": 10,
        "video_bytes": 50_000_000,
        "poll_options": 12,
        "poll_option": 100,
        "poll_question": 300,
        "poll_text": 1_024,
        "files": 10,
        "poll_longest": 43_800,
        "documents": 10,
        "document_bytes": 50_000_000,
    },
    "threads": {
        "text": (500,),
        "images": 20,
        "image_bytes": 8_000_000,
        "image_width": 1_440,
        "videos": 20,
        "video_bytes": 1_000_000_000,
        "video_seconds": 300,
        "alt": 1_000,
        "links": 5,
        "poll_options": 4,
        "poll_option": 25,
        "files": 20,
    },
    "tiktok": {
        "text": (2_200,),
        "images": 35,
        "image_bytes": 20_000_000,
        "videos": 1,
        "video_bytes": 4_000_000_000,
        "video_seconds": 600,
        "video_shortest": 3,
    },
    "webhook": {
        "text": (100_000,),
        "title": 300,
        "files": 10,
        "files_bytes": 25_000_000,
        "image_bytes": 10_000_000,
        "video_bytes": 25_000_000,
        "poll_options": 20,
    },
    "x": {
        "text": (280,),
        "images": 4,
        "image_bytes": 5_000_000,
        "gif_bytes": 15_000_000,
        "videos": 1,
        "video_bytes": 512_000_000,
        "video_ratio": 300,
        "video_seconds": 140,
        "alt": 1_000,
        "poll_options": 4,
        "poll_option": 25,
        "files": 4,
        "poll_shortest": 5,
        "poll_longest": 10_080,
    },
    "youtube": {
        "text": (5_000,),
        "title": 100,
        "tags": 500,
        "images": 1,
        "image_bytes": 2_000_000,
        "videos": 1,
        "video_bytes": 274_877_906_944,
        "subtitle_bytes": 104_857_600,
    },
}

THREADS = {"bluesky", "discord", "mastodon", "matrix", "nostr", "slack", "telegram", "threads", "webhook", "x"}
NEEDS = {
    "devto": "title",
    "instagram": "media",
    "pinterest": "media",
    "reddit": "title",
    "tiktok": "media",
    "youtube": "title video",
}
OFFSETS = {"bluesky": "bytes", "telegram": "utf-16"}
SECRETS = {
    "bluesky": ("app_password",),
    "devto": ("api_key",),
    "discord": ("webhook_url",),
    "nostr": ("private_key",),
    "reddit": ("client_id", "client_secret", "refresh_token"),
    "tiktok": ("client_key", "client_secret", "refresh_token"),
    "webhook": ("secret",),
    "x": ("client_id", "client_secret", "refresh_token"),
    "youtube": ("client_id", "client_secret", "refresh_token"),
}
OPTIONS = {
    "bluesky": {"handle": True, "service": False},
    "devto": {"organization": False, "service": False},
    "discord": {"channel": False, "thread": False, "username": False},
    "facebook": {"page": False, "reels": False},
    "instagram": {"user": False},
    "linkedin": {"organization": False, "version": False},
    "mastodon": {"instance": True},
    "matrix": {"homeserver": True, "room": True, "encrypted": False},
    "nostr": {"relays": False},
    "pinterest": {"board": False},
    "reddit": {"subreddit": False, "flair": False},
    "slack": {"channel": False},
    "telegram": {"chat": True, "topic": False, "silent": False, "server": False},
    "threads": {"user": False},
    "tiktok": {"handle": False},
    "webhook": {"url": True},
    "x": {"handle": False},
    "youtube": {"channel": False, "category": False, "playlist": False, "public_after": False, "made_for_kids": False},
}
EVERYBODY = (Visibility.PUBLIC,)
PRICES = {"x": ["0.015 USD", "0.20 USD", "0.005 USD"]}
VISIBILITY = {
    "linkedin": (Visibility.PUBLIC, Visibility.FOLLOWERS),
    "mastodon": (Visibility.PUBLIC, Visibility.UNLISTED, Visibility.FOLLOWERS, Visibility.PRIVATE),
    "tiktok": (Visibility.PUBLIC, Visibility.FOLLOWERS, Visibility.PRIVATE),
    "webhook": tuple(Visibility),
    "youtube": (Visibility.PUBLIC, Visibility.UNLISTED, Visibility.PRIVATE),
}


def limits(name: str) -> Limits:
    return network.load(name).limits


def every(of: Limits) -> Iterator[tuple[str, Limit]]:
    """Each limit with the name of the field it stands in."""
    for field in fields(of):
        value = getattr(of, field.name)
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Measure):
                yield field.name, item.limit
            elif isinstance(item, Limit):
                yield field.name, item


def numbers(of: Limits) -> dict[str, Any]:
    """Each field that limits something: one number, or one for each of its measures."""
    found: dict[str, Any] = {}
    for name, limit in every(of):
        several = isinstance(getattr(of, name), tuple)
        found[name] = (*found.get(name, ()), limit.value) if several else limit.value
    return found


def test_every_network_is_described_here() -> None:
    assert set(NAMES) == set(NUMBERS) == set(OPTIONS)


@pytest.mark.parametrize("name", NAMES)
def test_what_a_post_costs(name: str) -> None:
    prices = (limits(name).post_price, limits(name).link_price, limits(name).read_price)
    assert [price and str(price.money) for price in prices] == PRICES.get(name, [None, None, None])
    assert all(price is None or (price.source and price.read) for price in prices)


@pytest.mark.parametrize("name", NAMES)
def test_each_number(name: str) -> None:
    assert numbers(limits(name)) == {"hashtags_advised": 7, **NUMBERS[name]}


@pytest.mark.parametrize("name", NAMES)
def test_each_number_says_where_it_was_read_and_when(name: str) -> None:
    for field, limit in every(limits(name)):
        assert limit.source.strip() and limit.unit.strip(), field
        assert limit.value > 0, field
        assert date(2026, 11, 22) <= limit.read <= date(2100, 1, 1), field


APART = {
    "bluesky": {"video+image", "video+gif"},
    "facebook": {"video+image", "video+gif"},
    "linkedin": {
        *("video+image", "video+gif", "poll+media", "poll+quote", "quote+media"),
        *("document+image", "document+gif", "document+video", "document+poll", "document+quote"),
    },
    "mastodon": {"video+image", "video+gif", "poll+media?"},
    "pinterest": {"video+image?", "video+gif?"},
    "reddit": {"poll+media", "video+image", "video+gif"},
    "telegram": {
        *("poll+media", "gif+image", "gif+video", "gif+gif"),
        *("document+image", "document+gif", "document+video", "document+poll"),
    },
    "threads": {"poll+media"},
    "tiktok": {"video+image", "video+gif"},
    "youtube": {"comment+private"},
    "x": {
        *("poll+media", "poll+quote", "quote+media"),
        *("video+image?", "video+gif?", "gif+image?", "gif+gif?"),
    },
}
CODECS = {
    "instagram": ("H.264", "HEVC"),
    "threads": ("H.264", "HEVC"),
    "tiktok": ("H.264", "HEVC", "VP8", "VP9"),
    "x": ("H.264",),
}


@pytest.mark.parametrize("name", NAMES)
def test_what_excludes_each_other(name: str) -> None:
    found = limits(name).exclusions
    assert {f"{each.first}+{each.second}{'' if each.certain else '?'}" for each in found} == APART.get(name, set())
    assert all(each.source and each.read >= date(2026, 11, 22) for each in found)
    assert {word for each in found for word in (each.first, each.second)} <= set(CONTENTS)
    assert limits(name).video_codecs == CODECS.get(name, ())


def test_what_clashes() -> None:
    x = limits("x")
    assert [refusal(each) for each in clashes(x, {"image": 1, "poll": 1})] == [
        "a poll together with a picture or a video"
    ]
    assert [refusal(each) for each in clashes(x, {"gif": 2})] == ["more than one moving picture"]
    assert [refusal(each) for each in clashes(x, {"image": 4, "poll": 0})] == []


def test_numbers_that_a_server_sets_otherwise() -> None:
    own = adjusted(limits("mastodon"), (("text", 5_000), ("files", 6), ("video_seconds", 90)))
    assert (own.text[0].limit.value, own.text[0].limit.unit, own.text[0].limit.note) == (
        *(5_000, "characters", "as the plan says"),
    )
    assert own.files == replace(limits("mastodon").files or own.text[0].limit, value=6, note="as the plan says")
    assert own.video_seconds == Limit(90, "seconds", "content/plan.md", date.min, "as the plan says")
    assert own.text[0].count is limits("mastodon").text[0].count
    assert set(LIMIT_NAMES) - {"text"} <= {each.name for each in fields(own)}
    account = Account("a", "mastodon", limits=(("text", 5_000),))
    assert network.limits(account).text[0].limit.value == 5_000
    assert network.limits(Account("b", "mastodon")).text[0].limit.value == 500


@pytest.mark.parametrize("name", NAMES)
def test_what_is_not_a_number(name: str) -> None:
    of = limits(name)
    assert of.thread == (name in THREADS)
    assert of.needs == NEEDS.get(name, "")
    assert of.offsets == OFFSETS.get(name, "code points")
    assert of.visibility == VISIBILITY.get(name, EVERYBODY)
    assert of.content_warning == (name in {"mastodon", "nostr", "webhook"})
    assert of.media_types == tuple(dict.fromkeys(of.media_types))


@pytest.mark.parametrize("name", NAMES)
def test_what_the_network_asks_of_an_account(name: str) -> None:
    record = network.load(name)
    assert (record.name, record.title.lower()[:1]) == (name, name[0])
    assert record.docs.startswith("https://")
    assert {option.name: option.required for option in record.options} == OPTIONS[name]
    assert record.secrets == SECRETS.get(name, ("token",))
    assert all(option.doc.endswith(".") and (option.example or not option.required) for option in record.options)


@pytest.mark.parametrize("name", NAMES)
def test_a_text_fits_to_the_last_character_and_not_one_more(name: str) -> None:
    of = limits(name)
    for measure in (*of.text, *of.caption, of.title):
        if measure is None:
            continue
        allowed = measure.limit.value
        frame = measure.count("", "")
        each = measure.count("a", "") - frame
        body = "a" * ((allowed - frame) // each)
        assert measure.count(body, "") <= allowed < measure.count(body + "a", "")


@pytest.mark.parametrize("name", NAMES)
def test_a_plain_text_is_sent_as_it_is(name: str) -> None:
    assert limits(name).form(Text("Two words, and a stop.")).body == "Two words, and a stop."


PIECES = (
    *(
        "https://example.org/a_(b)",
        "example.org",
        "@ana",
        "@ana@example.org",
        "@ana.example.org",
        "#tag",
        "＃全角",
        "#1",
    ),
    *("u/ana", "nostr:npub1" + "q" * 58, "<@U1A>", "@[A](urn:li:person:1)", "{hashtag|\\#|a}", "@a:b.c", "$AAPL"),
    *(
        "a@b.org",
        "://",
        ".",
        ",",
        "(",
        ")",
        "/",
        "\\",
        " ",
        "\n",
        "\r\n",
        "\t",
        "é",
        "日本",
        "👨‍👩‍👧‍👦",
        "\u200d",
        "\ufe0f",
        "\x00",
    ),
)


@pytest.mark.parametrize("name", NAMES)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join) | st.text(max_size=40))
def test_what_is_found_stands_in_the_text_in_order_and_apart(name: str, text: str) -> None:
    end = 0
    for entity in limits(name).find(text):
        assert entity.start >= end
        assert entity.end > entity.start
        assert entity.text == text[entity.start : entity.end]
        assert entity.kind in ("url", "hashtag", "mention")
        end = entity.end


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("instagram", "https://example.org #a @b", ["#a", "@b"]),
        ("tiktok", "https://example.org #a @b", ["#a", "@b"]),
        ("pinterest", "https://example.org #a @b", ["#a"]),
        ("facebook", "https://example.org #a @b", ["https://example.org", "#a"]),
        ("threads", "https://example.org #a #c @b", ["https://example.org", "#a", "@b"]),
        ("youtube", "https://example.org #a @b", ["https://example.org", "#a", "@b"]),
        ("linkedin", "https://example.org #a @b", ["https://example.org", "#a"]),
        ("discord", "https://example.org #a <@1>", ["https://example.org", "<@1>"]),
        ("slack", "https://example.org #a <@U1>", ["https://example.org", "<@U1>"]),
        ("matrix", "https://example.org #a @b:example.org", ["https://example.org", "@b:example.org"]),
        ("reddit", "https://example.org #a u/ana", ["https://example.org", "u/ana"]),
        ("devto", "https://example.org #a @b", ["https://example.org", "@b"]),
        ("webhook", "https://example.org #a @b", ["https://example.org"]),
        ("bluesky", "example.org #a @b.org", ["example.org", "#a", "@b.org"]),
        ("telegram", "example.org #a @abcd", ["example.org", "#a", "@abcd"]),
        ("mastodon", "https://example.org #a @b@c.org", ["https://example.org", "#a", "@b@c.org"]),
        ("x", "example.org #a @b", ["example.org", "#a", "@b"]),
        ("nostr", "https://example.org #a @b", ["https://example.org", "#a"]),
    ],
)
def test_what_each_network_links(name: str, text: str, found: list[str]) -> None:
    assert [entity.text for entity in limits(name).find(text)] == found


def schema(specs: Path, name: str) -> Any:
    return json.loads((specs / name).read_text())


def test_bluesky_numbers_are_those_of_its_lexicons(specs: Path) -> None:
    folder = "atproto/lexicons/app/bsky/"
    text = schema(specs, folder + "feed/post.json")["defs"]["main"]["record"]["properties"]["text"]
    images = schema(specs, folder + "embed/images.json")["defs"]
    video = schema(specs, folder + "embed/video.json")["defs"]["main"]["properties"]["video"]
    found = numbers(limits("bluesky"))
    assert found["text"] == (text["maxGraphemes"], text["maxLength"])
    gallery = schema(specs, folder + "embed/gallery.json")["defs"]["main"]["properties"]["items"]
    caption = schema(specs, folder + "embed/video.json")["defs"]["caption"]["properties"]["file"]
    thumb = schema(specs, folder + "embed/external.json")["defs"]["external"]["properties"]["thumb"]
    assert f"limit of {found['images']} items" in gallery["description"] and found["images"] <= gallery["maxLength"]
    assert images["main"]["properties"]["images"]["maxLength"] == FEW
    assert found["image_bytes"] == images["image"]["properties"]["image"]["maxSize"]
    assert found["video_bytes"] == video["maxSize"]
    assert (found["subtitle_bytes"], found["card_bytes"]) == (caption["maxSize"], thumb["maxSize"])


def test_pinterest_numbers_are_those_of_its_description(specs: Path) -> None:
    pin = schema(specs, "pinterest/openapi.json")["components"]["schemas"]["PinCreate"]["properties"]
    found = numbers(limits("pinterest"))
    assert (found["title"], found["text"]) == (pin["title"]["maxLength"], (pin["description"]["maxLength"],))
    assert found["alt"] == pin["alt_text"]["maxLength"]


def test_discord_numbers_are_those_of_its_description(specs: Path) -> None:
    schemas = schema(specs, "discord/openapi.json")["components"]["schemas"]
    message = schemas["IncomingWebhookRequestPartial"]["properties"]
    found = numbers(limits("discord"))
    assert found["text"] == (message["content"]["maxLength"],)
    assert found["images"] == message["attachments"]["maxItems"]
    assert found["alt"] == schemas["MessageAttachmentRequest"]["properties"]["description"]["maxLength"]


def test_an_example_of_each_option_is_what_the_network_asks_for() -> None:
    options = [option for name in NAMES for option in network.load(name).options if option.pattern]
    assert options
    for option in options:
        assert re.fullmatch(option.pattern, option.example, re.ASCII), option
        assert option.kind and option.place.endswith((".", "/"))
