import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from cmflow.content import media
from cmflow.content.media.exif import HEAD, Shot, shot
from tests import ROOT
from tests.content.media.test_media import FTYP, MDAT, MVHD, box, track

ORIENTATION, GPS, LATITUDE, VERSION = 274, 34853, 2, 0
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description exif:GPSLatitude="52,31.2N"/></x:xmpmeta>'


def photo(kind: str, place: bool = False, orientation: int = 1, **options: Any) -> bytes:
    """As a camera writes it. Without the place the directory for it is there all the same, as phones do."""
    picture, out, exif = Image.new("RGB", (40, 30)), io.BytesIO(), Image.Exif()
    exif[ORIENTATION] = orientation
    exif[GPS] = {VERSION: b"\2\3\0\0", **({1: "N", LATITUDE: (52.0, 31.0, 12.0)} if place else {})}
    picture.save(out, kind, exif=exif, **options)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_tells_where_it_was_taken(kind: str) -> None:
    assert media.probe(photo(kind, place=True)).located
    assert not media.probe(photo(kind)).located


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_the_place_may_stand_in_xmp_alone(kind: str) -> None:
    assert media.probe(photo(kind, xmp=XMP)).located
    assert not media.probe(photo(kind, xmp=XMP.replace(b"GPSLatitude", b"Altitude"))).located


def test_the_place_may_stand_in_a_text_of_a_png() -> None:
    said = PngInfo()
    said.add_itxt("XML:com.adobe.xmp", XMP.decode())
    assert media.probe(photo("PNG", pnginfo=said)).located


@pytest.mark.parametrize(("orientation", "turned"), [(1, False), (3, False), (6, True), (8, True)])
def test_a_camera_says_how_it_was_held(orientation: int, turned: bool) -> None:
    facts = media.probe(photo("JPEG", orientation=orientation))
    assert (facts.turned, facts.width, facts.height) == (turned, 40, 30)


@pytest.mark.parametrize(("order", "mark"), [("little", b"II*\0"), ("big", b"MM\0*")])
def test_both_orders_of_bytes_and_no_cut_hurts(order: Any, mark: bytes) -> None:
    directory = b"".join(number.to_bytes(2, order) for number in (2, 256, 3, 0, 1, 9, 0, 274, 3, 0, 1, 8, 0))
    data = mark + (8).to_bytes(4, order) + directory
    assert shot([data]) == shot([HEAD + data]) == Shot(turned=True)
    assert shot([data[4:]]) == Shot()
    for cut in range(len(data)):
        assert shot([data[:cut]]) == Shot()


@given(st.sampled_from([HEAD, b"II*\0", b"MM\0*", b""]), st.binary(max_size=200))
def test_any_bytes_say_something_or_nothing(head: bytes, rest: bytes) -> None:
    assert shot([head + rest]) in {Shot(*each) for each in [(False, False), (True, False), (False, True), (True, True)]}


def film(*notes: bytes) -> bytes:
    return FTYP + box(b"moov", MVHD, track(640, 360), *notes) + MDAT


def test_a_film_tells_where_it_was_taken() -> None:
    android = box(b"udta", box(b"\xa9xyz", b"\0\x12\x15\xc7+52.5200+013.4050/"))
    apple = box(b"meta", box(b"keys", b"\0" * 8, box(b"mdta", b"com.apple.quicktime.location.ISO6709")))
    assert [media.probe(film(notes)).located for notes in (android, apple)] == [True, True]


def test_a_film_with_other_or_damaged_notes_says_nothing() -> None:
    other, damaged = box(b"udta", box(b"\xa9nam", b"A day out")), box(b"udta", b"\0\0\0\2????")
    assert [media.probe(film(notes)).located for notes in (b"", other, damaged)] == [False] * 3


def test_no_picture_of_this_repository_tells_where_it_was_taken() -> None:
    here = ROOT
    found = [path for folder in ("content", "docs") for path in (here / folder).rglob("*.png")]
    assert found
    assert [path for path in found if media.probe(path.read_bytes()).located] == []
