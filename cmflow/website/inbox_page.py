"""The inbox as a page: how soon people get an answer. It has numbers only, never a text or a name of a person."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from cmflow.insights.inbox import Group, Listening, Week, findings
from cmflow.insights.sentences import Voice
from cmflow.model import Plan
from cmflow.values import dataclass
from cmflow.website.charts import bars
from cmflow.website.charts.bars import Chart
from cmflow.website.speech import voice

if TYPE_CHECKING:
    from cmflow.website.printer import Printer

ANSWERED, WAITING, CLOSED, OVERDUE = "sent", "scheduled", "drafts", "lost"  # classes of style.css
DASH = "–"


@dataclass(frozen=True, slots=True)
class GroupRow:
    """Figures of a label, an account, a campaign or a week, as texts; `new` and `returning` are those of a week."""

    name: str
    all: str
    answered: str
    overdue: str
    waiting: str
    closed: str
    usual: str
    slow: str
    new: str = ""
    returning: str = ""


def page(listening: Listening | None, plan: Plan, printer: Printer) -> tuple[str, str]:
    """`inbox.html`; None: no conversation was ever read. Raises `TemplateError`."""
    now = listening.now if listening else printer.now
    speaker = voice(plan, printer.language, now.astimezone(ZoneInfo(plan.zone)).date())
    data = context(listening, plan, speaker)
    return "inbox.html", printer.page("inbox.html.j2", **data, here="inbox.html")


def context(listening: Listening | None, plan: Plan, voice: Voice) -> dict[str, Any]:
    """What inbox.html.j2 takes, besides what every page is given."""
    if listening is None:
        return {"say": voice, "measured": False, "simulated": ""}
    titles = {account.name: account.title or account.name for account in plan.accounts}
    texts = voice.page
    return {
        "say": voice,
        "measured": True,
        "simulated": voice.say(findings.simulated()) if listening.simulated else "",
        "head": voice.say(findings.head(listening)),
        "clock": texts["inbox hours" if listening.hours else "inbox all hours"],
        "summary": [voice.say(reason) for reason in findings.summary(listening, voice)],
        "chart": _chart(listening),
        "tables": [
            (name, rows)
            for name, rows in (
                ("by label", [_row(texts[f"label {row.name}"], row, voice) for row in listening.labels]),
                ("by account", [_row(titles.get(row.name, row.name), row, voice) for row in listening.accounts]),
                ("by campaign", [_row(row.name, row, voice) for row in listening.campaigns]),
            )
            if rows
        ],
        "weeks": [_week(week, voice) for week in reversed(listening.weeks)],
    }


def _row(name: str, group: Group, voice: Voice) -> GroupRow:
    return GroupRow(
        name,
        voice.number(group.all),
        voice.number(group.answered),
        voice.number(group.overdue),
        voice.number(group.waiting),
        voice.number(group.closed),
        findings.duration(group.usual.middle, voice) if group.usual else voice.page["few"] if group.few else DASH,
        findings.duration(group.slow.middle, voice) if group.slow else DASH,
    )


def _week(week: Week, voice: Voice) -> GroupRow:
    row = _row(voice.day(week.starts), week.figures, voice)
    return replace(row, new=voice.number(week.new), returning=voice.number(week.returning))


def _chart(listening: Listening) -> Chart:
    """A bar per week: answered at the ground, then what is in time, closed and overdue."""
    heights = [
        (
            (ANSWERED, week.figures.answered),
            (WAITING, week.figures.waiting),
            (CLOSED, week.figures.closed),
            (OVERDUE, week.figures.overdue),
        )
        for week in listening.weeks
    ]
    return bars.stacks(heights)
