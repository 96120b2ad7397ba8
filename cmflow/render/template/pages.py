"""Pages for a browser, from templates/site: a sandbox, strict about what is undefined, escaping everything."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import TracebackType
from typing import TYPE_CHECKING, Any

from cmflow.model.errors import TemplateError
from cmflow.model.templates import SITE
from cmflow.problems import safe_line
from cmflow.render.template import WRONG

if TYPE_CHECKING:
    from jinja2 import Environment


def fill(environment: Environment, name: str, values: Mapping[str, Any]) -> str:
    """The page that the template makes. Raises `TemplateError`."""
    from jinja2 import TemplateError as JinjaError
    from jinja2 import TemplateSyntaxError

    try:
        return environment.get_template(name).render(values)
    except TemplateSyntaxError as error:
        raise TemplateError(SITE + (error.name or name), error.lineno, _sentence(error.message or "")) from error
    except (JinjaError, *WRONG) as error:
        template, line = _template_line(SITE + name, error.__traceback__)
        raise TemplateError(template, line, _sentence(f"The template cannot be filled in: {error}")) from error


def environment(templates: Mapping[str, str]) -> Environment:
    """The templates, by path, ready to be filled in."""
    return _environment(tuple(sorted(templates.items())))


def _sentence(words: str) -> str:
    return f"{safe_line(words).rstrip('.')}."


def _template_line(path: str, trace: TracebackType | None) -> tuple[str, int]:
    """The innermost line of a template that the error passed through."""
    location = (path, 1)
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        location = (name, trace.tb_lineno) if name.startswith(SITE) else location
        trace = trace.tb_next
    return location


@lru_cache(maxsize=4)
def _environment(sources: tuple[tuple[str, str], ...]) -> Environment:
    from jinja2 import FunctionLoader, StrictUndefined

    from cmflow.render.template.bytecode import compiled
    from cmflow.render.template.page_sandbox import PageSandbox

    templates = dict(sources)

    def load(name: str) -> tuple[str, str, None] | None:
        source = templates.get(SITE + name)
        return None if source is None else (source, SITE + name, None)

    return PageSandbox(
        loader=FunctionLoader(load),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=compiled("pages"),
        cache_size=-1,  # all of them, which are few
    )
