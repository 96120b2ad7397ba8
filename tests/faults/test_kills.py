"""A short, fixed run of kills over every network; `python -m tests.faults kills --runs 1000` does it at length."""

import os
import re
import subprocess
import sys

import pytest

from cmflow.model import Delivery, Event, Receipt, State
from cmflow.netkit import network
from tests import ROOT
from tests.deliveries import NOON
from tests.faults.harbour import ACCOUNTS, BERTHS
from tests.faults.kills import misjudged

RUNS = os.environ.get("CMFLOW_RUNS", "30")  # read before the tests' own surroundings are cleared


@pytest.mark.slow
def test_whichever_run_dies_each_post_is_out_once_or_a_person_is_asked() -> None:
    command = [sys.executable, "-m", "tests.faults", "kills", "--networks", "all", "--runs", RUNS, "--seed", "7"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    print(ended.stdout, ended.stderr)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "Posts doubled: 0. Otherwise wrong: 0." in ended.stdout
    killed = re.match(r"([\d,]+) kills", ended.stdout)
    assert killed
    assert int(killed[1].replace(",", "")) >= int(RUNS)


def test_every_network_that_publishes_over_the_web_is_there() -> None:
    names = {name for name in network.names() if network.load(name).publish} - {"outbox"}
    assert {access.account.network for access in ACCOUNTS.values()} == names == set(BERTHS)


@pytest.mark.parametrize(
    ("state", "receipts", "counts", "wrong"),
    [
        (State.SENT, 1, [1], ""),
        (State.SENT, 1, [0], "has 1 receipts and is out [0] times"),
        (State.UNSURE, 0, [0], ""),
        (State.UNSURE, 0, [1], ""),
        (State.UNSURE, 0, [1, 1], "is further than the ledger knows"),
        (State.FAILED, 0, [0], ""),
        (State.FAILED, 0, [1], "is said to have failed, and is out"),
        (State.SENDING, 0, [0], "stays sending"),
        (State.SCHEDULED, 0, [0], "stays scheduled"),
    ],
)
def test_the_judge_sees_what_is_wrong(state: State, receipts: int, counts: list[int], wrong: str) -> None:
    proofs = tuple(Receipt(part, "1", "", NOON) for part in range(receipts))
    delivery = Delivery("a", "b", state, NOON, parts=len(counts), receipts=proofs, history=(Event(NOON, state),))
    assert misjudged(delivery, counts) == wrong
    assert misjudged(None, counts) == "is in no ledger"
