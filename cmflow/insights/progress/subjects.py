"""What the posts are about: the share of each pillar, and the progress of each campaign."""

from collections import Counter
from collections.abc import Collection
from datetime import date

from cmflow.insights.progress.verdict import Judged, Verdict
from cmflow.insights.progress.window import DRAFT, HELD, SCHEDULED, SENT, UNSENT, Window
from cmflow.model import Campaign, Pillar
from cmflow.model.reason import Figure, Reason, because
from cmflow.values import dataclass

FEW = 5  # posts; of fewer, no share can be told
TOLERANCE = 10  # percentage points that a share may be off by
SOON = 14  # days before a campaign in which it should have posts
DRY = 7  # days that a running campaign may end in without a post


@dataclass(frozen=True, slots=True)
class PillarProgress:
    """`posts` of `of` are about it; `percent` of them, where the plan says `share`."""

    name: str
    share: int
    posts: int
    of: int
    percent: int
    verdict: Verdict
    reason: Reason


@dataclass(frozen=True, slots=True)
class Tally:
    """Posts, each counted by the worst of its deliveries. `lost`: missed, failed or unsure."""

    sent: int = 0
    scheduled: int = 0
    held: int = 0
    drafts: int = 0
    lost: int = 0

    @property
    def all(self) -> int:
        return self.sent + self.scheduled + self.held + self.drafts + self.lost


@dataclass(frozen=True, slots=True)
class CampaignProgress:
    """`elapsed` of its `days` are over; both are 0 where it has no beginning or no end."""

    name: str
    days: int
    elapsed: int
    posts: Tally
    verdict: Verdict
    reason: Reason


def pillars(window: Window) -> tuple[PillarProgress, ...]:
    """Judge the pillars by the posts of the last four weeks and those ahead; drafts count too."""
    counts = Counter(window.pillars.values())
    total = sum(counts[pillar.name] for pillar in window.plan.pillars)
    return tuple(_pillar(pillar, counts[pillar.name], total) for pillar in window.plan.pillars)


def _pillar(pillar: Pillar, posts: int, of: int) -> PillarProgress:
    percent = round(100 * posts / of) if of else 0
    judged = judge_pillar(pillar.share, posts, of)
    return PillarProgress(pillar.name, pillar.share, posts, of, percent, judged.verdict, judged.reason)


def judge_pillar(share: int, posts: int, of: int) -> Judged:
    """Return the first verdict that fits."""
    if of < FEW:
        return Judged(Verdict.OnTrack, because("pillar-few", of=of))
    target, percent = share * of / 100, 100 * posts / of
    figures: dict[str, Figure] = {
        "posts": posts,
        "of": of,
        "percent": round(percent),
        "share": share,
        "wanted": round(target),
    }
    if not posts and target >= 1:
        return Judged(Verdict.AtRisk, because("pillar-none", **figures))
    if abs(posts - target) < 1:
        return Judged(Verdict.Hit, because("pillar-hit", **figures))
    if abs(percent - share) <= TOLERANCE:
        return Judged(Verdict.OnTrack, because("pillar-near", **figures))
    return Judged(Verdict.AtRisk, because("pillar-little" if percent < share else "pillar-much", **figures))


def campaign(window: Window, campaign: Campaign) -> CampaignProgress:
    states = Counter(_state(kinds) for kinds in window.members.get(campaign.name, {}).values())
    posts = Tally(*(states[kind] for kind in (SENT, SCHEDULED, HELD, DRAFT, "lost")))
    days = elapsed = 0
    if campaign.starts and campaign.ends:
        days = (campaign.ends - campaign.starts).days + 1
        elapsed = max(0, min(days, (window.today - campaign.starts).days))
    judged = judge_campaign(campaign, posts, window.today)
    return CampaignProgress(campaign.name, days, elapsed, posts, judged.verdict, judged.reason)


def _state(kinds: Collection[str]) -> str:
    if UNSENT.intersection(kinds):
        return "lost"
    return next(kind for kind in (HELD, SCHEDULED, DRAFT, SENT) if kind in kinds)


def judge_campaign(campaign: Campaign, posts: Tally, today: date) -> Judged:
    """Return the first verdict that fits, among those for its time."""
    if campaign.ends and campaign.ends < today:
        return _over(posts)
    if campaign.starts and campaign.starts > today:
        return _upcoming(posts, (campaign.starts - today).days)
    return _running(campaign, posts, today)


def _over(posts: Tally) -> Judged:
    if not posts.all:
        return Judged(Verdict.Missed, because("campaign-nothing"))
    if posts.sent < posts.all:
        return Judged(Verdict.Missed, because("campaign-missed", lost=posts.all - posts.sent, of=posts.all))
    return Judged(Verdict.Hit, because("campaign-hit", sent=posts.sent))


def _upcoming(posts: Tally, days: int) -> Judged:
    ready = posts.sent + posts.scheduled
    if not posts.all and days > SOON:
        return Judged(Verdict.OnTrack, because("campaign-far", ahead=days))
    if not posts.all:
        return Judged(Verdict.AtRisk, because("campaign-empty", ahead=days))
    if not ready and days <= SOON:
        return Judged(Verdict.AtRisk, because("campaign-unready", ahead=days, posts=posts.all))
    return Judged(Verdict.OnTrack, because("campaign-coming", ahead=days, ready=ready, drafts=posts.drafts))


def _running(campaign: Campaign, posts: Tally, today: date) -> Judged:
    remaining = (campaign.ends - today).days + 1 if campaign.ends else 0
    figures: dict[str, Figure] = {"sent": posts.sent, "scheduled": posts.scheduled, "drafts": posts.drafts}
    if not posts.all:
        return Judged(Verdict.AtRisk, because("campaign-bare"))
    if posts.lost or posts.held:
        return Judged(Verdict.AtRisk, because("campaign-lost", lost=posts.lost + posts.held, **figures))
    if remaining > DRY and not posts.scheduled and not posts.drafts:
        return Judged(Verdict.AtRisk, because("campaign-dry", left=remaining, sent=posts.sent))
    if not campaign.ends:
        return Judged(Verdict.OnTrack, because("campaign-endless", **figures))
    if not campaign.starts:
        return Judged(Verdict.OnTrack, because("campaign-until", left=remaining, **figures))
    days = (campaign.ends - campaign.starts).days + 1
    return Judged(Verdict.OnTrack, because("campaign-running", day=days - remaining + 1, days=days, **figures))
