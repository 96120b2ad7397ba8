"""Jinja2 for templates that anybody may have written: no way out, no way to change anything, no work without end.

Imported only where a template is filled in: Jinja2 takes longer to import than most commands take to run.
"""

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from jinja2 import FunctionLoader, StrictUndefined, nodes, pass_context
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace

from cmflow.render.template import budget
from cmflow.render.template.bytecode import compiled

NAMES = ("post", "account", "plan", "text", "parts", "tags", "link")
SOURCE = 200_000  # characters of a template
FILTERS = (
    "abs", "batch", "capitalize", "count", "d", "default", "dictsort", "first", "float", "groupby", "indent",
    "int", "items", "join", "last", "length", "list", "lower", "map", "max", "min", "reject", "rejectattr",
    "replace", "reverse", "round", "select", "selectattr", "slice", "sort", "string", "sum", "title", "trim",
    "truncate", "unique", "upper", "urlencode", "wordcount", "wordwrap",
)  # fmt: skip
_TEXT = (
    "capitalize", "casefold", "count", "endswith", "find", "index", "isalnum", "isalpha", "isascii",
    "isdecimal", "isdigit", "islower", "isnumeric", "isspace", "istitle", "isupper", "join", "lower", "lstrip",
    "partition", "removeprefix", "removesuffix", "replace", "rfind", "rindex", "rpartition", "rsplit", "rstrip",
    "split", "splitlines", "startswith", "strip", "swapcase", "title", "upper",
)  # fmt: skip
_TIME = ("date", "isocalendar", "isoformat", "isoweekday", "strftime", "time", "timestamp", "total_seconds", "weekday")
METHODS: tuple[tuple[type | tuple[type, ...], frozenset[str]], ...] = (
    (str, frozenset(_TEXT)),
    ((list, tuple, range), frozenset({"count", "index"})),
    (Mapping, frozenset({"get", "items", "keys", "values"})),
    ((date, datetime, time, timedelta), frozenset(_TIME)),
    ((int, float, bytes, bytearray, complex, set, frozenset, memoryview), frozenset()),
)  # fmt: skip
FORMAT = 200  # characters of what a date is written by


def start() -> None:
    """Another template: what it takes counts from the beginning."""
    budget.start()


def environment(
    load: Callable[[str], tuple[str, str, None] | None], filters: Mapping[str, Callable[..., Any]]
) -> "Sandbox":
    sandbox = Sandbox(
        loader=FunctionLoader(load),
        undefined=Missing,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
        bytecode_cache=compiled("posts"),
    )
    sandbox.globals = {"range": budget.steps_of, "namespace": Namespace}
    filters_by_name: dict[str, Callable[..., Any]] = {**{name: sandbox.filters[name] for name in FILTERS}, **filters}
    sandbox.filters = {name: budget.metered(name, act) for name, act in filters_by_name.items()} | dict(_OWN)
    sandbox.tests.update({name: budget.metered(name, act) for name, act in dict[str, Any](sandbox.tests).items()})
    return sandbox


class Sandbox(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "**", "%"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        numbers = isinstance(left, int | float) and isinstance(right, int | float)
        if operator in ("*", "**", "%") and (operator == "**" or not numbers):
            raise SecurityError(f"use “{operator}” on anything but plain numbers")
        budget.room(budget.weight(budget.weighed(left)) + budget.weight(budget.weighed(right)))
        return budget.weighed(super().call_binop(context, operator, left, right))

    def wrap_str_format(self, value: Any) -> None:
        """Jinja2 would let `format` of a text through here, without a limit."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if callable(value):
            for kind, names in METHODS:
                if isinstance(obj, kind):
                    return attr in names
        return super().is_safe_attribute(obj, attr, value)

    def call(self, context: Any, act: Any, /, *args: Any, **more: Any) -> Any:
        budget.step(budget.CALL)
        owner, name = getattr(act, "__self__", None), getattr(act, "__name__", "")
        if isinstance(owner, str) and name in _TEXT:
            keywords = {key: value for key, value in more.items() if key not in ("_loop_vars", "_block_vars")}
            return budget.metered(f"str.{name}", getattr(str, name))(owner, *args, **keywords)
        if isinstance(owner, date | time) and any(isinstance(word, str) and len(word) > FORMAT for word in args):
            raise SecurityError(f"write a date by more than {FORMAT} characters")
        result = super().call(context, act, *args, **more)
        return budget.weighed(result)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        if len(source) > SOURCE:
            raise SecurityError(f"be longer than {SOURCE:,} characters")
        template = super()._parse(source, name, filename)
        for node in [*template.find_all(nodes.Node), template]:
            if isinstance(node, nodes.For):
                node.iter = _filtered("counted", node.iter)
            _metered(node)
        return template


def _filtered(name: str, node: Any) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


def _metered(node: nodes.Node) -> None:
    """Lead what a node takes and makes through the budget, where Jinja2 has no place of its own for that."""
    if isinstance(node, nodes.Output):
        node.nodes = [
            child if isinstance(child, nodes.TemplateData) else _filtered("weighed", child) for child in node.nodes
        ]
    elif isinstance(node, nodes.Compare):
        node.expr = _filtered("weighed", node.expr)
        for operand in node.ops:
            operand.expr = _filtered("weighed", operand.expr)
    elif isinstance(node, nodes.Concat):
        node.nodes = [_filtered("concatenated", nodes.Tuple(node.nodes, "load", lineno=node.lineno))]
    elif isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Slice):
        node.node = _filtered("weighed", node.node)
    elif isinstance(node, nodes.Const):
        budget.weight(node.value)
    elif isinstance(node, nodes.For | nodes.Macro | nodes.CallBlock | nodes.Block | nodes.Template):
        _charged(node)


def _charged(node: Any) -> None:
    """Each pass through a body costs what the body contains."""
    size = sum(len(child.data) if isinstance(child, nodes.TemplateData) else 1 for child in _inside(node.body))
    price = nodes.ExprStmt(_filtered("charged", nodes.Const(size, lineno=node.lineno)), lineno=node.lineno)
    if size and not (isinstance(node, nodes.Template) and any(node.find_all(nodes.Extends))):
        node.body = [price, *node.body]


def _inside(body: Iterable[nodes.Node]) -> Iterable[nodes.Node]:
    for node in body:
        yield node
        yield from node.find_all(nodes.Node)


@pass_context  # so that nothing of it is worked out once for all when the template is read
def _weighed(context: Any, value: Any) -> Any:
    return budget.weighed(value)


@pass_context
def _charge(context: Any, amount: int) -> None:
    budget.work(amount)


@pass_context
def _concatenated(context: Any, values: tuple[Any, ...]) -> str:
    budget.room(sum(budget.weight(budget.weighed(value)) for value in values))
    return str(budget.weighed("".join(map(str, values))))


@pass_context
def _counted(context: Any, values: Iterable[Any]) -> Iterable[Any]:
    return budget.counted(values)


_OWN: Mapping[str, Callable[..., Any]] = {
    "weighed": _weighed,
    "charged": _charge,
    "concatenated": _concatenated,
    "counted": _counted,
}


class Missing(StrictUndefined):
    @property
    def _undefined_message(self) -> str:
        name, owner = str(self._undefined_name), self._undefined_obj
        if isinstance(self._undefined_hint, str):
            return self._undefined_hint
        if is_dataclass(owner):
            return _undefined(name, f"`{type(owner).__name__.lower()}`", (field.name for field in fields(owner)))
        return _undefined(name, "a template", NAMES)


def _undefined(name: str, owner: str, names: Iterable[str]) -> str:
    """A sentence, and behind ": " what to do."""
    matches = difflib.get_close_matches(name, list(names), 1, 0.6)
    sentence = f"There is no “{name}” in {owner}."
    return f"{sentence}: Did you mean “{matches[0]}”?" if matches else sentence
