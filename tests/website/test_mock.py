"""What a part's characters are cut into: all of them, in order, whatever they are."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow import render
from cmflow.model import Account, Part, Person, Plan, Post, Text
from cmflow.netkit import network
from cmflow.render import formats
from cmflow.website.mock import Piece, pieces
from tests import ROOT

AT = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)
TEMPLATES = render.Templates(
    {
        f"templates/networks/{path.name}": path.read_text(encoding="utf-8")
        for path in (ROOT / "templates" / "networks").iterdir()
    }
)


def part(body: str, on: str) -> Part:
    """The first part of what an account on a network shows of a post."""
    account = Account("us", on)
    post = Post("p", "content/posts/p.md", "T", AT, ("us",), body)
    plan = Plan("Brand", "Europe/Paris", "en", (account,))
    return render.variant(post, account, plan, network.load(on).limits, TEMPLATES, {}).parts[0]


def cut(body: str, on: str) -> tuple[Piece, ...]:
    return pieces(part(body, on), network.load(on).limits)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (
            "x",
            (
                ("", "", "Hello "),
                ("mention", "", "@ana"),
                ("", "", ", "),
                ("tag", "", "#git"),
                ("", "", " at "),
                ("link", "https://example.org", "example.org"),
            ),
        ),
        (
            "bluesky",
            (
                ("", "", "Hello @ana, "),
                ("tag", "", "#git"),
                ("", "", " at "),
                ("link", "https://example.org", "example.org"),
            ),
        ),
        ("discord", (("", "", "Hello @ana, #git at example.org"),)),
        (
            "linkedin",
            (
                ("", "", "Hello @ana, "),
                ("tag", "", "#git"),
                ("", "", " at example.org"),
            ),
        ),
    ],
)
def test_what_the_network_makes_of_plain_characters(on: str, expected: tuple[Piece, ...]) -> None:
    assert cut("Hello @ana, #git at example.org", on) == expected


def test_what_is_meant_and_what_the_network_finds_stand_side_by_side() -> None:
    assert cut("See [us](https://example.org/a) and #harbour, https://example.org/b", "bluesky") == (
        ("", "", "See "),
        ("link", "https://example.org/a", "us"),
        ("", "", " and "),
        ("tag", "", "#harbour"),
        ("", "", ", "),
        ("link", "https://example.org/b", "https://example.org/b"),
    )


def test_nothing_is_found_in_code_and_something_in_bold() -> None:
    assert cut("**Bold #one** `#two @three`", "telegram") == (
        ("bold", "", "Bold "),
        ("bold tag", "", "#one"),
        ("", "", " "),
        ("code", "", "#two @three"),
    )


def test_markup_is_shown_as_what_it_means_where_the_network_reads_it() -> None:
    body = "A **bold *and* [place](https://example.org/a)** and `code`\n\n- one\n- two"
    expected = (
        ("", "", "A "),
        ("bold", "", "bold "),
        ("bold italic", "", "and"),
        ("bold", "", " "),
        ("bold link", "https://example.org/a", "place"),
        ("", "", " and "),
        ("code", "", "code"),
        ("", "", "\n\n"),
        ("bullet", "", "• "),
        ("item", "", "one"),
        ("", "", "\n"),
        ("bullet", "", "• "),
        ("item", "", "two"),
    )
    assert [cut(body, on) for on in ("discord", "slack", "matrix", "reddit")] == [expected] * 4


def test_a_network_of_plain_characters_shows_what_is_sent() -> None:
    (only,) = {(piece[0], piece[2]) for piece in cut("A **bold** word", "mastodon")}
    assert only == ("", "A bold word")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://example.org"])
@pytest.mark.parametrize("on", ["matrix", "telegram", "bluesky", "x"])
def test_a_link_leads_to_the_web_or_nowhere(url: str, on: str) -> None:
    assert {leads for _, leads, _ in cut(f"[here]({url}) and <{url}>", on)} <= {"", "https://example.org"}


@given(
    st.text(alphabet=st.sampled_from("ab #@.:/[]()*_`<>-\n😀é1"), max_size=80),
    st.sampled_from(["x", "mastodon", "bluesky", "telegram", "matrix", "discord", "linkedin", "youtube"]),
)
def test_no_character_is_lost(body: str, on: str) -> None:
    made, limits = part(body, on), network.load(on).limits
    shown = "".join(chars for classes, _, chars in pieces(made, limits) if classes != "bullet")
    written = {"discord": made.text.chars, "matrix": made.text.chars, "little": formats.plain(made.text).body}
    assert shown == written.get(limits.form.__name__, made.form.body)


def test_linkedin_s_escapes_are_not_shown() -> None:
    """Nor are its templates for hashtags and mentions: they are how a text is sent, not how it looks."""
    urn = "urn:li:organization:1000001"
    account = Account("us", "linkedin")
    post = Post("p", "content/posts/p.md", "T", AT, ("us",), "> Come (early) #a_b, @{ana} {x}\\\\y")
    plan = Plan("Brand", "Europe/Paris", "en", (account,), people=(Person("ana", "Ana [A]", (("linkedin", urn),)),))
    limits = network.load("linkedin").limits
    made = render.variant(post, account, plan, limits, TEMPLATES, {}).parts[0]
    assert "\\(early\\)" in made.form.body
    assert "".join(chars for _, _, chars in pieces(made, limits)) == "> Come (early) #a_b, Ana [A] {x}\\y"
    assert {classes for classes, _, _ in pieces(made, limits)} == {"", "tag", "mention"}


@given(st.text())
def test_what_linkedin_shows_is_what_was_written(written: str) -> None:
    shown = pieces(Part(Text(written), formats.little(Text(written)), (), 1, 1), network.load("linkedin").limits)
    assert "".join(chars for _, _, chars in shown) == written
