"""The marks of the networks: one for each, all different, readable in the light and in the dark."""

import re
from collections.abc import Iterator

import pytest

from cmflow.netkit import network
from cmflow.website import marks

NAMES = network.names()


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`, as WCAG 2.2 defines it."""
    shares = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def every() -> Iterator[tuple[str, marks.Mark]]:
    yield from marks.MARKS.items()
    yield "other", marks.DEFAULT


def test_every_network_has_one_of_its_own() -> None:
    """A new one may wait for its drawing, and has a ring until then."""
    assert {*marks.MARKS} <= {*NAMES}
    assert len({mark.path for _, mark in every()}) == len({mark.colour for _, mark in every()}) == len(marks.MARKS) + 1
    assert marks.of("mastodon") is marks.MARKS["mastodon"]
    assert marks.of("nobody-knows") is marks.DEFAULT


@pytest.mark.parametrize(("name", "mark"), [*every()], ids=[name for name, _ in every()])
def test_white_lines_can_be_seen_on_it(name: str, mark: marks.Mark) -> None:
    assert re.fullmatch(r"#[0-9a-f]{6}", mark.colour)
    assert 1.05 / (luminance(mark.colour) + 0.05) >= 4.5, name
    assert re.fullmatch(r"[MmLlHhVvCcSsAaZz0-9. -]+", mark.path), name
