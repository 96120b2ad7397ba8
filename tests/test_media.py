import io
import struct
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from cmflow import media
from cmflow.media import Facts, Unreadable
from cmflow.media.clips import NO_INDEX, NO_PICTURE
from cmflow.media.facts import CUT, DAMAGED


def picture(kind: str, size: tuple[int, int] = (30, 20), frames: int = 1, **options: Any) -> bytes:
    """A real file, written by Pillow."""
    images = [Image.effect_noise(size, 20.0 + 30 * number).convert("RGB") for number in range(frames)]
    out = io.BytesIO()
    if frames > 1:
        options |= {"save_all": True, "append_images": images[1:], "duration": 250}
    images[0].save(out, kind, **options)
    return out.getvalue()


def box(name: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I4s", 8 + len(body), name) + body


def track(width: int, height: int, turned: bool = False, handler: bytes = b"vide", long: bool = False) -> bytes:
    matrix = struct.pack(">9i", 0, 65536, 0, -65536, 0, 0, 0, 0, 1 << 30) if turned else UPRIGHT
    head = (b"\1" + b"\0" * 51) if long else b"\0" * 40
    header = box(b"tkhd", head, matrix, struct.pack(">2I", width << 16, height << 16))
    return box(b"trak", header, box(b"mdia", box(b"hdlr", b"\0" * 8, handler, b"\0" * 12)))


UPRIGHT = struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 1 << 30)
FTYP = box(b"ftyp", b"isom", b"\0\0\2\0", b"isomiso2avc1mp41")
MVHD = box(b"mvhd", b"\0" * 12, struct.pack(">2I", 600, 7500), b"\0" * 80)
LONG_MVHD = box(b"mvhd", b"\1" + b"\0" * 19, struct.pack(">IQ", 600, 7500), b"\0" * 80)
MDAT = box(b"mdat", b"\0" * 100)
SOUND = track(0, 0, handler=b"soun")
MOOV = box(b"moov", MVHD, SOUND, track(640, 360))
MP4 = FTYP + MOOV + MDAT

WHOLE = {
    "png": picture("PNG"),
    "apng": picture("PNG", frames=3),
    "jpeg": picture("JPEG"),
    "progressive": picture("JPEG", progressive=True),
    "gif": picture("GIF"),
    "moving-gif": picture("GIF", frames=3, loop=0),
    "webp": picture("WEBP"),
    "lossless-webp": picture("WEBP", lossless=True),
    "moving-webp": picture("WEBP", frames=3),
    "mp4": MP4,
}


def test_png() -> None:
    data = WHOLE["png"]
    assert media.look(data) == Facts("image", "image/png", 30, 20, 1, len(data))


def test_a_moving_png_is_an_image() -> None:
    data = WHOLE["apng"]
    assert media.look(data) == Facts("image", "image/png", 30, 20, 3, len(data))


@pytest.mark.parametrize("name", ["jpeg", "progressive"])
def test_jpeg(name: str) -> None:
    data = WHOLE[name]
    assert media.look(data) == Facts("image", "image/jpeg", 30, 20, 1, len(data))


def test_jpeg_with_a_thumbnail_restarts_filling_and_bytes_behind_the_end() -> None:
    data = WHOLE["jpeg"]
    exif = b"\xff\xe1" + struct.pack(">H", 2 + 12) + b"Exif\0\0\xff\xd8\xff\xd9\xff\xd9"
    dressed = data[:2] + exif + b"\xff\x01" + b"\xff\xff" + data[3:] + b"more from the phone"
    assert media.look(dressed) == Facts("image", "image/jpeg", 30, 20, 1, len(dressed))
    with pytest.raises(Unreadable, match=CUT):
        media.look(dressed[: len(dressed) - 60])


def test_gif() -> None:
    data = WHOLE["gif"]
    assert media.look(data) == Facts("image", "image/gif", 30, 20, 1, len(data))


def test_moving_gif() -> None:
    data = WHOLE["moving-gif"]
    assert media.look(data) == Facts("gif", "image/gif", 30, 20, 3, len(data), 0.75)


@pytest.mark.parametrize("name", ["webp", "lossless-webp"])
def test_webp(name: str) -> None:
    data = WHOLE[name]
    assert media.look(data) == Facts("image", "image/webp", 30, 20, 1, len(data))


def test_moving_webp() -> None:
    data = WHOLE["moving-webp"]
    assert media.look(data) == Facts("gif", "image/webp", 30, 20, 3, len(data), 0.75)


def test_a_picture_larger_than_any_memory_is_only_measured() -> None:
    data = bytearray(picture("GIF"))
    data[6:10] = b"\xff\xff\xff\xff"
    assert media.look(bytes(data)) == Facts("image", "image/gif", 65535, 65535, 1, len(data))


def test_mp4() -> None:
    assert media.look(MP4) == Facts("video", "video/mp4", 640, 360, 1, len(MP4), 12.5)


def test_mp4_with_its_index_behind() -> None:
    data = FTYP + MDAT + MOOV
    assert media.look(data) == Facts("video", "video/mp4", 640, 360, 1, len(data), 12.5, False)


def test_mp4_that_a_phone_turned_with_64_bit_sizes() -> None:
    wide = struct.pack(">I4sQ", 1, b"mdat", 16 + 4) + b"\0" * 4
    data = FTYP + box(b"moov", LONG_MVHD, track(1920, 1080, turned=True, long=True)) + wide
    assert media.look(data) == Facts("video", "video/mp4", 1080, 1920, 1, len(data), 12.5)


def test_the_largest_of_several_tracks_counts_and_the_last_box_may_reach_to_the_end() -> None:
    open_end = struct.pack(">I4s", 0, b"mdat") + b"\0" * 9
    data = FTYP + box(b"moov", MVHD, track(160, 90), track(640, 360)) + open_end
    assert media.look(data) == Facts("video", "video/mp4", 640, 360, 1, len(data), 12.5)


def test_mov_with_and_without_a_brand() -> None:
    branded = box(b"ftyp", b"qt  ", b"\0\0\2\0", b"qt  ") + MOOV + MDAT
    assert media.look(branded) == Facts("video", "video/quicktime", 640, 360, 1, len(branded), 12.5)
    bare = MOOV + MDAT
    assert media.look(bare) == Facts("video", "video/quicktime", 640, 360, 1, len(bare), 12.5)


def test_a_live_recording_without_a_clock_has_no_length() -> None:
    data = FTYP + box(b"moov", box(b"mvhd", b"\0" * 100), track(640, 360)) + MDAT
    assert media.look(data) == Facts("video", "video/mp4", 640, 360, 1, len(data), 0.0)


UNREADABLE = {
    "empty": (b"", "It is empty."),
    "no-index": (FTYP + MDAT, NO_INDEX),
    "no-header": (FTYP + box(b"moov", track(640, 360)) + MDAT, DAMAGED),
    "no-pictures": (FTYP + MOOV, CUT),
    "only-sound": (FTYP + box(b"moov", MVHD, SOUND) + MDAT, NO_PICTURE),
    "tiny-box": (FTYP + struct.pack(">I4s", 4, b"moov") + b"\0" * 9, DAMAGED),
    "no-pixels": (WHOLE["png"][:33] + WHOLE["png"][-12:], DAMAGED),
    "flipped-png": (WHOLE["png"].replace(b"IDAT", b"IDAX"), DAMAGED),
    "no-size-webp": (b"RIFF\x0c\0\0\0WEBPJUNK\0\0\0\0", DAMAGED),
    "long-chunk-webp": (b"RIFF\x0c\0\0\0WEBPJUNK\1\0\0\0", CUT),
    "no-frame-gif": (b"GIF89a\1\0\1\0\0\0\0;", DAMAGED),
    "odd-block-gif": (b"GIF89a\1\0\1\0\0\0\0X", DAMAGED),
    "jpeg-noise": (b"\xff\xd8\xff\xe0\0\2x\0", DAMAGED),
    "jpeg-ends-early": (b"\xff\xd8\xff\xd9", DAMAGED),
    "jpeg-without-frame": (b"\xff\xd8\xff\xda\0\2\xff\xd9", DAMAGED),
    "heic": (b"\0\0\0\x18ftypheic", "It is a HEIC picture, as iPhones take them: export it as JPEG."),
    "avif": (b"\0\0\0\x18ftypavif", "It is an AVIF picture: export it as JPEG or PNG."),
    "webm": (b"\x1aE\xdf\xa3", "It is a WebM or Matroska video: export it as MP4."),
    "svg": (
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
        "It is an SVG drawing, which no network takes: export it as PNG.",
    ),
    "page": (
        b"<!DOCTYPE html><p>",
        "It is a web page: probably the page around the picture was saved instead of the picture.",
    ),
    "lfs": (
        b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
        "It is a Git LFS pointer, not the file itself: run `git lfs pull`, check out with LFS.",
    ),
    "text": (b"hello", "It is no picture or video that cmflow knows: use PNG, JPEG, GIF, WebP, MP4 or MOV."),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_unreadable(name: str) -> None:
    data, sentence = UNREADABLE[name]
    with pytest.raises(Unreadable) as caught:
        media.look(data)
    assert str(caught.value) == sentence


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_cut_off_anywhere_is_told(name: str) -> None:
    data = WHOLE[name]
    for length in range(1, len(data), max(1, len(data) // 97)):
        with pytest.raises(Unreadable):
            media.look(data[:length])


def looked(data: bytes) -> None:
    try:
        facts = media.look(data)
    except Unreadable as unreadable:
        assert str(unreadable).endswith(".")
    else:
        assert (facts.size, facts.mime in media.TYPES) == (len(data), True)
        assert min(facts.width, facts.height, facts.frames) > 0


@given(st.sampled_from(sorted(WHOLE)), st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=8))
@settings(max_examples=150)
def test_flipped_bytes_give_facts_or_a_sentence(name: str, flips: list[tuple[int, int]]) -> None:
    data = bytearray(WHOLE[name])
    for at, value in flips:
        data[at % len(data)] = value
    looked(bytes(data))


@given(
    st.sampled_from([mark.rjust(at + len(mark), b"\0") for at, mark, _ in media.READERS]),
    st.binary(max_size=300),
)
@settings(max_examples=150)
def test_any_bytes_give_facts_or_a_sentence(head: bytes, rest: bytes) -> None:
    looked(head + rest)
