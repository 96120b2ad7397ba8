"""A video of a gigabyte, kept by Git LFS, is checked and published without being held in memory."""

import hashlib
import json
import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from tests import ROOT
from tests.cli.conftest import Place
from tests.content.media.test_media import FTYP, box
from tests.netkit.media.test_film import MVHD, XYZ, pictures

SIZE, MOST = 1_300_000_000, 150_000_000  # bytes of the video, and of memory
MEASURED = """\
import sys
from cmflow.cli import main
from tests.memory import peak
try: main(sys.argv[1:])
finally: print(peak(), file=sys.stderr)
"""


def filmed(file: Path) -> None:
    """Mostly a hole: the disk holds a few kilobytes of it."""
    index = FTYP + box(b"moov", MVHD, pictures(), XYZ)
    with file.open("wb") as out:
        out.write(index + struct.pack(">I4s", SIZE - len(index), b"mdat") + b"pixels")
        out.truncate(SIZE)


def digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def measured(root: Path, *words: str) -> tuple[str, int]:
    command, environment = [sys.executable, "-c", MEASURED, *words], {**os.environ, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout, int(ended.stderr.split()[-1])


def kept_by_lfs(place: Place, path: str, film: Path) -> None:
    """As a clone has it where git-lfs is not installed: a pointer, and the file among what git-lfs fetched."""
    name = digest(film)
    folder = place.root / ".git/lfs/objects" / name[:2] / name[2:4]
    folder.mkdir(parents=True)
    film.replace(folder / name)
    place.write(".gitattributes", "*.mp4 filter=lfs diff=lfs merge=lfs -text\n")
    place.write(path, f"version https://git-lfs.github.com/spec/v1\noid sha256:{name}\nsize {SIZE}\n")


@pytest.mark.slow
@pytest.mark.parametrize("kept", ["lfs", "folder"])
def test_a_gigabyte_needs_little_memory(place: Place, tmp_path: Path, kept: str) -> None:
    path, film = "content/media/film.mp4", tmp_path / "film.mp4"
    filmed(film)
    if kept == "lfs":
        kept_by_lfs(place, path, film)
    else:
        place.write(path, b"")
        film.replace(place.root / path)
    (place.root / "content/posts/terrace.md").unlink()
    place.soon("long", media=f"[{{file: {path}, alt: A film}}]")
    place.commit()
    shown, checking = measured(place.root, "check")
    assert "media-tells-place" in shown
    shown, publishing = measured(place.root, "publish")
    assert "practice  long" in shown
    post = json.loads((place.root / ".cmflow/outbox/long/practice.1.json").read_text("utf-8"))
    assert [(file["file"], file["bytes"]) for file in post["media"]] == [(path, SIZE)]
    print(f"{kept}: check {checking / 1e6:.0f} MB, publish {publishing / 1e6:.0f} MB")
    assert max(checking, publishing) < MOST
