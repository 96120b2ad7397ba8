"""What is compiled when it is first used, not when its module is imported: methods of dataclasses, and patterns.

The standard library compiles six methods of every class at once. That took a quarter of a quiet command, and most of
them are never called. Of most classes a command makes one or two values: their fields are set without compiling.
Patterns took a tenth of a command that looks at one post, and no command needs all of them.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import MISSING, Field, FrozenInstanceError
from functools import cache, partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(kind: type | None = None, /, **options: bool) -> Any:
        """Make a dataclass as the standard library does: with `frozen`, `slots`, `eq`, `order`, `kw_only`."""
        return _made(kind) if kind else partial(_made, **options)


__all__ = ["compiled", "dataclass"]

FEW = 2  # values of a class that are made before its `__init__` is compiled, which takes as long as to make fifteen
ORDER = {"__lt__": "<", "__le__": "<=", "__gt__": ">", "__ge__": ">="}
Source = Callable[[type[Any]], str]


@cache
def compiled(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return the regular expression, compiled once."""
    return re.compile(pattern, flags)


def _made(
    kind: type[Any], *, frozen: bool = False, slots: bool = False, eq: bool = True, order: bool = False, **others: bool
) -> type[Any]:
    own = {*vars(kind)}
    kind.__doc__ = kind.__doc__ or kind.__name__  # else the standard library computes a signature
    made = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots, **others)(kind)
    for name, method in _methods(made, frozen, slots, eq, order):
        if name not in own:
            setattr(made, name, method)
    return made


def _methods(kind: type[Any], frozen: bool, slots: bool, eq: bool, order: bool) -> Iterator[tuple[str, Any]]:
    yield "__init__", _later(kind, "__init__", _init, partial(_set_fields, kind))
    yield "__repr__", _repr
    if eq:
        yield "__eq__", _later(kind, "__eq__", partial(_comparison, "=="))
        yield "__hash__", _later(kind, "__hash__", _hash) if frozen else None
    if order:
        yield from ((name, _later(kind, name, partial(_comparison, sign))) for name, sign in ORDER.items())
    if frozen:
        yield from (("__setattr__", _refuse_value), ("__delattr__", _refuse_removal))
    if frozen and slots:  # to copy it, and to send it to another process
        yield from (("__getstate__", _state), ("__setstate__", _set_state))


# ── compiled for each class ─────────────────────────────────────────────────────────────────────────────────


def _later(
    kind: type[Any], name: str, source: Source, substitute: Callable[..., bool] | None = None
) -> Callable[..., Any]:
    """What compiles the method when it is called, and gives its place to it; the `substitute` does its work for the
    first few calls, unless it returns False."""
    calls = 0

    def method(*arguments: Any, **keywords: Any) -> Any:
        nonlocal calls
        calls += 1
        if substitute and calls <= FEW and substitute(arguments, keywords):
            return None
        space = _names(kind)
        exec(source(kind), space)
        compiled = space["method"]
        compiled.__name__, compiled.__qualname__ = name, f"{kind.__qualname__}.{name}"
        setattr(kind, name, compiled)
        return compiled(*arguments, **keywords)

    return method


def _set_fields(kind: type[Any], arguments: tuple[Any, ...], keywords: dict[str, Any]) -> bool:
    """What `__init__` does, a field at a time; False, with nothing done, for a call that does not fit."""
    fields = dataclasses.fields(kind)
    own, *others = arguments
    names = [field.name for field in fields if field.init and not field.kw_only]
    values = {**dict(zip(names, others, strict=False)), **keywords}
    fits = len(others) <= len(names) and len(values) == len(others) + len(keywords)
    known = {field.name for field in fields if field.init}
    needed = {field.name for field in fields if field.init and field.default is field.default_factory is MISSING}
    if not fits or not needed <= values.keys() <= known:
        return False
    for field in fields:
        if field.name in values:
            object.__setattr__(own, field.name, values[field.name])
        elif field.default_factory is not MISSING:
            object.__setattr__(own, field.name, field.default_factory())
        elif field.init:
            object.__setattr__(own, field.name, field.default)
    if hasattr(kind, "__post_init__"):
        own.__post_init__()
    return True


def _names(kind: type[Any]) -> dict[str, Any]:
    """What the methods use besides their parameters; the setter of a slot is fast, and works where it is frozen."""
    names: dict[str, Any] = {"MISSING": MISSING}
    for field in dataclasses.fields(kind):
        names[f"_default_{field.name}"] = field.default
        names[f"_make_{field.name}"] = field.default_factory
        names[f"_set_{field.name}"] = getattr(getattr(kind, field.name, None), "__set__", None)
    return names


def _init(kind: type[Any]) -> str:
    fields = dataclasses.fields(kind)
    keywords = [_parameter(field) for field in fields if field.init and field.kw_only]
    parameters = [_parameter(field) for field in fields if field.init and not field.kw_only]
    parameters += ["*", *keywords] if keywords else []
    lines = [_line(kind, field) for field in fields if field.init or field.default_factory is not MISSING]
    lines += ["self.__post_init__()"] if hasattr(kind, "__post_init__") else []
    return _method(("self", *parameters), lines or ["pass"])


def _parameter(field: Field[Any]) -> str:
    if field.default is not MISSING:
        return f"{field.name}=_default_{field.name}"
    return f"{field.name}=MISSING" if field.default_factory is not MISSING else field.name


def _line(kind: type[Any], field: Field[Any]) -> str:
    name = value = field.name
    if field.default_factory is not MISSING:
        value = f"_make_{name}() if {name} is MISSING else {name}" if field.init else f"_make_{name}()"
    has_slot = hasattr(getattr(kind, name, None), "__set__")
    return f"_set_{name}(self, {value})" if has_slot else f"self.__dict__[{name!r}] = {value}"


def _comparison(sign: str, kind: type[Any]) -> str:
    mine, theirs = _compared(kind, "self"), _compared(kind, "other")
    return _method(
        ("self", "other"), [f"return {mine} {sign} {theirs} if other.__class__ is self.__class__ else NotImplemented"]
    )


def _hash(kind: type[Any]) -> str:
    return _method(("self",), [f"return hash({_compared(kind, 'self')})"])


def _compared(kind: type[Any], owner: str) -> str:
    return f"({' '.join(f'{owner}.{field.name},' for field in dataclasses.fields(kind) if field.compare)})"


def _method(parameters: Iterable[str], lines: Iterable[str]) -> str:
    return "\n ".join((f"def method({', '.join(parameters)}):", *lines))


# ── the same for all classes ────────────────────────────────────────────────────────────────────────────────


def _repr(self: Any) -> str:
    values = (f"{field.name}={getattr(self, field.name)!r}" for field in dataclasses.fields(self) if field.repr)
    return f"{type(self).__qualname__}({', '.join(values)})"


def _refuse_value(self: Any, name: str, value: Any) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_removal(self: Any, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, field.name) for field in dataclasses.fields(self)]


def _set_state(self: Any, state: list[Any]) -> None:
    for field, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)
