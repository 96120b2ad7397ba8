"""A report as the fields of templates/github/report.md.j2, in the language of the plan."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from html import escape as html_escape
from zoneinfo import ZoneInfo

from cmflow.insights.inbox import Listening
from cmflow.insights.inbox import findings as heard
from cmflow.insights.reports import Cadence, Item, Report
from cmflow.insights.sentences import Voice
from cmflow.insights.statistics import Factor, Level, Statistics, findings
from cmflow.model import Plan
from cmflow.render import escape

LIMIT = 60  # rows of a table
HEADINGS = {"sent": "published", "lost": "not published", "planned": "planned next"}
Quote = Callable[[str], str]  # makes what others wrote harmless where it is shown

MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!~])")


def on_github(text: str) -> str:
    """What others wrote as code, which GitHub does not interpret."""
    return escape.code_span(text, 200)


def on_page(text: str) -> str:
    """What others wrote as plain words of Markdown, for a page."""
    return MARKS.sub(r"\\\1", html_escape(" ".join(text.split()))).replace("|", "&#124;")


def title(report: Report, voice: Voice) -> str:
    """`Report for the week of 2026-11-23`"""
    start = findings.day(report.period.since, report.zone)
    name = voice.day(start) if report.cadence is Cadence.WEEK else f"{start:%Y-%m}"
    return voice.page[f"report {report.cadence}"].format(name)


def fields(report: Report, plan: Plan, voice: Voice, quote: Quote) -> Mapping[str, object]:
    """What the template takes; all that others wrote is quoted."""
    last = findings.day(report.period.until - timedelta(seconds=1), report.zone)
    first = findings.day(report.period.since, report.zone)
    tables = {"sent": report.sent, "lost": report.lost, "planned": report.planned}
    counts = [voice.say(reason) for reason in findings.counts(report.quarter)]
    return {
        "page": voice.page,
        "intro": voice.page["report intro"].format(quote(plan.brand), voice.day(first), voice.day(last)),
        "simulated": counts.pop(0) if report.quarter.simulated else "",
        "headings": {name: voice.page[HEADINGS[name]].format(len(items)) for name, items in tables.items()},
        "more": {name: _more(len(items), voice) for name, items in tables.items()},
        **{name: [_row(item, report, voice, quote) for item in items[:LIMIT]] for name, items in tables.items()},
        "heard": [*_heard(report.heard, voice)],
        "growth": [*_growth(report.recent, voice, quote)],
        "evidence": _sentence(" ".join((voice.say(findings.head(report.quarter, voice)), *counts))),
        "conclusions": [*_conclusions(report, voice, quote)],
        "tested": voice.say(findings.tested(report.quarter)) if report.quarter.factors else "",
    }


def _more(count: int, voice: Voice) -> str:
    return f"\n{voice.page['more'].format(count - LIMIT)}\n" if count > LIMIT else ""


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _row(item: Item, report: Report, voice: Voice, quote: Quote) -> dict[str, str]:
    local = item.time.astimezone(ZoneInfo(report.zone))
    name = _cell(item.title, quote)
    people = ", ".join(f"{_cell(by, quote)} (PR {pull})" for by, pull in item.approved)
    link = escape.address(item.url)
    return {
        "day": f"{voice.day(local.date())}, {local:%H:%M}",
        "title": f"[{name}]({link})" if link else name,
        "account": _cell(item.account, quote),
        "approved": people,
    }


def _cell(text: str, quote: Quote) -> str:
    """In a table a bar divides, even inside code."""
    return quote(text).replace("|", "\\|")


def _growth(statistics: Statistics, voice: Voice, quote: Quote) -> Iterator[str]:
    for row in statistics.growth:
        text = " ".join(voice.say(reason) for reason in findings.growth(row, statistics.zone, voice))
        yield voice.page["on account"].format(quote(row.account), text)


def _heard(listening: Listening | None, voice: Voice) -> Iterator[str]:
    """What people wrote, in numbers: in all, and for each label."""
    if listening is None:
        return
    if listening.simulated:
        yield f"**{voice.say(heard.simulated())}**"
    yield from map(voice.say, heard.summary(listening, voice))
    for group in listening.labels:
        sentences = (voice.say(reason) for reason in (heard.counts(group), *heard.waits(group, voice)))
        yield voice.page["on account"].format(_sentence(voice.page[f"label {group.name}"]), " ".join(sentences))


def _conclusions(report: Report, voice: Voice, quote: Quote) -> Iterator[tuple[str, Sequence[str]]]:
    page = voice.page
    changes = [*_lost(report, voice, quote), *_unmet(report, voice, quote)]
    yield page["keep"], [*_levels(report.keep, voice, quote)] or [page["keep none"]]
    yield page["change"], changes[:LIMIT] or [page["change none"]]
    yield page["stop"], [*_levels(report.stop, voice, quote)] or [page["stop none"]]


def _lost(report: Report, voice: Voice, quote: Quote) -> Iterator[str]:
    for item in report.lost:
        yield voice.page["on account"].format(quote(item.account), f"{quote(item.title)} ({voice.page[item.state]})")


def _unmet(report: Report, voice: Voice, quote: Quote) -> Iterator[str]:
    for item in report.unmet:
        sentence = voice.say(findings.expectation(item, voice))
        yield voice.page["on account"].format(quote(item.title or item.post), sentence)


def _levels(pairs: Iterable[tuple[Factor, Level]], voice: Voice, quote: Quote) -> Iterator[str]:
    for factor, level in pairs:
        level_name = quote(findings.level_name(factor.name, level.name, voice))
        name = voice.page["of"].format(voice.page[f"factor {factor.name}"], level_name)
        yield voice.page["on account"].format(name, voice.say(findings.level(level)))
