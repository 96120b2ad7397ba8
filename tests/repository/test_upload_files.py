"""Addresses of uploads on this machine: for their owner only, whole, and gone when nothing needs them."""

import os
from pathlib import Path

from cmflow.repository.upload_files import DAYS, FOLDER, UploadFiles


def test_a_text_is_kept_for_its_owner_only_and_forgotten(tmp_path: Path) -> None:
    files = UploadFiles(tmp_path)
    assert files.load("hello team") == ""
    files.save("hello team", "https://uploads.example/?upload_id=1")
    files.save("../../etc/passwd team", "another")
    assert files.load("hello team") == "https://uploads.example/?upload_id=1"
    folder = tmp_path / FOLDER
    assert folder.stat().st_mode & 0o777 == 0o700
    kept = [file for file in folder.iterdir() if file.name != ".gitignore"]
    assert [file.stat().st_mode & 0o777 for file in kept] == [0o600, 0o600]
    assert (folder / ".gitignore").read_text() == "*\n"
    files.save("hello team", "")
    assert (files.load("hello team"), len([*folder.iterdir()])) == ("", 2)


def test_what_is_older_than_any_upload_goes_with_the_next(tmp_path: Path) -> None:
    files = UploadFiles(tmp_path)
    files.save("old team", "x")
    (old,) = [file for file in (tmp_path / FOLDER).iterdir() if file.name != ".gitignore"]
    os.utime(old, (0, old.stat().st_mtime - DAYS * 86_400 - 60))
    files.save("new team", "y")
    assert (files.load("old team"), files.load("new team")) == ("", "y")


def test_a_folder_that_cannot_be_written_only_costs_time(tmp_path: Path) -> None:
    (tmp_path / ".cmflow").write_text("")
    files = UploadFiles(tmp_path)
    files.save("hello team", "x")
    assert files.load("hello team") == ""
