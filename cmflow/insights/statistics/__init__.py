"""Whether what was tried works: growth, what worked, forecasts, all from readings. docs/statistics.md explains it.

`assess` gives `Statistics`, which charts, pages and reports are made from. Times are aware; a page or a
command shows them in the plan's zone. Ratios are multiples: 1.5 is half as much again. None is "not known", never 0.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import datetime, timedelta

from cmflow.insights.statistics import factors, forecasts
from cmflow.insights.statistics import growth as growths
from cmflow.insights.statistics import results as outcomes
from cmflow.insights.statistics.evidence import Interval
from cmflow.insights.statistics.factors import BANDS, FEW, Cell, Factor, Level, Verdict
from cmflow.insights.statistics.forecasts import Expectation, Forecast, Record
from cmflow.insights.statistics.growth import Growth
from cmflow.insights.statistics.levels import Usual, usuals
from cmflow.insights.statistics.results import Outcome, Result
from cmflow.insights.statistics.series import FIGURES, INTERACTIONS, Measurement, Point, Sample
from cmflow.insights.statistics.trials import Trial, Version, trials
from cmflow.model import Delivery, Entry, Key, Plan
from cmflow.values import dataclass

__all__ = [
    "BANDS",
    "FEW",
    "FIGURES",
    "INTERACTIONS",
    "Cell",
    "Expectation",
    "Factor",
    "Forecast",
    "Growth",
    "Interval",
    "Level",
    "Measurement",
    "Outcome",
    "Period",
    "Point",
    "Question",
    "Record",
    "Result",
    "Sample",
    "Source",
    "Statistics",
    "Trial",
    "Usual",
    "Verdict",
    "Version",
    "assess",
]

AGE = timedelta(days=3)
PERIOD = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` until `until`, which is not included."""

    since: datetime
    until: datetime

    @property
    def previous(self) -> "Period":
        """The period before, just as long."""
        return Period(self.since - (self.until - self.since), self.since)

    def has(self, time: datetime) -> bool:
        return self.since <= time < self.until


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: about which period, figure (one of `FIGURES`) and age; of these accounts, campaign and pillar
    alone where they are given. What is usual for an account is taken from all its posts of the period all the same.
    """

    period: Period
    figure: str = INTERACTIONS
    age: timedelta = AGE
    accounts: tuple[str, ...] = ()
    campaign: str = ""
    pillar: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """All that is known: `lines` are the readings by account, `authors` of posts by path.

    `samples` are figures at the age of the question, of posts whose readings need not be in `lines`. `simulated`: some
    readings never happened.
    """

    plan: Plan
    entries: Sequence[Entry]
    deliveries: Mapping[Key, Delivery]
    lines: Mapping[str, Sequence[Measurement]]
    authors: Mapping[str, str] = field(default_factory=dict)
    samples: Mapping[Key, Sample] = field(default_factory=dict)
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class Statistics:
    """The answer.

    `growth` has a row per account of the plan; `accounts` and `networks` what they usually get for a post, against the
    period before; `factors` what worked, `heat` the same by weekday and band of hours; `trials` the A/B tests; `posts`
    every delivery of the period, the oldest first, each with its `outcome`; `expectations` each forecast, `records`
    each author's.

    `tested` is the number of tests that were made: with so many, five in a hundred would differ by chance if nothing
    were done about it. `simulated`: readings that never happened are among those that this is made from.
    """

    question: Question
    now: datetime
    zone: str
    growth: tuple[Growth, ...]
    accounts: tuple[Usual, ...]
    networks: tuple[Usual, ...]
    factors: tuple[Factor, ...]
    heat: tuple[Cell, ...]
    trials: tuple[Trial, ...]
    posts: tuple[Result, ...]
    expectations: tuple[Expectation, ...]
    records: tuple[Record, ...]
    tested: int
    simulated: bool

    @property
    def counts(self) -> Mapping[Outcome, int]:
        """How many deliveries are compared, and why the others are not; every outcome is included."""
        counter = Counter(row.outcome for row in self.posts)
        return {outcome: counter[outcome] for outcome in Outcome}

    @property
    def differences(self) -> tuple[tuple[Factor, Level], ...]:
        """What did better or worse by more than chance, the largest difference first.

        Posts without something are left out: those with it say the same.
        """
        pairs = [
            (factor, level)
            for factor in self.factors
            for level in factor.levels
            if level.verdict in (Verdict.BETTER, Verdict.WORSE) and level.name != "no"
        ]
        return tuple(sorted(pairs, key=lambda pair: -pair[1].strength))

    @property
    def best(self) -> tuple[Result, ...]:
        """The deliveries that are compared, the best for its account first: single posts, which prove nothing."""
        compared = [row for row in self.posts if row.compared]
        return tuple(sorted(compared, key=lambda row: (-row.ratio, row.post, row.account)))


def assess(source: Source, question: Question, now: datetime) -> Statistics:
    """Readings that a clock has dated ahead of `now` do not count, nor does what is published after it."""
    lines = {account: [line for line in rows if line.time <= now] for account, rows in source.lines.items()}
    names = question.accounts or tuple(account.name for account in source.plan.accounts)
    networks = {account.name: account.network for account in source.plan.accounts if account.name in names}
    tracks = _tracks(lines)
    entries = {entry.id: entry for entry in source.entries}
    rows, previous = (
        _results(source, entries, networks, tracks, question, period, now)
        for period in (question.period, question.period.previous)
    )
    chosen = [row for row in rows if _asked(row, question)]
    earlier = [row for row in previous if _asked(row, question)]
    judged = factors.factors(chosen, source.plan.zone)
    by_account, by_network = usuals(chosen, earlier, _account), usuals(chosen, earlier, _network)
    tested = trials(chosen)
    expected = _expectations(source, question, networks, tracks, now)
    return Statistics(
        question,
        now,
        source.plan.zone,
        tuple(_growth(name, network, lines, question.period) for name, network in networks.items()),
        by_account,
        by_network,
        judged,
        factors.heat(chosen, source.plan.zone),
        tested,
        tuple(chosen),
        expected,
        forecasts.records(expected),
        factors.tests(judged) + _ratios(by_account) + _ratios(by_network) + _ratios(tested),
        source.simulated or any(line.mode for account in networks for line in lines.get(account, ())),
    )


def _ratios(items: Iterable[Usual] | Iterable[Trial]) -> int:
    return sum(bool(item.ratio) for item in items)


def _account(row: Result) -> str:
    return row.account


def _network(row: Result) -> str:
    return row.network


def _tracks(lines: Mapping[str, Iterable[Measurement]]) -> dict[Key, list[Measurement]]:
    """The readings of the first part of each delivery."""
    tracks: dict[Key, list[Measurement]] = {}
    for account, rows in lines.items():
        posts = defaultdict[str, list[Measurement]](list)
        for line in rows:
            if not line.part:
                posts[line.post].append(line)
        tracks.update((Key(post, account), track) for post, track in posts.items() if post)
    return tracks


def _results(
    source: Source,
    entries: Mapping[str, Entry],
    networks: Mapping[str, str],
    tracks: Mapping[Key, Sequence[Measurement]],
    question: Question,
    period: Period,
    now: datetime,
) -> tuple[Result, ...]:
    deliveries = [row for row in source.deliveries.values() if period.has(outcomes.published(row))]
    return outcomes.results(deliveries, networks, entries, tracks, question.figure, question.age, now, source.samples)


def _asked(row: Result, question: Question) -> bool:
    return question.campaign in ("", row.campaign) and question.pillar in ("", row.pillar)


def _growth(name: str, network: str, lines: Mapping[str, Iterable[Measurement]], period: Period) -> Growth:
    rows = [line for line in lines.get(name, ()) if not line.post]
    return growths.growth(name, network, rows, period.since, period.until, period.previous.since)


def _expectations(
    source: Source,
    question: Question,
    networks: Mapping[str, str],
    tracks: Mapping[Key, Sequence[Measurement]],
    now: datetime,
) -> tuple[Expectation, ...]:
    by_post = defaultdict[str, list[Delivery]](list)
    for delivery in source.deliveries.values():
        if delivery.account in networks:
            by_post[delivery.post].append(delivery)
    asked = [
        entry
        for entry in source.entries
        if entry.expects and question.campaign in ("", entry.campaign) and question.pillar in ("", entry.pillar)
    ]
    expected = forecasts.expectations(asked, by_post, tracks, source.authors, now)
    return tuple(item for item in expected if item.time and question.period.has(item.time))
