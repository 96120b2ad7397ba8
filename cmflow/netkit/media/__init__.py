"""Pictures and videos as they are sent: without what they say besides what they show, upright, and small enough."""

from dataclasses import replace
from pathlib import Path

from cmflow.content.media import probe, probe_file
from cmflow.content.media.boxes import reader
from cmflow.content.media.exif import orientation
from cmflow.content.media.facts import Facts, Unreadable
from cmflow.content.media.fit import WEBP, fits, is_scalable, is_small, target
from cmflow.content.media.subtitles import written
from cmflow.model.limits import Limits
from cmflow.netkit.media import film
from cmflow.netkit.media.pixels import decode, drawn
from cmflow.netkit.media.strip import components, notes, strip
from cmflow.netkit.upload import Upload

TOO_LARGE_TO_TURN = "It lies on its side, and has too many pixels to be turned upright: export it smaller."

__all__ = ["decode", "drawn", "facts_of", "film", "prepared", "strip", "upload", "verify"]


def prepared(data: bytes, limits: Limits) -> bytes:
    """What is sent of a picture or video: the same bytes for the same file, limits and Pillow.

    What the network takes keeps its pixels as they are coded, and loses its metadata only; what cannot be made to fit
    does so, too. Raises `Unreadable` for what is damaged, or is not a picture or video.
    """
    facts = probe(data)
    if facts.kind == "video":
        return film.cleaned(data)
    if facts.kind == "subtitles":
        return data if facts.mime in limits.subtitle_types else written(data, limits.subtitle_types[0])
    if facts.kind == "document":
        return data
    clean = strip(data, facts.mime)
    if facts.kind != "image" or facts.frames > 1:
        return clean
    turn = orientation(notes(data, facts.mime))
    plain = replace(probe(clean), turned=turn >= 5)
    if turn == 1 and not _is_print(clean, plain) and fits(plain, limits):
        return clean
    if is_scalable(plain, limits):
        return drawn(clean, target(plain, limits), turn)
    if turn == 1:
        return clean
    raise Unreadable(TOO_LARGE_TO_TURN)


def verify(data: bytes) -> Facts:
    """What a file is, found as thoroughly as when it is sent; raises `Unreadable` for a picture that could not be.

    The pixels are decoded of what would be turned upright, and of a WebP, which has no checksums.
    """
    facts = probe(data)
    if facts.kind not in ("image", "gif"):
        return facts
    clean = strip(data, facts.mime)
    if facts.kind == "gif" or facts.frames > 1:
        return facts
    is_upright = orientation(notes(data, facts.mime)) == 1
    if is_small(facts):
        if not is_upright or facts.mime == WEBP:
            decode(clean)
    elif not is_upright:
        raise Unreadable(TOO_LARGE_TO_TURN)
    return facts


def upload(source: Path | bytes, limits: Limits) -> Upload:
    """The file to send, of one on disk or in memory. A video on disk stays there."""
    if isinstance(source, bytes):
        sent = prepared(source, limits)
        return Upload.of(sent, probe(sent).mime)
    with source.open("rb") as file:
        read, size = reader(file), source.stat().st_size
        facts = probe_file(read, size)
        if facts.kind == "video":
            return Upload(source, size, facts.mime, film.patches(read, size))
        if facts.kind == "document":
            return Upload(source, size, facts.mime)
        return upload(read(0, size), limits)


def facts_of(file: Upload) -> Facts:
    """What a file to send is; of a video on disk only the index is read. Raises `Unreadable`."""
    with file.open() as opened:
        return probe_file(reader(opened), file.size)


def _is_print(data: bytes, facts: Facts) -> bool:
    """Whether its colours are those of print: many networks and browsers show them wrong."""
    return facts.mime == "image/jpeg" and components(data) == 4
