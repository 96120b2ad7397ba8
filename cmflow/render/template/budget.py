"""The budget of one template for one post: a number for steps, one for work, and a size that no value may exceed.

Work is counted in characters and items: whatever is joined, compared, filtered or printed is weighed first. So neither
a loop nor a single filter can take long, and nothing that grows with each turn grows for long.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, MappingView
from functools import wraps
from typing import Any

from jinja2.exceptions import SecurityError
from jinja2.runtime import Undefined
from jinja2.utils import Namespace

LARGEST = 1_000_000  # characters, or items with all they hold, of any value
NUMBER = 10**30
WORK = 5_000_000
STEPS = 1_000_000  # of all loops
RANGE = 10_000  # steps of a loop over `range()`
CALL = 10  # steps that a call, such as of a macro, counts as
SMALL = 1_000  # a width, a count or a precision

_spent = [0, 0]  # steps and work of the template that is being filled in


def start() -> None:
    """Another template: it begins with nothing spent."""
    _spent[:] = [0, 0]


def step(steps: int = 1) -> None:
    _spent[0] += steps
    if _spent[0] > STEPS:
        raise ValueError(f"its loops take more than {STEPS:,} steps")


def work(amount: int) -> None:
    _spent[1] += max(0, amount)
    if _spent[1] > WORK:
        raise ValueError("it takes too much work for one post")


def weighed(value: Any) -> Any:
    """The value, once its weight is paid for."""
    work(weight(value))
    return value


def weight(value: Any) -> int:
    """Return how much a value holds: characters, or items with all that they hold, each as often as it appears."""
    kind = type(value)
    if kind in (int, float, bool):
        if not -NUMBER < value < NUMBER:
            raise ValueError("it makes too large a number")
        return 1
    if isinstance(value, str | bytes):
        size = len(value) + 1
    elif isinstance(value, _HOLDERS):
        size = _deep(value)
    else:
        return 1
    if size > LARGEST:
        raise ValueError(f"it makes a value of more than {LARGEST:,} characters or items")
    return size


def _deep(value: Any) -> int:
    """The weight of what holds other things. Stops where it is too much: a few nested lists can be too much."""
    size, queue = 0, [value]
    while queue and size <= LARGEST:
        one = queue.pop()
        size += 1
        if isinstance(one, str | bytes | range):
            size += len(one)
        elif isinstance(one, _HOLDERS):
            held = _items(one)
            size += len(held)
            queue += held
    return size


_HOLDERS = (list, tuple, set, frozenset, range, Mapping, MappingView, Namespace)


def _items(holder: Any) -> list[Any]:
    if isinstance(holder, Namespace):
        holder = object.__getattribute__(holder, "_Namespace__attrs")
    return [*holder.keys(), *holder.values()] if isinstance(holder, Mapping) else list(holder)


def counted(values: Iterable[Any]) -> Iterator[Any]:
    """Yield what a loop goes through; every loop of every template is led through here."""
    for value in values:
        step()
        yield value


def steps_of(*bounds: int) -> range:
    steps = range(*bounds)
    if len(steps) > RANGE:
        raise ValueError(f"a loop may take {RANGE:,} steps, not {len(steps):,}")
    return steps


def room(size: int) -> None:
    """That much may be made: asked before it is."""
    if size > LARGEST:
        raise ValueError(f"it makes a value of more than {LARGEST:,} characters or items")


# ── filters, tests and methods ──────────────────────────────────────────────────────────────────────────────


def metered(name: str, act: Callable[..., Any]) -> Callable[..., Any]:
    """A filter, a test or a method that pays for what it is given and for what it makes."""
    passed = 1 if hasattr(act, "jinja_pass_arg") else 0  # the context or the environment comes before the value

    @wraps(act)
    def paying(*args: Any, **more: Any) -> Any:
        values = [_held(word) if number == passed else word for number, word in enumerate(args)]
        for word in (*values[passed:], *more.values()):
            weighed(word)
        if guard := _GUARDS.get(name):
            guard(*values[passed:], **more)
        result = act(*values, **more)
        return counted(result) if isinstance(result, Iterator) else weighed(result)

    return paying


def _held(value: Any) -> Any:
    """An iterator as a list, so that it can be weighed; everything else as it is."""
    return list(counted(value)) if isinstance(value, Iterator) and not isinstance(value, Undefined) else value


def _size(value: Any) -> int:
    return len(value) if isinstance(value, str) else 20


def _joined(value: Any, d: Any = "", attribute: Any = None) -> None:
    items = value if isinstance(value, list | tuple | range | Mapping | str | set | frozenset) else ()
    room(weight(value) + len(items) * _size(d))


def _join(between: Any, values: Any = ()) -> None:
    if isinstance(values, Iterator):
        raise SecurityError("join what is not a list")
    _joined(values, between)


def _replaced(s: Any, old: Any = "", new: Any = "", count: Any = None) -> None:
    text, out = str(s), str(old)
    room(len(text) + (text.count(out) if out else len(text) + 1) * len(str(new)))


def _indented(s: Any, width: Any = 4, first: Any = False, blank: Any = False) -> None:
    _small(width)
    margin = len(width) if isinstance(width, str) else SMALL
    room(len(str(s)) + (len(str(s).splitlines()) + 2) * margin)


def _wrapped(s: Any, width: Any = 79, long: Any = True, wrapstring: Any = None, hyphens: Any = True, **_: Any) -> None:
    _small(width)
    room(len(str(s)) * (1 + _size(wrapstring or "")))


def _summed(iterable: Any, attribute: Any = None, start: Any = 0) -> None:
    items = iterable if isinstance(iterable, list | tuple) else ()
    if isinstance(start, str | list | tuple) or any(isinstance(item, str | list | tuple) for item in items):
        raise SecurityError("add up anything but numbers")


def _sized(value: Any, *numbers: Any, **more: Any) -> None:
    for number in (*numbers, *more.values()):
        _small(number)


def _small(number: Any) -> None:
    if isinstance(number, int | float) and not -SMALL <= number <= SMALL:
        raise SecurityError(f"use a width, a count or a precision beyond {SMALL:,}")


_GUARDS: Mapping[str, Callable[..., None]] = {
    "join": _joined,
    "str.join": _join,
    "replace": _replaced,
    "str.replace": _replaced,
    "indent": _indented,
    "wordwrap": _wrapped,
    "sum": _summed,
    "batch": _sized,
    "slice": _sized,
    "round": _sized,
}
