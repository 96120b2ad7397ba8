"""`cmflow status`"""

import json
import re

from tests.cli.conftest import Place

BEFORE = """\
Harbour Café, 2026-05-31 12:00 Europe/Paris: 2 scheduled.

Next
  2026-06-01 09:30  scheduled  news   terrace
  2026-06-01 09:30  scheduled  short  terrace
"""
AFTER = """\
Harbour Café, 2026-06-01 10:00 Europe/Paris: 2 scheduled.

Needs a person
  2026-06-01 09:30  scheduled  news   terrace
  2026-06-01 09:30  scheduled  short  terrace
    cmflow cannot publish there yet: post it by hand, then say so with cmflow settle
"""


def test_what_is_next(place: Place) -> None:
    result = place.run("status", "--at", "2026-05-31 12:00")
    assert (result.code, result.out, result.err) == (0, BEFORE, "")


def test_what_needs_a_person(place: Place) -> None:
    result = place.run("status", "--at", "2026-06-01T10:00")
    assert (result.code, result.out, result.err) == (4, AFTER, "")


def test_another_offset(place: Place) -> None:
    assert "2026-05-31 14:00 Europe/Paris" in place.run("status", "--at", "2026-05-31 12:00+00:00").out


def test_what_was_sent(place: Place) -> None:
    (place.root / "content/posts/terrace.md").unlink()
    place.soon("hello")
    place.commit()
    place.run("publish")
    result = place.run("status")
    assert result.code == 0
    assert result.out.endswith("Europe/Paris: 1 sent.\n")
    everything = place.run("status", "--all").out
    assert re.search(r"\nEvery delivery\n  .*  sent       practice  hello  /.*practice\.1\.json\n$", everything)


def test_more_than_fit(place: Place) -> None:
    for number in range(15):
        place.post(f"p{number}")
    out = place.run("status", "--at", "2026-05-31 12:00").out
    assert out.endswith("  and 7 more: cmflow status --all\n")
    assert "and 7 more" not in place.run("status", "--at", "2026-05-31 12:00", "--all").out


def test_a_long_name_moves_the_columns(place: Place) -> None:
    plan = (place.root / "content/plan.md").read_text()
    place.write("content/plan.md", plan.replace("short", "the-one-with-a-rather-long-name"))
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
    assert bare.run("status", "--at", "2026-05-31 12:00").out == BEFORE
    (bare.root / "content/posts/terrace.md").unlink()
    assert bare.run("status", "--at", "2026-05-31 12:00").out.endswith(": nothing planned.\n")
