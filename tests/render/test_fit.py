from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow.model import Entity, Form
from cmflow.model.limits import Limit, Limits, Measure
from cmflow.netkit import network
from cmflow.render import fit
from cmflow.render.fit import Measured, as_dict, measured
from tests.examples import examples

SHORT = Measure(Limit(5, "characters", "here", date(2026, 1, 1)), lambda body, warning: len(body) + len(warning))
SMALL = Measure(Limit(6, "bytes", "here", date(2026, 1, 1)), lambda body, warning: len(body.encode()))


def limits(offsets: str = "code points", *found: Entity) -> Limits:
    return Limits((SHORT, SMALL), lambda text: Form(text.chars), lambda body: found, offsets)


def test_every_measure_is_taken() -> None:
    assert measured("añb", "!", limits()) == Measured(((SHORT, 4), (SMALL, 4)), ())


@pytest.mark.parametrize(
    ("body", "fits"), [("", True), ("abcde", True), ("abcdef", False), ("ééé", True), ("éééé", False)]
)
def test_a_text_fits_where_every_measure_is_kept(body: str, fits: bool) -> None:
    assert measured(body, "", limits()).fits == fits


@pytest.mark.parametrize(
    ("offsets", "one", "two"), [("code points", (2, 4), (5, 7)), ("utf-16", (3, 5), (6, 9)), ("bytes", (6, 8), (9, 14))]
)
def test_offsets_are_in_the_networks_own_unit(offsets: str, one: tuple[int, int], two: tuple[int, int]) -> None:
    entities = (Entity(2, 4, "hashtag", "#a"), Entity(5, 7, "hashtag", "#🎉"))
    found = measured("\u00e9🎉#a #🎉", "", limits(offsets, *entities)).entities
    assert found == (Entity(*one, "hashtag", "#a"), Entity(*two, "hashtag", "#🎉"))


ENCODED = {"code points": ("utf-32-le", 4), "utf-16": ("utf-16-le", 2), "bytes": ("utf-8", 1)}
PIECES = st.sampled_from(
    ["#git ", "@ana.example ", "https://example.org/é ", "🎉", "é", "한 ", "👩‍👩‍👧 ", "a ", "#été "]
)


@examples(20)
@given(st.lists(PIECES, max_size=9).map("".join))
def test_what_stands_at_the_offsets_is_the_entity(body: str) -> None:
    for name in network.names():
        rules = network.load(name).limits
        encoding, size = ENCODED[rules.offsets]
        data = body.encode(encoding)
        plain = rules.find(body)
        found = measured(body, "", rules).entities
        assert [each.text for each in found] == [each.text for each in plain]
        for each, code in zip(found, plain, strict=True):
            assert data[each.start * size : each.end * size].decode(encoding) == body[code.start : code.end]


def test_half_a_character_counts_as_what_it_would_take() -> None:
    starts = {name: unit and unit("\ud83d ") for name, unit in fit.UNITS.items()}
    assert starts == {"code points": None, "bytes": 4, "utf-16": 2}


def test_the_shape_for_programs() -> None:
    found = measured("héllo #x", "", limits("bytes", Entity(6, 8, "hashtag", "#x")))
    assert as_dict(found) == {
        "length": 8,
        "limit": 5,
        "fits": False,
        "entities": [{"kind": "hashtag", "text": "#x", "start": 7, "end": 9}],
    }
