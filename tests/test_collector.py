import gc
from collections.abc import Iterator

import pytest

from cmflow import collector


@pytest.fixture(autouse=True)
def _as_it_was(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    was_on = gc.isenabled()
    monkeypatch.setattr(collector, "_has_end", True)
    yield
    gc.unfreeze()
    (gc.enable if was_on else gc.disable)()


@pytest.mark.parametrize("is_on", [True, False])
def test_what_is_made_meanwhile_is_not_looked_at(is_on: bool) -> None:
    (gc.enable if is_on else gc.disable)()
    with collector.pause():
        rows = [[number] for number in range(1_000)]
        assert not gc.isenabled()
    assert gc.isenabled() == is_on
    assert {id(row) for row in rows}.isdisjoint(map(id, gc.get_objects()))


def test_after_an_error_it_goes_on_as_before() -> None:
    gc.enable()
    with pytest.raises(KeyError), collector.pause():
        raise KeyError
    assert gc.isenabled()


def test_a_process_that_stays_keeps_nothing() -> None:
    collector.stay()
    with collector.pause():
        rows = [[number] for number in range(1_000)]
    assert {id(row) for row in rows} <= {*map(id, gc.get_objects())}
