"""The templates of the site, ready to be filled in: a sandbox, strict about what is undefined, escaping everything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from types import TracebackType
from typing import TYPE_CHECKING, Any

from cmflow.insights import sentences
from cmflow.render.template import WRONG, TemplateError
from cmflow.website.languages import Language

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER = "templates/site/"


@dataclass(frozen=True)
class Printer:
    """Fills in templates; `shared` is what every page is given."""

    templates: Mapping[str, str]
    language: Language
    now: datetime
    shared: Mapping[str, Any]

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """The texts without a number."""
        return {name: word for name, word in self.language.messages.items() if isinstance(word, str)}

    @cached_property
    def number(self) -> Callable[[int], str]:
        """Formats a number in the language of the pages."""
        return sentences.voice(self.language.code, "UTC").number

    @cached_property
    def _globals(self) -> Mapping[str, Any]:
        language = self.language
        texts = {"words": language, "labels": self.labels, "states": language.states}
        return {
            "up": "",
            "now": self.now,
            "lang": language.code,
            "direction": language.own.direction,
            **texts,
            **self.shared,
        }

    @cached_property
    def _environment(self) -> Environment:
        return _environment(tuple(sorted(self.templates.items())))

    def page(self, name: str, **own: Any) -> str:
        """The page that the template makes. Raises `TemplateError`."""
        from jinja2 import TemplateError as JinjaError
        from jinja2 import TemplateSyntaxError

        try:
            return self._environment.get_template(name).render(self._globals, **own)
        except TemplateSyntaxError as error:
            raise TemplateError(FOLDER + (error.name or name), error.lineno, f"{error.message}.") from error
        except (JinjaError, *WRONG) as error:
            template, line = _template_line(FOLDER + name, error.__traceback__)
            raise TemplateError(template, line, f"The template cannot be filled in: {error}.") from error


def _template_line(path: str, trace: TracebackType | None) -> tuple[str, int]:
    """The innermost line of a template that the error passed through."""
    location = (path, 1)
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        location = (name, trace.tb_lineno) if name.startswith(FOLDER) else location
        trace = trace.tb_next
    return location


@lru_cache(maxsize=4)
def _environment(sources: tuple[tuple[str, str], ...]) -> Environment:
    from jinja2 import FunctionLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    templates = dict(sources)

    def load(name: str) -> tuple[str, str, None] | None:
        source = templates.get(FOLDER + name)
        return None if source is None else (source, FOLDER + name, None)

    return ImmutableSandboxedEnvironment(
        loader=FunctionLoader(load),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
