"""Which deliveries a stop holds."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cmflow.model import Confirmation, Planned, Stop, Stops
from cmflow.schedule import Do, decide_one, stop
from tests.deliveries import NOON, planned

HOUR = timedelta(hours=1)
LASTS = Stop(NOON, "a storm")
OVER = replace(LASTS, resumed=NOON + 2 * HOUR)
NOW = NOON + 3 * HOUR


def held(each: Planned, *found: Stop, until: datetime = NOW, confirmed: tuple[Confirmation, ...] = ()) -> str:
    [marked] = stop.mark([each], Stops(found, confirmed), until)
    return marked.held


def due(hours: float, late: float = 1) -> Planned:
    return planned(due=NOON + hours * HOUR, late=late * HOUR)


def test_without_a_stop_nothing_is_held() -> None:
    assert stop.mark([due(0)], Stops(), NOW) == (due(0),)


def test_a_stop_that_lasts_holds_what_is_due() -> None:
    assert held(due(1), LASTS) == "publishing is stopped (a storm)"
    assert held(due(3), LASTS) == "publishing is stopped (a storm)"
    assert held(due(3.1), LASTS) == ""
    assert held(due(3.1), LASTS, until=NOW + HOUR) == "publishing is stopped (a storm)"


def test_what_could_have_been_sent_during_a_stop_is_held() -> None:
    why = "it was due while publishing was stopped (a storm); confirm it with cmflow resume --send POST, or give it a"
    found = {hours: held(due(hours), OVER).startswith(why) for hours in (-1.1, -1, -0.5, 0, 1, 1.9, 2, 3)}
    assert found == {-1.1: False, -1: True, -0.5: True, 0: True, 1: True, 1.9: True, 2: False, 3: False}


def test_what_was_confirmed_may_be_as_late_as_it_was_confirmed() -> None:
    each = due(1)
    agreed = Confirmation(each.post, each.account, each.due, NOON + 9 * HOUR)
    [marked] = stop.mark([each], Stops((OVER,), (agreed,)), NOW)
    assert marked == replace(each, late=9 * HOUR)
    assert decide_one(marked, None, NOON + 10 * HOUR).do is Do.SEND
    assert decide_one(marked, None, NOON + 10.1 * HOUR).do is Do.MISS


def test_a_confirmation_is_for_that_date_and_account_alone() -> None:
    agreed = Confirmation("hello", "team", NOON + HOUR, NOON + 9 * HOUR)
    others = (due(1.5), replace(due(1), account="press"), replace(due(1), post="another"))
    assert all(held(each, OVER, confirmed=(agreed,)) for each in others)


def test_another_stop_holds_what_was_confirmed_after_the_first() -> None:
    agreed = Confirmation("hello", "team", NOON + HOUR, NOON + 4 * HOUR)
    again = Stop(NOON + 4.5 * HOUR, "a flood", resumed=NOON + 6 * HOUR)
    assert "(a flood)" in held(due(1), OVER, again, confirmed=(agreed,))
    twice = replace(agreed, time=NOON + 6 * HOUR)
    assert held(due(1), OVER, again, confirmed=(agreed, twice)) == ""


def test_what_a_pause_holds_is_still_held_after_a_stop_was_resumed() -> None:
    each = replace(due(1), held="its date is in the pause august")
    agreed = Confirmation(each.post, each.account, each.due, NOW)
    assert held(each, OVER, confirmed=(agreed,)) == "its date is in the pause august"


MINUTES = st.integers(-600, 600).map(lambda number: NOON + timedelta(minutes=number))


@given(st.lists(st.tuples(MINUTES, MINUTES), max_size=4), MINUTES, st.integers(0, 300), MINUTES)
def test_nothing_goes_out_that_could_have_gone_out_during_a_stop(
    times: list[tuple[datetime, datetime]], date: datetime, late: int, now: datetime
) -> None:
    """Without a stop a run would have sent it in `[date, date + late]`: if a stop falls in there, a person decides."""
    found = tuple(Stop(begin, "x", resumed=end) for begin, end in times if begin < end)
    each = planned(due=date, late=timedelta(minutes=late))
    [marked] = stop.mark([each], Stops(found), now)
    touched = any(begin.time <= date + each.late and date < (begin.resumed or now) for begin in found)
    assert bool(marked.held) == touched
    assert not touched or decide_one(marked, None, now).do in (Do.HOLD, Do.NOTHING)
