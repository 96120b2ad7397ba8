"""What stands in the folder and is not published: check, status and publish say so before it matters."""

import json
import shutil

import pytest

from cmflow.git import discover
from cmflow.ledger import Ledger, heartbeat
from cmflow.model import Key
from tests.cli.conftest import Place
from tests.repository.places import PNG

pytestmark = pytest.mark.slow  # real git
PICTURE = "content/media/a.png"
MEDIA = f"[{{file: {PICTURE}, alt: A}}]"


@pytest.fixture
def place(place: Place) -> Place:
    """Nothing is planned."""
    (place.root / "content/posts/terrace.md").unlink()
    place.commit()
    return place


def test_a_post_that_is_only_saved(place: Place) -> None:
    place.soon("new")
    said = "1 post in the folder is not committed: publishing does not see it (content/posts/new.md).\n"
    assert place.run("check").out.endswith(said)
    status = place.run("status")
    assert "    content/posts/new.md is not committed: commit it, or it is not sent\n" in status.out
    assert status.out.endswith(said)
    assert status.code == 4
    assert "the next run sends it" not in status.out
    published = place.run("publish")
    assert published.err == said
    assert published.out.startswith("Nothing is due.")
    place.commit()
    assert "overdue: the next run sends it" in place.run("status").out
    assert place.run("publish").err == ""
    assert len(place.outbox) == 1


def test_a_post_that_was_changed(place: Place) -> None:
    place.post("a")
    place.commit()
    place.post("a", "Other words")
    said = "1 file is changed and not committed: publishing uses the committed version (content/posts/a.md).\n"
    assert place.run("check").out.endswith(said)
    assert json.loads(place.run("check", "--format", "json").out)["uncommitted"] == ["content/posts/a.md"]


def test_a_post_that_was_deleted_and_not_committed(place: Place) -> None:
    place.soon("old")
    place.commit()
    (place.root / "content/posts/old.md").unlink()
    said = "1 post is not in the folder but still committed: publishing uses it (content/posts/old.md).\n"
    assert place.run("check").out.endswith(said)
    assert json.loads(place.run("check", "--format", "json").out)["uncommitted"] == ["content/posts/old.md"]
    assert place.run("status").out.endswith(said)
    published = place.run("publish")
    assert (published.err, len(place.outbox)) == (said, 1)


def test_a_post_that_was_renamed_and_not_committed(place: Place) -> None:
    place.soon("old")
    place.commit()
    place.git("mv", "content/posts/old.md", "content/posts/new.md")
    assert place.run("check").out.splitlines()[-2:] == [
        "1 post in the folder is not committed: publishing does not see it (content/posts/new.md).",
        "1 post is not in the folder but still committed: publishing uses it (content/posts/old.md).",
    ]


def test_posts_that_a_sparse_checkout_leaves_out(place: Place) -> None:
    for name in ("team/a", "team/b", "here/c"):
        place.soon(name)
    place.write(PICTURE, PNG)
    place.commit()
    place.git("sparse-checkout", "set", "--cone", "content/posts/here", "templates")
    left = "content/posts/team/a.md, content/posts/team/b.md"
    said = f"2 posts and 1 other file are not in the folder but still committed: publishing uses them ({left}).\n"
    assert place.run("check").out.endswith(said)
    assert place.run("publish").err == said
    place.git("sparse-checkout", "disable")
    assert "committed" not in place.run("check").out


@pytest.mark.parametrize("mark", ["assume-unchanged", "skip-worktree"])
def test_a_post_whose_changes_git_was_told_to_overlook(place: Place, mark: str) -> None:
    file = "content/posts/a.md"
    place.post("a")
    place.write(".gitattributes", "*.md text eol=crlf\n")
    place.commit()
    place.git("update-index", f"--{mark}", file)
    assert "committed" not in place.run("check").out
    place.post("a", "Other words")
    assert place.git("status", "--porcelain") == ""
    said = (
        f"1 file is changed and not committed: publishing uses the committed version ({file}).\n"
        f"git was told to ignore changes to {file}. To undo that: "
        "git update-index --no-assume-unchanged FILE, or --no-skip-worktree\n"
    )
    assert [place.run(name).out.endswith(said) for name in ("check", "status")] == [True, True]
    assert place.run("publish").err == said
    assert json.loads(place.run("check", "--format", "json").out)["uncommitted"] == [file]
    (place.root / file).unlink()
    missing = f"1 post is not in the folder but still committed: publishing uses it ({file}).\n"
    assert place.run("check").out.endswith(missing)


def test_a_filter_whose_program_is_missing(place: Place) -> None:
    """A global `git lfs install`, and no git-lfs in PATH, as under cron."""
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'a' * 64}\nsize 7\n"
    place.write(".gitattributes", "*.png filter=lfs\n")
    place.write(PICTURE, pointer)
    place.soon("new", media=MEDIA)
    place.soon("plain")
    place.commit()
    place.git("config", "filter.lfs.process", "git-lfs-is-missing filter-process")
    place.git("config", "filter.lfs.clean", "git-lfs-is-missing clean -- %f")
    place.git("config", "filter.lfs.required", "true")
    (place.root / PICTURE).touch()  # git has to compare it again
    out = place.run("check").out
    assert "error media-unreadable: content/media/a.png cannot be used. It is a Git LFS pointer" in out
    assert "has errors and will not be sent" in place.run("status").out
    published = place.run("publish")
    assert (published.code, place.outbox) == (4, [".cmflow/outbox/plain/practice.1.txt"])


def test_a_picture_that_is_only_saved(place: Place) -> None:
    place.soon("new", media=MEDIA)
    place.git("add", "content/posts")
    place.git("commit", "-qm", "the post")
    place.write(PICTURE, PNG)
    assert f"    {PICTURE} is not committed: commit it, or it is not sent\n" in place.run("status").out
    assert place.run("publish").code == 4


def test_a_picture_that_git_ignores(place: Place) -> None:
    place.write(".gitignore", ".cmflow/\n*.png\n")
    place.soon("new", media=MEDIA)
    place.commit()
    assert "error media-missing" in place.run("check", "new").out
    place.write(PICTURE, PNG)
    out = place.run("check", "new").out
    assert "error media-unreadable" in out
    assert "git ignores it (.gitignore:2)" in out
    assert "has errors and will not be sent" in place.run("status").out
    place.git("add", "--force", PICTURE)
    place.git("commit", "-qm", "the picture")
    assert "error" not in place.run("check", "new").out
    assert place.run("publish").code == 0


@pytest.mark.parametrize("file", [".gitignore", ".git/info/exclude"])
def test_a_post_that_git_ignores(place: Place, file: str) -> None:
    place.write(file, ".cmflow/\nnew.md\n")
    place.soon("new")
    warning = f"content/posts/new.md:1: warning not-in-git: It will not be published: git ignores it ({file}:2).\n"
    assert warning in place.run("check").out
    status = place.run("status", "--all").out
    assert (warning.strip() in status, "practice  new" in status) == (True, False)


def test_posts_in_a_submodule(place: Place) -> None:
    place.soon("nested/new")
    place.git("init", "-q", "--template=", "content/posts/nested")
    out = place.run("check").out
    assert "content/posts/nested/new.md:1: warning not-in-git: " in out
    assert "content/posts/nested is a repository of its own (a submodule), which cmflow does not read." in out
    said = "content/posts/nested is a repository of its own: nothing in it is published.\n"
    assert place.run("publish").err.startswith(said)
    status = place.run("status", "--all").out
    assert ("warning not-in-git: " in status, "practice  new" in status) == (True, False)


def test_a_secret_that_is_missing_is_remembered(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.chdir(place.root)
    place.soon("new", accounts="[news]")
    place.commit()
    assert "overdue: the next run sends it" in place.run("status").out
    assert place.run("publish").code == 4
    last = heartbeat.last(Ledger(discover(place.root)))
    assert last is not None
    why = last.held[Key("new", "news")]
    assert "CMFLOW_NEWS_TOKEN is not set" in why
    status = place.run("status")
    assert f"    the last run put it on hold: {why}\n" in status.out
    assert "the next run sends it" not in status.out
    assert f"        - the last run put it on hold: {why}\n" in place.run("watch").out
    place.soon("new", 600, accounts="[news]")
    place.commit()
    assert "kept it back" not in place.run("status").out


@pytest.mark.skipif(not shutil.which("git-lfs"), reason="git-lfs is not installed")
def test_a_picture_in_git_lfs_goes_out(place: Place) -> None:
    place.git("lfs", "install", "--local")
    place.git("lfs", "track", "content/media/*.png")
    place.write(PICTURE, PNG)
    place.soon("new", media=MEDIA)
    place.commit()
    assert place.git("cat-file", "-p", f"HEAD:{PICTURE}").startswith("version https://git-lfs")
    assert place.run("check").code == 0
    assert "error" not in place.run("check").out
    result = place.run("publish")
    assert (result.code, result.err) == (0, "")
    assert place.run("status").code == 0


@pytest.mark.skipif(not shutil.which("git-lfs"), reason="git-lfs is not installed")
def test_a_pointer_that_cannot_be_resolved_is_an_error_everywhere(place: Place) -> None:
    place.git("lfs", "install", "--local")
    place.git("lfs", "track", "content/media/*.png")
    place.write(PICTURE, PNG)
    place.soon("new", media=MEDIA)
    place.commit()
    kept = place.root / ".git/lfs"
    shutil.move(kept, place.root / "kept")
    (place.root / PICTURE).write_text(place.git("cat-file", "-p", f"HEAD:{PICTURE}"))
    place.git("add", PICTURE)
    out = place.run("check").out
    assert "error media-unreadable" in out
    assert "It is a Git LFS pointer" in out
    assert "has errors and will not be sent" in place.run("status").out
    assert place.run("publish").code == 4
    shutil.rmtree(kept, ignore_errors=True)
    shutil.move(place.root / "kept", kept)
    assert "error" not in place.run("check").out
    assert place.run("publish").code == 0


def refusals(place: Place) -> list[str]:
    """What `cmflow check` says about publishing here; `cmflow status` promises nothing then."""
    status = place.run("status")
    assert (status.code, "the next run sends it" in status.out) == (4, False)
    refused: list[str] = json.loads(place.run("check", "--format", "json").out)["refused"]
    assert all(sentence.split(". ")[0] in status.out for sentence in refused)
    return refused


def test_an_outbox_that_is_a_link_to_elsewhere(place: Place, tmp_path_factory: pytest.TempPathFactory) -> None:
    place.soon("new")
    place.commit()
    (place.root / ".cmflow").mkdir(exist_ok=True)
    folder = place.root / ".cmflow/outbox"
    folder.symlink_to(tmp_path_factory.mktemp("elsewhere"))
    reason = f"The outbox of practice is outside the repository, at {folder}. Name another folder."
    assert refusals(place) == [reason]
    assert place.run("publish").out.startswith(f"  held     practice  new  {reason}\n")


def test_an_outbox_whose_name_no_folder_can_have(place: Place) -> None:
    place.soon("new")
    plan = (place.root / "content/plan.md").read_text()
    outbox = "network: outbox\n"
    assert plan.count(outbox) == 1
    place.write("content/plan.md", plan.replace(outbox, outbox + '    options: {folder: "a\\0b"}\n'))
    place.commit()
    check = json.loads(place.run("check", "--format", "json").out)
    assert "outside-repository" in [problem["code"] for problem in check["problems"]]
    folder = place.root / "a\0b"
    reason = f"The outbox of practice is outside the repository, at {folder}. Name another folder."
    assert check["refused"] == [reason]
    assert [place.run(words).code for words in ("status", "publish")] == [4, 4]


@pytest.mark.parametrize("is_loop", [True, False])
def test_an_outbox_that_is_no_folder(place: Place, is_loop: bool) -> None:
    place.soon("new")
    place.commit()
    (place.root / ".cmflow").mkdir(exist_ok=True)
    folder = place.root / ".cmflow/outbox"
    if is_loop:
        folder.symlink_to(folder)
    else:
        folder.write_text("not a folder")
    reason = (
        f"The outbox of practice cannot be written: {folder} is not a folder. Move it away, or name another folder."
    )
    assert refusals(place) == [reason]
    assert place.run("publish").out.startswith(f"  held     practice  new  {reason}\n")
    place.soon("new", 600)
    place.commit()
    advice = "        Fix what is listed here, or what cmflow check finds, before their date.\n"
    assert f"{advice}        - {reason}\n" in place.run("watch").out


def test_a_host_that_may_not_get_the_secrets(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.soon("new", accounts="[news]")
    place.commit()
    monkeypatch.setenv("CMFLOW_NEWS_HOST", "elsewhere.example")
    assert refusals(place) == [
        "news would send its secrets to social.example, and CMFLOW_NEWS_HOST does not allow that. If that server is "
        "right, add it to CMFLOW_NEWS_HOST, or unset that variable."
    ]


def test_a_plan_that_is_committed_with_an_error(place: Place) -> None:
    place.soon("new")
    plan = (place.root / "content/plan.md").read_text()
    place.write("content/plan.md", plan.replace("Europe/Paris", "Europe/Nowhere"))
    place.commit()
    place.write("content/plan.md", plan)
    commit = discover(place.root).head()[:10]
    hint = "Run cmflow check: it lists what is wrong in content/plan.md, line by line. Then commit the plan."
    assert refusals(place) == [f"The plan in commit {commit} cannot be used. {hint}"]
    assert place.run("publish").err == f"error: The plan in commit {commit} cannot be used.\n  {hint}\n"


def test_a_plan_that_is_not_committed(place: Place) -> None:
    place.soon("new")
    place.git("add", "content/posts")
    place.git("rm", "-q", "--cached", "content/plan.md")
    place.git("commit", "-qm", "no plan")
    reason, hint = f"There is no content/plan.md in commit {discover(place.root).head()[:10]}.", "Commit the plan, too."
    assert refusals(place) == [f"{reason} {hint}"]
    assert place.run("publish").err == f"error: {reason}\n  {hint}\n"


def test_content_below_the_top_of_a_repository(place: Place) -> None:
    place.soon("new")
    inner = place.root / "inner"
    inner.mkdir()
    shutil.move(place.root / "content", inner / "content")
    place.commit()
    below = Place(inner, lambda *words: place.run("--root", str(inner), *words))
    hint = "Publishing needs the content at the top of its own repository: run git init, or move content/ up."
    assert refusals(below) == [f"{inner} is inside another git repository. {hint}"]
    assert below.run("publish").err == f"error: {inner} is inside another git repository.\n  {hint}\n"


def test_a_ledger_that_was_deleted_here(place: Place) -> None:
    place.soon("new")
    place.commit()
    assert place.run("publish").code == 0
    place.git("branch", "-qD", "cmflow-state")
    (reason,) = refusals(place)
    assert reason.startswith("The ledger is gone: the branch cmflow-state was deleted.")
    place.soon("newer")
    place.commit()
    assert place.run("publish").err.startswith(f"error: {reason.split('. ')[0]}")
    watch = place.run("watch")
    assert (watch.code, "refuses to start. The ledger is gone" in watch.out) == (4, True)
    assert "Could not fetch" not in watch.out
