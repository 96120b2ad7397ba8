"""`cmflow schedule`"""

from datetime import UTC, datetime, timedelta

import pytest

from cmflow.cli import _clock
from cmflow.content.workflow import BEGIN, END
from cmflow.repository import shipped
from tests.cli.conftest import Place, Result

NOW = datetime(2026, 5, 29, 12, 0, tzinfo=UTC)
PUBLISH, WATCH = ".github/workflows/publish.yml", ".github/workflows/watch.yml"
COSTS = (
    "GitHub bills a minute per run: publish 252, watch 30 a month, and up to 113 of waiting for posts. "
    "Together about 395 minutes.\n"
    "A public repository pays nothing. A private one has 2,000 minutes a month on GitHub's free plan.\n"
)
PLAN = """\
---
brand: Harbour Café
timezone: Europe/Paris
language: en
accounts:
  practice: {network: outbox, slots: [mon 09:30, thu 17:00]}
---
"""


@pytest.fixture
def team(bare: Place, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A repository whose publishing workflow is as older versions of cmflow wrote it."""
    monkeypatch.setattr(_clock, "wall_clock", lambda: NOW)
    bare.write("content/plan.md", PLAN)
    (bare.root / "content/posts/terrace.md").unlink()
    shipped_files = shipped.templates("templates/init")
    for path in (PUBLISH, WATCH):
        bare.write(path, shipped_files[f"templates/init/{path}"])
    return bare


def block(place: Place) -> str:
    text = (place.root / PUBLISH).read_text("utf-8")
    return text[text.index(BEGIN) + len(BEGIN) + 1 : text.index(END)]


def test_the_lines_of_the_plan_are_written_once(team: Place) -> None:
    before = (team.root / PUBLISH).read_text("utf-8")
    written = f"""\
{PUBLISH}: was written
  17 9 * * 1    Europe/Paris  before 09:30
  47 16 * * 4   Europe/Paris  before 17:00
  37 */3 * * *  Europe/Paris  what is late, or comes unforeseen
"""
    assert team.run("schedule").out == written + COSTS
    after = (team.root / PUBLISH).read_text("utf-8")
    head, _, tail = before.partition('    - cron: "7,22,37,52 * * * *"')
    assert after.startswith(head) and after.endswith(tail.partition("\n")[2])
    assert team.run("schedule") == Result(0, f"{PUBLISH}: fits the plan\n{COSTS}", "")
    assert (team.root / PUBLISH).read_text("utf-8") == after


def test_check_says_when_they_differ(team: Place) -> None:
    drift = f"{PUBLISH}: does not fit the plan. Run: cmflow schedule\n{COSTS}"
    assert team.run("schedule", "--check") == Result(1, drift, "")
    assert team.run("schedule").code == 0
    assert team.run("schedule", "--check") == Result(0, f"{PUBLISH}: fits the plan\n{COSTS}", "")
    team.write("content/plan.md", PLAN.replace("mon 09:30", "mon 09:45"))
    assert team.run("schedule", "--check").code == 1


def test_lines_in_utc_stay_so_until_a_person_says_otherwise(team: Place) -> None:
    assert team.run("schedule", "--utc").code == 0
    lines = block(team)
    assert (
        '- cron: "17 8 * 1-3,10-12 1" # before 09:30\n' in lines and '- cron: "17 7 * 3-10 1" # before 09:30\n' in lines
    )
    assert "timezone:" not in lines
    assert team.run("schedule").out.startswith(f"{PUBLISH}: fits the plan\n")
    assert team.run("schedule", "--check").code == 0
    assert block(team) == lines
    assert team.run("schedule", "--zone").code == 0
    assert "timezone: Europe/Paris" in block(team)


def test_a_dry_run_writes_nothing(team: Place) -> None:
    before = (team.root / PUBLISH).read_bytes()
    assert team.run("schedule", "--dry-run").out.startswith(f"{PUBLISH}: would be written\n  17 9 * * 1 ")
    assert (team.root / PUBLISH).read_bytes() == before


def test_a_post_at_another_time_has_its_run_until_it_is_over(team: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    assert team.run("schedule").code == 0
    team.post("walk", date="2026-06-03 15:12", accounts="[practice]")
    message = "No run publishes at 2026-06-03 15:12 (practice): the next one starts 25 min later."
    hint = "Run `cmflow schedule` and commit the workflow, or date it at one of the plan's `slots`."
    check = team.run("check", "--at", "2026-05-29 12:00")
    assert f"content/posts/walk.md:1: warning between-runs: {message}\n    {hint}\n" in check.out
    watch = team.run("watch", "--offline", "--at", "2026-05-29 12:00").out
    assert "note    1 post will be late: no run starts when it is due.\n" in watch
    assert f"        - content/posts/walk.md: {message}\n" in watch
    assert team.run("schedule", "--check").code == 1
    assert team.run("schedule").code == 0
    assert '    - cron: "59 14 3 6 *" # for posts 2026-06-03 15:12\n' in block(team)
    assert "between-runs" not in team.run("check", "--at", "2026-05-29 12:00").out
    assert "late" not in team.run("watch", "--offline", "--at", "2026-05-29 12:00").out
    monkeypatch.setattr(_clock, "wall_clock", lambda: NOW + timedelta(days=30))
    assert team.run("schedule", "--check").code == 0  # its line does no harm
    assert team.run("schedule").code == 0
    assert "for posts" not in block(team)


def test_where_something_else_starts_the_runs_nothing_is_said(team: Place) -> None:
    (team.root / PUBLISH).unlink()
    team.post("walk", date="2026-06-03 15:12", accounts="[practice]")
    assert "between-runs" not in team.run("check", "--at", "2026-05-29 12:00").out


def test_a_line_of_a_person_stays_and_counts(team: Place) -> None:
    text = (team.root / PUBLISH).read_text("utf-8")
    team.write(PUBLISH, text.replace('"7,22,37,52 * * * *"', '"3 13 * * *"'))
    team.post("walk", date="2026-06-03 15:12", accounts="[practice]")  # 13:12 UTC
    assert "publish 282," in team.run("schedule").out
    assert "for posts" not in block(team)
    assert '"3 13 * * *" # odd minutes' in (team.root / PUBLISH).read_text("utf-8")


def test_pages_cost_as_well(team: Place) -> None:
    name = "templates/init/.github/workflows/pages.yml"
    team.write(".github/workflows/pages.yml", shipped.templates("templates/init")[name])
    told = "With Pages on, building the calendar after each run of publish takes about 504 more.\n"
    assert told in team.run("schedule").out


def test_without_a_workflow_there_is_nothing_to_write(bare: Place) -> None:
    message = "There is no workflow in .github/workflows that publishes."
    hint = "Have them written: cmflow init . --action OWNER/NAME@COMMIT"
    assert bare.run("schedule") == Result(1, "", f"error: {message}\n  {hint}\n")


def test_a_workflow_with_other_events_is_refused(team: Place) -> None:
    team.write(PUBLISH, "on: [push]\njobs: {}\n")
    message = f"{PUBLISH}: cmflow cannot tell where its schedule belongs."
    hint = "Write its events one per line: `on:`, then `  workflow_dispatch:`, and run this again."
    assert team.run("schedule") == Result(1, "", f"error: {message}\n  {hint}\n")
