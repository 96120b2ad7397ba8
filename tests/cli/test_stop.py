"""`cmflow stop` and `cmflow resume`, and what pauses keep back."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from cmflow.cli._context import open_context
from cmflow.model import State
from cmflow.publish import stop
from tests.cli.conftest import PLAN, Place
from tests.cli.test_settle import state

pytestmark = pytest.mark.slow  # real git, thousands of processes
RED = "Publishing has been stopped since "
GO_ON = "  Nothing is published until a person resumes it: cmflow resume\n"


@pytest.fixture
def due(place: Place) -> Place:
    """Two posts are due on an account that can be published on."""
    place.soon("one", -9, "First words")
    place.soon("two", -5, "Second words")
    (place.root / "content/posts/terrace.md").unlink()
    place.commit()
    return place


def test_nothing_is_published_until_somebody_resumes(due: Place) -> None:
    stopped = due.run("stop", "--reason", "  a storm\n of\tsnow ")
    assert (stopped.code, stopped.err) == (0, "")
    assert stopped.out.startswith(RED)
    assert stopped.out.endswith(f" UTC: a storm of snow\n{GO_ON}")
    again = "It was stopped before: that reason is kept.\n"
    assert due.run("stop", "--reason", "rain").out == stopped.out + again
    for words in (("publish",), ("publish", "--dry-run"), ("publish", "--dry-run")):  # the second from what is kept
        held = due.run(*words)
        assert (held.code, held.out.startswith(stopped.out)) == (4, True)
        assert held.out.count("on hold: publishing is stopped (a storm of snow)") == 2
    assert due.outbox == []
    deliveries = open_context(None).snapshot("cmflow-state").deliveries
    assert {"one", "old"}.isdisjoint(post for post, _ in deliveries)


def test_it_is_said_where_nothing_is_due(place: Place) -> None:
    place.post("terrace", date="2099-01-01 09:30")
    place.commit()
    assert place.run("stop").out.endswith(f" UTC: no reason was given\n{GO_ON}")
    quiet = place.run("publish")
    assert (quiet.code, quiet.out.startswith(RED), "Nothing is due." in quiet.out) == (0, True, True)


def test_status_and_the_calendar_say_it(due: Place) -> None:
    before = due.run("status", "--format", "json")
    assert json.loads(before.out)["stopped"] == {"at": "", "reason": "", "by": ""}
    due.run("stop", "--reason", "a <storm>")
    assert due.run("status").out.startswith(RED)
    found = due.run("status", "--format", "json")
    assert (found.code, json.loads(found.out)["stopped"]["reason"]) == (4, "a <storm>")
    assert due.run("watch").out.startswith("to do   Publishing has been stopped since ")
    due.run("build")
    index = (due.root / "_site/index.html").read_text("utf-8")
    assert "until someone resumes it: a &lt;storm&gt;" in index
    assert '<section class="health is-alarm"' in index and '<li class="is-alarm is-stop">' in index
    due.run("resume", "--all")
    due.run("build")
    assert "until a person resumes it" not in (due.root / "_site/index.html").read_text("utf-8")


def test_a_rehearsal_is_not_stopped(due: Place) -> None:
    due.run("stop")
    assert "2 deliveries sent to the outbox" in due.run("rehearse").out
    assert due.run("status", "--rehearsal").code == 0


def test_what_was_due_meanwhile_waits_for_a_person(due: Place) -> None:
    due.run("stop", "--reason", "a storm")
    listed = due.run("resume", "--dry-run")
    assert (listed.code, RED in listed.out) == (4, True)
    assert "Held, for you to decide: 2 deliveries.\n" in listed.out
    assert [line.split()[2:] for line in listed.out.splitlines()[-2:]] == [
        ["practice", "one", "First", "words"],
        ["practice", "two", "Second", "words"],
    ]
    resumed = due.run("resume")
    assert (resumed.code, resumed.out.startswith("Publishing is resumed.\nHeld, for you to decide: 2 ")) == (
        4,
        True,
    )
    held = due.run("publish")
    assert (held.code, due.outbox) == (4, [])
    assert held.out.count("on hold: it was due while publishing was stopped (a storm); confirm it with") == 2
    assert due.run("resume", "--send", "content/posts/two.md").code == 4
    assert due.run("publish").out.count("  sent ") == 1
    assert state(due, "two", "practice")[0] == State.SENT
    assert due.run("settle", "one", "practice", "--skip").code == 0
    assert due.run("resume").out == "Publishing is not stopped.\n"
    assert due.run("publish").code == 0


@pytest.fixture
def storm(place: Place) -> Place:
    """A stop that began nine hours ago and was resumed an hour ago; a post was due in it, and would be too late."""
    (place.root / "content/posts/terrace.md").unlink()
    place.soon("one", -8 * 60, "First words")
    place.commit()
    home, now = open_context(None).ledger("cmflow-state"), datetime.now(UTC)
    stop.stop(home, "a storm", "", "", lambda: now - timedelta(hours=9))
    stop.resume(home, (), "", "", lambda: now - timedelta(hours=1))
    return place


def test_a_new_date_frees_a_post(storm: Place) -> None:
    assert storm.run("publish", "--first").code == 4
    storm.soon("one", -5, "First words")
    storm.commit()
    assert storm.run("resume").out == "Publishing is not stopped.\n"
    assert "  sent     practice  one" in storm.run("publish").out


@pytest.mark.parametrize("confirmed", ["--all", "--send=one"])
def test_what_a_stop_made_late_is_not_missed_and_goes_out_when_confirmed(storm: Place, confirmed: str) -> None:
    held = storm.run("publish", "--first")
    assert (held.code, "it was due while publishing was stopped (a storm)" in held.out) == (4, True)
    deliveries = open_context(None).snapshot("cmflow-state").deliveries
    assert {"one", "old"}.isdisjoint(post for post, _ in deliveries)
    assert storm.run("resume", confirmed).out.startswith("Publishing is not stopped.\nTo be sent by the next run: 1 ")
    assert "  sent     practice  one" in storm.run("publish").out
    assert storm.run("publish").code == 0


def test_what_was_late_before_a_stop_is_missed(storm: Place) -> None:
    storm.soon("older", -16 * 60, "Old words")
    storm.commit()
    assert "  missed   practice  older  too late\n" in storm.run("publish", "--first").out


def test_nothing_is_confirmed_that_no_stop_keeps_back(due: Place) -> None:
    due.run("stop")
    unknown = due.run("resume", "--send", "one", "--send", "tow")
    assert (unknown.code, unknown.err) == (
        1,
        "error: No post 'tow' is held by a stop. Nothing was changed.\n  Did you mean 'two'?\n",
    )
    assert due.run("status").out.startswith(RED)
    assert due.run("resume", "--all", "--send", "one").code == 2


def test_what_is_out_is_taken_back_while_it_is_stopped(due: Place) -> None:
    due.run("publish")
    due.run("stop")
    assert due.run("unpublish", "one", "practice").code == 0
    assert state(due, "one", "practice")[0] == State.SKIPPED
    again = due.run("publish", "--again", "one", "practice")
    assert (again.code, again.err) == (
        1,
        "error: Publishing is stopped, so nothing was published again.\n  Resume it first: cmflow resume\n",
    )
    due.run("resume")
    assert due.run("publish", "--again", "one", "practice").code == 0


def test_a_stop_that_cannot_be_written_is_said_to_be_none(due: Place) -> None:
    due.git("remote", "add", "origin", str(due.root / "nowhere"))
    failed = due.run("stop")
    assert (failed.code, failed.out) == (1, "")
    assert failed.err.startswith("error: Publishing is NOT stopped: ")
    also = "On GitHub you can also disable the workflow: Actions, Publish, Disable workflow."
    assert failed.err.endswith(f"  {also} Check the address: git remote -v\n")  # a command stands at the end


def test_who_stopped_it_is_told(due: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTOR", "ana")
    assert " UTC by ana: no reason was given\n" in due.run("stop", "--reason", "\udcff").out.replace(
        "?", "no reason was given"
    )


# ── pauses ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def paused(place: Place) -> Place:
    """Yesterday, today and tomorrow are a pause, and a post is due."""
    days = [f"{datetime.now(UTC) + timedelta(days=number):%Y-%m-%d}" for number in (-1, 1)]
    pause = f"pauses: {{holidays: {{starts: {days[0]}, ends: {days[1]}}}}}\n"
    place.write("content/plan.md", PLAN.replace("groups:", f"{pause}groups:"))
    place.soon("one", -5, "First words")
    place.commit()
    return place


def test_what_is_due_in_a_pause_is_kept_back(paused: Place) -> None:
    found = paused.run("check")
    assert "warning in-pause: It is on hold on practice: its date is in the pause holidays, " in found.out
    held = paused.run("publish")
    assert (held.code, paused.outbox) == (4, [])
    assert "on hold: its date is in the pause holidays, " in held.out
    assert "on hold: its date is in the pause holidays" in paused.run("status").out


def test_the_calendar_says_it_on_top_on_a_phone_too(due: Place) -> None:
    """There what needs a person comes after the posts, and only its number before them."""
    due.run("stop", "--reason", "a <storm>")
    due.run("build")
    top = (due.root / "_site/index.html").read_text().partition('class="app"')[0]
    assert re.search(r'<p class="calls is-stop" dir="auto">Publishing has been stopped [^<]*: a &lt;storm&gt;</p>', top)


def test_a_long_text_is_cut_with_a_sign(due: Place) -> None:
    due.soon("long", -5, "word " * 30)
    due.commit()
    due.run("stop")
    assert " word word word…\n" in due.run("resume", "--dry-run").out


def test_a_reason_is_cut_with_a_sign_and_moves_no_terminal(due: Place) -> None:
    """Nor the one on which somebody looks at the ledger's history."""
    first = due.run("stop", "--reason", "\x1b[31m" + "word " * 100).out.splitlines()[0]
    assert first.partition(" UTC: ")[2] == r"\x1b[31m" + f"{'word ' * 58}word…"[:294] + "…"
    assert "\x1b" not in due.git("log", "cmflow-state")


def test_after_a_pause_nothing_floods_out(paused: Place) -> None:
    """Its time is over, and that of `late` as well: a person gives it another date."""
    days = [f"{datetime.now(UTC) + timedelta(days=number):%Y-%m-%d}" for number in (-9, -2)]
    pause = f"pauses: {{holidays: {{starts: {days[0]}, ends: {days[1]}}}}}\n"
    paused.write("content/plan.md", PLAN.replace("groups:", f"{pause}groups:"))
    paused.soon("one", -4 * 24 * 60, "First words")
    paused.soon("old", -5 * 24 * 60, "Old words")
    paused.commit()
    held = paused.run("publish", "--first")
    assert (held.code, paused.outbox, held.out.count("on hold: its date is in the pause")) == (4, [], 2)
    deliveries = open_context(None).snapshot("cmflow-state").deliveries
    assert {"one", "old"}.isdisjoint(post for post, _ in deliveries)


def test_a_post_may_say_otherwise(paused: Place) -> None:
    paused.soon("one", -5, "First words", ignore_pauses="yes")
    paused.commit()
    assert "in-pause" not in paused.run("check").out
    assert "  sent     practice  one" in paused.run("publish").out
    assert "in-pause" not in paused.run("check").out


def test_a_person_may_publish_in_a_pause(paused: Place) -> None:
    paused.run("settle", "one", "practice", "--skip")
    assert "in-pause" not in paused.run("check").out
    assert paused.run("publish", "--again", "one", "practice").code == 0
