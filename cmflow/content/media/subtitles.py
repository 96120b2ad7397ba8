"""Subtitles: SubRip (.srt) and WebVTT (.vtt), read, judged, and written as the other one.

WebVTT as in https://www.w3.org/TR/webvtt1/, read 2026-11-29; SubRip has no standard, and is read as its players do.
"""

import re
from collections.abc import Iterator

from cmflow.content.media.facts import Facts, Unreadable
from cmflow.values import dataclass

SRT, VTT = "application/x-subrip", "text/vtt"
TYPES = (SRT, VTT)
NAMES = {SRT: "SRT", VTT: "WebVTT"}
_TIME = r"(?:(\d{1,3}):)?([0-5]\d):([0-5]\d)[.,](\d{3})"
_TIMING = re.compile(rf"{_TIME}[ \t]+-->[ \t]+{_TIME}(?:[ \t].*)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cue:
    """What is shown from `start` to `end`, in milliseconds."""

    start: int
    end: int
    text: str


def is_subtitles(head: bytes) -> bool:
    """Return whether a file that begins so is meant as subtitles."""
    text = head[:400].decode("utf-8-sig", "replace").lstrip()
    return text.startswith("WEBVTT") or re.match(r"(?:\d+[ \t]*\r?\n)?[\d:,.]+[ \t]+-->", text) is not None


def probe_subtitles(data: bytes) -> Facts:
    """What the file is; `Unreadable` where it is not UTF-8, or nothing in it can be shown."""
    cues = parse(data)
    mime = VTT if data.removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT") else SRT
    return Facts("subtitles", mime, 0, 0, len(cues), len(data), max(cue.end for cue in cues) / 1000)


def parse(data: bytes) -> tuple[Cue, ...]:
    """The cues in the order of the file; `Unreadable` where there is none, or one ends before it starts."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("It is not UTF-8 text: save the subtitles as UTF-8.") from None
    cues = tuple(_cues(text.replace("\r\n", "\n").replace("\r", "\n")))
    if not cues:
        raise Unreadable("It holds no subtitles: each needs a line such as 00:00:01,000 --> 00:00:04,000 above it.")
    return cues


def _cues(text: str) -> Iterator[Cue]:
    for block in re.split(r"\n[ \t]*\n", text):
        lines = block.strip("\n").split("\n")
        number = next((number for number, line in enumerate(lines[:2]) if _TIMING.fullmatch(line.strip())), None)
        if number is None:
            continue  # a header, a note, or a style of WebVTT
        match = _TIMING.fullmatch(lines[number].strip())
        assert match is not None
        start, end = _milliseconds(match.groups()[:4]), _milliseconds(match.groups()[4:])
        if end < start:
            raise Unreadable(f"One of its subtitles ends before it starts: {lines[number].strip()}")
        if words := "\n".join(line.rstrip() for line in lines[number + 1 :]).strip():
            yield Cue(start, end, words)


def _milliseconds(groups: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, fraction = (int(group or 0) for group in groups)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + fraction


def written(data: bytes, mime: str) -> bytes:
    """The same subtitles as a file of that type of `TYPES`: unchanged where they are one already."""
    if probe_subtitles(data).mime == mime:
        return data
    mark, head = (".", "WEBVTT\n\n") if mime == VTT else (",", "")
    blocks = (
        f"{number}\n{_clock(cue.start, mark)} --> {_clock(cue.end, mark)}\n{cue.text}\n"
        for number, cue in enumerate(parse(data), 1)
    )
    return (head + "\n".join(blocks)).encode()


def _clock(milliseconds: int, mark: str) -> str:
    seconds, fraction = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}{mark}{fraction:03}"
