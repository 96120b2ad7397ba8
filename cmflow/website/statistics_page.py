"""Statistics as a page: how accounts grow, what worked, when, and which forecasts held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from cmflow.insights.sentences import Voice
from cmflow.insights.statistics import (
    BANDS,
    Cell,
    Factor,
    Growth,
    Outcome,
    Point,
    Result,
    Statistics,
    findings,
    weeks,
)
from cmflow.insights.statistics.factors import DAYS
from cmflow.insights.statistics.weeks import Weekly
from cmflow.model import Plan
from cmflow.model.reason import Reason
from cmflow.values import dataclass
from cmflow.website.charts import curves, whiskers
from cmflow.website.charts.curves import Curve
from cmflow.website.charts.whiskers import Whiskers
from cmflow.website.places import address
from cmflow.website.speech import voice

if TYPE_CHECKING:
    from cmflow.website.printer import Printer

BEST, LATEST, FORECASTS = 10, 20, 20  # rows of a table; cmflow stats --csv has all
ABOVE = 1.05  # times as good as usual: a best post is better, as it is shown


@dataclass(frozen=True, slots=True)
class AccountCard:
    """How an account grew: in sentences, as a chart, and day by day for its table."""

    name: str
    title: str
    sentences: tuple[str, ...]
    curve: Curve | None
    points: tuple[tuple[datetime, str], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: what it is about, the verdict, a sentence, and its interval where there is one."""

    name: str
    verdict: str
    sentence: str
    whiskers: Whiskers | None = None
    curve: Curve | None = None


@dataclass(frozen=True, slots=True)
class FactorCard:
    name: str
    matters: bool
    sentence: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class PostRow:
    """A delivery: `page` is "" where the post has none, `figure` and `times` where they are not known."""

    title: str
    page: str
    account: str
    time: datetime
    figure: str
    times: str
    remark: str
    curve: Curve | None


@dataclass(frozen=True, slots=True)
class Hours:
    """A cell of the week: `shade` from -2 to 2, `times` "" for too few posts."""

    posts: int
    times: str
    shade: int


def page(statistics: Statistics, plan: Plan, posts: Set[str], printer: Printer) -> tuple[str, str]:
    """`statistics.html`; `posts` are those that have a page. Raises `TemplateError`."""
    today = statistics.now.astimezone(ZoneInfo(statistics.zone)).date()
    speaker = voice(plan, printer.language, today)
    data = context(statistics, plan, posts, speaker)
    return "statistics.html", printer.page("statistics.html.j2", **data, here="statistics.html")


def context(statistics: Statistics, plan: Plan, posts: Set[str], voice: Voice) -> dict[str, Any]:
    """What statistics.html.j2 takes, besides what every page is given."""
    titles = {account.name: account.title or account.name for account in plan.accounts}
    bands = [band for band in BANDS if any(cell.band == band for cell in statistics.heat)]
    counts = list(_said(findings.counts(statistics), voice))
    best = [row for row in statistics.best if row.ratio >= ABOVE]
    weekly = {row.name: _weekly(row.name, statistics) for row in statistics.accounts}
    return {
        "say": voice,
        "zone": ZoneInfo(statistics.zone),
        "head": voice.say(findings.head(statistics, voice)),
        **_ends(statistics, voice),
        "simulated": counts.pop(0) if statistics.simulated else "",
        "counts": counts,
        "measured": any(row.life for row in statistics.posts) or any(row.segments for row in statistics.growth),
        "highlights": list(_highlights(statistics, voice)),
        "growth": [_account(row, statistics, titles, voice) for row in statistics.growth],
        "usual": list(_usual(statistics, titles, weekly, voice)),
        "compared": any(row.ratio for row in statistics.accounts),
        "weeks": _weeks(weekly, statistics, voice),
        "factors": [_factor(factor, voice) for factor in statistics.factors],
        "tested": voice.say(findings.tested(statistics)) if statistics.tested else "",
        "week": _week(statistics.heat, bands, voice),
        "bands": bands,
        "best": [_post(row, statistics, titles, posts, voice) for row in best[:BEST]],
        "latest": [_post(row, statistics, titles, posts, voice) for row in statistics.posts[: -LATEST - 1 : -1]],
        "forecasts": [
            (item.title or item.post, _page(item.post, posts), str(item.outcome), findings.expectation(item, voice))
            for item in statistics.expectations[: -FORECASTS - 1 : -1]
        ],
        "records": [(row.author or voice.page["unknown author"], findings.record(row)) for row in statistics.records],
        "life": (curves.LIFE_WIDTH, curves.LIFE_HEIGHT),
    }


def _usual(statistics: Statistics, titles: Mapping[str, str], weekly: Mapping[str, Any], voice: Voice) -> Iterator[Row]:
    """What is usual for each account."""
    for row in statistics.accounts:
        yield Row(
            titles.get(row.name, row.name),
            str(row.verdict),
            " ".join(_said(findings.usual(row), voice)),
            whiskers.whiskers(row.ratio),
            curves.weekly(weekly[row.name], statistics.question.period),
        )


def _ends(statistics: Statistics, voice: Voice) -> dict[str, str]:
    """The first and the last day, in words."""
    period, zone = statistics.question.period, statistics.zone
    last = period.until - timedelta(seconds=1)
    return {"since": voice.day(findings.day(period.since, zone)), "until": voice.day(findings.day(last, zone))}


def _said(reasons: Iterable[Reason], voice: Voice) -> Iterator[str]:
    return map(voice.say, reasons)


def _highlights(statistics: Statistics, voice: Voice) -> Iterator[Row]:
    for factor, level in statistics.differences:
        level_name = findings.level_name(factor.name, level.name, voice)
        name = voice.page["of"].format(voice.page[f"factor {factor.name}"], level_name)
        yield Row(name, str(level.verdict), voice.say(findings.level(level)))


def _account(row: Growth, statistics: Statistics, titles: dict[str, str], voice: Voice) -> AccountCard:
    published = [post.time for post in statistics.posts if post.account == row.account]
    return AccountCard(
        row.account,
        titles.get(row.account, row.account),
        tuple(_said(findings.growth(row, statistics.zone, voice), voice)),
        curves.growth(row, statistics.question.period, published),
        tuple((point.time, _number(point, voice)) for segment in row.segments for point in segment),
    )


def _weekly(account: str, statistics: Statistics) -> tuple[Weekly, ...]:
    return weeks.weeks([row for row in statistics.posts if row.account == account], statistics.question.period.since)


def _weeks(weekly: dict[str, tuple[Weekly, ...]], statistics: Statistics, voice: Voice) -> list[tuple[str, list[str]]]:
    """Each week, with the median post of each account; "" for none."""
    starts = sorted({week.starts for rows in weekly.values() for week in rows})
    usual = {(name, week.starts): voice.decimal(week.usual) for name, rows in weekly.items() for week in rows}
    return [
        (voice.day(findings.day(start, statistics.zone)), [usual.get((name, start), "") for name in weekly])
        for start in starts
    ]


def _number(point: Point, voice: Voice) -> str:
    return voice.number(round(point.value))


def _factor(factor: Factor, voice: Voice) -> FactorCard:
    rows = tuple(
        Row(
            findings.level_name(factor.name, level.name, voice),
            str(level.verdict),
            voice.say(findings.level(level)),
            whiskers.whiskers(level.ratio),
        )
        for level in factor.levels
    )
    return FactorCard(voice.page[f"factor {factor.name}"], factor.matters, voice.say(findings.factor(factor)), rows)


def _week(cells: Sequence[Cell], bands: Sequence[str], voice: Voice) -> list[tuple[str, list[Hours | None]]]:
    """The days of the week, each with its bands of hours; none where nothing is compared."""
    by_place = {(cell.weekday, cell.band): cell for cell in cells}
    return [
        (voice.page[f"weekday {day}"], [_hours(by_place.get((int(day), band)), voice) for band in bands])
        for day in (DAYS if cells else ())
    ]


def _hours(cell: Cell | None, voice: Voice) -> Hours | None:
    if cell is None:
        return None
    return Hours(cell.posts, "" if cell.usual is None else voice.decimal(cell.usual), whiskers.shade(cell.usual))


def _post(row: Result, statistics: Statistics, titles: dict[str, str], posts: Set[str], voice: Voice) -> PostRow:
    return PostRow(
        row.title or row.post,
        _page(row.post, posts),
        titles.get(row.account, row.account),
        row.time.astimezone(ZoneInfo(statistics.zone)),
        "" if row.value is None else voice.number(round(row.value)),
        voice.decimal(row.ratio) if row.compared else "",
        "" if row.outcome is Outcome.COMPARED else voice.page[f"outcome {row.outcome}"],
        curves.life(row.life, statistics.question.age),
    )


def _page(post: str, posts: Set[str]) -> str:
    return address(post) if post in posts else ""
