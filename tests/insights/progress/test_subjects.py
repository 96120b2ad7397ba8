from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow.insights.progress import CampaignProgress, Judged, Verdict
from cmflow.insights.progress.subjects import Tally, judge_campaign, judge_pillar
from cmflow.model import Account, Campaign, Pillar
from cmflow.model.reason import Reason, because
from tests.insights.progress.year import MONDAY, PLAN, TEAM, TODAY, Post, day, measure

PILLARS = (Pillar("craft", 60), Pillar("people", 40))


def pillars(*posts: Post) -> list[tuple[str, int, int, int, str]]:
    found = measure(*posts, plan=replace(PLAN, accounts=(TEAM, Account("x", "x")), pillars=PILLARS, since=None))
    return [(each.name, each.posts, each.of, each.percent, each.verdict.value) for each in found.pillars]


def test_the_share_of_each_pillar() -> None:
    craft = [Post(f"c{n}", day(n + 3), pillar="craft", accounts=("team", "x")) for n in range(3)]
    people = [Post("p1", day(1), "sent", pillar="people"), Post("p2", day(9), "draft", pillar="people")]
    others = [
        Post("long-ago", MONDAY - timedelta(days=29), "sent", pillar="people"),
        Post("none", day(4)),
        Post("unheard-of", day(5), pillar="pets"),
        Post("lost", day(1), "failed", pillar="people"),
    ]
    assert pillars(*craft, *people, *others) == [("craft", 3, 5, 60, "Hit"), ("people", 2, 5, 40, "Hit")]
    edge = Post("edge", MONDAY - timedelta(days=28), "sent", pillar="people")
    assert pillars(*craft, *people, edge)[1] == ("people", 3, 6, 50, "Hit")


def test_too_few_posts_to_tell() -> None:
    assert pillars(Post("a", day(3), pillar="craft")) == [
        ("craft", 1, 1, 100, "OnTrack"),
        ("people", 0, 1, 0, "OnTrack"),
    ]
    assert pillars() == [("craft", 0, 0, 0, "OnTrack"), ("people", 0, 0, 0, "OnTrack")]


def shares(posts: int, of: int, share: int, percent: int, wanted: int) -> dict[str, int]:
    return {"posts": posts, "of": of, "percent": percent, "share": share, "wanted": wanted}


@pytest.mark.parametrize(
    ("share", "posts", "of", "judged"),
    [
        (50, 2, 4, Judged(Verdict.OnTrack, because("pillar-few", of=4))),
        (50, 5, 10, Judged(Verdict.Hit, because("pillar-hit", **shares(5, 10, 50, 50, 5)))),
        (25, 7, 24, Judged(Verdict.OnTrack, because("pillar-near", **shares(7, 24, 25, 29, 6)))),
        (35, 5, 24, Judged(Verdict.AtRisk, because("pillar-little", **shares(5, 24, 35, 21, 8)))),
        (20, 9, 24, Judged(Verdict.AtRisk, because("pillar-much", **shares(9, 24, 20, 38, 5)))),
        (20, 0, 24, Judged(Verdict.AtRisk, because("pillar-none", **shares(0, 24, 20, 0, 5)))),
        (0, 0, 24, Judged(Verdict.Hit, because("pillar-hit", **shares(0, 24, 0, 0, 0)))),
        (10, 0, 9, Judged(Verdict.Hit, because("pillar-hit", **shares(0, 9, 10, 0, 1)))),
    ],
)
def test_a_share_and_why(share: int, posts: int, of: int, judged: Judged) -> None:
    assert judge_pillar(share, posts, of) == judged


@given(st.lists(st.sampled_from(["craft", "people", "", "pets"]), max_size=30))
def test_the_shares_are_parts_of_one_whole(subjects: list[str]) -> None:
    found = pillars(*(Post(f"p{n}", TODAY + timedelta(days=n), pillar=name) for n, name in enumerate(subjects)))
    total = subjects.count("craft") + subjects.count("people")
    assert [each[1] for each in found] == [subjects.count("craft"), subjects.count("people")]
    assert {each[2] for each in found} == {total}
    assert abs(sum(each[3] for each in found) - (100 if total else 0)) <= 1


# ── campaigns ───────────────────────────────────────────────────────────────────────────────────────────────

SPRING = Campaign("spring", date(2026, 11, 23), date(2026, 12, 12))


def campaign(*posts: Post, it: Campaign = SPRING) -> CampaignProgress:
    given_posts = [replace(each, campaign=it.name) for each in posts]
    return measure(*given_posts, plan=replace(PLAN, campaigns=(it,))).campaigns[0]


def test_a_campaign_that_is_running() -> None:
    found = campaign(Post("a", day(25, 11), "sent"), Post("b", day(4)), Post("c", day(10), "draft"))
    why = because("campaign-running", day=10, days=20, sent=1, scheduled=1, drafts=1)
    assert found == CampaignProgress("spring", 20, 9, Tally(1, 1, 0, 1, 0), Verdict.OnTrack, why)


def test_a_post_counts_once_by_the_worst_of_its_deliveries() -> None:
    both = Post("a", day(25, 11), "sent", accounts=("team", "x"))
    found = campaign(both, Post("late", day(1), accounts=("team", "x")))
    assert found.posts == Tally(sent=1, lost=1)
    assert found.posts.all == 2
    assert found.verdict is Verdict.AtRisk
    assert campaign(Post("h", day(5), "held")).posts == Tally(held=1)


@pytest.mark.parametrize(
    ("it", "posts", "verdict", "why"),
    [
        (Campaign("c", None, day(1)), Tally(), "Missed", because("campaign-nothing")),
        (Campaign("c", None, day(1)), Tally(sent=3), "Hit", because("campaign-hit", sent=3)),
        (Campaign("c", None, day(1)), Tally(sent=3, drafts=1), "Missed", because("campaign-missed", lost=1, of=4)),
        (Campaign("c", day(17), None), Tally(), "OnTrack", because("campaign-far", ahead=15)),
        (Campaign("c", day(16), None), Tally(), "AtRisk", because("campaign-empty", ahead=14)),
        (Campaign("c", day(16), None), Tally(drafts=2), "AtRisk", because("campaign-unready", ahead=14, posts=2)),
        (
            Campaign("c", day(17), None),
            Tally(drafts=2),
            "OnTrack",
            because("campaign-coming", ahead=15, ready=0, drafts=2),
        ),
        (
            Campaign("c", day(3), None),
            Tally(scheduled=1),
            "OnTrack",
            because("campaign-coming", ahead=1, ready=1, drafts=0),
        ),
        (Campaign("c", day(2), None), Tally(), "AtRisk", because("campaign-bare")),
        (
            Campaign("c", day(2), day(2)),
            Tally(sent=1, held=1, lost=1),
            "AtRisk",
            because("campaign-lost", lost=2, sent=1, scheduled=0, drafts=0),
        ),
        (Campaign("c", day(1), day(9)), Tally(sent=2), "AtRisk", because("campaign-dry", left=8, sent=2)),
        (
            Campaign("c", day(1), day(8)),
            Tally(sent=2),
            "OnTrack",
            because("campaign-running", day=2, days=8, sent=2, scheduled=0, drafts=0),
        ),
        (
            Campaign("c", None, None),
            Tally(sent=2),
            "OnTrack",
            because("campaign-endless", sent=2, scheduled=0, drafts=0),
        ),
        (
            Campaign("c", None, day(8)),
            Tally(sent=2),
            "OnTrack",
            because("campaign-until", left=7, sent=2, scheduled=0, drafts=0),
        ),
    ],
)
def test_a_campaign_and_why(it: Campaign, posts: Tally, verdict: str, why: Reason) -> None:
    assert judge_campaign(it, posts, TODAY) == Judged(Verdict(verdict), why)


@given(st.integers(-30, 30), st.integers(0, 30), st.integers(0, 3), st.integers(0, 3), st.integers(0, 3))
def test_a_campaign_is_hit_or_missed_only_when_it_is_over(
    starts: int, length: int, sent: int, scheduled: int, drafts: int
) -> None:
    first = TODAY + timedelta(days=starts)
    it = Campaign("c", first, first + timedelta(days=length))
    verdict = judge_campaign(it, Tally(sent, scheduled, 0, drafts, 0), TODAY).verdict
    assert (verdict in (Verdict.Hit, Verdict.Missed)) == (starts + length < 0)


def test_a_campaign_without_an_end_has_no_days() -> None:
    found = campaign(Post("a", day(1), "sent"), it=Campaign("always", day(1), None))
    assert (found.days, found.elapsed, found.posts, found.reason.code) == (0, 0, Tally(sent=1), "campaign-endless")
