import json
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from cmflow import ledger
from cmflow.ledger import Ledger, approvals, codec, schema
from cmflow.model import Approval
from cmflow.model.errors import GitError
from tests.deliveries import NOON, clones
from tests.faults.paper import paper
from tests.ledger.test_ledger import intent, opened, sent

BEN = Approval("ben", NOON, 7, "c" * 40, ("ana", ""), (("news", "d" * 64), ("short", "e" * 64)))
EVA = Approval("eva", NOON + timedelta(hours=1), 9, "b" * 40, (), ())


@pytest.fixture
def home(tmp_path: Path) -> Ledger:
    return Ledger(paper(tmp_path / "home"))


def test_approvals_are_kept_changed_and_taken_back(home: Ledger) -> None:
    assert approvals.read(home, ["hello"]) == {}
    assert approvals.save(home, {"hello": (BEN, EVA), "été/1": (EVA,), "none": ()}, NOON) == ("hello", "été/1")
    assert approvals.read(home, ["hello", "été/1", "none"]) == {"hello": (BEN, EVA), "été/1": (EVA,)}
    tip = home.repository.tip(home.branch)
    assert approvals.save(home, {"hello": (BEN, EVA), "none": ()}, NOON) == ()
    assert home.repository.tip(home.branch) == tip
    assert approvals.save(home, {"hello": ()}, NOON) == ("hello",)
    assert approvals.read(home, ["hello", "été/1"]) == {"été/1": (EVA,)}


def test_all_of_them_whatever_else_lies_there(home: Ledger) -> None:
    assert approvals.read_all(home) == {}
    approvals.save(home, {"hello": (BEN, EVA), "été/1": (EVA,)}, NOON)
    strange: dict[str, bytes | None] = {
        "approvals/00/foreign.json": b"[",
        "approvals/00/number.json": b'{"post": 1}',
        "approvals/00/elsewhere.json": approvals.encode("hello", (EVA,)),
    }
    tip = home.repository.tip(home.branch)
    commit = home.repository.make_commit(strange, "Strange files", tip, NOON)
    home.repository.move(f"refs/heads/{home.branch}", commit, tip)
    assert approvals.read_all(home) == {"hello": (BEN, EVA), "été/1": (EVA,)}


def test_they_stand_beside_the_deliveries_and_reach_the_remote(tmp_path: Path) -> None:
    one, other = clones(tmp_path, 2)
    opened(one).record(sent(intent()))
    approvals.save(other, {"hello": (BEN,)}, NOON)
    ledger.sync(one, NOON)
    assert approvals.read(one, ["hello"]) == {"hello": (BEN,)}
    assert set(ledger.read(one).deliveries) == {("hello", "team")}
    opened(one).record(sent(intent(post="more")))
    approvals.save(other, {"hello": (BEN, EVA)}, NOON)
    ledger.sync(one, NOON)
    assert approvals.read(one, ["hello"]) == {"hello": (BEN, EVA)}
    assert set(ledger.read(one).deliveries) == {("hello", "team"), ("more", "team")}


def test_who_loses_a_race_writes_again(tmp_path: Path) -> None:
    one, other = clones(tmp_path, 2)

    class Overtaken(type(one.repository)):  # type: ignore[misc]
        def push(self, remote: str, oid: str, branch: str) -> None:
            if not approvals.read(other, ["first"]):
                approvals.save(other, {"first": (EVA,)}, NOON)
            super().push(remote, oid, branch)

    overtaken = Ledger(Overtaken(one.repository.root, one.repository.store), one.branch, one.remote)
    assert approvals.save(overtaken, {"second": (BEN,)}, NOON) == ("second",)
    assert approvals.read(one, ["first", "second"]) == {"first": (EVA,), "second": (BEN,)}


def test_a_remote_that_is_gone_is_said(tmp_path: Path) -> None:
    (one,) = clones(tmp_path, 1)
    (tmp_path / "remote.git").rename(tmp_path / "gone")
    with pytest.raises(GitError):
        approvals.save(one, {"hello": (BEN,)}, NOON)


def test_what_is_written_fits_its_schema() -> None:
    checker = Draft202012Validator(schema.approvals(), format_checker=FormatChecker())
    for found in ((), (BEN,), (BEN, EVA)):
        checker.validate(json.loads(approvals.encode("hello", found)))
    assert not checker.is_valid({**GOOD, "approvals": [{"by": "ben"}]})


GOOD = json.loads(approvals.encode("hello", (BEN,)))


@pytest.mark.parametrize(
    "record",
    [
        [],
        {},
        {**GOOD, "version": 2},
        {**GOOD, "post": "other"},
        {**GOOD, "more": 1},
        {**GOOD, "approvals": [{"by": "ben"}]},
        {**GOOD, "approvals": [{**GOOD["approvals"][0], "at": "2026-12-01T12:00"}]},
        {**GOOD, "approvals": [{**GOOD["approvals"][0], "digests": ["news"]}]},
        {**GOOD, "approvals": [{**GOOD["approvals"][0], "authors": "ana"}]},
        {**GOOD, "approvals": [{**GOOD["approvals"][0], "by": 1}]},
        {**GOOD, "approvals": [{**GOOD["approvals"][0], "by": "\ud800"}]},
        {**GOOD, "approvals": [{**GOOD["approvals"][0], "at": "0001-01-01T00:00:00+14:00"}]},
        {**GOOD, "post": "\ud800"},
        {**GOOD, "post": 1},
    ],
)
def test_what_is_not_ours_approves_nothing_and_is_made_anew(home: Ledger, record: object) -> None:
    text = json.dumps(record, indent=1).encode() + b"\n"
    commit = home.repository.make_commit({codec.approvals_path("hello"): text}, "By hand", None, NOON)
    home.repository.move(f"refs/heads/{home.branch}", commit, None)
    assert approvals.read(home, ["hello"]) == {"hello": ()}
    assert approvals.read_all(home) in ({}, {"hello": ()})
    approvals.save(home, {"hello": (BEN,)}, NOON)
    assert approvals.read(home, ["hello"]) == {"hello": (BEN,)}


@given(st.binary(max_size=40) | st.sampled_from([b"[" * 100_000, b'{"version": 1e999}']))
def test_whatever_stands_there_can_be_read(data: bytes) -> None:
    assert approvals.decode(data, "hello") == ()
