import json
from dataclasses import replace
from datetime import date
from typing import Any

from cmflow.insights import sentences
from cmflow.insights.progress import Verdict, answer
from cmflow.model import Account, Campaign, Goal, Pillar
from tests.insights.progress.year import NOW, PLAN, TEAM, Post, day, measure

GOALS = (Goal("team", "followers", 300, date(2027, 3, 31), readings=((date(2026, 11, 30), 100),)),)
WHOLE = replace(
    PLAN,
    accounts=(TEAM, Account("free", "x")),
    pillars=(Pillar("craft", 100),),
    campaigns=(Campaign("launch", day(1), day(18)),),
    goals=GOALS,
)
POSTS = (Post("a", day(3), campaign="launch", pillar="craft"),)


def test_everything_that_is_judged() -> None:
    found = measure(*POSTS, plan=WHOLE)
    assert [(kind, each.name, each.verdict) for kind, each in found.parts()] == [
        ("account", "team", Verdict.AtRisk),
        ("account", "free", None),
        ("pillar", "craft", Verdict.OnTrack),
        ("campaign", "launch", Verdict.OnTrack),
        ("goal", "team followers", Verdict.OnTrack),
    ]
    assert found.counts == {Verdict.OnTrack: 3, Verdict.AtRisk: 1, Verdict.Hit: 0, Verdict.Missed: 0}
    assert [each.name for _, each in found.calling] == ["team"]


def test_nothing_to_judge() -> None:
    found = measure(plan=replace(PLAN, accounts=(Account("free", "x"),)))
    assert set(found.counts.values()) == {0}
    assert found.calling == ()


def test_for_programs() -> None:
    voice = sentences.voice("en", PLAN.zone)
    silent = (
        Post("b", day(20, 11), "sent"),
        *(Post(f"c{hour}", day(4), at=NOW.time().replace(hour)) for hour in (9, 12, 15)),
    )
    found: dict[str, Any] = answer.as_dict(measure(*POSTS, *silent, plan=WHOLE), voice.say)
    team, free = found.pop("accounts")
    assert found == {
        "at": "2026-12-02T10:00:00+01:00",
        "counts": {"OnTrack": 3, "AtRisk": 1, "Hit": 0, "Missed": 0},
        "pillars": [
            {
                "pillar": "craft",
                "verdict": "OnTrack",
                "reason": "pillar-few",
                "why": "1 post with a pillar in these weeks: too few to compare.",
                "share": 100,
                "percent": 100,
                "posts": 1,
                "of": 1,
            }
        ],
        "campaigns": [
            {
                "campaign": "launch",
                "verdict": "OnTrack",
                "reason": "campaign-running",
                "why": "Day 2 of 18: 0 sent, 1 to come, 0 drafts.",
                "days": 18,
                "gone": 1,
                "sent": 0,
                "scheduled": 1,
                "held": 0,
                "drafts": 0,
                "lost": 0,
            }
        ],
        "goals": [
            {
                "account": "team",
                "metric": "followers",
                "per": "",
                "verdict": "OnTrack",
                "reason": "goal-ahead",
                "why": "100 on 2026-11-30; 100 is on track for 300 by 2027-03-31.",
                "target": 300,
                "by": "2027-03-31",
                "line": 100,
                "reading": {"day": "2026-11-30", "number": 100},
            }
        ],
        "months": [],
    }
    assert (team["verdict"], team["reason"], team["why"]) == (
        "AtRisk",
        "week-short",
        "The week of 2026-12-07 has 0 of 2 posts.",
    )
    assert team["weeks"][8] == {
        "starts": "2026-11-30",
        "planned": 2,
        "sent": 0,
        "scheduled": 4,
        "held": 0,
        "drafts": 0,
        "missed": 0,
        "failed": 0,
        "unsure": 0,
    }
    assert team["free"][0] == "2026-12-07T09:00:00+01:00"
    assert team["silences"] == [{"starts": "2026-11-20", "ends": "2026-12-03", "days": 12}]
    assert team["crowds"] == [{"day": "2026-12-04", "posts": 3}]
    assert (free["verdict"], free["why"]) == ("", "The plan sets no number of posts per week.")
    assert json.loads(json.dumps(found)) == found


def test_a_goal_that_nobody_read() -> None:
    found: dict[str, Any] = answer.as_dict(measure(plan=replace(WHOLE, goals=(replace(GOALS[0], readings=()),))), str)
    (goal,) = found["goals"]
    assert (goal["reading"], goal["line"]) == ({"day": "", "number": 0}, 0)
