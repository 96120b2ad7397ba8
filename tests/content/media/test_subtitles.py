"""Subtitles are read as people's programs write them, and written as the network takes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow.content import media
from cmflow.content.media import Facts, Unreadable, subtitles
from cmflow.content.media.subtitles import SRT, VTT, Cue

SUBRIP = b"1\n00:00:01,000 --> 00:00:04,250\nHello\nand welcome.\n\n2\n01:02:03,004 --> 01:02:05,000\nBye.\n"
WEBVTT = b"WEBVTT\n\n1\n00:00:01.000 --> 00:00:04.250\nHello\nand welcome.\n\n2\n01:02:03.004 --> 01:02:05.000\nBye.\n"
CUES = (Cue(1000, 4250, "Hello\nand welcome."), Cue(3_723_004, 3_725_000, "Bye."))


@pytest.mark.parametrize(("data", "mime"), [(SUBRIP, SRT), (WEBVTT, VTT)])
def test_what_a_file_is(data: bytes, mime: str) -> None:
    assert media.probe(data) == Facts("subtitles", mime, 0, 0, 2, len(data), 3725.0)
    assert subtitles.parse(data) == CUES


def test_each_is_written_as_the_other() -> None:
    assert subtitles.written(SUBRIP, VTT) == WEBVTT
    assert subtitles.written(WEBVTT, SRT) == SUBRIP
    assert subtitles.written(SUBRIP, SRT) is SUBRIP


def test_what_other_programs_add_is_left_out() -> None:
    data = (
        b"\xef\xbb\xbfWEBVTT - a title\r\nKind: captions\r\n\r\nNOTE by us\r\n\r\nSTYLE\r\n::cue { color: red }\r\n\r\n"
        b"intro\r\n00:01.000 --> 00:04.250 align:start\r\nHello\r\nand welcome.\r\n\r\n"
        b"62:03.004 --> 62:05.000\r\n"
    )
    with pytest.raises(Unreadable):
        subtitles.parse(data.replace(b"00:01.000", b"00:09.000"))
    assert subtitles.parse(data) == CUES[:1]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"WEBVTT\n\nNOTE nothing\n", "It holds no subtitles: each needs a line such as 00:00:01,000 --> 00:00:04,000"),
        (SUBRIP.replace(b"00:00:04,250", b"00:00:00,250"), "One of its subtitles ends before it starts: 00:00:01,000"),
        (SUBRIP.replace(b"Hello", b"H\xe9llo"), "It is not UTF-8 text: save the subtitles as UTF-8."),
    ],
)
def test_what_cannot_be_shown(data: bytes, message: str) -> None:
    with pytest.raises(Unreadable) as caught:
        media.probe(data)
    assert str(caught.value).startswith(message)


cues = st.builds(
    lambda start, length, text: Cue(start, start + length, text),
    st.integers(0, 300_000_000),
    st.integers(0, 10_000),
    st.text(st.sampled_from("abc é👩"), min_size=1, max_size=9).map(str.strip).filter(bool),
)


@given(st.lists(cues, min_size=1, max_size=5))
def test_nothing_is_lost_on_the_way_there_and_back(entries: list[Cue]) -> None:
    data = (
        "WEBVTT\n\n" + "\n".join(f"{_time(cue.start)} --> {_time(cue.end)}\n{cue.text}\n" for cue in entries)
    ).encode()
    assert subtitles.parse(subtitles.written(data, SRT)) == tuple(entries)
    assert subtitles.parse(subtitles.written(subtitles.written(data, SRT), VTT)) == tuple(entries)


def _time(milliseconds: int) -> str:
    minutes, fraction = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{fraction // 1000:02}.{fraction % 1000:03}"
