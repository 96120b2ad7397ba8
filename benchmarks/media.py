"""Pictures and videos made ready to be sent."""

import io
import struct
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from statistics import median

from benchmarks import measure
from benchmarks.commands import Made
from benchmarks.measure import Figure
from cmflow.model.limits import Limit, Limits
from cmflow.netkit import media, network

FILM, MEMORY = 990_000_000, 150_000_000
STREAM = """\
import sys
from pathlib import Path
from cmflow.netkit import media, network
for piece in media.upload(Path(sys.argv[1]), network.load("outbox").limits).chunks():
    pass
"""


def prepare(made: Made, size: int, repeat: int) -> Iterator[Figure]:
    """The number of posts makes no difference."""
    photo, limits = _photo(), network.load("outbox").limits
    small = replace(limits, image_bytes=Limit(2_000_000, "bytes", "the benchmark", date(2026, 11, 29)))
    yield Figure("photo of 12 MP that fits", _milliseconds(photo, limits, repeat))
    yield Figure("photo of 12 MP encoded in 2 MB", _milliseconds(photo, small, repeat))
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "film.mp4"
        _film(film)
        run = measure.command([sys.executable, "-c", STREAM, str(film)], Path(folder), memory=True)
    yield Figure("video of 990 MB, read once", f"{run.seconds:.1f} s")
    yield Figure("memory for that", f"{run.peak / 1e6:.0f} MB", f"{MEMORY / 1e6:.0f} MB", run.peak <= MEMORY)


def _milliseconds(photo: bytes, limits: Limits, repeat: int) -> str:
    times = []
    for _ in range(repeat):
        began = time.perf_counter()
        media.prepared(photo, limits)
        times.append(time.perf_counter() - began)
    return f"{median(times) * 1000:.0f} ms"


def _photo() -> bytes:
    """As a telephone takes it: 4000 by 3000 pixels, some megabytes."""
    from PIL import Image

    out = io.BytesIO()
    noise = Image.effect_noise((1000, 750), 60).resize((4000, 3000)).convert("RGB")
    noise.save(out, "JPEG", quality=95, exif=b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0")
    return out.getvalue()


def _film(file: Path) -> None:
    """Mostly a hole; its index tells a place."""

    def box(name: bytes, *content: bytes) -> bytes:
        body = b"".join(content)
        return struct.pack(">I4s", 8 + len(body), name) + body

    header = box(b"tkhd", bytes(40), struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 1 << 30),
                 struct.pack(">2I", 1920 << 16, 1080 << 16))  # fmt: skip
    track = box(b"trak", header, box(b"mdia", box(b"hdlr", bytes(8), b"vide", bytes(12))))
    movie = box(b"mvhd", bytes(12), struct.pack(">2I", 600, 7500), bytes(80))
    index = box(b"ftyp", b"isom\0\0\2\0isom") + box(b"moov", movie, track, box(b"udta", box(b"\xa9xyz", b"+52+013/")))
    with file.open("wb") as out:
        out.write(index + struct.pack(">I4s", FILM - len(index), b"mdat"))
        out.truncate(FILM)
