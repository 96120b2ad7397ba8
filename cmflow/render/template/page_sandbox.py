"""Jinja2's sandbox for pages. Imported only where a page is filled in: Jinja2 takes long to import."""

import re
from collections.abc import MutableMapping
from typing import Any

from jinja2.compiler import CodeGenerator, Frame
from jinja2.nodes import Expr
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import escape

_MARKS = re.compile("[&<>\"']")


def escaped(value: Any) -> str:
    """The value as HTML. Most have nothing to escape: those are not made `Markup` first, to be joined right away."""
    return value if type(value) is str and not _MARKS.search(value) else escape(value)


class _Generator(CodeGenerator):
    """Writes templates that escape with `escaped` what they put out."""

    def _output_child_pre(self, node: Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("environment.escaped(")
        else:
            super()._output_child_pre(node, frame, finalize)


class PageSandbox(ImmutableSandboxedEnvironment):
    """Asks once whether templates may read an attribute of a class: a page reads the same ones thousands of times.

    What Jinja2 looks at is the name, and which class the object has.
    """

    code_generator_class = _Generator
    escaped = staticmethod(escaped)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._answers: dict[tuple[type[Any], str], bool] = {}

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        answer = self._answers.get((type(obj), attr))
        if answer is None:
            answer = self._answers[type(obj), attr] = super().is_safe_attribute(obj, attr, value)
        return answer

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """In one dictionary: Jinja2's chain of two is copied for each page, in Python."""
        return {**self.globals, **(d or {})}
