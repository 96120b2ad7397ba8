"""Writing a file: whole or not at all, never over what is not a file, never out of the repository."""

import os
import stat
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

from cmflow.model.errors import SourceError
from cmflow.repository.files import write


def _null(path: Path) -> None:
    """A device that swallows everything, of its own: never the machine's."""
    try:
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("only root can make a device")
    try:
        path.write_bytes(b"")
    except PermissionError:
        pytest.skip("no device can be used here")


def test_a_device_is_written_to(tmp_path: Path) -> None:
    _null(tmp_path / "null")
    (tmp_path / "link").symlink_to("null")
    assert write(tmp_path / "null", "words", "", over=True)
    assert write(tmp_path / "link", "words", "", over=True)
    assert stat.S_ISCHR((tmp_path / "null").stat().st_mode)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "null"]


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    pipe, heard = tmp_path / "pipe", list[bytes]()
    os.mkfifo(pipe)
    reader = Thread(target=lambda: heard.append(pipe.read_bytes()))
    reader.start()
    assert write(pipe, "words", "", over=True)
    reader.join()
    assert heard == [b"words"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_what_is_there_is_kept_unless_it_is_to_be_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FileExistsError):
        write(tmp_path / "pipe", "words", "")
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o664, 0o755])
def test_a_file_keeps_its_mode(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    path.chmod(mode)
    assert write(path, "new", "", over=True)
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("new", mode)


def test_the_target_of_a_link_is_written(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("folder/file")
    assert write(tmp_path / "link", "new", "", over=True)
    assert write(tmp_path / "link", "newer", "", over=True)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "folder/file").read_text() == "newer"
    assert [path.name for path in (tmp_path / "folder").iterdir()] == ["file"]


@pytest.mark.parametrize("path", ["link", "folder/file"])
def test_a_link_out_of_the_repository_is_refused(tmp_path: Path, path: str) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (outside / "file").write_text("theirs")
    (root / "link").symlink_to(outside / "file")
    (root / "folder").symlink_to(outside)
    with pytest.raises(SourceError) as caught:
        write(root / path, "ours", "", over=True, within=root)
    assert str(caught.value) == f"{root / path} is a link that leads out of {root}, to {outside / 'file'}."
    assert (outside / "file").read_text() == "theirs"
    assert write(root / path, "ours", "", over=True)  # where no folder is to hold it


def test_a_folder_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(SourceError) as caught:
        write(tmp_path / "folder", "words", "Choose.", over=True)
    assert str(caught.value) == f"{tmp_path / 'folder'} cannot be written: Is a directory."
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


@pytest.mark.slow  # starts another Python
@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "/dev/stderr"])
@pytest.mark.parametrize("kind", ["pipe", "file"])
def test_standard_output_is_written_in_its_turn(tmp_path: Path, name: str, kind: str) -> None:
    """Also where it is a file: what was printed before stays, and the file is not replaced."""
    if not Path(name).exists():
        pytest.skip(f"there is no {name} here")
    code = (
        "import sys, pathlib; from cmflow.repository.files import write; print('before', flush='err' in sys.argv[1]);"
        "write(pathlib.Path(sys.argv[1]), 'words\\n', '', over=True); print('after')"
    )
    command = [sys.executable, "-c", code, name]
    if kind == "pipe":
        out = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True).stdout
    else:
        with (tmp_path / "out").open("w") as file:
            subprocess.run(command, stdout=file, stderr=subprocess.STDOUT, check=True)
        out = (tmp_path / "out").read_text()
    assert out == "before\nwords\nafter\n"


def test_a_link_to_itself_is_replaced(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    assert write(loop, "text", "Hint.", over=True, within=tmp_path)
    assert loop.read_text() == "text"


def test_a_folder_that_is_a_link_to_itself_is_an_error(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    with pytest.raises(SourceError):
        write(loop / "file", "text", "Hint.", over=True, within=loop)
