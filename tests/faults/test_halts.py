"""A stop at every step: no request is begun once it is written down, nothing is missed, nothing floods out after it.

`python -m tests.faults` tries many more.
"""

from pathlib import Path

import pytest

from cmflow import ledger
from tests.faults import halts
from tests.faults.halts import Halt
from tests.faults.play import Scenario


@pytest.mark.slow
@pytest.mark.parametrize("turns", [(), (5, 9), (1, 1, 1, 1)], ids=["one run", "two runs", "two runs step by step"])
def test_a_stop_at_every_step_over_a_real_remote(tmp_path: Path, turns: tuple[int, ...]) -> None:
    scenario = Scenario(parts=2, remote=True, git=True)
    for at in range(1, 30, 4):
        assert halts.play(Halt(scenario, at, turns=turns), tmp_path / "stage").bad == (), at


def test_the_judge_sees_a_request_that_is_begun_after_the_stop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    halt = Halt(Scenario(parts=3), 6)
    assert halts.play(halt, tmp_path / "stage").bad == ()
    monkeypatch.setattr(ledger.Writer, "heed", lambda self, found: None)  # a writer that does not look
    assert any("was begun after the stop" in each for each in halts.play(halt, tmp_path / "stage").doubled)
