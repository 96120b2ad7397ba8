"""Dataclasses of cmflow are those of the standard library, besides the time at which their methods are compiled."""

import copy
import dataclasses
import inspect
import pickle
import re
from dataclasses import FrozenInstanceError, field, replace
from functools import cached_property
from typing import Any

import pytest

from cmflow.values import FEW, dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A value."""

    name: str
    floor: int = 0
    tags: tuple[str, ...] = ()
    rooms: list[str] = field(default_factory=list, compare=False)
    secret: str = field(default="", repr=False, compare=False, kw_only=True)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    start: int
    end: int


@dataclass(slots=True)
class Counter:
    count: int = 0
    log: list[str] = field(init=False, default_factory=list)


@dataclass(frozen=True)
class Sheet:
    width: int
    area: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "area", self.width * self.width)

    @cached_property
    def double(self) -> int:
        return 2 * self.width


@dataclass
class Plain:
    name: str = "?"

    def __repr__(self) -> str:
        return f"<{self.name}>"


@dataclass(frozen=True, slots=True, eq=False)
class Same:
    name: str


@dataclass(frozen=True, slots=True)
class Empty:
    pass


def test_fields_are_set_by_position_name_and_default() -> None:
    place = Place("Hall", 2, secret="x")
    assert (place.name, place.floor, place.tags, place.rooms, place.secret) == ("Hall", 2, (), [], "x")
    assert Place(name="Hall").rooms is not Place(name="Hall").rooms
    assert (Counter().count, Counter(3).log) == (0, [])
    assert Sheet(4).area == 16
    assert Empty() == Empty()


def test_a_call_that_does_not_fit_is_refused_each_time() -> None:
    for _ in range(2):
        with pytest.raises(TypeError, match=r"Place\.__init__\(\) missing 1 required positional argument: 'name'"):
            Place()  # type: ignore[call-arg]
        with pytest.raises(TypeError, match=r"Counter\.__init__\(\) got an unexpected keyword argument 'log'"):
            Counter(log=[])  # type: ignore[call-arg]


def test_equal_values_are_equal_and_have_one_hash() -> None:
    assert Place("Hall", secret="a") == Place("Hall", secret="b")
    assert Place("Hall") != Place("Hall", 1)
    assert Span(1, 2).__eq__((1, 2)) is NotImplemented
    assert hash(Place("Hall", rooms=["a"])) == hash(Place("Hall"))
    assert {Span(1, 2), Span(1, 2)} == {Span(1, 2)}
    assert Same("a") != Same("a")
    assert Counter(1) == Counter(1)
    with pytest.raises(TypeError, match="unhashable"):
        hash(Counter())


def test_values_are_in_the_order_of_their_fields() -> None:
    assert sorted([Span(2, 1), Span(1, 3), Span(1, 2)]) == [Span(1, 2), Span(1, 3), Span(2, 1)]
    assert Span(1, 2) <= Span(1, 2) < Span(1, 3)
    assert Span(2, 0) > Span(1, 9) >= Span(1, 9)
    with pytest.raises(TypeError, match="not supported"):
        assert Place("a") < Place("b")  # type: ignore[operator]


@pytest.mark.parametrize("value", [Place("Hall"), Sheet(2), Span(1, 2)])
def test_a_frozen_value_stays_as_it_is(value: Any) -> None:
    name = dataclasses.fields(value)[0].name
    with pytest.raises(FrozenInstanceError, match=f"cannot assign to field '{name}'"):
        setattr(value, name, 1)
    with pytest.raises(FrozenInstanceError, match=f"cannot delete field '{name}'"):
        delattr(value, name)


def test_what_is_not_frozen_changes() -> None:
    counter = Counter()
    counter.count += 1
    assert counter == Counter(1)


def test_a_value_is_shown_as_it_is_written() -> None:
    assert repr(Place("Hall", 1, secret="x")) == "Place(name='Hall', floor=1, tags=(), rooms=[])"
    assert repr(Plain("a")) == "<a>"


def test_the_standard_library_knows_them() -> None:
    assert [field.name for field in dataclasses.fields(Span)] == ["start", "end"]
    assert replace(Span(1, 2), end=5) == Span(1, 5)
    assert dataclasses.asdict(Span(1, 2)) == {"start": 1, "end": 2}
    match Span(1, 2):
        case Span(start, end):
            assert (start, end) == (1, 2)
    assert Sheet(3).double == 6
    assert not hasattr(Span(1, 2), "__dict__")
    assert Place.__doc__ == "A value."


@pytest.mark.parametrize("value", [Place("Hall", rooms=["a"]), Sheet(2), Counter(2), Plain("a")])
def test_values_are_copied_and_sent(value: Any) -> None:
    for other in (copy.copy(value), copy.deepcopy(value), pickle.loads(pickle.dumps(value))):
        assert other == value
        assert other is not value


def test_only_what_is_called_often_is_compiled() -> None:
    @dataclass(frozen=True, slots=True)
    class Key:
        post: str

    late = Key.__init__, Key.__eq__, Key.__hash__
    keys = [Key("launch") for _ in range(FEW)]
    assert (Key.__init__, Key.__eq__, Key.__hash__) == late
    keys.append(Key("launch"))
    assert inspect.signature(Key.__init__).parameters.keys() == {"self", "post"}
    assert (Key.__eq__, Key.__hash__) == late[1:]
    assert [key.post for key in keys] == ["launch"] * (FEW + 1)


def test_the_first_values_are_made_as_the_others() -> None:
    @dataclass(frozen=True)
    class First:
        name: str
        floor: int = 0
        rooms: list[str] = field(default_factory=list)
        log: list[str] = field(init=False, default_factory=list)
        area: int = field(init=False, default=7)
        secret: str = field(default="", kw_only=True)

        def __post_init__(self) -> None:
            self.log.append(self.name)

    values = [vars(First("a", secret="s", rooms=["r"])) for _ in range(FEW + 1)]
    expected = {"name": "a", "floor": 0, "rooms": ["r"], "log": ["a"], "secret": "s"}
    assert values == [expected] * (FEW + 1)
    assert {tuple(value) for value in values} == {tuple(expected)}


@pytest.mark.parametrize(
    ("arguments", "keywords", "complaint"),
    [
        ((), {}, "missing 1 required positional argument: 'name'"),
        (("a", 1, 2), {}, "takes from 2 to 3 positional arguments but 4 were given"),
        (("a",), {"name": "b"}, "got multiple values for argument 'name'"),
        (("a",), {"other": 1}, "got an unexpected keyword argument 'other'"),
        (("a",), {"log": []}, "got an unexpected keyword argument 'log'"),
        (("a",), {"secret": "s", "floor": 1, "name": "b"}, "got multiple values for argument 'name'"),
    ],
)
def test_the_first_call_is_refused_like_the_others(
    arguments: tuple[Any, ...], keywords: dict[str, Any], complaint: str
) -> None:
    @dataclass(frozen=True, slots=True)
    class First:
        name: str
        floor: int = 0
        log: list[str] = field(init=False, default_factory=list)
        secret: str = field(default="", kw_only=True)

    for _ in range(2):
        with pytest.raises(TypeError, match=re.escape(complaint)):
            First(*arguments, **keywords)
