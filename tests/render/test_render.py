"""Post + account → variant: exactly what is sent, each body read once, and a digest that names it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow import render
from cmflow.model import (
    CONTENT,
    Account,
    Form,
    Kind,
    Media,
    Override,
    Person,
    Plan,
    Poll,
    Post,
    Span,
    Threading,
    Visibility,
)
from cmflow.model.limits import Limit, Limits, Measure
from cmflow.netkit import network
from cmflow.netkit.network import limits as taken
from cmflow.render import Templates, formats, split_parts, unknown_people
from cmflow.render import markdown as text
from cmflow.render.autolink import plain
from tests import ROOT
from tests.examples import examples

FOLDER = ROOT / "templates" / "networks"
TEMPLATES = Templates({f"templates/networks/{path.name}": path.read_text("utf-8") for path in FOLDER.glob("*.j2")})
PEOPLE = (
    Person("ana", "Ana Ruiz", (("mastodon", "@ana@example.social"), ("x", "@ana"), ("x-fr", "@ana_fr"))),
    Person("bo", "Bo", (("linkedin", "urn:li:person:9"),)),
)
X, TOOT = Account("x-en", "x", tags=("cmflow",)), Account("mastodon-en", "mastodon", language="fr")
PLAN = Plan("cmflow", "Europe/Paris", "en", (X, TOOT), people=PEOPLE)
AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
POST = Post("never", "content/posts/never.md", "Never twice", AT, ("x-en",), "Hello **you**")


def measure(limit: int) -> Measure:
    return Measure(Limit(limit, "characters", "a test", date(2026, 11, 22)), lambda body, warning: len(body + warning))


LIMITS = Limits(text=(measure(280),), form=formats.plain, find=lambda body: ())


FACETS = replace(LIMITS, form=formats.facets, written_url=False)


def bodies(post: Post, account: Account = X, limits: Limits = LIMITS, plan: Plan = PLAN) -> list[str]:
    return [part.form.body for part in render.variant(post, account, plan, limits, TEMPLATES, {}).parts]


# ── the template ────────────────────────────────────────────────────────────────────────────────────────────


def test_the_default_template_has_text_link_and_tags() -> None:
    post = replace(POST, link="https://a.b/c", tags=("open source", "#Git"))
    assert bodies(post) == ["Hello you\n\nhttps://a.b/c\n\n#OpenSource #Git #cmflow"]


def test_accounts_share_the_words_where_their_template_asks_for_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    fills: list[str] = []
    from cmflow.render.template import fill

    def counted(templates: Templates, path: str, context: Mapping[str, Any]) -> str:
        fills.append(path)
        return fill(templates, path, context)

    monkeypatch.setattr(render, "fill", counted)
    post = replace(POST, body="Words for two accounts", link="https://a.b")
    words = ["Words for two accounts\n\nhttps://a.b\n\n#cmflow"]
    assert [bodies(post), bodies(post, replace(X, name="x-two"))] == [words, words]
    assert fills == ["templates/networks/post.md.j2"]
    own = Templates({"templates/networks/post.md.j2": "{{ account.name }}: {{ text }}"})
    texts = [render.variant(post, replace(X, name=name), PLAN, LIMITS, own, {}).parts[0].text.chars for name in "ab"]
    assert texts == ["a: Words for two accounts", "b: Words for two accounts"]


def test_what_is_only_written_has_no_networks_form_and_no_template() -> None:
    words = "Ask @{ana} and @{bo}\n---\nSee [the **map**](https://a.b/c)"
    post = replace(
        POST, body=words, append="Bye", tags=("Git",), media=(Media("content/media/a.png"),), link="https://d.e"
    )
    written = render.written(post, X, replace(PLAN, since=date(2027, 1, 1)), LIMITS)
    chars = "Ask @ana and Bo"
    first, second = written.parts
    assert (written.account, written.network, written.time, written.language) == ("x-en", "x", POST.date, "en")
    assert (written.digest, written.tags, written.link, written.title) == ("", (), "https://d.e", "")
    assert (first.form.body, first.text.chars, first.media) == (chars, chars, post.media)
    assert (second.form.body, second.media, second.length, second.limit) == ("See the map\n\nBye", (), 0, 0)
    assert [(span.kind, span.value) for span in second.text.spans if span.kind is Kind.LINK] == [
        (Kind.LINK, "https://a.b/c")
    ]


def test_what_is_written_is_that_of_its_variant() -> None:
    override = Override("x", text="Only for X", date=AT + timedelta(days=1))
    post = replace(POST, variants=(override,), first_comment="And **then**")
    written = [render.written(post, account, PLAN, LIMITS) for account in (X, TOOT)]
    assert [each.parts[0].text.chars for each in written] == ["Only for X", "Hello you"]
    assert [each.first_comment and each.first_comment.text.chars for each in written] == ["And then", "And then"]
    assert [(each.time, each.language) for each in written] == [(AT + timedelta(days=1), "en"), (AT, "fr")]


def test_in_a_thread_link_and_tags_come_last() -> None:
    assert bodies(replace(POST, body="One\n---\nTwo", link="https://a.b")) == ["One", "Two\n\nhttps://a.b\n\n#cmflow"]


def test_a_network_without_threads_joins_the_parts() -> None:
    assert bodies(replace(POST, body="One\n---\nTwo"), limits=replace(LIMITS, thread=False)) == [
        "One\n\nTwo\n\n#cmflow"
    ]


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("See https://a.b/c now", ["See https://a.b/c now\n\n#cmflow"]),
        ("See [it](https://a.b/c)", ["See it (https://a.b/c)\n\n#cmflow"]),
        ("See https://a.b/c/d", ["See https://a.b/c/d\n\nhttps://a.b/c\n\n#cmflow"]),
    ],
)
def test_a_link_in_the_text_is_not_repeated(body: str, shown: list[str]) -> None:
    assert bodies(replace(POST, body=body, link="https://a.b/c")) == shown


def test_a_link_that_ends_in_punctuation_stays_whole() -> None:
    assert bodies(replace(POST, link="https://a.b/c.")) == ["Hello you\n\nhttps://a.b/c.\n\n#cmflow"]


def test_tags_in_the_text_are_not_repeated() -> None:
    post = replace(
        POST, body="On #CMflow and #opensource\n---\n#Python", tags=("open source", "Git", "python", "#git", "-")
    )
    assert bodies(post) == ["On #CMflow and #opensource", "#Python\n\n#Git"]


def test_a_network_may_want_each_tag_as_one_word() -> None:
    tags = ("open source", "social-media", "e\u0301te\u0301", "Open Source", "snake_case", "हिन्दी", "_")
    post, account = replace(POST, tags=tags), Account("articles", "devto")
    made = render.variant(post, account, PLAN, network.load("devto").limits, TEMPLATES, {})
    assert made.tags == ("opensource", "socialmedia", "e\u0301te\u0301", "snakecase", "हिन्दी")
    films = render.variant(post, Account("films", "youtube"), PLAN, network.load("youtube").limits, TEMPLATES, {})
    assert films.tags[:2] == ("open source", "social-media")


def test_variants_replace_text_media_tags_and_date() -> None:
    at = datetime(2026, 12, 2, 9, tzinfo=UTC)
    change = Override("x", text="Short", date=at, media=(Media("b.png", "B"),), tags=())
    post = replace(POST, tags=("git",), media=(Media("a.png", "A"),), variants=(change,))
    made = render.variant(post, replace(X, tags=()), PLAN, LIMITS, TEMPLATES, {})
    assert [part.form.body for part in made.parts] == ["Short"]
    assert (made.time, made.parts[0].media, made.tags) == (at, (Media("b.png", "B"),), ())
    assert render.effective(replace(post, variants=(Override("x"),)), X) == replace(post, variants=(Override("x"),))


def test_a_template_error_passes_through() -> None:
    with pytest.raises(render.TemplateError, match=r"There is no “texxt” in a template\."):
        render.variant(POST, X, PLAN, LIMITS, Templates({"templates/networks/x-en.md.j2": "{{ texxt }}"}), {})


# ── people, links, parts ────────────────────────────────────────────────────────────────────────────────────


def test_people_are_named_as_each_network_names_them() -> None:
    post = replace(POST, body="With @{ana}, **@{bo}** and @{cy}")
    made = render.variant(post, replace(X, tags=()), PLAN, LIMITS, TEMPLATES, {})
    part = made.parts[0]
    assert part.form.body == "With @ana, Bo and @{cy}"
    assert part.text.spans == (
        Span(5, 9, Kind.MENTION, "@ana"),
        Span(11, 13, Kind.BOLD),
        Span(18, 23, Kind.PERSON, "cy"),
    )
    assert unknown_people(made) == ("cy",)
    french = replace(X, name="x-fr", tags=())
    assert bodies(post, french) == ["With @ana_fr, Bo and @{cy}"]
    linkedin = replace(LIMITS, form=formats.little)
    assert bodies(replace(post, body="@{bo}"), Account("li", "linkedin"), linkedin) == ["@[Bo](urn:li:person:9)"]


def test_links_tell_where_a_click_came_from() -> None:
    plan = replace(PLAN, utm=True)
    post = replace(POST, body="[docs](https://a.b#c) https://a.b @{ana} [a.b](https://a.b) https://a.b?utm_id=1",
                   campaign="launch", link="https://c.d")  # fmt: skip
    utm = "?utm_source=x&utm_medium=social&utm_campaign=launch&utm_content=never"
    made = render.variant(post, replace(X, tags=()), plan, LIMITS, TEMPLATES, {})
    expected = (
        f"docs (https://a.b{utm}#c) https://a.b{utm} @ana https://a.b{utm} https://a.b?utm_id=1\n\nhttps://c.d{utm}"
    )
    assert made.parts[0].form.body == expected
    assert made.link == f"https://c.d{utm}"
    bluesky = render.variant(replace(POST, body="https://a.b"), replace(X, tags=()), plan, FACETS, TEMPLATES, {})
    traced = "https://a.b?utm_source=x&utm_medium=social&utm_content=never"
    assert bluesky.parts[0].form == Form("https://a.b", (Span(0, 11, Kind.LINK, traced),))


def test_media_go_with_the_first_part_which_has_the_caption_limit() -> None:
    limits = replace(LIMITS, caption=(measure(20),))
    post = replace(POST, body="One\n---\nTwo", media=(Media("a.png", "A"), Media("b.png")))
    one, two = render.variant(post, X, PLAN, limits, TEMPLATES, {}).parts
    assert (one.media, one.length, one.limit) == (post.media, 3, 20)
    assert (two.media, two.length, two.limit) == ((), 12, 280)
    auto = replace(post, body="Four words of text and four more", thread=Threading.AUTO)
    assert bodies(auto, limits=limits)[0] == "Four words of text"


def test_threads_are_cut_and_numbered_where_the_post_wants_it() -> None:
    limits = replace(LIMITS, text=(measure(20),))
    post = replace(POST, body="One two three four five six.\n---\nSeven", thread=Threading.AUTO)
    assert bodies(post, replace(X, tags=()), limits) == ["One two three four", "five six.", "Seven"]
    counted = replace(post, thread=Threading.NUMBERED)
    assert bodies(counted, replace(X, tags=()), limits) == ["One two three 1/3", "four five six. 2/3", "Seven 3/3"]
    assert (
        bodies(replace(post, thread=Threading.MANUAL), replace(X, tags=()), limits)[0] == "One two three four five six."
    )
    long = replace(post, body="One Donaudampfschifffahrtsgesellschaft")
    assert bodies(long, replace(X, tags=()), limits) == [long.body]


def test_the_content_warning_counts_where_the_network_has_one() -> None:
    post = replace(POST, body="Hello", content_warning="Flashes")
    plain = render.variant(post, TOOT, PLAN, LIMITS, TEMPLATES, {})
    warned = render.variant(post, TOOT, PLAN, replace(LIMITS, content_warning=True), TEMPLATES, {})
    assert [each.parts[0].length for each in (plain, warned)] == [5, 12]
    assert (
        render.fits(replace(LIMITS, text=(measure(10),), content_warning=True), "Flashes")(text.parse("Hello")) is False
    )


@pytest.mark.parametrize(
    ("markdown", "parts"),
    [
        ("a", ("a",)),
        ("a\n---\nb\n\n---  \n\nc\n---", ("a", "b", "c")),
        ("a\n ---\n----\n", ("a\n ---\n----",)),
        ("a\n```\n---\n```\n---\nb", ("a\n```\n---\n```", "b")),
        ("````\n```\n---\n````\n---\n~~~ x\n---", ("````\n```\n---\n````", "~~~ x\n---")),
        ("---\n\n---", ("",)),
        ("", ("",)),
    ],
)
def test_parts_stand_apart_at_lines_of_dashes(markdown: str, parts: tuple[str, ...]) -> None:
    assert split_parts(markdown) == parts


def test_the_first_comment_is_the_next_post_where_posts_answer_posts() -> None:
    post = replace(POST, body="Look", first_comment="More with @{ana}")
    thread = render.variant(post, X, PLAN, LIMITS, TEMPLATES, {})
    assert ([each.form.body for each in thread.parts[1:]], thread.first_comment) == (["More with @ana"], None)
    page = render.variant(post, X, PLAN, replace(LIMITS, thread=False), TEMPLATES, {})
    assert (len(page.parts), page.first_comment and page.first_comment.form.body) == (1, "More with @ana")


def test_the_whole_variant() -> None:
    poll = Poll(("Yes", "No"), timedelta(days=1))
    post = replace(POST, visibility=Visibility.UNLISTED, reply_to="other", quote="https://q.r", poll=poll, tags=("a",),
                   first_comment="More with @{ana}", content_warning="Loud")  # fmt: skip
    made = render.variant(post, X, PLAN, LIMITS, TEMPLATES, {})
    assert (made.post, made.account, made.network, made.language) == ("never", "x-en", "x", "en")
    assert (made.visibility, made.reply_to, made.quote, made.poll) == (
        Visibility.UNLISTED,
        "other",
        "https://q.r",
        poll,
    )
    assert (made.title, made.tags, made.content_warning, made.time) == ("", (), "Loud", POST.date)
    own = replace(LIMITS, title=measure(9), tags=measure(9))
    titled = render.variant(replace(post, language="ar"), TOOT, PLAN, own, TEMPLATES, {})
    assert (titled.title, titled.tags, titled.language) == ("Never twice", ("a",), "ar")
    assert render.variant(post, TOOT, PLAN, LIMITS, TEMPLATES, {}).language == "fr"


def test_a_bare_repost_has_one_empty_part() -> None:
    assert bodies(replace(POST, body="\n", repost="https://q.r")) == [""]
    assert bodies(replace(POST, body="Why:", repost="https://q.r")) == ["Why:\n\n#cmflow"]


# ── once, and exactly ───────────────────────────────────────────────────────────────────────────────────────


def test_a_body_is_read_once_for_all_networks() -> None:
    text.parse.cache_clear()
    post = replace(
        POST, body="Once **read** for all.\n\n- and `here`\n---\nPart *two*.", link="https://a.b", tags=("git",)
    )
    for name in ("x", "mastodon", "discord", "telegram", "bluesky", "reddit"):
        render.variant(post, Account(f"{name}-en", name, tags=(name,)), PLAN, LIMITS, TEMPLATES, {})
    tails = 6  # what stands behind the body: link and tags, different for each
    assert text.parse.cache_info().misses == 2 + 1 + tails  # two parts, the link alone


def test_a_body_inside_more_is_read_as_the_template_has_it() -> None:
    quoted = Templates({"templates/networks/post.md.j2": "```\n\n{{ text }}\n\n```\n\n> {{ text }}"})
    made = render.variant(POST, X, PLAN, LIMITS, quoted, {})
    assert made.parts[0].form.body == "\nHello **you**\n\n\n\n> Hello you".strip("\n").replace("\n\n\n\n", "\n\n")


CHANGES = [
    {"body": "Hello *you*!"},
    {"title": "Other"},
    {"tags": ("b",)},
    {"link": "https://z.z"},
    {"language": "de"},
    {"visibility": Visibility.PRIVATE},
    {"content_warning": "Loud"},
    {"reply_to": "x"},
    {"quote": "x"},
    {"repost": "x"},
    {"poll": Poll(("a", "b"))},
    {"first_comment": "First"},
    {"media": (Media("a.png", "A cat"),)},
    {"media": (Media("b.png", "A"),)},
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: str(next(iter(change))))
def test_whatever_is_sent_changes_the_digest(change: dict[str, object]) -> None:
    limits = replace(LIMITS, title=measure(9), tags=measure(9))
    post = replace(POST, media=(Media("a.png", "A"),))
    changed = replace(post, **change)  # type: ignore[arg-type]
    blobs = {"a.png": "1", "b.png": "2"}
    before, after = (render.variant(each, X, PLAN, limits, TEMPLATES, blobs) for each in (post, changed))
    assert before.digest != after.digest
    assert (render.text_digest(before) == render.text_digest(after)) is not bool(
        change.keys() & {"body", "tags", "link", "first_comment"}
    )


def test_what_is_not_sent_does_not_change_the_digest() -> None:
    post = replace(POST, media=(Media("a.png", "A"),))
    later = replace(
        post, date=POST.date + timedelta(days=1), title="Other", path="z.md", campaign="c", expects=(("clicks", 1),)
    )
    renamed = replace(post, media=(Media("b.png", "A", 9),))
    digests = {render.variant(each, X, PLAN, LIMITS, TEMPLATES, {"a.png": "1", "b.png": "1"}).digest
               for each in (post, later, renamed)}  # fmt: skip
    assert len(digests) == 1
    assert render.variant(post, X, PLAN, LIMITS, TEMPLATES, {"a.png": "2"}).digest not in digests


def test_where_it_goes_is_a_part_of_the_digest_apart_from_what_is_sent() -> None:
    """An approval is of both; whether something that was sent has changed is a matter of what was sent alone."""
    accounts = [
        X,
        replace(X, network="mastodon"),
        replace(X, options=(("instance", "https://a.example"),)),
        replace(X, options=(("instance", "https://b.example"),)),
    ]
    digests = [render.variant(POST, each, PLAN, LIMITS, TEMPLATES, {}).digest for each in accounts]
    assert len(set(digests)) == 4
    assert {len(digest) for digest in digests} == {64}
    assert len({digest[:CONTENT] for digest in digests}) == 1


# ── before, after, and whom it mentions ─────────────────────────────────────────────────────────────────────

FOUND = replace(LIMITS, find=plain.finder(hashtag=plain.HASHTAG, mention=r"(?<!\S)@\w+(?:@[\w.]+)?(?!\S)"))
BARE = replace(X, tags=())


def test_before_and_after_stand_round_the_text() -> None:
    post = replace(POST, prepend="Before\n", append="\nAfter", link="https://a.b", mentions=("ana", "@bo_x_@b.org"))
    assert bodies(post, limits=FOUND) == [
        "Before\n\nHello you\n\nAfter\n\n@ana @bo_x_@b.org\n\nhttps://a.b\n\n#cmflow",
    ]
    assert bodies(replace(post, body="One\n---\nTwo"), BARE, FOUND) == [
        "Before\n\nOne",
        "Two\n\nAfter\n\n@ana @bo_x_@b.org\n\nhttps://a.b",
    ]
    assert bodies(replace(POST, body="", append="After"), BARE) == ["After"]


def test_the_nearest_of_account_network_and_post_wins() -> None:
    near = Override("x-en", prepend="", mentions=("@me",))
    far = Override("x", prepend="Far", append="On X", mentions=("@you",))
    post = replace(POST, prepend="P", append="A", mentions=("@we",), variants=(near, far))
    assert bodies(post, BARE, FOUND) == ["Hello you\n\nOn X\n\n@me"]
    assert bodies(post, replace(BARE, name="x-fr"), FOUND) == ["Far\n\nHello you\n\nOn X\n\n@you"]
    assert bodies(post, Account("b", "bluesky"), FOUND) == ["P\n\nHello you\n\nA\n\n@we"]


def test_who_cannot_be_mentioned_there_is_left_out_of_the_line() -> None:
    post = replace(POST, mentions=("ana", "bo", "@you", "u/you"))
    assert render.full_text(post, BARE, PLAN, FOUND) == ("Hello **you**\n\n@{ana} @you", ("bo", "u/you"))
    assert render.full_text(post, BARE, PLAN, LIMITS) == ("Hello **you**\n\n@{ana}", ("bo", "@you", "u/you"))
    assert render.full_text(replace(POST, mentions=("bo",)), BARE, PLAN, LIMITS) == ("Hello **you**", ("bo",))


def test_a_number_that_stands_for_somebody_needs_the_plan() -> None:
    """Typed in a text it would be characters; as a handle in the plan, it mentions."""
    account, people = Account("d", "discord"), (Person("cy", "Cy", (("discord", "<@12>"),)),)
    post, plan = replace(POST, mentions=("<@12>", "cy")), replace(PLAN, people=people)
    assert render.full_text(post, account, plan, taken(account)) == ("Hello **you**\n\n@{cy}", ("<@12>",))
    assert bodies(post, account, taken(account), plan) == ["Hello **you**\n\n<@12>"]


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("With @{ana} and @you.", "With @ana and @you."),
        ("By @you@b.org, @your, @{anna}", "By @you@b.org, @your, @{anna}\n\n@ana @you"),
        ("Mail a@you", "Mail a@you\n\n@ana @you"),
    ],
)
def test_whom_the_text_mentions_is_not_repeated(body: str, shown: str) -> None:
    assert bodies(replace(POST, body=body, mentions=("ana", "@you")), BARE, FOUND) == [shown]


def test_linkedin_mentions_by_urn() -> None:
    linkedin = Account("l", "linkedin")
    assert bodies(replace(POST, mentions=("bo",)), linkedin, taken(linkedin)) == ["Hello you\n\n@[Bo](urn:li:person:9)"]


@pytest.mark.parametrize(
    ("handle", "name"),
    [
        ("@bo@b.org", "mastodon"),
        ("@bo.b.org", "bluesky"),
        ("@bo:b.org", "matrix"),
        ("u/bo_b", "reddit"),
        ("@bo_b", "x"),
        ("@bo_bo", "telegram"),
    ],
)
def test_a_handle_as_its_network_writes_it(handle: str, name: str) -> None:
    account = Account("a", name)
    body, left = render.full_text(replace(POST, mentions=(handle,)), account, PLAN, taken(account))
    assert (text.parse(body).chars, left) == (f"Hello you\n\n{handle}", ())


# ── how a thread is made ────────────────────────────────────────────────────────────────────────────────────


def test_the_nearest_says_how_a_thread_is_made() -> None:
    manual, auto, numbered = Threading
    account, plan = replace(X, thread=auto), replace(PLAN, thread=numbered)
    post = replace(POST, thread=manual, variants=(Override("x", thread=numbered), Override("x-en")))
    assert render.threading(POST, X, PLAN) is manual
    assert render.threading(POST, X, plan) is numbered
    assert render.threading(POST, account, plan) is auto
    assert render.threading(replace(post, variants=()), account, plan) is manual
    assert render.threading(post, account, PLAN) is numbered
    assert bodies(replace(POST, body="One two three four"), replace(BARE, thread=auto), tight(10)) == [
        "One two",
        "three four",
    ]


def tight(limit: int) -> Limits:
    return replace(FOUND, text=(measure(limit),))


def test_tags_make_no_part_more() -> None:
    post = replace(POST, body="A first line of words.", tags=("one", "two", "three"), thread=Threading.AUTO)
    made = render.variant(post, BARE, PLAN, tight(34), TEMPLATES, {})
    assert [part.form.body for part in made.parts] == ["A first line of words.\n\n#one #two"]
    assert made.tags_left_out == ("three",)
    made = render.variant(post, BARE, PLAN, tight(25), TEMPLATES, {})
    assert [part.form.body for part in made.parts] == ["A first line of words."]
    assert made.tags_left_out == ("one", "two", "three")
    whole = render.variant(replace(post, thread=None), BARE, PLAN, tight(34), TEMPLATES, {})
    assert (whole.tags_left_out, whole.parts[0].form.body[-6:]) == ((), "#three")


def test_mentions_are_never_left_out_for_length() -> None:
    post = replace(POST, body="A first sentence. And one more.", mentions=("@ana", "@bo"), thread=Threading.AUTO)
    assert bodies(post, BARE, tight(33)) == ["A first sentence.", "And one more.\n\n@ana @bo"]


def test_a_part_of_nothing_has_no_number() -> None:
    post = replace(POST, body="One\n---\n> \n---\nTwo", thread=Threading.NUMBERED)
    assert bodies(post, BARE) == ["One 1/2", "Two 2/2"]


WORDS = st.lists(
    st.sampled_from(
        ["word ", "End. ", "\n\n", "- item\n", "## Head\n\n", "**two words** ", "#tag ", "été ", "日本語。"]
    ),
    max_size=20,
).map("".join)


@examples(100)
@given(WORDS, WORDS, WORDS, st.integers(0, 5), st.integers(30, 90), st.sampled_from(Threading))
def test_no_word_is_lost(before: str, body: str, after: str, tags: int, limit: int, thread: Threading) -> None:
    names = tuple(f"Name{number}" for number in range(tags))
    post = replace(POST, body=body, prepend=before, append=after, mentions=("ana", "@bo"), tags=names, thread=thread)
    made = render.variant(post, BARE, PLAN, tight(limit), TEMPLATES, {})
    texts = [part.text.chars for part in made.parts]
    if thread is Threading.NUMBERED and len(texts) > 1:
        texts = [shown.removesuffix(f"{at}/{len(texts)}") for at, shown in enumerate(texts, 1)]
    kept = " ".join(f"#{name}" for name in names[: tags - len(made.tags_left_out)])
    sources = [text.parse(each.strip("\n")).chars for each in (before, body, after)]
    assert "".join("".join(texts).split()) == "".join("".join((*sources, "@ana @bo", kept)).split())
    assert made.tags_left_out == names[tags - len(made.tags_left_out) :]
    assert all(part.length == len(part.form.body) for part in made.parts)
    assert thread is Threading.MANUAL or all(part.length <= limit for part in made.parts)


# ── a file a part ───────────────────────────────────────────────────────────────────────────────────────────


def test_several_files_follow_the_text_where_a_part_has_one() -> None:
    one, two = Media("a.png", "A"), Media("b.png", "B")
    limits = replace(LIMITS, file_parts=True)
    post = replace(POST, body="One\n---\nTwo", media=(one, two))

    def shown(post: Post, limits: Limits) -> list[tuple[str, tuple[Media, ...]]]:
        parts = render.variant(post, BARE, PLAN, limits, TEMPLATES, {}).parts
        return [(part.form.body, part.media) for part in parts]

    assert shown(post, limits) == [("One", ()), ("Two", ()), ("", (one,)), ("", (two,))]
    assert shown(replace(post, body=""), limits) == [("", (one,)), ("", (two,))]
    assert shown(replace(post, media=(one,)), limits) == [("One", (one,)), ("Two", ())]
    assert shown(post, LIMITS) == [("One", (one, two)), ("Two", ())]
