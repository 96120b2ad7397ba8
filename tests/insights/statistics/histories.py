"""Simulated histories, whose truth is known: what was posted, and what the networks told of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from math import exp
from random import Random

from cmflow.insights.statistics import Period, Question, Source
from cmflow.model import (
    Account,
    Delivery,
    Entry,
    Key,
    Number,
    Pillar,
    Plan,
    Planned,
    Receipt,
    State,
    Status,
    Trait,
)

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
START = NOW - timedelta(days=90)
PLAN = Plan(
    "Harbour Café",
    "Europe/Paris",
    "en",
    (Account("news", "mastodon"), Account("sky", "bluesky")),
    pillars=(Pillar("menu", 60), Pillar("people", 40)),
)
QUESTION = Question(Period(START, NOW))
NAMES = {"mastodon": "favourites_count", "bluesky": "likeCount", "youtube": "viewCount", "facebook": "post_impressions"}


@dataclass(frozen=True)
class Line:
    """A line of the branch."""

    time: datetime
    slot: str
    network: str
    values: Mapping[str, Number | None]
    post: str = ""
    part: int = 0
    age: int | None = None
    source: str = ""
    entered: datetime | None = None
    mode: str = ""


@dataclass
class World:
    """What was published so far, and read of it."""

    plan: Plan = PLAN
    entries: dict[str, Entry] = field(default_factory=dict)
    deliveries: dict[Key, Delivery] = field(default_factory=dict)
    lines: dict[str, list[Line]] = field(default_factory=dict)

    @property
    def source(self) -> Source:
        return Source(self.plan, tuple(self.entries.values()), self.deliveries, self.lines, {"p.md": "Ana"})

    def post(
        self,
        name: str,
        time: datetime,
        accounts: tuple[str, ...] = ("news",),
        traits: tuple[Trait, ...] = (),
        **keys: object,
    ) -> None:
        planned = tuple(
            Planned(name, account, time, timedelta(hours=6), "", traits=traits, language="en") for account in accounts
        )
        entry = Entry("p.md", name, name, time, Status.READY, planned=planned)
        self.entries[name] = replace(entry, **keys)  # type: ignore[arg-type]
        for account in accounts:
            receipt = Receipt(0, name, "", time)
            self.deliveries[Key(name, account)] = Delivery(name, account, State.SENT, time, receipts=(receipt,))

    def read(self, post: str, age: timedelta, account: str = "news", **values: Number | None) -> None:
        """What was read of a post at that age, by the networks' own names."""
        time = self.deliveries[Key(post, account)].due + age
        seconds, network = int(age.total_seconds()), self.network(account)
        slot = f"{age.days}d" if age.days else f"{seconds // 3600}h"
        self.lines.setdefault(account, []).append(Line(time, slot, network, values, post, age=seconds))

    def count(self, time: datetime, account: str = "news", **values: Number | None) -> None:
        line = Line(time, f"{time:%Y-%m-%d}", self.network(account), values)
        self.lines.setdefault(account, []).append(line)

    def network(self, account: str) -> str:
        return next(item.network for item in self.plan.accounts if item.name == account)


def simulated(seed: int, effect: float = 1.0, posts: int = 160, spread: float = 0.5) -> World:
    """Ninety days of posts to two accounts; each fourth is about the menu, and gets `effect` times as much."""
    world, random = World(), Random(seed)
    for number in range(posts):
        time = START + timedelta(days=1 + number * 84 / posts)
        time = time.replace(hour=random.choice((8, 9, 12, 17, 19)), minute=0)
        pillar = "menu" if number % 4 == 0 else random.choice(("people", "place", "craft"))
        traits = tuple(trait for trait in (Trait.PICTURE, Trait.LINK, Trait.QUESTION) if random.random() < 0.4)
        name, luck = f"post-{number}", random.gauss(0, spread / 2)
        world.post(name, time, ("news", "sky"), traits, pillar=pillar, campaign=random.choice(("", "summer")))
        for account, usual in (("news", 30), ("sky", 12)):
            mean = usual * exp(luck + random.gauss(0, spread * 0.85)) * (effect if pillar == "menu" else 1)
            value = max(0, round(random.gauss(mean, mean**0.5)))
            world.read(name, timedelta(days=3), account, **{NAMES[world.network(account)]: value})
    return world
