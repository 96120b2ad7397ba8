"""`cmflow plan`"""

import json

import pytest

from tests.cli.conftest import PLAN, Place, Result

ASKS = """\
    slots: [mon 09:30, thu 17:00]
    per_week: 2
"""
GOALS = """\
goals:
  news: [{metric: followers, target: 300, by: 2026-08-31, readings: {2026-05-25: 100}}]
since: 2026-05-25
"""
TEXT = """\
Harbour Café, 2026-05-31 12:00 Europe/Paris: 2 On track, 2 At risk, 1 Hit.

Accounts
  At risk   news      The week of 2026-05-25 has 0 of 2 posts.
            short     The plan sets no number of posts per week.
            practice  The plan sets no number of posts per week.

Pillars
  On track  menu    1 post with a pillar in these weeks: too few to compare.
  On track  people  1 post with a pillar in these weeks: too few to compare.

Campaigns
  At risk   summer  It starts in 1 day; ready: 0 of 1 post.

Goals
  Hit       news followers  300 on 2026-05-30: the target of 300 is reached.

Weeks
  Sent and scheduled, of what the plan asks for; * is this week.
        05-04  05-11  05-18  05-25* 06-01  06-08  06-15  06-22
  news  0/0    0/0    0/0    0/2    0/2    0/2    0/2    0/2

Free slots
  Usual times in the next four weeks that no post has taken.
  news  2026-06-01 09:30, 2026-06-04 17:00 and 6 more
"""


@pytest.fixture
def asking(place: Place) -> Place:
    """The small repository, with a plan that asks for two posts a week and says where its goal stands."""
    place.write("content/plan.md", plan())
    post = (place.root / "content/posts/terrace.md").read_text()
    place.write("content/posts/terrace.md", post.replace("pillar: menu", "pillar: menu\nstatus: draft"))
    return place


def plan(language: str = "en") -> str:
    asked = PLAN.replace("    slots: [mon 09:30, thu 17:00]\n", ASKS).replace("language: en", f"language: {language}")
    return asked.replace("---\nOur plan.", f"{GOALS}---\nOur plan.")


def told(place: Place, *words: str) -> Result:
    return place.run("plan", "--at", "2026-05-31 12:00", *words)


def test_the_plan_against_what_there_is(asking: Place) -> None:
    file = asking.root / "content/plan.md"
    file.write_text(file.read_text().replace("2026-05-25: 100", "2026-05-30: 300"))
    post = asking.root / "content/posts/terrace.md"
    post.write_text(post.read_text().replace("2026-06-01 09:30", "2026-06-01 13:30"))
    assert told(asking) == Result(0, TEXT, "")


def test_in_the_language_of_the_plan(asking: Place) -> None:
    asking.write("content/plan.md", plan("fr"))
    out = told(asking).out
    assert "  À risque       news      Semaine du 2026-05-25\u00a0: 0 sur 2 publications." in out
    assert "\nCréneaux libres\n  Heures habituelles des quatre prochaines semaines" in out


def test_whatever_the_names_it_is_80_columns_wide(asking: Place) -> None:
    name = "the-one-with-a-name-that-is-really-too-long"
    asking.write("content/plan.md", plan("fr").replace("news", name).replace("per_week: 2", "per_week: 1000"))
    for number in range(9):
        asking.post(f"p{number}", accounts=f"[{name}]")
    out = told(asking).out
    assert max(map(len, out.splitlines())) <= 80
    assert f"\n  {name}\n" in out
    assert f"\n  À risque       {name}\n                 " in out


def test_silences_and_crowded_days(asking: Place) -> None:
    for hour in (9, 12, 15, 17):
        asking.post(f"p{hour}", date=f"2026-06-03 {hour:02}:30")
    asking.post("later", date="2026-06-30 09:30")
    assert told(asking).out.endswith(
        """\

Silences and crowded days
  news  No posts for 26 days between 2026-06-03 and 2026-06-30
        4 posts on 2026-06-03
"""
    )


def test_many_crowded_days_are_counted(asking: Place) -> None:
    for day in range(1, 8):
        for hour in (9, 12, 15):
            asking.post(f"p{day}-{hour}", date=f"2026-06-0{day} {hour:02}:31")
    assert told(asking).out.endswith("        3 posts on 2026-06-04\n        and 3 more\n")


def test_a_plan_that_asks_for_nothing(place: Place) -> None:
    place.write(
        "content/plan.md", "---\nbrand: B\ntimezone: UTC\nlanguage: en\naccounts: {news: {network: outbox}}\n---\n"
    )
    (place.root / "content/posts/terrace.md").unlink()
    assert told(place) == Result(
        0,
        "B, 2026-05-31 12:00 UTC: nothing to compare.\n\n"
        "Accounts\n            news  The plan sets no number of posts per week.\n",
        "",
    )


def test_the_alarm(asking: Place) -> None:
    assert told(asking, "--alarm").code == 4
    (asking.root / "content/posts/terrace.md").unlink()
    calm = "---\nbrand: B\ntimezone: UTC\nlanguage: en\naccounts: {news: {network: outbox}}\n---\n"
    asking.write("content/plan.md", calm)
    assert told(asking, "--alarm").code == 0


def test_where_the_remote_cannot_be_asked(asking: Place) -> None:
    asking.git("remote", "add", "origin", str(asking.root / "nowhere"))
    result = told(asking)
    assert (result.code, result.err) == (
        0,
        "Could not fetch from the remote; showing the last known state: There is no such remote.\n",
    )
    assert told(asking, "--alarm").code == 4
    assert told(asking, "--offline").err == ""


def test_for_programs_it_speaks_english(asking: Place) -> None:
    asking.write("content/plan.md", plan("fr"))
    found = json.loads(told(asking, "--format", "json").out)
    assert found["counts"] == {"OnTrack": 3, "AtRisk": 2, "Hit": 0, "Missed": 0}
    assert found["accounts"][0]["why"] == "The week of 2026-05-25 has 0 of 2 posts."


def test_a_name_that_would_move_the_cursor(asking: Place) -> None:
    asking.write("content/plan.md", plan().replace("summer:", '"\\u009b2J":'))
    assert "\x9b" not in told(asking).out


@pytest.mark.parametrize("command", ["plan", "status", "approvals", "stats"])
def test_a_brand_that_would_turn_the_line_around_is_an_escape(place: Place, command: str) -> None:
    place.write("content/plan.md", PLAN.replace("brand: Harbour Café", 'brand: "Harbour \\u202e\\u009b2J"'))
    place.commit()
    out = place.run(command, "--at", "2026-06-01 12:00").out
    assert "\u202e" not in out and "\x9b" not in out
    assert "Harbour \\u202e\\x9b2J, " in " ".join(out.split())
