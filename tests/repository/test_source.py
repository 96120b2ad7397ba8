import os
from io import FileIO
from pathlib import Path

import pytest

from cmflow import git
from cmflow.model.errors import SourceError
from cmflow.repository import source
from cmflow.repository.source import Source, blob_id
from tests.repository.places import post, repository, run, write

A, B = "content/posts/a.md", "content/posts/b.md"


def both(root: Path) -> tuple[Source, Source]:
    here = git.discover(root)
    return source.folder(root, here), source.commit(here, here.head())


def named(found: Source) -> dict[str, bytes]:
    """Everything that can be read; each blob id must be that of the bytes."""
    paths = [path for path in found.blobs if path not in found.links]
    read = dict(found.read(paths))
    assert {path: blob_id(data) for path, data in read.items()} == {path: found.blobs[path] for path in paths}
    return read


def test_folder_and_commit_are_the_same_where_all_is_committed(tmp_path: Path) -> None:
    files = {
        A: post(),
        "content/posts/with space.md": b"1",
        "content/posts/\U0001f389.md": b"2",
        "content/posts/two\nlines.md": b"3",
        os.fsdecode(b"content/posts/latin-\xe9.md"): b"4",
        "content/media/a.png": b"\x89PNG\r\n\0",
        "templates/networks/post.md.j2": "{{ text }}",
        "content/empty.md": b"",
    }
    write(
        tmp_path, {"content/.hidden.md": b"x", "content/.folder/a.md": b"x", "templates/.x/y": b"x", "README.md": b""}
    )
    repository(tmp_path, files)
    folder, commit = both(tmp_path)
    assert named(folder) == named(commit) == {k: v.encode() if isinstance(v, str) else v for k, v in files.items()}
    assert folder.blobs == commit.blobs
    assert (folder.links, folder.unreadable) == (commit.links, commit.unreadable) == (frozenset(), {})
    assert folder.name == "the folder"
    assert commit.name == f"commit {run(tmp_path, 'rev-parse', 'HEAD')[:10]}"


def test_the_folder_shows_what_is_only_saved_and_the_commit_what_is_committed(tmp_path: Path) -> None:
    write(tmp_path, {".gitignore": "ignored.md\n"})
    repository(tmp_path, {A: b"old", B: b"staged", "content/gone.md": b"gone"})
    write(tmp_path, {A: b"new", "content/untracked.md": b"untracked", "content/ignored.md": b"ignored", B: b"half"})
    run(tmp_path, "add", B)
    write(tmp_path, {B: b"saved"})
    (tmp_path / "content/gone.md").unlink()
    folder, commit = both(tmp_path)
    assert named(folder) == {A: b"new", B: b"saved", "content/untracked.md": b"untracked"}
    assert folder.outside == {"content/ignored.md": "git ignores it (.gitignore:1)."}
    assert folder.unsaved == {A: True, B: True, "content/untracked.md": False}
    assert (commit.outside, commit.unsaved) == ({}, {})
    assert named(commit) == {A: b"old", B: b"staged", "content/gone.md": b"gone"}


def test_a_folder_needs_no_git(tmp_path: Path) -> None:
    write(tmp_path, {A: post(), "templates/networks/x.md.j2": b"x"})
    found = source.folder(tmp_path, None)
    assert named(found) == {A: post().encode(), "templates/networks/x.md.j2": b"x"}
    assert source.folder(tmp_path / "nowhere", None).blobs == {}


@pytest.mark.parametrize(
    "attributes",
    ["* text=auto", "*.md text", "*.md eol=crlf", "*.md crlf", "*.md -text"],
)
def test_a_blob_id_is_that_of_the_bytes_whatever_git_turns_them_into(tmp_path: Path, attributes: str) -> None:
    write(tmp_path, {".gitattributes": f"{attributes}\n*.png binary\n"})
    repository(tmp_path, {A: b"one\n$Id$\n", "content/a.png": b"1\r\n"})
    run(tmp_path, "config", "filter.shout.clean", "tr a-z A-Z")
    write(tmp_path, {A: b"one\r\n$Id: x$\r\n"})
    run(tmp_path, "add", "-A")
    folder, _ = both(tmp_path)
    assert named(folder) == {A: b"one\r\n$Id: x$\r\n", "content/a.png": b"1\r\n"}


LFS = "filter=lfs diff=lfs merge=lfs -text"
POINTER = (
    b"version https://git-lfs.github.com/spec/v1\n"
    b"oid sha256:4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865\nsize 2\n"
)


@pytest.mark.parametrize(
    ("attributes", "saved"),
    [
        ("*.md filter=shout", b"one\n"),
        ("*.md ident", b"one $Id$\n"),
        ("* text=auto\n*.md filter=shout", b"one\n"),
        ("[attr]loud filter=shout\n*.md loud", b"one\n"),
    ],
)
def test_a_filter_gives_the_folder_and_the_commit_the_bytes_of_a_checkout(
    tmp_path: Path, attributes: str, saved: bytes
) -> None:
    repository(tmp_path, {"content/posts/b.md": b"b\n"})
    run(tmp_path, "config", "filter.shout.clean", "tr a-z b-za")
    run(tmp_path, "config", "filter.shout.smudge", "tr b-za a-z")
    write(tmp_path, {".gitattributes": f"{attributes}\n", A: saved})
    run(tmp_path, "add", "-A")
    run(tmp_path, "commit", "-q", "-m", "filtered")
    (tmp_path / A).unlink()
    run(tmp_path, "checkout", "--", A)
    folder, commit = both(tmp_path)
    assert folder.one(A) == commit.one(A) == (tmp_path / A).read_bytes()
    assert (folder.blobs, folder.filtered) == (commit.blobs, commit.filtered)
    assert folder.unsaved == {}
    write(tmp_path, {A: saved * 2})
    assert both(tmp_path)[0].one(A) == saved * 2


def test_a_file_in_another_encoding_is_read_as_git_has_it(tmp_path: Path) -> None:
    """Git keeps it as UTF-8, and only the folder has the other encoding. Without the attribute it is as it is."""
    saved = "\ufeffone é\n".encode("utf-16-le")
    attributes = "a.md working-tree-encoding=UTF-16\n"
    repository(tmp_path, {".gitattributes": attributes, A: saved, "content/posts/b.md": b"b\n"})
    folder, commit = both(tmp_path)
    assert ((tmp_path / A).read_bytes(), folder.one(A), commit.one(A)) == (saved, b"one \xc3\xa9\n", b"one \xc3\xa9\n")
    assert (folder.blobs, folder.unsaved, folder.filtered) == (commit.blobs, {}, frozenset())
    write(tmp_path, {A: saved * 2})
    assert both(tmp_path)[0].one(A) == saved * 2
    write(tmp_path, {A: b"one \xc3\xa9\n"})
    (tmp_path / ".gitattributes").unlink()
    assert both(tmp_path)[0].one(A) == b"one \xc3\xa9\n"


def test_a_filter_that_fails_leaves_the_bytes_that_git_has(tmp_path: Path) -> None:
    repository(tmp_path, {".gitattributes": "*.md filter=lost", A: b"kept"})
    run(tmp_path, "config", "filter.lost.clean", "cat")
    run(tmp_path, "config", "filter.lost.smudge", "false")
    run(tmp_path, "config", "filter.lost.required", "true")
    folder, commit = both(tmp_path)
    assert (folder.one(A), commit.one(A)) == (b"kept", b"kept")


@pytest.mark.parametrize("place", [".gitattributes", "content/media/.gitattributes", ".git/info/attributes"])
def test_a_git_lfs_file_that_was_fetched_is_read_instead_of_its_pointer(tmp_path: Path, place: str) -> None:
    repository(tmp_path, {"content/media/a.bin": POINTER, "content/media/b.bin": POINTER.replace(b"43", b"34", 1)})
    write(tmp_path, {place: f"*.bin {LFS}\n"})
    name = POINTER.split(b":")[2].split(b"\n")[0].decode()
    write(tmp_path, {f".git/lfs/objects/{name[:2]}/{name[2:4]}/{name}": b"hi"})
    run(tmp_path, "add", "-A")
    run(tmp_path, "commit", "-q", "--allow-empty", "-m", "attributes")
    for found in both(tmp_path):
        assert found.filtered >= {"content/media/a.bin"}
        assert found.one("content/media/a.bin") == b"hi"
        assert found.one("content/media/b.bin") == POINTER.replace(b"43", b"34", 1)


def test_what_lies_in_a_repository_of_its_own_is_outside(tmp_path: Path) -> None:
    repository(tmp_path, {A: post()})
    repository(tmp_path / "content/posts/nested", {"b.md": post()})
    write(tmp_path, {"content/posts/nested/deep/c.md": post()})
    folder, _ = both(tmp_path)
    why = "content/posts/nested is a repository of its own (a submodule), which cmflow does not read."
    assert folder.outside == {"content/posts/nested/b.md": why, "content/posts/nested/deep/c.md": why}
    assert named(folder) == {A: post().encode()}
    run(tmp_path, "-c", "advice.addEmbeddedRepo=false", "add", "-A")
    run(tmp_path, "commit", "-q", "-m", "as a submodule")
    assert both(tmp_path)[0].outside == folder.outside


def test_commits_that_are_not_pushed_are_told(tmp_path: Path) -> None:
    repository(tmp_path, {A: post()})
    run(tmp_path, "branch", "-M", "main")
    run(tmp_path, "clone", "-q", "--bare", ".", "remote.git")
    run(tmp_path, "remote", "add", "origin", "remote.git")
    run(tmp_path, "fetch", "-q", "origin")
    run(tmp_path, "branch", "-q", "--set-upstream-to", "origin/main")
    assert both(tmp_path)[0].unpushed == ""
    write(tmp_path, {B: post()})
    run(tmp_path, "add", B)
    run(tmp_path, "commit", "-q", "-m", "more")
    assert both(tmp_path)[0].unpushed == "1 commit not pushed to origin/main"


@pytest.mark.parametrize("setting", ["true", "input", "false"])
def test_line_ends_that_git_turns_by_its_settings(tmp_path: Path, setting: str) -> None:
    repository(tmp_path, {A: b"one\n"})
    run(tmp_path, "config", "core.autocrlf", setting)
    write(tmp_path, {A: b"one\r\n"})
    run(tmp_path, "-c", "core.safecrlf=false", "add", "-A")
    folder, _ = both(tmp_path)
    assert named(folder) == {A: b"one\r\n"}


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
def test_a_file_that_git_was_told_not_to_look_at(tmp_path: Path, flag: str) -> None:
    repository(tmp_path, {A: b"old"})
    run(tmp_path, "update-index", flag, A)
    write(tmp_path, {A: b"new, and longer"})
    assert named(both(tmp_path)[0]) == {A: b"new, and longer"}


def test_links_are_named_and_never_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    write(outside, {"posts/secret.md": b"secret"})
    root = tmp_path / "root"
    write(root, {A: post()})
    for name, target in {
        "content/posts/file.md": outside / "posts/secret.md",
        "content/posts/folder": outside / "posts",
        "content/posts/folder.md": outside / "posts",
        "content/posts/dangling.md": Path("nowhere"),
        "content/posts/inside.md": Path("a.md"),
        "templates": outside,
    }.items():
        (root / name).symlink_to(target)
    repository(root, {})
    folder, commit = both(root)
    links = {f"content/posts/{name}" for name in ("file.md", "folder", "folder.md", "dangling.md", "inside.md")}
    assert folder.links == commit.links == links | {"templates"}
    assert named(folder) == named(commit) == {A: post().encode()}
    assert folder.blobs == commit.blobs == dict.fromkeys(folder.links, "") | {A: blob_id(post().encode())}


def test_what_is_no_file_or_may_not_be_read_is_unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {A: post(), "content/large.mp4": b"large", "content/closed.png": b"closed"})
    os.mkfifo(tmp_path / "content/pipe.md")
    (tmp_path / "content/posts/folder.md").mkdir()

    def guarded(file: str) -> FileIO:  # a machine's administrator may read everything: chmod would not do
        if file.endswith("/closed.png"):
            raise PermissionError(13, "Permission denied")
        return FileIO(file)

    monkeypatch.setattr(source, "FileIO", guarded)
    monkeypatch.setattr(source, "READABLE", len(post()))
    write(tmp_path, {"content/large.mp4": b"x" * (len(post()) + 1)})
    found = source.folder(tmp_path, None)
    assert found.unreadable == {
        "content/large.mp4": f"large.mp4 is larger than {len(post())} bytes, which is too large to read.",
        "content/closed.png": "closed.png cannot be read: Permission denied.",
        "content/pipe.md": "pipe.md is not a file.",
        "content/posts/folder.md": "folder.md is not a file.",
    }
    assert named(found) == {A: post().encode()}


def test_a_folder_that_may_not_be_opened_is_unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {A: post(), "content/closed/b.png": b"b"})
    scan = os.scandir

    def guarded(folder: str) -> object:
        if folder.endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return scan(folder)

    monkeypatch.setattr(os, "scandir", guarded)
    found = source.folder(tmp_path, None)
    assert found.unreadable == {"content/closed": "closed is not a file."}
    assert named(found) == {A: post().encode()}


def test_a_file_that_changes_while_it_is_read_is_said_so(tmp_path: Path) -> None:
    write(tmp_path, {A: b"one"})
    found = source.folder(tmp_path, None)
    write(tmp_path, {A: b"two"})
    with pytest.raises(SourceError, match=f"^{A} was changed while cmflow was reading it.$"):
        found.one(A)
    (tmp_path / A).unlink()
    with pytest.raises(SourceError, match=r"^a.md cannot be read: No such file or directory.$"):
        found.one(A)


def test_one_file(tmp_path: Path) -> None:
    repository(tmp_path, {A: b"one"})
    for found in both(tmp_path):
        assert found.one(A) == b"one"
        assert dict(found.read([])) == {}
        with pytest.raises(SourceError, match=f"^{B} is not in {found.name}.$"):
            found.one(B)


def test_a_repository_with_longer_ids(tmp_path: Path) -> None:
    write(tmp_path, {A: b"one"})
    run(tmp_path, "init", "-q", "--template=", "--object-format=sha256")
    run(tmp_path, "add", "-A")
    run(tmp_path, "commit", "-q", "-m", "Content")
    folder, commit = both(tmp_path)
    assert folder.blobs == commit.blobs == {A: run(tmp_path, "rev-parse", f"HEAD:{A}")}
    assert folder.one(A) == commit.one(A) == b"one"


def test_a_repository_without_a_commit(tmp_path: Path) -> None:
    write(tmp_path, {A: b"one"})
    run(tmp_path, "init", "-q", "--template=")
    assert named(source.folder(tmp_path, git.discover(tmp_path))) == {A: b"one"}


# ── large files ─────────────────────────────────────────────────────────────────────────────────────────────


def test_large_files_are_left_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the folder they are the files themselves; of a commit, copies of what git packs."""
    monkeypatch.setattr(source, "LARGE", 5)
    files = {"content/media/a.mp4": b"long enough", "content/media/b.mp4": b"tiny", A: post()}
    repository(tmp_path, files)
    folder, commit = both(tmp_path)
    paths = ["content/media/a.mp4", "content/media/b.mp4", "content/media/none.mp4"]
    assert folder.large(paths) == {paths[0]: tmp_path / paths[0]}
    copies = commit.large(paths)
    assert {path: file.read_bytes() for path, file in copies.items()} == {paths[0]: b"long enough"}
    assert commit.large(paths) == copies
    assert folder.large([]) == commit.large([]) == {}


def test_a_large_file_that_was_changed_meanwhile_is_not_the_one_that_was_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "LARGE", 5)
    path = "content/media/a.mp4"
    repository(tmp_path, {path: b"long enough"})
    folder, _ = both(tmp_path)
    (tmp_path / path).write_bytes(b"another one")
    assert folder.large([path]) == {}
    with pytest.raises(SourceError, match="was changed while"):
        folder.one(path)
    (tmp_path / path).unlink()
    assert folder.large([path]) == {}


def test_a_large_file_of_git_lfs_is_where_it_was_fetched_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "LARGE", 2)
    path = "content/media/a.mp4"
    repository(tmp_path, {})
    write(tmp_path, {".gitattributes": f"*.mp4 {LFS}\n", path: POINTER})
    run(tmp_path, "add", "-A")
    run(tmp_path, "commit", "-q", "-m", "kept by LFS")
    assert [each.large([path]) for each in both(tmp_path)] == [{}, {}]
    name = "4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865"
    write(tmp_path, {f".git/lfs/objects/43/55/{name}": b"hi"})
    file = tmp_path / ".git/lfs/objects/43/55" / name
    assert [each.large([path]) for each in both(tmp_path)] == [{path: file}, {path: file}]


def test_a_large_file_is_named_as_git_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "LARGE", 5)
    write(tmp_path, {"content/media/a.mp4": b"long enough"})
    assert source.folder(tmp_path, None).blobs == {"content/media/a.mp4": blob_id(b"long enough")}
