"""Videos keep every byte in its place; where they were filmed, and by whom, is gone."""

import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmflow.content.media import Unreadable, probe
from cmflow.content.media.boxes import LARGEST_INDEX, Box, Read, inside
from cmflow.netkit import media
from cmflow.netkit.media import film
from tests.content.media.test_fit import limits
from tests.content.media.test_media import FTYP, MOOV, MP4, UPRIGHT, WHOLE, box, track

PLACE, NAME, SERIAL = b"+52.5200+013.4050/", b"Ana Example", b"Serial 4711-0815"
SECRETS = (PLACE, NAME, SERIAL)
MADE = struct.pack(">2I", 3_900_000_000, 3_900_000_001)
MVHD = box(b"mvhd", b"\0" * 4, MADE, struct.pack(">2I", 600, 7500), b"\0" * 80)
XYZ = box(b"udta", box(b"\xa9xyz", b"\0\x12\x15\xc7", PLACE), box(b"\xa9mod", NAME), b"\0\0\0\0")
APPLE = box(b"meta", box(b"keys", b"\0" * 8, box(b"mdta", b"com.apple.quicktime.location.ISO6709"), PLACE))
XMP = box(b"uuid", bytes.fromhex("be7acfcb97a942e89c71999491e3afac"), SERIAL)


def pictures(width: int = 640, height: int = 360, *more: bytes, turned: bool = False) -> bytes:
    matrix = struct.pack(">9i", 0, 65536, 0, -65536, 0, 0, 0, 0, 1 << 30) if turned else UPRIGHT
    sizes = struct.pack(">2I", width << 16, height << 16)
    header = box(b"tkhd", b"\0" * 4, MADE, struct.pack(">I", 1), b"\0" * 24, matrix, sizes)
    handler = box(b"hdlr", b"\0" * 8, b"vide", b"\0" * 12, b"Camera of ", NAME, b"\0")
    return box(b"trak", header, *more, box(b"mdia", box(b"mdhd", b"\0" * 4, MADE, b"\0" * 12), handler))


def numbers(values: tuple[int, ...], width: int) -> bytes:
    return b"".join(value.to_bytes(width, "big") for value in values)


def sensors(offsets: tuple[int, ...], lengths: tuple[int, ...], wide: bool = False) -> bytes:
    """A track of places; each chunk has one sample."""
    places, sizes = numbers(offsets, 8 if wide else 4), numbers(lengths, 4)
    table = box(
        b"stbl",
        box(b"stsd", b"\0" * 8),
        box(b"stsc", b"\0" * 4, struct.pack(">4I", 1, 1, 1, 1)),
        box(b"stsz", b"\0" * 8, struct.pack(">I", len(lengths)), sizes),
        box(b"co64" if wide else b"stco", b"\0" * 4, struct.pack(">I", len(offsets)), places),
    )
    handler = box(b"hdlr", b"\0" * 8, b"meta", b"\0" * 12, NAME)
    return box(b"trak", box(b"tkhd", b"\0" * 84), box(b"mdia", handler, box(b"minf", table)))


FILMS = {
    "android": FTYP + box(b"moov", MVHD, pictures(), XYZ) + box(b"mdat", b"pixels" * 20),
    "apple": box(b"ftyp", b"qt  ", b"\0\0\2\0", b"qt  ") + box(b"moov", MVHD, pictures(1920, 1080, APPLE), APPLE)
    + box(b"wide") + box(b"mdat", b"pixels" * 20),
    "index behind": FTYP + box(b"free", SERIAL) + box(b"mdat", b"pixels" * 20) + box(b"moov", MVHD, pictures(), XYZ),
    "portrait": FTYP + box(b"moov", MVHD, pictures(1920, 1080, turned=True), XYZ) + box(b"mdat", b"pixels"),
    "xmp": FTYP + XMP + box(b"moov", MVHD, pictures(), XMP) + box(b"mdat", b"pixels") + box(b"sefd", NAME),
    "fragmented": FTYP
    + box(b"moov", MVHD, pictures(), box(b"mvex", box(b"mehd", b"\0" * 4, struct.pack(">I", 1200))), XYZ)
    + box(b"moof", box(b"mfhd", b"\0" * 8), box(b"traf", box(b"tfhd", b"\0" * 8), XYZ), APPLE)
    + box(b"mdat", b"pixels") + box(b"emsg", SERIAL) + b"\0\0\0",
}  # fmt: skip


def read(data: bytes) -> Read:
    return lambda at, length: data[at : at + length]


def names(data: bytes) -> Iterator[tuple[bytes, int]]:
    for each in inside(data, Box(b"", 0, len(data)), b"mdat"):
        yield data[each.start : each.end], each.start


@pytest.mark.parametrize("name", FILMS)
def test_a_film_says_nothing_and_shows_the_same(name: str) -> None:
    data = FILMS[name]
    assert any(secret in data for secret in SECRETS)
    clean = film.cleaned(data)
    assert [secret for secret in (*SECRETS, MADE) if secret in clean] == []
    assert len(clean) == len(data)
    whole = (len(data), data.rstrip(b"\0")) if name == "fragmented" else None
    before, after = (probe(each[: len(data) - 3] if whole else each) for each in (data, clean))
    assert (before.width, before.height, before.seconds, before.streamable, before.mime) == (
        after.width, after.height, after.seconds, after.streamable, after.mime
    )  # fmt: skip
    assert not after.located
    assert list(names(clean)) == list(names(data))
    assert film.cleaned(clean) == clean


@pytest.mark.parametrize("length", [1, 7, 64, 1 << 20])
@pytest.mark.parametrize("name", FILMS)
def test_from_the_disk_it_is_the_same_piece_by_piece(name: str, length: int, tmp_path: Path) -> None:
    data, file = FILMS[name], tmp_path / "film.mp4"
    file.write_bytes(data)
    sent = media.upload(file, limits())
    assert (sent.source, sent.size, sent.mime) == (file, len(data), probe(film.cleaned(data)).mime)
    pieces = [b"".join(sent.chunks(start, length)) for start in range(0, len(data), length)]
    assert b"".join(pieces) == sent.read() == b"".join(sent.chunks()) == film.cleaned(data)
    assert file.read_bytes() == data


def test_what_says_nothing_is_the_same_file() -> None:
    assert film.cleaned(MP4) == MP4 == WHOLE["mp4"]


@pytest.mark.parametrize("wide", [False, True])
def test_the_places_of_a_camera_go_from_between_the_pictures(wide: bool) -> None:
    def made(offsets: tuple[int, ...]) -> bytes:
        index = box(b"moov", MVHD, pictures(640, 360), sensors(offsets, (len(PLACE), len(SERIAL)), wide))
        return FTYP + index + box(b"mdat", b"pixels", PLACE, b"more", SERIAL, b"end")

    first = len(made((0, 0))) - len(b"pixels" + PLACE + b"more" + SERIAL + b"end")
    data = made((first + 6, first + 6 + len(PLACE) + 4))
    clean = film.cleaned(data)
    assert clean.endswith(b"pixels" + bytes(len(PLACE)) + b"more" + bytes(len(SERIAL)) + b"end")
    assert (NAME in data, NAME in clean, probe(clean).width) == (True, False, 640)


def test_all_samples_of_one_length_and_a_table_that_promises_more_than_there_is() -> None:
    table = box(
        b"stbl",
        box(b"stsc", b"\0" * 4, struct.pack(">4I", 1, 1, 2**32 - 1, 1)),
        box(b"stsz", b"\0" * 4, struct.pack(">2I", 4, 2**32 - 1)),
        box(b"stco", b"\0" * 4, struct.pack(">2I", 2**32 - 1, 40)),
    )
    handler = box(b"hdlr", b"\0" * 8, b"meta", b"\0" * 12)
    odd = box(b"trak", box(b"mdia", handler, box(b"minf", table)))
    data = FTYP + box(b"moov", MVHD, track(640, 360), odd) + box(b"mdat", b"pixels")
    assert film.cleaned(data).endswith(b"pixels")


def test_an_index_larger_than_any_is_damage() -> None:
    huge = struct.pack(">I4sQ", 1, b"moov", LARGEST_INDEX + 100)
    with pytest.raises(Unreadable, match=r"It is damaged\."):
        film.patches(read(huge), LARGEST_INDEX + 100)


def test_a_file_that_ends_while_it_is_read_is_cut() -> None:
    with pytest.raises(Unreadable, match="cut off"):
        film.patches(read(MP4 + box(b"mdat", b"x")), len(MP4) + 900)
    with pytest.raises(Unreadable, match="cut off"):
        film.patches(lambda offset, length: MP4[offset : offset + length][: len(FTYP) + 16], len(MP4))


@given(st.sampled_from(sorted(FILMS)), st.lists(st.tuples(st.integers(0, 5_000), st.integers(0, 255)), max_size=12))
@settings(max_examples=300, deadline=None)
def test_damage_never_surprises(name: str, changes: list[tuple[int, int]]) -> None:
    data = bytearray(FILMS[name])
    for at, value in changes:
        data[at % len(data)] = value
    try:
        assert len(film.cleaned(bytes(data))) == len(data)
    except Unreadable as error:
        assert str(error)


def test_the_index_itself_is_not_touched() -> None:
    assert film.patches(read(FTYP + MOOV), len(FTYP + MOOV)) == film.patches(read(MP4), len(MP4))
