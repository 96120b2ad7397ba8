"""Figures in a network's answer."""

from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any

from cmflow.model import Number

LONGEST = 20  # digits of a figure


def read(answer: Any, names: Iterable[str]) -> dict[str, Number | None]:
    """The numbers of an answer's object by these names; None for what is not there, or is not a number."""
    fields = answer if isinstance(answer, Mapping) else {}
    return {name: _number(fields.get(name)) for name in names}


def digits(answer: Any, names: Iterable[str]) -> dict[str, Number | None]:
    """The same, of a network that writes its numbers as texts, such as "12"."""
    fields = answer if isinstance(answer, Mapping) else {}
    return {name: _whole(fields.get(name)) for name in names}


def added(value: Any) -> Number | None:
    """A number, or the sum of the numbers that an object has by kind, such as reactions; 0 of an empty object, None of
    anything else."""
    if not isinstance(value, Mapping):
        return _number(value)
    numbers = [_number(part) for part in value.values()]
    counted = [number for number in numbers if number is not None]
    return sum(counted) if len(counted) == len(numbers) else None


def _whole(value: Any) -> Number | None:
    is_written = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < LONGEST
    return int(value) if is_written else None


def _number(value: Any) -> Number | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if isinstance(value, int) or isfinite(value) else None
