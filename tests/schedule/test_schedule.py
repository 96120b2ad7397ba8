from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow import schedule
from cmflow.model import Delivery, Event, Key, Planned, Receipt, Remote, State, is_edited
from cmflow.schedule import TABLE, Ability, Action, Cause, Do, Fact, decide, decide_one, steps, waits
from cmflow.schedule.steps import Finding
from tests.deliveries import NOON, planned
from tests.examples import examples

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BLIND, KEYED, FINDS, PREVIEW = Ability(), Ability(keyed=True), Ability(find=True), Ability(publish=False)
POST = planned(parts=2)


def at(state: State, receipts: int = 0, ago: timedelta = HOUR, **changes: object) -> Delivery:
    """A delivery of `POST` that took this state some time ago."""
    then = NOON - ago
    fields: dict[str, object] = {"digest": POST.digest, "parts": 2, "history": (Event(then, state),), "written": then}
    proofs = tuple(Receipt(part, str(part), "", then) for part in range(receipts))
    base = Delivery("hello", "team", state, NOON, receipts=proofs)
    return replace(base, **(fields | changes))  # type: ignore[arg-type]


def do(each: Planned | None, delivery: Delivery | None, ability: Ability = BLIND, now: datetime = NOON) -> Do:
    return decide_one(each, delivery, now, timedelta(0), ability).do


@pytest.mark.parametrize(
    ("due", "late", "expected"),
    [
        (NOON, 6 * HOUR, Do.SEND),
        (NOON - 6 * HOUR, 6 * HOUR, Do.SEND),
        (NOON - 6 * HOUR - MINUTE, 6 * HOUR, Do.MISS),
        (NOON + 14 * MINUTE, 6 * HOUR, Do.WAIT),
        (NOON + 15 * MINUTE, 6 * HOUR, Do.NOTHING),
        (NOON, timedelta(0), Do.SEND),
        (NOON - MINUTE, timedelta(0), Do.MISS),
    ],
)
def test_time_alone_decides_on_what_is_new(due: datetime, late: timedelta, expected: Do) -> None:
    action = decide_one(planned(due=due, late=late), None, NOON, 14 * MINUTE)
    assert action.do is expected
    assert action.until == (due if due > NOON else None)


@pytest.mark.parametrize(("seconds", "expected"), [(0.003, Do.SEND), (59.9, Do.SEND), (60, Do.MISS)])
def test_late_is_a_matter_of_whole_minutes(seconds: float, expected: Do) -> None:
    """Who waits for the minute wakes up a moment after it."""
    assert do(planned(late=timedelta(0)), None, now=NOON + timedelta(seconds=seconds)) is expected


@pytest.mark.parametrize(
    ("delivery", "ability", "expected"),
    [
        (at(State.SENT, 2), BLIND, Do.NOTHING),
        (at(State.SKIPPED), BLIND, Do.NOTHING),
        (at(State.MISSED), BLIND, Do.NOTHING),
        (at(State.SENDING, ago=9 * MINUTE), FINDS, Do.WAIT),
        (at(State.SENDING, ago=10 * MINUTE), FINDS, Do.LOOK),
        (at(State.SENDING, ago=59 * timedelta(seconds=1)), KEYED, Do.WAIT),
        (at(State.SENDING, ago=MINUTE), KEYED, Do.REPEAT),
        (at(State.SENDING, ago=9 * MINUTE), BLIND, Do.WAIT),
        (at(State.SENDING), BLIND, Do.HOLD),
        (at(State.SENDING, history=()), KEYED, Do.REPEAT),
        (at(State.UNSURE), BLIND, Do.HOLD),
        (at(State.UNSURE, retry_at=NOON), FINDS, Do.LOOK),
        (at(State.UNSURE), FINDS, Do.HOLD),
        (at(State.UNSURE), KEYED, Do.REPEAT),
        (at(State.UNSURE), Ability(keyed=True, find=True), Do.REPEAT),
        (at(State.UNSURE, retry_at=NOON + MINUTE), FINDS, Do.WAIT),
        (at(State.UNSURE, attempt=99), KEYED, Do.REPEAT),
        (at(State.UNSURE, attempt=2, retry_at=NOON), FINDS, Do.LOOK),
        (at(State.SENDING, ago=-4 * MINUTE), FINDS, Do.WAIT),
        (at(State.SENDING, ago=-6 * MINUTE), FINDS, Do.HOLD),
        (at(State.SENDING, ago=-200 * DAY), KEYED, Do.HOLD),
        (at(State.UNSURE, ago=-200 * DAY, retry_at=NOON + 200 * DAY), FINDS, Do.LOOK),
        (at(State.FAILED, ago=-200 * DAY, retry_at=NOON + 200 * DAY), BLIND, Do.SEND),
        (at(State.UNSURE, digest="old"), KEYED, Do.HOLD),
        (at(State.UNSURE), PREVIEW, Do.HOLD),
        (at(State.FAILED, retry_at=NOON + MINUTE), BLIND, Do.WAIT),
        (at(State.FAILED, retry_at=NOON), BLIND, Do.SEND),
        (at(State.FAILED, 1, retry_at=NOON), BLIND, Do.RESUME),
        (at(State.FAILED, retry_at=NOON, attempt=5), BLIND, Do.SEND),
        (at(State.FAILED), BLIND, Do.HOLD),
        (at(State.FAILED, digest="old"), BLIND, Do.SEND),
        (at(State.FAILED, 1, digest="old"), BLIND, Do.HOLD),
        (at(State.FAILED, 1, digest=""), BLIND, Do.HOLD),
        (at(State.SCHEDULED, 1), BLIND, Do.RESUME),
        (at(State.SCHEDULED, 1, digest=""), BLIND, Do.RESUME),
        (at(State.SCHEDULED, attempt=5), FINDS, Do.SEND),
        (at(State.SCHEDULED), PREVIEW, Do.BY_HAND),
    ],
)
def test_what_is_on_record_decides(delivery: Delivery, ability: Ability, expected: Do) -> None:
    assert do(POST, delivery, ability) is expected


@pytest.mark.parametrize(
    ("delivery", "ability", "expected"),
    [
        (at(State.SCHEDULED), BLIND, Do.MISS),
        (at(State.SCHEDULED, 1), BLIND, Do.MISS),
        (at(State.FAILED, retry_at=NOON), BLIND, Do.MISS),
        (at(State.UNSURE), KEYED, Do.HOLD),
        (at(State.UNSURE), FINDS, Do.HOLD),
        (at(State.UNSURE, retry_at=NOON), FINDS, Do.LOOK),
        (at(State.MISSED), BLIND, Do.NOTHING),
        (at(State.SENT, 2), BLIND, Do.NOTHING),
        (None, PREVIEW, Do.MISS),
    ],
)
def test_what_is_late_is_never_sent(delivery: Delivery | None, ability: Ability, expected: Do) -> None:
    assert do(POST, delivery, ability, NOON + 7 * HOUR) is expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"due": NOON + HOUR}, Do.NOTHING),
        ({"due": NOON + MINUTE}, Do.WAIT),
        ({}, Do.SEND),
        ({"blocked": True}, Do.HOLD),
        ({"late": -MINUTE}, Do.NOTHING),
    ],
)
def test_what_was_missed_may_be_given_another_date(changes: dict[str, Any], expected: Do) -> None:
    missed = at(State.MISSED, due=NOON - 9 * HOUR)
    assert decide_one(planned(**changes), missed, NOON, 10 * MINUTE).do is expected
    assert decide_one(planned(**changes), replace(missed, receipts=at(State.SENT, 1).receipts), NOON).do is Do.NOTHING


def test_what_has_problems_is_held_and_in_the_end_missed() -> None:
    blocked = planned(blocked=True)
    assert (do(blocked, None), do(blocked, None, BLIND, NOON + 7 * HOUR)) == (Do.HOLD, Do.MISS)
    assert (do(blocked, at(State.UNSURE), KEYED), do(blocked, at(State.SENT, 2))) == (Do.HOLD, Do.NOTHING)


def test_what_is_not_approved_is_held_and_in_the_end_missed() -> None:
    waiting = planned(unapproved="no one has approved it", parts=2)
    held = decide_one(waiting, None, NOON)
    assert (held.do, held.sentence) == (Do.HOLD, "not approved: no one has approved it")
    late = decide_one(waiting, None, NOON + 7 * HOUR)
    assert (late.do, late.sentence) == (Do.MISS, "too late: not approved in time: no one has approved it")
    assert decide_one(waiting, None, NOON - HOUR).do is Do.NOTHING
    assert decide_one(replace(waiting, blocked=True), None, NOON).cause is Cause.BLOCKED


def test_nothing_is_begun_that_is_not_approved() -> None:
    for each, delivery, ability in _cases():
        if each:
            assert decide_one(replace(each, unapproved="x"), delivery, NOON, HOUR, ability).do not in (
                Do.SEND,
                Do.RESUME,
            )


def test_what_is_held_is_neither_sent_nor_missed() -> None:
    held = planned(held="it was due while publishing was stopped", parts=2)
    for hours in (0, 7, 99):
        action = decide_one(held, None, NOON + hours * HOUR)
        assert (action.do, action.sentence) == (Do.HOLD, "on hold: it was due while publishing was stopped")
    assert decide_one(held, None, NOON - HOUR).do is Do.NOTHING
    assert [do(held, at(state, 1)) for state in State] == [
        Do.HOLD,  # a thread that is partly out
        Do.HOLD,
        Do.NOTHING,
        Do.HOLD,
        Do.HOLD,
        Do.NOTHING,
        Do.NOTHING,
    ]
    assert (do(held, at(State.UNSURE), KEYED), do(held, at(State.UNSURE, retry_at=NOON), FINDS)) == (Do.HOLD, Do.LOOK)
    assert decide_one(held, at(State.UNSURE), NOON, ability=FINDS).cause is Cause.BLIND
    assert decide_one(held, at(State.UNSURE), NOON).cause is Cause.NO_ANSWER


def test_nothing_is_asked_for_that_is_held() -> None:
    for each, delivery, ability in _cases():
        if each:
            action = decide_one(replace(each, held="x"), delivery, NOON, HOUR, ability)
            assert action.do not in (Do.SEND, Do.RESUME, Do.REPEAT, Do.MISS)


def test_what_is_edited_after_it_was_sent_is_reported() -> None:
    action = decide_one(planned(digest="new"), at(State.SENT, 2), NOON)
    assert (action.do, action.edited, action.cause) == (Do.NOTHING, True, Cause.SENT_EDITED)


OLD, NEW = "a" * 40 + "b" * 24, "a" * 40 + "c" * 24  # the same content, but another place, or a digest of before


@pytest.mark.parametrize(
    ("state", "edited"), [(State.SENT, False), (State.FAILED, True), (State.UNSURE, True), (State.SENDING, True)]
)
def test_an_account_that_moves_to_another_server_edits_what_is_not_sent(state: State, edited: bool) -> None:
    """A look at another server proves nothing; and what was sent is what it was."""
    assert is_edited(at(state, digest=OLD), planned(digest=NEW)) is edited
    assert is_edited(at(state, digest=OLD), planned(digest="d" * 64))
    assert not is_edited(at(state, digest=OLD), planned(digest=OLD))
    assert not is_edited(at(state, digest=""), planned(digest=NEW))


def test_a_calendar_is_decided_in_the_order_of_its_dates() -> None:
    first, last = planned("first", due=NOON - HOUR), planned("last")
    gone, settled = at(State.UNSURE, post="gone"), at(State.SENT, 2, post="old")
    deliveries = {Key("gone", "team"): gone, Key("old", "team"): settled}
    actions = decide([last, planned("spoilt"), first], deliveries, NOON, unreadable=[Key("spoilt", "team")])
    assert actions == (
        Action(Do.SEND, "first", "team", Cause.DUE, first),
        Action(Do.SEND, "last", "team", Cause.DUE, last),
        Action(Do.HOLD, "spoilt", "team", Cause.UNREADABLE, planned("spoilt")),
        Action(Do.HOLD, "gone", "team", Cause.OPEN_UNPLANNED, None, gone),
    )


def test_abilities_go_by_account() -> None:
    delivery = at(State.UNSURE)
    abilities = {"team": KEYED}
    assert [each.do for each in decide([POST], {Key("hello", "team"): delivery}, NOON, abilities=abilities)] == [
        Do.REPEAT
    ]


def test_nothing_is_no_delivery() -> None:
    with pytest.raises(ValueError, match="no such delivery"):
        decide_one(None, None, NOON)


# ── the table ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_table_is_total() -> None:
    for state in State:
        assert any(state in row.states and not row.facts for row in TABLE), f"{state} has no last row"


def test_every_row_is_reached() -> None:
    reached = {id(_row(each, delivery, ability)) for each, delivery, ability in _cases()}
    assert [row for row in TABLE if id(row) not in reached] == []


def _row(each: Planned | None, delivery: Delivery | None, ability: Ability) -> schedule.TableRow:
    until = schedule._until(each, delivery, NOON, ability)
    facts = schedule._facts(each, delivery, NOON, NOON + 10 * MINUTE, ability, until)
    state = delivery.state if delivery else State.SCHEDULED
    return next(row for row in TABLE if state in row.states and facts.issuperset(row.facts))


def _cases() -> list[tuple[Planned | None, Delivery | None, Ability]]:
    dates = (NOON, NOON + MINUTE, NOON + HOUR, NOON - 9 * HOUR)
    posts = [planned(due=due, blocked=blocked) for due, blocked in product(dates, (True, False))]
    posts.append(planned(due=NOON - 9 * HOUR, late=12 * HOUR))
    posts += [planned(due=due, unapproved="nobody") for due in (NOON, NOON - 9 * HOUR)]
    posts += [planned(due=due, held="a stop") for due in (NOON, NOON - 9 * HOUR)]
    tries = product(State, (0, 1), (0, 2), (None, NOON, NOON + MINUTE), (POST.digest, "old"), (-HOUR, MINUTE, HOUR))
    deliveries = [
        at(state, receipts, ago, attempt=attempt, retry_at=retry, digest=digest, due=NOON - 9 * HOUR)
        for state, receipts, attempt, retry, digest, ago in tries
    ]
    abilities = (BLIND, KEYED, FINDS, PREVIEW)
    return [
        (each, delivery, ability)
        for each, delivery, ability in product([*posts, None], [*deliveries, None], abilities)
        if each or delivery
    ]


@pytest.mark.parametrize(
    ("changes", "delivery", "expected"),
    [
        ({}, None, Do.BY_HAND),
        ({"due": NOON + MINUTE}, None, Do.BY_HAND),
        ({"due": NOON + HOUR}, None, Do.NOTHING),
        ({"due": NOON - 6 * HOUR}, None, Do.BY_HAND),
        ({"due": NOON - 7 * HOUR}, None, Do.MISS),
        ({"blocked": True}, None, Do.HOLD),
        ({"unapproved": "nobody"}, None, Do.HOLD),
        ({"due": NOON - 7 * HOUR, "unapproved": "nobody"}, None, Do.MISS),
        ({}, at(State.MISSED), Do.NOTHING),
        ({}, at(State.MISSED, due=NOON - HOUR), Do.BY_HAND),
        ({"blocked": True}, at(State.MISSED, due=NOON - HOUR), Do.HOLD),
        ({}, at(State.SENT, 2), Do.NOTHING),
        ({}, at(State.SKIPPED), Do.NOTHING),
    ],
)
def test_a_person_posts_by_hand_what_is_fit_to_be_published(
    changes: dict[str, Any], delivery: Delivery | None, expected: Do
) -> None:
    """Where cmflow cannot publish: from its date until `late` is over, and only what a run would send elsewhere."""
    action = decide_one(planned(**changes), delivery, NOON, 14 * MINUTE, PREVIEW)
    assert action.do is expected
    if expected is Do.MISS and not changes.get("unapproved"):
        assert action.cause is Cause.LATE_BY_HAND


# ── whole lives ─────────────────────────────────────────────────────────────────────────────────────────────


@examples(150)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["yes", "no", "unsure", "died before", "died after"]), st.integers(1, 90), st.booleans()
        ),
        max_size=14,
    ),
    st.sampled_from([BLIND, KEYED, FINDS]),
    st.integers(1, 3),
)
def test_in_no_life_is_a_part_sent_twice_or_a_late_one_sent(
    answers: Sequence[tuple[str, int, bool]], ability: Ability, parts: int
) -> None:
    """A network with its own list, runs at random moments, answers at random; the list is the judge."""
    delivery: Delivery | None = None
    posts: list[tuple[int, str]] = []
    now, looks = NOON, 0
    for number, (answer, minutes, lost) in enumerate(answers):
        each = planned(parts=parts)
        action = decide_one(each, delivery, now, timedelta(0), ability)
        assert not (delivery and delivery.state is State.SENT) or action.do is Do.NOTHING
        if action.do in (Do.SEND, Do.RESUME, Do.REPEAT):
            assert now < each.due + each.late + MINUTE
            assert action.do is Do.REPEAT or not (delivery and delivery.state in (State.UNSURE, State.SENDING))
            delivery = _asked(action, each, f"run {number}", now, answer, lost, posts, ability)
        elif action.do is Do.LOOK and delivery:
            looks += 1
            is_out = (len(delivery.receipts), delivery.key) in posts
            received = steps.receive(delivery, Remote("1"), "", now)
            delivery = received if is_out else steps.mark_absent(delivery, ability.keyed, "", now)
        elif action.do is Do.MISS:
            delivery = steps.miss(delivery, each, action.sentence, "", now)
        now += minutes * MINUTE
    parts_out = [part for part, _ in posts]
    assert len(parts_out) == len(set(parts_out))
    assert len(posts) >= (len(delivery.receipts) if delivery else 0)


@examples(100)
@given(st.lists(st.tuples(st.sampled_from(["unsure", "no", "died after"]), st.integers(1, 90)), max_size=14))
def test_where_looking_is_blind_a_part_is_out_twice_at_the_most_and_a_person_is_asked(
    answers: Sequence[tuple[str, int]],
) -> None:
    """Every answer is lost, and the list never shows a thing: the worst that a network can do."""
    delivery: Delivery | None = None
    posts: list[tuple[int, str]] = []
    now = NOON
    for number, (answer, minutes) in enumerate(answers):
        action = decide_one(planned(), delivery, now, timedelta(0), FINDS)
        if action.do is Do.SEND:
            delivery = _asked(action, planned(), f"run {number}", now, answer, False, posts, FINDS)
        elif action.do is Do.LOOK and delivery:
            delivery = steps.mark_absent(delivery, False, "", now)
        now += minutes * MINUTE
    assert len(posts) <= 2
    if len(posts) == 2 and delivery and delivery.state is State.UNSURE and not delivery.retry_at:
        assert decide_one(planned(), delivery, now, timedelta(0), FINDS).do is Do.HOLD


def _asked(
    action: Action,
    each: Planned,
    run: str,
    now: datetime,
    answer: str,
    lost: bool,
    posts: list[tuple[int, str]],
    ability: Ability,
) -> Delivery:
    if action.do is Do.REPEAT and action.delivery:
        intent = steps.repeat(action.delivery, run, now)
        assert (intent.key, intent.written) == (action.delivery.key, action.delivery.written)
    else:
        intent = steps.begin(action.delivery, each, each.digest, each.parts, run, "", now)
    post = (len(intent.receipts), intent.key)
    arrived = answer in ("yes", "died after") or (answer == "unsure" and not lost)
    if arrived and not (ability.keyed and post in posts):
        posts.append(post)
    if answer == "yes":
        return steps.receive(intent, Remote("1"), run, now)
    if answer == "no" and action.do is not Do.REPEAT:
        return steps.fail(intent, "No.", waits.retry(intent.attempt, now), run, now)
    return intent if answer.startswith("died") else steps.mark_unsure(intent, "?", None, run, now)


# ── what becomes of a delivery ──────────────────────────────────────────────────────────────────────────────


def test_an_edited_post_begins_anew() -> None:
    old = at(State.FAILED, attempt=4, digest="old")
    fresh = steps.begin(old, POST, "new", 2, "run 9", "c", NOON)
    assert (fresh.attempt, fresh.digest, fresh.state, fresh.written) == (1, "new", State.SENDING, NOON)
    assert steps.begin(at(State.FAILED, attempt=4), POST, POST.digest, 2, "", "", NOON).attempt == 5


def test_only_a_request_without_an_answer_is_a_try() -> None:
    intent = steps.begin(at(State.SCHEDULED, attempt=1), POST, POST.digest, 2, "", "", NOON)
    assert steps.fail(intent, "Not now.", NOON, "", NOON).attempt == 1
    assert steps.mark_unsure(intent, "No answer.", NOON, "", NOON).attempt == 2


def test_what_is_not_seen_is_sent_once_more_and_then_a_person_is_asked() -> None:
    first = steps.begin(None, POST, POST.digest, 2, "", "", NOON)
    released = steps.mark_absent(first, False, "", NOON)
    assert (released.state, released.attempt) == (State.SCHEDULED, 1)
    second = steps.mark_absent(steps.begin(released, POST, POST.digest, 2, "", "", NOON), False, "", NOON)
    assert (second.state, second.retry_at) == (State.UNSURE, None)
    assert second.error == (
        "It was sent 2 times, and the network shows neither. Look on the network yourself, then: cmflow settle"
    )
    assert steps.mark_absent(second, True, "", NOON).state is State.SCHEDULED


def test_looks_that_do_not_succeed_come_less_and_less_often() -> None:
    sending = at(State.SENDING)
    lengths = [waits.look_again(sending, NOON + length) - NOON - length for length in (-HOUR, HOUR, 7 * HOUR, 9 * DAY)]
    assert lengths == [2 * MINUTE, 15 * MINUTE, HOUR, 6 * HOUR]


def test_every_request_has_a_key_of_its_own() -> None:
    keys = {
        steps.begin(delivery, each, digest, 2, "", "", now).key
        for delivery, each, digest, now in product(
            (None, at(State.SCHEDULED, 1)), (POST, planned("other")), ("a", "b"), (NOON, NOON + MINUTE)
        )
    }
    assert len(keys) == 16
    assert {len(key) for key in keys} == {32}


def test_what_was_not_asked_is_no_try() -> None:
    intent = steps.begin(at(State.SCHEDULED, attempt=2), POST, POST.digest, 2, "", "", NOON)
    assert steps.release(intent, "", "", NOON, is_attempt=False).attempt == 2
    assert steps.release(intent, "", "", NOON).attempt == 3


@pytest.mark.parametrize(
    ("finding", "state", "receipts", "digest", "then"),
    [
        (Finding.SENT, State.SENT, 2, POST.digest, Do.NOTHING),
        (Finding.NOT_SENT, State.SCHEDULED, 1, "", Do.RESUME),
        (Finding.SKIP, State.SKIPPED, 1, POST.digest, Do.NOTHING),
    ],
)
def test_a_person_has_the_last_word(finding: Finding, state: State, receipts: int, digest: str, then: Do) -> None:
    after = steps.settle(at(State.UNSURE, 1, attempt=5), finding, "https://x", "me", NOON)
    assert (after.state, len(after.receipts), after.digest) == (state, receipts, digest)
    assert after.history[-1] == Event(NOON, state, "me", f"settled by hand: {finding}")
    assert do(POST, after) is then


def test_waits_grow_and_stop_growing() -> None:
    lengths = [waits.retry(attempt, NOON) - NOON for attempt in (0, 1, 2, 3, 99)]
    assert lengths == [2 * MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE, 16 * MINUTE]


def test_long_errors_are_cut() -> None:
    after = steps.fail(at(State.SENDING), "x" * 9000, None, "", NOON)
    assert (len(after.error), len(after.history[-1].note)) == (500, 500)


def test_every_fact_and_word_is_in_the_table() -> None:
    assert {fact for row in TABLE for fact in row.facts} == set(Fact)
    assert {row.do for row in TABLE} == set(Do)


def test_again_begins_anew_and_keeps_in_the_history_where_it_was() -> None:
    intent = steps.begin(None, planned(), "old text", 1, "run 1", "c" * 40, NOON)
    out = steps.receive(intent, Remote("7", "https://fake.example/7"), "run 1", NOON)
    fresh = steps.renew(out, "by hand", NOON)
    assert (fresh.state, fresh.receipts, fresh.attempt, fresh.digest) == (State.SCHEDULED, (), 0, "")
    assert fresh.history[-1].note == "to be published again by hand; it was at https://fake.example/7"
    assert steps.former_places(fresh) == ("https://fake.example/7",)
    assert schedule.decide_one(planned(), fresh, NOON).do is Do.SEND
