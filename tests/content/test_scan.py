"""What a glance says is what the full reading says, or nothing."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cmflow.content import dates, posts
from cmflow.content.keys import BadValue
from cmflow.content.scan import Glance, glance
from cmflow.model import Account, Campaign, Pillar, Plan, Status
from cmflow.problems import is_error

PLAN = Plan(
    "cmflow",
    "Europe/Paris",
    "en",
    (Account("a", "mastodon"), Account("b-2", "x"), Account("c", "telegram")),
    groups=(("team", ("a", "c")), ("all", ("a", "b-2", "c"))),
    pillars=(Pillar("trust", 100),),
    campaigns=(Campaign("launch", date(2026, 1, 1), date(2027, 1, 1)),),
)
PATH = "content/posts/2026-12/Été 2026.md"
PLAIN = "---\ntitle: T\ndate: 2026-12-01 09:30\naccounts: [a]\n---\nHello\n"


def read(text: str) -> Glance | None:
    return glance(text.encode("utf-8", "surrogatepass"))


def agrees(data: bytes) -> bool:
    """Whether there was an answer; it must be what the full reading says of a post without errors."""
    seen = glance(data)
    post, problems = posts.parse(data, PATH, PLAN)
    if seen is None or post is None or any(map(is_error, problems)):
        return False
    groups = dict(PLAN.groups)
    names = tuple(dict.fromkeys(name for each in seen.accounts for name in groups.get(each, (each,))))
    when = dates.moment(seen.date, ZoneInfo(PLAN.zone))
    assert (seen.id or posts.identity(PATH), seen.draft, names, when) == (
        post.id,
        post.status is Status.DRAFT,
        post.accounts,
        post.date,
    )
    assert post.late is None
    assert not any(each.skip or each.date for _, each in post.overrides)
    return True


@pytest.mark.parametrize(
    ("more", "seen"),
    [
        ("", Glance("", False, ("a",), "2026-12-01 09:30")),
        ("id: never-twice\n", Glance("never-twice", False, ("a",), "2026-12-01 09:30")),
        ("id: Re\u0301sume\u0301\n", None),
        ("id: \u1112\u1161\u11ab\n", Glance("한", False, ("a",), "2026-12-01 09:30")),
        ("status: draft\n", Glance("", True, ("a",), "2026-12-01 09:30")),
        ("status: ready\n", Glance("", False, ("a",), "2026-12-01 09:30")),
        ("status: Draft\n", None),
        ("status: published\n", None),
        ("status:\n", None),
        ("late: 2h\n", None),
        ("link: https://example.org/a#b\n", Glance("", False, ("a",), "2026-12-01 09:30")),
        ("campaign: launch # a remark\n", None),
        ('media:\n  - file: a.png\n    alt: It\'s "nice"\n', Glance("", False, ("a",), "2026-12-01 09:30")),
        ("media:\n- file: a.png\n", Glance("", False, ("a",), "2026-12-01 09:30")),
        ('media:\n  - alt: "one\n    two"\n    file: a.png\n', None),
        ('media:\n  - file: a.png\n    alt: "some\nid: other\nlanguage: en"\n', None),
        ("tags: [git, open source]\n", Glance("", False, ("a",), "2026-12-01 09:30")),
        ('variants:\n  a:\n    text: "Shorter"\n', Glance("", False, ("a",), "2026-12-01 09:30")),
        (
            'variants:\n  a:\n    text: |\n      It\'s "shorter": # yes\n  c:\n    tags: [x]\n',
            Glance("", False, ("a",), "2026-12-01 09:30"),
        ),
        ("variants:\n  a:\n    date: 2026-12-02 10:00\n", None),
        ("variants: {a: x, skip: yes}\n", None),
        ("variants:\n  a: {skip: yes}\n", None),
        ('variants:\n  a:\n    "sk\\x69p": yes\n', None),
        (" indented: x\n", None),
        ("no key\n", None),
        ("title: again\n", None),
        ("first_comment: |\n  Text\n", None),
    ],
)
def test_a_glance_understands_the_plainest_shape_only(more: str, seen: Glance | None) -> None:
    first = more if more.startswith(" ") else f"title: T\n{more}"
    text = f"---\n{first}date: 2026-12-01 09:30\naccounts: [a]\n---\nHello\n"
    assert read(text) == seen
    agrees(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Hello\n",
        "---\n---\n",
        PLAIN.replace("\n", "\r\n"),
        "\ufeff" + PLAIN,
        PLAIN.replace("title: T", "title:\tT"),
        PLAIN.replace("title: T", "title: T\n"),
        PLAIN.replace("title: T", "--- x"),
        PLAIN.replace("title: T", "title: \udcff"),
        PLAIN.replace("date: ", "day: "),
        PLAIN.replace("2026-12-01 09:30", "2026-12-01"),
        PLAIN.replace("2026-12-01 09:30", "2026-12-01 09:30 UTC"),
        PLAIN.replace("2026-12-01 09:30", "2026-12-01 09:30\n  UTC"),
        PLAIN.replace("[a]", "a"),
        PLAIN.replace("[a]", "[]"),
        PLAIN.replace("[a]", "[a, ]"),
        PLAIN.replace("[a]", "[a b]"),
        PLAIN.replace("[a]", "\n  - a"),
        PLAIN.replace(
            "title: T", "title: T\nab:\n  test: t\n  versions:\n    x:\n      date: 2026-12-02 10:00\n    y:"
        ),
        PLAIN.replace("title: T", 'title: T\nab: {test: t, versions: {x: {date: "2026-12-02 10:00"}, y: {}}}'),
        PLAIN.replace("\n---\nHello", "\n--- \nHello"),
    ],
)
def test_anything_else_is_left_to_the_full_reading(text: str) -> None:
    assert read(text) is None


def test_a_date_in_quotes_is_the_same_date() -> None:
    for quoted in ('"2026-12-01T09:30"', "'2026-12-01T09:30'"):
        assert read(PLAIN.replace("2026-12-01 09:30", quoted)) == Glance("", False, ("a",), "2026-12-01T09:30")


def test_names_are_read_with_spaces_around_them() -> None:
    seen = Glance("", False, ("a", "team"), "2026-12-01 09:30")
    assert read(PLAIN.replace("[a]", "[ a ,team ]")) == seen


# ── the two readings agree ──────────────────────────────────────────────────────────────────────────────────

TITLES = ["title: T", "title: 'It''s'", 'title: "A: b"', "title: a\n  b", "title: C# it", "title: x # y", "title: é"]
DATES = [
    "date: 2026-12-01 09:30",
    'date: "2026-12-01 09:30"',
    "date: '2026-12-01T09:30'",
    "date: 2026-12-01 09:30 UTC",
    "date:\n  2026-12-01 09:30",
    "date: 2026-12-01 09:30 # noon",
    "date: 2026-03-29 02:30",
    "date: ２０２６-12-01 09:30",
    '"date": 2026-12-01 09:30',
    "date : 2026-12-01 09:30",
]
ACCOUNTS = [
    "accounts: [a]",
    "accounts: [team, b-2]",
    "accounts: [ all ,a,a ]",
    "accounts: a",
    "accounts:\n  - a\n  - team",
    "accounts:\n- a",
    "accounts: ['a']",
    "accounts: [a,\n  c]",
    "accounts: [a, nobody]",
]
NICE = [
    "id: x-1",
    "id: \u1112\u1161\u11ab",
    "status: draft",
    "campaign: launch",
    "link: https://example.org/a:b#c",
    "variants:\n  mastodon:\n    tags: [a]",
    'variants:\n  a:\n    text: |\n      "open\n      status: draft',
    "media:\n- file: content/media/a.png\n  alt: two",
    "media:\n  - file: content/media/a.png\n    alt: |\n     two\n    'x",
    "poll:\n  options:\n    - Yes\n    - No",
]
MORE = [
    "id: x",
    "id: 'x'",
    "id: null",
    "id: ~",
    "id:",
    "id: a.b",
    "id: \u1112\u1161\u11ab",
    "id: e\u0301",
    "status: draft",
    "status: ready",
    "status: DRAFT",
    "status: 'draft'",
    "late: 2h",
    "campaign: launch",
    "tags: [git, x]",
    "tags:\n  - git",
    'tags: ["a', "id: other", 'b"]',
    "link: https://example.org/a:b#c",
    "language: en",
    "expects: {clicks: 4}",
    "expects:\n  {clicks: 4,",
    "replies: 5}",
    "first_comment: |\n  id: inside\n  status: draft",
    "first_comment: 'a",
    "first_comment: >-\n  some text",
    'first_comment: "x',
    'language: en"',
    "variants:\n  a:\n    text: |\n      \"open\n      status: draft",
    "variants:\n  a:\n    text: 'open",
    "variants:\n  a: {skip: yes}",
    "variants:\n  a:\n    date: 2027-01-01 10:00",
    'variants:\n  a:\n    "d\\x61te": 2027-01-01 10:00',
    "variants:\n  mastodon:\n    tags: [a]",
    "variants: {a: {skip: yes}}",
    "media:\n  - file: content/media/a.png\n    alt: \"one",
    "media:\n  - file: content/media/a.png\n    alt: |\n     two\n    'x",
    "media:\n- file: content/media/a.png\n  alt: two",
    "media:\n  - |\n   content/a.png",
    "# a remark",
    "  # another",
    "",
    "   ",
    "<<: {id: z}",
    "poll:\n  options:\n    - Yes\n    - \"No\n      way\"",
    "poll:\n  options: [Yes,\n    No]",
    "title: again",
    "? id\n: z",
    "id: &x y",
    "id: !!str y",
    "\tid: z",
    "...",
    "--- ",
    "%YAML 1.1",
    "unknown: x",
    "id: z\x85status: draft",
    "id: z\u2028status: draft",
]  # fmt: skip


@example([*PLAIN.split("\n")[1:4], 'media:\n- file: a.png\n  alt: "x', "id: evil", 'language: en"'], "\n", "\n")
@given(
    st.tuples(
        st.sampled_from([*TITLES[:3] * 5, *TITLES]),
        st.sampled_from([*DATES[:3] * 5, *DATES]),
        st.sampled_from([*ACCOUNTS[:3] * 5, *ACCOUNTS]),
        st.lists(st.sampled_from([*NICE * 3, *MORE]), max_size=5, unique=True),
    ).flatmap(lambda made: st.permutations([*made[:3], *made[3]])),
    st.sampled_from(["\n", "\n", "\n", "\n", "\r\n", " \n"]),
    st.sampled_from(["\n", "\n", "\r", " \n"]),
)
def test_a_glance_and_the_full_reading_agree(lines: list[str], end: str, last: str) -> None:
    agrees((end.join(["---", *lines, "---"]) + last + "Hello\n").encode())


@given(
    st.lists(
        st.sampled_from([*"abid:-'\"[]{},|>&*!%#?\\ \n\n", ": ", "\n  ", "- ", "id: ", "tags: ", "tags:\n- ", "é"]),
        max_size=14,
    ),
    st.integers(0, 3),
)
def test_they_agree_on_any_characters_too(noise: list[str], place: int) -> None:
    lines = ["title: T", "date: 2026-12-01 09:30", "accounts: [a, team]"]
    lines.insert(place, "".join(noise))
    agrees(("\n".join(["---", *lines, "---"]) + "\nHello\n").encode())


def test_most_posts_are_understood() -> None:
    """The tests above would also pass with a glance that never answers."""
    head = 'title: "A: b"\ndate: 2026-12-01 09:30\naccounts: [a, team]\ncampaign: launch\ntags: [git]\n'
    media = "media:\n  - file: content/media/a.png\n    alt: Two people, one screen\n"
    assert agrees(f"---\n{head}{media}---\nHello\n".encode())


def test_a_date_that_is_in_no_calendar_is_an_error() -> None:
    seen = read(PLAIN.replace("2026-12-01", "2026-13-01"))
    assert seen is not None
    with pytest.raises(BadValue):
        dates.moment(seen.date, ZoneInfo("UTC"))
