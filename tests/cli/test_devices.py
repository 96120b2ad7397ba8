"""Commands write to a device, and never through a link that leads out of the folder."""

import os
import stat
from pathlib import Path

import pytest

from tests.cli.conftest import Place


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


@pytest.mark.parametrize(
    "words", [("review", "--base", "HEAD", "--out"), ("preview", "terrace", "--out")], ids=lambda words: words[0]
)
def test_commands_write_to_a_device(place: Place, tmp_path: Path, words: tuple[str, ...]) -> None:
    _null(tmp_path / "null")
    place.write("content/posts/terrace.md", "---\ntitle: A\ndate: 2026-06-01 09:30\naccounts: [news]\n---\nA\n")
    place.commit()
    assert place.run(*words, str(tmp_path / "null")).code == 0
    assert stat.S_ISCHR((tmp_path / "null").stat().st_mode)


def test_a_page_takes_the_place_of_a_link(place: Place, tmp_path: Path) -> None:
    """What somebody put into the folder of the site leads no page out of it."""
    (tmp_path / "outside").write_text("theirs")
    (place.root / "_site").mkdir()
    (place.root / "_site/index.html").symlink_to(tmp_path / "outside")
    assert place.run("build").code == 0
    assert (tmp_path / "outside").read_text() == "theirs"
    assert not (place.root / "_site/index.html").is_symlink()
