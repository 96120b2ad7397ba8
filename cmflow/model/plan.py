"""The social media plan, as values."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from cmflow.model.inbox import Inbox
from cmflow.model.money import Money
from cmflow.values import dataclass

PLAN_PATH = "content/plan.md"


@dataclass(frozen=True, slots=True)
class Slot:
    """A usual time to post: `weekday` 0 is Monday; local time in the plan's zone."""

    weekday: int
    clock: time


USUAL = tuple(Slot(weekday, time(9, 30)) for weekday in range(5))  # where an account has no slots of its own


class Threading(StrEnum):
    MANUAL = "manual"  # parts exactly where `---` is
    AUTO = "auto"  # and wherever a text does not fit
    NUMBERED = "numbered"  # the same, each part ending in its number, "2/5"


NEW = "new"


@dataclass(frozen=True, slots=True)
class Account:
    """A place to post: a network plus who we are there. `options` are the network's own settings.

    `token_ends` is the last day on which its token is good. `limits` are numbers that its server sets otherwise. `was`
    is the name that the ledger knows it by; NEW for an account that only looks like an older one.
    """

    name: str
    network: str
    title: str = ""
    options: tuple[tuple[str, str], ...] = ()
    audience: str = ""
    tone: str = ""
    language: str = ""
    per_week: int = 0
    slots: tuple[Slot, ...] = ()
    hours: tuple[time, time] | None = None
    tags: tuple[str, ...] = ()
    min_gap: timedelta | None = None
    late: timedelta | None = None
    line: int = 1
    token_ends: date | None = None
    limits: tuple[tuple[str, int], ...] = ()
    was: str = ""
    thread: Threading | None = None

    @property
    def destination(self) -> str:
        """Where its posts go, as far as the plan says it."""
        options = sorted((name, value.strip().rstrip("/").lower()) for name, value in self.options)
        return " ".join((self.network, *(f"{name}={value}" for name, value in options)))

    @property
    def usual_slots(self) -> tuple[Slot, ...]:
        """Its slots, else weekdays at half past nine."""
        return self.slots or USUAL

    def option(self, name: str, default: str = "") -> str:
        return dict(self.options).get(name, default)


@dataclass(frozen=True, slots=True)
class Pillar:
    """A subject the brand keeps coming back to; `share` is its part of all posts, in percent."""

    name: str
    share: int
    about: str = ""
    line: int = 1


@dataclass(frozen=True, slots=True)
class Campaign:
    name: str
    starts: date | None
    ends: date | None
    aim: str = ""
    line: int = 1
    approvals: int = 0


@dataclass(frozen=True, slots=True)
class Pause:
    """Days on which nothing is asked for and nothing goes out by itself, the first and the last among them."""

    name: str
    starts: date
    ends: date
    line: int = 1


@dataclass(frozen=True, slots=True)
class Goal:
    """A number that an account should reach by a day; `metric` is one of `GOALS`.

    `start` is the number it began with; `readings` are the numbers read since, by day, oldest first. `per` is "month"
    where the posts of each month should reach it, until that day; `changed` is then the day on which the network began
    to count differently, in the month that is judged.
    """

    account: str
    metric: str
    target: int
    by: date
    line: int = 1
    start: int | None = None
    readings: tuple[tuple[date, int], ...] = ()
    per: str = ""
    changed: date | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A person whom posts may name as `@{key}`; `handles` are (network or account, handle as written there)."""

    key: str
    name: str
    handles: tuple[tuple[str, str], ...] = ()
    line: int = 1


class WeekStart(StrEnum):
    """The day on which weeks begin in the calendar."""

    MONDAY = "monday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


@dataclass(frozen=True, slots=True)
class Rules:
    """What `cmflow check` insists on. `hours` is the default window for posting, local time."""

    alt_text: bool = True
    hours: tuple[time, time] | None = None
    min_gap: timedelta = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class ApprovalRules:
    """How many people must have approved what is sent, and whether those count who wrote it."""

    needed: int = 0
    own: bool = False


@dataclass(frozen=True, slots=True)
class Budget:
    """What the posts of a calendar month may cost, on all accounts together."""

    money: Money
    line: int = 1


@dataclass(frozen=True, slots=True)
class LinkTags:
    """What links carry, as patterns of UTM parameters with `{post}`, `{account}`, `{network}`, `{part}`, `{campaign}`
    and `{language}`. Posts dated before `since` have links without any, or those of `utm: yes` where `before` says so.
    """

    source: str = "{network}"
    medium: str = "social"
    campaign: str = "{campaign}"
    content: str = "{post}.{account}.{part}"
    since: date | None = None
    before: bool = False


@dataclass(frozen=True, slots=True)
class Visits:
    """Where visits of the website are counted: the service, its address, the site's name there, and its goals."""

    service: str
    address: str
    site: str
    goals: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """The social media plan: `content/plan.md`. `since` is the day cmflow took over: older posts are history.

    `site` is the address at which the calendar can be seen. `week_start` is None where the language decides.
    """

    brand: str
    zone: str
    language: str
    accounts: tuple[Account, ...]
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()
    pillars: tuple[Pillar, ...] = ()
    campaigns: tuple[Campaign, ...] = ()
    pauses: tuple[Pause, ...] = ()
    goals: tuple[Goal, ...] = ()
    people: tuple[Person, ...] = ()
    late: timedelta = timedelta(hours=6)
    since: date | None = None
    site: str = ""
    utm: bool | LinkTags = False
    rules: Rules = Rules()
    approvals: ApprovalRules = ApprovalRules()
    prose: str = ""
    path: str = PLAN_PATH
    week_start: WeekStart | None = None
    thread: Threading | None = None
    budget: Budget | None = None
    visits: Visits | None = None
    inbox: Inbox | None = None

    def renames(self) -> dict[str, str]:
        """Return the names under which the ledger may still know accounts, each with the name it has now."""
        names = {"", NEW, *(account.name for account in self.accounts)}
        return {account.was: account.name for account in self.accounts if account.was not in names}

    def lateness(self, account: Account, own: timedelta | None = None) -> timedelta:
        """How late a post may still go out to an account. `own` is what the post itself says."""
        return next(late for late in (own, account.late, self.late) if late is not None)

    def start(self) -> datetime:
        """The start of the day on which cmflow took over; older posts are history."""
        return _start(self.since, self.zone)

    def gap(self, name: str) -> timedelta:
        """The least time between two posts of an account."""
        account = self.account(name)
        return self.rules.min_gap if account is None or account.min_gap is None else account.min_gap

    def account(self, name: str) -> Account | None:
        return next((account for account in self.accounts if account.name == name), None)

    def asks(self, day: date) -> bool:
        """Return whether the plan asks for posts on that day: cmflow has taken over, and there is no pause."""
        began = self.since is None or day >= self.since
        return began and self.pause(day) is None

    def pause(self, day: date) -> Pause | None:
        """The pause that the day lies in."""
        return next((pause for pause in self.pauses if pause.starts <= day <= pause.ends), None)


SERVICES = ("goatcounter", "matomo", "plausible", "umami")  # that count the visits of a website
METRICS = ("followers", "impressions", "views", "likes", "replies", "reposts", "clicks")
GOALS = (*METRICS, "interactions", "reach", "saves", "visits", "conversions")


@lru_cache(maxsize=16)
def _start(day: date | None, zone: str) -> datetime:
    if day is None:
        return datetime.combine(date.min, time(), UTC)
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
