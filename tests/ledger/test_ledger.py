import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from cmflow import ledger
from cmflow.ledger import Ledger, Snapshot, Writer, codec
from cmflow.model import Delivery, Key, Problem, Remote
from cmflow.model.errors import GitError, LedgerError, LostRace
from cmflow.schedule import steps
from tests.deliveries import NOON, Clock, Tripping, clones, planned, repository, tripping

pytestmark = pytest.mark.slow  # real git

clock = Clock()


def intent(post: str = "hello", account: str = "team", run: str = "run 1") -> Delivery:
    return steps.begin(None, planned(post, account), f"digest of {post}", 1, run, "c" * 40, NOON)


def sent(delivery: Delivery) -> Delivery:
    return steps.receive(delivery, Remote("1", "https://fake.example/1"), delivery.run, NOON)


def opened(home: Ledger) -> Writer:
    return ledger.open_writer(home, clock, clock.sleep)[0]


def on_remote(home: Ledger) -> dict[Key, Delivery]:
    """What anybody else would read."""
    there = home.repository.fetch(home.remote, home.branch)
    assert there
    return dict(ledger.read_at(home, there).deliveries)


@pytest.fixture
def home(tmp_path: Path) -> Ledger:
    return Ledger(repository(tmp_path))


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_no_ledger_is_an_empty_one(home: Ledger) -> None:
    assert ledger.read(home) == Snapshot(None, {})
    assert ledger.names(home) == {}


def test_what_was_written_is_read_whole_or_in_part(home: Ledger) -> None:
    writer = opened(home)
    one, two = intent("tête-🚀"), intent(".hidden", "press")
    assert writer.claims([(None, one), (None, two)]) == (True, True)
    tip = home.repository.tip(home.branch)
    assert ledger.read(home) == Snapshot(tip, {Key("tête-🚀", "team"): one, Key(".hidden", "press"): two})
    assert ledger.read(home, [Key("tête-🚀", "team"), Key("no", "such")]) == Snapshot(
        tip, {Key("tête-🚀", "team"): one}
    )
    assert sorted(ledger.names(home)) == [(".hidden", "press"), ("tête-🚀", "team")]


def test_a_rehearsal_has_a_ledger_of_its_own(home: Ledger) -> None:
    opened(replace(home, branch=ledger.REHEARSAL)).record(intent())
    assert ledger.read(home).deliveries == {}


def test_a_bad_file_is_a_problem_and_the_rest_is_read(home: Ledger) -> None:
    good = intent("good")
    opened(home).record(good)
    bad, foreign = codec.path("bad", "team"), "deliveries/README.md"
    moved = codec.path("moved", "team")
    files = {bad: b'{"version": 9}', foreign: b"hello", moved: codec.encode(good)}
    home.repository.commit_files(home.branch, files, "spoil", home.repository.tip(home.branch), NOON)
    snapshot = ledger.read(home)
    assert (dict(snapshot.deliveries), snapshot.unreadable) == (
        {("good", "team"): good},
        frozenset({("bad", "team"), ("moved", "team")}),
    )
    whys = {
        bad: "cmflow cannot read the delivery of bad to team: it has version 9; this cmflow reads version 1.",
        foreign: "cmflow cannot read a file in the ledger: it is not JSON.",
        moved: "cmflow cannot read the delivery of moved to team: it has the path of another delivery.",
    }
    assert set(snapshot.problems) == {
        Problem(
            f"cmflow-state:{path}",
            1,
            "ledger-unreadable",
            f"{why} It stays untouched until a maintainer fixes it.",
            f"See what it was: git log -p cmflow-state -- '{path}'",
            "" if path == foreign else "team",
        )
        for path, why in whys.items()
    }


# ── one writer ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_claim_is_true_only_while_what_it_stands_on_is(home: Ledger) -> None:
    one, other = opened(home), opened(home)
    assert one.claim(None, intent())
    assert not other.claim(None, intent(run="run 2"))
    assert other.claim(None, intent("another"))
    assert one.claim(intent(), sent(intent()))
    assert {key[0]: each.state for key, each in ledger.read(home).deliveries.items()} == {
        "hello": "sent",
        "another": "sending",
    }


def test_a_claim_on_a_file_that_was_spoilt_meanwhile_is_lost(home: Ledger) -> None:
    writer = opened(home)
    home.repository.commit_files(home.branch, {codec.path("hello", "team"): b"{"}, "spoil", None, NOON)
    assert not writer.claim(None, intent())
    writer.record(sent(intent()))  # a fact is written all the same: the spoilt file stays in git's history
    assert ledger.read(home).deliveries == {("hello", "team"): sent(intent())}


def test_a_fact_meets_what_somebody_else_wrote(home: Ledger) -> None:
    mine, person = opened(home), opened(home)
    mine.claim(None, intent())
    skipped = steps.settle(intent(), steps.Finding.SKIP, "", "me", NOON)
    person.record(skipped)
    mine.record(sent(intent()))
    joined = ledger.read(home).deliveries[Key("hello", "team")]
    assert joined == codec.merge(sent(intent()), skipped)
    assert mine.claim(joined, replace(joined, path="moved.md"))


def test_what_waits_together_is_written_together(home: Ledger) -> None:
    writer = opened(home)
    writer.turn.acquire()
    threads = [threading.Thread(target=writer.claim, args=(None, intent(f"post-{n}"))) for n in range(5)]
    for thread in threads:
        thread.start()
    while len(writer.waiting) < 5:
        pass
    writer.turn.release()
    for thread in threads:
        thread.join()
    first = home.repository.tip(home.branch)
    assert first
    assert home.repository.resolve(f"{first}^") is None
    assert len(ledger.read(home).deliveries) == 5


def test_a_lock_is_an_error_for_everybody_who_waits(home: Ledger) -> None:
    writer = opened(home)
    (home.repository.store.parent / "refs/heads" / f"{home.branch}.lock").touch()
    with pytest.raises(GitError, match="Another git process"):
        writer.claims([(None, intent("one")), (None, intent("two"))])
    with pytest.raises(GitError, match="Another git process"):
        writer.record(intent())


def test_who_never_gets_through_is_told(home: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger.branches, "TRIES", 2)

    def busy(moment: str) -> None:
        if moment == "before the move":
            opened(home).record(replace(intent("other"), attempt=len(moments)))
            moments.append(moment)

    moments: list[str] = []
    writer = opened(tripping(home, busy))
    with pytest.raises(LostRace, match="kept moving"):
        writer.claim(None, intent())
    with pytest.raises(LostRace, match="kept moving"):
        writer.record(intent())
    assert ("hello", "team") not in ledger.read(home).deliveries


# ── the remote ──────────────────────────────────────────────────────────────────────────────────────────────


def test_the_push_is_the_lock(tmp_path: Path) -> None:
    one, other = (opened(home) for home in clones(tmp_path, 2))
    assert one.claim(None, intent())
    assert not other.claim(None, intent(run="run 2"))
    assert other.claim(None, intent("another"))
    other.record(sent(intent("another")))
    one.record(sent(intent()))
    assert on_remote(one.ledger) == {
        ("hello", "team"): sent(intent()),
        ("another", "team"): sent(intent("another")),
    }
    assert (one.unpushed, other.unpushed) == ("", "")


def test_two_runs_that_write_the_same_at_the_same_moment_do_not_both_win(tmp_path: Path) -> None:
    one, other = (opened(home) for home in clones(tmp_path, 2))
    assert (one.claim(None, intent()), other.claim(None, intent())) == (True, False)


def test_two_runs_that_call_an_account_by_two_names_do_not_both_win(tmp_path: Path) -> None:
    """One has the plan in which it was renamed, the other one not yet."""
    homes = clones(tmp_path, 2)
    old, new = (
        ledger.open_writer(home, clock, clock.sleep, accounts=[name])[0]
        for home, name in zip(homes, ("team", "crew"), strict=True)
    )
    renamed = replace(intent(), account="crew")
    assert (old.claim(None, intent()), new.claim(None, renamed)) == (True, False)
    assert new.claim(None, replace(intent("another"), account="crew"))
    assert not old.claim(None, intent("another"))


def test_what_was_written_since_the_caller_looked_is_not_overlooked(tmp_path: Path) -> None:
    homes = clones(tmp_path, 2)
    opened(homes[0]).record(sent(intent("first")))
    seen = ledger.sync(homes[1], NOON)
    opened(homes[0]).record(intent())
    later = ledger.open_writer(homes[1], clock, clock.sleep, seen_commit=seen, accounts=["crew"])[0]
    assert not later.claim(None, replace(intent(), account="crew"))
    same = ledger.open_writer(homes[1], clock, clock.sleep, seen_commit=seen, accounts=["team"])[0]
    assert same.claim(intent(), sent(intent()))


def test_a_fact_that_cannot_be_pushed_is_kept_and_pushed_next_time(tmp_path: Path) -> None:
    here, there = clones(tmp_path, 2)
    writer = opened(here)
    writer.claim(None, intent())
    (tmp_path / "remote.git").rename(tmp_path / "away")
    writer.record(sent(intent()))
    writer.close()
    assert writer.unpushed == "There is no such remote."
    with pytest.raises(GitError, match="no such remote"):
        writer.claim(None, intent("another"))
    (tmp_path / "away").rename(tmp_path / "remote.git")
    opened(there).record(intent("from elsewhere"))
    assert on_remote(there)[Key("hello", "team")] == intent()
    opened(here)
    assert on_remote(there) == {
        ("hello", "team"): sent(intent()),
        ("from elsewhere", "team"): intent("from elsewhere"),
    }
    assert ledger.read(here).deliveries == on_remote(here)


def test_facts_and_claims_that_wait_together_share_a_push(tmp_path: Path) -> None:
    (home,) = clones(tmp_path, 1)
    pushes: list[str] = []
    writer = opened(tripping(home, lambda moment: pushes.append(moment)))
    writer.claim(None, intent("one"))
    pushes.clear()
    wishes = [ledger.writer._Write(None, sent(intent("one")), False), ledger.writer._Write(None, intent("two"), True)]
    assert writer._write(wishes) == (True, True)
    assert pushes.count("after the push") == 1
    assert on_remote(home) == {("one", "team"): sent(intent("one")), ("two", "team"): intent("two")}


def test_a_push_whose_answer_is_lost_counts_if_it_arrived(tmp_path: Path) -> None:
    (home,) = clones(tmp_path, 1)
    deaf = Deaf(home.repository.root, home.repository.store, "after the push")
    assert opened(replace(home, repository=deaf)).claim(None, intent())
    mute = Deaf(home.repository.root, home.repository.store, "before the push")
    with pytest.raises(GitError, match="line is dead"):
        opened(replace(home, repository=mute)).claim(None, intent("another"))
    assert list(on_remote(home)) == [("hello", "team")]
    assert list(ledger.read(home).deliveries) == [("hello", "team")]


class Deaf(Tripping):
    """A repository whose pushes fail, before or after they were done."""

    def __init__(self, root: Path, store: Path, when: str) -> None:
        super().__init__(root, store, self.fail(when))

    @staticmethod
    def fail(when: str) -> Callable[[str], None]:
        def moment(name: str) -> None:
            if name == when:
                raise GitError("The line is dead.")

        return moment


def test_two_ledgers_that_know_nothing_of_each_other_are_joined(tmp_path: Path) -> None:
    here, there = clones(tmp_path, 2)
    opened(replace(here, remote="")).record(intent("mine"), sent(intent("both")))
    opened(there).record(intent("theirs"), intent("both"))
    assert ledger.sync(here, NOON) == here.repository.tip(here.branch)
    assert on_remote(there) == {
        ("mine", "team"): intent("mine"),
        ("theirs", "team"): intent("theirs"),
        ("both", "team"): sent(intent("both")),
    }


def test_joining_prefers_what_can_be_read(tmp_path: Path) -> None:
    here, there = clones(tmp_path, 2)
    opened(replace(here, remote="")).record(intent("one"))
    path = codec.path("two", "team")
    tip = here.repository.tip(here.branch)
    here.repository.commit_files(here.branch, {path: b"{"}, "spoil", tip, NOON)
    opened(there).record(intent("two"))
    tip = there.repository.tip(there.branch)
    spoilt = {codec.path("one", "team"): b"{"}
    there.repository.push("origin", there.repository.make_commit(spoilt, "spoil", tip, NOON), there.branch)
    ledger.sync(here, NOON)
    assert on_remote(here) == {("one", "team"): intent("one"), ("two", "team"): intent("two")}


def test_reading_may_leave_the_remote_as_it_is(tmp_path: Path) -> None:
    here, there = clones(tmp_path, 2)
    opened(there).record(intent("theirs"))
    opened(replace(here, remote="")).record(intent("mine"))
    ledger.sync(here, NOON, push=False)
    assert list(on_remote(there)) == [("theirs", "team")]
    assert len(ledger.read(here).deliveries) == 2


def test_a_local_ledger_has_nothing_to_sync(home: Ledger) -> None:
    assert ledger.sync(home, NOON) is None
    opened(home).record(intent())
    assert ledger.sync(home, NOON) == home.repository.tip(home.branch)


def test_runs_that_always_push_first_are_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger.branches, "TRIES", 2)
    here, there = clones(tmp_path, 2)
    opened(there).record(intent("first"))
    other = opened(there)
    count: list[str] = []

    def first(moment: str) -> None:
        if moment == "before the push":
            count.append(moment)
            other.record(intent(f"other {len(count)}"))

    writer = opened(tripping(here, first))
    writer.record(intent())
    assert writer.unpushed == "other runs kept pushing first"
    with pytest.raises(LostRace, match="kept moving"):
        ledger.sync(tripping(here, first), NOON)
    assert ("hello", "team") in ledger.read(here).deliveries


def test_a_writer_that_died_under_another_thread_is_an_error(home: Ledger) -> None:
    with pytest.raises(LedgerError, match="was closed"):
        ledger.writer._result(ledger.writer._Write(None, intent(), True))


def test_what_comes_while_another_run_is_quicker_goes_along_with_the_next_try(tmp_path: Path) -> None:
    one, other = clones(tmp_path, 2)
    writer, quicker = opened(one), opened(other)
    assert quicker.claim(None, intent("theirs"))
    late = [threading.Thread(target=writer.record, args=(sent(intent("fact")),)),
            threading.Thread(target=writer.claim, args=(None, intent("claim"))),
            threading.Thread(target=writer.claim, args=(None, intent("theirs")))]  # fmt: skip

    def pause(seconds: float) -> None:
        for number, thread in enumerate(late):
            thread.start()
            while len(writer.waiting) <= number:
                time.sleep(0.001)

    writer.pause = pause
    assert writer.claim(None, intent("ours"))
    for thread in late:
        thread.join()
    assert sorted(on_remote(other)) == [(post, "team") for post in ("claim", "fact", "ours", "theirs")]
    assert on_remote(other)[Key("theirs", "team")] == intent("theirs")
    last = one.repository.log("--first-parent", "-1", "--format=%s", one.branch)
    assert last == b"ours to team: sending and 1 more\n"


def test_a_remote_that_is_busy_for_a_while_is_waited_for(tmp_path: Path) -> None:
    """A push of another run may hold the branch for seconds on a machine that is busy."""
    (home,) = clones(tmp_path, 1)
    writer, lock = opened(home), tmp_path / "remote.git/refs/heads/cmflow-state.lock"
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) % 3 == 0:
            lock.unlink()

    writer.pause = pause
    assert writer.claim(None, intent())
    lock.touch()
    writer.record(sent(intent()))
    assert (writer.unpushed, len(pauses)) == ("", 3)
    home.repository.commit_files(home.branch, {"last-run.json": b"{}"}, "A run", home.repository.tip(home.branch), NOON)
    lock.touch()
    ledger.sync(home, NOON, pause=pause)
    assert len(pauses) == 6 and on_remote(home) == {("hello", "team"): sent(intent())}
    assert all(0 <= seconds <= 0.4 for seconds in pauses)


def test_a_remote_that_nobody_moves_and_that_will_not_move_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger.branches, "STUCK", 2)
    (home,) = clones(tmp_path, 1)
    writer = opened(home)
    assert writer.claim(None, intent("before"))
    lock = tmp_path / "remote.git/refs/heads/cmflow-state.lock"
    lock.touch()
    said = "The remote refuses to move cmflow-state, although no other run has moved it."
    with pytest.raises(GitError, match=said) as caught:
        writer.claim(None, intent())
    assert caught.value.hint.startswith("If git was killed there, delete refs/heads/cmflow-state.lock")
    writer.record(sent(intent("before")))
    assert writer.unpushed == said
    with pytest.raises(GitError, match=said):
        ledger.sync(home, NOON)
    lock.unlink()
    ledger.sync(home, NOON)
    assert on_remote(home) == {("before", "team"): sent(intent("before"))}
