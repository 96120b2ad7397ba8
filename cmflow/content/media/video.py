"""MP4 and MOV videos: how long, how large, and whether the index is in front. Only the index is read.

Boxes as in ISO/IEC 14496-12 and Apple's "QuickTime File Format", read 2026-11-22.
"""

from cmflow.content.media import fragments
from cmflow.content.media.boxes import Box, boxes, inside
from cmflow.content.media.facts import CUT, DAMAGED, Facts, Unreadable, number

NO_PICTURE = "It has no video track: networks take it for a sound file, or refuse it."
NO_INDEX = "Its index (moov) is missing: the recording or the export was not finished."
UNKNOWN = {4: 2**32 - 1, 8: 2**64 - 1}  # a length of all ones is none
MP4 = frozenset((b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1"))
# Of https://mp4ra.org/registered-types/codecs and Apple's "QuickTime File Format", read 2026-11-29.
CODECS = {
    **dict.fromkeys((b"avc1", b"avc2", b"avc3", b"avc4"), "H.264"),
    **dict.fromkeys((b"hvc1", b"hev1", b"hvc2", b"hev2", b"dvh1", b"dvhe"), "HEVC"),
    **dict.fromkeys((b"apcn", b"apch", b"apcs", b"apco", b"ap4h", b"ap4x"), "ProRes"),
    **dict.fromkeys((b"mp4v", b"xvid", b"divx"), "MPEG-4 Visual"),
    b"av01": "AV1",
    b"vp08": "VP8",
    b"vp09": "VP9",
    b"s263": "H.263",
    b"mjpa": "Motion JPEG",
    b"jpeg": "Motion JPEG",
}
APPLE_PLACE = b"com.apple.quicktime.location.ISO6709"


def mp4(data: bytes) -> Facts:
    top = tuple(boxes(data, Box(b"", 0, len(data))))
    names = [box.name for box in top]
    if b"moov" not in names:
        raise Unreadable(NO_INDEX)
    if b"mdat" not in names:
        raise Unreadable(CUT)
    movie = top[names.index(b"moov")]
    width, height = _dimensions(data, movie)
    streamable = names.index(b"moov") < names.index(b"mdat")
    sizes = (width, height, 1, len(data), _seconds(data, top, movie))
    return Facts(
        "video", _mime(brands(data)), *sizes, streamable, located=_has_location(data, movie), codec=_codec(data, movie)
    )


def brands(data: bytes) -> tuple[bytes, ...]:
    """Return what a file says it is, its own word first. QuickTime files older than these words have none."""
    if data[4:8] != b"ftyp":
        return (b"qt  ",)
    end = min(number(data, 0, 4), len(data))
    return (data[8:12], *(data[offset : offset + 4] for offset in range(16, end - 3, 4)))


def _mime(brands: tuple[bytes, ...]) -> str:
    if brands[0] == b"qt  ":
        return "video/quicktime"
    is_phone = brands[0].startswith((b"3gp", b"3g2")) and not MP4.intersection(brands)
    return "video/3gpp" if is_phone else "video/mp4"


def _codec(data: bytes, movie: Box) -> str:
    """Return how the largest video track is coded; "" where it does not say."""
    for track in (track for track in inside(data, movie, b"trak") if _is_video(data, track)):
        for table in inside(data, track, b"mdia", b"minf", b"stbl", b"stsd"):
            letters = data[table.start + 12 : table.start + 16]
            return CODECS.get(letters, letters.decode("latin-1").strip())
    return ""


def _seconds(data: bytes, top: tuple[Box, ...], movie: Box) -> float:
    header = next(inside(data, movie, b"mvhd"), None)
    if header is None:
        raise Unreadable(DAMAGED)
    long = number(data, header.start, 1) == 1
    clock, wide = header.start + (20 if long else 12), 8 if long else 4
    units, duration = number(data, clock, 4), number(data, clock + 4, wide)
    length = duration / units if units and duration != UNKNOWN[wide] else 0.0
    if any(box.name == b"moof" for box in top):
        return max(length, fragments.seconds(data, top, movie, units))
    return length


def _has_location(data: bytes, movie: Box) -> bool:
    """Return whether a phone wrote down where it was. If its notes are damaged, the film can be shown all the same."""
    try:
        note = next(inside(data, movie, b"udta", b"\xa9xyz"), None)
    except Unreadable:
        note = None
    return note is not None or data.find(APPLE_PLACE, movie.start, movie.end) >= 0


def _dimensions(data: bytes, movie: Box) -> tuple[int, int]:
    """Width and height as it is shown, of the largest video track: a phone stores an upright video turned."""
    tracks = [track for track in inside(data, movie, b"trak") if _is_video(data, track)]
    sizes = [_display_size(data, header) for track in tracks for header in inside(data, track, b"tkhd")]
    width, height = max(sizes, key=lambda size: size[0] * size[1], default=(0, 0))
    if not width or not height:
        raise Unreadable(NO_PICTURE)
    return width, height


def _is_video(data: bytes, track: Box) -> bool:
    return any(data[box.start + 8 : box.start + 12] == b"vide" for box in inside(data, track, b"mdia", b"hdlr"))


def _display_size(data: bytes, header: Box) -> tuple[int, int]:
    """A track header ends in a matrix of nine numbers, then width and height in 1/65536 pixel."""
    matrix = header.start + (52 if number(data, header.start, 1) == 1 else 40)
    width, height = number(data, matrix + 36, 4) >> 16, number(data, matrix + 40, 4) >> 16
    turned = number(data, matrix, 4) == 0 and number(data, matrix + 4, 4) != 0
    return (height, width) if turned else (width, height)
