"""Messages that are deleted before a run reads them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cmflow.model import Account, Inbox, Plan, Problem
from cmflow.repository import inbox_runs
from cmflow.schedule import cron
from cmflow.schedule.cron import Timetable

NOW = datetime(2026, 12, 1, 11, tzinfo=UTC)
PLAN = Plan("Harbour", "UTC", "en", (Account("news", "mastodon"), Account("chat", "telegram")), inbox=Inbox(line=9))


def runs(*lines: str) -> Timetable:
    return Timetable(tuple(filter(None, map(cron.parse, lines))), timedelta(0))


def problem(hours: str) -> Problem:
    message = (
        f"Telegram keeps what was not read for 24 hours, and the runs of the inbox are up to {hours} apart: messages "
        "to `chat` would be lost."
    )
    hint = "Let it run more often, such as every hour: `cmflow schedule` writes the lines."
    return Problem("content/plan.md", 9, "unread-lost", message, hint, "chat")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["17 * * * *"], []),
        (["17 7-21 * * *"], []),
        (["17 9,20 * * *"], []),
        (["17 9 * * *"], [problem("24 hours")]),
        (["17 * * * mon-fri"], [problem("49 hours")]),
        (["17 * * * mon-fri", "0 12 * * sat,sun"], [problem("24 hours")]),
        (["17 9 1 1 *"], [problem("two weeks")]),
    ],
)
def test_runs_that_are_too_far_apart(lines: list[str], expected: list[Problem]) -> None:
    assert list(inbox_runs.problems(PLAN, runs(*lines), NOW)) == expected


def test_where_nothing_can_be_lost() -> None:
    rarely = runs("17 9 * * mon")
    assert list(inbox_runs.problems(PLAN, None, NOW)) == []
    assert list(inbox_runs.problems(replace(PLAN, inbox=None), rarely, NOW)) == []
    assert list(inbox_runs.problems(replace(PLAN, inbox=Inbox(accounts=("news",))), rarely, NOW)) == []
