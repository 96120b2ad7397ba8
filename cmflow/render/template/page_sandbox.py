"""Jinja2's sandbox for pages. Imported only where a page is filled in: Jinja2 takes long to import."""

from typing import Any

from jinja2.sandbox import ImmutableSandboxedEnvironment


class PageSandbox(ImmutableSandboxedEnvironment):
    """Asks once whether templates may read an attribute of a class: a page reads the same ones thousands of times.

    What Jinja2 looks at is the name, and which class the object has.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._answers: dict[tuple[type[Any], str], bool] = {}

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        answer = self._answers.get((type(obj), attr))
        if answer is None:
            answer = self._answers[type(obj), attr] = super().is_safe_attribute(obj, attr, value)
        return answer
