from dataclasses import replace
from datetime import date, time, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from cmflow.model import Account, Campaign, Change, Entry, Pause, Pillar, Problem, Slot, Status, WeekStart
from cmflow.website import marks
from cmflow.website.board import STATES
from cmflow.website.json_data import FULL, PREVIEW
from tests.website.calendars import HOUR, PLAN, at, build, data, entry, sent

HOSTILE = "</script><script>alert(1)</script><!--\u2028\u2029]]>"
WEB = "https://github.com/harbour/posts"


def test_what_all_months_share() -> None:
    plan = replace(
        PLAN,
        campaigns=(Campaign("summer", None, None),),
        pillars=(Pillar("menu", 60), Pillar("people", 40)),
    )
    post = entry("a", at(9), ("team", "gone"), campaign="winter", pillar="menu", language="fr")
    history = {post.path: (Change(at(1), "Ada", "Write", "a" * 40),)}
    site = data(build(post, entry("b", at(5, month=1, year=2027)), plan=plan, history=history, last_run=at(3)), "site")
    assert site["brand"] == "Our <brand>"
    assert site["accounts"] == [["x-en", "x", ""], ["team", "mastodon", "Our team"], ["gone", "", ""]]
    assert site["campaigns"] == ["summer", "winter"]
    assert site["pillars"] == ["menu", "people"]
    assert site["languages"] == ["fr"]
    assert site["authors"] == ["Ada"]
    assert [state for state, _ in site["states"]] == list(STATES)
    assert site["months"] == [["2026-12", 1], ["2027-01", 1]]
    assert (site["lang"], site["zone"]) == ("en", "Europe/Paris")
    assert (site["now"], site["run"]) == ("2026-12-03T14:20+01:00", "2026-12-03T09:30+01:00")
    assert site["names"]["months"][11] == "December"
    assert site["new"] == ""


def test_a_month_says_only_what_there_is_to_say() -> None:
    made = build(entry("a", at(9)), entry("b", at(9, 9), ("x-en", "team")), ledger=(sent("b", at(9, 9), "team"),))
    assert data(made, "2026-12") == {
        "posts": [
            {
                "id": "a",
                "title": "Title of a",
                "page": "posts/a.html",
                "day": "2026-12-09",
                "time": "09:30",
                "state": STATES.index("scheduled"),
                "lines": [[0, STATES.index("scheduled")]],
                "excerpt": "Text of a",
            },
            {
                "id": "b",
                "title": "Title of b",
                "page": "posts/b.html",
                "day": "2026-12-09",
                "time": "10:30",
                "state": STATES.index("scheduled"),
                "lines": [
                    [0, STATES.index("scheduled")],
                    [1, STATES.index("sent"), "", "https://x.example/1"],
                ],
                "excerpt": "Text of b",
            },
        ]
    }


def test_all_that_can_be_said_of_a_post() -> None:
    post = entry(
        "a",
        at(9),
        ("x-en", "team"),
        status=Status.DRAFT,
        campaign="summer",
        pillar="menu",
        language="fr",
        tags=("sun", "sea"),
        problems=(Problem("content/posts/a.md", 1, "text-too-long", "Too long."),),
    )
    first, second = post.planned
    post = replace(post, planned=(replace(first, excerpt="x" * 200), replace(second, due=at(9, 10))))
    history = {post.path: (Change(at(1), "Ada", "Write", "a" * 40),)}
    ((made,),) = data(build(post, history=history), "2026-12").values()
    draft = STATES.index("draft")
    assert made == {
        "id": "a",
        "title": "Title of a",
        "page": "posts/a.html",
        "day": "2026-12-09",
        "time": "09:30",
        "state": draft,
        "lines": [[0, draft], [1, draft, "11:30"]],
        "draft": True,
        "campaign": "summer",
        "pillar": "menu",
        "language": "fr",
        "author": "Ada",
        "tags": ["sun", "sea"],
        "errors": 1,
        "excerpt": "x" * 79 + "…",
    }


def test_a_state_that_is_the_first_of_all_is_still_said() -> None:
    failed = replace(sent("a", at(1)), state=type(sent("a", at(1)).state)("failed"), receipts=())
    ((made,),) = data(build(entry("a", at(1)), ledger=(failed,)), "2026-12").values()
    assert made["state"] == STATES.index("failed") == 0


def many(number: int) -> list[Entry]:
    """Posts on the first two days of December."""
    return [entry(f"p{each}", at(1 + each % 2) + each * timedelta(seconds=20)) for each in range(number)]


def test_a_very_full_month_shows_the_first_posts_of_each_day() -> None:
    made = build(*many(1000))
    month = data(made, "2026-12")
    assert list(month) == ["days"]
    assert {day: (found["count"], len(found["posts"])) for day, found in month["days"].items()} == {
        "2026-12-01": (500, PREVIEW),
        "2026-12-02": (500, PREVIEW),
    }
    assert sum(month["days"]["2026-12-01"]["states"].values()) == 500
    whole = data(made, "2026-12-01")["posts"]
    assert [each["id"] for each in whole] == [f"p{each}" for each in range(0, 1000, 2)]
    assert whole[:PREVIEW] == month["days"]["2026-12-01"]["posts"]
    assert len(made["data/2026-12.js"]) < FULL


def test_a_month_that_is_not_too_full_is_loaded_whole() -> None:
    made = build(*many(100))
    assert len(data(made, "2026-12")["posts"]) == 100
    assert "data/2026-12-01.js" not in made


def test_no_data_ends_the_script_that_holds_it() -> None:
    post = entry("a", at(9), ("x-en",), title=HOSTILE, campaign=HOSTILE, tags=(HOSTILE,))
    made = build(post, plan=replace(PLAN, brand=HOSTILE))
    for name in ("data/site.js", "data/2026-12.js"):
        assert not {"<", ">", "\u2028", "\u2029"} & set(made[name])
    assert data(made, "2026-12")["posts"][0]["title"] == HOSTILE
    assert data(made, "site")["brand"] == HOSTILE


def test_where_a_post_is_begun() -> None:
    new = data(build(entry("a", at(9)), web=WEB, branch="new & old"), "site")["new"]
    filled = new.replace("{date}", "2026-12-09").replace("{time}", "09%3A00").replace("{month}", "2026-12")
    parts = urlsplit(filled)
    assert (parts.netloc, parts.path) == ("github.com", "/harbour/posts/new/new%20%26%20old")
    asked = parse_qs(parts.query)
    assert asked["filename"] == ["content/posts/2026-12/2026-12-09-new-post.md"]
    assert asked["value"][0].splitlines() == [
        *("---", "title: ", "date: 2026-12-09 09:00", "accounts: [{accounts}]", "status: draft", "---", "")
    ]


def test_days_of_the_plan_s_zone() -> None:
    made = build(entry("a", at(31, 22) + HOUR))  # half past midnight in Paris
    assert [each["day"] for each in data(made, "2027-01")["posts"]] == ["2027-01-01"]


def test_what_stands_free_is_told_by_day_and_time() -> None:
    """Of the accounts that have slots; a slot that a post has taken is not free, nor one in a pause."""
    monday, thursday = Slot(0, time(9, 30)), Slot(3, time(17))
    team = replace(PLAN.accounts[1], slots=(monday, thursday))
    x = replace(PLAN.accounts[0], slots=(monday,))
    plan = replace(PLAN, accounts=(x, team), pauses=(Pause("rest", date(2026, 12, 17), date(2026, 12, 31)),))
    site = data(build(entry("a", at(7), ("team",)), plan=plan), "site")
    assert site["free"] == {
        "2026-12-03": {"17:00": [1]},
        "2026-12-07": {"09:30": [0]},
        "2026-12-10": {"17:00": [1]},
        "2026-12-14": {"09:30": [0, 1]},
    }


def test_campaigns_and_pauses_with_their_days() -> None:
    plan = replace(
        PLAN,
        campaigns=(
            Campaign("winter", date(2026, 11, 30), date(2026, 12, 18)),
            Campaign("open", date(2027, 1, 1), None),
            Campaign("always", None, None),
        ),
        pauses=(Pause("rest", date(2026, 12, 19), date(2027, 1, 3)),),
    )
    assert data(build(plan=plan), "site")["periods"] == [
        ["campaign", "winter", "2026-11-30", "2026-12-18"],
        ["campaign", "open", "2027-01-01", ""],
        ["pause", "rest", "2026-12-19", "2027-01-03"],
    ]


def test_marks_of_the_networks_of_the_plan() -> None:
    plan = replace(PLAN, accounts=(*PLAN.accounts, Account("own", "not-one-of-ours")))
    assert data(build(plan=plan), "site")["marks"] == {
        "mastodon": [*marks.MARKS["mastodon"]],
        "not-one-of-ours": [*marks.DEFAULT],
        "x": [*marks.MARKS["x"]],
    }


@pytest.mark.parametrize(
    ("language", "own", "first"),
    [
        *(("en", None, 0), ("en-US", None, 6), ("fr", None, 0), ("fr-CA", None, 6), ("ar-EG", None, 5)),
        *(("en-US", WeekStart.MONDAY, 0), ("fr", WeekStart.SUNDAY, 6), ("en", WeekStart.SATURDAY, 5)),
    ],
)
def test_the_day_a_week_begins_on(language: str, own: WeekStart | None, first: int) -> None:
    plan = replace(PLAN, language=language, week_start=own)
    assert data(build(plan=plan), "site")["names"]["first"] == first


def test_the_texts_of_a_month_are_for_those_who_search() -> None:
    """By post, each once however many days it stands on; a post with none is left out."""
    twice = entry("a", at(9), text=HOSTILE)
    twice = replace(twice, planned=(*twice.planned, replace(twice.planned[0], account="team", due=at(10))))
    made = build(twice, entry("b", at(11)), entry("c", at(5, month=1, year=2027), text="Next year"))
    assert data(made, "2026-12-texts") == {"texts": {"a": HOSTILE}}
    assert data(made, "2027-01-texts") == {"texts": {"c": "Next year"}}
    assert not {"<", ">", "\u2028", "\u2029"} & {*made["data/2026-12-texts.js"]}
    assert "alert" not in made["data/2026-12.js"]


def test_the_first_picture_that_there_is_a_small_copy_of() -> None:
    shown = entry("a", at(9), media=(("content/media/a.mp4", "1" * 40), ("content/media/b.png", "2" * 40)))
    found = data(build(shown, pictures={"content/media/b.png"}), "2026-12")["posts"][0]
    assert (found["picture"], found["media"]) == (f"thumbs/{'2' * 20}.webp", 2)
    none = data(build(shown), "2026-12")["posts"][0]
    assert ("picture" in none, none["media"]) == (False, 2)
