"""What arrived, as a folder of plain files that needs no server."""

import shutil
from pathlib import Path, PurePosixPath

from cmflow.model.errors import SourceError
from cmflow.sandbox.pages import PICTURES, VIDEOS
from cmflow.sandbox.stage import Stage

FILES = "files"
MARK = "cmflow sandbox</title>"  # how our own page is known


def check(folder: Path) -> None:
    """Raise SourceError for a folder that holds anything but an earlier page of ours."""
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    page = folder / "index.html"
    if not page.is_file() or MARK not in page.read_text("utf-8", "replace"):
        raise SourceError(f"{folder} holds other files.", "Name a folder that is empty or does not exist yet.")


def write(stage: Stage, folder: Path) -> Path:
    """Write the page and the files that it shows, in place of those of an earlier run; the page's path."""
    check(folder)
    shutil.rmtree(folder / FILES, ignore_errors=True)
    (folder / FILES).mkdir(parents=True)
    names: dict[tuple[int, int], str] = {}
    scene = stage.scene()
    for record in scene.records:
        for place, file in enumerate(record.arrival.files):
            name = f"{FILES}/{record.number}-{place}{_suffix(file.mime)}"
            (folder / name).write_bytes(file.data)
            names[record.number, place] = name
    page = folder / "index.html"
    page.write_text(stage.pages.arrived(scene, lambda record, place: names[record, place], live=False), "utf-8")
    (folder / "style.css").write_text(stage.pages.style(), "utf-8")
    return page


def _suffix(mime: str) -> str:
    """By the type, whatever the file is called: a browser must not take it for a page."""
    known = {"image/jpeg": ".jpg", "video/quicktime": ".mov"}
    if mime in (*PICTURES, *VIDEOS):
        return known.get(mime, f".{PurePosixPath(mime).name}")
    return ".bin"
