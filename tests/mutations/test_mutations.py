"""Whatever is in the files and in the ledger: a sentence that names a file, and nothing is sent."""

from pathlib import Path

import pytest

from tests.examples import TIMES
from tests.mutations import trial, world

pytestmark = pytest.mark.slow  # real git, hundreds of times


@pytest.mark.parametrize("seed", ["first", "second"])
def test_no_command_is_surprised(seed: str) -> None:
    assert trial.attempts(trial.names(seed, 200 * TIMES)) == []


def test_the_same_name_is_the_same_trial(tmp_path: Path) -> None:
    whole = world.temporary(tmp_path)
    for name in trial.names("same", 40):
        assert trial.damage(whole, name) == trial.damage(whole, name)
        assert len(trial.damage(whole, name).files) <= trial.size(name)


def test_the_judge_sees_what_no_command_may_do() -> None:
    said = [
        (3, "", "This is a bug"),
        (1, "", "error: It cannot be used.\n"),
        (0, "\x1b[2Jcontent/plan.md\n", ""),
        (1, "Traceback (most recent call last):\n content/plan.md", ""),
        (4, "", ""),
        (1, "content/plan.md:1: error", ""),
    ]
    assert [[*trial.faults(("status",), *each)] for each in said] == [
        ["exit code 3"],
        ["no file is named"],
        ["control characters U+001B"],
        ["a stack trace"],
        ["nothing is said"],
        [],
    ]
    assert [*trial.faults(("status", "--format", "json"), 0, "{", "")] == ["no JSON"]
