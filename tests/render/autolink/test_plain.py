"""What the networks link that differ in data only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow.render.autolink import plain

find = plain.finder(hashtag=plain.HASHTAG, mention=plain.HANDLE)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("Nothing: 3.5, C#, Node.js, example.org, ana@example.org, #1, @, a//b", []),
        ("See https://example.org/a_(b), (https://example.org/c) or <https://example.org/d>.", ["a_(b)", "c", "d"]),
        ("“https://example.org/e” «https://example.org/f» 'https://example.org/g'…", ["e", "f", "g"]),
        ("https://example.org/h)]}.!? https://... https://", ["h"]),
        ("HTTPS://example.org xhttps://example.org", []),
        ("https://example.org/i?q=#x&y=@me", ["i?q=#x&y=@me"]),
    ],
)
def test_urls(text: str, found: list[str]) -> None:
    assert [entity.text.removeprefix("https://example.org/") for entity in find(text)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "#Müller #日本語 #हिन्दी #a_b #2026plan ＃全角",
            ["#Müller", "#日本語", "#हिन्दी", "#a_b", "#2026plan", "＃全角"],
        ),
        ("#2026 #_ # a#b &#39; #a#b \\", ["#a"]),
        ("(#tag), #tag.", ["#tag", "#tag"]),
    ],
)
def test_hashtags(text: str, found: list[str]) -> None:
    assert [(entity.kind, entity.text) for entity in find(text)] == [("hashtag", tag) for tag in found]


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (plain.HANDLE, "@ana, @a.b. (@c_d) @e@f @" + "g" * 31 + " x@y /@z", ["@ana", "@a.b", "@c_d"]),
        (
            plain.LITTLE_MENTION,
            "@[Ana \\(Ruiz\\)](urn:li:person:1) \\@[Bo](urn:li:person:2)",
            ["@[Ana \\(Ruiz\\)](urn:li:person:1)"],
        ),
        (plain.DISCORD_MENTION, "<@1> <@!2> <@&3> <#4> @everyone", ["<@1>", "<@!2>", "<@&3>"]),
        (
            plain.SLACK_MENTION,
            "<@U1A> <!here> <!subteam^S1|team> <#C1> @ana",
            ["<@U1A>", "<!here>", "<!subteam^S1|team>"],
        ),
        (plain.MATRIX_MENTION, "@ana:example.org, @b:c:8448. @d", ["@ana:example.org", "@b:c:8448"]),
        (plain.NOSTR_MENTION, "nostr:npub1" + "q" * 58 + " nostr:npub1 npub1" + "q" * 58, ["nostr:npub1" + "q" * 58]),
        (plain.REDDIT_MENTION, "u/ana and /r/python, a/u/ana r/x u/bo-b/c", ["u/ana", "/r/python"]),
    ],
)
def test_mentions(pattern: str, text: str, found: list[str]) -> None:
    assert [(entity.kind, entity.text) for entity in plain.finder(mention=pattern)(text)] == [
        ("mention", mention) for mention in found
    ]


def test_slack_writes_urls_between_angle_brackets() -> None:
    entities = plain.finder(mention=plain.SLACK_MENTION)("<https://example.org/a|a page> https://example.org/b")
    assert [entity.text for entity in entities] == ["https://example.org/a", "https://example.org/b"]


def test_linkedin_takes_hashtags_as_templates_and_urls_escaped() -> None:
    linkedin = plain.finder(hashtag=plain.LITTLE_HASHTAG, mention=plain.LITTLE_MENTION)
    body = "{hashtag|\\#|git} \\#plain #raw \\(https://example.org/a\\_b\\)"
    assert [entity.text for entity in linkedin(body)] == ["{hashtag|\\#|git}", "#raw", "https://example.org/a\\_b"]


def test_a_network_may_link_no_urls_and_still_sees_no_hashtag_inside_one() -> None:
    entities = plain.finder(urls=False, hashtag=plain.HASHTAG)("https://example.org/?#a #b")
    assert [entity.text for entity in entities] == ["#b"]


def test_a_network_may_link_the_first_hashtag_only() -> None:
    entities = plain.finder(hashtag=plain.HASHTAG, first_hashtag_only=True)("#a https://example.org #b #a")
    assert [entity.text for entity in entities] == ["#a", "https://example.org"]


PIECES = ["https://", "a.com", "/x(y)", "@", "ana", "#", "＃", " ", "(", ")", ".", "!", "é", "\\", "👍🏽", "\n"]


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_what_is_found_stands_in_the_text_in_order_and_apart(text: str) -> None:
    end = 0
    for entity in find(text):
        assert entity.start >= end
        assert entity.text == text[entity.start : entity.end] != ""
        end = entity.end


@pytest.mark.parametrize("piece", ["#1", "@a", "https://", "a)", "https://a.b/)", "#a#", "@.", "&#"])
def test_a_very_long_text_takes_no_very_long_time(piece: str) -> None:
    assert find(piece * 5_000) is not None
