"""A bounded part of the schedules. CMFLOW_FAULTS=9000 tries thousands; `python -m tests.faults` does it by hand."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cmflow import ledger
from cmflow.model import State
from tests import ROOT
from tests.deliveries import Clock
from tests.faults import interleaved, play
from tests.faults.play import Scenario, Schedule
from tests.faults.trap import Fault, Trap

pytestmark = pytest.mark.slow  # whole days of publishing

NUMBER = os.environ.get("CMFLOW_FAULTS", "450")  # read before the tests' own surroundings are cleared


@pytest.mark.slow
def test_no_post_is_doubled_or_lost_whatever_goes_wrong() -> None:
    words = [sys.executable, "-m", "tests.faults", "--schedules", NUMBER]
    ended = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    print(ended.stdout, ended.stderr)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    tried = re.match(r"([\d,]+) schedules tried", ended.stdout)
    assert tried
    assert int(tried[1].replace(",", "")) >= int(NUMBER)
    assert "Posts doubled: 0. Posts lost: 0." in ended.stdout


def test_a_run_that_is_killed_after_the_network_took_its_post(tmp_path: Path) -> None:
    fault = Fault("post", 1, "dies after")
    for lists, state in ((True, "sent"), (False, "unsure")):
        verdict = play.play(Schedule(Scenario(lists=lists), ((fault,),), elsewhere=True), tmp_path / "stage")
        assert (verdict.bad, dict(verdict.states)) == ((), {state: 1})


LOST = tuple(Fault("post", number, "answer lost") for number in range(1, 9))


@pytest.mark.parametrize(("shows", "times"), [("whole", 1), ("rewritten", 1), ("filtered", 1), ("blind", 2)])
@pytest.mark.parametrize("elsewhere", [True, False])
def test_every_answer_is_lost_and_the_list_cannot_be_trusted(
    tmp_path: Path, shows: str, times: int, elsewhere: bool
) -> None:
    """The post is out once, or a person is asked; a list that lies is believed once, and never again."""
    with play.stage(tmp_path / "stage", Scenario(lists=True, shows=shows)) as here:
        clock = Clock()
        for number in range(8):
            here.run(Trap(LOST), clock, number % 2 if elsewhere else 0, f"run {number + 1}")
            clock.now += play.STEP
        (delivery,) = here.deliveries().values()
        assert len(here.shore.posts()) == times
        assert (delivery.state, delivery.retry_at) == (State.SENT if shows == "whole" else State.UNSURE, None)
        assert play.judge(here).bad == ()


def test_the_judge_sees_a_post_that_is_out_twice(tmp_path: Path) -> None:
    """Two runs that write the same bytes at the same moment make the same commit, and git takes it from both."""
    dance = interleaved.Dance(Scenario(), (5, 9))
    with play.stage(tmp_path / "stage", dance.scenario) as here:
        play.forked(tmp_path, lambda: twins(here, dance))
        assert play.judge(here).doubled == ("('team-0', 'hello 0') is out 2 times",)
    assert interleaved.play(dance, tmp_path / "stage").bad == ()


def twins(here: play.Stage, dance: interleaved.Dance) -> None:
    """Both writers without the name that tells their commits apart. This process ends afterwards."""
    ledger.writer.secrets.token_hex = lambda nbytes=None: "twin"  # type: ignore[attr-defined]
    interleaved.both(here, dance)
