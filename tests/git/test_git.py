import os
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cmflow import git
from cmflow.git import Repository, changes, program, worktree
from cmflow.model.errors import GitError, LostRace

NOW = datetime(2026, 12, 1, tzinfo=UTC)
STRANGE = ("a b.md", "tête-🚀.md", "new\nline.md", 'quo"te.md', "*.md", ":(top)x.md", "tab\t.md")


def sh(folder: Path, *words: str) -> str:
    who = {f"GIT_{role}_{what}": "t" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    done = subprocess.run(["git", *words], cwd=folder, env=os.environ | who, check=True, capture_output=True)
    return done.stdout.decode().strip()


@pytest.fixture
def home(tmp_path: Path) -> Repository:
    """A repository with one commit: two files, one in a folder."""
    root = tmp_path / "home"
    sh(tmp_path, "init", "-q", "-b", "main", "--template=", "home")
    (root / "content").mkdir()
    (root / "content" / "a.md").write_text("a\n")
    (root / "b.md").write_text("b\n")
    sh(root, "add", ".")
    sh(root, "commit", "-q", "-m", "first")
    return git.discover(root)


def blob(repository: Repository, data: str) -> str:
    out = subprocess.run(
        ["git", "hash-object", "--stdin"], cwd=repository.root, input=data.encode(), check=True, capture_output=True
    )
    return out.stdout.decode().strip()


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_repository_is_found_from_any_folder_in_it(home: Repository) -> None:
    found = git.discover(home.root / "content")
    assert (found.root, found.store.resolve()) == (home.root, home.store.resolve())


def test_head_is_the_commit_that_is_checked_out_also_detached(home: Repository) -> None:
    commit = sh(home.root, "rev-parse", "HEAD")
    assert home.head() == commit
    sh(home.root, "checkout", "-q", "--detach")
    assert home.head() == commit
    assert (home.tip("main"), home.tip("nowhere"), home.resolve("--help")) == (commit, None, None)


def test_a_command_that_only_looks_asks_once(home: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []
    start = program.start

    def counted(folder: Path, arguments: Sequence[str], *more: Any) -> "subprocess.Popen[bytes]":
        started.append(arguments[0])
        return start(folder, arguments, *more)

    monkeypatch.setattr(program, "start", counted)
    still, commit = home.still(), home.tip("main")
    started.clear()
    assert [still.tip("main"), still.tip("main"), still.tip("nowhere"), still.tip("nowhere")] == [commit] * 2 + [
        None
    ] * 2
    assert [still.objects("main:b.md", "main:c.md") for _ in range(2)] == [(blob(home, "b\n"), "")] * 2
    assert (still.address("origin"), still.converted([])(), still.filtered([])) == ("", frozenset(), frozenset())
    asked = ["for-each-ref", *["rev-parse"] * 3, "config", "git"]  # both objects, then each, as one is not there
    assert started == asked, "the last one is for attributes"
    assert still.objects("refs/heads/nowhere:b.md") == ("",), "that is known, and not asked"
    assert started == asked
    second = still.commit_files("main", {"c.md": b"c"}, "second", commit, NOW)
    assert (still.tip("main"), still == home) == (second, True)
    assert still.objects("main:c.md") == (blob(home, "c"),)
    still.forget("main")
    assert still.tip("main") is None


@pytest.mark.parametrize("state", ["branch", "detached", "unborn"])
def test_a_command_that_only_looks_is_told_the_same(home: Repository, tmp_path: Path, state: str) -> None:
    """What git lists at once is what it says of each; in a linked work tree, whatever is checked out in the others."""
    sh(home.root, "branch", "-q", "team/other")
    sh(home.root, "branch", "-q", "a\u2028b")
    sh(home.root, "update-ref", "refs/cmflow/ledger", "HEAD")
    sh(home.root, "worktree", "add", "-q", "-b", "linked", str(tmp_path / "linked"))
    for name, value in (("team/origin.url", "u"), ("b.prune", "true"), ("pushDefault", "b")):
        sh(home.root, "config", f"remote.{name}", value)
    here = git.discover(tmp_path / "linked")
    if state == "detached":
        sh(here.root, "checkout", "-q", "--detach")
    elif state == "unborn":
        sh(here.root, "symbolic-ref", "HEAD", "refs/heads/unborn")
    still = here.still()
    names = ("main", "linked", "team/other", "nowhere", "unborn", "a\u2028b")
    assert (still.branch(), still.resolve("HEAD")) == (here.branch(), here.resolve("HEAD"))
    assert [*map(still.tip, names)] == [*map(here.tip, names)]
    revs = ("refs/cmflow/ledger", "refs/cmflow/none", "main", "refs/heads/main^{commit}", "refs/heads/main~1", "HEAD~1")
    assert [*map(still.resolve, revs)] == [*map(here.resolve, revs)]
    files = ("refs/heads/main:b.md", "refs/heads/main~1:b.md", "refs/heads/main^0:b.md", "refs/heads/nowhere:b.md")
    assert [still.objects(file) for file in files] == [here.objects(file) for file in files]
    assert still.remotes() == tuple(sh(here.root, "remote").split()) == ("b", "team/origin")
    assert (still.shallow(), home.shallow()) == (False, False)


def test_what_is_asked_early_is_not_what_changed_since(home: Repository) -> None:
    still = home.still()
    look = worktree.begin(still, "content")
    second = still.commit_files("main", {"c.md": b"c"}, "second", home.head(), NOW)
    assert look().uncommitted.keys() == worktree.look(home, "content").uncommitted.keys()
    assert (still.tip("main"), still.head()) == (second, second)
    look = worktree.begin(still, "content")
    assert (look().upstream, still.tip("main")) == ("", second)


@pytest.mark.parametrize("value", ["https://host.example/a b.git", "é=\nsecond line", ""])
def test_a_setting_is_what_git_says(home: Repository, value: str) -> None:
    sh(home.root, "config", "remote.My.Fork.url", "another")
    sh(home.root, "config", "--add", "Remote.My.Fork.URL", value)
    sh(home.root, "config", "remote.my.fork.url", "of another name")
    assert home.address("My.Fork") == home.still().address("My.Fork") == value
    assert (home.address("my.fork"), home.address("fork")) == ("of another name", "")


def test_a_tree_lists_files_with_their_modes(home: Repository) -> None:
    (home.root / "run.sh").touch(0o755)
    (home.root / "link").symlink_to("b.md")
    sh(home.root, "add", ".")
    sh(home.root, "commit", "-q", "-m", "more")
    empty = blob(home, "")
    assert home.tree("HEAD") == {
        "b.md": ("100644", blob(home, "b\n")),
        "content/a.md": ("100644", blob(home, "a\n")),
        "link": ("120000", blob(home, "b.md")),
        "run.sh": ("100755", empty),
    }
    assert list(home.tree("HEAD", "content", "absent")) == ["content/a.md"]


def test_blobs_are_read_in_the_order_asked_for(home: Repository) -> None:
    oids = [blob(home, "b\n"), blob(home, "a\n"), blob(home, "b\n")]
    assert list(home.read(oids)) == list(zip(oids, [b"b\n", b"a\n", b"b\n"], strict=True))
    assert list(home.read([])) == []


def test_a_blob_that_is_not_there_is_an_error(home: Repository) -> None:
    with pytest.raises(GitError, match="lacks the object 0000000000000000000000000000000000000000"):
        list(home.read(["0" * 40]))


def test_the_index_tells_what_need_not_be_read(home: Repository) -> None:
    root = home.root
    for name in ("staged.md", "gone.md", "both.md"):
        (root / name).write_text("old\n")
    (root / ".gitignore").write_text("ignored.md\n")
    sh(root, "add", ".")
    sh(root, "commit", "-q", "-m", "more")
    (root / "staged.md").write_text("new\n")
    (root / "both.md").write_text("new\n")
    sh(root, "add", ".")
    (root / "both.md").write_text("newer\n")
    (root / "b.md").write_text("changed\n")
    (root / "gone.md").unlink()
    (root / "content" / "untracked.md").touch()
    (root / "ignored.md").touch()
    assert worktree.look(home).files == {
        ".gitignore": blob(home, "ignored.md\n"),
        "b.md": None,
        "both.md": None,
        "content/a.md": blob(home, "a\n"),
        "content/untracked.md": None,
        "staged.md": blob(home, "new\n"),
    }
    assert worktree.look(home, "content").files == {"content/a.md": blob(home, "a\n"), "content/untracked.md": None}


def test_a_conflict_differs_from_every_blob(home: Repository) -> None:
    root = home.root
    sh(root, "checkout", "-q", "-b", "other")
    (root / "b.md").write_text("theirs\n")
    sh(root, "commit", "-q", "-a", "-m", "theirs")
    sh(root, "checkout", "-q", "main")
    (root / "b.md").write_text("ours\n")
    sh(root, "commit", "-q", "-a", "-m", "ours")
    with pytest.raises(subprocess.CalledProcessError):
        sh(root, "merge", "-q", "other")
    assert worktree.look(home, "b.md").files == {"b.md": None}


def test_an_id_names_its_own_bytes_whatever_git_replaces(home: Repository) -> None:
    other = sh(home.root, "hash-object", "-w", "content/a.md")
    sh(home.root, "replace", "HEAD:b.md", other)
    assert sh(home.root, "cat-file", "-p", "HEAD:b.md") == "a"
    assert [data for _, data in home.read([blob(home, "b\n")])] == [b"b\n"]
    assert list(home.contents([("b.md", blob(home, "b\n"))], ["b.md"])) == [b"b\n"]


def test_strange_paths_arrive_as_they_are(home: Repository) -> None:
    for name in STRANGE:
        (home.root / name).write_text(name)
    assert {name: worktree.look(home).files[name] for name in STRANGE} == dict.fromkeys(STRANGE)
    sh(home.root, "add", ".")
    sh(home.root, "commit", "-q", "-m", "strange")
    assert worktree.look(home).files == {path: oid for path, (_, oid) in home.tree("HEAD").items()}
    assert list(home.tree("HEAD", "*.md")) == ["*.md"]


def test_bytes_that_are_not_text_survive(home: Repository) -> None:
    name = os.fsdecode(b"caf\xe9.md")
    commit = home.commit_files("state", {name: b"x"}, "one", None, NOW)
    assert list(home.tree(commit)) == [name]


def test_names_of_objects_are_resolved_together(home: Repository) -> None:
    content = sh(home.root, "rev-parse", "HEAD:content")
    assert home.objects("HEAD:content", "HEAD", "HEAD:absent") == (content, home.head(), "")
    assert home.objects("HEAD:content", "HEAD") == (content, home.head())


@pytest.mark.parametrize("name", ["a\0b:content/plan.md", "\0", "--all", "--glob=*:content"])
def test_a_name_that_git_would_not_take_is_of_no_object(home: Repository, name: str) -> None:
    """A ledger that was damaged has such names of commits."""
    assert home.objects("HEAD", name) == (home.head(), "")
    assert home.resolve(name) is None


def test_an_empty_repository_has_no_commit_yet(tmp_path: Path) -> None:
    sh(tmp_path, "init", "-q", "--template=")
    empty = git.discover(tmp_path)
    with pytest.raises(GitError, match="has no commit yet"):
        empty.head()
    assert (worktree.look(empty).files, empty.remotes(), empty.shallow()) == ({}, (), False)


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_commits_are_git_s_own_and_leave_the_work_alone(home: Repository) -> None:
    before = (sh(home.root, "status", "--porcelain"), home.head())
    one = home.commit_files("state", {"x/y/1.json": b"1", "x/2.json": b"2", "é/3.json": b"3"}, "One", None, NOW)
    two = home.commit_files("state", {"x/y/1.json": None, "x/2.json": b"22", "x-y": b"4"}, "Two\n\nrun 7", one, NOW)
    assert home.tip("state") == two
    assert {path: oid for path, (_, oid) in home.tree(two).items()} == {
        "x-y": blob(home, "4"),
        "x/2.json": blob(home, "22"),
        "é/3.json": blob(home, "3"),
    }
    assert sh(home.root, "log", "--format=%an <%ae> %at|%B", "-1", "state").rstrip() == (
        "cmflow <cmflow@users.noreply.github.com> 1796083200|Two\n\nrun 7"
    )
    assert sh(home.root, "fsck", "--strict", "--no-dangling") == ""
    assert (sh(home.root, "status", "--porcelain"), home.head()) == before
    assert home.changed(one, two) == {"x/y/1.json": None, "x/2.json": blob(home, "22"), "x-y": blob(home, "4")}
    assert list(home.changed(None, one)) == ["x/2.json", "x/y/1.json", "é/3.json"]
    assert (home.is_ancestor(one, two), home.is_ancestor(two, one), home.merge_base(one, two)) == (True, False, one)
    assert home.merge_base(one, home.head()) is None


def test_a_file_may_become_a_folder_and_everything_may_go(home: Repository) -> None:
    one = home.commit_files("state", {"x": b"1"}, "One", None, NOW)
    two = home.commit_files("state", {"x/y": b"1"}, "Two", one, NOW)
    assert list(home.tree(two)) == ["x/y"]
    assert home.tree(home.commit_files("state", {"x/y": None}, "Three", two, NOW)) == {}


def test_who_comes_second_has_lost(home: Repository) -> None:
    one = home.commit_files("state", {"x": b"1"}, "One", None, NOW)
    home.commit_files("state", {"x": b"2"}, "Two", one, NOW)
    for parent in (one, None):
        with pytest.raises(LostRace):
            home.commit_files("state", {"x": b"3"}, "Three", parent, NOW)


@pytest.mark.parametrize("path", ["", "/etc", "a/../b", ".git/config", "a/.GIT/x", "a//b", "."])
def test_paths_that_git_would_not_take_are_refused(home: Repository, path: str) -> None:
    with pytest.raises(GitError, match="git does not accept a file named"):
        home.commit_files("state", {path: b""}, "Bad", None, NOW)


@pytest.mark.parametrize("paths", [("a", "a/b"), ("a/b", "a", "a/c")])
def test_a_name_is_a_file_or_a_folder(home: Repository, paths: tuple[str, ...]) -> None:
    with pytest.raises(GitError, match="would be inside a file"):
        home.commit_files("state", dict.fromkeys(paths, b""), "Bad", None, NOW)


def test_sha256_repositories_work_too(tmp_path: Path) -> None:
    sh(tmp_path, "init", "-q", "--template=", "--object-format=sha256")
    home = git.discover(tmp_path)
    one = home.commit_files("state", {"a/b": b"1"}, "One", None, NOW)
    two = home.commit_files("state", {"a/c": b"2"}, "Two", one, NOW)
    assert (len(two), list(home.tree(two))) == (64, ["a/b", "a/c"])
    assert sh(tmp_path, "fsck", "--strict", "--no-dangling") == ""


def test_hooks_do_not_run(home: Repository, tmp_path: Path) -> None:
    sh(tmp_path, "init", "-q", "--bare", "--template=", "remote.git")
    sh(home.root, "remote", "add", "origin", str(tmp_path / "remote.git"))
    hooks = home.store.parent / "hooks"
    hooks.mkdir()
    for name in ("reference-transaction", "pre-push", "post-commit"):
        (hooks / name).write_text("#!/bin/sh\nexit 1\n")
        (hooks / name).chmod(0o755)
    home.push("origin", home.commit_files("state", {"x": b"1"}, "One", None, NOW), "state")


# ── the remote ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def remote(home: Repository, tmp_path: Path) -> Path:
    sh(tmp_path, "init", "-q", "--bare", "--template=", "remote.git")
    sh(home.root, "remote", "add", "origin", str(tmp_path / "remote.git"))
    return tmp_path / "remote.git"


def test_a_push_must_be_a_fast_forward(home: Repository, remote: Path) -> None:
    assert home.fetch("origin", "state") is None
    one = home.make_commit({"x": b"1"}, "One", None, NOW)
    home.push("origin", one, "state")
    home.push("origin", one, "state")
    two = home.make_commit({"x": b"2"}, "Two", one, NOW)
    home.push("origin", two, "state")
    with pytest.raises(LostRace):
        home.push("origin", home.make_commit({"x": b"3"}, "Three", one, NOW), "state")
    with pytest.raises(LostRace):
        home.push("origin", home.make_commit({"x": b"3"}, "Three", None, NOW), "state")
    assert (home.fetch("origin", "state"), home.remotes()) == (two, ("origin",))
    assert home.tip("state") is None


def test_a_shallow_clone_gets_the_newest_commit_and_may_push(home: Repository, remote: Path, tmp_path: Path) -> None:
    one = home.commit_files("state", {"x": b"1"}, "One", None, NOW)
    two = home.commit_files("state", {"x": b"2"}, "Two", one, NOW)
    sh(home.root, "push", "-q", "origin", "main", "state")
    sh(tmp_path, "clone", "-q", "--depth=1", "--branch=main", remote.as_uri(), "shallow")
    clone = git.discover(tmp_path / "shallow")
    assert clone.shallow()
    assert (clone.fetch("origin", "state"), clone.resolve(one)) == (two, None)
    three = clone.make_commit({"x": b"3"}, "Three", two, NOW)
    clone.push("origin", three, "state")
    assert (clone.fetch("origin", "state"), home.fetch("origin", "state")) == (three, three)


def test_a_remote_that_refuses_is_no_race(home: Repository, remote: Path) -> None:
    (remote / "hooks").mkdir()
    (remote / "hooks" / "pre-receive").write_text("#!/bin/sh\nexit 1\n")
    (remote / "hooks" / "pre-receive").chmod(0o755)
    with pytest.raises(GitError, match="a hook or a rule there declined it"):
        home.push("origin", home.head(), "state")


def test_credentials_are_not_shown(home: Repository) -> None:
    sh(home.root, "remote", "add", "origin", "http://me:hush@127.0.0.1:9/x.git")
    with pytest.raises(GitError) as caught:
        home.fetch("origin", "state")
    assert "hush" not in f"{caught.value} {caught.value.hint}"


# ── what git may say ────────────────────────────────────────────────────────────────────────────────────────


def test_outside_of_a_repository(tmp_path: Path) -> None:
    with pytest.raises(GitError, match="is not inside a git repository") as caught:
        git.discover(tmp_path)
    assert "git init" in caught.value.hint
    with pytest.raises(GitError, match="is not a folder"):
        git.discover(tmp_path / "nowhere")
    sh(tmp_path, "init", "-q", "--bare", "--template=")
    with pytest.raises(GitError, match="is a bare repository"):
        git.discover(tmp_path)


def test_without_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GitError, match="git is not installed"):
        git.discover(tmp_path)


def test_variables_of_another_repository_do_not_lead_astray(
    home: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    assert git.discover(home.root) == home


def test_a_lock_that_was_left_behind_is_named(home: Repository) -> None:
    lock = home.store.parent / "refs" / "heads" / "state.lock"
    lock.touch()
    with pytest.raises(GitError, match="Another git process is using") as caught:
        home.commit_files("state", {"x": b"1"}, "One", None, NOW)
    assert str(lock.relative_to(home.root)) in caught.value.hint


def test_a_folder_that_cannot_be_written(home: Repository) -> None:
    store = home.root / "file"
    store.touch()
    with pytest.raises(GitError, match="cannot be written: Not a directory"):
        Repository(home.root, store).make_commit({"x": b"1"}, "One", home.head(), NOW)


def test_git_may_take_too_long(home: Repository) -> None:
    with pytest.raises(GitError, match="did not finish within 0 seconds"):
        git.program.run(home.root, ["cat-file", "--batch-all-objects", "--batch"], 0.0)


@pytest.mark.parametrize(
    ("said", "message", "hint"),
    [
        ("fatal: detected dubious ownership in repository at '/r'", "belongs to another user", "safe.directory '/r'"),
        ("git@x: Permission denied (publickey).", "rejected this machine's SSH key", "SSH key"),
        ("fatal: could not read Username for 'https://x': terminal prompts", "requires a sign-in", "contents: write"),
        ("fatal: Authentication failed for 'https://x'", "rejected git's credentials", "token"),
        ("The requested URL returned error: 403", "denied access", "contents: write"),
        ("error: GH006: Protected branch update failed", "is protected", "ledger's branch"),
        ("! [remote rejected] a (shallow update not allowed)", "shallow clone", "--unshallow"),
        ("fatal: unable to access 'x': Could not resolve host: y", "cannot be reached", "git remote -v"),
        ("error: unable to write: No space left on device", "The disk is full", "Free some space"),
        ("error: Read-only file system", "is read-only", "write to .git"),
        ("error: insufficient permission for adding an object", "no write access", "who owns"),
        ("hint: x\nfatal: something else", "git refused: fatal: something else", "git status"),
        ("", "it did not say why", "git status"),
    ],
)
def test_every_saying_of_git_is_a_sentence_with_what_to_do(said: str, message: str, hint: str) -> None:
    error = git.program.error(Path("/r"), said)
    assert message in str(error)
    assert hint in error.hint


def test_a_repository_is_made_where_there_is_none(tmp_path: Path) -> None:
    assert git.create(tmp_path)
    assert not git.create(tmp_path)
    (tmp_path / "inner").mkdir()
    assert not git.create(tmp_path / "inner")
    assert git.discover(tmp_path).root == tmp_path


def test_a_commit_that_is_not_there(home: Repository) -> None:
    with pytest.raises(GitError, match="git refused: fatal: Not a valid object name nonsense"):
        home.tree("nonsense")


def test_a_commit_on_top_of_our_own_reads_nothing(home: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    one = home.make_commit({"a/b/c": b"1", "a/d": b"2"}, "One", None, NOW)
    with monkeypatch.context() as patched:
        patched.setattr(git.program, "start", lambda *_: pytest.fail("git was started"))
        two = home.make_commit({"a/b/c": b"3", "a/e/f": b"4"}, "Two", one, NOW)
        three = home.make_commit({"a/b/c": None}, "Three", two, NOW)
    assert {path: data for path, (_, oid) in home.tree(three).items() for _, data in home.read([oid])} == {
        "a/d": b"2",
        "a/e/f": b"4",
    }


def test_what_is_kept_of_objects_is_bounded(home: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git.objects, "LIMIT", 3)
    git.objects._objects.clear()
    tip = None
    for number in range(9):
        tip = home.make_commit({f"{number}/a": b"x"}, "More", tip, NOW)
    assert len(git.objects._objects) <= 3
    assert tip and len(home.tree(tip)) == 9


@pytest.mark.parametrize(
    "settings",
    [
        [("core.fsmonitor", "{program}")],
        [("log.showSignature", "true"), ("gpg.program", "{program}")],
        [("core.hooksPath", "{folder}")],
    ],
)
def test_no_program_is_run_that_the_repository_names(
    home: Repository, tmp_path: Path, settings: list[tuple[str, str]]
) -> None:
    """An archive that somebody unpacked has settings of its own."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name in ("program", "reference-transaction", "post-index-change"):
        (folder / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/run\n")
        (folder / name).chmod(0o755)
    for name, value in settings:
        sh(home.root, "config", name, value.format(program=folder / "program", folder=folder))
    (home.root / "content/a.md").write_text("changed\n")
    changes.changed_files(home, home.head(), "content")
    worktree.look(home, "content")
    home.log("-1")
    home.commit_files("state", {"x.json": b"{}"}, "Note", None, NOW)
    assert not (tmp_path / "run").exists()
