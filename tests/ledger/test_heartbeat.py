from datetime import timedelta
from pathlib import Path

import pytest

from cmflow import ledger
from cmflow.ledger import Ledger, Snapshot, heartbeat
from cmflow.ledger.heartbeat import Heartbeat
from tests.deliveries import NOON, clones, repository
from tests.ledger.test_ledger import intent, opened, sent


@pytest.fixture
def home(tmp_path: Path) -> Ledger:
    return Ledger(repository(tmp_path))


def test_a_run_leaves_a_sign_of_life_every_few_hours(home: Ledger) -> None:
    assert heartbeat.last(home) is None
    heartbeat.mark(home, "run 1", NOON)
    first = home.repository.tip(home.branch)
    assert heartbeat.last(home) == Heartbeat(NOON, "run 1")
    heartbeat.mark(home, "run 2", NOON + timedelta(hours=2))
    assert home.repository.tip(home.branch) == first
    heartbeat.mark(home, "run 3", NOON + timedelta(hours=3))
    assert heartbeat.last(home) == Heartbeat(NOON + timedelta(hours=3), "run 3")
    assert ledger.read(home) == Snapshot(home.repository.tip(home.branch), {})


def test_a_sign_of_life_reaches_the_remote_and_stands_beside_the_deliveries(tmp_path: Path) -> None:
    one, other = clones(tmp_path, 2)
    opened(one).record(sent(intent()))
    ledger.sync(other, NOON)
    heartbeat.mark(other, "run 1", NOON)
    ledger.sync(one, NOON)
    assert heartbeat.last(one) == Heartbeat(NOON, "run 1")
    assert set(ledger.read(one).deliveries) == {("hello", "team")}


def test_a_sign_of_life_that_cannot_be_read_is_none(home: Ledger) -> None:
    repository = home.repository
    texts = (
        b"[]",
        b"{",
        b"[" * 100_000,
        b'{"at": "2026-12-01T12:00:00", "run": 1}',
        b'{"at": 3, "run": ""}',
        b'{"at": "0001-01-01T00:00:00+23:00", "run": "run 1"}',
        b'{"at": "9999-12-31T23:59:59-23:00", "run": "run 1", "held": {"hello/team": "why"}}',
        b'{"at": "2026-12-01T12:00:00Z", "run": "run \\udcff"}',
        b'{"at": "2026-12-01T12:00:00Z", "run": "run 1", "held": {"hello/team": "\\ud800"}}',
        b'{"at": "2026-12-01T12:00:00Z", "run": "run 1", "held": ["hello/team"]}',
    )
    for number, text in enumerate(texts):
        repository.commit_files(home.branch, {heartbeat.FILE: text}, f"{number}", repository.tip(home.branch), NOON)
        assert heartbeat.last(home) is None


def test_a_clock_that_went_wrong_does_not_silence_the_alarm_for_years(home: Ledger) -> None:
    heartbeat.mark(home, "run 1", NOON + timedelta(days=900))
    heartbeat.mark(home, "run 2", NOON)
    assert heartbeat.last(home) == Heartbeat(NOON, "run 2")


def test_a_remote_that_takes_nothing_does_not_stop_the_run(tmp_path: Path) -> None:
    (home,) = clones(tmp_path, 1)
    hook = tmp_path / "remote.git/hooks/pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    heartbeat.mark(home, "run 1", NOON)
    assert heartbeat.last(home) is None
    (tmp_path / "remote.git").rename(tmp_path / "gone")
    heartbeat.mark(home, "run 2", NOON)
    assert heartbeat.last(home) is None


def test_who_loses_the_race_leaves_it_to_the_winner(tmp_path: Path) -> None:
    one, other = clones(tmp_path, 2)
    heartbeat.mark(one, "run 1", NOON)
    heartbeat.mark(other, "run 2", NOON)
    assert heartbeat.last(other) is None
    ledger.sync(other, NOON)
    assert heartbeat.last(other) == Heartbeat(NOON, "run 1")
