"""Changes that wait aside until all of them are there."""

from io import FileIO
from pathlib import Path
from typing import Any

import pytest

from cmflow.website.build import disk
from cmflow.website.build.disk import STAGE, DiskFolder, StagedFolder


@pytest.fixture
def staged(tmp_path: Path) -> StagedFolder:
    for name, text in {"index.html": "old", "posts/a.html": "a", "posts/b.html": "b"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return StagedFolder(DiskFolder(tmp_path))


def there(staged: StagedFolder) -> dict[str, str]:
    root = staged.folder.path
    return {each.relative_to(root).as_posix(): each.read_text() for each in root.rglob("*") if each.is_file()}


OLD = {"index.html": "old", "posts/a.html": "a", "posts/b.html": "b"}


def test_all_at_once(staged: StagedFolder) -> None:
    assert staged.write("index.html", "new")
    assert staged.write("deep/er/c.png", b"\x00")
    assert not staged.write("posts/a.html", "a")
    staged.remove("posts/b.html")
    assert {name: text for name, text in there(staged).items() if STAGE not in name} == OLD
    staged.settle()
    assert there(staged) == {"index.html": "new", "posts/a.html": "a", "deep/er/c.png": "\x00"}
    assert not staged.stage.exists()


def test_or_not_at_all(staged: StagedFolder) -> None:
    staged.write("index.html", "new")
    staged.remove("posts/b.html")
    staged.forget()
    staged.settle()
    assert there(staged) == OLD


def test_what_was_put_aside_is_void_where_the_old_is_right_after_all(staged: StagedFolder) -> None:
    assert staged.write("index.html", "new")
    assert not staged.write("index.html", "old")
    staged.settle()
    assert there(staged) == OLD


def test_it_is_like_the_folder(staged: StagedFolder) -> None:
    assert staged.name == staged.folder.name
    assert sorted(staged.files("posts")) == ["posts/a.html", "posts/b.html"]
    assert (staged.size("index.html"), staged.size("gone"), staged.size("posts")) == (3, -1, -1)


def test_a_first_site(tmp_path: Path) -> None:
    staged = StagedFolder(DiskFolder(tmp_path / "new"))
    staged.write("index.html", "first")
    staged.settle()
    assert there(staged) == {"index.html": "first"}


def test_nothing_is_written_through_a_link(staged: StagedFolder, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "mine"
    elsewhere.write_text("mine")
    (staged.folder.path / "link.html").symlink_to(elsewhere)
    assert staged.write("link.html", "mine")
    staged.settle()
    assert (elsewhere.read_text(), (staged.folder.path / "link.html").is_symlink()) == ("mine", False)


def test_a_page_is_whole_where_the_disk_takes_it_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Narrow(FileIO):
        def write(self, data: Any) -> int:
            return super().write(bytes(data)[:3])

    monkeypatch.setattr(disk, "FileIO", Narrow)
    assert DiskFolder(tmp_path).write("a.html", "<p>All of it.</p>")
    assert (tmp_path / "a.html").read_text() == "<p>All of it.</p>"
