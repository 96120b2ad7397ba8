"""A quarter that never happened: posts, deliveries and readings made up by a seed, so that statistics can be seen
before there are any. Everything is marked as simulated. Pictures do half as well again; nothing else differs.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from math import exp
from random import Random

from cmflow.insights.metrics import catalogue
from cmflow.insights.metrics.catalogue import Of
from cmflow.insights.statistics import INTERACTIONS, PERIOD, Source
from cmflow.insights.statistics.series import FIGURES
from cmflow.model import Account, Delivery, Entry, Key, Number, Plan, Planned, Receipt, State, Status, Trait
from cmflow.values import dataclass

MODE = "simulated"
SEED = 20
PER_WEEK = 8  # posts
HOURS = (8, 9, 12, 17, 19)
SHARES = {Trait.PICTURE: 0.45, Trait.LINK: 0.5, Trait.QUESTION: 0.3}  # of the posts
EFFECT = 1.5  # of a picture
AGES = {"1h": 1, "6h": 6, "1d": 24, "3d": 72, "7d": 168, "14d": 336, "30d": 720}  # hours
HALF_LIFE = 14  # hours: most of what a post gets, it gets on its first day
SPREAD = 0.45  # of one post to another, as a logarithm
PARTS = (0.7, 0.1, 0.2)  # of the interactions: reactions, comments, shares


@dataclass(frozen=True, slots=True)
class Line:
    """What a network would have told at one moment; see `statistics.Measurement`."""

    time: datetime
    slot: str
    network: str
    values: Mapping[str, Number | None]
    post: str = ""
    part: int = 0
    age: int | None = None
    source: str = "api"
    entered: datetime | None = None
    mode: str = MODE


def simulate(plan: Plan, now: datetime, seed: int = SEED) -> Source:
    """Ninety days of the plan's accounts, pillars and campaigns before `now`; the same for the same day and plan."""
    random, start = Random(seed), now.astimezone(UTC).replace(minute=0, second=0, microsecond=0) - PERIOD
    accounts = [account for account in plan.accounts if _names(account.network, FIGURES[INTERACTIONS], Of.POST, start)]
    levels = {account.name: random.uniform(15, 90) for account in accounts}
    entries = tuple(_posts(plan, accounts, start, random)) if accounts else ()
    deliveries = {
        Key(item.post, item.account): _sent(item.post, item.account, item.due)
        for entry in entries
        for item in entry.planned
        if item.due <= now
    }
    lines: dict[str, list[Line]] = {
        account.name: [*_growth(account, start, levels[account.name], random)] for account in accounts
    }
    networks = {account.name: account.network for account in accounts}
    for entry in entries:
        luck = random.gauss(0, SPREAD / 2)
        for item in entry.planned:
            total = levels[item.account] * exp(luck + random.gauss(0, SPREAD))
            total *= EFFECT if Trait.PICTURE in item.traits else 1
            lines[item.account] += _life(item, networks[item.account], total, now)
    return Source(plan, entries, deliveries, lines)


def _posts(plan: Plan, accounts: list[Account], start: datetime, random: Random) -> Iterator[Entry]:
    pillars = [pillar.name for pillar in plan.pillars] or [""]
    shares = [pillar.share or 1 for pillar in plan.pillars] or [1]
    campaigns = ["", *(campaign.name for campaign in plan.campaigns)]
    count = PERIOD.days * PER_WEEK // 7
    for number in range(count):
        time = (start + PERIOD * number / count).replace(hour=random.choice(HOURS), minute=30)
        post, pillar = f"simulated-{number + 1}", random.choices(pillars, shares)[0]
        traits = tuple(trait for trait, share in SHARES.items() if random.random() < share)
        chosen = [account for account in accounts if random.random() < 0.6] or accounts[:1]
        planned = tuple(
            Planned(post, account.name, time, timedelta(hours=6), "", traits=traits, language=plan.language)
            for account in chosen
        )
        expects = (("likes", random.randrange(40, 200, 10)),) if number % 9 == 0 else ()
        yield Entry(
            f"{post}.md",
            post,
            f"Simulated post {number + 1}",
            time,
            Status.READY,
            planned=planned,
            pillar=pillar,
            campaign=random.choice(campaigns),
            language=plan.language,
            expects=expects,
        )


def _sent(post: str, account: str, time: datetime) -> Delivery:
    return Delivery(post, account, State.SENT, time, parts=1, receipts=(Receipt(0, post, "", time),))


def _growth(account: Account, start: datetime, level: float, random: Random) -> Iterator[Line]:
    """Followers, day by day, in proportion to what the account's posts get."""
    names = _names(account.network, ("followers",), Of.ACCOUNT, start)
    followers = level * random.uniform(15, 30)
    for day in range(PERIOD.days if names else 0):
        followers *= 1 + random.gauss(0.001, 0.001)
        time = start + timedelta(days=day, hours=3)
        yield Line(time, f"{time:%Y-%m-%d}", account.network, {names[0]: round(followers)})


def _life(item: Planned, network: str, total: float, now: datetime) -> Iterator[Line]:
    """What the post got by each age that it has reached."""
    for slot, hours in AGES.items():
        time = item.due + timedelta(hours=hours)
        if time > now:
            return
        reached = total * (1 - exp(-((hours / HALF_LIFE) ** 0.6)))
        values: dict[str, Number | None] = {}
        for common, part in zip(FIGURES[INTERACTIONS], PARTS, strict=True):
            values.update({name: round(reached * part) for name in _names(network, (common,), Of.POST, time)[:1]})
        yield Line(time, slot, network, values, item.post, age=hours * 3600)


def _names(network: str, figures: tuple[str, ...], of: Of, time: datetime) -> list[str]:
    """The network's own names of these figures, of those that it tells."""
    return [
        definition.metric
        for definition in catalogue.DEFINITIONS
        if definition.network == network
        and definition.common in figures
        and definition.of is of
        and definition.holds(time.date())
    ]
