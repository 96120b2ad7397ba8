"""Golden outputs, and posts that try to do harm to whoever looks at them."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow import render
from cmflow.model import (
    Account,
    Form,
    Kind,
    Media,
    Part,
    Plan,
    Poll,
    Post,
    Problem,
    Span,
    Text,
    Variant,
    Visibility,
)
from cmflow.netkit import network
from cmflow.render import preview
from cmflow.render.preview import Preview
from cmflow.repository import examination
from cmflow.repository.examination import Examined
from tests import ROOT
from tests.examples import examples

AT = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)
PICTURE = Media("content/media/a.png", "Two people", 3)
TEMPLATE = "templates/site/preview.html.j2"
TEMPLATES = {TEMPLATE: (ROOT / TEMPLATE).read_text("utf-8")}


def part(words: str, *media: Media, limit: int = 500, spans: tuple[Span, ...] = ()) -> Part:
    return Part(Text(words, spans), Form(words), media, len(words), limit)


LINK = "https://example.org/a"
THREAD = Variant(
    "post",
    "toots",
    "mastodon",
    AT,
    (
        part(f"See {LINK} #git", PICTURE, spans=(Span(4, 25, Kind.LINK, LINK),)),
        part("Two", replace(PICTURE, alt=""), limit=2),
    ),
    title="Title",
    tags=("git", "x"),
    language="en",
    content_warning="Spoiler",
    visibility=Visibility.UNLISTED,
    reply_to="other",
    quote="https://example.org/q",
    repost="third",
    poll=Poll(("Yes", "No"), timedelta(days=1)),
    first_comment=part("And\nanother"),
    digest="abc",
)
SHORT = Variant("post", "chat", "telegram", AT, (part("Hello", PICTURE, limit=1024),), digest="def")
PROBLEM = Problem("content/posts/p.md", 3, "text-too-long", "It is too long.", "Shorten it.", "toots")


def shown(*variants: Variant, title: str = "The title", path: str = "content/posts/p.md") -> Preview:
    networks = {each.network: network.load(each.network) for each in variants}
    return Preview(
        Post("post", path, title, AT, ("toots", "chat"), "Body"),
        variants,
        (PROBLEM,) if THREAD in variants else (),
        {name: each.title for name, each in networks.items()},
        {name: each.limits for name, each in networks.items()},
        "Europe/Paris",
        "en",
        {name: each.composer for name, each in networks.items() if each.publish is None},
    )


def test_a_moment_is_said_in_the_plans_zone_and_in_utc() -> None:
    assert preview.when(AT, "Europe/Paris") == "Tue 2026-12-01 09:30 Europe/Paris (08:30 UTC)"
    assert preview.when(AT, "America/New_York") == "Tue 2026-12-01 03:30 America/New_York (08:30 UTC)"


def test_for_a_terminal() -> None:
    lines = preview.text(shown(THREAD, SHORT), lambda string, role: f"<{role}>{string}")
    assert (
        "\n".join(lines)
        == """\
<title>The title<faint>  post · ready · content/posts/p.md

<account>toots on Mastodon, Tue 2026-12-01 09:30 Europe/Paris (08:30 UTC)
  title: Title
  tags: git x
  content warning: Spoiler
  visibility: unlisted
  reply to: other
  quote: https://example.org/q
  repost: third
  poll: Yes / No (one choice, open for 1 day)
  <faint>part 1 of 2, 30 of 500 characters
  │ See https://example.org/a #git
  picture content/media/a.png — Two people
  link https://example.org/a
  hashtag #git
  <over>part 2 of 2, 3 of 2 characters
  │ Two
  picture content/media/a.png — no alt text
  then, as the first comment:
  │ And
  │ another

<account>chat on Telegram, Tue 2026-12-01 09:30 Europe/Paris (08:30 UTC)
  <faint>5 of 1,024 UTF-16 units
  │ Hello
  picture content/media/a.png — Two people

content/posts/p.md:3: error text-too-long (toots): It is too long. — Shorten it."""
    )


def test_without_colours() -> None:
    assert next(iter(preview.text(shown(SHORT)))) == "The title  post · ready · content/posts/p.md"


def test_for_github() -> None:
    assert (
        "\n".join(preview.markdown(shown(THREAD, SHORT)))
        == """\
### `The title`
`content/posts/p.md` · ready

**toots** on Mastodon, Tue 2026-12-01 09:30 Europe/Paris (08:30 UTC)
- `title: Title`
- `tags: git x`
- `content warning: Spoiler`
- `visibility: unlisted`
- `reply to: other`
- `quote: https://example.org/q`
- `repost: third`
- `poll: Yes / No (one choice, open for 1 day)`

part 1 of 2, 30 of 500 characters

```text
See https://example.org/a #git
```
- picture `content/media/a.png`: `Two people`
- link `https://example.org/a`
- hashtag `#git`

part 2 of 2, 3 of 2 characters

```text
Two
```
- picture `content/media/a.png`: `no alt text`

then, as the first comment:

```text
And
another
```

**chat** on Telegram, Tue 2026-12-01 09:30 Europe/Paris (08:30 UTC)

5 of 1,024 UTF-16 units

```text
Hello
```
- picture `content/media/a.png`: `Two people`

- `content/posts/p.md:3: error text-too-long (toots): It is too long. — Shorten it.`"""
    )


def test_how_a_picture_is_made_to_fit_is_said_where_it_stands() -> None:
    wide = replace(shown(SHORT), changes={("chat", PICTURE.path): ("scaled to 2048×1365 pixels", "sent as JPEG")})
    assert "    will be scaled to 2048×1365 pixels, sent as JPEG" in preview.text(wide)
    assert "  (will be scaled to 2048×1365 pixels, sent as JPEG)" in preview.markdown(wide)
    assert "(will be scaled to 2048×1365 pixels, sent as JPEG)" in preview.page([wide], TEMPLATES)
    variants = preview.as_dict(wide)["variants"]
    assert isinstance(variants, list)
    assert variants[0]["parts"][0]["media"][0]["changes"] == ["scaled to 2048×1365 pixels", "sent as JPEG"]


def test_for_programs() -> None:
    found = preview.as_dict(shown(THREAD))
    assert json.loads(json.dumps(found)) == found
    assert found == {
        "post": "post",
        "path": "content/posts/p.md",
        "title": "The title",
        "status": "ready",
        "variants": [
            {
                "account": "toots",
                "network": "mastodon",
                "at": "2026-12-01T08:30:00+00:00",
                "sent": "",
                "as_sent": False,
                "title": "Title",
                "language": "en",
                "content_warning": "Spoiler",
                "visibility": "unlisted",
                "link": "",
                "card": None,
                "tags": ["git", "x"],
                "reply_to": "other",
                "quote": "https://example.org/q",
                "repost": "third",
                "poll": ["Yes", "No"],
                "parts": [
                    {
                        "text": f"See {LINK} #git",
                        "seen": f"See {LINK} #git",
                        "pasted": f"See {LINK} #git",
                        "html": "",
                        "length": 30,
                        "limit": 500,
                        "unit": "characters",
                        "spans": [],
                        "entities": [
                            {"kind": "url", "text": LINK, "start": 4, "end": 25},
                            {"kind": "hashtag", "text": "#git", "start": 26, "end": 30},
                        ],
                        "media": [{"file": "content/media/a.png", "alt": "Two people", "subtitles": [], "changes": []}],
                    },
                    {
                        "text": "Two",
                        "seen": "Two",
                        "pasted": "Two",
                        "html": "",
                        "length": 3,
                        "limit": 2,
                        "unit": "characters",
                        "spans": [],
                        "entities": [],
                        "media": [{"file": "content/media/a.png", "alt": "", "subtitles": [], "changes": []}],
                    },
                ],
                "first_comment": "And\nanother",
                "cost": "",
                "version": "",
                "digest": "abc",
            }
        ],
        "problems": [
            {
                "path": "content/posts/p.md",
                "line": 3,
                "severity": "error",
                "code": "text-too-long",
                "account": "toots",
                "message": "It is too long.",
                "hint": "Shorten it.",
            }
        ],
    }
    assert preview.as_dict(shown(SHORT))["variants"][0]["poll"] == []  # type: ignore[index]


def test_spans_of_a_form_are_there_for_programs() -> None:
    form = Form("Bold", (Span(0, 4, Kind.LINK, LINK),), "<b>Bold</b>")
    one = replace(SHORT, parts=(Part(Text("Bold"), form, (), 4, 9),))
    found = preview.as_dict(shown(one))["variants"][0]["parts"][0]  # type: ignore[index]
    assert (found["html"], found["spans"]) == ("<b>Bold</b>", [{"kind": "link", "start": 0, "end": 4, "value": LINK}])


# ── harm ────────────────────────────────────────────────────────────────────────────────────────────────────

HOSTILE = st.lists(
    st.sampled_from(
        ["\x1b[31m", "\x9b2J", "\u202e", "\x07", "\r", "`", "``", "```", "```\n", "~~~", "</script>", "<img src=x>",
         "@github", "#1", "owner/repo#1", "::error::", "##[error]", "\n", " ", "&#64;x", "\ud800", "a", '"', "'", "-->"]
    ),
    max_size=7,
).map("".join)  # fmt: skip
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def hostile(words: str) -> Preview:
    media = Media(f"content/{words}.png", words)
    one = replace(
        THREAD,
        parts=(part(words, media, spans=(Span(0, 1, Kind.LINK, words),)),),
        title=words,
        tags=(words,),
        content_warning=words,
        reply_to=words,
        poll=Poll((words, "No")),
        first_comment=part(words),
    )
    problem = replace(PROBLEM, message=words, hint=words)
    return replace(shown(one, title=words, path=f"content/posts/{words}.md"), problems=(problem,))


@given(HOSTILE)
def test_nothing_reaches_the_terminal_but_characters(words: str) -> None:
    assert not any(CONTROLS.search(line) or "\n" in line for line in preview.text(hostile(words)))


@given(HOSTILE)
def test_nothing_a_post_says_leaves_the_code_on_github(words: str) -> None:
    made = "\n".join(preview.markdown(hostile(words)))
    assert not CONTROLS.search(made)
    outside = without_code(made)
    assert not re.search(r"[@<>&]|#\d|script|error::|\[error|owner", outside.replace("**", ""))


def without_code(markdown: str) -> str:
    """What stands outside of code, as CommonMark reads it: fences first, then rows of backticks."""
    kept, fence = [], ""
    for line in markdown.split("\n"):
        opened = re.match(r"(`{3,})[^`]*$", line)
        if fence:
            fence = "" if re.fullmatch(rf"{fence}`* *", line) else fence
        elif opened:
            fence = opened[1]
        else:
            kept.append(re.sub(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", "", line))
    assert not fence
    return "\n".join(kept)


@examples(12)
@given(HOSTILE)
def test_a_page_holds_what_a_post_says_as_text(words: str) -> None:
    words = words.replace("\ud800", "")  # YAML takes no half characters
    made = preview.page([hostile(words)], TEMPLATES)
    assert "<script" not in made.lower()
    assert "</script" not in made
    assert made.count("<img ") == 1
    assert re.findall(r'<img src="([^"]*)" alt="[^"]*">', made)
    assert not re.search(r"https?://(?!example\.org)|\son\w+=", made)


def test_a_page_shows_every_variant() -> None:
    made = preview.page([shown(THREAD, SHORT)], TEMPLATES)
    for words in (
        "The title",
        "toots",
        "chat",
        "Spoiler",
        "Two people",
        "And\nanother",
        "It is too long.",
        "part 2 of 2",
    ):
        assert words in made
    assert '<img src="content/media/a.png" alt="Two people">' in made


@pytest.mark.parametrize("body", ["a", "```", "``````", "`", "a\n````\nb"])
def test_a_fence_is_longer_than_what_it_holds(body: str) -> None:
    made = preview.fenced(body).split("\n")
    assert made[1:-1] == body.split("\n")
    assert len(made[-1]) > max((len(run) for run in re.findall("`+", body)), default=2)


# ── what people paste is what people see ────────────────────────────────────────────────────────────────────

PARTY = """**Doors** open (really) & [here](https://a.b/c_d) for_all

#repair"""


def by_hand(on: str, comment: str = "") -> Preview:
    """What one account will show of a post, through the code that publishes."""
    account = Account("us", on)
    post = Post("p", "content/posts/p.md", "T", AT, ("us",), PARTY, first_comment=comment, poll=Poll(("Yes", "No")))
    plan = Plan("Brand", "Europe/Paris", "en", (account,))
    examined = Examined("content/posts/p.md", post, (
        render.variant(post, account, plan, network.load(on).limits, render.Templates(BARE), {}),
    ), ())  # fmt: skip
    return examination.previewed(examined, plan)


LINK_LINE, TAG_LINE = ["  link https://a.b/c_d"], ["  hashtag #repair"]  # to Mastodon, b is not a top level
TAGGING = ("linkedin", "facebook", "mastodon", "telegram")
BARE = {"templates/networks/post.md.j2": "{{ text }}"}
WRITTEN_OUT = ["  │ Doors open (really) & here (https://a.b/c_d) for_all", "  │", "  │ #repair"]
LINKED = ["  │ Doors open (really) & here for_all", "  │", "  │ #repair"]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("linkedin", WRITTEN_OUT),
        ("facebook", WRITTEN_OUT),
        ("mastodon", WRITTEN_OUT),
        ("slack", [*LINKED, "  bold: Doors"]),
        ("telegram", [*LINKED, "  bold: Doors"]),
        ("discord", [*LINKED, "  bold: Doors"]),
        ("matrix", [*LINKED, "  bold: Doors"]),
    ],
)
def test_a_text_is_shown_as_its_readers_see_it(on: str, expected: list[str]) -> None:
    lines = [line.rstrip() for line in preview.text(by_hand(on))]
    at = lines.index(expected[0])
    assert lines[at : at + len(expected)] == expected
    linked = [line for line in lines[at + len(expected) :] if line.startswith(("  link", "  hashtag"))]
    assert linked == [*(LINK_LINE if on != "mastodon" else []), *(TAG_LINE if on in TAGGING else [])]
    github = "\n".join(preview.markdown(by_hand(on)))
    assert "\n".join(line[4:] for line in expected[:3]) in github
    assert "hashtag|" not in github and "&amp;" not in github and "<http" not in github


def test_a_first_comment_on_linkedin_is_sent_as_it_is_written() -> None:
    comment = r"Version (May 2023) [here] C:\\new #tag"
    made = by_hand("linkedin", comment).variants[0].first_comment
    assert made and made.form == Form("Version (May 2023) [here] C:\\new #tag")


@pytest.mark.parametrize(("on", "polls"), [("bluesky", 0), ("facebook", 0), ("mastodon", 1), ("x", 1)])
def test_a_poll_is_shown_where_there_are_polls(on: str, polls: int) -> None:
    made = by_hand(on)
    assert [line for line in preview.text(made) if "poll" in line] == [
        "  poll: Yes / No (one choice, open for 1 day)"
    ] * polls
    assert [line for line in preview.markdown(made) if "poll" in line] == [
        "- `poll: Yes / No (one choice, open for 1 day)`"
    ] * polls
    variants: Any = preview.as_dict(made)["variants"]
    assert variants[0]["poll"] == ["Yes", "No"] * polls


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (
            "mastodon",
            ["link https://example.org/c", "link https://example.org/a_b", "hashtag #git", "mention @ana@example.org"],
        ),
        (
            "bluesky",
            ["link www.example.org", "link https://example.org/c", "link https://example.org/a_b", "hashtag #git"],
        ),
        ("linkedin", ["link https://example.org/c", "link https://example.org/a_b", "hashtag #git"]),
        ("instagram", ["hashtag #git"]),
        ("discord", ["link https://example.org/c", "link https://example.org/a_b"]),
        (
            "telegram",
            ["link www.example.org", "link https://example.org/c", "link https://example.org/a_b", "hashtag #git"],
        ),
    ],
)
def test_what_is_clickable_is_listed_as_each_network_links_it(on: str, expected: list[str]) -> None:
    body = "www.example.org `u/ana` [here](https://example.org/c) https://example.org/a_b #git #git @ana@example.org"
    account = Account("us", on)
    post = Post("p", "content/posts/p.md", "T", AT, ("us",), body)
    variant = render.variant(
        post, account, Plan("B", "UTC", "en", (account,)), network.load(on).limits, render.Templates(BARE), {}
    )
    shown = examination.previewed(Examined(post.path, post, (variant,), ()), Plan("B", "UTC", "en", (account,)))
    assert [f"{kind} {value}" for kind, value in preview.linked(shown, variant, variant.parts[0])] == expected
