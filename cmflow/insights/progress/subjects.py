"""What the posts are about: the share of each pillar, and how far each campaign is."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from cmflow.insights.progress.verdict import Judged, Verdict
from cmflow.insights.progress.window import DRAFT, HELD, LOST, SCHEDULED, SENT, Window
from cmflow.model import Campaign, Pillar
from cmflow.model.reason import Figure, Reason, because

FEW = 5  # posts; of fewer, no share can be told
NEAR = 10  # percentage points that a share may be off
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
    why: Reason


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
    """`gone` of its `days` are over; both are 0 where it has no beginning or no end."""

    name: str
    days: int
    gone: int
    posts: Tally
    verdict: Verdict
    why: Reason


def pillars(window: Window) -> tuple[PillarProgress, ...]:
    """Of the posts that name a pillar, those of the last four weeks and those ahead; drafts count too."""
    counts = Counter(window.pillars.values())
    total = sum(counts[pillar.name] for pillar in window.plan.pillars)
    return tuple(_pillar(pillar, counts[pillar.name], total) for pillar in window.plan.pillars)


def _pillar(pillar: Pillar, posts: int, of: int) -> PillarProgress:
    percent = round(100 * posts / of) if of else 0
    judged = judge_pillar(pillar.share, posts, of)
    return PillarProgress(pillar.name, pillar.share, posts, of, percent, judged.verdict, judged.why)


def judge_pillar(share: int, posts: int, of: int) -> Judged:
    """The first that fits."""
    if of < FEW:
        return Judged(Verdict.OnTrack, because("pillar-few", of=of))
    wanted, percent = share * of / 100, 100 * posts / of
    figures: dict[str, Figure] = {
        "posts": posts,
        "of": of,
        "percent": round(percent),
        "share": share,
        "wanted": round(wanted),
    }
    if not posts and wanted >= 1:
        return Judged(Verdict.AtRisk, because("pillar-none", **figures))
    if abs(posts - wanted) < 1:
        return Judged(Verdict.Hit, because("pillar-hit", **figures))
    if abs(percent - share) <= NEAR:
        return Judged(Verdict.OnTrack, because("pillar-near", **figures))
    return Judged(Verdict.AtRisk, because("pillar-little" if percent < share else "pillar-much", **figures))


def campaign(window: Window, campaign: Campaign) -> CampaignProgress:
    states = Counter(_state(kinds) for kinds in window.members.get(campaign.name, {}).values())
    posts = Tally(*(states[kind] for kind in (SENT, SCHEDULED, HELD, DRAFT, "lost")))
    days = gone = 0
    if campaign.starts and campaign.ends:
        days = (campaign.ends - campaign.starts).days + 1
        gone = max(0, min(days, (window.today - campaign.starts).days))
    judged = judge_campaign(campaign, posts, window.today)
    return CampaignProgress(campaign.name, days, gone, posts, judged.verdict, judged.why)


def _state(kinds: Collection[str]) -> str:
    if LOST.intersection(kinds):
        return "lost"
    return next(kind for kind in (HELD, SCHEDULED, DRAFT, SENT) if kind in kinds)


def judge_campaign(campaign: Campaign, posts: Tally, today: date) -> Judged:
    """The first that fits, of those for its time."""
    if campaign.ends and campaign.ends < today:
        return _over(posts)
    if campaign.starts and campaign.starts > today:
        return _before(posts, (campaign.starts - today).days)
    return _running(campaign, posts, today)


def _over(posts: Tally) -> Judged:
    if not posts.all:
        return Judged(Verdict.Missed, because("campaign-nothing"))
    if posts.sent < posts.all:
        return Judged(Verdict.Missed, because("campaign-missed", lost=posts.all - posts.sent, of=posts.all))
    return Judged(Verdict.Hit, because("campaign-hit", sent=posts.sent))


def _before(posts: Tally, ahead: int) -> Judged:
    ready = posts.sent + posts.scheduled
    if not posts.all and ahead > SOON:
        return Judged(Verdict.OnTrack, because("campaign-far", ahead=ahead))
    if not posts.all:
        return Judged(Verdict.AtRisk, because("campaign-empty", ahead=ahead))
    if not ready and ahead <= SOON:
        return Judged(Verdict.AtRisk, because("campaign-unready", ahead=ahead, posts=posts.all))
    return Judged(Verdict.OnTrack, because("campaign-coming", ahead=ahead, ready=ready, drafts=posts.drafts))


def _running(campaign: Campaign, posts: Tally, today: date) -> Judged:
    left = (campaign.ends - today).days + 1 if campaign.ends else 0
    figures: dict[str, Figure] = {"sent": posts.sent, "scheduled": posts.scheduled, "drafts": posts.drafts}
    if not posts.all:
        return Judged(Verdict.AtRisk, because("campaign-bare"))
    if posts.lost or posts.held:
        return Judged(Verdict.AtRisk, because("campaign-lost", lost=posts.lost + posts.held, **figures))
    if left > DRY and not posts.scheduled and not posts.drafts:
        return Judged(Verdict.AtRisk, because("campaign-dry", left=left, sent=posts.sent))
    if not campaign.ends:
        return Judged(Verdict.OnTrack, because("campaign-endless", **figures))
    if not campaign.starts:
        return Judged(Verdict.OnTrack, because("campaign-until", left=left, **figures))
    days = (campaign.ends - campaign.starts).days + 1
    return Judged(Verdict.OnTrack, because("campaign-running", day=days - left + 1, days=days, **figures))
