"""A delivery whose file was removed from the ledger by anyone but cmflow is a question: it may have been sent."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cmflow import ledger
from cmflow.git import discover
from cmflow.ledger import Ledger, codec, conversations
from cmflow.model import Key
from cmflow.repository import removals
from cmflow.repository.cache import Cache
from tests.cli.conftest import Place, Result

pytestmark = pytest.mark.slow  # real git

KEY = Key("hello", "practice")
FILE, RECORD = codec.path(*KEY), codec.publications_path("hello")
URL = "https://social.example/@us/1"
LOOK = (
    "look on the network and report what you saw: cmflow settle POST ACCOUNT --sent URL, or --not-sent to have it sent"
)


def why(commit: str, what: str = "was removed from the ledger") -> str:
    return (
        f"its file {what} by the commit {commit[:12]}, so it may have been sent; put it back on the branch "
        f"cmflow-state (git revert {commit[:12]}), or {LOOK}"
    )


@pytest.fixture
def team(place: Place) -> Place:
    """One post, sent."""
    return place.with_one("hello")


@pytest.fixture
def desk(team: Place, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A work tree of the ledger, where a person changes it."""
    folder = tmp_path_factory.mktemp("desk") / "state"
    team.git("worktree", "add", "-q", str(folder), "cmflow-state")
    return Place(folder, team.run)


def commit(desk: Place) -> str:
    desk.commit()
    return desk.git("rev-parse", "HEAD").strip()


def remove(desk: Place, *paths: str) -> str:
    desk.git("rm", "-rq", *paths)
    return commit(desk)


def held(place: Place, reason: str) -> None:
    """Publishing, status and the watch say so, and nothing is sent."""
    outbox = place.outbox
    result = place.run("publish")
    assert (result.code, result.out.splitlines()[:2], result.err) == (
        4,
        [f"  held     practice  hello  on hold: {reason}", "Nothing was sent."],
        "",
    )
    rows = json.loads(place.run("status", "--format", "json").out)["deliveries"]
    assert [(row["post"], row["note"], row["needs_person"]) for row in rows if row["post"] == "hello"] == [
        ("hello", f"on hold: {reason}", True)
    ]
    watch = place.run("watch")
    assert (watch.code, f"        - on hold: {reason}\n" in watch.out) == (4, True)
    assert place.outbox == outbox


@pytest.mark.parametrize("paths", [(FILE,), (FILE, RECORD), ("deliveries",), ("deliveries", "publications")])
def test_what_was_removed_is_a_question(team: Place, desk: Place, paths: tuple[str, ...]) -> None:
    name = remove(desk, *paths)
    held(team, why(name))
    held(team, why(name))  # and the next run asks again
    check = team.run("check")
    reason, hint = why(name).split("; ")
    line = f"cmflow-state:{FILE}:1: error ledger-unreadable (practice): hello is not sent to practice: {reason}."
    assert (check.code, line in check.out, f"P{hint[1:]}" in check.out) == (1, True, True)


def test_a_dry_run_says_so(team: Place, desk: Place) -> None:
    name = remove(desk, FILE)
    result = team.run("publish", "--dry-run")
    assert (result.code, f"on hold: {why(name)}" in result.out) == (4, True)


def test_a_person_has_it_sent(team: Place, desk: Place) -> None:
    remove(desk, FILE)
    held_by_a_run = team.run("publish")
    assert held_by_a_run.code == 4
    assert team.run("settle", "hello", "practice", "--not-sent").code == 0
    assert "on hold" not in team.run("status").out
    assert team.run("publish").code == 0
    assert len(team.outbox) == 2
    assert "hello" not in team.run("publish").out


@pytest.mark.parametrize("finding", [("--sent", URL), ("--skip",)])
def test_a_person_says_that_it_need_not_be_sent(team: Place, desk: Place, finding: tuple[str, ...]) -> None:
    remove(desk, FILE, RECORD)
    assert team.run("settle", "hello", "practice", *finding).code == 0
    assert team.run("publish").out.startswith("Nothing is due.")
    assert team.run("watch").out == "No problems.\n"


def test_what_was_put_back_is_fine_again(team: Place, desk: Place) -> None:
    held(team, why(remove(desk, "deliveries")))
    desk.git("reset", "-q", "--hard")  # the sign of life of that run
    desk.git("revert", "--no-edit", "HEAD~1" if desk.git("log", "-1", "--format=%an") == "cmflow\n" else "HEAD")
    assert team.run("publish").out.startswith("Nothing is due.")
    assert team.run("check").code == 0
    assert len(team.outbox) == 1


def test_what_was_removed_a_second_time_is_a_question_again(team: Place, desk: Place) -> None:
    remove(desk, FILE)
    assert team.run("settle", "hello", "practice", "--sent", URL).code == 0
    desk.git("reset", "-q", "--hard")
    held(team, why(remove(desk, FILE, RECORD)))


def test_what_was_due_long_ago_is_not_taken_for_missed(place: Place, tmp_path_factory: pytest.TempPathFactory) -> None:
    (place.root / "content/posts/terrace.md").unlink()
    place.soon("hello", minutes=-20_000)
    place.commit()
    assert place.run("publish", "--first").code == 4
    assert place.run("settle", "hello", "practice", "--sent", URL).code == 0
    place.git("worktree", "add", "-q", str(folder := tmp_path_factory.mktemp("desk") / "state"), "cmflow-state")
    held(place, why(remove(Place(folder, place.run), FILE, RECORD)))


def test_a_commit_from_a_work_tree_that_is_behind(team: Place, desk: Place) -> None:
    """It commits the files as they were when it was made: what has been sent since is not among them."""
    team.soon("hello", minutes=-4, title="Again")
    second = team.soon("second", minutes=-3, body="Quite another text")
    team.commit()
    assert team.run("publish").code == 0
    before = json.loads(team.git("show", f"cmflow-state:{codec.path('second', 'practice')}"))
    assert (before["state"], second.exists()) == ("sent", True)
    desk.write("notes.txt", "What I saw.\n")
    name = commit(desk)
    result = team.run("publish")
    assert (result.code, f"practice  second  on hold: {why(name)}\n" in result.out) == (4, True)
    assert sorted(path.split("/")[2] for path in team.outbox) == ["hello", "second"]


def test_a_merge_that_takes_an_older_tree(team: Place, desk: Place) -> None:
    desk.git("checkout", "-q", "--detach")
    team.soon("second", minutes=-3, body="Quite another text")
    team.commit()
    assert team.run("publish").code == 0
    desk.git("merge", "-q", "-s", "ours", "-m", "Merge", "cmflow-state")
    name = desk.git("rev-parse", "HEAD").strip()
    team.git("update-ref", "refs/heads/cmflow-state", name)
    result = team.run("publish")
    assert (result.code, f"practice  second  on hold: {why(name)}\n" in result.out) == (4, True)
    assert sorted(path.split("/")[2] for path in team.outbox) == ["hello", "second"]


def failed(desk: Place, error: str = "It was down.") -> str:
    """The delivery as it may have been before it was sent."""
    sent = json.loads((desk.root / FILE).read_text())
    sent.pop("receipts")
    return json.dumps(sent | {"state": "failed", "attempt": 0, "retry_at": sent["history"][0]["at"], "error": error})


def set_back(desk: Place) -> str:
    """Set the delivery back; return the commit."""
    desk.write(FILE, failed(desk))
    return commit(desk)


def test_a_file_that_was_set_back_is_a_question(team: Place, desk: Place) -> None:
    name = set_back(desk)
    result = team.run("publish")
    reason = why(name, "was set back in the ledger to what it was before")
    assert (result.code, f"on hold: {reason}" in result.out, len(team.outbox)) == (4, True, 1)
    desk.git("reset", "-q", "--hard")
    desk.git("checkout", "-q", f"{name}~1", "--", FILE)
    desk.commit()
    assert team.run("publish").out.startswith("Nothing is due.")


@pytest.mark.parametrize("first", ["removed", "spoilt", "set back"])
def test_a_file_that_was_set_back_in_two_steps_is_a_question(team: Place, desk: Place, first: str) -> None:
    before, texts = failed(desk), {"spoilt": "{", "set back": failed(desk, "It was slow.")}
    if first == "removed":
        remove(desk, FILE)
    else:
        desk.write(FILE, texts[first])
        desk.commit()
    desk.write(FILE, before)
    reason = why(commit(desk), "was set back in the ledger to what it was before")
    result = team.run("publish")
    assert (result.code, f"on hold: {reason}" in result.out, len(team.outbox)) == (4, True, 1)


@pytest.fixture
def stopped(team: Place, desk: Place) -> str:
    """A stop, and a commit from a work tree that was there before."""
    assert team.run("stop", "--reason", "What happened?").code == 0
    team.soon("second", minutes=-3, body="Quite another text")
    team.commit()
    desk.write("notes.txt", "What I saw.\n")
    return commit(desk)


def test_a_stop_that_was_removed_still_holds(team: Place, stopped: str) -> None:
    why = (
        f"publishing was stopped (What happened?), and the commit {stopped[:12]} removed that from the ledger; put it "
        f"back on the branch cmflow-state (git revert {stopped[:12]}), or decide yourself: cmflow stop, then cmflow "
        "resume"
    )
    result = team.run("publish")
    assert (result.code, f"  held     practice  second  on hold: {why}\n" in result.out) == (4, True)
    assert f"on hold: {why}\n" in team.run("status").out
    assert team.run("stop", "--reason", "Looking").code == 0
    assert team.run("resume", "--all").code == 0
    assert team.run("publish").code == 0
    assert len(team.outbox) == 2


def test_a_stop_that_was_put_back_holds_as_before(team: Place, desk: Place, stopped: str) -> None:
    desk.git("revert", "--no-edit", stopped)
    assert "  on hold: publishing is stopped (What happened?)\n" in team.run("publish").out
    assert team.run("resume", "--all").code == 0
    assert team.run("publish").code == 0


def test_a_stop_that_was_over_may_be_removed(team: Place, desk: Place) -> None:
    assert team.run("stop", "--reason", "What happened?").code == 0
    assert team.run("resume").code == 0
    desk.git("reset", "-q", "--hard")
    remove(desk, "stop.json")
    team.soon("second", minutes=-3, body="Quite another text")
    team.commit()
    assert team.run("publish").code == 0


def test_a_file_of_what_was_sent_that_is_damaged_says_nothing(team: Place, desk: Place) -> None:
    desk.write(RECORD, "{")
    desk.commit()
    held(team, why(remove(desk, FILE)))


@pytest.fixture
def remote(team: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("remote")
    team.git("init", "-q", "--bare", str(folder))
    team.git("remote", "add", "origin", str(folder))
    team.git("push", "-q", "origin", "HEAD:main", "cmflow-state")
    return folder


@pytest.fixture
def page(team: Place, remote: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    """Deletes files on the remote, as its pages do."""
    clone = Place(tmp_path_factory.mktemp("page"), team.run)
    clone.git("clone", "-q", "-b", "cmflow-state", str(remote), ".")

    def delete(*paths: str) -> str:
        name = remove(clone, *paths)
        clone.git("push", "-q")
        return name

    return delete


def test_what_was_removed_on_the_remote(team: Place, page: Callable[..., str]) -> None:
    held(team, why(page(FILE, RECORD)))


def test_what_was_removed_on_the_remote_while_this_clone_went_on(team: Place, page: Callable[..., str]) -> None:
    name = page(FILE, RECORD)
    home = discover(team.root)
    home.commit_files(ledger.BRANCH, {"notes": b"x"}, "Note", home.tip(ledger.BRANCH), datetime.now(UTC))
    held(team, why(name))


@pytest.fixture
def ahead(team: Place, remote: Path) -> None:
    """The remote's ledger is further than this clone's."""
    home = discover(team.root)
    assert team.run("publish").code == 0
    tip = home.tip(ledger.BRANCH)
    home.push("origin", home.make_commit({"notes": b"x"}, "Note", tip, datetime.now(UTC)), ledger.BRANCH)


@pytest.mark.usefixtures("ahead")
def test_what_was_set_back_here_while_the_remote_went_on(team: Place, desk: Place, remote: Path) -> None:
    """Both histories are brought together by a commit of cmflow's own, and the file stays set back."""
    name = set_back(desk)
    result = team.run("publish")
    reason = why(name, "was set back in the ledger to what it was before")
    assert (result.code, f"on hold: {reason}" in result.out, len(team.outbox)) == (4, True, 1)
    parents = team.git("log", "-1", "--format=%P", "cmflow-state", "--grep=Bring two ledgers together").split()
    assert (parents[1:], "notes" in team.git("ls-tree", "--name-only", "cmflow-state")) == ([name], True)


@pytest.mark.usefixtures("ahead")
def test_a_stop_that_was_removed_here_while_the_remote_went_on(team: Place, desk: Place) -> None:
    assert team.run("stop", "--reason", "What happened?").code == 0
    home = discover(team.root)
    tip = home.tip(ledger.BRANCH)
    home.push("origin", home.make_commit({"notes": b"y"}, "Note", tip, datetime.now(UTC)), ledger.BRANCH)
    desk.git("reset", "-q", "--hard")
    before = json.loads((desk.root / "stop.json").read_text())
    desk.write("stop.json", json.dumps(before | {"stops": []}))
    name = commit(desk)
    team.soon("second", minutes=-3, body="Quite another text")
    team.commit()
    result = team.run("publish")
    stopped = f"publishing was stopped (What happened?), and the commit {name[:12]} removed that from the ledger"
    assert (result.code, stopped in result.out, len(team.outbox)) == (4, True, 1)


@pytest.fixture
def fresh(team: Place, remote: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Result]:
    """Publishes from a new shallow clone, as on Actions: of the ledger it has only the newest commit at first."""

    def publish() -> Result:
        folder = tmp_path_factory.mktemp("fresh")
        team.git("clone", "-q", "--depth=1", "-b", "main", f"file://{remote}", str(folder))
        return team.run("--root", str(folder), "publish")

    return publish


@pytest.mark.parametrize("paths", [(FILE,), (FILE, RECORD), ("deliveries", "publications")])
def test_a_shallow_clone_asks_for_the_history_since(
    page: Callable[..., str], fresh: Callable[..., Result], paths: tuple[str, ...]
) -> None:
    name = page(*paths)
    for _ in range(2):
        result = fresh()
        line = f"  held     practice  hello  on hold: {why(name)}"
        assert (result.code, result.out.splitlines()[0], result.err) == (4, line, "")


def test_a_shallow_clone_sees_what_was_set_back(desk: Place, fresh: Callable[..., Result]) -> None:
    name = set_back(desk)
    desk.git("push", "-q", "origin", "HEAD:cmflow-state")
    result = fresh()
    reason = why(name, "was set back in the ledger to what it was before")
    assert (result.code, f"on hold: {reason}" in result.out, result.err) == (4, True, "")


def test_a_shallow_clone_of_an_old_ledger_sees_what_was_sent(
    team: Place, remote: Path, page: Callable[..., str], fresh: Callable[..., Result]
) -> None:
    """Its commits are older than the post, which was given another date."""
    page(FILE)
    tip = Place(remote, team.run)
    old = {"GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z", "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z"}
    tree = tip.git("rev-parse", "cmflow-state^{tree}").strip()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in old.items():
            patch.setenv(name, value)
        tip.git("update-ref", "refs/heads/cmflow-state", tip.git("commit-tree", tree, "-m", "Squash").strip())
    result = fresh()
    reason = (
        "its file was removed from the ledger, so it may have been sent; put it back on the branch "
        f"cmflow-state (git log --diff-filter=D cmflow-state -- {FILE}, in a full clone, shows the commit to revert), "
        f"or {LOOK}"
    )
    assert (result.code, result.out.splitlines()[0]) == (4, f"  held     practice  hello  on hold: {reason}")


def test_what_cmflow_does_itself_is_no_removal(team: Place) -> None:
    assert team.run("publish", "--again", "hello", "practice").code == 0
    assert team.run("unpublish", "hello", "practice").code == 0
    plan = (team.root / "content/plan.md").read_text()
    team.write(
        "content/plan.md",
        plan.replace("  practice:\n", "  stage:\n    was: practice\n"),
    )
    (team.root / "content/posts/hello.md").write_text(
        (team.root / "content/posts/hello.md").read_text().replace("practice", "stage")
    )
    team.commit()
    assert team.run("publish").out.startswith("Nothing is due.")
    state, cache = Ledger(discover(team.root)), Cache(None)
    assert ledger.names(state).keys() == {Key("hello", "stage")}
    assert removals.find(state, [KEY, Key("hello", "stage"), Key("new", "stage")], cache) == {}


def test_a_rehearsal_may_be_changed_by_anyone(team: Place, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert team.run("rehearse").code == 0
    folder = tmp_path_factory.mktemp("desk") / "rehearsal"
    team.git("worktree", "add", "-q", str(folder), "cmflow-rehearsal")
    remove(Place(folder, team.run), "deliveries")
    assert "hello" in team.run("rehearse").out
    assert removals.find(Ledger(discover(team.root), "cmflow-rehearsal"), [KEY], Cache(None)) == {}


def test_an_answer_whose_file_was_removed(team: Place, desk: Place) -> None:
    team.git("branch", conversations.BRANCH, "cmflow-state")
    desk.git("checkout", "-q", conversations.BRANCH)
    name = remove(desk, FILE)
    assert removals.find(Ledger(discover(team.root), conversations.BRANCH), [KEY], Cache(None)) == {
        KEY: (
            f"its file was removed from the ledger by the commit {name[:12]}, so it may have been sent",
            f"put it back on the branch cmflow-inbox (git revert {name[:12]}), or look on the network, and write the "
            "answer again if it is not there",
        )
    }


def test_what_was_removed_between_the_look_and_the_claim_is_not_claimed(team: Place, desk: Place) -> None:
    state = Ledger(discover(team.root))
    seen = state.repository.tip(state.branch)
    delivery = ledger.read(state).deliveries[KEY]
    remove(desk, FILE, RECORD)
    writer, snapshot = ledger.open_writer(state, lambda: datetime.now(UTC), lambda seconds: None, [KEY], seen)
    assert snapshot.deliveries == {}
    assert writer.claim(None, delivery) is False
