"""Makes the short video of `content/media/`, without any codec: a sheet of paper becomes six messages, one by one.

    python docs/video.py content/media

It writes H.264 that every player reads, in the simplest way that the standard has (ITU-T H.264, baseline profile,
CAVLC, no transform, no deblocking): a block of 16 × 16 pixels is the same as in the picture before, or goes on as the
row above or the column before it ends, or is written down pixel by pixel. So it is exact, and the same run gives the
same bytes with the same Pillow and fonts as `docs/pictures.py`.
"""

import struct
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

# The script lies beside this one.
from pictures import BRIGHT, DEEP, GOLD, INK, WHITE, Canvas, brand, bubble, sheet
from PIL import Image

WIDTH, HEIGHT, RATE, SECONDS = 480, 272, 25, 5
BLOCK: Final = 16
COLUMNS, ROWS = WIDTH // BLOCK, HEIGHT // BLOCK
PCM: Final = 25  # the number of a block that is written down pixel by pixel, in a picture of its own
Plane = Sequence[bytes]  # rows of one colour component


# ── bits ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Bits:
    """A stream of bits, in the codes of clause 9.1."""

    text: list[str] = field(default_factory=list)
    count: int = 0

    def fixed(self, value: int, length: int) -> "Bits":
        self.text.append(f"{value:0{length}b}")
        self.count += length
        return self

    def unsigned(self, value: int) -> "Bits":
        """ue(v)"""
        length = (value + 1).bit_length()
        return self.fixed(value + 1, 2 * length - 1)

    def signed(self, value: int) -> "Bits":
        """se(v)"""
        return self.unsigned(2 * value - 1 if value > 0 else -2 * value)

    def raw(self, data: bytes) -> None:
        """Bytes, from the next whole byte on."""
        if self.count % 8:
            self.fixed(0, 8 - self.count % 8)
        self.text.append("".join(f"{byte:08b}" for byte in data))
        self.count += 8 * len(data)

    def ended(self) -> bytes:
        """The bytes, with the stop bit of clause 7.3.2.11 behind them."""
        self.fixed(1, 1)
        if self.count % 8:
            self.fixed(0, 8 - self.count % 8)
        return int("1" + "".join(self.text), 2).to_bytes(self.count // 8 + 1)[1:]


def unit(kind: int, bits: Bits) -> bytes:
    """A NAL unit: no three bytes in it look like the beginning of another one."""
    escaped, zeros = bytearray([kind]), 0
    for byte in bits.ended():
        if zeros >= 2 and byte <= 3:
            escaped.append(3)
            zeros = 0
        escaped.append(byte)
        zeros = 0 if byte else zeros + 1
    return bytes(escaped)


def sequence_parameters() -> bytes:
    bits = Bits().fixed(66, 8).fixed(0b11000000, 8).fixed(30, 8)  # baseline, level 3
    bits.unsigned(0).unsigned(4).unsigned(2).unsigned(1).fixed(0, 1)  # frame_num of 8 bits, order as sent, 1 reference
    bits.unsigned(COLUMNS - 1).unsigned(ROWS - 1).fixed(1, 1).fixed(1, 1).fixed(0, 1).fixed(0, 1)
    return unit(0x67, bits)


def picture_parameters() -> bytes:
    bits = Bits().unsigned(0).unsigned(0).fixed(0, 1).fixed(0, 1).unsigned(0).unsigned(0).unsigned(0).fixed(0, 1)
    bits.fixed(0, 2).signed(0).signed(0).signed(0).fixed(1, 1).fixed(0, 1).fixed(0, 1)  # deblocking is controlled
    return unit(0x68, bits)


# ── pictures ───────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Picture:
    """Luma, and the two chroma components at half the size."""

    planes: tuple[Plane, Plane, Plane]

    @classmethod
    def of(cls, image: Image.Image) -> "Picture":
        """In the range of television: black is 16, white 235."""
        components = image.convert("YCbCr").split()
        luma = components[0].point([16 + round(value * 219 / 255) for value in range(256)])
        chroma = [
            part.resize((WIDTH // 2, HEIGHT // 2), Image.Resampling.BOX).point(
                [128 + round((value - 128) * 224 / 255) for value in range(256)]
            )
            for part in components[1:]
        ]
        blue, red = (_rows(part, WIDTH // 2) for part in chroma)
        return cls((_rows(luma, WIDTH), blue, red))

    def block(self, number: int) -> tuple[tuple[bytes, ...], ...]:
        """The rows of a block, of each component."""
        row, column = divmod(number, COLUMNS)
        return tuple(
            tuple(line[column * size : (column + 1) * size] for line in plane[row * size : (row + 1) * size])
            for plane, size in zip(self.planes, (16, 8, 8), strict=True)
        )


def _rows(image: Image.Image, width: int) -> Plane:
    data = image.tobytes()
    return [data[start : start + width] for start in range(0, len(data), width)]


def slice_of(picture: Picture, before: Picture | None, number: int) -> bytes:
    """One picture; where there is one `before`, only what differs from it."""
    is_first = before is None
    bits = Bits().unsigned(0).unsigned(7 if is_first else 5).unsigned(0).fixed(number % 256, 8)
    if is_first:
        bits.unsigned(0).fixed(0, 1).fixed(0, 1)  # idr_pic_id, how it is kept
    else:
        bits.fixed(0, 1).fixed(0, 1).fixed(0, 1)  # one reference, in its order, kept as it comes
    bits.signed(0).unsigned(1)  # quantiser as it is, no deblocking
    skipped, written = 0, set[int]()
    for place in range(COLUMNS * ROWS):
        block = picture.block(place)
        if before is not None and block == before.block(place):
            skipped += 1
            continue
        if not is_first:
            bits.unsigned(skipped)
            skipped = 0
        _block(bits, picture, block, place, 0 if is_first else 5, written)
    if not is_first and skipped:
        bits.unsigned(skipped)
    return unit(0x65 if is_first else 0x41, bits)


def _block(
    bits: Bits, picture: Picture, block: tuple[tuple[bytes, ...], ...], place: int, offset: int, written: set[int]
) -> None:
    above = picture.block(place - COLUMNS) if place >= COLUMNS else None
    left = picture.block(place - 1) if place % COLUMNS else None
    if above and all(set(rows) == {part[-1]} for rows, part in zip(block, above, strict=True)):
        bits.unsigned(offset + 1).unsigned(2).signed(0)
        _nothing(bits, place, written)
    elif left and all(
        row == part[index][-1:] * len(row)
        for rows, part in zip(block, left, strict=True)
        for index, row in enumerate(rows)
    ):
        bits.unsigned(offset + 2).unsigned(1).signed(0)
        _nothing(bits, place, written)
    else:
        bits.unsigned(offset + PCM)
        bits.raw(b"".join(row for rows in block for row in rows))
        written.add(place)


def _nothing(bits: Bits, place: int, written: set[int]) -> None:
    """No difference from the prediction: coeff_token for no coefficients (table 9-5), by what is around it."""
    neighbours = [place - 1] if place % COLUMNS else []
    neighbours += [place - COLUMNS] if place >= COLUMNS else []
    counts = [16 if neighbour in written else 0 for neighbour in neighbours]
    mean = (sum(counts) + len(counts) - 1) // len(counts) if counts else 0
    bits.fixed(1, 1) if mean < 2 else bits.fixed(0b000011, 6)


# ── the file ───────────────────────────────────────────────────────────────────────────────────────────────


def box(name: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I4s", 8 + len(body), name) + body


def full(name: bytes, flags: int, *content: bytes) -> bytes:
    return box(name, struct.pack(">I", flags), *content)


def mp4(pictures: Sequence[Picture]) -> bytes:
    """The film, its index first, so that it plays while it loads."""
    units = [slice_of(picture, before, number) for number, (picture, before) in enumerate(_pairs(pictures))]
    samples = [struct.pack(">I", len(one)) + one for one in units]
    start = box(b"ftyp", b"isom\0\0\2\0", b"isomiso2avc1mp41")
    offset = len(start) + len(_index(samples, 0)) + 8
    return start + _index(samples, offset) + box(b"mdat", *samples)


def _pairs(pictures: Sequence[Picture]) -> Iterator[tuple[Picture, Picture | None]]:
    before: Picture | None = None
    for picture in pictures:
        yield picture, before
        before = picture


def _index(samples: Sequence[bytes], offset: int) -> bytes:
    count, unity = len(samples), struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 1 << 30)
    header = full(
        b"mvhd",
        0,
        struct.pack(">4I", 0, 0, RATE, count),
        struct.pack(">IH10x", 65536, 256),
        unity,
        b"\0" * 24,
        struct.pack(">I", 2),
    )
    track = full(
        b"tkhd",
        3,
        struct.pack(">5I8x4H", 0, 0, 1, 0, count, 0, 0, 0, 0),
        unity,
        struct.pack(">2I", WIDTH << 16, HEIGHT << 16),
    )
    time = full(b"mdhd", 0, struct.pack(">4I2H", 0, 0, RATE, count, 0x55C4, 0))
    handler = full(b"hdlr", 0, b"\0" * 4, b"vide", b"\0" * 12, b"video\0")
    source = box(b"dinf", full(b"dref", 0, struct.pack(">I", 1), full(b"url ", 1)))
    table = box(
        b"stbl",
        full(b"stsd", 0, struct.pack(">I", 1), _entry()),
        full(b"stts", 0, struct.pack(">3I", 1, count, 1)),
        full(b"stss", 0, struct.pack(">2I", 1, 1)),
        full(b"stsc", 0, struct.pack(">4I", 1, 1, count, 1)),
        full(b"stsz", 0, struct.pack(">2I", 0, count), b"".join(struct.pack(">I", len(one)) for one in samples)),
        full(b"stco", 0, struct.pack(">2I", 1, offset)),
    )
    media = box(b"minf", full(b"vmhd", 1, b"\0" * 8), source, table)
    return box(b"moov", header, box(b"trak", track, box(b"mdia", time, handler, media)))


def _entry() -> bytes:
    sequence, picture = sequence_parameters(), picture_parameters()
    setup = b"\1" + sequence[1:4] + b"\xff\xe1" + struct.pack(">H", len(sequence)) + sequence
    setup += b"\1" + struct.pack(">H", len(picture)) + picture
    size = struct.pack(">2H2I4xH32s2H", WIDTH, HEIGHT, 72 << 16, 72 << 16, 1, b"", 24, 0xFFFF)
    return box(b"avc1", b"\0" * 6 + struct.pack(">H", 1) + b"\0" * 16, size, box(b"avcC", setup))


# ── what it shows ──────────────────────────────────────────────────────────────────────────────────────────

PLACES: Final = [(256 + 74 * column, 128 + 56 * row) for row in range(2) for column in range(3)]


def scene(count: int) -> Image.Image:
    """The sheet, and as many of the six messages as have been sent."""
    canvas = Canvas.new(WIDTH, HEIGHT, INK)
    canvas.text(32, 52, "One post.", 30, WHITE, "bold")
    canvas.text(32, 90, "Six networks.", 30, GOLD, "bold")
    sheet(canvas, 48, 128, 74)
    for (x, y), fill in list(zip(PLACES, BRIGHT, strict=True))[:count]:
        canvas.line(
            [(140, 176), (226, 176), (226, y + 18), (x - 6, y + 18)]
            if x < 300
            else [(x - 14, y + 18), (x - 6, y + 18)],
            DEEP,
            3,
        )
        bubble(canvas, x, y, 56, 34, fill)
    if count == len(PLACES):
        brand(canvas, 32, 256, WHITE, "sent once, remembered in git", 13)
    return canvas.finished()


def film() -> bytes:
    """Each message comes after half a second; then it rests."""
    scenes = [Picture.of(scene(count)) for count in range(len(PLACES) + 1)]
    return mp4([scenes[min(frame * 2 // RATE, len(PLACES))] for frame in range(RATE * SECONDS)])


if __name__ == "__main__":
    Path(sys.argv[1], "launch.mp4").write_bytes(film())
