"""A year of posts to hold plans against: what each post is, and the standings that real code makes of it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cmflow.insights import progress, status
from cmflow.insights.progress import AccountProgress, Progress
from cmflow.insights.progress.window import Window, window
from cmflow.insights.status import Standing
from cmflow.model import Account, Delivery, Entry, Key, Plan, Planned, Slot, State, Status

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 12, 2, 10, 0, tzinfo=PARIS)  # a Wednesday
TODAY = NOW.date()
MONDAY = date(2026, 11, 30)
SINCE = date(2026, 11, 16)
TEAM = Account("team", "mastodon", per_week=2, slots=(Slot(0, time(9)), Slot(3, time(9))))
PLAN = Plan("Harbour", "Europe/Paris", "en", (TEAM,), since=SINCE)


@dataclass(frozen=True)
class Post:
    """A post of a day, and what became of it: a state, `draft`, `held`, or "" for nothing yet."""

    name: str
    day: date
    state: str = ""
    accounts: tuple[str, ...] = ("team",)
    pillar: str = ""
    campaign: str = ""
    at: time = time(9)

    @property
    def due(self) -> datetime:
        return datetime.combine(self.day, self.at, PARIS)

    @property
    def entry(self) -> Entry:
        planned = tuple(
            Planned(self.name, each, self.due, timedelta(hours=6), "", blocked=self.state == "held")
            for each in self.accounts
        )
        ready = Status.DRAFT if self.state == "draft" else Status.READY
        made = Entry(f"content/posts/{self.name}.md", self.name, self.name, self.due, ready, planned=planned)
        return replace(made, pillar=self.pillar, campaign=self.campaign)

    @property
    def deliveries(self) -> dict[Key, Delivery]:
        if self.state not in list(State):
            return {}
        return {Key(self.name, each): Delivery(self.name, each, State(self.state), self.due) for each in self.accounts}


def standings(plan: Plan, posts: Iterable[Post], now: datetime = NOW) -> tuple[Standing, ...]:
    """As the commands have them: drafts and what is older than `since` are asked of nobody."""
    deliveries = {key: each for post in posts for key, each in post.deliveries.items()}
    since = datetime.combine(plan.since or date.min, time(), PARIS if plan.since else UTC)
    planned = [
        each for post in posts if post.entry.status is Status.READY for each in post.entry.planned if each.due >= since
    ]
    return status.standings(planned, deliveries, now)


def around(*posts: Post, plan: Plan = PLAN, now: datetime = NOW) -> Window:
    return window(plan, [each.entry for each in posts], standings(plan, posts, now), now)


def measure(*posts: Post, plan: Plan = PLAN, now: datetime = NOW) -> Progress:
    return progress.assess(plan, [each.entry for each in posts], standings(plan, posts, now), now)


def team(*posts: Post, plan: Plan = PLAN, now: datetime = NOW) -> AccountProgress:
    return measure(*posts, plan=plan, now=now).accounts[0]


def day(number: int, month: int = 12, year: int = 2026) -> date:
    return date(year, month, number)
