"""Words of strangers inside Markdown: shown as they are, doing nothing.

GitHub leaves alone what stands in code: no mention, no link to an issue or commit, no image, no HTML comes of it. So
whatever a template prints is code, unless it is `Said`: words of our own, which may be Markdown.
"""

import html
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cmflow.preview import code, fenced
from cmflow.problems import shown
from cmflow.template import TemplateError

if TYPE_CHECKING:
    from cmflow.template.sandbox import Sandbox

FOLDER = "templates/github/"
LONGEST = 300  # characters of a name, a title, a sentence


class Said(str):
    """Our own words, in which nothing stands that others have written, but as code."""

    __slots__ = ()


def inert(value: object) -> str:
    """What a template prints of a value."""
    if isinstance(value, Said):
        return value
    return f"{value:,}" if isinstance(value, int) else code(clipped(str(value), LONGEST))


def clipped(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def quoted(text: str) -> Said:
    """The text as it will look: its lines are code, which GitHub wraps where they are long; a fence would not be."""
    lines = (f"<code>{html.escape(shown(line), quote=False)}</code>" if line else "" for line in text.split("\n"))
    return Said("<blockquote>" + "<br>\n".join(lines) + "</blockquote>")


def diff(lines: Sequence[str]) -> Said:
    """Lines that GitHub colours by their first characters, which is a sign whoever has written them."""
    signed = (line if line[:1] in (" ", "+", "-") else f" {line}" for line in lines)
    return Said(fenced("\n".join(signed), "diff") if lines else "")


def tag(text: str) -> Said:
    """The text as code inside of a block of HTML, where Markdown is not read. In Markdown it would be."""
    return Said(f"<code>{html.escape(shown(clipped(text, LONGEST)))}</code>")


def fill(templates: Mapping[str, str], name: str, **given: Any) -> str:
    """The Markdown that a template of templates/github/ makes. Raises `TemplateError`."""
    from jinja2 import TemplateError as JinjaError
    from jinja2 import TemplateSyntaxError

    from cmflow.template import sandbox

    sandbox.start()
    try:
        made = _environment(tuple(sorted(templates.items()))).get_template(name).render(given)
    except TemplateSyntaxError as error:
        raise _explained(error.name or name, error.lineno, error) from error
    except (JinjaError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise _explained(name, 1, error) from error
    return made.strip("\n") + "\n"


def _explained(name: str, line: int, error: Exception) -> TemplateError:
    path = FOLDER + name
    words = f"{path} cannot be filled in: {shown(str(error)).rstrip('.')}."
    return TemplateError(path, line, words, "Mend it, or take it away: then cmflow's own is used.")


@lru_cache(maxsize=2)
def _environment(sources: tuple[tuple[str, str], ...]) -> "Sandbox":
    from cmflow.template import sandbox

    templates = dict(sources)

    def load(name: str) -> tuple[str, str, None] | None:
        source = templates.get(FOLDER + name)
        return None if source is None else (source, FOLDER + name, None)

    made = sandbox.environment(load, {"said": Said})
    made.finalize = inert
    return made
