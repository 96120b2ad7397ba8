"""What a text is made of, as statistics see it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow.model import Form, Kind, Media, Part, Poll, Span, Text, Trait, Variant
from cmflow.netkit import network
from cmflow.render.traits import traits

NETWORKS = sorted(network.names())
PIECES = (
    st.sampled_from(("https://", "http://", "://", "www.", "a.example", "example.com", "t.me/x", "é.fr", "例え.jp"))
    | st.sampled_from(("localhost", "1.2.3.4", ":8080", "/p?q=1", "magnet:?xt=urn", "xmpp:", "a@b.example", "word"))
    | st.sampled_from((".", "。", "．", "·", "@", "#", " ", "\n"))
)
LIMITS = network.load("mastodon").limits


def part(chars: str, *media: str, spans: tuple[Span, ...] = ()) -> Part:
    return Part(Text(chars), Form(chars, spans), tuple(map(Media, media)))


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((part("Good morning."),), ()),
        ((part("Coming?"),), (Trait.QUESTION,)),
        ((part("Coming? 🌷"),), (Trait.QUESTION,)),
        ((part("来ますか？"),), (Trait.QUESTION,)),
        ((part("https://example.com/?b=1"),), (Trait.LINK,)),
        ((part("our menu", spans=(Span(0, 8, Kind.LINK, "https://a.example"),)),), (Trait.LINK,)),
        ((part("One"), part("Two")), (Trait.THREAD,)),
        ((part("One"), part("", "b.png")), (Trait.PICTURE,)),  # a file that is a part of its own
        ((part("One", "a.MP4", "b.jpg"),), (Trait.PICTURE, Trait.VIDEO)),
    ],
)
def test_traits(parts: tuple[Part, ...], expected: tuple[Trait, ...]) -> None:
    assert traits(LIMITS, Variant("p", "news", "mastodon", datetime(2026, 12, 1, tzinfo=UTC), parts)) == expected


def test_a_link_beside_the_text_and_a_poll() -> None:
    variant = Variant(
        *("p", "news", "mastodon", datetime(2026, 12, 1, tzinfo=UTC), (part("One"),)),
        link="https://a.example",
        poll=Poll(("Yes", "No")),
    )
    assert traits(LIMITS, variant) == (Trait.LINK, Trait.POLL)


@given(st.sampled_from(NETWORKS), st.lists(PIECES | st.text(max_size=3), max_size=6).map("".join))
def test_a_text_links_where_its_network_finds_an_address(name: str, chars: str) -> None:
    """However the text is looked through first."""
    limits = network.load(name).limits
    found = any(entity.kind == "url" for entity in limits.find(chars))
    variant = Variant("p", "news", name, datetime(2026, 12, 1, tzinfo=UTC), (part(chars),))
    assert (Trait.LINK in traits(limits, variant)) == found
