"""Goals, and the readings that people recorded for them."""

from datetime import date

from cmflow.insights.progress.verdict import Judged, Verdict
from cmflow.model import Goal, Plan
from cmflow.model.reason import Figure, Reason, because
from cmflow.values import dataclass

FRESH = 14  # days for which a reading counts as current

Reading = tuple[date, int]


@dataclass(frozen=True, slots=True)
class GoalProgress:
    """`reading` is the latest one, None before the first; `line` is the value it should have had on that day."""

    goal: Goal
    reading: Reading | None
    line: int
    verdict: Verdict
    reason: Reason

    @property
    def name(self) -> str:
        return f"{self.goal.account} {self.goal.metric}{f' per {self.goal.per}' if self.goal.per else ''}"


def goal(goal: Goal, plan: Plan, today: date) -> GoalProgress:
    """Judge a goal; a reading dated in the future is a mistake, and does not count."""
    if goal.per:
        from cmflow.insights.progress import month_goals  # and with it all of statistics

        reading, line, judged = month_goals.judge(goal, today)
        return GoalProgress(goal, reading, line, judged.verdict, judged.reason)
    readings = [reading for reading in goal.readings if reading[0] <= today]
    latest = readings[-1] if readings else None
    line = expected(goal, _beginning(goal, plan, readings[0]), latest[0]) if latest else 0
    judged = judge(goal, readings, line, today)
    return GoalProgress(goal, latest, line, judged.verdict, judged.reason)


def _beginning(goal: Goal, plan: Plan, first: Reading) -> Reading:
    """Where the straight line starts: with `start`, on the day the plan began where it says one; else with the first
    reading."""
    if goal.start is None:
        return first
    return min(first[0], plan.since or first[0]), goal.start


def expected(goal: Goal, beginning: Reading, day: date) -> int:
    """The value of the line on that day, rounded down."""
    starts, number = beginning
    length, elapsed = (goal.by - starts).days, (day - starts).days
    if elapsed >= length:
        return goal.target
    return number + (goal.target - number) * elapsed // length


def judge(goal: Goal, readings: list[Reading], line: int, today: date) -> Judged:
    """Return the first verdict that fits."""
    reached = next((reading for reading in readings if reading[1] >= goal.target and reading[0] <= goal.by), None)
    if reached:
        return Judged(Verdict.Hit, because("goal-hit", number=reached[1], day=reached[0], target=goal.target))
    if not readings:
        late = today > goal.by
        return Judged(Verdict.Missed if late else Verdict.AtRisk, because("goal-blind" if late else "goal-unread"))
    day, number = readings[-1]
    figures: dict[str, Figure] = {"number": number, "day": day, "target": goal.target, "by": goal.by, "line": line}
    if today > goal.by:
        return Judged(Verdict.Missed, because("goal-missed", **figures))
    if (today - day).days > FRESH:
        return Judged(Verdict.AtRisk, because("goal-stale", **figures))
    if number < line:
        return Judged(Verdict.AtRisk, because("goal-behind", **figures))
    return Judged(Verdict.OnTrack, because("goal-ahead", **figures))
