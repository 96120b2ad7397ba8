"""What `cmflow preview` shows."""

from collections.abc import Callable, Mapping, Sequence

import click

from cmflow.cli._output import as_json
from cmflow.model.errors import SourceError, TemplateError
from cmflow.render import preview
from cmflow.render.preview import Preview

COLOURS: dict[str, dict[str, str | bool]] = {
    "title": {"bold": True},
    "account": {"fg": "cyan", "bold": True},
    "over": {"fg": "red", "bold": True},
    "faint": {"dim": True},
}


def formatted(shown: Sequence[Preview], form: str, templates: Callable[[str], Mapping[str, str]]) -> str:
    """Return the previews as text, html, markdown or json; `templates` reads a folder of them.

    Raises `SourceError` where the template of the page cannot be used.
    """
    if form == "json":
        return as_json([preview.as_dict(item) for item in shown], 2)
    if form == "html":
        try:
            return preview.page(shown, templates("templates/site"))
        except TemplateError as error:
            raise SourceError(error.located, error.hint) from error
    if form == "markdown":
        return "\n\n".join("\n".join(preview.markdown(item)) for item in shown)
    return "\n\n".join("\n".join(preview.text(item, _style)) for item in shown)


def _style(string: str, role: str) -> str:
    return click.style(string, **COLOURS[role])  # type: ignore[arg-type]
