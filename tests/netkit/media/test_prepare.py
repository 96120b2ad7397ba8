"""A picture or video as it is sent: what fits keeps its pixels, what does not is drawn anew, the same each time."""

import hashlib
import io
import platform
import struct
import warnings
import zlib
from collections.abc import Callable
from dataclasses import replace

import PIL
import pytest
from PIL import Image

from cmflow.content.media import Facts, Unreadable, probe
from cmflow.content.media.subtitles import SRT, VTT
from cmflow.model.limits import Limits
from cmflow.netkit.media import TOO_LARGE_TO_TURN, prepared, verify
from cmflow.netkit.media.pixels import TOO_SMALL
from tests.content.media.test_exif import photo
from tests.content.media.test_fit import limits
from tests.content.media.test_media import WHOLE
from tests.content.media.test_subtitles import SUBRIP, WEBVTT
from tests.netkit.media.test_strip import SECRETS, TOLD, exif, pixels, saved, screen_profile, tells

ANY = limits()


def drawing(mode: str = "RGB", size: tuple[int, int] = (96, 64)) -> Image.Image:
    """The same each time: colours that run into each other, with an edge."""
    width, height = size
    bands = [Image.linear_gradient("L").resize(size).rotate(90 * turn).resize(size) for turn in range(4)]
    image = Image.merge("RGBA", bands) if mode == "RGBA" else Image.merge("RGB", bands[:3])
    image.paste((255, 0, 0), (width // 4, height // 4, width // 2, height // 2))
    return image.convert(mode)


def opened(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        return image.copy()


def corner(data: bytes) -> str:
    """Where the red spot of `marked` is."""
    image = opened(data).convert("RGB")
    places = {"left top": (2, 2), "right top": (-3, 2), "left bottom": (2, -3), "right bottom": (-3, -3)}
    for name, (x, y) in places.items():
        red, green, _ = image.getpixel((x % image.width, y % image.height))  # type: ignore[misc]
        if red > 200 and green < 80:
            return name
    return ""


def marked(kind: str, orientation: int) -> bytes:
    image = Image.new("RGB", (48, 32), "white")
    image.paste((255, 0, 0), (0, 0, 8, 8))
    held = Image.Exif()
    held[274] = orientation
    return saved(image, kind, exif=held)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    ("orientation", "place"),
    [
        (1, "left top"), (2, "right top"), (3, "right bottom"), (4, "left bottom"),
        (5, "left top"), (6, "right top"), (7, "right bottom"), (8, "left bottom"),
    ],
)  # fmt: skip
def test_a_photo_is_upright(kind: str, orientation: int, place: str) -> None:
    data = prepared(marked(kind, orientation), ANY)
    facts = probe(data)
    assert (corner(data), facts.turned) == (place, False)
    assert (facts.width, facts.height) == ((48, 32) if orientation < 5 else (32, 48))
    assert not opened(data).getexif()


@pytest.mark.parametrize("kind", TOLD)
@pytest.mark.parametrize("small", [ANY, limits(image_width=20, media_types=("image/jpeg",))])
def test_nothing_is_told(kind: str, small: Limits) -> None:
    data = prepared(TOLD[kind](drawing()), small)
    assert tells(data) == []
    assert prepared(data, small) == data


def test_what_fits_keeps_its_pixels_as_they_are_coded() -> None:
    data = saved(drawing(), "JPEG", quality=97, exif=exif())
    clean = prepared(data, limits(image_bytes=len(data), media_types=("image/jpeg",)))
    assert pixels(clean) == pixels(data)


def test_metadata_alone_may_be_what_is_too_large() -> None:
    plain = saved(drawing(), "JPEG")
    dressed = plain[:2] + b"\xff\xfe" + struct.pack(">H", 60_002) + bytes(60_000) + plain[2:]
    assert prepared(dressed, limits(image_bytes=10_000)) == plain


SIZES = {
    "pixels": limits(image_pixels=1_500),
    "width": limits(image_width=48),
    "edges": limits(image_edges=80),
}


@pytest.mark.parametrize("name", SIZES)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_it_is_scaled_to_fit(name: str, kind: str) -> None:
    data = prepared(saved(drawing(), kind), SIZES[name])
    assert (probe(data).width, probe(data).height) == {"pixels": (47, 31), "width": (48, 32), "edges": (48, 32)}[name]


@pytest.mark.parametrize("most", [60_000, 20_000, 5_000, 1_500])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_it_is_made_as_small_as_the_network_needs(kind: str, most: int) -> None:
    noise = Image.effect_noise((300, 200), 90).convert("RGB")
    data = prepared(saved(noise, kind), limits(image_bytes=most))
    assert most / 3 < len(data) <= most
    assert probe(data).width / probe(data).height == pytest.approx(1.5, abs=0.1)


def test_what_can_be_no_smaller_is_said() -> None:
    with pytest.raises(Unreadable, match=TOO_SMALL):
        prepared(saved(drawing(), "JPEG"), limits(image_bytes=200))


def test_what_is_transparent_stays_so_where_it_can() -> None:
    glass = Image.new("RGBA", (64, 48), (0, 0, 0, 0))
    glass.paste((0, 0, 255, 255), (0, 0, 32, 48))
    web = saved(glass, "WEBP", lossless=True)
    png = prepared(web, limits(media_types=("image/jpeg", "image/png")))
    assert (probe(png).mime, opened(png).getpixel((60, 5))) == ("image/png", (0, 0, 0, 0))
    jpeg = prepared(web, limits(media_types=("image/jpeg",)))
    red, green, blue = opened(jpeg).getpixel((60, 5))  # type: ignore[misc]
    assert (probe(jpeg).mime, min(red, green, blue) > 250) == ("image/jpeg", True)
    solid = prepared(saved(drawing("RGBA").convert("RGB").convert("RGBA"), "WEBP"), limits(media_types=("image/png",)))
    assert opened(solid).mode == "RGB"


@pytest.mark.parametrize("name", ["moving-gif", "moving-webp", "apng"])
def test_what_moves_is_not_drawn_anew(name: str) -> None:
    data = WHOLE[name]
    assert pixels(prepared(data, limits(image_width=5, image_bytes=10, media_types=("image/jpeg",)))) == pixels(data)


def test_the_colours_of_print_and_of_wide_screens_become_those_of_any_screen() -> None:
    printed = saved(drawing("CMYK"), "JPEG", quality=95)
    assert opened(prepared(printed, ANY)).mode == "RGB"
    wide = prepared(saved(drawing(), "JPEG", icc_profile=screen_profile()), limits(image_width=48))
    assert "icc_profile" not in opened(wide).info
    assert "icc_profile" in opened(prepared(saved(drawing(), "JPEG", icc_profile=screen_profile()), ANY)).info


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "RGBA"])
def test_pictures_of_every_mode(mode: str) -> None:
    image = drawing("L").convert("I").point(lambda value: value * 256).convert("I;16") if mode == "I;16" else (
        drawing(mode)
    )  # fmt: skip
    data = prepared(saved(image, "PNG"), limits(image_width=48))
    assert (probe(data).width, opened(data).mode) == (48, "RGBA" if mode == "RGBA" else "RGB")
    if mode == "I;16":
        assert opened(data).convert("L").getextrema()[1] > 200  # type: ignore[operator]


GOLDEN = {
    "JPEG kept": ("JPEG", "RGB", ANY, "14e429adcbe98e78"),
    "JPEG scaled": ("JPEG", "RGB", limits(image_width=48), "a6c5f47bacc06517"),
    "JPEG small": ("JPEG", "RGB", limits(image_bytes=1_000), "82ca4c13b5e2ac21"),
    "PNG kept": ("PNG", "RGB", ANY, "e69c5a6e2c591688"),
    "PNG scaled": ("PNG", "RGBA", limits(image_width=48), "f46a7bbfbc087980"),
    "PNG as JPEG": ("PNG", "RGB", limits(media_types=("image/jpeg",)), "41db60d27b373ffa"),
    "WEBP kept": ("WEBP", "RGB", ANY, "da1d44089d58c989"),
    "WEBP as PNG": ("WEBP", "RGBA", limits(media_types=("image/png",)), "04c0cb48ebe6ee51"),
    "GIF kept": ("GIF", "RGB", ANY, "64e810e7b834f1ed"),
    "GIF as JPEG": ("GIF", "RGB", limits(media_types=("image/jpeg",)), "543bd48b7b61aff3"),
}


@pytest.mark.skipif((PIL.__version__, platform.machine()) != ("13.0.0", "x86_64"), reason="golden for one Pillow")
@pytest.mark.parametrize("name", GOLDEN)
def test_the_same_picture_gives_the_same_bytes(name: str) -> None:
    kind, mode, wanted, digest = GOLDEN[name]
    data = TOLD[kind](drawing(mode))
    once, twice = prepared(data, wanted), prepared(data, wanted)
    assert once == twice
    assert hashlib.sha256(once).hexdigest()[:16] == digest


# ── damage and malice ───────────────────────────────────────────────────────────────────────────────────────


def bomb(width: int, height: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(1_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_a_picture_that_would_fill_the_memory_is_never_decoded() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        data = bomb(60_000, 60_000)
        assert prepared(data, limits(image_width=100)) == data


def test_nor_is_one_that_lies_on_its_side() -> None:
    held = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"
    data = bomb(60_000, 60_000)
    note = struct.pack(">I", len(held)) + b"eXIf" + held + struct.pack(">I", zlib.crc32(b"eXIf" + held))
    with pytest.raises(Unreadable, match=TOO_LARGE_TO_TURN):
        prepared(data[:33] + note + data[33:], ANY)


def test_pixels_that_are_not_there_are_damage() -> None:
    with pytest.raises(Unreadable, match=r"It is damaged\."):
        prepared(bomb(5_000, 5_000), limits(image_width=100))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", [3, 6])
def test_what_cannot_be_sent_is_known_before(kind: str, orientation: int) -> None:
    """Whichever byte is wrong: what was not held upright is decoded on the day."""
    data = marked(kind, orientation)
    for place in range(12, len(data)):
        broken = data[:place] + bytes((data[place] ^ 0xFF,)) + data[place + 1 :]
        assert reason(verify, broken) == reason(lambda file: prepared(file, ANY), broken)


def reason(look: Callable[[bytes], object], data: bytes) -> str:
    try:
        look(data)
    except Unreadable as error:
        return str(error)
    return ""


def test_pixels_of_what_is_turned_are_looked_at_before() -> None:
    """Where the checksums are right, and where there are too many of them."""
    held = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"
    note = struct.pack(">I", len(held)) + b"eXIf" + held + struct.pack(">I", zlib.crc32(b"eXIf" + held))
    small, large = bomb(5_000, 5_000), bomb(60_000, 60_000)
    on_their_side = [data[:33] + note + data[33:] for data in (small, large)]
    assert [reason(verify, data) for data in (small, large)] == ["", ""]
    assert [reason(verify, data) for data in on_their_side] == ["It is damaged.", TOO_LARGE_TO_TURN]


def test_a_webp_with_broken_pixels_is_known_before() -> None:
    """It has no checksums. As it is, the network would get it."""
    data = saved(drawing(), "WEBP", lossless=True)
    broken = data[:40] + bytes(len(data) - 40)
    assert (reason(probe, broken), reason(verify, broken)) == ("", "It is damaged.")


@pytest.mark.parametrize("data", [b"", b"media", b"version https://git-lfs.github.com/spec/v1\n"])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable):
        prepared(data, ANY)


@pytest.mark.parametrize("kind", TOLD)
def test_a_cut_picture_is_refused_or_sent_without_its_secrets(kind: str) -> None:
    data = TOLD[kind](drawing())
    for cut in range(0, len(data), 13):
        for wanted in (ANY, limits(image_width=20)):
            try:
                assert tells(prepared(data[:cut], wanted)) == []
            except Unreadable as error:
                assert str(error)


def test_a_film_goes_through_too() -> None:
    assert prepared(WHOLE["mp4"], limits(image_bytes=10)) == WHOLE["mp4"]


def test_a_place_never_leaves() -> None:
    for kind in ("JPEG", "PNG", "WEBP"):
        facts = probe(prepared(photo(kind, place=True, orientation=6), ANY))
        assert facts == Facts("image", facts.mime, 30, 40, size=facts.size)
    assert SECRETS


def test_subtitles_are_sent_as_the_network_takes_them() -> None:
    assert prepared(SUBRIP, replace(ANY, subtitle_types=("text/vtt",))) == WEBVTT
    assert prepared(SUBRIP, replace(ANY, subtitle_types=(SRT, VTT))) is SUBRIP
