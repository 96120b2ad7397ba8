"""Statistics as reasons, which become sentences in a language: what a table, a page and a report say alike."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from cmflow.insights.sentences import Voice
from cmflow.insights.statistics import (
    Expectation,
    Factor,
    Forecast,
    Growth,
    Interval,
    Level,
    Outcome,
    Record,
    Statistics,
    Trial,
    Usual,
    Verdict,
)
from cmflow.model.reason import Figure, Reason, because

OUTCOMES = (Outcome.YOUNG, Outcome.UNREAD, Outcome.UNTOLD, Outcome.ALONE, Outcome.QUIET)


def head(statistics: Statistics, voice: Voice) -> Reason:
    """What is asked: which figure, at which age, of which days."""
    period = statistics.question.period
    return because(
        "stats-head",
        figure=voice.page[f"figure {statistics.question.figure}"],
        age=age(statistics.question.age, voice),
        since=day(period.since, statistics.zone),
        until=day(period.until - timedelta(seconds=1), statistics.zone),
    )


def day(time: datetime, zone: str) -> date:
    return time.astimezone(ZoneInfo(zone)).date()


def counts(statistics: Statistics) -> Iterator[Reason]:
    """How many deliveries are compared, and why the others are not; that it is simulated comes first."""
    if statistics.simulated:
        yield simulated()
    if not statistics.posts:
        yield because("stats-none")
        return
    numbers = statistics.counts
    yield because("stats-counts", compared=numbers[Outcome.COMPARED], posts=len(statistics.posts))
    yield from (because(f"stats-{outcome}", posts=numbers[outcome]) for outcome in OUTCOMES if numbers[outcome])


def growth(growth: Growth, zone: str, voice: Voice) -> Iterator[Reason]:
    if growth.first is None or growth.last is None or growth.change is None:
        yield because("stats-growth-unknown")
        return
    yield because(
        "stats-growth",
        followers=round(growth.last.value),
        day=day(growth.last.time, zone),
        change=_signed(growth.change, voice),
        since=day(growth.first.time, zone),
        week=_signed(growth.per_week or 0, voice),
    )
    if growth.previous is not None:
        yield because("stats-growth-previous", week=_signed(growth.previous, voice))
    if growth.breaks:
        yield because("stats-growth-break", day=day(growth.breaks[-1], zone))


def usual(usual: Usual) -> Iterator[Reason]:
    if usual.usual is None:
        yield because("stats-usual-few", posts=usual.posts)
        return
    middle, low, high = usual.usual.middle, usual.usual.low, usual.usual.high
    yield because("stats-usual", usual=float(middle), low=float(low), high=float(high), posts=usual.posts)
    if usual.ratio:
        ratio = usual.ratio
        yield because(f"stats-usual-{usual.verdict}", ratio=ratio.middle, low=ratio.low, high=ratio.high)
    elif usual.changed:
        yield because("stats-usual-changed")


def factor(factor: Factor) -> Reason:
    if not factor.tested:
        return because("stats-untested")
    return because("stats-matters" if factor.matters else "stats-no-difference")


def level(level: Level) -> Reason:
    if level.ratio is None:
        return because("stats-few", posts=level.posts)
    ratio = level.ratio
    figures: dict[str, Figure] = {"low": ratio.low, "high": ratio.high, "posts": level.posts}
    if level.verdict is Verdict.SAME:
        return because("stats-same", **figures)
    return because(f"stats-{level.verdict}", ratio=ratio.middle, **figures)


def trial(trial: Trial) -> Iterator[Reason]:
    first, second = trial.first, trial.second
    names: dict[str, Figure] = {"first": first.name, "second": second.name}
    posts: dict[str, Figure] = {"one": first.posts, "two": second.posts}
    if trial.ratio is None:
        yield because("stats-ab-few", **names, **posts)
    elif trial.verdict is Verdict.SAME:
        yield because("stats-ab-same", low=trial.ratio.low, high=trial.ratio.high, **names, **posts)
    else:
        ratio = trial.ratio
        if trial.verdict is Verdict.WORSE:
            names = {"first": second.name, "second": first.name}
            posts = {"one": second.posts, "two": first.posts}
            ratio = Interval(1 / ratio.middle, 1 / ratio.high, 1 / ratio.low)
        yield because("stats-ab-better", ratio=ratio.middle, low=ratio.low, high=ratio.high, **names, **posts)
    if trial.waiting:
        yield because("stats-ab-waiting", posts=trial.waiting)
    if trial.changed:
        yield because("stats-ab-changed", posts=trial.changed)


def tested(statistics: Statistics) -> Reason:
    if statistics.tested == 1:
        return because("stats-tested-one")
    return because("stats-tested", tested=statistics.tested)


def course(names: Iterable[str]) -> Reason:
    """That these figures began to mean something else while a post was read."""
    return because("stats-figure-break", figures=", ".join(names))


def simulated() -> Reason:
    return because("stats-simulated")


def expectation(item: Expectation, voice: Voice) -> Reason:
    figures: dict[str, Figure] = {"target": item.target, "metric": voice.page[f"metric {item.metric}"]}
    if item.outcome is Forecast.UNKNOWN:
        return because("stats-unknown", **figures)
    if item.value is None:
        return because("stats-early-unread", **figures)
    return because(f"stats-{item.outcome}", value=round(item.value), **figures)


def record(record: Record) -> Reason:
    judged, open_forecasts = record.met + record.unmet, record.early + record.unknown
    return because("stats-record", met=record.met, judged=judged, open=open_forecasts)


def level_name(factor: str, level: str, voice: Voice) -> str:
    """What a level is called: names of the plan stay as they are."""
    if factor == "weekday":
        return voice.page[f"weekday {level}"]
    return voice.page.get(f"level {level}", level) if factor != "pillar" else level


def age(span: timedelta, voice: Voice) -> str:
    """`6 hours`, `3 days`"""
    if (hours := round(span / timedelta(hours=1))) < 24:
        return voice.counted(hours, "hours")
    return voice.counted(round(span / timedelta(days=1)), "days")


def _signed(number: float, voice: Voice) -> str:
    return ("+" if number > 0 else "") + voice.decimal(number)
