import io
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from cmflow.content import media
from cmflow.content.media import Facts, Unreadable
from cmflow.content.media.facts import CUT, DAMAGED
from cmflow.content.media.video import NO_INDEX, NO_PICTURE
from tests.examples import examples


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
    assert media.probe(data) == Facts("image", "image/png", 30, 20, 1, len(data))


def test_a_moving_png_is_an_image() -> None:
    data = WHOLE["apng"]
    assert media.probe(data) == Facts("image", "image/png", 30, 20, 3, len(data))


@pytest.mark.parametrize("name", ["jpeg", "progressive"])
def test_jpeg(name: str) -> None:
    data = WHOLE[name]
    assert media.probe(data) == Facts("image", "image/jpeg", 30, 20, 1, len(data))


def test_jpeg_with_a_thumbnail_restarts_filling_and_bytes_behind_the_end() -> None:
    data = WHOLE["jpeg"]
    exif = b"\xff\xe1" + struct.pack(">H", 2 + 12) + b"Exif\0\0\xff\xd8\xff\xd9\xff\xd9"
    dressed = data[:2] + exif + b"\xff\x01" + b"\xff\xff" + data[3:] + b"more from the phone"
    assert media.probe(dressed) == Facts("image", "image/jpeg", 30, 20, 1, len(dressed))
    with pytest.raises(Unreadable, match=CUT):
        media.probe(dressed[: len(dressed) - 60])


def test_gif() -> None:
    data = WHOLE["gif"]
    assert media.probe(data) == Facts("image", "image/gif", 30, 20, 1, len(data))


def test_moving_gif() -> None:
    data = WHOLE["moving-gif"]
    assert media.probe(data) == Facts("gif", "image/gif", 30, 20, 3, len(data), 0.75)


@pytest.mark.parametrize("name", ["webp", "lossless-webp"])
def test_webp(name: str) -> None:
    data = WHOLE[name]
    assert media.probe(data) == Facts("image", "image/webp", 30, 20, 1, len(data))


def test_moving_webp() -> None:
    data = WHOLE["moving-webp"]
    assert media.probe(data) == Facts("gif", "image/webp", 30, 20, 3, len(data), 0.75)


def test_a_picture_larger_than_any_memory_is_only_measured() -> None:
    data = bytearray(picture("GIF"))
    data[6:10] = b"\xff\xff\xff\xff"
    assert media.probe(bytes(data)) == Facts("image", "image/gif", 65535, 65535, 1, len(data))


def test_mp4() -> None:
    assert media.probe(MP4) == Facts("video", "video/mp4", 640, 360, 1, len(MP4), 12.5)


def test_mp4_with_its_index_behind() -> None:
    data = FTYP + MDAT + MOOV
    assert media.probe(data) == Facts("video", "video/mp4", 640, 360, 1, len(data), 12.5, False)


def test_mp4_that_a_phone_turned_with_64_bit_sizes() -> None:
    wide = struct.pack(">I4sQ", 1, b"mdat", 16 + 4) + b"\0" * 4
    data = FTYP + box(b"moov", LONG_MVHD, track(1920, 1080, turned=True, long=True)) + wide
    assert media.probe(data) == Facts("video", "video/mp4", 1080, 1920, 1, len(data), 12.5)


def test_the_largest_of_several_tracks_counts_and_the_last_box_may_reach_to_the_end() -> None:
    open_end = struct.pack(">I4s", 0, b"mdat") + b"\0" * 9
    data = FTYP + box(b"moov", MVHD, track(160, 90), track(640, 360)) + open_end
    assert media.probe(data) == Facts("video", "video/mp4", 640, 360, 1, len(data), 12.5)


def test_mov_with_and_without_a_brand() -> None:
    branded = box(b"ftyp", b"qt  ", b"\0\0\2\0", b"qt  ") + MOOV + MDAT
    assert media.probe(branded) == Facts("video", "video/quicktime", 640, 360, 1, len(branded), 12.5)
    bare = MOOV + MDAT
    assert media.probe(bare) == Facts("video", "video/quicktime", 640, 360, 1, len(bare), 12.5)


def test_a_live_recording_without_a_clock_has_no_length() -> None:
    data = FTYP + box(b"moov", box(b"mvhd", b"\0" * 100), track(640, 360)) + MDAT
    assert media.probe(data) == Facts("video", "video/mp4", 640, 360, 1, len(data), 0.0)


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
    "pdf-cut": (b"%PDF-1.7\n1 0 obj", CUT),
    "pdf-locked": (
        b"%PDF-1.7\ntrailer << /Encrypt 4 0 R >>\n%%EOF\n",
        "It is a PDF with a password or restrictions: export it without.",
    ),
    "text": (b"hello", "It is not a picture or video that cmflow knows: use PNG, JPEG, GIF, WebP, MP4 or MOV."),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_unreadable(name: str) -> None:
    data, sentence = UNREADABLE[name]
    with pytest.raises(Unreadable) as caught:
        media.probe(data)
    assert str(caught.value) == sentence


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_cut_off_anywhere_is_told(name: str) -> None:
    data = WHOLE[name]
    for length in range(1, len(data), max(1, len(data) // 97)):
        with pytest.raises(Unreadable):
            media.probe(data[:length])


def test_a_document() -> None:
    data = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
    assert media.probe(data) == Facts("document", "application/pdf", 0, 0, size=len(data))


def looked(data: bytes) -> None:
    try:
        facts = media.probe(data)
    except Unreadable as unreadable:
        assert str(unreadable).endswith(".")
    else:
        assert (facts.size, facts.mime in media.TYPES) == (len(data), True)
        assert min(facts.width, facts.height, facts.frames) > 0


@given(st.sampled_from(sorted(WHOLE)), st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=8))
@examples(150)
def test_flipped_bytes_give_facts_or_a_sentence(name: str, flips: list[tuple[int, int]]) -> None:
    data = bytearray(WHOLE[name])
    for at, value in flips:
        data[at % len(data)] = value
    looked(bytes(data))


@given(
    st.sampled_from([mark.rjust(at + len(mark), b"\0") for at, mark, _ in media.READERS]),
    st.binary(max_size=300),
)
@examples(150)
def test_any_bytes_give_facts_or_a_sentence(head: bytes, rest: bytes) -> None:
    looked(head + rest)


# ── how a video is coded, and how long a fragmented one plays ───────────────────────────────────────────────


def coded(letters: bytes) -> bytes:
    """A video track that says how it is coded."""
    table = box(b"stsd", b"\0" * 4, struct.pack(">I", 1), box(letters, b"\0" * 70))
    inside = box(b"mdia", box(b"hdlr", b"\0" * 8, b"vide", b"\0" * 12), box(b"minf", box(b"stbl", table)))
    header = box(b"tkhd", b"\0" * 40, UPRIGHT, struct.pack(">2I", 640 << 16, 360 << 16))
    return FTYP + box(b"moov", MVHD, box(b"trak", header, inside)) + MDAT


@pytest.mark.parametrize(
    ("letters", "codec"),
    [
        *((b"avc1", "H.264"), (b"avc3", "H.264"), (b"hvc1", "HEVC"), (b"hev1", "HEVC"), (b"apch", "ProRes")),
        *((b"av01", "AV1"), (b"vp09", "VP9"), (b"mp4v", "MPEG-4 Visual"), (b"zzz ", "zzz")),
    ],
)
def test_how_a_video_is_coded(letters: bytes, codec: str) -> None:
    assert media.probe(coded(letters)).codec == codec


def test_a_video_that_does_not_say_how_it_is_coded() -> None:
    assert media.probe(MP4).codec == ""


EMPTY_MVHD = box(b"mvhd", b"\0" * 12, struct.pack(">2I", 1000, 0), b"\0" * 80)
UNKNOWN_MVHD = box(b"mvhd", b"\0" * 12, struct.pack(">2I", 1000, 2**32 - 1), b"\0" * 80)


def clocked(name: int, scale: int, handler: bytes = b"vide") -> bytes:
    """A track with its number and its clock."""
    header = box(
        b"tkhd", b"\0" * 12, struct.pack(">I", name), b"\0" * 24, UPRIGHT, struct.pack(">2I", 640 << 16, 360 << 16)
    )
    clock = box(b"mdhd", b"\0" * 12, struct.pack(">2I", scale, 0), b"\0" * 4)
    return box(b"trak", header, box(b"mdia", clock, box(b"hdlr", b"\0" * 8, handler, b"\0" * 12)))


def fragment(name: int, *runs: bytes, begins: int | None = None, usual: int | None = None) -> bytes:
    flags = struct.pack(">I", 0 if usual is None else 8)
    header = box(b"tfhd", flags, struct.pack(">I", name), b"" if usual is None else struct.pack(">I", usual))
    clock = b"" if begins is None else box(b"tfdt", b"\1\0\0\0", struct.pack(">Q", begins))
    return box(b"moof", box(b"traf", header, clock, *runs))


def run(*durations: int) -> bytes:
    return box(
        b"trun",
        struct.pack(">2I", 0x301, len(durations)),
        b"\0" * 4,
        *(struct.pack(">2I", each, 9) for each in durations),
    )


def even(count: int) -> bytes:
    return box(b"trun", struct.pack(">2I", 0, count))


def fragmented(*fragments: bytes, header: bytes = EMPTY_MVHD, more: bytes = b"", usual: int = 0) -> bytes:
    extends = box(b"mvex", more, box(b"trex", b"\0" * 4, struct.pack(">5I", 1, 1, usual, 0, 0)))
    movie = box(b"moov", header, clocked(1, 600), clocked(2, 48_000, b"soun"), extends)
    return FTYP + movie + b"".join(each + MDAT for each in fragments)


@pytest.mark.parametrize(
    ("data", "seconds"),
    [
        (fragmented(fragment(1, run(300, 300), run(600))), 2.0),
        (fragmented(fragment(1, even(3), usual=600), fragment(1, even(2), usual=600)), 5.0),
        (fragmented(fragment(1, even(4)), usual=300), 2.0),
        (fragmented(fragment(1, even(1), usual=600, begins=0), fragment(1, even(1), usual=600, begins=6_000)), 11.0),
        (fragmented(fragment(1, even(1), usual=600), fragment(2, even(144), usual=1_000)), 3.0),
        (fragmented(fragment(1, run(600)), header=UNKNOWN_MVHD), 1.0),
        (fragmented(fragment(1, run(600)), header=MVHD), 12.5),  # its index knows the whole
        (fragmented(fragment(1, even(0)), more=box(b"mehd", b"\0" * 4, struct.pack(">I", 200_000))), 200.0),
        (fragmented(fragment(1, even(0)), more=box(b"mehd", b"\1\0\0\0", struct.pack(">Q", 7_000))), 7.0),
    ],
)
def test_how_long_a_fragmented_video_plays(data: bytes, seconds: float) -> None:
    assert media.probe(data).seconds == seconds


@pytest.mark.parametrize(
    "data", [fragmented(fragment(1, even(3))), fragmented(fragment(7, run(600))), fragmented(box(b"moof"))]
)
def test_a_fragmented_video_whose_length_cannot_be_read(data: bytes) -> None:
    with pytest.raises(Unreadable, match=r"^Its duration cannot be read"):
        media.probe(data)


@given(st.lists(st.tuples(st.integers(0, 4_000), st.integers(0, 255)), max_size=8))
@examples(150)
def test_flipped_bytes_of_a_fragmented_video_give_facts_or_a_sentence(flips: list[tuple[int, int]]) -> None:
    data = bytearray(fragmented(fragment(1, run(300, 300), begins=5), fragment(2, even(9), usual=20)))
    for at, value in flips:
        data[at % len(data)] = value
    looked(bytes(data))


# ── what a still picture calls itself ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("brands", "sentence"),
    [
        (b"mif1\0\0\0\0mif1avifmiaf", "It is an AVIF picture: export it as JPEG or PNG."),
        (b"avif\0\0\0\0mif1miaf", "It is an AVIF picture: export it as JPEG or PNG."),
        (b"mif1\0\0\0\0mif1heic", "It is a HEIC picture, as iPhones take them: export it as JPEG."),
        (b"heic\0\0\0\0mif1heic", "It is a HEIC picture, as iPhones take them: export it as JPEG."),
        (b"mif1\0\0\0\0", "It is a HEIC picture, as iPhones take them: export it as JPEG."),
        (b"crx \0\0\0\1crx isom", "It is a raw photo from a Canon camera: export it as JPEG."),
    ],
)
def test_a_still_picture_in_the_boxes_of_a_video(brands: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable) as unreadable:
        media.probe(box(b"ftyp", brands) + b"\0" * 40)
    assert str(unreadable.value) == sentence


@pytest.mark.parametrize(
    ("brands", "mime"),
    [
        (b"3gp4\0\0\0\x003gp43gp6", "video/3gpp"),
        (b"3g2a\0\0\0\x003g2a", "video/3gpp"),
        (b"3gp4\0\0\0\x00isom3gp4", "video/mp4"),
        (b"mp42\0\0\0\x00isommp42", "video/mp4"),
    ],
)
def test_a_video_from_an_old_phone(brands: bytes, mime: str) -> None:
    assert media.probe(box(b"ftyp", brands) + MOOV + MDAT).mime == mime


def test_a_png_that_a_camera_turned() -> None:
    exif = Image.Exif()
    exif[274] = 6
    data = picture("PNG", exif=exif)
    assert media.probe(data) == Facts("image", "image/png", 30, 20, 1, len(data), turned=True)
