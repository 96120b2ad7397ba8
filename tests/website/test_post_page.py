"""The page of a post: everything that is known of it, and nothing that could do harm."""

import html
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow import website
from cmflow.insights.status import Standing
from cmflow.model import (
    Approval,
    Change,
    Delivery,
    Form,
    Kind,
    Media,
    Part,
    Plan,
    Poll,
    Post,
    Problem,
    Receipt,
    Span,
    State,
    Status,
    Text,
    Variant,
    Visibility,
)
from cmflow.netkit import network
from cmflow.render import formats
from cmflow.render.preview import Preview
from cmflow.website.calendar import Calendar
from cmflow.website.places import PostContext, address, file_name
from cmflow.website.post_page import missing_page, page
from tests import ROOT
from tests.examples import examples

SITE = ROOT / "templates" / "site"
TEMPLATES = {f"templates/site/{path.name}": path.read_text(encoding="utf-8") for path in SITE.iterdir()}
NOW = datetime(2026, 12, 3, 12, tzinfo=UTC)
AT = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)
PLAN = Plan("Harbour Café", "Europe/Paris", "en", ())
POST = Post(
    "terrace",
    "content/posts/2026-12/terrace.md",
    "The terrace opens",
    AT,
    ("toots", "chat"),
    "Body",
    campaign="summer",
    pillar="menu",
    tags=("terrace", "#sun"),
    link="https://harbour.example/t",
    language="en",
)
LIMITS = {name: network.load(name).limits for name in ("mastodon", "telegram")}


def part(words: str, *media: Media, limit: int = 500) -> Part:
    return Part(Text(words), Form(words), media, len(words), limit)


THREAD = Variant(
    "terrace",
    "toots",
    "mastodon",
    AT,
    (
        part("One #sun", Media("content/media/a.png", "Two people"), Media("content/media/b.mp4")),
        part("Two long", limit=3),
    ),
    title="The title",
    tags=("sun",),
    language="en",
    content_warning="Spoiler",
    visibility=Visibility.UNLISTED,
    reply_to="other",
    poll=Poll(("Yes", "No"), timedelta(days=1)),
    first_comment=part("And then"),
)
CHAT = Variant("terrace", "chat", "telegram", AT + timedelta(hours=1), (part("Hello", limit=4096),), language="en")
CHANGES = (
    Change(AT - timedelta(days=1), "Ana", "Open the terrace (#12)", "c" * 40, 12, ("Bo", "Cy")),
    Change(AT - timedelta(days=2), "Bo", "Draft", "d" * 40),
)
SENT = Delivery(
    "terrace",
    "toots",
    State.SENT,
    AT,
    receipts=(
        Receipt(0, "1", "https://social.example/1", AT),
        Receipt(1, "2", "https://social.example/2", AT),
    ),
)
AROUND = PostContext(
    "failed",
    (
        ("failed", Standing("terrace", "chat", State.FAILED, AT, note="The bot may not write there.", person=True)),
        ("sent", Standing("terrace", "toots", State.SENT, AT, "https://social.example/1")),
    ),
    {"toots": SENT},
    CHANGES,
    (Problem(POST.path, 3, "min-gap", "Ten minutes after another.", "Move it.", "toots"),),
)


def preview(post: Post = POST, *variants: Variant, problems: tuple[Problem, ...] = ()) -> Preview:
    titles = {"mastodon": "Mastodon", "telegram": "Telegram"}
    return Preview(
        post, variants, problems, titles, LIMITS, "Europe/Paris", "en", {"telegram": "https://web.telegram.org/"}
    )


def printed(
    shown: Preview, context: PostContext = AROUND, written: str = "title: x", web: str = "", plan: Plan = PLAN
) -> str:
    return page(shown, written, context, website.press(Calendar((), plan, {}, {}, {}, NOW, web=web), TEMPLATES))


def main(made: str) -> str:
    return made[made.index("<main") : made.index("</main>")]


def text(made: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main(made))).split())


def links(made: str) -> list[str]:
    return [html.unescape(each) for each in re.findall(r'href="([^"]*)"', main(made))]


def test_everything_there_is_to_know() -> None:
    assert text(printed(preview(POST, THREAD, CHAT), web="https://github.com/harbour/posts")) == (
        "Tuesday, 1 December 2026, 09:30 failed The terrace opens "
        "Campaign summer Pillar menu Language en Tags #terrace #sun Link https://harbour.example/t "
        "content/posts/2026-12/terrace.md Edit or move on GitHub Changes "
        "Problems min-gap (toots) Ten minutes after another. Move it. "
        "Deliveries chat failed 2026-12-01 09:30 The bot may not write there. "
        "toots sent 2026-12-01 09:30 social.example 1 ↗ social.example 2 ↗ Unpublish "
        "Preview per account chat Telegram 10:30 Hello 5 / 4,096 UTF-16 units "
        "As it was sent toots Mastodon 09:30 Title The title Content warning Spoiler Tags sun "
        "Visibility unlisted Reply to other "
        "1/2 One #sun Two people no alt text 8 / 500 characters "
        "2/2 Two long 8 / 3 characters First comment And then 8 / 500 characters Yes No "
        "History 2026-11-30 09:30 Ana Open the terrace (#12) #12 reviewed by Bo, Cy "
        "2026-11-29 09:30 Bo Draft Front matter title: x"
    )


def test_history_is_shown_as_it_is_written_once_for_all_that_have_it_in_common() -> None:
    words = Text("See the map, #sun", (Span(4, 11, Kind.LINK, "https://a.b"), Span(8, 11, Kind.BOLD)))
    written = Part(words, Form(words.chars, words.spans), (Media("content/media/a.png", "Us"),))
    toot = Variant("terrace", "toots", "mastodon", AT, (written,), language="en", visibility=Visibility.UNLISTED)
    chat = replace(toot, account="chat", network="telegram", time=AT + timedelta(hours=1))
    other = replace(CHAT, account="other", parts=(part("One"), part("Two")), first_comment=part("Three"))
    shown = replace(preview(POST), history=(toot, chat, other))
    made = printed(shown, PostContext("history"))
    assert text(made).partition("terrace.md ")[2].partition(" Front matter")[0] == (
        "As written Dated before cmflow took over: cmflow does not know what each network showed. "
        "toots Mastodon 09:30 chat Telegram 10:30 Visibility unlisted See the map , #sun Us "
        "other Telegram 10:30 1/2 One 2/2 Two First comment Three"
    )
    assert '<a class="link" href="https://a.b" rel="noopener noreferrer">the </a>' in made
    assert (made.count('class="variant as-written"'), made.count('class="length"'), made.count('class="tag"')) == (
        2,
        0,
        0,
    )


def test_an_old_draft_was_shown_on_no_network() -> None:
    shown = replace(preview(replace(POST, status=Status.DRAFT)), history=(CHAT,))
    made = text(printed(shown, PostContext("draft")))
    assert "As written chat" in made and "Dated before" not in made


def test_where_its_links_lead() -> None:
    web = "https://github.com/harbour/posts"
    day = "../index.html#view=day&date=2026-12-01"
    assert links(printed(preview(POST, THREAD), web=web)) == [
        day,
        f"{web}/edit/main/content/posts/2026-12/terrace.md",
        f"{web}/commits/main/content/posts/2026-12/terrace.md",
        "https://social.example/1",
        "https://social.example/2",
        f"{web}/actions/workflows/unpublish.yml",
        f"{web}/commit/{'c' * 40}",
        f"{web}/pull/12",
        f"{web}/commit/{'d' * 40}",
    ]
    assert links(printed(preview(POST, THREAD))) == [day, "https://social.example/1", "https://social.example/2"]


def test_pictures_and_clips_stand_at_their_public_address() -> None:
    made = printed(preview(POST, THREAD))
    assert '<img src="../media/a.png" alt="Two people" loading="lazy">' in made
    assert '<video src="../media/b.mp4" controls preload="none"></video>' in made


def test_who_approved_what() -> None:
    """An approval is of a text: where that is another one now, the page says so."""
    digests = (("toots", "same"), ("chat", "same"))
    given = (
        Approval("ana", AT - timedelta(hours=1), 12, "c" * 40, ("bo",), digests),
        Approval("cy", AT - timedelta(days=1), 11, "d" * 40, ("bo",), (("toots", "same"), ("chat", "other"))),
    )
    shown = preview(POST, replace(THREAD, digest="same"), replace(CHAT, digest="same"))
    around = PostContext("scheduled", approvals=given)
    made = printed(shown, around, web="https://github.com/harbour/posts")
    assert (
        "Approvals 2026-12-01 08:30 ana approved this version #12 2026-11-30 09:30 cy approved an earlier version #11"
        in text(made)
    )
    assert [each for each in links(made) if "/pull/" in each] == [
        "https://github.com/harbour/posts/pull/12",
        "https://github.com/harbour/posts/pull/11",
    ]
    assert not [each for each in links(printed(shown, around)) if "/pull/" in each]
    unknown = text(printed(replace(shown, variants=(), history=(CHAT,)), around))
    assert "Approvals 2026-12-01 08:30 ana #12 2026-11-30 09:30 cy #11" in unknown


def test_what_is_not_out_cannot_be_taken_back() -> None:
    shown, web = preview(POST, THREAD), "https://github.com/harbour/posts"
    assert "Unpublish" not in text(printed(shown, replace(AROUND, deliveries={}), web=web))
    rehearsed = replace(SENT, receipts=(replace(SENT.receipts[0], url="/outbox/terrace/toots.1.json"),))
    assert "Unpublish" not in text(printed(shown, replace(AROUND, deliveries={"toots": rehearsed}), web=web))
    assert "Unpublish" not in text(printed(shown))


def by_hand(state: str, standing: State = State.SCHEDULED) -> PostContext:
    waits = state == "by_hand"
    return PostContext(state, ((state, Standing("terrace", "chat", standing, AT, by_hand=waits, person=not waits)),))


LINKED = Text("Doors: here", (Span(0, 5, Kind.BOLD), Span(7, 11, Kind.LINK, "https://harbour.example/?a=1&b=2")))


@pytest.mark.parametrize(
    ("state", "standing", "to_post", "to_settle"),
    [
        ("by_hand", State.SCHEDULED, True, True),
        ("scheduled", State.SCHEDULED, True, False),
        ("missed", State.MISSED, True, True),
        ("unsure", State.UNSURE, False, True),
        ("sent", State.SENT, False, False),
        ("blocked", State.SCHEDULED, False, False),
    ],
)
def test_what_a_person_posts_by_hand(state: str, standing: State, to_post: bool, to_settle: bool) -> None:
    """Copied are the characters with their addresses, and HTML where they do not say it all; nothing is fetched."""
    picture = Media("content/media/a.png", "Two “boats”", 3)
    form = formats.entities(LINKED)
    shown = replace(CHAT, parts=(Part(LINKED, form, (picture,), 11, 1024),))
    made = main(printed(preview(POST, shown), by_hand(state, standing), web="https://github.com/harbour/posts"))
    copies = [html.unescape(each) for each in re.findall(r'data-copy="([^"]*)"', made)]
    rich = [html.unescape(each) for each in re.findall(r'data-rich="([^"]*)"', made)]
    assert copies == ["Doors: here (https://harbour.example/?a=1&b=2)", "Two “boats”"] * to_post
    assert rich == [
        '<p><strong>Doors</strong>: <a href="https://harbour.example/?a=1&amp;b=2">here</a></p>'
    ] * to_post  # fmt: skip
    assert made.count("<button") == made.count(" hidden>") == 2 * to_post
    assert made.count(" download>Download</a>") == to_post
    assert ('href="https://web.telegram.org/"' in made) is to_post
    settle = "https://github.com/harbour/posts/actions/workflows/settle.yml"
    assert (f'href="{settle}"' in made) is to_settle
    assert ("The form asks for the post, terrace, and the account." in made) is to_settle


def test_nothing_is_copied_where_cmflow_publishes_or_nobody_may_yet() -> None:
    for around in (AROUND, PostContext("draft")):
        assert "<button" not in main(printed(preview(POST, THREAD), around))
    assert "<button" not in main(printed(preview(POST, CHAT), PostContext("draft")))


def test_what_was_sent_is_shown_as_such() -> None:
    """What is to come, what was sent as it stands here, and what has been changed since."""
    thread, chat = replace(THREAD, digest="new"), replace(CHAT, digest="chat")
    standings = (
        ("scheduled", Standing("terrace", "chat", State.SCHEDULED, AT)),
        ("sent", Standing("terrace", "toots", State.SENT, AT)),
    )
    shown = preview(POST, thread, chat)
    headings = {}
    for digest in ("", "new", "old"):
        around = PostContext("scheduled", standings, {"toots": replace(SENT, digest=digest)})
        headings[digest] = re.findall(r'<section class="variants">\s*<h2>([^<]*)', printed(shown, around))
    assert headings == {
        "": ["Preview", "As it was sent"],
        "new": ["Preview", "As it was sent"],
        "old": ["Preview", "Changed since it was sent: the current text"],
    }


@pytest.mark.parametrize(
    ("state", "heading"),
    [
        *(("draft", "Preview"), ("scheduled", "Preview"), ("blocked", "Preview")),
        *(
            ("history", "Preview per account"),
            ("missed", "Preview per account"),
            ("failed", "Preview per account"),
            ("skipped", "Preview per account"),
        ),
    ],
)
def test_how_a_post_of_one_state_is_headed(state: str, heading: str) -> None:
    made = printed(preview(POST, CHAT), PostContext(state))
    assert re.findall(r'<section class="variants">\s*<h2>([^<]*)', made) == [heading]


def test_a_post_like_this_one_is_begun_a_week_later() -> None:
    source = "---\nid: terrace\ntitle: x\ndate: 2026-12-01 09:30\naccounts: [toots]\n---\nHello & {welcome}\n"
    web = "https://github.com/harbour/posts"
    printer = website.press(Calendar((), PLAN, {}, {}, {}, NOW, web=web), TEMPLATES)
    (link,) = (each for each in links(page(preview(POST, CHAT), "", AROUND, printer, source)) if "/new/" in each)
    asked = parse_qs(urlsplit(link).query)
    assert asked["filename"] == ["content/posts/2026-12/terrace-2026-12-08.md"]
    assert asked["value"] == [
        "---\ndate: 2026-12-08 09:30\nstatus: draft\ntitle: x\naccounts: [toots]\n---\nHello & {welcome}\n"
    ]
    for long, place in ((source + "x" * 7_000, web), (source, "")):
        printer = website.press(Calendar((), PLAN, {}, {}, {}, NOW, web=place), TEMPLATES)
        assert not [each for each in links(page(preview(POST, CHAT), "", AROUND, printer, long)) if "/new/" in each]


def test_in_french() -> None:
    made = text(printed(preview(POST, CHAT), plan=replace(PLAN, language="fr")))
    assert made.startswith("mardi 1er décembre 2026, 09:30 échec The terrace opens Campagne summer")
    assert "Aperçu par compte chat Telegram 10:30 Hello 5 / 4 096 unités UTF-16" in made


def test_a_post_that_is_gone() -> None:
    around = replace(AROUND, history=(), problems=())
    printer = website.press(Calendar((), PLAN, {}, {}, {}, NOW), TEMPLATES)
    assert text(missing_page("terrace", around, printer)) == (
        "Tuesday, 1 December 2026, 09:30 failed terrace "
        "This post was deleted, but is still in the ledger. "
        "Deliveries chat failed 2026-12-01 09:30 The bot may not write there. "
        "toots sent 2026-12-01 09:30 social.example 1 ↗ social.example 2 ↗"
    )


@pytest.mark.parametrize(
    ("post", "file", "link"),
    [
        ("a-b_c.1", "posts/a-b_c.1.html", "posts/a-b_c.1.html"),
        ("été", "posts/été.html", "posts/%C3%A9t%C3%A9.html"),
        ("長" * 100, f"posts/{'長' * 40}-148be15afab8e275.html", None),
    ],
    ids=["plain", "accents", "long"],
)
def test_the_file_of_a_post(post: str, file: str, link: str | None) -> None:
    assert file_name(post) == file
    assert len(file_name(post).encode()) < 255
    assert link is None or address(post) == link


class Elements(HTMLParser):
    """Every element and attribute of a page."""

    def __init__(self, made: str) -> None:
        super().__init__()
        self.found: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.feed(made)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, attrs))


@examples(40)
@given(
    st.lists(
        st.sampled_from(
            ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)", "</title>", "' x='"]
        ),
        min_size=8,
        max_size=8,
    )
)
def test_what_a_post_says_is_never_markup(hostile: list[str]) -> None:
    one, two, three, four, five, six, seven, eight = hostile
    post = replace(POST, title=one, campaign=two, tags=(three,), link=four, language=five)
    variant = replace(THREAD, parts=(part(six, Media(seven, eight)),), title=one, content_warning=two, language=three)
    around = replace(
        AROUND,
        standings=(("sent", Standing("terrace", one, State.SENT, AT, two, three)),),
        deliveries={one: replace(SENT, receipts=(Receipt(0, "1", four, AT),))},
        history=(Change(AT, five, six, seven, 1, (eight,)),),
        problems=(Problem(POST.path, 1, "min-gap", one, two, three),),
    )
    harmless = Elements(printed(preview(POST, THREAD), context=AROUND))
    found = Elements(printed(preview(post, variant), context=around, written=one))
    assert {tag for tag, _ in found.found} <= {tag for tag, _ in harmless.found}
    names = {name for _, attrs in found.found for name, _ in attrs}
    assert names <= {name for _, attrs in harmless.found for name, _ in attrs}
    addresses = [value or "" for _, attrs in found.found for name, value in attrs if name in ("href", "src")]
    assert not [each for each in addresses if each.lower().lstrip().startswith(("javascript:", "data:"))]
