"""A file with a few bytes written over while it is read is the same file, however it is read."""

import io

from hypothesis import given
from hypothesis import strategies as st

from cmflow.netkit.patch import Patch, PatchedFile, apply, disjoint
from cmflow.netkit.upload import Upload

PATCHES = st.builds(
    lambda start, length, data: Patch(start, start + length, data[:length]),
    st.integers(0, 90),
    st.integers(0, 30),
    st.binary(max_size=40),
)


def test_where_two_would_write_the_first_one_does() -> None:
    assert disjoint([Patch(4, 9, b"later"), Patch(2, 6, b"free"), Patch(7, 7)]) == (
        Patch(2, 6, b"free"),
        Patch(6, 9, b"ter"),
    )


def test_what_a_patch_has_no_data_for_is_zeros() -> None:
    buffer = bytearray(b"0123456789")
    apply(buffer, 10, [Patch(8, 12, b"abcd"), Patch(14, 17, b"x"), Patch(19, 30, b"yz")])
    assert buffer == b"cd23x\0\00078y"


@given(st.lists(PATCHES, max_size=6), st.lists(st.tuples(st.integers(0, 110), st.integers(0, 40)), max_size=6))
def test_every_piece_is_a_piece_of_the_whole(patches: list[Patch], reads: list[tuple[int, int]]) -> None:
    data = bytes(range(100))
    whole = bytearray(data)
    apply(whole, 0, disjoint(patches))
    file = io.BufferedReader(PatchedFile(io.BytesIO(data), disjoint(patches)))
    assert file.read() == whole
    for start, length in reads:
        file.seek(start)
        assert file.read(length) == whole[start : start + length]
    file.seek(-5, io.SEEK_END)
    assert file.read() == whole[-5:]
    file.close()
    assert file.closed


def test_a_file_in_memory_is_not_patched() -> None:
    assert Upload.of(b"bytes").read() == b"".join(Upload.of(b"bytes").chunks()) == b"bytes"
