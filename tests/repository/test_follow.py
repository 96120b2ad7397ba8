"""Looking at files until somebody has seen enough; the time that passes is what `sleep` does."""

import gc
import os
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cmflow import collector
from cmflow.repository.follow import follow, look


def passing(*steps: Callable[[], object]) -> Callable[[float], None]:
    """Each sleep does the next of these; then comes Ctrl-C."""
    waiting: Iterator[Callable[[], object]] = iter(steps)

    def sleep(seconds: float) -> None:
        assert seconds == 0.05
        step = next(waiting, None)
        if step is None:
            raise KeyboardInterrupt
        step()

    return sleep


def save(path: Path, text: str) -> Callable[[], object]:
    return lambda: path.write_text(text)


def nothing() -> None:
    """Time goes by."""


def test_shown_once_and_whenever_something_was_saved(tmp_path: Path) -> None:
    post, folder = tmp_path / "post", tmp_path / "templates"
    post.write_text("1")
    folder.mkdir()
    shown: list[str] = []

    def show() -> tuple[Path, ...]:
        shown.append(" ".join(path.read_text() for path in (post, *sorted(folder.rglob("*.j2")))))
        return post, folder

    sleep = passing(
        nothing,
        save(post, "22"),
        nothing,
        save(folder / "a.j2", "new"),
        (folder / "a.j2").unlink,
        save(tmp_path / "other", "x"),
    )
    follow(show, sleep)
    assert shown == ["1", "22", "22 new", "22"]


def test_what_is_saved_while_it_is_shown_for_the_first_time_is_shown(tmp_path: Path) -> None:
    post = tmp_path / "post"
    post.write_text("1")
    later = post.stat().st_mtime_ns + 10**9  # whatever the file system rounds
    shown: list[str] = []

    def show() -> tuple[Path, ...]:
        shown.append(post.read_text())
        if len(shown) == 1:
            post.write_text("22")
            os.utime(post, ns=(later, later))
        return (post,)

    follow(show, passing(nothing, nothing))
    assert shown == ["1", "22"]


class Site:
    """What is made of all files: it holds itself, so only the collector can free it."""

    def __init__(self) -> None:
        self.pages = [self]


def test_what_was_shown_before_can_be_freed(tmp_path: Path) -> None:
    post = tmp_path / "post"
    post.write_text("1")
    sites: list[weakref.ref[Site]] = []

    def show() -> tuple[Path, ...]:
        sites.append(weakref.ref(Site()))
        with collector.pause():  # a command that ends would keep what is there now
            pass
        return (post,)

    follow(show, passing(save(post, "22")))
    gc.collect()
    assert [site() for site in sites] == [None, None]


def test_a_file_of_the_same_length(tmp_path: Path) -> None:
    post = tmp_path / "post"
    post.write_text("1")
    before = look([post])
    os.utime(post, (1, 1))
    assert look([post]) != before
    post.unlink()
    assert look([post]) == {}


def test_everything_below_a_folder_and_nothing_behind_a_link(tmp_path: Path) -> None:
    folder = tmp_path / "content"
    (folder / "posts/deep").mkdir(parents=True)
    (folder / "posts/deep/a.md").write_text("1")
    (folder / "round").symlink_to(folder)
    (folder / "gone").symlink_to(tmp_path / "nowhere")
    seen = sorted(look([folder]))
    assert seen == [str(folder / name) for name in ("", "posts", "posts/deep", "posts/deep/a.md", "round")]


def test_what_is_saved_while_it_is_shown_is_shown_next(tmp_path: Path) -> None:
    post = tmp_path / "post"
    post.write_text("1")
    shown: list[str] = []

    def show() -> tuple[Path, ...]:
        shown.append(post.read_text())
        if len(shown) == 2:
            post.write_text("333")
        return (post,)

    follow(show, passing(save(post, "22")))
    assert shown == ["1", "22", "333"]


def test_a_file_that_is_named_later(tmp_path: Path) -> None:
    post, picture = tmp_path / "post", tmp_path / "picture"
    shown: list[bool] = []

    def show() -> tuple[Path, ...]:
        shown.append(picture.exists())
        return (post, picture) if post.exists() else (post,)

    follow(show, passing(save(picture, "x"), save(post, "x"), picture.unlink))
    assert shown == [False, True, False]


def test_a_file_that_comes_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cmflow.repository.follow.SHARE", 1e-9)  # all files are looked at once only
    plan = tmp_path / "plan.md"
    shown: list[bool] = []

    def show() -> tuple[Path, ...]:
        shown.append(plan.exists())
        return (plan,)

    follow(show, passing(nothing, save(plan, "x")))
    assert shown == [False, True]


def test_ctrl_c_while_it_is_shown(tmp_path: Path) -> None:
    def show() -> tuple[Path, ...]:
        raise KeyboardInterrupt

    follow(show, passing())


@pytest.mark.parametrize("bug", [ValueError, OSError])
def test_whatever_else_happens_is_not_kept_quiet(bug: type[Exception]) -> None:
    def show() -> tuple[Path, ...]:
        raise bug

    with pytest.raises(bug):
        follow(show, passing())


def test_among_many_files_those_saved_last_and_the_folders_are_looked_at_most(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them are looked at where that took a tenth of the time since; here it takes as long as the clock says."""
    monkeypatch.setattr("cmflow.repository.follow.perf_counter", iter([0, 0.019, 1, 1.019, 2, 2.019, 3]).__next__)
    monkeypatch.setattr("cmflow.repository.follow.LATEST", 2)
    for number in range(4):
        (tmp_path / f"{number}.md").write_text("old")
        os.utime(tmp_path / f"{number}.md", (number, number))
    shown: list[str] = []

    def show() -> tuple[Path, ...]:
        shown.append("".join(path.read_text()[0] for path in sorted(tmp_path.glob("*.md"))))
        return (tmp_path,)

    follow(show, passing(save(tmp_path / "3.md", "new"), save(tmp_path / "0.md", "first"), nothing, nothing, nothing))
    assert shown == ["oooo", "ooon", "foon"]
