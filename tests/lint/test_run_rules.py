"""Posts that are due when no run starts."""

from datetime import UTC, datetime, timedelta

import pytest

from cmflow.lint import run_rules
from cmflow.model import Account, Delivery, Key, Plan, Planned, Problem, State
from cmflow.schedule import cron
from cmflow.schedule.cron import Timetable

NOW = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)
PLAN = Plan("cmflow", "Europe/Paris", "en", (Account("m", "mastodon"), Account("x", "x")))
HINT = "Run `cmflow schedule` and commit the workflow, or date it at one of the plan's `slots`."


def runs(*texts: str) -> Timetable:
    parsed = (cron.parse(text, "Europe/Paris") for text in texts)
    return Timetable(tuple(line for line in parsed if line), timedelta(minutes=14))


def planned(day: int, hour: int, minute: int, account: str = "m", post: str = "a", month: int = 12) -> Planned:
    due = datetime(2026, month, day, hour, minute, tzinfo=UTC)
    return Planned(post, account, due, timedelta(hours=6), "digest", path=f"content/posts/{post}.md")


def problems(*items: Planned, state: State | None = None, table: Timetable | None = None) -> list[Problem]:
    deliveries = {Key("a", "m"): Delivery("a", "m", state, NOW)} if state else {}
    table = table or runs("17 9 * * 1", "37 */3 * * *")
    return list(run_rules.between_runs(items, PLAN, deliveries, NOW, table))


def test_a_post_between_two_runs() -> None:
    message = "No run publishes at 2026-12-01 11:17 (m, x): the next one starts 1 h 20 min later."
    expected = [Problem("content/posts/a.md", 1, "between-runs", message, HINT)]
    assert problems(planned(1, 10, 17), planned(1, 10, 17, "x")) == expected


@pytest.mark.parametrize(
    "item",
    [
        planned(7, 8, 30),  # the slot
        planned(1, 11, 40),  # a run that waits
        planned(1, 11, 25),  # a run that starts soon afterwards
        planned(28, 10, 17, month=11),  # over
    ],
)
def test_a_post_that_a_run_publishes(item: Planned) -> None:
    assert problems(item) == []


@pytest.mark.parametrize(
    ("state", "reported"),
    [(State.SENT, 0), (State.SKIPPED, 0), (State.UNSURE, 0), (State.SENDING, 0), (State.MISSED, 1), (State.FAILED, 1)],
)
def test_what_a_run_has_done_is_not_reported(state: State, reported: int) -> None:
    assert len(problems(planned(1, 10, 17), state=state)) == reported


def test_a_run_that_never_comes() -> None:
    [problem] = problems(planned(1, 10, 17), table=runs("1 1 30 2 *"))
    assert problem.message == "No run publishes at 2026-12-01 11:17 (m): no other one starts, either."


def test_many_are_one_problem_of_the_workflow() -> None:
    many = problems(*(planned(day, 10, 17, post=f"p{day}") for day in range(1, 7)))
    assert len(many) == 6
    assert run_rules.merged_runs(many[:5]) == many[:5]
    message = "No run starts when 6 posts are due: they would be published late."
    hint = "Run `cmflow schedule` and commit the workflow."
    assert run_rules.merged_runs(many) == (Problem(".github/workflows/publish.yml", 1, "between-runs", message, hint),)
