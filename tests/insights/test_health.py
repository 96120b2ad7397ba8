from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow.insights.health import Health, HealthLine, Level, look
from cmflow.insights.status import Standing
from cmflow.model import Account, Plan, State
from cmflow.model.reason import because

NOW = datetime(2026, 12, 2, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PLAN = Plan("Harbour", "Europe/Paris", "en", (Account("team", "mastodon"),))
RAN = NOW - 2 * HOUR
FRESH = HealthLine("run", Level.FINE, because("run-fresh", hours=2))
NOTHING = HealthLine("next", Level.NOTICE, because("next-none"))


def opened(name: str, due: datetime, state: State = State.SCHEDULED) -> Standing:
    """A run will do something about it."""
    return Standing(name, "team", state, due, open=True)


def stuck(name: str, state: State, due: datetime) -> Standing:
    """Somebody must do something about it."""
    return Standing(name, "team", state, due, person=True)


def health(*found: Standing, plan: Plan = PLAN, last_run: datetime | None = RAN) -> Health:
    return look(found, plan, NOW, last_run)


def about(name: str, each: Standing, number: int = 1) -> object:
    return because(name, number=number, post=each.post, account="team", at=each.due)


# ── runs, and what is next ──────────────────────────────────────────────────────────────────────────────────


def test_all_is_well() -> None:
    later, sooner = opened("later", NOW + DAY), opened("sooner", NOW + HOUR)
    done = Standing("done", "team", State.SENT, NOW - HOUR)
    found = health(later, sooner, done)
    why = because("next", post="sooner", account="team", at=NOW + HOUR)
    assert found == Health((FRESH, HealthLine("next", Level.FINE, why, (sooner,))))
    assert found.level is Level.FINE


@pytest.mark.parametrize(
    ("ago", "level", "why"),
    [
        (-HOUR, Level.FINE, because("run-now", hours=0)),
        (HOUR - timedelta(seconds=1), Level.FINE, because("run-now", hours=0)),
        (8 * HOUR, Level.FINE, because("run-fresh", hours=8)),
        (9 * HOUR, Level.NOTICE, because("run-stale", hours=9, days=0)),
        (DAY, Level.NOTICE, because("run-stale", hours=24, days=1)),
        (25 * HOUR, Level.ALARM, because("run-stale", hours=25, days=1)),
        (3 * DAY, Level.ALARM, because("run-stale-days", hours=72, days=3)),
    ],
)
def test_how_long_ago_the_last_run_was(ago: timedelta, level: Level, why: object) -> None:
    assert health(last_run=NOW - ago).line("run") == HealthLine("run", level, why)  # type: ignore[arg-type]


@pytest.mark.parametrize(("last_run", "code"), [(None, "run-never"), (NOW - 9 * HOUR, "run-stale")])
def test_a_silence_is_an_alarm_where_something_waits(last_run: datetime | None, code: str) -> None:
    sent = Standing("done", "team", State.SENT, NOW - HOUR)
    silent, waiting = (health(*each, last_run=last_run).line("run") for each in ((sent,), (opened("due", NOW),)))
    assert silent and silent.level is Level.NOTICE and silent.reason.code == code
    assert waiting and waiting.level is Level.ALARM


def test_before_the_first_post_is_due_nothing_is_wrong() -> None:
    first = opened("first", NOW + timedelta(seconds=1))
    assert health(first, last_run=None).line("run") == HealthLine("run", Level.FINE, because("run-not-yet"))
    assert health(last_run=None).level is Level.FINE
    assert health(opened("first", NOW), last_run=None).level is Level.ALARM


@pytest.mark.parametrize("waiting", [(), (opened("due", NOW - HOUR),), (opened("next", NOW + HOUR),)])
def test_a_rehearsal_waits_for_no_run(waiting: tuple[Standing, ...]) -> None:
    found = look(waiting, PLAN, NOW, None, rehearsal=True).line("run")
    assert found == HealthLine("run", Level.FINE, because("run-rehearsal"))


def test_nothing_is_next() -> None:
    assert health() == Health((FRESH, NOTHING))
    assert health(opened("due", NOW)).line("next") == NOTHING


# ── trouble ─────────────────────────────────────────────────────────────────────────────────────────────────

TROUBLE = {
    "overdue": (Level.ALARM, opened("overdue", NOW - HOUR - timedelta(seconds=1))),
    "failed": (Level.ALARM, stuck("failed", State.FAILED, NOW - DAY)),
    "unsure": (Level.ALARM, stuck("unsure", State.UNSURE, NOW - DAY)),
    "missed": (Level.ALARM, stuck("missed", State.MISSED, NOW - 7 * DAY)),
    "missed-before": (Level.NOTICE, stuck("missed", State.MISSED, NOW - 8 * DAY)),
    "unapproved": (Level.ALARM, replace(stuck("unapproved", State.SCHEDULED, NOW + DAY), unapproved=True)),
    "by-hand": (Level.NOTICE, Standing("by-hand", "team", State.SCHEDULED, NOW - HOUR, by_hand=True)),
    "held": (Level.ALARM, stuck("held", State.SCHEDULED, NOW)),
    "blocked": (Level.ALARM, stuck("blocked", State.SCHEDULED, NOW + 7 * DAY)),
    "blocked-later": (Level.NOTICE, stuck("blocked", State.SCHEDULED, NOW + 8 * DAY)),
}


@pytest.mark.parametrize("name", TROUBLE)
def test_each_trouble(name: str) -> None:
    level, standing = TROUBLE[name]
    line = HealthLine(name, level, about(name, standing), (standing,))  # type: ignore[arg-type]
    assert health(standing) == Health((FRESH, NOTHING, line))
    assert health(standing).level is level


def test_all_of_them_together_and_the_first_of_each() -> None:
    every = [standing for _, standing in TROUBLE.values()]
    later = stuck("later", State.FAILED, NOW - HOUR)
    found = health(later, *every)
    assert [line.name for line in found.lines] == ["run", "next", *TROUBLE]
    failed = found.line("failed")
    assert failed and failed.standings == (later, every[1]) and failed.reason == about("failed", every[1], 2)


def test_what_a_run_will_try_again_is_no_trouble_before_an_hour() -> None:
    assert health(opened("again", NOW - HOUR, State.FAILED)) == Health((FRESH, NOTHING))
    assert health(Standing("gone", "team", State.SENDING, NOW - DAY, person=True)).line("unsure")


@given(st.lists(st.sampled_from(sorted(TROUBLE)), max_size=20), st.sampled_from([None, RAN, NOW - 3 * DAY]))
def test_more_trouble_is_never_better(names: list[str], last_run: datetime | None) -> None:
    levels = [health(*(TROUBLE[each][1] for each in names[:n]), last_run=last_run).level for n in range(len(names) + 1)]
    ranks = [list(Level).index(each) for each in levels]
    assert ranks == sorted(ranks)


# ── tokens ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("ends", "level", "why"),
    [
        (date(2026, 12, 1), Level.ALARM, because("token-ended", account="team", day=date(2026, 12, 1))),
        (date(2026, 12, 2), Level.NOTICE, because("token-ends", account="team", day=date(2026, 12, 2), left=0)),
        (date(2026, 12, 16), Level.NOTICE, because("token-ends", account="team", day=date(2026, 12, 16), left=14)),
    ],
)
def test_a_token_that_ends(ends: date, level: Level, why: object) -> None:
    plan = replace(PLAN, accounts=(replace(PLAN.accounts[0], token_ends=ends), Account("other", "x")))
    assert health(plan=plan).lines[2:] == (HealthLine("token-team", level, why),)  # type: ignore[arg-type]


def test_tokens_in_the_order_of_their_ends_and_those_far_off_not_at_all() -> None:
    ends = {"a": date(2026, 12, 9), "b": date(2026, 12, 17), "c": date(2026, 12, 3)}
    plan = replace(PLAN, accounts=tuple(Account(name, "x", token_ends=day) for name, day in ends.items()))
    assert [line.name for line in health(plan=plan).lines[2:]] == ["token-c", "token-a"]


def test_the_day_is_that_of_the_plans_zone() -> None:
    plan = replace(PLAN, zone="Pacific/Kiritimati", accounts=(Account("a", "x", token_ends=date(2026, 12, 2)),))
    (line,) = look((), plan, NOW + 2 * HOUR, RAN).lines[2:]
    assert line.reason.code == "token-ended"
