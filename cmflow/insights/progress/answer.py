"""The document of `cmflow plan --format json`."""

from collections.abc import Callable
from dataclasses import asdict

from cmflow.insights.progress import AccountProgress, CampaignProgress, GoalProgress, PillarProgress, Progress
from cmflow.insights.progress.costs import MonthCost
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
        "months": [_month(month, say) for month in progress.months],
    }


def _judged(verdict: Verdict | None, reason: Reason, say: Say) -> Answer:
    return {"verdict": str(verdict or ""), "reason": reason.code, "why": say(reason)}


def _account(account: AccountProgress, say: Say) -> Answer:
    return {
        "account": account.name,
        **_judged(account.verdict, account.reason, say),
        "per_week": account.per_week,
        "weeks": [{**asdict(week), "starts": week.starts.isoformat()} for week in account.weeks],
        "free": [time.isoformat() for time in account.free],
        "silences": [
            {"starts": silence.starts.isoformat(), "ends": silence.ends.isoformat(), "days": silence.days}
            for silence in account.silences
        ],
        "crowds": [{"day": crowd.day.isoformat(), "posts": crowd.posts} for crowd in account.crowds],
    }


def _pillar(pillar: PillarProgress, say: Say) -> Answer:
    numbers = {"share": pillar.share, "percent": pillar.percent, "posts": pillar.posts, "of": pillar.of}
    return {"pillar": pillar.name, **_judged(pillar.verdict, pillar.reason, say), **numbers}


def _campaign(campaign: CampaignProgress, say: Say) -> Answer:
    return {
        "campaign": campaign.name,
        **_judged(campaign.verdict, campaign.reason, say),
        "days": campaign.days,
        "gone": campaign.elapsed,
        **asdict(campaign.posts),
    }


def _goal(progress: GoalProgress, say: Say) -> Answer:
    day, number = progress.reading or ("", 0)
    return {
        "account": progress.goal.account,
        "metric": progress.goal.metric,
        "per": progress.goal.per,
        **_judged(progress.verdict, progress.reason, say),
        "target": progress.goal.target,
        "by": progress.goal.by.isoformat(),
        "line": progress.line,
        "reading": {"day": str(day), "number": number},
    }


def _month(month: MonthCost, say: Say) -> Answer:
    amounts = {"sent": str(month.sent), "scheduled": str(month.scheduled)}
    amounts |= {"reading": str(month.reading), "total": str(month.total)}
    return {"month": month.name, **_judged(month.verdict, month.reason, say), **amounts}
