import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from cmflow import problems
from cmflow.content import fields, posts
from cmflow.content.keys import Key
from cmflow.model import (
    Account,
    Campaign,
    Card,
    Media,
    Override,
    Person,
    Pillar,
    Plan,
    Poll,
    Post,
    Problem,
    Status,
    Subtitles,
    Threading,
    Visibility,
)
from tests import ROOT
from tests.content.test_content import mutated
from tests.examples import examples

CASES = ROOT / "tests" / "cases" / "posts"
PARIS = ZoneInfo("Europe/Paris")
PLAN = Plan(
    "cmflow",
    "Europe/Paris",
    "en",
    (Account("mastodon-en", "mastodon"), Account("x-en", "x"), Account("x-fr", "x"), Account("li", "linkedin")),
    groups=(("team", ("x-en", "mastodon-en", "li")),),
    pillars=(Pillar("trust", 100),),
    campaigns=(Campaign("launch", None, None),),
)
HEAD = "title: Hello\ndate: 2026-12-01 09:30\naccounts: [x-en]\n"


def parse(
    head: str, body: str = "Text", path: str = "content/posts/2026/hello.md"
) -> tuple[Post | None, tuple[Problem, ...]]:
    return posts.parse(f"---\n{head}\n---\n{body}\n".encode(), path, PLAN)


def post(extra: str = "", path: str = "content/posts/2026/hello.md") -> Post:
    found, wrong = parse(HEAD + extra, path=path)
    assert wrong == ()
    assert found
    return found


def test_the_least_a_post_needs() -> None:
    assert post() == Post(
        id="hello",
        path="content/posts/2026/hello.md",
        title="Hello",
        date=datetime(2026, 12, 1, 9, 30, tzinfo=PARIS),
        accounts=("x-en",),
        body="Text",
        body_line=7,
        lines=(("title", 2), ("date", 3), ("accounts", 4), ("accounts.0", 4)),
    )


def test_all_a_post_can_have() -> None:
    data = (CASES / "everything.md").read_bytes()
    found, wrong = posts.parse(data, "content/posts/2026/everything.md", PLAN)
    assert wrong == ()
    assert found
    assert found == Post(
        id="never-twice",
        path="content/posts/2026/everything.md",
        title="Never sent twice: a promise",
        date=datetime(2026, 12, 1, 9, 30, tzinfo=PARIS),
        accounts=("mastodon-en", "x-en", "li"),
        body="Body in *Markdown*.\n\n---\n\nA second part.",
        status=Status.DRAFT,
        campaign="launch",
        pillar="trust",
        tags=("git", "publishing", "日本"),
        link="https://example.org/a?b=c#d",
        media=(
            Media("content/media/a.png", "What it shows,\nin two lines", 17),
            Media("content/posts/2026/b.png", "", 21),
            Media("content/media/c d 🎉.png", "C", 22),
        ),
        language="zh-Hant-TW",
        thread=Threading.NUMBERED,
        content_warning="Flashing pictures",
        visibility=Visibility.UNLISTED,
        reply_to="hello",
        quote="https://example.social/@ana/1",
        repost="été",
        poll=Poll(("Yes", "No"), timedelta(days=1, hours=12), True, 30),
        first_comment="One\n\ntwo #three\n",
        late=timedelta(hours=6),
        expects=(("clicks", 40), ("replies", 5)),
        variants=(
            Override("x", "Shorter", datetime(2026, 12, 2, 8, tzinfo=ZoneInfo("UTC")), None, ("git",), False, 38),
            Override("x-en", None, None, (), (), False, 42),
            Override("linkedin", skip=True, line=43),
            Override("mastodon-en", line=44),
        ),
        body_line=47,
        lines=found.lines,
    )
    assert found.line("title") == 2
    assert found.line("media.0.alt") == 18
    assert found.line("media.1") == 21
    assert found.line("poll.options.1") == 31
    assert found.line("variants.x.text") == 39
    assert found.line("variants.x.tags.0") == 41
    assert found.line("nothing") == 1


BROKEN = sorted(path for path in CASES.glob("*.md") if path.with_suffix(".txt").exists())


@pytest.mark.parametrize("case", BROKEN, ids=lambda path: path.stem)
def test_what_is_wrong_with_a_post(case: Path) -> None:
    _, wrong = posts.parse(case.read_bytes(), f"content/posts/{case.name}", PLAN)
    told = "".join(f"{each.line} {each.code}: {each.message}\n    {each.hint}\n" for each in wrong)
    assert told == case.with_suffix(".txt").read_text("utf-8")


def test_all_that_is_right_is_kept_beside_what_is_wrong() -> None:
    found, wrong = parse(HEAD + "tags: [C#]\nlink: www\nlanguage: fr\nmedia: [../../../../a.png, b.png]\nx: 1")
    assert found
    assert (found.tags, found.link, found.language, found.media) == ((), "", "fr", (Media("b.png", "", 8),))
    assert [each.code for each in wrong] == ["bad-value", "bad-value", "media-outside", "unknown-key"]


@pytest.mark.parametrize("missing", ("title", "date", "accounts"))
def test_there_is_no_post_without_title_date_or_accounts(missing: str) -> None:
    found, wrong = parse("\n".join(line for line in HEAD.splitlines() if not line.startswith(missing)))
    assert found is None
    assert [(each.code, each.line) for each in wrong] == [("missing-key", 1)]


def test_a_value_yaml_hides_is_not_called_missing_too() -> None:
    found, wrong = parse(HEAD.replace("Hello", "*hello"))
    assert found is None
    assert [each.code for each in wrong] == ["yaml-alias"]


def test_accounts_are_opened_in_order_without_repeats() -> None:
    assert post().accounts == ("x-en",)
    found, wrong = parse(HEAD.replace("[x-en]", "[li, team, x-fr]"))
    assert found
    assert (found.accounts, wrong) == (("li", "x-en", "mastodon-en", "x-fr"), ())
    found, wrong = parse(HEAD.replace("[x-en]", "team"))
    assert found
    assert (found.accounts, wrong) == (("x-en", "mastodon-en", "li"), ())


def test_the_known_accounts_are_kept_beside_an_unknown_one() -> None:
    found, wrong = parse(HEAD.replace("[x-en]", "[x-en, nobody]"))
    assert found
    assert found.accounts == ("x-en",)
    assert [each.code for each in wrong] == ["unknown-account"]


@pytest.mark.parametrize(
    ("path", "identity"),
    (
        ("content/posts/hello.md", "hello"),
        ("hello.md", "hello"),
        ("content/posts/a b/Spring sale 🌷.md", "Spring-sale"),
        ("content/posts/🎉 Été chaud (2026).md", "Été-chaud-2026"),
        ("content/posts/日本語.md", "日本語"),
        ("content/posts/e\u0301te\u0301.md", "été"),
        ("content/posts/v1.2_final.md", "v1.2_final"),
        ("content/posts/a--b.md", "a--b"),
        ("content/posts/🎉.md", "u1f389"),
        ("content/posts/.md", ""),
        ("content/posts/...md", "u2e-u2e"),
    ),
)
def test_the_file_gives_the_id(path: str, identity: str) -> None:
    assert posts.identity(path) == identity


def test_an_id_given_or_made_must_be_one() -> None:
    assert post("id: e\u0301te\u0301", "content/posts/🎉🎉.md").id == "été"
    for extra, path in (
        ("id: a/b", "a.md"),
        ("id: ..", "a.md"),
        ("id: -a", "a.md"),
        ("", "a" * 101 + ".md"),
        ("", ".md"),
    ):
        found, wrong = parse(HEAD + extra, path=path)
        assert found is None
        assert [each.code for each in wrong] == ["bad-id"]


@pytest.mark.parametrize(
    ("written", "path"),
    (
        ("content/media/a.png", "content/media/a.png"),
        ("./a.png", "content/posts/2026/a.png"),
        ("../../media/a.png", "content/media/a.png"),
        ("../../../a.png", "a.png"),
        ("content//media/./b/../a b 🎉.png", "content/media/a b 🎉.png"),
    ),
)
def test_a_media_path_is_from_the_root_or_from_the_post(written: str, path: str) -> None:
    assert post(f"media: '{written}'").media == (Media(path, "", 5),)
    assert post(f"media: {{file: '{written}', alt: A}}").media == (Media(path, "A", 5),)


@pytest.mark.parametrize(
    "written",
    ("../../../../a.png", "../a.png/../../../../../etc/passwd", "/etc/passwd", "~/a.png", "..", ".git/config", "."),
)
def test_a_media_path_does_not_leave_the_repository(written: str) -> None:
    found, (wrong,) = parse(HEAD + f"media: ['{written}']")
    assert found
    assert found.media == ()
    assert wrong.code == "media-outside"


@pytest.mark.parametrize("written", ("https://example.org/a.png", "C:\\a.png", "''"))
def test_a_media_path_is_a_path(written: str) -> None:
    found, (wrong,) = parse(HEAD + f"media: [{written}]")
    assert found
    assert (found.media, wrong.code) == ((), "bad-value")


@pytest.mark.parametrize("line", ["word", "- a", "```", "| a | b |", "> a", "*a "])
def test_a_text_has_a_number_of_lines_that_can_be_read(line: str) -> None:
    """What takes time for each line as often as there are lines is not begun."""
    found, wrong = parse(HEAD, "\n".join([line] * 5_001))
    assert found is None
    assert [(each.code, each.message) for each in wrong] == [
        ("too-large", "A text here has 5,001 lines; the text of a post has 5,000 at most.")
    ]
    assert parse(HEAD, "\n".join(["word"] * 5_000))[0]


def test_the_text_of_a_variant_has_as_many_lines_at_most() -> None:
    text = "\\n".join(["a"] * 5_001)
    found, wrong = parse(f'{HEAD}variants: {{x-en: {{text: "{text}"}}}}')
    assert found is None and [each.code for each in wrong] == ["too-large"]


@pytest.mark.parametrize("address", ["http://[::1", "https://:80/x", "https://a.example/\u202ex"])
@pytest.mark.parametrize("key", ["link", "reply_to"])
def test_an_address_that_leads_nowhere_or_hides_something(key: str, address: str) -> None:
    _, (problem,) = parse(f'{HEAD}{key}: "{address}"')
    hidden = " There is an invisible character (U+202E) in this line." if "\u202e" in address else ""
    assert (problem.code, problem.message) == ("bad-value", f"`{key}`: `{address}` is not a web address.{hidden}")


def test_an_answer_of_a_poll_is_on_one_line() -> None:
    """A network would refuse it, or show it as one."""
    found, wrong = parse(HEAD + 'poll:\n  options:\n  - "Yes,\\nplease"\n  - No')
    message, hint = "`poll.options` spans several lines.", "Write it on one line."
    assert (found and found.poll, wrong) == (
        None,
        (Problem("content/posts/2026/hello.md", 7, "bad-value", message, hint),),
    )


def test_a_poll_needs_answers() -> None:
    for poll, code in (("{duration: 1d}", "missing-key"), ("{options: [Yes]}", "bad-value")):
        found, wrong = parse(f"{HEAD}poll: {poll}")
        assert found
        assert found.poll is None
        assert [(each.line, each.code) for each in wrong] == [(5, code)]


def test_a_key_with_nothing_after_it_is_not_given() -> None:
    empty = "".join(f"{key}:\n" for key in ("id", "status", "campaign", "tags", "link", "media", "poll", "late"))
    empty += "expects: {clicks: }\nvariants: {x: {text: , tags: }}"
    found = post(empty)
    assert (found.id, found.status, found.tags, found.expects) == ("hello", Status.READY, (), ())
    assert found.variants == (Override("x", line=14),)


def test_every_key_can_be_read_and_explained() -> None:
    for key in posts.KEYS:
        assert key.shape in fields.SHAPES
        assert key.doc.endswith(".")
        assert key.example


@pytest.mark.parametrize("key", [key for key in posts.KEYS if "." not in key.name], ids=lambda key: key.name)
def test_every_example_is_right(key: Key) -> None:
    head = "".join(line + "\n" for line in HEAD.splitlines() if not line.startswith(key.name + ":"))
    found, wrong = parse(f"{head}{key.name}: {key.example}")
    strangers = {"variants": ["unknown-account"]}  # linkedin: the post does not go there
    assert found
    assert [each.code for each in wrong] == strangers.get(key.name, [])


@examples(150)
@given(mutated())
def test_a_damaged_post_never_raises(text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    found, wrong = posts.parse(data, "content/posts/a.md", PLAN)
    count = len(re.split(rb"\r\n|\r|\n", data))
    assert found or wrong
    assert all(1 <= each.line <= count and each.code in problems.CODES for each in wrong)
    if found:
        assert found.title and found.id and found.accounts and found.date.tzinfo
        assert all(1 <= line <= count for _, line in found.lines)


@pytest.mark.parametrize("value", ['""', "' '", "|\n\n"])
def test_a_title_with_nothing_in_it_is_none(value: str) -> None:
    found, wrong = parse(f"title: {value}\ndate: 2026-12-01 09:30\naccounts: [x-en]\n")
    assert found is None
    assert [(each.line, each.code) for each in wrong] == [(2, "missing-key")]


def test_a_date_in_a_zone_without_summer_time_is_doubted_and_read() -> None:
    found, wrong = parse(HEAD.replace("2026-12-01 09:30", "2027-07-01 10:00 EST"))
    assert found is not None and found.date.isoformat() == "2027-07-01T10:00:00-05:00"
    assert [(each.code, each.hint) for each in wrong] == [
        (
            "fixed-zone",
            "Write a place, `America/New_York`, or the offset itself: `2027-07-01 10:00 -05:00`.",
        )
    ]


def test_a_tag_may_be_several_words_and_has_no_sharp() -> None:
    found, wrong = parse(HEAD + "tags: [open source, git]")
    assert (found and found.tags, wrong) == (("open source", "git"), ())
    _, wrong = parse(HEAD + "tags: [C#]")
    assert [problem.message for problem in wrong] == ["`tags`: `C#` has a `#` in it, and a hashtag ends there."]


@pytest.mark.parametrize("tag", ["🎉", "'--'", "++", "'...'"])
def test_a_tag_that_leaves_nothing_is_an_error(tag: str) -> None:
    found, wrong = parse(HEAD + f"tags: [{tag}]")
    message = f"`tags`: `{tag.strip(chr(39))}` leaves nothing: a hashtag is made of letters and digits."
    assert found is not None and found.tags == ()
    assert [(problem.code, problem.message, problem.hint) for problem in wrong] == [
        ("bad-value", message, "Write a word, or remove it.")
    ]


@pytest.mark.parametrize(
    ("line", "code", "message", "sign"),
    [
        ("campaign: lau\u200bnch", "unknown-campaign", "`lau\u200bnch` is not a campaign of the plan.", "200B"),
        ("status: draf\u00adt", "bad-value", "`status`: `draf\u00adt` is not one of `draft`, `ready`.", "00AD"),
        ("la\u2060te: 6h", "unknown-key", "`la\u2060te` is not a key of a post.", "2060"),
        ("media:\n\u202f- file: a.png", "unknown-key", "`- file` is not a key of a post.", "202F"),
        ("variants: {x: {date: 2026-12-02\u00a010:00}}", "bad-date", "is not a date and time.", "00A0"),
    ],
)
def test_an_invisible_character_is_named(line: str, code: str, message: str, sign: str) -> None:
    _, wrong = parse(HEAD + line)
    assert [(problem.code, problem.hint) for problem in wrong] == [(code, "Type the line again.")]
    assert wrong[0].message.endswith(f"{message} There is an invisible character (U+{sign}) in this line.")


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("created", "Leave it out: git knows when a file was changed. When the post goes out is the `date`."),
        ("lastmod", "Leave it out: git knows when a file was changed. When the post goes out is the `date`."),
        ("layout", "Leave it out: it is about a page of a web site, and a post here has none."),
        ("categories", "Subjects are the `pillar`."),
        ("cover", "Pictures and videos are named in `media`."),
        ("publishDate", "Day and time together are the `date`: `date: 2026-12-01 09:30`."),
        ("description", "Leave it out: networks show the text below the front matter, and nothing else."),
    ],
)
def test_keys_of_other_programs(key: str, hint: str) -> None:
    _, wrong = parse(HEAD + f"{key}: x")
    assert [(problem.message, problem.hint) for problem in wrong] == [(f"`{key}` is not a key of a post.", hint)]


def test_mentions_are_people_of_the_plan_or_handles() -> None:
    plan = replace(PLAN, people=(Person("ana", "Ana Ruiz"), Person("bo", "Bo")))
    head = f"---\n{HEAD}mentions: [ana, '@{{bo}}', '@c@d.example', ana, '<@12>', 'nostr:npub1x']\n---\nText\n"
    found, wrong = posts.parse(head.encode(), "content/posts/a.md", plan)
    assert (found and found.mentions, wrong) == (("ana", "bo", "@c@d.example", "<@12>", "nostr:npub1x"), ())


LITTLE = (
    'Name them under `people:` in the plan (`erga: {name: ERGA, linkedin: "urn:li:organization:93660619"}`), '
    "and write the key: `erga`."
)
NOBODY = 'Add the person under `people:` in the plan, or write the handle: `"@bo@mastodon.social"`.'


@pytest.mark.parametrize(
    ("value", "code", "message", "hint"),
    [
        ("[anna]", "unknown-person", "The plan has no person “anna”.", "Did you mean `ana`?"),
        ("['@{zoe}']", "unknown-person", "The plan has no person “zoe”.", NOBODY),
        (
            "[zoe.at]",
            "unknown-person",
            "The plan has no person “zoe.at”.",
            NOBODY.replace("bo@mastodon.social", "zoe.at"),
        ),
        (
            "['@[ERGA](urn:li:organization:9)']",
            "bad-value",
            "`mentions`: `@[ERGA](urn:li:organization:9)` is how LinkedIn's interface names people.",
            LITTLE,
        ),
    ],
)
def test_whom_nobody_knows(value: str, code: str, message: str, hint: str) -> None:
    plan = replace(PLAN, people=(Person("ana", "Ana Ruiz"),))
    _, wrong = posts.parse(f"---\n{HEAD}mentions: {value}\n---\nText\n".encode(), "content/posts/a.md", plan)
    assert wrong == (Problem("content/posts/a.md", 5, code, message, hint),)


def test_a_variant_has_its_own_thread_and_what_stands_round_the_text() -> None:
    more = "variants:\n  x-en: {thread: auto, prepend: '', append: 'B', mentions: []}\n"
    [found] = post("thread: numbered\nprepend: A\n" + more).variants
    assert found == Override("x-en", line=8, thread=Threading.AUTO, prepend="", append="B", mentions=())


def test_subtitles_and_the_card_of_a_link() -> None:
    read = post(
        "link: https://example.org/a\n"
        "card: {title: A page, description: About it., picture: ./card.png}\n"
        "media:\n"
        "  - file: content/media/a.mp4\n"
        "    alt: A talk\n"
        "    subtitles: [./a.srt, {file: content/media/a.fr.vtt, language: fr}]\n"
        "  - {file: content/media/b.mp4, subtitles: content/media/b.srt}\n"
    )
    assert read.card == Card("A page", "About it.", Media("content/posts/2026/card.png", line=6), 6)
    spoken = (Subtitles("content/posts/2026/a.srt", "", 10), Subtitles("content/media/a.fr.vtt", "fr", 10))
    assert read.media[0].subtitles == spoken
    assert read.files == (
        "content/media/a.mp4",
        "content/posts/2026/a.srt",
        "content/media/a.fr.vtt",
        "content/media/b.mp4",
        "content/media/b.srt",
        "content/posts/2026/card.png",
    )
