"""What a branch changes, in real repositories."""

from pathlib import Path

import pytest

from cmflow import git
from cmflow.git import Repository, changes
from cmflow.model.errors import GitError
from tests.git.test_git import STRANGE, sh
from tests.repository import places

pytestmark = pytest.mark.slow  # real git


@pytest.fixture
def home(tmp_path: Path) -> Repository:
    """`main` with three files; a branch `work`, checked out; then one more commit on `main`."""
    root = tmp_path / "home"
    sh(tmp_path, "init", "-q", "-b", "main", "--template=", "home")
    (root / "content").mkdir()
    for name in ("kept", "edited", "dropped"):
        (root / "content" / f"{name}.md").write_text(f"{name}\n")
    (root / ".gitignore").write_text("*.tmp\n")
    commit(root, "first")
    sh(root, "switch", "-q", "-c", "work")
    sh(root, "switch", "-q", "main")
    (root / "content/theirs.md").write_text("theirs\n")
    commit(root, "theirs")
    sh(root, "switch", "-q", "work")
    return git.discover(root)


def commit(root: Path, subject: str) -> str:
    sh(root, "add", "-A")
    sh(root, "commit", "-q", "-m", subject)
    return sh(root, "rev-parse", "HEAD")


def test_nothing_was_touched(home: Repository) -> None:
    base = changes.fork(home, "main")
    assert base == sh(home.root, "rev-parse", "work")
    assert changes.changed_files(home, base, "content") == {}


def test_committed_staged_saved_new_and_gone(home: Repository) -> None:
    content = home.root / "content"
    base = changes.fork(home, "main")
    (content / "committed.md").write_text("x")
    commit(home.root, "ours")
    (content / "edited.md").write_text("changed\n")
    (content / "dropped.md").rename(content / "moved.md")
    (content / "staged.md").write_text("x")
    sh(home.root, "add", "content/staged.md")
    (content / "ignored.tmp").write_text("x")
    (home.root / "elsewhere.md").write_text("x")
    assert changes.changed_files(home, base, "content", "templates") == {
        "content/committed.md": True,
        "content/dropped.md": False,
        "content/edited.md": True,
        "content/ignored.tmp": True,
        "content/moved.md": True,
        "content/staged.md": True,
    }
    assert changes.changed_files(home, home.head(), "elsewhere.md") == {"elsewhere.md": True}


def test_what_is_as_it_was_is_not_touched_however_often_it_was_saved(home: Repository) -> None:
    (home.root / "content/edited.md").write_text("changed\n")
    commit(home.root, "there")
    (home.root / "content/edited.md").write_text("edited\n")
    assert changes.changed_files(home, changes.fork(home, "main"), "content") == {}


def test_strange_names(home: Repository) -> None:
    for name in STRANGE:
        (home.root / "content" / name).write_text("x")
    assert set(changes.changed_files(home, home.head(), "content")) == {f"content/{name}" for name in STRANGE}
    commit(home.root, "strange")
    assert set(changes.changed_files(home, changes.fork(home, "main"), "content")) == {f"content/{n}" for n in STRANGE}


def test_line_ends_that_git_converts_touch_nothing(home: Repository) -> None:
    sh(home.root, "config", "core.autocrlf", "true")
    (home.root / "content/edited.md").write_bytes(b"edited\r\n")
    assert changes.changed_files(home, home.head(), "content") == {}


def test_a_commit_a_tag_and_head_are_bases_too(home: Repository) -> None:
    sh(home.root, "tag", "v1", "main")
    first = sh(home.root, "rev-parse", "work")
    assert {changes.fork(home, ref) for ref in ("main", "v1", first, first[:10], "HEAD")} == {first}


def test_the_remotes_branch_where_there_is_none_here(home: Repository) -> None:
    sh(home.root.parent, "clone", "-q", "-b", "work", "home", "clone")
    clone = git.discover(home.root.parent / "clone")
    assert clone.tip("main") is None
    assert changes.fork(clone, "main") == changes.fork(home, "main")


@pytest.mark.parametrize("ref", ["man", "--all", "", "refs/heads/", "main:content", "a..b"])
def test_no_such_branch(home: Repository, ref: str) -> None:
    with pytest.raises(GitError) as caught:
        changes.fork(home, ref)
    assert (str(caught.value), caught.value.hint) == (
        f"There is no branch or commit {ref!r}.",
        "List the branches: git branch --all",
    )


def test_what_was_not_fetched(home: Repository) -> None:
    sh(home.root.parent, "clone", "-q", "--single-branch", "-b", "work", "home", "whole")
    with pytest.raises(GitError) as caught:
        changes.fork(git.discover(home.root.parent / "whole"), "main")
    assert caught.value.hint == "Fetch it first: git fetch origin"
    url = home.root.as_uri()
    sh(home.root.parent, "clone", "-q", "--depth=1", "-b", "work", url, "shallow")
    shallow = git.discover(home.root.parent / "shallow")
    with pytest.raises(GitError) as caught:
        changes.fork(shallow, "main")
    assert str(caught.value).endswith("The clone is shallow: it has only the newest commits.")
    assert "`fetch-depth: 0`" in caught.value.hint
    sh(shallow.root, "fetch", "-q", "--depth=1", "origin", "main:main")
    with pytest.raises(
        GitError, match=r"^This clone is too shallow to tell where HEAD was forked from 'main'.$"
    ) as caught:
        changes.fork(shallow, "main")
    assert "`fetch-depth: 0`" in caught.value.hint


def test_two_histories_that_never_met(home: Repository) -> None:
    sh(home.root, "switch", "-q", "--orphan", "other")
    (home.root / "a").write_text("x")
    commit(home.root, "alone")
    with pytest.raises(GitError, match=r"^HEAD and 'main' have no commit in common.$"):
        changes.fork(home, "main")


# ── what is only on the remote ──────────────────────────────────────────────────────────────────────────────


def test_a_commit_is_brought_by_its_id(tmp_path: Path) -> None:
    home, clone = tmp_path / "home", tmp_path / "clone"
    source = places.repository(home, {"a": "1"})
    places.run(tmp_path, "clone", "-q", home.as_uri(), "clone")
    places.run(home, "checkout", "-q", "-b", "other")
    places.run(home, "commit", "-q", "--allow-empty", "-m", "More")
    here, commit = git.Repository(clone, clone / ".git/objects"), source.head()
    assert here.resolve(commit) is None
    changes.fetch(here, "origin", commit)
    assert here.resolve(commit) == commit
    home.rename(tmp_path / "gone")
    changes.fetch(here, "origin", commit)
    with pytest.raises(GitError):
        changes.fetch(here, "origin", "d" * 40)


def test_a_shallow_clone_is_made_whole(tmp_path: Path) -> None:
    home, clone = tmp_path / "home", tmp_path / "clone"
    source = places.repository(home, {"a": "1"})
    first = source.head()
    places.run(home, "commit", "-q", "--allow-empty", "-m", "More")
    places.run(tmp_path, "clone", "-q", "--depth=1", home.as_uri(), "clone")
    here = git.Repository(clone, clone / ".git/objects")
    places.run(home, "checkout", "-q", "-b", "side", first)
    places.run(home, "commit", "-q", "--allow-empty", "-m", "Aside")
    changes.fetch(here, "origin", source.head())
    assert (here.shallow(), here.resolve(first)) == (True, None)
    changes.deepen(here, "origin")
    assert (here.shallow(), here.resolve(first)) == (False, first)
    home.rename(tmp_path / "gone")
    changes.deepen(here, "origin")
