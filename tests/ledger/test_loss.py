"""A ledger whose branch was deleted is a question, not a start."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from cmflow import ledger
from cmflow.ledger import REHEARSAL, Ledger, approvals, heartbeat, loss
from cmflow.model.errors import GitError, LedgerError
from tests.deliveries import NOON, clones, planned, repository

pytestmark = pytest.mark.slow  # real git

WORDS = (
    "The ledger is gone: the branch cmflow-state was deleted. Nothing is sent until it is restored: what was sent "
    "before would be published again."
)


def test_what_never_was_is_not_missed(tmp_path: Path) -> None:
    alone = Ledger(repository(tmp_path / "alone"))
    (clone,) = clones(tmp_path, 1)
    assert [ledger.sync(each, NOON) for each in (alone, clone)] == [None, None]
    for each in (alone, clone):
        loss.refuse_loss(each)


def test_old_posts_without_any_ledger_are_a_question(tmp_path: Path) -> None:
    home = Ledger(repository(tmp_path))
    old, new = planned(post="old", due=NOON - timedelta(days=9)), planned(post="new", due=NOON)
    loss.refuse_late_start(home, [new], NOON)
    loss.refuse_late_start(replace(home, branch=REHEARSAL), [old, new], NOON)
    with pytest.raises(LedgerError) as caught:
        loss.refuse_late_start(home, [new, old], NOON)
    assert (str(caught.value), caught.value.hint) == (
        "There is no ledger, although posts were due before, the first on 2026-11-22: old. If some have been "
        "published, others would be published again.",
        "If the ledger is elsewhere, push its branch cmflow-state to this repository. If nothing that is due now "
        "has been sent: cmflow publish --first, or “begin a new one” in the workflow Publish",
    )
    heartbeat.mark(home, "run 1", NOON, first=True)
    loss.refuse_late_start(home, [new, old], NOON)


def test_a_branch_that_was_deleted_here_is_missed(tmp_path: Path) -> None:
    home = Ledger(repository(tmp_path))
    heartbeat.mark(home, "run 1", NOON)
    home.repository.forget(home.branch)
    assert ledger.sync(home, NOON) is None
    with pytest.raises(LedgerError) as caught:
        loss.refuse_loss(home)
    assert str(caught.value) == WORDS
    assert caught.value.hint == (
        "Restore it, on the remote's pages or from the clone that published last: git branch cmflow-state COMMIT. "
        "If nothing that is due has been sent: cmflow publish --first, or “begin a new one” in the workflow Publish"
    )
    heartbeat.mark(home, "run 2", NOON)
    assert ledger.sync(home, NOON) is None
    with pytest.raises(LedgerError):
        approvals.save(home, {}, NOON)
    heartbeat.mark(home, "run 3", NOON, first=True)
    assert ledger.sync(home, NOON) == home.repository.tip(home.branch)


def test_a_branch_that_was_deleted_on_the_remote_is_missed_by_a_clone_that_never_saw_it(tmp_path: Path) -> None:
    one, fresh = clones(tmp_path, 2)
    heartbeat.mark(one, "run 1", NOON)
    remote = repository(tmp_path / "remote.git", bare=True)
    remote.forget(one.branch)
    with pytest.raises(LedgerError, match="cmflow-state was deleted"):
        loss.refuse_loss(fresh)
    heartbeat.mark(fresh, "run 2", NOON)
    assert remote.tip(one.branch) is None


def test_a_clone_that_has_it_restores_it(tmp_path: Path) -> None:
    one, fresh = clones(tmp_path, 2)
    heartbeat.mark(one, "run 1", NOON)
    remote = repository(tmp_path / "remote.git", bare=True)
    remote.forget(one.branch)
    ledger.sync(one, NOON)
    assert ledger.sync(fresh, NOON) == one.repository.tip(one.branch)


def test_a_ledger_from_before_there_were_marks_gets_one(tmp_path: Path) -> None:
    one, fresh = clones(tmp_path, 2)
    begun_before = one.repository.commit_files(one.branch, {"README": b"x"}, "As it was", None, NOON)
    ledger.sync(one, NOON)
    heartbeat.mark(one, "run 1", NOON)
    assert fresh.repository.fetch("origin", loss.REF) not in (None, begun_before)


def test_a_remote_that_takes_no_mark_takes_the_ledger(tmp_path: Path) -> None:
    one, fresh = clones(tmp_path, 2)
    hook = tmp_path / "remote.git/hooks/update"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text('#!/bin/sh\ncase "$1" in refs/heads/*) exit 0;; *) exit 1;; esac\n')
    hook.chmod(0o755)
    heartbeat.mark(one, "run 1", NOON)
    assert ledger.sync(fresh, NOON) == one.repository.tip(one.branch)
    assert fresh.repository.fetch("origin", loss.REF) is None


def test_a_rehearsal_leaves_no_mark_and_misses_nothing(tmp_path: Path) -> None:
    home = Ledger(repository(tmp_path), REHEARSAL)
    heartbeat.mark(home, "run 1", NOON)
    home.repository.forget(home.branch)
    loss.refuse_loss(home)


def test_a_remote_that_cannot_be_reached_is_no_ledger_that_was_deleted(tmp_path: Path) -> None:
    (home,) = clones(tmp_path, 1)
    (tmp_path / "remote.git").rename(tmp_path / "gone")
    with pytest.raises(GitError):
        loss.refuse_loss(home)
