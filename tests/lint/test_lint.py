"""Rules for one post and one variant; those between posts are in test_lint_calendar.py."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from cmflow import lint
from cmflow.content.media import Facts
from cmflow.model import (
    Account,
    Campaign,
    Card,
    Entity,
    Experiment,
    Form,
    Kind,
    Media,
    Override,
    Part,
    Person,
    Plan,
    Poll,
    Post,
    Problem,
    Rules,
    Span,
    Status,
    Subtitles,
    Text,
    Threading,
    Variant,
    Visibility,
)
from cmflow.model.limits import Exclusion, Limit, Limits, Measure
from cmflow.model.money import Money, Price
from cmflow.netkit.network import limits as limits_of
from cmflow.netkit.network import load

READ = date(2026, 11, 22)
AT = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)
ACCOUNT = Account("x-en", "x")
PLAN = Plan("cmflow", "Europe/Paris", "en", (ACCOUNT, Account("team", "mastodon"), Account("x-fr", "x")))
POST = Post("a", "content/posts/a.md", "A", AT, ("x-en",), "Hello", Status.READY, body_line=6)
PICTURE = Media("content/media/a.png", "A cat", 5)
IMAGE = Facts("image", "image/png", 300, 200, 1, 1_000)
GIF = Facts("gif", "image/gif", 300, 200, 9, 5_000)
VIDEO = Facts("video", "video/mp4", 640, 360, 1, 9_000, 61.5)


def limit(value: int, unit: str = "characters") -> Limit:
    return Limit(value, unit, "a test", READ)


def price(amount: str) -> Price:
    return Price(Money(Decimal(amount), "USD"), "a test", READ)


def length(body: str, warning: str) -> int:
    return len(body + warning)


def find(body: str) -> tuple[Entity, ...]:
    kinds = {"#": "hashtag", "@": "mention", "h": "url"}
    return tuple(
        Entity(match.start(), match.end(), kinds[match[0][0]], match[0])
        for match in re.finditer(r"[#@]\w+|https?://\S+", body)
    )


def form(text: Text) -> Form:
    return Form(text.chars)


LIMITS = Limits((Measure(limit(20), length),), form, find)


def part(body: str, *media: Media) -> Part:
    return Part(Text(body), Form(body), media, len(body), 20)


def variant(*parts: Part, **changes: object) -> Variant:
    made = Variant("a", "x-en", "x", AT, parts or (part("Hello"),), "A")
    return replace(made, **changes)  # type: ignore[arg-type]


def found(
    variant: Variant,
    limits: Limits = LIMITS,
    post: Post = POST,
    media: dict[str, Facts | str] | None = None,
    plan: Plan = PLAN,
    by_hand: bool = False,
) -> tuple[Problem, ...]:
    return lint.variant(post, variant, ACCOUNT, plan, limits, media or {}, by_hand)


def problem(code: str, line: int, message: str, hint: str) -> Problem:
    return Problem("content/posts/a.md", line, code, message, hint, "x-en")


def codes(problems: tuple[Problem, ...]) -> list[str]:
    return [problem.code for problem in problems]


# ── words ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_is_wrong_with_a_good_variant() -> None:
    assert found(variant()) == ()


@pytest.mark.parametrize("text", [" \n", "\u200b\u2060", "\u3164\n\u2800"])
def test_empty_text(text: str) -> None:
    assert found(variant(part(text))) == (
        problem("empty-text", 6, "The text is empty.", "Write it, or remove this account."),
    )


def test_tags_that_were_left_out_are_named() -> None:
    hint = "Shorten the text, or leave it as it is."
    several, one = variant(tags_left_out=("open source", "git")), variant(tags_left_out=("git",))
    assert found(several) == (
        problem("tags-left-out", 1, "#OpenSource #git would need another part, so they are left out.", hint),
    )
    assert found(one) == (problem("tags-left-out", 1, "#git would need another part, so it is left out.", hint),)


def test_whom_a_network_cannot_mention_is_named() -> None:
    plan = replace(PLAN, people=(Person("bo", "Bo", (("mastodon", "@bo@b.example"),)),))
    hint = "Add the handle under `people:` in the plan, or give this account its own `mentions:` under `variants:`."
    post = replace(POST, mentions=("bo", "@ana", "nobody:here"), lines=(("mentions", 3),))
    assert found(variant(), post=post, plan=plan) == (
        problem("mention-left-out", 3, "`bo` cannot be mentioned on this network, so it is left out.", hint),
        problem("mention-left-out", 3, "`nobody:here` cannot be mentioned on this network, so it is left out.", hint),
    )


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ("#a #b @ana", ["part-only-tags"]),
        ("#a #b 2/2", ["part-only-tags"]),
        ("#a and #b", []),
        ("https://a.b", []),
    ],
)
def test_a_part_of_hashtags_alone(last: str, expected: list[str]) -> None:
    plan = replace(PLAN, people=(Person("ana", "Ana", (("mastodon", "@ana"), ("bluesky", "@ana"), ("x", "@ana"))),))
    assert codes(found(variant(part("Hello"), part(last)), plan=plan)) == expected
    assert codes(found(variant(part(last)), plan=plan)) == []


def test_a_part_of_mentions_alone() -> None:
    named = Text("Ana Ruiz", (Span(0, 8, Kind.MENTION, "urn:li:person:9"),))
    assert codes(found(variant(part("Hello"), Part(named, Form("Ana Ruiz"), (), 8, 20)))) == ["part-only-tags"]


def test_an_empty_part_of_a_thread() -> None:
    assert found(variant(part("One"), part("")))[0].message == "Part 2 of 2 is empty."


def test_a_repost_and_a_picture_alone_need_no_text() -> None:
    assert found(variant(part(""), repost="b")) == ()
    assert found(variant(part("", PICTURE)), media={PICTURE.path: IMAGE}) == ()


def test_text_too_long() -> None:
    assert found(variant(part("x" * 33))) == (
        problem(
            "text-too-long",
            6,
            "The text has 33 of 20 characters, 13 too many.",
            "Shorten it, or write a separate text for this account under `variants: x-en:`; `thread: auto` turns "
            "it into a thread.",
        ),
    )


def test_a_hint_does_not_propose_the_thread_that_is_there_or_cannot_be() -> None:
    auto = replace(POST, thread=Threading.AUTO)
    hint = "Shorten it, or write a separate text for this account under `variants: x-en:`."
    assert found(variant(part("x " * 33)), post=auto)[0].hint == hint
    assert found(variant(part("x" * 33)), replace(LIMITS, thread=False))[0].hint == hint


def test_a_word_that_no_thread_can_hold() -> None:
    auto = replace(POST, thread=Threading.AUTO)
    word = "https://example.org/long"
    assert found(variant(part(f"See {word}")), post=auto) == (
        problem(
            "word-too-long",
            6,
            f"“{word}” is longer than a part may be, and a word is never cut.",
            "Shorten the word, or use a shorter link.",
        ),
    )


def test_the_text_of_an_account_is_told_on_its_line() -> None:
    own = replace(POST, lines=(("variants.x.text", 9), ("variants.x-en.text", 12)))
    shared = replace(POST, lines=(("variants.x.text", 9),))
    assert [found(variant(part("x" * 33)), post=post)[0].line for post in (own, shared)] == [12, 9]


def test_every_way_of_counting_is_kept_and_the_first_that_fails_is_told() -> None:
    two = replace(LIMITS, text=(*LIMITS.text, Measure(limit(30, "bytes"), lambda body, _: len(body.encode()))))
    assert found(variant(part("é" * 16)), two)[0].message == "The text has 32 of 30 bytes, 2 too many."
    assert found(variant(part("é" * 21)), two)[0].message == "The text has 21 of 20 characters, 1 too many."


def test_a_caption_has_its_own_limit_and_the_content_warning_counts_where_there_is_one() -> None:
    limits = replace(LIMITS, caption=(Measure(limit(9), length),), content_warning=True)
    long = variant(part("Hello", PICTURE), content_warning="Flashes")
    assert found(long, limits, media={PICTURE.path: IMAGE})[0].message == "The text has 12 of 9 characters, 3 too many."


def test_the_first_comment_is_checked_too() -> None:
    post = replace(POST, first_comment="x", lines=(("first_comment", 4),))
    result = found(variant(first_comment=part("x" * 21)), post=post)
    assert [(each.line, each.message) for each in result] == [
        (4, "The first comment has 21 of 20 characters, 1 too many.")
    ]


def test_title() -> None:
    limits = replace(LIMITS, title=Measure(limit(5), length), needs="title video")
    post = replace(POST, lines=(("title", 2),))
    assert found(variant(title="Sixsix"), replace(limits, needs="title"), post) == (
        problem("title-too-long", 2, "The title has 6 of 5 characters, 1 too many.", "Shorten `title:`."),
    )
    assert found(variant(title=" "), replace(limits, needs="title"), post) == (
        problem("title-needed", 2, "The title is missing.", "Add `title:`."),
    )


def test_tags_too_long() -> None:
    limits = replace(LIMITS, tags=Measure(limit(5), length))
    assert found(variant(tags=("a", "b", "c")), limits) == ()
    assert found(variant(tags=("git", "web")), limits) == (
        problem("tags-too-long", 1, "The list of tags has 7 of 5 characters, 2 too many.", "Remove some tags."),
    )


def test_links_hashtags_and_mentions() -> None:
    limits = replace(
        LIMITS, text=(), links=limit(1, "links"), hashtags=limit(2, "hashtags"), mentions=limit(0, "mentions")
    )
    body = "https://a.example https://a.example https://b.example #a #b #a @ana"
    hint = "Remove some, or write a separate text for this account."
    plan = replace(PLAN, people=(Person("ana", "Ana", (("x", "@ana"),)),))
    assert found(variant(part(body)), limits, plan=plan) == (
        problem("too-many-links", 6, "The text has 2 of 1 links, 1 too many.", hint),
        problem("too-many-hashtags", 6, "The text has 3 of 2 hashtags, 1 too many.", hint),
        problem("too-many-mentions", 6, "The text has 1 of 0 mentions, 1 too many.", hint),
    )


def test_many_hashtags_are_advised_against_until_they_are_too_many() -> None:
    limits = replace(LIMITS, hashtags_advised=limit(1, "hashtags"))
    assert found(variant(part("#a #b")), limits) == (
        problem(
            "many-hashtags",
            6,
            "The text has 2 hashtags; more than 1 are not recommended there.",
            "Keep the most specific ones.",
        ),
    )
    assert found(variant(part("#a")), limits) == ()
    assert codes(found(variant(part("#a #b")), replace(limits, hashtags=limit(1)))) == ["too-many-hashtags"]


def test_a_link_that_costs_is_told_once() -> None:
    limits = replace(LIMITS, text=(), link_price=price("0.20"), post_price=price("0.015"))
    linked = part("https://a.example")
    hint = "Remove the link if it is not needed there."
    assert found(variant(part("Hello"), linked, linked), limits) == (
        problem("link-costs", 6, "The post has a link: it costs 0.20 USD there instead of 0.015 USD.", hint),
    )
    assert found(variant(linked), replace(limits, post_price=None))[0].message == (
        "The post has a link: it costs 0.20 USD there."
    )


# ── pictures and videos ─────────────────────────────────────────────────────────────────────────────────────


def test_a_file_that_is_not_there_is_told_without_an_account() -> None:
    assert found(variant(part("", PICTURE))) == (
        Problem(
            "content/posts/a.md",
            5,
            "media-missing",
            "content/media/a.png does not exist.",
            "Correct the path (upper and lower case matter), or add the file.",
        ),
    )


def test_a_file_that_cannot_be_used_says_why() -> None:
    assert found(variant(part("", PICTURE)), replace(LIMITS, needs="image"), media={PICTURE.path: "It is empty."}) == (
        Problem(
            "content/posts/a.md",
            5,
            "media-unreadable",
            "content/media/a.png cannot be used. It is empty.",
            "Export the file again, or choose another.",
        ),
    )


def test_a_file_that_tells_where_it_was_taken_is_warned_of_without_an_account() -> None:
    facts: dict[str, Facts | str] = {PICTURE.path: replace(IMAGE, located=True)}
    assert found(variant(part("", PICTURE)), media=facts) == (
        Problem(
            "content/posts/a.md",
            5,
            "media-tells-place",
            "content/media/a.png reveals where it was taken, to the metre.",
            "cmflow does not publish that, but anyone who can read the repository sees it. Export it without.",
        ),
    )


def test_media_type() -> None:
    limits = replace(LIMITS, media_types=("image/jpeg", "video/mp4"))
    assert found(variant(part("", PICTURE)), limits, media={PICTURE.path: IMAGE}, by_hand=True) == (
        problem(
            "media-type",
            5,
            "content/media/a.png is image/png, which this network does not accept.",
            "It accepts image/jpeg, video/mp4.",
        ),
    )


@pytest.mark.parametrize(
    ("limits", "facts", "message"),
    [
        (replace(LIMITS, image_bytes=limit(999, "bytes")), IMAGE, "1,000 of 999 bytes, 1 too many."),
        (replace(LIMITS, image_pixels=limit(50_000, "pixels")), IMAGE, "60,000 of 50,000 pixels, 10,000 too many."),
        (replace(LIMITS, image_width=limit(299, "pixels")), IMAGE, "300 of 299 pixels, 1 too many."),
        (replace(LIMITS, image_edges=limit(499, "pixels")), IMAGE, "500 of 499 pixels, 1 too many."),
        (replace(LIMITS, image_bytes=limit(999, "bytes")), GIF, "5,000 of 999 bytes, 4,001 too many."),
        (replace(LIMITS, gif_bytes=limit(4_999, "bytes")), GIF, "5,000 of 4,999 bytes, 1 too many."),
        (replace(LIMITS, video_bytes=limit(8_999, "bytes")), VIDEO, "9,000 of 8,999 bytes, 1 too many."),
        (replace(LIMITS, video_seconds=limit(60, "seconds")), VIDEO, "61 of 60 seconds, 1 too many."),
    ],
)
def test_media_too_large(limits: Limits, facts: Facts, message: str) -> None:
    assert found(variant(part("", PICTURE)), limits, media={PICTURE.path: facts}, by_hand=True) == (
        problem("media-too-large", 5, f"content/media/a.png has {message}", "Export it smaller or shorter."),
    )


def test_a_picture_that_cmflow_makes_fit_is_no_problem_and_a_moving_one_is() -> None:
    limits = replace(LIMITS, image_bytes=limit(999), image_width=limit(9), media_types=("image/jpeg",))
    assert found(variant(part("", PICTURE)), limits, media={PICTURE.path: IMAGE}) == ()
    wrong = found(variant(part("", PICTURE)), limits, media={PICTURE.path: GIF})
    assert codes(wrong) == ["media-type", "media-too-large", "media-too-large"]


def test_a_moving_picture_may_be_larger_where_the_network_says_so() -> None:
    limits = replace(LIMITS, image_bytes=limit(999), gif_bytes=limit(9_999), video_bytes=limit(1))
    assert found(variant(part("", PICTURE)), limits, media={PICTURE.path: GIF}) == ()


def test_alt_too_long() -> None:
    assert found(variant(part("", PICTURE)), replace(LIMITS, alt=limit(4)), media={PICTURE.path: IMAGE}) == (
        problem(
            "alt-too-long",
            5,
            "The alt text of content/media/a.png has 5 of 4 characters, 1 too many.",
            "Shorten `alt:`.",
        ),
    )


def test_too_many_pictures_or_videos_in_one_part() -> None:
    limits = replace(LIMITS, images=limit(1, "images"), videos=limit(1, "videos"))
    hint = "Remove some, or give this account its own `media:` under `variants:`."
    post = replace(POST, lines=(("media", 4),))
    full = variant(part("One", PICTURE), part("Two", PICTURE, PICTURE))
    assert found(full, limits, post, {PICTURE.path: GIF}) == (
        problem("media-too-many", 4, "Part 2 of 2 has 2 of 1 images, 1 too many.", hint),
    )
    assert found(full, limits, post, {PICTURE.path: VIDEO}) == (
        problem("media-too-many", 4, "Part 2 of 2 has 2 of 1 videos, 1 too many.", hint),
    )


def test_what_cannot_be_made_smaller_is_too_large_together() -> None:
    limits = replace(LIMITS, files_bytes=limit(VIDEO.size * 2 - 1, "bytes"))
    post = replace(POST, lines=(("media", 4),))
    hint = "Export them smaller, or spread them over the parts of a thread."
    message = f"The text with all its files has {VIDEO.size * 2:,} of {VIDEO.size * 2 - 1:,} bytes, 1 too many."
    assert found(variant(part("One", PICTURE, PICTURE)), limits, post, {PICTURE.path: VIDEO}) == (
        problem("media-too-large", 4, message, hint),
    )
    assert found(variant(part("One", PICTURE)), limits, post, {PICTURE.path: VIDEO}) == ()
    assert found(variant(part("One", PICTURE, PICTURE)), limits, post, {PICTURE.path: IMAGE}) == ()


@pytest.mark.parametrize(
    ("needs", "facts", "name"),
    [
        ("image", None, "a picture"),
        ("media", None, "a picture or a video"),
        ("video", IMAGE, "a video"),
        ("image", VIDEO, "a picture"),
    ],
)
def test_media_needed(needs: str, facts: Facts | None, name: str) -> None:
    shown = variant(part("Hello", PICTURE) if facts else part("Hello"))
    assert found(shown, replace(LIMITS, needs=needs), media={PICTURE.path: facts} if facts else {}) == (
        problem("media-needed", 1, f"This network accepts no post without {name}.", "Add one, or remove this account."),
    )


def test_a_network_that_needs_media_is_content_with_any_of_it() -> None:
    for needs, facts in (("media", GIF), ("media", VIDEO), ("image", GIF), ("video", VIDEO)):
        shown = variant(part("", PICTURE))
        assert found(shown, replace(LIMITS, needs=needs), media={PICTURE.path: facts}) == ()


# ── what a network does not have ────────────────────────────────────────────────────────────────────────────


def test_poll_where_there_is_none() -> None:
    post = replace(POST, lines=(("poll", 3),))
    hint = "Leave it, or remove this account."
    assert found(variant(poll=Poll(("Yes", "No"))), post=post) == (
        problem("not-supported", 3, "This network has no polls: the post is published without it.", hint),
    )


def test_poll_options() -> None:
    limits = replace(LIMITS, poll_options=limit(2, "options"), poll_option=limit(3))
    hint = "Change the options of `poll:`."
    assert found(variant(poll=Poll(("Yes", "No"))), limits) == ()
    assert found(variant(poll=Poll(("Yes",), line=3)), limits) == (
        problem("poll-options", 3, "The poll needs at least 2 options; it has 1.", hint),
    )
    assert found(variant(poll=Poll(("Yes", "No", "Maybe"), line=3)), limits) == (
        problem("poll-options", 3, "The poll has 3 of 2 options, 1 too many.", hint),
        problem("poll-options", 3, "The option “Maybe” has 5 of 3 characters, 2 too many.", hint),
    )
    assert found(variant(poll=Poll(("Maybe", "No"))), replace(limits, poll_option=None)) == ()
    assert found(variant(poll=Poll(("Yes", "\u200b"), line=3)), limits) == (
        problem("poll-options", 3, "An option of the poll is empty.", hint),
    )


@pytest.mark.parametrize(
    ("key", "said"), [("reply_to", "answer other posts"), ("quote", "quote posts"), ("repost", "repeat posts")]
)
def test_what_an_account_cannot_point_to(key: str, said: str) -> None:
    post = replace(POST, lines=((key, 4),))
    changes: dict[str, Any] = {key: "https://example.org/1"}
    hint = "Link to it in the text, or leave this account out."
    wanted = problem("cannot-refer", 4, f"This account cannot {said}.", hint)
    assert wanted in found(variant(**changes), replace(LIMITS, refers=()), post)
    for refers in ((key,), None):
        assert wanted not in found(variant(**changes), replace(LIMITS, refers=refers), post)


ADDRESSES = {
    "bluesky": "https://bsky.app/profile/a.example/post/3k",
    "discord": "https://discord.com/channels/1/2/3",
    "linkedin": "https://www.linkedin.com/feed/update/urn:li:share:7",
    "matrix": "https://matrix.to/#/!room:example.org/$event",
    "slack": "https://team.slack.com/archives/C1/p1700000000000100",
    "telegram": "https://t.me/cmflow/123",
    "x": "https://x.com/cmflow/status/1",
}


@pytest.mark.parametrize("network", ADDRESSES)
def test_an_address_is_of_a_post_on_the_network_itself(network: str) -> None:
    limits = replace(LIMITS, address=limits_of(Account("a", network)).address)
    hints = set()
    for other, address in {**ADDRESSES, "none": "https://[::1", "nowhere": "https://"}.items():
        said = [each for each in found(variant(reply_to=address), limits) if each.code == "cannot-refer"]
        assert bool(said) == (other != network)
        hints |= {(each.message.replace(address, "…"), bool(each.hint)) for each in said}
    assert len(hints) == 1
    assert found(variant(reply_to="a-post-of-ours", quote="another"), limits) == ()


OTHERS = {
    "facebook": "https://m.facebook.com/cmflow/posts/1",
    "instagram": "https://www.instagram.com/p/1",
    "threads": "https://www.threads.net/@cmflow/post/1",
    "youtube": "https://youtu.be/1",
}


@pytest.mark.parametrize(("network", "related"), [("mastodon", {"threads"}), ("threads", {"threads"}), ("nostr", ())])
def test_an_address_of_another_network_where_posts_are_on_many_servers(network: str, related: set[str]) -> None:
    """Or whose posts people publish by hand, so that no adapter knows its addresses."""
    limits = replace(LIMITS, address=limits_of(Account("a", network)).address)
    hint, title = "Write the address of the post there, or leave this account out.", load(network).title
    for other, address in {**ADDRESSES, **OTHERS, "": "https://[::1", "own": "https://social.example/@a/1"}.items():
        name = "" if other in ("", "own", *related) else load(other).title
        wanted = problem("cannot-refer", 1, f"“{address}” is an address on {name}, not on {title}.", hint)
        said = found(variant(reply_to=address), limits)
        assert [each for each in said if each.code == "cannot-refer"] == ([wanted] if name else [])
    at = "at://did:plc:abc/app.bsky.feed.post/3k"
    assert "is an address on Bluesky" in found(variant(quote=at), limits)[0].message


@pytest.mark.parametrize("network", ["outbox", "webhook"])
def test_an_address_may_be_anywhere(network: str) -> None:
    limits = replace(LIMITS, address=limits_of(Account("a", network)).address)
    assert [found(variant(reply_to=address), limits) for address in ADDRESSES.values()] == [()] * len(ADDRESSES)


def test_a_poll_that_allows_several_answers() -> None:
    limits = replace(LIMITS, poll_options=limit(4, "options"), poll_multiple=False)
    hint = "Remove `multiple` from the poll, or leave this account out."
    several = Poll(("Yes", "No"), multiple=True, line=3)
    assert found(variant(poll=several), limits) == (
        problem("poll-options", 3, "A poll allows only one choice there.", hint),
    )
    assert found(variant(poll=several), replace(limits, poll_multiple=True)) == ()
    assert found(variant(poll=replace(several, multiple=False)), limits) == ()


def test_a_gif_that_does_not_move() -> None:
    media: dict[str, Facts | str] = {"i.png": IMAGE, "s.gif": replace(GIF, kind="image", frames=1)}
    shown = variant(part("Text", Media("i.png", "A", 3), Media("s.gif", "C", 5)))
    limits = replace(LIMITS, exclusions=(Exclusion("gif", "image", "a test", READ),))
    assert found(shown, limits, media=media) == ()
    said = "This network accepts no post with a moving picture together with a picture."
    assert found(shown, replace(limits, still_gifs=False), media=media) == (problem("not-together", 1, said, TOGETHER),)


def test_the_question_of_a_poll() -> None:
    limits = replace(LIMITS, poll_options=limit(2, "options"), poll_question=limit(6), poll_text=limit(5))
    hint = "The question is the last paragraph that ends with a question mark: write a short one."
    poll = Poll(("Yes", "No"), line=3)

    def problems(*paragraphs: str) -> tuple[str, ...]:
        asking = replace(variant(poll=poll), parts=(part("\n\n".join(paragraphs)),))
        problems = [problem for problem in found(asking, limits) if problem.code == "poll-question"]
        assert all(problem.hint == hint for problem in problems)
        return tuple(problem.message for problem in problems)

    assert problems("More?", "#team") == ()
    assert problems("") == ("The poll has no question: the post has no text.",)
    assert problems("One more?") == ("The question of the poll has 9 of 6 characters, 3 too many.",)
    assert problems("Hello you", "More?") == ("The text beside the question has 9 of 5 characters, 4 too many.",)


TOGETHER = "Remove one of them there, with `variants:`, or split it into two posts."


@pytest.mark.parametrize(
    ("apart", "parts", "changes", "message"),
    [
        (("video", "image"), ("iv",), {}, "a video together with a picture"),
        (("video", "image"), ("i", "iv"), {}, "a video together with a picture"),
        (("gif", "gif"), ("gg",), {}, "more than one moving picture"),
        (("poll", "media"), ("i",), {"poll": Poll(("Yes", "No"))}, "a poll together with a picture or a video"),
        (("quote", "media"), ("v",), {"quote": "https://x.example/1"}, "a quote together with a picture or a video"),
        (("poll", "quote"), ("",), {"poll": Poll(("Yes", "No")), "quote": "b"}, "a poll together with a quote"),
    ],
)
@pytest.mark.parametrize("certain", [True, False])
def test_what_a_network_refuses_together(
    apart: tuple[str, str], parts: tuple[str, ...], changes: dict[str, Any], message: str, certain: bool
) -> None:
    files = {
        "i": (Media("i.png", "A", 3), IMAGE),
        "v": (Media("v.mp4", "B", 4), VIDEO),
        "g": (Media("g.gif", "C", 5), GIF),
    }
    media: dict[str, Facts | str] = {file.path: facts for file, facts in files.values()}
    shown = variant(*(part("Text", *(files[kind][0] for kind in kinds)) for kinds in parts), **changes)
    limits = replace(LIMITS, poll_options=limit(4), exclusions=(Exclusion(*apart, "a test", READ, certain),))
    said = [each for each in found(shown, limits, media=media) if each.code.endswith("not-together")]
    sentence = f"This network accepts no post with {message}."
    if not certain:
        sentence = f"Some servers of this network accept no post with {message}."
    code = "not-together" if certain else "perhaps-not-together"
    assert said == [problem(code, 1, sentence, TOGETHER)]


@pytest.mark.parametrize("parts", [("i", "v"), ("ii",), ("v",), ("",)])
def test_what_goes_together(parts: tuple[str, ...]) -> None:
    files = {"i": Media("i.png", "A", 3), "v": Media("v.mp4", "B", 4)}
    shown = variant(*(part("Text", *(files[kind] for kind in kinds)) for kinds in parts))
    limits = replace(
        LIMITS, exclusions=(Exclusion("video", "image", "a test", READ), Exclusion("poll", "media", "a test", READ))
    )
    assert found(shown, limits, media={"i.png": IMAGE, "v.mp4": VIDEO}) == ()


def test_files_are_counted_together() -> None:
    files = (Media("i.png", "A", 3), Media("v.mp4", "B", 4))
    hint = "Remove some, or give this account its own `media:` under `variants:`."
    assert found(
        variant(part("", *files)), replace(LIMITS, files=limit(1, "files")), media={"i.png": IMAGE, "v.mp4": VIDEO}
    ) == (problem("media-too-many", 1, "The text has 2 of 1 files, 1 too many.", hint),)


@pytest.mark.parametrize(
    ("duration", "message", "hint"),
    [
        (
            timedelta(minutes=1),
            "1m; this network keeps polls open for at least 5m.",
            "Write `duration: 5m`, or longer.",
        ),
        (
            timedelta(days=60),
            "60d; this network keeps polls open for at most 7d 1h.",
            "Write `duration: 7d 1h`, or shorter.",
        ),
    ],
)
def test_how_long_a_poll_is_open(duration: timedelta, message: str, hint: str) -> None:
    limits = replace(
        LIMITS, poll_options=limit(4), poll_shortest=limit(5, "minutes"), poll_longest=limit(10_140, "minutes")
    )
    poll = Poll(("Yes", "No"), duration, line=3)
    assert found(variant(poll=poll), limits) == (problem("poll-duration", 3, f"The poll is open for {message}", hint),)
    for fine in (timedelta(minutes=5), timedelta(minutes=10_140)):
        assert found(variant(poll=replace(poll, duration=fine)), limits) == ()


@pytest.mark.parametrize(
    ("duration", "message"),
    [
        (timedelta(days=1), ""),
        (timedelta(days=3), ""),
        (timedelta(days=2), "The poll is open for 3d there, not 2d: this network has 1d, 3d."),
        (timedelta(hours=1), "The poll is open for 1d there, not 1h: this network has 1d, 3d."),
    ],
)
def test_a_poll_that_is_open_for_longer(duration: timedelta, message: str) -> None:
    limits = replace(LIMITS, poll_options=limit(4), poll_durations=(1_440, 4_320))
    problems = found(variant(poll=Poll(("Yes", "No"), duration, line=3)), limits)
    assert [(each.code, each.message) for each in problems] == ([("poll-longer", message)] if message else [])


def test_a_first_comment_may_have_a_length_of_its_own() -> None:
    commented = variant(first_comment=part("123456"))
    assert found(commented, replace(LIMITS, comment_text=limit(6))) == found(commented, LIMITS)
    problems = found(commented, replace(LIMITS, comment_text=limit(5)))
    assert [each.code for each in problems] == ["text-too-long"]
    assert problems[0].message.startswith("The first comment has 6 of 5 ")


def test_options_that_nobody_can_tell_apart() -> None:
    limits = replace(LIMITS, poll_options=limit(4))
    poll = Poll(("Yes", " Yes", "", "No"), line=3)
    assert [each.message for each in found(variant(poll=poll), limits)] == [
        "An option of the poll is empty.",
        "Two options of the poll read “Yes”.",
    ]


def test_how_a_video_is_coded_and_how_short_it_may_be() -> None:
    limits = replace(LIMITS, video_codecs=("H.264",), video_shortest=limit(3, "seconds"))
    shown = variant(part("", PICTURE))
    assert found(shown, limits, media={PICTURE.path: replace(VIDEO, codec="H.264")}) == ()
    assert found(shown, limits, media={PICTURE.path: VIDEO}) == ()  # it does not say
    assert found(shown, limits, media={PICTURE.path: replace(VIDEO, codec="ProRes", seconds=2.5)}) == (
        problem(
            *("video-codec", 5, "content/media/a.png is encoded as ProRes; this network accepts H.264."),
            "Export it as MP4 with H.264 and AAC.",
        ),
        problem(
            *("video-too-short", 5, "content/media/a.png plays for 2.5 of at least 3 seconds."),
            "Export it longer, or as a picture.",
        ),
    )


@pytest.mark.parametrize(("width", "height", "said"), [(900, 300, ""), (300, 900, ""), (901, 300, "too wide: 901×300"),
                                                       (300, 901, "too tall: 300×901")])  # fmt: skip
def test_how_tall_or_wide_a_video_may_be(width: int, height: int, said: str) -> None:
    limits = replace(LIMITS, video_ratio=limit(300))
    media: dict[str, Facts | str] = {PICTURE.path: replace(VIDEO, width=width, height=height)}
    most = "3:1" if width > height else "1:3"
    message = f"content/media/a.png is {said} pixels; this network accepts {most} at most."
    hint = "Cut it, or give this account another one under `variants:`."
    assert found(variant(part("", PICTURE)), limits, media=media) == (
        (problem("video-shape", 5, message, hint),) if said else ()
    )


def test_an_animated_webp_is_told_before_it_loses_its_motion() -> None:
    limits = replace(LIMITS, media_types=("image/webp", "image/gif"))
    moving = Facts("gif", "image/webp", 30, 20, 3, 900)
    message = "content/media/a.png is an animated WebP: most networks show its first picture only, or refuse it."
    assert found(variant(part("", PICTURE)), limits, media={PICTURE.path: moving}) == (
        problem("media-moves", 5, message, "Export it as GIF, or as MP4."),
    )
    assert found(variant(part("", PICTURE)), limits, media={PICTURE.path: replace(moving, mime="image/gif")}) == ()


def test_content_warning_where_there_is_none() -> None:
    post = replace(POST, content_warning="Flashes", lines=(("content_warning", 3),))
    hint = "Leave it, or remove this account."
    assert found(variant(), post=post) == (
        problem("not-supported", 3, "This network has no content warnings: the post is shown without it.", hint),
    )
    assert found(variant(), replace(LIMITS, content_warning=True), post) == ()


def test_unlisted_where_there_is_none_is_a_warning_and_private_an_error() -> None:
    unlisted = replace(POST, visibility=Visibility.UNLISTED, lines=(("visibility", 3),))
    message = "This network has no unlisted posts: it is shown like any other."
    assert found(variant(), post=unlisted) == (
        problem("not-supported", 3, message, "Leave it, or remove this account."),
    )
    message = "The post is for “followers” only, and this network can only show it to everyone."
    assert found(variant(), post=replace(unlisted, visibility=Visibility.FOLLOWERS)) == (
        problem("would-be-public", 3, message, "Remove this account."),
    )


def test_thread_where_there_is_none() -> None:
    post, limits = replace(POST, body="One\n---\nTwo\n--- \n\nThree\n---\n"), replace(LIMITS, thread=False)
    message = "This network has no threads: the 3 parts are published as one post."
    assert found(variant(), limits, post) == (problem("thread-joined", 6, message, "Check it with `cmflow preview`."),)
    assert found(variant(), LIMITS, post) == ()
    assert found(variant(), limits, replace(post, variants=(Override("x-en", "One"),))) == ()
    assert codes(found(variant(), limits, replace(post, variants=(Override("x-en", skip=False),)))) == ["thread-joined"]


# ── one post ────────────────────────────────────────────────────────────────────────────────────────────────


def alone(post: Post, plan: Plan = PLAN) -> list[tuple[str, int, str]]:
    return [(each.code, each.line, each.message) for each in lint.post(post, plan)]


def test_outside_hours_names_the_accounts_that_share_them() -> None:
    evening = Account("team", "mastodon", hours=(time(18), time(22)))
    plan = replace(PLAN, accounts=(ACCOUNT, evening, Account("x-fr", "x")), rules=Rules(hours=(time(8), time(9))))
    post = replace(POST, accounts=("x-en", "team", "x-fr"), lines=(("date", 3),))
    assert lint.post(post, plan) == (
        Problem(
            post.path,
            3,
            "outside-hours",
            "09:30 is outside the hours 08:00 to 09:00 of x-en, x-fr.",
            "Choose another time.",
        ),
        Problem(
            post.path, 3, "outside-hours", "09:30 is outside the hours 18:00 to 22:00 of team.", "Choose another time."
        ),
    )


def test_an_account_with_its_own_date_or_none_is_judged_by_it() -> None:
    plan = replace(PLAN, rules=Rules(hours=(time(8), time(9))))
    moved = Override("x", date=datetime(2026, 12, 1, 8, 0, tzinfo=UTC))
    assert alone(replace(POST, variants=(moved,)), plan) == []
    assert alone(replace(POST, variants=(Override("x-en", skip=True),)), plan) == []


def test_hours_over_midnight() -> None:
    plan = replace(PLAN, rules=Rules(hours=(time(20), time(2))))
    for hour, inside in ((18, False), (19, True), (23, True), (0, True), (1, True), (2, False)):
        post = replace(POST, date=datetime(2026, 12, 1, hour, 0, tzinfo=UTC))  # Paris is one hour ahead
        assert (alone(post, plan) == []) is inside, hour


@pytest.mark.parametrize(
    ("starts", "ends", "message"),
    [
        (date(2026, 12, 1), date(2026, 12, 1), ""),
        (None, None, ""),
        (date(2026, 12, 2), None, "It is due on 2026-12-01; the campaign “launch” starts on 2026-12-02."),
        (None, date(2026, 11, 30), "It is due on 2026-12-01; the campaign “launch” ended on 2026-11-30."),
    ],
)
def test_outside_campaign(starts: date | None, ends: date | None, message: str) -> None:
    plan = replace(PLAN, campaigns=(Campaign("launch", starts, ends),))
    post = replace(POST, campaign="launch", accounts=("x-en", "x-fr", "gone"), lines=(("date", 3),))
    assert alone(post, plan) == ([("outside-campaign", 3, message)] if message else [])


@pytest.mark.parametrize("text", [" ", "\u200b", "\u3164"])
def test_missing_alt_text_is_told_once_for_all_accounts(text: str) -> None:
    bare = Media("content/media/b.png", text, 8)
    post = replace(POST, media=(PICTURE, bare), variants=(Override("x-en", media=(bare,)), Override("x")))
    expected = ("alt-missing", 8, "content/media/b.png has no alt text.")
    assert alone(post) == [expected, expected]
    assert alone(post, replace(PLAN, rules=Rules(alt_text=False))) == []


def test_unknown_person() -> None:
    plan = replace(PLAN, people=(Person("ana", "Ana Ruiz"),))
    body = "With @{ana}\nand @{bob}, but `@{eve}` is an example"
    variants = (Override("x-en", text="Thanks @{bob}"),)
    lines = (("variants.x-en.text", 4), ("first_comment", 3))
    post = replace(POST, body=body, variants=variants, first_comment="@{joe}", lines=lines)
    assert alone(post, plan) == [
        ("unknown-person", 7, "The plan has no person “bob”."),
        ("unknown-person", 4, "The plan has no person “bob”."),
        ("unknown-person", 3, "The plan has no person “joe”."),
    ]


def test_links_that_lead_nowhere() -> None:
    body = (
        "See [one](guide.md)\nor [two](htp://b.example) or [all](https://c.example/d_(e))\n"
        "but `[four](x)` [mail](mailto:a@b.example)\n\n```\n[five](y)\n```"
    )
    assert alone(replace(POST, body=body)) == [
        ("bad-link", 6, "“guide.md” is not an address that a reader can follow."),
        ("bad-link", 7, "“htp://b.example” is not an address that a reader can follow."),
    ]
    nowhere = alone(replace(POST, body="[a](https://) ![b](https://[x)"))
    assert [message.split()[0] for _, _, message in nowhere] == ["“https://”", "“https://[x”"]


def test_linkedins_own_mentions_lead_to_the_people_of_the_plan() -> None:
    [wrong] = lint.post(replace(POST, append="@[ERGA](urn:li:organization:9)", lines=(("append", 4),)), PLAN)
    hint = "To mention a person on LinkedIn, put this as `linkedin:` under `people:` in the plan; write `@{key}`."
    assert (wrong.line, wrong.code, wrong.hint) == (4, "bad-link", hint)


def test_history_is_left_alone() -> None:
    plan = replace(PLAN, since=date(2026, 12, 2), rules=Rules(hours=(time(1), time(2))))
    assert lint.post(POST, plan) == ()
    assert found(variant(part("")), plan=plan) == ()
    assert codes(lint.post(POST, replace(plan, since=date(2026, 12, 1)))) == ["outside-hours"]
    later = replace(POST, variants=(Override("x", date=AT + timedelta(days=1)),))  # one account is still to come
    assert codes(lint.post(later, plan)) == ["outside-hours"]
    assert codes(found(variant(part(""), time=AT + timedelta(days=1)), plan=plan)) == ["empty-text"]


@pytest.mark.parametrize(("minutes", "codes_"), [(0, ["late-short"]), (14, ["late-short"]), (15, []), (60, [])])
def test_a_post_that_may_hardly_be_late(minutes: int, codes_: list[str]) -> None:
    """In the post, at the account or in the plan: whichever holds."""
    short = timedelta(minutes=minutes)
    assert codes(lint.post(replace(POST, late=short), PLAN)) == codes_
    assert codes(lint.post(POST, replace(PLAN, late=short))) == codes_
    assert codes(lint.post(POST, replace(PLAN, accounts=(replace(ACCOUNT, late=short),)))) == codes_
    assert lint.post(replace(POST, late=timedelta(hours=1)), replace(PLAN, late=short)) == ()


def test_what_is_said_of_a_post_that_may_hardly_be_late() -> None:
    (problem,) = lint.post(replace(POST, late=timedelta(minutes=5), lines=(("late", 4),)), PLAN)
    message = "On x-en it may be at most 5 min late, but runs often start 15 min late."
    hint = "Write `late: 15m` or more, in the post or in the plan."
    assert problem == Problem(POST.path, 4, "late-short", message, hint)


# ── subtitles and cards ─────────────────────────────────────────────────────────────────────────────────────

SPOKEN = Facts("subtitles", "text/vtt", 0, 0, 2, 900, 61.0)
FRENCH = Subtitles("content/media/a.fr.vtt", "fr", 7)


def spoken(*subtitles: Subtitles) -> Media:
    return replace(PICTURE, subtitles=subtitles)


def test_subtitles_of_a_video() -> None:
    limits = replace(LIMITS, subtitle_types=("text/vtt",), subtitle_bytes=limit(1_000, "bytes"))
    facts: dict[str, Facts | str] = {PICTURE.path: VIDEO, FRENCH.path: SPOKEN}
    assert found(variant(part("", spoken(FRENCH))), limits, media=facts) == ()
    twice = found(variant(part("", spoken(FRENCH, replace(FRENCH, line=8)))), limits, media=facts)
    assert [each.message for each in twice] == ["content/media/a.png has subtitles in “fr” more than once."]
    large = found(variant(part("", spoken(FRENCH))), replace(limits, subtitle_bytes=limit(800, "bytes")), media=facts)
    assert large == (
        problem(
            "media-too-large",
            7,
            "content/media/a.fr.vtt has 900 of 800 bytes, 100 too many.",
            "Shorten the subtitles, or leave them out.",
        ),
    )
    assert codes(found(variant(part("", spoken(FRENCH))), limits, media={**facts, PICTURE.path: IMAGE})) == [
        "subtitles-unused"
    ]


def test_subtitles_must_be_subtitles_and_media_not() -> None:
    limits = replace(LIMITS, subtitle_types=("text/vtt",))
    wrong = found(variant(part("", spoken(FRENCH))), limits, media={PICTURE.path: VIDEO, FRENCH.path: IMAGE})
    assert [(each.code, each.message) for each in wrong] == [
        ("media-unreadable", "content/media/a.fr.vtt is a picture, which cannot be used here.")
    ]
    wrong = found(variant(part("", PICTURE)), limits, media={PICTURE.path: SPOKEN})
    assert [(each.code, each.message) for each in wrong] == [
        ("media-unreadable", "content/media/a.png is a file of subtitles, which cannot be used here.")
    ]


def test_subtitles_that_the_network_does_not_take() -> None:
    post = replace(POST, media=(spoken(FRENCH),))
    message = "This network takes no subtitles: the video is published without them."
    assert found(variant(part("", PICTURE)), post=post, media={PICTURE.path: VIDEO}) == (
        problem("not-supported", 7, message, "Leave it, or remove this account."),
    )


def test_a_card_needs_a_link_and_its_picture() -> None:
    card = Card("A title", picture=Media("content/media/b.png", line=4), line=3)
    alone = found(variant(part("Hello")), post=replace(POST, card=card))
    assert [(each.line, each.code, each.account) for each in alone] == [(3, "card-unused", "")]
    shown = replace(variant(part("Hello")), card=card)
    post = replace(POST, card=card, link="https://example.org")
    assert codes(found(shown, post=post)) == ["media-missing"]
    assert found(shown, post=post, media={"content/media/b.png": IMAGE}) == ()


def test_a_first_comment_may_be_what_the_network_refuses() -> None:
    limits = replace(
        LIMITS, exclusions=(Exclusion("comment", "private", "a test", READ),), visibility=tuple(Visibility)
    )
    shown = replace(variant(part("Hello")), first_comment=part("First"), visibility=Visibility.PRIVATE)
    post = replace(POST, lines=(("first_comment", 5),))
    assert found(shown, limits, post=post) == (
        problem(
            "not-together",
            5,
            "This network accepts no post with a first comment together with private visibility.",
            "Remove one of them there, with `variants:`, or split it into two posts.",
        ),
    )


def test_what_a_post_is_there_is_said_where_it_is_none() -> None:
    limits = replace(LIMITS, needs="video", nature="a post there is a video")
    message = "This network accepts no post without a video: a post there is a video."
    assert found(variant(part("Hello")), limits) == (
        problem("media-needed", 1, message, "Add one, or remove this account."),
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"text": "B"}, []),
        ({"text": "B", "tags": ("b",)}, ["ab-several"]),
    ],
)
def test_the_versions_of_an_ab_test_differ_in_one_thing(changes: dict[str, Any], expected: list[str]) -> None:
    versions = (Override("one", **changes), Override("two"))
    tested = replace(POST, ab=Experiment("hook", versions, dealt=(("toots", "one"),)))
    assert [problem.code for problem in lint.post(tested, PLAN) if problem.code.startswith("ab-")] == expected
