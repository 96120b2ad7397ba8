"""`cmflow publish`"""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest

from cmflow.cli._tables import runs
from cmflow.git import discover
from cmflow.ledger import Ledger, heartbeat
from cmflow.model import State
from cmflow.netkit import network
from cmflow.netkit.auth import Token
from cmflow.publish.job import Outcome
from cmflow.schedule import Do
from tests.cli.conftest import LOAD, PLAN, Place, Result

pytestmark = pytest.mark.slow  # real git and processes, hundreds of times

REFUSES = "cmflow publish refuses here:"
NEXT = re.compile(r"Next: \d{4}-\d\d-\d\d \d\d:\d\d Europe/Paris\.\n")


@pytest.fixture
def due(place: Place) -> Place:
    """One post that is due now, to the folder account, committed."""
    place.soon("hello")
    place.commit()
    return place


def test_nothing_due(place: Place) -> None:
    (place.root / "content/posts/terrace.md").unlink()
    place.commit()
    assert place.run("publish").out == "Nothing is due. Nothing is scheduled after that.\n"
    place.soon("later", minutes=60)
    place.commit()
    result = place.run("publish")
    assert (result.code, result.err) == (0, "")
    assert NEXT.fullmatch(result.out.removeprefix("Nothing is due. "))


def test_what_is_due_is_sent_once(due: Place) -> None:
    first = due.run("publish")
    lines = first.out.splitlines()
    assert (first.code, first.err) == (4, "")  # nobody posted the terrace by hand
    why = "terrace  too late: not posted by hand in time, or not recorded"
    assert lines[:2] == [f"  missed   news      {why}", f"  missed   short     {why}"]
    assert re.fullmatch(r"  sent     practice  hello  /.*/hello/practice\.1\.json", lines[2])
    assert lines[-2:] == ["1 delivery sent.", "Nothing is scheduled after that."]
    assert due.outbox == [".cmflow/outbox/hello/practice.1.txt"]
    second = due.run("publish")
    assert "hello" not in second.out
    assert len(due.outbox) == 1
    assert due.git("log", "--format=%s", "cmflow-state").count("sent") == 1


@pytest.fixture
def only(due: Place) -> Place:
    """Nothing but that post."""
    (due.root / "content/posts/terrace.md").unlink()
    due.commit()
    return due


def test_a_dry_run_sends_and_remembers_nothing(only: Place) -> None:
    result = only.run("publish", "--dry-run")
    assert (result.code, result.err) == (0, "")
    first, *rest = result.out.splitlines()
    assert re.fullmatch(r"  send     practice  hello  due \d{4}-\d\d-\d\d \d\d:\d\d  due", first)
    assert rest == [
        "1 delivery checked. Dry run: nothing was sent.",
        "Nothing is scheduled after that.",
    ]
    assert (only.outbox, only.git("branch", "--list", "cmflow-state")) == ([], "")


@pytest.fixture
def account(only: Place) -> Callable[[str], None]:
    """Lets the practice account be on another network, or have options, in what is committed."""

    def become(line: str) -> None:
        plan = only.root / "content/plan.md"
        plan.write_text(plan.read_text().replace("    network: outbox\n", line))
        only.commit()

    return become


def refusals(place: Place) -> list[tuple[int, list[str]]]:
    """The exit code, and what is said of each delivery that is not sent, of a dry run and then of a run."""
    results = [place.run("publish", "--dry-run"), place.run("publish")]
    lines = [re.findall(r"(?m)^  h(?:old|eld) +(\S+ +\S+)  +(?:due \S+ \S+  )?(.*)$", result.out) for result in results]
    said = [[f"{named}: {reason}" for named, reason in found] for found in lines]
    return [(result.code, reasons) for result, reasons in zip(results, said, strict=True)]


def test_a_dry_run_holds_what_a_run_would_hold(
    only: Place, account: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """For an outbox that cannot be written, a missing secret, and one that a host may not get."""
    monkeypatch.setattr(network, "load", LOAD)
    only.write(".cmflow/outbox", "a file")
    file = only.root.resolve() / ".cmflow/outbox"
    written = f"practice  hello: The outbox of practice cannot be written: {file} is not a folder."
    assert refusals(only) == [(4, [f"{written} Move it away, or name another folder."])] * 2
    account("    network: mastodon\n    options: {instance: https://new.example}\n")
    missing = (
        "practice  hello: practice needs its token: CMFLOW_PRACTICE_TOKEN is not set. Set the environment variable "
    )
    missing += "CMFLOW_PRACTICE_TOKEN; on GitHub, create a secret with that name and pass it to the job."
    assert refusals(only) == [(4, [missing])] * 2
    monkeypatch.setenv("CMFLOW_PRACTICE_TOKEN", "two words")
    spoilt = "practice  hello: The token of practice holds characters that no token has."
    assert refusals(only) == [(4, [f"{spoilt} Copy it again into the secret CMFLOW_PRACTICE_TOKEN."])] * 2
    monkeypatch.setenv("CMFLOW_PRACTICE_HOST", "old.example")
    host = "practice would send its secrets to new.example, and CMFLOW_PRACTICE_HOST does not allow that."
    hint = "If that server is right, add it to CMFLOW_PRACTICE_HOST, or unset that variable."
    assert refusals(only) == [(4, [f"practice  hello: {host} {hint}"])] * 2


def test_a_dry_run_holds_what_refers_to_a_post_that_is_not_sent(only: Place) -> None:
    """Unless the same run sends that one first."""
    (only.root / "content/posts/hello.md").unlink()
    only.soon("answer", reply_to="question")
    only.soon("question", minutes=-6, campaign="winter")
    only.commit()
    early = "practice  answer: question is not published on practice yet, and this post refers to it."
    held = ["practice  question: the post has errors", f"{early} It waits until then."]
    assert refusals(only) == [(4, held)] * 2
    only.soon("question", minutes=-6)
    only.commit()
    assert refusals(only) == [(0, []), (0, [])]
    assert len(only.outbox) == 2


def test_a_dry_run_of_another_moment(only: Place) -> None:
    only.soon("later", minutes=60 * 24 * 3)
    only.commit()
    at = f"{datetime.now(UTC) + timedelta(days=3, minutes=5):%Y-%m-%dT%H:%M}+00:00"
    result = only.run("publish", "--dry-run", "--at", at)
    assert [line.split()[:3] for line in result.out.splitlines()[:2]] == [
        ["miss", "practice", "hello"],
        ["send", "practice", "later"],
    ]
    assert result.code == 4
    assert only.run("publish", "--at", at).err == (
        "error: --at requires --dry-run. To simulate another time: cmflow rehearse --at.\n"
        "  See: cmflow publish --help\n"
    )


def test_waiting_for_what_falls_due_soon(only: Place) -> None:
    only.soon("soon", minutes=1 / 60)
    only.commit()
    assert only.run("publish", "--wait", "1m").out.endswith("2 deliveries sent.\nNothing is scheduled after that.\n")
    assert len(only.outbox) == 2


def test_a_dry_run_with_a_window_names_what_it_would_wait_for(only: Place) -> None:
    only.soon("soon", minutes=4)
    only.commit()
    lines = only.run("publish", "--dry-run", "--wait", "5m").out.splitlines()
    assert [line.split()[:3] for line in lines[:2]] == [["send", "practice", "hello"], ["wait", "practice", "soon"]]


def test_what_is_not_committed_is_not_published(only: Place) -> None:
    only.soon("saved")
    only.run("publish")
    assert only.outbox == [".cmflow/outbox/hello/practice.1.txt"]


def test_a_post_with_an_error_is_kept_back_and_said(only: Place) -> None:
    only.soon("bad", campaign="winter")
    only.commit()
    for words in (["publish", "--dry-run"], ["publish"]):
        result = only.run(*words)
        assert result.code == 4
        assert re.search(r"^  h[eo]ld     practice  bad .*the post has errors$", result.out, re.MULTILINE)
        assert result.err.startswith("content/posts/bad.md:5: error unknown-campaign: ")
    assert only.outbox == [".cmflow/outbox/hello/practice.1.txt"]


def test_two_posts_of_one_id_are_both_kept_back(only: Place) -> None:
    only.soon("twin", id="hello", body="Another")
    only.commit()
    result = only.run("publish")
    assert (result.code, only.outbox) == (4, [])
    assert result.out.count("the post has errors") == 2


def test_too_late_is_missed_and_said(only: Place) -> None:
    assert only.run("publish").code == 0
    only.soon("old", minutes=-60 * 9)
    only.commit()
    result = only.run("publish")
    assert result.code == 4
    assert "  missed   practice  old  too late" in result.out.splitlines()
    assert only.run("publish").code == 0


def test_what_cmflow_cannot_publish_is_a_list_for_a_person(only: Place) -> None:
    only.run("publish")
    only.soon("by-hand", accounts="[news]")
    only.commit()
    for words in (["publish", "--dry-run"], ["publish"]):
        result = only.run(*words)
        assert (result.code, result.err) == (0, "")
        lines = result.out.splitlines()
        at = lines.index("To post by hand")
        assert lines[at + 1 : at + 4] == [
            "  news  by-hand",
            "    cmflow preview POST -a ACCOUNT               shows what to paste",
            "    cmflow settle POST ACCOUNT --sent URL        records that you posted it",
        ]
    assert only.run("settle", "by-hand", "news", "--sent", "https://social.example/1").code == 0
    assert only.run("publish").code == 0


def test_what_nobody_posted_by_hand_is_missed_and_may_still_be_settled(only: Place) -> None:
    only.run("publish")
    only.soon("by-hand", minutes=-60 * 7, accounts="[news]")
    only.commit()
    missed = only.run("publish")
    assert missed.code == 4
    assert "  missed   news  by-hand  too late: not posted by hand in time, or not recorded" in missed.out.splitlines()
    assert (only.run("publish").code, only.run("status").code) == (0, 4)
    assert only.run("settle", "by-hand", "news", "--sent", "https://social.example/1").code == 0
    assert (only.run("publish").code, only.run("status").code) == (0, 0)


def test_a_missing_secret_is_named(only: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    guarded = replace(network.load("outbox"), auth=Token())
    monkeypatch.setattr(network, "load", lambda name: guarded)
    result = only.run("publish")
    assert result.code == 4
    assert "practice needs its token: CMFLOW_PRACTICE_TOKEN is not set." in result.out
    assert only.outbox == []
    monkeypatch.setenv("CMFLOW_PRACTICE_TOKEN", "hunter2-hunter2")
    result = only.run("publish")
    assert result.code == 0
    assert "hunter2" not in only.git("log", "-p", "cmflow-state")


def test_a_folder_that_cannot_be_written_is_tried_again(only: Place) -> None:
    only.write(".cmflow/outbox/hello", "a file")
    result = only.run("publish")
    assert "  failed   practice  hello  " in result.out
    assert "cannot be written" in result.out
    assert result.code == 4
    assert re.search(r"(\. Next attempt: |, until )20", result.out)


@pytest.mark.parametrize(
    ("note", "shown"),
    [
        ("It may have been published.", "It may have been published. Next attempt: 2026-12-01 10:30."),
        ("a run may be publishing it now", "a run may be publishing it now, until 2026-12-01 10:30"),
    ],
)
def test_a_sentence_ends_before_the_next_begins(note: str, shown: str) -> None:
    again = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
    outcome = Outcome("hello", "practice", State.UNSURE, Do.LOOK, note, person=True, until=again)
    assert [click.unstyle(line) for line in runs.outcome(outcome, "Europe/Paris", 8)] == [
        f"  unsure   practice  hello  {shown}"
    ]


# ── git ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_no_commit_yet(bare: Place) -> None:
    bare.git("init", "-q")
    assert bare.run("publish").err == (
        "error: The repository has no commit yet.\n  Commit your content first: git add . && git commit\n"
    )


def test_no_repository(bare: Place) -> None:
    assert bare.run("publish").err == (
        f"error: {bare.root} is not inside a git repository.\n"
        "  Change to your content repository, or create one with `git init`.\n"
    )


def test_inside_another_repository(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.write("inner/content/plan.md", (place.root / "content/plan.md").read_bytes())
    monkeypatch.chdir(place.root / "inner")
    result = place.run("publish")
    assert result.code == 1
    assert result.err.startswith(f"error: {place.root}/inner is inside another git repository.\n  Publishing needs ")
    assert place.run("check").code == 0


@pytest.fixture
def remote(only: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("remote")
    only.git("init", "-q", "--bare", str(folder))
    only.git("remote", "add", "origin", str(folder))
    only.git("push", "-q", "origin", "HEAD:main")
    return folder


def test_the_ledger_is_on_the_remote(only: Place, remote: Path) -> None:
    assert only.run("publish").code == 0
    here = only.git("rev-parse", "cmflow-state")
    assert only.git("ls-remote", "origin", "refs/heads/cmflow-state").split()[0] == here.strip()
    only.git("update-ref", "-d", "refs/heads/cmflow-state")  # another clone, which knows nothing
    assert only.run("publish", "--dry-run").out.startswith("Nothing is due.")
    only.git("update-ref", "-d", "refs/heads/cmflow-state")
    assert only.run("publish").out.startswith("Nothing is due.")
    assert len(only.outbox) == 1


def test_a_remote_that_is_gone(only: Place, remote: Path) -> None:
    only.git("remote", "set-url", "origin", str(remote / "nowhere"))
    result = only.run("publish")
    assert (result.code, result.out, only.outbox) == (1, "", [])
    assert result.err.startswith("error: There is no such remote.\n")
    dry = only.run("publish", "--dry-run")
    assert dry.code == 0
    assert dry.err == "Could not fetch from the remote; showing the last known state: There is no such remote.\n"
    assert only.run("status").err == dry.err
    assert only.run("status", "--offline").err == ""


def test_the_run_is_named_after_its_page(only: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://github.example")
    monkeypatch.setenv("GITHUB_REPOSITORY", "harbour/posts")
    monkeypatch.setenv("GITHUB_RUN_ID", "42")
    only.run("publish")
    assert "https://github.example/harbour/posts/actions/runs/42" in only.git("log", "-p", "cmflow-state")


def test_a_ledger_that_cannot_be_written_ends_the_run(only: Place) -> None:
    lock = only.root / ".git/refs/heads/cmflow-state.lock"
    lock.touch()
    result = only.run("publish")
    assert result.code in (1, 4)
    assert "Another git process is using this repository" in result.err
    assert only.outbox == []
    lock.unlink()
    assert only.run("publish").code == 0


# ── what a post was, and what it refers to ──────────────────────────────────────────────────────────────────


def test_a_post_that_was_renamed_does_not_go_out_again(only: Place) -> None:
    only.run("publish")
    only.git("mv", "content/posts/hello.md", "content/posts/renamed.md")
    only.commit()
    for words in (["publish", "--dry-run"], ["publish"]):
        result = only.run(*words)
        assert result.code == 4
        assert "content/posts/renamed.md:1: error delivered-renamed" in result.err
    assert len(only.outbox) == 1
    file = only.root / "content/posts/renamed.md"
    file.write_text(file.read_text().replace("title:", "id: hello\ntitle:"))
    only.commit()
    assert only.run("publish").out.startswith("Nothing is due.")


def test_why_a_post_is_kept_back_is_said(only: Place) -> None:
    only.soon("twin", id="hello", body="Another")
    only.commit()
    err = only.run("publish").err
    assert err.count("error duplicate-id: ") == 2


def test_the_sign_of_life_of_a_run(only: Place) -> None:
    home = Ledger(discover(only.root))
    assert heartbeat.last(home) is None
    only.run("publish", "--dry-run")
    assert heartbeat.last(home) is None
    only.run("publish")
    first = heartbeat.last(home)
    assert first and first[1].startswith("by hand, ")
    tip = home.repository.tip(home.branch)
    only.run("publish")
    assert (heartbeat.last(home), home.repository.tip(home.branch)) == (first, tip)
    heartbeat.mark(home, "run 1", datetime.now(UTC) - timedelta(hours=4))
    assert (heartbeat.last(home) or first)[1] == "run 1"
    only.run("publish")
    assert (heartbeat.last(home) or first)[1].startswith("by hand, ")


def test_a_sign_of_life_that_the_remote_refuses_ends_no_run(only: Place, remote: Path) -> None:
    only.run("publish")
    only.git("push", "-q", "origin", ":cmflow-state")
    only.git("update-ref", "-d", "refs/heads/cmflow-state")
    hook = remote / "hooks/pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    (only.root / "content/posts/hello.md").unlink()
    only.commit()
    assert only.run("publish") == Result(0, "Nothing is due. Nothing is scheduled after that.\n", "")


# ── in parts ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def wide(place: Place) -> Place:
    """One post to five folder accounts."""
    names = [f"practice-{number}" for number in range(5)]
    more = "".join(f"  {name}: {{network: outbox, options: {{folder: out/{name}}}}}\n" for name in names)
    place.write("content/plan.md", PLAN.replace("  practice:", f"{more}  practice:"))
    (place.root / "content/posts/terrace.md").unlink()
    place.soon("hello", accounts=f"[{', '.join(names)}]")
    place.write(".gitignore", ".cmflow/\nout/\n")
    place.commit()
    return place


def out(place: Place) -> list[str]:
    return sorted(path.relative_to(place.root).as_posix() for path in place.root.glob("**/out/**/*.txt"))


def test_each_part_sends_its_accounts_and_all_of_them_send_all(wide: Place) -> None:
    sent = []
    for number in (1, 2, 3):
        before = out(wide)
        assert wide.run("publish", "--shard", f"{number}/3", "--dry-run").code == 0
        assert out(wide) == before
        assert wide.run("publish", "--shard", f"{number}/3").code == 0
        sent.append(len(out(wide)) - len(before))
    assert sum(sent) == 5 and max(sent) < 5
    assert wide.run("publish").out.startswith("Nothing is due.")


@pytest.mark.parametrize("shard", ["", "0/4", "5/4", "1", "1/", "a/b", "-1/4", "1/4/2", "1/0", "9" * 5000 + "/1"])
def test_parts_that_make_no_sense(place: Place, shard: str) -> None:
    result = place.run("publish", "--shard", shard)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"error: --shard: {shard!r} must be I/N with 1 ≤ I ≤ N, e.g. 1/4.")


def test_two_machines_that_are_told_different_parts_or_the_same_send_each_once(
    wide: Place, tmp_path_factory: pytest.TempPathFactory
) -> None:
    remote, other = tmp_path_factory.mktemp("remote"), tmp_path_factory.mktemp("other")
    wide.git("init", "-q", "--bare", str(remote))
    wide.git("remote", "add", "origin", str(remote))
    wide.git("push", "-q", "origin", "HEAD:main")
    wide.git("clone", "-q", "-b", "main", str(remote), str(other))
    start = (sys.executable, "-m", "cmflow")
    runs = [
        subprocess.Popen([*start, "--root", str(root), "publish", "--shard", shard], stdout=subprocess.PIPE)
        for root, shard in ((wide.root, "1/2"), (other, "2/2"), (other, "1/2"))
    ]
    said = [run.communicate()[0].decode() for run in runs]
    assert [run.returncode for run in runs] == [0, 0, 0], said
    names = [path.rpartition("/")[2] for path in (*out(wide), *out(replace(wide, root=other)))]
    assert sorted(names) == [f"practice-{number}.1.txt" for number in range(5)]


@pytest.mark.parametrize("words", [["--wait", ""], ["--dry-run", "--at", ""]])
def test_what_is_left_empty_is_not_left_out(place: Place, words: list[str]) -> None:
    assert place.run("publish", *words).code == 2


def test_an_answer_to_our_own_post_goes_below_it(only: Place) -> None:
    """By its id in the front matter, by its address on the network."""
    only.run("publish")
    only.soon("answer", reply_to="hello")
    only.commit()
    result = only.run("publish")
    sent = json.loads((only.root / ".cmflow/outbox/answer/practice.1.json").read_text())
    assert (result.code, sent["reply_to"]) == (0, str(only.root / ".cmflow/outbox/hello/practice.1.json"))


def test_a_ledger_that_was_deleted_is_a_question(
    only: Place, remote: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """One click on the remote's page, and a run from a fresh clone, as on Actions."""
    assert only.run("publish").code == 0
    only.git("push", "-q", "origin", ":cmflow-state")
    fresh = Place(tmp_path_factory.mktemp("fresh"), only.run)
    fresh.git("clone", "-q", "--depth=1", "-b", "main", f"file://{remote}", ".")
    root = str(fresh.root)
    said = fresh.run("--root", root, "publish")
    assert (said.code, said.out, fresh.outbox) == (1, "", [])
    assert said.err == (
        "error: The ledger is gone: the branch cmflow-state was deleted. Nothing is sent until it is restored: "
        "what was sent before would be published again.\n"
        "  Restore it, on the remote's pages or from the clone that published last: git push origin "
        "cmflow-state. "
        "If nothing that is due has been sent: cmflow publish --first, "
        "or “begin a new one” in the workflow Publish\n"
    )
    dry = fresh.run("--root", root, "publish", "--dry-run")
    assert (dry.code, dry.err) == (4, said.err.removeprefix("error: "))
    held = "practice  hello  due .*  The ledger is gone: the branch cmflow-state was deleted. Nothing is .*"
    assert re.fullmatch(f"  hold     {held}", dry.out.splitlines()[0])
    told = fresh.run("--root", root, "status")
    assert (told.err, told.out.splitlines()[:2]) == ("", said.err.replace("error:", REFUSES).splitlines())
    status = fresh.run("--root", root, "status", "--format", "json")
    note = said.err.splitlines()[0].removeprefix("error: ")
    assert fresh.run("--root", root, "approvals").err.splitlines()[0] == note
    rows = json.loads(status.out)["deliveries"]
    assert (status.code, {(row["note"], row["needs_person"]) for row in rows}) == (4, {(note, True)})
    assert only.git("ls-remote", "origin", "refs/heads/cmflow-state") == ""
    first = fresh.run("--root", root, "publish", "--first")
    assert (first.code, len(fresh.outbox)) == (0, 1)
    assert only.git("ls-remote", "origin", "refs/heads/cmflow-state")


def test_old_posts_and_no_ledger_are_a_question(only: Place) -> None:
    """As in a repository that was moved to another host without its ledger."""
    post = only.root / "content/posts/hello.md"
    old = re.sub(r"(?m)^date: .*", "date: 2020-01-01 10:00", post.read_text())
    (post.parent / "old.md").write_text(old.replace("Hello", "Once upon a time"))
    only.commit()
    warning = "There is no ledger, although posts were due before, the first on 2020-01-01: old."
    dry = only.run("publish", "--dry-run")
    assert (dry.code, dry.err.startswith(warning)) == (4, True)
    status = only.run("status")
    assert "the next run sends it" not in status.out
    assert [f"{REFUSES} {warning}" in only.run(name).out for name in ("check", "status")] == [True, True]
    said = only.run("publish")
    assert (said.code, said.out, only.outbox) == (1, "", [])
    assert said.err.startswith(f"error: {warning}")
    first = only.run("publish", "--first")
    assert (first.code, len(only.outbox)) == (4, 1)  # the old one is too late, and a person is told
    assert only.run("publish").err == ""


def test_a_stop_is_no_ledger(only: Place, remote: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """It can be written though the ledger was deleted; what was sent is as unknown as before."""
    assert only.run("publish").code == 0
    only.git("push", "-q", "origin", ":cmflow-state")
    one, fresh = (Place(tmp_path_factory.mktemp(name), only.run) for name in ("one", "fresh"))
    for each in (one, fresh):
        each.git("clone", "-q", "--depth=1", "-b", "main", f"file://{remote}", ".")
    assert one.run("--root", str(one.root), "stop", "--reason", "What happened?").code == 0
    assert one.run("--root", str(one.root), "resume", "--all").code == 0
    said = fresh.run("--root", str(fresh.root), "publish")
    assert (said.code, fresh.outbox) == (1, [])
    assert "error: The ledger is gone: the branch cmflow-state was deleted." in said.err
    first = fresh.run("--root", str(fresh.root), "publish", "--first")
    assert (first.code, len(fresh.outbox)) == (0, 1)


def test_the_remote_that_holds_the_ledger_is_never_guessed(only: Place, remote: Path) -> None:
    only.git("remote", "rename", "origin", "upstream")
    only.git("remote", "add", "fork", str(remote))
    only.git("branch", "-M", "main")
    result = only.run("publish")
    assert (result.code, result.out, only.outbox) == (1, "", [])
    assert only.run("check").out.endswith(result.err.replace("error:", REFUSES))
    assert result.err == (
        "error: There are 2 remotes (fork, upstream): cmflow cannot tell which one holds the ledger.\n"
        "  If it is fork, let main follow it: git fetch fork && git branch --set-upstream-to=fork/main. "
        "Or name that one `origin`: git remote rename fork origin\n"
    )
    only.git("checkout", "-q", "--detach")
    cure = "  Check out a branch that follows one of them. Or, if it is fork, name that one `origin`: "
    assert only.run("publish").err.endswith(f"{cure}git remote rename fork origin\n")
    only.git("checkout", "-q", "main")
    only.git("fetch", "-q", "upstream")
    only.git("branch", "--set-upstream-to=upstream/main")
    assert only.run("publish").code == 0
    assert only.git("ls-remote", "upstream", "refs/heads/cmflow-state")
    assert only.run("publish").out.startswith("Nothing is due.")


def test_what_is_known_is_shown_where_the_remote_of_the_ledger_is_not_known(only: Place, remote: Path) -> None:
    assert only.run("publish").code == 0
    only.git("branch", "-M", "main")
    only.git("remote", "rename", "origin", "upstream")
    only.git("remote", "add", "another", str(remote))
    only.git("fetch", "-q", "upstream")
    why = "There are 2 remotes (another, upstream): cmflow cannot tell which one holds the ledger."
    cure = "If it is upstream, let main follow it: git fetch upstream && git branch --set-upstream-to=upstream/main. "
    cure += "Or name that one `origin`: git remote rename upstream origin"
    status = only.run("status", "--all")
    assert (status.code, status.err, status.out.splitlines()[:2]) == (4, "", [f"{REFUSES} {why}", f"  {cure}"])
    assert "/hello/practice.1.json" in status.out
    log = only.run("log", "hello")
    stale = f"Could not fetch from the remote; showing the last known state: {why} {cure}\n"
    assert (log.code, log.err, "sent" in log.out) == (0, stale, True)
    built = only.run("build")
    assert (built.code, built.err) == (0, f"{REFUSES} {why}\n  {cure}\n")
    assert 'class="post is-sent"' in (only.root / "_site/posts/hello.html").read_text()
    watch = only.run("watch")
    refused = ["to do   cmflow publish refuses to start. " + why, "        Nothing is sent until this is done."]
    assert (watch.code, watch.err, watch.out.splitlines()[:3]) == (4, "", [*refused, f"        - {cure}"])
    assert only.run("publish").err == f"error: {why}\n  {cure}\n"
    only.git("fetch", "-q", "upstream")
    only.git("branch", "--set-upstream-to=upstream/main")
    assert only.run("status").code == 0


def rename_account(place: Place, extra: str = "") -> None:
    plan = place.root / "content/plan.md"
    plan.write_text(plan.read_text().replace("  practice:\n", f"  tape:\n{extra}"))
    post = place.root / "content/posts/hello.md"
    post.write_text(post.read_text().replace("practice", "tape"))
    place.commit()


@pytest.mark.parametrize("edit", ["", "text"])
def test_an_account_that_was_renamed_gets_nothing_again(only: Place, edit: str) -> None:
    """And goes on where it was, once the plan says what it was called."""
    only.run("publish")
    if edit == "text":
        post = only.root / "content/posts/hello.md"
        post.write_text(f"{post.read_text()} and more")
    rename_account(only)
    for words in (["check"], ["publish", "--dry-run"], ["publish"]):
        result = only.run(*words)
        assert (result.code, len(only.outbox)) == (1 if words == ["check"] else 4, 1)
        assert "content/posts/hello.md:1: error account-renamed (tape)" in result.out + result.err
    assert "has errors and will not be sent" in only.run("status").out
    plan = only.root / "content/plan.md"
    plan.write_text(plan.read_text().replace("  tape:\n", "  tape:\n    was: practice\n"))
    only.commit()
    assert "account-renamed" not in only.run("check").out
    assert only.run("publish").out.startswith("Nothing is due.")
    assert only.run("log", "hello").out.count("tape")
    only.soon("next", accounts="[tape]")
    only.commit()
    assert "sent     tape  next" in only.run("publish").out


def test_an_account_that_takes_the_place_of_another_one_is_said_to_be_new(only: Place) -> None:
    only.run("publish")
    rename_account(only, "    was: new\n")
    assert "sent     tape  hello" in only.run("publish").out


def test_an_account_elsewhere_is_another_one(only: Place) -> None:
    only.run("publish")
    rename_account(only, "    options: {folder: .cmflow/elsewhere}\n")
    assert "sent     tape  hello" in only.run("publish").out
