"""What becomes of a delivery when something goes wrong on the way, or its post is changed after the fact.

The whole command over a real git; what goes wrong is a fault that the plan asks of the outbox.
"""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cmflow import ledger
from cmflow.cli import _clock
from cmflow.git import discover
from cmflow.ledger import Ledger
from cmflow.model import Delivery, Key, Receipt, Remote, State
from cmflow.netkit import network
from cmflow.netkit.network import Outgoing
from cmflow.networks.outbox import post
from tests.cli.conftest import LOAD, PLAN, Place, Result, _silent

pytestmark = pytest.mark.slow  # real git and processes

Run = Callable[..., Result]


@pytest.fixture
def faulty(place: Place) -> Callable[[str], Place]:
    """One post, due now, to an outbox with these faults."""

    def made(faults: str, body: str = "") -> Place:
        (place.root / "content/posts/terrace.md").unlink()
        plan = PLAN.replace("    network: outbox\n", f"    network: outbox\n    options: {{faults: {faults!r}}}\n")
        place.write("content/plan.md", plan)
        place.soon("hello", body=body)
        place.commit()
        return place

    return made


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """From now on, the runs' clock is so many minutes ahead. Nobody waits."""

    def move(minutes: float) -> None:
        monkeypatch.setattr(_clock, "wall_clock", lambda: datetime.now(UTC) + timedelta(minutes=minutes))

    monkeypatch.setattr(_clock, "wall_sleep", lambda seconds: None)
    return move


def delivery(place: Place, post: str = "hello") -> Delivery:
    return ledger.read(Ledger(discover(place.root))).deliveries[Key(post, "practice")]


def posts(place: Place) -> list[str]:
    """What the network has: its own list is the judge."""
    found = (place.root / ".cmflow/outbox").rglob("*.json")
    return sorted(json.loads(path.read_text())["text"] for path in found)


# ── faults ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("fault", "state", "code"),
    [
        ("request lost", State.UNSURE, 4),
        ("answer lost", State.UNSURE, 4),
        ("arrives late", State.UNSURE, 4),
        ("503", State.UNSURE, 4),
        ("503 but taken", State.UNSURE, 4),
        ("429", State.FAILED, 4),
    ],
)
def test_a_fault_is_on_record_and_the_next_run_makes_up_for_it(
    faulty: Callable[[str], Place], later: Callable[[float], None], fault: str, state: State, code: int
) -> None:
    place = faulty(fault)
    assert place.run("publish").code == code
    assert delivery(place).state is state
    assert place.run("publish").out.splitlines()[0].split()[:3] == [state, "practice", "hello"]
    later(9)
    result = place.run("publish")
    assert (result.code, result.out.splitlines()[-2]) == (0, "1 delivery sent.")
    assert delivery(place).state is State.SENT
    assert posts(place) == ["hello"]
    assert len(delivery(place).receipts) == 1


@pytest.mark.parametrize(("fault", "out"), [("dies before", []), ("dies after", ["hello"])])
def test_a_process_that_is_killed_leaves_an_intent_and_the_next_one_ends_it(
    faulty: Callable[[str], Place], later: Callable[[float], None], fault: str, out: list[str]
) -> None:
    place = faulty(fault)
    killed = subprocess.run([sys.executable, "-m", "cmflow", "publish"], cwd=place.root, capture_output=True)
    assert killed.returncode == -9
    assert (delivery(place).state, posts(place)) == (State.SENDING, out)
    assert "requested a moment ago" in place.run("publish").out
    assert posts(place) == out
    later(2)
    assert place.run("publish").code == 0
    assert (delivery(place).state, posts(place)) == (State.SENT, ["hello"])


def test_what_is_refused_waits_for_a_correction(faulty: Callable[[str], Place], later: Callable[[float], None]) -> None:
    place = faulty("422")
    result = place.run("publish")
    assert (result.code, delivery(place).state) == (4, State.FAILED)
    assert "failed   practice  hello  The outbox refuses it." in result.out
    later(60)
    assert place.run("publish").code == 4
    assert posts(place) == []
    edit(place, "hello\n", "Better\n")
    assert place.run("publish").code == 0
    assert posts(place) == ["Better"]


# ── changes after the fact ──────────────────────────────────────────────────────────────────────────────────


def edit(place: Place, old: str, new: str, name: str = "hello") -> None:
    file = place.root / f"content/posts/{name}.md"
    before, _, after = file.read_text().rpartition(old)
    file.write_text(f"{before}{new}{after}")
    place.commit()


def delete(place: Place) -> None:
    place.git("rm", "-q", "content/posts/hello.md")
    place.commit()


def remove_the_account(place: Place) -> None:
    head, _, rest = PLAN.partition("  practice:\n    network: outbox\n")
    place.write("content/plan.md", f"{head}  other:\n    network: outbox\n{rest}")
    place.write(
        "content/posts/hello.md", (place.root / "content/posts/hello.md").read_text().replace("practice", "other")
    )
    place.soon("hello", minutes=600, accounts="[other]")
    place.commit()


def name_no_account(place: Place) -> None:
    edit(place, "[practice]", "[news]")


def draft(place: Place) -> None:
    edit(place, "title:", "status: draft\ntitle:")


GONE = [delete, remove_the_account, name_no_account, draft]
SAID = "it may have been published, and the post no longer asks for it"


@pytest.mark.parametrize("change", GONE)
@pytest.mark.parametrize("fault", ["answer lost", "dies after"])
def test_what_may_be_out_is_said_though_no_post_asks_for_it_any_more(
    faulty: Callable[[str], Place], later: Callable[[float], None], change: Callable[[Place], None], fault: str
) -> None:
    place = faulty(fault)
    subprocess.run([sys.executable, "-m", "cmflow", "publish"], cwd=place.root, capture_output=True)
    change(place)
    later(20)
    at = f"{datetime.now(UTC) + timedelta(minutes=20):%Y-%m-%dT%H:%M}+00:00"
    dry, first = place.run("publish", "--dry-run", "--at", at), place.run("publish")
    assert (dry.code, first.code) == (4, 4)
    assert re.search(f"hold     practice  hello +{SAID}", dry.out)
    assert re.search(f"unsure   practice  hello  {SAID}", first.out)
    assert (delivery(place).state, posts(place)) == (State.UNSURE, ["hello"])
    assert "hello" in place.run("status").out
    assert place.run("settle", "hello", "practice", "--skip").code == 0
    assert "practice" not in place.run("publish").out
    assert posts(place) == ["hello"]


@pytest.mark.parametrize("change", GONE)
def test_what_was_sent_or_certainly_not_is_over_when_no_post_asks_for_it(
    faulty: Callable[[str], Place], later: Callable[[float], None], change: Callable[[Place], None]
) -> None:
    place = faulty("fine, 429")
    place.soon("second", minutes=-4)
    place.commit()
    place.run("publish")
    assert [delivery(place, name).state for name in ("hello", "second")] == [State.SENT, State.FAILED]
    place.git("rm", "-q", "content/posts/second.md")
    change(place)
    later(20)
    assert "practice" not in place.run("publish").out
    assert posts(place) == ["hello"]


def test_a_thread_that_is_partly_out_is_said_when_its_post_is_deleted(
    faulty: Callable[..., Place], later: Callable[[float], None]
) -> None:
    place = faulty("fine, 429", body="One\n\n---\n\nTwo")
    place.run("publish")
    assert posts(place) == ["One"]
    delete(place)
    later(20)
    result = place.run("publish")
    assert result.code == 4
    assert "some parts are published, and the post no longer asks for the others" in result.out
    assert "some parts are published, but the post file was deleted" in place.run("status").out
    assert posts(place) == ["One"]


def test_what_may_be_out_and_was_edited_is_held(faulty: Callable[[str], Place], later: Callable[[float], None]) -> None:
    place = faulty("request lost")
    place.run("publish")
    edit(place, "hello\n", "Better\n")
    later(20)
    result = place.run("publish")
    assert (result.code, posts(place)) == (4, [])
    assert "it may have been published, and the post has been edited since" in result.out
    assert place.run("settle", "hello", "practice", "--not-sent").code == 0
    assert place.run("publish").code == 0
    assert posts(place) == ["Better"]


def test_what_may_be_out_does_not_go_out_under_another_name(
    faulty: Callable[[str], Place], later: Callable[[float], None]
) -> None:
    place = faulty("answer lost")
    place.run("publish")
    place.git("mv", "content/posts/hello.md", "content/posts/renamed.md")
    place.commit()
    later(20)
    result = place.run("publish")
    assert (result.code, posts(place)) == (4, ["hello"])
    assert "content/posts/renamed.md:1: error delivered-renamed" in result.err
    assert f"unsure   practice  hello  {SAID}: The outbox gave no answer." in result.out


def test_into_another_folder_it_is_the_same_post(
    faulty: Callable[[str], Place], later: Callable[[float], None]
) -> None:
    place = faulty("answer lost")
    place.run("publish")
    place.write("content/posts/winter/x.md", "")
    place.git("mv", "-f", "content/posts/hello.md", "content/posts/winter/hello.md")
    (place.root / "content/posts/winter/x.md").unlink()
    place.commit()
    later(20)
    assert place.run("publish").code == 0
    assert (delivery(place).state, posts(place)) == (State.SENT, ["hello"])


def test_another_date_holds_for_what_was_not_sent_and_for_nothing_else(
    faulty: Callable[[str], Place], later: Callable[[float], None]
) -> None:
    place = faulty("fine, 429")
    place.soon("second", minutes=-4)
    place.commit()
    place.run("publish")
    for name in ("hello", "second"):
        place.soon(name, minutes=60)
    place.commit()
    later(20)
    assert place.run("publish").out.startswith(("Nothing", "  "))
    assert posts(place) == ["hello"]
    later(61)
    place.run("publish", "--wait", "61m")
    assert posts(place) == ["hello", "second"]


def test_a_bug_of_one_network_is_said_at_the_very_end(
    place: Place, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    def publish(session: Any, message: Outgoing, receipts: tuple[Receipt, ...]) -> Remote:
        if message.variant.account == "practice":
            raise ZeroDivisionError("an odd answer")
        return post.publish(session, message, receipts)

    broken = replace(LOAD("outbox"), publish=publish)
    monkeypatch.setattr(network, "load", lambda name: broken if name == "outbox" else _silent(name))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path_factory.mktemp("bugs")))
    (place.root / "content/posts/terrace.md").unlink()
    place.write("content/plan.md", PLAN.replace("groups:", "  second:\n    network: outbox\ngroups:"))
    place.soon("hello", accounts="[practice, second]")
    place.commit()
    result = place.run("publish")
    assert result.code == 3
    assert "sent     second    hello" in result.out and "unsure   practice  hello" in result.out
    *_, first, second, third = result.err.splitlines()
    assert first == "This is a bug in cmflow, not in your posts: ZeroDivisionError."
    assert second == ("  All other deliveries were processed. Please report it, and attach this file:")
    assert "ZeroDivisionError: an odd answer" in Path(third.strip()).read_text()
    assert delivery(place).state is State.UNSURE and len(posts(place)) == 1
    again = place.run("publish")
    assert (again.code, len(posts(place))) == (4, 1)
