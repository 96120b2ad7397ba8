"""`cmflow publish --wait`: what somebody does while a run waits holds, whether the run has a remote or none."""

import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from cmflow.cli import _clock
from cmflow.git import discover
from cmflow.ledger import Ledger, approvals
from cmflow.model import Approval
from cmflow.publish import stop
from tests.cli.conftest import PLAN, Place

pytestmark = pytest.mark.slow  # real git and processes

IMAGE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de000000"
    "0c49444154789c63f8ffff3f0005fe02fe0def46b80000000049454e44ae426082"
)


@dataclass
class Night:
    """A clock that moves only while a run sleeps; `then` is done the first time it does."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    then: Callable[[], object] = lambda: None
    slept: int = 0
    gate: threading.Lock = field(default_factory=threading.Lock)  # else the clock may go back: accounts sleep together

    def sleep(self, seconds: float) -> None:
        with self.gate:
            self.now += timedelta(seconds=seconds)
            self.slept += 1
            if self.slept == 1:
                self.then()


@pytest.fixture
def night(monkeypatch: pytest.MonkeyPatch) -> Night:
    made = Night()
    monkeypatch.setattr(_clock, "wall_clock", lambda: made.now)
    monkeypatch.setattr(_clock, "wall_sleep", made.sleep)
    return made


@pytest.fixture
def waiting(place: Place) -> Place:
    """A post with a picture to the folder account, due in ten minutes."""
    (place.root / "content/posts/terrace.md").unlink()
    place.write("content/media/a.png", IMAGE)
    place.soon("party", minutes=10, body="Party tonight!", media="[{file: content/media/a.png, alt: A party}]")
    place.commit()
    return place


@pytest.fixture
def colleague(waiting: Place, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Somebody else's clone of the same remote."""
    remote, clone = (tmp_path_factory.mktemp(name) for name in ("remote", "clone"))
    waiting.git("init", "-q", "--bare", "-b", "main", str(remote))
    waiting.git("branch", "-M", "main")
    waiting.git("remote", "add", "origin", str(remote))
    waiting.git("push", "-q", "origin", "main")
    subprocess.run(["git", "clone", "-q", str(remote), str(clone)], check=True)
    return Place(clone, waiting.run)


def edit(place: Place, path: str, old: str, new: str) -> None:
    file = place.root / path
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))
    place.commit()


def put(place: Place, path: str, data: bytes) -> None:
    place.write(path, data)
    place.commit()


EDITS: dict[str, Callable[[Place], object]] = {
    "draft": lambda place: edit(place, "content/posts/party.md", "title:", "status: draft\ntitle:"),
    "text": lambda place: edit(place, "content/posts/party.md", "tonight", "tomorrow"),
    "date": lambda place: edit(place, "content/posts/party.md", "date: 20", "date: 21"),
    "deleted": lambda place: (
        place.git("rm", "-q", "content/posts/party.md"),
        place.git("commit", "-qm", "Withdraw it"),
    ),
    "moved": lambda place: (
        place.git("mv", "content/posts/party.md", "content/posts/feast.md"),
        place.git("commit", "-qm", "Rename it"),
    ),
    "plan": lambda place: edit(place, "content/plan.md", "brand: Harbour", "brand: Quay"),
    "template": lambda place: put(place, "templates/text/outbox.txt", b"{{ text }}!"),
    "picture": lambda place: put(place, "content/media/a.png", IMAGE + b"\0"),
}
CHANGED = "  held     practice  party  changed while this run waited: the next run uses the new version\n"


@pytest.mark.parametrize("what", EDITS)
def test_what_is_changed_on_the_remote_while_a_run_waits_is_not_sent(
    waiting: Place, colleague: Place, night: Night, what: str
) -> None:
    night.then = lambda: (EDITS[what](colleague), colleague.git("push", "-q", "origin", "HEAD:main"))
    result = waiting.run("publish", "--wait", "14m")
    assert (result.code, result.out.splitlines(keepends=True)[0], waiting.outbox) == (0, CHANGED, [])
    assert night.slept > 1


@pytest.mark.parametrize("what", EDITS)
def test_what_is_changed_here_while_a_run_waits_is_not_sent(waiting: Place, night: Night, what: str) -> None:
    night.then = lambda: EDITS[what](waiting)
    result = waiting.run("publish", "--wait", "14m")
    assert (result.code, result.out.splitlines(keepends=True)[0], waiting.outbox) == (0, CHANGED, [])


def test_what_is_changed_and_changed_back_or_elsewhere_goes_out(waiting: Place, colleague: Place, night: Night) -> None:
    def work() -> None:
        edit(colleague, "content/posts/party.md", "tonight", "tomorrow")
        edit(colleague, "content/posts/party.md", "tomorrow", "tonight")
        colleague.post("other")
        colleague.commit()
        colleague.git("push", "-q", "origin", "HEAD:main")

    night.then = work
    assert "sent     practice  party" in waiting.run("publish", "--wait", "14m").out
    assert len(waiting.outbox) == 1


def test_what_is_not_pushed_yet_is_no_change(waiting: Place, colleague: Place, night: Night) -> None:
    """By hand, from a clone that is ahead of its remote."""
    edit(waiting, "content/posts/party.md", "tonight", "tomorrow")
    assert "sent     practice  party" in waiting.run("publish", "--wait", "14m").out


def test_a_history_that_was_written_anew_is_compared_file_by_file(
    waiting: Place, colleague: Place, night: Night
) -> None:
    def work() -> None:
        colleague.git("checkout", "-q", "--orphan", "anew")
        edit(colleague, "content/posts/party.md", "tonight", "tomorrow")
        colleague.git("push", "-qf", "origin", "HEAD:main")

    night.then = work
    assert CHANGED in waiting.run("publish", "--wait", "14m").out


def test_an_approval_that_is_withdrawn_while_a_run_waits_holds(waiting: Place, colleague: Place, night: Night) -> None:
    edit(waiting, "content/plan.md", "groups:", "approvals: {needed: 1}\ngroups:")
    waiting.git("push", "-q", "origin", "main")
    colleague.git("pull", "-q")
    digest = next(iter(digests(waiting)))
    given = Approval("ben", night.now.replace(microsecond=0), 7, "c" * 40, ("ana",), (("practice", digest),))
    there = Ledger(discover(colleague.root), remote="origin")
    approvals.save(there, {"party": (given,)}, night.now)
    night.then = lambda: approvals.save(there, {"party": ()}, night.now)
    result = waiting.run("publish", "--wait", "14m")
    assert "another run, or a person, has taken it over" in result.out
    assert waiting.outbox == []


def digests(place: Place) -> list[str]:
    from cmflow.cli._context import open_context
    from cmflow.repository import at_commit

    return list(at_commit.digests(open_context(str(place.root)).commit, "content/posts/party.md").values())


def test_a_remote_that_cannot_be_asked_sends_nothing(waiting: Place, colleague: Place, night: Night) -> None:
    night.then = lambda: waiting.git("remote", "set-url", "origin", str(waiting.root / "nowhere"))
    result = waiting.run("publish", "--wait", "14m")
    assert (result.code, waiting.outbox) == (4, [])
    assert "not sent: There is no such remote." in result.out


def test_accounts_that_wait_for_the_same_minute_ask_once(
    waiting: Place, colleague: Place, night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"tape{number}" for number in range(6)]
    accounts = "".join(f"  {name}:\n    network: outbox\n    options: {{folder: .cmflow/{name}}}\n" for name in names)
    waiting.write("content/plan.md", PLAN.replace("accounts:\n", f"accounts:\n{accounts}"))
    edit(waiting, "content/posts/party.md", "[practice]", f"[{', '.join(names)}]")
    waiting.git("push", "-q", "origin", "main")
    trace = waiting.root / ".git" / "trace"
    monkeypatch.setenv("GIT_TRACE2_EVENT", str(trace))
    assert waiting.run("publish", "--wait", "14m").out.count("sent     tape") == 6
    fetches = [line for line in trace.read_text().splitlines() if '"start"' in line and "refs/heads/main" in line]
    assert len(fetches) == 1


def test_what_is_posted_by_hand_waits_for_a_stop_that_began_meanwhile(waiting: Place, night: Night) -> None:
    waiting.soon("hand", minutes=-5, accounts="[short]")
    waiting.commit()
    state = Ledger(discover(waiting.root))
    night.then = lambda: stop.stop(state, "a storm", "", "by hand", lambda: night.now)
    result = waiting.run("publish", "--wait", "14m")
    assert (result.code, waiting.outbox) == (4, [])
    assert "\nTo post by hand, once publishing is resumed: it is stopped (a storm)\n  short  hand" in result.out
