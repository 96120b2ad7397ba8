from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cmflow.insights import status
from cmflow.insights.status import Standing
from cmflow.model import Delivery, Entry, Key, Planned, Problem, Receipt, State
from cmflow.website import board
from tests.deliveries import NOON, planned

HOUR = timedelta(hours=1)
BY_HAND = Standing("hello", "team", State.SCHEDULED, NOON, by_hand=True)
ERRORS = "has errors and will not be sent: run cmflow check"
NOT_BY_HAND = "too late: not posted by hand in time, or not recorded"
NOBODY = "not approved: no one has approved it"
UNSENT = "was not sent in time, and no run has recorded that yet"


def standing(state: State = State.SCHEDULED, due: Any = NOON, note: str = "", person: bool = False) -> Standing:
    """What is scheduled and needs nobody is for the next run."""
    is_open = state is State.SCHEDULED and not person
    return Standing("hello", "team", state, due, note=note, person=person, open=is_open)


def known(state: State, **changes: Any) -> Delivery:
    return replace(Delivery("hello", "team", state, NOON), **changes)


def one(asked: Planned | None, there: Delivery | None = None, silent: tuple[str, ...] = (), at: Any = NOON) -> Standing:
    deliveries = {Key("hello", "team"): there} if there else {}
    (found,) = status.standings([asked] if asked else [], deliveries, at, silent)
    return found


@pytest.mark.parametrize(
    ("asked", "silent", "expected"),
    [
        (planned(due=NOON + HOUR), (), standing(due=NOON + HOUR)),
        (planned(due=NOON + HOUR), ("team",), standing(due=NOON + HOUR)),
        (planned(), (), standing(note="overdue: the next run sends it")),
        (planned(), ("other",), standing(note="overdue: the next run sends it")),
        (planned(), ("team",), BY_HAND),
        (planned(due=NOON - 6 * HOUR), ("team",), replace(BY_HAND, due=NOON - 6 * HOUR)),
        (planned(due=NOON - 7 * HOUR), ("team",), standing(State.MISSED, NOON - 7 * HOUR, NOT_BY_HAND, True)),
        (planned(blocked=True), ("team",), standing(note=ERRORS, person=True)),
        (planned(blocked=True), (), standing(note=ERRORS, person=True)),
        (planned(due=NOON + HOUR, blocked=True), (), standing(due=NOON + HOUR, note=ERRORS, person=True)),
        (planned(due=NOON - 6 * HOUR), (), standing(due=NOON - 6 * HOUR, note="overdue: the next run sends it")),
        (planned(due=NOON - 7 * HOUR), (), standing(State.MISSED, NOON - 7 * HOUR, UNSENT, True)),
        (planned(due=NOON - 7 * HOUR, blocked=True), (), standing(State.MISSED, NOON - 7 * HOUR, UNSENT, True)),
    ],
)
def test_what_only_the_content_knows(asked: Planned, silent: tuple[str, ...], expected: Standing) -> None:
    assert one(asked, silent=silent) == expected


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (49, replace(standing(due=NOON + 49 * HOUR, note=NOBODY), unapproved=True)),
        (48, replace(standing(due=NOON + 48 * HOUR, note=NOBODY, person=True), unapproved=True)),
        (-6, replace(standing(due=NOON - 6 * HOUR, note=NOBODY, person=True), unapproved=True)),
        (-7, standing(State.MISSED, NOON - 7 * HOUR, f"{UNSENT} ({NOBODY})", True)),
    ],
)
def test_what_is_not_approved_needs_a_person_two_days_before(hours: int, expected: Standing) -> None:
    waiting = planned(due=NOON + hours * HOUR, unapproved="no one has approved it")
    assert one(waiting) == expected
    assert one(replace(waiting, blocked=True)).note in (ERRORS, f"{UNSENT} ({NOBODY})")


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        (known(State.SENT), standing(State.SENT)),
        (known(State.SKIPPED), standing(State.SKIPPED)),
        (known(State.UNSURE, error="no answer"), standing(State.UNSURE, note="no answer", person=True)),
        (known(State.FAILED, error="refused"), standing(State.FAILED, note="refused", person=True)),
        (known(State.MISSED, error="too late"), standing(State.MISSED, note="too late", person=True)),
    ],
)
@pytest.mark.parametrize("asked", [planned(), None])
def test_what_the_ledger_knows(asked: Planned | None, there: Delivery, expected: Standing) -> None:
    assert one(asked, there) == expected


def test_what_is_tried_again_is_for_a_run_unless_the_post_is_gone() -> None:
    failed = known(State.FAILED, error="later", retry_at=NOON + HOUR)
    assert one(planned(), failed) == replace(standing(State.FAILED, note="later"), open=True)
    assert one(None, failed) == standing(State.FAILED, note="later")
    assert one(planned(), replace(failed, retry_at=NOON + HOUR * 24)) == standing(
        State.FAILED, note="later", person=True
    )


def test_a_run_that_has_begun_is_at_it_unless_the_post_is_gone() -> None:
    assert one(planned(), known(State.SENDING)) == replace(standing(State.SENDING), open=True)
    note = "delivery in progress, but its post file was deleted: look at the network, then run cmflow settle"
    assert one(None, known(State.SENDING)) == standing(State.SENDING, note=note, person=True)


@pytest.mark.parametrize("state", [State.SCHEDULED, State.FAILED])
def test_a_thread_that_is_partly_out_needs_a_person_where_its_post_is_gone(state: State) -> None:
    half = known(state, parts=2, receipts=(Receipt(0, "1", "https://fake.example/1", NOON),), retry_at=NOON + HOUR)
    note = "some parts are published, but the post file was deleted: restore it, or run cmflow settle"
    assert one(None, half) == replace(standing(state, note=note, person=True), url="https://fake.example/1")
    assert one(None, replace(half, receipts=())).person is False


def test_the_address_is_that_of_the_first_part() -> None:
    receipts = (Receipt(0, "1", "https://fake.example/1", NOON), Receipt(1, "2", "https://fake.example/2", NOON))
    assert one(None, known(State.SENT, receipts=receipts)).url == "https://fake.example/1"


def test_what_was_missed_and_given_another_date_is_planned_again() -> None:
    moved = planned(due=NOON + HOUR)
    assert one(moved, known(State.MISSED)) == standing(due=NOON + HOUR)
    started = known(State.MISSED, receipts=(Receipt(0, "1", "", NOON),))
    assert one(moved, started) == standing(State.MISSED, person=True)


def test_what_the_ledger_holds_as_scheduled_follows_the_content() -> None:
    assert one(planned(due=NOON + HOUR), known(State.SCHEDULED)) == standing(due=NOON + HOUR)
    assert one(planned(blocked=True), known(State.SCHEDULED)) == standing(note=ERRORS, person=True)
    assert one(None, known(State.SCHEDULED)) == replace(standing(note="no longer planned"), open=False)


def test_overdue_is_what_a_run_should_have_done_with_an_hour_ago() -> None:
    late = NOON - HOUR * 2
    asked = [planned(post, due=late) for post in ("fresh", "sending", "failed", "blocked", "sent")]
    asked = [replace(each, blocked=each.post == "blocked") for each in asked] + [planned("soon", due=NOON - HOUR / 2)]
    there = {
        "sending": known(State.SENDING, post="sending", due=late),
        "failed": known(State.FAILED, post="failed", due=late, retry_at=NOON),
        "sent": known(State.SENT, post="sent", due=late),
        "unplanned": known(State.SCHEDULED, post="unplanned", due=late),
    }
    found = status.standings(asked, {Key(post, "team"): each for post, each in there.items()}, NOON)
    assert {each.post for each in status.overdue(found, NOON)} == {"fresh", "sending", "failed"}


def test_they_come_in_the_order_of_their_time() -> None:
    asked = [planned("b"), planned("a", "two"), planned("a", "one"), planned("z", due=NOON - HOUR)]
    sent = Delivery("m", "one", State.SENT, NOON)
    found = status.standings(asked, {Key("m", "one"): sent}, NOON)
    assert [Key(each.post, each.account) for each in found] == [
        ("z", "team"),
        ("a", "one"),
        ("a", "two"),
        ("b", "team"),
        ("m", "one"),
    ]


def test_the_shape_for_programs() -> None:
    found = [
        replace(standing(State.SENT), url="https://fake.example/1"),
        standing(State.FAILED, note="refused", person=True),
    ]
    problem = Problem("cmflow-state:x", 1, "ledger-unreadable", "It is not JSON.")
    same = {"post": "hello", "account": "team", "due": "2026-12-01T12:00:00+00:00"}
    life = status.as_dict([], [], NOON, (NOON, "run 1"))["last_run"]
    assert life == {"at": "2026-12-01T12:00:00+00:00", "run": "run 1"}
    assert status.as_dict(found, [problem], NOON, None) == {
        "at": "2026-12-01T12:00:00+00:00",
        "last_run": {"at": "", "run": ""},
        "stopped": {"at": "", "reason": "", "by": ""},
        "refused": "",
        "counts": {
            "scheduled": 0,
            "sending": 0,
            "sent": 1,
            "failed": 1,
            "unsure": 0,
            "missed": 0,
            "skipped": 0,
            "by_hand": 0,
        },
        "deliveries": [
            same | {"state": "sent", "url": "https://fake.example/1", "note": "", "needs_person": False},
            same | {"state": "failed", "url": "", "note": "refused", "needs_person": True},
        ],
        "problems": [
            {
                "path": "cmflow-state:x",
                "line": 1,
                "severity": "error",
                "code": "ledger-unreadable",
                "account": "",
                "message": "It is not JSON.",
                "hint": "",
            }
        ],
    }


# ── when it took place ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("after", "id", "expected"),
    [
        (timedelta(minutes=1), "1", NOON),  # its date, as planned
        (10 * HOUR, "1", NOON),
        (12 * HOUR, "1", NOON + 12 * HOUR),  # after midnight: another day
        (48 * HOUR, "", NOON),  # posted by hand, and settled later
    ],
)
def test_when_what_is_sent_took_place(after: timedelta, id: str, expected: Any) -> None:
    there = known(State.SENT, receipts=(Receipt(0, id, "", NOON + after),))
    assert one(planned(due=NOON + 500 * HOUR), there).due == expected


def test_midnight_is_that_of_the_plan() -> None:
    there = known(State.SENT, receipts=(Receipt(0, "1", "", NOON + 3 * HOUR),))
    (tokyo,) = status.standings([planned()], {Key("hello", "team"): there}, NOON, zone="Asia/Tokyo")
    assert tokyo.due == NOON + 3 * HOUR  # 00:00 there


def test_what_is_sent_stands_where_it_took_place() -> None:
    later = NOON + 500 * HOUR
    both = (planned(due=later), planned(account="other", due=later))
    post = Entry("content/posts/hello.md", "hello", date=later, planned=both)
    sent = Standing("hello", "team", State.SENT, NOON)
    (half,) = status.as_sent([post], {Key("hello", "team"): sent})
    assert (half.date, [each.due for each in half.planned]) == (later, [NOON, later])
    other = {Key("hello", "other"): replace(sent, account="other")}
    (half,) = status.as_sent([post], other)  # whichever account comes first in the plan
    assert (half.date, [each.due for each in half.planned]) == (later, [later, NOON])
    whole = {Key(each.post, each.account): replace(sent, account=each.account) for each in both}
    (moved,) = status.as_sent([post], whole)
    assert (moved.date, {each.due for each in moved.planned}) == (NOON, {NOON})
    assert status.as_sent([post], {}) == (post,)


def test_what_a_run_kept_back_is_not_said_to_have_errors() -> None:
    waiting = replace(planned(), due=NOON, withheld="CMFLOW_MASTO_TOKEN is not set")
    [found] = status.standings([waiting], {}, NOON)
    assert (found.person, found.held, found.note) == (True, True, "CMFLOW_MASTO_TOKEN is not set")
    assert board.state_of(found, NOON) == "held"
