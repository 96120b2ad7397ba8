"""`cmflow status`"""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from cmflow.git import discover
from cmflow.ledger import Ledger, heartbeat, open_writer
from cmflow.model import Planned
from cmflow.schedule import steps
from tests.cli.conftest import Place, Result

pytestmark = pytest.mark.slow  # real git

BEFORE = """\
Harbour Café, 2026-05-31 12:00 Europe/Paris: 2 scheduled.

Next
  2026-06-01 09:30  scheduled  news   terrace
  2026-06-01 09:30  scheduled  short  terrace
"""
AFTER = """\
Harbour Café, 2026-06-01 10:00 Europe/Paris: 2 by hand.

To post by hand
  2026-06-01 09:30  by hand    news   terrace
  2026-06-01 09:30  by hand    short  terrace
    Post it there, then report it: cmflow settle POST ACCOUNT --sent URL
"""
LATE = """\
Harbour Café, 2026-06-01 16:00 Europe/Paris: 2 missed.

Needs a person
  2026-06-01 09:30  missed     news   terrace
  2026-06-01 09:30  missed     short  terrace
    too late: not posted by hand in time, or not recorded
"""


def test_what_is_next(place: Place) -> None:
    result = place.run("status", "--at", "2026-05-31 12:00")
    assert (result.code, result.out, result.err) == (0, BEFORE, "")


def test_what_is_to_be_posted_by_hand_needs_a_person_when_nobody_did(place: Place) -> None:
    for moment, code, said in (("10:00", 0, AFTER), ("16:00", 4, LATE)):
        result = place.run("status", "--at", f"2026-06-01T{moment}")
        assert (result.code, result.out, result.err) == (code, said, "")


DURING = """\
Harbour Café, 2026-06-01 10:00 Europe/Paris: 1 sending, 1 failed.

Next
  2026-06-01 09:30  failed     news   terrace
    Mastodon cannot be reached. cmflow will retry.
  2026-06-01 09:30  sending    short  terrace
"""


def test_what_a_run_will_try_again_or_is_sending_is_named(place: Place) -> None:
    due = datetime(2026, 6, 1, 7, 30, tzinfo=UTC)
    writer, _ = open_writer(Ledger(discover(place.root)), lambda: due, lambda _: None)
    for account in ("news", "short"):
        planned = Planned("terrace", account, due, timedelta(hours=6), "digest")
        begun = steps.begin(None, planned, "digest", 1, "run 1", "c", due)
        writer.record(begun)
        if account == "news":
            error = "Mastodon cannot be reached. cmflow will retry."
            writer.record(steps.fail(begun, error, due + timedelta(hours=1), "run 1", due))
    result = place.run("status", "--at", "2026-06-01 10:00")
    assert (result.code, result.out, result.err) == (0, DURING, "")


def test_another_offset(place: Place) -> None:
    assert "2026-05-31 14:00 Europe/Paris" in place.run("status", "--at", "2026-05-31 12:00+00:00").out


def test_what_was_sent(place: Place) -> None:
    (place.root / "content/posts/terrace.md").unlink()
    place.soon("hello")
    place.commit()
    place.run("publish")
    result = place.run("status")
    assert result.code == 0
    assert re.search(
        r"Europe/Paris: 1 sent\.\n\nLast sign of life of a run: [-\d]+ [:\d]+, by hand, .* UTC\n$", result.out
    )
    everything = place.run("status", "--all").out
    assert re.search(r"\nEvery delivery\n  .*  sent       practice  hello  /.*practice\.1\.json\n\nLast", everything)


def test_more_than_fit(place: Place) -> None:
    for number in range(15):
        place.post(f"p{number}")
    place.commit()
    out = place.run("status", "--at", "2026-05-31 12:00").out
    assert out.endswith("  and 7 more: cmflow status --all\n")
    assert "and 7 more" not in place.run("status", "--at", "2026-05-31 12:00", "--all").out


def test_a_long_name_moves_the_columns(place: Place) -> None:
    plan = (place.root / "content/plan.md").read_text()
    place.write("content/plan.md", plan.replace("short", "the-one-with-a-rather-long-name"))
    place.commit()
    lines = place.run("status", "--at", "2026-05-31 12:00").out.splitlines()[-2:]
    assert len({line.index("  terrace") for line in lines}) == 1


def test_the_rehearsal(place: Place) -> None:
    place.run("rehearse", "--at", "2026-06-01 12:00")
    result = place.run("status", "--rehearsal", "--at", "2026-06-01 12:00")
    assert result.code == 0
    assert result.out == "Harbour Café, 2026-06-01 12:00 Europe/Paris: 2 sent.\n"
    assert "2 scheduled" in place.run("status", "--at", "2026-05-31 12:00").out


def test_for_programs(place: Place) -> None:
    place.post("bad", campaign="winter")
    result = place.run("status", "--format", "json", "--at", "2026-05-31 12:00")
    found = json.loads(result.out)
    assert (result.code, found["at"], found["counts"]["scheduled"]) == (4, "2026-05-31T12:00:00+02:00", 3)
    assert found["deliveries"][-1] == {
        "post": "bad",
        "account": "news",
        "state": "scheduled",
        "due": "2026-06-03T09:30:00+02:00",
        "url": "",
        "note": "has errors and will not be sent: run cmflow check",
        "needs_person": True,
    }


def test_without_git_and_with_nothing_planned(bare: Place) -> None:
    refusal = f"{bare.root} is not inside a git repository."
    status = bare.run("status", "--at", "2026-05-31 12:00")
    assert (status.code, status.out) == (
        4,
        f"""\
cmflow publish refuses here: {refusal}
  Change to your content repository, or create one with `git init`.
Harbour Café, 2026-05-31 12:00 Europe/Paris: 2 scheduled.

Needs a person
  2026-06-01 09:30  scheduled  news   terrace
  2026-06-01 09:30  scheduled  short  terrace
    {refusal}
""",
    )
    (bare.root / "content/posts/terrace.md").unlink()
    assert bare.run("status", "--at", "2026-05-31 12:00").out.endswith(": nothing planned.\n")


# ── the alarm ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def quiet(place: Place) -> Place:
    """Nothing is due, and a run was here two days ago."""
    (place.root / "content/posts/terrace.md").unlink()
    place.commit()
    heartbeat.mark(Ledger(discover(place.root)), "run 1", datetime.now(UTC) - timedelta(days=2))
    return place


def alarm(place: Place, patience: str = "8h", *words: str) -> tuple[int, str]:
    result = place.run("status", "--alarm", patience, *words)
    return result.code, result.err


def test_the_alarm_where_no_run_ever_was(place: Place) -> None:
    assert alarm(place, "8h", "--at", "2026-05-31 12:00") == (
        4,
        "No run has left a sign of life yet. Is the publishing job running? "
        "On GitHub, see Actions: the schedule may be disabled.\n",
    )


def test_the_alarm_where_runs_are_silent_and_where_all_is_well(quiet: Place) -> None:
    code, said = alarm(quiet)
    assert code == 4
    assert re.fullmatch(r"Last sign of life of a run: 20\d\d-\d\d-\d\d \d\d:\d\d UTC\. Is .*\n", said)
    assert alarm(quiet, "3d") == (0, "")
    assert quiet.run("publish").code == 0
    assert alarm(quiet) == (0, "")


def test_the_alarm_where_something_is_overdue(quiet: Place) -> None:
    quiet.soon("old", minutes=-90)
    quiet.soon("older", minutes=-100)
    quiet.soon("now", minutes=-5)
    quiet.commit()
    assert alarm(quiet, "3d") == (4, "2 deliveries overdue by more than an hour: older to practice first.\n")
    assert quiet.run("status").code == 0
    result = quiet.run("status", "--alarm", "3d", "--format", "json")
    assert (result.code, json.loads(result.out)["last_run"]["run"]) == (4, "run 1")


def test_the_alarm_goes_off_where_the_remote_cannot_be_asked(quiet: Place) -> None:
    quiet.git("remote", "add", "origin", str(quiet.root / "nowhere"))
    assert alarm(quiet, "3d") == (
        4,
        "Could not fetch from the remote; showing the last known state: There is no such remote.\n",
    )
    assert alarm(quiet, "3d", "--offline") == (0, "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["soon"], "--alarm: `soon` is not a length of time. Write `30m`, `6h` or `2d`."),
        ([""], "--alarm: `` is not a length of time. Write `30m`, `6h` or `2d`."),
        (["3h"], "--alarm: runs leave a sign of life every 3 hours, so 3h is too short. Use 8h."),
        (["8h", "--rehearsal"], "--alarm cannot be combined with --rehearsal."),
    ],
)
def test_alarms_that_make_no_sense(place: Place, words: list[str], said: str) -> None:
    assert place.run("status", "--alarm", *words) == Result(2, "", f"error: {said}\n  See: cmflow status --help\n")


def test_a_hostile_name_of_a_run_moves_no_cursor(quiet: Place) -> None:
    heartbeat.mark(Ledger(discover(quiet.root)), "\x1b[2J\u202e", datetime.now(UTC))
    assert quiet.run("status").out.endswith(", \\x1b[2J\\u202e\n")
