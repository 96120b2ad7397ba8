"""Small copies of pictures: upright, in every format there is, and never an old one."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from cmflow.content.media import urls
from cmflow.repository.cache import Cache
from cmflow.website import build
from cmflow.website.build import thumbs
from cmflow.website.build.disk import DiskFolder
from cmflow.website.build.thumbs import small
from tests.repository.places import PLAN, content, path, post
from tests.website.build.test_assets import GIVEN
from tests.website.calendars import data


def picture(kind: str, size: tuple[int, int] = (800, 400), mode: str = "RGB", **more: Any) -> bytes:
    made = BytesIO()
    Image.new(mode, size, "red" if mode in ("RGB", "P") else None).save(made, kind, **more)
    return made.getvalue()


def opened(made: bytes) -> Image.Image:
    return Image.open(BytesIO(made))


@pytest.mark.parametrize("kind", thumbs.FORMATS)
@pytest.mark.parametrize("mode", ["RGB", "P", "L"])
def test_every_format(kind: str, mode: str) -> None:
    shown = opened(small(picture(kind, mode="RGB" if (kind, mode) in (("JPEG", "P"), ("WEBP", "P")) else mode)))
    assert (shown.format, shown.size) == ("WEBP", (320, 160))


def test_what_can_be_seen_through_stays_so() -> None:
    assert opened(small(picture("PNG", mode="RGBA"))).mode == "RGBA"
    assert opened(small(picture("JPEG", mode="CMYK"))).mode == "RGB"


@pytest.mark.parametrize("width", [300, 800, 2000])
def test_grey_of_sixteen_bits_is_as_bright_as_in_a_browser(width: int) -> None:
    made = BytesIO()
    Image.new("I;16", (width, width // 2), 100 * 256).save(made, "PNG")
    shown = opened(small(made.getvalue()))
    assert shown.width == min(width, 320)
    assert all(abs(part - 100) <= 1 for part in shown.convert("RGB").getpixel((5, 5)))  # type: ignore[union-attr]


def test_a_small_one_is_not_blown_up() -> None:
    assert opened(small(picture("PNG", (7, 5)))).size == (7, 5)


def test_a_photo_that_lies_on_its_side_is_shown_upright() -> None:
    turned = Image.Exif()
    turned[0x0112] = 6
    assert opened(small(picture("JPEG", (800, 400), exif=turned))).size == (120, 240)


@pytest.mark.parametrize(
    "spoilt", [b"", b"no picture", picture("PNG")[:60], picture("JPEG")[:300], picture("GIF")[:20]]
)
def test_what_cannot_be_opened_is_empty(spoilt: bytes) -> None:
    assert small(spoilt) == b""


def test_a_format_that_no_network_takes_is_not_opened() -> None:
    assert small(picture("TIFF")) == b""


class Desk:
    """One folder, made again and again."""

    def __init__(self, folder: Path) -> None:
        self.site, self.cache = folder / "site", Cache(folder / "cache")

    def make(self, files: Mapping[str, Any]) -> dict[str, bytes]:
        """The small pictures that are there afterwards."""
        build.make(content(files, self.cache, PLAN), GIVEN, self.cache, DiskFolder(self.site))
        return {f"thumbs/{file.name}": file.read_bytes() for file in (self.site / "thumbs").glob("*")}

    def shown(self, month: str = "2026-12") -> dict[str, tuple[str, int]]:
        """Of each post, its small picture and how many files it shows."""
        made = {f"data/{month}.js": (self.site / "data" / f"{month}.js").read_text("utf-8")}
        return {each["id"]: (each.get("picture", ""), each.get("media", 0)) for each in data(made, month)["posts"]}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def with_media(*names: str) -> str:
    return post(more=f"media: [{', '.join(f'content/media/{name}' for name in names)}]\n")


RED, WIDE = picture("PNG"), picture("JPEG", (900, 300))


def thumb_of(files: Mapping[str, Any], name: str) -> str:
    return urls.thumb(content(files).source.blobs[f"content/media/{name}"])


def test_the_first_picture_of_a_post(desk: Desk) -> None:
    """In the order of the post, whatever the files are called; a video has none."""
    files = {
        path("one"): with_media("z.png", "a.jpg"),
        path("two"): with_media("a.jpg"),
        path("none"): post("2026-12-02 10:00"),
        path("clip"): post("2026-12-03 10:00", more="media: [content/media/v.mp4]\n"),
        "content/media/z.png": RED,
        "content/media/a.jpg": WIDE,
        "content/media/v.mp4": b"no video",
    }
    first, second = thumb_of(files, "z.png"), thumb_of(files, "a.jpg")
    made = desk.make(files)
    assert {name: opened(data).size for name, data in made.items()} == {first: (320, 160), second: (320, 107)}
    assert desk.shown() == {"one": (first, 2), "two": (second, 1), "none": ("", 0), "clip": ("", 1)}


def test_a_picture_that_is_changed_or_taken_away(desk: Desk) -> None:
    files = {path("one"): with_media("a.png"), "content/media/a.png": RED}
    before = desk.make(files)
    changed = {**files, "content/media/a.png": picture("PNG", (300, 300))}
    after = desk.make(changed)
    assert [opened(data).size for data in after.values()] == [(240, 240)]
    assert before.keys() & after.keys() == set()
    assert desk.shown() == {"one": (*after, 1)}
    assert desk.make({path("one"): post()}) == {}
    assert desk.make(files) == before


def test_one_that_somebody_took_away_comes_back(desk: Desk) -> None:
    files = {path("one"): with_media("a.png"), "content/media/a.png": RED}
    before = desk.make(files)
    for name in before:
        (desk.site / name).unlink()
    assert desk.make(files) == before


def test_one_picture_under_two_names_is_drawn_once(desk: Desk) -> None:
    files = {
        path("one"): with_media("a.png"),
        path("two"): with_media("b.png"),
        "content/media/a.png": RED,
        "content/media/b.png": RED,
    }
    assert len(desk.make(files)) == 1


def test_many_are_drawn_by_several_processes(desk: Desk) -> None:
    number = build.CHUNK * build.WORTH_WORKERS + 1
    files: dict[str, Any] = {f"content/media/{each}.png": picture("PNG", (10 + each, 10)) for each in range(number)}
    files |= {path(f"p{each}"): with_media(f"{each}.png") for each in range(number)}
    assert sorted(opened(data).size for data in desk.make(files).values()) == [
        (10 + each, 10) for each in range(number)
    ]


def test_one_too_large_to_be_opened(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thumbs, "LARGEST", 800 * 400 - 1)
    files = {path("one"): with_media("a.png"), "content/media/a.png": RED}
    assert desk.make(files) == {}
    assert desk.shown() == {"one": ("", 1)}
