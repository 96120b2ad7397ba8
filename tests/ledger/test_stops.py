"""The stop file: what it says, what cannot be read, two of them joined, and claims that meet it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from cmflow import ledger
from cmflow.ledger import Ledger, schema, stops
from cmflow.model import Confirmation, Remote, State, Stop, Stops
from cmflow.model.errors import GitError, Stopped
from cmflow.publish import stop
from cmflow.schedule import steps
from tests.deliveries import NOON, clones, planned, repository
from tests.faults.trap import Fault, Trap, Trapped
from tests.ledger.test_ledger import intent, opened, sent

HOUR = timedelta(hours=1)
STORM = Stop(NOON, "a storm", "ana", "run 1")
FLOOD = Stop(NOON + 5 * HOUR, "a flood")
OVER = replace(STORM, resumed=NOON + HOUR, resumed_by="ben", resumed_run="run 2")
CONFIRMED = Confirmation("hello", "team", NOON, NOON + HOUR)

MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))
STOPS = st.builds(Stop, MOMENTS, st.text(), st.text(), st.text(), st.none() | MOMENTS, st.text(), st.text())
CONFIRMATIONS = st.builds(Confirmation, st.text(), st.text(), MOMENTS, MOMENTS)
FILES = st.builds(Stops, st.lists(STOPS).map(tuple), st.lists(CONFIRMATIONS).map(tuple))


@given(FILES)
def test_what_is_written_is_read_again_and_fits_the_schema(found: Stops) -> None:
    data = stops.encode(found)
    assert stops.decode(data) == found
    checker = Draft202012Validator(schema.stops(), format_checker=FormatChecker())
    assert [error.message for error in checker.iter_errors(json.loads(data))] == []


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{",
        b"\xff",
        b'{"version": 1}',
        b'{"version": 2, "stops": []}',
        b'{"version": 1, "stops": []}',  # not as we write it
        b'{"version": 1, "stops": [{"at": "2026-12-01T12:00:00", "reason": ""}]}',
        b'{"version": 1, "stops": [7]}',
        b"[" * 100_000,
        stops.encode(Stops((OVER,))).replace(b"a storm", b"\\ud800"),
        stops.encode(Stops((OVER,))).replace(b"a storm", b"a \\u0073torm"),
    ],
)
def test_what_cannot_be_read_is_a_stop(data: bytes) -> None:
    assert stops.decode(data) == stops.UNREADABLE
    assert stops.UNREADABLE.current is not None


def test_it_lasts_until_it_is_resumed() -> None:
    assert Stops().current is None
    assert Stops((OVER,)).current is None
    assert Stops((OVER, FLOOD)).current == FLOOD


def test_two_that_grew_apart_are_joined() -> None:
    ours, theirs = stops.encode(Stops((STORM, FLOOD))), stops.encode(Stops((OVER,), (CONFIRMED,)))
    both = stops.encode(Stops((OVER, FLOOD), (CONFIRMED,)))
    assert (stops.join(ours, theirs), stops.join(theirs, ours)) == (both, both)
    assert (stops.join(ours, None), stops.join(ours, ours)) == (ours, ours)
    assert (stops.join(b"?", theirs), stops.join(ours, b"?")) == (theirs, ours)


# ── claims ──────────────────────────────────────────────────────────────────────────────────────────────────


def halt(home: Ledger) -> Stop:
    return stop.stop(home, "a storm", "ana", "run 1", lambda: NOON)


def resume(home: Ledger) -> Stops:
    return stop.resume(home, (), "ben", "run 2", lambda: NOON + HOUR)


def test_no_claim_follows_a_stop_from_another_machine(tmp_path: Path) -> None:
    one, other = clones(tmp_path, 2)
    writer = opened(one)
    assert halt(other) == STORM
    with pytest.raises(Stopped, match=r"^Publishing has been stopped since 2026-12-01 12:00 UTC by ana: a storm\.$"):
        writer.claim(None, intent())
    assert ledger.read(one).deliveries == {}
    assert stops.read(one) == Stops((STORM,))


def test_no_claim_follows_a_stop_without_a_remote(tmp_path: Path) -> None:
    home = Ledger(repository(tmp_path))
    writer = opened(home)
    halt(home)
    with pytest.raises(Stopped):
        writer.claim(None, intent())


def test_what_asks_for_nothing_is_still_written(tmp_path: Path) -> None:
    one, other = clones(tmp_path, 2)
    writer = opened(one)
    begun = intent()
    assert writer.claim(None, begun)
    halt(other)
    late = planned("late")
    with pytest.raises(Stopped):
        writer.claim(None, steps.begin(None, late, "digest", 1, "run 1", "", NOON), sent(begun))
    assert writer.claim(None, steps.miss(None, late, "too late", "run 1", NOON))
    writer.record(sent(begun))
    writer.close()
    ledger.sync(other, NOON)
    states = {post: each.state for (post, _), each in ledger.read(other).deliveries.items()}
    assert states == {"hello": State.SENT, "late": State.MISSED}


def test_of_several_claims_only_the_requests_are_refused(tmp_path: Path) -> None:
    (home,) = clones(tmp_path, 1)
    begun = intent()
    opened(home).claim(None, begun)
    halt(home)
    writer = opened(home)
    released = steps.release(begun, "the run ended", "run 1", NOON)
    with pytest.raises(Stopped):
        writer.claims([(begun, released), (None, steps.begin(None, planned("b"), "d", 1, "run 1", "", NOON))])
    assert ledger.read(home).deliveries == {("hello", "team"): released}


def test_a_run_that_has_seen_a_stop_claims_nothing_more_though_it_was_resumed(tmp_path: Path) -> None:
    one, other = clones(tmp_path, 2)
    before, during = opened(one), opened(other)
    halt(other)
    resume(other)
    with pytest.raises(Stopped):
        before.claim(None, intent())
    with pytest.raises(Stopped):
        during.claim(None, intent())
    assert opened(one).claim(None, intent())


def test_a_claim_before_the_stop_stands(tmp_path: Path) -> None:
    one, other = clones(tmp_path, 2)
    writer = opened(one)
    assert writer.claim(None, intent())
    halt(other)
    after = steps.receive(intent(), Remote("1"), "run 1", NOON)
    assert writer.claim(intent(), after)  # a receipt, whoever writes it


# ── stopping and resuming ───────────────────────────────────────────────────────────────────────────────────


def test_the_first_stop_stands_until_somebody_resumes(tmp_path: Path) -> None:
    one, other = clones(tmp_path, 2)
    assert halt(one) == STORM
    assert stop.stop(other, "another", "", "", lambda: NOON + HOUR) == STORM
    assert resume(other) == Stops((OVER,))
    assert resume(one) == Stops((OVER,))
    later = stop.stop(one, "a flood", "", "", lambda: NOON + 5 * HOUR)
    assert (later, stops.read(one)) == (FLOOD, Stops((OVER, FLOOD)))


def test_a_confirmation_is_for_a_date(tmp_path: Path) -> None:
    (home,) = clones(tmp_path, 1)
    halt(home)
    assert stop.resume(home, [planned()], "ben", "run 2", lambda: NOON + HOUR) == Stops((OVER,), (CONFIRMED,))


def test_a_file_that_cannot_be_read_stops_until_somebody_resumes(tmp_path: Path) -> None:
    (home,) = clones(tmp_path, 1)
    home.repository.commit_files(home.branch, {stops.FILE: b"?"}, "?", None, NOON)
    with pytest.raises(Stopped, match="cmflow cannot read"):
        opened(home).claim(None, intent())
    resume(home)
    assert opened(home).claim(None, intent())


def test_a_remote_that_takes_nothing_is_no_stop(tmp_path: Path) -> None:
    (home,) = clones(tmp_path, 1)
    hook = tmp_path / "remote.git/hooks/pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(GitError):
        halt(home)
    assert stops.read(home) == Stops()


def test_a_stop_that_was_only_here_reaches_the_remote_and_stays(tmp_path: Path) -> None:
    """As after a time without a remote: two histories that grew apart."""
    one, other = clones(tmp_path, 2)
    halt(Ledger(one.repository))
    opened(other).record(sent(intent()))
    ledger.sync(one, NOON)
    ledger.sync(other, NOON)
    assert (stops.read(other), {*ledger.read(other).deliveries}) == (Stops((STORM,)), {("hello", "team")})


def trapped(home: Ledger, trap: Trap) -> Ledger:
    inner = home.repository
    return Ledger(Trapped(inner.root, inner.store, inner, trap, lambda seconds: None), home.branch, home.remote)


def test_a_stop_whose_push_was_answered_by_nobody_is_a_stop(tmp_path: Path) -> None:
    one, other = clones(tmp_path, 2)
    assert halt(trapped(one, Trap((Fault("push", 1, "answer lost"),)))) == STORM
    with pytest.raises(Stopped):
        opened(other).claim(None, intent())


def test_a_stop_is_written_again_until_no_run_is_quicker(tmp_path: Path) -> None:
    one, other = clones(tmp_path, 2)
    writer, trap = opened(other), Trap()

    def quicker() -> None:
        """A run pushes right before the first three tries."""
        number = trap.seen["commit"]
        if 1 <= number <= 3 and trap.seen["push"] == number - 1:
            writer.record(replace(sent(intent()), run=f"run {number}"))

    trap.pause = quicker
    assert halt(trapped(one, trap)) == STORM
    assert trap.seen["push"] == 4
    with pytest.raises(Stopped):
        writer.claim(None, steps.begin(None, planned("b"), "d", 1, "run 1", "", NOON))
