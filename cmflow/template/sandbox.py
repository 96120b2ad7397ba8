"""Jinja2 for templates that anybody may have written: no way out, no way to change anything, no work without end.

Imported only where a template is filled in: Jinja2 takes longer to import than most commands take to run.
"""

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from jinja2 import FunctionLoader, StrictUndefined, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace

NAMES = ("post", "account", "plan", "text", "parts", "tags", "link")
RANGE = 10_000  # steps of a loop over `range()`
STEPS = 1_000_000  # steps of all loops that one post may take
CALL = 10  # steps that a call, such as of a macro, counts as
GROWING = frozenset({"format", "format_map", "center", "ljust", "rjust", "zfill", "expandtabs"})
UNSAFE_FILTERS = ("center", "format", "filesizeformat", "pprint", "random", "tojson", "xmlattr")

_steps = [0]  # taken so far by the template that is being filled in


def start() -> None:
    """Another template: its steps count from the beginning."""
    _steps[:] = [0]


def environment(
    load: Callable[[str], tuple[str, str, None] | None], filters: Mapping[str, Callable[..., Any]]
) -> "Sandbox":
    made = Sandbox(
        loader=FunctionLoader(load), undefined=Missing, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )
    made.globals = {"range": _range, "namespace": Namespace}
    for name in UNSAFE_FILTERS:
        del made.filters[name]
    made.filters |= {**filters, "counted": _counted}
    return made


class Sandbox(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset({"*", "**", "%"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        numbers = isinstance(left, int | float) and isinstance(right, int | float)
        if operator == "**" or not numbers:
            raise SecurityError(f"use “{operator}” on anything but plain numbers")
        return super().call_binop(context, operator, left, right)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return attr not in GROWING and super().is_safe_attribute(obj, attr, value)

    def call(self, *words: Any, **more: Any) -> Any:
        _step(CALL)
        return super().call(*words, **more)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        template = super()._parse(source, name, filename)
        for loop in template.find_all(nodes.For):
            loop.iter = nodes.Filter(loop.iter, "counted", [], [], None, None, lineno=loop.lineno)
        return template


class Missing(StrictUndefined):
    @property
    def _undefined_message(self) -> str:
        name, owner = str(self._undefined_name), self._undefined_obj
        if isinstance(self._undefined_hint, str):
            return self._undefined_hint
        if is_dataclass(owner):
            return _undefined(name, f"`{type(owner).__name__.lower()}`", (each.name for each in fields(owner)))
        return _undefined(name, "a template", NAMES)


def _undefined(name: str, owner: str, known: Iterable[str]) -> str:
    """A sentence, and behind ": " what to do."""
    near = difflib.get_close_matches(name, list(known), 1, 0.6)
    sentence = f"There is no “{name}” in {owner}."
    return f"{sentence}: Did you mean “{near[0]}”?" if near else sentence


def _step(steps: int = 1) -> None:
    _steps[0] += steps
    if _steps[0] > STEPS:
        raise ValueError(f"its loops take more than {STEPS:,} steps")


def _counted(values: Iterable[Any]) -> Iterator[Any]:
    """What a loop goes through; every loop of every template is led through here."""
    for value in values:
        _step()
        yield value


def _range(*bounds: int) -> range:
    steps = range(*bounds)
    if len(steps) > RANGE:
        raise ValueError(f"a loop may take {RANGE:,} steps, not {len(steps):,}")
    return steps
