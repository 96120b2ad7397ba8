"""The cron lines in a workflow: read and written; all around them stays."""

from datetime import timedelta

import pytest
import yaml

from cmflow.content import workflow
from cmflow.content.workflow import BEGIN, END, NotMarked, Scheduled

LINES = (("17 9 * * 1", "Europe/Paris", "before 09:30"), ("37 */3 * * *", "", "late"))
BLOCK = f"""\
    {BEGIN}
    - cron: "17 9 * * 1" # before 09:30
      timezone: Europe/Paris
    - cron: "37 */3 * * *" # late
    {END}
"""
SHIPPED = '    - cron: "7,22,37,52 * * * *" # odd minutes\n'
OWN = "    - cron: '1 5 * * *' # mine\n"
ZONED = "    - timezone: Asia/Tokyo\n      cron: 1 5 * * *\n"


def text(lines: str, more: str = "") -> str:
    head, tail = "name: Publish\n\n# About it.\non:\n  schedule:\n", "\njobs:\n  a: {}\n"
    return f"{head}{lines}  push:\n    branches: [main]\n{more}{tail}"


@pytest.mark.parametrize("lines", [SHIPPED, BLOCK, f"    {BEGIN}\n    - cron: '1 1 * * *'\n    {END}\n"])
def test_our_lines_are_replaced(lines: str) -> None:
    assert workflow.rewritten(text(lines), LINES) == text(BLOCK)


@pytest.mark.parametrize(
    ("lines", "result"),
    [
        (OWN, OWN + BLOCK),
        (OWN + BLOCK + OWN, OWN + BLOCK + OWN),
        (OWN + SHIPPED + OWN, OWN + BLOCK + OWN),
        (f"    # mine\n{OWN}\n    # behind it\n{SHIPPED}", f"    # mine\n{OWN}\n    # behind it\n{BLOCK}"),
        (ZONED, ZONED + BLOCK),
        ("", BLOCK),
    ],
)
def test_what_a_person_wrote_stays(lines: str, result: str) -> None:
    assert workflow.rewritten(text(lines), LINES) == text(result)
    assert workflow.rewritten(text(result), LINES) == text(result)


def test_a_workflow_without_a_schedule_gets_one() -> None:
    before = "on:\n  workflow_dispatch:\njobs: {}\n"
    assert workflow.rewritten(before, LINES) == f"on:\n  schedule:\n{BLOCK}  workflow_dispatch:\njobs: {{}}\n"


def test_the_indentation_is_that_of_the_list() -> None:
    before = "on:\n    schedule:\n    - cron: '1 5 * * *'\n    push:\njobs: {}\n"
    after = workflow.rewritten(before, LINES)
    assert yaml.safe_load(after)[True] == {
        "schedule": [
            {"cron": "1 5 * * *"},
            {"cron": "17 9 * * 1", "timezone": "Europe/Paris"},
            {"cron": "37 */3 * * *"},
        ],
        "push": None,
    }
    assert workflow.rewritten(after, LINES) == after


def test_the_ends_of_lines_stay() -> None:
    before = text(SHIPPED).replace("\n", "\r\n")
    assert workflow.rewritten(before, LINES) == text(BLOCK).replace("\n", "\r\n")
    assert len(workflow.scheduled(before)) == 1


@pytest.mark.parametrize(
    "before",
    [
        "",
        "on:\n  schedule: [{cron: '1 1 * * *'}]\njobs: {}\n",
        "on: [push]\njobs: {}\n",
        "on: push\n",
        "jobs: {}\n",
        "- on:\n",
    ],
)
def test_a_workflow_with_no_list_of_events_is_refused(before: str) -> None:
    with pytest.raises(NotMarked):
        workflow.rewritten(before, LINES)


@pytest.mark.parametrize("lines", [BLOCK.replace(f"    {END}\n", ""), BLOCK + BLOCK, f"    {END}\n{OWN}    {BEGIN}\n"])
def test_marks_that_do_not_match_are_refused(lines: str) -> None:
    """Or a line that a person wrote might go."""
    with pytest.raises(NotMarked):
        workflow.rewritten(text(lines), LINES)


def test_the_lines_that_a_workflow_has() -> None:
    own = "    - timezone: 'Asia/Tokyo' # there\n      cron: 1 5 * * *\n    # - cron: '2 2 * * *'\n"
    assert workflow.scheduled(text(own + BLOCK, "  workflow_dispatch:\n    inputs: {cron: '9 9 9 9 9'}\n")) == (
        Scheduled("1 5 * * *", "Asia/Tokyo", "", False, 6),
        Scheduled("17 9 * * 1", "Europe/Paris", "before 09:30", True, 10),
        Scheduled("37 */3 * * *", "", "late", True, 12),
    )
    assert workflow.scheduled("jobs:\n  schedule:\n    - cron: '1 1 * * *'\n") == ()


@pytest.mark.parametrize(
    ("more", "minutes"),
    [
        ("WAIT: ${{ inputs.wait || '14m' }}\nrun: cmflow publish --wait \"$WAIT\"", 14),
        ("WAIT: ${{ inputs.wait || '1h' }}", 60),
        ("run: cmflow publish --wait 5m", 5),
        ("run: cmflow publish --wait=9m", 9),
        ('run: cmflow publish --wait "$WAIT"', 14),
        ("run: cmflow publish", 0),
    ],
)
def test_how_long_its_runs_wait(more: str, minutes: int) -> None:
    assert workflow.waiting(text(SHIPPED, more)) == timedelta(minutes=minutes)
