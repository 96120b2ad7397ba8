"""Nothing that a camera or program wrote into a picture is in what is sent; every pixel is."""

import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from cmflow.content.media import Unreadable, probe
from cmflow.netkit.media import profile
from cmflow.netkit.media.strip import components, notes, strip
from tests.content.media.test_media import WHOLE

SECRETS = ("Serial 4711-0815", "Ana Example", "52,31.2N", "Meadow Lane 12")
LIMIT = 400  # bytes of noise


def exif() -> Image.Exif:
    told = Image.Exif()
    told[274], told[315], told[33432] = 1, SECRETS[1], SECRETS[3]
    told[34665] = {42033: SECRETS[0]}
    told[34853] = {1: "N", 2: (52.0, 31.0, 12.0), 29: SECRETS[2]}
    return told


def noisy(mode: str = "RGB", size: tuple[int, int] = (40, 30), seed: int = 60) -> Image.Image:
    return Image.effect_noise(size, seed).convert(mode)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def xmp() -> bytes:
    return b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + " ".join(SECRETS).encode() + b"</x:xmpmeta>"


def told_png(image: Image.Image) -> bytes:
    said = PngInfo()
    said.add_text("Author", SECRETS[1])
    said.add_text("Comment", " ".join(SECRETS), zip=True)
    said.add_itxt("XML:com.adobe.xmp", xmp().decode())
    said.add(b"tIME", bytes.fromhex("07ea0b1d0a0000"))
    return saved(image, "PNG", pnginfo=said, exif=exif())


def told_gif(image: Image.Image) -> bytes:
    data = saved(image, "GIF", comment=SECRETS[1].encode())
    block = b"XMP DataXMP" + bytes((len(xmp()),)) + xmp() if len(xmp()) < 256 else b""
    at = 13 + 3 * 2 ** ((data[10] & 7) + 1)
    return data[:at] + b"!\xff\x0b" + block + b"\0" + data[at:]


TOLD = {
    "JPEG": lambda image: saved(image, "JPEG", exif=exif(), xmp=xmp(), comment=SECRETS[3].encode()),
    "PNG": told_png,
    "WEBP": lambda image: saved(image, "WEBP", exif=exif(), xmp=xmp()),
    "GIF": told_gif,
}
TRAILERS = (b"", b"PK\x03\x04" + SECRETS[0].encode(), b"\xff\xd8\xff\xe1" + SECRETS[1].encode() + b"\xff\xd9")


def pixels(data: bytes) -> list[tuple[str, bytes]]:
    """Every frame, decoded."""
    with Image.open(io.BytesIO(data)) as image:
        frames = []
        for number in range(getattr(image, "n_frames", 1)):
            image.seek(number)
            frames.append((image.mode, image.tobytes()))
        return frames


def tells(data: bytes) -> list[str]:
    """The secrets that can be read in it, also in what is compressed."""
    inflated = b""
    for at in range(len(data) - 1):
        if data[at] == 0x78:
            stream = zlib.decompressobj()
            try:
                inflated += stream.decompress(data[at:], 10_000)
            except zlib.error:
                continue
    return [secret for secret in SECRETS if secret.encode() in data + inflated]


@pytest.mark.parametrize("trailer", TRAILERS, ids=["", "zip", "second picture"])
@pytest.mark.parametrize("kind", TOLD)
def test_nothing_is_told_and_every_pixel_stays(kind: str, trailer: bytes) -> None:
    data = TOLD[kind](noisy()) + trailer
    assert tells(data), "the test must hide something"
    clean = strip(data, probe(data).mime)
    assert tells(clean) == []
    assert pixels(clean) == pixels(data)
    assert not probe(clean).located
    assert strip(clean, probe(clean).mime) == clean


@given(st.sampled_from(sorted(TOLD)), st.sampled_from(["L", "RGB"]), st.integers(1, 60), st.integers(1, 60))
@settings(max_examples=60, deadline=None)
def test_every_pixel_stays(kind: str, mode: str, width: int, height: int) -> None:
    data = TOLD[kind](noisy(mode, (width, height)))
    clean = strip(data, probe(data).mime)
    assert (pixels(clean), tells(clean)) == (pixels(data), [])


@pytest.mark.parametrize("name", [name for name in WHOLE if name != "mp4"])
def test_what_says_nothing_stays_as_it_is(name: str) -> None:
    data = WHOLE[name]
    assert pixels(strip(data, probe(data).mime)) == pixels(data)


@pytest.mark.parametrize("options", [{"progressive": True}, {"optimize": True}, {"restart_marker_blocks": 2}])
def test_jpegs_of_every_kind(options: dict[str, object]) -> None:
    data = saved(noisy(size=(120, 90)), "JPEG", exif=exif(), **options)
    assert pixels(strip(data, "image/jpeg")) == pixels(data)


def test_a_small_picture_inside_a_jpeg_goes() -> None:
    small = saved(noisy(size=(8, 8)), "JPEG")
    data = WHOLE["jpeg"]
    jfxx = b"\xff\xe0" + struct.pack(">H", 8 + len(small)) + b"JFXX\0\x10" + small
    dressed = data[:20] + jfxx + data[20:]
    assert strip(dressed, "image/jpeg") == strip(data, "image/jpeg")


def test_the_colours_of_print_are_known() -> None:
    data = saved(noisy("CMYK"), "JPEG")
    assert (components(data), components(WHOLE["jpeg"])) == (4, 3)
    assert pixels(strip(data, "image/jpeg")) == pixels(data)


def test_the_times_and_rounds_of_a_moving_picture_stay() -> None:
    for name in ("moving-gif", "moving-webp", "apng"):
        before, after = (probe(data) for data in (WHOLE[name], strip(WHOLE[name], probe(WHOLE[name]).mime)))
        assert (before.frames, before.seconds) == (after.frames, after.seconds)
    assert b"NETSCAPE2.0\x03\x01\0\0\0" in strip(WHOLE["moving-gif"], "image/gif")


# ── colour profiles ─────────────────────────────────────────────────────────────────────────────────────────


def screen_profile(description: str = "Screen of Ana Example") -> bytes:
    """As a screen's: wide colours, with text of its maker. Made from Pillow's sRGB, with another name."""
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    count = int.from_bytes(made[128:132], "big")
    tags = {made[132 + 12 * n : 136 + 12 * n]: made[136 + 12 * n : 144 + 12 * n] for n in range(count)}
    content = {name: made[(at := int.from_bytes(place[:4], "big")) : at + int.from_bytes(place[4:], "big")]
               for name, place in tags.items()}  # fmt: skip
    content[b"desc"] = b"desc\0\0\0\0" + struct.pack(">I", len(description) + 1) + description.encode() + bytes(80)
    content[b"mmod"] = b"mmod\0\0\0\0" + SECRETS[0].encode()
    body, table = b"", struct.pack(">I", len(content))
    for name, each in content.items():
        table += name + struct.pack(">2I", 132 + 12 * len(content) + len(body), len(each))
        body += each + bytes(-len(each) % 4)
    head = struct.pack(">I", 132 + 12 * len(content) + len(body)) + made[4:128]
    return head + table + body


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_profile_keeps_its_colours_and_says_nothing_else(kind: str) -> None:
    icc = screen_profile()
    data = saved(noisy(), kind, icc_profile=icc)
    clean = strip(data, probe(data).mime)
    kept = Image.open(io.BytesIO(clean)).info["icc_profile"]
    assert kept == profile.cleaned(icc) == profile.cleaned(kept)
    assert tells(icc) and not tells(kept) and not tells(clean)
    assert pixels(clean) == pixels(data)
    profiles = (ImageCms.ImageCmsProfile(io.BytesIO(each)) for each in (icc, kept))
    picture = noisy()
    before, after = (ImageCms.profileToProfile(picture, each, ImageCms.createProfile("sRGB")) for each in profiles)
    assert before and after and before.tobytes() == after.tobytes()


@pytest.mark.parametrize("icc", [screen_profile("sRGB IEC61966-2.1"), b"", b"no profile", screen_profile()[:140]])
def test_a_profile_that_is_not_needed_goes(icc: bytes) -> None:
    assert profile.cleaned(icc) == b""
    data = saved(noisy(), "JPEG", icc_profile=icc)
    assert b"ICC_PROFILE" not in strip(data, "image/jpeg")


def test_a_long_profile_of_a_jpeg_goes_through_several_segments() -> None:
    icc = screen_profile()
    count, first = 3, int.from_bytes(icc[128:132], "big")
    assert count < first
    place = 136 + 12 * [icc[132 + 12 * n : 136 + 12 * n] for n in range(first)].index(b"rTRC")
    long = b"curv\0\0\0\0" + struct.pack(">I", 50_000) + bytes(100_000)
    icc = icc[:place] + struct.pack(">2I", len(icc), len(long)) + icc[place + 8 :] + long
    clean = strip(saved(noisy(), "JPEG", icc_profile=icc), "image/jpeg")
    assert Image.open(io.BytesIO(clean)).info["icc_profile"] == profile.cleaned(icc)
    assert len(profile.cleaned(icc)) > 100_000


# ── damage ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", TOLD)
def test_a_cut_is_said_to_be_one(kind: str) -> None:
    data = TOLD[kind](noisy())
    mime = probe(data).mime
    for cut in range(20, len(data), 7):
        try:
            strip(data[:cut], mime)
        except Unreadable as error:
            assert str(error)
    with pytest.raises(Unreadable):
        strip(data[: len(data) // 2], mime)


@given(st.sampled_from(sorted(TOLD)), st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=20))
@settings(max_examples=200, deadline=None)
def test_damage_never_surprises(kind: str, changes: list[tuple[int, int]]) -> None:
    data = bytearray(TOLD[kind](noisy()))
    mime = probe(bytes(data)).mime
    for at, value in changes:
        data[at % len(data)] = value
    try:
        strip(bytes(data), mime)
        notes(bytes(data), mime)
    except Unreadable as error:
        assert str(error)
