"""Figures in a network's answer."""

from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any

from cmflow.model import Number


def read(answer: Any, names: Iterable[str]) -> dict[str, Number | None]:
    """The numbers of an answer's object by these names; None for what is not there, or is not a number."""
    fields = answer if isinstance(answer, Mapping) else {}
    return {name: _number(fields.get(name)) for name in names}


def _number(value: Any) -> Number | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if isinstance(value, int) or isfinite(value) else None
