"""The shape of `cmflow plan --format json`."""

from collections.abc import Callable
from dataclasses import asdict

from cmflow.insights.progress import AccountProgress, CampaignProgress, GoalProgress, PillarProgress, Progress
from cmflow.insights.progress.verdict import Verdict
from cmflow.model.reason import Reason

Say = Callable[[Reason], str]
Answer = dict[str, object]


def as_dict(progress: Progress, say: Say) -> Answer:
    return {
        "at": progress.now.isoformat(),
        "counts": {str(verdict): number for verdict, number in progress.counts.items()},
        "accounts": [_account(account, say) for account in progress.accounts],
        "pillars": [_pillar(pillar, say) for pillar in progress.pillars],
        "campaigns": [_campaign(campaign, say) for campaign in progress.campaigns],
        "goals": [_goal(goal, say) for goal in progress.goals],
    }


def _judged(verdict: Verdict | None, why: Reason, say: Say) -> Answer:
    return {"verdict": str(verdict or ""), "reason": why.code, "why": say(why)}


def _account(it: AccountProgress, say: Say) -> Answer:
    return {
        "account": it.name,
        **_judged(it.verdict, it.why, say),
        "per_week": it.per_week,
        "weeks": [{**asdict(week), "starts": week.starts.isoformat()} for week in it.weeks],
        "free": [at.isoformat() for at in it.free],
        "silences": [
            {"starts": silence.starts.isoformat(), "ends": silence.ends.isoformat(), "days": silence.days}
            for silence in it.silences
        ],
        "crowds": [{"day": crowd.day.isoformat(), "posts": crowd.posts} for crowd in it.crowds],
    }


def _pillar(it: PillarProgress, say: Say) -> Answer:
    numbers = {"share": it.share, "percent": it.percent, "posts": it.posts, "of": it.of}
    return {"pillar": it.name, **_judged(it.verdict, it.why, say), **numbers}


def _campaign(it: CampaignProgress, say: Say) -> Answer:
    return {
        "campaign": it.name,
        **_judged(it.verdict, it.why, say),
        "days": it.days,
        "gone": it.gone,
        **asdict(it.posts),
    }


def _goal(it: GoalProgress, say: Say) -> Answer:
    day, number = it.reading or ("", 0)
    return {
        "account": it.goal.account,
        "metric": it.goal.metric,
        **_judged(it.verdict, it.why, say),
        "target": it.goal.target,
        "by": it.goal.by.isoformat(),
        "line": it.line,
        "reading": {"day": str(day), "number": number},
    }
